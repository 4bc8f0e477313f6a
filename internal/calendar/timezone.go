package calendar

import (
	"fmt"
	"slices"
	"time"

	ical "github.com/arran4/golang-ical"

	"lotsen/internal/care"
)

// A span is from when to when a zone has to be known.
type span struct {
	zone     *time.Location
	from, to time.Time
}

// anyTime is when the zone of a calendar without meetings is described: the same each time.
var anyTime = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// zonesOf are those of the meetings, each for as long as it has some.
func zonesOf(f care.Feed) []span {
	var list []span
	for _, m := range f.Meetings {
		i := slices.IndexFunc(list, func(s span) bool { return s.zone.String() == m.School.Zone.String() })
		if i < 0 {
			list = append(list, span{m.School.Zone, m.Start, m.End})
			continue
		}
		if m.Start.Before(list[i].from) {
			list[i].from = m.Start
		}
		if m.End.After(list[i].to) {
			list[i].to = m.End
		}
	}
	if list == nil {
		list = []span{{f.School.Zone, anyTime, anyTime}}
	}
	return list
}

// A clockChange is one of a zone's clocks, as a rule has it that comes each year: on a weekday that is the week-th
// of its month, or its last (-1), when clocks show that time.
type clockChange struct {
	name     string
	summer   bool
	from, to int // seconds east of Greenwich, before it and after
	month    time.Month
	weekday  time.Weekday
	week     int
	clock    string
}

// timezone describes a zone from the year before one time to the year after another: what changes its clocks
// each year by a rule, and what else does by its day.
func timezone(zone *time.Location, from, to time.Time) *ical.VTimezone {
	from, to = from.AddDate(-1, 0, 0), to.AddDate(1, 0, 0)
	var order []clockChange
	days := map[clockChange][]time.Time{} // as clocks showed them before
	for at := from; ; {
		_, at = at.In(zone).ZoneBounds()
		if at.IsZero() || at.After(to) {
			break
		}
		c, day := changeAt(at, zone)
		if days[c] == nil {
			order = append(order, c)
		}
		days[c] = append(days[c], day)
	}
	tz := ical.NewTimezone(zone.String())
	if order == nil {
		name, offset := from.In(zone).Zone()
		observe(tz, clockChange{name: name, from: offset, to: offset}, from.UTC(), "")
	}
	for _, c := range order {
		if yearly(days[c], from, to) {
			week := fmt.Sprint(c.week)
			observe(tz, c, days[c][0], fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=%s%s", c.month, week, weekdays[c.weekday]))
			continue
		}
		for _, day := range days[c] {
			observe(tz, c, day, "")
		}
	}
	return tz
}

var weekdays = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// changeAt is the change of a zone at an instant, and the time that clocks showed before it.
func changeAt(at time.Time, zone *time.Location) (clockChange, time.Time) {
	name, to := at.In(zone).Zone()
	_, from := at.Add(-time.Second).In(zone).Zone()
	day := at.In(time.FixedZone("", from))
	week := (day.Day()-1)/7 + 1
	if day.AddDate(0, 0, 7).Month() != day.Month() {
		week = -1
	}
	return clockChange{name, at.In(zone).IsDST(), from, to, day.Month(), day.Weekday(), week, day.Format(time.TimeOnly)}, day
}

// yearly reports whether a change came in each year of that time, of which it covers two at least.
func yearly(days []time.Time, from, to time.Time) bool {
	first, last := days[0].Year(), days[len(days)-1].Year()
	return len(days) > 1 && last-first == len(days)-1 && first <= from.Year()+1 && last >= to.Year()-1
}

// observe adds what clocks show from a change on.
func observe(tz *ical.VTimezone, c clockChange, day time.Time, rule string) {
	base := ical.ComponentBase{}
	base.AddProperty(ical.ComponentProperty(ical.PropertyTzname), c.name)
	base.AddProperty(ical.ComponentProperty(ical.PropertyDtstart), day.Format("20060102T150405"))
	base.AddProperty(ical.ComponentProperty(ical.PropertyTzoffsetfrom), offset(c.from))
	base.AddProperty(ical.ComponentProperty(ical.PropertyTzoffsetto), offset(c.to))
	if rule != "" {
		base.AddProperty(ical.ComponentPropertyRrule, rule)
	}
	if c.summer {
		tz.Components = append(tz.Components, &ical.Daylight{ComponentBase: base})
		return
	}
	tz.Components = append(tz.Components, &ical.Standard{ComponentBase: base})
}

// offset is one from Greenwich as calendars write it: +0100.
func offset(seconds int) string {
	return time.Unix(0, 0).In(time.FixedZone("", seconds)).Format("-0700")
}
