package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// LeaveForm is when someone is away, and the Slack user id of their substitute. The zero value is
// that they are not away.
type LeaveForm struct {
	From, To   Date
	Substitute string
}

// Away is a leave as it is shown.
type Away struct {
	Period
	Substitute string // the name; "" without one
	SlackID    string // of the substitute, while they have an account
}

// Colleague is someone of whose leave an administrator or a member of the team asks.
type Colleague struct {
	Name   string
	School School
	Away   *Away // nil when the person is not away, now or later
}

// The codes of leaves, those of a form each at its field.
const (
	CodeLeaveHalf      Code = "leave_half" // only one of the days
	CodeLeaveBackwards Code = "leave_backwards"
	CodeLeavePassed    Code = "leave_passed"
	CodeLeaveFar       Code = "leave_far"
	CodeStandInDates   Code = "stand_in_dates" // without days
	CodeStandInSelf    Code = "stand_in_self"
	CodeStandInUnknown Code = "stand_in_unknown" // none whom Lotsen lets in
	CodeStandInSchool  Code = "stand_in_school"
	CodeStandInRole    Code = "stand_in_role"
	CodeStandInAway    Code = "stand_in_away" // Until, a Date

	CodeMayNotSetLeave  Code = "may_not_set_away"
	CodeNoSuchColleague Code = "no_such_colleague"
)

// leaveDays is how many days ahead a leave may end: who is named by mistake must not stand in for good.
const leaveDays = 2 * 366

// leave is what a form says of a person's leave, whose substitute works at one of the schools; nil
// for none. Each mistake is an *Error with its field.
func (s *Service) leave(ctx context.Context, st Staff, f LeaveForm, schools []string, now time.Time) (*Leave, error) {
	if f == (LeaveForm{}) {
		return nil, nil
	}
	today := s.homeDay(st, now)
	wrong := func(code Code, field string) (*Leave, error) { return nil, &Error{Code: code, Field: field} }
	switch {
	case f.From == "" && f.To == "":
		return wrong(CodeStandInDates, "away_from")
	case f.From == "":
		return wrong(CodeLeaveHalf, "away_from")
	case f.To == "":
		return wrong(CodeLeaveHalf, "away_to")
	case f.From.odd():
		return wrong(CodeFieldOdd, "away_from")
	case f.To.odd():
		return wrong(CodeFieldOdd, "away_to")
	case f.From > f.To:
		return wrong(CodeLeaveBackwards, "away_to")
	case f.To < today:
		return wrong(CodeLeavePassed, "away_to")
	case f.To > today.AddDays(leaveDays):
		return wrong(CodeLeaveFar, "away_to")
	}
	leave := Leave{Period: Period{From: f.From, To: f.To}}
	if f.Substitute == "" {
		return &leave, nil
	}
	sub, err := s.substitute(ctx, st, f.Substitute, Period{From: max(f.From, today), To: f.To}, schools)
	leave.Substitute = sub.ID
	return &leave, err
}

// substitute finds who is to stand in for a person, at one of the schools and from the first of
// some days on.
func (s *Service) substitute(ctx context.Context, st Staff, slackID string, days Period, schools []string) (Staff, error) {
	wrong := func(code Code, args map[string]any) (Staff, error) {
		return Staff{}, &Error{Code: code, Field: "substitute", Args: args}
	}
	sub, err := s.Staff.BySlackID(ctx, slackID)
	if errors.Is(err, ErrNotFound) {
		return wrong(CodeStandInUnknown, nil)
	}
	if err != nil {
		return Staff{}, fmt.Errorf("find the substitute: %w", err)
	}
	at := func(roles ...Role) bool {
		return slices.ContainsFunc(schools, func(id string) bool {
			return st.has(id, days.From, Roles...) && sub.has(id, days.From, roles...)
		})
	}
	f := sub.Facts // nil when Slack has not been asked yet; then they are not let in before it is
	switch {
	case sub.ID == st.ID:
		return wrong(CodeStandInSelf, nil)
	case f != nil && (f.Guest || f.Stranger || f.Bot || f.Deactivated):
		return wrong(CodeStandInUnknown, nil)
	case !at(Roles...):
		return wrong(CodeStandInSchool, nil)
	case !at(standIns...):
		return wrong(CodeStandInRole, nil)
	case sub.Leave != nil && sub.Leave.From <= days.To && days.From <= sub.Leave.To:
		return wrong(CodeStandInAway, map[string]any{"Until": sub.Leave.To})
	}
	return sub, nil
}

// worksAt are the schools at which a person has or had a post.
func (s *Service) worksAt(st Staff) []string {
	var ids []string
	for _, p := range st.Posts {
		if _, ok := s.Schools[p.School]; ok && !slices.Contains(ids, p.School) {
			ids = append(ids, p.School)
		}
	}
	return ids
}

// homeDay is the day it is where a person works.
func (s *Service) homeDay(st Staff, now time.Time) Date {
	home, _ := s.HomeSchool(st, now)
	return s.today(home.ID, now)
}

