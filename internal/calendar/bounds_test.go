package calendar_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

func stockholm(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// event is a VEVENT of some lines.
func event(lines ...string) string {
	return "BEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\n"
}

func whole(events ...string) []byte {
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(events, "") + "END:VCALENDAR\r\n")
}

func TestReadStrange(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":       "",
		"a login page":  "<!doctype html>\n<html><head><title>Logga in</title></head><body>BEGIN:VCALENDAR</body></html>",
		"JSON":          `{"error": "BEGIN:VCALENDAR"}`,
		"an address":    "BEGIN:VCARD\r\nFN:X\r\nEND:VCARD\r\n",
		"an event only": event("DTSTART:20261123T080000Z", "DTEND:20261123T090000Z"),
	} {
		busy, err := calendar.Read([]byte(data), stockholm(t), time.Now(), time.Now().AddDate(0, 1, 0))
		var known *care.CalendarError
		if !errors.As(err, &known) || known.Trouble != care.CalendarStrange || busy != nil {
			t.Errorf("%s: Read = %v, %v, want that it is strange", name, busy, err)
		}
	}
}

// A calendar of which the end is missing is no calendar: whoever reads half of one would be free in the other half.
func TestReadCutOff(t *testing.T) {
	monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	text := string(whole(event("DTSTART:20261123T080000Z", "DTEND:20261123T090000Z"), event("DTSTART:20261124T080000Z", "DTEND:20261124T090000Z")))
	end := strings.TrimSuffix(text, "\r\n")
	for n := range len(text) {
		busy, err := calendar.Read([]byte(text[:n]), stockholm(t), monday, monday.AddDate(0, 0, 7))
		var known *care.CalendarError
		switch {
		case n >= len(end):
			if err != nil || len(busy) != 2 {
				t.Errorf("Read(%d letters) = %v, %v, want all of it", n, busy, err)
			}
		case !errors.As(err, &known) || busy != nil:
			t.Fatalf("Read(%q) = %v, %v, want an error", text[:n], busy, err)
		case known.Trouble != care.CalendarAway && n > len("BEGIN:VCALENDAR"):
			t.Errorf("Read(%d letters) is %s, want away", n, known.Trouble)
		}
	}
}

// Calendars made to take for ever: each is either read or refused as too large, soon.
func TestReadBounded(t *testing.T) {
	endless := func(n int, rule string) []byte {
		var events []string
		for i := range n {
			events = append(events, event(fmt.Sprintf("UID:%d", i), "DTSTART:19700101T080000Z", "DURATION:PT1H", "RRULE:"+rule))
		}
		return whole(events...)
	}
	chain := []string{event("UID:x", "DTSTART:20200101T080000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY")}
	for i := range 5000 {
		at := time.Date(2020, 1, 2, i, 0, 0, 0, time.UTC).Format("20060102T150405Z")
		chain = append(chain, event("UID:x", "RECURRENCE-ID;RANGE=THISANDFUTURE:"+at, "DTSTART:"+at, "DURATION:PT1H", "RRULE:FREQ=HOURLY"))
	}
	var deep, zones []string
	for i := range 100_000 {
		deep = append(deep, fmt.Sprintf("BEGIN:X-%d\r\n", i))
	}
	for i := range 8000 {
		zones = append(zones, fmt.Sprintf("BEGIN:VTIMEZONE\r\nTZID:zone %d\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n", i),
			event(fmt.Sprintf("DTSTART;TZID=zone %d:20261123T080000", i), fmt.Sprintf("DTEND;TZID=other %d:20261123T090000", i)))
	}
	for _, test := range []struct {
		name  string
		data  []byte
		large bool
	}{
		{"one in another without end", whole(deep...), false},
		{"many zones", whole(zones...), false},
		{"a rule of a million days", endless(20, "FREQ=DAILY;BYMONTHDAY="+strings.Repeat("30,", 10_000)+"30;BYMONTH=2"), false},
		{"a rule of a million times", endless(20, "FREQ=DAILY;BYHOUR="+strings.Repeat("1,", 100)+"1;BYMINUTE="+strings.Repeat("1,", 100)+"1;BYSECOND="+strings.Repeat("1,", 100)+"1"), false},
		{"many of the longest rules", endless(1000, "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,"+strings.Repeat("30,", 300)+"30"), true},
		{"one of every second", endless(1, "FREQ=SECONDLY"), false},
		{"many of every second", endless(5000, "FREQ=SECONDLY"), true},
		{"many that never come true by days", endless(5000, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), true},
		{"many that never come true by weeks", endless(5000, "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30"), true},
		{"many that never come true by years", endless(5000, "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1"), true},
		{"many that never come true by hours", endless(5000, "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"), false},
		{"many that never come true by seconds", endless(5000, "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1"), true},
		{"counted without end", endless(500, "FREQ=HOURLY;COUNT=999999999"), true},
		{"many times a day", endless(500, "FREQ=DAILY;BYSECOND=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13;BYHOUR=1,2,3,4,5,6,7,8,9"), true},
		{"changed on and on", whole(chain...), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			from := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
			began := time.Now()
			_, err := calendar.Read(test.data, stockholm(t), from, from.AddDate(0, 0, 70))
			if took := time.Since(began); took > slowest {
				t.Errorf("took %s", took)
			}
			var known *care.CalendarError
			if large := errors.As(err, &known) && known.Trouble == care.CalendarLarge; large != test.large {
				t.Errorf("Read = %v, large %v, want %v", err, large, test.large)
			}
		})
	}
}

