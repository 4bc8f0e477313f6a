package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

// doneDir is where files go that have been read, within the import folder.
const doneDir = "done"

// stillFor is how long a file must not have been written to before it is read.
const stillFor = time.Minute

// importFolder reads the files that schools put into a folder, at a time of each school day.
type importFolder struct {
	ctx   context.Context // of the reading; its end stops it
	dir   string
	at    care.Clock
	sys   *system
	clock *clock
	log   *slog.Logger

	busy atomic.Bool
	wg   sync.WaitGroup
}

// newImportFolder returns the folder of the configuration: nil if there is to be none.
func newImportFolder(ctx context.Context, p *program, sys *system) (*importFolder, error) {
	c := sys.config.Import
	if c.Dir == "" {
		return nil, nil
	}
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("import.dir in the configuration: there is no folder %s that Lotsen may read. Make it, or leave dir empty", c.Dir)
	}
	return &importFolder{ctx: ctx, dir: c.Dir, at: c.At, sys: sys, clock: p.clock, log: p.log}, nil
}

// errWait has a file that is perhaps still being written, or that someone is at, read a little later.
var errWait = errors.New("a file is still being written or read")

// errTrouble has a file that the system does not let us read tried again the next time.
var errTrouble = errors.New("a file cannot be read")

// ReadFiles begins to read the files if it is their time and that has not been done, and does not wait
// for the end.
func (f *importFolder) ReadFiles(now time.Time) {
	due, ok := f.sys.care.FilesDue(f.at, now)
	if !ok || !f.busy.CompareAndSwap(false, true) {
		return
	}
	f.wg.Go(func() {
		defer f.busy.Store(false)
		defer func() {
			if r := recover(); r != nil {
				f.log.Error("import folder not read", "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			}
		}()
		_, err := f.sys.care.Once(f.ctx, "import", due, now, f.readAll)
		if err != nil && !errors.Is(err, errWait) && f.ctx.Err() == nil {
			f.log.Error("import folder not read", "error", withoutPath(err))
		}
	})
}

// wait waits for the end of a reading.
func (f *importFolder) wait() {
	if f != nil {
		f.wg.Wait()
	}
}

// A dropped file is one of the folder.
type dropped struct {
	name    string
	version string // tells it from another of its name
	kind    roster.Kind
	bad     error // why it is of no kind
}

// readAll reads each file of the folder that has been still for a while: staff, then students, then
// absence. What is not read yet has it done again.
func (f *importFolder) readAll() error {
	files, waiting, err := f.list()
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		now, job, once := f.clock.now(), "file/"+file.version, time.Unix(0, 0)
		took, err := f.sys.care.Once(f.ctx, job, once, now, func() error { return f.take(file, now) })
		if err == nil && !took {
			var done bool
			done, err = f.sys.care.IsDone(f.ctx, job, once)
			waiting = waiting || !done
		}
		if err != nil && !errors.Is(err, errTrouble) {
			errs = append(errs, fmt.Errorf("read a file of %s: %w", file.kind, err))
		}
	}
	if len(errs) == 0 && waiting {
		return errWait
	}
	return errors.Join(errs...)
}

// list lists the files that can be read, in the order in which they are, and whether others are still
// being written.
func (f *importFolder) list() (files []dropped, waiting bool, err error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, false, err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || isUnfinished(e.Name()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if f.clock.machine().Sub(info.ModTime()) < stillFor {
			waiting = true
			continue
		}
		file := dropped{name: e.Name(), version: fileVersion(info)}
		file.kind, file.bad = f.kindOf(file.name)
		files = append(files, file)
	}
	order := []roster.Kind{roster.KindStaff, roster.KindStudents, roster.KindAbsence}
	slices.SortStableFunc(files, func(a, b dropped) int { return cmp.Compare(slices.Index(order, a.kind), slices.Index(order, b.kind)) })
	return files, waiting, nil
}

// isUnfinished reports whether a name is one that programs give files that they are still writing.
func isUnfinished(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasSuffix(name, "~") ||
		slices.Contains([]string{".tmp", ".part", ".filepart", ".crdownload"}, strings.ToLower(filepath.Ext(name)))
}

func fileVersion(info fs.FileInfo) string {
	return care.FileVersion(info.Name(), info.Size(), info.ModTime())
}

func (f *importFolder) kindOf(name string) (roster.Kind, error) {
	in, err := os.Open(filepath.Join(f.dir, name))
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }() // only read
	return roster.KindOf(name, in)
}

