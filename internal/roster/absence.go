package roster

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"lotsen/internal/care"
)

// An AbsenceFile is a file of absence. It is read row by row and never held as a whole.
type AbsenceFile struct {
	Notes   []string // for whoever imports; nothing is wrong
	profile profile
	file    string
	text    *text
	head    header

	attended bool // a lesson that was attended has been read
}

// A profile is a form in which a program exports absence.
type profile struct {
	name    string
	columns []column
	marks   []string // a file of the form has one of these columns at least
	decode  func(r *row, day care.Date) care.Lessons
	// attended reports whether a row is a lesson that was attended; nil where rows are no single lessons.
	attended func(r *row) bool
}

// whoseColumns are in files of every form.
var whoseColumns = []column{{"key|elevnummer|elevnr|elev-id|elev id", false}, {"ref", false}, {"school|skola|skole|skule", false}}

var profiles = []profile{
	{name: "lotsen", columns: slices.Concat(whoseColumns, lotsenColumns), marks: lotsenFigures, decode: lotsenRow},
	{name: "vklass", columns: slices.Concat(whoseColumns, vklassColumns), marks: []string{"gf min", "gf h"}, decode: vklassRow},
	{name: "visma", columns: slices.Concat(whoseColumns, vismaColumns), marks: []string{"code"}, decode: vismaRow, attended: vismaAttended},
}

// Profiles are the names of the forms in which absence can be read.
func Profiles() []string {
	var names []string
	for _, p := range profiles {
		names = append(names, p.name)
	}
	return names
}

