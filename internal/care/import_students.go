package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// StudentRow is what a roster says of one student. A student has one row.
type StudentRow struct {
	Line          int
	Key           string // the school's own
	Given, Family string
	Group, School string   // Group "": as it was
	Mentors       []string // e-mail addresses; nil: the file says nothing of mentors
	Ref           Ref      // "": as it was, or one is made
	Protected     *bool    // nil: as it was
	Left          bool
}

// protects reports whether the student is a stub after the row.
func (row StudentRow) protects(stu Student) bool {
	if row.Protected != nil {
		return *row.Protected
	}
	return stu.Protected
}

// ImportStudents stores what a roster says of students. A student is found again by school and
// key and keeps its ref for good. Rows that say what is stored already write nothing, and
// students without a row stay as they are. Mentors that a row no longer names have today as
// their last day; those of a student who has left or is protected too, but these are hidden at
// once by other rules. Of a row whose only fault is an unknown mentor the rest is stored, and
// nobody's time as mentor ends by it: the unknown one may be a misspelt old one.
//
// In a dry run nothing is written and the counts are those of a real one; alsoStaff then holds
// the e-mail addresses, in lower case, of the staff that would have been imported before.
// Faults of rows are in the answer; an error is ours.
func (s *Service) ImportStudents(ctx context.Context, rows []StudentRow, alsoStaff map[string]bool, now time.Time, dry bool) (Imported, error) {
	if dry {
		s = s.dryRun()
	}
	im := &studentImport{Service: s, now: now, request: importRequest(now), alsoStaff: alsoStaff, given: map[Ref]bool{}}
	for _, row := range rows {
		im.given[row.Ref] = true
	}
	if err := im.findStaff(ctx, rows); err != nil {
		return Imported{}, err
	}
	results := make([]studentResult, len(rows))
	err := importEach(ctx, len(rows), func(ctx context.Context, i int) error {
		return untilSettled(func() error {
			err := im.store(ctx, rows[i], &results[i])
			if err != nil {
				err = fmt.Errorf("import the student of line %d: %w", rows[i].Line, err)
			}
			return err
		})
	})
	if err != nil {
		return Imported{}, err
	}
	var done Imported
	for _, r := range results {
		if r.stored {
			done.count(r.outcome)
		}
		done.Bad = append(done.Bad, r.bad...)
	}
	return done, nil
}

type studentImport struct {
	*Service
	now       time.Time
	request   string
	alsoStaff map[string]bool // e-mail addresses
	staff     map[string]bool // staff ids that exist or would
	given     map[Ref]bool    // refs of the file, not to be drawn for others
}

// studentResult is what became of one row.
type studentResult struct {
	outcome outcome
	stored  bool
	bad     []BadRow
}

// reach raises the outcome: what an earlier try has stored counts as well.
func (r *studentResult) reach(o outcome) { r.stored, r.outcome = true, max(r.outcome, o) }

func (r *studentResult) refuse(row StudentRow, column, reason string) {
	r.bad = append(r.bad, BadRow{Line: row.Line, Column: column, Reason: reason})
}

// findStaff looks up once who of the mentors in the rows is known.
func (im *studentImport) findStaff(ctx context.Context, rows []StudentRow) error {
	im.staff = map[string]bool{}
	for _, row := range rows {
		for _, email := range row.Mentors {
			id := im.StaffID(email)
			if _, asked := im.staff[id]; asked {
				continue
			}
			_, err := im.Staff.Get(ctx, id)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return fmt.Errorf("look for the mentors of line %d: %w", row.Line, err)
			}
			im.staff[id] = err == nil || im.alsoStaff[strings.ToLower(email)]
		}
	}
	return nil
}

