package care

import "time"

// An Interval is a span of time, in UTC: Start included, End excluded.
type Interval struct {
	Start time.Time `bson:"start"`
	End   time.Time `bson:"end"`
}

// Meets reports whether the two have any instant in common.
func (i Interval) Meets(o Interval) bool { return i.Start.Before(o.End) && o.Start.Before(i.End) }
