package care

import "slices"

// A Standing is all that decides where a student stands on a ladder.
type Standing struct {
	School School
	Days   []AbsenceDay // of the school year, in any order
	Newest Date         // the newest day on which anything is reported at the school; a student of whom nothing is, was present
	Today  Date
	Case   *Case // the student's latest, also when it is closed; nil: there never was one
}

// A Verdict is what is to become of a student's case: on which step, why, and by the end of which
// day something is to be done. Its facts are those of the step and of the steps above it; one of a step
// above has shortened the due day.
type Verdict struct {
	Move  Move
	Step  int
	Facts []Fact
	Due   Date
}

// A Move is what a Verdict does to a case.
type Move string

// The moves. All but MoveNone and MoveRetract begin a step on Today, or on the first school day after it.
const (
	MoveNone    Move = ""
	MoveOpen    Move = "open" // a new case
	MoveRise    Move = "rise"
	MoveLower   Move = "lower"   // corrected figures no longer reach its step
	MoveRetract Move = "retract" // corrected figures reach no step
	MoveReopen  Move = "reopen"  // the same case again, after known or wrong
)

// doneReported is how many school days after day 0 must be reported before a done step rises.
const doneReported = 5

// Assess says what is to become of a student's case. Design: "Rising".
func (l Ladder) Assess(in Standing) Verdict {
	if in.Newest == "" || len(l.Steps) == 0 {
		return Verdict{}
	}
	a := in.attendance()
	c := in.Case
	if c == nil {
		return l.open(in, a)
	}
	last, _ := c.last()
	switch {
	case c.State == CaseClosed && last.What == CaseRetracted:
		return l.open(in, a)
	case c.State == CaseClosed && last.Act == ActKnown && in.day(last) >= a.year:
		return l.reopen(in, a, last)
	case c.State == CaseClosed: // or it was known last year: what led to it has been dealt with
		a.after = in.day(last)
		return l.open(in, a)
	}
	awaited := len(c.Wrong) > 0 // the figures without those days prove nothing before an import has said so
	if v := l.corrected(in, a); !awaited && v.Move != MoveNone {
		return v
	}
	if c.State == CaseWaiting && last.Act == ActWrong {
		if awaited && in.Today < in.School.ahead(in.day(last), wrongDays) {
			return Verdict{}
		}
		return l.enter(in, MoveReopen, c.Step, c.Why) // nobody corrected them, or other days lead to its step
	}
	return l.rise(in, a)
}

// open begins a case at the lowest step if that is reached, else at step 1.
func (l Ladder) open(in Standing, a attendance) Verdict {
	for _, st := range l.Steps {
		if st.N > 1 {
			break
		}
		if facts := l.reached(a, st.N, nil); len(facts) > 0 {
			return l.enter(in, MoveOpen, st.N, facts)
		}
	}
	return Verdict{}
}

// reopen takes up a case that was closed because its days were known, once there are others. What a person
// has opened needs no figures for that.
func (l Ladder) reopen(in Standing, a attendance, known CaseEntry) Verdict {
	if !a.since(in.day(known), in.Case) {
		return Verdict{}
	}
	for _, st := range slices.Backward(l.Steps) {
		if facts := l.reached(a, st.N, nil); st.N <= in.Case.Step && len(facts) > 0 {
			return l.enter(in, MoveReopen, st.N, facts)
		}
	}
	if in.Case.OpenedBy != "" {
		return l.enter(in, MoveReopen, min(l.first(), in.Case.Step), nil)
	}
	return Verdict{}
}

// rise takes a case one step up if its step is done, or nobody has done anything and it was escalated
// in vain, and a higher trigger holds. One that the team was asked to see to stays where it is.
func (l Ladder) rise(in Standing, a attendance) Verdict {
	c := in.Case
	st, ok := l.step(c.Step)
	next, higher := l.step(c.Step + 1)
	switch {
	case !ok || !higher || c.Queued:
		return Verdict{}
	case c.State == CaseWaiting:
		a.after = a.endOfRow(c.Day0)
		if c.Next == "" || in.Today < c.Next || a.reported(a.after.tomorrow(), a.newest) < doneReported {
			return Verdict{}
		}
	default:
		told, ok := st.escalated(in.School, c.Due)
		if !ok || in.Today <= told {
			return Verdict{}
		}
	}
	if facts := l.reached(a, next.N, &in); len(facts) > 0 {
		return l.enter(in, MoveRise, next.N, facts)
	}
	return Verdict{}
}

// escalated is the day on which the last of a step's escalations goes out: to the team and, so many
// days later, to the principal. It is the due day if there are none. False when the configured years end before: deadlines
// stand still then.
func (st Step) escalated(sc School, due Date) (Date, bool) {
	switch {
	case st.Escalate.After == nil || st.Escalate.To == "":
		return due, true
	case st.Escalate.To == Principal || st.Escalate.To == Admin:
		return sc.AddSchoolDays(due, *st.Escalate.After)
	}
	return sc.AddSchoolDays(due, 2**st.Escalate.After)
}

