package care_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// randomDays is a student's days up to the newest, some of them without a row, with odd rows in between.
func randomDays(rng *rand.Rand, school care.School, newest care.Date) []care.AbsenceDay {
	var days []care.AbsenceDay
	for d := school.Years[0].From; d <= newest; d = d.AddDays(1) {
		if rng.IntN(7) == 0 {
			continue
		}
		day := care.AbsenceDay{Date: d}
		for range 1 + rng.IntN(3) {
			l := care.Lessons{Subject: []string{"", "ma", "en"}[rng.IntN(3)], Unreported: rng.IntN(9) == 0, Late: rng.IntN(3) / 2, Year: 3000 * rng.IntN(3)}
			if rng.IntN(4) > 0 {
				l.Scheduled = 60 * (1 + rng.IntN(5))
			}
			if rng.IntN(4) > 0 {
				l.Total = 1 + rng.IntN(5)
			}
			if rng.IntN(4) == 0 {
				l.Valid, l.Invalid, l.Limit = rng.IntN(100), rng.IntN(100), rng.IntN(60)
				l.Absent = rng.IntN(l.Total + 1)
				l.Without = rng.IntN(l.Absent + 1)
			}
			day.Lessons = append(day.Lessons, l)
		}
		days = append(days, day)
	}
	return days
}

// TestMoreAbsenceLowersNoFigure adds absence to a day of a random year. Figures of single lessons and of
// occasions are not among those that only grow: a lesson more can make the day a whole one, and a day more
// can join two occasions into one.
func TestMoreAbsenceLowersNoFigure(t *testing.T) {
	grow := []care.Measure{
		care.UnreportedLessons, care.InvalidLessons, care.InvalidMinutes, care.TotalPercent, care.WholeDays,
		care.DaysInRow, care.LateArrivals, care.SubjectLimit,
	}
	school := alenYears(t)
	rng := rand.New(rand.NewPCG(5, 8))
	for range 300 {
		newest := school.Years[0].From.AddDays(rng.IntN(200))
		in := care.Standing{School: school, Newest: newest, Today: newest, Days: randomDays(rng, school, newest)}
		if len(in.Days) == 0 {
			continue
		}
		more := in
		more.Days = slices.Clone(in.Days)
		i := rng.IntN(len(in.Days))
		lessons := slices.Clone(in.Days[i].Lessons)
		l := &lessons[rng.IntN(len(lessons))]
		l.Valid, l.Invalid, l.Limit, l.Late = l.Valid+rng.IntN(60), l.Invalid+rng.IntN(60), l.Limit+rng.IntN(60), l.Late+1
		if l.Absent < l.Total {
			l.Absent, l.Without = l.Absent+1, l.Without+1
		}
		more.Days[i].Lessons = lessons
		for _, m := range grow {
			for _, w := range figureWindows {
				before, after := value(in, m, w), value(more, m, w)
				if after < before {
					t.Errorf("%s over %+v fell from %v to %v when %s got more absence: %+v, then %+v", m, w, before, after,
						in.Days[i].Date, in.Days[i].Lessons, lessons)
				}
			}
		}
	}
}

// value is a figure, or -1 when it cannot be told.
func value(in care.Standing, m care.Measure, w care.Window) float64 {
	l := care.Ladder{Steps: []care.Step{{N: 1, When: []care.Trigger{{Measure: m, AtLeast: 1, Window: w}}}}}
	facts := l.Figures(in)
	if len(facts) == 0 {
		return -1
	}
	return facts[0].Value
}

// FuzzAssess asks for the figures and the verdict of whatever a school may have: a byte is a day, most of them
// school days, and the case is on any step in any state.
func FuzzAssess(f *testing.F) {
	f.Add("PPSSUuL?.", 3, 0, uint8(0))
	f.Add(strings.Repeat("SPPPP", 20), 0, 1, uint8(1))
	f.Add("UUUUUUUUUUUUUUUUUUUUUUUUUUUUUU", 12, 2, uint8(2))
	f.Add("P", 400, -1, uint8(3))
	ladders := care.BuiltInLadders()
	school := alenYears(f)
	f.Fuzz(func(t *testing.T, text string, gap, step int, how uint8) {
		in := care.Standing{School: school}
		d := care.Date("2026-08-10")
		for _, word := range text[:min(len(text), 400)] {
			d = d.AddDays(1)
			if strings.ContainsRune("PSUL?", word) {
				in.Days = append(in.Days, care.AbsenceDay{Date: d, Lessons: []care.Lessons{lessonsOf(t, string(word))}})
			}
			in.Newest = d
		}
		in.Today = d.AddDays(gap % 1000)
		if how%2 == 1 {
			in.Case = &care.Case{Step: step, State: []care.CaseState{care.CaseOpen, care.CaseWaiting, care.CaseClosed, ""}[how/2%4],
				Day0: d.AddDays(-int(how % 40)), Due: d, Next: d, Known: []care.Period{{From: d.AddDays(-3), To: d}}}
			for _, act := range []care.Act{"", care.ActKnown, care.ActWrong, care.ActTalked}[how/8%4:] {
				in.Case.Entries = append(in.Case.Entries, care.CaseEntry{What: care.CaseActed, Act: act, At: d.At(9, 0, school.Zone)})
			}
		}
		for id, l := range ladders {
			for _, fact := range l.Figures(in) {
				if fact.Value < 0 {
					t.Errorf("%s: figure %+v", id, fact)
				}
			}
			v := l.Assess(in)
			switch v.Move {
			case care.MoveNone:
				continue
			case care.MoveOpen:
				if v.Step > 1 || len(v.Facts) == 0 {
					t.Errorf("%s: opens with %+v", id, v)
				}
			case care.MoveRise:
				if v.Step != step+1 {
					t.Errorf("%s: rises from %d with %+v", id, step, v)
				}
			}
			if v.Move != care.MoveRetract && !school.IsSchoolDay(v.Due) {
				t.Errorf("%s: the due day of %+v is no school day", id, v)
			}
		}
	})
}

// BenchmarkAssess assesses a student with a year of days, once a day's figures are in.
func BenchmarkAssess(b *testing.B) {
	school := alenYears(b)
	var words strings.Builder
	for i := range 178 {
		words.WriteString([]string{" P", " P", " P", " P", " P", " P", " S", " u1", " L", " P"}[i%10])
	}
	days := daysOf(b, school, string(school.Years[0].From)+words.String())
	newest := days[len(days)-1].Date
	in := care.Standing{School: school, Days: days, Newest: newest, Today: newest}
	for id, l := range care.BuiltInLadders() {
		b.Run(id, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Assess(in)
			}
		})
	}
}