// Whatever order the events of a file stand in, the same times are busy.
func TestReadAnyOrder(t *testing.T) {
	for _, s := range samples(t) {
		text := strings.ReplaceAll(string(s.data), "\r\n", "\n")
		parts := strings.SplitAfter(text, "END:VEVENT\n")
		head := strings.Index(parts[0], "BEGIN:VEVENT\n")
		if len(parts) < 3 || head < 0 || strings.Count(text, "BEGIN:VEVENT\n") != len(parts)-1 || strings.Count(text, "BEGIN:VCALENDAR") != 1 {
			continue
		}
		events := append([]string{parts[0][head:]}, parts[1:len(parts)-1]...)
		slices.Reverse(events)
		turned := parts[0][:head] + strings.Join(events, "") + parts[len(parts)-1]
		got, err := calendar.Read([]byte(turned), s.zone, s.from, s.to)
		if err != nil || !slices.Equal(got, s.busy) {
			t.Errorf("%s turned round: %v, %v, want %v", s.name, got, err, s.busy)
		}
	}
}

// A year's timetable is 900 lessons; a person who never ends a series has 30 of them.
func yearOfLessons() []byte {
	var events []string
	first := time.Date(2026, 8, 17, 0, 0, 0, 0, time.UTC)
	for i := range 900 {
		at := first.AddDate(0, 0, i/5/5*7+i/5%5).Add(time.Duration(7+i%5) * time.Hour)
		events = append(events, event(fmt.Sprintf("UID:lesson-%d@schema.example", i), "DTSTAMP:20260801T000000Z",
			"SUMMARY:Matematik 8B", "LOCATION:A12", "DESCRIPTION:"+strings.Repeat("Ta med bok. ", 20),
			"DTSTART;TZID=W. Europe Standard Time:"+at.Format("20060102T150405"), "DTEND;TZID=W. Europe Standard Time:"+at.Add(50*time.Minute).Format("20060102T150405"), "STATUS:CONFIRMED"))
	}
	return whole(events...)
}

func thirtyEndless() []byte {
	var events []string
	for i := range 30 {
		at := time.Date(2012, 8, 13+i%5, 7+i/5, 0, 0, 0, time.UTC)
		events = append(events, event(fmt.Sprintf("UID:%d", i), "DTSTART;TZID=Europe/Stockholm:"+at.Format("20060102T150405"), "DURATION:PT50M",
			"RRULE:FREQ=WEEKLY;BYDAY="+strings.ToUpper(at.Format("Mon")[:2]), "EXDATE;TZID=Europe/Stockholm:"+at.AddDate(0, 0, 70).Format("20060102T150405")))
	}
	return whole(events...)
}

func BenchmarkReadYearOfLessons(b *testing.B) { benchmarkRead(b, yearOfLessons()) }
func BenchmarkReadThirtyEndless(b *testing.B) { benchmarkRead(b, thirtyEndless()) }

func benchmarkRead(b *testing.B, data []byte) {
	zone := stockholm(b)
	from := time.Date(2026, 11, 23, 0, 0, 0, 0, zone)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		busy, err := calendar.Read(data, zone, from, from.AddDate(0, 0, 70))
		if err != nil || len(busy) < 100 {
			b.Fatalf("Read = %d times, %v", len(busy), err)
		}
	}
}
