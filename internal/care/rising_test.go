package care_test

import (
	"fmt"
	"slices"
	"testing"

	"lotsen/internal/care"
)

// plainLadder counts whole days of the term: 2, 4 and 6. Step 1 escalates to the team and 3 school days later to
// the principal, step 2 to the principal.
func plainLadder() care.Ladder {
	three, two := 3, 2
	term := care.Window{Span: care.SpanTerm}
	days := func(n float64) care.Trigger {
		return care.Trigger{Measure: care.WholeDays, AtLeast: n, Window: term}
	}
	return care.Ladder{Steps: []care.Step{
		{N: 1, When: []care.Trigger{days(2)}, Due: 3, FollowUp: 10, Escalate: care.Escalation{After: &three, To: care.EHT}},
		{N: 2, When: []care.Trigger{days(4), {Measure: care.StepOpen, AtLeast: 10}}, Due: 5, Escalate: care.Escalation{After: &two, To: care.Principal}},
		{N: 3, When: []care.Trigger{days(6)}, Due: 5},
	}}
}

// fact is a fact of plainLadder.
func fact(step int, value float64, from, to care.Date) care.Fact {
	return care.Fact{
		Trigger: care.Trigger{Measure: care.WholeDays, AtLeast: float64(2 * step), Window: care.Window{Span: care.SpanTerm}},
		Step:    step, Value: value, From: from, To: to,
	}
}

