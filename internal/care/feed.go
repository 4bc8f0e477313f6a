package care

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Feed is what a person's own calendar shows, or one invitation. Nobody's name is in it, so reading
// one is no matter for the audit.
type Feed struct {
	Lang     Lang
	School   School // the person's own
	Meetings []FeedMeeting
}

// A FeedMeeting is a meeting in a calendar. It tells of no student, no attendee and no reason.
type FeedMeeting struct {
	UID      string
	Sequence int
	Kind     MeetingKind
	School   School
	Items    int
	Start    time.Time
	End      time.Time
	Place    string
	State    MeetingState
	Changed  time.Time // when it became what it is here
}

// feedBack is for how many days a feed keeps meetings that are over.
const feedBack = 30

// What tokens are made for.
const (
	tokenFeed       = "calendar feed"
	tokenInvitation = "calendar invitation"
)

// FeedToken is the secret by which a person's feed is read, until they make a new one. It is made from
// the person's id and number of feeds and the installation's key, and kept nowhere.
func (s *Service) FeedToken(st Staff) string { return s.calendarToken(st, tokenFeed) }

// InvitationToken is the secret by which one meeting's invitation of a person is read: it opens nothing
// else. A new address of the person's feed ends it, too.
func (s *Service) InvitationToken(st Staff, meeting string) string {
	return s.calendarToken(st, tokenInvitation, meeting)
}

// calendarToken is the person's id, by which they are found, and a code over it that nobody can make
// without the installation's key.
func (s *Service) calendarToken(st Staff, purpose string, parts ...string) string {
	mac := hmac.New(sha256.New, s.IDKey)
	for _, p := range append([]string{purpose, st.ID, strconv.Itoa(st.FeedNumber)}, parts...) {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	return st.ID + tokenDash + idAlphabet.EncodeToString(mac.Sum(nil))
}

// tokenDash parts the id from the code, in which there is none.
const tokenDash = "-"

// FeedOf returns the feed that a token opens: the person's meetings from feedBack days ago on, the
// first first, without those called off or declined. It is ErrNotFound for any token that opens none.
func (s *Service) FeedOf(ctx context.Context, token string, now time.Time) (Feed, error) {
	st, f, err := s.opens(ctx, token, now, s.FeedToken)
	if err != nil {
		return Feed{}, err
	}
	from := now.AddDate(0, 0, -feedBack)
	list, err := s.meetingsOf(ctx, st.ID, Period{From: DateOf(from, time.UTC), To: "9999-12-31"})
	if err != nil {
		return Feed{}, err
	}
	for _, m := range list {
		if a, ok := m.invited(st.ID); !ok || a.Answer == Declined || m.End.Before(from) {
			continue
		}
		if err := s.addToFeed(ctx, &f, m); err != nil && !errors.Is(err, ErrNotFound) {
			return Feed{}, err
		}
	}
	slices.SortFunc(f.Meetings, func(a, b FeedMeeting) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.UID, b.UID)
	})
	return f, nil
}

// InvitationOf returns the one meeting that a token opens, also when it is called off; ErrNotFound for
// any token that does not open it.
func (s *Service) InvitationOf(ctx context.Context, token, meeting string, now time.Time) (Feed, error) {
	st, f, err := s.opens(ctx, token, now, func(st Staff) string { return s.InvitationToken(st, meeting) })
	if err != nil {
		return Feed{}, err
	}
	return s.invitation(ctx, st, f, meeting)
}

// InvitationFor is InvitationOf for the attendee themselves; an *Error with CodeNoMeeting for everyone else.
func (s *Service) InvitationFor(ctx context.Context, actor Actor, meeting string, now time.Time) (Feed, error) {
	home, _ := s.HomeSchool(actor.Staff, now)
	f, err := s.invitation(ctx, actor.Staff, Feed{Lang: actor.Lang, School: home}, meeting)
	if errors.Is(err, ErrNotFound) {
		return Feed{}, &Error{Code: CodeNoMeeting}
	}
	return f, err
}

func (s *Service) invitation(ctx context.Context, st Staff, f Feed, meeting string) (Feed, error) {
	m, err := s.Meetings.Get(ctx, meeting)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Feed{}, fmt.Errorf("get a meeting: %w", err)
	}
	if _, attends := m.invited(st.ID); err != nil || !attends {
		return Feed{}, ErrNotFound
	}
	err = s.addToFeed(ctx, &f, m)
	return f, err
}

// opens returns the person whose token that is, and their feed with nothing in it yet. made is the token
// that would open it. Whatever is wrong, with the token or with the person, it is ErrNotFound.
func (s *Service) opens(ctx context.Context, token string, now time.Time, made func(Staff) string) (Staff, Feed, error) {
	id, _, _ := strings.Cut(token, tokenDash)
	st, err := s.Staff.Get(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Staff{}, Feed{}, fmt.Errorf("get the staff member: %w", err)
	}
	right := hmac.Equal([]byte(token), []byte(made(st)))
	home, works := s.HomeSchool(st, now)
	if err != nil || !right || !works || st.Facts == nil || !st.reachable() {
		return Staff{}, Feed{}, ErrNotFound
	}
	return st, Feed{Lang: s.Language(st, now), School: home}, nil
}

// addToFeed adds a meeting, or answers ErrNotFound when its school is gone from the configuration.
func (s *Service) addToFeed(ctx context.Context, f *Feed, m Meeting) error {
	school, ok := s.Schools[m.School]
	if !ok {
		return ErrNotFound
	}
	items, err := s.matters(ctx, m)
	if err != nil {
		return err
	}
	fm := FeedMeeting{UID: m.UID, Sequence: m.Sequence, Kind: m.Kind, School: school, Items: items,
		Start: m.Start, End: m.End, State: m.State, Changed: m.shownSince()}
	if fm.Place, err = s.placeOf(m); err != nil {
		return err
	}
	f.Meetings = append(f.Meetings, fm)
	return nil
}

// invited is the person as one of those who meet.
func (m Meeting) invited(staff string) (Attendee, bool) {
	i := m.attendee(staff)
	if i < 0 {
		return Attendee{}, false
	}
	return m.Attendees[i], true
}

// shownSince is since when a meeting is what a calendar shows of it. An answer that does not change its
// state is not shown.
func (m Meeting) shownSince() time.Time {
	at := m.CreatedAt
	for _, e := range m.Entries {
		a, _ := m.invited(e.By)
		switch e.What {
		case MeetingBooked, MeetingMoved, MeetingCalledOff:
		case MeetingAccepted:
			if m.State != MeetingConfirmed || !a.Required {
				continue
			}
		case MeetingDeclined:
			if m.State != MeetingProposed || !a.Required {
				continue
			}
		default:
			continue
		}
		if e.At.After(at) {
			at = e.At
		}
	}
	return at
}
