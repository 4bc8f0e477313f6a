package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// placeMax is how many characters a place may have.
const placeMax = 80

// meetingCollection is where meetings are kept, as the vault knows it.
const meetingCollection = "meetings"

// The codes of booking.
const (
	CodePlaceLong  Code = "meeting_place"        // Length, Max
	CodePlaceNames Code = "meeting_place_names"  // it holds a student's name or a number of someone's
	CodeSlotOdd    Code = "meeting_slot"         // none is chosen, or one that was not offered
	CodeMeetingOff Code = "meeting_cancelled"    // it is called off
	CodeMeetingNow Code = "meeting_past"         // it has begun
	CodeMeetingOwn Code = "meeting_own"          // its organiser cannot decline it, but move it or call it off
	CodeMeetingNew Code = "meeting_moved"        // it is at another time than the answer was to; Start
	CodeMayNotMove Code = "may_not_move_meeting" // an attendee, who can suggest
)

// Book does what was chosen in an offer: books a new meeting, moves it, or suggests that. change is "" or
// the change of the offer's None that was chosen. When someone else had the slot first it answers *SlotTaken.
func (s *Service) Book(ctx context.Context, actor Actor, offer string, start time.Time, change SlotChangeKind, place, request string, now time.Time) (MeetingView, error) {
	id := s.meetingID(actor, request)
	if m, err := s.Meetings.Get(ctx, id); err == nil { // what was right then may be wrong now
		return s.meetingView(ctx, actor, m, now)
	} else if !errors.Is(err, ErrNotFound) {
		return MeetingView{}, fmt.Errorf("look for the meeting: %w", err)
	}
	k, err := s.keptOffer(ctx, actor, offer, now)
	if err != nil {
		return MeetingView{}, err
	}
	ask, ok := k.with(change)
	if !ok {
		return MeetingView{}, &Error{Code: CodeSlotOdd, Field: "slot"}
	}
	if err := s.placeFits(ctx, ask, place); err != nil {
		return MeetingView{}, err
	}
	if k.Meeting != "" {
		return s.moveOrSuggest(ctx, actor, k, start, change, &place, request, now)
	}
	ask.Meeting.ID = id // what the same request has held, before it failed, is free for it
	if free, err := s.slotFree(ctx, ask, start, now); err != nil || !free {
		return MeetingView{}, s.taken(err, func() (MeetingOffer, error) { return s.OfferSlots(ctx, actor, k.Form, request+"/anew", now) })
	}
	m, err := s.newMeeting(actor, k, ask, id, start, place, now)
	if err != nil {
		return MeetingView{}, err
	}
	m.Mark(request, now, auditEntry(actor, ActionMeetingBook, ask.Items, now, id))
	switch err := s.storeMeeting(ctx, Meeting{}, m, now); {
	case errors.Is(err, ErrExists): // by the same request, at the same moment
		if m, err = s.Meetings.Get(ctx, id); err != nil {
			return MeetingView{}, fmt.Errorf("get the meeting: %w", err)
		}
		return s.meetingView(ctx, actor, m, now)
	case errors.Is(err, errHeld):
		if m, gerr := s.Meetings.Get(ctx, id); gerr == nil { // likewise
			return s.meetingView(ctx, actor, m, now)
		}
		return MeetingView{}, s.taken(nil, func() (MeetingOffer, error) { return s.OfferSlots(ctx, actor, k.Form, request+"/anew", now) })
	case err != nil:
		return MeetingView{}, err
	}
	m.Version = 1
	_ = s.caseFollows(ctx, m, m.Out.Audit, now) // it is done again when the meeting's change is moved
	return s.meetingView(ctx, actor, m, now)
}

// meetingID is the id of the meeting that a request of someone's books.
func (s *Service) meetingID(actor Actor, request string) string {
	return idFrom("mt_", actor.Staff.ID, request)
}

// taken is the answer for a slot that was not to be had, unless err is another.
func (s *Service) taken(err error, anew func() (MeetingOffer, error)) error {
	if err != nil {
		return err
	}
	offer, err := anew()
	if err != nil {
		return err
	}
	return &SlotTaken{Offer: offer}
}

// slotFree reports whether what is asked for can be had at a time.
func (s *Service) slotFree(ctx context.Context, ask slotAsk, start, now time.Time) (bool, error) {
	if start.IsZero() {
		return false, &Error{Code: CodeSlotOdd, Field: "slot"}
	}
	_, free, err := s.slotAt(ctx, ask, start, now)
	return free, err
}

