package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// What names are sealed for; to change these is to lose the names.
const (
	studentCollection = "students"
	staffCollection   = "staff"
)

// FindStudent returns the student that who names among those whom the actor may see: a ref or
// a name. It returns an *Error with CodeNoSuchStudent, or a *Choice when the name fits several.
func (s *Service) FindStudent(ctx context.Context, actor Actor, who string, now time.Time) (Student, error) {
	stu, _, err := s.findStudent(ctx, actor, who, now)
	return stu, err
}

// findStudent is FindStudent, and how the actor stands to the student.
func (s *Service) findStudent(ctx context.Context, actor Actor, who string, now time.Time) (Student, relation, error) {
	unknown := &Error{Code: CodeNoSuchStudent, Args: map[string]any{"Word": Truncate(who, 60)}}
	ref, ok := ParseRef(who)
	if !ok {
		names, err := s.visibleNames(ctx, actor, now)
		if err != nil {
			return Student{}, relation{}, err
		}
		var words []string
		for _, w := range splitWords(who) {
			words = append(words, w.fold)
		}
		n, found := matchName(words, names)
		switch {
		case n == 0 || n < len(words):
			return Student{}, relation{}, unknown
		case len(found) > 1:
			if err := s.auditChoice(ctx, actor, found, now); err != nil {
				return Student{}, relation{}, err
			}
			return Student{}, relation{}, &Choice{Students: found}
		}
		ref = found[0].Ref
	}
	stu, r, err := s.student(ctx, actor, ref, now)
	if errors.Is(err, ErrNotFound) {
		return Student{}, relation{}, unknown
	}
	return stu, r, err
}

// auditChoice leaves the entry of an answer that shows names to choose between.
func (s *Service) auditChoice(ctx context.Context, actor Actor, found []Name, now time.Time) error {
	var refs []Ref
	for _, n := range found {
		refs = append(refs, n.Ref)
	}
	return s.auditReading(ctx, actor, ActionChoose, refs, now)
}

// visibleNames returns the names of all students whom the actor may see, sorted.
func (s *Service) visibleNames(ctx context.Context, actor Actor, now time.Time) ([]Name, error) {
	list, err := s.visible(ctx, actor, true, now)
	if err != nil {
		return nil, err
	}
	names := make([]Name, len(list))
	for i, stu := range list {
		if names[i], err = s.name(stu.Student); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(names, func(a, b Name) int {
		return cmp.Or(cmp.Compare(a.Given, b.Given), cmp.Compare(a.Family, b.Family), cmp.Compare(a.Ref, b.Ref))
	})
	return names, nil
}

// name opens a student's name. The caller has asked whether the reader may see it.
func (s *Service) name(stu Student) (Name, error) {
	given, err := s.Vault.Open(stu.Given, studentCollection, stu.ID, "given")
	if err != nil {
		return Name{}, fmt.Errorf("open a given name: %w", err)
	}
	family, err := s.Vault.Open(stu.Family, studentCollection, stu.ID, "family")
	if err != nil {
		return Name{}, fmt.Errorf("open a family name: %w", err)
	}
	return Name{Ref: stu.Ref(), Given: given, Family: family}, nil
}

func (s *Service) staffName(st Staff) (string, error) {
	name, err := s.Vault.Open(st.Name, staffCollection, st.ID, "name")
	if err != nil {
		return "", fmt.Errorf("open a staff name: %w", err)
	}
	return name, nil
}

// StaffName returns the name of the staff member with a Slack user id, or "" if there is none.
func (s *Service) StaffName(ctx context.Context, slackID string) (string, error) {
	st, err := s.Staff.BySlackID(ctx, slackID)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find the staff member: %w", err)
	}
	return s.staffName(st)
}
