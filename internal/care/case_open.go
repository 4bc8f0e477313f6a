package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// CodeCaseLeft is for a case of a student who does not attend the school any more.
const CodeCaseLeft Code = "case_left"

// OpenCase opens a case by hand, or returns the one that there is.
func (s *Service) OpenCase(ctx context.Context, actor Actor, ref Ref, request string, now time.Time) (CaseView, error) {
	stu, err := s.studentOfCases(ctx, actor, string(ref), now)
	if err != nil {
		return CaseView{}, err
	}
	for range changeTries {
		c, err := s.latestCase(ctx, stu.Ref())
		if err != nil && !errors.Is(err, ErrNotFound) {
			return CaseView{}, err
		}
		if c.isOpen() || c.MadeBy(request) {
			if err := s.auditReading(ctx, actor, ActionCaseShow, []Ref{c.Student}, now); err != nil {
				return CaseView{}, err
			}
			return s.caseView(ctx, actor, c, stu, now)
		}
		if stu.Status == Left {
			return CaseView{}, &Error{Code: CodeCaseLeft}
		}
		school := s.Schools[stu.School]
		ladder, ok := s.Ladders[school.Ladder]
		if !ok || len(ladder.Steps) == 0 {
			return CaseView{}, fmt.Errorf("open a case: %s has no ladder", school.ID)
		}
		step, _ := ladder.step(ladder.first())
		day0 := school.ahead(DateOf(now, school.Zone), 0)
		next := Case{OpenedBy: actor.Staff.ID}
		next.enter(step.N, nil, day0, school.ahead(day0, step.Due))
		next, err = s.openCase(ctx, stu.Student, c, next, request, auditEntry(actor, ActionCaseOpen, []Ref{stu.Ref()}, now, request), now)
		if err == nil {
			return s.caseView(ctx, actor, next, stu, now)
		}
		if !errors.Is(err, ErrExists) && !errors.Is(err, ErrConflict) {
			return CaseView{}, err
		}
	}
	return CaseView{}, fmt.Errorf("open a case: %w", ErrConflict)
}

// openCase stores a new case of a student, whose last one, if any, is closed and stays so from now on.
// When someone else has been quicker the error is ErrExists or ErrConflict.
func (s *Service) openCase(ctx context.Context, stu Student, last, c Case, request string, audit AuditEntry, now time.Time) (Case, error) {
	if last.ID != "" && !last.Over {
		last.Over = true
		if err := s.Cases.Replace(ctx, last); err != nil {
			return Case{}, fmt.Errorf("seal the last case: %w", err)
		}
	}
	school := s.Schools[stu.School]
	c.ID = caseID(stu.Ref(), last.number()+1)
	c.Student, c.School, c.OpenedAt, c.Known = stu.Ref(), school.ID, now, last.Known
	c.Ladder, c.Version = school.Ladder, s.Ladders[school.Ladder].Version
	var err error
	if c.Owner, err = s.caseOwner(ctx, stu, now); err != nil {
		return Case{}, err
	}
	c.tell(CaseEntry{At: now, By: c.OpenedBy, What: CaseOpened})
	if err := s.askPrompts(ctx, &c, now); err != nil {
		return Case{}, err
	}
	c.Mark(request, now, audit)
	if err := s.Cases.Add(ctx, c); err != nil {
		return Case{}, fmt.Errorf("add the case: %w", err)
	}
	c.Meta.Version = 1
	return c, nil
}

// caseOwner is whose a student's case becomes: a mentor's who is there, else one's for whom someone
// stands in, else "", the school's team's. Whoever is assigned to the student comes before the mentors
// of the group.
func (s *Service) caseOwner(ctx context.Context, stu Student, now time.Time) (string, error) {
	stands, err := s.standingTo(ctx, []Ref{stu.Ref()}, now)
	if err != nil {
		return "", err
	}
	all, err := s.Staff.All(ctx)
	if err != nil {
		return "", fmt.Errorf("list staff: %w", err)
	}
	today := s.today(stu.School, now)
	byID := map[string]Staff{}
	for _, st := range all {
		byID[st.ID] = st
	}
	rank := func(st Staff) int {
		n := 0
		if st.mentors(stu.School, stu.Group, today) {
			n = 1
		}
		if st.AwayOn(today) {
			n += 2
		}
		return n
	}
	mentors := slices.DeleteFunc(slices.Clone(all), func(st Staff) bool {
		own := slices.ContainsFunc(stands(st), func(r relation) bool { return r.own })
		away := st.AwayOn(today) && !standsIn(byID[st.Leave.Substitute], st, stu.School, today)
		return !own || !st.reachable() || away
	})
	if len(mentors) == 0 {
		return "", nil
	}
	return slices.MinFunc(mentors, func(a, b Staff) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a.ID, b.ID)) }).ID, nil
}
