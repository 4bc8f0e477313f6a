package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The codes of the modal "meeting", each at its field.
const (
	CodeAttendeesMissing Code = "attendees_missing" // nobody but the organiser
	CodeAttendeesMany    Code = "attendees_many"    // Max
	CodeAttendeeUnknown  Code = "attendee_unknown"  // no staff, a guest, a bot
	CodeAttendeeLeft     Code = "attendee_left"     // Names
	CodeAttendeeAdmin    Code = "attendee_admin"    // Names, of those who look after Lotsen and nothing else
	CodeTeamMissing      Code = "meeting_team"      // Quorum: so many of the team have to be asked
	CodeMeetingStudents  Code = "meeting_students"  // Max
	CodeMeetingPassed    Code = "meeting_passed"
	CodeMeetingBackwards Code = "meeting_backwards"
	CodeMeetingFar       Code = "meeting_far" // Last
	CodeMeetingYear      Code = "meeting_year"
	CodeMeetingReason    Code = "meeting_reason" // Length, Max
)

const (
	// AttendeesMax is how many people a meeting may have, its organiser among them.
	AttendeesMax = 30
	// MeetingStudentsMax is how many students a meeting may be about.
	MeetingStudentsMax = 30

	meetingDaysAhead = 8 * 7 // within which a new meeting is looked for
	moveDays         = 4 * 7 // within which another time for a meeting is
)

// askFor is what a form asks for, which becomes as it is meant: whoever stands in it twice stands there
// once, and what is left open is filled. Each mistake is an *Error with its field; they are joined.
func (s *Service) askFor(ctx context.Context, actor Actor, f *MeetingForm, now time.Time) (slotAsk, error) {
	home, ok := s.bookingSchool(actor, now)
	if !ok {
		return slotAsk{}, &Error{Code: CodeMayNotMeet}
	}
	ask := slotAsk{School: home, Kind: f.Kind, Length: time.Duration(f.Length) * time.Minute}
	var mistakes []error
	wrong := func(is bool, field string, code Code, args map[string]any) {
		if is {
			mistakes = append(mistakes, &Error{Code: code, Field: field, Args: args})
		}
	}
	wrong(!slices.Contains(MeetingKinds, f.Kind), "kind", CodeFieldOdd, nil)
	wrong(!slices.Contains(MeetingLengths, f.Length), "length", CodeFieldOdd, nil)
	n := noteLength(f.Reason)
	wrong(n > NoteMax, "reason", CodeMeetingReason, map[string]any{"Length": n, "Max": NoteMax})

	f.Students = inOrder(nil, f.Students)
	if len(f.Students) > MeetingStudentsMax {
		wrong(true, "students", CodeMeetingStudents, map[string]any{"Max": MeetingStudentsMax})
	} else if err := s.askStudents(ctx, actor, f, &ask, now); err != nil {
		if CodeOf(err) == "" {
			return slotAsk{}, err
		}
		mistakes = append(mistakes, err)
	}
	mistakes = append(mistakes, ask.window(f, now))
	if err := s.invite(ctx, actor, f, &ask, now); err != nil {
		if CodeOf(err) == "" {
			return slotAsk{}, err
		}
		mistakes = append(mistakes, err)
	}
	return ask, errors.Join(mistakes...)
}

// askStudents looks at whom a meeting is to be about. The school of the first is the meeting's.
func (s *Service) askStudents(ctx context.Context, actor Actor, f *MeetingForm, ask *slotAsk, now time.Time) error {
	for i, ref := range f.Students {
		stu, _, err := s.student(ctx, actor, ref, now)
		if errors.Is(err, ErrNotFound) {
			return &Error{Code: CodeStudentHidden, Field: "students", Args: map[string]any{"Word": Truncate(string(ref), 60)}}
		}
		if err != nil {
			return err
		}
		if i == 0 {
			ask.School = s.Schools[stu.School]
		}
	}
	ask.Items = f.Students
	if f.Case == "" || !slices.Contains(f.Students, caseRef(f.Case)) {
		f.Case = "" // its student was taken out of the form
		return nil
	}
	_, _, err := s.caseFor(ctx, actor, f.Case, now)
	return err
}

// window reads the days of a form. A first day that has passed, as in a form that was left open over night,
// means today.
func (ask *slotAsk) window(f *MeetingForm, now time.Time) error {
	today := DateOf(now, ask.School.Zone)
	last := today.AddDays(meetingDaysAhead)
	wrong := func(field string, code Code, args map[string]any) error {
		return &Error{Code: code, Field: field, Args: args}
	}
	switch {
	case f.Earliest.odd():
		return wrong("earliest", CodeFieldOdd, nil)
	case f.Latest.odd():
		return wrong("latest", CodeFieldOdd, nil)
	case f.Latest != "" && f.Latest < f.Earliest:
		return wrong("latest", CodeMeetingBackwards, nil)
	case f.Latest != "" && f.Latest < today:
		return wrong("latest", CodeMeetingPassed, nil)
	case f.Earliest > last:
		return wrong("earliest", CodeMeetingFar, map[string]any{"Last": last})
	case f.Latest > last:
		return wrong("latest", CodeMeetingFar, map[string]any{"Last": last})
	}
	ask.Earliest = max(f.Earliest, today)
	if ask.Latest = f.Latest; ask.Latest == "" {
		ask.Latest = min(ask.Earliest.AddDays(moveDays), last)
	}
	if _, ok := ask.School.SchoolDayFrom(ask.Earliest); !ok {
		return wrong("earliest", CodeMeetingYear, nil)
	}
	return nil
}

