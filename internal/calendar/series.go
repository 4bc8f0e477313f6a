package calendar

import (
	"slices"
	"sort"
	"strconv"
	"time"
)

// A series is all that has one UID: events, and what stands in for single occasions of them.
type series struct {
	events []event
	stands []event
}

// series puts events together, wherever in the file they stand, in the order in which they begin there.
func (r *reading) series(parts []*part) []*series {
	var all []*series
	byUID := map[string]*series{}
	for _, p := range parts {
		e, ok := r.event(p)
		if !ok {
			continue
		}
		s := byUID[e.uid]
		if s == nil || e.uid == "" {
			s = &series{}
			all = append(all, s)
			byUID[e.uid] = s
		}
		if e.instead != nil {
			s.stands = append(s.stands, e)
		} else {
			s.events = append(s.events, e)
		}
	}
	for _, s := range all {
		s.keepNewest()
	}
	return all
}

// keepNewest drops what a later version replaces. Of one version all count: there are timetables in which
// different lessons have one UID.
func (s *series) keepNewest() {
	newest := 0
	for _, e := range s.events {
		newest = max(newest, e.sequence)
	}
	s.events = slices.DeleteFunc(s.events, func(e event) bool { return e.sequence < newest })

	latest := map[string]event{}
	var order []string
	for _, e := range s.stands {
		key := strconv.FormatInt(e.instead.instant().Unix(), 10)
		if e.instead.date {
			key = e.instead.day()
		}
		old, had := latest[key]
		if !had {
			order = append(order, key)
		}
		if !had || e.sequence >= old.sequence {
			latest[key] = e
		}
	}
	s.stands = s.stands[:0]
	for _, key := range order {
		s.stands = append(s.stands, latest[key])
	}
}

// take counts the times of a series. What stands in for an occasion counts by itself, also where the
// occasion is not of the series or the series not in the file.
func (s *series) take(r *reading) {
	var gone exceptions
	for _, e := range s.stands {
		gone.add(*e.instead, r.zones.school)
	}
	for _, e := range s.stands {
		if e.free {
			continue
		}
		r.take(occasion{e.start, e.takes})
		if e.onward && len(e.rules) > 0 {
			r.recur(e, gone, s.stands)
		}
	}
	for _, e := range s.events {
		if !e.free {
			r.recur(e, gone, s.stands)
		}
	}
}

// A turn is a change of a series from one of its occasions on.
type turn struct {
	from  time.Time // the occasion's instant
	shift time.Duration
	event event
}

// turns are the changes to a series that apply after it has begun, in order.
func turns(e event, stands []event) []turn {
	var all []turn
	for _, s := range stands {
		if !s.onward {
			continue
		}
		of := *s.instead
		if of.date && !e.start.date {
			of = moment{wall: of.wall.Add(e.start.wall.Sub(e.start.wall.Truncate(24 * time.Hour))), zone: e.start.zone}
		}
		at := of.instant()
		if e.instead != nil && !at.After(e.instead.instant()) {
			continue // its own, or one before
		}
		z := e.start.zone
		all = append(all, turn{at, z.wall(s.start.instant()).Sub(z.wall(at)), s})
	}
	slices.SortFunc(all, func(a, b turn) int { return a.from.Compare(b.from) })
	return all
}

// recur counts an event's own times: its first, those of its rules, and those named one by one.
func (r *reading) recur(e event, gone exceptions, stands []event) {
	if r.work -= len(stands); r.work <= 0 {
		return
	}
	turned := turns(e, stands)
	takes, shift := e.takes, time.Duration(0)
	for _, t := range turned {
		takes.days, takes.exact = max(takes.days, t.event.takes.days), max(takes.exact, t.event.takes.exact)
		shift = max(shift, t.shift, -t.shift)
	}
	if takes == (length{}) && len(e.extra) == 0 {
		return
	}
	// Clocks are at most a day from UTC.
	lo := r.from.UTC().Add(-26*time.Hour).Add(-shift).Add(-takes.exact).AddDate(0, 0, -takes.days)
	hi := r.to.UTC().Add(26 * time.Hour).Add(shift)

	not := map[time.Time]bool{}
	for _, rule := range e.unless {
		rule.each(e.start, lo, hi, &r.work, func(wall time.Time) { not[wall] = true })
	}
	visit := func(o occasion) {
		if not[o.start.wall] || e.except.have(o.start) || gone.have(o.start) {
			return
		}
		at := o.start.instant()
		if after := sort.Search(len(turned), func(i int) bool { return turned[i].from.After(at) }); after > 0 {
			t := turned[after-1]
			if t.event.free || len(t.event.rules) > 0 {
				return
			}
			o.start.wall = o.start.wall.Add(t.shift)
			o.takes = t.event.takes
		}
		r.take(o)
	}
	visit(occasion{e.start, e.takes})
	for _, rule := range e.rules {
		rule.each(e.start, lo, hi, &r.work, func(wall time.Time) {
			visit(occasion{moment{wall, e.start.zone, e.start.date}, e.takes})
		})
	}
	for _, o := range e.extra {
		visit(o)
	}
}
