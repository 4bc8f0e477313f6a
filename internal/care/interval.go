package care

import (
	"slices"
	"time"
)

// An Interval is a span of time, in UTC: Start included, End excluded.
type Interval struct {
	Start time.Time `bson:"start"`
	End   time.Time `bson:"end"`
}

// Meets reports whether the two have any instant in common.
func (i Interval) Meets(o Interval) bool { return i.Start.Before(o.End) && o.Start.Before(i.End) }

// United returns the intervals in order, those that meet or touch made one. It sorts the list that it is given.
func United(list []Interval) []Interval {
	slices.SortFunc(list, func(a, b Interval) int { return a.Start.Compare(b.Start) })
	var all []Interval
	for _, i := range list {
		if n := len(all); n > 0 && !all[n-1].End.Before(i.Start) {
			if i.End.After(all[n-1].End) {
				all[n-1].End = i.End
			}
			continue
		}
		all = append(all, i)
	}
	return all
}
