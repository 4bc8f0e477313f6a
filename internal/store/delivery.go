package store

import (
	"context"
	"time"

	"lotsen/internal/care"
)

// Deliveries keeps deliveries; it is care.DeliveryRecords.
type Deliveries struct {
	table[care.Delivery, *care.Delivery]
}

// ClaimDue takes the delivery that is due for longest and puts its due time off until lease.
func (t Deliveries) ClaimDue(ctx context.Context, now, lease time.Time) (care.Delivery, error) {
	return t.claim(ctx, Query{Where: []Cond{{"due", Le, now}}, Sort: []Order{{Field: "due"}}}, Field{"due", lease})
}

// DueTo returns at most limit deliveries to someone that are due, due for longest first.
func (t Deliveries) DueTo(ctx context.Context, to string, now time.Time, limit int) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{where("to", to), {"due", Le, now}}, Sort: []Order{{Field: "due"}}, Limit: limit})
}

// DueBy returns at most limit deliveries that are due by then, due for longest first.
func (t Deliveries) DueBy(ctx context.Context, by time.Time, limit int) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{{"due", Le, by}}, Sort: []Order{{Field: "due"}}, Limit: limit})
}

// CountDue counts the deliveries that are due.
func (t Deliveries) CountDue(ctx context.Context, now time.Time) (int64, error) {
	return t.engine.Count(ctx, t.name, Query{Where: []Cond{{"due", Le, now}}})
}

// CountPosted counts the deliveries that were about to be sent since then.
func (t Deliveries) CountPosted(ctx context.Context, since time.Time) (int64, error) {
	return t.engine.Count(ctx, t.name, Query{Where: []Cond{{"posted_at", Ge, since}}})
}

// PostedTo returns the deliveries to someone whose message was about to be sent at that time or later.
func (t Deliveries) PostedTo(ctx context.Context, to string, since time.Time) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{where("to", to), {"posted_at", Ge, since}}, Sort: []Order{{Field: "posted_at"}}})
}

// About returns the deliveries about the subjects.
func (t Deliveries) About(ctx context.Context, subjects []string) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{{"subject", In, anyOf(subjects)}}})
}

// At returns the deliveries that the message there is made of.
func (t Deliveries) At(ctx context.Context, channel, ts string) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{where("channel", channel), where("ts", ts)}})
}

// InMessage returns the deliveries that one message is made of.
func (t Deliveries) InMessage(ctx context.Context, message string) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{where("message", message)}})
}

// FailedSince returns the deliveries that have failed at that time or later.
func (t Deliveries) FailedSince(ctx context.Context, since time.Time) ([]care.Delivery, error) {
	return t.find(ctx, Query{Where: []Cond{{"failed_at", Ge, since}}, Sort: []Order{{Field: "failed_at"}}})
}

// Occurrences keeps occurrences of jobs; it is care.OccurrenceRecords.
type Occurrences struct {
	table[care.Occurrence, *care.Occurrence]
}

// ClaimDue takes the occurrence with that id if it is due, and puts its due time off until lease.
func (t Occurrences) ClaimDue(ctx context.Context, id string, now, lease time.Time) (care.Occurrence, error) {
	return t.claim(ctx, Query{Where: []Cond{where("_id", id), {"due", Le, now}}}, Field{"due", lease})
}

// DeleteBefore removes the occurrences begun before t and returns how many there were.
func (t Occurrences) DeleteBefore(ctx context.Context, before time.Time) (int64, error) {
	return t.engine.DeleteWhere(ctx, t.name, Query{Where: []Cond{{"at", Lt, before}}})
}
