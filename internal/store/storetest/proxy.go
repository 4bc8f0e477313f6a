package storetest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// A Proxy stands between a MongoDB client and its server and makes the trouble that a network does.
type Proxy struct {
	to   string
	addr string

	mu    sync.Mutex
	turn  *sync.Cond // something has changed
	l     net.Listener
	links map[net.Conn]bool
	held  func(command string) bool
	cuts  map[string]Cut
	done  int

	serving sync.WaitGroup
}

// A Cut is where a connection breaks.
type Cut int

// The places.
const (
	BeforeCommand Cut = iota + 1 // the server never hears of the command
	BeforeAnswer                 // the server has done it, and nobody hears of that
)

// NewProxy listens on this machine for connections to the server at an address, until the test ends.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	p := &Proxy{to: to, addr: "127.0.0.1:0", links: map[net.Conn]bool{}, cuts: map[string]Cut{}}
	p.turn = sync.NewCond(&p.mu)
	if err := p.Return(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Leave()
		p.serving.Wait()
	})
	return p
}

// Addr is where it listens.
func (p *Proxy) Addr() string { return p.addr }

// Leave ends all connections and refuses new ones, as a server does that has stopped.
func (p *Proxy) Leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.l.Close()
	for c := range p.links {
		_ = c.Close()
	}
	p.held = nil
	p.turn.Broadcast()
}

// Return listens again at the same address.
func (p *Proxy) Return() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		return err
	}
	p.l, p.addr = l, l.Addr().String()
	p.serving.Go(func() { p.accept(l) })
	return nil
}

// Hold lets no command of those names through until Release: the server seems to be slow. Without
// names it lets nothing through, answers neither.
func (p *Proxy) Hold(commands ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = func(command string) bool { return len(commands) == 0 || slices.Contains(commands, command) }
}

// Writes are the commands that change what is stored.
var Writes = []string{"insert", "update", "delete", "findAndModify"}

// Release lets everything through that was held.
func (p *Proxy) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = nil
	p.turn.Broadcast()
}

// Cut breaks the connection over which the next command of that name comes.
func (p *Proxy) Cut(command string, where Cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts[command] = where
}

// Cuts is how often a connection was broken on demand.
func (p *Proxy) Cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done
}

func (p *Proxy) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		p.serving.Go(func() { p.serve(c) })
	}
}

// keep notes connections that Leave must end.
func (p *Proxy) keep(links ...net.Conn) (forget func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range links {
		p.links[c] = true
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, c := range links {
			delete(p.links, c)
			_ = c.Close()
		}
	}
}

func (p *Proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		_ = client.Close()
		return
	}
	defer p.keep(client, server)()
	for {
		request, err := ReadMessage(client)
		if err != nil {
			return
		}
		cut := p.pass(CommandOf(request))
		if cut == BeforeCommand {
			return
		}
		if _, err := server.Write(request); err != nil {
			return
		}
		reply, err := ReadMessage(server)
		if err != nil || cut == BeforeAnswer {
			return
		}
		p.pass("")
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// pass waits while everything is held, and says whether the connection is to break.
func (p *Proxy) pass(command string) Cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.held != nil && p.held(command) {
		p.turn.Wait()
	}
	cut := p.cuts[command]
	if cut != 0 {
		delete(p.cuts, command)
		p.done++
	}
	return cut
}

// A message of MongoDB's protocol begins with its length, itself included, its id, the id of the
// request that it answers, and its kind; one of the kind OP_MSG goes on with four bytes of flags and
// sections, of which the first here is a zero and a document.
const (
	headerSize = 16
	opMsg      = 2013
	bodyAt     = headerSize + 4 + 1
)

// ReadMessage reads one message.
func ReadMessage(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(header[:])
	if n < headerSize || n > 48<<20 {
		return nil, errors.New("no message of MongoDB's protocol")
	}
	m := make([]byte, n)
	copy(m, header[:])
	_, err := io.ReadFull(r, m[headerSize:])
	return m, err
}

// BodyOf returns a message's document, or nil.
func BodyOf(message []byte) bson.Raw {
	if len(message) < bodyAt+4 || binary.LittleEndian.Uint32(message[12:]) != opMsg || message[bodyAt-1] != 0 {
		return nil
	}
	end := bodyAt + int(binary.LittleEndian.Uint32(message[bodyAt:]))
	if end > len(message) {
		return nil
	}
	return message[bodyAt:end]
}

// CommandOf names the command of a message, or is empty.
func CommandOf(message []byte) string {
	elements, err := BodyOf(message).Elements()
	if err != nil || len(elements) == 0 {
		return ""
	}
	return elements[0].Key()
}
