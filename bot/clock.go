package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

// clock is the one clock of the process. It tells school time: the machine's time, moved by
// LOTSEN_CLOCK or by the demo.
type clock struct {
	shift atomic.Int64  // nanoseconds
	moved chan struct{} // holds a signal from a move until someone has taken it; nil tells of none
}

func newClock() *clock { return &clock{moved: make(chan struct{}, 1)} }

// machine is the machine's time, for signatures, time-outs and rate limits.
func (c *clock) machine() time.Time { return time.Now() }

// now is school time, in UTC and whole milliseconds as stored.
func (c *clock) now() time.Time {
	return time.Now().Add(time.Duration(c.shift.Load())).UTC().Truncate(time.Millisecond)
}

// start makes it the given instant now.
func (c *clock) start(at string) error {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return fmt.Errorf("%q is no instant such as 2026-11-20T08:00:00+01:00", at)
	}
	c.shift.Store(int64(time.Until(t)))
	return nil
}

// move puts school time forwards, never back, and tells so on moved. Moves that nobody has heard of
// yet are told as one.
func (c *clock) move(d time.Duration) {
	if d <= 0 {
		return
	}
	c.shift.Add(int64(d))
	select {
	case c.moved <- struct{}{}:
	default:
	}
}
