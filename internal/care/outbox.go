package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// outbox is a collection whose records carry what is to be moved to other collections.
type outbox[T any] interface {
	// Waiting returns at most limit records that carry something since before t, longest first.
	Waiting(ctx context.Context, before time.Time, limit int) ([]T, error)
	// Moved stores that what a record carries has been moved, or answers ErrConflict if the record
	// has changed since it was read.
	Moved(ctx context.Context, rec T) error
}

// moveMax is how many records of a collection are moved in one go.
const moveMax = 200

// MoveOut moves what records carry to where it belongs, and returns how many records it has dealt
// with; there may be more when that is not 0. It may be done again, and by several at once: the ids of what is moved
// follow from what it is.
func (s *Service) MoveOut(ctx context.Context, now time.Time) (int, error) {
	total := 0
	var errs []error
	for _, move := range []func(context.Context, time.Time) (int, error){
		func(ctx context.Context, now time.Time) (int, error) {
			return moveAll(ctx, s, now, s.Interventions, s.logged)
		},
		func(ctx context.Context, now time.Time) (int, error) {
			return moveAll(ctx, s, now, s.Cases, s.caseMoved)
		},
		func(ctx context.Context, now time.Time) (int, error) { return moveAll(ctx, s, now, s.Deliveries, nil) },
		func(ctx context.Context, now time.Time) (int, error) {
			return moveAll(ctx, s, now, s.Staff, func(ctx context.Context, st Staff, now time.Time) error {
				return errors.Join(s.followCalendars(ctx, st, now), s.staffMoved(ctx, st, now))
			})
		},
		func(ctx context.Context, now time.Time) (int, error) {
			return moveAll(ctx, s, now, s.Meetings, s.meetingMoved)
		},
		func(ctx context.Context, now time.Time) (int, error) { return moveAll(ctx, s, now, s.Students, nil) },
		func(ctx context.Context, now time.Time) (int, error) {
			return moveAll(ctx, s, now, s.Assignments, nil)
		},
	} {
		n, err := move(ctx, now)
		total += n
		errs = append(errs, err)
	}
	return total, errors.Join(errs...)
}

// moveAll moves what the records of one collection carry. also, if not nil, is what else follows
// from a record's change.
func moveAll[T any, P interface {
	*T
	Record() *Meta
}](ctx context.Context, s *Service, now time.Time, box outbox[T], also func(context.Context, T, time.Time) error) (int, error) {
	waiting, err := box.Waiting(ctx, now, moveMax)
	if err != nil {
		return 0, fmt.Errorf("find what is to be moved: %w", err)
	}
	var errs []error // of single records, which keep the others waiting no longer than they must
	for _, rec := range waiting {
		meta := P(&rec).Record()
		err := s.move(ctx, meta.Out)
		if err == nil && also != nil {
			err = also(ctx, rec, now)
		}
		if err == nil {
			meta.Out, meta.OutAt = Outbox{}, time.Time{}
			err = box.Moved(ctx, rec)
		}
		if err != nil && !errors.Is(err, ErrConflict) { // with which it waits again
			errs = append(errs, fmt.Errorf("move what %s carries: %w", meta.ID, err))
		}
	}
	return len(waiting), errors.Join(errs...)
}

func (s *Service) move(ctx context.Context, out Outbox) error {
	for _, e := range out.Audit {
		if err := s.Audit.Add(ctx, e); err != nil && !errors.Is(err, ErrExists) {
			return fmt.Errorf("add an audit entry: %w", err)
		}
	}
	for _, d := range out.Deliveries {
		if err := s.Deliveries.Add(ctx, d); err != nil && !errors.Is(err, ErrExists) {
			return fmt.Errorf("add a delivery: %w", err)
		}
	}
	return nil
}
