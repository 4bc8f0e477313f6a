package care_test

import (
	"testing"
	"time"

	"lotsen/internal/care"
)

// rfcTime reads an instant of RFC 3339.
func rfcTime(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNextWorking(t *testing.T) {
	se, no := alenYears(t), fjordvikYear(t)
	tests := []struct {
		name string
		sc   care.School
		t    string
		want string // t itself when Lotsen works at it; "" when no school day is left
	}{
		{"in the middle of a school day", se, "2026-09-02T10:00:00+02:00", "2026-09-02T10:00:00+02:00"},
		{"one minute before the hours", se, "2026-09-02T07:29:00+02:00", "2026-09-02T07:30:00+02:00"},
		{"a blink before the hours", se, "2026-09-02T07:29:59.999999999+02:00", "2026-09-02T07:30:00+02:00"},
		{"as the hours begin", se, "2026-09-02T07:30:00+02:00", "2026-09-02T07:30:00+02:00"},
		{"one minute before the end", se, "2026-09-02T16:29:00+02:00", "2026-09-02T16:29:00+02:00"},
		{"a blink before the end", se, "2026-09-02T16:29:59.999+02:00", "2026-09-02T16:29:59.999+02:00"},
		{"as the hours end", se, "2026-09-02T16:30:00+02:00", "2026-09-03T07:30:00+02:00"},
		{"one minute after the end", se, "2026-09-02T16:31:00+02:00", "2026-09-03T07:30:00+02:00"},
		{"hours of its own, before", no, "2026-09-02T07:59:00+02:00", "2026-09-02T08:00:00+02:00"},
		{"hours of its own, the last minute", no, "2026-09-02T15:44:00+02:00", "2026-09-02T15:44:00+02:00"},
		{"hours of its own, after", no, "2026-09-02T15:45:00+02:00", "2026-09-03T08:00:00+02:00"},
		{"Friday evening", se, "2026-09-04T17:00:00+02:00", "2026-09-07T07:30:00+02:00"},
		{"Saturday at noon", se, "2026-09-05T12:00:00+02:00", "2026-09-07T07:30:00+02:00"},
		{"Sunday before dawn", se, "2026-09-06T04:00:00+02:00", "2026-09-07T07:30:00+02:00"},
		{"Friday evening before a break over which summer time ends", se, "2026-10-23T18:00:00+02:00", "2026-11-02T07:30:00+01:00"},
		{"a holiday at noon", se, "2027-05-06T12:00:00+02:00", "2027-05-07T07:30:00+02:00"},
		{"17 mai at noon", no, "2027-05-17T12:00:00+02:00", "2027-05-18T08:00:00+02:00"},
		{"summer time begins on Easter Day 2027", se, "2027-03-25T16:30:00+01:00", "2027-04-05T07:30:00+02:00"},
		{"in the hour that the clocks leave out", no, "2027-03-28T01:30:00Z", "2027-03-30T08:00:00+02:00"},
		{"just before the clocks go forward", no, "2027-03-28T00:59:59Z", "2027-03-30T08:00:00+02:00"},
		{"Friday evening before summer time ends", se, "2027-10-29T17:00:00+02:00", "2027-11-01T07:30:00+01:00"},
		{"in the hour that comes twice, the first time", se, "2027-10-31T02:30:00+02:00", "2027-11-01T07:30:00+01:00"},
		{"in the hour that comes twice, the second time", se, "2027-10-31T02:30:00+01:00", "2027-11-01T07:30:00+01:00"},
		{"the day after summer time ends", se, "2027-11-01T06:29:00Z", "2027-11-01T07:30:00+01:00"},
		{"already Saturday here, still Friday in UTC", se, "2026-09-04T22:30:00Z", "2026-09-07T07:30:00+02:00"},
		{"already Monday here, still Sunday in UTC", se, "2026-09-06T22:30:00Z", "2026-09-07T07:30:00+02:00"},
		{"already a holiday here, still the day before in UTC", se, "2027-05-05T22:30:00Z", "2027-05-07T07:30:00+02:00"},
		{"written in another zone", se, "2026-09-01T20:00:00-10:00", "2026-09-02T08:00:00+02:00"},
		{"the last minute before the summer", se, "2027-06-11T16:29:00+02:00", "2027-06-11T16:29:00+02:00"},
		{"the summer, the next year known", se, "2027-06-11T16:30:00+02:00", "2027-08-16T07:30:00+02:00"},
		{"the summer, the next year not known", no, "2027-06-18T15:45:00+02:00", ""},
		{"before the first year", no, "2026-06-01T12:00:00+02:00", "2026-08-17T08:00:00+02:00"},
		{"long after the last year", se, "2030-09-02T10:00:00+02:00", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := rfcTime(t, tt.t)
			var want time.Time
			if tt.want != "" {
				want = rfcTime(t, tt.want)
			}
			if got := tt.sc.Working(now); got != now.Equal(want) {
				t.Errorf("Working(%s) = %v, want %v", tt.t, got, !got)
			}
			if got, ok := tt.sc.NextWorking(now); !got.Equal(want) || ok != (tt.want != "") {
				t.Errorf("NextWorking(%s) = %s, %v, want %q", tt.t, got, ok, tt.want)
			}
		})
	}
}

