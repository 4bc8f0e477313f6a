package scheduler

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
)

// Deliveries is what delivering asks of the domain; *care.Service is it.
type Deliveries interface {
	TakeDelivery(ctx context.Context, now time.Time) (care.Delivery, error)
	PrepareLetter(ctx context.Context, d care.Delivery, now time.Time) (*care.Letter, error)
	LetterSent(ctx context.Context, l *care.Letter, channel, ts, shown string) error
	LetterShown(ctx context.Context, d care.Delivery, shown string) error
	LetterDelayed(ctx context.Context, l *care.Letter, after time.Duration, now time.Time) error
	LetterRefused(ctx context.Context, l *care.Letter, gone bool, now time.Time) error
	LetterAddress(ctx context.Context, d care.Delivery, now time.Time) (to, channel string, err error)
	LetterNotShown(ctx context.Context, d care.Delivery, now time.Time) error
	LetterFound(ctx context.Context, d care.Delivery, channel, ts string) error
	LetterNotFound(ctx context.Context, d care.Delivery, now time.Time) error
	LetterUnclear(ctx context.Context, d care.Delivery, now time.Time) error
	RoomCheck(ctx context.Context, school string, room care.Room, facts care.ChannelFacts, isBot func(ctx context.Context, slackID string) (bool, error), now time.Time) (*care.ChannelFault, error)
	RoomNotFit(ctx context.Context, l *care.Letter, why care.ChannelFault, now time.Time) error
}

// Posts is what delivering asks of Slack; *slackapi.Client is it. Of its errors, *care.RefusedError
// and *care.LimitedError say that nothing was done; with any other that is not known.
type Posts interface {
	// Post posts a message and returns where it stands.
	Post(ctx context.Context, at care.Place, key, text string, blocks []slack.Block) (in, ts string, err error)
	// UpdatePost shows a message anew.
	UpdatePost(ctx context.Context, channel, ts, text string, blocks []slack.Block) error
	// FindPost looks for the message with that key among those since then; care.ErrNotFound if there is none.
	FindPost(ctx context.Context, at care.Place, key string, since time.Time) (ts string, err error)
	// Channel returns what Slack says of a channel. That it is not there, or cannot be read, is no error.
	Channel(ctx context.Context, id string) (care.ChannelFacts, error)
	// OpenDM returns the direct messages with a user.
	OpenDM(ctx context.Context, slackID string) (string, error)
}

