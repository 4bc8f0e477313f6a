package care_test

import (
	"fmt"
	"testing"
	"time"

	"lotsen/internal/care"
)

// A plainDay is a day of the reference calendar.
type plainDay struct {
	date     care.Date
	midnight int  // of UTC, in minutes since the first of all days
	offset   int  // minutes that the clocks are ahead of UTC from 01:00 UTC on
	before   int  // and until then
	school   bool // whether it is a school day
}

// plainCalendar is the reference that the functions of care are held against: the days from 1
// August 2026, a Saturday, to 31 August 2029, counted out one by one without package time, with
// holidays from the law and the almanac (Easter Day is 28 March 2027, 16 April 2028, 1 April 2029)
// and summer time as the European Union has it.
func plainCalendar(holidays []care.Date, years, breaks [][2]care.Date) []plainDay {
	summer := map[care.Date]int{ // the Sundays on which the clocks change at 01:00 UTC
		"2026-10-25": 60, "2027-03-28": 120, "2027-10-31": 60, "2028-03-26": 120, "2028-10-29": 60, "2029-03-25": 120,
	}
	off := map[care.Date]bool{}
	for _, d := range holidays {
		off[d] = true
	}
	within := func(d care.Date, spans [][2]care.Date) bool {
		for _, s := range spans {
			if s[0] <= d && d <= s[1] {
				return true
			}
		}
		return false
	}

	var days []plainDay
	offset := 120
	for year, first := 2026, 8; year <= 2029; year, first = year+1, 1 {
		lengths := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
		if year == 2028 {
			lengths[1] = 29
		}
		for month := first; month <= 12; month++ {
			if year == 2029 && month > 8 {
				break
			}
			for day := 1; day <= lengths[month-1]; day++ {
				d := plainDay{date: care.Date(fmt.Sprintf("%d-%02d-%02d", year, month, day)), midnight: len(days) * 24 * 60, before: offset}
				if changed, ok := summer[d.date]; ok {
					offset = changed
				}
				d.offset = offset
				weekend := len(days)%7 < 2
				d.school = !weekend && !off[d.date] && within(d.date, years) && !within(d.date, breaks)
				days = append(days, d)
			}
		}
	}
	return days
}