// take reads one file, has the administrators told of its faults, and moves it away. One that cannot be
// read, or not be moved, stays where it is, and they are told so once; errTrouble if it may be read
// another time though nobody changes it.
func (f *importFolder) take(file dropped, now time.Time) error {
	report := care.FileReport{File: file.name}
	err := file.bad
	if err == nil {
		err = f.read(file, &report)
	}
	if why, ok := fileTrouble(err); ok {
		f.log.Info("file not imported", "kind", file.kind)
		report = care.FileReport{File: file.name, Unread: why}
	} else if err != nil {
		return err
	}
	if report.Unread != "" || report.Rows > 0 || len(report.Notes) > 0 {
		version := file.version
		if report.Unread == "" && report.Rows == 0 { // each night's file has the same notes
			version = strings.Join(report.Notes, "\n")
		}
		if err := f.sys.care.ReportFile(f.ctx, report, version, now); err != nil {
			return err
		}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return errTrouble
	}
	if report.Unread != "" {
		return nil
	}
	f.log.Info("file imported", "kind", file.kind, "bad_rows", report.Rows)
	err = f.putAway(file, now)
	if why, ok := fileTrouble(err); ok {
		report = care.FileReport{File: file.name, Unread: "it was read, but it cannot be moved to " + doneDir + " (" + why + ")"}
		return f.sys.care.ReportFile(f.ctx, report, file.version+"/stays", now)
	}
	return err
}

// fileTrouble is what is wrong with a file, or with the folder, as its owner is told; false if the fault
// is ours.
func fileTrouble(err error) (string, bool) {
	if bad, ok := errors.AsType[roster.RowError](err); ok {
		if bad.Line == 0 {
			return bad.Reason, true
		}
		return fmt.Sprintf("line %d: %s", bad.Line, bad.Reason), true
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Sprintf("%s: %v", path.Op, path.Err), true
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return fmt.Sprintf("%s: %v", link.Op, link.Err), true
	}
	return roster.Unreadable(err)
}

// withoutPath is an error without the names of files, which may be those of people.
func withoutPath(err error) string {
	if why, ok := fileTrouble(err); ok {
		return why
	}
	return err.Error()
}

// read imports one file.
func (f *importFolder) read(file dropped, report *care.FileReport) error {
	in, err := os.Open(filepath.Join(f.dir, file.name))
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	fault := func(e roster.RowError) {
		if len(report.Faults) == care.FileFaultsMax {
			report.More++
			return
		}
		report.Faults = append(report.Faults, care.FileFault{Line: e.Line, Column: e.ColumnName, Reason: e.Reason})
	}
	switch file.kind {
	case roster.KindStaff:
		return importRoster(f, file, in, report, fault, roster.ReadStaff, f.sys.care.ImportStaff)
	case roster.KindStudents:
		return importRoster(f, file, in, report, fault, roster.ReadStudents,
			func(ctx context.Context, rows []care.StudentRow, now time.Time, dry bool) (care.Imported, error) {
				return f.sys.care.ImportStudents(ctx, rows, nil, now, dry)
			})
	default:
		done, err := absenceImport{sys: f.sys, clock: f.clock, fault: fault, seen: func(int, string) {}}.read(f.ctx, file.name, in)
		report.Rows, report.Notes = done.badRows, firstNotes(done.notes)
		return err
	}
}

// firstNotes are as many notes as a report holds.
func firstNotes(notes []string) []string { return notes[:min(len(notes), care.FileFaultsMax)] }

func importRoster[R any](f *importFolder, file dropped, in io.Reader, report *care.FileReport, fault func(roster.RowError),
	read func(string, io.Reader) (roster.File[R], error), store func(context.Context, []R, time.Time, bool) (care.Imported, error)) error {
	rows, err := read(file.name, in)
	if err != nil {
		return err
	}
	done, err := store(f.ctx, rows.Rows, f.clock.now(), false)
	if err != nil {
		return err
	}
	bad, badRows := allFaults(file.name, rows.Bad, done.Bad)
	report.Rows, report.Notes = badRows, firstNotes(rows.Notes)
	for _, b := range bad {
		fault(b)
	}
	return nil
}

// putAway moves a file that has been read to the folder done, with the day before its name, and never
// over another file. One that has been changed meanwhile stays, to be read anew; another copy of the bot
// may have been quicker.
func (f *importFolder) putAway(file dropped, now time.Time) error {
	from := filepath.Join(f.dir, file.name)
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) || err == nil && fileVersion(info) != file.version {
		return nil
	}
	if err != nil {
		return err
	}
	done := filepath.Join(f.dir, doneDir)
	if err := os.MkdirAll(done, 0o700); err != nil {
		return err
	}
	day := now.In(f.sys.config.Schools[0].Zone).Format(time.DateOnly)
	for n := 1; ; n++ {
		name := day + " " + file.name
		if n > 1 {
			name = fmt.Sprintf("%s %d %s", day, n, file.name)
		}
		to := filepath.Join(done, name)
		// The name is taken first, since a rename does not refuse one that is.
		taken, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		_ = taken.Close() // nothing was written
		if err = os.Rename(from, to); err == nil {
			return nil
		}
		_ = os.Remove(to)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
}
