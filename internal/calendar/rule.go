package calendar

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A rule says when an event recurs. It reckons in what clocks show, so that a lesson at nine stays at
// nine when summer time begins; which instants these are is for the zone to say.
type rule struct {
	is    rrule.ROption // without start, end and count, which are reckoned with here
	count int
	until time.Time // the last that clocks may show; zero if it goes on
}

// Bounds on the work of one rule. A daily one from 1900 on has 46 000 occasions until now; one of more
// than this many steps is no one's, and is cut. One that looks on in vain costs as much as wasted.
const (
	ruleSteps = 50_000
	wasted    = 25_000
)

// Bounds on a rule itself, beyond all that a program writes: its text (the weeks of a school year take a
// hundred letters), the times it names in a day, and the places in a set.
const (
	ruleText   = 1000
	ruleTimes  = 1440
	rulePlaces = 50
)

// ruleParts are the parts of a rule that RFC 5545 knows; others are some program's own.
var ruleParts = []string{"FREQ", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"}

// parseRule reads a rule of what begins at start.
func parseRule(text string, start moment) (rule, bool) {
	if len(text) > ruleText {
		return rule{}, false
	}
	var r rule
	var parts []string
	for one := range strings.SplitSeq(strings.ToUpper(strings.Join(strings.Fields(text), "")), ";") {
		key, value, _ := strings.Cut(one, "=")
		value = strings.Trim(value, ",")
		switch {
		case key == "COUNT":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return rule{}, false
			}
			r.count = n
		case key == "UNTIL":
			until, ok := parseUntil(value, start)
			if !ok {
				return rule{}, false
			}
			r.until = until
		case key == "RSCALE" && value != "GREGORIAN":
			return rule{}, false
		case start.date && (key == "BYHOUR" || key == "BYMINUTE" || key == "BYSECOND"): // RFC 5545, 3.3.10: ignored
		case slices.Contains(ruleParts, key) && value != "":
			parts = append(parts, key+"="+value)
		}
	}
	is, err := rrule.StrToROption(strings.Join(parts, ";"))
	if err != nil || is.Interval > 1_000_000 || !fitsLibrary(is) {
		return rule{}, false
	}
	is.Interval = max(is.Interval, 1)
	r.is = *is
	return r, true
}

// fitsLibrary reports whether a rule's numbers lie within the tables of the library that follows it,
// which looks up some of them unchecked.
func fitsLibrary(is *rrule.ROption) bool {
	times := max(len(is.Byhour), 1) * max(len(is.Byminute), 1) * max(len(is.Bysecond), 1)
	if times > ruleTimes || len(is.Bysetpos) > rulePlaces {
		return false
	}
	is.Dtstart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := rrule.NewRRule(*is)
	if err != nil || is.Freq > rrule.DAILY && len(is.Bysetpos) > 0 {
		return false
	}
	inMonth := is.Freq == rrule.MONTHLY || is.Freq == rrule.YEARLY && len(is.Bymonth) > 0
	return !inMonth || !slices.ContainsFunc(is.Byweekday, func(d rrule.Weekday) bool { return d.N() > 5 || d.N() < -5 })
}

// parseUntil reads the end of a rule. A date is that whole day, also of an event with a time, as the
// programs that write such a one mean it.
func parseUntil(value string, start moment) (time.Time, bool) {
	wall, date, isUTC, ok := parseWall(value)
	if isUTC {
		wall = start.zone.wall(wall)
	}
	if date || start.date {
		wall = wall.Truncate(24 * time.Hour).Add(24*time.Hour - time.Second)
	}
	return wall, ok
}

// each calls yield with what clocks show when an event recurs, from lo to hi, in order. What it does it
// takes off work, and ends when there is none left.
func (r rule) each(start moment, lo, hi time.Time, work *int, yield func(wall time.Time)) {
	if !r.until.IsZero() && r.until.Before(hi) {
		hi = r.until
	}
	if hi.Before(start.wall) {
		return
	}
	left := min(ruleSteps, *work)
	began := left
	defer func() { *work -= began - left }()

	nth := 0
	take := func(wall time.Time) (more bool) {
		if nth == 0 && r.count > 0 && !wall.Equal(start.wall) {
			nth++ // the event's own start is always the first of its count
		}
		if nth++; wall.After(hi) || r.count > 0 && nth > r.count {
			return false
		}
		if !wall.Before(lo) {
			yield(wall)
		}
		return true
	}
	is := r.is
	is.Dtstart = start.wall
	if is.Freq > rrule.DAILY {
		left = r.step(is, lo, hi, left, take)
		return
	}
	if r.count == 0 {
		is = near(is, lo)
	}
	next, years := follow(is, hi)
	for left--; left > 0; left-- {
		wall, ok := next()
		if !ok {
			left -= wasted
			return
		}
		if !take(wall.AddDate(-years, 0, 0)) {
			return
		}
	}
}