// OpenAbsence reads the header of a file of absence; file is its name for the reports. profile names the
// file's form; "" recognises it by its columns. An error means that nothing can be read.
func OpenAbsence(file string, in io.ReadSeeker, profile string) (*AbsenceFile, error) {
	f := &AbsenceFile{file: file}
	t, err := absenceText(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	f.text = t
	if f.profile, err = profileOf(t, profile); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	lines, head, err := readHeader(file, t, f.profile.columns)
	if err != nil {
		return nil, err
	}
	f.head = head
	f.Notes = f.head.notes(f.profile.columns)
	fault := RowError{File: file}
	fault.Line, _ = lines.FieldPos(0)
	switch p := f.profile; {
	case !f.head.has("key") && !f.head.has("ref"):
		fault.Reason = "missing: key (the student's key at the school) or ref; the file has " + strings.Join(f.head.shown(), ", ")
	case !f.head.hasAny(p.marks):
		fault.Reason = "missing: " + strings.Join(p.marks, " or ") + "; the file has " + strings.Join(f.head.shown(), ", ")
	default:
		return f, nil
	}
	return nil, fault
}

func absenceText(in io.ReadSeeker) (*text, error) {
	size, err := in.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if size > maxAbsence {
		return nil, errAbsenceLarge
	}
	return readText(in)
}

// profileOf is the named form, or else the one whose marks the file has; Lotsen's own of none.
func profileOf(t *text, name string) (profile, error) {
	if name != "" {
		i := slices.IndexFunc(profiles, func(p profile) bool { return p.name == name })
		if i < 0 {
			return profile{}, fmt.Errorf("no profile is called that; the profiles are %s", strings.Join(Profiles(), ", "))
		}
		return profiles[i], nil
	}
	own, others := profiles[0], profiles[1:]
	for _, p := range others {
		_, head, err := bestHeader(t, p.columns)
		if err != nil {
			return profile{}, err
		}
		if head.hasAny(p.marks) {
			return p, nil
		}
	}
	return own, nil
}

func (h header) has(column string) bool {
	_, ok := h.at[column]
	return ok
}

// hasAny reports whether any of the columns is there.
func (h header) hasAny(columns []string) bool { return slices.ContainsFunc(columns, h.has) }

// Each hands on what the file says, row by row: either a good row or the faults of a bad one. Lessons of
// a day in one subject that stand in rows of their own are summed up first; such a row has the line
// of the first of them, and comes after all faults. An error of do ends it.
func (f *AbsenceFile) Each(do func(row care.AbsenceRow, bad []RowError) error) error {
	if f.profile.attended != nil {
		return f.eachSum(do)
	}
	return f.decodeEach(do)
}

func (f *AbsenceFile) decodeEach(do func(care.AbsenceRow, []RowError) error) error {
	lines, head, err := readHeader(f.file, f.text, f.profile.columns)
	if err != nil {
		return err
	}
	return eachRow(f.file, lines, head, func(r *row, whole bool) error {
		var decoded care.AbsenceRow
		if whole {
			decoded = r.whose()
			subject := decoded.Subject
			decoded.Lessons = f.profile.decode(r, decoded.Date)
			decoded.Subject = subject
			f.attended = f.attended || f.profile.attended != nil && f.profile.attended(r)
		}
		return do(decoded, r.faults())
	})
}

// maxSubject is the length in characters beyond which a cell is no subject.
const maxSubject = 100

// whose reads whose the row is, and of what day and subject.
func (r *row) whose() care.AbsenceRow {
	a := care.AbsenceRow{Line: r.line, School: r.text("school"), Date: r.day("date"), Key: r.text("key"), Ref: r.ref()}
	a.Subject = r.text("subject")
	switch {
	case a.Ref != "":
		a.Key = ""
	case a.Key != "" || len(r.bad) > 0:
	case r.has("key"):
		r.fault("key", "is empty")
	default:
		r.fault("ref", "is empty")
	}
	if utf8.RuneCountInString(a.Subject) > maxSubject {
		r.fault("subject", fmt.Sprintf("holds more than %d characters", maxSubject))
	}
	return a
}

var lotsenColumns = []column{
	{"date", true}, {"scheduled_min", false}, {"valid_min", false}, {"invalid_min", false},
	{"lessons_total", false}, {"lessons_absent", false}, {"lessons_invalid", false}, {"late", false},
	{"subject", false}, {"reported", false}, {"limit_min", false}, {"year_min", false},
}

// lotsenFigures are the columns that say something of a day: without any of them, as when all are
// misspelt, a file would say of each student that they were present.
var lotsenFigures = []string{"scheduled_min", "valid_min", "invalid_min", "lessons_total", "lessons_absent", "lessons_invalid", "late", "reported", "limit_min"}

// lotsenRow reads a row of Lotsen's own form: a day, or a day's lessons in one subject. A file of longer
// times has a row for each, with its last day as the date.
func lotsenRow(r *row, _ care.Date) care.Lessons {
	l := care.Lessons{
		Unreported: r.text("reported") != "" && !r.yes("reported"),
		Scheduled:  r.minutes("scheduled_min"), Valid: r.minutes("valid_min"), Invalid: r.minutes("invalid_min"),
		Total: r.count("lessons_total"), Absent: r.count("lessons_absent"), Without: r.count("lessons_invalid"), Late: r.count("late"),
		Limit: r.minutes("limit_min"), Year: r.minutes("year_min"),
	}
	if !r.has("lessons_absent") {
		l.Absent = l.Without
	}
	absence := "invalid_min"
	if !r.has(absence) {
		absence = "valid_min"
	}
	for _, pair := range []struct {
		column      string
		part, whole int
		than        string
		always      bool // also when the whole is 0
	}{
		{absence, l.Valid + l.Invalid, l.Scheduled, "valid_min and invalid_min together are more than scheduled_min", false},
		{"limit_min", l.Limit, l.Scheduled, "is more than scheduled_min", false},
		{"lessons_absent", l.Absent, l.Total, "is more than lessons_total", false},
		{"lessons_invalid", l.Without, l.Absent, "is more than lessons_absent", true},
		{"late", l.Late, l.Total, "is more than lessons_total", false},
	} {
		if pair.part > pair.whole && (pair.always || pair.whole > 0) && r.has(pair.column) {
			r.fault(pair.column, pair.than)
		}
	}
	return l
}
