package care_test

import (
	"errors"
	"testing"
	"time"

	"lotsen/internal/care"
)

func TestFilesDue(t *testing.T) {
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	year := []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
	alen := care.School{Country: care.Sweden, Zone: stockholm, Years: year, Breaks: []care.Break{{Name: "Höstlov", Period: care.Period{From: "2026-10-26", To: "2026-10-30"}}}}
	fjell := care.School{Country: care.Norway, Zone: stockholm, Years: year, Breaks: []care.Break{{Name: "Høstferie", Period: care.Period{From: "2026-10-05", To: "2026-10-09"}}}}
	s := &care.Service{Schools: map[string]care.School{"alen": alen, "fjell": fjell}}
	const at = 6*60 + 30
	for _, tt := range []struct {
		name     string
		now, due string // wall time; due "": no
	}{
		{"before its time", "2026-11-17 06:29", ""},
		{"at its time", "2026-11-17 06:30", "2026-11-17 06:30"},
		{"late", "2026-11-17 23:59", "2026-11-17 06:30"},
		{"the next night", "2026-11-18 00:01", ""},
		{"a Saturday", "2026-11-21 08:00", ""},
		{"one school's break", "2026-10-06 08:00", "2026-10-06 06:30"},
		{"the other's break", "2026-10-27 08:00", "2026-10-27 06:30"},
		{"a holiday of one", "2027-05-17 08:00", "2027-05-17 06:30"},
		{"a holiday of both", "2027-05-06 08:00", ""},
		{"the summer", "2026-07-01 08:00", ""},
		{"the Monday after summer time", "2027-03-29 08:00", ""}, // Easter Monday
		{"summer time", "2027-03-30 06:30", "2027-03-30 06:30"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", tt.now, stockholm)
		if err != nil {
			t.Fatal(err)
		}
		due, ok := s.FilesDue(at, now)
		got := ""
		if ok {
			got = due.In(stockholm).Format("2006-01-02 15:04")
		}
		if got != tt.due {
			t.Errorf("%s: FilesDue(%s) = %q, want %q", tt.name, tt.now, got, tt.due)
		}
	}
}

// What stays in Slack has nobody's name, also not that of a file.
func TestReportFileShowsNoNames(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"franvaro-2026-11-26.csv", "franvaro-2026-11-26.csv"},
		{"Frånvaro alen v. 48 slut.csv", "Frånvaro alen v. 48 ….csv"},
		{"Alva Berg frånvaro.csv", "… … frånvaro.csv"},
		{"Bo_elever_8B.txt", "…_elever_8B.txt"},
		{"19121212-1212 frånvaro.csv", ".csv"},
		{"", ""},
	} {
		h := withCases(t)
		school := h.Schools["alen"]
		school.Admins = []string{"UADMIN"}
		h.Schools = map[string]care.School{"alen": school}
		h.must(h.ReportFile(t.Context(), care.FileReport{File: tt.file, Rows: 1}, tt.file, h.now))
		d, err := h.TakeDelivery(t.Context(), h.now)
		if err != nil && !errors.Is(err, care.ErrNotFound) {
			t.Fatal(err)
		}
		if d.File == nil || d.File.File != tt.want {
			t.Errorf("of %q is shown %+v, want %q", tt.file, d.File, tt.want)
		}
	}
}
