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
	"github.com/google/go-cmp/cmp/cmpopts"

	"lotsen/internal/care"
)

// python is LOTSEN_ICALENDAR, which has to have the packages icalendar and recurring_ical_events, or Debian's own Python. Without the
// package the test is skipped.
func python(t *testing.T) string {
	t.Helper()
	path, must := os.LookupEnv("LOTSEN_ICALENDAR")
	if !must {
		path = "/usr/bin/python3"
	}
	out, err := exec.CommandContext(t.Context(), path, "-c", "import icalendar, recurring_ical_events").CombinedOutput() // #nosec G204 -- the caller's own
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
	var got map[string]pyFile
	ask(t, interpreter, args, &got)
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

// ask runs a script and reads what it prints.
func ask(t *testing.T, interpreter string, args []string, answer any) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), interpreter, args...) // #nosec G204 -- see python
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatal(err)
	}
}

// goesBy are the calendars that the other implementation reads by other rules than design has, and why. Those it
// cannot read at all are passed over.
var goesBy = map[string]string{
	"apple-floating":           "floating times are of X-WR-TIMEZONE",
	"vklass-floating":          "floating times are of X-WR-TIMEZONE",
	"odd-unknown-zone":         "an unknown zone makes times floating",
	"evolution-prefixed-zones": "a zone's prefix makes it unknown",
	"apple-this-and-future":    "what is changed from one day on is changed that day alone",
	"clocks-back":              "a time that comes twice is the second",
	"clocks-forward":           "days of the clock are 24 hours",
	"google-allday":            "an UNTIL that is a date is before that day",
	"google-until-date":        "an UNTIL that is a date is before that day",
	"novaschem-breaks":         "days taken out by date take out no times",
	"skola24-no-end":           "a whole day without an end takes none",
	"odd-cancel-method":        "METHOD by itself calls nothing off",
	"odd-lowercase":            "values are told apart by case",
	"odd-mixed-kinds":          "a date that ends at a time is another span",
	"odd-versions":             "an earlier version of an event counts, too",
	"outlook-published":        "Outlook's own word for free is not known",
}

// TestAnotherAgrees has the other implementation say when the corpus is busy.
func TestAnotherAgrees(t *testing.T) {
	interpreter := python(t)
	args := []string{filepath.Join("testdata", "busy.py")}
	all := samples(t)
	for _, s := range all {
		args = append(args, filepath.Join("testdata", s.name+".ics"), s.zone.String(), s.from.Format(time.DateOnly), s.to.Format(time.DateOnly))
	}
	var got map[string][]care.Interval
	ask(t, interpreter, args, &got)
	agreed := 0
	for _, s := range all {
		theirs := got[filepath.Join("testdata", s.name+".ics")]
		if _, differs := goesBy[s.name]; differs || theirs == nil {
			continue
		}
		for i, b := range theirs {
			theirs[i] = care.Interval{Start: b.Start.UTC(), End: b.End.UTC()}
		}
		if diff := cmp.Diff(s.busy, theirs, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-expected +the other's):\n%s", s.name, diff)
			continue
		}
		agreed++
	}
	if agreed < 20 {
		t.Errorf("they agree on %d calendars of %d, want 20 at least", agreed, len(all))
	}
}
