package main

import (
	"time"

	"lotsen/internal/demo"
)

// demoClock is school time as the visitor sees and moves it.
func demoClock(c *clock, zone *time.Location) *demo.Clock {
	now := func() time.Time { return c.now().In(zone) }
	return &demo.Clock{
		Now:         now,
		NextMorning: func() time.Time { return nextMorning(now()) },
		Move:        func(to time.Time) { c.move(to.Sub(now())) },
	}
}

// nextMorning is the first 08:00 of a weekday after now, in now's zone.
func nextMorning(now time.Time) time.Time {
	morning := time.Date(now.Year(), now.Month(), now.Day(), 8, 0, 0, 0, now.Location())
	for !morning.After(now) || morning.Weekday() == time.Saturday || morning.Weekday() == time.Sunday {
		morning = morning.AddDate(0, 0, 1)
	}
	return morning
}
