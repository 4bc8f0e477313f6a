package scheduler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
)

// Calendars are where people say when they are busy; *calendar.Fetcher is it.
type Calendars interface {
	// Fetch reads a calendar from one instant to another. Its error is a *care.CalendarError, or ctx's own.
	Fetch(ctx context.Context, address, etag, lastModified string, zone *time.Location, from, to time.Time) (care.CalendarCopy, error)
}

const (
	// calendarsAtOnce is of how many people calendars are read at the same time.
	calendarsAtOnce = 6
	// calendarsPerTick bounds how many people's calendars one tick reads: of a thousand people some
	// forty are due each minute.
	calendarsPerTick = 120
	// calendarsBegin is how long a tick begins to read; what it has begun has calendarTime to end. Both
	// and the database's time fit into jobLimit.
	calendarsBegin = 8 * time.Second
	// calendarTime is how long one calendar may take.
	calendarTime = 12 * time.Second
	// calendarsLease is when calendars that nobody has kept an answer of have their turn again.
	calendarsLease = 5 * time.Minute
)

// TickCalendars reads the calendars that are due, at most calendarsPerTick people's, and returns of how
// many people something was read. What is left over is due again at a later tick.
func (s *Scheduler) TickCalendars(ctx context.Context, now time.Time) (int, error) {
	if s.Calendars == nil {
		return 0, nil
	}
	beginning, cancel := context.WithTimeout(ctx, calendarsBegin)
	defer cancel()
	var g errgroup.Group // one person's trouble stops no one else's
	g.SetLimit(calendarsAtOnce)
	read := 0
	var failed error
	for n := 0; n < calendarsPerTick && beginning.Err() == nil; n++ {
		task, err := s.Care.NextCalendars(ctx, now, now.Add(calendarsLease))
		if errors.Is(err, care.ErrNotFound) && task.Staff == "" {
			break
		}
		if err != nil && task.Staff == "" {
			failed = fmt.Errorf("next calendars: %w", err)
			break
		}
		if err != nil {
			s.Log.Error("calendars cannot be read", "staff", task.Staff, "error", err)
			continue
		}
		if len(task.Reads) == 0 {
			continue
		}
		read++
		g.Go(func() (err error) {
			defer recovered(&err)
			return s.readCalendars(ctx, task, now)
		})
	}
	return read, errors.Join(failed, g.Wait())
}

// readCalendars reads one person's calendars, all at once, and has the answers kept. A calendar whose
// reading is cut off because the program stops has no answer.
func (s *Scheduler) readCalendars(ctx context.Context, task care.CalendarTask, now time.Time) error {
	answers := make([]care.CalendarAnswer, len(task.Reads))
	var wg sync.WaitGroup
	for i, r := range task.Reads {
		wg.Go(func() { answers[i] = s.readCalendar(ctx, task, r) })
	}
	wg.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := s.Care.KeepCalendars(ctx, task, answers, now); err != nil {
		return fmt.Errorf("keep busy times: %w", err)
	}
	for _, a := range answers {
		if a.Trouble != "" {
			s.Log.Info("calendar not read", "staff", task.Staff, "trouble", a.Trouble)
		}
	}
	return nil
}

func (s *Scheduler) readCalendar(ctx context.Context, task care.CalendarTask, r care.CalendarRead) (a care.CalendarAnswer) {
	a.Calendar = r.Calendar
	ctx, cancel := context.WithTimeout(ctx, calendarTime)
	defer cancel()
	defer func() {
		if r := recover(); r != nil { // at what someone else has written; what it says may be from there
			s.Log.Error("calendar not read", "staff", task.Staff, "panic", fmt.Sprintf("%T", r))
			a.Trouble = care.CalendarStrange
		}
	}()
	var err error
	a.Copy, err = s.Calendars.Fetch(ctx, r.Address, r.ETag, r.LastModified, task.Zone, task.Span.Start, task.Span.End)
	if trouble, ok := errors.AsType[*care.CalendarError](err); ok {
		a.Trouble = trouble.Trouble
	} else if err != nil {
		a.Trouble = care.CalendarAway
	}
	return a
}