func TestAssess(t *testing.T) {
	school := alenYears(t)
	at := func(d care.Date, what care.CaseWhat, act care.Act) care.CaseEntry {
		return care.CaseEntry{At: d.At(10, 0, school.Zone), What: what, Act: act}
	}
	undone := func(e care.CaseEntry) care.CaseEntry {
		e.Undone = e.At
		return e
	}
	// A case that opened on Wednesday 9 September by two whole days, due on Monday.
	opened := func(change func(*care.Case)) *care.Case {
		c := &care.Case{
			Step: 1, State: care.CaseOpen, Day0: "2026-09-09", Due: "2026-09-14", Next: "2026-09-14",
			Why:     []care.Fact{fact(1, 2, "2026-08-17", "2026-09-08")},
			Entries: []care.CaseEntry{at("2026-09-09", care.CaseOpened, "")},
		}
		if change != nil {
			change(c)
		}
		return c
	}
	does := func(c *care.Case, d care.Date, act care.Act) {
		c.Entries = append(c.Entries, at(d, care.CaseActed, act))
	}
	waits := func(act care.Act, next care.Date) func(*care.Case) {
		return func(c *care.Case) {
			c.State, c.Next = care.CaseWaiting, next
			does(c, "2026-09-10", act)
		}
	}
	closed := func(act care.Act) func(*care.Case) {
		return func(c *care.Case) {
			c.State, c.Next = care.CaseClosed, ""
			does(c, "2026-09-10", act)
		}
	}
	const two, four = "2026-09-07 S S", "2026-09-07 S S\n2026-09-21 S S"
	tests := []struct {
		name   string
		days   string
		newest care.Date
		today  care.Date // "": newest
		c      *care.Case
		want   string
	}{
		{"nothing is reported at the school", two, "", "2026-09-09", nil, ""},
		{"no absence", "", "2026-09-08", "", nil, ""},
		{"one day", "2026-09-07 S", "2026-09-08", "", nil, ""},
		// Wednesday and three school days.
		{"opens", two, "2026-09-08", "2026-09-09", nil, "open 1: days 2/2, due 2026-09-14"},
		{"opens on a Saturday for Monday", two, "2026-09-08", "2026-09-12", nil, "open 1: days 2/2, due 2026-09-17"},
		{"opens before a break", "2026-10-22 S S", "2026-10-23", "", nil, "open 1: days 2/2, due 2026-11-04"},
		{"opens at the lowest step, in a hurry", "2026-09-07 S S S S S S", "2026-09-14", "", nil, "open 1: days 6/2 days 6/4 (2) days 6/6 (3), due 2026-09-15"},
		// 11 June is the last school day of the year, and the next year begins on 16 August.
		{"opens before the summer", "2027-06-10 S S", "2027-06-11", "", nil, "open 1: days 2/2, due 2027-08-18"},
		{"opens before the end of the calendar", "2028-06-07 S S", "2028-06-08", "", nil, "open 1: days 2/2, due 2028-06-09"},
		{"there is no school any more", "2028-06-07 S S", "2028-06-08", "2028-06-10", nil, ""},

		{"stays before its due day is over", "2026-09-07 S S S S S", "2026-09-14", "", opened(nil), ""},
		// Due on the 14th: the team is told on the 17th and the principal on the 22nd.
		{"an overdue step waits for the principal to be told", "2026-09-07 S S S S S", "2026-09-22", "", opened(nil), ""},
		{"an overdue step rises after that", "2026-09-07 S S S S S", "2026-09-23", "", opened(nil), "rise 2: days 5/4 step_open 10/10, due 2026-09-30"},
		{"an overdue step stays without a higher trigger", two, "2026-09-22", "2026-09-22", opened(nil), ""},
		// 10 September to 23 September are ten school days.
		{"a step that is open ten days", two, "2026-09-23", "", opened(nil), "rise 2: step_open 10/10, due 2026-09-30"},
		{"a day on which somebody tried does not count", two, "2026-09-23", "", opened(func(c *care.Case) { does(c, "2026-09-11", care.ActNotReached) }), ""},
		{"two tries on a day are one day", two, "2026-09-24", "", opened(func(c *care.Case) {
			does(c, "2026-09-11", care.ActNotReached)
			does(c, "2026-09-11", care.ActNotReached)
		}), "rise 2: step_open 10/10, due 2026-10-01"},
		{"an act that was taken back does not count", two, "2026-09-23", "", opened(func(c *care.Case) {
			c.Entries = append(c.Entries, undone(at("2026-09-11", care.CaseActed, care.ActNotReached)))
		}), "rise 2: step_open 10/10, due 2026-09-30"},
		{"no act of a weekend counts", two, "2026-09-23", "", opened(func(c *care.Case) { does(c, "2026-09-12", care.ActNotReached) }), "rise 2: step_open 10/10, due 2026-09-30"},
		{"the higher trigger is two steps up", "2026-09-07 S S S S S S", "2026-09-23", "", opened(nil), "rise 2: days 6/4 step_open 10/10 days 6/6 (3), due 2026-09-24"},
		// Due on 14 September; the principal is told on the 16th.
		{"an overdue step that escalates to the principal at once", "2026-09-07 S S S S S S", "2026-09-16", "", opened(func(c *care.Case) { c.Step = 2 }), ""},
		{"and rises after that", "2026-09-07 S S S S S S", "2026-09-17", "", opened(func(c *care.Case) { c.Step = 2 }), "rise 3: days 6/6, due 2026-09-24"},
		{"the last step", "2026-09-07 S S S S S S", "2026-10-20", "", opened(func(c *care.Case) { c.Step = 3 }), ""},

		{"a done step rests", four, "2026-09-23", "", opened(waits(care.ActTalked, "2026-09-24")), ""},
		// Two days after day 0 are not four.
		{"a done step stays at its follow-up", four, "2026-09-24", "", opened(waits(care.ActTalked, "2026-09-24")), ""},
		{"a done step rises at its follow-up", "2026-09-07 S S\n2026-09-17 S S S S", "2026-09-24", "", opened(waits(care.ActTalked, "2026-09-24")),
			"rise 2: days 4/4, due 2026-10-01"},
		// 10 to 15 September are four school days.
		{"a done step needs five reported days", "2026-09-07 S S P S S S S", "2026-09-15", "", opened(waits(care.ActTalked, "2026-09-15")), ""},
		{"a done step with five reported days", "2026-09-07 S S P S S S S", "2026-09-16", "", opened(waits(care.ActTalked, "2026-09-15")),
			"rise 2: days 4/4, due 2026-09-23"},
		{"days that are not reported are none", "2026-09-07 S S P S S S S ?", "2026-09-17", "", opened(waits(care.ActTalked, "2026-09-15")),
			"rise 2: days 4/4, due 2026-09-24"},
		{"four of six days are reported", "2026-09-07 S S P S S S S ? P", "2026-09-17", "", opened(func(c *care.Case) {
			waits(care.ActTalked, "2026-09-15")(c)
			c.Wrong = []care.Date{"2026-09-17"}
		}), ""},
		{"the illness of day 0 is not counted again", "2026-09-07 S S S S S S S", "2026-09-24", "", opened(waits(care.ActTalked, "2026-09-24")), ""},
		{"an absence that goes on is", "2026-09-07 S S S S S S S S S S S S S S", "2026-09-24", "", opened(waits(care.ActTalked, "2026-09-24")),
			"rise 2: days 11/4 days 11/6 (3), due 2026-09-25"},
		{"on the list of the team", "2026-09-07 S S\n2026-09-17 S S S S", "2026-09-24", "", opened(func(c *care.Case) {
			waits(care.ActNeedsEHT, "")(c)
			c.Queued = true
		}), ""},

		{"figures fall as time passes", two, "2027-01-29", "", opened(func(c *care.Case) { c.Due = "2027-02-01" }), ""},
		{"corrected to nothing", "2026-09-07 P S", "2026-09-10", "", opened(nil), "retract 1:, due "},
		{"corrected after something was done", "2026-09-07 P S", "2026-09-10", "", opened(waits(care.ActTalked, "2026-09-24")), "retract 1:, due "},
		{"corrected, but a day has come since", "2026-09-07 P S P S", "2026-09-10", "", opened(nil), ""},
		{"opened by hand", "", "2026-09-10", "", opened(func(c *care.Case) { c.Why, c.OpenedBy = nil, "anna" }), ""},
		{"opened by hand, and risen by figures that were wrong", two, "2026-09-10", "", opened(func(c *care.Case) {
			c.Step, c.Why, c.OpenedBy = 2, []care.Fact{fact(2, 4, "2026-08-17", "2026-09-08")}, "anna"
		}), "lower 1: days 2/2, due 2026-09-15"},
		{"opened by hand, and no figures are left", "", "2026-09-10", "", opened(func(c *care.Case) {
			c.Step, c.Why, c.OpenedBy = 2, []care.Fact{fact(2, 4, "2026-08-17", "2026-09-08")}, "anna"
		}), "lower 1:, due 2026-09-15"},
		{"corrected to a lower step", "2026-09-01 S S S P P", "2026-09-10", "", opened(func(c *care.Case) {
			c.Step, c.Why = 2, []care.Fact{fact(2, 4, "2026-08-17", "2026-09-08")}
		}), "lower 1: days 3/2, due 2026-09-15"},
		// In the spring the lower step holds no more, but it held when the case rose.
		{"corrected to what a lower step was then", "2026-12-01 S S S", "2027-01-12", "", opened(func(c *care.Case) {
			c.Step, c.Why, c.Due = 2, []care.Fact{fact(2, 4, "2026-08-17", "2026-12-04")}, "2027-01-29"
		}), "lower 1: days 3/2, due 2027-01-15"},
		{"by time no correction undoes it", "", "2026-09-10", "", opened(func(c *care.Case) {
			c.Step, c.Why = 2, []care.Fact{{Trigger: care.Trigger{Measure: care.StepOpen, AtLeast: 10}, Step: 2, Value: 10, From: "2026-08-26", To: "2026-09-09"}}
		}), ""},
		{"figures of the year before", "", "2027-08-20", "", opened(func(c *care.Case) { c.Due = "2027-08-30" }), ""},

		{"wrong until an import has said so", "", "2026-09-11", "", opened(func(c *care.Case) {
			waits(care.ActWrong, "2026-09-24")(c)
			c.Wrong = []care.Date{"2026-09-07"}
		}), ""},
		{"wrong, and no import has said so", two, "2026-09-24", "", opened(func(c *care.Case) {
			waits(care.ActWrong, "2026-09-24")(c)
			c.Wrong = []care.Date{"2026-09-07"}
		}), "reopen 1: days 2/2, due 2026-09-29"},
		{"wrong, and corrected", "2026-09-07 P S", "2026-09-11", "", opened(waits(care.ActWrong, "2026-09-24")), "retract 1:, due "},
		{"wrong, and corrected to what leads to the step all the same", "2026-09-07 s1 S S", "2026-09-11", "", opened(waits(care.ActWrong, "2026-09-24")),
			"reopen 1: days 2/2, due 2026-09-16"},

		{"known, and no new day", two, "2026-10-01", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Known = []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), ""},
		{"known, and a new day that is not enough", two + "\n2026-09-21 S", "2026-10-01", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Known = []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), ""},
		{"known, and new days", four, "2026-10-01", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Known = []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), "reopen 1: days 2/2, due 2026-10-06"},
		{"known on a higher step, and days for a lower", four, "2026-10-01", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Step, c.Known = 2, []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), "reopen 1: days 2/2, due 2026-10-06"},
		{"known, and a new day of a case opened by hand", two + "\n2026-09-21 s1", "2026-10-01", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Step, c.Why, c.OpenedBy, c.Known = 2, nil, "anna", []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), "reopen 1:, due 2026-10-06"},
		{"known, and no new day of a case opened by hand", two, "2026-10-01", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Why, c.OpenedBy, c.Known = nil, "anna", []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), ""},
		{"known last year, and new days: it begins anew", "2027-08-18 S S S S", "2027-08-23", "", opened(func(c *care.Case) {
			closed(care.ActKnown)(c)
			c.Step, c.Known = 2, []care.Period{{From: "2026-09-07", To: "2026-09-08"}}
		}), "open 1: days 4/2 days 4/4 (2), due 2027-08-24"},
		{"closed, and no new day", two, "2026-10-01", "", opened(closed(care.ActClose)), ""},
		{"closed, and one new day", two + "\n2026-09-21 S", "2026-10-01", "", opened(closed(care.ActClose)), ""},
		{"closed, and new days", four, "2026-10-01", "", opened(closed(care.ActClose)), "open 1: days 2/2, due 2026-10-06"},
		{"retracted, and corrected again", two, "2026-09-10", "", opened(func(c *care.Case) {
			c.State = care.CaseClosed
			c.Entries = append(c.Entries, at("2026-09-09", care.CaseRetracted, ""))
		}), "open 1: days 2/2, due 2026-09-15"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := care.Standing{School: school, Days: daysOf(t, school, tt.days), Newest: tt.newest, Today: tt.today, Case: tt.c}
			if in.Today == "" {
				in.Today = tt.newest
			}
			slices.Reverse(in.Days) // in any order
			v := plainLadder().Assess(in)
			got := ""
			if v.Move != care.MoveNone {
				got = fmt.Sprintf("%s %d:%s, due %s", v.Move, v.Step, factsText(v.Facts), v.Due)
			}
			if got != tt.want {
				t.Errorf("Assess() = %q, want %q", got, tt.want)
			}
			if again := plainLadder().Assess(in); fmt.Sprint(again) != fmt.Sprint(v) {
				t.Errorf("Assess() again = %+v, want %+v", again, v)
			}
		})
	}
}
