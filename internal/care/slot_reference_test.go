package care_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// A plainSlot is a time at which, by the plain reading of the rules, people can meet.
type plainSlot struct {
	start   time.Time
	missing []string
}

// A plainTime is a time that the school has, and what keeps whom from it.
type plainTime struct {
	start time.Time
	kept  [][]care.SlotBlockKind // by person, in the query's order
}

// plainTimes reads the rules for a query word by word, quarter by quarter.
func plainTimes(q care.SlotQuery) []plainTime {
	var list []plainTime
	for d := q.Earliest; d <= q.Latest; d = d.AddDays(1) {
		if !q.School.IsSchoolDay(d) {
			continue
		}
		for minute := 0; minute < 24*60; minute += 15 {
			start := d.At(minute/60, minute%60, q.School.Zone)
			slot := care.Interval{Start: start, End: start.Add(q.Length)}
			if start.Before(q.Now.Add(care.SlotNotice)) || start.Equal(q.Not) || !inHours(q.School, slot) {
				continue
			}
			t := plainTime{start: start.UTC()}
			for _, p := range q.People {
				t.kept = append(t.kept, keptBy(p, q.School, d, slot))
			}
			list = append(list, t)
		}
	}
	return list
}

// A passing is whether the test passes over something that keeps a person from a time; the person is
// the zero value for what keeps nobody in particular.
type passing func(p care.SlotPerson, what care.SlotBlockKind) bool

func strictly(care.SlotPerson, care.SlotBlockKind) bool { return false }

// plainSlots are the times at which a query's people can meet.
func plainSlots(q care.SlotQuery, times []plainTime, pass passing) []plainSlot {
	var list []plainSlot
	for _, t := range times {
		s := plainSlot{start: t.start}
		team, able := 0, true
		for i, p := range q.People {
			kept := slices.ContainsFunc(t.kept[i], func(what care.SlotBlockKind) bool { return !pass(p, what) })
			able = able && !(p.Required && kept)
			if kept && !p.Required {
				s.missing = append(s.missing, p.Staff)
			}
			if p.EHT && (p.Required || !kept) {
				team++
			}
		}
		slices.Sort(s.missing)
		if able && (team >= q.Quorum || pass(care.SlotPerson{}, care.BlockQuorum)) {
			list = append(list, s)
		}
	}
	return list
}

func plainly(q care.SlotQuery) []plainSlot { return plainSlots(q, plainTimes(q), strictly) }

// inHours reports whether a time lies within a school's hours and outside its lunch, on the clock.
func inHours(sc care.School, i care.Interval) bool {
	from, to := i.Start.In(sc.Zone), i.End.Add(-time.Nanosecond).In(sc.Zone)
	clock := func(t time.Time) care.Clock { return care.Clock(t.Hour()*60 + t.Minute()) }
	work := sc.Work
	if work.From >= work.To {
		work = care.DefaultWork
	}
	if from.YearDay() != to.YearDay() || clock(from) < work.From || clock(to) >= work.To {
		return false
	}
	return sc.Lunch.From >= sc.Lunch.To || clock(to) < sc.Lunch.From || clock(from) >= sc.Lunch.To
}

// keptBy is all that keeps a person from a time.
func keptBy(p care.SlotPerson, at care.School, d care.Date, slot care.Interval) (what []care.SlotBlockKind) {
	for _, b := range p.Busy {
		if slot.Start.Before(b.End) && slot.End.After(b.Start) {
			what = append(what, care.BlockBusy)
		}
	}
	for _, a := range p.Away {
		if a.Holds(d) {
			what = append(what, care.BlockAway)
		}
	}
	if len(p.Posts) > 0 && !slices.ContainsFunc(p.Posts, func(p care.Period) bool { return p.Holds(d) }) {
		what = append(what, care.BlockLeft)
	}
	for _, sc := range p.Schools {
		switch {
		case sc.ID == at.ID:
		case !sc.IsSchoolDay(d):
			what = append(what, care.BlockNoDays)
		case !inHours(sc, slot):
			what = append(what, care.BlockHours)
		}
	}
	return what
}

