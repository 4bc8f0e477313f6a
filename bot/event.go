package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// eventTypes are the events that the program handles, for the manifest.
func eventTypes() []string { return []string{"app_home_opened", "team_join", "user_change"} }

// An event is what has happened in Slack.
type event struct {
	id, team, kind string
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
	return event{id: cmp.Or(outer.EventID, string(body)), team: outer.TeamID, kind: inner.Type, inner: outer.Event}, nil
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
	case "team_join", "user_change", "app_home_opened":
	default:
		log.Info("event ignored")
		return "", nil
	}
	id := d.care.IncomingID(care.IncomingEvent, e.id)
	ctx, cancel := context.WithTimeout(d.closing, answerIn)
	defer cancel()
	fresh, err := d.care.Receive(ctx, care.Incoming{Meta: care.Meta{ID: id}, Kind: care.IncomingEvent, Body: string(body), At: d.clock.now()})
	if err != nil {
		log.Error("event not stored", "error", err)
		return "", err
	}
	if !fresh {
		log.Info("event has come before")
		return "", nil
	}
	d.later(func(ctx context.Context) { // if the program ends, another copy or the next start does it
		_, err := d.handleEvent(ctx, body)
		d.settleIncoming(ctx, id, request, err)
	})
	return "", nil
}

// handleEvent does what an event asks for, and returns its id for the log. To do it again does no
// harm: what is told of an account is its state then, and App Home shows what is there now.
func (d *dispatcher) handleEvent(ctx context.Context, body []byte) (request string, err error) {
	e, err := readEvent(body)
	if err != nil {
		return "", err
	}
	request = requestID(e.id)
	log := d.log.With("request", request, "type", e.kind)
	if e.kind == "app_home_opened" {
		return request, d.homeOpened(ctx, e)
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
