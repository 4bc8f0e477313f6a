package scheduler

import (
	"context"
	"time"
)

// TickDigests asks for the weekly and monthly messages of a school day, once, and returns how many those are. A digest
// that would be a day late is left out.
func (s *Scheduler) TickDigests(ctx context.Context, now time.Time) (int, error) {
	return s.Care.AskDigests(ctx, now)
}
