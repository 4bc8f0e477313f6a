package store

import (
	"context"
	"time"

	"lotsen/internal/care"
)

// Busy keeps what calendars say; it is care.BusyRecords.
type Busy struct {
	table[care.BusyTimes, *care.BusyTimes]
}

// Of returns what is kept of some people, in any order.
func (t Busy) Of(ctx context.Context, staff []string) ([]care.BusyTimes, error) {
	return t.find(ctx, Query{Where: []Cond{{"_id", In, anyOf(staff)}}})
}

// ClaimDue takes the one that is due for longest and puts its due time off until lease.
func (t Busy) ClaimDue(ctx context.Context, now, lease time.Time) (care.BusyTimes, error) {
	return t.claim(ctx, Query{Where: []Cond{{"due", Le, now}}, Sort: []Order{{Field: "due"}}}, Field{"due", lease})
}