// follow asks the library. For a rule that never comes true it looks on to the year 9999, and cannot be
// stopped; so, as the calendar repeats itself every 400 years, it is asked about the last of them.
func follow(is rrule.ROption, hi time.Time) (next rrule.Next, years int) {
	years = max(0, (9998-hi.Year())/400*400)
	is.Dtstart = is.Dtstart.AddDate(years, 0, 0)
	is.Until = hi.AddDate(years+400, 0, 0)
	r, err := rrule.NewRRule(is)
	if err != nil {
		return func() (time.Time, bool) { return time.Time{}, false }, 0
	}
	return r.Iterator(), years
}

// near lets a rule that is not counted begin shortly before lo instead of long ago, in step with its start.
func near(is rrule.ROption, lo time.Time) rrule.ROption {
	start := is.Dtstart
	days := int((lo.Unix() - start.Unix()) / 86400)
	if days < 1 {
		return is
	}
	switch is.Freq {
	case rrule.DAILY:
		is.Dtstart = start.AddDate(0, 0, days/is.Interval*is.Interval)
	case rrule.WEEKLY:
		weeks := days / 7
		is.Dtstart = start.AddDate(0, 0, 7*(weeks/is.Interval*is.Interval))
	default:
		months := 12*(lo.Year()-start.Year()) + int(lo.Month()-start.Month())
		interval := is.Interval
		if is.Freq == rrule.YEARLY {
			months, interval = lo.Year()-start.Year(), 12*interval
			months = 12 * months
		}
		if months = months / interval * interval; months < 1 {
			return is
		}
		if len(is.Byweekno)+len(is.Byyearday)+len(is.Bymonthday)+len(is.Byweekday) == 0 {
			if is.Freq == rrule.YEARLY && len(is.Bymonth) == 0 {
				is.Bymonth = []int{int(start.Month())}
			}
			is.Bymonthday = []int{start.Day()}
		}
		year, month, hour := start.Year(), start.Month()+time.Month(months), start.Hour()
		if is.Freq == rrule.YEARLY {
			month = time.Month(months + 1)
		}
		is.Dtstart = time.Date(year, month, 1, hour, start.Minute(), start.Second(), 0, time.UTC)
	}
	return is
}

// step follows a rule of hours, minutes or seconds, in which every part only narrows down. The library
// would look for ever for one that never comes true. It returns the work that is left.
func (r rule) step(is rrule.ROption, lo, hi time.Time, left int, take func(time.Time) bool) int {
	unit := map[rrule.Frequency]int64{rrule.HOURLY: 3600, rrule.MINUTELY: 60, rrule.SECONDLY: 1}[is.Freq] * int64(is.Interval)
	at := is.Dtstart.Unix()
	if r.count == 0 && lo.Unix() > at {
		at += (lo.Unix() - at) / unit * unit
	}
	for ; left > 0 && at <= hi.Unix(); left-- {
		wall := time.Unix(at, 0).UTC()
		switch {
		case !onDay(is, wall): // on to the last step of the day
			at += (86399 - (at%86400+86400)%86400) / unit * unit
		case inDay(is, wall) && !take(wall):
			return left
		}
		at += unit
	}
	return left
}

func onDay(is rrule.ROption, t time.Time) bool {
	month := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	year := time.Date(t.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	return among(is.Bymonth, int(t.Month()), 0) && among(is.Bymonthday, t.Day(), month) && among(is.Byyearday, t.YearDay(), year) &&
		(len(is.Byweekday) == 0 || slices.ContainsFunc(is.Byweekday, func(d rrule.Weekday) bool { return d.Day() == (int(t.Weekday())+6)%7 }))
}

func inDay(is rrule.ROption, t time.Time) bool {
	return among(is.Byhour, t.Hour(), 0) && among(is.Byminute, t.Minute(), 0) && among(is.Bysecond, t.Second(), 0)
}

// among reports whether n is one of some, which may count from the end of all; none is any.
func among(some []int, n, all int) bool {
	return len(some) == 0 || slices.Contains(some, n) || all > 0 && slices.Contains(some, n-all-1)
}
