package fakeslack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// retryAfter is how long Slack waits before each of its three further attempts at an event.
var retryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}

// event is an event_callback and how its delivery goes.
type event struct {
	id     string
	what   string
	body   []byte
	failed int // attempts that failed
	reason string
	due    time.Time
}

// Event tells the app of something that happened: inner is the event object and needs a "type". When the app does not take it,
// RunRetries tries again as Slack would.
func (s *Slack) Event(ctx context.Context, inner any) (*Ack, error) {
	raw, err := json.Marshal(inner)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	var head struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(raw, &head) != nil || head.Type == "" {
		return nil, fmt.Errorf("event without a type")
	}
	s.mu.Lock()
	e := &event{id: newID("Ev"), what: "event " + head.Type}
	e.body, _ = json.Marshal(object{
		"token": verificationToken, "team_id": s.opts.TeamID, "context_team_id": s.opts.TeamID, "context_enterprise_id": nil, "api_app_id": s.opts.AppID,
		"event": json.RawMessage(raw), "type": "event_callback", "event_id": e.id, "event_time": s.opts.Clock().Unix(), "is_ext_shared_channel": false,
		"authorizations": []object{{
			"enterprise_id": nil, "team_id": s.opts.TeamID, "user_id": s.opts.BotUserID, "is_bot": true, "is_enterprise_install": false,
		}},
		"event_context": "4-" + e.id,
	})
	s.events[e.id] = e
	s.mu.Unlock()
	return s.attempt(ctx, e)
}

// attempt delivers an event and plans the next attempt if this one failed.
func (s *Slack) attempt(ctx context.Context, e *event) (*Ack, error) {
	ack, err := s.deliver(ctx, delivery{kind: eventsAPI, what: e.what, body: e.body, retry: e.failed, reason: e.reason})
	if ack == nil {
		return nil, err
	}
	ack.EventID = e.id
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		e.reason = "connection_failed"
	case ack.Error == "":
		return ack, nil
	case ack.Status == 0:
		e.reason = "http_timeout"
	case ack.Header.Get("X-Slack-No-Retry") == "1":
		return ack, nil
	default:
		e.reason = "http_error"
	}
	if e.failed < len(retryAfter) {
		e.due = s.opts.Clock().Add(retryAfter[e.failed])
		e.failed++
		s.retries = append(s.retries, e)
	}
	return ack, err
}

// RunRetries makes the attempts at failed events that are due by the workspace's clock, and returns how many it made. What these
// attempts find is judged like any other; an app that is still down is no error.
func (s *Slack) RunRetries(ctx context.Context) int {
	s.mu.Lock()
	var due, later []*event
	for _, e := range s.retries {
		if e.due.After(s.opts.Clock()) {
			later = append(later, e)
		} else {
			due = append(due, e)
		}
	}
	s.retries = later
	s.mu.Unlock()
	for _, e := range due {
		_, _ = s.attempt(ctx, e)
	}
	return len(due)
}

// Redeliver sends an event once more under its id, as Slack does when it has lost an answer.
func (s *Slack) Redeliver(ctx context.Context, eventID string) (*Ack, error) {
	s.mu.Lock()
	e := s.events[eventID]
	s.mu.Unlock()
	if e == nil {
		return nil, fmt.Errorf("no event %q", eventID)
	}
	ack, err := s.deliver(ctx, delivery{kind: eventsAPI, what: e.what, body: e.body, retry: 1, reason: "http_timeout"})
	if ack != nil {
		ack.EventID = e.id
	}
	return ack, err
}

// VerifyURL does what Slack does when an events address is entered: the app must send the challenge back. Socket Mode has no address.
func (s *Slack) VerifyURL(ctx context.Context) error {
	if s.socketMode() {
		return errors.New("with Socket Mode there is no address to verify")
	}
	challenge := newID("challenge")
	body, _ := json.Marshal(object{"token": verificationToken, "type": "url_verification", "challenge": challenge})
	ack, err := s.deliver(ctx, delivery{kind: eventsAPI, what: "url_verification", body: body})
	if err != nil {
		return err
	}
	var reply struct {
		Challenge string `json:"challenge"`
	}
	if ack.Error == "" && (string(ack.Body) == challenge || json.Unmarshal(ack.Body, &reply) == nil && reply.Challenge == challenge) {
		return nil
	}
	return fmt.Errorf("the app did not return the challenge: status %d", ack.Status)
}
