package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// demoSystem is the demo's database as it is when the demo begins at that time.
func demoSystem(t *testing.T, at string) (*system, *program) {
	t.Helper()
	dir := t.TempDir()
	p := &program{cli: &cli{DB: filepath.Join(dir, "demo.db"), Keys: filepath.Join(dir, "demo.keys"), Language: "sv"},
		stdout: io.Discard, stderr: io.Discard, clock: newClock(), log: newLog(io.Discard, "error")}
	if err := p.clock.start(at); err != nil {
		t.Fatal(err)
	}
	if err := demoFiles(dir, p.clock.now(), demoTimetables(&net.TCPAddr{IP: net.IPv4zero, Port: 8765})); err != nil {
		t.Fatal(err)
	}
	cfg, err := readConfig(filepath.Join(dir, "lotsen.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sys, err := p.openWith(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sys.close() })
	people := importCmd{Staff: filepath.Join(dir, "staff.csv"), Students: filepath.Join(dir, "students.csv")}
	if err := people.importFiles(t.Context(), p, sys); err != nil {
		t.Fatal(err)
	}
	if err := demoAbsence(t.Context(), sys, p.clock.now()); err != nil {
		t.Fatal(err)
	}
	return sys, p
}

// demoCases lists the demo's cases by student as "school step state".
func demoCases(ctx context.Context, sys *system) (map[care.Ref]string, error) {
	all := map[care.Ref]string{}
	for id := range sys.care.Schools {
		for _, state := range []care.CaseState{care.CaseOpen, care.CaseWaiting} {
			list, err := sys.records.Cases.OfSchool(ctx, id, state)
			if err != nil {
				return nil, err
			}
			for _, c := range list {
				all[c.Student] = fmt.Sprint(id, " ", c.Step, " ", c.State)
			}
		}
	}
	return all, nil
}

// TestDemoAbsence has cases on several steps at both schools, whenever in the school year the demo begins.
func TestDemoAbsence(t *testing.T) {
	want := map[care.Ref]string{
		"8B-R7T": "alen 0 open", "8B-M2X": "alen 0 open", "7A-G9H": "alen 1 open", "9B-C7R": "alen 1 open", "8B-K3F": "alen 2 open",
		"8B-N4N": "alen 2 waiting", "9A-B3G": "alen 3 open",
		"1STA-F7G": "fjord 1 open", "1STA-C4D": "fjord 1 waiting", "1STB-P9Q": "fjord 2 open", "1STB-C3C": "fjord 3 open",
	}
	for _, at := range []string{"2026-11-17T09:00:00+01:00", "2027-02-03T09:00:00+01:00", "2027-05-20T09:00:00+02:00", "2026-11-21T12:00:00+01:00"} {
		sys, p := demoSystem(t, at)
		got, err := demoCases(t.Context(), sys)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", at, diff)
		}
		if err := demoAbsence(t.Context(), sys, p.clock.now().AddDate(0, 0, 1)); err != nil {
			t.Errorf("at %s, begun again: %v", at, err)
		}
	}
	for _, at := range []string{"2026-07-10T09:00:00+02:00", "2026-08-17T09:00:00+02:00", "2026-08-20T09:00:00+02:00", "2027-06-30T09:00:00+02:00"} {
		demoSystem(t, at) // with less to show, but it begins
	}
}

// TestDemoGoesOn has the clock put forwards by a week: the figures have come, and nobody else has a case.
func TestDemoGoesOn(t *testing.T) {
	sys, p := demoSystem(t, "2026-11-26T10:00:00+01:00")
	for range 2 {
		if err := demoAbsence(t.Context(), sys, p.clock.now().AddDate(0, 0, 7)); err != nil {
			t.Fatal(err)
		}
	}
	for id := range sys.care.Schools {
		newest, err := sys.records.Absence.Newest(t.Context(), id)
		if err != nil || newest != "2026-12-02" {
			t.Errorf("a week later the newest figures of %s are of %s, %v, want the day before", id, newest, err)
		}
	}
	got, err := demoCases(t.Context(), sys)
	if err != nil || len(got) != 11 {
		t.Errorf("a week later the cases are %v, %v, want of the students there were", got, err)
	}
}
