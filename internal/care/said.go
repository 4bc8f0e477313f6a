package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Message is what someone has written to Lotsen, in the thread of one of its messages or in their direct
// messages with it.
type Message struct {
	Channel string `bson:"channel"`
	TS      string `bson:"ts"`
	Thread  string `bson:"thread,omitempty"`  // ts of the message in whose thread it stands, or ""
	Direct  bool   `bson:"direct,omitempty"`  // it stands in direct messages
	Edition string `bson:"edition,omitempty"` // ts of the change by which it came to say what it does; "" of what was written first
	Text    string `bson:"-"`                 // plain, but people stand in it as Slack has them, <@U…>; never stored
	Gone    bool   `bson:"gone,omitempty"`    // it was deleted
}

// key names a message for good.
func (m Message) key() string { return m.Channel + "/" + m.TS }

// request is the id under which what an edition of a message says is done once.
func (m Message) request() string { return idFrom("sd_", m.Channel, m.TS, m.edition()) }

// edition orders what a message says in the course of time.
func (m Message) edition() string {
	if m.Gone {
		return gone
	}
	return m.Edition
}

// gone is the last edition of a deleted message: it comes after every ts.
const gone = "~"

// A Said is what has become of a message, so that a change of it finds the case, and what is worked off late
// does not undo it.
type Said struct {
	Meta    `bson:",inline"`
	Edition string    `bson:"edition,omitempty"` // the latest that was worked on
	Case    string    `bson:"case,omitempty"`    // the id of the case that it is about, once that is known
	At      time.Time `bson:"at"`                // when it was first worked on
}

// SaidRecords keeps what has become of messages.
type SaidRecords interface {
	Get(ctx context.Context, id string) (Said, error)
	Add(ctx context.Context, said Said) error
	// Replace stores a changed one, or answers ErrConflict.
	Replace(ctx context.Context, said Said) error
	// DeleteBefore removes those first worked on before t and returns how many there were.
	DeleteBefore(ctx context.Context, t time.Time) (int64, error)
}

// saidFor is how long a message can be changed so that its case changes, too.
const saidFor = 60 * 24 * time.Hour

// errSuperseded means that a message says something else by now.
var errSuperseded = errors.New("superseded")

// saidID is the id under which is kept what has become of a message.
func (s *Service) saidID(channel, ts string) string { return s.hiddenID("sd_", channel, ts) }

// saidOf is what has become of a message so far.
func (s *Service) saidOf(ctx context.Context, channel, ts string) (Said, error) {
	said, err := s.Said.Get(ctx, s.saidID(channel, ts))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return said, fmt.Errorf("get what has become of a message: %w", err)
	}
	return said, nil
}

// begin notes that an edition of a message is worked on, and returns what has become of the message so far;
// errSuperseded when a later edition was begun.
func (s *Service) begin(ctx context.Context, m Message, now time.Time) (Said, error) {
	return s.changeSaid(ctx, m, now, func(said *Said) error {
		if said.Edition > m.edition() {
			return errSuperseded
		}
		said.Edition = m.edition()
		return nil
	})
}

// keepCase notes about which case a message is; once it was chosen, the first choice holds.
func (s *Service) keepCase(ctx context.Context, m Message, id string, chosen bool, now time.Time) (Said, error) {
	return s.changeSaid(ctx, m, now, func(said *Said) error {
		if said.Edition > m.edition() {
			return errSuperseded
		}
		if !chosen || said.Case == "" {
			said.Case = id
		}
		return nil
	})
}

func (s *Service) changeSaid(ctx context.Context, m Message, now time.Time, change func(*Said) error) (Said, error) {
	for range changeTries {
		said, err := s.saidOf(ctx, m.Channel, m.TS)
		if err != nil {
			return said, err
		}
		edition, id := said.Edition, said.Case
		if err := change(&said); err != nil {
			return said, err
		}
		switch {
		case said.ID == "":
			said.ID, said.At = s.saidID(m.Channel, m.TS), now
			err = s.Said.Add(ctx, said)
		case said.Edition == edition && said.Case == id:
			return said, nil
		default:
			err = s.Said.Replace(ctx, said)
		}
		if err == nil {
			return said, nil
		}
		if !errors.Is(err, ErrExists) && !errors.Is(err, ErrConflict) {
			return said, fmt.Errorf("note what has become of a message: %w", err)
		}
	}
	return Said{}, fmt.Errorf("note what has become of a message: %w", ErrConflict)
}

// superseded reports whether a later edition of a message than this one was begun.
func (s *Service) superseded(ctx context.Context, m Message) error {
	said, err := s.saidOf(ctx, m.Channel, m.TS)
	if err == nil && said.Edition > m.edition() {
		return errSuperseded
	}
	return err
}
