package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// logged is what follows from a change of an intervention: reminders are shown anew, and cases take it
// for what was done about them.
func (s *Service) logged(ctx context.Context, iv Intervention, now time.Time) error {
	if err := s.notice(ctx, iv, now); err != nil {
		return err
	}
	refs := iv.Students
	for _, rev := range iv.Revisions {
		refs = append(slices.Clone(refs), rev.Before.Students...)
	}
	for _, ref := range inOrder(nil, refs) {
		if err := s.contact(ctx, iv, ref, now); err != nil {
			return err
		}
	}
	return nil
}

// contact has a student's case count an intervention as an act. To do it again changes nothing.
func (s *Service) contact(ctx context.Context, iv Intervention, ref Ref, now time.Time) error {
	for range changeTries {
		c, err := s.latestCase(ctx, ref)
		if errors.Is(err, ErrNotFound) || err == nil && !c.isOpen() {
			return nil
		}
		if err != nil {
			return err
		}
		author, err := s.Staff.Get(ctx, iv.Author)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("get the author: %w", err)
		}
		school := s.Schools[c.School]
		today := DateOf(now, school.Zone)
		a := acting{school: school, step: s.stepOf(c), today: today, by: iv.Author, team: author.has(c.School, today, EHT, Principal), now: now}
		changed, err := a.contact(&c, iv)
		if err != nil || !changed {
			return err
		}
		if err := s.askPrompts(ctx, &c, now); err != nil {
			return err
		}
		by := Actor{Staff: Staff{Meta: Meta{ID: iv.Author}}}
		request := fmt.Sprint(iv.ID, "/", c.Plan)
		c.Mark(request, now, auditEntry(by, ActionCaseAct, []Ref{ref}, now, c.ID, request))
		if err = s.Cases.Replace(ctx, c); !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("count a contact: %w", ErrConflict)
}

// contactActs are the acts as which kinds of interventions count. All others for single students count
// as done: whatever is done for a student whom one follows up is done about the absence, too.
var contactActs = map[Kind]Act{
	KindHome: ActHome, KindVisit: ActHome,
	KindTalk: ActTalked, KindMotivation: ActTalked, KindCoaching: ActTalked, KindSocial: ActTalked, KindGuidance: ActTalked,
	KindEscort: ActTalked, KindDevelopment: ActMeeting,
}

// countsFor tells as what act an intervention counts for a student's case; "" if it does not: it is
// withdrawn, for no single students, or not for this one any more.
func (iv Intervention) countsFor(ref Ref) Act {
	if iv.Status != StatusActive || iv.Level != LevelIndividual || !slices.Contains(iv.Students, ref) {
		return ""
	}
	if iv.Outcome == OutcomeNotReached {
		return ActNotReached
	}
	for _, k := range iv.Kinds {
		if act, ok := contactActs[k]; ok {
			return act
		}
	}
	return ActDone
}

// contact brings the act as which a case counts an intervention up to what that says now, and reports
// whether anything has changed. What was done before the case came to its step is no act of it, and what
// its author has changed or taken back in the case stays so; what is withdrawn is taken back all the same.
func (a acting) contact(c *Case, iv Intervention) (bool, error) {
	act := iv.countsFor(c.Student)
	i := slices.IndexFunc(c.Entries, func(e CaseEntry) bool { return e.Logged == iv.ID })
	if i < 0 {
		if act == "" || iv.Date < DateOf(c.stepSince(), a.school.Zone) {
			return false, nil
		}
		return true, a.count(c, iv, act)
	}
	old := c.Entries[i]
	switch {
	case !old.Undone.IsZero() || act != "" && (old.Set || old.Before == nil): // or the case has gone on
		return false, nil
	case act == "":
		late := old.Before == nil
		if c.takeBack(i, a.now); late && c.State == CaseWaiting && !c.waits() {
			c.open(a.ahead(0))
		}
		return true, nil
	}
	was := *c
	c.Entries = slices.Clone(c.Entries[:i])
	c.restore(old.Before)
	a.kept = old.FollowUp
	if err := a.count(c, iv, act); err != nil {
		return false, err
	}
	c.Entries = append(c.Entries, was.Entries[i+1:]...) // which were only seen
	if e := &c.Entries[i]; e.Act != old.Act || !e.At.Equal(old.At) || e.FollowUp != old.FollowUp {
		e.revises(old)
		return true, nil
	}
	*c = was
	return false, nil
}

// count has a case count an intervention as an act, made on the day of the intervention.
func (a acting) count(c *Case, iv Intervention, act Act) error {
	if a.at = iv.At; DateOf(iv.At, a.school.Zone) != iv.Date {
		a.at = iv.Date.At(12, 0, a.school.Zone).UTC()
	}
	f := CaseForm{Act: act}
	if act != ActNotReached && iv.FollowUp != "" {
		f.FollowUp = min(iv.FollowUp, a.ahead(followUpMax))
	}
	if err := a.do(c, f); err != nil {
		return err
	}
	c.Entries[len(c.Entries)-1].Logged = iv.ID
	return nil
}
