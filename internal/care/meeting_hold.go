package care

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// holdLife is how long a time may be held for a meeting that is not stored yet.
	holdLife = time.Minute
	// bookTime is how long booking may take, from the first hold to the stored meeting: well below holdLife.
	bookTime = 20 * time.Second
)

// errHeld is that another meeting has the time.
var errHeld = errors.New("the time is promised to another meeting")

// CodeMeetingNight is for a meeting at a time of day at which none can be.
const CodeMeetingNight Code = "meeting_night"

// has reports whether a person's time is promised to a meeting: always its organiser's, the others' until they decline.
func (m Meeting) has(staff string) bool {
	i := m.attendee(staff)
	return i >= 0 && m.State != MeetingCancelled && (staff == m.Organiser || m.Attendees[i].Answer != Declined)
}

// attendee is the index of an attendee, or -1.
func (m Meeting) attendee(staff string) int {
	return slices.IndexFunc(m.Attendees, func(a Attendee) bool { return a.Staff == staff })
}

// at is when a meeting is.
func (m Meeting) at() Interval { return Interval{m.Start, m.End} }

// same reports whether two intervals are the same.
func (i Interval) same(o Interval) bool { return i.Start.Equal(o.Start) && i.End.Equal(o.End) }

// stands reports whether a hold of someone's time counts. m is its meeting, the zero value if there is none. While that
// has not come to the version for which it is held, it may still be about to be booked.
func (b Booked) stands(staff string, m Meeting, now time.Time) bool {
	if b.For > m.Version {
		return now.Sub(b.At) <= holdLife
	}
	return m.has(staff) && b.same(m.at())
}

func bookedID(staff string, day Date) string { return staff + "/" + string(day) }

// storeMeeting stores a meeting in place of old, which is zero for a new one. The times that it needs and old had
// not are promised to it first; when one of them is promised already it answers errHeld, and nothing has changed.
// Who need not come and has another meeting then has declined in m, too. Those that it needs no more are free after it. It answers ErrExists and ErrConflict as the store does.
func (s *Service) storeMeeting(ctx context.Context, old, m Meeting, now time.Time) error {
	h := booking{Service: s, meeting: m, try: rand.Text(), now: now}
	if m.State != MeetingCancelled && DateOf(m.Start, time.UTC) != DateOf(m.End.Add(-1), time.UTC) {
		return &Error{Code: CodeMeetingNight, Field: "slot"}
	}
	var needs []string
	for _, a := range m.Attendees {
		if m.has(a.Staff) && !(old.has(a.Staff) && old.at().same(m.at())) {
			needs = append(needs, a.Staff)
		}
	}
	slices.Sort(needs) // as everyone takes them, so that of two who want the same people one gets all
	within, cancel := context.WithTimeout(ctx, bookTime)
	defer cancel()
	for i, staff := range needs {
		err := h.take(within, staff)
		if a := &m.Attendees[m.attendee(staff)]; errors.Is(err, errHeld) && !a.Required && a.Answer == "" {
			a.Answer, err = Declined, nil
		}
		if err != nil {
			return h.giveUp(ctx, needs[:i+1], err)
		}
	}
	store := s.Meetings.Replace
	if m.Version == 0 {
		store = s.Meetings.Add
	}
	if err := store(within, m); err != nil {
		if errors.Is(err, ErrConflict) || errors.Is(err, ErrExists) {
			return h.giveUp(ctx, needs, err)
		}
		return fmt.Errorf("store the meeting: %w", err) // it may be stored, and has its times then
	}
	// Whoever needs a time that is left over finds out, and this is done again when the meeting's change is moved.
	m.Version++
	within, cancel = context.WithTimeout(context.WithoutCancel(ctx), bookTime)
	defer cancel()
	_ = s.release(within, m, now, old.at())
	return nil
}

// booking is a try to give a meeting its times.
type booking struct {
	*Service
	meeting Meeting // as it is to be
	try     string
	now     time.Time
}

// take promises the meeting's time of a person to it, or answers errHeld.
func (h booking) take(ctx context.Context, staff string) error {
	m := h.meeting
	buffer := h.Schools[m.School].Buffer
	wide := Interval{m.Start.Add(-buffer), m.End.Add(buffer)}
	return h.changeDay(ctx, staff, DateOf(m.Start, time.UTC), func(b *BookedDay) (bool, error) {
		var kept []Booked
		for _, held := range b.Holds {
			if held.Meeting != m.ID && held.Meets(wide) {
				stands, err := h.holdStands(ctx, staff, held, h.now)
				if err != nil {
					return false, err
				}
				if stands {
					return false, errHeld
				}
				continue
			}
			kept = append(kept, held)
		}
		b.Holds = append(kept, Booked{Interval: m.at(), Meeting: m.ID, For: m.Version + 1, Try: h.try, At: h.now})
		return true, nil
	})
}

// giveUp frees what a try has held, and answers why it was given up.
func (h booking) giveUp(ctx context.Context, staff []string, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookTime)
	defer cancel()
	for _, id := range staff {
		err := h.changeDay(ctx, id, DateOf(h.meeting.Start, time.UTC), func(b *BookedDay) (bool, error) {
			n := len(b.Holds)
			b.Holds = slices.DeleteFunc(b.Holds, func(held Booked) bool { return held.Try == h.try })
			return len(b.Holds) < n, nil
		})
		if err != nil { // it is void soon
			return errors.Join(why, err)
		}
	}
	return why
}

// holdStands reports whether a hold of a person's time counts.
func (s *Service) holdStands(ctx context.Context, staff string, held Booked, now time.Time) (bool, error) {
	m, err := s.Meetings.Get(ctx, held.Meeting)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("get the meeting that has the time: %w", err)
	}
	return held.stands(staff, m, now), nil
}

// release frees what is still held for a meeting, as it is stored, and not needed by it, also at the time that it
// had before.
func (s *Service) release(ctx context.Context, m Meeting, now time.Time, before ...Interval) error {
	days := map[Date]bool{DateOf(m.Start, time.UTC): true}
	for _, i := range before {
		if !i.Start.IsZero() {
			days[DateOf(i.Start, time.UTC)] = true
		}
	}
	for _, a := range m.Attendees {
		for day := range days {
			err := s.changeDay(ctx, a.Staff, day, func(b *BookedDay) (bool, error) {
				n := len(b.Holds)
				b.Holds = slices.DeleteFunc(b.Holds, func(held Booked) bool {
					return held.Meeting == m.ID && !held.stands(a.Staff, m, now)
				})
				return len(b.Holds) < n, nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// changeDay changes what a person's day is promised to. change returns false when there is nothing to store; after
// someone else's change it is asked anew, until ctx ends.
func (s *Service) changeDay(ctx context.Context, staff string, day Date, change func(*BookedDay) (bool, error)) error {
	for {
		b, err := s.Booked.Get(ctx, bookedID(staff, day))
		isNew := errors.Is(err, ErrNotFound)
		if err != nil && !isNew {
			return fmt.Errorf("get what a day is promised to: %w", err)
		}
		if isNew {
			b = BookedDay{Meta: Meta{ID: bookedID(staff, day)}, Staff: staff, Day: day}
		}
		changed, err := change(&b)
		if err != nil || !changed {
			return err
		}
		store := s.Booked.Replace
		if isNew {
			store = s.Booked.Add
		}
		switch err := store(ctx, b); {
		case err == nil:
			return nil
		case !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists):
			return fmt.Errorf("store what a day is promised to: %w", err)
		}
	}
}
