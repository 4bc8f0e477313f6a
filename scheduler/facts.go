package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lotsen/internal/care"
)

const (
	// factsPerTick keeps below Slack's limit for users.lookupByEmail, 50 a minute (Tier 3), and
	// leaves room for people who are waiting.
	factsPerTick = 40
	// factsTime is how long a tick may ask Slack; the rest of jobLimit is for the database.
	factsTime = 15 * time.Second
	// factsLease is when an account that could not be asked about has its turn again.
	factsLease = 10 * time.Minute
	// factsFailures is how many calls in a row may fail before it looks like Slack's trouble
	// and not like one account's.
	factsFailures = 3
)

// TickFacts asks Slack about the accounts whose facts are due, at most factsPerTick of them, and
// returns how many it has settled. Without anything due it still makes sure, with one call, that
// Slack can be reached. Trouble with Slack is for the log alone, since nobody is served worse by
// this copy than by another; what is left over is due again at a later tick.
func (s *Scheduler) TickFacts(ctx context.Context, now time.Time) (int, error) {
	asking, cancel := context.WithTimeout(ctx, factsTime)
	defer cancel()
	asked, settled, failed := false, 0, 0
	for n := 0; n < factsPerTick && failed < factsFailures && asking.Err() == nil; n++ {
		l, err := s.Care.NextLookup(ctx, now, now.Add(factsLease))
		switch {
		case errors.Is(err, care.ErrNotFound):
			if !asked {
				s.warn(ctx, s.Slack.Check(asking), "slack not reached")
			}
			return settled, nil
		case err != nil && l.Staff == "":
			return settled, fmt.Errorf("next lookup: %w", err)
		case err != nil:
			s.Log.Error("account cannot be looked up", "staff", l.Staff, "error", err)
			continue
		}
		asked = true
		account, err := s.ask(asking, l)
		switch {
		case err == nil:
			err = s.Care.Learn(ctx, account, now)
		case errors.Is(err, care.ErrNotFound):
			err = s.Care.NoAccount(ctx, l, now)
		default:
			s.warn(ctx, err, "account not looked up", "staff", l.Staff)
			if _, limited := errors.AsType[*care.LimitedError](err); limited {
				return settled, nil
			}
			failed++
			continue
		}
		if err != nil {
			return settled, fmt.Errorf("keep what slack says of an account: %w", err)
		}
		settled, failed = settled+1, 0
	}
	return settled, nil
}

// warn logs trouble with Slack, unless it is only that the program stops.
func (s *Scheduler) warn(ctx context.Context, err error, msg string, args ...any) {
	if err != nil && ctx.Err() == nil {
		s.Log.Warn(msg, append(args, "error", err)...)
	}
}

func (s *Scheduler) ask(ctx context.Context, l care.Lookup) (care.Account, error) {
	if l.SlackID != "" {
		return s.Slack.Account(ctx, l.SlackID)
	}
	a, err := s.Slack.AccountByEmail(ctx, l.Email)
	a.Email = l.Email // as the roster writes it
	return a, err
}
