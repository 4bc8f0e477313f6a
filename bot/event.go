package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// eventTypes are the events that the program handles, for the manifest.
func eventTypes() []string {
	return []string{"app_home_opened", "message.groups", "message.im", "team_join", "user_change"}
}

// An event is what has happened in Slack.
type event struct {
	id, team, kind string
	self           string // Slack user id of Lotsen
	challenge      string // of the one that only asks whether someone is there
	inner          json.RawMessage
}

var errNotUnderstood = errors.New("not understood")

// readEvent reads an event; its errors quote nothing.
func readEvent(body []byte) (event, error) {
	var outer struct {
		Type      string          `json:"type"`
		Challenge string          `json:"challenge"`
		EventID   string          `json:"event_id"`
		TeamID    string          `json:"team_id"`
		Event     json.RawMessage `json:"event"`
		Installed []struct {
			User string `json:"user_id"`
		} `json:"authorizations"`
	}
	if json.Unmarshal(body, &outer) != nil {
		return event{}, errNotUnderstood
	}
	if outer.Type == "url_verification" {
		return event{kind: outer.Type, challenge: outer.Challenge}, nil
	}
	var inner struct {
		Type string `json:"type"`
		Tab  string `json:"tab"`
	}
	if json.Unmarshal(outer.Event, &inner) != nil {
		return event{}, errNotUnderstood
	}
	if inner.Type == "app_home_opened" && inner.Tab != "home" {
		inner.Type += "/" + inner.Tab
	}
	e := event{id: cmp.Or(outer.EventID, string(body)), team: outer.TeamID, kind: inner.Type, inner: outer.Event}
	if len(outer.Installed) > 0 {
		e.self = outer.Installed[0].User
	}
	return e, nil
}

// event takes an event. It returns what to answer, and an error when Slack should send it again. An
// event is stored before that, and handled beside it: once, however often and to however many copies
// of the program it comes.
func (d *dispatcher) event(body []byte) (challenge string, err error) {
	e, err := readEvent(body)
	if err != nil {
		d.log.Warn("event not understood")
		return "", nil
	}
	request := requestID(e.id)
	log := d.log.With("request", request, "type", e.kind)
	switch e.kind {
	case "url_verification":
		return e.challenge, nil
	case "team_join", "user_change", "app_home_opened", "message":
	default:
		log.Info("event ignored")
		return "", nil
	}
	name := e.id
	ctx, cancel := context.WithTimeout(d.closing, answerIn)
	defer cancel()
	if e.kind == "message" {
		u, ok := utteranceOf(e)
		if ok {
			ok, err = d.listens(ctx, u, e.self)
		}
		if err != nil {
			log.Error("event not stored", "error", err)
		}
		if err != nil || !ok { // what is none of Lotsen's business is not even logged
			return "", err
		}
		name = u.name()
	}
	id := d.care.IncomingID(care.IncomingEvent, name)
	at := d.clock.now()
	fresh, err := d.care.Receive(ctx, care.Incoming{Meta: care.Meta{ID: id}, Kind: care.IncomingEvent, Body: string(body), At: at})
	if err != nil {
		log.Error("event not stored", "error", err)
		return "", err
	}
	if !fresh {
		log.Info("event has come before")
		return "", nil
	}
	d.later(func(ctx context.Context) { // if the program ends, another copy or the next start does it
		if e.kind == "message" { // it is worked on like a request
			select {
			case d.turns <- struct{}{}:
				defer func() { <-d.turns }()
			case <-ctx.Done():
				return
			}
		}
		request, err := d.handleEvent(ctx, body, at, 1)
		d.settleIncoming(ctx, id, request, err)
	})
	return "", nil
}

// handleEvent does what an event asks for that came at that time, and returns its id for the log. To do it again does no
// harm: what is told of an account is its state then, and App Home shows what is there now.
func (d *dispatcher) handleEvent(ctx context.Context, body []byte, at time.Time, attempt int) (request string, err error) {
	e, err := readEvent(body)
	if err != nil {
		return "", err
	}
	request = requestID(e.id)
	log := d.log.With("request", request, "type", e.kind)
	switch e.kind {
	case "app_home_opened":
		return request, d.homeOpened(ctx, e)
	case "message":
		return d.hear(ctx, e, at, attempt)
	}
	var inner struct {
		User slack.User `json:"user"`
	}
	if json.Unmarshal(e.inner, &inner) != nil {
		log.Warn("event not understood")
		return request, nil
	}
	account, err := d.slack.AccountOf(ctx, inner.User)
	if err == nil {
		err = d.care.Learn(ctx, account, d.clock.now())
	}
	if err != nil {
		return request, fmt.Errorf("learn an account: %w", err)
	}
	d.forgetStranger(inner.User.ID)
	log.Info("event handled")
	return request, nil
}