// plainBlocks is what stands in the way of a query without slots, in words, sorted, by trying without.
func plainBlocks(q care.SlotQuery) []string {
	times := plainTimes(q)
	if len(times) == 0 {
		return nil
	}
	var list []string
	try := func(p care.SlotPerson, what care.SlotBlockKind, only passing) {
		its := func(o care.SlotPerson, w care.SlotBlockKind) bool { return o.Staff == p.Staff && w == what }
		taken := len(times) - len(plainSlots(q, times, only))
		opens := len(plainSlots(q, times, its)) > 0
		if taken > 0 {
			list = append(list, fmt.Sprint(p.Staff, " ", what, " ", max(1, 100*taken/len(times)), " ", opens))
		}
	}
	for _, p := range q.People {
		for _, what := range care.SlotBlocks {
			if p.Required && what != care.BlockQuorum {
				try(p, what, func(o care.SlotPerson, w care.SlotBlockKind) bool { return o.Staff != p.Staff || w != what })
			}
		}
	}
	// Who is needed comes in any case, so only the others can be too few.
	try(care.SlotPerson{}, care.BlockQuorum, func(o care.SlotPerson, w care.SlotBlockKind) bool { return o.Required })
	slices.Sort(list)
	return list
}

// A dice makes queries of all kinds, the same for the same seed.
type dice struct {
	*rand.Rand
	zone, oslo *time.Location
}

func (r dice) chance(percent int) bool { return r.IntN(100) < percent }

func (r dice) day(from care.Date, days int) care.Date { return from.AddDays(r.IntN(days)) }

func (r dice) school(id string, country care.Country, zone *time.Location) care.School {
	sc := care.School{ID: id, Country: country, Zone: zone, Years: []care.Period{{From: "2026-08-17", To: "2027-06-11"}},
		Breaks: []care.Break{{Period: care.Period{From: "2026-10-26", To: "2026-10-30"}}, {Period: care.Period{From: "2026-12-21", To: "2027-01-08"}}}}
	if r.chance(80) {
		sc.Work = care.Hours{From: care.Clock(420 + 5*r.IntN(24)), To: care.Clock(780 + 5*r.IntN(60))}
	}
	if r.chance(70) {
		from := care.Clock(660 + 5*r.IntN(18))
		sc.Lunch = care.Hours{From: from, To: from + care.Clock(20+5*r.IntN(9))}
	}
	if r.chance(60) {
		from := care.Clock(480 + 30*r.IntN(12))
		sc.EHTMeeting = care.EHTMeeting{Weekday: time.Weekday(1 + r.IntN(5)), Hours: care.Hours{From: from, To: from + 120}, Weeks: []string{"", "all", "odd", "even"}[r.IntN(4)]}
	}
	return sc
}

func (r dice) query() care.SlotQuery {
	// Both changes of the clock, a break, holidays, Christmas and the end of the school year are near some of these.
	from := r.day([]care.Date{"2026-10-05", "2026-10-20", "2027-03-20", "2027-05-01", "2026-12-10", "2027-06-01"}[r.IntN(6)], 10)
	home, other := r.school("a", care.Sweden, r.zone), r.school("b", care.Norway, r.oslo)
	q := care.SlotQuery{School: home, Quorum: r.IntN(3), Team: r.chance(50), Length: time.Duration(care.MeetingLengths[r.IntN(6)]) * time.Minute,
		Earliest: from, Latest: from.AddDays(r.IntN(12)), Most: 1 + r.IntN(8)}
	if r.chance(20) {
		q.Length = time.Duration(5+r.IntN(140)) * time.Minute
	}
	q.Now = from.AddDays(r.IntN(4)-2).At(r.IntN(24), r.IntN(60), r.zone).Add(time.Duration(r.IntN(60_000)) * time.Millisecond)
	load := r.IntN(100)
	for i := range 1 + r.IntN(6) {
		p := care.SlotPerson{Staff: fmt.Sprint("p", i), Required: i == 0 || r.chance(60), Keep: i == 0, EHT: r.chance(40)}
		if r.chance(30) {
			p.Schools = []care.School{home, other}
		}
		if r.chance(10) {
			p.Away = []care.Period{{From: from.AddDays(r.IntN(6) - 3), To: from.AddDays(r.IntN(12))}}
		}
		if r.chance(15) {
			p.Posts = []care.Period{{To: from.AddDays(r.IntN(14) - 2)}, {From: from.AddDays(r.IntN(14))}}
		}
		for d := from.AddDays(-1); d <= q.Latest; d = d.AddDays(1) {
			for hour := 6; hour < 18; hour++ {
				if r.chance(load) {
					start := d.At(hour, r.IntN(60), r.zone)
					p.Busy = append(p.Busy, care.Interval{Start: start, End: start.Add(time.Duration(1+r.IntN(100)) * time.Minute)})
				}
			}
		}
		if r.chance(10) {
			start := from.AddDays(r.IntN(5)).At(r.IntN(24), 0, r.zone)
			p.Busy = append(p.Busy, care.Interval{Start: start, End: start.Add(time.Duration(r.IntN(100)) * time.Hour)})
		}
		q.People = append(q.People, p)
	}
	return q
}

