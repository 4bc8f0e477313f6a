package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// staffMoved is what follows from a change of a person: the meetings lose them to which they cannot come any more.
func (s *Service) staffMoved(ctx context.Context, st Staff, now time.Time) error {
	today := DateOf(now, time.UTC)
	list, err := s.meetingsOf(ctx, st.ID, Period{From: today, To: today.AddDays(meetingsAhead)})
	if err != nil {
		return err
	}
	for _, m := range list {
		day := s.today(m.School, m.Start)
		gone := !s.works(st, day)
		if !gone && !st.AwayOn(day) {
			continue
		}
		if err := s.lose(ctx, m.ID, st.ID, gone, now); err != nil {
			return err
		}
	}
	return nil
}

// works reports whether a person has a post on a day, and an account that is not closed.
func (s *Service) works(st Staff, on Date) bool {
	if st.Facts != nil && st.Facts.Deactivated {
		return false
	}
	return slices.ContainsFunc(st.Posts, func(p Post) bool {
		_, ok := s.Schools[p.School]
		return ok && p.Holds(on)
	})
}

// bookers are the roles that book meetings.
var bookers = []Role{Mentor, EHT, Principal, Coach, Teacher}

// lose notes, once, that someone cannot come to a meeting: they have gone for good, or are away then. Its organiser is
// told, or who is that from now on.
func (s *Service) lose(ctx context.Context, meeting, staff string, gone bool, now time.Time) error {
	for range changeTries {
		m, err := s.Meetings.Get(ctx, meeting)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("get the meeting: %w", err)
		}
		i := m.attendee(staff)
		if i < 0 || m.open(now) != nil || m.Attendees[i].Answer == Declined && (!gone || m.Organiser != staff) {
			return nil
		}
		old := m
		m.Attendees = slices.Clone(m.Attendees)
		m.Attendees[i].Answer = Declined
		m.Attendees[i].Required = m.Attendees[i].Required && !gone // without whom it can be at another time
		m.Sequence++
		next := m.Organiser
		if gone && staff == m.Organiser {
			if next, err = s.nextOrganiser(ctx, m); err != nil {
				return err
			}
		}
		if m.Organiser = next; next == "" {
			m.Organiser = staff
			s.callOff(&m, "", now)
		} else {
			m.tell(MeetingEntry{At: now, What: MeetingLost, Staff: staff})
			if old.Attendees[i].Required {
				s.askOrganiser(&m, now)
			}
		}
		request := fmt.Sprint("lost/", m.ID, "/", m.Meta.Version)
		m.Mark(request, now, auditEntry(caseActor, ActionMeetingLose, m.refs(), now, request))
		if err := s.storeMeeting(ctx, old, m, now); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("note who cannot come: %w", ErrConflict)
}

// nextOrganiser is who takes a meeting over whose organiser has gone: the first of those who are needed that comes and
// may book; "" if there is nobody. They come to what is theirs.
func (s *Service) nextOrganiser(ctx context.Context, m Meeting) (string, error) {
	day := s.today(m.School, m.Start)
	for i, a := range m.Attendees {
		if !a.Required || a.Answer == Declined {
			continue
		}
		st, err := s.Staff.Get(ctx, a.Staff)
		if err != nil {
			return "", fmt.Errorf("get an attendee: %w", err)
		}
		mayBook := slices.ContainsFunc(st.Posts, func(p Post) bool { return p.Holds(day) && slices.Contains(bookers, p.Role) })
		if mayBook && s.works(st, day) && !st.AwayOn(day) {
			m.Attendees[i].Answer = Accepted
			return a.Staff, nil
		}
	}
	return "", nil
}
