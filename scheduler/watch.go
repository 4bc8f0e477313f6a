package scheduler

import (
	"context"
	"time"
)

// TickWatch looks whether anything does not work as it should, and has those told who can mend it. It comes before what
// is due is delivered, so that it sees what a stop has made late.
func (s *Scheduler) TickWatch(ctx context.Context, now time.Time) (int, error) {
	late, err := s.Care.Watch(ctx, s.moved.Swap(false), now)
	if late > 0 {
		s.Log.Error("messages are late", "count", late)
	}
	return 0, err
}
