package main

import (
	"time"

	"lotsen/internal/care"
	"lotsen/internal/demo"
)

// demoClock is school time as the visitor sees and moves it. passes is told to when, before it is moved.
func demoClock(c *clock, school care.School, passes func(to time.Time)) *demo.Clock {
	now := func() time.Time { return c.now().In(school.Zone) }
	return &demo.Clock{
		Now:         now,
		NextMorning: func() time.Time { return nextMorning(school, now()) },
		Move: func(to time.Time) {
			passes(to)
			c.move(to.Sub(now()))
		},
	}
}

// nextMorning is the first 08:00 of a school day after now; of any day when no school day is left.
func nextMorning(school care.School, now time.Time) time.Time {
	day := care.DateOf(now, school.Zone)
	if !day.At(8, 0, school.Zone).After(now) {
		day = day.AddDays(1)
	}
	if open, ok := school.SchoolDayFrom(day); ok {
		day = open
	}
	return day.At(8, 0, school.Zone)
}
