package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// CodeNoSuchEntry is for an intervention that is none, or none of those that a person may change.
const CodeNoSuchEntry Code = "no_such_entry"

// CodeEntryWithdrawn is for a change of what has been withdrawn.
const CodeEntryWithdrawn Code = "entry_withdrawn"

// An EditConflict is the error of a change to an intervention that someone has changed meanwhile.
type EditConflict struct {
	By     string // name
	Before Entry  // as the editor has seen it; without content if they may not see it any more
	Now    Entry  // as it is
}

func (*EditConflict) Error() string { return "changed by someone else" }

// Editable returns an intervention for someone who may change it: its author, while they see a
// student of it and unless someone else has written a note there that is not for them, and the team
// and principal of the school if they may read all of it. For anyone else there is none: an *Error
// with CodeNoSuchEntry.
func (s *Service) Editable(ctx context.Context, actor Actor, id string, now time.Time) (Entry, error) {
	_, e, err := s.editable(ctx, newReader(s, actor, now), id)
	if err != nil {
		return Entry{}, err
	}
	return e, s.auditReading(ctx, actor, ActionShow, shownRefs(nil, e), now)
}

// editable is Editable without its audit entry. The refusal of an author, or of the team or principal
// of the school, comes with the intervention.
func (s *Service) editable(ctx context.Context, r *reader, id string) (Intervention, Entry, error) {
	iv, err := s.Interventions.Get(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && !r.mayEdit(iv) {
		return Intervention{}, Entry{}, &Error{Code: CodeNoSuchEntry}
	}
	if err != nil {
		return Intervention{}, Entry{}, fmt.Errorf("get the intervention: %w", err)
	}
	e, err := r.entry(ctx, iv)
	switch {
	case err != nil:
		return Intervention{}, Entry{}, err
	case !e.Editable:
		return iv, Entry{}, &Error{Code: CodeNoSuchEntry}
	case iv.Status == StatusWithdrawn:
		return iv, Entry{}, &Error{Code: CodeEntryWithdrawn}
	}
	return iv, e, nil
}

// EditIntervention makes an intervention say what the form does; what it said before stays as a
// revision. base is how many revisions it had when the form was opened: when there are more, nothing
// is changed and the error is an *EditConflict. Students whom the editor does not see stay.
func (s *Service) EditIntervention(ctx context.Context, actor Actor, id string, base int, f InterventionForm, request string, now time.Time) (Entry, error) {
	for range changeTries {
		r := newReader(s, actor, now)
		iv, e, err := s.editable(ctx, r, id)
		switch {
		case iv.editedBy(actor, request):
			return s.again(ctx, actor, iv, now)
		case err != nil:
			return Entry{}, err
		case base < 0 || base > len(iv.Revisions):
			return Entry{}, &Error{Code: CodeNoSuchEntry}
		}
		next, err := s.revise(ctx, r, iv, e, f)
		switch {
		case err == nil && next.sameAs(iv.Content):
			return s.again(ctx, actor, iv, now)
		case base < len(iv.Revisions):
			return Entry{}, s.editConflict(ctx, r, iv, e, base)
		case err != nil:
			return Entry{}, err
		}
		moved := next.FollowUp != iv.FollowUp
		*iv.revise(actor, now) = next
		if err := s.lead(ctx, &iv); err != nil {
			return Entry{}, err
		}
		if moved {
			s.askFollowUp(&iv, actor.Staff, now)
		}
		subjects := append(slices.Clone(next.Students), e.refs()...)
		slices.Sort(subjects)
		iv.Mark(request, now, auditEntry(actor, ActionEdit, slices.Compact(subjects), now, iv.ID, request))
		if err = s.Interventions.Replace(ctx, iv); err == nil {
			return newReader(s, actor, now).entry(ctx, iv)
		}
		if !errors.Is(err, ErrConflict) {
			return Entry{}, fmt.Errorf("change the intervention: %w", err)
		}
	}
	return Entry{}, fmt.Errorf("change the intervention: %w", ErrConflict)
}

// lead makes the first student of an intervention the one that it is found by, and theirs its
// school. One that has lost its students stays at its school.
func (s *Service) lead(ctx context.Context, iv *Intervention) error {
	ref := first(iv.Students)
	if ref == iv.Student {
		return nil
	}
	iv.Student = ref
	if ref == "" {
		return nil
	}
	stu, err := s.Students.Get(ctx, string(ref))
	if err != nil {
		return fmt.Errorf("get the first student: %w", err)
	}
	iv.School = stu.School
	return nil
}

// revise is what an intervention, which the editor sees as e, says after the form.
func (s *Service) revise(ctx context.Context, r *reader, iv Intervention, e Entry, f InterventionForm) (Content, error) {
	_, _, unseen := s.namesFor(ctx, r.actor, f.named(), CodeStudentHidden, r.now)
	if unseen != nil && CodeOf(unseen) == "" {
		return Content{}, unseen
	}
	seen := e.refs()
	hidden := slices.DeleteFunc(slices.Clone(iv.Students), func(ref Ref) bool { return slices.Contains(seen, ref) })
	f.Students = slices.Concat(f.Students, hidden)
	c, err := f.content(s.today(iv.School, r.now), iv.Content)
	if err = errors.Join(err, unseen); err != nil {
		return Content{}, err
	}
	if c.Note = iv.Note; f.Note != e.Note {
		c.Note, err = s.sealNote(iv.ID, f.Note)
	}
	return c, err
}

// sameAs reports whether c says the same as d. A note that was not changed is the same sealed one.
func (c Content) sameAs(d Content) bool {
	return slices.Equal(c.Students, d.Students) && slices.Equal(c.Kinds, d.Kinds) && slices.Equal(c.Note, d.Note) &&
		c.Level == d.Level && c.Date == d.Date && c.Audience == d.Audience && c.Partner == d.Partner &&
		c.Outcome == d.Outcome && c.FollowUp == d.FollowUp && c.Followed == d.Followed
}

// editConflict tells what has been done to iv since it had base revisions.
func (s *Service) editConflict(ctx context.Context, r *reader, iv Intervention, e Entry, base int) error {
	by, err := r.author(ctx, iv.Revisions[len(iv.Revisions)-1].By)
	if err != nil {
		return err
	}
	seen := iv.as(base)
	before, err := r.entry(ctx, seen)
	if err != nil {
		return err
	}
	if r.hides(seen, before) {
		before = Entry{ID: iv.ID, School: e.School}
	}
	if err := s.auditReading(ctx, r.actor, ActionShow, shownRefs(nil, e, before), r.now); err != nil {
		return err
	}
	return &EditConflict{By: by, Before: before, Now: e}
}
