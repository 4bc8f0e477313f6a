package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// caseTrue is stillTrue of what a case asks for: its plan is still the case's, its time has come, and its addressee is
// still the one whom it is for.
func (s *Service) caseTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	c, stu, err := s.caseOf(ctx, *d)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	if err != nil || c.Plan != d.Plan || stu.Protected {
		d.ended(DeliveryCancelled)
		return false, nil
	}
	known, err := s.Deliveries.About(ctx, []string{c.ID})
	if err != nil {
		return false, fmt.Errorf("find what a case has asked for: %w", err)
	}
	prompt, ok, err := s.promptOf(ctx, c, *d, now)
	if err != nil {
		return false, err
	}
	if !ok || d.saidBefore(known, DeliverySent) {
		d.ended(DeliveryCancelled)
		return false, nil
	}
	if d.saidBefore(known, DeliverySending) { // or perhaps not: that is known when its lease is over
		d.putOff(now.Add(DeliveryLease))
		return false, nil
	}
	if at := s.afterTeam(c, *d, prompt.At, known); at.After(now) {
		d.putOff(at)
		return false, nil
	}
	if d.Room != "" {
		if ok, err = s.roomTrue(ctx, d, now); !ok || err != nil {
			return false, err
		}
	} else if ok, err = s.ownerTrue(ctx, d, c, stu, now); !ok || err != nil {
		return false, err
	}
	return s.onceADay(ctx, d, c, now)
}

// caseOf is the case that a delivery is about, and its student.
func (s *Service) caseOf(ctx context.Context, d Delivery) (Case, Student, error) {
	c, err := s.Cases.Get(ctx, d.Subject)
	if err != nil {
		return Case{}, Student{}, fmt.Errorf("get the case: %w", err)
	}
	stu, err := s.Students.Get(ctx, string(c.Student))
	if err != nil {
		return Case{}, Student{}, fmt.Errorf("get the student: %w", err)
	}
	return c, stu, nil
}

// promptOf is what a case asks for now of the kind of a delivery, at the slot of whom that is for; false if it asks for none.
func (s *Service) promptOf(ctx context.Context, c Case, d Delivery, now time.Time) (Prompt, bool, error) {
	whose := c.Owner
	if d.Room == "" {
		whose = d.To
	}
	slot, err := s.slotOf(ctx, whose)
	if err != nil {
		return Prompt{}, false, err
	}
	list := s.Schools[c.School].prompts(c, s.stepOf(c), slot, now)
	i := slices.IndexFunc(list, func(p Prompt) bool { return p.Kind == d.Prompt })
	if i < 0 {
		return Prompt{}, false, nil
	}
	return list[i], true, nil
}

// saidBefore reports whether an earlier plan of the case has told the same addressee the same, by a delivery in that state.
func (d *Delivery) saidBefore(known []Delivery, state DeliveryState) bool {
	return slices.ContainsFunc(known, func(k Delivery) bool {
		return k.State == state && k.Plan != d.Plan && k.Prompt == d.Prompt && k.Day == d.Day && k.Entry == d.Entry &&
			k.To == d.To && k.Room == d.Room
	})
}

// afterTeam is when the principal may be told: not before the team, told late, has had its time.
func (s *Service) afterTeam(c Case, d Delivery, at time.Time, known []Delivery) time.Time {
	if d.Prompt != PromptPrincipal {
		return at
	}
	school := s.Schools[c.School]
	for _, k := range known {
		asked := k.Prompt == PromptTeam && k.Day == d.Day && k.Entry == d.Entry
		own := c.Owner == "" && k.Prompt == PromptFirst && k.Room == RoomTeam && k.Day == c.Day0
		if !asked && !own {
			continue
		}
		told := k.PostedAt
		switch k.State {
		case DeliveryPending:
			if k.Plan != c.Plan {
				continue
			}
			told = k.Due
		case DeliverySending, DeliverySent:
		default:
			continue
		}
		day := school.ahead(DateOf(told, school.Zone), c.patience(s.stepOf(c)))
		if may := school.WorkAt(day, morning); may.After(at) {
			at = may.UTC()
		}
	}
	return at
}

