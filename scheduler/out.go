package scheduler

import (
	"context"
	"time"
)

// TickOut moves what changes carry along to where it belongs, one record after the other, so that
// people who are waiting are not held up. What is left when its time is up is moved by the next tick.
func (s *Scheduler) TickOut(ctx context.Context, now time.Time) (int, error) {
	moving, cancel := context.WithTimeout(ctx, outTime)
	defer cancel()
	total := 0
	for {
		n, err := s.Care.MoveOut(ctx, now)
		total += n
		if n > 0 && err != nil { // of single records, which keep nobody else waiting
			s.Log.Error("some changes not moved on", "error", err)
			return total, nil
		}
		if err != nil || n == 0 || moving.Err() != nil {
			return total, err
		}
	}
}

// outTime is how long a tick may begin to move more.
const outTime = 10 * time.Second

// TickOld drops, once an hour, what nobody needs any more, and has the log say how many messages were
// given up in the hour before.
func (s *Scheduler) TickOld(ctx context.Context, now time.Time) (n int, err error) {
	hour := now.Truncate(time.Hour)
	_, err = s.Care.Once(ctx, "old", hour, now, func() error {
		if failed, err := s.Care.FailedSince(ctx, hour.Add(-time.Hour)); err != nil || failed > 0 {
			s.Log.Error("messages were given up", "count", failed, "error", err)
		}
		dropped, err := s.Care.DropOld(ctx, now)
		n = int(dropped)
		return err
	})
	return n, err
}
