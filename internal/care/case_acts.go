package care

import (
	"cmp"
	"slices"
	"time"
)

// acting is what an act needs to know besides its form and the case. Design: "What an act does".
type acting struct {
	school School
	step   Step
	today  Date
	at     time.Time // when what is done was done, if not now
	said   string    // the message that said it, if one did
	kept   Date      // a day that is right as it is
	by     string
	team   bool         // whoever acts is of the team, or the principal
	to     string       // of a hand-over: the staff id
	days   []AbsenceDay // of wrong and known: those of the school year
	now    time.Time
}

// do does what the form says about a case, which gets an entry of it.
func (a acting) do(c *Case, f CaseForm) error {
	was := c.before()
	e := CaseEntry{At: a.at, By: a.by, What: CaseActed, Act: f.Act, Said: a.said}
	var err error
	switch f.Act {
	case ActDone, ActTalked, ActHome, ActMeeting, ActBack:
		err = a.done(c, &e, f)
	case ActNotReached:
		c.Attempts++
		c.open(a.after(1))
	case ActSnooze:
		err = a.snooze(c, &e, f)
	case ActHandOver:
		e.To = a.to
		c.Handed = &HandOver{To: a.to, At: a.now}
		if a.by != c.Owner {
			c.Handed.By = a.by
		}
		if c.State != CaseOpen {
			c.Due = max(c.Due, a.after(handOverDays))
		}
		c.open(a.after(0))
	case ActTake:
		err = a.take(c)
	case ActNeedsEHT:
		c.State, c.Queued, c.Handed, c.Due = CaseWaiting, true, nil, a.after(teamDays)
		c.Next, c.NextAt = c.Due, 0
	case ActWrong:
		err = a.wrong(c, &e, f)
	case ActKnown:
		err = a.known(c, &e, f)
	case ActClose:
		if e.Reason = f.Reason; !slices.Contains(CloseReasons, f.Reason) {
			err = &Error{Code: CodeCaseReason, Field: "close_reason"}
		}
		c.end()
	default:
		err = &Error{Code: CodeFieldOdd, Field: "act"}
	}
	if err != nil {
		c.restore(was)
		return err
	}
	c.tell(e)
	c.Entries[len(c.Entries)-1].Before = was
	return nil
}

// ahead is the n-th school day from today.
func (a acting) ahead(n int) Date { return a.school.ahead(a.today, n) }

// after is the n-th school day after the act, but not in the past.
func (a acting) after(n int) Date {
	return max(a.school.ahead(DateOf(a.at, a.school.Zone), n), a.ahead(0))
}

// day is the day that the form names or, if that has come or is no school day, the next school day;
// usual if it names none. Beyond the n-th school day it is refused.
func (a acting) day(d, usual Date, n int) (Date, error) {
	switch {
	case d == "":
		return usual, nil
	case d == a.kept:
		return d, nil
	case d.odd():
		return "", &Error{Code: CodeFieldOdd, Field: "follow_up"}
	}
	last := a.ahead(n)
	if d <= a.today {
		return a.ahead(1), nil
	}
	if d = a.school.ahead(d, 0); d > last {
		return "", &Error{Code: CodeCaseFar, Field: "follow_up", Args: map[string]any{"Last": last}}
	}
	return d, nil
}

// done has a case wait for its follow-up.
func (a acting) done(c *Case, e *CaseEntry, f CaseForm) (err error) {
	n := cmp.Or(a.step.FollowUp, followUpDefault)
	if e.FollowUp, err = a.day(f.FollowUp, a.after(n), max(n, followUpMax)); err != nil {
		return err
	}
	a.wait(c, e.FollowUp)
	c.Attempts = 0
	return nil
}

// wait has a case wait until a day. What the team was asked for stands until someone of it acts.
func (a acting) wait(c *Case, until Date) {
	if c.Queued = c.Queued && !a.team; c.Queued {
		until = min(until, c.Due)
	}
	c.State, c.Next, c.NextAt = CaseWaiting, until, 0
}

