package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/internal/slackapi"
)

const (
	// settleIn bounds noting how the work on something stored has ended.
	settleIn = 2 * time.Second
	// shownFor is how long a response_url serves (docs.slack.dev/interactivity/handling-user-interaction).
	shownFor = 30 * time.Minute
)

var (
	// errNotKept means that a request could be neither answered nor stored, so it must not be acknowledged.
	errNotKept = errors.New("the request could not be stored")
	// errAgain means that the work is to be tried again; why has been logged.
	errAgain = errors.New("not done yet")
)

// sent is what an act does not hold besides, to be handled again.
type sent struct {
	kind    care.IncomingKind
	name    string // the same when Slack sends it again
	command string // as typed
	payload []byte // of an interaction
}

// body is the request whole.
func (a *act) body() ([]byte, error) {
	if a.sent.kind == care.IncomingInteraction {
		return a.sent.payload, nil
	}
	return json.Marshal(slack.SlashCommand{
		TeamID: a.surface.team, UserID: a.surface.slackID, Command: a.sent.command, Text: a.request.Text,
		ResponseURL: a.surface.responseURL, TriggerID: a.surface.trigger,
	})
}

// keep stores a request. It reports false when it is stored already.
func (d *dispatcher) keep(a *act) (fresh bool, err error) {
	body, err := a.body()
	if err == nil {
		ctx, cancel := context.WithTimeout(d.closing, answerIn) // answer waits less long
		defer cancel()
		fresh, err = d.care.Receive(ctx, care.Incoming{Meta: care.Meta{ID: d.idOf(a)}, Kind: a.sent.kind, Body: string(body), At: a.request.Now})
	}
	if err != nil {
		d.log.Error("request not stored", "request", a.request.ID, "kind", a.kind, "name", a.name, "error", err)
	}
	return fresh, err
}

func (d *dispatcher) idOf(a *act) string { return d.care.IncomingID(a.sent.kind, a.sent.name) }

// promise has a request answered with a word that its answer will come later, once it is stored. What
// is answered in a modal is only asked for again, and so not stored.
func (d *dispatcher) promise(a *act, job *job, text string) {
	got := answered{reply: d.app.Fail(text, *job.lang.Load())}
	if !a.surface.inAnswer {
		if err := d.store(a, job).err; err != nil {
			got = answered{err: err}
		}
	}
	job.deliver(got)
}

// settle notes how the work on a stored request has ended.
func (d *dispatcher) settle(ctx context.Context, a *act, err error) {
	d.settleIncoming(ctx, d.idOf(a), a.request.ID, err)
}

// settleIncoming notes how the work on something stored has ended: well, in a way that trying again
// does not mend, or so that it is to be tried again. What is cut short is free again when its lease ends.
func (d *dispatcher) settleIncoming(ctx context.Context, id, request string, err error) {
	log := d.log.With("request", request, "incoming", id)
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleIn)
	defer cancel()
	switch {
	case err == nil, errors.Is(err, slackapi.ErrTooLate):
		err = d.care.FinishIncoming(noting, id, d.clock.now())
	case ctx.Err() != nil:
		log.Warn("stored request left for later")
		return
	default:
		log.Warn("stored request not done, trying again later", "error", err)
		err = d.care.FailIncoming(noting, id, d.clock.now())
	}
	if errors.Is(err, care.ErrSetAside) {
		log.Error("stored request set aside after its last attempt")
	} else if err != nil {
		log.Error("stored request not settled", "error", err)
	}
}

// WorkOff does what was stored and is not done: by a copy of the program that has ended, or because
// something was in the way. It returns how many it has begun. One that fails is logged, and no error.
func (d *dispatcher) WorkOff(ctx context.Context, now time.Time) (n int, err error) {
	done := make(chan struct{}, workers)
	begun := 0
	defer func() {
		for ; begun > 0; begun-- {
			select {
			case <-done:
			case <-ctx.Done(): // they go on; the program's end waits for them
				return
			}
		}
	}()
	for {
		select {
		case d.turns <- struct{}{}: // before its lease begins
		case <-ctx.Done():
			return n, nil
		}
		in, err := d.care.TakeIncoming(ctx, now)
		if err != nil {
			<-d.turns
			switch {
			case errors.Is(err, care.ErrNotFound):
				return n, nil
			case errors.Is(err, care.ErrSetAside):
				d.log.Error("stored request set aside", "incoming", in.ID, "kind", in.Kind, "attempts", in.Attempts, "error", err)
				continue
			}
			return n, fmt.Errorf("take what has come in: %w", err)
		}
		started := d.later(func(ctx context.Context) {
			defer func() {
				<-d.turns
				select {
				case done <- struct{}{}:
				default: // nobody waits
				}
			}()
			d.redo(ctx, in, now)
		})
		if !started {
			<-d.turns
			return n, nil
		}
		n, begun = n+1, begun+1
	}
}

// redo handles something stored, which may have been handled before, wholly or in part.
func (d *dispatcher) redo(ctx context.Context, in care.Incoming, now time.Time) {
	if in.Kind == care.IncomingEvent {
		id, err := d.handleEvent(ctx, []byte(in.Body), in.At, in.Attempts)
		d.settleIncoming(ctx, in.ID, id, err)
		return
	}
	a, ok := d.actIn(in)
	if !ok {
		d.settleIncoming(ctx, in.ID, "", errors.New("this version of the program knows no such request"))
		return
	}
	d.settleIncoming(ctx, in.ID, a.request.ID, d.redoAct(ctx, a, in, now))
}

// actIn is the act that was stored.
func (d *dispatcher) actIn(in care.Incoming) (*act, bool) {
	var acts []act
	switch in.Kind {
	case care.IncomingCommand:
		var c slack.SlashCommand
		if json.Unmarshal([]byte(in.Body), &c) == nil {
			acts = []act{*d.commanded(c)}
		}
	case care.IncomingInteraction:
		if cb, ok := d.understood([]byte(in.Body)); ok {
			acts = d.acts(cb, []byte(in.Body))
		}
	}
	for i := range acts {
		if d.idOf(&acts[i]) == in.ID {
			return &acts[i], true
		}
	}
	return nil, false
}

// redoAct handles an act as if at the moment at which it was done, and shows the answer if that can
// still be shown. A modal cannot: its answer is a word that there was no time for one.
func (d *dispatcher) redoAct(ctx context.Context, a *act, in care.Incoming, now time.Time) error {
	a.request.Now, a.surface.trigger = in.At, ""
	job := d.newJob()
	job.deliver(answered{}) // nobody waits
	began := d.clock.machine()
	reply, outcome := d.handle(ctx, a, job)
	d.metrics.done(a.kind, a.name, outcome, d.clock.machine().Sub(began))
	failed := outcome == outcomeError || outcome == outcomeBusy
	if failed && in.Attempts < care.IncomingTries {
		return errAgain
	}
	if now.Sub(in.At) > shownFor {
		d.log.Warn("answer comes too late to be shown", "request", a.request.ID, "kind", a.kind, "name", a.name)
	} else if err := d.show(ctx, a, reply); err != nil {
		return err
	}
	if failed {
		return errAgain
	}
	return nil
}
