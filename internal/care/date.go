package care

import (
	"fmt"
	"time"
)

// A Date is a calendar day as YYYY-MM-DD, without a zone; dates compare as strings. "" is no date.
type Date string

// ParseDate reads YYYY-MM-DD and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "", fmt.Errorf("%q is no date of the form YYYY-MM-DD", s)
	}
	return Date(t.Format(time.DateOnly)), nil
}

// DateOf returns the day that it is in zone at t.
func DateOf(t time.Time, zone *time.Location) Date {
	return Date(t.In(zone).Format(time.DateOnly))
}

// At returns the instant of a wall-clock time of day on d in zone. A time that the change to
// summer time leaves out becomes the time that much later.
func (d Date) At(hour, minute int, zone *time.Location) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, zone)
}

// AddDays is the day so many days after d, or before it.
func (d Date) AddDays(n int) Date {
	return DateOf(d.At(0, 0, time.UTC).AddDate(0, 0, n), time.UTC)
}

// odd reports whether d is neither a day nor "".
func (d Date) odd() bool {
	_, err := ParseDate(string(d))
	return d != "" && err != nil
}

// A Period is a span of days with both ends included. An empty end is open.
type Period struct {
	From Date `bson:"from,omitempty"`
	To   Date `bson:"to,omitempty"`
}

// Holds reports whether d lies within p.
func (p Period) Holds(d Date) bool {
	return (p.From == "" || p.From <= d) && (p.To == "" || d <= p.To)
}
