package care_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// lessonsOf reads a day with five lessons of an hour:
//
//	P present   S absent all day, valid   U absent all day, invalid   s2, u2 absent so many lessons, valid or invalid
//	L late once   ? nothing reported yet
func lessonsOf(t testing.TB, word string) care.Lessons {
	t.Helper()
	l := care.Lessons{Scheduled: 300, Total: 5}
	n := 5
	if len(word) > 1 {
		var err error
		if n, err = strconv.Atoi(word[1:]); err != nil || n > 5 {
			t.Fatalf("%q is no day", word)
		}
	}
	switch word[0] {
	case 'P':
	case 'S', 's':
		l.Valid, l.Absent = 60*n, n
	case 'U', 'u':
		l.Invalid, l.Absent, l.Without = 60*n, n, n
	case 'L':
		l.Late = 1
	case '?':
		l.Unreported = true
	default:
		t.Fatalf("%q is no day", word)
	}
	return l
}

// daysOf reads lines of a date and words, one for each school day from that date on; "." is a day without a row.
func daysOf(t testing.TB, school care.School, text string) []care.AbsenceDay {
	t.Helper()
	var days []care.AbsenceDay
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		d := care.Date(words[0])
		for i, word := range words[1:] {
			if i > 0 {
				d, _ = school.AddSchoolDays(d, 1)
			}
			if !school.IsSchoolDay(d) {
				t.Fatalf("%s is no school day", d)
			}
			if word != "." {
				days = append(days, care.AbsenceDay{Date: d, Lessons: []care.Lessons{lessonsOf(t, word)}})
			}
		}
	}
	return days
}

// figure is the one figure of a trigger, as text; "-" when it cannot be told.
func figure(in care.Standing, m care.Measure, w care.Window) string {
	l := care.Ladder{Steps: []care.Step{{N: 1, When: []care.Trigger{{Measure: m, AtLeast: 1, Window: w}}}}}
	facts := l.Figures(in)
	if len(facts) == 0 {
		return "-"
	}
	text := strconv.FormatFloat(facts[0].Value, 'f', -1, 64)
	if facts[0].Subject != "" {
		text += " " + facts[0].Subject
	}
	return text
}

var figureWindows = []care.Window{{Days: 5}, {Days: 20}, {Span: care.SpanMonth}, {Span: care.SpanTerm}, {Span: care.SpanYear}}

// The weeks of a student, from which the windows below are worked out.
const (
	// Friday 2 October: 5 days are the last line, 20 days the last four, the month is its last two days, and
	// all of it lies in the term.
	autumnWeeks = `
		2026-08-17 S P P P P
		2026-08-24 P P u1 P P
		2026-08-31 P P P P P
		2026-09-07 S S P P U
		2026-09-14 P L P P P
		2026-09-21 u1 P P s1 P
		2026-09-28 P U L P P`
	// Friday 29 January: 5 days are the last line; 20 days the last four, since the break between has no
	// school; the month and the term are the last three.
	winterWeeks = `
		2026-11-30 U U P P P
		2026-12-14 P P P P S
		2027-01-11 S P P L P
		2027-01-18 P u2 P P P
		2027-01-25 P P S P P`
	// Thursday of the first week: every window is these four days.
	firstDays = `2026-08-17 S U L u1`
	// Friday 25 September: 5 days are the last line, the rest is in every other window.
	unreportedWeeks = `
		2026-09-14 S ? S P ?
		2026-09-21 ? U P P ?`
	// Friday 2 October, every Monday away and late on every other day.
	mondayWeeks = `
		2026-08-17 S L L L L
		2026-08-24 S L L L L
		2026-08-31 S L L L L
		2026-09-07 U L L L L
		2026-09-14 U L L L L
		2026-09-21 U L L L L
		2026-09-28 U L L L L`
)

