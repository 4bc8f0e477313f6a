package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// caseItem is what a delivery tells of its case, to someone of the staff or, with the zero Actor, to a room.
func (s *Service) caseItem(ctx context.Context, d Delivery, reader Actor, now time.Time) (CaseItem, error) {
	item := CaseItem{School: s.Schools[d.School], Prompt: d.Prompt}
	c, stu, err := s.caseOf(ctx, d)
	if errors.Is(err, ErrNotFound) || err == nil && stu.Protected {
		return item, nil
	}
	if err != nil {
		return CaseItem{}, err
	}
	mine := false
	if st := reader.Staff; st.ID != "" && d.Room != RoomAdmins {
		_, r, err := s.student(ctx, reader, c.Student, now)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return CaseItem{}, err
		}
		if !r.seesCase() {
			return item, nil
		}
		mine = s.ownsCase(reader, c, now)
	}
	if item.Did, err = s.caseDeed(ctx, c, d); err != nil {
		return CaseItem{}, err
	}
	return s.fillItem(ctx, item, c, mine, now)
}

// fillItem is an item of a case. mine tells that its reader owns it, or stands in for its owner.
func (s *Service) fillItem(ctx context.Context, item CaseItem, c Case, mine bool, now time.Time) (CaseItem, error) {
	school := s.Schools[c.School]
	item.Case, item.Ref, item.School, item.Step, item.State = c.ID, c.Student, school, s.stepOf(c), c.State
	item.Due, item.Next, item.Attempts, item.Queued = c.Due, c.Next, c.Attempts, c.Queued
	item.Higher = slices.ContainsFunc(c.Why, func(f Fact) bool { return f.Step > c.Step })
	item.AskTeam = c.asksTeam()
	if c.State == CaseOpen {
		item.Overdue = school.SchoolDaysBetween(c.Due, DateOf(now, school.Zone))
	}
	var err error
	if !mine {
		if item.Owner, err = s.slackID(ctx, c.Owner); err != nil {
			return CaseItem{}, err
		}
	}
	if item.Did == nil {
		item.Acts = likely(c.State, item.AskTeam, !mine)
	}
	return item, nil
}

// asksTeam reports whether the owner of a case is to be asked if the team needs to come in.
func (c Case) asksTeam() bool { return c.State == CaseOpen && c.Attempts >= attemptsAsk && !c.Queued }

// ownsCase reports whether the actor owns a case, or stands in for its owner.
func (s *Service) ownsCase(actor Actor, c Case, now time.Time) bool {
	today := s.today(c.School, now)
	return slices.ContainsFunc(actor.parts(), func(st Staff) bool {
		return st.ID == c.Owner && (st.ID == actor.Staff.ID || standsIn(actor.Staff, st, c.School, today))
	})
}

// caseDeed is what was done about a case, or has befallen it, after a delivery was asked for; nil if nothing was,
// or that was taken back.
func (s *Service) caseDeed(ctx context.Context, c Case, d Delivery) (*CaseDeed, error) {
	last := c.basis()
	i := c.entry(last.ID)
	if i < 0 || i < d.Entries && c.isOpen() && d.Day == c.dayOf(d) {
		return nil, nil
	}
	by, err := s.slackID(ctx, last.By)
	if err != nil {
		return nil, err
	}
	return &CaseDeed{Entry: last.ID, What: last.What, Act: last.Act, By: by, On: s.today(c.School, last.At), Next: c.Next}, nil
}

// dayOf is the day that a delivery of its kind would be about now: another than its own when the entry that asked for it
// says something else by now.
func (c Case) dayOf(d Delivery) Date {
	switch {
	case d.Day == "" && c.Queued: // the team was asked, and still is
		return ""
	case d.Prompt == PromptFirst:
		return c.Day0
	case d.Prompt == PromptAgain && c.State == CaseOpen, d.Prompt == PromptFollowUp && c.State == CaseWaiting:
		return c.Next
	case c.State == CaseOpen:
		return c.Due
	}
	return "-"
}

// slackID is the Slack user id of a staff member; "" for nobody and someone unknown.
func (s *Service) slackID(ctx context.Context, staff string) (string, error) {
	if staff == "" {
		return "", nil
	}
	st, err := s.Staff.Get(ctx, staff)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", fmt.Errorf("get a colleague: %w", err)
	}
	return st.SlackID, nil
}

// likelyMax is how many acts are offered at once.
const likelyMax = 4

