package care

import (
	"context"
	"time"
)

// A Feed is what a person's own calendar shows, or one invitation.
type Feed struct {
	Lang     Lang
	Owner    Person // with its e-mail not in it: a calendar shows nobody's
	Meetings []FeedMeeting
}

// A FeedMeeting is a meeting in a calendar. It tells of no student and no reason.
type FeedMeeting struct {
	UID       string
	Sequence  int
	Kind      MeetingKind
	School    School
	Items     int
	Start     time.Time
	End       time.Time
	Place     string
	State     MeetingState
	Changed   time.Time // when it last was
	Organised bool      // by the feed's owner
}

// FeedToken is the secret by which a person's feed is read, until they make a new one. It is made from
// the person's id and number of feeds and the installation's key, and kept nowhere.
func (s *Service) FeedToken(st Staff) string { return "" }

// InvitationToken is the secret by which one meeting's invitation of a person is read: it opens nothing else.
func (s *Service) InvitationToken(st Staff, meeting string) string { return "" }

// FeedOf returns the feed that a token opens; ErrNotFound for any that opens none.
func (s *Service) FeedOf(ctx context.Context, token string, now time.Time) (Feed, error) {
	return Feed{}, errNotBuilt
}

// InvitationOf returns the one meeting that a token opens; ErrNotFound for any that does not open it.
func (s *Service) InvitationOf(ctx context.Context, token, meeting string, now time.Time) (Feed, error) {
	return Feed{}, errNotBuilt
}

// InvitationFor is InvitationOf for the attendee themselves.
func (s *Service) InvitationFor(ctx context.Context, actor Actor, meeting string, now time.Time) (Feed, error) {
	return Feed{}, errNotBuilt
}