func TestFiguresOfWindows(t *testing.T) {
	tests := []struct {
		name    string
		weeks   string
		newest  care.Date
		measure care.Measure
		want    [5]string // 5 days, 20 days, month, term, year
	}{
		// 28 Sep to 2 Oct: U. Four weeks: S S U, U. 1 and 2 Oct: nothing. All: S, S S U, U.
		{"whole days in autumn", autumnWeeks, "2026-10-02", care.WholeDays, [5]string{"1", "4", "0", "5", "5"}},
		// U is 5. Four weeks: U 5, u1 1, U 5. All: u1 1 more.
		{"invalid lessons in autumn", autumnWeeks, "2026-10-02", care.InvalidLessons, [5]string{"5", "11", "0", "12", "12"}},
		// 60 minutes for each of those lessons.
		{"invalid minutes in autumn", autumnWeeks, "2026-10-02", care.InvalidMinutes, [5]string{"300", "660", "0", "720", "720"}},
		// 5 days and 2 days are too few. Four weeks: S S U U 1200 + u1 60 + s1 60 = 1320 of 6000 = 22 %.
		// All: S 300 + u1 60 more = 1680 of 35 × 300 = 10500 = 16 %.
		{"percent in autumn", autumnWeeks, "2026-10-02", care.TotalPercent, [5]string{"-", "22", "-", "16", "16"}},
		// The last week: Tuesday. Four weeks: 7-8 Sep, 11 Sep, 21, 24, 29 Sep. All: 17 and 26 Aug more.
		{"occasions in autumn", autumnWeeks, "2026-10-02", care.Occasions, [5]string{"1", "5", "0", "7", "7"}},
		// The last week has a whole day alone. Four weeks: u1, s1. All: u1 more.
		{"single lessons in autumn", autumnWeeks, "2026-10-02", care.SingleLessons, [5]string{"0", "2", "0", "3", "3"}},
		// 30 Sep; 15 Sep more.
		{"late in autumn", autumnWeeks, "2026-10-02", care.LateArrivals, [5]string{"1", "2", "0", "2", "2"}},

		// 27 Jan. Four weeks: 18 Dec, 11 and 27 Jan. From January: two of them. Year: 30 Nov and 1 Dec more.
		{"whole days in winter", winterWeeks, "2027-01-29", care.WholeDays, [5]string{"1", "3", "2", "2", "5"}},
		// u2 on 19 Jan; the year has two U more.
		{"invalid lessons in winter", winterWeeks, "2027-01-29", care.InvalidLessons, [5]string{"0", "2", "2", "2", "12"}},
		// 60 minutes each.
		{"invalid minutes in winter", winterWeeks, "2027-01-29", care.InvalidMinutes, [5]string{"0", "120", "120", "120", "720"}},
		// Four weeks: 3 × 300 + 120 = 1020 of 6000 = 17 %. January: 2 × 300 + 120 = 720 of 15 × 300 = 4500 = 16 %.
		// Year, as far as it is reported: 1020 + 600 = 1620 of 25 × 300 = 7500 = 21.6 %.
		{"percent in winter", winterWeeks, "2027-01-29", care.TotalPercent, [5]string{"-", "17", "16", "16", "21.6"}},
		// Four weeks: 18 Dec to 11 Jan is one, over the break; 19 and 27 Jan. January: 11, 19, 27. Year: 30 Nov more.
		{"occasions in winter", winterWeeks, "2027-01-29", care.Occasions, [5]string{"1", "3", "3", "3", "4"}},
		// u2 on 19 Jan.
		{"single lessons in winter", winterWeeks, "2027-01-29", care.SingleLessons, [5]string{"0", "2", "2", "2", "2"}},
		// 14 Jan.
		{"late in winter", winterWeeks, "2027-01-29", care.LateArrivals, [5]string{"0", "1", "1", "1", "1"}},

		// Every window begins with the school year. S and U.
		{"whole days in the first week", firstDays, "2026-08-20", care.WholeDays, [5]string{"2", "2", "2", "2", "2"}},
		// U 5 and u1.
		{"invalid lessons in the first week", firstDays, "2026-08-20", care.InvalidLessons, [5]string{"6", "6", "6", "6", "6"}},
		// 6 × 60.
		{"invalid minutes in the first week", firstDays, "2026-08-20", care.InvalidMinutes, [5]string{"360", "360", "360", "360", "360"}},
		// Four days are too few.
		{"percent in the first week", firstDays, "2026-08-20", care.TotalPercent, [5]string{"-", "-", "-", "-", "-"}},
		// Monday and Tuesday; Thursday.
		{"occasions in the first week", firstDays, "2026-08-20", care.Occasions, [5]string{"2", "2", "2", "2", "2"}},
		// u1.
		{"single lessons in the first week", firstDays, "2026-08-20", care.SingleLessons, [5]string{"1", "1", "1", "1", "1"}},
		// L.
		{"late in the first week", firstDays, "2026-08-20", care.LateArrivals, [5]string{"1", "1", "1", "1", "1"}},

		// U; S and S more.
		{"whole days with unreported ones", unreportedWeeks, "2026-09-25", care.WholeDays, [5]string{"1", "3", "3", "3", "3"}},
		// U.
		{"invalid lessons with unreported ones", unreportedWeeks, "2026-09-25", care.InvalidLessons, [5]string{"5", "5", "5", "5", "5"}},
		// 5 × 60.
		{"invalid minutes with unreported ones", unreportedWeeks, "2026-09-25", care.InvalidMinutes, [5]string{"300", "300", "300", "300", "300"}},
		// Six days are reported, which is too few, though more than ten have gone.
		{"percent with unreported ones", unreportedWeeks, "2026-09-25", care.TotalPercent, [5]string{"-", "-", "-", "-", "-"}},
		// An unreported day does not break S ? S; U is another, after P.
		{"occasions with unreported ones", unreportedWeeks, "2026-09-25", care.Occasions, [5]string{"1", "2", "2", "2", "2"}},
		// None: all are whole days.
		{"single lessons with unreported ones", unreportedWeeks, "2026-09-25", care.SingleLessons, [5]string{"0", "0", "0", "0", "0"}},

		// One a week; the month begins on Thursday.
		{"whole days, every Monday", mondayWeeks, "2026-10-02", care.WholeDays, [5]string{"1", "4", "0", "7", "7"}},
		// The last four Mondays.
		{"invalid lessons, every Monday", mondayWeeks, "2026-10-02", care.InvalidLessons, [5]string{"5", "20", "0", "20", "20"}},
		// A day of five is 20 % of every week.
		{"percent, every Monday", mondayWeeks, "2026-10-02", care.TotalPercent, [5]string{"-", "20", "-", "20", "20"}},
		// Each Monday is one of its own.
		{"occasions, every Monday", mondayWeeks, "2026-10-02", care.Occasions, [5]string{"1", "4", "0", "7", "7"}},
		// Four a week; two in October.
		{"late on every other day", mondayWeeks, "2026-10-02", care.LateArrivals, [5]string{"4", "16", "2", "28", "28"}},
	}
	school := alenYears(t)
	for _, tt := range tests {
		in := care.Standing{School: school, Newest: tt.newest, Today: tt.newest, Days: daysOf(t, school, tt.weeks)}
		for i, w := range figureWindows {
			t.Run(fmt.Sprintf("%s/%d%s", tt.name, w.Days, w.Span), func(t *testing.T) {
				if got := figure(in, tt.measure, w); got != tt.want[i] {
					t.Errorf("%s over %+v = %s, want %s", tt.measure, w, got, tt.want[i])
				}
			})
		}
	}
}

