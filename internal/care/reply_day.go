package care

import (
	"slices"
	"strings"
	"time"
)

// dayMeaning is which day or time a phrase names.
type dayMeaning string

// The days and times.
const (
	dayToday      dayMeaning = "today"
	dayTomorrow   dayMeaning = "tomorrow"
	dayOvermorrow dayMeaning = "overmorrow"
	dayYesterday  dayMeaning = "yesterday"
	dayPast       dayMeaning = "past"    // some time that has been
	dayPastDay    dayMeaning = "pastday" // a weekday that has been
	dayWeekday    dayMeaning = "weekday"
	dayDate       dayMeaning = "date"
	dayWeek       dayMeaning = "week"
	dayNextWeek   dayMeaning = "next_week"
	dayWeekEnd    dayMeaning = "week_end" // the rest of this week
	dayAfterBreak dayMeaning = "after_break"
	dayInDays     dayMeaning = "in_days"
	dayInWeeks    dayMeaning = "in_weeks"
	dayInMonths   dayMeaning = "in_months"
	dayClock      dayMeaning = "clock"
	dayMorning    dayMeaning = "morning"
	dayAfternoon  dayMeaning = "afternoon"
	dayAfterLunch dayMeaning = "after_lunch"
)

// toCome reports whether it is a day or time that may be to come.
func (d dayMeaning) toCome() bool {
	switch d {
	case "", dayYesterday, dayPast, dayPastDay, dayWeekEnd:
		return false
	}
	return true
}

// What parts of the day begin at, if the school does not say.
const (
	morningAt   Clock = 9 * 60
	afternoonAt Clock = 14 * 60
	lunchEnd    Clock = 13 * 60
)

// A namedDay is a day or a time that a reply names.
type namedDay struct {
	first Date // as a day to come, or as written; "" if it is none
	last  Date // the last of its days
	been  Date // as a day that has been; "" if it is none
	from  Date // of a span of dates
	past  bool // it is told of, not planned
	today bool
	clock Clock // if isClock
	// orClock is the time that a date is more likely to be, unless it is of a day that has been: 9.10 in November.
	orClock Clock
	isClock bool
	odd     string // what was written, of a day that there is not
}

// calendar resolves days and times.
type calendar struct {
	*lexicon
	school School
	today  Date
	now    Clock
}

// read resolves a phrase's day; false when it cannot be told which is meant.
func (c calendar) read(kind dayMeaning, tokens []token) (namedDay, bool) {
	on := func(d Date) (namedDay, bool) { return namedDay{first: d, last: d, been: d, today: d == c.today}, true }
	switch kind {
	case dayToday:
		return on(c.today)
	case dayTomorrow:
		return on(c.today.AddDays(1))
	case dayOvermorrow:
		return on(c.today.AddDays(2))
	case dayYesterday:
		d := c.today.AddDays(-1)
		return namedDay{last: d, been: d, past: true}, true
	case dayPast:
		return namedDay{past: true}, true
	case dayPastDay:
		d := c.weekday(c.today.AddDays(-8), c.find(tokens, c.days))
		return namedDay{last: d, been: d, past: true}, true
	case dayWeekday:
		return c.readWeekday(tokens)
	case dayDate:
		return c.readDate(tokens)
	case dayWeek:
		return c.week(c.numbered(c.count(tokens)), tokens)
	case dayNextWeek:
		return c.week(c.monday(c.today).AddDays(7), tokens)
	case dayWeekEnd:
		n, _ := c.week(c.monday(c.today), nil)
		return namedDay{last: n.last, past: true}, true
	case dayAfterBreak:
		return c.afterBreak()
	case dayInDays:
		return on(c.today.AddDays(c.count(tokens)))
	case dayInWeeks:
		return on(c.today.AddDays(7 * c.count(tokens)))
	case dayInMonths:
		return on(DateOf(c.today.At(12, 0, time.UTC).AddDate(0, c.count(tokens), 0), time.UTC))
	case dayMorning:
		return namedDay{clock: morningAt, isClock: true}, true
	case dayAfternoon:
		return namedDay{clock: afternoonAt, isClock: true}, true
	case dayAfterLunch:
		n := namedDay{clock: c.school.Lunch.To, isClock: true}
		if n.clock == 0 {
			n.clock = lunchEnd
		}
		return n, true
	}
	return c.readClock(tokens)
}

// find is the value of the first of the tokens' words that has one, or 0.
func (c calendar) find(tokens []token, of map[string]int) int {
	for _, t := range tokens {
		if n := of[t.fold]; n != 0 {
			return n
		}
	}
	return 0
}

// count is the last number among the tokens, or 0.
func (c calendar) count(tokens []token) int {
	n := 0
	for _, t := range tokens {
		if t.kind&tokenCount != 0 {
			n = t.n
		} else if k := c.numbers[t.fold]; k != 0 {
			n = k
		}
	}
	return n
}

func (c calendar) monday(d Date) Date {
	return d.AddDays(-(int(d.At(12, 0, time.UTC).Weekday()) + 6) % 7)
}

// weekday is the first such day after d; Monday is 1.
func (c calendar) weekday(after Date, n int) Date {
	d := after.AddDays(1)
	for int(d.At(12, 0, time.UTC).Weekday()) != n%7 {
		d = d.AddDays(1)
	}
	return d
}

func (c calendar) readWeekday(tokens []token) (namedDay, bool) {
	n := c.find(tokens, c.days)
	d := c.weekday(c.today, n)
	for _, t := range tokens { // "neste fredag" is this week's for one, the next week's for another
		if c.next[t.fold] && c.monday(d) == c.monday(c.today) {
			return namedDay{}, false
		}
	}
	return namedDay{first: d, last: d, been: c.weekday(c.today.AddDays(-8), n)}, true
}

