package calendar

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode"
)

// A zone tells how far a place's clocks are ahead of UTC at an instant, in seconds.
type zone func(at time.Time) int

var utc zone = func(time.Time) int { return 0 }

func zoneOf(loc *time.Location) zone {
	return func(at time.Time) int {
		_, offset := at.In(loc).Zone()
		return offset
	}
}

// instant is when clocks show a time. One that they show twice is the first, and one that they skip is
// counted with the offset from before the gap (RFC 5545, 3.3.5).
func (z zone) instant(wall time.Time) time.Time {
	minus := func(offset int) time.Time { return wall.Add(-time.Duration(offset) * time.Second) }
	before := z(wall.Add(-24 * time.Hour))
	at := minus(before)
	after := z(at)
	if after == before {
		return at
	}
	if later := minus(after); z(later) == after {
		return later
	}
	return at
}

// wall is what clocks show at an instant.
func (z zone) wall(at time.Time) time.Time {
	return at.UTC().Add(time.Duration(z(at)) * time.Second)
}

// zones finds the zones that calendars name.
type zones struct {
	school  zone
	until   time.Time // no later time is asked about
	defined map[zoneKey]*part
	found   map[zoneKey]zone
}

// mostZones is how many names are looked up for one file; further ones are taken for unknown.
const mostZones = 200

type zoneKey struct {
	calendar *part
	name     string
}

func newZones(school *time.Location, until time.Time, defined []*part) zones {
	z := zones{zoneOf(school), until, map[zoneKey]*part{}, map[zoneKey]zone{}}
	for _, p := range defined {
		z.defined[zoneKey{p.in, plainName(p.first("TZID").value)}] = p
	}
	return z
}

// named returns the zone that a calendar means by a name: one of the IANA database, else Windows' name of
// one, else as the calendar itself defines it, else the school's. A definition comes last because what
// programs enclose with a name that is known is often older or coarser than the zone itself.
func (z *zones) named(calendar *part, name string) zone {
	key := zoneKey{calendar, plainName(name)}
	if got, ok := z.found[key]; ok {
		return got
	}
	got := z.school
	if len(z.found) >= mostZones {
		return got
	}
	if loc := location(key.name); loc != nil {
		got = zoneOf(loc)
	} else if defined := z.evaluated(z.defined[key]); defined != nil {
		got = defined
	}
	z.found[key] = got
	return got
}

// plainName takes off a name what differs between how programs write it.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	return strings.Join(strings.Fields(name), " ")
}

//go:embed windows_zones.tsv
var windowsText string

// windowsZones are the zones by Windows' name for them.
var windowsZones = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for line := range strings.Lines(windowsText) {
		if windows, iana, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			names[strings.ToLower(windows)] = iana
		}
	}
	return names
})

// location finds a zone by a plain name, with or without the prefix of whoever distributed it
// ("/mozilla.org/20050126_1/Europe/Stockholm"); nil if there is none.
func location(name string) *time.Location {
	if iana, ok := windowsZones()[name]; ok {
		name = strings.ToLower(iana)
	}
	for strings.HasPrefix(name, "/") {
		name = name[1:]
		if loc := iana(name); loc != nil {
			return loc
		}
		next := strings.IndexByte(name, '/')
		if next < 0 {
			return nil
		}
		name = name[next:]
	}
	return iana(name)
}

// iana finds a zone of the database by its name in small letters.
func iana(name string) *time.Location {
	switch name {
	case "", "local", "localtime", "posixrules", "factory": // the machine's own zone, or none
		return nil
	case "z":
		return time.UTC
	}
	if strings.Contains(name, "..") || len(name) > 40 {
		return nil
	}
	for _, spelled := range []string{titled(name), strings.ToUpper(name)} {
		if loc, err := time.LoadLocation(spelled); err == nil {
			return loc
		}
	}
	return nil
}

// titled writes a zone's name as the database does: "america/port-au-prince" is America/Port-au-Prince.
func titled(name string) string {
	var out strings.Builder
	for name != "" {
		end := strings.IndexAny(name, "/_-+")
		if end < 0 {
			end = len(name)
		}
		word := name[:end]
		switch word {
		case "au", "es", "of":
		case "gmt", "utc", "uct", "us":
			word = strings.ToUpper(word)
		default:
			word = strings.ToUpper(word[:min(1, end)]) + word[min(1, end):]
		}
		out.WriteString(word)
		out.WriteString(name[end:min(end+1, len(name))])
		name = name[min(end+1, len(name)):]
	}
	return out.String()
}

// A change is when clocks begin to be so many seconds ahead, and how many they were before.
type change struct {
	at       time.Time
	from, to int
}

// evaluated returns the zone that a definition describes; nil if there is none, or it says nothing.
func (z *zones) evaluated(p *part) zone {
	if p == nil {
		return nil
	}
	if loc := location(plainName(p.first("X-LIC-LOCATION").value)); loc != nil {
		return zoneOf(loc)
	}
	var changes []change
	for _, o := range p.parts {
		changes = append(changes, z.changes(o)...)
	}
	if len(changes) == 0 {
		return nil
	}
	return byChanges(changes)
}

func byChanges(changes []change) zone {
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].at.Before(changes[j].at) })
	return func(at time.Time) int {
		next := sort.Search(len(changes), func(i int) bool { return changes[i].at.After(at) })
		if next == 0 {
			return changes[0].from
		}
		return changes[next-1].to
	}
}

// changes are the changes to one observance of a zone, summer or winter time, from the year 1970 on.
func (z *zones) changes(o *part) []change {
	wall, _, _, ok := parseWall(o.first("DTSTART").value)
	to, okTo := parseOffset(o.first("TZOFFSETTO").value)
	from, okFrom := parseOffset(o.first("TZOFFSETFROM").value)
	if !ok || !okTo {
		return nil
	}
	if !okFrom {
		from = to
	}
	before := zone(func(time.Time) int { return from })
	var out []change
	add := func(wall time.Time) { out = append(out, change{before.instant(wall), from, to}) }
	add(wall)
	for _, dates := range o.props["RDATE"] {
		for one := range strings.SplitSeq(dates.value, ",") {
			if wall, _, _, ok := parseWall(one); ok {
				add(wall)
			}
		}
	}
	start := moment{wall: wall, zone: before}
	for _, r := range o.props["RRULE"] {
		if r, ok := parseRule(r.value, start); ok {
			work := 2000
			r.each(start, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), z.until, &work, add)
		}
	}
	return out
}

// parseOffset reads an offset from UTC: sign, hours, minutes and perhaps seconds.
func parseOffset(s string) (int, bool) {
	s = strings.TrimSpace(s)
	sign := 1
	switch {
	case strings.HasPrefix(s, "-"):
		sign, s = -1, s[1:]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	if len(s) == 4 {
		s += "00"
	}
	h, m, sec, ok := numbers(s, 6)
	return sign * (h*3600 + m*60 + sec), ok && h < 24 && m < 60 && sec < 60
}

// first returns the first property of a name, or an empty one.
func (p *part) first(name string) prop {
	if all := p.props[name]; len(all) > 0 {
		return all[0]
	}
	return prop{}
}
