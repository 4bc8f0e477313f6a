package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

type importCmd struct {
	Staff    string `type:"existingfile" placeholder:"FILE" help:"CSV file with staff."`
	Students string `type:"existingfile" placeholder:"FILE" help:"CSV file with students."`
	Absence  string `type:"existingfile" placeholder:"FILE" help:"CSV file with absence."`
	Profile  string `enum:",lotsen,vklass,visma" default:"" placeholder:"NAME" help:"Form of the file with absence: lotsen (date and key or ref; scheduled_min, valid_min, invalid_min, lessons_total, lessons_absent, lessons_invalid, late, subject, reported, limit_min, year_min), vklass (a report's columns Undv. tid, Lekt., N min, GF min, F min and Ej reg tid, with elevnummer and datum added) or visma (a row a lesson: elevnummer, dato, kode, fag, minutter, årstimer, teller). Without it the form follows from the columns."`
	DryRun   bool   `help:"Check everything and say what would be done, but change nothing."`
}

// Run reads the files: staff, then students, then absence. Good rows are stored, each bad one is reported; with any bad
// row the exit code is 1. It may run beside serve.
func (c importCmd) Run(ctx context.Context, p *program) (err error) {
	if c.Staff == "" && c.Students == "" && c.Absence == "" {
		return errors.New("nothing to import: give --staff FILE, --students FILE, --absence FILE, or several of them")
	}
	sys, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sys.close()) }()
	return c.importFiles(ctx, p, sys)
}

func (c importCmd) importFiles(ctx context.Context, p *program, sys *system) error {
	r := report{out: p.stdout, dry: c.DryRun}
	now := p.clock.now()
	alsoStaff := map[string]bool{}
	if c.Staff != "" {
		file, err := readRoster(c.Staff, roster.ReadStaff)
		if err != nil {
			return err
		}
		for _, row := range file.Rows {
			alsoStaff[strings.ToLower(row.Email)] = true
		}
		done, err := sys.care.ImportStaff(ctx, file.Rows, now, c.DryRun)
		if err != nil {
			return fmt.Errorf("import staff: %w", err)
		}
		r.file(c.Staff, "staff", file.Bad, append(file.Notes, done.Notes...), done)
	}
	if c.Students != "" {
		file, err := readRoster(c.Students, roster.ReadStudents)
		if err != nil {
			return err
		}
		done, err := sys.care.ImportStudents(ctx, file.Rows, alsoStaff, now, c.DryRun)
		if err != nil {
			return fmt.Errorf("import students: %w", err)
		}
		r.file(c.Students, "students", file.Bad, append(file.Notes, done.Notes...), done)
	}
	if c.Absence != "" {
		if err := c.importAbsence(ctx, p, sys, &r); err != nil {
			return err
		}
	}
	if r.bad {
		return errReported
	}
	return nil
}

func readRoster[R any](path string, read func(string, io.Reader) (roster.File[R], error)) (roster.File[R], error) {
	f, err := os.Open(path)
	if err != nil {
		return roster.File[R]{}, err
	}
	defer func() { _ = f.Close() }() // only read
	return read(filepath.Base(path), f)
}

// report prints what an import did.
type report struct {
	out io.Writer
	dry bool
	bad bool
}

func (r *report) file(path, what string, bad []roster.RowError, notes []string, done care.Imported) {
	name := filepath.Base(path)
	bad, badRows := allFaults(name, bad, done.Bad)
	for _, b := range bad {
		say(r.out, "%v\n", b)
	}
	for _, note := range notes {
		say(r.out, "%s: note: %s\n", name, note)
	}
	say(r.out, "%s: %s %s: %d added, %d changed, %d unchanged; %d bad rows\n", name, r.verb(), what, done.Added, done.Changed, done.Unchanged, badRows)
	r.bad = r.bad || len(bad) > 0
}

// allFaults are the faults of a file's rows, those of single cells and those against the records, in the
// order of the lines, and how many rows have any.
func allFaults(name string, cells []roster.RowError, records []care.BadRow) ([]roster.RowError, int) {
	all := slices.Clone(cells)
	for _, b := range records {
		all = append(all, roster.RowError{File: name, Line: b.Line, ColumnName: b.Column, Reason: b.Reason})
	}
	slices.SortStableFunc(all, func(a, b roster.RowError) int { return a.Line - b.Line })
	rows := map[int]bool{}
	for _, b := range all {
		rows[b.Line] = true
	}
	return all, len(rows)
}

func (r *report) verb() string {
	if r.dry {
		return "would import"
	}
	return "imported"
}
