package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// InterventionForm is what the modal "intervention" says. The zero value of a field behind "more"
// is what it has when it was not shown: then it says the usual, or what it said before.
type InterventionForm struct {
	Students []Ref
	Kinds    []Kind
	Note     string
	Date     Date // "" is today
	Audience Audience
	Level    Level
	Partner  Partner
	Outcome  Outcome
	FollowUp Date
}

// The codes of forms, each at its field.
const (
	CodeStudentHidden   Code = "student_hidden"    // Word
	CodeStudentsMissing Code = "students_missing"  // for one student, none is chosen
	CodeTooManyStudents Code = "too_many_students" // Max
	CodeKindsMissing    Code = "kinds_missing"
	CodeFieldNote       Code = "field_note" // Length, Max; CodeNoteTooLong at its field
	CodeDateAhead       Code = "date_ahead"
	CodeDateOld         Code = "date_old"
	CodeFollowUpPassed  Code = "follow_up_passed"
	CodeFollowUpFar     Code = "follow_up_far"
	CodeFieldOdd        Code = "field_odd" // a value that the form does not offer, or a day that is none
)

const (
	// FormStudentsMax is how many students one intervention may have: a class and then some.
	FormStudentsMax = 40
	// formDays is how many days back an intervention, and ahead its follow-up, may be dated.
	formDays = 366
)

// content checks the form and returns what it says but for the note. Each mistake is an *Error
// with its field; they are joined. A date that is as it was in old is right, however long ago.
func (f InterventionForm) content(today Date, old Content) (Content, error) {
	c := Content{
		Students: inOrder(old.Students, f.Students),
		Level:    cmp.Or(f.Level, old.Level, LevelIndividual),
		Kinds:    inOrder(old.Kinds, f.Kinds),
		Date:     cmp.Or(f.Date, old.Date, today),
		Audience: cmp.Or(f.Audience, old.Audience, AudienceEHT),
		Partner:  f.Partner, Outcome: f.Outcome, FollowUp: f.FollowUp,
	}
	var mistakes []error
	wrong := func(is bool, field string, code Code, args map[string]any) {
		if is {
			mistakes = append(mistakes, &Error{Code: code, Field: field, Args: args})
		}
	}
	wrong(len(c.Students) == 0 && c.Level == LevelIndividual, "students", CodeStudentsMissing, nil)
	wrong(len(c.Students) > FormStudentsMax, "students", CodeTooManyStudents, map[string]any{"Max": FormStudentsMax})
	wrong(len(c.Kinds) == 0, "kinds", CodeKindsMissing, nil)
	n := noteLength(f.Note)
	wrong(n > NoteMax, "note", CodeFieldNote, map[string]any{"Length": n, "Max": NoteMax})
	if c.Date != old.Date {
		wrong(c.Date > today, "date", CodeDateAhead, nil)
		wrong(c.Date < today.AddDays(-formDays), "date", CodeDateOld, nil)
		wrong(c.Date.odd(), "date", CodeFieldOdd, nil)
	}
	if c.FollowUp == old.FollowUp {
		c.Followed = old.Followed
	} else {
		wrong(c.FollowUp != "" && c.FollowUp < today, "follow_up", CodeFollowUpPassed, nil)
		wrong(c.FollowUp > today.AddDays(formDays), "follow_up", CodeFollowUpFar, nil)
		wrong(c.FollowUp.odd(), "follow_up", CodeFieldOdd, nil)
	}
	odd := slices.ContainsFunc(c.Kinds, func(k Kind) bool { return !slices.Contains(Kinds, k) })
	wrong(odd, "kinds", CodeFieldOdd, nil)
	wrong(!slices.Contains(Levels, c.Level), "level", CodeFieldOdd, nil)
	wrong(!slices.Contains(Audiences, c.Audience), "audience", CodeFieldOdd, nil)
	wrong(c.Partner != "" && !slices.Contains(Partners, c.Partner), "partner", CodeFieldOdd, nil)
	wrong(c.Outcome != "" && !slices.Contains(Outcomes, c.Outcome), "outcome", CodeFieldOdd, nil)
	return c, errors.Join(mistakes...)
}

// inOrder is list with each of its members once: first those of old in their order there, for a
// form may give back what it was filled with in another order.
func inOrder[T comparable](old, list []T) []T {
	var ordered []T
	for _, x := range slices.Concat(old, list) {
		if slices.Contains(list, x) && !slices.Contains(ordered, x) {
			ordered = append(ordered, x)
		}
	}
	return ordered
}

// named are the students whom the form names, each once, and no more than may be.
func (f InterventionForm) named() []Ref {
	refs := inOrder(nil, f.Students)
	return refs[:min(len(refs), FormStudentsMax)]
}

// LogForm logs what the modal with the id form says. A submission that comes again gives the same
// answer and no second record; one with other content, because its sender did not see the answer
// to the first, changes the record: if someone else has changed it meanwhile, the error is an
// *EditConflict.
func (s *Service) LogForm(ctx context.Context, actor Actor, f InterventionForm, form, request string, now time.Time) (Entry, error) {
	home, err := s.LoggingSchool(actor, now)
	if err != nil {
		return Entry{}, err
	}
	names, school, unseen := s.namesFor(ctx, actor, f.named(), CodeStudentHidden, now)
	if unseen != nil && CodeOf(unseen) == "" {
		return Entry{}, unseen
	}
	if school == "" {
		school = home.ID
	}
	iv := Intervention{School: school}
	iv.ID = idFrom("iv_", actor.Staff.ID, form)
	iv.Content, err = f.content(s.today(school, now), Content{})
	if err = errors.Join(err, unseen); err != nil {
		return s.logMistaken(ctx, actor, iv.ID, err, f, request, now)
	}
	entry, old, err := s.add(ctx, actor, iv, names, f.Note, request, now)
	if old != nil {
		return s.logAgain(ctx, actor, *old, f, request, now)
	}
	return entry, err
}

// logMistaken answers a form that cannot be logged. What was right when it was logged may be wrong
// when it comes again, such as a day to follow up on that has passed since.
func (s *Service) logMistaken(ctx context.Context, actor Actor, id string, mistakes error, f InterventionForm, request string, now time.Time) (Entry, error) {
	old, err := s.Interventions.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Entry{}, mistakes
	}
	if err != nil {
		return Entry{}, fmt.Errorf("get the intervention: %w", err)
	}
	return s.logAgain(ctx, actor, old, f, request, now)
}

// logAgain answers a form that has been logged before.
func (s *Service) logAgain(ctx context.Context, actor Actor, old Intervention, f InterventionForm, request string, now time.Time) (Entry, error) {
	if old.Status == StatusWithdrawn || old.MadeBy(request) {
		return s.again(ctx, actor, old, now)
	}
	base := len(old.Revisions) // as far as the sender knows
	for base > 0 && old.Revisions[base-1].By != actor.Staff.ID {
		base--
	}
	return s.EditIntervention(ctx, actor, old.ID, base, f, request, now)
}
