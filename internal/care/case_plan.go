package care

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// isOpen reports whether a case is not closed.
func (c Case) isOpen() bool { return c.State == CaseOpen || c.State == CaseWaiting }

// caseID is the id of a student's n-th case.
func caseID(ref Ref, n int) string { return string(ref) + "/" + strconv.Itoa(n) }

// number tells which of its student's cases a case is, from 1.
func (c Case) number() int {
	_, n, _ := strings.Cut(c.ID, "/")
	i, _ := strconv.Atoi(n)
	return i
}

// before is the part of a case that an act changes, as it is.
func (c Case) before() *CaseBefore {
	return &CaseBefore{State: c.State, Owner: c.Owner, Handed: c.Handed, Due: c.Due, Next: c.Next, NextAt: c.NextAt, Attempts: c.Attempts,
		Snoozes: c.Snoozes, Queued: c.Queued, Known: slices.Clone(c.Known), Wrong: slices.Clone(c.Wrong), WrongAs: slices.Clone(c.WrongAs)}
}

// restore makes a case what it was before an act.
func (c *Case) restore(b *CaseBefore) {
	c.State, c.Owner, c.Handed, c.Due, c.Next, c.NextAt, c.Attempts = b.State, b.Owner, b.Handed, b.Due, b.Next, b.NextAt, b.Attempts
	c.Snoozes, c.Queued, c.Known, c.Wrong, c.WrongAs = b.Snoozes, b.Queued, b.Known, b.Wrong, b.WrongAs
}

// tell adds an entry to a case; the case is planned anew. What came before cannot be taken back any more,
// but for what the same message said.
func (c *Case) tell(e CaseEntry) {
	for i, old := range c.Entries {
		if e.Said == "" || old.Said != e.Said {
			c.Entries[i].Before = nil
		}
	}
	c.add(e)
	if e.At.After(c.LatestAt) {
		c.LatestAt = e.At
	}
	c.Plan++
}

// add adds an entry to a case. Entries are never taken away, so that the ids stay apart.
func (c *Case) add(e CaseEntry) {
	e.ID, e.Step = strconv.Itoa(len(c.Entries)+1), c.Step
	c.Entries = append(c.Entries, e)
}

// latest reports whether an entry is the latest act about a case and can be taken back: nothing has befallen
// the case since, but what was only seen or is taken back.
func (c Case) latest(i int) bool {
	return c.Entries[i].Before != nil && !slices.ContainsFunc(c.Entries[i+1:], func(e CaseEntry) bool {
		return e.What != CaseSeen && e.Undone.IsZero()
	})
}

// befell adds an entry of what figures or time have done.
func (c *Case) befell(what CaseWhat, now time.Time) { c.tell(CaseEntry{At: now, What: what}) }

// entry is the index of the entry with that id, or -1.
func (c Case) entry(id string) int {
	return slices.IndexFunc(c.Entries, func(e CaseEntry) bool { return e.ID == id })
}

// stepSince is when a case has come to its step.
func (c Case) stepSince() time.Time {
	for _, e := range slices.Backward(c.Entries) {
		switch e.What {
		case CaseOpened, CaseRose, CaseLowered, CaseReopened:
			return e.At
		}
	}
	return c.OpenedAt
}

// waits reports whether the latest that was done about a case, and stands, is something to wait for.
func (c Case) waits() bool {
	for _, e := range slices.Backward(c.Entries) {
		switch e.What {
		case CaseOpened, CaseRose, CaseReopened:
			return false
		case CaseActed:
			if e.Undone.IsZero() {
				return e.Act.done() || e.Act == ActWrong || e.Act == ActNeedsEHT
			}
		}
	}
	return false
}

// done reports whether an act is something done about the absence, which is followed up later.
func (a Act) done() bool {
	return slices.Contains([]Act{ActDone, ActTalked, ActHome, ActMeeting, ActBack}, a)
}

// enter puts a case on a step, where something is to be done by the due day. What the team was asked for stands.
func (c *Case) enter(step int, why []Fact, day0, due Date) {
	c.State, c.Step, c.Why, c.Day0, c.Due, c.Next = CaseOpen, step, why, day0, due, due
	c.NextAt, c.Attempts, c.Snoozes, c.Handed = 0, 0, 0, nil
}

// open has something to be done about a case again, and not later than on that day if it waited.
func (c *Case) open(next Date) {
	if c.State != CaseOpen {
		c.Due = max(c.Due, next)
	}
	c.State, c.Next, c.NextAt = CaseOpen, next, 0
}

// end closes a case.
func (c *Case) end() {
	c.State, c.Next, c.NextAt, c.Handed, c.Queued, c.Attempts = CaseClosed, "", 0, nil, false, 0
}

// Hears are the staff ids of those whom an entry of a case concerns besides whoever made it; "" is the
// school's team. Its owner hears what figures and time have done; whoever opened it hears how it ended.
func (c Case) Hears(e CaseEntry) []string {
	var list []string
	add := func(staff string) {
		if staff != e.By || staff == "" {
			list = inOrder(nil, append(list, staff))
		}
	}
	switch {
	case e.What == CaseActed && e.Act == ActHandOver:
		add(e.To)
	case e.What == CaseActed && e.Act == ActNeedsEHT:
		add("")
	case e.What != CaseActed:
		add(c.Owner)
	}
	ended := e.What == CaseRetracted || e.What == CaseActed && e.Act == ActClose
	if ended && c.OpenedBy != "" {
		add(c.OpenedBy)
	}
	return list
}

// stepOf is the step on which a case is; one with a number alone if its ladder is gone.
func (s *Service) stepOf(c Case) Step {
	l, ok := s.Ladders[c.Ladder]
	if !ok {
		l = s.Ladders[s.Schools[c.School].Ladder]
	}
	if st, ok := l.step(c.Step); ok {
		return st
	}
	return Step{N: c.Step}
}
