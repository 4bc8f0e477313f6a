package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"lotsen/internal/slackapi"
)

const (
	// socketLinks is how many connections are kept, so that while Slack renews one the other takes
	// what comes (docs.slack.dev/apis/events-api/using-socket-mode).
	socketLinks = 2
	// socketSilence is more than the time between Slack's pings.
	socketSilence = 45 * time.Second
	// socketPause is the longest pause between attempts to connect; the library's own grows to
	// five minutes.
	socketPause = 20 * time.Second
	// socketPauseFirst is the pause before the first attempt after a connection that did not last;
	// each further one is twice as long, up to socketPause.
	socketPauseFirst = 250 * time.Millisecond
	// ackIn bounds the sending of one acknowledgement.
	ackIn = 2 * time.Second
	// socketBuffer is about how many bytes of acknowledgements the system may hold that Slack does
	// not take: little, so that a connection which stalls is soon noticed and left.
	socketBuffer = 64 << 10
	// socketDrain is how long the last acknowledgements have to leave the library's queue, which
	// does not tell when it is empty.
	socketDrain = 300 * time.Millisecond
)

// socketMode is the transport over websockets: nobody has to reach the bot from outside. Each
// envelope is answered by an acknowledgement with its id; what is not acknowledged, Slack sends again.
type socketMode struct {
	dispatcher *dispatcher
	api        *slackapi.Client
	appToken   string
	silence    time.Duration // how long a connection may be silent before it counts as dead
	clock      *clock
	log        *slog.Logger

	open     atomic.Int32 // connections that Slack has greeted
	mu       sync.Mutex
	stopping bool
	working  sync.WaitGroup
}

// run keeps the connections until ctx ends and what was accepted is acknowledged. It returns an
// error only for what no new attempt would mend, such as a token that Slack refuses.
func (s *socketMode) run(ctx context.Context) error {
	linked, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	var links sync.WaitGroup
	for n := range socketLinks {
		l := &link{socketMode: s, log: s.log.With("link", n), cut: cut}
		links.Go(func() { l.keep(linked) })
	}
	select {
	case <-ctx.Done():
	case <-linked.Done():
	}
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	s.working.Wait()
	pause(linked, socketDrain)
	cut(nil)
	links.Wait()
	if err := context.Cause(linked); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// pause waits so long, or until ctx ends.
func pause(ctx context.Context, long time.Duration) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// link is one connection, made anew whenever it ends.
type link struct {
	*socketMode
	log     *slog.Logger
	cut     context.CancelCauseFunc // ends all links, for a permanent refusal
	greeted bool                    // by Slack, since it was connected
	dialled time.Time               // when it was last connected, machine time
	rest    time.Duration           // before it was connected then
}

// keep keeps the connection until linked ends.
func (l *link) keep(linked context.Context) {
	for linked.Err() == nil {
		ctx, again := context.WithCancel(linked)
		client := socketmode.New(l.api.ForSockets(l.appToken), socketmode.OptionDialer(l.dialer()))
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer l.gone()
			for {
				select {
				case <-ctx.Done():
					return
				case evt := <-client.Events:
					l.take(ctx, again, client, evt)
				}
			}
		}()
		err := client.RunContext(ctx)
		again()
		<-done
		if refused(err) {
			l.cut(refusal(err))
			return
		}
		if linked.Err() == nil {
			l.log.Warn("socket given up for now", "error", withoutURL(err))
			pause(linked, socketPause)
		}
	}
}

// gone notes that the connection has ended.
func (l *link) gone() {
	if l.greeted {
		l.greeted = false
		l.open.Add(-1)
	}
}

// take handles one of the client's events; it must not wait, or envelopes would wait behind it.
func (l *link) take(ctx context.Context, again func(), client *socketmode.Client, evt socketmode.Event) {
	switch data := evt.Data.(type) {
	case *slack.ConnectingEvent:
		if data.ConnectionCount > 0 && data.Attempt <= 1 && !l.greeted {
			l.log.Warn("slack ends the socket at once; is Socket Mode switched on in the app?")
		}
		l.gone()
	case *slack.ConnectionErrorEvent:
		if refused(data.ErrorObj) {
			l.cut(refusal(data.ErrorObj))
			return
		}
		l.log.Warn("socket not connected", "error", withoutURL(data.ErrorObj))
		_, limited := errors.AsType[*slack.RateLimitedError](data.ErrorObj)
		if data.Backoff > socketPause && !limited { // a rest that Slack has asked for is kept
			again()
		}
	case *socketmode.ErrorWriteFailed:
		l.log.Warn("acknowledgement not sent, trying again", "error", data.Cause)
		l.accept(func() { l.ack(ctx, client, data.Response.EnvelopeID, data.Response.Payload) })
	case *socketmode.ErrorBadMessage:
		// The library knows less than Slack sends. What it cannot read may still be understood here.
		var e envelope
		if err := json.Unmarshal(data.Message, &e); err != nil || e.ID == "" {
			l.log.Warn("socket message not understood")
			return
		}
		l.accept(func() { l.handle(ctx, client, e) })
	default:
		switch {
		case evt.Type == socketmode.EventTypeHello:
			l.log.Info("socket connected")
			if !l.greeted {
				l.greeted = true
				l.open.Add(1)
			}
		case evt.Request != nil && evt.Request.EnvelopeID != "":
			e := envelope{evt.Request.EnvelopeID, evt.Request.Type, evt.Request.Payload}
			l.accept(func() { l.handle(ctx, client, e) })
		}
	}
}

