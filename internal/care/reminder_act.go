package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// FollowUpMake notes that the follow-up of a reminder is made, and returns what the whole message says
// then. The same request again, or one for what is made already, changes nothing.
func (s *Service) FollowUpMake(ctx context.Context, actor Actor, delivery, request string, now time.Time) (Reminder, []Ref, error) {
	return s.onFollowUp(ctx, actor, delivery, request, now, func(iv *Intervention, day Date, open bool) bool {
		if !open {
			return false
		}
		iv.revise(actor, now).Followed = s.today(iv.School, now)
		return true
	})
}

// FollowUpLater puts the follow-up of a reminder off to the next school day.
func (s *Service) FollowUpLater(ctx context.Context, actor Actor, delivery, request string, now time.Time) (Reminder, []Ref, error) {
	return s.onFollowUp(ctx, actor, delivery, request, now, func(iv *Intervention, day Date, open bool) bool {
		if !open {
			return false
		}
		today := s.today(iv.School, now)
		next, ok := s.Schools[iv.School].AddSchoolDays(today, 1)
		if !ok {
			next = today.AddDays(1)
		}
		iv.revise(actor, now).FollowUp = next
		s.askFollowUp(iv, actor.Staff, now)
		return true
	})
}

// FollowUpUndo takes back what the actor has said of a reminder's follow-up, if that is its latest change.
func (s *Service) FollowUpUndo(ctx context.Context, actor Actor, delivery, request string, now time.Time) (Reminder, []Ref, error) {
	return s.onFollowUp(ctx, actor, delivery, request, now, func(iv *Intervention, day Date, open bool) bool {
		if open || !iv.undoable(day) || iv.Revisions[len(iv.Revisions)-1].By != actor.Staff.ID {
			return false
		}
		c := iv.revise(actor, now)
		c.FollowUp, c.Followed = day, ""
		return true
	})
}

// revise keeps what an intervention says as a revision, and returns its content to be changed.
func (iv *Intervention) revise(actor Actor, now time.Time) *Content {
	iv.Revisions = append(iv.Revisions, Revision{At: now, By: actor.Staff.ID, Before: iv.Content})
	return &iv.Content
}

// CodeNoSuchReminder is for a reminder that is none, or not for this person.
const CodeNoSuchReminder Code = "no_such_reminder"

// onFollowUp changes the intervention of a reminder. It returns what the message says then, and the
// students whose record has changed.
func (s *Service) onFollowUp(ctx context.Context, actor Actor, delivery, request string, now time.Time, change func(iv *Intervention, day Date, open bool) bool) (Reminder, []Ref, error) {
	for range changeTries {
		d, iv, err := s.remindedOf(ctx, actor, delivery, now)
		if err != nil {
			return Reminder{}, nil, err
		}
		became, err := s.became(ctx, iv, d.Day)
		if err != nil {
			return Reminder{}, nil, err
		}
		if !iv.MadeBy(request) && change(&iv, d.Day, became.State == FollowUpOpen) {
			iv.Mark(request, now, auditEntry(actor, ActionFollowUp, iv.Students, now, iv.ID, request))
			err = s.Interventions.Replace(ctx, iv)
		}
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err != nil {
			return Reminder{}, nil, fmt.Errorf("change the follow-up: %w", err)
		}
		parts, err := s.Deliveries.InMessage(ctx, d.Message)
		if err != nil {
			return Reminder{}, nil, fmt.Errorf("find what the message is made of: %w", err)
		}
		r, err := s.reminder(ctx, parts, actor.Staff.ID, now)
		if err != nil {
			return Reminder{}, nil, err
		}
		return *r, iv.Students, nil
	}
	return Reminder{}, nil, fmt.Errorf("change the follow-up: %w", ErrConflict)
}

// remindedOf returns a delivery of a follow-up's reminder and what is to be followed up, if the actor
// may: they see a student of it, or it is for no one student and theirs or their school's.
func (s *Service) remindedOf(ctx context.Context, actor Actor, delivery string, now time.Time) (Delivery, Intervention, error) {
	refused := &Error{Code: CodeNoSuchReminder}
	d, err := s.Deliveries.Get(ctx, delivery)
	if errors.Is(err, ErrNotFound) || err == nil && (d.Kind != FollowUpReminder || d.Message == "") {
		return Delivery{}, Intervention{}, refused
	}
	if err != nil {
		return Delivery{}, Intervention{}, fmt.Errorf("get the reminder: %w", err)
	}
	iv, err := s.Interventions.Get(ctx, d.Subject)
	if err != nil {
		return Delivery{}, Intervention{}, fmt.Errorf("get the intervention: %w", err)
	}
	may, err := s.mayFollow(ctx, actor, iv, now)
	if err != nil {
		return Delivery{}, Intervention{}, err
	}
	if !may {
		return Delivery{}, Intervention{}, refused
	}
	return d, iv, nil
}

// Reminded returns the students of a reminder's follow-up for whom the actor is about to log. That
// their names were read is on record.
func (s *Service) Reminded(ctx context.Context, actor Actor, delivery string, now time.Time) ([]Name, error) {
	_, iv, err := s.remindedOf(ctx, actor, delivery, now)
	if err != nil {
		return nil, err
	}
	r := newReader(s, actor, now)
	e, err := r.entry(ctx, iv)
	if err != nil || len(e.Students) == 0 {
		return nil, err
	}
	return e.Students, s.auditReading(ctx, actor, ActionSuggest, e.refs(), now)
}
