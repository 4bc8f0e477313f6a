package care

import (
	"cmp"
	"slices"
)

// A percentage counts only over so many school days of reported lessons and so many days with absence.
const (
	percentDays     = 10
	percentAbsences = 2
	longDay         = 480 // minutes that a day may have; a row of more sums up a longer time
)

// rowDays is how long an unbroken absence may be and still be one matter.
const rowDays = 20

// An attendance is what counts of a student's days: those of the school year up to the newest day on
// which anything is reported at the school. A school day of which nothing is known was attended, unless it is
// one without lessons, see free.
//
// A row that sums up a longer time, such as a week, counts as the one day that it is dated: its minutes and
// lessons count in full, but it is one day at most. So the figures that count days, and the percentages
// until ten rows are there, stay too low, never too high. A school that wants them right exports days.
type attendance struct {
	school School
	year   Date // on which the school year began
	newest Date
	after  Date       // days up to this one do not count; "": all do
	days   []attended // first day first
	all    bool       // there are rows of attended days, too
}

// An attended is what is reported of one day.
type attended struct {
	date      Date
	blank     bool // neither present nor absent: nothing is reported, or it is known or wrong
	away      bool // any absence
	whole     bool // and never present
	late      bool // any late arrival
	scheduled int  // minutes
	missed    int  // minutes of those
	lessons   []Lessons
}

// attendance is what counts for a standing.
func (in Standing) attendance() attendance {
	a := attendance{school: in.School, newest: in.Newest, year: in.School.yearStart(in.Newest), all: tellsAll(in.Days)}
	for _, d := range in.Days {
		if d.Date < a.year || d.Date > in.Newest {
			continue
		}
		day := attendedOn(d)
		if c := in.Case; c != nil && c.leavesOut(day) {
			day = attended{date: d.Date, blank: true}
		}
		a.days = append(a.days, day)
	}
	for d, free := range in.School.free(in.Days, in.Newest) {
		if free && d >= a.year {
			a.days = append(a.days, attended{date: d, blank: true})
		}
	}
	slices.SortStableFunc(a.days, func(x, y attended) int { return cmp.Compare(x.date, y.date) })
	return a
}

// leavesOut reports whether a day is wrong, or what a case is about known of it, and so is no figure of the case.
func (c Case) leavesOut(d attended) bool {
	known := func(p Period) bool { return p.Holds(d.date) }
	return slices.Contains(c.Wrong, d.date) || c.of(d) && slices.ContainsFunc(c.Known, known)
}

func attendedOn(d AbsenceDay) attended {
	day := attended{date: d.Date}
	present := false
	subjects := slices.ContainsFunc(d.Lessons, func(l Lessons) bool { return l.Subject != "" })
	for _, l := range d.Lessons {
		if l.Unreported || subjects && l.Subject == "" {
			continue
		}
		day.lessons = append(day.lessons, l)
		minutes := l.Valid + l.Invalid
		day.away = day.away || minutes > 0 || l.Absent > 0 || l.Without > 0
		day.late = day.late || l.Late > 0
		day.scheduled += l.Scheduled
		day.missed += min(minutes, l.Scheduled)
		switch {
		case l.Total > 0:
			present = present || l.Absent < l.Total
		case l.Scheduled > 0:
			present = present || minutes < l.Scheduled
		default: // how much there was to miss is not known
			present = true
		}
	}
	day.blank = len(day.lessons) == 0
	day.whole = day.away && !present
	return day
}

// start is the first day of a window.
func (a attendance) start(w Window) Date {
	switch w.Span {
	case SpanMonth:
		return max(a.year, a.newest[:len("2026-08-")]+"01")
	case SpanTerm:
		return max(a.year, a.newest[:len("2026-")]+"01-01")
	case SpanYear:
		return a.year
	}
	d := a.newest
	for n := w.Days; d > a.year; d = d.AddDays(-1) {
		if a.school.IsSchoolDay(d) {
			n--
		}
		if n <= 0 {
			break
		}
	}
	return d
}

// figure is a trigger's figure now; false when it cannot be told: a percentage of too little.
func (a attendance) figure(t Trigger) (Fact, bool) {
	from := max(a.start(t.Window), a.after.tomorrow())
	switch t.Measure {
	case UnreportedLessons:
		from = max(a.newest, a.after.tomorrow())
	case DaysInRow:
		from = max(a.year, a.after.tomorrow())
	case SubjectLimit: // is of the whole year, whatever came before
		from = a.year
	}
	return a.over(t, from, a.newest)
}

// over is a trigger's figure over some days, both included.
func (a attendance) over(t Trigger, from, to Date) (Fact, bool) {
	f := Fact{Trigger: t, From: from, To: to}
	days := a.between(from, to)
	n, ok := 0, true
	switch t.Measure {
	case UnreportedLessons, InvalidLessons:
		n = sum(days, func(l Lessons) int { return l.Without })
	case InvalidMinutes:
		n = sum(days, func(l Lessons) int { return l.Invalid })
	case LateArrivals:
		n = sum(days, func(l Lessons) int { return l.Late })
	case SingleLessons:
		for _, d := range days {
			if !d.whole {
				n += sum([]attended{d}, func(l Lessons) int { return l.Absent })
			}
		}
	case WholeDays:
		n = count(days, func(d attended) bool { return d.whole })
	case Occasions:
		n = a.occasions(days)
	case DaysInRow:
		f.From, n = a.row(days, to)
	case TotalPercent:
		f.Value, ok = a.percent(days, a.reported(from, to))
		return f, ok
	case SubjectLimit:
		f.Value, f.Subject = a.limit(days)
		return f, f.Subject != "" && a.reported(from, to) >= percentDays
	}
	f.Value = float64(n)
	return f, ok
}

