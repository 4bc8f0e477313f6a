// Package scheduler is what time does: each minute it does what is due.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"lotsen/internal/care"
)

// Scheduler does what is due.
type Scheduler struct {
	Care      Care
	Slack     Slack
	Messages  Messages
	Homes     Homes           // nil when nobody opens any here
	Inbox     Inbox           // nil when nothing comes in here
	Calendars Calendars       // nil when none are read here
	Files     Files           // nil when no folder is read here
	Moved     <-chan struct{} // tells that messages may have to be shown anew; nil tells nothing
	Machine   func() time.Time
	Beat      func() // tells that a tick was good; nil when nobody wants to know
	Log       *slog.Logger

	last  atomic.Int64 // when the last good tick began, Unix seconds of the clock
	moved atomic.Bool  // the clock has been moved since the last tick
}

// Care is what the scheduler asks of the domain; *care.Service is it.
type Care interface {
	NextLookup(ctx context.Context, now, lease time.Time) (care.Lookup, error)
	Learn(ctx context.Context, a care.Account, now time.Time) error
	NoAccount(ctx context.Context, l care.Lookup, now time.Time) error
	NextCalendars(ctx context.Context, now, lease time.Time) (care.CalendarTask, error)
	KeepCalendars(ctx context.Context, task care.CalendarTask, answers []care.CalendarAnswer, now time.Time) error
	MoveOut(ctx context.Context, now time.Time) (int, error)
	DropOld(ctx context.Context, now time.Time) (int64, error)
	SettleCases(ctx context.Context, now time.Time) (int, error)
	AskDigests(ctx context.Context, now time.Time) (int, error)
	Watch(ctx context.Context, moved bool, now time.Time) (late int, err error)
	FailedSince(ctx context.Context, since time.Time) (int, error)
	Once(ctx context.Context, job string, at, now time.Time, do func() error) (bool, error)
	Deliveries
}

// Slack is what the scheduler asks of Slack; *slackapi.Client is it.
type Slack interface {
	Check(ctx context.Context) error
	Account(ctx context.Context, slackID string) (care.Account, error)
	AccountByEmail(ctx context.Context, email string) (care.Account, error)
	Posts
}

// Files are those that are read when it is their time.
type Files interface {
	// ReadFiles begins to read the files that are due, unless it is at it, and does not wait for the end.
	ReadFiles(now time.Time)
}

// Homes are the App Homes that people have opened.
type Homes interface {
	// RefreshHomes shows those anew that have changed, and returns how many that were.
	RefreshHomes(ctx context.Context) int
}

// jobLimit is the longest that one job of a tick may take, so that the others get their turn
// within the minute.
const jobLimit = 25 * time.Second

// deliverLimit is jobLimit for deliveries, which end by themselves: a post that is cut off leaves it
// unknown whether the message stands.
const deliverLimit = deliverFor + care.PostTime

// Run ticks at once, then at each full minute of clock and whenever moved tells that clock has been
// moved, until ctx ends. A minute that comes while a tick is at work is left out; a move is followed
// by a tick after that one, if moved holds one signal. A nil moved tells nothing. Run returns when
// the last tick has ended.
func (s *Scheduler) Run(ctx context.Context, clock func() time.Time, moved <-chan struct{}) {
	tick := func() {
		for again := true; again && ctx.Err() == nil; {
			var err error
			now := clock()
			if again, err = s.Tick(ctx, now); err != nil {
				if ctx.Err() == nil {
					s.Log.Error("tick failed", "error", err)
				}
				return
			}
			s.last.Store(now.Unix())
			s.Log.Debug("ticked")
			if s.Beat != nil {
				s.Beat()
			}
		}
	}
	tick()
	var wg sync.WaitGroup
	wg.Go(func() { s.follow(ctx, clock) })
	defer wg.Wait()
	due := make(chan struct{})
	atMinutes := cron.FuncJob(func() {
		select {
		case due <- struct{}{}:
		default: // a tick is at work
		}
	})
	c := cron.New()
	entry := c.Schedule(minutes{clock}, atMinutes)
	c.Start()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-due:
			tick()
		case <-moved:
			c.Remove(entry) // the minute it waits for is not the clock's any more
			entry = c.Schedule(minutes{clock}, atMinutes)
			s.ClockMoved()
			tick()
		}
	}
	<-c.Stop().Done()
}

