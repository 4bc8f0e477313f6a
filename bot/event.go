package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"
)

// eventTypes are the events that the program handles, for the manifest.
func eventTypes() []string { return []string{"app_home_opened", "team_join", "user_change"} }

// event takes an event. It returns what to answer, and an error when Slack should send it again.
// What is told of an account is its present state, so a repetition does no harm and it is stored
// before it is acknowledged; so may App Home be shown again.
func (d *dispatcher) event(body []byte) (challenge string, err error) {
	var outer struct {
		Type      string          `json:"type"`
		Challenge string          `json:"challenge"`
		EventID   string          `json:"event_id"`
		TeamID    string          `json:"team_id"`
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
	case "app_home_opened":
		d.homeOpened(outer.TeamID, outer.Event)
		return "", nil
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
