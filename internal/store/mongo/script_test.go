package mongo_test

import (
	"encoding/binary"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
	"lotsen/internal/store/storetest"
)

// script is a server that greets as a MongoDB does and answers as a test says. It shows what a test
// server cannot be made to do: elections, writes that no majority confirms, refused passwords.
type script struct {
	t     *testing.T
	l     net.Listener
	hello bson.D

	mu     sync.Mutex
	answer func(command string, nth int, body bson.Raw) any
	seen   map[string][]bson.Raw
	links  []net.Conn
}

// hangUp is an answer: the connection breaks. Nothing, nil, is one too: silence.
type hangUp struct{}

func newScript(t *testing.T, greeting ...bson.E) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, l: l, seen: map[string][]bson.Raw{}, answer: func(string, int, bson.Raw) any { return ok() }}
	s.hello = append(ok(bson.E{Key: "helloOk", Value: true},
		bson.E{Key: "maxBsonObjectSize", Value: 16 << 20}, bson.E{Key: "maxMessageSizeBytes", Value: 48000000}, bson.E{Key: "maxWriteBatchSize", Value: 100000},
		bson.E{Key: "logicalSessionTimeoutMinutes", Value: 30}, bson.E{Key: "minWireVersion", Value: 0}, bson.E{Key: "maxWireVersion", Value: 21}), greeting...)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.links = append(s.links, c)
			s.mu.Unlock()
			serving.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.links {
			_ = c.Close()
		}
		s.mu.Unlock()
		serving.Wait()
	})
	return s
}

func ok(also ...bson.E) bson.D { return append(bson.D{{Key: "ok", Value: 1.0}}, also...) }

// refusal is a server's answer that it has not done a command.
func refusal(code int, also ...bson.E) bson.D {
	return append(bson.D{{Key: "ok", Value: 0.0}, {Key: "code", Value: code}, {Key: "codeName", Value: "Name"}, {Key: "errmsg", Value: "quotes hemligt"}}, also...)
}

// standalone and primary are how a server of its own and the first of a replica set greet.
func standalone(t *testing.T) *script {
	return newScript(t, bson.E{Key: "isWritablePrimary", Value: true}, bson.E{Key: "ismaster", Value: true})
}

func primary(t *testing.T) *script {
	s := newScript(t, bson.E{Key: "isWritablePrimary", Value: true}, bson.E{Key: "ismaster", Value: true}, bson.E{Key: "setName", Value: "rs0"}, bson.E{Key: "setVersion", Value: 1})
	s.hello = append(s.hello, bson.E{Key: "hosts", Value: bson.A{s.l.Addr().String()}}, bson.E{Key: "me", Value: s.l.Addr().String()}, bson.E{Key: "primary", Value: s.l.Addr().String()})
	return s
}

// answers sets what the server says to each command but greetings.
func (s *script) answers(answer func(command string, nth int, body bson.Raw) any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// commands are those of a name that have come.
func (s *script) commands(name string) []bson.Raw {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen[name])
}

// names are those of all commands that have come but the driver's own.
func (s *script) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := []string{"ping", "endSessions"}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.seen)), func(name string) bool { return slices.Contains(own, name) })
}

const (
	opReply    = 1
	opQuery    = 2004
	opMsg      = 2013
	headerSize = 16
)

func (s *script) serve(c net.Conn) {
	for {
		request, err := storetest.ReadMessage(c)
		if err != nil {
			return
		}
		id := binary.LittleEndian.Uint32(request[4:])
		if binary.LittleEndian.Uint32(request[12:]) == opQuery { // the first greeting
			reply := make([]byte, headerSize+20)
			binary.LittleEndian.PutUint32(reply[headerSize+16:], 1)
			s.send(c, id, opReply, reply, s.hello)
			continue
		}
		name := storetest.CommandOf(request)
		if name == "hello" || name == "isMaster" || name == "ismaster" {
			s.send(c, id, opMsg, make([]byte, headerSize+5), s.hello)
			continue
		}
		s.mu.Lock()
		body := storetest.BodyOf(request)
		s.seen[name] = append(s.seen[name], body)
		nth, answer := len(s.seen[name]), s.answer
		s.mu.Unlock()
		switch reply := answer(name, nth, body).(type) {
		case bson.D:
			s.send(c, id, opMsg, make([]byte, headerSize+5), reply)
		case hangUp:
			_ = c.Close()
			return
		}
	}
}

func (s *script) send(w io.Writer, to uint32, kind uint32, message []byte, body bson.D) {
	raw, err := bson.Marshal(body)
	if err != nil {
		s.t.Error(err)
	}
	message = append(message, raw...)
	binary.LittleEndian.PutUint32(message, uint32(len(message)))
	binary.LittleEndian.PutUint32(message[8:], to)
	binary.LittleEndian.PutUint32(message[12:], kind)
	_, _ = w.Write(message) // who has hung up hears nothing
}

// open opens the engine over the script, with a collection whose indexes are there.
func (s *script) open(limit time.Duration, sent *event.CommandMonitor) *mongo.DB {
	s.t.Helper()
	db, err := mongo.OpenWithin(s.t.Context(), "mongodb://"+s.l.Addr().String(), limit, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		s.answers(func(string, int, bson.Raw) any { return ok() })
		if err := db.Close(); err != nil {
			s.t.Errorf("Close() = %v", err)
		}
	})
	s.answers(func(command string, _ int, _ bson.Raw) any {
		if command == "listIndexes" {
			return cursor(bson.D{{Key: "name", Value: "n"}, {Key: "key", Value: bson.D{{Key: "n", Value: 1}}}})
		}
		return ok()
	})
	if err := db.Ensure(s.t.Context(), []store.Collection{{Name: things, Indexes: []store.Index{{"n"}}}}); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = map[string][]bson.Raw{}
	return db
}

const things = "things"

// cursor is the answer to a question.
func cursor(docs ...bson.D) bson.D {
	if docs == nil {
		docs = []bson.D{} // an empty list, not null
	}
	return ok(bson.E{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: "lotsen.things"}, {Key: "firstBatch", Value: docs}}})
}

// changed is the answer to a write of one document, made.
func changed(command string, also ...bson.E) bson.D {
	if command == "findAndModify" {
		return append(ok(bson.E{Key: "value", Value: bson.D{{Key: "_id", Value: "a"}, {Key: "v", Value: int64(2)}}}), also...)
	}
	return append(ok(bson.E{Key: "n", Value: 1}, bson.E{Key: "nModified", Value: 1}), also...)
}
