package calendar

import (
	"time"

	"lotsen/internal/care"
)

// Read returns when a calendar says that its owner is busy, within [from, to): in order, in UTC, no two
// of which meet. What has no zone of its own, and whole days, are the zone's. An event at fault is
// passed over. Its only error is a *care.CalendarError: what is no calendar, or one of more than could be anyone's.
func Read(data []byte, zone *time.Location, from, to time.Time) ([]care.Interval, error) {
	return nil, &care.CalendarError{Trouble: care.CalendarStrange}
}
