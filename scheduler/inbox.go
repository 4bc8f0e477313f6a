package scheduler

import (
	"context"
	"time"
)

// Inbox is what Slack has sent and what was acknowledged before it was done.
type Inbox interface {
	// WorkOff does what nobody is at any more, and returns how many it has begun.
	WorkOff(ctx context.Context, now time.Time) (int, error)
}

// TickInbox does what copies of the program have acknowledged and not done, because they ended or
// something was in their way.
func (s *Scheduler) TickInbox(ctx context.Context, now time.Time) (int, error) {
	if s.Inbox == nil {
		return 0, nil
	}
	return s.Inbox.WorkOff(ctx, now)
}
