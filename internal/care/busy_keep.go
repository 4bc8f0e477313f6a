package care

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

const (
	calendarDays     = 26 * 7 // how many days ahead a calendar is read
	calendarDaysLeft = 20 * 7 // and how many of them may be left before it is read whole again
	calendarRest     = 24 * time.Hour
	calendarEarly    = time.Hour // before work begins, calendars are read for the first time in the day
	calendarBusyMax  = 10_000    // intervals; a calendar with more is no person's
)

// A CalendarTask is what is to be read of a person's calendars.
type CalendarTask struct {
	Staff string         // staff id
	Span  Interval       // what is wanted of them
	Zone  *time.Location // that times without one are in
	Reads []CalendarRead // none when nothing is to be read after all
}

// A CalendarRead is a calendar that is to be read. With tags it is asked for only if it has changed.
type CalendarRead struct {
	Calendar           string // a BusyFeed's
	Address            string
	ETag, LastModified string
}

// A CalendarAnswer is what became of a CalendarRead.
type CalendarAnswer struct {
	Calendar string
	Copy     CalendarCopy
	Trouble  CalendarTrouble // "": Copy is good
}

// NextCalendars takes the person whose calendars have waited longest to be read; ErrNotFound when there
// is none. No one else gets them before lease. With an error that is about this one person alone, the
// task says who it is.
func (s *Service) NextCalendars(ctx context.Context, now, lease time.Time) (CalendarTask, error) {
	b, err := s.Busy.ClaimDue(ctx, now, lease)
	if err != nil {
		return CalendarTask{}, err
	}
	task := CalendarTask{Staff: b.ID}
	st, err := s.Staff.Get(ctx, b.ID)
	if err != nil && !errors.Is(err, ErrNotFound) { // of whom nothing is kept
		return task, fmt.Errorf("get the staff member: %w", err)
	}
	fits, addresses, err := s.fitCalendars(b, st, now)
	if err != nil {
		return task, err
	}
	home, _ := s.HomeSchool(st, now)
	task.Zone = home.Zone
	for i, f := range fits.Feeds {
		if f.Due.After(now) {
			continue
		}
		read := CalendarRead{Calendar: f.Calendar, Address: addresses[i], ETag: f.ETag, LastModified: f.LastModified}
		if f.ReadAt.IsZero() || f.Until.Before(now.AddDate(0, 0, calendarDaysLeft)) {
			read.ETag, read.LastModified = "", ""
		}
		task.Reads = append(task.Reads, read)
	}
	if len(task.Reads) > 0 {
		today := DateOf(now, home.Zone)
		task.Span = Interval{today.AddDays(-1).At(0, 0, home.Zone).UTC(), today.AddDays(calendarDays).At(0, 0, home.Zone).UTC()}
		fits.Due = lease
	}
	if len(task.Reads) > 0 && slices.EqualFunc(fits.Feeds, b.Feeds, sameCalendar) {
		return task, nil
	}
	if err := s.Busy.Replace(ctx, fits); err != nil && !errors.Is(err, ErrConflict) { // then there is news, which makes it due
		return task, fmt.Errorf("keep which calendars there are: %w", err)
	}
	return task, nil
}

