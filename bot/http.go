package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
)

// Where Slack sends what.
const (
	pathCommands     = "/slack/commands"
	pathInteractions = "/slack/interactions"
	pathEvents       = "/slack/events"
)

// bodyMax is the most that a request may hold; Slack's largest are well below.
const bodyMax = 1 << 20

// slackHTTP is the HTTP transport: it verifies what Slack sends and passes it to the dispatcher.
type slackHTTP struct {
	dispatcher *dispatcher
	secret     string
	log        *slog.Logger
}

// handler serves /healthz and Slack's three addresses. With Socket Mode there may be no secret: then what Slack
// sends cannot be told from what anyone sends, and there are no such addresses.
func (s *slackHTTP) handler() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthz)
	if s.secret == "" {
		return mux
	}
	mux.HandleFunc("POST "+pathCommands, s.verified(s.command))
	mux.HandleFunc("POST "+pathInteractions, s.verified(s.interaction))
	mux.HandleFunc("POST "+pathEvents, s.verified(s.event))
	return mux
}

// newServer is an http.Server with time-outs. Slack keeps connections open between requests.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// verified reads the body, checks Slack's signature over it and passes it on. Whatever is wrong
// with a signature, the refusal is the same.
func (s *slackHTTP) verified(next func(http.ResponseWriter, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
		if err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				http.Error(w, "the request is larger than 1 MB", http.StatusRequestEntityTooLarge)
				return
			}
			http.Error(w, "the request could not be read", http.StatusBadRequest)
			return
		}
		if r.URL.Path == pathCommands && isSSLCheck(body) {
			return // 200, to a probe that bears no signature and changes nothing
		}
		if err := verify(r.Header, s.secret, body); err != nil {
			s.log.Warn("request without a valid signature refused", "path", r.URL.Path)
			http.Error(w, "invalid signature", http.StatusUnauthorized)
			return
		}
		defer func() {
			if r := recover(); r != nil {
				logPanic(s.log, r)
				http.Error(w, "please send it again", http.StatusServiceUnavailable)
			}
		}()
		next(w, body)
	}
}

// isSSLCheck reports whether the body is Slack's probe of the certificate.
func isSSLCheck(body []byte) bool {
	if !bytes.Contains(body, []byte("ssl_check=1")) {
		return false
	}
	form, err := url.ParseQuery(string(body))
	return err == nil && form.Get("ssl_check") == "1" && !form.Has("command")
}

// verify checks the signature v0 of a raw body and that it is at most five minutes old
// (docs.slack.dev/authentication/verifying-requests-from-slack).
func verify(header http.Header, secret string, body []byte) error {
	v, err := slack.NewSecretsVerifier(header, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

func (s *slackHTTP) command(w http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "the body is no form", http.StatusBadRequest)
		return
	}
	c := commandOf(form.Get)
	if c.UserID == "" || c.TriggerID == "" {
		http.Error(w, "user_id or trigger_id is missing", http.StatusBadRequest)
		return
	}
	reply, err := s.dispatcher.command(c)
	if err != nil {
		notTaken(w)
		return
	}
	writeReply(w, reply)
}

// notTaken is for what is neither done nor stored: Slack sends an event again, and tells a person
// that it did not work.
func notTaken(w http.ResponseWriter) {
	http.Error(w, "not stored; please send it again", http.StatusServiceUnavailable)
}

// commandOf is the command with those fields.
func commandOf(field func(string) string) slack.SlashCommand {
	return slack.SlashCommand{
		TeamID: field("team_id"), UserID: field("user_id"), Command: field("command"),
		Text: field("text"), ResponseURL: field("response_url"), TriggerID: field("trigger_id"),
	}
}

// answer is what a command's answer says, without the many fields that slack.Msg has for messages of all kinds.
type answer struct {
	ResponseType string        `json:"response_type"`
	Text         string        `json:"text"`
	Blocks       []slack.Block `json:"blocks,omitempty"`
}

// message is a reply as a command's answer, which only the person sees.
func message(reply handlers.Reply) answer {
	return answer{slack.ResponseTypeEphemeral, reply.Text, reply.Blocks}
}

// writeReply answers a command; with nothing if the reply is shown elsewhere.
func writeReply(w http.ResponseWriter, reply handlers.Reply) {
	if !reply.Empty() {
		writeJSON(w, message(reply))
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the answer could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body) // a peer that has gone hears nothing
}

func (s *slackHTTP) interaction(w http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "the body is no form", http.StatusBadRequest)
		return
	}
	ack, _, err := s.dispatcher.interaction([]byte(form.Get("payload")), math.MaxInt)
	switch {
	case err != nil:
		notTaken(w)
	case ack != nil:
		writeJSON(w, ack)
	}
}

func (s *slackHTTP) event(w http.ResponseWriter, body []byte) {
	challenge, err := s.dispatcher.event(body)
	if err != nil {
		notTaken(w)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, challenge) // #nosec G705 -- plain text, and signed by Slack
}
