package care

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// slotsInLetter is how many other times a message offers.
const slotsInLetter = 3

// meetingLetter is what a delivery tells of a meeting, to one of its attendees.
func (s *Service) meetingLetter(ctx context.Context, d Delivery, now time.Time) (*MeetingLetter, int, error) {
	m, err := s.Meetings.Get(ctx, d.Subject)
	if err != nil {
		return nil, 0, fmt.Errorf("get the meeting: %w", err)
	}
	v, err := s.viewFor(ctx, d.To, m, now)
	if err != nil {
		return nil, 0, err
	}
	l := &MeetingLetter{MeetingView: v, Void: d.Plan != m.Plan || m.State == MeetingCancelled}
	i := m.entry(d.Entry)
	if i < 0 {
		return l, len(m.Entries), nil
	}
	e := m.Entries[i]
	l.What, l.Void = e.What, l.Void && e.What != MeetingCalledOff
	switch e.What {
	case MeetingMoved:
		l.Was = e.Start
	case MeetingSuggested:
		l.Other = e.Start
	}
	if l.By, err = s.slackID(ctx, e.By); err != nil {
		return nil, 0, err
	}
	if l.Who, err = s.slackID(ctx, e.Staff); err != nil {
		return nil, 0, err
	}
	if (e.What == MeetingDeclined || e.What == MeetingLost) && !l.Void && !v.Past && v.MayChange {
		if l.Slots, err = s.slotsFor(ctx, m, slotsInLetter, now); err != nil {
			return nil, 0, err
		}
	}
	return l, len(m.Entries), nil
}

// viewFor is a meeting as a message that stays may show it to a reader: people stand in it by their Slack user ids alone.
func (s *Service) viewFor(ctx context.Context, staff string, m Meeting, now time.Time) (MeetingView, error) {
	st, err := s.Staff.Get(ctx, staff)
	if err != nil {
		return MeetingView{}, fmt.Errorf("get the reader: %w", err)
	}
	actor, err := s.actorFor(ctx, st, now)
	if err != nil {
		return MeetingView{}, err
	}
	v, err := s.meetingView(ctx, actor, m, now)
	v.Organiser.Name = ""
	for i := range v.Attendees {
		v.Attendees[i].Name = ""
	}
	return v, err
}

// dayLetter is what a reminder tells of a day's meetings.
func (s *Service) dayLetter(ctx context.Context, d Delivery, now time.Time) (*MeetingDayLetter, int, error) {
	list, err := s.meetingsOn(ctx, d.To, d.Day, time.Time{}) // those that have begun stay in it
	if err != nil {
		return nil, 0, err
	}
	l := &MeetingDayLetter{Day: d.Day}
	for _, m := range list {
		v, err := s.viewFor(ctx, d.To, m, now)
		if err != nil {
			return nil, 0, err
		}
		l.Meetings = append(l.Meetings, v)
	}
	return l, entriesOf(list), nil
}

// entriesOf is how many entries some meetings have: it tells whether one has changed, or come or gone.
func entriesOf(list []Meeting) (n int) {
	for _, m := range list {
		n += len(m.Entries)
	}
	return n
}

// meetingMoved is what follows from a change of a meeting: times that it needs no more are free, the case for which it
// was booked follows, what an earlier plan has asked for is not sent any more, and the messages that stand are shown anew.
func (s *Service) meetingMoved(ctx context.Context, m Meeting, now time.Time) error {
	var before []Interval
	for _, e := range m.Entries {
		if e.What == MeetingMoved {
			before = append(before, Interval{Start: e.Start})
		}
	}
	if err := s.release(ctx, m, now, before...); err != nil {
		return err
	}
	if err := s.caseFollows(ctx, m, m.Out.Audit, now); err != nil {
		return err
	}
	list, err := s.Deliveries.About(ctx, []string{m.ID})
	if err != nil {
		return fmt.Errorf("find what a meeting has asked for: %w", err)
	}
	days := map[Date]bool{s.today(m.School, m.Start): true}
	for _, i := range before {
		days[s.today(m.School, i.Start)] = true
	}
	for _, a := range m.Attendees {
		for day := range days {
			d, err := s.Deliveries.Get(ctx, meetingDayID(a.Staff, day))
			if err != nil && !errors.Is(err, ErrNotFound) {
				return fmt.Errorf("find the reminder of a day: %w", err)
			}
			list = append(list, d)
		}
	}
	since := now.AddDate(0, 0, -followUpKept)
	for _, d := range list {
		switch {
		case d.State == DeliveryPending && d.Kind != MeetingDay && d.Plan < m.Plan:
			d.ended(DeliveryCancelled)
		case d.State == DeliverySent && d.PostedAt.After(since):
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

// showMeeting has a message shown anew if a meeting of which it tells has changed while it was on its way.
func (s *Service) showMeeting(ctx context.Context, l *Letter) error {
	d := l.parts[0]
	var list []Meeting
	var err error
	switch {
	case l.Meeting != nil:
		list, err = s.Meetings.WithIDs(ctx, []string{d.Subject})
	case l.Day != nil:
		list, err = s.meetingsOn(ctx, d.To, d.Day, time.Time{})
	default:
		return nil
	}
	if err != nil {
		return fmt.Errorf("get the meetings of a message: %w", err)
	}
	if entriesOf(list) == l.entries {
		return nil
	}
	if d, err = s.Deliveries.Get(ctx, d.ID); err != nil {
		return fmt.Errorf("read a delivery again: %w", err)
	}
	d.Due = d.PostedAt
	return s.store(ctx, d)
}
