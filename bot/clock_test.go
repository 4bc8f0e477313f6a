package main

import (
	"testing"
	"time"
)

func TestClockIsMovedForwards(t *testing.T) {
	for _, tt := range []struct {
		name  string
		by    []time.Duration
		want  time.Duration
		tells bool
	}{
		{"not at all", nil, 0, false},
		{"by a while", []time.Duration{15 * time.Minute}, 15 * time.Minute, true},
		{"several times, before anybody listens", []time.Duration{time.Hour, time.Hour, 7 * 24 * time.Hour}, 7*24*time.Hour + 2*time.Hour, true},
		{"nowhere", []time.Duration{0}, 0, false},
		{"backwards", []time.Duration{-time.Hour}, 0, false},
		{"forwards and backwards", []time.Duration{time.Hour, -time.Minute}, time.Hour, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			if err := c.start("2026-11-20T08:00:00+01:00"); err != nil {
				t.Fatal(err)
			}
			machine, before := c.machine(), c.now()
			for _, d := range tt.by {
				c.move(d)
			}
			if got := c.now().Sub(before); got < tt.want || got > tt.want+c.machine().Sub(machine)+time.Millisecond {
				t.Errorf("move(%v) moves now() by %v, want %v", tt.by, got, tt.want)
			}
			told := 0
			for range 2 {
				select {
				case <-c.moved:
					told++
				default:
				}
			}
			if want := map[bool]int{true: 1}[tt.tells]; told != want {
				t.Errorf("move(%v) is told %d times, want %d", tt.by, told, want)
			}
		})
	}
}

func TestAClockThatNobodyListensToIsMoved(t *testing.T) {
	c := &clock{}
	before := c.now()
	c.move(time.Hour)
	if got := c.now().Sub(before); got < time.Hour {
		t.Errorf("move(1h) moves now() by %v", got)
	}
}
