package care

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBusyIn(t *testing.T) {
	now := time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)
	hours := func(from, to float64) Interval {
		at := func(h float64) time.Time { return now.Add(time.Duration(h * float64(time.Hour))) }
		return Interval{at(from), at(to)}
	}
	far := now.AddDate(0, 6, 0)
	feed := func(age time.Duration, busy ...Interval) BusyFeed {
		return BusyFeed{ReadAt: now.Add(-age), Until: far, Busy: busy}
	}
	span := hours(0, 10)
	for _, tt := range []struct {
		name      string
		feeds     []BusyFeed
		calendars int
		span      Interval
		want      knownBusy
	}{
		{"no calendar", nil, 0, span, knownBusy{Unknown: true}},
		{"a copy of what was taken away", []BusyFeed{feed(0, hours(1, 2))}, 0, span, knownBusy{Unknown: true}},
		{"saved a moment ago", nil, 1, span, knownBusy{Stale: true}},
		{"not read yet", []BusyFeed{{}}, 1, span, knownBusy{Stale: true}},
		{"fresh and free", []BusyFeed{feed(time.Hour)}, 1, span, knownBusy{ReadAt: now.Add(-time.Hour)}},
		{"within the span alone", []BusyFeed{feed(0, hours(-3, 0), hours(-1, 1), hours(9, 12), hours(10, 11))}, 1, span,
			knownBusy{Busy: []Interval{hours(-1, 1), hours(9, 12)}, ReadAt: now}},
		{"two that overlap", []BusyFeed{feed(time.Hour, hours(1, 2), hours(4, 5)), feed(time.Minute, hours(0.5, 1.5), hours(2, 3), hours(4.25, 4.5))}, 2, span,
			knownBusy{Busy: []Interval{hours(0.5, 3), hours(4, 5)}, ReadAt: now.Add(-time.Hour)}},
		{"two days old", []BusyFeed{feed(48*time.Hour, hours(1, 2))}, 1, span, knownBusy{Busy: []Interval{hours(1, 2)}, ReadAt: now.Add(-48 * time.Hour)}},
		{"older", []BusyFeed{feed(49*time.Hour, hours(1, 2))}, 1, span, knownBusy{Busy: []Interval{hours(1, 2)}, Stale: true, ReadAt: now.Add(-49 * time.Hour)}},
		{"one of two not read yet", []BusyFeed{feed(0, hours(1, 2)), {}}, 2, span, knownBusy{Busy: []Interval{hours(1, 2)}, Stale: true}},
		{"one of two saved a moment ago", []BusyFeed{feed(0, hours(1, 2))}, 2, span, knownBusy{Busy: []Interval{hours(1, 2)}, Stale: true}},
		{"further than was read", []BusyFeed{feed(0)}, 1, Interval{now, far.Add(time.Second)}, knownBusy{Stale: true, ReadAt: now}},
	} {
		if diff := cmp.Diff(tt.want, busyIn(BusyTimes{Feeds: tt.feeds}, tt.calendars, tt.span, now)); diff != "" {
			t.Errorf("%s: busyIn() (-want +got):\n%s", tt.name, diff)
		}
	}
}
