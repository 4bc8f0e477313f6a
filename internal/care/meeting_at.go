package care

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// CodeMayNotMeet is for someone whose roles book no meetings.
const CodeMayNotMeet Code = "may_not_meet"

// Figures of a form that is opened.
const (
	meetingLength = 30 // minutes
	meetingWindow = 10 // school days
)

// MeetingAt returns a form for a meeting, filled as far as is known: about a case, a student, or nothing
// ("" both). Its names are for the actor alone. who is a ref or a name: a *Choice when several are meant.
func (s *Service) MeetingAt(ctx context.Context, actor Actor, caseID, who string, now time.Time) (MeetingForm, []Name, error) {
	home, ok := s.bookingSchool(actor, now)
	if !ok {
		return MeetingForm{}, nil, &Error{Code: CodeMayNotMeet}
	}
	f := MeetingForm{Kind: MeetingEHT, Length: meetingLength}
	if caseID == "" && who == "" {
		s.fillWindow(&f, home, now)
		return f, nil, nil
	}
	var stu Student
	var err error
	if caseID != "" {
		var c Case
		var v visible
		if c, v, err = s.caseFor(ctx, actor, caseID, now); err != nil {
			return MeetingForm{}, nil, err
		}
		if !c.isOpen() {
			return MeetingForm{}, nil, &Error{Code: CodeCaseClosed, Args: map[string]any{"Ref": string(c.Student)}}
		}
		f.Case, stu = c.ID, v.Student
	} else if stu, _, err = s.findStudent(ctx, actor, who, now); err != nil {
		return MeetingForm{}, nil, err
	}
	f.Students = []Ref{stu.Ref()}
	s.fillWindow(&f, s.Schools[stu.School], now)
	if err := s.fillPeople(ctx, &f, actor, stu, now); err != nil {
		return MeetingForm{}, nil, err
	}
	name, err := s.name(stu)
	if err != nil {
		return MeetingForm{}, nil, err
	}
	return f, []Name{name}, s.auditReading(ctx, actor, ActionSuggest, f.Students, now)
}

// bookingSchool is the school of the first post by which a person books meetings today.
func (s *Service) bookingSchool(actor Actor, now time.Time) (School, bool) {
	for _, p := range s.Posts(actor.Staff, now) {
		if slices.Contains(bookers, p.Role) {
			return p.School, true
		}
	}
	return School{}, false
}

// MayBook reports whether someone may book meetings at all.
func (s *Service) MayBook(actor Actor, now time.Time) bool {
	_, ok := s.bookingSchool(actor, now)
	return ok
}

// fillWindow has a form look from the next school day on.
func (s *Service) fillWindow(f *MeetingForm, school School, now time.Time) {
	f.Earliest = school.ahead(DateOf(now, school.Zone), 1)
	f.Latest = school.ahead(f.Earliest, meetingWindow-1)
}

// fillPeople names who usually meets about a student: their mentors, and of the school's team everyone if all have to be
// there to make its quorum, else those who can.
func (s *Service) fillPeople(ctx context.Context, f *MeetingForm, actor Actor, stu Student, now time.Time) error {
	stands, err := s.standingTo(ctx, f.Students, now)
	if err != nil {
		return err
	}
	all, err := s.Staff.All(ctx)
	if err != nil {
		return fmt.Errorf("list staff: %w", err)
	}
	today := s.today(stu.School, now)
	var team []string
	for _, st := range all {
		if st.ID == actor.Staff.ID || !st.reachable() {
			continue
		}
		switch {
		case slices.ContainsFunc(stands(st), func(r relation) bool { return r.own }):
			f.Required = append(f.Required, st.SlackID)
		case st.has(stu.School, today, EHT):
			team = append(team, st.SlackID)
		}
	}
	if len(team) <= max(s.Schools[stu.School].EHTMeeting.Quorum, 1) {
		f.Required = append(f.Required, team...)
	} else {
		f.Optional = team
	}
	return nil
}
