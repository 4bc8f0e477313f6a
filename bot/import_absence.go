package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

const (
	absenceBatch = 5000 // rows of a file that are held at a time
	assessBatch  = 200  // students who are assessed at a time
)

// absenceImport reads a file of absence into the records, in memory that does not grow with the file.
type absenceImport struct {
	sys     *system
	clock   *clock
	dry     bool
	profile string
	fault   func(roster.RowError) // is told each fault, in the order of the lines as far as the file is in it
	seen    func(done int, of string)
}

// absenceReport is what came of a file.
type absenceReport struct {
	care.AbsenceImported
	care.Assessed
	notes   []string
	badRows int
}

// read reads the file, and then assesses the absence of all students of whom it speaks: also those of
// whom it says nothing new, since an import that was stopped has perhaps not come to them.
func (a absenceImport) read(ctx context.Context, name string, in io.ReadSeeker) (_ absenceReport, err error) {
	file, err := roster.OpenAbsence(name, in, a.profile)
	if err != nil {
		return absenceReport{}, err
	}
	im := a.sys.care.ImportAbsence(a.clock.now(), a.dry)
	defer func() { err = errors.Join(err, im.Finish(context.WithoutCancel(ctx))) }()
	var report absenceReport
	var rows []care.AbsenceRow
	var faults []roster.RowError
	read := 0
	store := func() error {
		bad, err := im.Store(ctx, rows)
		if err != nil {
			return fmt.Errorf("import absence: %w", err)
		}
		all, badRows := allFaults(name, faults, bad)
		for _, f := range all {
			a.fault(f)
		}
		report.badRows += badRows
		rows, faults = rows[:0], faults[:0]
		a.seen(read, "rows")
		return nil
	}
	err = file.Each(func(row care.AbsenceRow, bad []roster.RowError) error {
		read++
		if len(bad) > 0 {
			faults = append(faults, bad...)
		} else {
			rows = append(rows, row)
		}
		if len(rows)+len(faults) < absenceBatch {
			return nil
		}
		return store()
	})
	if err == nil {
		err = store()
	}
	if err != nil {
		return absenceReport{}, err
	}
	report.AbsenceImported, report.notes = im.Done, file.Notes
	return report, a.assess(ctx, im.Done.Students, &report)
}

// assess assesses all students, also after one who cannot be.
func (a absenceImport) assess(ctx context.Context, students []care.Ref, report *absenceReport) error {
	if a.dry {
		return nil
	}
	assessed := 0
	var errs []error
	for batch := range slices.Chunk(students, assessBatch) {
		did, err := a.sys.care.AssessAbsence(ctx, batch, a.clock.now())
		report.Opened += did.Opened
		report.Rose += did.Rose
		report.Lowered += did.Lowered
		report.Retracted += did.Retracted
		report.Reopened += did.Reopened
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("assess absence: %w", err))
		}
		assessed += len(batch)
		a.seen(assessed, "students")
	}
	return errors.Join(errs...)
}

// importAbsence imports the file of the command line.
func (c importCmd) importAbsence(ctx context.Context, p *program, sys *system, r *report) error {
	f, err := os.Open(c.Absence)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	name := filepath.Base(c.Absence)
	tell := progressOn(p.stderr)
	done, err := absenceImport{
		sys: sys, clock: p.clock, dry: c.DryRun, profile: c.Profile,
		fault: func(e roster.RowError) { tell.clear(); say(r.out, "%v\n", e) },
		seen:  func(n int, of string) { tell.show("%s: %d %s", name, n, of) },
	}.read(ctx, name, f)
	tell.clear()
	if err != nil {
		return err
	}
	for _, note := range done.notes {
		say(r.out, "%s: note: %s\n", name, note)
	}
	say(r.out, "%s: %s absence: %d rows added, %d changed, %d unchanged, %d passed over (students who have left or are protected); %d bad rows\n",
		name, r.verb(), done.Added, done.Changed, done.Unchanged, done.Passed, done.badRows)
	if !c.DryRun {
		say(r.out, "%s: cases: %d opened, %d rose, %d lowered, %d retracted, %d reopened\n",
			name, done.Opened, done.Rose, done.Lowered, done.Retracted, done.Reopened)
	}
	r.bad = r.bad || done.badRows > 0
	return nil
}

// progress is a line on a terminal that is written anew as work goes on; elsewhere it is nothing.
type progress struct {
	out   io.Writer // nil: no terminal
	shown int       // characters that stand on the line
}

// progressOn shows progress on w if that is a terminal.
func progressOn(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok {
		return &progress{}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{out: f}
}

func (p *progress) show(format string, args ...any) {
	if p.out == nil {
		return
	}
	line := fmt.Sprintf(format, args...)
	say(p.out, "\r%-*s", p.shown, line)
	p.shown = len(line)
}

func (p *progress) clear() {
	if p.out == nil || p.shown == 0 {
		return
	}
	say(p.out, "\r%*s\r", p.shown, "")
	p.shown = 0
}
