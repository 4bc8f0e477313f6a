package calendar_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

// TestReadAgain reads what is written: its meetings are busy, when they were meant, and one called off is not.
func TestReadAgain(t *testing.T) {
	for _, w := range allWritten(t) {
		t.Run(w.name, func(t *testing.T) {
			var want []care.Interval
			for _, m := range w.feed.Meetings {
				if m.State != care.MeetingCancelled {
					want = append(want, care.Interval{Start: m.Start, End: m.End})
				}
			}
			slices.SortFunc(want, func(a, b care.Interval) int { return a.Start.Compare(b.Start) })
			// Another school's zone: no time may be taken for one of it.
			got, err := calendar.Read(w.bytes(t), zone(t, "Asia/Tokyo"), instant(t, "2026-01-01 00:00"), instant(t, "2028-01-01 00:00"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("busy (-meant +read):\n%s", diff)
			}
		})
	}
}
