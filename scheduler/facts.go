package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lotsen/internal/care"
)

const (
	// factsPerTick keeps below Slack's limit for users.info, 100 a minute (Tier 4), and leaves
	// room for people who are waiting.
	factsPerTick = 60
	factsLease   = time.Minute
)

// TickFacts asks Slack about the accounts whose facts are due, at most factsPerTick of them. When
// Slack asks for a rest it stops; the rest is due again after the lease. Without anything due it
// still makes sure, with one call, that Slack can be reached.
func (s *Scheduler) TickFacts(ctx context.Context, now time.Time) (int, error) {
	for n := range factsPerTick {
		l, err := s.Care.NextLookup(ctx, now, now.Add(factsLease))
		if errors.Is(err, care.ErrNotFound) {
			if n == 0 {
				return 0, s.Slack.Check(ctx)
			}
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("next lookup: %w", err)
		}
		if err := s.lookUp(ctx, l, now); err != nil {
			if _, limited := errors.AsType[*care.LimitedError](err); limited {
				s.Log.Warn("slack asks for a rest", "error", err)
				return n, nil
			}
			return n, err
		}
	}
	return factsPerTick, nil
}

func (s *Scheduler) lookUp(ctx context.Context, l care.Lookup, now time.Time) error {
	var a care.Account
	var err error
	if l.SlackID != "" {
		a, err = s.Slack.Account(ctx, l.SlackID)
	} else {
		a, err = s.Slack.AccountByEmail(ctx, l.Email)
		a.Email = l.Email // as the roster writes it
	}
	if errors.Is(err, care.ErrNotFound) {
		return s.Care.NoAccount(ctx, l, now)
	}
	if err != nil {
		return fmt.Errorf("look up an account: %w", err)
	}
	return s.Care.Learn(ctx, a, now)
}