// plainSchools are the two schools of the property tests, and the same for the reference.
var plainSchools = []struct {
	name          string
	country       care.Country
	zone          string
	work          care.Hours // on the grid of quarters
	years, breaks [][2]care.Date
	holidays      []care.Date
}{
	{"Sweden", care.Sweden, "Europe/Stockholm", care.Hours{}, // which means 07:30 to 16:30
		[][2]care.Date{{"2026-08-17", "2027-06-11"}, {"2027-08-16", "2028-06-09"}, {"2028-08-15", "2029-06-08"}},
		[][2]care.Date{
			{"2026-10-26", "2026-10-30"}, {"2026-12-21", "2027-01-08"}, {"2027-02-22", "2027-02-26"}, {"2027-03-30", "2027-04-02"}, {"2027-05-07", "2027-05-07"},
			{"2027-11-01", "2027-11-05"}, {"2027-12-20", "2027-12-22"}, {"2028-02-28", "2028-03-03"}, {"2028-04-10", "2028-04-13"}, // Christmas 2027 has holidays alone
			{"2028-10-30", "2028-11-03"}, {"2028-12-21", "2029-01-09"}, {"2029-02-26", "2029-03-02"}, {"2029-04-03", "2029-04-06"}, {"2029-04-30", "2029-04-30"},
		},
		[]care.Date{
			"2026-10-31", "2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31",
			"2027-01-01", "2027-01-06", "2027-03-26", "2027-03-28", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-16", "2027-06-06",
			"2027-06-25", "2027-06-26", "2027-11-06", "2027-12-24", "2027-12-25", "2027-12-26", "2027-12-31",
			"2028-01-01", "2028-01-06", "2028-04-14", "2028-04-16", "2028-04-17", "2028-05-01", "2028-05-25", "2028-06-04", "2028-06-06",
			"2028-06-23", "2028-06-24", "2028-11-04", "2028-12-24", "2028-12-25", "2028-12-26", "2028-12-31",
			"2029-01-01", "2029-01-06", "2029-03-30", "2029-04-01", "2029-04-02", "2029-05-01", "2029-05-10", "2029-05-20", "2029-06-06",
			"2029-06-22", "2029-06-23",
		}},
	{"Norway", care.Norway, "Europe/Oslo", care.Hours{From: 8 * 60, To: 15*60 + 45},
		[][2]care.Date{{"2026-08-17", "2027-06-18"}, {"2027-08-18", "2028-06-20"}, {"2028-08-17", "2029-06-19"}},
		[][2]care.Date{
			{"2026-10-05", "2026-10-09"}, {"2026-12-21", "2027-01-01"}, {"2027-02-22", "2027-02-26"}, {"2027-03-22", "2027-03-24"},
			{"2027-10-04", "2027-10-08"}, {"2028-02-21", "2028-02-25"}, {"2028-04-10", "2028-04-12"}, {"2028-05-18", "2028-05-19"}, // no juleferie in 2027
			{"2028-10-02", "2028-10-06"}, {"2028-12-21", "2029-01-02"}, {"2029-02-19", "2029-02-23"}, {"2029-03-26", "2029-04-03"},
		},
		[]care.Date{
			"2026-12-25", "2026-12-26",
			"2027-01-01", "2027-03-25", "2027-03-26", "2027-03-28", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-16", "2027-05-17", "2027-12-25", "2027-12-26",
			"2028-01-01", "2028-04-13", "2028-04-14", "2028-04-16", "2028-04-17", "2028-05-01", "2028-05-17", "2028-05-25", "2028-06-04", "2028-06-05", "2028-12-25", "2028-12-26",
			"2029-01-01", "2029-03-29", "2029-03-30", "2029-04-01", "2029-04-02", "2029-05-01", "2029-05-10", "2029-05-17", "2029-05-20", "2029-05-21",
		}},
}

// plainSchool is the i-th of plainSchools with its reference.
func plainSchool(t testing.TB, i int) (care.School, []plainDay) {
	t.Helper()
	p := plainSchools[i]
	sc := care.School{Country: p.country, Zone: loadZone(t, p.zone), Work: p.work}
	for _, y := range p.years {
		sc.Years = append(sc.Years, care.Period{From: y[0], To: y[1]})
	}
	for _, b := range p.breaks {
		sc.Breaks = append(sc.Breaks, care.Break{Period: care.Period{From: b[0], To: b[1]}})
	}
	days := plainCalendar(p.holidays, p.years, p.breaks)
	if len(days) != 31+30+31+30+31+365+366+243 || days[len(days)-1].date != "2029-08-31" {
		t.Fatalf("the reference has %d days, the last %s", len(days), days[len(days)-1].date)
	}
	return sc, days
}

