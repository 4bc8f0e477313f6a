package care_test

import (
	"fmt"
	"testing"
	"time"

	"lotsen/internal/care"
)

// fourWeeks is a query of ten people, each with a timetable, for four weeks. full fills every hour of one of them.
func fourWeeks(tb testing.TB, full bool) care.SlotQuery {
	zone := location(tb, "Europe/Stockholm")
	home := care.School{ID: "a", Country: care.Sweden, Zone: zone, Years: []care.Period{{From: "2026-08-17", To: "2027-06-11"}},
		Lunch: care.Hours{From: 690, To: 750}, EHTMeeting: care.EHTMeeting{Weekday: time.Tuesday, Hours: care.Hours{From: 780, To: 900}}}
	other := home
	other.ID, other.Country = "b", care.Norway
	q := care.SlotQuery{School: home, Quorum: 2, Team: true, Length: time.Hour, Earliest: "2026-09-07", Latest: "2026-10-02", Most: 8,
		Now: care.Date("2026-09-07").At(7, 0, zone)}
	for i := range 10 {
		p := care.SlotPerson{Staff: fmt.Sprint("p", i), Required: i < 6, Keep: i == 0, EHT: i%3 == 0, Schools: []care.School{home}}
		if i%4 == 3 {
			p.Schools = append(p.Schools, other)
		}
		for d := q.Earliest; d <= q.Latest.AddDays(56); d = d.AddDays(1) {
			for hour := 8; hour < 16; hour++ {
				if full && i == 1 || (hour*7+i*3+int(d[9]))%11 == 0 {
					start := d.At(hour, 10, zone)
					p.Busy = append(p.Busy, care.Interval{Start: start, End: start.Add(55 * time.Minute)})
				}
			}
		}
		q.People = append(q.People, p)
	}
	return q
}

func BenchmarkFindSlots(b *testing.B) {
	for _, full := range []bool{false, true} {
		q := fourWeeks(b, full)
		b.Run(fmt.Sprintf("none=%t", full), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if slots, no := care.FindSlots(q); (no != nil) != full || (len(slots) == 0) != full {
					b.Fatalf("%d slots, %+v", len(slots), no)
				}
			}
		})
	}
}
