package calendar

import (
	"strconv"
	"strings"
	"time"
)

// An event is what a VEVENT says of time.
type event struct {
	uid      string
	sequence int
	free     bool // it takes no one's time: cancelled, transparent, or shown as free
	start    moment
	takes    length
	rules    []rule
	extra    []occasion // RDATE
	except   exceptions // EXDATE
	unless   []rule     // EXRULE, of older programs
	instead  *moment    // the occasion of a series that it stands in for (RECURRENCE-ID)
	onward   bool       // also for all after it (RANGE=THISANDFUTURE)
}

// An occasion is one time at which an event happens.
type occasion struct {
	start moment
	takes length
}

// event reads a VEVENT; none if it is at fault.
func (r *reading) event(p *part) (event, bool) {
	e := event{uid: p.first("UID").value, free: free(p)}
	e.sequence, _ = strconv.Atoi(p.first("SEQUENCE").value)
	if id := p.first("RECURRENCE-ID"); id.value != "" {
		if of, ok := r.moment(p, id); ok {
			e.instead, e.onward = &of, strings.EqualFold(id.params["RANGE"], "THISANDFUTURE")
		}
	}
	start, ok := r.moment(p, p.first("DTSTART"))
	if !ok && e.instead != nil && e.free {
		start, ok = *e.instead, true // what was called off need not say when it was to be
	}
	if !ok {
		return event{}, false
	}
	e.start = start
	if e.takes, ok = r.length(p, start); !ok && !e.free {
		return event{}, false
	}
	if e.instead == nil || e.onward {
		e.rules, e.unless = parseRules(p, "RRULE", start), parseRules(p, "EXRULE", start)
		e.extra = r.extra(p, e.takes)
		e.except = r.exceptions(p)
	}
	return e, true
}

// free reports whether an event takes no time. "Working elsewhere" of Outlook takes it unless it says
// that it is transparent: whoever is in another place cannot meet in this one.
func free(p *part) bool {
	is := func(name, value string) bool { return strings.EqualFold(p.first(name).value, value) }
	return is("STATUS", "CANCELLED") || is("STATUS", "CANCELED") || is("TRANSP", "TRANSPARENT") ||
		is("X-MICROSOFT-CDO-BUSYSTATUS", "FREE") || strings.EqualFold(p.in.first("METHOD").value, "CANCEL")
}

// length is how long what begins at start takes. A day without an end, or one that ends before it has
// begun, is one day; a time without an end takes none.
func (r *reading) length(p *part, start moment) (length, bool) {
	day := length{days: 1}
	switch end := p.first("DTEND"); {
	case end.value != "":
		until, ok := r.moment(p, end)
		if !ok {
			return length{}, false
		}
		if start.date && until.date {
			days := int(until.wall.Sub(start.wall).Hours() / 24)
			return length{days: max(days, 1)}, days <= longest
		}
		exact := until.instant().Sub(start.instant())
		if start.date && exact <= 0 {
			return day, true
		}
		return length{exact: exact}, exact >= 0 && exact <= longest*24*time.Hour
	case p.first("DURATION").value != "":
		l, ok := parseLength(p.first("DURATION").value)
		if start.date && l == (length{}) {
			return day, ok
		}
		return l, ok
	case start.date:
		return day, true
	}
	return length{}, true
}

func parseRules(p *part, name string, start moment) []rule {
	var rules []rule
	for _, text := range p.props[name] {
		if r, ok := parseRule(text.value, start); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// extra reads RDATE: dates, times, or spans with a length of their own.
func (r *reading) extra(p *part, takes length) []occasion {
	var all []occasion
	for _, dates := range p.props["RDATE"] {
		for one := range strings.SplitSeq(dates.value, ",") {
			if o, ok := r.span(p, prop{dates.params, one}); ok {
				all = append(all, o)
			} else if m, ok := r.moment(p, prop{dates.params, one}); ok {
				all = append(all, occasion{m, takes})
			}
		}
	}
	return all
}

// span reads a period: a start, and an end or a length.
func (r *reading) span(p *part, from prop) (occasion, bool) {
	first, last, ok := strings.Cut(from.value, "/")
	if !ok {
		return occasion{}, false
	}
	start, ok := r.moment(p, prop{from.params, first})
	if !ok {
		return occasion{}, false
	}
	if takes, ok := parseLength(last); ok {
		return occasion{start, takes}, true
	}
	end, ok := r.moment(p, prop{from.params, last})
	exact := end.wall.Sub(start.wall)
	if ok {
		exact = end.instant().Sub(start.instant())
	}
	return occasion{start, length{exact: exact}}, ok && exact >= 0 && exact <= longest*24*time.Hour
}

// exceptions are occasions of a series that do not count.
type exceptions struct {
	at   map[int64]bool  // by their instant
	days map[string]bool // by their date
	over map[string]bool // by the date of an instant, for a series of whole days
}

func (r *reading) exceptions(p *part) exceptions {
	var x exceptions
	for _, dates := range p.props["EXDATE"] {
		for one := range strings.SplitSeq(dates.value, ",") {
			if m, ok := r.moment(p, prop{dates.params, one}); ok {
				x.add(m, r.zones.school)
			}
		}
	}
	return x
}

func (x *exceptions) add(m moment, school zone) {
	if x.at == nil {
		*x = exceptions{map[int64]bool{}, map[string]bool{}, map[string]bool{}}
	}
	if m.date {
		x.days[m.day()] = true
		return
	}
	at := m.instant()
	x.at[at.Unix()] = true
	x.over[school.wall(at).Format(time.DateOnly)] = true
}

// have reports whether an occasion is among them. A date takes out what begins on that day.
func (x *exceptions) have(m moment) bool {
	if x.at == nil {
		return false
	}
	if x.days[m.day()] {
		return true
	}
	if m.date {
		return x.over[m.day()]
	}
	return x.at[m.instant().Unix()]
}
