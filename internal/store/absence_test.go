package store_test

import (
	"fmt"
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestAbsence(t *testing.T) {
	r := open(t)
	add := func(school string, student care.Ref, date care.Date, reported ...bool) {
		t.Helper()
		d := care.AbsenceDay{Meta: care.Meta{ID: fmt.Sprintf("%s/%s", student, date)}, Student: student, School: school, Date: date}
		for _, yes := range reported {
			d.Lessons = append(d.Lessons, care.Lessons{Unreported: !yes})
		}
		if err := r.Absence.Add(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	for _, date := range []care.Date{"2026-10-07", "2026-10-05", "2026-10-06"} {
		add("alen", "A", date, true)
	}
	add("alen", "B", "2026-10-01", true)
	for _, tt := range []struct {
		student  care.Ref
		from, to care.Date
		want     string
	}{
		{"A", "2026-08-17", "2026-12-31", "2026-10-05 2026-10-06 2026-10-07"},
		{"A", "2026-10-05", "2026-10-06", "2026-10-05 2026-10-06"},
		{"A", "2026-10-06", "2026-10-06", "2026-10-06"},
		{"A", "2026-10-08", "2026-12-31", ""},
		{"B", "2026-08-17", "2026-12-31", "2026-10-01"},
		{"C", "2026-08-17", "2026-12-31", ""},
	} {
		list, err := r.Absence.OfStudent(t.Context(), tt.student, tt.from, tt.to)
		if err != nil {
			t.Fatal(err)
		}
		var dates []string
		for _, d := range list {
			dates = append(dates, string(d.Date))
		}
		if got := strings.Join(dates, " "); got != tt.want {
			t.Errorf("OfStudent(%s, %s, %s) = %q, want %q", tt.student, tt.from, tt.to, got, tt.want)
		}
	}

	newest := func(school string, want care.Date) {
		t.Helper()
		if got, err := r.Absence.Newest(t.Context(), school); err != nil || got != want {
			t.Errorf("Newest(%s) = %q, %v, want %q", school, got, err, want)
		}
	}
	newest("alen", "2026-10-07")
	newest("fjell", "")
	for i := range 100 { // of a whole school nothing is reported yet
		add("alen", care.Ref(fmt.Sprint("N", i)), "2026-10-08", false, false)
	}
	newest("alen", "2026-10-07")
	add("alen", "B", "2026-10-08", false, true)
	newest("alen", "2026-10-08")
	add("fjell", "F", "2026-10-08", false)
	newest("fjell", "")
}
