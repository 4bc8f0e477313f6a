package care_test

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
)

// BenchmarkFigures asks for the figures of the school year of a school of 1 000 students and 180 school days: for the first time,
// when nothing is kept; then again; and after an import has changed one week.
//
//	go test ./internal/care -run '^$' -bench Figures -benchtime 5x
func BenchmarkFigures(b *testing.B) {
	h := newHouse(b)
	school := h.Schools["alen"]
	school.Years = []care.Period{{From: "2025-08-18", To: "2026-06-12"}}
	h.Schools["alen"] = school
	h.person("rut", "principal@alen")
	var days []care.Date
	for day := care.Date("2025-08-18"); len(days) < 180; day = day.AddDays(1) {
		if school.IsSchoolDay(day) {
			days = append(days, day)
		}
	}
	var g errgroup.Group // writes that wait together share one commit
	g.SetLimit(512)
	for i := range 1000 {
		ref := care.Ref(fmt.Sprintf("%dA-%03d", 7+i%3, i))
		h.must(h.Students.Add(b.Context(), care.Student{Meta: care.Meta{ID: string(ref)}, School: "alen", Group: "7A", Status: care.Enrolled}))
		for j, day := range days {
			l := care.Lessons{Scheduled: 300}
			if (i*7+j*3)%40 == 0 {
				l.Valid = 300
			}
			g.Go(func() error {
				return h.Absence.Add(b.Context(), care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/" + string(day)}, Student: ref, School: "alen", Date: day, Lessons: []care.Lessons{l}})
			})
		}
	}
	h.must(g.Wait())
	h.now = days[len(days)-1].At(12, 0, h.zone)
	rut := h.actor("rut")
	ask := func() {
		f, err := h.Figures(b.Context(), rut, "alen", care.LastYear, h.now)
		h.must(err)
		if f.Percent < 2 || f.Percent > 3 {
			b.Fatalf("the absence is %v %%", f.Percent)
		}
	}
	forget := func(n int) {
		b.StopTimer()
		weeks, err := h.AbsenceWeeks.OfSchool(b.Context(), "alen")
		h.must(err)
		for _, w := range weeks[:min(n, len(weeks))] {
			w.Known, w.Days = false, nil
			h.must(h.AbsenceWeeks.Replace(b.Context(), w))
		}
		b.StartTimer()
	}
	b.Run("first", func(b *testing.B) {
		for range b.N {
			forget(1000)
			ask()
		}
	})
	b.Run("again", func(b *testing.B) {
		for range b.N {
			ask()
		}
	})
	b.Run("a_week_changed", func(b *testing.B) {
		for range b.N {
			forget(1)
			ask()
		}
	})
}
