package main

import (
	"context"
	"fmt"
	"time"

	"lotsen/internal/care"
)

// demoWeeks is for how long before now the demo's schools have reported.
const demoWeeks = 7

// missed are lessons of a day of five, missed with and without a valid reason.
func missed(valid, invalid int) care.Lessons {
	return care.Lessons{Scheduled: 300, Valid: 60 * valid, Invalid: 60 * invalid, Total: 5, Absent: valid + invalid, Without: invalid}
}

// in is l in a subject of 140 hours a year, in which what was missed counts against the limit.
func in(subject string, l care.Lessons) care.Lessons {
	l.Subject, l.Limit, l.Year = subject, l.Valid+l.Invalid, 140*60
	return l
}

// demoAbsent is who has missed what: on each so many-th school day from one to another, both counted back
// from today: 1 is the last one before it. On all other days the demo's students were there.
var demoAbsent = []struct {
	student         care.Ref
	from, to, every int
	care.Lessons
}{
	{"8B-K3F", 24, 2, 2, missed(1, 1)},                // a little each other day
	{"8B-M2X", 2, 2, 1, missed(0, 1)},                 // one lesson
	{"8B-N4N", 30, 6, 5, missed(5, 0)},                // every week a day
	{"8B-R7T", 1, 1, 1, missed(0, 2)},                 // yesterday
	{"8B-W5D", 16, 12, 1, missed(5, 0)},               // a week of flu
	{"9A-B3G", 28, 1, 3, missed(0, 5)},                // every third day
	{"9B-C7R", 11, 1, 1, missed(5, 0)},                // ill for two weeks
	{"7A-G9H", 9, 3, 3, missed(0, 1)},                 // nobody is mentor of 7A
	{"1STA-C4D", 13, 3, 5, missed(5, 0)},              // a day a week
	{"1STA-F7G", 1, 1, 1, missed(0, 3)},               // yesterday
	{"1STB-P9Q", 25, 3, 2, in("Norsk", missed(0, 1))}, // much of one subject
	{"1STB-C3C", 26, 8, 2, in("Matematikk", missed(1, 1))},
}

// demoActs is what was done about it, so many school days ago, after that day's figures.
var demoActs = []struct {
	days    int
	who     string
	student care.Ref
	care.CaseForm
}{
	{22, "U0ANNA", "8B-K3F", care.CaseForm{Act: care.ActTalked, Note: "Kommer för sent upp. Vi provar väckning hemifrån."}},
	{24, "U0SAMIR", "9A-B3G", care.CaseForm{Act: care.ActNotReached}},
	{23, "U0SAMIR", "9A-B3G", care.CaseForm{Act: care.ActHome}},
	{12, "U0ANNA", "8B-W5D", care.CaseForm{Act: care.ActKnown}},
	{5, "U0ANNA", "8B-N4N", care.CaseForm{Act: care.ActHome, Note: "Huvudvärk på måndagar. Skolsköterskan tar kontakt."}},
	{2, "U0GURO", "1STA-C4D", care.CaseForm{Act: care.ActTalked}},
	{20, "U0SIGNE", "1STB-C3C", care.CaseForm{Act: care.ActTalked, Note: "Vil byte til praktisk matematikk."}},
	{1, "U0SIGNE", "1STB-P9Q", care.CaseForm{Act: care.ActNotReached}},
}

// demoAbsence has the demo's schools report the weeks before now day by day, and their people act on it.
// In a database in which that stands already it adds the days that have passed since, on which all were there.
func demoAbsence(ctx context.Context, sys *system, now time.Time) error {
	for id, school := range sys.care.Schools {
		newest, err := sys.records.Absence.Newest(ctx, id)
		if err != nil {
			return fmt.Errorf("look for the demo's absence: %w", err)
		}
		students, err := sys.records.Students.InSchool(ctx, id)
		if err != nil {
			return fmt.Errorf("list the demo's students: %w", err)
		}
		today := care.DateOf(now, school.Zone)
		first := today.AddDays(-7 * demoWeeks)
		if newest != "" {
			first = newest.AddDays(1)
		}
		for day := first; day < today; day = day.AddDays(1) {
			if !school.IsSchoolDay(day) {
				continue
			}
			at, ago := day.At(16, 0, school.Zone), 1+school.SchoolDaysBetween(day, today.AddDays(-1))
			if newest != "" {
				at, ago = now, 0
			}
			if err := sys.demoDay(ctx, school, students, day, ago, at); err != nil {
				return fmt.Errorf("report for the demo: %w", err)
			}
		}
	}
	return nil
}

// demoDay reports a day at a school, so many school days ago, and does what its people did then.
func (s *system) demoDay(ctx context.Context, school care.School, students []care.Student, day care.Date, ago int, at time.Time) error {
	var rows []care.AbsenceRow
	var refs []care.Ref
	for _, stu := range students {
		row := care.AbsenceRow{Ref: stu.Ref(), Date: day, Lessons: missed(0, 0)}
		for _, a := range demoAbsent {
			if a.student == stu.Ref() && a.to <= ago && ago <= a.from && (a.from-ago)%a.every == 0 {
				row.Lessons = a.Lessons
			}
		}
		rows, refs = append(rows, row), append(refs, stu.Ref())
	}
	if _, err := s.care.ImportAbsence(at, false).Store(ctx, rows); err != nil {
		return err
	}
	if _, err := s.care.AssessAbsence(ctx, refs, at); err != nil {
		return err
	}
	for i, act := range demoActs {
		if act.days != ago {
			continue
		}
		actor, err := s.demoActor(ctx, act.who, at)
		if err != nil {
			return err
		}
		cases, err := s.records.Cases.OfStudent(ctx, act.student)
		if err != nil {
			return err
		}
		if len(cases) == 0 || cases[0].School != school.ID || cases[0].State == care.CaseClosed {
			continue // the school year has just begun, perhaps
		}
		if _, err := s.care.ActOnCase(ctx, actor, cases[0].ID, act.CaseForm, fmt.Sprintf("demo-act-%d", i), at.Add(time.Hour)); err != nil {
			return err
		}
	}
	return nil
}
