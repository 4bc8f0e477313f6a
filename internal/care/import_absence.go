package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// AbsenceImported is what an import of absence did, or would do. It counts rows.
type AbsenceImported struct {
	Added, Changed, Unchanged int
	Passed                    int   // of students who are protected or have left, of whom nothing is stored
	Students                  []Ref // of whom the file speaks, also without news: their absence is to be assessed
}

// An AbsenceImport stores what a file says of absence, some rows at a time. What a row says of a
// student's day, in one subject or in all, replaces what was said before; what is stored already is
// not written again, so a day's version tells whether it was corrected. Of two rows of a file that
// contradict each other and are not far apart the second is bad. It is for one goroutine, which calls Finish in the end.
type AbsenceImport struct {
	*Service
	Done AbsenceImported

	now     time.Time
	request string
	found   map[[3]string]absentee // by school, key and ref
	audited map[Ref]bool
	told    map[toldOf]toldFirst
	weeks   weeksAt
}

// toldOf is what a row tells of.
type toldOf struct {
	student Ref
	date    Date
	subject string
}

// toldFirst is what the first row told, and where.
type toldFirst struct {
	line int
	Lessons
}

// toldMax is how many rows are held to find others that contradict them.
const toldMax = 10_000

// absentee is whom a row is about.
type absentee struct {
	student Ref
	school  School
	passed  bool   // nothing is stored of them
	bad     BadRow // with a reason: why it is nobody
}

// ImportAbsence begins an import of absence. In a dry run nothing is written.
func (s *Service) ImportAbsence(now time.Time, dry bool) *AbsenceImport {
	if dry {
		s = s.dryRun()
	}
	return &AbsenceImport{Service: s, now: now, request: importRequest(now), found: map[[3]string]absentee{}, audited: map[Ref]bool{}, told: map[toldOf]toldFirst{},
		weeks: weeksAt{held: map[string]string{}}}
}

