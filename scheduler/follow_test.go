package scheduler_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/scheduler"
)

// rounds notes when deliveries had their turn.
type rounds struct {
	diary
	began []time.Time
}

func (r *rounds) TakeDelivery(context.Context, time.Time) (care.Delivery, error) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.began); n == 0 || r.began[n-1] != now { // several take at once
		r.began = append(r.began, now)
	}
	return care.Delivery{}, care.ErrNotFound
}

// What has changed is shown at once and, when much changes, once a second.
func TestRunShowsWhatHasChangedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, moved := &rounds{}, make(chan struct{}, 1)
		s := &scheduler.Scheduler{Care: d, Slack: d, Moved: moved, Machine: time.Now, Log: slog.New(slog.DiscardHandler)}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		start := time.Now()
		go func() {
			s.Run(ctx, time.Now, nil)
			close(ended)
		}()
		tell := func() {
			select {
			case moved <- struct{}{}:
			default:
			}
		}
		time.Sleep(10 * time.Second)
		tell()
		time.Sleep(10 * time.Second)
		for range 30 { // three seconds of acts
			tell()
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(50 * time.Second)
		cancel()
		<-ended
		var got []float64
		for _, at := range d.began {
			got = append(got, at.Sub(start).Seconds())
		}
		if diff := cmp.Diff([]float64{0, 10, 20, 21, 22, 23, 60}, got); diff != "" {
			t.Errorf("deliveries have their turn (-want +got):\n%s", diff)
		}
	})
}
