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
		if err != nil || n == 0 || moving.Err() != nil {
			return total, err
		}
	}
}

// outTime is how long a tick may begin to move more.
const outTime = 10 * time.Second

// TickOld drops, once an hour, what nobody needs any more.
func (s *Scheduler) TickOld(ctx context.Context, now time.Time) (n int, err error) {
	_, err = s.Care.Once(ctx, "old", now.Truncate(time.Hour), now, func() error {
		dropped, err := s.Care.DropOld(ctx, now)
		n = int(dropped)
		return err
	})
	return n, err
}