// TestFiguresOfOneDay asks for a day's whole days, absent lessons of other days, and occasions.
func TestFiguresOfOneDay(t *testing.T) {
	tests := []struct {
		name    string
		lessons []care.Lessons
		want    string // days, single lessons, occasions
	}{
		{"every lesson absent", []care.Lessons{{Total: 5, Absent: 5}}, "1 0 1"},
		{"one lesson attended", []care.Lessons{{Total: 5, Absent: 4}}, "0 4 1"},
		{"every lesson attended", []care.Lessons{{Total: 5}}, "0 0 0"},
		{"a late arrival", []care.Lessons{{Total: 5, Late: 1}}, "0 0 0"},
		{"all minutes absent", []care.Lessons{{Scheduled: 300, Valid: 200, Invalid: 100}}, "1 0 1"},
		{"more minutes than there are", []care.Lessons{{Scheduled: 300, Valid: 310}}, "1 0 1"},
		{"some minutes absent", []care.Lessons{{Scheduled: 300, Valid: 299}}, "0 0 1"},
		{"minutes of nothing scheduled", []care.Lessons{{Valid: 60}}, "0 0 1"},
		{"lessons of an unknown number", []care.Lessons{{Absent: 2}}, "0 2 1"},
		{"lessons decide, not minutes", []care.Lessons{{Scheduled: 300, Valid: 300, Total: 5, Absent: 4}}, "0 4 1"},
		{"nothing reported", []care.Lessons{{Unreported: true, Total: 5, Absent: 5}}, "0 0 0"},
		{"what is reported is absent", []care.Lessons{{Subject: "ma", Total: 2, Absent: 2}, {Subject: "en", Unreported: true, Total: 3}}, "1 0 1"},
		{"every subject absent", []care.Lessons{{Subject: "ma", Total: 2, Absent: 2}, {Subject: "en", Total: 1, Absent: 1}}, "1 0 1"},
		{"one subject attended", []care.Lessons{{Subject: "ma", Total: 2, Absent: 2}, {Subject: "en", Total: 1}}, "0 2 1"},
		{"one subject attended by its minutes", []care.Lessons{{Subject: "ma", Total: 2, Absent: 2}, {Subject: "en", Scheduled: 60}}, "0 2 1"},
		{"subjects before the whole day", []care.Lessons{{Total: 5, Absent: 1}, {Subject: "ma", Total: 2, Absent: 2}}, "1 0 1"},
		{"subjects before the whole day, whatever its place", []care.Lessons{{Subject: "ma", Total: 2}, {Total: 5, Absent: 5}}, "0 0 0"},
		{"subjects that are not reported, too", []care.Lessons{{Total: 5, Absent: 5}, {Subject: "ma", Unreported: true}}, "0 0 0"},
		{"no lessons", nil, "0 0 0"},
	}
	year := care.Window{Span: care.SpanYear}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: alenYears(t), Newest: "2026-09-11", Today: "2026-09-14"}
			in.Days = []care.AbsenceDay{{Date: "2026-09-10", Lessons: tt.lessons}}
			got := figure(in, care.WholeDays, year) + " " + figure(in, care.SingleLessons, year) + " " + figure(in, care.Occasions, year)
			if got != tt.want {
				t.Errorf("figures of %+v = %s, want %s", tt.lessons, got, tt.want)
			}
		})
	}
}

