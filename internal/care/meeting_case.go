package care

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// caseRef is the student whose case it is; "" for no case.
func caseRef(id string) Ref {
	ref, _, _ := strings.Cut(id, "/")
	return Ref(ref)
}

// caseFollows does with the case for which a meeting was booked what the changes ask for that these audit entries are
// of, once for each: booked, the case waits for the school day after it; called off, it is due on the next one.
func (s *Service) caseFollows(ctx context.Context, m Meeting, changes []AuditEntry, now time.Time) error {
	for _, item := range m.Items {
		if item.Case == "" {
			continue
		}
		for _, e := range changes {
			var err error
			switch {
			case m.State == MeetingCancelled:
				err = s.caseGivenBack(ctx, m, item.Case, now)
			case e.Action == ActionMeetingBook || e.Action == ActionMeetingMove:
				err = s.caseMeets(ctx, m, item.Case, e, now)
			}
			if err != nil && CodeOf(err) == "" { // else the case is closed by now, or is not theirs any more
				return err
			}
		}
	}
	return nil
}

// meetingDayAfter is the first school day after a meeting.
func (s *Service) meetingDayAfter(m Meeting) Date {
	return s.Schools[m.School].ahead(s.today(m.School, m.Start), 1)
}

// caseMeets has a case wait for a meeting, by whoever has booked or moved it.
func (s *Service) caseMeets(ctx context.Context, m Meeting, id string, e AuditEntry, now time.Time) error {
	st, err := s.Staff.Get(ctx, e.Actor)
	if err != nil {
		return fmt.Errorf("get who has booked the meeting: %w", err)
	}
	actor, err := s.actorFor(ctx, st, now)
	if err != nil {
		return err
	}
	f := CaseForm{Act: ActMeeting, FollowUp: s.meetingDayAfter(m)}
	_, err = s.changeCase(ctx, actor, id, meetingRequest(m, e.ID), ActionCaseAct, now, func(c *Case, stu visible) error {
		if !c.isOpen() || e.Action == ActionMeetingMove && c.basis().Act != ActMeeting { // something else was done about it since
			return &Error{Code: CodeCaseClosed}
		}
		return s.act(ctx, actor, c, stu, f, CaseEntry{At: e.At}, now)
	})
	return err
}

// meetingRequest is what a meeting's change asks of a case, so that it is done once.
func meetingRequest(m Meeting, what string) string { return "meeting/" + m.ID + "/" + what }

// caseGivenBack has a case that waits for a meeting which is called off be seen to on the next school day.
func (s *Service) caseGivenBack(ctx context.Context, m Meeting, id string, now time.Time) error {
	request := meetingRequest(m, "off")
	for range changeTries {
		c, err := s.Cases.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("get the case: %w", err)
		}
		if e := c.basis(); c.MadeBy(request) || c.State != CaseWaiting || e.Act != ActMeeting || e.FollowUp != s.meetingDayAfter(m) {
			return nil // something else was done about it since
		}
		entries := len(c.Entries)
		c.open(s.Schools[c.School].ahead(s.today(c.School, now), 1))
		c.befell(CaseReopened, now)
		c.Requests = append(c.Requests, request)
		if err = s.storeMoved(ctx, c, entries, now); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("give the case back: %w", ErrConflict)
}