// Store stores rows and returns the faults of the bad ones. An error is ours; what was stored until
// then stays, and the next import goes on from there.
func (im *AbsenceImport) Store(ctx context.Context, rows []AbsenceRow) ([]BadRow, error) {
	var bad []BadRow
	of := map[Ref][]AbsenceRow{}
	schools := map[Ref]School{}
	for _, row := range rows {
		who, err := im.whose(ctx, row)
		if err != nil {
			return nil, fmt.Errorf("find the student of line %d: %w", row.Line, err)
		}
		if who.bad.Reason == "" && !who.passed {
			who.bad.Column, who.bad.Reason = "date", who.school.unlikely(row.Date, im.now)
		}
		if who.bad.Reason == "" && !who.passed {
			who.bad.Column, who.bad.Reason = "", im.contradicts(who.student, row)
		}
		switch {
		case who.bad.Reason != "":
			who.bad.Line = row.Line
			bad = append(bad, who.bad)
		case who.passed:
			im.Done.Passed++
		default:
			of[who.student] = append(of[who.student], row)
			schools[who.student] = who.school
		}
	}
	refs := slices.Sorted(maps.Keys(of))
	results := make([]dayResults, len(refs))
	err := importEach(ctx, len(refs), func(ctx context.Context, i int) error {
		ref := refs[i]
		return untilSettled(func() (err error) {
			if err = im.store(ctx, ref, schools[ref], of[ref], &results[i]); err != nil {
				err = fmt.Errorf("import the absence of line %d: %w", of[ref][0].Line, err)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	for i, ref := range refs {
		if _, known := im.audited[ref]; !known {
			im.Done.Students = append(im.Done.Students, ref)
		}
		im.audited[ref] = im.audited[ref] || results[i].written
		im.Done.Added += results[i].added
		im.Done.Changed += results[i].changed
		im.Done.Unchanged += len(of[ref]) - results[i].added - results[i].changed
	}
	return bad, nil
}

// contradicts is what is wrong with a row if an earlier one tells otherwise of the same, or "".
func (im *AbsenceImport) contradicts(student Ref, row AbsenceRow) string {
	of := toldOf{student, row.Date, row.Subject}
	first, known := im.told[of]
	switch {
	case known && first.Lessons != row.Lessons:
		return fmt.Sprintf("the same student, day and subject stand twice, with other figures; the first are on line %d and count", first.line)
	case known:
		return ""
	}
	if len(im.told) == toldMax {
		clear(im.told)
	}
	im.told[of] = toldFirst{row.Line, row.Lessons}
	return ""
}

// unlikely is what is wrong with a day of which a file tells, or "".
func (sc School) unlikely(d Date, now time.Time) string {
	if d > DateOf(now, sc.Zone) {
		return "lies in the future"
	}
	if len(sc.Years) > 0 && !slices.ContainsFunc(sc.Years, func(p Period) bool { return p.Holds(d) }) {
		return "lies in no school year of the configuration"
	}
	return ""
}

// whose finds the student of a row, and remembers whom it has found.
func (im *AbsenceImport) whose(ctx context.Context, row AbsenceRow) (absentee, error) {
	asked := [3]string{row.School, row.Key, string(row.Ref)}
	if who, ok := im.found[asked]; ok {
		return who, nil
	}
	who, err := im.find(ctx, row)
	if err == nil {
		im.found[asked] = who
	}
	return who, err
}

func (im *AbsenceImport) find(ctx context.Context, row AbsenceRow) (absentee, error) {
	nobody := func(column, reason string) (absentee, error) {
		return absentee{bad: BadRow{Column: column, Reason: reason}}, nil
	}
	ids := slices.Sorted(maps.Keys(im.Schools))
	if row.School == "" && row.Ref == "" {
		if len(ids) != 1 {
			return nobody("school", "is needed, since there are several: "+strings.Join(ids, ", "))
		}
		row.School = ids[0]
	}
	if row.School != "" {
		if bad := im.unknownSchool(row.Line, row.School); bad != nil {
			return nobody(bad.Column, bad.Reason)
		}
	}
	column, ref := "ref", row.Ref
	if ref == "" {
		key, err := im.StudentKeys.Get(ctx, im.studentKeyID(row.School, row.Key))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return absentee{}, fmt.Errorf("get a student's key: %w", err)
		}
		column, ref = "key", key.Student
	}
	stu, err := im.Students.Get(ctx, string(ref))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return absentee{}, fmt.Errorf("get student: %w", err)
	}
	school, known := im.Schools[stu.School]
	switch {
	case err != nil || !known:
		return nobody(column, "no student has this "+column+"; import the students file first")
	case row.School != "" && row.School != stu.School:
		return nobody("school", "the student with this ref is at another school")
	}
	return absentee{student: ref, school: school, passed: stu.Protected || stu.Status == Left}, nil
}

// dayResults counts what became of a student's rows.
type dayResults struct {
	added, changed int
	written        bool
}

// store writes what rows say of one student, if it is news; done again it goes on. The entry that the import changed what is
// known of the student, one for each of its runs, comes before the first change.
func (im *AbsenceImport) store(ctx context.Context, ref Ref, school School, rows []AbsenceRow, r *dayResults) error {
	first, last := rows[0].Date, rows[0].Date
	for _, row := range rows {
		first, last = min(first, row.Date), max(last, row.Date)
	}
	stored, err := im.Absence.OfStudent(ctx, ref, first, last)
	if err != nil {
		return fmt.Errorf("read what is known: %w", err)
	}
	days := map[Date]AbsenceDay{}
	for _, d := range stored {
		days[d.Date] = d
	}
	said := map[Date][]Lessons{}
	for _, row := range rows {
		said[row.Date], _ = saying(said[row.Date], row.Lessons)
	}
	for _, date := range slices.Sorted(maps.Keys(said)) {
		day, known := days[date]
		if !known {
			day = AbsenceDay{Meta: Meta{ID: absenceID(ref, date)}, Student: ref, School: school.ID, Date: date}
		}
		news := map[outcome]int{}
		for _, l := range said[date] {
			var o outcome
			day.Lessons, o = saying(day.Lessons, l)
			news[o]++
		}
		if news[added]+news[changed] == 0 {
			continue
		}
		if err := im.audit(ctx, ref, r); err != nil {
			return err
		}
		if err := im.hold(ctx, school.ID, date); err != nil {
			return err
		}
		if known {
			err = im.Absence.Replace(ctx, day)
		} else {
			err = im.Absence.Add(ctx, day)
		}
		if err != nil {
			return fmt.Errorf("store a day: %w", err)
		}
		r.added += news[added]
		r.changed += news[changed]
	}
	return nil
}

// saying is lessons with what l says in place of what was said of the same subject.
func saying(lessons []Lessons, l Lessons) ([]Lessons, outcome) {
	i, known := slices.BinarySearchFunc(lessons, l.Subject, func(have Lessons, subject string) int { return cmp.Compare(have.Subject, subject) })
	switch {
	case !known:
		return slices.Insert(slices.Clone(lessons), i, l), added
	case lessons[i] == l:
		return lessons, unchanged
	}
	lessons = slices.Clone(lessons)
	lessons[i] = l
	return lessons, changed
}

// audit leaves the entry of a student's changes.
func (im *AbsenceImport) audit(ctx context.Context, ref Ref, r *dayResults) error {
	if r.written || im.audited[ref] {
		return nil
	}
	err := im.Audit.Add(ctx, AuditEntry{
		Meta: Meta{ID: idFrom("au_", importActor, string(ActionReported), im.request, string(ref))},
		At:   im.now, Actor: importActor, Action: ActionReported, Subjects: []string{string(ref)},
	})
	if err != nil && !errors.Is(err, ErrExists) {
		return fmt.Errorf("audit an import: %w", err)
	}
	r.written = true
	return nil
}