// envelope is what Slack sends over a socket.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// accept has something done beside the rest, and run waits for it. While the program stops
// nothing is accepted: Slack sends an event again, and a person is told that there was no answer.
func (s *socketMode) accept(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return
	}
	s.working.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				logPanic(s.log, r)
			}
		}()
		work()
	})
}

func (l *link) handle(ctx context.Context, client *socketmode.Client, e envelope) {
	switch e.Type {
	case socketmode.RequestTypeSlashCommands:
		l.command(ctx, client, e)
		return
	case socketmode.RequestTypeInteractive:
		ack, after, err := l.dispatcher.interaction(e.Payload, socketMax)
		if err != nil {
			return // not acknowledged, so the person is told that it did not work
		}
		if l.ack(ctx, client, e.ID, ack) && after != nil {
			pause(ctx, socketDrain) // so that the acknowledgement comes first
			after()
		}
		return
	case socketmode.RequestTypeEventsAPI:
		if _, err := l.dispatcher.event(e.Payload); err != nil {
			return // not acknowledged, so Slack sends it again
		}
	default:
		l.log.Info("envelope ignored", "type", e.Type)
	}
	l.ack(ctx, client, e.ID, nil)
}

// command answers a slash command in the acknowledgement; an answer too large for one, or whose
// acknowledgement cannot be sent, goes to the response_url.
func (l *link) command(ctx context.Context, client *socketmode.Client, e envelope) {
	var c slack.SlashCommand
	if err := json.Unmarshal(e.Payload, &c); err != nil || c.UserID == "" || c.TriggerID == "" {
		l.log.Warn("command not understood")
		l.ack(ctx, client, e.ID, nil)
		return
	}
	reply, err := l.dispatcher.command(c)
	if err != nil {
		return // not acknowledged, so the person is told that it did not work
	}
	if reply.Empty() {
		l.ack(ctx, client, e.ID, nil)
		return
	}
	payload, err := json.Marshal(message(reply))
	if err == nil && len(payload) < socketMax && l.ack(ctx, client, e.ID, json.RawMessage(payload)) {
		return
	}
	show, err := l.dispatcher.commandApart(c, reply)
	if err == nil && len(payload) >= socketMax {
		l.ack(ctx, client, e.ID, nil)
	}
	show()
}

// socketMax is the most that an acknowledgement's payload may hold: Slack drops larger ones, the
// envelope's id included, without a word.
const socketMax = 20_000

// ack hands an acknowledgement to the library, to be sent as soon as it can; false if it does not
// take it in time.
func (l *link) ack(ctx context.Context, client *socketmode.Client, id string, payload any) bool {
	limited, cancel := context.WithTimeout(ctx, ackIn)
	defer cancel()
	err := client.AckCtx(limited, id, payload)
	if err != nil {
		l.log.Warn("acknowledgement not sent", "error", err)
	}
	return err == nil
}

// refused reports whether Slack has refused the token for good
// (docs.slack.dev/reference/methods/apps.connections.open).
func refused(err error) bool {
	if err == nil {
		return false
	}
	switch err.Error() {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"not_allowed_token_type", "no_permission", "access_denied", "forbidden_team":
		return true
	}
	return false
}

func refusal(err error) error {
	return fmt.Errorf("Slack refuses SLACK_APP_TOKEN (%w). Make an app-level token with the scope connections:write under Basic Information of the app, and switch Socket Mode on", err) //nolint:staticcheck // ST1005: Slack is a name
}

// withoutURL drops an address from an error; the one of a socket is a key in itself.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// dialer makes connections that end when nothing comes from Slack any more or nothing can be sent
// to it: one that is open on this side only would swallow what people do.
func (l *link) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: 15 * time.Second,
		WriteBufferSize:  32 << 10, // one frame for each acknowledgement; Slack does not join frames
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			l.restBefore(ctx)
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetWriteBuffer(socketBuffer) // as far as the system grants it
			}
			return &livelyConn{conn, l.silence, l.clock}, err
		},
	}
}

// restBefore keeps attempts apart when connections do not last: the library makes the next at once.
func (l *link) restBefore(ctx context.Context) {
	if l.clock.machine().Sub(l.dialled) > socketPause {
		l.rest = 0
	} else {
		l.rest = min(max(2*l.rest, socketPauseFirst), socketPause)
		pause(ctx, l.rest)
	}
	l.dialled = l.clock.machine()
}

// livelyConn fails a read that waits longer than silence and a write that takes longer than ackIn.
type livelyConn struct {
	net.Conn
	silence time.Duration
	clock   *clock
}

func (c *livelyConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(c.clock.machine().Add(c.silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *livelyConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(c.clock.machine().Add(ackIn)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(b)
	if err != nil {
		_ = c.Close() // so that the reader notices at once
	}
	return n, err
}
