package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Assessed counts what an assessment did.
type Assessed struct{ Opened, Rose, Lowered, Retracted, Reopened int }

// caseActor stands in audit entries for the figures and the time that have moved a case.
var caseActor = Actor{Staff: Staff{Meta: Meta{ID: "figures"}}}

// AssessAbsence opens, raises, lowers and retracts the cases of the students as their figures ask for. It may
// be done again, and by several at once. A student of whom it cannot be done keeps none of the others from it.
func (s *Service) AssessAbsence(ctx context.Context, students []Ref, now time.Time) (Assessed, error) {
	var done Assessed
	var errs []error
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(importWriters)
	for _, ref := range students {
		g.Go(func() error {
			what, _, err := s.assess(ctx, ref, now)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("assess the absence of %s: %w", ref, err))
				return nil
			}
			done.count(what)
			return nil
		})
	}
	_ = g.Wait() // none of them returns one
	return done, errors.Join(errs...)
}

func (a *Assessed) count(what CaseWhat) {
	switch what {
	case CaseOpened:
		a.Opened++
	case CaseRose:
		a.Rose++
	case CaseLowered:
		a.Lowered++
	case CaseRetracted:
		a.Retracted++
	case CaseReopened:
		a.Reopened++
	}
}

// assess brings one student's case to where figures and time have it, and returns what figures did, and
// whether anything was done.
func (s *Service) assess(ctx context.Context, ref Ref, now time.Time) (what CaseWhat, changed bool, err error) {
	for range changeTries {
		what, changed, err = s.assessOnce(ctx, ref, now)
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists) {
			return what, changed, err
		}
	}
	return "", false, ErrConflict
}

func (s *Service) assessOnce(ctx context.Context, ref Ref, now time.Time) (what CaseWhat, changed bool, err error) {
	stu, err := s.Students.Get(ctx, string(ref))
	if errors.Is(err, ErrNotFound) || stu.Protected {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("get the student: %w", err)
	}
	school, ok := s.Schools[stu.School]
	if !ok {
		return "", false, nil
	}
	c, err := s.latestCase(ctx, ref)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", false, err
	}
	in, err := s.standingOf(ctx, stu)
	if err != nil {
		return "", false, err
	}
	in.Today = DateOf(now, school.Zone)
	entries := len(c.Entries)
	if c.ID != "" {
		if changed, err = s.passTime(ctx, &c, stu, now); err != nil {
			return "", false, err
		}
		changed = c.takeCorrected(in.Days) || changed
		in.Case = c.forRules(in)
	}
	var v Verdict
	if stu.Status != Left {
		v = s.ladderOf(c, school).Assess(in)
	}
	day0 := school.ahead(in.Today, 0)
	switch {
	case v.Move == MoveNone && !changed:
		return "", false, nil
	case v.Move == MoveOpen || v.Move == MoveReopen && c.Over:
		var next Case
		next.enter(v.Step, v.Facts, day0, v.Due)
		request := "figures/" + caseID(ref, c.number()+1)
		_, err := s.openCase(ctx, stu, c, next, request, auditEntry(caseActor, ActionCaseAssess, []Ref{ref}, now, request), now)
		return CaseOpened, err == nil, err
	}
	c.move(v, day0, now)
	err = s.storeMoved(ctx, c, entries, now)
	return moved[v.Move], err == nil, err
}

// move does with a case what figures ask for.
func (c *Case) move(v Verdict, day0 Date, now time.Time) {
	state, next := c.State, c.Next
	switch v.Move {
	case MoveRetract:
		c.end()
	case MoveRise, MoveReopen, MoveLower:
		c.enter(v.Step, v.Facts, day0, v.Due)
	}
	if v.Move == MoveLower && state == CaseWaiting { // what was done about the higher step is done
		c.State, c.Next = state, next
	}
	if what := moved[v.Move]; what != "" {
		c.befell(what, now)
	}
}

// moved is what each move is called in a case's entries.
var moved = map[Move]CaseWhat{MoveRise: CaseRose, MoveLower: CaseLowered, MoveRetract: CaseRetracted, MoveReopen: CaseReopened}

// storeMoved stores a case that figures or time have moved; so many entries it had before.
func (s *Service) storeMoved(ctx context.Context, c Case, entries int, now time.Time) error {
	c.askWords(entries, now)
	if err := s.askPrompts(ctx, &c, now); err != nil {
		return err
	}
	request := fmt.Sprint("figures/", c.ID, "/", c.Meta.Version)
	c.Mark(request, now, auditEntry(caseActor, ActionCaseAssess, []Ref{c.Student}, now, request))
	if err := s.Cases.Replace(ctx, c); err != nil {
		return fmt.Errorf("change the case: %w", err)
	}
	return nil
}

// ladderOf is the ladder of a case or, of one that is yet to be opened or whose ladder is gone, the school's.
func (s *Service) ladderOf(c Case, school School) Ladder {
	if l, ok := s.Ladders[c.Ladder]; ok && c.isOpen() {
		return l
	}
	return s.Ladders[school.Ladder]
}

// standingOf is where a student stands but for the day that it is and the case: the school's newest day
// with figures, and the days of absence of its school year, first day first.
func (s *Service) standingOf(ctx context.Context, stu Student) (Standing, error) {
	in := Standing{School: s.Schools[stu.School]}
	var err error
	if in.Newest, err = s.Absence.Newest(ctx, stu.School); err != nil || in.Newest == "" {
		return in, err
	}
	if in.Days, err = s.Absence.OfStudent(ctx, stu.Ref(), in.School.yearStart(in.Newest), in.Newest); err != nil {
		return in, fmt.Errorf("list days of absence: %w", err)
	}
	return in, nil
}

// forRules is the case with an end to all its known days, as the rules ask for it.
func (c Case) forRules(in Standing) *Case {
	c.Known = c.knownDays(in.School, in.Days)
	return &c
}

// takeCorrected counts the days of a case again that were wrong and that an import has changed since. It
// reports whether there were any.
func (c *Case) takeCorrected(days []AbsenceDay) bool {
	n := len(c.Wrong)
	for i := n - 1; i >= 0; i-- {
		at := slices.IndexFunc(days, func(d AbsenceDay) bool { return d.Date == c.Wrong[i] })
		if at >= 0 && days[at].Version != c.WrongAs[i] {
			c.Wrong, c.WrongAs = slices.Delete(c.Wrong, i, i+1), slices.Delete(c.WrongAs, i, i+1)
		}
	}
	return len(c.Wrong) < n
}
