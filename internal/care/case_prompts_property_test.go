package care

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestPromptsKeepWorkHours has random cases, with random acts, at schools in both countries: nothing is asked for outside
// work hours, on a day off or in the past, and no two messages for one person on one day. Days off are worked out by hand, apart from the code.
func TestPromptsKeepWorkHours(t *testing.T) {
	const seed = 20261126
	off := map[Country]map[Date]bool{
		Sweden: {"2027-03-26": true, "2027-03-29": true, "2027-05-06": true, "2027-06-25": true, "2026-12-31": true},
		Norway: {"2026-12-25": true, "2027-01-01": true, "2027-03-25": true, "2027-03-26": true, "2027-03-29": true, "2027-05-06": true, "2027-05-17": true},
	}
	asked := map[PromptKind]int{}
	for _, school := range []School{schoolInSweden(t), schoolInNorway(t)} {
		school.Years = school.Years[:1]
		random := rand.New(rand.NewPCG(seed, uint64(school.Country[0]))) // #nosec G404 -- the same cases each time
		work := school.workHours()
		for range 20000 {
			step := Step{N: 1, Due: random.IntN(6), FollowUp: random.IntN(12), Escalate: Escalation{To: []Role{"", EHT, Principal, Admin}[random.IntN(4)]}}
			if n := random.IntN(4); n > 0 {
				step.Escalate.After = new(n - 1)
			}
			slot := Slot{Day: []string{"", "", "mon", "wed", "fri"}[random.IntN(5)], At: Clock(random.IntN(24 * 60))}
			owner := []string{"anna", "anna", ""}[random.IntN(3)]
			now := Date("2026-08-10").AddDays(random.IntN(290)).At(random.IntN(24), random.IntN(60), school.Zone)
			c := Case{School: school.ID, Owner: owner}
			for n := range 1 + random.IntN(5) {
				today := DateOf(now, school.Zone)
				a := acting{school: school, step: step, today: today, at: now, now: now, by: []string{"anna", "bo"}[random.IntN(2)], to: "eva"}
				f := CaseForm{Act: Acts[random.IntN(len(Acts))], Reason: CloseBack}
				if random.IntN(3) == 0 {
					f.FollowUp = today.AddDays(random.IntN(14) - 2)
				}
				if random.IntN(3) == 0 {
					f.At = Clock(random.IntN(24 * 60))
				}
				switch what := random.IntN(6); {
				case n == 0 || what == 0:
					c.enter(step.N, nil, school.ahead(today, 0), school.ahead(today, step.Due))
					c.befell([]CaseWhat{CaseOpened, CaseRose, CaseLowered, CaseReopened}[random.IntN(4)], now)
				case what == 1 && c.Handed != nil:
					c.Handed, c.Next = nil, school.ahead(today, 0)
					c.befell(CaseCameBack, now)
				case what == 2 && c.isOpen():
					c.Owner = []string{"bo", ""}[random.IntN(2)]
					c.befell(CaseOrphaned, now)
				case c.isOpen():
					_ = a.do(&c, f) // or it is refused, and nothing is done
				}
				if n > 0 {
					continue
				}
				now = now.Add(time.Duration(random.IntN(6*24*60)) * time.Minute)
			}
			// The prompts are of the moment at which the case was planned last.
			now = c.Entries[len(c.Entries)-1].At
			days := map[Date]bool{}
			for _, p := range school.prompts(c, step, slot, now) {
				asked[p.Kind]++
				local := p.At.In(school.Zone)
				day, clock := DateOf(p.At, school.Zone), Clock(local.Hour()*60+local.Minute())
				if day > school.Years[0].To {
					continue // no year is known then
				}
				in := day >= school.Years[0].From && local.Weekday() != time.Saturday && local.Weekday() != time.Sunday && !off[school.Country][day]
				for _, b := range school.Breaks {
					in = in && !b.Holds(day)
				}
				if !in || clock < work.From || clock >= work.To || p.At.Before(now) {
					t.Fatalf("%s is asked for at %s, planned at %v, of %+v (seed %d)", p.Kind, local.Format("Mon 2006-01-02 15:04"), now, c, seed)
				}
				if p.Room == "" && days[day] {
					t.Fatalf("two messages are asked for on %s, of %+v with the slot %+v (seed %d)", day, c, slot, seed)
				}
				days[day] = days[day] || p.Room == ""
			}
		}
	}
	for _, kind := range []PromptKind{PromptFirst, PromptDue, PromptAgain, PromptFollowUp, PromptTeam, PromptPrincipal, PromptAdmin} {
		if asked[kind] < 500 {
			t.Errorf("%s is asked for %d times only", kind, asked[kind])
		}
	}
}