// store writes what the row says of one student, if it is news.
func (im *studentImport) store(ctx context.Context, row StudentRow, r *studentResult) error {
	r.bad = nil
	if bad := im.unknownSchool(row.Line, row.School); bad != nil {
		r.bad = []BadRow{*bad}
		return nil
	}
	old, isNew, err := im.student(ctx, row, r)
	if err != nil || len(r.bad) > 0 {
		return err
	}
	next, err := im.next(old, row)
	if err != nil {
		return err
	}
	o := unchanged
	switch {
	case isNew:
		o = added
		markImported(&next.Meta, im.request, im.now, next.ID)
		err = im.Students.Add(ctx, next)
	case !sameStudent(old, next):
		o = changed
		markImported(&next.Meta, im.request, im.now, next.ID)
		err = im.Students.Replace(ctx, next)
	}
	if err != nil {
		return err
	}
	r.reach(o)
	if next.Protected && !old.Protected && !isNew {
		if err := im.forgetWeeks(ctx, next.School); err != nil {
			return err
		}
	}
	return im.assign(ctx, next, row, r)
}

// next is the student as the row leaves it.
func (im *studentImport) next(stu Student, row StudentRow) (Student, error) {
	stu.Status = Enrolled
	if row.Left {
		stu.Status = Left
	}
	if stu.Protected = row.protects(stu); stu.Protected {
		stu.Given, stu.Family, stu.Group = nil, nil, ""
		return stu, nil
	}
	if row.Group != "" {
		stu.Group = row.Group
	}
	if err := im.reseal(&stu.Given, row.Given, studentCollection, stu.ID, "given"); err != nil {
		return Student{}, err
	}
	if err := im.reseal(&stu.Family, row.Family, studentCollection, stu.ID, "family"); err != nil {
		return Student{}, err
	}
	return stu, nil
}

// sameStudent compares what an import may change.
func sameStudent(a, b Student) bool {
	return a.Group == b.Group && a.Status == b.Status && a.Protected == b.Protected &&
		slices.Equal(a.Given, b.Given) && slices.Equal(a.Family, b.Family)
}

// assign brings the student's mentors up to what the row names.
func (im *studentImport) assign(ctx context.Context, stu Student, row StudentRow, r *studentResult) error {
	ended := stu.Protected || stu.Status == Left
	if row.Mentors == nil && !ended {
		return nil
	}
	var named []string // staff ids
	mayEnd := true
	for i, email := range row.Mentors {
		switch id := im.StaffID(email); {
		case ended:
		case im.staff[id]:
			named = append(named, id)
		default:
			mayEnd = false
			which := "the e-mail address in this cell"
			if len(row.Mentors) > 1 {
				which = fmt.Sprintf("e-mail address number %d in this cell", i+1)
			}
			r.refuse(row, "mentors", "no staff member has "+which+"; import the staff file first")
		}
	}
	today := im.today(stu.School, im.now)
	have, err := im.Assignments.OfStudent(ctx, stu.Ref())
	if err != nil {
		return fmt.Errorf("list mentors: %w", err)
	}
	for _, a := range have {
		was := a.Period
		switch {
		case !slices.Contains(named, a.Staff):
			if mayEnd {
				a.endBy(today)
			}
		case a.over(today):
			a.Period = Period{From: today}
		default:
			a.To = ""
		}
		if a.Period == was {
			continue
		}
		markImported(&a.Meta, im.request, im.now, stu.ID, a.Staff)
		if err := im.Assignments.Replace(ctx, a); err != nil {
			return fmt.Errorf("change a mentor: %w", err)
		}
		r.reach(changed)
	}
	for _, id := range named {
		if slices.ContainsFunc(have, func(a Assignment) bool { return a.Staff == id }) {
			continue
		}
		a := Assignment{Meta: Meta{ID: assignmentID(id, stu.Ref())}, Staff: id, Student: stu.Ref()}
		markImported(&a.Meta, im.request, im.now, stu.ID, id)
		if err := im.Assignments.Add(ctx, a); err != nil {
			return fmt.Errorf("add a mentor: %w", err)
		}
		r.reach(changed)
	}
	return nil
}