// ownerTrue reports whether a reminder is for those who are to see to the case now.
func (s *Service) ownerTrue(ctx context.Context, d *Delivery, c Case, stu Student, now time.Time) (bool, error) {
	to, err := s.seeTo(ctx, c, stu, d.Passed, now)
	if err != nil {
		return false, err
	}
	switch {
	case len(to) == 0:
		return false, s.handToRoom(ctx, d, RoomTeam, now)
	case slices.ContainsFunc(to, func(st Staff) bool { return st.ID == d.To }):
		return true, nil
	}
	return false, s.handOn(ctx, d, to, now)
}

// seeTo are those who are to see to a case now, but for those passed over: its owner; while they are away, their
// substitute; when there is neither, the student's other mentors. They can be reached, and may see the case.
func (s *Service) seeTo(ctx context.Context, c Case, stu Student, passed []string, now time.Time) ([]Staff, error) {
	today := s.today(c.School, now)
	free := func(st Staff) bool {
		return !slices.Contains(passed, st.ID) && !st.AwayOn(today) && s.employed(st, now) && st.reachable()
	}
	owner, err := s.Staff.Get(ctx, c.Owner)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("get the owner: %w", err)
	}
	named := []Staff{owner}
	if owner.AwayOn(today) && owner.Leave.Substitute != "" {
		sub, err := s.Staff.Get(ctx, owner.Leave.Substitute)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("get the owner's substitute: %w", err)
		}
		named = append(named, sub)
	}
	for _, st := range named {
		if !free(st) {
			continue
		}
		if sees, err := s.stillSees(ctx, st.ID, stu, now); err != nil || sees {
			return []Staff{st}, err
		}
	}
	stands, err := s.standingTo(ctx, []Ref{c.Student}, now)
	if err != nil {
		return nil, err
	}
	all, err := s.Staff.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	return slices.DeleteFunc(all, func(st Staff) bool {
		return !free(st) || !slices.ContainsFunc(stands(st), func(r relation) bool { return r.own })
	}), nil
}

// onceADay has a person hear of a case once a day at most, and with the digest if they get one later the same day. A
// reminder at a time that someone has named is sent then.
func (s *Service) onceADay(ctx context.Context, d *Delivery, c Case, now time.Time) (bool, error) {
	school := s.Schools[d.School]
	today := DateOf(now, school.Zone)
	if d.To == "" || d.Prompt == PromptAgain && c.NextAt != 0 {
		return true, nil
	}
	told, err := s.Deliveries.PostedTo(ctx, d.To, today.At(0, 0, school.Zone))
	if err != nil {
		return false, fmt.Errorf("find what a person has been told: %w", err)
	}
	for _, k := range told {
		if k.Subject != c.ID && !slices.Contains(k.Cases, c.ID) {
			continue
		}
		switch k.State {
		case DeliverySending: // or perhaps not: that is known when its lease is over
			d.putOff(now.Add(DeliveryLease))
			return false, nil
		case DeliverySent:
			local := d.At.In(school.Zone)
			d.putOff(school.WorkAt(school.ahead(today, 1), Clock(local.Hour()*60+local.Minute())).UTC())
			return false, nil
		}
	}
	if d.Kind != CaseReminder {
		return true, nil
	}
	soon, err := s.Deliveries.DueTo(ctx, d.To, today.tomorrow().At(0, 0, school.Zone), letterMax)
	if err != nil {
		return false, fmt.Errorf("find what is due to a person later: %w", err)
	}
	for _, k := range soon {
		if k.Kind == WeekDigest && k.State == DeliveryPending && k.Due.After(now.Add(2*DeliveryLease)) {
			d.putOff(k.Due)
			return false, nil
		}
	}
	return true, nil
}
