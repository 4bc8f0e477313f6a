package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Occurrence is one time at which a job is to be done, by whichever copy of the program comes first.
type Occurrence struct {
	Meta `bson:",inline"`
	At   time.Time `bson:"at"`            // when it was begun first
	Due  time.Time `bson:"due,omitempty"` // when someone else may do it, should it not be done by then
}

// OccurrenceRecords keeps occurrences of jobs.
type OccurrenceRecords interface {
	// Add stores an occurrence, or answers ErrExists.
	Add(ctx context.Context, o Occurrence) error
	Get(ctx context.Context, id string) (Occurrence, error)
	// ClaimDue takes the occurrence with that id if it is due, and puts its due time off until
	// lease; ErrNotFound if it is done, or someone else's.
	ClaimDue(ctx context.Context, id string, now, lease time.Time) (Occurrence, error)
	// Replace stores a changed occurrence, or answers ErrConflict.
	Replace(ctx context.Context, o Occurrence) error
	// DeleteBefore removes the occurrences begun before t and returns how many there were.
	DeleteBefore(ctx context.Context, t time.Time) (int64, error)
}

const (
	// jobLease is how long a job may take before someone else does it anew.
	jobLease = 5 * time.Minute
	// occurrenceKept is how long it is known that a job has been done.
	occurrenceKept = 30 * 24 * time.Hour
)

// Once does the job's occurrence at that time, unless it has been done or someone is at it. It
// reports whether it was done now. A job that fails, or whose process dies, is done anew after a while.
func (s *Service) Once(ctx context.Context, job string, at, now time.Time, do func() error) (bool, error) {
	o := Occurrence{At: now, Due: now.Add(jobLease)}
	o.ID = occurrenceID(job, at)
	err := s.Occurrences.Add(ctx, o)
	o.Version = 1
	if errors.Is(err, ErrExists) {
		o, err = s.Occurrences.ClaimDue(ctx, o.ID, now, now.Add(jobLease))
	}
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("claim %s: %w", job, err)
	}
	if err := do(); err != nil {
		return false, err
	}
	o.Due = time.Time{}
	if err := s.Occurrences.Replace(ctx, o); err != nil && !errors.Is(err, ErrConflict) { // with which it was done twice
		return true, fmt.Errorf("note that %s is done: %w", job, err)
	}
	return true, nil
}

// IsDone reports whether the job's occurrence at that time has been done.
func (s *Service) IsDone(ctx context.Context, job string, at time.Time) (bool, error) {
	o, err := s.Occurrences.Get(ctx, occurrenceID(job, at))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("get %s: %w", job, err)
	}
	return o.Due.IsZero(), nil
}

func occurrenceID(job string, at time.Time) string { return job + "/" + at.UTC().Format(time.RFC3339) }

// DropOld drops what nobody needs any more: lines that no one has chosen a reading for, what has come
// in and was done long ago, what became of old messages, and what is known of jobs long done. It returns how many records that were.
func (s *Service) DropOld(ctx context.Context, now time.Time) (int64, error) {
	var total int64
	var errs []error
	for _, drop := range []func() (int64, error){
		func() (int64, error) { return s.DropDrafts(ctx, now) },
		func() (int64, error) { return s.DropIncoming(ctx, now) },
		func() (int64, error) { return s.Said.DeleteBefore(ctx, now.Add(-saidFor)) },
		func() (int64, error) { return s.Occurrences.DeleteBefore(ctx, now.Add(-occurrenceKept)) },
	} {
		n, err := drop()
		total += n
		errs = append(errs, err)
	}
	return total, errors.Join(errs...)
}