// invite finds the people of a form. Each once: whoever is needed is not also one who need not come.
func (s *Service) invite(ctx context.Context, actor Actor, f *MeetingForm, ask *slotAsk, now time.Time) error {
	self := actor.Staff.SlackID
	f.Required = slices.DeleteFunc(inOrder(nil, f.Required), func(id string) bool { return id == self })
	f.Optional = slices.DeleteFunc(inOrder(nil, f.Optional), func(id string) bool { return id == self || slices.Contains(f.Required, id) })
	switch n := 1 + len(f.Required) + len(f.Optional); {
	case n == 1:
		return &Error{Code: CodeAttendeesMissing, Field: "participants"}
	case n > AttendeesMax:
		return &Error{Code: CodeAttendeesMany, Field: "participants", Args: map[string]any{"Max": AttendeesMax}}
	}
	ask.People = append(ask.People, invitee{actor.Staff, true})
	err := errors.Join(
		s.inviteAll(ctx, ask, f.Required, "participants", now),
		s.inviteAll(ctx, ask, f.Optional, "optional", now))
	if err != nil || ask.Kind != MeetingEHT {
		return err
	}
	today, team := DateOf(now, ask.School.Zone), 0
	for _, p := range ask.People {
		if p.has(ask.School.ID, today, EHT) {
			team++
		}
	}
	if need := ask.School.quorum(); team < need {
		return &Error{Code: CodeTeamMissing, Field: "participants", Args: map[string]any{"Quorum": need}}
	}
	return nil
}

// inviteAll finds the people of one field, and names in its mistake those who cannot come.
func (s *Service) inviteAll(ctx context.Context, ask *slotAsk, slackIDs []string, field string, now time.Time) error {
	cannot := map[Code][]string{}
	for _, id := range slackIDs {
		st, err := s.Staff.BySlackID(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("find an attendee: %w", err)
		}
		code := CodeAttendeeUnknown
		name := ""
		if err == nil {
			if code = s.cannotMeet(st, now); code != "" {
				if name, err = s.staffName(st); err != nil {
					return err
				}
			}
		}
		if code != "" {
			cannot[code] = append(cannot[code], name)
		}
		ask.People = append(ask.People, invitee{st, field == "participants"})
	}
	for _, code := range []Code{CodeAttendeeUnknown, CodeAttendeeLeft, CodeAttendeeAdmin} {
		if names := cannot[code]; len(names) > 0 {
			return &Error{Code: code, Field: field, Args: map[string]any{"Names": strings.Join(names, ", ")}}
		}
	}
	return nil
}

// cannotMeet is why a person cannot be asked to a meeting, or "". Of whom Slack has not been asked yet, only
// the staff list is known.
func (s *Service) cannotMeet(st Staff, now time.Time) Code {
	if f := st.Facts; f != nil && (f.Guest || f.Stranger || f.Bot) {
		return CodeAttendeeUnknown
	} else if f != nil && f.Deactivated {
		return CodeAttendeeLeft
	}
	posts := s.Posts(st, now)
	switch {
	case len(posts) == 0:
		return CodeAttendeeLeft
	case !slices.ContainsFunc(posts, func(p PostAt) bool { return p.Role != Admin }):
		return CodeAttendeeAdmin
	}
	return ""
}

// askMove is what moving a meeting asks for: its people as they are now, its length, and four weeks or as
// long as it takes until it is now. A meeting that is over or called off is an *Error.
func (s *Service) askMove(ctx context.Context, m Meeting, now time.Time) (slotAsk, error) {
	if err := m.open(now); err != nil {
		return slotAsk{}, err
	}
	school, ok := s.Schools[m.School]
	if !ok {
		return slotAsk{}, &Error{Code: CodeNoMeeting}
	}
	ask := slotAsk{Meeting: m, School: school, Kind: m.Kind, Items: m.refs(), Length: m.End.Sub(m.Start), Earliest: DateOf(now, school.Zone)}
	ask.Latest = max(ask.Earliest.AddDays(moveDays), DateOf(m.Start, school.Zone))
	for _, a := range m.Attendees {
		st, err := s.Staff.Get(ctx, a.Staff)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return slotAsk{}, fmt.Errorf("get an attendee: %w", err)
		}
		p := invitee{st, a.Required && s.works(st, ask.Earliest)} // it can be without who has gone
		if a.Staff == m.Organiser {
			ask.People = append([]invitee{p}, ask.People...)
		} else {
			ask.People = append(ask.People, p)
		}
	}
	return ask, nil
}
