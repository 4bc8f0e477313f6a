package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

// A schoolYear is a file of absence of so many students and school days, in one of the orders in which
// programs write them: a row a day, or one for each of five lessons.
type schoolYear struct {
	students, days int
	byDate         bool
	lessons        bool
}

// write writes the file. One student in eight misses a lesson of a day, one in forty the day.
func (y schoolYear) write(t testing.TB, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	out := bufio.NewWriter(f)
	day := care.Date("2025-08-18")
	school := care.School{Country: care.Sweden, Years: []care.Period{{From: day, To: "2026-06-12"}}}
	var dates []care.Date
	for range y.days {
		dates = append(dates, day)
		day, _ = school.AddSchoolDays(day, 1)
	}
	if y.lessons {
		say(out, "elevnummer;skola;dato;fag;kode;minutter;årstimer\n")
	} else {
		say(out, "key;school;date;scheduled_min;valid_min;invalid_min;lessons_total;lessons_absent;lessons_invalid\n")
	}
	row := func(student, d int) {
		away, some := (student*7+d*3)%40 == 0, (student+d*5)%8 == 0
		switch {
		case y.lessons:
			for lesson := range 5 {
				code := ""
				if away || some && lesson == 3 {
					code = "X"
				}
				say(out, "s%d;alen;%s;Fag %d;%s;60;113\n", student, dates[d], lesson%4, code)
			}
		case away:
			say(out, "s%d;alen;%s;300;300,0;0;5;5;0\n", student, dates[d])
		case some:
			say(out, "s%d;alen;%s;300;0;60,0;5;1;1\n", student, dates[d])
		default:
			say(out, "s%d;alen;%s;300;0;0;5;0;0\n", student, dates[d])
		}
	}
	for i := range y.students * y.days {
		if y.byDate {
			row(i%y.students, i/y.students)
		} else {
			row(i/y.days, i%y.days)
		}
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
}

// systemOf opens the world's database with so many students of its own.
func systemOf(t testing.TB, students int) (*system, *clock) {
	t.Helper()
	w := newWorld(t)
	w.env["LOTSEN_CLOCK"] = "2026-06-12T17:00:00+02:00"
	w.write("lotsen.yaml", "schools:\n  - {id: alen, name: Ålenskolan, country: SE, school_years: [{start: 2025-08-18, end: 2026-06-12}]}\n")
	rows := "key;given_name;family_name;group;school\n"
	for i := range students {
		rows += fmt.Sprintf("s%d;A;B;%dA;alen\n", i, 7+i%3)
	}
	w.write("year.csv", rows)
	if out, code := w.run("import", "--students", w.path("year.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"}, clock: newClock()}
	if err := p.clock.start(w.env["LOTSEN_CLOCK"]); err != nil {
		t.Fatal(err)
	}
	sys, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sys.close() })
	return sys, p.clock
}

// importYear imports a file and returns what came of it and the most that the heap held meanwhile, in MB.
func importYear(t testing.TB, sys *system, c *clock, path string) (absenceReport, float64) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var most uint64
	report, err := absenceImport{sys: sys, clock: c,
		fault: func(e roster.RowError) { t.Error(e) },
		seen: func(int, string) {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		},
	}.read(t.Context(), filepath.Base(path), f)
	if err != nil {
		t.Fatal(err)
	}
	return report, float64(most) / (1 << 20)
}

// BenchmarkImportAbsence imports a year of 1 000 students, and then the same again.
//
//	go test ./bot -run '^$' -bench ImportAbsence -benchtime 1x
func BenchmarkImportAbsence(b *testing.B) {
	for _, y := range []struct {
		name string
		schoolYear
	}{
		{"by_student", schoolYear{1000, 180, false, false}},
		{"by_date", schoolYear{1000, 180, true, false}},
		{"lessons_by_date", schoolYear{1000, 180, true, true}},
	} {
		path := filepath.Join(b.TempDir(), y.name+".csv")
		y.write(b, path)
		sys, c := systemOf(b, y.students)
		for _, round := range []string{"new", "again"} {
			b.Run(y.name+"/"+round, func(b *testing.B) {
				for b.Loop() {
					report, mb := importYear(b, sys, c, path)
					if round == "again" && report.Added+report.Changed > 0 {
						b.Errorf("the same file again adds %d and changes %d", report.Added, report.Changed)
					}
					b.ReportMetric(mb, "MB-heap")
					b.ReportMetric(float64(report.Added+report.Changed+report.Unchanged), "rows")
				}
			})
		}
	}
}
