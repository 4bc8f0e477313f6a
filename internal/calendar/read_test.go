package calendar_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

// A sample is a calendar of testdata with what was worked out by hand to be busy in it.
type sample struct {
	name     string
	data     []byte
	zone     *time.Location
	from, to time.Time
	busy     []care.Interval
}

// samples reads testdata. Beside each calendar lies a file with a remark, a line "in <zone> <first day>
// <day after the last>", and a line for each busy time: "Thu 2026-11-26 09:00+01:00 10:00+01:00", with a
// date before the end where it is another one.
func samples(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("testdata/*.ics")
	if err != nil {
		t.Fatal(err)
	}
	var all []sample
	for _, file := range files {
		s := sample{name: strings.TrimSuffix(filepath.Base(file), ".ics")}
		if s.data, err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(file, ".ics") + ".busy")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			words := strings.Fields(line)
			switch words[0] {
			case "#":
			case "in":
				if s.zone, err = time.LoadLocation(words[1]); err != nil {
					t.Fatal(err)
				}
				s.from, s.to = day(t, words[2], s.zone), day(t, words[3], s.zone)
			default:
				s.busy = append(s.busy, interval(t, s.zone, words))
			}
		}
		all = append(all, s)
	}
	return all
}

func day(t testing.TB, s string, zone *time.Location) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func interval(t testing.TB, zone *time.Location, words []string) care.Interval {
	t.Helper()
	if len(words) == 4 {
		words = []string{words[0], words[1], words[2], words[1], words[3]}
	}
	start, end := clock(t, zone, words[1], words[2]), clock(t, zone, words[3], words[4])
	if start.Format("Mon") != words[0] {
		t.Fatalf("%s is no %s", words[1], words[0])
	}
	return care.Interval{Start: start.UTC(), End: end.UTC()}
}

// clock reads a time with its offset, which must be the one that clocks in the zone have then.
func clock(t testing.TB, zone *time.Location, date, clock string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04-07:00"
	if strings.Count(clock, ":") == 3 {
		layout = "2006-01-02 15:04:05-07:00"
	}
	at, err := time.Parse(layout, date+" "+clock)
	if err != nil {
		t.Fatal(err)
	}
	if got := at.In(zone).Format(layout); got != date+" "+clock {
		t.Fatalf("%s %s is %s in %s", date, clock, got, zone)
	}
	return at
}

func TestReadCorpus(t *testing.T) {
	all := samples(t)
	if len(all) < 40 {
		t.Fatalf("%d calendars in testdata, want at least 40", len(all))
	}
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			got, err := calendar.Read(s.data, s.zone, s.from, s.to)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.busy, got); diff != "" {
				t.Errorf("busy times (-want +got):\n%s", diff)
			}
		})
	}
}
