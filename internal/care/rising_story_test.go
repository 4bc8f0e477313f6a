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

func TestCaseStories(t *testing.T) {
	swedish, norwegian := alenYears(t), fjordvikYear(t)
	tests := []caseStory{
		{
			name: "a week of flu, known", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-18"},
			want: `
				- - - - -
				- 1 1 1c 1c  // Tue: 2 of 20 days are 10 %; Wed: the mentor knows of it
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "a week of flu, talked about", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-16 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: nothing after the flu
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "a week of flu, and nobody acts", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-09 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- 1 1 1 1  // due on Fri 18th
				1 1 1 1 1  // the team is told on Wed
				1! 2 2 2 2  // the principal is told on Mon; then it rises by 5 of 20 days
				2 2 2 2 2`,
		},
		{
			name: "ten days of flu, known", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-16 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-25"},
			want: `
				- - - - -
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "ten days of flu, talked about", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: three days after the flu, and then more, and no absence
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "a leave of three weeks, known", school: swedish, ladder: "se-grund", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-09-28 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-10-02"},
			want: `
				- - - - -
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "one sick day in the first week", school: swedish, ladder: "se-grund", from: "2026-08-17",
			absent: `
				2026-08-18 S
				2026-09-04 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "every Monday away", school: swedish, ladder: "se-grund", from: "2026-08-17",
			absent: `
				2026-08-17 S
				2026-08-24 S
				2026-08-31 S
				2026-09-07 S
				2026-09-14 S
				2026-09-21 S
				2026-09-28 S
				2026-10-05 S`,
			acts: map[care.Date]string{"2026-08-31": "talked", "2026-09-15": "home"},
			want: `
				- - - - -
				- - - - 1  // Fri, the tenth day: 2 of 10
				1 1w 1w 1w 1w  // talked about on Mon
				1w 1w 1w 1w 1w
				2 2 2w 2w 2w  // Mon, the follow-up: 3 of 11 days after day 0
				2w 2w 2w 2w 2w
				2w 2w 2w 2w 2w  // Tue 29th, the follow-up: 2 of 11 days
				3!  // Mon: 3 of 15 days are 20 %`,
		},
		{
			name: "late every day", school: swedish, ladder: "se-grund", from: "2026-08-17",
			absent: `
				2026-08-17 L L L L L
				2026-08-24 L L L L L
				2026-08-31 L L L L L
				2026-09-07 L L L L L`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "wrongly registered, corrected", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 U
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-14": "wrong 2026-09-14", "2026-09-17": "correct"},
			want: `
				0 0w 0w 0w 0c  // corrected on Thu after the figures
				0c 0c 0c 0c 0c
				0c 0c 0c 0c 0c`,
		},
		{
			name: "wrongly registered, never corrected", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 U
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-14": "wrong 2026-09-14"},
			want: `
				0 0w 0w 0w 0w
				0w 0w 0w 0w 0w
				0 0 0 0 0  // ten school days on`,
		},
		{
			name: "lessons not reported", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 ? ? ? ? ?
				2026-09-21 ? ? ? ? ?`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -`,
		},
		{
			name: "skipped two lessons once, home told", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 u2
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-14": "home"},
			want: `
				0 0w 0w 0w 0w
				0w 0w 0w 0w 0w
				0w 0w 0w 0w 0w  // Mon, the follow-up: no more of it`,
		},
		{
			name: "skipped two lessons once, and nobody acts", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 u2
				2026-10-02 P`,
			acts: map[care.Date]string{},
			want: `
				0 0 1 1 1  // the admin is told on Tue; it rises by a lesson in 20 days
				1 1 1 1 1  // due on Mon 21st; the team is told on Thu
				1 1! 2 2 2  // the principal is told on Tue; it rises since step 1 is open ten days`,
		},
		{
			name: "flu, closed, and ill again", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 S S S S S
				2026-10-12 S S S S S`,
			acts: map[care.Date]string{"2026-09-16": "talked", "2026-09-21": "close"},
			want: `
				- 1 1 1w 1w
				1w 1c 1c 1c 1c  // closed on Mon
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1 1 1 1  // Tue: 2 of 16 days since`,
		},
		{
			name: "flu, known, and ill again after it", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 S S S S S
				2026-10-12 S S S S S`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-18"},
			want: `
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1 1 1 1  // Tue: 2 of 17 days, without the known ones`,
		},
		{
			name: "on the list of the team", school: swedish, ladder: "se-grund", from: "2026-09-14",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-09-28 S S S S S`,
			acts: map[care.Date]string{"2026-09-16": "needs_eht"},
			want: `
				- 1 1 1w 1w  // Wed: the team is asked, and it rests with them
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "a week of flu, known", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-02 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-18"},
			want: `
				- - - - -
				- 1 1 1c 1c  // Tue: 2 of 11 days of the month, which is step 2's; step 1 comes first
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "a week of flu, talked about", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: nothing after the flu
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "ten days of flu, talked about", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- 1 1 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "ten days of flu, known", school: norwegian, ladder: "no-grunnskole", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-09-21 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "known 2026-09-14 2026-09-25"},
			want: `
				- - - - -
				- 1 1 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c
				1c 1c 1c 1c 1c`,
		},
		{
			name: "one sick day in the first week", school: norwegian, ladder: "no-grunnskole", from: "2026-08-17",
			absent: `
				2026-08-18 S
				2026-09-04 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "late every day", school: norwegian, ladder: "no-grunnskole", from: "2026-08-17",
			absent: `
				2026-08-17 L L L L L
				2026-08-24 L L L L L
				2026-08-31 L L L L L
				2026-09-07 L L L L L`,
			acts: map[care.Date]string{"2026-08-20": "talked", "2026-09-03": "talked"},
			want: `
				- - 1 1 1w  // Wed: three times this month
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Thu, the follow-up, talked about again; no higher step is about coming late
				1w 1w 1w 1w 1w`,
		},
		{
			name: "every Monday away", school: norwegian, ladder: "no-grunnskole", from: "2026-08-17",
			absent: `
				2026-08-17 S
				2026-08-24 S
				2026-08-31 S
				2026-09-07 S
				2026-09-14 S
				2026-09-21 S
				2026-09-28 S`,
			acts: map[care.Date]string{"2026-08-31": "talked"},
			want: `
				- - - - -
				- - - - 1  // Fri, the tenth day: 2 of 10
				1 1w 1w 1w 1w
				1w 1w 1w 1w 1w
				2! 2! 2! 2! 2!  // Mon, the follow-up: 2 of the 10 days of the month
				2! 2! 2! 2! 2!
				2!`,
		},
		{
			name: "a week of flu, talked about", school: norwegian, ladder: "no-vgs", from: "2026-09-07",
			absent: `
				2026-09-14 S S S S S
				2026-10-23 P`,
			acts: map[care.Date]string{"2026-09-16": "talked"},
			want: `
				- - - - -
				- - 1 1w 1w  // Wed: three days this year
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w  // Wed, the follow-up: 6.25 % of the subject, and none since
				1w 1w 1w 1w 1w
				1w 1w 1w 1w 1w`,
		},
		{
			name: "one sick day in the first week", school: norwegian, ladder: "no-vgs", from: "2026-08-17",
			absent: `
				2026-08-18 S
				2026-09-04 P`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -`,
		},
		{
			name: "late every day", school: norwegian, ladder: "no-vgs", from: "2026-08-17",
			absent: `
				2026-08-17 L L L L L
				2026-08-24 L L L L L
				2026-08-31 L L L L L
				2026-09-07 L L L L L`,
			acts: map[care.Date]string{},
			want: `
				- - - - -
				- - - - -
				- - - - -
				- - - - -`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.ladder+"/"+tt.name, func(t *testing.T) {
			if got, _ := tt.tell(t); clean(tt.want) != got {
				t.Errorf("the weeks are\n%s\nwant\n%s", got, clean(tt.want))
			}
		})
	}
}

// TestLaddersAreWalkedToTheirEnd lets a student's absence grow although everything is done about it in time.
func TestLaddersAreWalkedToTheirEnd(t *testing.T) {
	swedish, norwegian := alenYears(t), fjordvikYear(t)
	tests := []caseStory{
		{
			school: swedish, ladder: "se-grund",
			absent: `
				2026-09-07 u1
				2026-09-14 S s3
				2026-09-28 S s4
				2026-10-12 S S s2
				2026-11-09 S S S S S S S S`,
			acts: map[care.Date]string{"2026-09-07": "home", "2026-09-22": "talked", "2026-10-07": "talked", "2026-10-22": "talked", "2026-11-19": "talked"},
			moves: `
				2026-09-07 open 0: unreported_lessons 1/1 invalid_lessons 1/1 (1), due 2026-09-07
				2026-09-21 rise 1: total_pct 16/10 total_pct 16/15 (2), due 2026-09-22  // 480 of 10 × 300
				2026-10-06 rise 2: total_pct 16.36/15, due 2026-10-20                   // 540 of 11 × 300
				2026-10-21 rise 3: total_pct 21.82/20, due 2026-11-18                   // 720 of 11 × 300
				2026-11-19 rise 4: total_pct 50/50, due 2026-12-03                      // 8 of 16 days, without the break`,
		},
		{
			school: swedish, ladder: "se-gy",
			absent: `
				2026-09-07 u4
				2026-09-14 S u2 P U
				2026-10-05 S s4
				2026-10-12 P P S s3 S
				2026-11-09 S S S S S S S S`,
			acts: map[care.Date]string{"2026-09-07": "home", "2026-09-22": "talked", "2026-10-07": "talked", "2026-10-22": "talked", "2026-11-19": "talked"},
			moves: `
				2026-09-07 open 0: unreported_lessons 4/1 invalid_min 240/240 (1), due 2026-09-07
				2026-09-21 rise 1: invalid_min 420/240 total_pct 24/10 total_pct 24/15 (2) total_pct 24/20 (3), due 2026-09-22  // 720 of 10 × 300
				2026-10-06 rise 2: total_pct 16.36/15, due 2026-10-20                                                           // 540 of 11 × 300
				2026-10-21 rise 3: total_pct 23.64/20, due 2026-11-18                                                           // 780 of 11 × 300
				2026-11-17 rise 4: total_pct 50/50, due 2026-11-24                                                              // 7 of 14 days`,
		},
		{
			school: norwegian, ladder: "no-grunnskole",
			absent: `
				2026-08-31 u1 L L L
				2026-09-21 S P S P S
				2026-09-30 S S S S S S S S S S S S S
				2026-11-09 S S S S S S S S S S`,
			acts: map[care.Date]string{"2026-08-31": "home", "2026-09-14": "talked", "2026-09-29": "home", "2026-10-28": "talked", "2026-11-25": "talked"},
			moves: `
				2026-08-31 open 0: unreported_lessons 1/1, due 2026-08-31
				2026-09-14 rise 1: late 3/3, due 2026-09-16
				2026-09-28 rise 2: total_pct 30/10, due 2026-10-12                      // 3 of 10 days; the break is not counted
				2026-10-27 rise 3: days 13/13 total_pct 81.25/50 (4), due 2026-10-28    // 13 of 16 days
				2026-11-25 rise 4: total_pct 50/50, due 2026-12-02                      // 10 of 20 days`,
		},
		{
			school: norwegian, ladder: "no-vgs",
			absent: `
				2026-09-01 s1 s1 s1 s1 s1
				2026-09-14 s1 s1
				2026-10-12 s1 s1
				2026-10-26 s1`,
			acts: map[care.Date]string{"2026-09-08": "talked", "2026-09-23": "home", "2026-10-15": "talked", "2026-10-29": "talked"},
			moves: `
				2026-09-07 open 1: subject_limit_pct 5/5, due 2026-09-10
				2026-09-22 rise 2: subject_limit_pct 7/7, due 2026-09-25   // of all the year, since there is more of it
				2026-10-14 rise 3: subject_limit_pct 9/9, due 2026-10-21
				2026-10-29 rise 4: subject_limit_pct 10/10, due 2026-11-05`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.ladder, func(t *testing.T) {
			if _, got := tt.tell(t); clean(got) != clean(tt.moves) {
				t.Errorf("the moves are\n%s\nwant\n%s", clean(got), clean(tt.moves))
			}
		})
	}
}