// Messages are the messages that the scheduler has sent: their words and buttons.
type Messages interface {
	Reminder(r care.Reminder, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	Trouble(t care.Trouble, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	FileReport(f care.FileReport, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	CaseWord(w care.CaseWord, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	CasePost(p care.CasePost, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	Report(r care.Report, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	Meeting(m care.MeetingLetter, kind care.DeliveryKind, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	MeetingDay(d care.MeetingDayLetter, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
	Watch(w care.Watch, lang care.Lang, now time.Time) (text string, blocks []slack.Block)
}

const (
	// deliverers is how many letters are on their way at once: enough to reach what Slack permits,
	// hundreds a minute, when each call takes half a second.
	deliverers = 8
	// deliverFor is how long a round takes deliveries. What it has taken may then still be posted.
	deliverFor = 15 * time.Second
	// deliverFailures is how many calls in a row may end in trouble before Slack is left alone until
	// the next minute.
	deliverFailures = 3
)

// A post rests at most so long, and so often, when Slack asks for it: there is time for it then in
// care.PostTime.
const (
	postRest  = 8 * time.Second
	postRests = 3
)

// A round is one time at which what is due is delivered.
type round struct {
	*Scheduler
	now      func() time.Time
	done     atomic.Int64
	failures atomic.Int64
	stopped  atomic.Bool // Slack is to be left alone, or the time is up
	looks    sync.Map    // channel → *look
	bots     sync.Map    // Slack user id → whether it is a bot's
}

// TickDeliveries delivers what is due, and returns how many deliveries it has dealt with. A round
// that ends before all is done, because its time is up, leaves the rest to the next one. now moves on
// with the machine's time, for a lease is to last as long as it says.
func (s *Scheduler) TickDeliveries(ctx context.Context, now time.Time) (int, error) {
	began := s.Machine()
	r := &round{Scheduler: s, now: func() time.Time { return now.Add(s.Machine().Sub(began)) }}
	taking, cancel := context.WithTimeout(ctx, deliverFor)
	defer cancel()
	var g errgroup.Group
	for range deliverers {
		g.Go(func() error {
			for taking.Err() == nil && !r.stopped.Load() {
				more, err := r.next(ctx)
				if err != nil || !more {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	if err == nil && taking.Err() != nil && !r.stopped.Load() {
		err = errMore
	}
	return int(r.done.Load()), err
}

// next takes one delivery and deals with it. It reports false when none is due.
func (r *round) next(ctx context.Context) (bool, error) {
	now := r.now()
	d, err := r.Care.TakeDelivery(ctx, now)
	if errors.Is(err, care.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take a delivery: %w", err)
	}
	if err := r.handle(ctx, d, now); err != nil {
		// Its lease brings it back. The others are not kept waiting by it.
		r.Log.Error("delivery in trouble", "delivery", d.ID, "error", err)
		r.failed()
	}
	r.done.Add(1)
	return true, nil
}

// handle deals with a delivery that has been taken. A panic becomes an error like any other.
func (r *round) handle(ctx context.Context, d care.Delivery, now time.Time) (err error) {
	defer recovered(&err)
	// Slack is given its time from when the lease began.
	posting, cancel := context.WithTimeout(ctx, care.PostTime)
	defer cancel()
	if d.State == care.DeliverySending {
		return r.search(ctx, posting, d)
	}
	return r.deliver(ctx, posting, d, now)
}

// deliver sends a delivery's letter, or shows it anew.
func (r *round) deliver(ctx, posting context.Context, d care.Delivery, now time.Time) error {
	l, err := r.Care.PrepareLetter(ctx, d, now)
	if err != nil || l == nil {
		return err
	}
	inRoom := l.Room != "" && l.To == ""
	if inRoom {
		if fit, err := r.fits(ctx, posting, d, l); err != nil || !fit {
			return err
		}
	}
	text, blocks, shown := r.render(l, now)
	if l.TS != "" {
		return r.showAnew(ctx, posting, d, l, text, blocks, shown)
	}
	in, ts, err := r.post(posting, l, text, blocks)
	refused, isRefused := errors.AsType[*care.RefusedError](err)
	limited, isLimited := errors.AsType[*care.LimitedError](err)
	switch {
	case err == nil:
		r.failures.Store(0)
		r.Log.Info("message sent", "delivery", d.ID, "late", now.Sub(d.At).Round(time.Second).String())
		return r.Care.LetterSent(ctx, l, in, ts, shown)
	case isLimited:
		r.stopped.Store(true)
		return r.Care.LetterDelayed(ctx, l, limited.After, r.now())
	case isRefused:
		r.Log.Error("message refused", "delivery", d.ID, "code", refused.Code, "gone", refused.Gone)
		if why := closed(refused.Code); inRoom && why != "" { // since it was looked at
			return r.notFit(ctx, d, l, care.ChannelFault{Room: l.Room, Channel: l.Channel, Why: why})
		}
		if !refused.Gone {
			r.failed()
		}
		return r.Care.LetterRefused(ctx, l, refused.Gone, r.now())
	}
	// Whether it stands in Slack is not known: it is looked for when the lease is over.
	r.warn(ctx, err, "message perhaps not sent", "delivery", d.ID)
	r.failed()
	return nil
}

// post posts a letter. When Slack asks for a short rest, it is posted after that.
func (r *round) post(ctx context.Context, l *care.Letter, text string, blocks []slack.Block) (in, ts string, err error) {
	at := care.Place{Channel: cmp.Or(l.Channel, l.To), Thread: l.Thread, Broadcast: l.Thread != ""}
	for range postRests {
		in, ts, err = r.Slack.Post(ctx, at, l.Key, text, blocks)
		limited, ok := errors.AsType[*care.LimitedError](err)
		if !ok || limited.After > postRest {
			return in, ts, err
		}
		timer := time.NewTimer(limited.After)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return in, ts, err
}

// failed counts trouble, and has the round end when it looks like Slack's.
func (r *round) failed() {
	if r.failures.Add(1) >= deliverFailures {
		r.stopped.Store(true)
	}
}

// render writes a letter, and what stands for its content.
func (r *round) render(l *care.Letter, now time.Time) (text string, blocks []slack.Block, shown string) {
	switch {
	case l.Trouble != nil:
		text, blocks = r.Messages.Trouble(*l.Trouble, l.Lang, now)
	case l.File != nil:
		text, blocks = r.Messages.FileReport(*l.File, l.Lang, now)
	case l.Word != nil:
		text, blocks = r.Messages.CaseWord(*l.Word, l.Lang, now)
	case l.Post != nil:
		text, blocks = r.Messages.CasePost(*l.Post, l.Lang, now)
	case l.Report != nil:
		text, blocks = r.Messages.Report(*l.Report, l.Lang, now)
	case l.Meeting != nil:
		text, blocks = r.Messages.Meeting(*l.Meeting, l.Kind, l.Lang, now)
	case l.Day != nil:
		text, blocks = r.Messages.MeetingDay(*l.Day, l.Lang, now)
	case l.Watch != nil:
		text, blocks = r.Messages.Watch(*l.Watch, l.Lang, now)
	default:
		text, blocks = r.Messages.Reminder(*l.Reminder, l.Lang, now)
	}
	body, err := json.Marshal(blocks)
	if err != nil { // Slack's client will say so again
		return text, blocks, ""
	}
	sum := sha256.Sum256(append(body, text...))
	return text, blocks, hex.EncodeToString(sum[:8])
}

// showAnew shows a letter that stands already as it is now.
func (r *round) showAnew(ctx, posting context.Context, d care.Delivery, l *care.Letter, text string, blocks []slack.Block, shown string) error {
	if shown == l.Shown {
		return r.Care.LetterShown(ctx, d, shown)
	}
	err := r.Slack.UpdatePost(posting, l.Channel, l.TS, text, blocks)
	_, refused := errors.AsType[*care.RefusedError](err)
	switch {
	case err == nil:
		return r.Care.LetterShown(ctx, d, shown)
	case refused: // it has been deleted, or its place is gone
		r.Log.Info("message not shown anew", "delivery", d.ID, "error", err)
		return r.Care.LetterShown(ctx, d, shown)
	}
	r.warn(ctx, err, "message not shown anew", "delivery", d.ID)
	r.failed()
	return r.Care.LetterNotShown(ctx, d, r.now())
}

// search looks for the message that someone was about to send.
func (r *round) search(ctx, posting context.Context, d care.Delivery) error {
	to, channel, err := r.Care.LetterAddress(ctx, d, r.now())
	if err != nil {
		return err
	}
	if channel == "" {
		channel, err = r.Slack.OpenDM(posting, to)
	}
	var ts string
	if err == nil {
		// Slack's time is the machine's, also when school time is moved.
		since := r.Machine().Add(-r.now().Sub(d.PostedAt))
		ts, err = r.Slack.FindPost(posting, care.Place{Channel: channel, Thread: d.Thread}, d.Message, since)
	}
	refused, isRefused := errors.AsType[*care.RefusedError](err)
	switch {
	case err == nil:
		r.failures.Store(0)
		r.Log.Info("message found", "delivery", d.ID)
		return r.Care.LetterFound(ctx, d, channel, ts)
	case errors.Is(err, care.ErrNotFound), isRefused && refused.Gone:
		return r.Care.LetterNotFound(ctx, d, r.now())
	}
	r.warn(ctx, err, "message not looked for", "delivery", d.ID)
	r.failed()
	return r.Care.LetterUnclear(ctx, d, r.now())
}