func TestFindSlotsAgainstReference(t *testing.T) {
	zone, oslo := location(t, "Europe/Stockholm"), location(t, "Europe/Oslo")
	rounds := 800
	if testing.Short() {
		rounds = 300
	}
	some, none, opened := 0, 0, map[care.SlotChangeKind]int{}
	for seed := range rounds {
		r := dice{rand.New(rand.NewPCG(uint64(seed), 7)), zone, oslo} //nolint:gosec // the same queries each time
		q := r.query()
		plain := plainly(q)
		slots, no := care.FindSlots(q)
		if fault := againstPlain(q, plain, slots, no); fault != "" {
			t.Fatalf("seed %d: %s\n%+v", seed, fault, q)
		}
		shuffled := q
		shuffled.People = slices.Clone(q.People)
		r.Shuffle(len(q.People), func(i, j int) {
			shuffled.People[i], shuffled.People[j] = shuffled.People[j], shuffled.People[i]
		})
		slots2, no2 := care.FindSlots(shuffled)
		if diff := cmp.Diff(slots, slots2) + cmp.Diff(no, no2); diff != "" {
			t.Fatalf("seed %d: other people first, other slots:\n%s", seed, diff)
		}
		if no == nil {
			some++
			continue
		}
		none++
		for _, c := range no.Nearest {
			opened[c.Kind]++
		}
		if fault := nearestPlain(q, no); fault != "" {
			t.Fatalf("seed %d: %s\n%+v", seed, fault, q)
		}
	}
	t.Logf("%d queries with slots, %d without; changes offered: %v", some, none, opened)
	if some < rounds/5 || none < rounds/5 || len(opened) < len(care.SlotChanges) {
		t.Errorf("the queries are too much alike: %d with slots, %d without, %v", some, none, opened)
	}
}

// probed are times of the clock, in minutes; some are none that Lotsen offers.
var probed = func() (list []int) {
	for minute := 6 * 60; minute < 18*60; minute += 15 {
		list = append(list, minute)
	}
	return append(list, 0, 9*60+5, 13*60+1, 23*60+45)
}()

// againstPlain is what is wrong with an answer, or "".
func againstPlain(q care.SlotQuery, plain []plainSlot, slots []care.MeetingSlot, no *care.NoSlot) string {
	if (no == nil) != (len(plain) > 0) || (no == nil) != (len(slots) > 0) || len(slots) > q.Most {
		return fmt.Sprintf("%d slots, no slot %+v; there are %d", len(slots), no, len(plain))
	}
	at := map[time.Time]plainSlot{}
	for _, p := range plain {
		at[p.start] = p
	}
	for d := q.Earliest; d <= min(q.Latest, q.Earliest.AddDays(3)); d = d.AddDays(1) {
		for _, minute := range probed {
			start := d.At(minute/60, minute%60, q.School.Zone).UTC()
			want, is := at[start]
			got, ok := q.At(start)
			if ok != is || ok && (!slices.Equal(got.Missing, want.missing) || !got.Start.Equal(start)) {
				return fmt.Sprintf("At(%s) = %+v, %t, want %t %v", start, got, ok, is, want.missing)
			}
		}
	}
	for i, s := range slots {
		want, is := at[s.Start]
		if !is || !slices.Equal(s.Missing, want.missing) || s.End.Sub(s.Start) != q.Length || len(s.Why) == 0 {
			return fmt.Sprintf("%+v is offered, want missing %v (%t)", s, want.missing, is)
		}
		for _, o := range slots[:i] {
			if s.Meets(o.Interval) || s.Start.Sub(o.Start).Abs() < time.Hour {
				return fmt.Sprintf("%s and %s are offered beside each other", o.Start, s.Start)
			}
		}
	}
	if len(slots) > 0 {
		best := slots[0]
		standing := slices.Contains(best.Why, care.SlotStanding)
		for _, p := range plain {
			if st := plainStanding(q, p.start); st && !standing || st == standing && len(p.missing) < len(best.Missing) {
				return fmt.Sprintf("%+v is best, but there is %+v", best, p)
			}
		}
		return ""
	}
	var got []string
	for i, b := range no.Blocks {
		if i > 0 && (!no.Blocks[i-1].Opens && b.Opens || no.Blocks[i-1].Opens == b.Opens && no.Blocks[i-1].Share < b.Share) {
			return fmt.Sprintf("%+v is no order of blocks", no.Blocks)
		}
		if b.Staff == "" && b.Kind != care.BlockQuorum {
			continue
		}
		got = append(got, fmt.Sprint(b.Staff, " ", b.Kind, " ", b.Share, " ", b.Opens))
	}
	slices.Sort(got)
	return cmp.Diff(plainBlocks(q), got)
}

