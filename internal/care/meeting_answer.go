package care

import (
	"context"
	"errors"
	"time"
)

// AnswerMeeting keeps what an attendee says to a meeting's time. plan is the one that the message showed:
// an answer to a time that is not the meeting's any more is refused.
func (s *Service) AnswerMeeting(ctx context.Context, actor Actor, meeting string, plan int, answer Answer, request string, now time.Time) (MeetingView, error) {
	v, err := s.changeMeeting(ctx, actor, meeting, request, ActionMeetingAnswer, now, func(m *Meeting, _ meetingPart) (bool, error) {
		i := m.attendee(actor.Staff.ID)
		switch {
		case i < 0:
			return false, &Error{Code: CodeNoMeeting}
		case answer != Accepted && answer != Declined:
			return false, &Error{Code: CodeFieldOdd}
		}
		if err := m.open(now); err != nil {
			return false, err
		}
		switch {
		case m.Plan != plan:
			return false, &Error{Code: CodeMeetingNew, Args: map[string]any{"Start": m.Start, "School": s.Schools[m.School]}}
		case m.Attendees[i].Answer == answer:
			return false, nil
		case m.Organiser == actor.Staff.ID && answer == Declined:
			return false, &Error{Code: CodeMeetingOwn}
		}
		m.Attendees[i].Answer = answer
		what := MeetingAccepted
		if answer == Declined {
			what = MeetingDeclined
		}
		m.tell(MeetingEntry{At: now, By: actor.Staff.ID, What: what})
		if answer == Declined && m.Attendees[i].Required {
			s.askOrganiser(m, now)
		}
		return true, nil
	})
	if errors.Is(err, errHeld) { // after they had declined, something else was put there
		return MeetingView{}, &Error{Code: CodeMeetingTaken}
	}
	return v, err
}

// CodeMeetingTaken is for one who has declined, wants to come after all, and has another meeting by then.
const CodeMeetingTaken Code = "meeting_taken"
