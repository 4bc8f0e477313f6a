package care

import (
	"context"
	"time"
)

// A Meeting is a time that some people have with each other.
type Meeting struct {
	Meta      `bson:",inline"`
	School    string        `bson:"school"`
	Kind      MeetingKind   `bson:"kind"`
	Organiser string        `bson:"organiser"` // staff id; one of the attendees
	Attendees []Attendee    `bson:"attendees"`
	Items     []MeetingItem `bson:"items,omitempty"`
	Reason    Sealed        `bson:"reason,omitempty"` // what it is about, as the organiser has written it
	Start     time.Time     `bson:"start"`
	End       time.Time     `bson:"end"`
	Place     Sealed        `bson:"place,omitempty"`
	State     MeetingState  `bson:"state"`
	Plan      int           `bson:"plan"`                // goes up whenever it is moved: what was sent of an earlier plan is void
	AnswerBy  Date          `bson:"answer_by,omitempty"` // on which those who have not answered are asked again

	UID      string `bson:"uid"`      // of iCalendar, the same for good
	Sequence int    `bson:"sequence"` // of iCalendar: goes up with each change that its calendars are to know of

	Entries   []MeetingEntry `bson:"entries,omitempty"` // oldest first
	CreatedAt time.Time      `bson:"created_at"`
}

// MeetingKind is what a meeting is for.
type MeetingKind string

// The kinds of meetings.
const (
	MeetingEHT  MeetingKind = "eht"  // the student health team and a mentor
	MeetingCase MeetingKind = "case" // with the home
	MeetingTeam MeetingKind = "team" // colleagues
	MeetingTalk MeetingKind = "talk"
)

// MeetingKinds are all kinds, in the order in which they are offered.
var MeetingKinds = []MeetingKind{MeetingEHT, MeetingCase, MeetingTeam, MeetingTalk}

// MeetingLengths are the lengths that are offered, in minutes.
var MeetingLengths = []int{15, 30, 45, 60, 90, 120}

// MeetingState is where a meeting is in its life. That it is over is told by its time.
type MeetingState string

// The states of a meeting.
const (
	MeetingProposed  MeetingState = "proposed"  // someone who is needed has not said yes
	MeetingConfirmed MeetingState = "confirmed" // all who are needed have
	MeetingCancelled MeetingState = "cancelled"
)

// An Attendee is one of those who meet.
type Attendee struct {
	Staff    string `bson:"staff"`
	Required bool   `bson:"required,omitempty"`
	Answer   Answer `bson:"answer,omitempty"` // "": none yet
}

// An Answer is what an attendee says to a time.
type Answer string

// The answers.
const (
	Accepted Answer = "accepted"
	Declined Answer = "declined"
)

// A MeetingItem is what a meeting deals with.
type MeetingItem struct {
	Student Ref    `bson:"student"`
	Case    string `bson:"case,omitempty"` // the case it was booked for
}

// A MeetingEntry is what someone did about a meeting, or what befell it.
type MeetingEntry struct {
	ID    string      `bson:"id"`
	At    time.Time   `bson:"at"`
	By    string      `bson:"by,omitempty"` // staff id; "": nobody, it came so
	What  MeetingWhat `bson:"what"`
	Start time.Time   `bson:"start,omitempty"` // of moved: when it was before; of suggested: when it might be
	Staff string      `bson:"staff,omitempty"` // of lost: who cannot come any more
}

// MeetingWhat is what an entry tells of.
type MeetingWhat string

// What befalls a meeting.
const (
	MeetingBooked    MeetingWhat = "booked"
	MeetingAccepted  MeetingWhat = "accepted"
	MeetingDeclined  MeetingWhat = "declined"
	MeetingSuggested MeetingWhat = "suggested" // another time
	MeetingMoved     MeetingWhat = "moved"
	MeetingCalledOff MeetingWhat = "cancelled"
	MeetingLost      MeetingWhat = "lost" // an attendee has left, or is away then
)

// MeetingRecords keeps meetings.
type MeetingRecords interface {
	Get(ctx context.Context, id string) (Meeting, error)
	// Add stores a meeting, or answers ErrExists.
	Add(ctx context.Context, m Meeting) error
	// Replace stores a changed meeting, or answers ErrConflict.
	Replace(ctx context.Context, m Meeting) error
	outbox[Meeting]
	// WithIDs returns the meetings with those ids, in any order.
	WithIDs(ctx context.Context, ids []string) ([]Meeting, error)
	// OfSchool returns a school's meetings that begin within the interval, earliest first.
	OfSchool(ctx context.Context, school string, within Interval) ([]Meeting, error)
	// OfStudent returns the meetings about a student that begin within the interval, earliest first.
	OfStudent(ctx context.Context, student Ref, within Interval) ([]Meeting, error)
}

// A MeetingLink finds a meeting by a student, as far as it still is about them. Its id is made of both.
type MeetingLink struct {
	Meta    `bson:",inline"`
	Student Ref    `bson:"student"`
	Meeting string `bson:"meeting"`
}

// A BookedDay is what a person's hours of one day (in UTC) are promised to. Whoever stores a change of
// it first has the time: two meetings that meet never both stand in it. Its id is the staff id, "/" and the day.
type BookedDay struct {
	Meta  `bson:",inline"`
	Staff string   `bson:"staff"`
	Day   Date     `bson:"day"`
	Holds []Booked `bson:"holds,omitempty"`
}

// A Booked is a time that a meeting has, or that someone is about to give it. It is void if the meeting has come to
// that version, or some time has gone since At, and it is not then, or without that person.
type Booked struct {
	Interval `bson:",inline"`
	Meeting  string    `bson:"meeting"`
	For      int64     `bson:"for"` // the version of the meeting that is to have it: while the meeting is not at that, it is being booked
	Try      string    `bson:"try"` // tells those apart who try that at the same moment
	At       time.Time `bson:"at"`
}

// BookedRecords keeps what people's days are promised to.
type BookedRecords interface {
	Get(ctx context.Context, id string) (BookedDay, error)
	Add(ctx context.Context, b BookedDay) error
	Replace(ctx context.Context, b BookedDay) error
	// Of returns what is kept of some people's days from one to another, both included, in any order.
	Of(ctx context.Context, staff []string, days Period) ([]BookedDay, error)
}
