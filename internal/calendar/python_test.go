package calendar_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// python is LOTSEN_ICALENDAR, which has to have the package icalendar, or Debian's own Python. Without the
// package the test is skipped.
func python(t *testing.T) string {
	t.Helper()
	path, must := os.LookupEnv("LOTSEN_ICALENDAR")
	if !must {
		path = "/usr/bin/python3"
	}
	out, err := exec.CommandContext(t.Context(), path, "-c", "import icalendar").CombinedOutput() // #nosec G204 -- the caller's own
	switch {
	case err != nil && must:
		t.Fatalf("LOTSEN_ICALENDAR: %v\n%s", err, out)
	case err != nil:
		t.Skip("no python3-icalendar on this machine; LOTSEN_ICALENDAR says which Python has it")
	}
	return path
}

type pyFile struct {
	Calendars int
	Method    string
	Zones     []string
	Events    []pyEvent
}

type pyEvent struct {
	UID                    string
	Sequence               int
	Start, End             time.Time
	StartByRule, EndByRule time.Time
	Changed                time.Time
	Status                 string
	Summary, Location      string
	Errors                 []string
}

// UnmarshalJSON reads the script's names.
func (e *pyEvent) UnmarshalJSON(data []byte) error {
	type plain pyEvent
	var rules struct {
		Start time.Time `json:"start_by_rule"`
		End   time.Time `json:"end_by_rule"`
	}
	err := errors.Join(json.Unmarshal(data, (*plain)(e)), json.Unmarshal(data, &rules))
	e.StartByRule, e.EndByRule = rules.Start, rules.End
	return err
}

// TestAnotherReads has another implementation read what is written: it finds what was meant, at the instants
// that were meant, by what it knows of a zone and by what the file says of it.
func TestAnotherReads(t *testing.T) {
	interpreter, dir := python(t), t.TempDir()
	all := allWritten(t)
	args := []string{filepath.Join("testdata", "read.py")}
	for _, w := range all {
		path := filepath.Join(dir, w.name+".ics")
		if err := os.WriteFile(path, w.bytes(t), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	cmd := exec.CommandContext(t.Context(), interpreter, args...) // #nosec G204 -- see python
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]pyFile
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		want := pyFile{Calendars: 1, Method: w.method, Zones: []string{"Europe/Stockholm"}, Events: []pyEvent{}}
		for _, m := range w.feed.Meetings {
			status := map[string]string{"proposed": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED"}[string(m.State)]
			start, end := m.Start.UTC(), m.End.UTC()
			want.Events = append(want.Events, pyEvent{UID: m.UID, Sequence: m.Sequence, Start: start, End: end, StartByRule: start, EndByRule: end,
				Changed: m.Changed, Status: status, Summary: "EHT-möte, 1 ärende", Location: strings.Join(strings.Fields(m.Place), " "), Errors: []string{}})
			want.Zones = append(want.Zones, m.School.Zone.String())
		}
		slices.Sort(want.Zones)
		want.Zones = slices.Compact(want.Zones)
		if diff := cmp.Diff(want, got[filepath.Join(dir, w.name+".ics")]); diff != "" {
			t.Errorf("%s (-meant +read):\n%s", w.name, diff)
		}
	}
}
