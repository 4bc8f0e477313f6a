package care

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// A Report is how it goes at a school, in counts, for the team's and the principal's message.
type Report struct {
	School  School
	Room    Room
	Month   Date // the first day of the month that it is about; "" of a weekly one
	Newest  Date
	Steps   []StepCount // cases that are not closed, by their step
	Overdue int         // of them: open past their due day
	Queue   []Waiting   // of a weekly one: what the team was asked for, and by when
	Unowned int         // of a weekly one: cases that nobody has but the team
	Most    int         // of a weekly one: how many cases a mentor has at most
	Events  CaseEvents  // of a monthly one
}

// A StepCount is how many cases are on a step.
type StepCount struct{ Step, N int }

// CaseEvents is what befell a school's cases in some time.
type CaseEvents struct {
	Opened, Rose int
	Closed       []ReasonCount
	Acted        int     // of those opened: how many someone has done something about
	FirstAct     float64 // median of how many school days that took; it is nothing if Acted is 0
}

// A ReasonCount is how many cases ended for a reason.
type ReasonCount struct {
	Why EndWhy
	N   int
}

// EndWhy is why a case has ended: a CloseReason, or one of those below.
type EndWhy string

// Reasons that are no one's choice when closing a case.
const (
	EndKnown     EndWhy = "known"     // the absence is known and needs no follow-up
	EndRetracted EndWhy = "retracted" // corrected figures no longer lead to a case
)

// EndWhys are all reasons, in the order in which they are shown.
var EndWhys = func() []EndWhy {
	list := make([]EndWhy, 0, len(CloseReasons)+2)
	for _, r := range CloseReasons {
		list = append(list, EndWhy(r))
	}
	return append(list, EndKnown, EndRetracted)
}()

// says reports whether there is anything to tell.
func (r Report) says() bool {
	return len(r.Steps) > 0 || r.Events.Opened+r.Events.Rose+len(r.Events.Closed) > 0
}

// report is what a digest to a room says: to the team how it is now, to the principal also how the month before was.
func (s *Service) report(ctx context.Context, d Delivery, now time.Time) (*Report, error) {
	school := s.Schools[d.School]
	r := &Report{School: school, Room: d.Room}
	var err error
	if r.Newest, err = s.Absence.Newest(ctx, school.ID); err != nil {
		return nil, err
	}
	open, err := s.openCases(ctx, school.ID)
	if err != nil {
		return nil, err
	}
	r.Steps, r.Overdue = stepsOf(open), overdueOf(open, DateOf(now, school.Zone))
	if d.Room == RoomPrincipal {
		r.Month = school.monthBefore(d.Day)
		r.Events, err = s.caseEvents(ctx, school, Period{r.Month, d.Day.first().AddDays(-1)})
		return r, err
	}
	owned := map[string]int{}
	for _, c := range open {
		switch {
		case c.Queued:
			r.Queue = append(r.Queue, Waiting{c.Student, c.Due})
		case c.Owner == "":
			r.Unowned++
		}
		if c.Owner != "" {
			owned[c.Owner]++
		}
	}
	slices.SortFunc(r.Queue, func(a, b Waiting) int { return cmp.Or(cmp.Compare(a.Next, b.Next), cmp.Compare(a.Ref, b.Ref)) })
	for _, n := range owned {
		r.Most = max(r.Most, n)
	}
	return r, nil
}

// monthBefore is the first day of the month before a day's in which there was school last: on the first school day of
// August that is June.
func (sc School) monthBefore(day Date) Date {
	before := day.first().AddDays(-1).first()
	for month := before; month > day.AddDays(-365); month = month.AddDays(-1).first() {
		if open, ok := sc.SchoolDayFrom(month); ok && open.first() == month {
			return month
		}
	}
	return before
}

// openCases are a school's cases that are not closed and may be counted.
func (s *Service) openCases(ctx context.Context, school string) ([]Case, error) {
	var all []Case
	for _, state := range []CaseState{CaseOpen, CaseWaiting} {
		list, err := s.Cases.OfSchool(ctx, school, state)
		if err != nil {
			return nil, fmt.Errorf("list the school's cases: %w", err)
		}
		all = append(all, list...)
	}
	return s.unprotected(ctx, all)
}

func stepsOf(cases []Case) []StepCount {
	n := map[int]int{}
	for _, c := range cases {
		n[c.Step]++
	}
	var list []StepCount
	for _, step := range slices.Sorted(maps.Keys(n)) {
		list = append(list, StepCount{step, n[step]})
	}
	return list
}

func overdueOf(cases []Case, today Date) int {
	n := 0
	for _, c := range cases {
		if c.State == CaseOpen && c.Due < today {
			n++
		}
	}
	return n
}

// caseEvents counts what befell a school's cases on some days, both ends included. What was taken back does not count.
func (s *Service) caseEvents(ctx context.Context, school School, on Period) (CaseEvents, error) {
	var ev CaseEvents
	list, err := s.Cases.Since(ctx, school.ID, on.From.At(0, 0, school.Zone))
	if err != nil {
		return ev, fmt.Errorf("list the school's cases: %w", err)
	}
	if list, err = s.unprotected(ctx, list); err != nil {
		return ev, err
	}
	closed := map[EndWhy]int{}
	var took []int
	for _, c := range list {
		for _, e := range c.Entries {
			if !e.Undone.IsZero() || !on.Holds(DateOf(e.At, school.Zone)) {
				continue
			}
			switch e.What {
			case CaseOpened, CaseReopened:
				ev.Opened++
				if days, ok := school.firstAct(c, e); ok {
					took = append(took, days)
				}
			case CaseRose:
				ev.Rose++
			}
			if why := e.ended(); why != "" {
				closed[why]++
			}
		}
	}
	for _, why := range EndWhys {
		if closed[why] > 0 {
			ev.Closed = append(ev.Closed, ReasonCount{why, closed[why]})
		}
	}
	ev.Acted, ev.FirstAct = len(took), median(took)
	return ev, nil
}

// ended is why a case has ended with an entry, or "".
func (e CaseEntry) ended() EndWhy {
	switch {
	case e.What == CaseRetracted:
		return EndRetracted
	case e.What == CaseActed && e.Act == ActKnown:
		return EndKnown
	case e.What == CaseActed && e.Act == ActClose:
		return EndWhy(e.Reason)
	}
	return ""
}

// firstAct is how many school days after a case was opened someone did something about it; false if nobody has yet.
func (sc School) firstAct(c Case, opened CaseEntry) (int, bool) {
	i := c.entry(opened.ID)
	for _, e := range c.Entries[i+1:] {
		switch {
		case e.What == CaseOpened, e.What == CaseReopened, e.What == CaseRetracted:
			return 0, false
		case e.What == CaseActed && e.Undone.IsZero() && !slices.Contains([]Act{ActSnooze, ActHandOver, ActTake}, e.Act):
			return sc.SchoolDaysBetween(DateOf(opened.At, sc.Zone), DateOf(e.At, sc.Zone)), true
		}
	}
	return 0, false
}

// median is the middle one, or of an even number the mean of the two in the middle.
func median(list []int) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return float64(list[(len(list)-1)/2]+list[len(list)/2]) / 2
}
