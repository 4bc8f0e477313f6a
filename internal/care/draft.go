package care

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// Draft is a line that can be read in several ways, a message that may be about several cases, or what slots
// were sought for, kept until its writer has chosen one.
type Draft struct {
	Meta    `bson:",inline"`
	Actor   string    `bson:"actor"` // staff id
	Sealed  Sealed    `bson:"line"`  // Text
	Text    string    `bson:"-"`     // in the clear, never stored
	Picks   Picks     `bson:"picks,omitempty"`
	Said    *Message  `bson:"said,omitempty"`  // of a message to Lotsen whose case is to be chosen: Text is its text
	Offer   bool      `bson:"offer,omitempty"` // it is what an offer of slots was made for: Text is a keptOffer
	Request string    `bson:"request"`         // the request that brought the line
	At      time.Time `bson:"at"`
}

// DraftRecords keeps drafts.
type DraftRecords interface {
	Get(ctx context.Context, id string) (Draft, error)
	Add(ctx context.Context, d Draft) error
	Replace(ctx context.Context, d Draft) error
	// DeleteBefore removes the drafts made before t and returns how many there were.
	DeleteBefore(ctx context.Context, t time.Time) (int64, error)
}

// DraftLife is how long a draft waits for its writer's choice.
const DraftLife = 24 * time.Hour

// CodeDraftGone is for a choice that comes too late.
const CodeDraftGone Code = "draft_gone"

const draftCollection = "drafts"

// keepDraft stores the line and returns the choice to be made, which names the draft.
func (s *Service) keepDraft(ctx context.Context, actor Actor, d Draft, choice *Choice, now time.Time) error {
	if d.ID == "" {
		if err := s.addDraft(ctx, actor, &d); err != nil {
			return err
		}
	}
	if len(choice.Students) > 0 {
		if err := s.auditChoice(ctx, actor, choice.Students, now); err != nil {
			return err
		}
	}
	choice.Draft = d.ID
	return choice
}

// addDraft keeps a draft, once for each request.
func (s *Service) addDraft(ctx context.Context, actor Actor, d *Draft) error {
	d.ID, d.Actor = idFrom("dr_", actor.Staff.ID, d.Request), actor.Staff.ID
	sealed, err := s.Vault.Seal(d.Text, draftCollection, d.ID, "line")
	if err != nil {
		return fmt.Errorf("seal the line: %w", err)
	}
	d.Sealed = sealed
	if err := s.Drafts.Add(ctx, *d); err != nil && !errors.Is(err, ErrExists) {
		return fmt.Errorf("keep the line: %w", err)
	}
	return nil
}

// draft returns what the actor has left to choose about, in the clear. For one that is none of theirs, or
// whose time is over, it answers an *Error with that code.
func (s *Service) draft(ctx context.Context, actor Actor, id string, goneCode Code, now time.Time) (Draft, error) {
	d, err := s.Drafts.Get(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return Draft{}, &Error{Code: goneCode}
	case err != nil:
		return Draft{}, fmt.Errorf("get the line: %w", err)
	case d.Actor != actor.Staff.ID || now.Sub(d.At) > DraftLife || d.gone() != goneCode:
		return Draft{}, &Error{Code: goneCode}
	}
	if d.Text, err = s.Vault.Open(d.Sealed, draftCollection, d.ID, "line"); err != nil {
		return Draft{}, fmt.Errorf("open the line: %w", err)
	}
	return d, nil
}

// gone is what is answered when the draft is not there any more.
func (d Draft) gone() Code {
	switch {
	case d.Offer:
		return CodeOfferGone
	case d.Said != nil:
		return CodeReplyGone
	}
	return CodeDraftGone
}

// Pick goes on with a kept line after its writer has chosen what the word at that place means.
// Choosing twice logs once: the first choice holds.
func (s *Service) Pick(ctx context.Context, actor Actor, draft string, word int, value string, now time.Time) (Entry, error) {
	d, err := s.draft(ctx, actor, draft, CodeDraftGone, now)
	if err != nil {
		return Entry{}, err
	}
	picks := Picks{word: value}
	maps.Copy(picks, d.Picks)
	d.Picks = picks
	entry, err := s.logLine(ctx, actor, d, now)
	if choice, more := errors.AsType[*Choice](err); more {
		delete(d.Picks, choice.Word) // what does not answer the question must not stand in the way of what will
		if rerr := s.Drafts.Replace(ctx, d); rerr != nil && !errors.Is(rerr, ErrConflict) {
			return Entry{}, fmt.Errorf("keep the choice: %w", rerr)
		}
	}
	return entry, err
}

// DropDrafts removes the drafts whose time is over and returns how many there were.
func (s *Service) DropDrafts(ctx context.Context, now time.Time) (int64, error) {
	n, err := s.Drafts.DeleteBefore(ctx, now.Add(-DraftLife))
	if err != nil {
		return 0, fmt.Errorf("drop drafts: %w", err)
	}
	return n, nil
}