// likely are the acts that are most likely to be done about a case, first those that are likeliest. take tells that the reader may
// want to take it.
func likely(state CaseState, askTeam, take bool) []Act {
	acts := []Act{ActTalked, ActHome, ActNotReached, ActSnooze}
	switch {
	case state == CaseClosed:
		return nil
	case askTeam:
		acts = []Act{ActNeedsEHT, ActTalked, ActHome, ActNotReached}
	case state == CaseWaiting:
		acts = []Act{ActTalked, ActHome, ActBack, ActClose}
	}
	if take {
		acts = append([]Act{ActTake}, acts...)
	}
	return acts[:likelyMax]
}

// Likely are the acts that a case's buttons offer to its reader, at most four.
func (v CaseView) Likely() []Act { return likely(v.State, v.AskTeam, v.HandedMe || !v.Mine) }

// casePost is what a delivery for a room tells of its case.
func (s *Service) casePost(ctx context.Context, d Delivery, reader string, now time.Time) (*CasePost, error) {
	actor := Actor{}
	if reader != "" {
		st, err := s.Staff.Get(ctx, reader)
		if err != nil {
			return nil, fmt.Errorf("get the reader: %w", err)
		}
		if actor, err = s.actorFor(ctx, st, now); err != nil {
			return nil, err
		}
	}
	item, err := s.caseItem(ctx, d, actor, now)
	if d.Room == RoomAdmins {
		item.Acts = nil // they see no cases
	}
	return &CasePost{CaseItem: item, Room: d.Room}, err
}

// caseMoved is what follows from a change of a case: what its earlier plans have asked for is not sent any more, and the
// messages that stand are shown anew.
func (s *Service) caseMoved(ctx context.Context, c Case, now time.Time) error {
	list, err := s.Deliveries.About(ctx, []string{c.ID})
	if err != nil {
		return fmt.Errorf("find what a case has asked for: %w", err)
	}
	since := now.AddDate(0, 0, -followUpKept)
	if c.Owner != "" { // whose digests show it, too
		told, err := s.Deliveries.PostedTo(ctx, c.Owner, since)
		if err != nil {
			return fmt.Errorf("find what the owner has been told: %w", err)
		}
		list = append(list, slices.DeleteFunc(told, func(d Delivery) bool { return !slices.Contains(d.Cases, c.ID) })...)
	}
	noticed := map[string]bool{}
	for _, d := range list {
		switch {
		case d.State == DeliveryPending && d.Prompt != "" && d.Plan < c.Plan:
			d.ended(DeliveryCancelled)
		case d.State == DeliverySent && d.Kind != CaseNews && d.PostedAt.After(since) && !noticed[d.Message]:
			noticed[d.Message] = true
			d.Due, d.Tries = now, 0
		default:
			continue
		}
		if err := s.store(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// sortCases puts what is to be done about cases first, then by their days.
func sortCases(items []CaseItem) {
	done := func(i CaseItem) int {
		if i.Did != nil || len(i.Acts) == 0 {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(items, func(a, b CaseItem) int {
		return cmp.Or(done(a)-done(b), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Ref, b.Ref))
	})
}

// showMoved has a message shown anew if a case of it has changed while it was on its way.
func (s *Service) showMoved(ctx context.Context, parts []Delivery) error {
	for _, part := range parts {
		if part.Prompt == "" {
			continue
		}
		c, err := s.Cases.Get(ctx, part.Subject)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("get the case: %w", err)
		}
		if c.Plan != part.Plan {
			return s.caseMoved(ctx, c, part.PostedAt)
		}
	}
	return nil
}

// threadOf is the ts of the message in whose thread a case's delivery to a room's channel is to stand: the first about
// the case there. It is "" for the first, and the error ErrConflict while that is about to be sent.
func (s *Service) threadOf(ctx context.Context, d Delivery, channel string) (string, error) {
	if d.Kind != Escalated || d.To != "" {
		return "", nil
	}
	known, err := s.Deliveries.About(ctx, []string{d.Subject})
	if err != nil {
		return "", fmt.Errorf("find the first message about a case: %w", err)
	}
	slices.SortFunc(known, func(a, b Delivery) int { return a.PostedAt.Compare(b.PostedAt) })
	for _, k := range known {
		if k.ID == d.ID || k.Channel != channel || k.Thread != "" {
			continue
		}
		switch k.State {
		case DeliverySending:
			return "", ErrConflict
		case DeliverySent:
			return k.TS, nil
		}
	}
	return "", nil
}