func plainStanding(q care.SlotQuery, start time.Time) bool {
	m, local := q.School.EHTMeeting, start.In(q.School.Zone)
	from := care.Clock(local.Hour()*60 + local.Minute())
	_, week := local.ISOWeek()
	return q.Team && local.Weekday() == m.Weekday && m.Hours.From <= from && from+care.Clock(q.Length/time.Minute) <= m.Hours.To &&
		!(m.Weeks == "odd" && week%2 == 0) && !(m.Weeks == "even" && week%2 == 1)
}

// nearestPlain is what is wrong with the changes offered, or "".
func nearestPlain(q care.SlotQuery, no *care.NoSlot) string {
	changes := map[care.SlotChangeKind]*care.SlotChange{}
	for i, c := range no.Nearest {
		if changes[c.Kind] != nil {
			return "two of one kind"
		}
		changes[c.Kind] = &no.Nearest[i]
	}
	fits := func(q care.SlotQuery, c *care.SlotChange) bool {
		return c != nil && slices.ContainsFunc(plainly(q), func(p plainSlot) bool {
			return p.start.Equal(c.Slot.Start) && c.Slot.End.Sub(c.Slot.Start) == q.Length && slices.Equal(p.missing, c.Slot.Missing)
		})
	}
	var faults []string
	check := func(kind care.SlotChangeKind, ok bool) {
		if !ok {
			faults = append(faults, fmt.Sprintf("%s: %+v", kind, changes[kind]))
		}
	}
	short, found := q, false
	for _, minutes := range slices.Backward(care.MeetingLengths) {
		if short.Length = time.Duration(minutes) * time.Minute; short.Length < q.Length && len(plainly(short)) > 0 {
			found = true
			break
		}
	}
	check(care.SlotShorter, found == (changes[care.SlotShorter] != nil))
	if found {
		check(care.SlotShorter, fits(short, changes[care.SlotShorter]) && changes[care.SlotShorter].Length == short.Length)
	}
	without := func(who string) care.SlotQuery {
		w := q
		w.People = slices.Clone(q.People)
		for i := range w.People {
			w.People[i].Required = w.People[i].Required && w.People[i].Staff != who
		}
		return w
	}
	most, who := 0, ""
	for _, p := range q.People {
		if n := len(plainly(without(p.Staff))); p.Required && !p.Keep && n > most {
			most, who = n, p.Staff
		}
	}
	check(care.SlotWithout, (who != "") == (changes[care.SlotWithout] != nil))
	if who != "" {
		check(care.SlotWithout, fits(without(who), changes[care.SlotWithout]) && changes[care.SlotWithout].Staff == who)
	}
	late, found := q, false
	for range 8 {
		late.Earliest = late.Latest.AddDays(1)
		late.Latest = late.Earliest.AddDays(6)
		if found = len(plainly(late)) > 0; found {
			break
		}
	}
	check(care.SlotLater, found == (changes[care.SlotLater] != nil))
	if found {
		check(care.SlotLater, fits(late, changes[care.SlotLater]))
	}
	return strings.Join(faults, "\n")
}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
