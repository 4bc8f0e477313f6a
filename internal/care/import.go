package care

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Imported is what an import did, or would do. Added, Changed and Unchanged count people, Bad
// holds rows: a person may stand in several rows, a row may have several faults.
type Imported struct {
	Added, Changed, Unchanged int

	Bad   []BadRow // in the order of the rows
	Notes []string // for whoever imports; nothing is wrong
}

// BadRow is a fault of one row. Its reason holds nothing that the row says of a person.
type BadRow struct {
	Line   int
	Column string
	Reason string
}

// importActor stands in audit entries for whoever ran an import.
const importActor = "import"

const (
	importWriters = 32 // writes that wait together share one commit
	importTries   = 5  // how often a record is read anew when someone else has changed it meanwhile
)

// outcome is what an import did with one person.
type outcome int

const (
	unchanged outcome = iota
	changed
	added
)

func (im *Imported) count(o outcome) {
	switch o {
	case added:
		im.Added++
	case changed:
		im.Changed++
	case unchanged:
		im.Unchanged++
	}
}

// dryRun is the service over the same records, in which no write has an effect. What a use
// case would do can so be told by the use case itself.
func (s *Service) dryRun() *Service {
	dry := *s
	dry.Staff = unwrittenStaff{s.Staff}
	dry.Students = unwrittenStudents{s.Students}
	dry.StudentKeys = unwrittenKeys{s.StudentKeys}
	dry.Assignments = unwrittenAssignments{s.Assignments}
	dry.Absence = unwrittenAbsence{s.Absence}
	dry.AbsenceWeeks = unwrittenWeeks{s.AbsenceWeeks}
	dry.Audit = unwrittenAudit{s.Audit}
	return &dry
}

type (
	unwrittenStaff       struct{ StaffRecords }
	unwrittenStudents    struct{ StudentRecords }
	unwrittenKeys        struct{ StudentKeyRecords }
	unwrittenAssignments struct{ AssignmentRecords }
	unwrittenAbsence     struct{ AbsenceRecords }
	unwrittenWeeks       struct{ AbsenceWeekRecords }
	unwrittenAudit       struct{ AuditRecords }
)

func (unwrittenStaff) Add(context.Context, Staff) error                { return nil }
func (unwrittenStaff) Replace(context.Context, Staff) error            { return nil }
func (unwrittenStudents) Add(context.Context, Student) error           { return nil }
func (unwrittenStudents) Replace(context.Context, Student) error       { return nil }
func (unwrittenKeys) Add(context.Context, StudentKey) error            { return nil }
func (unwrittenKeys) Replace(context.Context, StudentKey) error        { return nil }
func (unwrittenAssignments) Add(context.Context, Assignment) error     { return nil }
func (unwrittenAssignments) Replace(context.Context, Assignment) error { return nil }
func (unwrittenAbsence) Add(context.Context, AbsenceDay) error         { return nil }
func (unwrittenAbsence) Replace(context.Context, AbsenceDay) error     { return nil }
func (unwrittenWeeks) Add(context.Context, AbsenceWeek) error          { return nil }
func (unwrittenWeeks) Replace(context.Context, AbsenceWeek) error      { return nil }
func (unwrittenAudit) Add(context.Context, AuditEntry) error           { return nil }

// importEach runs one for each of n people, several at a time. An error ends the import; what
// was stored until then stays, and the next import goes on from there.
func importEach(ctx context.Context, n int, one func(ctx context.Context, i int) error) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(importWriters)
	for i := range n {
		g.Go(func() error {
			if err := gctx.Err(); err != nil {
				return err
			}
			return one(gctx, i)
		})
	}
	return g.Wait()
}

// untilSettled runs one again while its writes meet a record that someone else has just
// changed or added. one reads anew each time.
func untilSettled(one func() error) error {
	var err error
	for range importTries {
		if err = one(); !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists) {
			return err
		}
	}
	return err
}

// importRequest is the id of one run's request, for the marks in the records that it changes.
func importRequest(now time.Time) string {
	return importActor + "/" + now.UTC().Format(time.RFC3339Nano)
}

// markImported notes in a record that the import changed it, with the audit entry of that.
func markImported(m *Meta, request string, now time.Time, subjects ...string) {
	m.Mark(request, now, AuditEntry{
		Meta: Meta{ID: idFrom("au_", importActor, string(ActionImport), request, m.ID)},
		At:   now, Actor: importActor, Action: ActionImport, Subjects: subjects,
	})
}

// reseal seals plain in place of what *sealed holds if that is another text, so that a record
// whose texts are the same stays the same.
func (s *Service) reseal(sealed *Sealed, plain, collection, id, field string) error {
	if len(*sealed) > 0 {
		old, err := s.Vault.Open(*sealed, collection, id, field)
		if err != nil {
			return fmt.Errorf("open what is stored: %w", err)
		}
		if old == plain {
			return nil
		}
	}
	fresh, err := s.Vault.Seal(plain, collection, id, field)
	if err != nil {
		return fmt.Errorf("seal for %s.%s: %w", collection, field, err)
	}
	*sealed = fresh
	return nil
}

// unknownSchool is the fault of a row whose school is not configured, or nil.
func (s *Service) unknownSchool(line int, school string) *BadRow {
	if _, ok := s.Schools[school]; ok {
		return nil
	}
	ids := strings.Join(slices.Sorted(maps.Keys(s.Schools)), ", ")
	return &BadRow{Line: line, Column: "school", Reason: "no school has this id; the configuration knows: " + ids}
}
