package fakeslack

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Slack's bounds for Socket Mode. It says how long a connection will live in its hello.
const (
	maxSockets     = 10
	ticketLife     = 30 * time.Second
	socketLife     = 18060 * time.Second
	shortLife      = 360 * time.Second // with debug_reconnects
	socketPatience = 5 * time.Second   // for a write that an app does not take
	maxAck         = 20_480            // bytes; Slack drops an ack of that size
)

// notice is how long an app has to go after each kind of disconnect before Slack closes the connection.
var notice = map[string]time.Duration{"warning": 10 * time.Second, "refresh_requested": time.Second, "link_disabled": time.Second}

// socket is one connection of the app.
type socket struct {
	conn    *websocket.Conn
	life    time.Duration
	leave   chan time.Duration // how long the connection still has, after a disconnect
	gone    chan struct{}      // closed when the connection is
	leaving bool               // no further envelopes go to it; under Slack's lock
	stalled bool               // half-open: what is written either way goes nowhere; under Slack's lock
	choked  chan struct{}      // nothing is read until it is closed; nil when reading; under Slack's lock

	writing sync.Mutex
}

// AppToken is the app-level token with which the app opens connections.
func (s *Slack) AppToken() string { return s.opts.AppToken }

// SetSocketMode switches Socket Mode. While it is on, nothing goes to the app's addresses; switching it off ends all connections with link_disabled.
func (s *Slack) SetSocketMode(on bool) {
	s.mu.Lock()
	was := s.opts.SocketMode
	s.opts.SocketMode = on
	s.mu.Unlock()
	if was && !on {
		s.Disconnect("link_disabled")
	}
}

// Connections is how many connections of the app carry envelopes: open, not told to disconnect, not stalled.
func (s *Slack) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, sock := range s.sockets {
		if !sock.leaving && !sock.stalled {
			n++
		}
	}
	return n
}

func (s *Slack) appsConnectionsOpen(*call) (object, error) {
	if !slices.Contains(s.opts.AppScopes, "connections:write") {
		return nil, &apiError{code: "missing_scope", extra: object{"needed": "connections:write", "provided": strings.Join(s.opts.AppScopes, ",")}}
	}
	ticket := newUUID()
	s.tickets[ticket] = s.opts.Machine()
	return object{"url": "ws://" + s.addr + "/link/?" + url.Values{"ticket": {ticket}, "app_id": {s.opts.AppID}}.Encode()}, nil
}

// useTicket takes a ticket, which works once and not for long.
func (s *Slack) useTicket(ticket string) bool {
	made, known := s.tickets[ticket]
	if known && made.IsZero() {
		s.violate("socket: a ticket was used twice")
	}
	if known {
		s.tickets[ticket] = time.Time{}
	}
	return known && !made.IsZero() && s.opts.Machine().Sub(made) <= ticketLife
}

// upgrader takes any Origin: clients send Slack's own or none.
var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// serveSocket turns a request with a ticket into a connection and reads it until it ends.
func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.server == nil || !s.useTicket(r.URL.Query().Get("ticket")) {
		s.mu.Unlock()
		w.WriteHeader(http.StatusForbidden)
		return
	}
	s.running.Add(1) // with the lock held and the server running, so before Close waits
	s.mu.Unlock()
	defer s.running.Done()
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	sock := &socket{conn: conn, life: socketLife, leave: make(chan time.Duration, 1), gone: make(chan struct{})}
	if r.URL.Query().Get("debug_reconnects") == "true" {
		sock.life = shortLife
	}
	sock.writing.Lock() // no envelope may come before the greeting
	greeting, welcome := s.admit(sock)
	err = sock.write(greeting)
	sock.writing.Unlock()
	if welcome && err == nil {
		s.running.Go(func() { s.keep(sock) })
		s.listen(sock)
	}
	s.drop(sock)
}

// admit takes a connection in and says what it is greeted with: hello, or a disconnect when it cannot stay.
func (s *Slack) admit(sock *socket) (greeting []byte, welcome bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.server == nil || !s.opts.SocketMode:
		return farewell("link_disabled"), false
	case len(s.sockets) >= maxSockets:
		s.violate("socket: more than %d connections", maxSockets)
		return farewell("too_many_websockets"), false
	}
	s.sockets = append(s.sockets, sock)
	greeting, _ = json.Marshal(object{
		"type": "hello", "num_connections": len(s.sockets), "connection_info": object{"app_id": s.opts.AppID},
		"debug_info": object{"host": host, "build_number": 42, "approximate_connection_time": int(sock.life.Seconds())},
	})
	return greeting, true
}

// host is what debug_info calls the machine.
const host = "applink-fake-1"

func farewell(reason string) []byte {
	raw, _ := json.Marshal(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": host}})
	return raw
}

// keep pings a connection until it is gone or its time is up.
func (s *Slack) keep(sock *socket) {
	ping, end := time.NewTicker(s.opts.SocketPing), time.NewTimer(sock.life)
	defer ping.Stop()
	defer end.Stop()
	for {
		select {
		case <-sock.gone:
			return
		case left := <-sock.leave:
			end.Reset(left)
		case <-end.C:
			_ = sock.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(socketPatience))
			_ = sock.conn.Close()
			return
		case at := <-ping.C:
			if !s.isStalled(sock) {
				_ = sock.conn.WriteControl(websocket.PingMessage, fmt.Appendf(nil, "Ping from %s at %d", host, at.Unix()), at.Add(socketPatience))
			}
		}
	}
}

// listen takes the app's acks until the connection ends.
func (s *Slack) listen(sock *socket) {
	sock.conn.SetReadLimit(1 << 20)
	sock.conn.SetPingHandler(func(data string) error {
		if !s.isStalled(sock) {
			_ = sock.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(socketPatience))
		}
		return nil
	})
	for s.reads(sock) {
		_, raw, err := sock.conn.ReadMessage()
		if err != nil {
			return
		}
		s.mu.Lock()
		if !sock.stalled {
			s.takeAck(raw)
		}
		s.mu.Unlock()
	}
}

// reads waits while a connection is choked, and reports false when it is gone.
func (s *Slack) reads(sock *socket) bool {
	s.mu.Lock()
	choked := sock.choked
	s.mu.Unlock()
	if choked == nil {
		return true
	}
	select {
	case <-choked:
		return true
	case <-sock.gone:
		return false
	}
}

// drop closes a connection and forgets it.
func (s *Slack) drop(sock *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.sockets, sock); i >= 0 {
		s.sockets = slices.Delete(s.sockets, i, i+1)
		close(sock.gone)
	}
	_ = sock.conn.Close()
}

func (s *Slack) isStalled(sock *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sock.stalled
}

func (sock *socket) send(raw []byte) error {
	sock.writing.Lock()
	defer sock.writing.Unlock()
	return sock.write(raw)
}

// write is called with writing locked, which is never asked for with Slack's lock held.
func (sock *socket) write(raw []byte) error {
	_ = sock.conn.SetWriteDeadline(time.Now().Add(socketPatience))
	return sock.conn.WriteMessage(websocket.TextMessage, raw)
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
