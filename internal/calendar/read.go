package calendar

import (
	"strings"
	"time"

	"lotsen/internal/care"
)

// fileSteps bounds the work of one calendar. A full school year and a hundred endless rules take less
// than a twentieth of it.
const fileSteps = 500_000

// A reading is a calendar on its way to busy times.
type reading struct {
	zones    zones
	from, to time.Time
	work     int
	busy     []care.Interval
}

// Read returns when a calendar says that its owner is busy, within [from, to): in order, in UTC, no two
// of which meet. Floating times and whole days are the school's. An event at fault is passed over. Its
// only error is a *care.CalendarError: what is no calendar, or not the whole of one, in whose missing part
// they would seem free, or one of more than could be anyone's.
func Read(data []byte, school *time.Location, from, to time.Time) ([]care.Interval, error) {
	f := parse(data)
	if f.calendars == 0 {
		return nil, &care.CalendarError{Trouble: care.CalendarStrange}
	}
	if f.cut {
		return nil, &care.CalendarError{Trouble: care.CalendarAway}
	}
	r := &reading{zones: newZones(school, to.AddDate(2, 0, 0), f.zones), from: from, to: to, work: fileSteps}
	for _, s := range r.series(f.events) {
		s.take(r)
		if r.work <= 0 {
			return nil, &care.CalendarError{Trouble: care.CalendarLarge}
		}
	}
	for _, p := range f.freeBusy {
		r.published(p)
	}
	return care.United(r.busy), nil
}

// moment reads a date or time of a component, in the zone that it names.
func (r *reading) moment(p *part, from prop) (moment, bool) {
	wall, date, isUTC, ok := parseWall(from.value)
	m := moment{wall, r.zones.school, date}
	switch {
	case !ok:
		return moment{}, false
	case isUTC:
		m.zone = utc
	case strings.EqualFold(from.params["VALUE"], "DATE"):
		m.wall, m.date = wall.Truncate(24*time.Hour), true
	case !date && from.params["TZID"] != "":
		m.zone = r.zones.named(p.in, from.params["TZID"])
	}
	return m, true
}

// published counts what a VFREEBUSY says is taken.
func (r *reading) published(p *part) {
	for _, spans := range p.props["FREEBUSY"] {
		if strings.EqualFold(spans.params["FBTYPE"], "FREE") {
			continue
		}
		for one := range strings.SplitSeq(spans.value, ",") {
			if o, ok := r.span(p, prop{spans.params, one}); ok {
				r.take(o)
			}
		}
	}
}

// take counts the part of an occasion that lies in the time asked about.
func (r *reading) take(o occasion) {
	start, end := o.start.instant(), o.takes.end(o.start)
	if start.Before(r.from) {
		start = r.from
	}
	if end.After(r.to) {
		end = r.to
	}
	if start.Before(end) {
		r.busy = append(r.busy, care.Interval{Start: start.UTC(), End: end.UTC()})
	}
}
