package care

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// followUpKept is how many days a follow-up that nobody has made is shown.
const followUpKept = 60

// followUpEarly is how many days before its day an answer to "how did it go?" counts as the follow-up.
const followUpEarly = 3

// due is a student's next follow-up that nobody has made, or "".
func (s *Service) due(ctx context.Context, stu Student, now time.Time) (Date, error) {
	today := s.today(stu.School, now)
	list, err := s.Interventions.FollowUps(ctx, stu.Ref(), today.AddDays(-followUpKept))
	if err != nil {
		return "", fmt.Errorf("list follow-ups: %w", err)
	}
	return s.firstOpen(ctx, stu.Ref(), list)
}

// firstOpen is the day of the first of a student's interventions, next follow-up first, that is
// still to be followed up on; "" if there is none.
func (s *Service) firstOpen(ctx context.Context, ref Ref, list []Intervention) (Date, error) {
	list = slices.DeleteFunc(slices.Clone(list), func(iv Intervention) bool { return iv.Status == StatusWithdrawn || iv.answered() })
	if len(list) == 0 {
		return "", nil
	}
	since, err := s.doneSince(ctx, ref, list[0].FollowUp)
	if err != nil {
		return "", err
	}
	for _, iv := range list {
		if !slices.ContainsFunc(since, iv.followedBy) {
			return iv.FollowUp, nil
		}
	}
	return "", nil
}

// followedBy reports whether done, something that was done for a student of iv, is its follow-up.
func (iv Intervention) followedBy(done Intervention) bool {
	return done.ID != iv.ID && done.Date >= iv.FollowUp && done.At.After(iv.At)
}

// followedBy finds what was done for a student as the follow-up of iv, and whether anything was.
func (s *Service) followedBy(ctx context.Context, iv Intervention, ref Ref) (Intervention, bool, error) {
	since, err := s.doneSince(ctx, ref, iv.FollowUp)
	if err != nil {
		return Intervention{}, false, err
	}
	i := slices.IndexFunc(since, iv.followedBy)
	if i < 0 {
		return Intervention{}, false, nil
	}
	return since[i], true, nil
}

// answered reports whether someone has said in the intervention itself that its follow-up is made.
func (iv Intervention) answered() bool { return iv.answer() >= 0 }

// answer is the revision by which someone has said that the follow-up is made, or has entered how it
// went when it was to be followed up on and not put the follow-up off by that; -1 if there is none.
func (iv Intervention) answer() int {
	for i, r := range slices.Backward(iv.Revisions) {
		after := iv.as(i + 1).Content
		if after.FollowUp != iv.FollowUp || r.Before.FollowUp != iv.FollowUp {
			continue
		}
		said := iv.Followed != "" && after.Followed == iv.Followed && r.Before.Followed == ""
		entered := after.Outcome != "" && after.Outcome != r.Before.Outcome &&
			DateOf(r.At, time.UTC) >= iv.FollowUp.AddDays(-followUpEarly)
		if said || entered {
			return i
		}
	}
	return -1
}

// doneSince returns what was done for a student on that day or later.
func (s *Service) doneSince(ctx context.Context, ref Ref, day Date) ([]Intervention, error) {
	for limit := 8; ; limit *= 8 {
		list, err := s.Interventions.OfStudent(ctx, ref, limit) // latest day first
		if err != nil {
			return nil, fmt.Errorf("find what was done since: %w", err)
		}
		if len(list) < limit || list[len(list)-1].Date < day {
			return slices.DeleteFunc(list, func(iv Intervention) bool { return iv.Date < day || iv.Status != StatusActive }), nil
		}
	}
}
