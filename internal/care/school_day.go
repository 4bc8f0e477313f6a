package care

import (
	"slices"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/se"
)

// IsSchoolDay reports whether d is a weekday within a school year that is no public holiday and
// in no break. A school without school years, which the configuration refuses, has school on
// every other weekday, without end.
func (sc School) IsSchoolDay(d Date) bool {
	return d != "" && sc.skip(d) == d
}

// SchoolDayFrom is the first school day on or after d; false when none is configured any more.
func (sc School) SchoolDayFrom(d Date) (Date, bool) {
	for d != "" {
		next := sc.skip(d)
		if next == d {
			return d, true
		}
		d = next
	}
	return "", false
}

// AddSchoolDays is the n-th school day after d, or SchoolDayFrom(d) when n is 0; false when the
// configured years end before.
func (sc School) AddSchoolDays(d Date, n int) (Date, bool) {
	if n <= 0 {
		return sc.SchoolDayFrom(d)
	}
	for ; n > 0; n-- {
		next, ok := sc.SchoolDayFrom(d.tomorrow())
		if !ok {
			return "", false
		}
		d = next
	}
	return d, true
}

// SchoolDaysBetween counts the school days after from up to and including to: none when to is
// not later than from.
func (sc School) SchoolDaysBetween(from, to Date) int {
	n := 0
	d, ok := sc.SchoolDayFrom(from.tomorrow())
	for ok && d <= to {
		n++
		d, ok = sc.SchoolDayFrom(d.tomorrow())
	}
	return n
}

// skip is d when that is a school day, else a later day before which there is none, or "" when
// there is none any more: after the last school year, in a break without end, after the year 9999,
// and for a d that is no day. It leaps over breaks and the time between school years.
func (sc School) skip(d Date) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	holds := func(p Period) bool { return p.Holds(d) }
	if len(sc.Years) > 0 && !slices.ContainsFunc(sc.Years, holds) {
		return sc.nextYear(d)
	}
	for _, b := range sc.Breaks {
		if holds(b.Period) {
			return b.To.tomorrow()
		}
	}
	if day := t.Weekday(); day == time.Saturday || day == time.Sunday || isHoliday(sc.Country, t) {
		return d.tomorrow()
	}
	return d
}

// nextYear is the first day of the next school year after d, or "".
func (sc School) nextYear(d Date) Date {
	var first Date
	for _, y := range sc.Years {
		if y.From > d && (first == "" || y.From < first) {
			first = y.From
		}
	}
	return first
}

// tomorrow is the day after d, or "" when d is no day.
func (d Date) tomorrow() Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return DateOf(t.AddDate(0, 0, 1), time.UTC)
}

// countryHolidays are the days off, apart from Sundays, that each country's law gives everyone.
// Sweden: lag (1989:253) om allmänna helgdagar, and the eves of midsummer, Christmas and New Year
// that semesterlagen (1977:480) 3 a § puts beside them. Norway: helligdagsfredloven (1995) § 2 and
// the law of 1947 on 1 and 17 May. Norway's julaften and nyttårsaften are working days in law, so
// they are school days unless a break holds them, as every school's juleferie does.
var countryHolidays = map[Country][]*cal.Holiday{Sweden: se.Holidays, Norway: no.Holidays}

// A holidayYear is a country's year.
type holidayYear struct {
	country Country
	year    int
}

// holidayYears remembers the holidays of each holidayYear that was asked for, a *[367]bool by the
// day of the year. The library works all of them out anew for every day, unless it caches, and
// its cache is not safe for concurrent use.
var holidayYears sync.Map

// isHoliday reports whether the day that t has in its own zone is a public holiday.
func isHoliday(country Country, t time.Time) bool {
	key := holidayYear{country, t.Year()}
	days, ok := holidayYears.Load(key)
	if !ok {
		days, _ = holidayYears.LoadOrStore(key, holidaysOf(key))
	}
	return days.(*[367]bool)[t.YearDay()]
}

func holidaysOf(key holidayYear) *[367]bool {
	var days [367]bool
	for _, h := range countryHolidays[key.country] {
		day, _ := h.Calc(key.year)
		days[day.YearDay()] = true
	}
	return &days
}
