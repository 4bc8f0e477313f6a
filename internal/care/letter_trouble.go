package care

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// LetterDelayed has a letter sent later that Slack has not taken for now.
func (s *Service) LetterDelayed(ctx context.Context, l *Letter, after time.Duration, now time.Time) error {
	return s.each(l, func(d Delivery) error { return s.storeOrFail(ctx, d, now.Add(after), now) })
}

// LetterRefused has a letter that Slack has refused sent later; or, if its reader is gone, to
// whoever stands in for them.
func (s *Service) LetterRefused(ctx context.Context, l *Letter, gone bool, now time.Time) error {
	until := now.Add(backOff(l.parts[0].Tries))
	if gone && l.Channel != "" && l.To != "" {
		// Perhaps only the conversation is, as when the app was made anew: it is tried by the person's id.
		gone, until = false, now
		if err := s.rememberDM(ctx, l.staff, ""); err != nil {
			return err
		}
	}
	return s.each(l, func(d Delivery) error {
		if gone {
			return s.passOn(ctx, d, now)
		}
		return s.storeOrFail(ctx, d, until, now)
	})
}

func (s *Service) each(l *Letter, do func(Delivery) error) error {
	var errs []error
	for _, part := range l.parts {
		errs = append(errs, do(part))
	}
	return errors.Join(errs...)
}

// storeOrFail has a delivery taken again at t, unless it has been tried for too long.
func (s *Service) storeOrFail(ctx context.Context, d Delivery, t, now time.Time) error {
	if now.After(s.giveUpAt(d)) {
		return s.fail(ctx, d, now)
	}
	d.Tries++
	d.putOff(t)
	return s.store(ctx, d)
}

// passOn has a delivery whose addressee Slack cannot reach go to someone else.
func (s *Service) passOn(ctx context.Context, d Delivery, now time.Time) error {
	if d.To != "" {
		d.Passed = append(d.Passed, d.To)
	}
	var next []Staff
	switch {
	case d.Room != "":
		if err := s.handToPeople(ctx, &d, d.Room, now); err != nil {
			return err
		}
		return s.store(ctx, d)
	case d.Kind == FollowUpReminder:
		iv, err := s.Interventions.Get(ctx, d.Subject)
		if err != nil {
			return fmt.Errorf("get the intervention: %w", err)
		}
		if next, err = s.responsible(ctx, iv, d.Passed, now); err != nil {
			return err
		}
	case d.Kind == CaseReminder:
		c, stu, err := s.caseOf(ctx, d)
		if err != nil {
			return err
		}
		if _, err = s.ownerTrue(ctx, &d, c, stu, now); err != nil {
			return err
		}
		return s.store(ctx, d)
	case d.Kind == MeetingDay || d.Kind == MeetingSoon: // it is nobody else's matter
		d.ended(DeliveryCancelled)
		return s.store(ctx, d)
	case d.Kind == MeetingNotice || d.Kind == MeetingAgain:
		if err := s.lose(ctx, d.Subject, d.To, true, now); err != nil {
			return err
		}
		return s.fail(ctx, d, now)
	default:
		return s.fail(ctx, d, now)
	}
	if err := s.handOn(ctx, &d, next, now); err != nil {
		return err
	}
	return s.store(ctx, d)
}

// handOn makes a delivery one for those people. With nobody, it has failed.
func (s *Service) handOn(ctx context.Context, d *Delivery, people []Staff, now time.Time) error {
	var to []address
	for _, st := range people {
		to = append(to, address{st.ID, d.Room})
	}
	return s.redirect(ctx, d, to, now)
}

// redirect makes a delivery one for others. Whoever has been written to about the same before is not written to
// again. With nobody, it has failed.
func (s *Service) redirect(ctx context.Context, d *Delivery, to []address, now time.Time) error {
	if len(to) == 0 || d.Hops == hopsMax {
		reports, err := s.troubleReports(ctx, d.School, now)
		if err != nil {
			return err
		}
		d.failed(now, reports)
		return nil
	}
	known, err := s.Deliveries.About(ctx, []string{d.Subject})
	if err != nil {
		return fmt.Errorf("find who was written to: %w", err)
	}
	d.handOn(slices.DeleteFunc(to, func(a address) bool {
		return slices.ContainsFunc(known, func(k Delivery) bool {
			return k.To == a.staff && k.Room == a.room && k.base() == d.base() && k.State != DeliveryCancelled && k.State != DeliveryFailed
		})
	}), now)
	return nil
}

// fail gives a delivery up, and has the administrators told.
func (s *Service) fail(ctx context.Context, d Delivery, now time.Time) error {
	var reports []Delivery
	if !d.reports() {
		var err error
		if reports, err = s.troubleReports(ctx, d.School, now); err != nil {
			return err
		}
	}
	d.failed(now, reports)
	return s.store(ctx, d)
}

// store stores a changed delivery, unless it is someone else's by now.
func (s *Service) store(ctx context.Context, d Delivery) error {
	err := s.Deliveries.Replace(ctx, d)
	if err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("store a delivery: %w", err)
	}
	return nil
}

// settle stores what came of a message. Whoever has taken the delivery meanwhile, what is known of
// the message counts.
func (s *Service) settle(ctx context.Context, d Delivery, change func(*Delivery)) error {
	key := d.Message
	for range changeTries {
		change(&d)
		err := s.Deliveries.Replace(ctx, d)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		if d, err = s.Deliveries.Get(ctx, d.ID); err != nil {
			return fmt.Errorf("read a delivery again: %w", err)
		}
		if d.State != DeliverySending || d.Message != key {
			return nil
		}
	}
	return fmt.Errorf("store what came of a message: %w", ErrConflict)
}

// backOff is how long to wait before the next try, so that what has failed together is not tried
// together again.
func backOff(tries int) time.Duration {
	longest := min(30*time.Second<<min(tries, 6), 15*time.Minute)
	return longest/2 + rand.N(longest/2) // #nosec G404 -- nobody gains by guessing it
}
