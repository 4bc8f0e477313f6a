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
	// ackIn bounds the sending of one acknowledgement.
	ackIn = 2 * time.Second
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
		links.Go(func() { s.link(linked, cut, n) })
	}
	select {
	case <-ctx.Done():
		s.mu.Lock()
		s.stopping = true
		s.mu.Unlock()
		s.working.Wait()
		cut(nil)
	case <-linked.Done():
	}
	links.Wait()
	if err := context.Cause(linked); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// link keeps one connection, made anew whenever it ends. A permanent refusal cuts all links.
func (s *socketMode) link(linked context.Context, cut context.CancelCauseFunc, n int) {
	log := s.log.With("link", n)
	for linked.Err() == nil {
		ctx, again := context.WithCancel(linked)
		client := socketmode.New(s.api.ForSockets(s.appToken), socketmode.OptionDialer(s.dialer()))
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-ctx.Done():
					return
				case evt := <-client.Events:
					s.take(ctx, cut, again, log, client, evt)
				}
			}
		}()
		if err := client.RunContext(ctx); refused(err) {
			cut(refusal(err))
		}
		again()
		<-done
	}
}

// take handles one of the client's events.
func (s *socketMode) take(ctx context.Context, cut context.CancelCauseFunc, again func(), log *slog.Logger, client *socketmode.Client, evt socketmode.Event) {
	switch data := evt.Data.(type) {
	case *slack.ConnectionErrorEvent:
		if refused(data.ErrorObj) {
			cut(refusal(data.ErrorObj))
			return
		}
		log.Warn("socket not connected", "error", withoutURL(data.ErrorObj))
		_, limited := errors.AsType[*slack.RateLimitedError](data.ErrorObj)
		if data.Backoff > socketPause && !limited { // a rest that Slack has asked for is kept
			again()
		}
	case *slack.InvalidAuthEvent:
		cut(refusal(errors.New("invalid_auth")))
	case *socketmode.ErrorWriteFailed:
		log.Warn("acknowledgement not sent, trying again", "error", data.Cause)
		s.ack(ctx, log, client, data.Response.EnvelopeID, data.Response.Payload)
	case *socketmode.ErrorBadMessage:
		// The library knows less than Slack sends. What it cannot read may still be understood here.
		s.accept(ctx, log, client, data.Message)
	default:
		switch {
		case evt.Type == socketmode.EventTypeConnected:
			log.Info("socket connected")
		case evt.Request != nil && evt.Request.EnvelopeID != "":
			s.work(ctx, log, client, envelope{evt.Request.EnvelopeID, evt.Request.Type, evt.Request.Payload})
		}
	}
}

// envelope is what Slack sends over a socket.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// accept reads an envelope that the library could not.
func (s *socketMode) accept(ctx context.Context, log *slog.Logger, client *socketmode.Client, message []byte) {
	var e envelope
	if err := json.Unmarshal(message, &e); err != nil || e.ID == "" {
		log.Warn("socket message not understood")
		return
	}
	s.work(ctx, log, client, e)
}

// work has an envelope handled beside others and acknowledges it, unless the program is stopping:
// then Slack gives it to someone else.
func (s *socketMode) work(ctx context.Context, log *slog.Logger, client *socketmode.Client, e envelope) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return
	}
	s.working.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				logPanic(log, r)
			}
		}()
		s.handle(ctx, log, client, e)
	})
}

func (s *socketMode) handle(ctx context.Context, log *slog.Logger, client *socketmode.Client, e envelope) {
	switch e.Type {
	case socketmode.RequestTypeSlashCommands:
		s.command(ctx, log, client, e)
		return
	case socketmode.RequestTypeInteractive:
		s.dispatcher.interaction(e.Payload)
	case socketmode.RequestTypeEventsAPI:
		if _, err := s.dispatcher.event(e.Payload); err != nil {
			return // not acknowledged, so Slack sends it again
		}
	default:
		log.Info("envelope ignored", "type", e.Type)
	}
	s.ack(ctx, log, client, e.ID, nil)
}

// command answers a slash command in the acknowledgement; an answer too large for one goes to the
// response_url.
func (s *socketMode) command(ctx context.Context, log *slog.Logger, client *socketmode.Client, e envelope) {
	var c slack.SlashCommand
	if err := json.Unmarshal(e.Payload, &c); err != nil || c.UserID == "" || c.TriggerID == "" {
		log.Warn("command not understood")
		s.ack(ctx, log, client, e.ID, nil)
		return
	}
	reply := s.dispatcher.command(c)
	payload, err := json.Marshal(message(reply))
	if err == nil && len(payload) < socketMax {
		s.ack(ctx, log, client, e.ID, json.RawMessage(payload))
		return
	}
	s.ack(ctx, log, client, e.ID, nil)
	s.dispatcher.sendLater(c, reply)
}

// socketMax is the most that an acknowledgement's payload may hold: Slack drops larger ones, the
// envelope's id included, without a word.
const socketMax = 20_000

func (s *socketMode) ack(ctx context.Context, log *slog.Logger, client *socketmode.Client, id string, payload any) {
	limited, cancel := context.WithTimeout(ctx, ackIn)
	defer cancel()
	if err := client.AckCtx(limited, id, payload); err != nil {
		log.Warn("acknowledgement not sent", "error", err)
	}
}

// refused reports whether Slack has refused the token for good
// (docs.slack.dev/reference/methods/apps.connections.open).
func refused(err error) bool {
	if err == nil {
		return false
	}
	switch err.Error() {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"not_allowed_token_type", "no_permission", "org_login_required", "access_denied", "forbidden_team":
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
func (s *socketMode) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: 15 * time.Second,
		WriteBufferSize:  32 << 10, // one frame for each acknowledgement; Slack does not join frames
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			return &livelyConn{conn, s.silence, s.clock}, err
		},
	}
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
	return c.Conn.Write(b)
}
