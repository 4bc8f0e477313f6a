package care

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A CaseWord tells someone what has befallen a case that concerns them. It has no name, note or reason,
// for it stays in Slack.
type CaseWord struct {
	Case   string // its id
	Ref    Ref
	School School
	Step   Step
	What   CaseWhat
	Act    Act    // of CaseActed
	By     string // Slack user id of whoever did it, if anyone did
}

// worded are the entries that someone is told of by a message of its own. Of the others a reminder tells.
func (e CaseEntry) worded() bool {
	switch e.What {
	case CaseLowered, CaseRetracted, CaseCameBack:
		return true
	case CaseActed:
		return e.Act == ActHandOver || e.Act == ActClose
	}
	return false
}

// askWords has a change of a case ask for a word to each whom an entry concerns, from that entry on.
func (c *Case) askWords(from int, now time.Time) {
	for _, e := range c.Entries[min(from, len(c.Entries)):] {
		if !e.worded() || !e.Undone.IsZero() {
			continue
		}
		for _, staff := range c.Hears(e) {
			if staff == "" { // the team is told in its channel
				continue
			}
			c.ask(now, Delivery{
				Meta: Meta{ID: strings.Join([]string{string(CaseNews), c.ID, strconv.Itoa(c.Plan), "word", staff}, "/")},
				Kind: CaseNews, Subject: c.ID, Entry: e.ID, School: c.School, To: staff, At: now, Due: now, State: DeliveryPending,
			})
		}
	}
}

// wordTrue is stillTrue of a word: what it tells of still holds, and its addressee may see the case.
func (s *Service) wordTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	c, err := s.Cases.Get(ctx, d.Subject)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("get the case: %w", err)
	}
	stu, err := s.Students.Get(ctx, string(c.Student))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("get the student: %w", err)
	}
	i := c.entry(d.Entry)
	holds := i >= 0 && c.Entries[i].Undone.IsZero()
	if holds && c.Entries[i].Act == ActHandOver {
		holds = c.Handed != nil && c.Handed.To == d.To
	}
	if holds {
		if holds, err = s.stillSees(ctx, d.To, stu, now); err != nil {
			return false, err
		}
	}
	if !holds {
		d.ended(DeliveryCancelled)
	}
	return holds, nil
}

// word is what a delivery tells of a case.
func (s *Service) word(ctx context.Context, d Delivery) (*CaseWord, error) {
	c, err := s.Cases.Get(ctx, d.Subject)
	if err != nil {
		return nil, fmt.Errorf("get the case: %w", err)
	}
	i := c.entry(d.Entry)
	if i < 0 {
		return nil, fmt.Errorf("the case %s has no entry %s", c.ID, d.Entry)
	}
	e := c.Entries[i]
	w := &CaseWord{Case: c.ID, Ref: c.Student, School: s.Schools[c.School], What: e.What, Act: e.Act}
	c.Step = e.Step
	w.Step = s.stepOf(c)
	if e.By == "" {
		return w, nil
	}
	by, err := s.Staff.Get(ctx, e.By)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("get who did it: %w", err)
	}
	w.By = by.SlackID
	return w, nil
}
