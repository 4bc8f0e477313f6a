package care

import "time"

// DefaultWork are the hours within which Lotsen sends when a school names none: 07:30 to 16:30.
var DefaultWork = Hours{From: 7*60 + 30, To: 16*60 + 30}

// workHours are the school's work hours, or DefaultWork when it has none.
func (sc School) workHours() Hours {
	if sc.Work.From >= sc.Work.To {
		return DefaultWork
	}
	return sc.Work
}

// Working reports whether Lotsen may send of its own accord at t: on a school day, within work
// hours (From included, To excluded), in the school's zone.
func (sc School) Working(t time.Time) bool {
	t = t.In(sc.Zone)
	work, now := sc.workHours(), Clock(t.Hour()*60+t.Minute())
	return work.From <= now && now < work.To && sc.IsSchoolDay(DateOf(t, sc.Zone))
}

// NextWorking is t if Working(t), else the next instant at which Lotsen may send; false when no
// school day is left.
func (sc School) NextWorking(t time.Time) (time.Time, bool) {
	if sc.Working(t) {
		return t, true
	}
	local, from := t.In(sc.Zone), sc.workHours().From
	d := DateOf(local, sc.Zone)
	if Clock(local.Hour()*60+local.Minute()) >= from { // d is no school day, or its hours are over
		d = d.tomorrow()
	}
	d, ok := sc.SchoolDayFrom(d)
	if !ok {
		return time.Time{}, false
	}
	return sc.WorkAt(d, from), true
}

// WorkAt is the instant of the wall-clock time c on d, moved to the nearest time within the work
// hours, of which the last is one minute before their end. It does not ask whether d is a school day.
func (sc School) WorkAt(d Date, c Clock) time.Time {
	work := sc.workHours()
	c = min(max(c, work.From), work.To-1)
	return d.At(int(c)/60, int(c)%60, sc.Zone)
}