func TestPercentIsOfMinutesThatAreReported(t *testing.T) {
	repeat := func(n int, l ...care.Lessons) [][]care.Lessons {
		var days [][]care.Lessons
		for range n {
			days = append(days, l)
		}
		return days
	}
	tests := []struct {
		name string
		days [][]care.Lessons // from 17 August
		want string
	}{
		{"counts without minutes", repeat(20, care.Lessons{Total: 5, Absent: 1}), "-"},
		// 10 × 60 of 10 × 300.
		{"ten days", repeat(10, care.Lessons{Scheduled: 300, Valid: 60}), "20"},
		{"nine days", repeat(9, care.Lessons{Scheduled: 300, Valid: 60}), "-"},
		{"ten days, one of them away", append(repeat(9, care.Lessons{Scheduled: 300}), repeat(1, care.Lessons{Scheduled: 300, Valid: 300})...), "-"},
		// 2 × 300 of 10 × 300.
		{"ten days, two of them away", append(repeat(8, care.Lessons{Scheduled: 300}), repeat(2, care.Lessons{Scheduled: 300, Invalid: 300})...), "20"},
		{"ten days, one not reported", append(repeat(9, care.Lessons{Scheduled: 300, Valid: 60}), repeat(1, care.Lessons{Scheduled: 300, Unreported: true})...), "-"},
		// The lesson that is not reported is in neither: 10 × 60 of 10 × 240.
		{"a subject not reported", repeat(10, care.Lessons{Subject: "ma", Scheduled: 240, Valid: 60}, care.Lessons{Subject: "en", Scheduled: 60, Unreported: true}), "25"},
		// 10 × (30 + 60) of 10 × 300.
		{"valid and invalid of all subjects", repeat(10, care.Lessons{Subject: "ma", Scheduled: 100, Valid: 30}, care.Lessons{Subject: "en", Scheduled: 200, Invalid: 60}), "30"},
		// More than was scheduled is all of it.
		{"more than there is", repeat(10, care.Lessons{Scheduled: 300, Valid: 400}), "100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: alenYears(t), Today: "2026-09-18"}
			d := care.Date("2026-08-17")
			for _, lessons := range tt.days {
				in.Newest = d
				in.Days = append(in.Days, care.AbsenceDay{Date: d, Lessons: lessons})
				d, _ = in.School.AddSchoolDays(d, 1)
			}
			if got := figure(in, care.TotalPercent, care.Window{Span: care.SpanYear}); got != tt.want {
				t.Errorf("total_pct = %s, want %s", got, tt.want)
			}
		})
	}
}

