package care

import (
	"errors"
	"time"
)

// MeetingForm is what the modal "meeting" says.
type MeetingForm struct {
	Kind     MeetingKind
	Required []string // Slack user ids, the organiser's need not be among them
	Optional []string // Slack user ids
	Students []Ref
	Length   int // minutes
	Earliest Date
	Latest   Date
	Reason   string
	Case     string // the case that it is booked for
}

// A MeetingOffer is what a form finds: slots to choose from, or why there are none. Names of colleagues
// are in it, for only its asker reads it.
type MeetingOffer struct {
	ID      string // under which it is kept, for Book
	Meeting string // the meeting that is to be moved, if it is not a new one
	Suggest bool   // the reader may only suggest: the organiser moves it
	School  School
	Kind    MeetingKind
	Length  time.Duration
	Place   string // as it is
	Slots   []OfferedSlot
	None    *NoSlot
	Names   map[string]Person // of the people in Slots and None, by their staff ids
	Unknown []Person          // whose calendars are not known, so that they may be busy after all
	Stale   []StaleCalendar   // whose calendars could not be read lately
}

// An OfferedSlot is a slot in an offer.
type OfferedSlot struct{ MeetingSlot }

// A StaleCalendar is that someone's calendar is known as it was then.
type StaleCalendar struct {
	Person
	ReadAt time.Time // zero: it was never read
}

// A SlotTaken is that someone else had the slot first. What can be had instead is in it.
type SlotTaken struct{ Offer MeetingOffer }

func (e *SlotTaken) Error() string { return "the slot was taken" }

// A MeetingView is a meeting as one reader may see it.
type MeetingView struct {
	ID        string
	Kind      MeetingKind
	School    School
	Start     time.Time
	End       time.Time
	Place     string
	State     MeetingState
	Plan      int
	Organiser Person
	Attendees []AttendeeView // the organiser first, then those who are needed
	Items     int            // how many students it is about
	Refs      []Ref          // those of them whom the reader may see
	Students  []Name         // the same with their names: only in answers that one person sees
	Reason    string         // only there, too, and only for those who may see all its students
	Mine      bool           // the reader is its organiser
	Answer    Answer         // the reader's
	Attends   bool           // the reader is one of the attendees
	MayChange bool           // the reader may move it and call it off
	AnswerBy  Date
	Past      bool   // it has begun
	Link      string // the end of the address at which its invitation is: "<token>/<meeting>.ics"; only for attendees
}

// An AttendeeView is an attendee as others see them.
type AttendeeView struct {
	Person
	Required bool
	EHT      bool
	Answer   Answer
}

// A MeetingLetter is what a message that stays in Slack says of a meeting: it has no student's name and no reason.
type MeetingLetter struct {
	MeetingView
	What  MeetingWhat   // what has befallen it
	By    string        // Slack user id of whoever did that; "": nobody, it came so
	Who   string        // of lost: the Slack user id
	Was   time.Time     // of moved: when it was before
	Other time.Time     // of suggested: when it might be
	Slots []MeetingSlot // that there are instead, at most three: of declined, lost
	Void  bool          // it was moved or called off since, which another message tells
}

// A MeetingDayLetter reminds of a day's meetings, the school day before.
type MeetingDayLetter struct {
	Day      Date
	Meetings []MeetingView
}

var errNotBuilt = errors.New("not built yet")