// between are the days from one to another, both included. They are a's own.
func (a attendance) between(from, to Date) []attended {
	at := func(d Date) int {
		i, _ := slices.BinarySearchFunc(a.days, d, func(x attended, d Date) int { return cmp.Compare(x.date, d) })
		return i
	}
	if from > to {
		return nil
	}
	return a.days[at(from):at(to.tomorrow())]
}

func sum(days []attended, of func(Lessons) int) int {
	n := 0
	for _, d := range days {
		for _, l := range d.lessons {
			n += of(l)
		}
	}
	return n
}

func count(days []attended, is func(attended) bool) int {
	n := 0
	for _, d := range days {
		if is(d) {
			n++
		}
	}
	return n
}

// percent is how much of the scheduled and reported minutes was missed, of so many reported school days. Where
// there are rows of days with absence alone, the other days are taken to have been as long and attended: the
// percentage may be too low, but not too high.
func (a attendance) percent(days []attended, reported int) (float64, bool) {
	n, away, scheduled, missed := 0, 0, 0, 0
	for _, d := range days {
		if d.scheduled == 0 {
			continue
		}
		n++
		if d.away {
			away++
		}
		scheduled += d.scheduled
		missed += d.missed
	}
	if n < percentDays || away < percentAbsences {
		return 0, false
	}
	if !a.all {
		scheduled = max(scheduled, min(reported*scheduled/n, reported*longDay))
	}
	return float64(100*missed) / float64(scheduled), true
}

// limit is the highest part of a subject's yearly minutes that counts against its limit, in per cent,
// and which subject that is. A subject with absence on one day alone, or none since a.after, is not asked.
func (a attendance) limit(days []attended) (worst float64, subject string) {
	type missed struct{ minutes, year, days, since int }
	subjects := map[string]missed{}
	for _, d := range days {
		for _, l := range d.lessons {
			if l.Subject == "" {
				continue
			}
			m := subjects[l.Subject]
			m.minutes += l.Limit
			if l.Year > 0 {
				m.year = l.Year
			}
			if l.Limit > 0 {
				m.days++
				if d.date > a.after {
					m.since++
				}
			}
			subjects[l.Subject] = m
		}
	}
	for name, m := range subjects {
		if m.year == 0 || m.days < percentAbsences || m.since == 0 {
			continue
		}
		pct := float64(100*m.minutes) / float64(m.year)
		if pct > worst || pct == worst && name < subject {
			worst, subject = pct, name
		}
	}
	return worst, subject
}

// occasions counts the unbroken runs of days with absence. A blank day does not break one.
func (a attendance) occasions(days []attended) int {
	n, last := 0, Date("")
	for _, d := range days {
		unbroken := last != "" && !a.schoolBetween(last, d.date)
		switch {
		case d.away && !unbroken:
			n, last = n+1, d.date
		case d.away, d.blank && unbroken:
			last = d.date
		default:
			last = ""
		}
	}
	return n
}

// row counts the whole days of absence that end with the last day, and finds the first of them. A blank
// day neither counts nor breaks it.
func (a attendance) row(days []attended, last Date) (Date, int) {
	from, n, next := last, 0, last.tomorrow()
	for _, d := range slices.Backward(days) {
		if a.schoolBetween(d.date, next) || !d.whole && !d.blank {
			break
		}
		if d.whole {
			from, n = d.date, n+1
		}
		next = d.date
	}
	return from, n
}

// endOfRow is the last of the whole days of absence that were under way on a day, if they have ended within the
// rowDays after it; otherwise it is that day. So a step that was done during an illness does not rise by the
// rest of the illness.
func (a attendance) endOfRow(day Date) Date {
	i := slices.IndexFunc(a.days, func(d attended) bool { return d.date == day && d.whole })
	if i < 0 {
		return day
	}
	end := day
	for n, d := range a.days[i:] {
		switch {
		case a.schoolBetween(end, d.date) || !d.whole && !d.blank:
			return end
		case n > rowDays:
			return day
		}
		end = d.date
	}
	if a.schoolBetween(end, a.newest.tomorrow()) {
		return end
	}
	return day
}

// schoolBetween reports whether there is a school day after one day and before another.
func (a attendance) schoolBetween(after, before Date) bool {
	d, ok := a.school.SchoolDayFrom(after.tomorrow())
	return ok && d < before
}

// reported counts the school days, both ends included, that are not blank.
func (a attendance) reported(from, to Date) int {
	n := a.school.SchoolDaysBetween(from.AddDays(-1), to)
	return n - count(a.days, func(d attended) bool {
		return d.blank && from <= d.date && d.date <= to && a.school.IsSchoolDay(d.date)
	})
}

// since reports whether there is anything after a day that counts for a case.
func (a attendance) since(day Date, c *Case) bool {
	return slices.ContainsFunc(a.days, func(d attended) bool { return c.of(d) && d.date > day })
}
