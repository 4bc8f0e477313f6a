package mongo_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
	"lotsen/internal/store/storetest"
)

func doc(t *testing.T, id string, v int64) bson.Raw {
	t.Helper()
	raw, err := bson.Marshal(bson.D{{Key: "_id", Value: id}, {Key: "v", Value: v}, {Key: "n", Value: int64(7)}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

var byN = store.Query{Where: []store.Cond{{Field: "n", Value: int64(7)}}, Sort: []store.Order{{Field: "n"}}}

// writes are the methods that change one document, by the command that does it.
func writes(t *testing.T, db store.Engine) map[string]func() error {
	ctx := t.Context()
	return map[string]func() error{
		"insert": func() error { return db.Insert(ctx, things, doc(t, "a", 1)) },
		"update": func() error { return db.Replace(ctx, things, doc(t, "a", 2), 1) },
		"delete": func() error { return db.Delete(ctx, things, "a", 1) },
		"findAndModify": func() error {
			_, err := db.Claim(ctx, things, byN, []store.Field{{Name: "n", Value: int64(8)}})
			return err
		},
	}
}

// isTrouble reports whether err says that it is not known what was done.
func isTrouble(err error) bool {
	return err != nil && !errors.Is(err, care.ErrExists) && !errors.Is(err, care.ErrConflict) && !errors.Is(err, care.ErrNotFound)
}

// TestWriteIsSentAgainToAReplicaSet breaks the connection after the server has done a write. What the
// driver sends again has the first one's number, so the server answers as it would have then.
func TestWriteIsSentAgainToAReplicaSet(t *testing.T) {
	for _, command := range storetest.Writes {
		t.Run(command, func(t *testing.T) {
			s := primary(t)
			db := s.open(5*time.Second, nil)
			s.answers(func(_ string, nth int, body bson.Raw) any {
				if nth == 1 {
					return hangUp{}
				}
				return changed(command)
			})
			if err := writes(t, db)[command](); err != nil {
				t.Errorf("a write whose first answer was lost = %v", err)
			}
			sent := s.commands(command)
			if len(sent) != 2 {
				t.Fatalf("%d commands were sent, want 2", len(sent))
			}
			for _, field := range []string{"txnNumber", "lsid"} {
				if first, second := sent[0].Lookup(field), sent[1].Lookup(field); first.IsZero() || !first.Equal(second) {
					t.Errorf("%s of the two is %v and %v, want the same", field, first, second)
				}
			}
		})
	}
}

// TestWriteIsSentOnceToAStandalone does the same with a server that knows no such numbers: there a
// second try could meet its own first one and call it someone else's.
func TestWriteIsSentOnceToAStandalone(t *testing.T) {
	for _, command := range storetest.Writes {
		t.Run(command, func(t *testing.T) {
			s := standalone(t)
			db := s.open(5*time.Second, nil)
			s.answers(func(_ string, nth int, _ bson.Raw) any {
				if nth == 1 {
					return hangUp{}
				}
				return ok(bson.E{Key: "n", Value: 0}, bson.E{Key: "value", Value: nil})
			})
			if err := writes(t, db)[command](); !isTrouble(err) {
				t.Errorf("a write whose answer was lost = %v, want trouble", err)
			}
			if sent := s.commands(command); len(sent) != 1 || !sent[0].Lookup("txnNumber").IsZero() {
				t.Errorf("%d commands were sent, want one without a number", len(sent))
			}
		})
	}
}

// TestElection has the first try meet a server that is not the primary any more.
func TestElection(t *testing.T) {
	for _, command := range storetest.Writes {
		t.Run(command, func(t *testing.T) {
			s := primary(t)
			db := s.open(5*time.Second, nil)
			s.answers(func(_ string, nth int, _ bson.Raw) any {
				if nth == 1 {
					return refusal(10107, bson.E{Key: "errorLabels", Value: bson.A{"RetryableWriteError"}})
				}
				return changed(command)
			})
			if err := writes(t, db)[command](); err != nil {
				t.Errorf("a write during an election = %v", err)
			}
			if sent := s.commands(command); len(sent) != 2 {
				t.Errorf("%d commands were sent, want 2", len(sent))
			}
		})
	}
}

// TestNotConfirmed has writes that were made, or found nothing to do, and that no majority confirms:
// none of that may be told as an outcome, for an election may take it back.
func TestNotConfirmed(t *testing.T) {
	unconfirmed := bson.E{Key: "writeConcernError", Value: bson.D{{Key: "code", Value: 64}, {Key: "codeName", Value: "WriteConcernTimeout"}, {Key: "errmsg", Value: "hemligt"}}}
	taken := bson.E{Key: "writeErrors", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "code", Value: 11000}, {Key: "errmsg", Value: "hemligt"}}}}
	nothing := []bson.E{{Key: "n", Value: 0}, {Key: "value", Value: nil}}
	for _, command := range storetest.Writes {
		for name, answer := range map[string]bson.D{
			"made":          changed(command, unconfirmed),
			"nothing to do": append(ok(nothing...), unconfirmed),
			"taken":         append(ok(nothing...), taken, unconfirmed),
		} {
			t.Run(command+" "+name, func(t *testing.T) {
				s := primary(t)
				db := s.open(5*time.Second, nil)
				s.answers(func(string, int, bson.Raw) any { return answer })
				err := writes(t, db)[command]()
				if !isTrouble(err) {
					t.Errorf("a write that is not confirmed = %v, want trouble", err)
				}
				if err != nil && strings.Contains(err.Error(), "hemligt") {
					t.Errorf("the error quotes the server: %v", err)
				}
			})
		}
	}
}

