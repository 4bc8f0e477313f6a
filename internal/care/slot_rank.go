package care

import (
	"cmp"
	"slices"
	"time"
)

// A slotRank is a slot that there is, with what speaks for and against it.
type slotRank struct {
	day, quarter int
	standing     bool
	missing      int // how many cannot come
	beside       bool
	late         bool
	first        bool // of all that there are
	cost         int
}

// What a slot costs, of slots at which as many can come: a day later is worse than to come between two
// lessons, and better than to be the last thing of a day. Those of people are shared among them.
const (
	costDay    = 12
	costLate   = 18
	costHole   = 3 // a quarter is left over between two things
	costScarce = 9 // it takes someone's only free hour of the day
	costBeside = -6
	costFirst  = -3

	costShares = 60 // so that a share of a cost is a whole number, more or less
)

const (
	slotLate       = 30 * time.Minute // from the end of the day
	slotApart      = time.Hour        // from one slot to the next of the same day
	slotsOfADay    = 3
	scarceQuarters = 4
)

// ranked are all slots that there are if one person need not come, the best first.
func (s *slotSearch) ranked(without int) []slotRank {
	list := make([]slotRank, 0, s.count(without))
	for day := range s.days {
		free := s.possible(day, without)
		for quarter := free.next(0); quarter >= 0; quarter = free.next(quarter + 1) {
			r := s.rank(day, quarter)
			if r.first = len(list) == 0; r.first {
				r.cost += costFirst * costShares
			}
			list = append(list, r)
		}
	}
	slices.SortFunc(list, compareSlots)
	return list
}

func compareSlots(a, b slotRank) int {
	yes := func(is bool) int {
		if is {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(yes(a.standing), yes(b.standing)), cmp.Compare(a.missing, b.missing), cmp.Compare(a.cost, b.cost),
		cmp.Compare(a.day, b.day), cmp.Compare(a.quarter, b.quarter))
}

func (s *slotSearch) rank(day, quarter int) slotRank {
	g := s.days[day]
	quarters := int(ceilDiv(s.q.Length.Milliseconds(), stepMilli))
	end := g.first + int64(quarter)*stepMilli + s.q.Length.Milliseconds()
	r := slotRank{day: day, quarter: quarter, standing: s.standing(g, quarter), late: end > g.end-slotLate.Milliseconds()}
	come, beside, cost := 0, 0, 0
	for i := range s.people {
		at := s.of(i, day)
		if s.out[at].has(quarter) {
			r.missing++
			continue
		}
		come++
		busy := s.busy[at]
		before, after := quarter-1, quarter+quarters
		if busy.has(before) || busy.has(after) {
			beside++
			cost += costBeside
		}
		if !busy.has(before) && busy.has(before-1) || !busy.has(after) && busy.has(after+1) {
			cost += costHole
		}
		if g.cells.andNot(busy).count()-quarters < scarceQuarters {
			cost += costScarce
		}
	}
	r.beside = beside > 0 && 2*beside >= come
	r.cost = costDay * costShares * day
	if r.late {
		r.cost += costLate * costShares
	}
	if come > 0 {
		r.cost += cost * costShares / come
	}
	return r
}

// standing reports whether a slot lies within the team's standing hours, and is for the team.
func (s *slotSearch) standing(g gridDay, quarter int) bool {
	m := s.q.School.EHTMeeting
	if !s.q.Team || m.Hours.From >= m.Hours.To {
		return false
	}
	day := g.date.At(12, 0, time.UTC)
	_, week := day.ISOWeek()
	from := time.Duration(quarter) * slotStep
	return day.Weekday() == m.Weekday && (m.Weeks != "odd" || week%2 == 1) && (m.Weeks != "even" || week%2 == 0) &&
		from >= time.Duration(m.Hours.From)*time.Minute && from+s.q.Length <= time.Duration(m.Hours.To)*time.Minute
}

// chosen are the slots to offer: the best of the ranked, but not several of one free hour, nor all of
// one day, nor more than half in the team's standing hours, while there are others.
func (s *slotSearch) chosen(list []slotRank) []MeetingSlot {
	days := map[int]int{}
	for _, r := range list {
		days[r.day] = 0
	}
	if len(days) == 0 || s.q.Most <= 0 {
		return nil
	}
	apart := int(ceilDiv(max(slotApart, s.q.Length).Milliseconds(), stepMilli))
	ofDay := max(slotsOfADay, (s.q.Most+len(days)-1)/len(days))
	var picked []slotRank
	standing := 0
	pick := func(mostStanding int) {
		for _, r := range list {
			if len(picked) == s.q.Most {
				return
			}
			near := slices.ContainsFunc(picked, func(p slotRank) bool { return p.day == r.day && max(p.quarter-r.quarter, r.quarter-p.quarter) < apart })
			if near || days[r.day] == ofDay || r.standing && standing >= mostStanding {
				continue
			}
			picked = append(picked, r)
			days[r.day]++
			if r.standing {
				standing++
			}
		}
	}
	pick((s.q.Most + 1) / 2)
	pick(s.q.Most)
	slices.SortFunc(picked, compareSlots)
	slots := make([]MeetingSlot, len(picked))
	for i, r := range picked {
		slots[i] = s.slot(r)
	}
	return slots
}

// slot is a ranked slot as it is offered.
func (s *slotSearch) slot(r slotRank) MeetingSlot {
	start := s.days[r.day].at(r.quarter)
	slot := MeetingSlot{Interval: Interval{Start: start, End: start.Add(s.q.Length)}}
	for i, p := range s.people {
		if s.out[s.of(i, r.day)].has(r.quarter) {
			slot.Missing = append(slot.Missing, p.Staff)
		}
	}
	why := func(is bool, reason SlotReason) {
		if is {
			slot.Why = append(slot.Why, reason)
		}
	}
	why(r.standing, SlotStanding)
	why(r.missing == 0, SlotAll)
	why(r.missing > 0, SlotMissing)
	why(r.first, SlotSoon)
	why(r.beside, SlotBeside)
	why(r.late, SlotLate)
	return slot
}
