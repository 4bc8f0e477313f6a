package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Card is what a person sees of one student.
type Card struct {
	Student Name
	Group   string
	School  School
	Left    bool         // the student attends the school no more
	Due     Date         // the next follow-up, or ""
	Case    *CaseView    // the one that is not closed, if there is one that the reader may see; as in lists
	Meeting *MeetingView // the next, if the reader may know of it
	Entries []Entry      // latest first
	Skipped int          // how many later ones there are
	More    bool         // there are older ones
}

// skipMax bounds how many entries a page can skip: it is found by reading those before it.
const skipMax = 10_000

// Card returns a student's card with the entries after the first skip. who is a ref or a name: the errors are those of
// FindStudent. That it was read is on record before it is returned.
func (s *Service) Card(ctx context.Context, actor Actor, who string, skip int, now time.Time) (Card, error) {
	stu, rel, err := s.findStudent(ctx, actor, who, now)
	if err != nil {
		return Card{}, err
	}
	c := Card{Group: stu.Group, School: s.Schools[stu.School], Left: stu.Status == Left, Skipped: min(max(skip, 0), skipMax)}
	if c.Student, err = s.name(stu); err != nil {
		return Card{}, err
	}
	if c.Due, err = s.due(ctx, stu, now); err != nil {
		return Card{}, err
	}
	if c.Case, err = s.caseOnCard(ctx, actor, visible{stu, rel}, now); err != nil {
		return Card{}, err
	}
	if c.Meeting, err = s.nextMeeting(ctx, actor, visible{stu, rel}, now); err != nil {
		return Card{}, err
	}
	c.Entries, c.More, err = s.latest(ctx, newReader(s, actor, now), c.Skipped, func(limit int) ([]Intervention, error) {
		return s.Interventions.OfStudent(ctx, stu.Ref(), limit)
	})
	if err != nil {
		return Card{}, fmt.Errorf("list the student's interventions: %w", err)
	}
	return c, s.auditReading(ctx, actor, ActionTimeline, shownRefs([]Ref{stu.Ref()}, c.Entries...), now)
}

// MyStudent is one of those whom a person works with.
type MyStudent struct {
	Name   // the ref alone where names are not shown
	Group  string
	School School
	Due    Date // the next follow-up, or ""
}

// MyStudents returns the students whom the actor works with, next due first, then by group and
// name. That their names were read is on record before they are returned.
func (s *Service) MyStudents(ctx context.Context, actor Actor, now time.Time) ([]MyStudent, error) {
	mine, err := s.mine(ctx, actor, true, now)
	if err != nil || len(mine) == 0 {
		return nil, err
	}
	refs := make([]Ref, len(mine))
	for i, m := range mine {
		refs[i] = m.Ref
	}
	return mine, s.auditReading(ctx, actor, ActionNames, refs, now)
}

// mine finds the students whom the actor mentors or is assigned to, and those for whom the actor
// has a follow-up to make: to a principal not everyone at the school is "mine".
func (s *Service) mine(ctx context.Context, actor Actor, named bool, now time.Time) ([]MyStudent, error) {
	list, err := s.own(ctx, actor, now)
	if err != nil {
		return nil, err
	}
	mine := make([]MyStudent, len(list))
	for i, stu := range list {
		m := MyStudent{Name: Name{Ref: stu.Ref()}, Group: stu.Group, School: s.Schools[stu.School]}
		if named {
			if m.Name, err = s.name(stu); err != nil {
				return nil, err
			}
		}
		if m.Due, err = s.due(ctx, stu, now); err != nil {
			return nil, err
		}
		mine[i] = m
	}
	slices.SortFunc(mine, func(a, b MyStudent) int {
		if (a.Due == "") != (b.Due == "") {
			return cmp.Compare(b.Due, a.Due)
		}
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Given, b.Given),
			cmp.Compare(a.Family, b.Family), cmp.Compare(a.Ref, b.Ref))
	})
	return mine, nil
}

func (s *Service) own(ctx context.Context, actor Actor, now time.Time) ([]Student, error) {
	seen, err := s.visible(ctx, actor, false, now)
	if err != nil {
		return nil, err
	}
	var list []Student
	known := map[Ref]bool{}
	for _, stu := range seen {
		list = append(list, stu.Student)
		known[stu.Ref()] = true
	}
	from := DateOf(now, time.UTC).AddDays(-followUpKept) // a day more or less in the schools' zones
	ahead, err := s.Interventions.OwnFollowUps(ctx, actor.Staff.ID, from)
	if err != nil {
		return nil, fmt.Errorf("list own follow-ups: %w", err)
	}
	toMake := map[Ref][]Intervention{} // next follow-up first
	for _, iv := range ahead {
		for _, ref := range iv.Students {
			if !known[ref] {
				toMake[ref] = append(toMake[ref], iv)
			}
		}
	}
	for ref, ivs := range toMake {
		stu, _, err := s.student(ctx, actor, ref, now)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		due, err := s.firstOpen(ctx, ref, ivs)
		if err != nil {
			return nil, err
		}
		if due >= s.today(stu.School, now).AddDays(-followUpKept) {
			list = append(list, stu)
		}
	}
	return list, nil
}

// Home is what a person's App Home shows: no name and no note, for it stays in Slack.
type Home struct {
	Students []MyStudent
	Cases    []CaseView // those of MyCases, next due first
	Entries  []Entry    // the latest that the person has logged
	MayLog   bool
}

// homeEntries is how many entries App Home shows.
const homeEntries = 5

// Home returns what the actor's App Home shows.
func (s *Service) Home(ctx context.Context, actor Actor, now time.Time) (Home, error) {
	var h Home
	_, err := s.LoggingSchool(actor, now)
	h.MayLog = err == nil
	if h.Students, err = s.mine(ctx, actor, false, now); err != nil {
		return Home{}, err
	}
	r := newCaseReader(s, actor, now)
	r.refsOnly = true
	if h.Cases, err = s.myCases(ctx, r, false); err != nil {
		return Home{}, err
	}
	h.Entries, _, err = s.latest(ctx, r.reader, 0, func(limit int) ([]Intervention, error) {
		return s.Interventions.ByAuthor(ctx, actor.Staff.ID, time.Time{}, limit)
	})
	if err != nil {
		return Home{}, fmt.Errorf("list own interventions: %w", err)
	}
	h.Entries = h.Entries[:min(len(h.Entries), homeEntries)]
	return h, nil
}
