package care_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// A caseStory is a student's autumn, assessed each school day with that day's figures. Acts are done after it.
type caseStory struct {
	name   string
	school care.School
	ladder string
	from   care.Date // whose week is the first shown
	absent string    // see daysOf; all other days of the year so far are attended
	acts   map[care.Date]string
	want   string // a line a week, see token
	moves  string // or a line a move: the day, what, the step, why, the due day
}

// token shows a day: "-" no case, its step, "w" waiting, "c" closed, "!" the principal is asked to act or is told that nobody did.
func token(l care.Ladder, school care.School, c *care.Case, today care.Date) string {
	if c == nil {
		return "-"
	}
	i := slices.IndexFunc(l.Steps, func(st care.Step) bool { return st.N == c.Step })
	st := l.Steps[i]
	text := string(rune('0' + c.Step))
	switch c.State {
	case care.CaseWaiting:
		return text + "w"
	case care.CaseClosed:
		return text + "c"
	}
	told := care.Date("9999-12-31")
	if esc := st.Escalate; esc.After != nil && esc.To == care.Principal {
		told, _ = school.AddSchoolDays(c.Due, *esc.After)
	} else if esc.After != nil && esc.To == care.EHT {
		told, _ = school.AddSchoolDays(c.Due, 2**esc.After)
	}
	if slices.Contains(st.Acts, care.Principal) || told <= today {
		text += "!"
	}
	return text
}

// apply does to a case what a verdict says.
func apply(l care.Ladder, school care.School, c *care.Case, v care.Verdict, today care.Date) *care.Case {
	what := map[care.Move]care.CaseWhat{
		care.MoveOpen: care.CaseOpened, care.MoveRise: care.CaseRose, care.MoveLower: care.CaseLowered,
		care.MoveRetract: care.CaseRetracted, care.MoveReopen: care.CaseReopened,
	}[v.Move]
	switch v.Move {
	case care.MoveNone:
		return c
	case care.MoveOpen:
		c = &care.Case{Ladder: l.ID}
	case care.MoveRetract:
		c.State = care.CaseClosed
	}
	if v.Move != care.MoveRetract {
		c.State, c.Step, c.Why, c.Due, c.Next = care.CaseOpen, v.Step, v.Facts, v.Due, v.Due
		c.Day0, _ = school.SchoolDayFrom(today)
	}
	c.Entries = append(c.Entries, care.CaseEntry{What: what, Step: v.Step, At: today.At(17, 0, school.Zone)})
	return c
}

// act does what a person does to a case: an act, or "correct", an import that says that wrong days were attended.
func act(t *testing.T, l care.Ladder, school care.School, c *care.Case, name string, today care.Date, days []care.AbsenceDay) {
	t.Helper()
	plus := func(d care.Date, n int) care.Date { d, _ = school.AddSchoolDays(d, n); return d }
	act, _, _ := strings.Cut(name, " ")
	switch care.Act(act) {
	case care.ActTalked, care.ActHome, care.ActBack:
		i := slices.IndexFunc(l.Steps, func(st care.Step) bool { return st.N == c.Step })
		rest := l.Steps[i].FollowUp
		if rest == 0 {
			rest = 10
		}
		c.State, c.Next = care.CaseWaiting, plus(today, rest)
	case care.ActNeedsEHT:
		c.State, c.Next, c.Queued = care.CaseWaiting, "", true
	case care.ActNotReached:
	case care.ActKnown:
		days := strings.Fields(name)
		c.State, c.Known = care.CaseClosed, append(c.Known, care.Period{From: care.Date(days[1]), To: care.Date(days[2])})
	case care.ActWrong:
		c.State, c.Next, c.Wrong = care.CaseWaiting, plus(today, 10), append(c.Wrong, care.Date(strings.Fields(name)[1]))
	case care.ActClose:
		c.State = care.CaseClosed
	case "correct":
		for i := range days {
			if slices.Contains(c.Wrong, days[i].Date) {
				days[i].Lessons = []care.Lessons{lessonsOf(t, "P")}
			}
		}
		c.Wrong = nil
		return
	default:
		t.Fatalf("nobody can %q", name)
	}
	c.Entries = append(c.Entries, care.CaseEntry{What: care.CaseActed, Act: care.Act(act), Step: c.Step, At: today.At(18, 0, school.Zone)})
}

func (s caseStory) tell(t *testing.T) (weeks, moves string) {
	l := care.BuiltInLadders()[s.ladder]
	absent := map[care.Date]care.AbsenceDay{}
	last := s.from
	for _, d := range daysOf(t, s.school, s.absent) {
		absent[d.Date] = d
		last = max(last, d.Date)
	}
	for d := range s.acts {
		last = max(last, d)
	}
	var days []care.AbsenceDay
	var c *care.Case
	var told, moved strings.Builder
	for d, ok := s.school.SchoolDayFrom(s.school.Years[0].From); ok && d <= last; d, ok = s.school.AddSchoolDays(d, 1) {
		day, away := absent[d]
		if !away {
			day = care.AbsenceDay{Date: d, Lessons: []care.Lessons{lessonsOf(t, "P")}}
		}
		if s.ladder == "no-vgs" {
			day.Lessons = inSubjects(day.Lessons[0])
		}
		days = append(days, day)
		v := l.Assess(care.Standing{School: s.school, Days: days, Newest: d, Today: d, Case: c})
		if v.Move != care.MoveNone {
			fmt.Fprintf(&moved, "%s %s %d:%s, due %s\n", d, v.Move, v.Step, factsText(v.Facts), v.Due)
		}
		c = apply(l, s.school, c, v, d)
		if d >= s.from {
			if told.Len() > 0 && d.At(12, 0, time.UTC).Weekday() == time.Monday {
				told.WriteString("\n")
			}
			told.WriteString(" " + token(l, s.school, c, d))
		}
		if name, ok := s.acts[d]; ok {
			if c == nil {
				t.Fatalf("%s: there is no case to %s", d, name)
			}
			act(t, l, s.school, c, name, d, days)
		}
	}
	return told.String(), moved.String()
}

// inSubjects puts a day's first lesson, with the absence if there is any, in a subject with 100 lessons
// a year, and the other four in another.
func inSubjects(all care.Lessons) []care.Lessons {
	n := min(all.Absent, 1)
	first := care.Lessons{Subject: "ma", Unreported: all.Unreported, Scheduled: 60, Valid: 60 * n, Total: 1, Absent: n, Limit: 60 * n, Year: 6000}
	all.Subject, all.Scheduled, all.Total, all.Absent, all.Valid = "other", 240, 4, all.Absent-n, max(0, all.Valid-60*n)
	return []care.Lessons{first, all}
}

// factsText tells why, each fact as measure value/threshold, with the step if it is not the first's.
func factsText(facts []care.Fact) string {
	var text strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&text, " %s %.4g/%v", f.Measure, f.Value, f.AtLeast)
		if f.Step != facts[0].Step {
			fmt.Fprintf(&text, " (%d)", f.Step)
		}
	}
	return text.String()
}

// clean rids a story's lines of their indentation and comments.
func clean(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "//")
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, " "+strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}
