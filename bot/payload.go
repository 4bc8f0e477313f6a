package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"
)

// interaction takes the payload of an interaction. What cannot be read or is not known is logged
// by its type and counts as received: to refuse it would only make people see an error.
func (d *dispatcher) interaction(payload []byte) {
	var kind struct {
		Type string `json:"type"`
	}
	var cb slack.InteractionCallback
	err := json.Unmarshal(payload, &kind)
	if err == nil {
		err = json.Unmarshal(payload, &cb)
	}
	if err != nil {
		d.log.Warn("interaction not understood", "type", kind.Type) // the codec's error may quote the payload
		return
	}
	if cb.Type != slack.InteractionTypeBlockActions {
		d.log.Info("interaction ignored", "type", kind.Type)
		return
	}
	for _, clicked := range cb.ActionCallback.BlockActions {
		if clicked.Type != "button" {
			d.log.Info("action ignored", "type", string(clicked.Type))
			continue
		}
		d.click(cb, clicked)
	}
}

// eventTypes are the events that the program handles, for the manifest.
func eventTypes() []string { return []string{"team_join", "user_change"} }

// event takes an event. It returns what to answer, and an error when Slack should send it again.
// Both events handled here tell the present state of an account, so a repetition does no harm
// and it is stored before it is acknowledged.
func (d *dispatcher) event(body []byte) (challenge string, err error) {
	var outer struct {
		Type      string          `json:"type"`
		Challenge string          `json:"challenge"`
		EventID   string          `json:"event_id"`
		Event     json.RawMessage `json:"event"`
	}
	var inner struct {
		Type string     `json:"type"`
		User slack.User `json:"user"`
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		d.log.Warn("event not understood")
		return "", nil
	}
	if outer.Type == "url_verification" {
		return outer.Challenge, nil
	}
	log := d.log.With("request", requestID(outer.EventID))
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(outer.Event, &kind); err != nil {
		log.Warn("event not understood", "outer", outer.Type)
		return "", nil
	}
	switch kind.Type {
	case "team_join", "user_change":
	default:
		log.Info("event ignored", "type", kind.Type)
		return "", nil
	}
	if err := json.Unmarshal(outer.Event, &inner); err != nil {
		log.Warn("event not understood", "type", kind.Type)
		return "", nil
	}
	ctx, cancel := context.WithTimeout(d.closing, answerIn)
	defer cancel()
	account, err := d.slack.AccountOf(ctx, inner.User)
	if err == nil {
		err = d.care.Learn(ctx, account, d.clock.now())
	}
	if err != nil {
		log.Error("event not kept", "type", kind.Type, "error", err)
		return "", fmt.Errorf("learn an account: %w", err)
	}
	d.forgetStranger(inner.User.ID)
	log.Info("event handled", "type", kind.Type)
	return "", nil
}