// TestOutcomes has the server's answers that are outcomes.
func TestOutcomes(t *testing.T) {
	s := primary(t)
	db := s.open(5*time.Second, nil)
	s.answers(func(command string, _ int, _ bson.Raw) any {
		switch command {
		case "insert":
			return ok(bson.E{Key: "n", Value: 0}, bson.E{Key: "writeErrors", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "code", Value: 11000}, {Key: "errmsg", Value: "x"}}}})
		case "findAndModify":
			return ok(bson.E{Key: "value", Value: nil})
		default:
			return ok(bson.E{Key: "n", Value: 0})
		}
	})
	for command, want := range map[string]error{"insert": care.ErrExists, "update": care.ErrConflict, "delete": care.ErrConflict, "findAndModify": care.ErrNotFound} {
		if err := writes(t, db)[command](); !errors.Is(err, want) {
			t.Errorf("%s = %v, want %v", command, err, want)
		}
	}
}

// calls are all methods that ask the server, in a context.
func calls(t *testing.T, db *mongo.DB) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Ensure": func(ctx context.Context) error {
			return db.Ensure(ctx, []store.Collection{{Name: things, Indexes: []store.Index{{"n"}}}})
		},
		"Get":     func(ctx context.Context) error { _, err := db.Get(ctx, things, "a"); return err },
		"Insert":  func(ctx context.Context) error { return db.Insert(ctx, things, doc(t, "a", 1)) },
		"Replace": func(ctx context.Context) error { return db.Replace(ctx, things, doc(t, "a", 2), 1) },
		"Delete":  func(ctx context.Context) error { return db.Delete(ctx, things, "a", 1) },
		"Find":    func(ctx context.Context) error { _, err := db.Find(ctx, things, byN); return err },
		"Claim":   func(ctx context.Context) error { _, err := db.Claim(ctx, things, byN, nil); return err },
		"DeleteWhere": func(ctx context.Context) error {
			_, err := db.DeleteWhere(ctx, things, byN)
			return err
		},
		"Count":      func(ctx context.Context) error { _, err := db.Count(ctx, things, byN); return err },
		"GroupCount": func(ctx context.Context) error { _, err := db.GroupCount(ctx, things, "n", byN); return err },
		"Ping":       db.Ping,
	}
}

// TestSilence has a server that takes commands and never answers.
func TestSilence(t *testing.T) {
	s := primary(t)
	db := s.open(300*time.Millisecond, nil)
	s.answers(func(string, int, bson.Raw) any { return nil })
	var wg sync.WaitGroup
	for method, call := range calls(t, db) {
		wg.Go(func() {
			patience, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := call(patience)
			if !errors.Is(err, context.DeadlineExceeded) || patience.Err() != nil {
				t.Errorf("%s of a server that is silent = %v, want its own DeadlineExceeded", method, err)
			}
			if !isTrouble(err) {
				t.Errorf("%s of a server that is silent has an outcome: %v", method, err)
			}
		})
	}
	wg.Wait()
}