// ClockMoved says that the clock has been moved: the time that is left out then is no stop.
func (s *Scheduler) ClockMoved() { s.moved.Store(true) }

// followRest is how long follow rests: so many changes at once cost no more than one.
const followRest = time.Second

// follow delivers what is due whenever Moved tells, without waiting for the minute, until ctx ends.
func (s *Scheduler) follow(ctx context.Context, clock func() time.Time) {
	timer := time.NewTimer(followRest)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.Moved:
		}
		now := clock()
		_, err := work(ctx, now, jobLimit, s.TickOut)
		if err == nil {
			_, err = work(ctx, now, deliverLimit, s.TickDeliveries)
		}
		if err != nil && !errors.Is(err, errMore) && ctx.Err() == nil { // the minute's tick does it
			s.Log.Warn("messages not shown anew at once", "error", err)
		}
		timer.Reset(followRest)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}

// LastTick is when the last good tick began; the zero time for none yet.
func (s *Scheduler) LastTick() time.Time {
	if sec := s.last.Load(); sec != 0 {
		return time.Unix(sec, 0)
	}
	return time.Time{}
}

// minutes is the cron schedule of the full minutes of a clock that is not the machine's. Cron waits
// as long as lies between the two times, from when Next returns, so it does not wake too early.
type minutes struct{ clock func() time.Time }

// Next returns the machine's time at which the clock shows its next full minute.
func (m minutes) Next(machine time.Time) time.Time {
	now := m.clock()
	return machine.Add(now.Truncate(time.Minute).Add(time.Minute).Sub(now))
}

// errMore says that a job has ended because its time was up, with more to do.
var errMore = errors.New("there is more to do")

// Tick does everything that is due at now, and reports whether there is more of it to be done at
// once. One job's trouble does not keep the others from their turn.
func (s *Scheduler) Tick(ctx context.Context, now time.Time) (again bool, err error) {
	jobs := []struct {
		name  string
		limit time.Duration
		run   func(context.Context, time.Time) (int, error)
	}{
		{"out", jobLimit, s.TickOut},
		{"digests", jobLimit, s.TickDigests},
		{"watch", jobLimit, s.TickWatch},
		{"deliveries", deliverLimit, s.TickDeliveries},
		{"inbox", jobLimit, s.TickInbox},
		{"facts", jobLimit, s.TickFacts},
		{"cases", jobLimit, s.TickCases},
		{"old", jobLimit, s.TickOld},
		{"homes", jobLimit, s.TickHomes},
		{"calendars", jobLimit, s.TickCalendars},
		{"files", jobLimit, s.TickFiles},
	}
	var errs []error
	for _, job := range jobs {
		n, err := work(ctx, now, job.limit, job.run)
		if errors.Is(err, errMore) {
			again, err = true, nil
		}
		if n > 0 {
			s.Log.Info("job done", "job", job.name, "count", n)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("job %s: %w", job.name, err))
		}
	}
	return again, errors.Join(errs...)
}

// work runs one job within its time. A panic becomes an error like any other.
func work(ctx context.Context, now time.Time, limit time.Duration, run func(context.Context, time.Time) (int, error)) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer recovered(&err)
	return run(ctx, now)
}

// recovered is deferred, and makes a panic an error.
func recovered(err *error) {
	if r := recover(); r != nil {
		// What was panicked with may hold what people typed; its type does not.
		*err = fmt.Errorf("panic: %T\n%s", r, debug.Stack())
	}
}

// TickHomes shows App Homes anew that have changed without their owners' doing. What is not shown,
// because Slack asks for a rest, is shown by a later tick.
func (s *Scheduler) TickHomes(ctx context.Context, _ time.Time) (int, error) {
	if s.Homes == nil {
		return 0, nil
	}
	return s.Homes.RefreshHomes(ctx), nil
}

// TickFiles has the files of the import folder read when it is their time. They may take longer than a
// tick may.
func (s *Scheduler) TickFiles(_ context.Context, now time.Time) (int, error) {
	if s.Files != nil {
		s.Files.ReadFiles(now)
	}
	return 0, nil
}