// TestSchoolDaysAgreeWithTheAlmanac holds every day of three school years against the reference.
func TestSchoolDaysAgreeWithTheAlmanac(t *testing.T) {
	for i, p := range plainSchools {
		t.Run(p.name, func(t *testing.T) {
			sc, days := plainSchool(t, i)
			school := 0
			for i, d := range days {
				if d.school {
					school++
				}
				if got := sc.IsSchoolDay(d.date); got != d.school {
					t.Fatalf("IsSchoolDay(%s) = %v, want %v", d.date, got, d.school)
				}
				// The days after d one by one: the n-th school day, and how many there were until each.
				n := 0
				for away, e := range days[i:min(len(days), i+100)] {
					if e.school && e.date > d.date {
						n++
						if n <= 5 || n == 10 || n == 20 {
							if got, ok := sc.AddSchoolDays(d.date, n); got != e.date || !ok {
								t.Fatalf("AddSchoolDays(%s, %d) = %s, %v, want %s", d.date, n, got, ok, e.date)
							}
						}
					}
					if away < 5 || away%33 == 0 {
						if got := sc.SchoolDaysBetween(d.date, e.date); got != n {
							t.Fatalf("SchoolDaysBetween(%s, %s) = %d, want %d", d.date, e.date, got, n)
						}
					}
				}
				var first care.Date
				for _, e := range days[i:] {
					if e.school {
						first = e.date
						break
					}
				}
				if got, ok := sc.SchoolDayFrom(d.date); got != first || ok != (first != "") {
					t.Fatalf("SchoolDayFrom(%s) = %s, %v, want %q", d.date, got, ok, first)
				}
			}
			whole := sc.SchoolDaysBetween("2026-07-31", "2029-08-31")
			last, ok := sc.AddSchoolDays("2026-07-31", whole)
			if want := sc.Years[2].To; whole != school || !ok || last != want {
				t.Errorf("three years have %d school days, the last %s, want %d, the last %s", whole, last, school, want)
			}
			if school < 500 || school > 600 {
				t.Errorf("three years have %d school days, which no school has", school)
			}
		})
	}
}

// TestNextWorkingAgreesWithTheAlmanac holds every quarter of an hour of three school years against
// the reference.
func TestNextWorkingAgreesWithTheAlmanac(t *testing.T) {
	first := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	for i, p := range plainSchools {
		t.Run(p.name, func(t *testing.T) {
			sc, days := plainSchool(t, i)
			from, to := 7*60+30, 16*60+30
			if p.work.To > 0 {
				from, to = int(p.work.From), int(p.work.To)
			}
			next := -1 // the next quarter in which the school works, in minutes since first; -1 is none
			for minute := (len(days) - 1) * 24 * 60; minute >= 0; minute -= 15 {
				day := days[minute/(24*60)]
				offset := day.offset
				if minute-day.midnight < 60 {
					offset = day.before
				}
				local := minute + offset
				clock, working := local%(24*60), false
				if clock >= from && clock < to && days[local/(24*60)].school {
					next, working = minute, true
				}
				now := first.Add(time.Duration(minute) * time.Minute)
				if got := sc.Working(now); got != working {
					t.Fatalf("Working(%s) = %v, want %v", now, got, working)
				}
				got, ok := sc.NextWorking(now)
				if next < 0 {
					if ok {
						t.Fatalf("NextWorking(%s) = %s, want none", now, got)
					}
					continue
				}
				if want := first.Add(time.Duration(next) * time.Minute); !ok || !got.Equal(want) {
					t.Fatalf("NextWorking(%s) = %s, %v, want %s", now, got, ok, want)
				}
			}
			if next < 0 {
				t.Error("the school never works")
			}
		})
	}
}

func BenchmarkSchoolDays(b *testing.B) {
	sc, _ := plainSchool(b, 0)
	school, summer := rfcTime(b, "2027-05-11T08:00:00Z"), rfcTime(b, "2027-06-11T15:00:00Z")
	for _, bb := range []struct {
		name string
		run  func() bool
	}{
		{"Working", func() bool { return sc.Working(school) }},
		{"NextWorking/now", func() bool { _, ok := sc.NextWorking(school); return ok }},
		{"NextWorking/over the summer", func() bool { at, _ := sc.NextWorking(summer); return at.Month() == time.August }},
		{"IsSchoolDay", func() bool { return sc.IsSchoolDay("2027-05-11") }},
		{"AddSchoolDays/20 over Christmas", func() bool { d, _ := sc.AddSchoolDays("2026-12-16", 20); return d > "2027" }},
		{"SchoolDaysBetween/a year", func() bool { return sc.SchoolDaysBetween("2026-08-16", "2027-06-11") > 150 }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !bb.run() {
					b.Fatal("the answer is wrong")
				}
			}
		})
	}
}