// TestRefusalsQuoteNothing has a server that quotes what nobody may read in a log.
func TestRefusalsQuoteNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		code int
		want string
	}{
		"not allowed":        {13, "readWrite"},
		"no majority reads":  {148, "enableMajorityReadConcern"},
		"no repeated writes": {301, "retryWrites=false"},
		"anything else":      {121, "error 121 Name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := primary(t)
			db := s.open(5*time.Second, nil)
			s.answers(func(string, int, bson.Raw) any { return refusal(tt.code) })
			for method, call := range calls(t, db) {
				if err := call(t.Context()); !isTrouble(err) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hemligt") {
					t.Errorf("%s = %v, want trouble with %q that quotes nothing", method, err, tt.want)
				}
			}
		})
	}
}

// TestCloseWaits closes while a write is under way.
func TestCloseWaits(t *testing.T) {
	s := primary(t)
	db := s.open(5*time.Second, nil)
	come, answer := make(chan struct{}), make(chan struct{})
	s.answers(func(command string, _ int, _ bson.Raw) any {
		if command == "insert" {
			close(come)
			<-answer
		}
		return changed(command)
	})
	written, closed := make(chan error, 1), make(chan error, 1)
	go func() { written <- db.Insert(t.Context(), things, doc(t, "a", 1)) }()
	<-come
	go func() { closed <- db.Close() }()
	for !mongo.IsClosing(db) { // until Close waits
		runtime.Gosched()
	}
	select {
	case err := <-closed:
		t.Errorf("Close ended before the write under way: %v", err)
	default:
	}
	close(answer)
	if err := <-written; err != nil {
		t.Errorf("the write under way = %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("Close = %v", err)
	}
	if err := db.Insert(t.Context(), things, doc(t, "b", 1)); !isTrouble(err) {
		t.Errorf("Insert after Close = %v, want trouble", err)
	}
}

func TestOpenAnswersWithARemedy(t *testing.T) {
	const limit = time.Second
	silent := newScript(t)
	refusing := primary(t)
	refusing.answers(func(command string, _ int, _ bson.Raw) any {
		if command == "saslStart" || command == "saslContinue" {
			return refusal(18)
		}
		return ok()
	})
	locked := primary(t)
	locked.answers(func(string, int, bson.Raw) any { return refusal(13) })
	second := newScript(t, bson.E{Key: "secondary", Value: true}, bson.E{Key: "setName", Value: "rs0"})
	mute := standalone(t)
	mute.answers(func(string, int, bson.Raw) any { return nil })
	gone := standalone(t)
	_ = gone.l.Close()
	at := func(s *script) string { return "mongodb://lotsen:hemligt@" + s.l.Addr().String() + "/x" }
	for _, tt := range []struct {
		name, address, want string
	}{
		{"nobody there", at(gone), "connection refused"},
		{"a password that is not taken", at(refusing), "?authSource=admin"},
		{"a user who may nothing", "mongodb://" + locked.l.Addr().String(), "role readWrite"},
		{"no primary", "mongodb://" + second.l.Addr().String() + "/x?replicaSet=rs0", "takes writes"},
		{"a server that is silent", "mongodb://" + mute.l.Addr().String(), "cannot be reached"},
		{"no such host", "mongodb://lotsen:hemligt@host.invalid/x", "cannot be reached"},
		{"no such servers in DNS", "mongodb+srv://lotsen:hemligt@host.invalid/x", "DNS"},
		{"a password with @", "mongodb://lotsen:hem@ligt:hemligt@127.0.0.1/x", "%40 for @"},
		{"a password with /", "mongodb://lotsen:hem/hemligt@127.0.0.1/x", "%2F for /"},
		{"no host", "mongodb:///x", "cannot be read"},
		{"another scheme", "http://lotsen:hemligt@127.0.0.1/x", "cannot be read"},
		{"a database that cannot be", "mongodb://" + silent.l.Addr().String() + "/a.hemligt", "letters, digits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			patience, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			db, err := mongo.OpenWithin(patience, tt.address, limit, nil)
			if err == nil {
				_ = db.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hemligt") {
				t.Errorf("Open = %v, want an error that says %q and quotes nothing", err, tt.want)
			}
			if patience.Err() != nil {
				t.Error("Open took more than ten seconds")
			}
		})
	}
}
