package calendar

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// A file is what a calendar's text holds that matters here, however it is put together.
type file struct {
	calendars int
	cut       bool // the text ends before a calendar does
	events    []*part
	freeBusy  []*part
	zones     []*part
}

// deepest is how far components are followed into each other: an observance in a zone in a calendar, and some more.
const deepest = 8

// A part is a component: a calendar, an event, a time zone or one of its observances.
type part struct {
	kind  string
	props map[string][]prop // by name in capitals
	in    *part             // the calendar it stands in
	parts []*part           // a time zone's observances
}

// A prop is one line: its parameters by name in capitals, and its value.
type prop struct {
	params map[string]string
	value  string
}

// read are the properties that are looked at. What an event is about is not even parsed.
var read = map[string]bool{
	"METHOD": true, "UID": true, "SEQUENCE": true, "STATUS": true, "TRANSP": true, "X-MICROSOFT-CDO-BUSYSTATUS": true,
	"DTSTART": true, "DTEND": true, "DURATION": true, "RECURRENCE-ID": true,
	"RRULE": true, "EXRULE": true, "RDATE": true, "EXDATE": true, "FREEBUSY": true,
	"TZID": true, "TZOFFSETFROM": true, "TZOFFSETTO": true, "X-LIC-LOCATION": true,
}

// ofCalendar are the components that stand in a calendar itself and in nothing else, so that one that
// was not closed ends where the next begins.
var ofCalendar = map[string]bool{"VEVENT": true, "VFREEBUSY": true, "VTIMEZONE": true, "VTODO": true, "VJOURNAL": true}

// parse takes a calendar's text apart. Lines that are none are passed over, and components that are not
// closed are closed where they must have ended: a parser that wants a well-formed whole, as both known
// libraries do, would give up a year's timetable for one bad line. Only a calendar must have its end.
func parse(data []byte) *file {
	f := &file{}
	open := []*part{{}} // the innermost last; the first holds what stands outside
	for line := range lines(data) {
		name, rest, found := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		name = strings.ToUpper(strings.TrimSpace(name))
		kind := strings.ToUpper(strings.TrimSpace(rest))
		switch {
		case !found:
		case name == "BEGIN":
			if open = closed(open, kind); len(open) <= deepest {
				open = append(open, &part{kind: kind, props: map[string][]prop{}})
				f.began(open)
			}
		case name == "END":
			if at := lastOf(open, kind); at > 0 {
				open = open[:at]
			}
		case read[name] && len(open) > 1:
			if p, ok := property(line); ok {
				in := open[len(open)-1]
				in.props[name] = append(in.props[name], p)
			}
		}
	}
	f.cut = lastOf(open, "VCALENDAR") > 0
	return f
}

// began notes the innermost open part where it belongs.
func (f *file) began(open []*part) {
	p, in := open[len(open)-1], open[len(open)-2]
	p.in = open[min(1, len(open)-2)]
	switch p.kind {
	case "VCALENDAR":
		f.calendars++
	case "VEVENT":
		f.events = append(f.events, p)
	case "VFREEBUSY":
		f.freeBusy = append(f.freeBusy, p)
	case "VTIMEZONE":
		f.zones = append(f.zones, p)
	case "STANDARD", "DAYLIGHT":
		in.parts = append(in.parts, p)
	}
}

// closed closes what cannot be open any more when a component of a kind begins.
func closed(open []*part, kind string) []*part {
	if at := lastOf(open, kind); at > 0 {
		return open[:at]
	}
	switch {
	case ofCalendar[kind] && len(open) > 1 && open[1].kind == "VCALENDAR":
		return open[:2]
	case kind == "STANDARD", kind == "DAYLIGHT":
		if at := lastOf(open, "VTIMEZONE"); at > 0 {
			return open[:at+1]
		}
	}
	return open
}

// lastOf returns where the innermost open part of a kind is, or 0.
func lastOf(open []*part, kind string) int {
	for at := len(open) - 1; at > 0; at-- {
		if open[at].kind == kind {
			return at
		}
	}
	return 0
}

// property parses one line.
func property(line string) (prop, bool) {
	read, err := ical.ParseProperty(ical.ContentLine(quoteZone(line)))
	if err != nil || read == nil {
		return prop{}, false
	}
	p := prop{params: make(map[string]string, len(read.ICalParameters)), value: strings.TrimSpace(read.Value)}
	for name, values := range read.ICalParameters {
		p.params[strings.ToUpper(name)] = strings.Join(values, ",")
	}
	return p, true
}

// quoteZone puts the quotes round a zone's name that it should have had. Outlook's own names have a
// colon and commas, "(UTC+01:00) Amsterdam, Berlin, …", and some programs pass them on without.
func quoteZone(line string) string {
	const key = ";TZID="
	at := strings.Index(strings.ToUpper(line), key)
	if at < 0 || at+len(key) > len(line) {
		return line
	}
	head, rest := line[:at+len(key)], line[at+len(key):]
	value := strings.LastIndexByte(rest, ':')
	if value < 0 || strings.HasPrefix(rest, `"`) {
		return line
	}
	zone, more, _ := strings.Cut(rest[:value], ";")
	if !strings.ContainsAny(zone, `:,"`) {
		return line
	}
	if more != "" {
		more = ";" + more
	}
	return head + `"` + strings.ReplaceAll(zone, `"`, "") + `"` + more + rest[value:]
}

// lines yields the text's lines, unfolded. A fold may cut a letter in two, so each is decoded only when
// it is whole: as UTF-8, else as Windows-1252.
func lines(data []byte) iter.Seq[string] {
	data = bytes16(data)
	return func(yield func(string) bool) {
		var whole []byte
		for len(data) > 0 {
			line := data
			if end := bytes.IndexAny(data, "\r\n"); end >= 0 {
				line, data = data[:end], data[end+1:]
			} else {
				data = nil
			}
			switch {
			case len(line) == 0: // also between the two bytes of a line's end
			case line[0] == ' ' || line[0] == '\t':
				whole = append(whole, line[1:]...)
			default:
				if len(whole) > 0 && !yield(decoded(whole)) {
					return
				}
				whole = append(whole[:0], line...)
			}
		}
		if len(whole) > 0 {
			yield(decoded(whole))
		}
	}
}

// bytes16 turns UTF-16, which has a mark or a zero in its first two bytes, to UTF-8.
func bytes16(data []byte) []byte {
	if len(data) < 2 {
		return data
	}
	from := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	switch {
	case data[0] == 0xff && data[1] == 0xfe, data[0] == 0xfe && data[1] == 0xff, data[1] == 0:
	case data[0] == 0:
		from = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		return data
	}
	out, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}

func decoded(line []byte) string {
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(line) {
		if out, err := charmap.Windows1252.NewDecoder().Bytes(line); err == nil {
			line = out
		}
	}
	return string(line)
}
