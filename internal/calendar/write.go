package calendar

import (
	"bytes"
	"strings"
	"time"
	"unicode"

	ical "github.com/arran4/golang-ical"

	"lotsen/internal/care"
)

// product is who has made a calendar.
const product = "-//Lotsen//Lotsen//SV"

// refresh is how often programs are asked to read a feed again.
const refresh = "PT30M"

// Words are what a calendar says, in its reader's language.
type Words struct {
	Name    string // of a feed
	Summary func(care.FeedMeeting) string
}

// Feed writes a person's meetings as a calendar that programs subscribe to (RFC 5545). Nobody's address is
// in it, so METHOD is PUBLISH, which asks for no answer (RFC 5546, 3.2.1). The same feed and words give the same
// bytes, whenever they are written.
func Feed(f care.Feed, w Words) ([]byte, error) {
	name := line(w.Name)
	cal := begin(ical.MethodPublish)
	cal.SetName(name)
	cal.SetXWRTimezone(f.School.Zone.String())
	cal.SetRefreshInterval(refresh) // of the type DURATION, which the library adds
	cal.SetXPublishedTTL(refresh)
	return write(cal, f, w)
}

// Invitation writes a meeting as a file for a person to open. PUBLISH puts it into their calendar, or changes
// what an earlier file of the same UID has put there. REQUEST would ask for an answer by mail, for which it takes
// addresses; people answer in Slack. A meeting that was called off is a CANCEL (RFC 5546, 4.1.3).
func Invitation(f care.Feed, w Words) ([]byte, error) {
	method := ical.MethodPublish
	for _, m := range f.Meetings {
		if m.State == care.MeetingCancelled {
			method = ical.MethodCancel
		}
	}
	return write(begin(method), f, w)
}

func begin(method ical.Method) *ical.Calendar {
	cal := ical.NewCalendar()
	cal.SetProductId(product)
	cal.SetCalscale("GREGORIAN")
	cal.SetMethod(method)
	return cal
}

// statuses are the states of meetings as calendars have them.
var statuses = map[care.MeetingState]ical.ObjectStatus{
	care.MeetingProposed:  ical.ObjectStatusTentative,
	care.MeetingConfirmed: ical.ObjectStatusConfirmed,
	care.MeetingCancelled: ical.ObjectStatusCancelled,
}

// write adds the zones and the meetings. A calendar without meetings has the zone of the person's school: one
// without anything in it is refused by some programs.
func write(cal *ical.Calendar, f care.Feed, w Words) ([]byte, error) {
	for _, z := range zonesOf(f) {
		cal.AddVTimezone(timezone(z.zone, z.from, z.to))
	}
	for _, m := range f.Meetings {
		e := cal.AddEvent(m.UID)
		e.SetSequence(m.Sequence)
		e.SetDtStampTime(m.Changed)
		e.SetModifiedAt(m.Changed)
		e.SetProperty(ical.ComponentPropertyDtStart, local(m.Start, m.School.Zone), ical.WithTZID(m.School.Zone.String()))
		e.SetProperty(ical.ComponentPropertyDtEnd, local(m.End, m.School.Zone), ical.WithTZID(m.School.Zone.String()))
		e.SetStatus(statuses[m.State])
		if m.State == care.MeetingCancelled {
			e.SetTimeTransparency(ical.TransparencyTransparent)
		} else {
			e.SetTimeTransparency(ical.TransparencyOpaque)
		}
		e.SetSummary(line(w.Summary(m)))
		if place := line(m.Place); place != "" {
			e.SetLocation(place)
		}
	}
	var b bytes.Buffer
	err := cal.SerializeTo(&b, ical.WithNewLine("\r\n"))
	return b.Bytes(), err
}

// local is a time as clocks show it. It is not for the hour that the end of summer time repeats.
func local(t time.Time, zone *time.Location) string { return t.In(zone).Format("20060102T150405") }

// line is a text on one line, without control characters.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
