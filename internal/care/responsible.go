package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// responsible are those who are to follow up an intervention now, but for those passed over: its
// author; while they are away, their substitute; when there is neither, the students' other
// mentors, else the school's team, else its principal. They can be reached, and see the student.
func (s *Service) responsible(ctx context.Context, iv Intervention, passed []string, now time.Time) ([]Staff, error) {
	today := s.today(iv.School, now)
	free := func(st Staff) bool {
		return !slices.Contains(passed, st.ID) && !st.AwayOn(today) && s.employed(st, now) && st.reachable()
	}
	author, err := s.Staff.Get(ctx, iv.Author)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("get the author: %w", err)
	}
	named := []Staff{author}
	if author.AwayOn(today) && author.Leave.Substitute != "" {
		sub, err := s.Staff.Get(ctx, author.Leave.Substitute)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("get the substitute: %w", err)
		}
		named = append(named, sub)
	}
	for _, st := range named {
		if !free(st) {
			continue
		}
		actor, err := s.actorFor(ctx, st, now)
		if err != nil {
			return nil, err
		}
		if may, err := s.mayFollow(ctx, actor, iv, now); err != nil || may {
			return []Staff{st}, err
		}
	}
	stands, err := s.standing(ctx, iv, now)
	if err != nil {
		return nil, err
	}
	all, err := s.Staff.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	for _, as := range []func(relation) bool{
		func(r relation) bool { return r.own },
		func(r relation) bool { return r.eht },
		func(r relation) bool { return r.principal },
	} {
		var list []Staff
		for _, st := range all {
			if free(st) && slices.ContainsFunc(stands(st), as) {
				list = append(list, st)
			}
		}
		if len(list) > 0 {
			return list, nil
		}
	}
	return nil, nil
}

// standing tells how anyone stands, by themselves, to the students of an intervention.
func (s *Service) standing(ctx context.Context, iv Intervention, now time.Time) (func(Staff) []relation, error) {
	if len(iv.Students) == 0 {
		return func(st Staff) []relation { return []relation{s.standsAt(st, iv, now)} }, nil
	}
	return s.standingTo(ctx, iv.Students, now)
}

// standingTo tells how anyone stands, by themselves, to students, who are read once, however many
// people there are.
func (s *Service) standingTo(ctx context.Context, refs []Ref, now time.Time) (func(Staff) []relation, error) {
	students, err := s.Students.WithRefs(ctx, refs)
	if err != nil {
		return nil, fmt.Errorf("get the students: %w", err)
	}
	found := assignments{}
	for _, stu := range students {
		list, err := s.Assignments.OfStudent(ctx, stu.Ref())
		if err != nil {
			return nil, fmt.Errorf("list assignments: %w", err)
		}
		for _, a := range list {
			found.add(a)
		}
	}
	return func(st Staff) []relation {
		list := make([]relation, len(students))
		for i, stu := range students {
			list[i] = s.stands(Actor{Staff: st}, stu, found, now)
		}
		return list
	}, nil
}

// standsAt is how a person stands to an intervention that is for no one student.
func (s *Service) standsAt(st Staff, iv Intervention, now time.Time) relation {
	on := s.today(iv.School, now)
	return relation{eht: st.has(iv.School, on, EHT), principal: st.has(iv.School, on, Principal),
		assigned: st.ID == iv.Author && st.has(iv.School, on, loggers...)}
}

// reachable reports whether Slack has an account of the person's that Lotsen may write to, as far as
// is known.
func (st Staff) reachable() bool {
	f := st.Facts
	return st.SlackID != "" && (f == nil || !f.Guest && !f.Stranger && !f.Bot && !f.Deactivated)
}

// mayFollow reports whether someone may follow up an intervention: they see a student of it or, if it
// is for no one student, it is theirs or their school's.
func (s *Service) mayFollow(ctx context.Context, actor Actor, iv Intervention, now time.Time) (bool, error) {
	if len(iv.Students) == 0 {
		return s.standsAt(actor.Staff, iv, now).sees(), nil
	}
	for _, ref := range iv.Students {
		switch _, _, err := s.student(ctx, actor, ref, now); {
		case err == nil:
			return true, nil
		case !errors.Is(err, ErrNotFound):
			return false, err
		}
	}
	return false, nil
}
