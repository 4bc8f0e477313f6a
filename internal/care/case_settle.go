package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// SettleCases does what time does with cases: a hand-over that nobody has taken comes back, what was said
// to be wrong and was not corrected counts again, and the case of an owner who cannot see to it any more is
// whoever's it would be if it were opened now. Its figures are looked at, too: those of a student of whom
// no file tells rise by time alone. It returns how many cases it has changed, and may be done again, and by several at once.
func (s *Service) SettleCases(ctx context.Context, now time.Time) (int, error) {
	n := 0
	var errs []error
	for id := range s.Schools {
		for _, state := range []CaseState{CaseOpen, CaseWaiting} {
			list, err := s.Cases.OfSchool(ctx, id, state)
			if err != nil {
				return n, fmt.Errorf("list the school's cases: %w", err)
			}
			for _, c := range list {
				_, changed, err := s.assess(ctx, c.Student, now)
				if changed {
					n++
				}
				if err != nil && !errors.Is(err, ErrConflict) { // then it is settled next time
					errs = append(errs, fmt.Errorf("settle a case: %w", err))
				}
			}
		}
	}
	return n, errors.Join(errs...)
}

// passTime does with a case what time does, and reports whether that was anything.
func (s *Service) passTime(ctx context.Context, c *Case, stu Student, now time.Time) (bool, error) {
	if !c.isOpen() {
		return false, nil
	}
	school := s.Schools[stu.School]
	today := s.today(stu.School, now)
	moved := c.School != stu.School
	if c.School = stu.School; moved { // whose days, people and rooms count
		c.Plan++
	}
	if c.Handed != nil && school.ahead(DateOf(c.Handed.At, school.Zone), handOverDays) <= today {
		if c.Handed = nil; c.State == CaseOpen {
			c.Next = school.ahead(today, 0)
		}
		c.befell(CaseCameBack, now)
	}
	if c.dropWrong(school, today) {
		moved = true
		if last, _ := c.last(); last.Act == ActWrong && c.State == CaseWaiting {
			c.open(school.ahead(today, max(s.stepOf(*c).Due, 1)))
			c.befell(CaseReopened, now)
		}
	}
	if c.Owner != "" {
		keeps, err := s.keepsCase(ctx, c.Owner, stu, now)
		if err != nil {
			return false, err
		}
		if !keeps {
			if c.Owner, err = s.caseOwner(ctx, stu, now); err != nil {
				return false, err
			}
			c.befell(CaseOrphaned, now)
		}
	}
	return moved || c.Asked != c.Plan, nil // as of a case that was stored before any had prompts
}

// dropWrong counts the days of a case again that were wrong and that no import has corrected in time. It
// reports whether there were any.
func (c *Case) dropWrong(school School, today Date) bool {
	late := map[Date]bool{}
	for _, e := range c.Entries { // oldest first: what was said of a day last holds
		if e.Act == ActWrong && e.Undone.IsZero() {
			for _, d := range e.Days {
				late[d] = school.ahead(DateOf(e.At, school.Zone), wrongDays) <= today
			}
		}
	}
	n := len(c.Wrong)
	for i := n - 1; i >= 0; i-- {
		if late[c.Wrong[i]] {
			c.Wrong, c.WrongAs = slices.Delete(c.Wrong, i, i+1), slices.Delete(c.WrongAs, i, i+1)
		}
	}
	return len(c.Wrong) < n
}

// keepsCase reports whether an owner can see to the student's case: they see the student, Slack has their
// account, and they are not away for longer than ownerAway without anyone who stands in for them.
func (s *Service) keepsCase(ctx context.Context, owner string, stu Student, now time.Time) (bool, error) {
	sees, err := s.stillSees(ctx, owner, stu, now)
	if err != nil || !sees {
		return false, err
	}
	st, err := s.Staff.Get(ctx, owner)
	if err != nil {
		return false, fmt.Errorf("get the owner: %w", err)
	}
	school, today := s.Schools[stu.School], s.today(stu.School, now)
	switch {
	case !st.reachable():
		return false, nil
	case !st.AwayOn(today) || school.SchoolDaysBetween(today.AddDays(-1), st.Leave.To) <= ownerAway:
		return true, nil
	}
	sub, err := s.Staff.Get(ctx, st.Leave.Substitute)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("get the owner's substitute: %w", err)
	}
	return standsIn(sub, st, stu.School, today), nil
}

// stillSees reports whether an owner may still see the student, by themselves or because they stand in
// for someone.
func (s *Service) stillSees(ctx context.Context, owner string, stu Student, now time.Time) (bool, error) {
	st, err := s.Staff.Get(ctx, owner)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("get the owner: %w", err)
	}
	actor, err := s.actorFor(ctx, st, now)
	if err != nil {
		return false, err
	}
	_, r, err := s.student(ctx, actor, stu.Ref(), now)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	return r.seesCase(), nil
}
