package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Account is what Slack says of one user.
type Account struct {
	SlackID string
	Email   string // "" when Slack does not tell
	Facts   SlackFacts
}

// factsFresh is how long facts serve before they are read anew.
const factsFresh = 24 * time.Hour

// Learn keeps what Slack says of an account: of the staff member with that Slack user id, else
// of the one with the account's e-mail who has no id yet, and gets it. Accounts of no staff member
// are not kept. Facts older than those known, by Slack's own time, change nothing.
func (s *Service) Learn(ctx context.Context, a Account, now time.Time) error {
	st, err := s.Staff.BySlackID(ctx, a.SlackID)
	if errors.Is(err, ErrNotFound) && a.Email != "" {
		st, err = s.Staff.Get(ctx, s.StaffID(a.Email))
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the staff member: %w", err)
	}
	err = s.changeStaff(ctx, st, func(st *Staff) bool {
		switch {
		case st.SlackID != a.SlackID && !st.Unlinked:
			return false // the roster names another account for this person, or they have left
		case st.SlackID != a.SlackID && a.Facts.Stranger:
			st.FactsDue = now.Add(factsFresh) // another organisation does not say whose address it is
			return true
		case st.Facts != nil && a.Facts.Updated.Before(st.Facts.Updated):
			return false
		}
		if a.Facts.Deactivated && (st.Facts == nil || !st.Facts.Deactivated) {
			st.OutAt = now // their meetings are to be looked at
		}
		facts := a.Facts
		facts.CheckedAt = now
		st.SlackID, st.Unlinked = a.SlackID, false
		st.Facts, st.FactsDue = &facts, now.Add(factsFresh)
		return true
	})
	if err != nil {
		return fmt.Errorf("keep facts: %w", err)
	}
	return nil
}

// Lookup is one account to be asked about: by its id, else by e-mail.
type Lookup struct {
	Staff          string // staff id
	SlackID, Email string
}

// NextLookup takes the account that has waited longest to be asked about; ErrNotFound when
// there is none. No one else gets it before lease. With an error that is about this one person
// alone, the Lookup says who it is.
func (s *Service) NextLookup(ctx context.Context, now, lease time.Time) (Lookup, error) {
	st, err := s.Staff.ClaimFactsDue(ctx, now, lease)
	if err != nil {
		return Lookup{}, err
	}
	l := Lookup{Staff: st.ID, SlackID: st.SlackID}
	if l.SlackID == "" {
		if l.Email, err = s.Vault.Open(st.Email, staffCollection, st.ID, "email"); err != nil {
			return l, fmt.Errorf("open an e-mail address: %w", err)
		}
	}
	return l, nil
}

// NoAccount keeps that Slack knows no account for a lookup: it is asked again a day later. A
// person whose account is gone is let in no more.
func (s *Service) NoAccount(ctx context.Context, l Lookup, now time.Time) error {
	st, err := s.Staff.Get(ctx, l.Staff)
	if err != nil {
		return fmt.Errorf("get the staff member: %w", err)
	}
	return s.changeStaff(ctx, st, func(st *Staff) bool {
		if st.SlackID != l.SlackID || st.SlackID == "" && !st.Unlinked {
			return false // the roster has changed meanwhile
		}
		if st.SlackID != "" {
			if st.Facts == nil || !st.Facts.Deactivated {
				st.OutAt = now
			}
			st.Facts = &SlackFacts{Deactivated: true, CheckedAt: now}
		}
		st.FactsDue = now.Add(factsFresh)
		return true
	})
}
