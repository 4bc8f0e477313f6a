package fakeslack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// envelope is a request to the app as it goes over a connection.
type envelope struct {
	id      string
	d       delivery
	raw     []byte
	answers bool // an ack may carry an answer
	acked   bool
	waiting []chan []byte // each gets the ack's payload
}

var errNoConnection = errors.New("the app has no connection open")

func (s *Slack) socketMode() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.SocketMode
}

// deliverBySocket is deliver with Socket Mode on. An ack that is missing because the connection broke or is stalled is no violation.
func (s *Slack) deliverBySocket(ctx context.Context, d delivery) (*Ack, error) {
	e, err := s.envelope(d)
	if err != nil {
		return nil, err
	}
	answer := make(chan []byte, 1)
	s.mu.Lock()
	e.waiting = append(e.waiting, answer)
	s.mu.Unlock()
	start := time.Now()
	sent := s.transmit(e.raw)
	ack := &Ack{Envelope: e.id}
	if len(sent) == 0 {
		return ack, fmt.Errorf("deliver %s: %w", d.what, errNoConnection)
	}
	late := time.NewTimer(s.ackLimit)
	defer late.Stop()
	select {
	case <-ctx.Done():
		err = ctx.Err()
	case ack.Body = <-answer:
		ack.Status, ack.Header = http.StatusOK, http.Header{"Content-Type": {"application/json"}}
	case <-late.C:
		ack.Error = "operation_timeout"
	}
	ack.Latency = time.Since(start)
	if ack.Status == http.StatusOK || err != nil {
		return ack, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lost, stalled := true, false
	for _, sock := range sent {
		deaf := sock.stalled || sock.choked != nil
		stalled = stalled || deaf
		lost = lost && (deaf || !slices.Contains(s.sockets, sock))
	}
	if lost && !stalled {
		return ack, fmt.Errorf("deliver %s: the connection ended before the ack", d.what)
	}
	if !lost {
		s.violate("%s: answered with %s after %v", d.what, ack.Error, ack.Latency.Round(time.Millisecond))
	}
	return ack, nil
}

// envelope makes the envelope for a delivery, or finds the one that it repeats.
func (s *Slack) envelope(d delivery) (*envelope, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.envelopes[d.envelope]; e != nil {
		return e, nil
	}
	e := &envelope{id: newUUID(), d: d}
	kind, payload, err := "events_api", any(json.RawMessage(d.body)), error(nil)
	if d.kind != eventsAPI {
		kind, payload, err = openForm(d)
	}
	if err != nil {
		return nil, fmt.Errorf("envelope of %s: %w", d.what, err)
	}
	var head struct {
		Type string `json:"type"`
	}
	if inner, ok := payload.(json.RawMessage); ok {
		_ = json.Unmarshal(inner, &head) // without a type it accepts no answer
	}
	e.answers = d.kind == commands || head.Type == "view_submission" || head.Type == "block_suggestion"
	e.raw, err = json.Marshal(object{
		"envelope_id": e.id, "type": kind, "payload": payload, "accepts_response_payload": e.answers,
		"retry_attempt": d.retry, "retry_reason": strings.TrimPrefix(d.reason, "http_"),
	})
	if err != nil {
		return nil, fmt.Errorf("encode envelope of %s: %w", d.what, err)
	}
	s.envelopes[e.id] = e
	return e, nil
}

// openForm takes what an envelope carries out of a form.
func openForm(d delivery) (kind string, payload any, err error) {
	form, err := url.ParseQuery(string(d.body))
	if err != nil {
		return "", nil, err
	}
	if d.kind == interactions {
		return "interactive", json.RawMessage(form.Get("payload")), nil
	}
	fields := object{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	return "slash_commands", fields, nil
}

// transmit sends an envelope over the connection whose turn it is, or over two, and returns those that took it.
func (s *Slack) transmit(raw []byte) (sent []*socket) {
	s.mu.Lock()
	var open []*socket
	for i := range s.sockets {
		if sock := s.sockets[(s.turn+i)%len(s.sockets)]; !sock.leaving {
			open = append(open, sock)
		}
	}
	s.turn++
	copies := 1
	if s.duplicate {
		copies = 2
	}
	s.mu.Unlock()
	for len(open) > 0 && len(sent) < copies {
		sock := open[0]
		if !s.isStalled(sock) && sock.send(raw) != nil {
			s.drop(sock)
			open = open[1:]
			continue
		}
		sent = append(sent, sock)
		open = append(open[1:], sock)
	}
	return sent
}

// takeAck hands an ack to whoever waits for it. It may come over another connection than the envelope did.
func (s *Slack) takeAck(raw []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if len(raw) >= maxAck {
		s.violate("socket: an ack of %d bytes, of which Slack takes notice only below %d", len(raw), maxAck)
		return
	}
	err := json.Unmarshal(raw, &ack)
	e := s.envelopes[ack.EnvelopeID]
	if err != nil || e == nil {
		s.violate("socket: a message that is no ack of an envelope")
		return
	}
	payload := bytes.TrimSpace(ack.Payload)
	if slices.Contains([]string{"null", "{}", `""`}, string(payload)) {
		payload = nil
	}
	if len(payload) > 0 && !e.answers {
		s.violate("%s: the ack carries an answer, which nobody will see", e.d.what)
		payload = nil
	}
	e.acked = true
	for _, answer := range e.waiting {
		answer <- payload
	}
	e.waiting = nil
}

// Acked tells whether the app has acknowledged an envelope, in time or not.
func (s *Slack) Acked(envelopeID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.envelopes[envelopeID]
	return e != nil && e.acked
}
