package care

import (
	"context"
	"time"
)

// slotsOffered is how many slots an offer has at most.
const slotsOffered = 8

// OfferSlots finds slots for what a form says, and keeps the form for DraftLife. Each mistake is an *Error
// with its field; they are joined.
func (s *Service) OfferSlots(ctx context.Context, actor Actor, f MeetingForm, request string, now time.Time) (MeetingOffer, error) {
	ask, err := s.askFor(ctx, actor, &f, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	return s.offer(ctx, actor, keptOffer{Form: f, ask: ask}, request, now)
}

// OfferMove finds other slots for a meeting, for its organiser to move it or for an attendee to suggest.
func (s *Service) OfferMove(ctx context.Context, actor Actor, meeting, request string, now time.Time) (MeetingOffer, error) {
	m, part, err := s.meetingFor(ctx, actor, meeting, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	ask, err := s.askMove(ctx, m, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	o, err := s.offer(ctx, actor, keptOffer{Meeting: m.ID, ask: ask}, request, now)
	o.Suggest = !part.changes
	return o, err
}

// askFor is what a form asks for, which becomes as it is meant: whoever stands in it twice stands there
// once, and what is left open is filled. Each mistake is an *Error with its field; they are joined.
func (s *Service) askFor(ctx context.Context, actor Actor, f *MeetingForm, now time.Time) (slotAsk, error) {
	return slotAsk{}, errNotBuilt
}

// askMove is what moving a meeting asks for: its people as they are now, its length, and four weeks or
// as long as it takes until it is now. A meeting that is over or called off is an *Error.
func (s *Service) askMove(ctx context.Context, m Meeting, now time.Time) (slotAsk, error) {
	return slotAsk{}, errNotBuilt
}

// offer is what can be had of what is asked for, for the actor's eyes alone. It is kept for them to choose from.
func (s *Service) offer(ctx context.Context, actor Actor, k keptOffer, request string, now time.Time) (MeetingOffer, error) {
	return MeetingOffer{}, errNotBuilt
}

// slotsOf are the best slots for what is asked for, at most so many.
func (s *Service) slotsOf(ctx context.Context, ask slotAsk, most int, now time.Time) ([]MeetingSlot, error) {
	return nil, errNotBuilt
}

// slotAt reports whether what is asked for can be had at that time.
func (s *Service) slotAt(ctx context.Context, ask slotAsk, start, now time.Time) (MeetingSlot, bool, error) {
	return MeetingSlot{}, false, errNotBuilt
}
