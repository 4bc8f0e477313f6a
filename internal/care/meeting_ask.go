package care

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A slotAsk is what slots are sought for: a new meeting, or another time for one.
type slotAsk struct {
	Meeting  Meeting // the one that is to be moved; the zero value for a new one
	School   School
	Kind     MeetingKind
	People   []invitee // the organiser first, then those who are needed
	Items    []Ref     // the students that it is about
	Length   time.Duration
	Earliest Date
	Latest   Date
}

// An invitee is someone who is to come to a meeting.
type invitee struct {
	Staff
	Required bool
}

// A keptOffer is what an offer was made for, as it is kept for whoever asked.
type keptOffer struct {
	Form    MeetingForm  // of a new meeting
	Meeting string       // the one that is to be moved, "" for a new one
	Changes []SlotChange // those that were offered, when there was no slot

	ask slotAsk // right when it was loaded
}

// CodeOfferGone is for a slot that is chosen too late.
const CodeOfferGone Code = "offer_gone"

// keepOffer keeps what an offer was made for, once a request, and returns its id.
func (s *Service) keepOffer(ctx context.Context, actor Actor, k keptOffer, request string, now time.Time) (string, error) {
	text, err := json.Marshal(k)
	if err != nil {
		return "", fmt.Errorf("write an offer: %w", err)
	}
	d := Draft{Text: string(text), Offer: true, Request: request, At: now}
	if err := s.addDraft(ctx, actor, &d); err != nil {
		return "", err
	}
	return d.ID, nil
}

// keptOffer returns what an offer was made for, with what is asked for as it is now: the form, or the
// actor's way to the meeting, is looked at again. An offer that is none of the actor's, or whose time
// is over, is an *Error with CodeOfferGone.
func (s *Service) keptOffer(ctx context.Context, actor Actor, id string, now time.Time) (keptOffer, error) {
	d, err := s.draft(ctx, actor, id, CodeOfferGone, now)
	if err != nil {
		return keptOffer{}, err
	}
	var k keptOffer
	if err := json.Unmarshal([]byte(d.Text), &k); err != nil {
		return keptOffer{}, fmt.Errorf("read an offer: %w", err)
	}
	if k.Meeting == "" {
		k.ask, err = s.askFor(ctx, actor, &k.Form, now)
		return k, err
	}
	m, _, err := s.meetingFor(ctx, actor, k.Meeting, now)
	if err != nil {
		return keptOffer{}, err
	}
	k.ask, err = s.askMove(ctx, m, now)
	return k, err
}

// with is what is asked for after a change that was offered was chosen; false if it was not offered.
func (k keptOffer) with(kind SlotChangeKind) (slotAsk, bool) {
	ask := k.ask
	if kind == "" {
		return ask, true
	}
	i := slices.IndexFunc(k.Changes, func(c SlotChange) bool { return c.Kind == kind })
	if i < 0 {
		return slotAsk{}, false
	}
	switch c := k.Changes[i]; kind {
	case SlotShorter:
		ask.Length = c.Length
	case SlotWithout:
		ask.People = slices.Clone(ask.People)
		for i := range ask.People {
			if ask.People[i].ID == c.Staff {
				ask.People[i].Required = false
			}
		}
	case SlotLater:
		ask.Latest = max(ask.Latest, DateOf(c.Slot.Start, ask.School.Zone))
	}
	return ask, true
}

// A meetingPart is how an actor stands to a meeting.
type meetingPart struct {
	attends bool // they are one of the attendees
	changes bool // they may move it and call it off
}

// CodeNoMeeting is for a meeting that there is not, or that is not the actor's matter.
const CodeNoMeeting Code = "no_meeting"

// meetingFor returns a meeting that the actor attends or may change. One that there is not and one that
// is not their matter are refused alike.
func (s *Service) meetingFor(ctx context.Context, actor Actor, id string, now time.Time) (Meeting, meetingPart, error) {
	m, err := s.Meetings.Get(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Meeting{}, meetingPart{}, fmt.Errorf("get the meeting: %w", err)
	}
	part := s.partIn(actor, m, now)
	if err != nil || part == (meetingPart{}) {
		return Meeting{}, meetingPart{}, &Error{Code: CodeNoMeeting}
	}
	return m, part, nil
}

// partIn is how an actor stands to a meeting today. It is its organiser's to change, or of who stands in
// for them, and that of the school's team and principal when it is about students.
func (s *Service) partIn(actor Actor, m Meeting, now time.Time) meetingPart {
	today := s.today(m.School, now)
	leads := len(m.Items) > 0 && actor.Staff.has(m.School, today, EHT, Principal)
	return meetingPart{
		attends: slices.ContainsFunc(m.Attendees, func(a Attendee) bool { return a.Staff == actor.Staff.ID }),
		changes: leads || slices.ContainsFunc(actor.parts(), func(st Staff) bool { return st.ID == m.Organiser }),
	}
}
