package main

import (
	"testing"
	"time"

	"lotsen/internal/care"
)

func TestNextMorning(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	school := care.School{Country: care.Sweden, Zone: zone, Years: []care.Period{{From: "2026-08-17", To: "2027-06-11"}}}
	for _, tt := range []struct{ name, now, want string }{
		{"before eight", "Thu 2026-11-26 06:30", "Thu 2026-11-26 08:00 +0100"},
		{"at eight", "Thu 2026-11-26 08:00", "Fri 2026-11-27 08:00 +0100"},
		{"at noon", "Thu 2026-11-26 12:00", "Fri 2026-11-27 08:00 +0100"},
		{"on a Friday", "Fri 2026-11-27 15:00", "Mon 2026-11-30 08:00 +0100"},
		{"early on a Saturday", "Sat 2026-11-28 03:00", "Mon 2026-11-30 08:00 +0100"},
		{"on a Sunday", "Sun 2026-11-29 23:59", "Mon 2026-11-30 08:00 +0100"},
		{"over New Year", "Thu 2026-12-31 09:00", "Mon 2027-01-04 08:00 +0100"},
		{"over Easter, to summer time", "Thu 2027-03-25 09:00", "Tue 2027-03-30 08:00 +0200"},
		{"to winter time", "Fri 2026-10-23 09:00", "Mon 2026-10-26 08:00 +0100"},
		{"after the last school day", "Fri 2027-06-11 09:00", "Sat 2027-06-12 08:00 +0200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.ParseInLocation("Mon 2006-01-02 15:04", tt.now, zone)
			if err != nil {
				t.Fatal(err)
			}
			if got := nextMorning(school, now).Format("Mon 2006-01-02 15:04 -0700"); got != tt.want {
				t.Errorf("nextMorning(%s) = %s, want %s", tt.now, got, tt.want)
			}
		})
	}
}