// readDate reads a date, with its weekday if there is one, which must be right.
func (c calendar) readDate(tokens []token) (namedDay, bool) {
	var typed, to dayTyped
	for _, t := range tokens {
		switch {
		case t.kind&tokenDate != 0:
			typed, to = t.day, t.to
		case t.kind&tokenCount != 0 && typed.day == 0:
			typed.day, to.day = t.n, t.to.day
		case t.kind&tokenCount != 0:
			typed.year = t.n
		case c.months[t.fold] != 0:
			typed.month = c.months[t.fold]
		}
	}
	if typed.month == 0 {
		if typed.day < 1 || typed.day > 31 || to.day != 0 {
			return namedDay{}, false
		}
		d := c.dayOfMonth(typed.day, 1)
		return namedDay{first: d, last: d, been: c.dayOfMonth(typed.day, -1)}, true
	}
	if to.day != 0 && to.month == 0 { // "23-25 november"
		to.month, to.year = typed.month, typed.year
	}
	if typed.day < 1 || typed.day > 31 || typed.year != 0 && (typed.year < 2000 || typed.year > 2100) {
		return namedDay{}, false
	}
	d := typed.near(c.today)
	if d == "" {
		return namedDay{odd: written(tokens)}, true
	}
	named := namedDay{first: d, last: d, been: d, today: d == c.today}
	clock, isClock := c.readClock(tokens)
	isClock = isClock && clock.clock >= 7*60 && clock.clock < 17*60 &&
		slices.ContainsFunc(tokens, func(t token) bool { return t.kind&tokenTime != 0 }) // not the number of "1 mars"
	if n := c.find(tokens, c.days); n != 0 && n%7 != int(d.At(12, 0, time.UTC).Weekday()) {
		d = c.weekday(c.today, n) // "tis 14.10" is a time
		return namedDay{first: d, last: d, clock: clock.clock, isClock: true}, isClock
	} else if n == 0 && isClock && clock.clock%5 == 0 && (d < c.today || d > c.today.AddDays(60)) {
		named.orClock = clock.clock
	}
	if to.month != 0 {
		named.from, named.last = d, to.near(d)
		if named.last <= d {
			return namedDay{}, false
		}
	}
	return named, true
}

// written are the tokens of a date as they were written, without what stands before its number.
func written(tokens []token) string {
	var words []string
	for _, t := range tokens {
		if t.kind != 0 || len(words) > 0 {
			words = append(words, t.fold)
		}
	}
	return strings.Join(words, " ")
}

// dayOfMonth is the next day with that number, or with -1 the last that was.
func (c calendar) dayOfMonth(n, way int) Date {
	d := c.today.AddDays(way)
	for d.At(12, 0, time.UTC).Day() != n {
		d = d.AddDays(way)
	}
	return d
}

// numbered is the Monday of the week with that number that lies nearest, or "".
func (c calendar) numbered(n int) Date {
	if n < 1 || n > 53 {
		return ""
	}
	d := c.monday(c.today)
	for off := range 30 {
		for _, m := range [2]Date{d.AddDays(7 * off), d.AddDays(-7 * off)} {
			if _, week := m.At(12, 0, time.UTC).ISOWeek(); week == n {
				return m
			}
		}
	}
	return ""
}

// week is the week of a Monday, or the day of it that the tokens name.
func (c calendar) week(monday Date, tokens []token) (namedDay, bool) {
	if monday == "" {
		return namedDay{}, false
	}
	if n := c.find(tokens, c.days); n != 0 {
		d := monday.AddDays(n - 1)
		return namedDay{first: d, last: d, been: d}, true
	}
	n := namedDay{first: monday, last: monday.AddDays(4), been: monday}
	for i := 4; i >= 0; i-- {
		if d := monday.AddDays(i); c.school.IsSchoolDay(d) && d > c.today {
			n.first = d
		}
	}
	for i := range 5 {
		if d := monday.AddDays(i); c.school.IsSchoolDay(d) {
			n.last = d
		}
	}
	return n, true
}

// afterBreak is the first school day after the break that is, or comes next.
func (c calendar) afterBreak() (namedDay, bool) {
	var end Date
	for _, b := range c.school.Breaks {
		if b.To >= c.today && (end == "" || b.To < end) {
			end = b.To
		}
	}
	if end == "" {
		return namedDay{}, false
	}
	d := c.school.ahead(end.AddDays(1), 0)
	return namedDay{first: d, last: d}, true
}

// readClock reads a time of day. An hour up to six is one of the afternoon, for it is a school's.
func (c calendar) readClock(tokens []token) (namedDay, bool) {
	var at Clock
	half, quarter := 0, false
	for _, t := range tokens {
		switch {
		case t.fold == "halv":
			half = 30
		case t.fold == "kvart":
			quarter = true
		case t.kind&tokenTime != 0:
			at = t.clock
			if at < 7*60 && t.fold[0] != '0' {
				at += 12 * 60
			}
		default:
			n := c.count([]token{t})
			if n == 0 {
				continue
			}
			if n > 24 {
				return namedDay{}, false
			}
			if half > 0 {
				n--
			}
			if n < 7 {
				n += 12
			}
			at = Clock(n*60 + half)
		}
	}
	if quarter {
		at += 15
	}
	return namedDay{clock: at, isClock: true}, at > 0 && at < 24*60
}

// at is the day and time that a snooze is put to: today if only a time is named, and the next school day if that
// has passed.
func (c calendar) at(d Date, clock Clock) Date {
	if d == "" {
		d = c.today
	}
	if d == c.today && (clock <= c.now || !c.school.IsSchoolDay(d)) {
		return c.school.ahead(d, 1)
	}
	return d
}
