package care

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Role is what a person is at a school.
type Role string

// The roles.
const (
	Mentor    Role = "mentor"
	EHT       Role = "eht"
	Principal Role = "principal"
	Coach     Role = "coach"
	Teacher   Role = "teacher"
	Admin     Role = "admin"
)

// Roles are all roles.
var Roles = []Role{Mentor, EHT, Principal, Coach, Teacher, Admin}

// Staff is a person who works at one or several schools.
type Staff struct {
	Meta     `bson:",inline"`
	SlackID  string      `bson:"slack_id,omitempty"`
	Name     Sealed      `bson:"name"`
	Email    Sealed      `bson:"email"`
	Language Lang        `bson:"language,omitempty"` // as the roster says
	Chosen   Lang        `bson:"chosen,omitempty"`   // as the person says; it wins
	Posts    []Post      `bson:"posts,omitempty"`
	Groups   []Mentoring `bson:"groups,omitempty"`
	Slot     *Slot       `bson:"slot,omitempty"`  // when the person wants reminders; nil: any day at 08:00
	Leave    *Leave      `bson:"leave,omitempty"` // when the person is away, and who stands in

	Calendars       []Sealed         `bson:"calendars,omitempty"`        // addresses of the calendars that say when the person is busy
	RosterCalendars []RosterCalendar `bson:"roster_calendars,omitempty"` // those that rosters last named
	MeetingWord     MeetingReminds   `bson:"meeting_word,omitempty"`     // "": RemindDay
	FeedNumber      int              `bson:"feed_number,omitempty"`      // goes up when the person wants a new address for their feed

	DM string `bson:"dm,omitempty"` // the direct messages with the bot, once known

	Facts    *SlackFacts `bson:"facts,omitempty"`
	FactsDue time.Time   `bson:"facts_due,omitempty"` // when the facts are to be read anew
	Unlinked bool        `bson:"unlinked,omitempty"`  // no Slack user has been found for the e-mail yet
}

// A Post is a role at a school for a time.
type Post struct {
	School string `bson:"school"`
	Role   Role   `bson:"role"`
	Period `bson:",inline"`
}

// Mentoring is a group whose mentor a person is for a time.
type Mentoring struct {
	School string `bson:"school"`
	Group  string `bson:"group"`
	Period `bson:",inline"`
}

// A Slot is when in the week a person wants what Lotsen sends of its own accord.
type Slot struct {
	Day string `bson:"day,omitempty"` // "" any, or one of SlotDays
	At  Clock  `bson:"at"`
}

// SlotDays are the days that a slot may name.
var SlotDays = []string{"mon", "tue", "wed", "thu", "fri"}

// defaultSlot is the slot of a person who has said nothing.
var defaultSlot = Slot{At: 8 * 60}

// A RosterCalendar is the calendar that a school's roster names for a person.
type RosterCalendar struct {
	School  string `bson:"school"`
	Address Sealed `bson:"address"`
}

// MeetingReminds is when a person wants to be reminded of their meetings.
type MeetingReminds string

// The choices of the modal "settings".
const (
	RemindDay     MeetingReminds = "day"        // the school day before at 15:00
	RemindDayAnd  MeetingReminds = "day_and_15" // and 15 minutes before
	RemindNothing MeetingReminds = "none"
)

// MeetingRemindChoices are all choices.
var MeetingRemindChoices = []MeetingReminds{RemindDay, RemindDayAnd, RemindNothing}

// MeetingsOf is when the person wants to be reminded of their meetings, with the default filled in.
func (st Staff) MeetingsOf() MeetingReminds {
	if st.MeetingWord == "" {
		return RemindDay
	}
	return st.MeetingWord
}

// A Leave is a time in which a person is away. Substitute is a staff id, or "".
type Leave struct {
	Period     `bson:",inline"`
	Substitute string `bson:"substitute,omitempty"`
}

// SlackFacts is what Slack says of a person's account. The zero value of a flag is the usual case.
type SlackFacts struct {
	Team        string    `bson:"team"`
	Guest       bool      `bson:"guest,omitempty"`
	Stranger    bool      `bson:"stranger,omitempty"` // of another organisation, by Slack Connect
	Bot         bool      `bson:"bot,omitempty"`
	Deactivated bool      `bson:"deactivated,omitempty"`
	Updated     time.Time `bson:"updated,omitempty"` // Slack's own time of the latest change
	CheckedAt   time.Time `bson:"checked_at"`
}

// StaffRecords keeps staff.
type StaffRecords interface {
	Get(ctx context.Context, id string) (Staff, error)
	Add(ctx context.Context, st Staff) error
	Replace(ctx context.Context, st Staff) error
	outbox[Staff]
	// BySlackID returns the staff member with that Slack user id, or ErrNotFound.
	BySlackID(ctx context.Context, id string) (Staff, error)
	// All returns everyone, also who has left.
	All(ctx context.Context) ([]Staff, error)
	// SubstitutedBy returns the staff who have named that one as their substitute, for whatever time.
	SubstitutedBy(ctx context.Context, id string) ([]Staff, error)
	// AnyUnlinked reports whether a staff member without a Slack user id exists.
	AnyUnlinked(ctx context.Context) (bool, error)
	// ClaimFactsDue takes a staff member whose facts are due and puts the due time off until
	// lease, so that no one else takes them; ErrNotFound when none is due.
	ClaimFactsDue(ctx context.Context, now, lease time.Time) (Staff, error)
}

// StaffID is the id of the staff member with that e-mail address.
func (s *Service) StaffID(email string) string {
	return s.hiddenID("st_", strings.ToLower(strings.TrimSpace(email)))
}

// SlotOf is the person's slot, with the default filled in (any day, 08:00).
func (st Staff) SlotOf() Slot {
	if st.Slot == nil {
		return defaultSlot
	}
	return *st.Slot
}

// AwayOn reports whether the person is away on that day.
func (st Staff) AwayOn(d Date) bool { return st.Leave != nil && st.Leave.Holds(d) }

// has reports whether the person has one of the roles at the school on that day.
func (st Staff) has(school string, on Date, roles ...Role) bool {
	return slices.ContainsFunc(st.Posts, func(p Post) bool {
		return p.School == school && p.Holds(on) && slices.Contains(roles, p.Role)
	})
}

// mentors reports whether the person is mentor of the group on that day.
func (st Staff) mentors(school, group string, on Date) bool {
	return st.has(school, on, Mentor) && slices.ContainsFunc(st.Groups, func(m Mentoring) bool {
		return m.School == school && m.Group == group && m.Holds(on)
	})
}