// KeepCalendars keeps what was read of a person's calendars for a task. Of one that could not be read
// the last good copy stays.
func (s *Service) KeepCalendars(ctx context.Context, task CalendarTask, answers []CalendarAnswer, now time.Time) error {
	st, err := s.Staff.Get(ctx, task.Staff)
	if err != nil {
		return fmt.Errorf("get the staff member: %w", err)
	}
	for range changeTries {
		b, err := s.Busy.Get(ctx, task.Staff)
		if err != nil {
			return fmt.Errorf("get busy times: %w", err)
		}
		for _, a := range answers {
			i := slices.IndexFunc(b.Feeds, func(f BusyFeed) bool { return f.Calendar == a.Calendar })
			if i < 0 {
				continue // it was taken away meanwhile
			}
			b.Feeds[i].take(a, task.Span, now)
			b.Feeds[i].Due = s.nextRead(st, b.Feeds[i].Tries, now)
		}
		b.Due = b.nextDue()
		if err := s.Busy.Replace(ctx, b); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("keep busy times: %w", ErrConflict)
}

// take makes an answer to what is wanted of a calendar in a span what is kept of it.
func (f *BusyFeed) take(a CalendarAnswer, span Interval, now time.Time) {
	c := a.Copy
	switch {
	case a.Trouble != "":
	case c.Same && f.ReadAt.IsZero():
		a.Trouble = CalendarStrange // as when?
	case len(c.Busy) > calendarBusyMax:
		a.Trouble = CalendarLarge
	case !c.Same && len(c.Busy) == 0 && f.emptied(now):
		a.Trouble = CalendarEmpty
	}
	if f.Trouble = a.Trouble; f.Trouble != "" {
		f.Tries++
		return
	}
	f.Tries, f.ReadAt = 0, now
	if c.Same {
		f.Busy = slices.DeleteFunc(f.Busy, func(i Interval) bool { return !i.End.After(span.Start) })
		return
	}
	f.ETag, f.LastModified, f.Busy, f.Until = c.ETag, c.LastModified, c.Busy, span.End
}

// emptied reports whether it is too soon to believe that nothing stands in a calendar any more: a server
// that has lost its data says so, too. It is believed when it was so the last time and a day has passed.
func (f *BusyFeed) emptied(now time.Time) bool {
	ahead := slices.ContainsFunc(f.Busy, func(i Interval) bool { return i.End.After(now) })
	return ahead && (f.Trouble != CalendarEmpty || now.Sub(f.ReadAt) < calendarRest)
}

// nextDue is when the first of the calendars is to be read; the zero time without any.
func (b *BusyTimes) nextDue() time.Time {
	var due time.Time
	for i, f := range b.Feeds {
		if i == 0 || f.Due.Before(due) {
			due = f.Due
		}
	}
	return due
}

// nextRead is when a calendar of the person is to be read after now: in 20 to 40 minutes, at times that
// differ from person to person; ever later, the more often it could not be read. Outside the work
// hours of their school it rests until shortly before they begin, but no longer than a day.
func (s *Service) nextRead(st Staff, tries int, now time.Time) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(st.ID))
	own := time.Duration(h.Sum32()%1200) * time.Second
	next := now.Add((20*time.Minute + own) << min(max(tries-1, 0), 3))
	home, ok := s.HomeSchool(st, now)
	if ok && !home.Working(next) {
		if start, ok := home.NextWorking(next); !ok {
			next = now.Add(calendarRest)
		} else if early := start.Add(own - calendarEarly); early.After(next) {
			next = early
		}
	}
	if last := now.Add(calendarRest); next.After(last) {
		next = last
	}
	return next
}

// followCalendars has what is kept of a person's calendars follow their addresses: what is kept of an
// address that they do not have any more is dropped, and a new one is due.
func (s *Service) followCalendars(ctx context.Context, st Staff, now time.Time) error {
	for range changeTries {
		b, err := s.Busy.Get(ctx, st.ID)
		isNew := errors.Is(err, ErrNotFound)
		if err != nil && !isNew {
			return fmt.Errorf("get busy times: %w", err)
		}
		if isNew {
			b.ID = st.ID
		}
		fits, _, err := s.fitCalendars(b, st, now)
		if err != nil || slices.EqualFunc(fits.Feeds, b.Feeds, sameCalendar) && (len(b.Feeds) > 0 || fits.Due.IsZero() == b.Due.IsZero()) {
			return err
		}
		if isNew {
			err = s.Busy.Add(ctx, fits)
		} else {
			err = s.Busy.Replace(ctx, fits)
		}
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists) {
			return err
		}
	}
	return fmt.Errorf("follow the calendars: %w", ErrConflict)
}

func sameCalendar(a, b BusyFeed) bool { return a.Calendar == b.Calendar }

// fitCalendars is what is kept of a person's calendars, a feed for each of their addresses, which it
// returns in the same order. Nothing is kept of who has left or has no Slack account any more, but
// they may come back, so they are looked at again a day later.
func (s *Service) fitCalendars(b BusyTimes, st Staff, now time.Time) (BusyTimes, []string, error) {
	feeds := b.Feeds
	b.Feeds, b.Due = nil, time.Time{}
	if len(st.Calendars) == 0 {
		return b, nil, nil
	}
	if !s.employed(st, now) || st.Facts != nil && st.Facts.Deactivated {
		b.Due = now.Add(calendarRest)
		return b, nil, nil
	}
	addresses, err := s.openCalendars(st)
	if err != nil {
		return b, nil, err
	}
	for _, address := range addresses {
		feed := BusyFeed{Calendar: s.calendarID(st.ID, address), Due: now}
		if i := slices.IndexFunc(feeds, func(f BusyFeed) bool { return f.Calendar == feed.Calendar }); i >= 0 {
			feed = feeds[i]
		}
		b.Feeds = append(b.Feeds, feed)
	}
	b.Due = b.nextDue()
	return b, addresses, nil
}

// calendarStates are a person's calendars as their owner sees them.
func (s *Service) calendarStates(ctx context.Context, st Staff) ([]CalendarState, error) {
	addresses, err := s.openCalendars(st)
	if err != nil || len(addresses) == 0 {
		return nil, err
	}
	b, err := s.Busy.Get(ctx, st.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("get busy times: %w", err)
	}
	states := make([]CalendarState, len(addresses))
	for i, address := range addresses {
		states[i].Address = address
		id := s.calendarID(st.ID, address)
		if j := slices.IndexFunc(b.Feeds, func(f BusyFeed) bool { return f.Calendar == id }); j >= 0 {
			states[i].ReadAt, states[i].Trouble = b.Feeds[j].ReadAt, b.Feeds[j].Trouble
		}
	}
	return states, nil
}
