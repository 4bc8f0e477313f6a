package care

import (
	"math/bits"
	"time"
)

// slotStep is how far the times apart are at which a meeting may begin, from midnight on the clock.
const slotStep = 15 * time.Minute

// SlotNotice is how long before it begins a meeting is still offered.
const SlotNotice = 15 * time.Minute

// starts is a set of quarters of a day: bit i is the one that begins i quarters after midnight.
type starts [2]uint64

const dayStarts = 96

func (s starts) has(i int) bool { return i >= 0 && i < dayStarts && s[i/64]&(1<<(i%64)) != 0 }

func (s starts) and(o starts) starts    { return starts{s[0] & o[0], s[1] & o[1]} }
func (s starts) or(o starts) starts     { return starts{s[0] | o[0], s[1] | o[1]} }
func (s starts) andNot(o starts) starts { return starts{s[0] &^ o[0], s[1] &^ o[1]} }

func (s starts) count() int { return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) }

// next is the first at or after i, or -1.
func (s starts) next(i int) int {
	for ; i < dayStarts; i = (i/64 + 1) * 64 {
		if rest := s[i/64] >> (i % 64); rest != 0 {
			return i + bits.TrailingZeros64(rest)
		}
	}
	return -1
}

// startsFrom are those from one to another, both included.
func startsFrom(from, to int) starts {
	from, to = max(from, 0), min(to, dayStarts-1)
	if from > to {
		return starts{}
	}
	return startsBelow(to + 1).andNot(startsBelow(from))
}

func startsBelow(n int) starts {
	if n >= 64 {
		return starts{^uint64(0), 1<<(n-64) - 1}
	}
	return starts{1<<n - 1, 0}
}

// A gridDay is a school day as a grid.
type gridDay struct {
	date  Date
	first int64 // of quarter 0
	end   int64 // of work
	open  starts
	cells starts // the quarters of the work hours without lunch
}

// Instants are compared as milliseconds, which is what stores keep.
const stepMilli = int64(slotStep / time.Millisecond)

// gridDayOf is a school day for a meeting of some length.
func gridDayOf(sc School, d Date, length time.Duration) gridDay {
	g := gridDay{date: d, first: midnight(sc, d)}
	g.end = g.first + sc.workHours().To.millis()
	g.open = g.within(sc, g.first, length)
	g.cells = g.within(sc, g.first, slotStep)
	return g
}

// midnight is the instant from which a school's clock counts on a day. The clock is not put forward or back
// within the work hours of a school day, so they are counted from the midnight that fits them.
func midnight(sc School, d Date) int64 {
	from := sc.workHours().From
	return d.At(int(from)/60, int(from)%60, sc.Zone).UnixMilli() - from.millis()
}

func (c Clock) millis() int64 { return int64(c) * time.Minute.Milliseconds() }

// within are the quarters at which something of that length may begin at a school that counts from some
// midnight, whose hours and lunch it must not leave or meet. It does not ask whether the school has that day.
func (g gridDay) within(sc School, midnight int64, length time.Duration) starts {
	work, l := sc.workHours(), length.Milliseconds()
	from, to := midnight+work.From.millis(), midnight+work.To.millis()
	open := startsFrom(int(ceilDiv(from-g.first, stepMilli)), int(floorDiv(to-l-g.first, stepMilli)))
	if sc.Lunch.From < sc.Lunch.To {
		open = open.andNot(g.meeting(midnight+sc.Lunch.From.millis(), midnight+sc.Lunch.To.millis(), l))
	}
	return open
}

// meeting are the quarters at which something so long would begin that meets what is from one instant to another.
func (g gridDay) meeting(from, to, length int64) starts {
	if from >= to {
		return starts{}
	}
	lo, hi := floorDiv(from-length-g.first, stepMilli)+1, ceilDiv(to-g.first, stepMilli)-1
	if hi < 0 || lo >= dayStarts {
		return starts{}
	}
	return startsFrom(int(max(lo, 0)), int(min(hi, dayStarts-1)))
}

func (g gridDay) at(quarter int) time.Time {
	return time.UnixMilli(g.first + int64(quarter)*stepMilli).UTC()
}

// quarter is that which begins at an instant; false if none of the day does.
func (g gridDay) quarter(t time.Time) (int, bool) {
	off := t.UnixMilli() - g.first
	if off < 0 || off%stepMilli != 0 || off >= dayStarts*stepMilli {
		return 0, false
	}
	return int(off / stepMilli), true
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }
