package care

import (
	"context"
	"errors"
	"slices"
	"time"
)

// MoveTo moves a meeting to a slot that a message has offered. When it is not free any more it answers *SlotTaken.
func (s *Service) MoveTo(ctx context.Context, actor Actor, meeting string, start time.Time, request string, now time.Time) (MeetingView, error) {
	_, part, err := s.meetingFor(ctx, actor, meeting, now)
	if err != nil {
		return MeetingView{}, err
	}
	if !part.changes {
		return MeetingView{}, &Error{Code: CodeMayNotMove}
	}
	return s.moveOrSuggest(ctx, actor, keptOffer{Meeting: meeting}, start, "", nil, request, now)
}

// moveOrSuggest moves a meeting for those who may, and notes what an attendee suggests. place is where it is
// then, nil if that stays.
func (s *Service) moveOrSuggest(ctx context.Context, actor Actor, k keptOffer, start time.Time, change SlotChangeKind, place *string, request string, now time.Time) (MeetingView, error) {
	_, part, err := s.meetingFor(ctx, actor, k.Meeting, now)
	if err != nil {
		return MeetingView{}, err
	}
	action := ActionMeetingMove
	if !part.changes {
		action = ActionMeetingSuggest
	}
	v, err := s.changeMeeting(ctx, actor, k.Meeting, request, action, now, func(m *Meeting, _ meetingPart) (bool, error) {
		if err := m.open(now); err != nil {
			return false, err
		}
		if start.Equal(m.Start) { // someone has moved it there
			return false, nil
		}
		var err error
		if k.ask, err = s.askMove(ctx, *m, now); err != nil {
			return false, err
		}
		ask, ok := k.with(change)
		if !ok {
			return false, &Error{Code: CodeSlotOdd, Field: "slot"}
		}
		free, err := s.slotFree(ctx, ask, start, now)
		if err != nil {
			return false, err
		}
		if !free {
			return false, errHeld
		}
		if !part.changes {
			m.tell(MeetingEntry{At: now, By: actor.Staff.ID, What: MeetingSuggested, Start: start.UTC()})
			s.askOrganiser(m, now)
			return true, nil
		}
		if place != nil {
			if m.Place, err = s.sealMeeting(*m, "place", *place); err != nil {
				return false, err
			}
		}
		s.putTo(m, ask, actor.Staff.ID, start.UTC(), now)
		return true, nil
	})
	if errors.Is(err, errHeld) {
		return MeetingView{}, s.taken(nil, func() (MeetingOffer, error) { return s.OfferMove(ctx, actor, k.Meeting, request+"/anew", now) })
	}
	return v, err
}

// putTo puts a meeting to another time, as was asked for, and asks everyone anew.
func (s *Service) putTo(m *Meeting, ask slotAsk, by string, start, now time.Time) {
	was := m.at()
	m.Start, m.End = start, start.Add(ask.Length)
	for i, a := range m.Attendees {
		p := slices.IndexFunc(ask.People, func(p invitee) bool { return p.ID == a.Staff })
		if p >= 0 {
			m.Attendees[i].Required = ask.People[p].Required
		}
		switch m.Attendees[i].Answer = ""; {
		case a.Staff == m.Organiser || a.Staff == by:
			m.Attendees[i].Answer = Accepted
		case p >= 0 && !s.works(ask.People[p].Staff, DateOf(start, ask.School.Zone)): // who has gone is not asked anew
			m.Attendees[i].Answer = Declined
		}
	}
	m.Plan++
	m.Sequence++
	m.tell(MeetingEntry{At: now, By: by, What: MeetingMoved, Start: was.Start})
	s.askAll(m, now)
}

// CancelMeeting calls a meeting off.
func (s *Service) CancelMeeting(ctx context.Context, actor Actor, meeting, request string, now time.Time) (MeetingView, error) {
	return s.changeMeeting(ctx, actor, meeting, request, ActionMeetingCancel, now, func(m *Meeting, part meetingPart) (bool, error) {
		switch {
		case !part.changes:
			return false, &Error{Code: CodeMayNotMove}
		case m.State == MeetingCancelled:
			return false, nil
		case !m.Start.After(now):
			return false, &Error{Code: CodeMeetingNow}
		}
		s.callOff(m, actor.Staff.ID, now)
		return true, nil
	})
}

// callOff calls a meeting off and has everyone told.
func (s *Service) callOff(m *Meeting, by string, now time.Time) {
	m.State = MeetingCancelled
	m.Sequence++
	m.tell(MeetingEntry{At: now, By: by, What: MeetingCalledOff})
	s.askNotices(m, now)
}
