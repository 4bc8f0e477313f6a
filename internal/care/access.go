package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Actor is a person who has been let in.
type Actor struct {
	Staff Staff
	Lang  Lang
	For   []Staff // those for whom the person stands in today
}

// CodeNoAccess refuses people who are no staff, guests, strangers, bots and deactivated accounts alike.
const CodeNoAccess Code = "no_access"

// factsStale is the age beyond which facts no longer let anyone in.
const factsStale = 72 * time.Hour

// LetIn returns the person behind a Slack user id, or an Error with CodeNoAccess, or ErrNoFacts
// when Slack has to be asked about the account first. Also with an error the Actor has the
// language to say it in, if that is known. team is the workspace of the request.
func (s *Service) LetIn(ctx context.Context, slackID, team string, now time.Time) (Actor, error) {
	refused := &Error{Code: CodeNoAccess}
	st, err := s.Staff.BySlackID(ctx, slackID)
	if errors.Is(err, ErrNotFound) {
		unlinked, err := s.Staff.AnyUnlinked(ctx)
		if err != nil {
			return Actor{}, fmt.Errorf("look for unlinked staff: %w", err)
		}
		if unlinked {
			return Actor{}, ErrNoFacts
		}
		return Actor{}, refused
	}
	if err != nil {
		return Actor{}, fmt.Errorf("find the staff member: %w", err)
	}
	nobody := Actor{Lang: s.Language(st, now)}
	if !s.employed(st, now) {
		return nobody, refused
	}
	if st.Facts == nil || now.Sub(st.Facts.CheckedAt) > factsStale {
		return nobody, ErrNoFacts
	}
	if f := st.Facts; f.Guest || f.Stranger || f.Bot || f.Deactivated || f.Team != team {
		return nobody, refused
	}
	actor, err := s.actorFor(ctx, st, now)
	if err != nil {
		return nobody, err
	}
	return actor, nil
}

// actorFor is a person as an actor, for what is done without their doing.
func (s *Service) actorFor(ctx context.Context, st Staff, now time.Time) (Actor, error) {
	actor := Actor{Staff: st, Lang: s.Language(st, now)}
	var err error
	actor.For, err = s.StandsInFor(ctx, st, now)
	return actor, err
}

// employed reports whether the person has any role at any school today.
func (s *Service) employed(st Staff, now time.Time) bool {
	return slices.ContainsFunc(st.Posts, func(p Post) bool {
		school, ok := s.Schools[p.School]
		return ok && p.Holds(DateOf(now, school.Zone))
	})
}

// Language is the language to speak with a person: their own choice, else the roster's, else
// their school's, else the installation's.
func (s *Service) Language(st Staff, now time.Time) Lang {
	switch {
	case st.Chosen != "":
		return st.Chosen
	case st.Language != "":
		return st.Language
	}
	if school, ok := s.HomeSchool(st, now); ok {
		return school.Language
	}
	return s.Default
}

// HomeSchool is the school of the first post that a person holds today.
func (s *Service) HomeSchool(st Staff, now time.Time) (School, bool) {
	for _, p := range st.Posts {
		if school, ok := s.Schools[p.School]; ok && p.Holds(DateOf(now, school.Zone)) {
			return school, true
		}
	}
	return School{}, false
}

// relation is how a person stands to a student, which decides what they may see.
type relation struct {
	own, eht, principal, assigned bool
}

// sees reports whether the person may see the student's name and timeline, and log.
func (r relation) sees() bool { return r.own || r.eht || r.principal || r.assigned }

// readsNote reports whether the person may read notes of that audience.
func (r relation) readsNote(a Audience) bool {
	switch a {
	case AudienceMentor:
		return r.own
	case AudienceEHT:
		return r.own || r.eht || r.principal
	case AudienceLeadership:
		return r.principal
	}
	return false
}

// relate is the rule of who stands how to whom. a is the assignment of the person to the student,
// or nil. A student who has left is seen by the school's team and principal only.
func relate(st Staff, stu Student, a *Assignment, on Date) relation {
	if stu.Protected {
		return relation{}
	}
	r := relation{
		eht:       st.has(stu.School, on, EHT),
		principal: st.has(stu.School, on, Principal),
	}
	if stu.Status == Left {
		return r
	}
	assigned := a != nil && a.Holds(on)
	r.own = st.mentors(stu.School, stu.Group, on) || assigned && st.has(stu.School, on, Mentor)
	r.assigned = assigned && st.has(stu.School, on, Coach)
	return r
}

