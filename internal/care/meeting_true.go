package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// meetingTrue is stillTrue of what a meeting asks for: it is still planned so, and to come, and its addressee is still
// to be told that.
func (s *Service) meetingTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	m, err := s.Meetings.Get(ctx, d.Subject)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("get the meeting: %w", err)
	}
	holds, err := err == nil, nil
	st, serr := s.Staff.Get(ctx, d.To)
	if serr != nil && !errors.Is(serr, ErrNotFound) {
		return false, fmt.Errorf("get the attendee: %w", serr)
	}
	if i := m.attendee(d.To); !holds || i < 0 || m.Plan != d.Plan || !m.Start.After(now) || !s.works(st, s.today(m.School, now)) {
		holds = false
	} else {
		holds, err = s.meetingHolds(ctx, *d, m, m.Attendees[i], st)
	}
	if err == nil && !holds {
		d.ended(DeliveryCancelled)
	}
	return holds, err
}

// meetingHolds is meetingTrue of a meeting that is still planned as when that was asked for.
func (s *Service) meetingHolds(ctx context.Context, d Delivery, m Meeting, to Attendee, st Staff) (bool, error) {
	off := m.State == MeetingCancelled
	if d.Kind == MeetingNotice {
		i := m.entry(d.Entry)
		if i < 0 {
			return false, nil
		}
		return s.noticeHolds(ctx, d, m, m.Entries[i], to)
	}
	if off || to.Answer == Declined {
		return false, nil
	}
	if d.Kind == MeetingAgain {
		silent := func(a Attendee) bool { return a.Required && a.Answer == "" }
		if to.Staff == m.Organiser {
			return slices.ContainsFunc(m.Attendees, silent), nil
		}
		return silent(to), nil
	}
	return st.MeetingWord == RemindDayAnd && !st.AwayOn(s.today(m.School, m.Start)), nil
}

// noticeHolds reports whether an attendee is still to be told of an entry.
func (s *Service) noticeHolds(ctx context.Context, d Delivery, m Meeting, e MeetingEntry, to Attendee) (bool, error) {
	if e.What == MeetingCalledOff {
		known, err := s.Deliveries.About(ctx, []string{m.ID})
		if err != nil {
			return false, fmt.Errorf("find who was told of a meeting: %w", err)
		}
		return slices.ContainsFunc(known, func(k Delivery) bool { // else they never knew of it
			return k.To == d.To && (k.State == DeliverySent || k.State == DeliverySending)
		}), nil
	}
	if m.State == MeetingCancelled {
		return false, nil
	}
	answered := func(staff string, answer Answer) bool {
		i := m.attendee(staff)
		return i >= 0 && m.Attendees[i].Answer == answer
	}
	switch e.What {
	case MeetingDeclined:
		return to.Staff == m.Organiser && answered(e.By, Declined), nil
	case MeetingLost:
		return to.Staff == m.Organiser && !answered(e.Staff, Accepted), nil
	case MeetingSuggested:
		return to.Staff == m.Organiser, nil
	}
	return true, nil
}

// dayTrue is stillTrue of the reminder of a day's meetings.
func (s *Service) dayTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	st, err := s.Staff.Get(ctx, d.To)
	if err != nil {
		return false, fmt.Errorf("get the attendee: %w", err)
	}
	list, err := s.meetingsOn(ctx, d.To, d.Day, now)
	if err != nil {
		return false, err
	}
	if len(list) == 0 || st.MeetingWord == RemindNothing || st.AwayOn(d.Day) {
		d.ended(DeliveryCancelled)
		return false, nil
	}
	return true, nil
}

// meetingsOn are a person's meetings on a day, as it is where they are, that have not begun, earliest first.
func (s *Service) meetingsOn(ctx context.Context, staff string, day Date, now time.Time) ([]Meeting, error) {
	list, err := s.meetingsOf(ctx, staff, Period{From: day.AddDays(-1), To: day.AddDays(1)})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(m Meeting) bool {
		return s.today(m.School, m.Start) != day || !m.Start.After(now)
	}), nil
}

// meetingsOf are the meetings that a person's days are promised to, earliest first.
func (s *Service) meetingsOf(ctx context.Context, staff string, days Period) ([]Meeting, error) {
	booked, err := s.Booked.Of(ctx, []string{staff}, days)
	if err != nil {
		return nil, fmt.Errorf("find what days are promised to: %w", err)
	}
	var list []Meeting
	seen := map[string]bool{}
	for _, b := range booked {
		for _, held := range b.Holds {
			if seen[held.Meeting] {
				continue
			}
			seen[held.Meeting] = true
			m, err := s.Meetings.Get(ctx, held.Meeting)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, fmt.Errorf("get a meeting: %w", err)
			}
			if err == nil && m.has(staff) {
				list = append(list, m)
			}
		}
	}
	slices.SortFunc(list, func(a, b Meeting) int { return a.Start.Compare(b.Start) })
	return list, nil
}
