package care

import (
	"slices"
	"sort"
	"strings"
)

// What may keep a person from a meeting, in the order of slotTaken.
var personBlocks = [...]SlotBlockKind{BlockBusy, BlockAway, BlockLeft, BlockNoDays, BlockHours}

// slotTaken are the quarters of a day at which a person cannot begin to meet, by what keeps them.
type slotTaken [len(personBlocks)]starts

const (
	takenBusy = iota
	takenAway
	takenLeft
	takenClosed // their own school has no such day
	takenHours  // or other hours
)

// A slotSearch is a query laid on a grid. Everything in it is in the order of the people's ids, so that
// the order in which they are asked for changes nothing.
type slotSearch struct {
	q      SlotQuery
	people []SlotPerson
	days   []gridDay // the school days of the window
	base   []starts  // by day: when the school, the clock and nothing else allow it

	// By person and day, see of.
	taken []slotTaken
	out   []starts // all of taken
	busy  []starts // the quarters in which they are busy, however long the meeting
}

// of is where a person's day lies.
func (s *slotSearch) of(person, day int) int { return person*len(s.days) + day }

func newSlotSearch(q SlotQuery) *slotSearch {
	s := &slotSearch{q: q, people: slices.Clone(q.People)}
	slices.SortStableFunc(s.people, func(a, b SlotPerson) int { return strings.Compare(a.Staff, b.Staff) })
	for d, ok := q.School.SchoolDayFrom(q.Earliest); ok && d <= q.Latest; d, ok = q.School.SchoolDayFrom(d.tomorrow()) {
		s.days = append(s.days, gridDayOf(q.School, d, q.Length))
	}
	s.base = make([]starts, len(s.days))
	soonest := q.Now.Add(SlotNotice).UnixMilli()
	for i, day := range s.days {
		s.base[i] = day.open
		if past := ceilDiv(soonest-day.first, stepMilli); past > 0 {
			s.base[i] = day.open.andNot(startsFrom(0, int(min(past, dayStarts))-1))
		}
		if not, ok := day.quarter(q.Not); ok {
			s.base[i] = s.base[i].andNot(startsFrom(not, not))
		}
	}
	s.lay()
	return s
}

// lay finds what keeps each person from each time.
func (s *slotSearch) lay() {
	n := len(s.people) * len(s.days)
	s.taken, s.out, s.busy = make([]slotTaken, n), make([]starts, n), make([]starts, n)
	closed := schoolsClosed{search: s}
	whole := startsFrom(0, dayStarts-1)
	holds := func(list []Period, d Date) bool {
		return slices.ContainsFunc(list, func(p Period) bool { return p.Holds(d) })
	}
	for i, p := range s.people {
		s.layBusy(i)
		own := closed.of(p.Schools)
		for j, day := range s.days {
			t := &s.taken[s.of(i, j)]
			if holds(p.Away, day.date) {
				t[takenAway] = whole
			}
			if len(p.Posts) > 0 && !holds(p.Posts, day.date) {
				t[takenLeft] = whole
			}
			for _, school := range own {
				t[takenClosed] = t[takenClosed].or(school[j][takenClosed])
				t[takenHours] = t[takenHours].or(school[j][takenHours])
			}
			for _, by := range t {
				s.out[s.of(i, j)] = s.out[s.of(i, j)].or(by)
			}
		}
	}
}

// layBusy lays a person's busy times on the days that they meet.
func (s *slotSearch) layBusy(person int) {
	if len(s.days) == 0 {
		return
	}
	length := s.q.Length.Milliseconds()
	first, last := s.days[0].first, s.days[len(s.days)-1].first+dayStarts*stepMilli
	for _, b := range s.people[person].Busy {
		from, to := b.Start.UnixMilli(), b.End.UnixMilli()
		if to <= first || from >= last {
			continue
		}
		j := sort.Search(len(s.days), func(j int) bool { return s.days[j].first+dayStarts*stepMilli > from })
		for ; j < len(s.days) && s.days[j].first < to; j++ {
			at, day := s.of(person, j), s.days[j]
			s.taken[at][takenBusy] = s.taken[at][takenBusy].or(day.meeting(from, to, length))
			s.busy[at] = s.busy[at].or(day.meeting(from, to, stepMilli))
		}
	}
}

// schoolsClosed remembers what people's own schools do not allow: most of them work at the same ones.
type schoolsClosed struct {
	search *slotSearch
	ids    []string
	known  [][]slotTaken
}

// of is, for each of the schools but the query's, what it does not allow on each day.
func (c *schoolsClosed) of(schools []School) [][]slotTaken {
	var list [][]slotTaken
	for _, sc := range schools {
		if sc.ID == c.search.q.School.ID {
			continue
		}
		i := slices.Index(c.ids, sc.ID)
		if i < 0 {
			i = len(c.ids)
			days := make([]slotTaken, len(c.search.days))
			for j, day := range c.search.days {
				if sc.IsSchoolDay(day.date) {
					days[j][takenHours] = startsFrom(0, dayStarts-1).andNot(day.within(sc, midnight(sc, day.date), c.search.q.Length))
				} else {
					days[j][takenClosed] = startsFrom(0, dayStarts-1)
				}
			}
			c.ids, c.known = append(c.ids, sc.ID), append(c.known, days)
		}
		list = append(list, c.known[i])
	}
	return list
}

// nobody is who is left out when everyone is to come.
const nobody = -1

// possible is when a meeting may begin on a day, if one person need not come.
func (s *slotSearch) possible(day, without int) starts {
	return s.base[day].and(s.together(day, without)).and(s.quorate(day, without))
}

// together is when all who are needed can.
func (s *slotSearch) together(day, without int) starts {
	free := startsFrom(0, dayStarts-1)
	for i, p := range s.people {
		if p.Required && i != without {
			free = free.andNot(s.out[s.of(i, day)])
		}
	}
	return free
}

// quorate is when enough of the team can come. Those of them who are needed come in any case.
func (s *slotSearch) quorate(day, without int) starts {
	whole := startsFrom(0, dayStarts-1)
	need := s.q.Quorum
	for i, p := range s.people {
		if p.EHT && p.Required && i != without {
			need--
		}
	}
	if need <= 0 {
		return whole
	}
	var few [8]starts
	atLeast := append(few[:0], whole) // at k: when at least k can
	for i, p := range s.people {
		if !p.EHT || p.Required && i != without {
			continue
		}
		free := whole.andNot(s.out[s.of(i, day)])
		atLeast = append(atLeast, starts{})
		for k := len(atLeast) - 1; k > 0; k-- {
			atLeast[k] = atLeast[k].or(atLeast[k-1].and(free))
		}
	}
	if need >= len(atLeast) {
		return starts{}
	}
	return atLeast[need]
}

// count is at how many times a meeting may begin, if one person need not come.
func (s *slotSearch) count(without int) int {
	n := 0
	for day := range s.days {
		n += s.possible(day, without).count()
	}
	return n
}
