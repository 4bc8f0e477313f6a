package calendar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/calendar"
)

// An onset is from when a described zone has which offset.
type onset struct {
	at     time.Time
	offset int
}

// onsets reads the only VTIMEZONE of a file, with its rules up to a year.
func onsets(t *testing.T, ics string, until int) []onset {
	t.Helper()
	var list []onset
	values := map[string]string{}
	number := func(s, layout string) time.Time {
		at, err := time.Parse(layout, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	seconds := func(s string) int {
		_, n := number(s, "-0700").Zone()
		return n
	}
	for l := range strings.SplitSeq(ics, "\r\n") {
		name, value, _ := strings.Cut(l, ":")
		if values[name] = value; name != "END" || value != "STANDARD" && value != "DAYLIGHT" {
			continue
		}
		first, from := number(values["DTSTART"], "20060102T150405"), seconds(values["TZOFFSETFROM"])
		add := func(clock time.Time) {
			list = append(list, onset{clock.Add(-time.Duration(from) * time.Second), seconds(values["TZOFFSETTO"])})
		}
		add(first)
		if rule, ok := values["RRULE"]; ok {
			var month, week int
			var day string
			if _, err := fmt.Sscanf(rule, "FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", &month, &week, &day); err != nil {
				t.Fatalf("%s: %v", rule, err)
			}
			weekday := slices.Index([]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}, day)
			for year := first.Year() + 1; year <= until; year++ {
				var days []time.Time
				for d := time.Date(year, time.Month(month), 1, first.Hour(), first.Minute(), 0, 0, time.UTC); d.Month() == time.Month(month); d = d.AddDate(0, 0, 1) {
					if int(d.Weekday()) == weekday {
						days = append(days, d)
					}
				}
				if week < 0 {
					week += len(days) + 1
					add(days[week-1])
					week = -1
					continue
				}
				add(days[week-1])
			}
		}
		clear(values)
	}
	slices.SortFunc(list, func(a, b onset) int { return a.at.Compare(b.at) })
	return list
}

// TestTimezone compares what is written of a zone, where it is a rule also for the years after, with what Go
// knows of it.
func TestTimezone(t *testing.T) {
	for _, tt := range []struct {
		zone, from, to string
		until          int // the last year that is right
	}{
		{"Europe/Stockholm", "2026-10-23 08:00", "2026-10-26 08:00", 2037},
		{"Europe/Stockholm", "2027-03-28 08:00", "2027-03-28 08:00", 2037},
		{"Europe/Oslo", "2026-01-02 08:00", "2029-12-30 08:00", 2037},
		{"Europe/Helsinki", "2026-06-01 08:00", "2026-06-01 08:00", 2037},
		{"America/New_York", "2026-11-01 08:00", "2027-03-14 08:00", 2037},
		{"Asia/Tokyo", "2026-11-01 08:00", "2027-03-14 08:00", 2037},
		{"UTC", "2026-11-01 08:00", "2027-03-14 08:00", 2037},
		{"Africa/Casablanca", "2026-01-10 08:00", "2026-12-20 08:00", 2026}, // by the moon
		{"Europe/Moscow", "2010-09-01 08:00", "2014-12-20 08:00", 2014},     // summer time for good, then winter time
		{"Europe/Istanbul", "2015-09-01 08:00", "2017-12-20 08:00", 2017},
	} {
		t.Run(tt.zone+" "+tt.from, func(t *testing.T) {
			first, last := meeting(t, tt.from, tt.zone), meeting(t, tt.to, tt.zone)
			ics, err := calendar.Feed(feedOf(t, first, last), words)
			if err != nil {
				t.Fatal(err)
			}
			known, z := onsets(t, string(ics), tt.until), zone(t, tt.zone)
			if rules := strings.Count(string(ics), "RRULE"); tt.until == 2037 && rules != 2 && rules != len(known)-1 {
				t.Errorf("%d rules, want 2, or none where clocks never change", rules)
			}
			for at := first.Start; at.Year() <= tt.until; at = at.Add(time.Hour) {
				i := slices.IndexFunc(known, func(o onset) bool { return o.at.After(at) })
				if i < 0 {
					i = len(known)
				}
				_, want := at.In(z).Zone()
				if i == 0 || known[i-1].offset != want {
					t.Fatalf("at %s the zone is not at %d s", at, want)
				}
			}
		})
	}
}
