package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lotsen/internal/care"
)

// meet asks Slack about an account of which nothing is known yet and tries again to let it in.
func (d *dispatcher) meet(ctx context.Context, s surface, now time.Time, ask lookup, wait func()) (care.Actor, error) {
	refused := &care.Error{Code: care.CodeNoAccess}
	if d.isStranger(s.slackID) {
		return care.Actor{}, refused
	}
	wait()
	account, err := ask(ctx, s.slackID)
	if err != nil && !errors.Is(err, care.ErrNotFound) {
		return care.Actor{}, fmt.Errorf("look up the account: %w", err)
	}
	if err == nil {
		if err := d.care.Learn(ctx, account, now); err != nil {
			return care.Actor{}, err
		}
	}
	actor, err := d.care.LetIn(ctx, s.slackID, s.team, now)
	if errors.Is(err, care.ErrNoFacts) {
		d.rememberStranger(s.slackID)
		return care.Actor{}, refused
	}
	return actor, err
}

// unhurried asks Slack about an account, and meanwhile lets someone else have the worker's turn.
func (d *dispatcher) unhurried(ctx context.Context, slackID string) (care.Account, error) {
	<-d.turns
	defer func() { d.turns <- struct{}{} }()
	return d.slack.Account(ctx, slackID)
}

func (d *dispatcher) isStranger(slackID string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock.machine().Before(d.strangers[slackID])
}

func (d *dispatcher) rememberStranger(slackID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.strangers) >= strangersKept {
		clear(d.strangers)
	}
	d.strangers[slackID] = d.clock.machine().Add(strangerFor)
}

func (d *dispatcher) forgetStranger(slackID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.strangers, slackID)
}