// Rows of days with absence alone say nothing of the days that were attended.
func TestPercentOfAbsenceAlone(t *testing.T) {
	l := func(scheduled, valid int) care.Lessons { return care.Lessons{Scheduled: scheduled, Valid: valid} }
	for _, tt := range []struct {
		name     string
		every    int // a row on each so many-th of 40 school days
		lessons  care.Lessons
		attended int // rows of attended days besides
		want     string
	}{
		// 20 × 60 of 40 × 300.
		{"every other day", 2, l(300, 60), 0, "10"},
		{"every other day, and a few were corrected", 2, l(300, 60), 4, "10"},
		{"every day", 1, l(300, 60), 0, "20"},
		// 20 × 60 of 25 × 300: there are rows of all days.
		{"with rows of attended days", 2, l(300, 60), 5, "16"},
		// 10 × 60 of 40 × 480: a row of a longer time is a day of eight hours at most.
		{"rows that sum up longer times", 4, l(1200, 240), 0, "12.5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: alenYears(t)}
			attended := tt.attended
			for i, d := 1, care.Date("2026-08-17"); i <= 40; i++ {
				if i%tt.every == 0 {
					in.Days = append(in.Days, care.AbsenceDay{Date: d, Lessons: []care.Lessons{tt.lessons}})
				} else if attended > 0 {
					attended--
					in.Days = append(in.Days, care.AbsenceDay{Date: d, Lessons: []care.Lessons{l(tt.lessons.Scheduled, 0)}})
				}
				in.Newest, in.Today = d, d
				d, _ = in.School.AddSchoolDays(d, 1)
			}
			if got := figure(in, care.TotalPercent, care.Window{Span: care.SpanYear}); got != tt.want {
				t.Errorf("total_pct = %s, want %s", got, tt.want)
			}
		})
	}
}

// A student without lessons on Wednesdays is away from 14 September to 9 October.
func TestDaysWithoutLessonsBreakNoRun(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows func(d care.Date) bool // whether an attended day has a row
		free func(d care.Date) bool // whether a day has no lessons
		want string                 // days in a row, and occasions
	}{
		{"there are rows of all days", func(care.Date) bool { return true }, wednesday, "16 1"},
		// From one Thursday to the next Tuesday, and the days before and after.
		{"there are rows of absence alone", func(care.Date) bool { return false }, wednesday, "2 5"},
		{"one day was attended, and its row is missing", func(care.Date) bool { return true }, func(d care.Date) bool { return d == "2026-10-07" }, "2 2"},
		{"there are rows of weeks", func(d care.Date) bool { return weekday(d) == time.Monday }, func(d care.Date) bool { return weekday(d) != time.Monday }, "0 4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: alenYears(t), Newest: "2026-10-09", Today: "2026-10-09"}
			for d := care.Date("2026-08-17"); d <= in.Newest; d = d.AddDays(1) {
				word := "S"
				if d < "2026-09-14" {
					word = "P"
				}
				if in.School.IsSchoolDay(d) && !tt.free(d) && (word == "S" || tt.rows(d)) {
					in.Days = append(in.Days, care.AbsenceDay{Date: d, Lessons: []care.Lessons{lessonsOf(t, word)}})
				}
			}
			year := care.Window{Span: care.SpanYear}
			if got := figure(in, care.DaysInRow, year) + " " + figure(in, care.Occasions, year); got != tt.want {
				t.Errorf("days in a row and occasions = %s, want %s", got, tt.want)
			}
		})
	}
}

func weekday(d care.Date) time.Weekday { return d.At(12, 0, time.UTC).Weekday() }

func wednesday(d care.Date) bool { return weekday(d) == time.Wednesday }
