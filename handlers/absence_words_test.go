package handlers_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/locales"
)

func TestDecimal(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    float64
		want string
	}{
		{"a whole number", 10, "10"},
		{"a tenth", 12.5, "12,5"},
		{"more than a tenth is cut", 12.59, "12,5"},
		{"almost at the limit does not read as at it", 9.99, "9,9"},
		{"short of a tenth by the machine's arithmetic alone", 100 * 29.0 / 1000, "2,9"},
		{"a third", 100.0 / 3, "33,3"},
		{"nothing", 0, "0"},
	} {
		if got := handlers.Decimal(tt.f); got != tt.want {
			t.Errorf("%s: Decimal(%v) = %q, want %q", tt.name, tt.f, got, tt.want)
		}
	}
}

// TestFiguresInWords compares every measure over every window, in every language and for a Swedish and
// a Norwegian school, with testdata/figures.txt; and so what a day of absence reads like.
func TestFiguresInWords(t *testing.T) {
	o := newOffice(t)
	own := o.care.Schools["fjord"]
	own.Terms = map[care.Term]care.Word{care.TermInvalid: {Indefinite: "<skulk>", Definite: "<skulken>"}}
	schools := []care.School{o.care.Schools["alen"], o.care.Schools["fjord"], own}
	windows := []struct {
		care.Window
		from care.Date
	}{{care.Window{Days: 20}, "2026-10-15"}, {care.Window{Span: care.SpanMonth}, "2026-11-01"}, {care.Window{Span: care.SpanTerm}, "2026-08-17"}, {care.Window{Span: care.SpanYear}, "2025-08-18"}}
	var b strings.Builder
	for _, lang := range locales.Languages {
		req := handlers.Request{Actor: care.Actor{Lang: care.Lang(lang)}, Now: o.now}
		for _, measure := range slices.Sorted(maps.Keys(care.Measures)) {
			fmt.Fprintf(&b, "%s %s\n", lang, measure)
			of := windows
			if !care.Measures[measure] {
				of = windows[1:2]
			}
			values := []float64{1, 250}
			if measure == care.TotalPercent || measure == care.SubjectLimit {
				values = []float64{1, 12.56}
			}
			for i, w := range of {
				for _, value := range values {
					f := care.Fact{Trigger: care.Trigger{Measure: measure, AtLeast: 60, Window: w.Window}, Value: value, Subject: "Idrott & hälsa", From: w.from, To: "2026-11-13"}
					line := o.Figure(req, schools[i%3], f)
					o.whole(line)
					b.WriteString("  " + line + "\n")
				}
			}
		}
		for _, lessons := range [][]care.Lessons{
			{{Total: 5, Absent: 5, Without: 2, Late: 1}},
			{{Total: 1, Absent: 1}},
			{{Absent: 1}},
			{{Absent: 3, Without: 3, Late: 2}},
			{{Scheduled: 300, Valid: 60, Invalid: 90}},
			{{Scheduled: 300, Valid: 40}},
			{{Subject: "Ma", Total: 1, Absent: 1, Without: 1}, {Subject: "Sv", Total: 2}, {Total: 9, Absent: 9}, {Subject: "En", Total: 1, Absent: 1, Unreported: true}},
		} {
			line := o.AbsentDay(req, schools[0], care.AbsenceDay{Date: "2026-11-13", Lessons: lessons})
			o.whole(line)
			b.WriteString("  " + line + "\n")
		}
	}
	golden(t, "figures", b.String())
}
