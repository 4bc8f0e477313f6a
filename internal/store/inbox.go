package store

import (
	"context"
	"time"

	"lotsen/internal/care"
)

// Inbox keeps what has come in; it is care.InboxRecords.
type Inbox struct {
	table[care.Incoming, *care.Incoming]
}

// ClaimDue takes the one that has been due longest and puts its due time off until lease.
func (t Inbox) ClaimDue(ctx context.Context, now, lease time.Time) (care.Incoming, error) {
	return t.claim(ctx, Query{Where: []Cond{{"due", Le, now}}, Sort: []Order{{Field: "due"}}}, Field{"due", lease})
}

// DeleteExpired removes those whose time to be removed has come and returns how many there were.
func (t Inbox) DeleteExpired(ctx context.Context, now time.Time) (int64, error) {
	return t.engine.DeleteWhere(ctx, t.name, Query{Where: []Cond{{"expires", Le, now}}})
}

// Said keeps what has become of messages; it is care.SaidRecords.
type Said struct {
	table[care.Said, *care.Said]
}

// DeleteBefore removes those first worked on before t and returns how many there were.
func (t Said) DeleteBefore(ctx context.Context, before time.Time) (int64, error) {
	return t.engine.DeleteWhere(ctx, t.name, Query{Where: []Cond{{"at", Lt, before}}})
}