func (a acting) snooze(c *Case, e *CaseEntry, f CaseForm) (err error) {
	if c.Snoozes >= snoozesMax {
		return &Error{Code: CodeSnoozedTwice, Field: "act", Args: map[string]any{"Due": c.Due}}
	}
	if e.FollowUp, err = a.day(f.FollowUp, a.after(1), snoozeMax); err != nil {
		return err
	}
	if e.Clock = f.At; f.At != 0 {
		if e.FollowUp, err = a.until(f.FollowUp, e.FollowUp, f.At); err != nil {
			return err
		}
	}
	c.Snoozes++
	c.open(e.FollowUp)
	c.Due, c.NextAt = max(c.Due, e.FollowUp), f.At
	return nil
}

// until is the day to which a case is put off when the time of day is named, too. Without a day, or with today, it is
// today if that time is still to come, else the next school day; named and later, it is day.
func (a acting) until(named, day Date, at Clock) (Date, error) {
	if work := a.school.workHours(); at < work.From || at >= work.To {
		return "", &Error{Code: CodeCaseHours, Field: "follow_up",
			Args: map[string]any{"Hours": []SchoolHours{{a.school.Name, work}}}}
	}
	if named != "" && named != a.today {
		return day, nil
	}
	if a.school.IsSchoolDay(a.today) && a.school.WorkAt(a.today, at).After(a.now) {
		return a.today, nil
	}
	return a.ahead(1), nil
}

// take makes whoever acts the owner, who has as long as the step gives. Who has the case already can
// only take it back from whom they want to hand it to. What the team was asked for stands until someone of it acts.
func (a acting) take(c *Case) error {
	if c.Owner == a.by && c.Handed == nil {
		return &Error{Code: CodeCaseYours, Field: "act"}
	}
	if c.Owner != a.by {
		c.Owner, c.Queued, c.Due = a.by, c.Queued && !a.team, a.after(max(a.step.Due, 1))
	}
	c.Handed = nil
	c.open(a.after(1))
	return nil
}

// wrong leaves days out of the figures until an import has corrected them.
func (a acting) wrong(c *Case, e *CaseEntry, f CaseForm) error {
	e.Days = slices.Compact(slices.Sorted(slices.Values(f.Days)))
	if len(f.Days) == 0 {
		for _, d := range slices.Backward(c.counted(a.school, a.days)) {
			e.Days = append(e.Days, d.Date)
		}
	}
	for _, on := range e.Days {
		i := slices.IndexFunc(a.days, func(d AbsenceDay) bool { return d.Date == on && c.of(attendedOn(d)) })
		if i < 0 {
			return &Error{Code: CodeCaseDays, Field: "days"}
		}
		if !slices.Contains(c.Wrong, on) {
			c.Wrong, c.WrongAs = append(c.Wrong, on), append(c.WrongAs, a.days[i].Version)
		}
	}
	if len(e.Days) == 0 {
		return &Error{Code: CodeCaseDays, Field: "days"}
	}
	e.FollowUp = a.after(wrongDays)
	a.wait(c, e.FollowUp)
	return nil
}

// known closes a case for an unbroken run of absence: the latest or, when the day named has come, the
// latest that began by then.
func (a acting) known(c *Case, e *CaseEntry, f CaseForm) error {
	last := a.today.AddDays(formDays)
	switch {
	case f.FollowUp.odd():
		return &Error{Code: CodeFieldOdd, Field: "follow_up"}
	case f.FollowUp > last:
		return &Error{Code: CodeCaseFar, Field: "follow_up", Args: map[string]any{"Last": last}}
	}
	e.Until = f.FollowUp
	p := Period{From: a.today, To: e.Until}
	if e.Until != "" {
		p.From = min(a.today, e.Until)
	}
	for _, d := range slices.Backward(a.days) {
		if d.away() && (e.Until == "" || d.Date <= e.Until) {
			p.From = a.school.runTo(d.Date, a.days)
			break
		}
	}
	c.Known = append(c.Known, p)
	c.end()
	return nil
}