// corrected lowers or retracts a case whose reasons no longer hold for the very days that they were
// of: that time passes and figures fall is no correction.
func (l Ladder) corrected(in Standing, a attendance) Verdict {
	c := in.Case
	var asOf Date
	for _, f := range c.Why {
		if f.Step < c.Step {
			continue
		}
		if f.Measure == StepOpen || f.From < a.year {
			return Verdict{} // days cannot undo it, or are of another school year
		}
		if now, ok := a.over(f.Trigger, f.From, f.To); ok && now.Value >= f.AtLeast {
			return Verdict{}
		}
		asOf = max(asOf, f.To)
	}
	if asOf == "" || len(l.reached(a, c.Step, nil)) > 0 {
		return Verdict{}
	}
	then := a
	then.newest = asOf
	then.days = slices.DeleteFunc(slices.Clone(a.days), func(d attended) bool { return d.date > asOf })
	for _, st := range slices.Backward(l.Steps) {
		if st.N >= c.Step {
			continue
		}
		for _, figures := range []attendance{a, then} {
			if facts := l.reached(figures, st.N, nil); len(facts) > 0 {
				return l.enter(in, MoveLower, st.N, facts)
			}
		}
	}
	if first := l.first(); c.OpenedBy == "" && !c.Queued {
		return Verdict{Move: MoveRetract, Step: c.Step}
	} else if first < c.Step { // a person wanted it to be there, or the team to see to it
		return l.enter(in, MoveLower, first, nil)
	}
	return Verdict{}
}

// first is the step at which a person opens a case.
func (l Ladder) first() int {
	if _, ok := l.step(1); ok {
		return 1
	}
	return l.Steps[0].N
}

// reached returns the facts that lead to a step: those of its own triggers and of the steps above it,
// since a case rises one step at a time. Step 0 is reached by its own triggers alone. rising is the standing of a case
// that may rise to the step, and nil otherwise.
func (l Ladder) reached(a attendance, step int, rising *Standing) []Fact {
	var own, above []Fact
	for _, st := range l.Steps {
		for _, t := range st.When {
			f, ok := a.figure(t)
			if t.Measure == StepOpen {
				ok = rising != nil && st.N == step
				if ok {
					f = rising.stepOpen(t)
				}
			}
			f.Step = st.N
			switch {
			case !ok || st.N < step || f.Value < f.AtLeast:
			case st.N == step:
				own = append(own, f)
			default:
				above = append(above, f)
			}
		}
	}
	if step == 0 && len(own) == 0 {
		return nil
	}
	return append(own, above...)
}

// stepOpen counts the school days since day 0 on which nobody acted, while the case is open.
func (in Standing) stepOpen(t Trigger) Fact {
	c := in.Case
	f := Fact{Trigger: t, From: c.Day0, To: in.Today}
	if c.State != CaseOpen {
		return f
	}
	days := in.School.SchoolDaysBetween(c.Day0, in.Today)
	acted := map[Date]bool{}
	for _, e := range c.Entries {
		day := in.day(e)
		if e.What == CaseActed && e.Undone.IsZero() && c.Day0 < day && day <= in.Today && in.School.IsSchoolDay(day) {
			acted[day] = true
		}
	}
	f.Value = float64(days - len(acted))
	return f
}

// enter is the verdict that a case enters a step. A higher step's fact shortens its due day to one school day.
func (l Ladder) enter(in Standing, move Move, step int, facts []Fact) Verdict {
	st, ok := l.step(step)
	day0, school := in.School.SchoolDayFrom(in.Today)
	if !ok || !school {
		return Verdict{}
	}
	days := st.Due
	if slices.ContainsFunc(facts, func(f Fact) bool { return f.Step > step }) {
		days = min(days, 1)
	}
	due := day0
	for range days { // deadlines stand still after the last school year
		if next, ok := in.School.AddSchoolDays(due, 1); ok {
			due = next
		}
	}
	return Verdict{Move: move, Step: step, Facts: facts, Due: due}
}

// Figures are the figures of the windows that the ladder uses, whether or not they reach their
// triggers. Each has the lowest step that it leads to. One that cannot be told, such as a percentage of too few
// days, is left out.
func (l Ladder) Figures(in Standing) []Fact {
	if in.Newest == "" {
		return nil
	}
	type key struct {
		Measure
		Window
	}
	a := in.attendance()
	seen := map[key]bool{}
	var facts []Fact
	for _, st := range l.Steps {
		for _, t := range st.When {
			k := key{t.Measure, t.Window}
			if seen[k] || t.Measure == StepOpen {
				continue
			}
			seen[k] = true
			if f, ok := a.figure(t); ok {
				f.Step = st.N
				facts = append(facts, f)
			}
		}
	}
	return facts
}

// day is the school's day of an entry.
func (in Standing) day(e CaseEntry) Date { return DateOf(e.At, in.School.Zone) }

// last is the latest entry of a case that moved it: an act that was not taken back, or what figures did.
func (c Case) last() (CaseEntry, bool) {
	for _, e := range slices.Backward(c.Entries) {
		switch e.What {
		case CaseActed, CaseRetracted, CaseReopened, CaseOpened, CaseRose, CaseLowered:
			if e.Undone.IsZero() {
				return e, true
			}
		}
	}
	return CaseEntry{}, false
}
