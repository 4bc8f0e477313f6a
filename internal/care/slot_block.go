package care

import (
	"cmp"
	"slices"
	"time"
)

// slotWeeks is how many weeks after its window a meeting is still looked for.
const slotWeeks = 8

// FindSlots returns the best slots for a query, the best first, or why there are none. It is a pure
// function: the order of the people and of their busy times changes nothing.
func FindSlots(q SlotQuery) ([]MeetingSlot, *NoSlot) {
	s := newSlotSearch(q)
	if slots := s.chosen(s.ranked(nobody)); len(slots) > 0 {
		return slots, nil
	}
	return nil, &NoSlot{Blocks: s.blocks(), Nearest: s.nearest()}
}

// At reports whether the meeting can be at a time within the query's window, whether or not that is
// among the best.
func (q SlotQuery) At(start time.Time) (MeetingSlot, bool) {
	day := DateOf(start, q.School.Zone)
	if day < q.Earliest || day > q.Latest {
		return MeetingSlot{}, false
	}
	q.Earliest, q.Latest = day, day
	s := newSlotSearch(q)
	if len(s.days) == 0 {
		return MeetingSlot{}, false
	}
	quarter, ok := s.days[0].quarter(start)
	if !ok || !s.possible(0, nobody).has(quarter) {
		return MeetingSlot{}, false
	}
	return s.slot(s.rank(0, quarter)), true
}

// blocks are what stands in the way of a meeting for which there is no slot.
func (s *slotSearch) blocks() []SlotBlock {
	if b, ok := s.schoolBlock(); ok {
		return []SlotBlock{b}
	}
	var list []SlotBlock
	for i, p := range s.people {
		if !p.Required {
			continue
		}
		for kind := range personBlocks {
			b := s.block(func(day int) starts { return s.taken[s.of(i, day)][kind] }, func(day int) starts {
				return s.possibleBut(day, i, kind)
			})
			if b.Kind, b.Staff = personBlocks[kind], p.Staff; b.Share == 0 {
				continue
			}
			if b.Kind == BlockAway {
				b.Until = s.awayUntil(p)
			}
			list = append(list, b)
		}
	}
	quorum := s.block(func(day int) starts { return startsFrom(0, dayStarts-1).andNot(s.quorate(day, nobody)) }, func(day int) starts {
		return s.base[day].and(s.together(day, nobody))
	})
	if quorum.Share > 0 {
		quorum.Kind = BlockQuorum
		list = append(list, quorum)
	}
	slices.SortStableFunc(list, func(a, b SlotBlock) int {
		if a.Opens != b.Opens {
			return map[bool]int{true: -1, false: 1}[a.Opens]
		}
		return cmp.Compare(b.Share, a.Share)
	})
	return list
}

// schoolBlock is that the school itself has no time for the meeting, whoever comes.
func (s *slotSearch) schoolBlock() (SlotBlock, bool) {
	fits := false
	for day := range s.days {
		if s.base[day].count() > 0 {
			return SlotBlock{}, false
		}
		fits = fits || s.days[day].open.count() > 0
	}
	b := SlotBlock{Kind: BlockNoDays, Share: 100}
	if len(s.days) > 0 && !fits {
		b.Kind = BlockHours
	}
	return b, true
}

// block is how much of the school's times something takes, and whether there would be any without it.
func (s *slotSearch) block(takes, without func(day int) starts) SlotBlock {
	var b SlotBlock
	all, taken := 0, 0
	for day := range s.days {
		all += s.base[day].count()
		taken += s.base[day].and(takes(day)).count()
		b.Opens = b.Opens || without(day).count() > 0
	}
	if taken > 0 {
		b.Share = max(1, 100*taken/all)
	}
	return b
}

// possibleBut is when the meeting could be but for one of the things that keep a person from it.
func (s *slotSearch) possibleBut(day, person, kind int) starts {
	free := s.base[day].and(s.together(day, person)).and(s.quorate(day, nobody))
	for other, by := range s.taken[s.of(person, day)] {
		if other != kind {
			free = free.andNot(by)
		}
	}
	return free
}

// awayUntil is the last day in the window's reach of the days on which a person is away.
func (s *slotSearch) awayUntil(p SlotPerson) (last Date) {
	for _, a := range p.Away {
		if a.From <= s.q.Latest && (a.To == "" || a.To >= s.q.Earliest) {
			last = max(last, a.To)
		}
	}
	return last
}

// nearest are the slots that there are if one thing is asked for differently.
func (s *slotSearch) nearest() []SlotChange {
	var list []SlotChange
	for _, change := range []func() (SlotChange, bool){s.shorter, s.without, s.later} {
		if c, ok := change(); ok {
			list = append(list, c)
		}
	}
	return list
}

// best is the best slot of a query, if there is one.
func (q SlotQuery) best() (MeetingSlot, bool) {
	s := newSlotSearch(q)
	list := s.ranked(nobody)
	if len(list) == 0 {
		return MeetingSlot{}, false
	}
	return s.slot(list[0]), true
}

// shorter is a meeting of the next shorter length for which there is a slot.
func (s *slotSearch) shorter() (SlotChange, bool) {
	for _, minutes := range slices.Backward(MeetingLengths) {
		q := s.q
		if q.Length = time.Duration(minutes) * time.Minute; q.Length >= s.q.Length {
			continue
		}
		if slot, ok := q.best(); ok {
			return SlotChange{Kind: SlotShorter, Length: q.Length, Slot: slot}, true
		}
	}
	return SlotChange{}, false
}

// without is a meeting that one of those who are needed need not come to: the one whose leaving opens most.
func (s *slotSearch) without() (SlotChange, bool) {
	who, most := nobody, 0
	for i, p := range s.people {
		if !p.Required || p.Keep {
			continue
		}
		if n := s.count(i); n > most {
			who, most = i, n
		}
	}
	if who == nobody {
		return SlotChange{}, false
	}
	best := s.ranked(who)[0]
	return SlotChange{Kind: SlotWithout, Staff: s.people[who].Staff, Slot: s.slot(best)}, true
}

// later is the best slot of the first week after the window that has one.
func (s *slotSearch) later() (SlotChange, bool) {
	q := s.q
	for range slotWeeks {
		q.Earliest = q.Latest.AddDays(1)
		q.Latest = q.Earliest.AddDays(6)
		if slot, ok := q.best(); ok {
			return SlotChange{Kind: SlotLater, Slot: slot}, true
		}
	}
	return SlotChange{}, false
}