// away is a person's leave as it is shown; nil when there is none or it is over.
func (s *Service) away(ctx context.Context, st Staff, now time.Time) (*Away, error) {
	if st.Leave == nil || st.Leave.over(s.homeDay(st, now)) {
		return nil, nil
	}
	away := Away{Period: st.Leave.Period}
	if st.Leave.Substitute == "" {
		return &away, nil
	}
	sub, err := s.Staff.Get(ctx, st.Leave.Substitute)
	if errors.Is(err, ErrNotFound) {
		return &away, nil
	}
	if err != nil {
		return nil, fmt.Errorf("get the substitute: %w", err)
	}
	if sub.Facts == nil || !sub.Facts.Deactivated {
		away.SlackID = sub.SlackID
	}
	away.Substitute, err = s.staffName(sub)
	return &away, err
}

// leaveAudit is the entry of a change of someone's leave, if it is one.
func leaveAudit(actor Actor, staff string, before, after *Leave, request string, now time.Time) []AuditEntry {
	var was, is Leave
	if before != nil {
		was = *before
	}
	if after != nil {
		is = *after
	}
	if was == is {
		return nil
	}
	e := auditEntry(actor, ActionLeave, nil, now, staff, request)
	for _, id := range []string{staff, was.Substitute, is.Substitute} {
		if id != "" && !slices.Contains(e.Subjects, id) {
			e.Subjects = append(e.Subjects, id)
		}
	}
	return []AuditEntry{e}
}

// leaveSetters are the roles that set the leaves of others at their school.
var leaveSetters = []Role{Admin, EHT}

// MaySetLeave reports whether the actor may set anyone else's leave.
func (s *Service) MaySetLeave(actor Actor, now time.Time) bool {
	return slices.ContainsFunc(s.Posts(actor.Staff, now), func(p PostAt) bool { return slices.Contains(leaveSetters, p.Role) })
}

// LeaveOf returns the leave of the colleague with a Slack user id, for the administrators and the
// team of their school.
func (s *Service) LeaveOf(ctx context.Context, actor Actor, slackID string, now time.Time) (Colleague, error) {
	st, schools, err := s.colleague(ctx, actor, slackID, now)
	if err != nil {
		return Colleague{}, err
	}
	return s.asColleague(ctx, st, schools, now)
}

// SetLeave makes a colleague's leave what the form says, for those to whom LeaveOf tells of it. A
// form without days is about the leave that there is; one without a substitute leaves it to whoever
// is named already. The zero form ends the leave. The same request again changes nothing.
func (s *Service) SetLeave(ctx context.Context, actor Actor, slackID string, f LeaveForm, request string, now time.Time) (Colleague, error) {
	st, schools, err := s.colleague(ctx, actor, slackID, now)
	if err != nil {
		return Colleague{}, err
	}
	if st.MadeBy(request) {
		return s.asColleague(ctx, st, schools, now)
	}
	if f != (LeaveForm{}) {
		is, err := s.away(ctx, st, now)
		if err != nil {
			return Colleague{}, err
		}
		if is != nil && f.From == "" && f.To == "" {
			f.From, f.To = is.From, is.To
		}
		if is != nil && f.Substitute == "" {
			f.Substitute = is.SlackID
		}
	}
	leave, err := s.leave(ctx, st, f, schools, now)
	if err != nil {
		return Colleague{}, err
	}
	st, err = s.set(ctx, actor, st, func(st *Staff) { st.Leave = leave }, request, now)
	if err != nil {
		return Colleague{}, err
	}
	return s.asColleague(ctx, st, schools, now)
}

// colleague finds someone whose leave the actor may set, and the schools at which they may. Who is
// no staff and who works elsewhere are refused alike.
func (s *Service) colleague(ctx context.Context, actor Actor, slackID string, now time.Time) (Staff, []string, error) {
	if !s.MaySetLeave(actor, now) {
		return Staff{}, nil, &Error{Code: CodeMayNotSetLeave}
	}
	st, err := s.Staff.BySlackID(ctx, slackID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Staff{}, nil, fmt.Errorf("find the colleague: %w", err)
	}
	var schools []string
	for _, id := range s.worksAt(st) {
		today := s.today(id, now)
		works := slices.ContainsFunc(st.Posts, func(p Post) bool { return p.School == id && !p.over(today) })
		if works && actor.Staff.has(id, today, leaveSetters...) {
			schools = append(schools, id)
		}
	}
	if len(schools) == 0 {
		return Staff{}, nil, &Error{Code: CodeNoSuchColleague}
	}
	return st, schools, nil
}

func (s *Service) asColleague(ctx context.Context, st Staff, schools []string, now time.Time) (Colleague, error) {
	name, err := s.staffName(st)
	if err != nil {
		return Colleague{}, err
	}
	away, err := s.away(ctx, st, now)
	return Colleague{Name: name, School: s.Schools[schools[0]], Away: away}, err
}
