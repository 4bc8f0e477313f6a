package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// checkMark is the emoji by which a person sees that what they wrote is noted.
const checkMark = "white_check_mark"

// unknownFor is how long it may take until it is on record where a message of Lotsen's stands.
const unknownFor = 2 * care.DeliveryLease

// spoken is a message in an event (docs.slack.dev/reference/events/message).
type spoken struct {
	SubType     string  `json:"subtype"`
	Channel     string  `json:"channel"`
	ChannelType string  `json:"channel_type"`
	TS          string  `json:"ts"`
	ThreadTS    string  `json:"thread_ts"`
	Parent      string  `json:"parent_user_id"`
	User        string  `json:"user"`
	BotID       string  `json:"bot_id"`
	Text        string  `json:"text"`
	Message     *spoken `json:"message"`          // of a change: as it is now
	Previous    *spoken `json:"previous_message"` // of a change or deletion: as it was
	Edited      struct {
		TS string `json:"ts"`
	} `json:"edited"`
}

// utterance is what a person has written, changed or deleted where Lotsen listens.
type utterance struct {
	care.Message
	by     string // Slack user id
	parent string // Slack user id of whose message it is in whose thread it stands, as far as that is known
}

// utteranceOf reads a message of a person's. It reports false for what Lotsen leaves alone: what programs write,
// what is in no thread of a channel, and changes of anything but the text, such as a link's preview.
func utteranceOf(e event) (u utterance, ok bool) {
	var s spoken
	if json.Unmarshal(e.inner, &s) != nil {
		return u, false
	}
	u.Channel, u.Direct = s.Channel, s.ChannelType == "im" || s.ChannelType == "" && strings.HasPrefix(s.Channel, "D")
	if !u.Direct && s.ChannelType != "group" {
		return u, false
	}
	m := &s
	switch s.SubType {
	case "", "thread_broadcast", "file_share", "me_message":
	case "message_changed":
		if m = s.Message; m == nil {
			return u, false
		}
		u.Edition = m.Edited.TS
		if u.Edition == "" {
			u.Edition = s.TS
		}
		if m.SubType == "tombstone" { // deleted, but something stands in its thread
			m, u.Gone = s.Previous, true
		} else if s.Previous != nil && s.Previous.Text == m.Text {
			return u, false
		}
	case "message_deleted":
		m, u.Gone = s.Previous, true
	default:
		return u, false
	}
	if m == nil || m.BotID != "" || m.User == "" || m.User == "USLACKBOT" || m.TS == "" || m.Text == "" && !u.Gone {
		return u, false
	}
	u.TS, u.Text, u.by, u.parent = m.TS, m.Text, m.User, m.Parent
	if m.ThreadTS != m.TS {
		u.Thread = m.ThreadTS
	}
	return u, u.Direct || u.Thread != ""
}

// name is the same for all events that tell of the same.
func (u utterance) name() string {
	edition := u.Edition
	if u.Gone {
		edition = "gone"
	}
	return "message/" + u.Channel + "/" + u.TS + "/" + edition
}

// listens reports whether Lotsen listens where something was written: in direct messages with it and, in a channel, in
// threads of its own messages.
func (d *dispatcher) listens(ctx context.Context, u utterance, self string) (bool, error) {
	switch {
	case u.Direct, u.parent != "" && u.parent == self:
		return true, nil
	case u.parent != "":
		return false, nil
	}
	return d.care.Heeds(ctx, u.Channel, u.Thread)
}

// hear does what a person has written. attempt counts from 1, and at is when the event came. To do it again does
// no harm: the answer is the same, and one that stands in a thread is looked for first.
func (d *dispatcher) hear(ctx context.Context, e event, at time.Time, attempt int) (request string, err error) {
	u, ok := utteranceOf(e)
	if !ok {
		return "", nil
	}
	request = requestID(u.name())
	if u.Thread != "" && u.parent == e.self && d.clock.now().Sub(at) < unknownFor {
		known, err := d.care.Heeds(ctx, u.Channel, u.Thread)
		if err != nil {
			return request, err
		}
		if !known && !u.Direct {
			return request, fmt.Errorf("it is not known yet what it answers: %w", errAgain)
		}
	}
	a := &act{kind: "message", name: "message", handle: d.app.Said,
		request: handlers.Request{ID: request, Said: u.Message, Now: at}, surface: surface{slackID: u.by, team: e.team}}
	job := d.newJob()
	job.deliver(answered{}) // nobody waits
	began := d.clock.machine()
	reply, outcome := d.handle(ctx, a, job)
	d.metrics.done(a.kind, a.name, outcome, d.clock.machine().Sub(began))
	failed := outcome == outcomeError || outcome == outcomeBusy
	if failed && attempt < care.IncomingTries {
		return request, errAgain
	}
	if err := d.showInThread(ctx, u, request, reply, attempt > 1); err != nil {
		return request, err
	}
	if failed {
		return request, errAgain
	}
	return request, nil
}

// showInThread answers what a person has written: by a check mark and, if there is something to say, in its thread, in a
// channel to them alone. What Slack refuses for good is logged, and no error.
func (d *dispatcher) showInThread(ctx context.Context, u utterance, key string, reply handlers.Reply, again bool) error {
	var errs []error
	switch {
	case u.Gone:
		return nil
	case reply.Tick:
		errs = append(errs, d.slack.React(ctx, u.Channel, u.TS, checkMark))
	case reply.Untick:
		errs = append(errs, d.slack.Unreact(ctx, u.Channel, u.TS, checkMark))
	}
	if !reply.Empty() {
		errs = append(errs, d.sayInThread(ctx, u, key, reply, again))
	}
	for i, err := range errs { // what is refused of one is no reason not to try the other again
		if refused, ok := errors.AsType[*care.RefusedError](err); ok {
			d.log.Error("answer refused", "request", key, "code", refused.Code)
			errs[i] = nil
		}
	}
	return errors.Join(errs...)
}

func (d *dispatcher) sayInThread(ctx context.Context, u utterance, key string, reply handlers.Reply, again bool) error {
	thread := u.Thread
	if !u.Direct {
		return d.slack.Ephemeral(ctx, u.Channel, thread, u.by, reply.Text, reply.Blocks)
	}
	if thread == "" {
		thread = u.TS
	}
	at := care.Place{Channel: u.Channel, Thread: thread}
	if again {
		if _, err := d.slack.FindPost(ctx, at, key, d.clock.machine().Add(-care.DraftLife)); !errors.Is(err, care.ErrNotFound) {
			return err
		}
	}
	_, _, err := d.slack.Post(ctx, at, key, reply.Text, reply.Blocks)
	return err
}
