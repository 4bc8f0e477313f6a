package care

import (
	"slices"
)

// Figures of how far ahead things may be put, in school days.
const (
	followUpDefault = 10 // after an act, where the step names nothing
	followUpMax     = 40 // ahead at most
	snoozeMax       = 10 // ahead at most
	snoozesMax      = 2  // in a step
	knownMax        = 20 // days of an unbroken run of absence that may be known without a last day
	wrongDays       = 10 // for an import to correct what was wrongly registered
	handOverDays    = 2  // for whoever was handed a case to take it
	teamDays        = 3  // for the team to see to what it was asked for
	ownerAway       = 2  // that an owner for whom nobody stands in may be away, from today on, and keep a case
	attemptsAsk     = 3  // in vain, before the owner is asked whether the team is needed
)

// ahead is the n-th school day after d. Past the last school year it is a day all the same, on which
// nothing is sent: the case waits for the next year to be entered.
func (sc School) ahead(d Date, n int) Date {
	if day, ok := sc.AddSchoolDays(d, n); ok {
		return day
	}
	return d.AddDays(n)
}

// yearStart is the first day of the school year that d is in or after, at most 366 days before.
func (sc School) yearStart(d Date) Date {
	start := d.AddDays(-366)
	for _, y := range sc.Years {
		if y.From <= d {
			start = max(start, y.From)
		}
	}
	return start
}

// away reports whether any absence is reported of the day.
func (d AbsenceDay) away() bool { return attendedOn(d).away }

// runFrom is the last day of the unbroken run of absence that begins on a day, or the day before it
// if there is no absence on it. A day without lessons does not break it. It has at most knownMax school days.
func (sc School) runFrom(from Date, days []AbsenceDay) Date {
	last, d := from.AddDays(-1), from
	var free map[Date]bool
	if len(days) > 0 {
		free = sc.free(days, days[len(days)-1].Date)
	}
	for range knownMax {
		var ok bool
		if d, ok = sc.SchoolDayFrom(d); !ok || !free[d] && !awayOn(days, d) {
			break
		}
		last, d = d, d.tomorrow()
	}
	return last
}

// runTo is the first day of the unbroken run of absence that ends on a day.
func (sc School) runTo(to Date, days []AbsenceDay) Date {
	first, free := to, sc.free(days, to)
	for _, d := range slices.Backward(days) {
		next := sc.ahead(d.Date, 1)
		for next < first && free[next] {
			next = sc.ahead(next, 1)
		}
		if d.Date < first && d.away() && next == first {
			first = d.Date
		}
	}
	return first
}

func awayOn(days []AbsenceDay, on Date) bool {
	return slices.ContainsFunc(days, func(d AbsenceDay) bool { return d.Date == on && d.away() })
}

// knownDays are the days of absence of a case that are known, each period with its end.
func (c Case) knownDays(sc School, days []AbsenceDay) []Period {
	known := slices.Clone(c.Known)
	for i, p := range known {
		if p.To == "" {
			known[i].To = sc.runFrom(p.From, days)
		}
	}
	return known
}

// of reports whether a day is of what a case is about: absence or, when late arrivals have led to it, those.
func (c Case) of(d attended) bool { return d.away || c.late() && d.late }

// late reports whether late arrivals have led to a case's step.
func (c Case) late() bool {
	return slices.ContainsFunc(c.Why, func(f Fact) bool { return f.Measure == LateArrivals })
}

// counted are the days with absence or, when late arrivals have led to it, with those, that count for a case on its step, latest first: neither known
// nor wrongly registered, and no earlier than the figures that it is about.
func (c Case) counted(sc School, days []AbsenceDay) []AbsenceDay {
	known := c.knownDays(sc, days)
	var from Date
	for i, f := range c.Why {
		if i == 0 || f.From < from {
			from = f.From
		}
	}
	var list []AbsenceDay
	for _, d := range slices.Backward(days) {
		if d.Date >= from && c.of(attendedOn(d)) && !slices.Contains(c.Wrong, d.Date) &&
			!slices.ContainsFunc(known, func(p Period) bool { return p.Holds(d.Date) }) {
			list = append(list, d)
		}
	}
	return list
}