// placeFits refuses a place that is too long, or that tells of a student.
func (s *Service) placeFits(ctx context.Context, ask slotAsk, place string) error {
	if n := utf8.RuneCountInString(place); n > placeMax {
		return &Error{Code: CodePlaceLong, Field: "place", Args: map[string]any{"Length": n, "Max": placeMax}}
	}
	if place == "" {
		return nil
	}
	refs := ask.Items
	if len(refs) == 0 {
		refs = []Ref{""}
	}
	for _, ref := range refs {
		found, err := s.Sensitive(ctx, ask.School.ID, ref, place)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return &Error{Code: CodePlaceNames, Field: "place"}
		}
	}
	return nil
}

// newMeeting is the meeting that a form and a slot make.
func (s *Service) newMeeting(actor Actor, k keptOffer, ask slotAsk, id string, start time.Time, place string, now time.Time) (Meeting, error) {
	start = start.UTC()
	m := Meeting{Meta: Meta{ID: id}, School: ask.School.ID, Kind: ask.Kind, Organiser: actor.Staff.ID,
		Start: start, End: start.Add(ask.Length), Plan: 1, UID: id + "@lotsen", CreatedAt: now}
	for _, p := range ask.People {
		a := Attendee{Staff: p.ID, Required: p.Required}
		if p.ID == m.Organiser {
			a.Required, a.Answer = true, Accepted
		}
		m.Attendees = append(m.Attendees, a)
	}
	for _, ref := range ask.Items {
		item := MeetingItem{Student: ref}
		if caseRef(k.Form.Case) == ref {
			item.Case = k.Form.Case
		}
		m.Items = append(m.Items, item)
	}
	var err error
	if m.Place, err = s.sealMeeting(m, "place", place); err != nil {
		return Meeting{}, err
	}
	if m.Reason, err = s.sealMeeting(m, "reason", k.Form.Reason); err != nil {
		return Meeting{}, err
	}
	m.tell(MeetingEntry{At: now, By: actor.Staff.ID, What: MeetingBooked})
	s.askAll(&m, now)
	return m, nil
}

// sealMeeting seals a field of a meeting; what is empty stays so.
func (s *Service) sealMeeting(m Meeting, field, text string) (Sealed, error) {
	if text == "" {
		return nil, nil
	}
	sealed, err := s.Vault.Seal(text, meetingCollection, m.ID, field)
	if err != nil {
		return nil, fmt.Errorf("seal the %s of a meeting: %w", field, err)
	}
	return sealed, nil
}

// tell adds an entry, and settles the state that follows from who comes.
func (m *Meeting) tell(e MeetingEntry) {
	e.ID = strconv.Itoa(len(m.Entries) + 1)
	m.Entries = append(slices.Clone(m.Entries), e)
	if m.State == MeetingCancelled {
		return
	}
	m.State = MeetingConfirmed
	if slices.ContainsFunc(m.Attendees, func(a Attendee) bool { return a.Required && a.Answer != Accepted }) {
		m.State = MeetingProposed
	}
}

// last is a meeting's latest entry.
func (m Meeting) last() MeetingEntry { return m.Entries[len(m.Entries)-1] }

// changeMeeting changes a meeting that the actor attends or may change, once for each request, and returns what it
// then is. When someone else's change has come between, change is asked anew; it returns false when there is
// nothing to change.
func (s *Service) changeMeeting(ctx context.Context, actor Actor, id, request string, action Action, now time.Time,
	change func(*Meeting, meetingPart) (bool, error)) (MeetingView, error) {
	for range changeTries {
		m, part, err := s.meetingFor(ctx, actor, id, now)
		if err != nil {
			return MeetingView{}, err
		}
		if m.MadeBy(request) {
			return s.meetingView(ctx, actor, m, now)
		}
		old := m
		m.Attendees = slices.Clone(m.Attendees)
		switch changed, err := change(&m, part); {
		case err != nil:
			return MeetingView{}, err
		case !changed:
			return s.meetingView(ctx, actor, m, now)
		}
		m.Mark(request, now, auditEntry(actor, action, m.refs(), now, m.ID, request))
		switch err := s.storeMeeting(ctx, old, m, now); {
		case err == nil:
			m.Version++
			_ = s.caseFollows(ctx, m, m.Out.Audit, now) // it is done again when the meeting's change is moved
			return s.meetingView(ctx, actor, m, now)
		case !errors.Is(err, ErrConflict):
			return MeetingView{}, err
		}
	}
	return MeetingView{}, fmt.Errorf("change the meeting: %w", ErrConflict)
}

// refs are the students that a meeting is about.
func (m Meeting) refs() []Ref {
	refs := make([]Ref, len(m.Items))
	for i, item := range m.Items {
		refs[i] = item.Student
	}
	return refs
}

// open refuses what can only be done about a meeting that is still to come.
func (m Meeting) open(now time.Time) error {
	switch {
	case m.State == MeetingCancelled:
		return &Error{Code: CodeMeetingOff}
	case !m.Start.After(now):
		return &Error{Code: CodeMeetingNow}
	}
	return nil
}
