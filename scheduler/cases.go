package scheduler

import (
	"context"
	"time"
)

// TickCases does, once an hour, what time does with absence cases. An hour that was missed is made up
// for by the next.
func (s *Scheduler) TickCases(ctx context.Context, now time.Time) (n int, err error) {
	_, err = s.Care.Once(ctx, "cases", now.Truncate(time.Hour), now, func() error {
		n, err = s.Care.SettleCases(ctx, now)
		return err
	})
	return n, err
}
