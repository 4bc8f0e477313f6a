package calendar

import (
	"strings"
	"testing"
	"time"
)

func TestWindowsZones(t *testing.T) {
	if n := len(windowsZones()); n < 130 {
		t.Fatalf("%d zones of Windows, want what the Unicode CLDR has", n)
	}
	for name, iana := range windowsZones() {
		want, err := time.LoadLocation(iana)
		if err != nil {
			t.Fatal(err)
		}
		if got := location(name); got == nil || !strings.EqualFold(got.String(), want.String()) {
			t.Errorf("location(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestLocation(t *testing.T) {
	for name, want := range map[string]string{
		"europe/stockholm": "Europe/Stockholm", "america/port-au-prince": "America/Port-au-Prince", "africa/dar_es_salaam": "Africa/Dar_es_Salaam",
		"/mozilla.org/20050126_1/europe/oslo": "Europe/Oslo", "/america/argentina/ushuaia": "America/Argentina/Ushuaia", "utc": "Etc/UTC", "z": "UTC",
		"etc/gmt+2": "Etc/GMT+2", "us/eastern": "US/Eastern", "w. europe standard time": "Europe/Berlin",
		"": "", "local": "", "localtime": "", "/": "", "//": "", "/x": "", "../europe/oslo": "", "nowhere/land": "", "skolans tid": "",
	} {
		got := ""
		if loc := location(name); loc != nil {
			got = loc.String()
		}
		if got != want {
			t.Errorf("location(%q) = %q, want %q", name, got, want)
		}
	}
}

// Each hour of two years, as clocks show it, is an instant at which they do, but for those skipped.
func TestZoneInstant(t *testing.T) {
	for _, name := range []string{"Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Anchorage"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		z := zoneOf(loc)
		skipped, twice := 0, 0
		for wall := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); wall.Year() < 2028; wall = wall.Add(30 * time.Minute) {
			at := z.instant(wall)
			shown := z.wall(at)
			if !shown.Equal(wall) {
				if d := shown.Sub(wall); d > time.Hour || d <= 0 {
					t.Errorf("%s: %s is %s", name, wall, shown)
				}
				skipped++
			}
			for earlier := 30 * time.Minute; earlier <= 2*time.Hour; earlier += 30 * time.Minute {
				if z.wall(at.Add(-earlier)).Equal(wall) {
					t.Errorf("%s: %s is not the first of two", name, wall)
				}
				if z.wall(at.Add(earlier)).Equal(wall) {
					twice++
				}
			}
		}
		if skipped != twice {
			t.Errorf("%s: %d half hours skipped, %d shown twice, want the same number of both", name, skipped, twice)
		}
	}
}