// student loads a student and the actor's relation to it. A student who does not exist and one
// whom the actor may not see cost the same work and give the same ErrNotFound.
func (s *Service) student(ctx context.Context, actor Actor, ref Ref, now time.Time) (Student, relation, error) {
	stu, err := s.Students.Get(ctx, string(ref))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Student{}, relation{}, fmt.Errorf("get student: %w", err)
	}
	if r := s.stands(actor, stu, nil, now); err == nil && r.own {
		return stu, r, nil // an assignment would add nothing
	}
	found := assignments{}
	for _, st := range actor.parts() {
		a, err := s.Assignments.Get(ctx, assignmentID(st.ID, ref))
		switch {
		case err == nil:
			found.add(a)
		case !errors.Is(err, ErrNotFound):
			return Student{}, relation{}, fmt.Errorf("get assignment: %w", err)
		}
	}
	r := s.stands(actor, stu, found, now)
	if err != nil || !r.sees() {
		return Student{}, relation{}, ErrNotFound
	}
	return stu, r, nil
}

// stands is how the actor stands to a student today: by themselves, and as those do, as mentor or
// coach, for whom they stand in. No post counts at a school that is gone from the configuration.
func (s *Service) stands(actor Actor, stu Student, found assignments, now time.Time) relation {
	school, ok := s.Schools[stu.School]
	if !ok {
		return relation{}
	}
	on := DateOf(now, school.Zone)
	r := relate(actor.Staff, stu, found.of(actor.Staff, stu), on)
	for _, absent := range actor.For {
		if standsIn(actor.Staff, absent, stu.School, on) {
			as := relate(absent, stu, found.of(absent, stu), on)
			r.own, r.assigned = r.own || as.own, r.assigned || as.assigned
		}
	}
	return r
}

// assignments are some people's, by their ids.
type assignments map[string]Assignment

func (list assignments) add(a Assignment) { list[assignmentID(a.Staff, a.Student)] = a }

// of is the assignment of a person to a student, or nil.
func (list assignments) of(st Staff, stu Student) *Assignment {
	if a, ok := list[assignmentID(st.ID, stu.Ref())]; ok {
		return &a
	}
	return nil
}

// today is the day it is at a school; for a school that is gone from the configuration, in UTC.
func (s *Service) today(school string, now time.Time) Date {
	if sc, ok := s.Schools[school]; ok {
		return DateOf(now, sc.Zone)
	}
	return DateOf(now, time.UTC)
}

// A visible student is one whom a person may see, and how they stand to them.
type visible struct {
	Student
	relation
}

// mine reports whether the person mentors the student or is assigned to them.
func (v visible) mine() bool { return v.own || v.assigned }

// visible returns the students whom the actor mentors or is assigned to, and with wide those whom
// they see as the school's team or principal.
func (s *Service) visible(ctx context.Context, actor Actor, wide bool, now time.Time) ([]visible, error) {
	var all []visible
	seen := map[string]bool{}
	found := assignments{}
	take := func(list []Student) {
		for _, stu := range list {
			v := visible{stu, s.stands(actor, stu, found, now)}
			if (v.mine() || wide && v.sees()) && !seen[stu.ID] {
				seen[stu.ID] = true
				all = append(all, v)
			}
		}
	}
	var refs []Ref
	for _, st := range actor.parts() {
		list, err := s.Assignments.OfStaff(ctx, st.ID)
		if err != nil {
			return nil, fmt.Errorf("list assignments: %w", err)
		}
		for _, a := range list {
			found.add(a)
			refs = append(refs, a.Student)
		}
	}
	if len(refs) > 0 {
		direct, err := s.Students.WithRefs(ctx, refs)
		if err != nil {
			return nil, fmt.Errorf("list assigned students: %w", err)
		}
		take(direct)
	}
	for id := range s.Schools {
		on := s.today(id, now)
		groups := actor.groups(id, on)
		whole := wide && actor.Staff.has(id, on, EHT, Principal)
		if !whole && len(groups) == 0 {
			continue
		}
		if whole {
			groups = nil
		}
		inSchool, err := s.Students.InSchool(ctx, id, groups...)
		if err != nil {
			return nil, fmt.Errorf("list students: %w", err)
		}
		take(inSchool)
	}
	return all, nil
}