// TestWorkingFarFromUTC is about zones in which the school's day is mostly another one in UTC.
func TestWorkingFarFromUTC(t *testing.T) {
	for name, tt := range map[string]struct{ zone, first, last string }{ // of Wednesday 2 September 2026
		"east": {"Pacific/Auckland", "2026-09-01T19:30:00Z", "2026-09-02T04:29:00Z"},
		"west": {"Pacific/Honolulu", "2026-09-02T17:30:00Z", "2026-09-03T02:29:00Z"},
	} {
		sc := care.School{Country: care.Sweden, Zone: loadZone(t, tt.zone), Years: []care.Period{{From: "2026-09-02", To: "2026-09-02"}}}
		first, last := rfcTime(t, tt.first), rfcTime(t, tt.last)
		if got, ok := sc.NextWorking(rfcTime(t, "2026-08-01T00:00:00Z")); !ok || !got.Equal(first) {
			t.Errorf("%s: the first instant = %s, %v, want %s", name, got, ok, first)
		}
		if !sc.Working(first) || !sc.Working(last) || sc.Working(first.Add(-time.Minute)) || sc.Working(last.Add(time.Minute)) {
			t.Errorf("%s: the hours are not from %s to %s", name, first, last)
		}
	}
}

func TestWorkAt(t *testing.T) {
	se, no := alenYears(t), fjordvikYear(t)
	tests := []struct {
		name string
		sc   care.School
		d    care.Date
		c    care.Clock
		want string
	}{
		{"within the hours", se, "2026-09-02", 8 * 60, "2026-09-02T08:00:00+02:00"},
		{"in winter", se, "2026-12-02", 8 * 60, "2026-12-02T08:00:00+01:00"},
		{"too early", se, "2026-09-02", 6 * 60, "2026-09-02T07:30:00+02:00"},
		{"as they begin", se, "2026-09-02", 7*60 + 30, "2026-09-02T07:30:00+02:00"},
		{"the last minute", se, "2026-09-02", 16*60 + 29, "2026-09-02T16:29:00+02:00"},
		{"as they end", se, "2026-09-02", 16*60 + 30, "2026-09-02T16:29:00+02:00"},
		{"at night", se, "2026-09-02", 23*60 + 59, "2026-09-02T16:29:00+02:00"},
		{"midnight", no, "2026-09-02", 0, "2026-09-02T08:00:00+02:00"},
		{"hours of its own", no, "2026-09-02", 16 * 60, "2026-09-02T15:44:00+02:00"},
		{"the day after summer time begins", se, "2027-03-29", 8 * 60, "2027-03-29T08:00:00+02:00"},
		{"the day on which summer time ends", se, "2027-10-31", 8 * 60, "2027-10-31T08:00:00+01:00"},
		{"a Saturday is not moved", se, "2026-09-05", 8 * 60, "2026-09-05T08:00:00+02:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := tt.sc.WorkAt(tt.d, tt.c), rfcTime(t, tt.want); !got.Equal(want) {
				t.Errorf("WorkAt(%s, %d) = %s, want %s", tt.d, tt.c, got, tt.want)
			}
		})
	}
}
