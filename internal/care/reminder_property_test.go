package care

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestRemindersKeepWorkHours has follow-ups on every day of three school years, in both countries, with
// slots from midnight to midnight, asked for at any hour: none is planned for, and none is let out, outside
// work hours or on a day off. Days off are worked out by hand, apart from the code.
func TestRemindersKeepWorkHours(t *testing.T) {
	const seed = 20261126
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	days := func(list ...Date) map[Date]bool {
		m := map[Date]bool{}
		for _, d := range list {
			m[d] = true
		}
		return m
	}
	for _, tt := range []struct {
		name   string
		school School
		off    map[Date]bool // weekdays in the school years on which nothing is sent, besides the breaks
		open   map[Date]bool // days on which something must be sent
	}{
		{"Sweden", School{Country: Sweden, Zone: zone("Europe/Stockholm"), Work: Hours{From: 7*60 + 30, To: 16*60 + 30},
			Years: []Period{{"2026-08-17", "2027-06-11"}, {"2027-08-16", "2028-06-14"}, {"2028-08-16", "2029-06-13"}},
			Breaks: []Break{{"Höstlov", Period{"2026-10-26", "2026-10-30"}}, {"Jullov", Period{"2026-12-21", "2027-01-08"}},
				{"Sportlov", Period{"2027-02-22", "2027-02-26"}}, {"Jullov", Period{"2027-12-20", "2028-01-07"}}, {"Jullov", Period{"2028-12-20", "2029-01-08"}}}},
			days("2027-03-26", "2027-03-29", "2027-05-06", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-25", "2028-06-06", "2029-03-30", "2029-04-02", "2029-05-01", "2029-05-10", "2029-06-06"),
			days("2026-10-23", "2027-02-19", "2027-03-30", "2027-05-17", "2027-06-11", "2028-06-14", "2027-11-01")},
		{"Norway", School{Country: Norway, Zone: zone("Europe/Oslo"), Work: Hours{From: 8 * 60, To: 15 * 60},
			Years:  []Period{{"2026-08-17", "2027-06-18"}, {"2027-08-16", "2028-06-21"}, {"2028-08-16", "2029-06-20"}},
			Breaks: []Break{{"Høstferie", Period{"2026-10-05", "2026-10-09"}}, {"Juleferie", Period{"2026-12-21", "2027-01-01"}}, {"Juleferie", Period{"2027-12-20", "2028-01-02"}}, {"Juleferie", Period{"2028-12-20", "2029-01-02"}}}},
			days("2027-03-25", "2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17", "2028-04-13", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-17", "2028-05-25", "2028-06-05",
				"2029-03-29", "2029-03-30", "2029-04-02", "2029-05-01", "2029-05-10", "2029-05-17", "2029-05-21"),
			days("2026-10-02", "2027-05-18", "2027-06-18", "2028-06-21", "2026-10-26", "2027-03-30")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- the same days each time
			s := &Service{Schools: map[string]School{"s": tt.school}}
			off := func(d Date) bool {
				weekday := d.At(12, 0, time.UTC).Weekday()
				in := false
				for _, y := range tt.school.Years {
					in = in || y.From <= d && d <= y.To
				}
				for _, b := range tt.school.Breaks {
					in = in && !(b.From <= d && d <= b.To)
				}
				return !in || weekday == time.Saturday || weekday == time.Sunday || tt.off[d]
			}
			sentOn := map[Date]bool{}
			check := func(what string, at time.Time) Date {
				t.Helper()
				local := at.In(tt.school.Zone)
				day, clock := DateOf(at, tt.school.Zone), Clock(local.Hour()*60+local.Minute())
				if off(day) || clock < tt.school.Work.From || clock >= tt.school.Work.To {
					t.Errorf("%s at %s (seed %d)", what, local.Format("Mon 2006-01-02 15:04 MST"), seed)
				}
				return day
			}
			for d := Date("2026-08-01"); d < "2029-06-13"; d = d.AddDays(1) {
				for range 8 {
					now := d.At(random.IntN(24), random.IntN(60), tt.school.Zone)
					day := d.AddDays(random.IntN(40) - 3)
					due := followUpDue(tt.school, Slot{At: Clock(random.IntN(24 * 60))}, day, now)
					if day > "2029-06-10" {
						continue // past the last school year it waits for the next
					}
					if !due.After(now) || DateOf(due, tt.school.Zone) < day {
						t.Errorf("on %v the follow-up of %s is due at %v", now, day, due)
					}
					sentOn[check("planned", due)] = true
				}
				for quarter := range 96 { // whatever is taken at some quarter of an hour
					now := d.At(quarter/4, quarter%4*15, tt.school.Zone)
					wait := s.quietUntil(Delivery{School: "s", State: DeliveryPending}, now)
					if wait.IsZero() {
						check("let out", now)
						continue
					}
					if d < "2029-06-10" {
						check("put off", wait)
					}
				}
			}
			for d := range tt.open {
				if !sentOn[d] {
					t.Errorf("nothing is ever sent on %s", d)
				}
			}
		})
	}
}
