package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Incoming is something that Slack has sent and that is acknowledged before it is done: so that
// nothing is lost with a process that ends, and what comes twice is recognised.
type Incoming struct {
	Meta     `bson:",inline"` // the id is made by IncomingID
	Kind     IncomingKind     `bson:"kind"`
	Sealed   Sealed           `bson:"body,omitempty"` // Body
	Body     string           `bson:"-"`              // as Slack sent it, in the clear, never stored; it holds what people typed
	At       time.Time        `bson:"at"`             // when it came
	Due      time.Time        `bson:"due,omitempty"`  // when it may be taken: a lease moves it on, and it is absent once nobody is to take it any more
	Attempts int              `bson:"attempts"`       // how often it was begun
	Expires  time.Time        `bson:"expires,omitempty"`
}

// IncomingKind is what an Incoming is.
type IncomingKind string

// The kinds of what comes in.
const (
	IncomingEvent       IncomingKind = "event"
	IncomingCommand     IncomingKind = "command"
	IncomingInteraction IncomingKind = "interaction"
)

const (
	// IncomingLease is how long whoever has taken an Incoming has it alone. It is longer than any
	// work on it may take.
	IncomingLease = 45 * time.Second
	// IncomingTries is how often an Incoming is begun before it is set aside: with the pauses
	// between, over a quarter of an hour.
	IncomingTries = 5
	// incomingPause is the pause after the first attempt that has failed; each further one is twice as long.
	incomingPause = time.Minute
	// doneFor is how long one that is done is remembered. Slack sends an event again for up to a
	// day (docs.slack.dev/apis/events-api, Delayed Events).
	doneFor = 2 * 24 * time.Hour
	// asideFor is how long one that was set aside is kept.
	asideFor = 14 * 24 * time.Hour
)

// ErrSetAside is of an Incoming that was begun too often or cannot be read: nobody takes it any more.
var ErrSetAside = errors.New("set aside")

// InboxRecords keeps what has come in.
type InboxRecords interface {
	Get(ctx context.Context, id string) (Incoming, error)
	// Add stores a new one, or answers ErrExists: of two copies of the program that get the same,
	// one stores it.
	Add(ctx context.Context, in Incoming) error
	// Replace stores a changed one if it still is at the version that was read, else answers
	// ErrConflict: whoever has lost a lease cannot undo what the next one has noted.
	Replace(ctx context.Context, in Incoming) error
	// ClaimDue takes the one that has been due longest and puts its due time off until lease;
	// ErrNotFound when none is due. Two who claim at once get two different ones.
	ClaimDue(ctx context.Context, now, lease time.Time) (Incoming, error)
	// DeleteExpired removes those whose time to be removed has come and returns how many there were.
	DeleteExpired(ctx context.Context, now time.Time) (int64, error)
}

const inboxCollection = "inbox"

// IncomingID is the id of what Slack names so, by its event_id or trigger_id. It tells nobody that name.
func (s *Service) IncomingID(kind IncomingKind, name string) string {
	return s.hiddenID("in_", string(kind), name)
}

// Receive stores what has come in, which has its id, kind, body and time, and leases it to the
// caller. It reports false when it has come before: then someone else works on it or has done so.
func (s *Service) Receive(ctx context.Context, in Incoming) (fresh bool, err error) {
	if in.Sealed, err = s.Vault.Seal(in.Body, inboxCollection, in.ID, "body"); err != nil {
		return false, fmt.Errorf("seal what has come in: %w", err)
	}
	in.Due, in.Attempts = in.At.Add(IncomingLease), 1
	err = s.Inbox.Add(ctx, in)
	if errors.Is(err, ErrExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store what has come in: %w", err)
	}
	return true, nil
}

// TakeIncoming leases to the caller what has been due longest; ErrNotFound when nothing is due.
// With ErrSetAside it is nothing to work on.
func (s *Service) TakeIncoming(ctx context.Context, now time.Time) (Incoming, error) {
	for {
		in, err := s.Inbox.ClaimDue(ctx, now, now.Add(IncomingLease))
		if err != nil {
			return Incoming{}, err
		}
		if in.Attempts >= IncomingTries { // whoever began it the last time has ended without a word
			err = ErrSetAside
		} else if in.Body, err = s.Vault.Open(in.Sealed, inboxCollection, in.ID, "body"); err != nil {
			err = fmt.Errorf("open what has come in: %w: %w", err, ErrSetAside)
		}
		// The attempt is noted before it is begun: what brings down a process must not do so for good.
		in.Attempts++
		if err != nil {
			in.aside(now)
		}
		rerr := s.Inbox.Replace(ctx, in)
		if errors.Is(rerr, ErrConflict) { // it was done at this moment
			continue
		}
		if rerr != nil {
			return Incoming{}, fmt.Errorf("note an attempt: %w", rerr)
		}
		return in, err
	}
}

// FinishIncoming notes that what came in is done, by whomever, and forgets its body. What was never
// stored needs no note.
func (s *Service) FinishIncoming(ctx context.Context, id string, now time.Time) error {
	return s.settleIncoming(ctx, id, func(in *Incoming) {
		in.Due, in.Sealed, in.Expires = time.Time{}, nil, now.Add(doneFor)
	})
}

// FailIncoming notes that an attempt has failed. It is due again after a pause, or set aside if it
// was the last one; then the error is ErrSetAside.
func (s *Service) FailIncoming(ctx context.Context, id string, now time.Time) error {
	last := false
	err := s.settleIncoming(ctx, id, func(in *Incoming) {
		if last = in.Attempts >= IncomingTries; last {
			in.aside(now)
		} else {
			in.Due = now.Add(incomingPause << (in.Attempts - 1))
		}
	})
	if err == nil && last {
		return ErrSetAside
	}
	return err
}

func (in *Incoming) aside(now time.Time) {
	in.Due, in.Expires = time.Time{}, now.Add(asideFor)
}

// settleIncoming changes what has come in unless it is settled already.
func (s *Service) settleIncoming(ctx context.Context, id string, change func(*Incoming)) error {
	for range changeTries {
		in, err := s.Inbox.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("get what has come in: %w", err)
		}
		if in.Due.IsZero() {
			return nil
		}
		change(&in)
		if err := s.Inbox.Replace(ctx, in); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("settle what has come in: %w", ErrConflict)
}

// DropIncoming removes what was done two days ago or set aside two weeks ago, and returns how much
// there was.
func (s *Service) DropIncoming(ctx context.Context, now time.Time) (int64, error) {
	n, err := s.Inbox.DeleteExpired(ctx, now)
	if err != nil {
		return 0, fmt.Errorf("drop what has come in: %w", err)
	}
	return n, nil
}
