package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The codes of acts, those of a form each at its field.
const (
	CodeNoCase         Code = "no_case"          // none that is not closed, or none that the actor may see
	CodeMayNotSeeCases Code = "may_not_see_case" // the actor's roles see no cases, or not this student's
	CodeCaseClosed     Code = "case_closed"
	CodeCaseYours      Code = "case_yours"        // to take what one has
	CodeCaseFar        Code = "case_far"          // Last, a Date
	CodeCaseHours      Code = "case_hours"        // Hours, []SchoolHours: at the time named nothing is sent
	CodeSnoozedTwice   Code = "case_snoozed"      // Due, a Date
	CodeHandOverWhom   Code = "case_owner_whom"   // nobody is named
	CodeHandOverSelf   Code = "case_owner_self"   // or whoever has it
	CodeHandOverMayNot Code = "case_owner_cannot" // may not see the case, or cannot use Lotsen
	CodeHandOverAway   Code = "case_owner_away"   // Until, a Date
	CodeCaseReason     Code = "case_reason"
	CodeCaseDays       Code = "case_days" // no absence is reported of them
)

const caseCollection = "cases"

// ActOnCase does what the form says about a case, once for each request, and returns the case as it then is.
func (s *Service) ActOnCase(ctx context.Context, actor Actor, id string, f CaseForm, request string, now time.Time) (CaseView, error) {
	return s.changeCase(ctx, actor, id, request, ActionCaseAct, now, func(c *Case, stu visible) error {
		if !c.isOpen() {
			return &Error{Code: CodeCaseClosed, Args: map[string]any{"Ref": string(c.Student)}}
		}
		return s.act(ctx, actor, c, stu, f, CaseEntry{At: now}, now)
	})
}

// changeCase changes a case that the actor may see, once for each request, and returns what it then is.
// When someone else's change has come between, change is asked anew.
func (s *Service) changeCase(ctx context.Context, actor Actor, id, request string, action Action, now time.Time, change func(*Case, visible) error) (CaseView, error) {
	for range changeTries {
		c, stu, err := s.caseFor(ctx, actor, id, now)
		if err != nil {
			return CaseView{}, err
		}
		if c.MadeBy(request) {
			if err := s.auditReading(ctx, actor, ActionCaseShow, []Ref{c.Student}, now); err != nil {
				return CaseView{}, err
			}
			return s.caseView(ctx, actor, c, stu, now)
		}
		old := c
		old.Entries = slices.Clone(c.Entries)
		if err := change(&c, stu); err != nil {
			return CaseView{}, err
		}
		if c.Plan > old.Plan {
			c.askWords(c.newSince(old), now)
		}
		if err := s.askPrompts(ctx, &c, now); err != nil {
			return CaseView{}, err
		}
		c.Mark(request, now, auditEntry(actor, action, []Ref{c.Student}, now, c.ID, request))
		switch err = s.Cases.Replace(ctx, c); {
		case err == nil:
			return s.caseView(ctx, actor, c, stu, now)
		case !errors.Is(err, ErrConflict):
			return CaseView{}, fmt.Errorf("change the case: %w", err)
		}
	}
	return CaseView{}, fmt.Errorf("change the case: %w", ErrConflict)
}

// newSince is the index of the first entry that says something else than it did in an older state of the case.
func (c Case) newSince(old Case) int {
	for i, e := range c.Entries {
		if i >= len(old.Entries) || len(e.Earlier) != len(old.Entries[i].Earlier) {
			return i
		}
	}
	return len(c.Entries)
}

