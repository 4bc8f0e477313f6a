package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// MyCases returns the cases that are not closed and that the actor owns, was handed, or sees as the substitute of their
// owner, next due first. The team sees also what it was asked for and what nobody owns; with whole the team and the
// principal see all of their schools. That they were read is on record before they are returned.
func (s *Service) MyCases(ctx context.Context, actor Actor, whole bool, now time.Time) ([]CaseView, error) {
	if !s.seesCases(actor, now) {
		return nil, &Error{Code: CodeMayNotSeeCases}
	}
	list, err := s.myCases(ctx, newCaseReader(s, actor, now), whole)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	refs := make([]Ref, len(list))
	for i, v := range list {
		refs[i] = v.Student.Ref
	}
	return list, s.auditReading(ctx, actor, ActionCaseList, refs, now)
}

// seesCases reports whether the actor has, anywhere and today, a role that sees cases, or stands in for
// someone who has.
func (s *Service) seesCases(actor Actor, now time.Time) bool {
	return slices.ContainsFunc(actor.parts(), func(st Staff) bool {
		return slices.ContainsFunc(s.Posts(st, now), func(p PostAt) bool {
			return slices.Contains([]Role{Mentor, EHT, Principal}, p.Role)
		})
	})
}

func (s *Service) myCases(ctx context.Context, r *caseReader, whole bool) ([]CaseView, error) {
	var found []Case
	for _, st := range r.actor.parts() {
		owned, err := s.Cases.OfOwner(ctx, st.ID)
		if err != nil {
			return nil, fmt.Errorf("list own cases: %w", err)
		}
		handed, err := s.Cases.HandedTo(ctx, st.ID)
		if err != nil {
			return nil, fmt.Errorf("list cases handed over: %w", err)
		}
		found = append(append(found, owned...), handed...)
	}
	for id := range s.Schools {
		team := r.actor.Staff.has(id, s.today(id, r.now), EHT)
		all := whole && (team || r.actor.Staff.has(id, s.today(id, r.now), Principal))
		if !team && !all {
			continue
		}
		for _, state := range []CaseState{CaseOpen, CaseWaiting} {
			list, err := s.Cases.OfSchool(ctx, id, state)
			if err != nil {
				return nil, fmt.Errorf("list the school's cases: %w", err)
			}
			for _, c := range list {
				if all || c.Queued || c.Owner == "" {
					found = append(found, c)
				}
			}
		}
	}
	var list []CaseView
	seen := map[string]bool{}
	for _, c := range found {
		if seen[c.ID] || !c.isOpen() {
			continue
		}
		seen[c.ID] = true
		stu, rel, err := s.student(ctx, r.actor, c.Student, r.now)
		if errors.Is(err, ErrNotFound) || err == nil && !rel.seesCase() {
			continue
		}
		if err != nil {
			return nil, err
		}
		v, err := r.view(ctx, c, stu)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b CaseView) int {
		if (a.Next == "") != (b.Next == "") {
			return cmp.Compare(b.Next, a.Next)
		}
		return cmp.Or(cmp.Compare(a.Next, b.Next), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// CaseOfStudent returns the student's case that is not closed, or an *Error with CodeNoCase. who is a
// ref or a name: the errors are those of FindStudent. That it was read is on record.
func (s *Service) CaseOfStudent(ctx context.Context, actor Actor, who string, now time.Time) (CaseView, error) {
	stu, err := s.studentOfCases(ctx, actor, who, now)
	if err != nil {
		return CaseView{}, err
	}
	c, err := s.latestCase(ctx, stu.Ref())
	if errors.Is(err, ErrNotFound) || err == nil && !c.isOpen() {
		return CaseView{}, &Error{Code: CodeNoCase}
	}
	if err != nil {
		return CaseView{}, err
	}
	if err := s.auditReading(ctx, actor, ActionCaseShow, []Ref{c.Student}, now); err != nil {
		return CaseView{}, err
	}
	return s.caseView(ctx, actor, c, stu, now)
}

// studentOfCases is FindStudent for whoever may see the student's cases and absence; a *Choice is
// between students whom they may see.
func (s *Service) studentOfCases(ctx context.Context, actor Actor, who string, now time.Time) (visible, error) {
	if !s.seesCases(actor, now) {
		return visible{}, &Error{Code: CodeMayNotSeeCases}
	}
	stu, r, err := s.findStudent(ctx, actor, who, now)
	if err == nil && !r.seesCase() {
		err = &Error{Code: CodeMayNotSeeCases}
	}
	if err != nil {
		return visible{}, err
	}
	return visible{stu, r}, nil
}

// CaseByID returns a case, or an *Error with CodeNoCase also when the actor may not see it. That it was read is on record.
func (s *Service) CaseByID(ctx context.Context, actor Actor, id string, now time.Time) (CaseView, error) {
	c, stu, err := s.caseFor(ctx, actor, id, now)
	if err != nil {
		return CaseView{}, err
	}
	if err := s.auditReading(ctx, actor, ActionCaseShow, []Ref{c.Student}, now); err != nil {
		return CaseView{}, err
	}
	return s.caseView(ctx, actor, c, stu, now)
}

// AbsenceView is a student's absence as one reader may see it.
type AbsenceView struct {
	Student Name
	School  School
	Newest  Date   // the newest day with figures, or ""
	Figures []Fact // of the windows of the school's ladder; Step is the lowest that the figure leads to
	Days    []AbsenceDay
}

// AbsenceOf returns what is known of a student's absence, for who may see it: figures of windows that matter to the
// student's ladder, and the days with absence of the school year, latest first. That it was read is on record.
func (s *Service) AbsenceOf(ctx context.Context, actor Actor, who string, now time.Time) (AbsenceView, error) {
	stu, err := s.studentOfCases(ctx, actor, who, now)
	if err != nil {
		return AbsenceView{}, err
	}
	v := AbsenceView{School: s.Schools[stu.School]}
	if v.Student, err = s.name(stu.Student); err != nil {
		return AbsenceView{}, err
	}
	in, err := s.standingOf(ctx, stu.Student)
	if err != nil {
		return AbsenceView{}, err
	}
	in.Today = DateOf(now, in.School.Zone)
	if c, err := s.latestCase(ctx, stu.Ref()); err == nil {
		in.Case = c.forRules(in)
	} else if !errors.Is(err, ErrNotFound) {
		return AbsenceView{}, err
	}
	v.Newest, v.Figures = in.Newest, s.Ladders[v.School.Ladder].Figures(in)
	for _, d := range slices.Backward(in.Days) {
		if d.away() {
			v.Days = append(v.Days, d)
		}
	}
	return v, s.auditReading(ctx, actor, ActionAbsence, []Ref{stu.Ref()}, now)
}

// caseReader makes cases what one reader sees of them, and loads each colleague of a list once.
type caseReader struct {
	*reader
	people map[string]Person
}

func newCaseReader(s *Service, actor Actor, now time.Time) *caseReader {
	return &caseReader{newReader(s, actor, now), map[string]Person{}}
}

// caseView is a case as the actor, who may see it, sees it, with its days and entries.
func (s *Service) caseView(ctx context.Context, actor Actor, c Case, stu visible, now time.Time) (CaseView, error) {
	r := newCaseReader(s, actor, now)
	v, err := r.view(ctx, c, stu.Student)
	if err != nil {
		return CaseView{}, err
	}
	in, err := s.standingOf(ctx, stu.Student)
	if err != nil {
		return CaseView{}, err
	}
	v.Newest, v.Days = in.Newest, c.counted(v.School, in.Days)
	for _, e := range slices.Backward(c.Entries) {
		if !e.Undone.IsZero() {
			continue
		}
		ev, err := r.event(ctx, c, e)
		if err != nil {
			return CaseView{}, err
		}
		v.Entries = append(v.Entries, ev)
	}
	return v, nil
}

// view is a case without its days and entries.
func (r *caseReader) view(ctx context.Context, c Case, stu Student) (v CaseView, err error) {
	school := r.s.Schools[c.School]
	today := DateOf(r.now, school.Zone)
	v = CaseView{ID: c.ID, Student: Name{Ref: c.Student}, Group: stu.Group, School: school, Step: r.s.stepOf(c), State: c.State,
		Day0: c.Day0, Due: c.Due, Next: c.Next, Attempts: c.Attempts, Queued: c.Queued, Why: c.Why,
		ByHand: c.OpenedBy != "", MayAct: c.isOpen()}
	for _, st := range r.actor.parts() {
		stands := st.ID == r.actor.Staff.ID || standsIn(r.actor.Staff, st, c.School, today)
		v.Mine = v.Mine || stands && st.ID == c.Owner
		v.HandedMe = v.HandedMe || stands && c.Handed != nil && st.ID == c.Handed.To
	}
	if c.State == CaseOpen {
		v.Overdue = school.SchoolDaysBetween(c.Due, today)
	}
	v.AskTeam = c.asksTeam()
	if r.refsOnly {
		return v, nil
	}
	if v.Student, err = r.s.name(stu); err != nil {
		return CaseView{}, err
	}
	if v.Owner, err = r.person(ctx, c.Owner); err != nil || c.Handed == nil {
		return v, err
	}
	if v.Handed, err = r.person(ctx, c.Handed.To); err == nil {
		v.HandedBy, err = r.person(ctx, cmp.Or(c.Handed.By, c.Owner))
	}
	return v, err
}

// event is an entry as the reader sees it. Whoever may see a case reads its notes: they are for the
// mentor, the team and the principal.
func (r *caseReader) event(ctx context.Context, c Case, e CaseEntry) (CaseEvent, error) {
	ev := CaseEvent{CaseEntry: e, Undo: r.s.mayUndo(r.actor, c, e, r.now) == nil}
	ev.Before, ev.Earlier, ev.CaseEntry.Note = nil, nil, nil
	by, err := r.person(ctx, e.By)
	if err != nil {
		return CaseEvent{}, err
	}
	to, err := r.person(ctx, e.To)
	if err != nil {
		return CaseEvent{}, err
	}
	ev.Name, ev.ToName = by.Name, to.Name
	if len(e.Note) > 0 {
		if ev.Note, err = r.s.Vault.Open(e.Note, caseCollection, c.ID, "note/"+e.ID); err != nil {
			return CaseEvent{}, fmt.Errorf("open the note: %w", err)
		}
	}
	return ev, nil
}

// person is a colleague by their staff id; nobody if there is none.
func (r *caseReader) person(ctx context.Context, id string) (Person, error) {
	if p, ok := r.people[id]; ok || id == "" {
		return p, nil
	}
	st, err := r.s.Staff.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Person{}, nil
	}
	if err != nil {
		return Person{}, fmt.Errorf("get a colleague: %w", err)
	}
	p := Person{SlackID: st.SlackID}
	if p.Name, err = r.s.staffName(st); err != nil {
		return Person{}, err
	}
	r.people[id] = p
	return p, nil
}

// caseOnCard is the student's case that is not closed, if there is one and the reader may see it.
func (s *Service) caseOnCard(ctx context.Context, actor Actor, stu visible, now time.Time) (*CaseView, error) {
	if !stu.seesCase() {
		return nil, nil
	}
	c, err := s.latestCase(ctx, stu.Ref())
	if errors.Is(err, ErrNotFound) || err == nil && !c.isOpen() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := newCaseReader(s, actor, now).view(ctx, c, stu.Student)
	return &v, err
}
