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
	DryRun   bool   `help:"Check everything and say what would be done, but change nothing."`
}

// Run reads the files, staff first. Good rows are stored, each bad one is reported; with any bad
// row the exit code is 1. It may run beside serve.
func (c importCmd) Run(ctx context.Context, p *program) (err error) {
	if c.Staff == "" && c.Students == "" {
		return errors.New("nothing to import: give --staff FILE, --students FILE or both")
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
	for _, b := range done.Bad {
		bad = append(bad, roster.RowError{File: name, Line: b.Line, ColumnName: b.Column, Reason: b.Reason})
	}
	slices.SortStableFunc(bad, func(a, b roster.RowError) int { return a.Line - b.Line })
	rows := map[int]bool{}
	for _, b := range bad {
		say(r.out, "%v\n", b)
		rows[b.Line] = true
	}
	for _, note := range notes {
		say(r.out, "%s: note: %s\n", name, note)
	}
	verb := "imported"
	if r.dry {
		verb = "would import"
	}
	say(r.out, "%s: %s %s: %d added, %d changed, %d unchanged; %d bad rows\n", name, verb, what, done.Added, done.Changed, done.Unchanged, len(rows))
	r.bad = r.bad || len(bad) > 0
}