// act does what a form says about a case, which gets an entry of it. old is the entry that it takes the place
// of, or one that says when the act is made: the day to which an act of its kind had put the case is right, whatever day it is.
func (s *Service) act(ctx context.Context, actor Actor, c *Case, stu visible, f CaseForm, old CaseEntry, now time.Time) error {
	school := s.Schools[c.School]
	a := acting{school: school, step: s.stepOf(*c), today: DateOf(now, school.Zone), at: old.At, said: old.Said, by: actor.Staff.ID,
		team: stu.eht || stu.principal, now: now}
	if f.Act == old.Act || f.Act.done() && old.Act.done() {
		a.kept = old.FollowUp
	}
	mistakes := []error{noteFits(f.Note)}
	var err error
	switch f.Act {
	case ActHandOver:
		if a.to, err = s.handTo(ctx, actor, *c, stu.Student, f.To, now); err != nil && CodeOf(err) == "" {
			return err
		}
	case ActWrong, ActKnown:
		in, err := s.standingOf(ctx, stu.Student)
		if err != nil {
			return err
		}
		a.days = in.Days
	}
	if mistakes = append(mistakes, err); err == nil {
		mistakes = append(mistakes, a.do(c, f))
	}
	if err := errors.Join(mistakes...); err != nil {
		return err
	}
	e := &c.Entries[len(c.Entries)-1]
	e.Note, err = s.sealCaseNote(*c, e.ID, f.Note)
	return err
}

// noteFits tells that a note is too long for its field.
func noteFits(note string) error {
	if n := noteLength(note); n > NoteMax {
		return &Error{Code: CodeFieldNote, Field: "note", Args: map[string]any{"Length": n, "Max": NoteMax}}
	}
	return nil
}

// sealCaseNote seals the note of an entry of a case, if there is one.
func (s *Service) sealCaseNote(c Case, entry, note string) (Sealed, error) {
	if note == "" {
		return nil, nil
	}
	sealed, err := s.Vault.Seal(note, caseCollection, c.ID, "note/"+entry)
	if err != nil {
		return nil, fmt.Errorf("seal the note: %w", err)
	}
	return sealed, nil
}

// handTo finds whom a case is to be handed to: a colleague who may see it and is there.
func (s *Service) handTo(ctx context.Context, actor Actor, c Case, stu Student, slackID string, now time.Time) (string, error) {
	wrong := func(code Code, args map[string]any) (string, error) {
		return "", &Error{Code: code, Field: "owner", Args: args}
	}
	if slackID == "" {
		return wrong(CodeHandOverWhom, nil)
	}
	st, err := s.Staff.BySlackID(ctx, slackID)
	if errors.Is(err, ErrNotFound) {
		return wrong(CodeHandOverMayNot, nil)
	}
	if err != nil {
		return "", fmt.Errorf("find the colleague: %w", err)
	}
	if st.ID == actor.Staff.ID || st.ID == c.Owner {
		return wrong(CodeHandOverSelf, nil)
	}
	other, err := s.actorFor(ctx, st, now)
	if err != nil {
		return "", err
	}
	_, r, err := s.student(ctx, other, stu.Ref(), now)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	switch today := s.today(c.School, now); {
	case !r.seesCase() || !st.reachable():
		return wrong(CodeHandOverMayNot, nil)
	case st.AwayOn(today):
		return wrong(CodeHandOverAway, map[string]any{"Until": st.Leave.To})
	}
	return st.ID, nil
}

// seesCase reports whether the person may see the student's absence and cases, and act on them.
func (r relation) seesCase() bool { return r.own || r.eht || r.principal }

// caseFor returns a case that the actor may see, and its student. One that is none and one that they
// may not see cost the same work and are refused alike.
func (s *Service) caseFor(ctx context.Context, actor Actor, id string, now time.Time) (Case, visible, error) {
	ref, _, _ := strings.Cut(id, "/")
	stu, r, err := s.student(ctx, actor, Ref(ref), now)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Case{}, visible{}, err
	}
	if err != nil || !r.seesCase() {
		return Case{}, visible{}, &Error{Code: CodeNoCase}
	}
	c, err := s.Cases.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Case{}, visible{}, &Error{Code: CodeNoCase}
	}
	if err != nil {
		return Case{}, visible{}, fmt.Errorf("get the case: %w", err)
	}
	return c, visible{stu, r}, nil
}

// latestCase returns the latest of a student's cases, or ErrNotFound.
func (s *Service) latestCase(ctx context.Context, ref Ref) (Case, error) {
	list, err := s.Cases.OfStudent(ctx, ref)
	if err != nil {
		return Case{}, fmt.Errorf("list the student's cases: %w", err)
	}
	if len(list) == 0 {
		return Case{}, ErrNotFound
	}
	return slices.MaxFunc(list, func(a, b Case) int { return a.number() - b.number() }), nil
}
