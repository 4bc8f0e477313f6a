package slackapi_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/slackapi"
)

// line lets all of them wait at once, in this order, and says when each had its turn.
func line(t *testing.T, q slackapi.Queue, channels ...string) []time.Duration {
	t.Helper()
	start, turns := time.Now(), make([]time.Duration, len(channels))
	var all sync.WaitGroup
	for i, channel := range channels {
		all.Go(func() {
			if err := q.Wait(t.Context(), channel); err != nil {
				t.Errorf("Wait(%s) = %v", channel, err)
			}
			turns[i] = time.Since(start)
		})
		synctest.Wait() // until this one has its place
	}
	all.Wait()
	return turns
}

func TestQueue(t *testing.T) {
	s := func(tenths ...int) (all []time.Duration) {
		for _, n := range tenths {
			all = append(all, time.Duration(n)*100*time.Millisecond)
		}
		return all
	}
	tests := []struct {
		name     string
		channels []string
		want     []time.Duration
	}{
		{"one conversation", []string{"D1", "D1", "D1", "D1"}, s(0, 10, 20, 30)},
		{"two do not slow each other", []string{"D1", "D1", "D1", "D2", "D2", "C3"}, s(0, 10, 20, 0, 10, 0)},
		{
			"ten at once in the workspace, then one each tenth of a second",
			[]string{"D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "DA", "DB", "DC"},
			s(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3),
		},
		{
			"a second apart after a wait for the workspace, too",
			[]string{"D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "DA", "DB", "DB"},
			s(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 12),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := line(t, slackapi.NewQueue(time.Now), tt.channels...)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("turns (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestQueueThatRunsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, start := slackapi.NewQueue(time.Now), time.Now()
		line(t, q, "D1")
		try := func(given time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), given)
			defer cancel()
			return q.Wait(ctx, "D1")
		}
		// No turn is lost by asking for one that comes too late, however often.
		for range 3 {
			err := try(1900 * time.Millisecond)
			if limited, ok := errors.AsType[*care.LimitedError](err); !ok || limited.After != time.Second || !start.Equal(time.Now()) {
				t.Errorf("Wait() for a turn after which no time is left = %v after %v, want at once that it is a second off", err, time.Since(start))
			}
		}
		if err := try(2 * time.Second); err != nil || time.Since(start) != time.Second {
			t.Errorf("Wait() with time for it = %v after %v, want a second", err, time.Since(start))
		}
		if err := try(-time.Second); !isLimited(err) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait() when the time is up = %v, want it limited", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, cancel)
		err := q.Wait(ctx, "D1")
		if limited, ok := errors.AsType[*care.LimitedError](err); !ok || limited.After != 700*time.Millisecond || !errors.Is(err, context.Canceled) {
			t.Errorf("Wait() that is called off = %v, want it limited for the rest of the wait", err)
		}
	})
}

func isLimited(err error) bool {
	_, ok := errors.AsType[*care.LimitedError](err)
	return ok
}

func TestQueueKnowsAPersonsConversation(t *testing.T) {
	for name, before := range map[string]string{"first by the person": "U1", "first by the conversation": "D1"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := slackapi.NewQueue(time.Now)
				line(t, q, before)
				q.Learn("U1", "D1")
				q.Learn("C7", "C7") // which is nobody
				want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}
				if diff := cmp.Diff(want, line(t, q, "D1", "U1", "D1")); diff != "" {
					t.Errorf("turns (-want +got):\n%s", diff)
				}
				if conversations, people := q.Remembered(); conversations != 1 || people != 1 {
					t.Errorf("it remembers %d conversations and %d people, want one of each", conversations, people)
				}
			})
		})
	}
}

func TestQueueForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, most := slackapi.NewQueue(time.Now), 0
		for i := range 10_000 {
			if err := q.Wait(t.Context(), fmt.Sprint("D", i)); err != nil {
				t.Fatal(err)
			}
			conversations, _ := q.Remembered()
			most = max(most, conversations)
		}
		if most > 256 {
			t.Errorf("it remembers up to %d conversations, want no more than 256", most)
		}
		// Those that still have to wait are kept.
		wait := func(channel string) time.Time {
			if err := q.Wait(t.Context(), channel); err != nil {
				t.Fatal(err)
			}
			return time.Now()
		}
		for i := range 600 {
			busy := fmt.Sprint("C", i)
			first := wait(busy)
			wait(fmt.Sprint("E", i))
			if apart := wait(busy).Sub(first); apart < time.Second {
				t.Errorf("two messages in %s are %v apart, want a second", busy, apart)
			}
		}
		for i := range 25_000 {
			q.Learn(fmt.Sprint("U", i), fmt.Sprint("D", i))
		}
		if _, people := q.Remembered(); people > 10_000 {
			t.Errorf("it remembers %d people, want no more than 10000", people)
		}
	})
}
