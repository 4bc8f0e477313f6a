package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// UndoWindow is how long an intervention can be withdrawn with one word or click.
const UndoWindow = 30 * time.Minute

// The codes of undoing.
const (
	CodeNothingToUndo Code = "nothing_to_undo" // Minutes
	CodeUndoTooLate   Code = "undo_too_late"   // Minutes
)

// clocksDiffer is how much the clocks of two copies of the program may differ.
const clocksDiffer = 5 * time.Second

// Undo withdraws the actor's latest intervention if it is at most UndoWindow old. What was logged
// after now, while the request waited to be handled, is not what its writer meant.
func (s *Service) Undo(ctx context.Context, actor Actor, request string, now time.Time) (Entry, error) {
	return s.withdraw(ctx, actor, request, now, func() (Intervention, error) {
		list, err := s.Interventions.ByAuthor(ctx, actor.Staff.ID, now.Add(-UndoWindow), 0)
		if err != nil {
			return Intervention{}, fmt.Errorf("list own interventions: %w", err)
		}
		// A request that has withdrawn one before must not withdraw the next.
		i := slices.IndexFunc(list, func(iv Intervention) bool { return iv.Status == StatusWithdrawn && iv.MadeBy(request) })
		if i < 0 {
			i = slices.IndexFunc(list, func(iv Intervention) bool {
				return iv.Status == StatusActive && !iv.At.After(now.Add(clocksDiffer))
			})
		}
		if i < 0 {
			return Intervention{}, undoError(CodeNothingToUndo)
		}
		return list[i], nil
	})
}

// UndoIntervention withdraws the actor's own intervention with that id. Withdrawn is withdrawn:
// asking again changes nothing and gives the same answer.
func (s *Service) UndoIntervention(ctx context.Context, actor Actor, id, request string, now time.Time) (Entry, error) {
	return s.withdraw(ctx, actor, request, now, func() (Intervention, error) {
		iv, err := s.Interventions.Get(ctx, id)
		if errors.Is(err, ErrNotFound) || err == nil && iv.Author != actor.Staff.ID {
			return Intervention{}, undoError(CodeNothingToUndo)
		}
		if err != nil {
			return Intervention{}, fmt.Errorf("get the intervention: %w", err)
		}
		return iv, nil
	})
}

func undoError(code Code) error {
	return &Error{Code: code, Args: map[string]any{"Minutes": int(UndoWindow.Minutes())}}
}

// withdraw withdraws the intervention that find returns. When it has been changed meanwhile, find
// is asked anew: it may return another one then.
func (s *Service) withdraw(ctx context.Context, actor Actor, request string, now time.Time, find func() (Intervention, error)) (Entry, error) {
	for range changeTries {
		iv, err := find()
		switch {
		case err != nil:
			return Entry{}, err
		case iv.Status == StatusWithdrawn:
			return s.again(ctx, actor, iv, now)
		case now.Sub(iv.At) > UndoWindow:
			return Entry{}, undoError(CodeUndoTooLate)
		}
		iv.Status, iv.WithdrawnAt = StatusWithdrawn, now
		iv.Mark(request, now, auditEntry(actor, ActionWithdraw, iv.Students, now, iv.ID))
		err = s.Interventions.Replace(ctx, iv)
		if err == nil {
			return newReader(s, actor, now).entry(ctx, iv)
		}
		if !errors.Is(err, ErrConflict) {
			return Entry{}, fmt.Errorf("withdraw the intervention: %w", err)
		}
	}
	return Entry{}, fmt.Errorf("withdraw the intervention: %w", ErrConflict)
}

// again answers a request for what has been done before. If the latest change is the actor's own
// and of the same minute, its audit entry covers the answer.
func (s *Service) again(ctx context.Context, actor Actor, iv Intervention, now time.Time) (Entry, error) {
	r := newReader(s, actor, now)
	e, err := r.entry(ctx, iv)
	if err != nil || r.hides(iv, e) {
		return e, err
	}
	if by, at := iv.latest(); by == actor.Staff.ID && minuteOf(at) == minuteOf(now) {
		return e, nil
	}
	return e, s.auditReading(ctx, actor, ActionShow, shownRefs(nil, e), now)
}
