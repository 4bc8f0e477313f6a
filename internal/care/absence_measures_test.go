package care_test

import (
	"fmt"
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestUnreportedLessonsAreThoseOfTheNewestDay(t *testing.T) {
	tests := []struct {
		name, days string
		newest     care.Date
		want       string
	}{
		{"all of the day", "2026-09-07 P U", "2026-09-08", "5"},
		{"two lessons", "2026-09-07 P u2", "2026-09-08", "2"},
		{"with a valid reason", "2026-09-07 P S", "2026-09-08", "0"},
		{"the day before", "2026-09-07 U P", "2026-09-08", "0"},
		{"no row on the newest day", "2026-09-07 U", "2026-09-08", "0"},
		{"not reported yet", "2026-09-07 U ?", "2026-09-08", "0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			school := alenYears(t)
			in := care.Standing{School: school, Newest: tt.newest, Today: tt.newest, Days: daysOf(t, school, tt.days)}
			if got := figure(in, care.UnreportedLessons, care.Window{}); got != tt.want {
				t.Errorf("unreported_lessons = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDaysInRow(t *testing.T) {
	swedish, norwegian := alenYears(t), fjordvikYear(t)
	tests := []struct {
		name   string
		school care.School
		days   string
		newest care.Date
		want   string
	}{
		{"three", swedish, "2026-09-07 P S U S", "2026-09-10", "3"},
		{"none", swedish, "2026-09-07 S S P", "2026-09-09", "0"},
		// Thursday, Friday, Monday.
		{"over a weekend", swedish, "2026-09-10 S S S", "2026-09-14", "3"},
		// 22, 23 Oct and 2 Nov: höstlov is from 26 to 30 Oct.
		{"over a break", swedish, "2026-10-22 S S S", "2026-11-02", "3"},
		// 17, 18 Dec and 11 Jan.
		{"over Christmas", swedish, "2026-12-17 S S S", "2027-01-11", "3"},
		// 14 and 18 May: the 17th is a holiday.
		{"over a holiday", norwegian, "2027-05-14 S S", "2027-05-18", "2"},
		{"a lesson attended breaks it", swedish, "2026-09-07 S S s4 S", "2026-09-10", "1"},
		{"an unreported day neither counts nor breaks it", swedish, "2026-09-07 S S ? S", "2026-09-10", "3"},
		{"an unreported newest day does not break it", swedish, "2026-09-07 S S S ?", "2026-09-10", "3"},
		{"a day without a row was attended", swedish, "2026-09-07 S S . S", "2026-09-10", "1"},
		{"nor is there a row on the newest day", swedish, "2026-09-07 S S S", "2026-09-10", "0"},
		// A figure of Saturday: no school day lies between.
		{"the newest day has no school", swedish, "2026-09-10 S S", "2026-09-12", "2"},
		{"no days", swedish, "", "2026-09-10", "0"},
		// 10, 11 June of the year before do not count: 16, 17 August of the next.
		{"begins with the school year", swedish, "2027-06-10 S S\n2027-08-16 S S", "2027-08-17", "2"},
		// 7 Sep to 18 Sep.
		{"two weeks", swedish, "2026-09-07 S S S S S U U U U U", "2026-09-18", "10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: tt.school, Newest: tt.newest, Today: tt.newest, Days: daysOf(t, tt.school, tt.days)}
			if got := figure(in, care.DaysInRow, care.Window{}); got != tt.want {
				t.Errorf("days_in_row = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSubjectLimit(t *testing.T) {
	ma := func(limit int) care.Lessons { return care.Lessons{Subject: "ma", Limit: limit, Year: 6000} }
	en := func(limit int) care.Lessons { return care.Lessons{Subject: "en", Limit: limit, Year: 3000} }
	type days map[care.Date][]care.Lessons
	tests := []struct {
		name   string
		newest care.Date
		days   days
		want   string
	}{
		// 300 of 6000.
		{"one subject", "2026-10-02", days{"2026-09-01": {ma(150)}, "2026-09-02": {ma(150)}}, "5 ma"},
		// ma 300 of 6000 = 5 %, en 210 of 3000 = 7 %.
		{"the worst is named", "2026-10-02", days{"2026-09-01": {ma(150), en(105)}, "2026-09-02": {ma(150), en(105)}}, "7 en"},
		// Both are 5 %.
		{"of two alike the first by name", "2026-10-02", days{"2026-09-01": {ma(150), en(75)}, "2026-09-02": {ma(150), en(75)}}, "5 en"},
		// 180 of 6000 with all of the year's: 3 %.
		{"days that count against nothing", "2026-10-02", days{"2026-09-01": {ma(90)}, "2026-09-02": {ma(0)}, "2026-09-03": {ma(90)}}, "3 ma"},
		{"one day alone", "2026-10-02", days{"2026-09-01": {ma(600)}}, "-"},
		{"before ten days of the year", "2026-08-27", days{"2026-08-18": {ma(300)}, "2026-08-19": {ma(300)}}, "-"},
		// 28 Aug is the tenth; 600 of 6000.
		{"after ten days of the year", "2026-08-28", days{"2026-08-18": {ma(300)}, "2026-08-19": {ma(300)}}, "10 ma"},
		{"a subject without its yearly minutes", "2026-10-02", days{
			"2026-09-01": {{Subject: "no", Limit: 60}}, "2026-09-02": {{Subject: "no", Limit: 60}}}, "-"},
		// 300 of 7500: the newest says how many there are.
		{"the yearly minutes change", "2026-10-02", days{"2026-09-01": {ma(150)}, "2026-09-02": {{Subject: "ma", Limit: 150, Year: 7500}}}, "4 ma"},
		{"not reported", "2026-10-02", days{
			"2026-09-01": {{Subject: "ma", Limit: 300, Year: 6000, Unreported: true}}, "2026-09-02": {ma(300)}}, "-"},
		{"no subject", "2026-10-02", days{"2026-09-01": {{Limit: 300, Year: 6000}}, "2026-09-02": {{Limit: 300, Year: 6000}}}, "-"},
		// The year before does not count: 120 + 120 of 6000.
		{"the school year alone", "2027-10-01", days{"2027-06-10": {ma(600)}, "2027-09-01": {ma(120)}, "2027-09-02": {ma(120)}}, "4 ma"},
		// 150 + 150 of 6000 over Christmas.
		{"both terms", "2027-01-29", days{"2026-09-01": {ma(150)}, "2027-01-12": {ma(150)}}, "5 ma"},
		{"after the newest day", "2026-10-02", days{"2026-09-01": {ma(150)}, "2026-10-05": {ma(150)}}, "-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: alenYears(t), Newest: tt.newest, Today: tt.newest}
			for d, lessons := range tt.days {
				in.Days = append(in.Days, care.AbsenceDay{Date: d, Lessons: lessons})
			}
			if got := figure(in, care.SubjectLimit, care.Window{}); got != tt.want {
				t.Errorf("subject_limit_pct = %s, want %s", got, tt.want)
			}
		})
	}
}

// TestFiguresLeaveOutKnownAndWrongDays takes days out of the autumn's weeks.
func TestFiguresLeaveOutKnownAndWrongDays(t *testing.T) {
	term, twenty := care.Window{Span: care.SpanTerm}, care.Window{Days: 20}
	tests := []struct {
		name    string
		change  care.Case
		measure care.Measure
		window  care.Window
		want    string
	}{
		// Five whole days less 7 and 8 Sep.
		{"whole days, two known", care.Case{Known: []care.Period{{From: "2026-09-07", To: "2026-09-08"}}}, care.WholeDays, term, "3"},
		// Less 29 Sep.
		{"whole days, one wrong", care.Case{Wrong: []care.Date{"2026-09-29"}}, care.WholeDays, term, "4"},
		{"whole days, known and wrong", care.Case{Known: []care.Period{{From: "2026-09-07", To: "2026-09-08"}}, Wrong: []care.Date{"2026-09-29"}}, care.WholeDays, term, "2"},
		// Seven less the one of 7 and 8 Sep.
		{"occasions, one known", care.Case{Known: []care.Period{{From: "2026-09-07", To: "2026-09-08"}}}, care.Occasions, term, "6"},
		// 9 and 10 Sep are attended, but left out: 7 Sep to 11 Sep is one unbroken run.
		{"occasions over days left out", care.Case{Wrong: []care.Date{"2026-09-09", "2026-09-10"}}, care.Occasions, term, "6"},
		// 12 less 5 on 29 Sep.
		{"invalid lessons", care.Case{Wrong: []care.Date{"2026-09-29"}}, care.InvalidLessons, term, "7"},
		// 1320 less 600 = 720 of 18 × 300 = 5400: 13.333…
		{"percent of what is left", care.Case{Known: []care.Period{{From: "2026-09-07", To: "2026-09-08"}}}, care.TotalPercent, twenty, "13.333333333333334"},
		// 1320 less 300 = 1020 of 19 × 300 = 5700.
		{"percent without a wrong day", care.Case{Wrong: []care.Date{"2026-09-29"}}, care.TotalPercent, twenty, "17.894736842105264"},
		// Of the known days 7, 8, 11 and 21 Sep have absence: s1 60 + U 300 = 360 of 16 × 300 = 4800.
		{"percent, the attended days of known ones", care.Case{Known: []care.Period{{From: "2026-09-01", To: "2026-09-21"}}}, care.TotalPercent, twenty, "7.5"},
		// Nine days are left: 21 Sep to 1 Oct.
		{"percent of too little", care.Case{Wrong: []care.Date{"2026-09-07", "2026-09-08", "2026-09-09", "2026-09-10", "2026-09-11", "2026-09-14",
			"2026-09-15", "2026-09-16", "2026-09-17", "2026-09-18", "2026-10-02"}}, care.TotalPercent, twenty, "-"},
		// 2 less that of 30 Sep.
		{"late", care.Case{Wrong: []care.Date{"2026-09-30"}}, care.LateArrivals, term, "1"},
	}
	school := alenYears(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: school, Newest: "2026-10-02", Today: "2026-10-02", Days: daysOf(t, school, autumnWeeks), Case: &tt.change}
			if got := figure(in, tt.measure, tt.window); got != tt.want {
				t.Errorf("%s = %s, want %s", tt.measure, got, tt.want)
			}
		})
	}
}

func TestFiguresOfALadder(t *testing.T) {
	school := alenYears(t)
	in := care.Standing{School: school, Newest: "2026-10-02", Today: "2026-10-05", Days: daysOf(t, school, autumnWeeks)}
	var got []string
	for _, f := range care.BuiltInLadders()["se-grund"].Figures(in) {
		got = append(got, fmt.Sprintf("%d %s %v of %v, %s to %s", f.Step, f.Measure, f.Value, f.AtLeast, f.From, f.To))
	}
	want := []string{
		"0 unreported_lessons 0 of 1, 2026-10-02 to 2026-10-02",
		"1 invalid_lessons 11 of 1, 2026-09-07 to 2026-10-02",
		"1 total_pct 22 of 10, 2026-09-07 to 2026-10-02",
		"1 occasions 7 of 5, 2026-08-17 to 2026-10-02",
		"1 days_in_row 0 of 10, 2026-10-02 to 2026-10-02",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("Figures() =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := care.BuiltInLadders()["se-grund"].Figures(care.Standing{School: school, Today: "2026-10-05"}); got != nil {
		t.Errorf("Figures() of a school that has reported nothing = %+v, want none", got)
	}
}
