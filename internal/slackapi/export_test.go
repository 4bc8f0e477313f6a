package slackapi

import (
	"context"
	"time"
)

// Queue is a queue by itself.
type Queue struct{ q *queue }

// NewQueue makes a queue.
func NewQueue(now func() time.Time) Queue { return Queue{newQueue(now)} }

// Wait waits for a turn.
func (q Queue) Wait(ctx context.Context, channel string) error { return q.q.wait(ctx, channel) }

// Learn notes whose direct messages a conversation is.
func (q Queue) Learn(user, channel string) { q.q.learn(user, channel) }

// Remembered counts conversations and people.
func (q Queue) Remembered() (conversations, people int) {
	return len(q.q.conversations), len(q.q.direct)
}
