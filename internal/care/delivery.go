package care

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"
)

// A Delivery is a message that must arrive. It is stored before anything is sent, together with the
// change that asks for it, and until it is known how it ended. Its id is made from what it is
// about, so that asking twice is asking once.
type Delivery struct {
	Meta    `bson:",inline"`
	Kind    DeliveryKind  `bson:"kind"`
	Subject string        `bson:"subject"`        // id of the record that it is about
	Day     Date          `bson:"day,omitempty"`  // of a follow-up: the day that it reminds of
	School  string        `bson:"school"`         // whose days and hours count
	Room    Room          `bson:"room,omitempty"` // whom it is for, if not one person: its channel, and if that is not fit each of them, who is then To
	To      string        `bson:"to"`             // staff id, or the Slack user id of an administrator without one; "" for the channel of a room
	At      time.Time     `bson:"at"`             // when it was planned for
	Due     time.Time     `bson:"due,omitempty"`  // when it may be taken; a lease moves it on. Absent when nothing is left to do
	State   DeliveryState `bson:"state"`
	Passed  []string      `bson:"passed,omitempty"`   // staff whom Slack could not reach, before it came to this one
	Hops    int           `bson:"hops,omitempty"`     // how often it was handed on to someone else
	Tries   int           `bson:"tries,omitempty"`    // how often it was tried in vain
	TriedAt time.Time     `bson:"tried_at,omitempty"` // when it was first tried

	// Of the message that it is part of, once that is about to be sent.
	Message  string    `bson:"message,omitempty"` // the key by which the message can be found in Slack
	PostedAt time.Time `bson:"posted_at,omitempty"`
	Channel  string    `bson:"channel,omitempty"`
	TS       string    `bson:"ts,omitempty"`
	Shown    string    `bson:"shown,omitempty"` // stands for what the message says

	File  *FileReport `bson:"file,omitempty"`  // of an ImportReport
	Entry string      `bson:"entry,omitempty"` // of CaseNews: the id of the case's entry that it tells of

	// Of a case's reminder or escalation.
	Prompt  PromptKind `bson:"prompt,omitempty"`  // which of those that the plan asks for
	Plan    int        `bson:"plan,omitempty"`    // the plan of the case that asked for it: it is true as long as that is the case's
	Entries int        `bson:"entries,omitempty"` // how many entries the case had then: what was done after them answers it
	Thread  string     `bson:"thread,omitempty"`  // ts of the message in whose thread it stands

	Cases []string `bson:"cases,omitempty"` // of a digest that was sent: the ids of the cases that it shows
	Watch *Watch   `bson:"watch,omitempty"` // of a WatchReport

	AtOnce bool `bson:"at_once,omitempty"` // whatever the hour: it is about what is near

	FailedAt time.Time `bson:"failed_at,omitempty"`
}

// DeliveryKind is what a message is.
type DeliveryKind string

// The kinds of deliveries.
const (
	FollowUpReminder DeliveryKind = "follow_up"   // to follow up an intervention; Subject is its id
	TroubleReport    DeliveryKind = "trouble"     // to an administrator: messages could not be delivered; Subject is the school
	ImportReport     DeliveryKind = "import"      // to an administrator: a file has faults; Subject is the school
	CaseNews         DeliveryKind = "case"        // what has befallen a case, to whom it concerns; Subject is its id
	CaseReminder     DeliveryKind = "case_remind" // to see to a case, to whoever has it; Subject is its id
	Escalated        DeliveryKind = "escalated"   // nobody has seen to a case: to the team, the principal or the administrators; Subject is its id
	WeekDigest       DeliveryKind = "digest"      // how it goes and what is open: each week to a mentor and to the team, each month to the principal; Subject is the school
	MeetingNotice    DeliveryKind = "meeting"     // what has befallen a meeting, to whom it concerns; Subject is its id, Entry its entry's; it also shows who answers
	MeetingAgain     DeliveryKind = "meeting_ask" // to an attendee who has not answered; Subject is its id
	MeetingDay       DeliveryKind = "meeting_day" // the school day before a day with meetings, to whoever has them; Subject is the staff id, Day the day
	MeetingSoon      DeliveryKind = "meeting_15"  // 15 minutes before a meeting; Subject is its id
	WatchReport      DeliveryKind = "watch"       // something does not work as it should; Subject is the school
)

// DeliveryState is where a delivery is in its life.
type DeliveryState string

// The states of a delivery. Only with sending is it not known whether the message stands in Slack.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliverySending   DeliveryState = "sending"
	DeliverySent      DeliveryState = "sent" // with a due time its message is to be shown anew
	DeliveryFailed    DeliveryState = "failed"
	DeliveryCancelled DeliveryState = "cancelled"
)

// DeliveryRecords keeps deliveries.
type DeliveryRecords interface {
	Get(ctx context.Context, id string) (Delivery, error)
	// Add stores a delivery, or answers ErrExists.
	Add(ctx context.Context, d Delivery) error
	// Replace stores a changed delivery, or answers ErrConflict if someone has taken or changed it
	// since it was read: so a holder whose lease is over learns of it.
	Replace(ctx context.Context, d Delivery) error
	outbox[Delivery]
	// ClaimDue takes the delivery that is due for longest and puts its due time off until lease, so
	// that no one else takes it; ErrNotFound when none is due.
	ClaimDue(ctx context.Context, now, lease time.Time) (Delivery, error)
	// DueTo returns at most limit deliveries to someone that are due, due for longest first.
	DueTo(ctx context.Context, to string, now time.Time, limit int) ([]Delivery, error)
	// DueBy returns at most limit deliveries that are due by then, due for longest first.
	DueBy(ctx context.Context, by time.Time, limit int) ([]Delivery, error)
	// CountDue counts the deliveries that are due.
	CountDue(ctx context.Context, now time.Time) (int64, error)
	// CountPosted counts the deliveries that were about to be sent since then.
	CountPosted(ctx context.Context, since time.Time) (int64, error)
	// PostedTo returns the deliveries to someone whose message was about to be sent at that time or later.
	PostedTo(ctx context.Context, to string, since time.Time) ([]Delivery, error)
	// About returns the deliveries about the subjects.
	About(ctx context.Context, subjects []string) ([]Delivery, error)
	// At returns the deliveries that the message there is made of.
	At(ctx context.Context, channel, ts string) ([]Delivery, error)
	// InMessage returns the deliveries that one message is made of.
	InMessage(ctx context.Context, message string) ([]Delivery, error)
	// FailedSince returns the deliveries that have failed at that time or later.
	FailedSince(ctx context.Context, since time.Time) ([]Delivery, error)
}

const (
	// DeliveryLease is how long whoever has taken a delivery has for it.
	DeliveryLease = time.Minute
	// PostTime is how long the post itself may take, so that Slack is done with it, well or badly,
	// before someone else may take the delivery.
	PostTime = DeliveryLease - 20*time.Second
)

// ended makes a delivery one with which nothing is left to do.
func (d *Delivery) ended(state DeliveryState) {
	d.State, d.Due = state, time.Time{}
}

// failed gives a delivery up, and asks for the reports of that.
func (d *Delivery) failed(now time.Time, reports []Delivery) {
	d.ended(DeliveryFailed)
	d.FailedAt = now
	d.ask(now, reports...)
}

// putOff has a delivery taken again at t.
func (d *Delivery) putOff(t time.Time) {
	d.State, d.Due, d.Message = DeliveryPending, t, ""
}

// reports reports whether a delivery tells an administrator of trouble, so that its own is told nobody.
func (d *Delivery) reports() bool {
	return d.Kind == TroubleReport || d.Kind == ImportReport || d.Kind == WatchReport
}

// giveUpAt is when a delivery that was tried in vain is given up: at the end of the school day after
// the one on which it was tried first.
func (s *Service) giveUpAt(d Delivery) time.Time {
	school := s.Schools[d.School]
	if school.Zone == nil {
		return d.TriedAt.Add(2 * 24 * time.Hour)
	}
	day, ok := school.AddSchoolDays(DateOf(d.TriedAt, school.Zone), 1)
	if !ok {
		return d.TriedAt.Add(2 * 24 * time.Hour)
	}
	return school.WorkAt(day, 24*60).Add(time.Minute)
}

// An address is whom a delivery is for: a person, a room's channel or, with both, one of a room's people.
type address struct {
	staff string // staff id
	room  Room
}

// key is how an address ends the id of a delivery.
func (a address) key() string { return cmp.Or(a.staff, string(a.room)) }

// handOn makes a delivery one for others: it ends, and asks for one to each of them.
func (d *Delivery) handOn(to []address, now time.Time) {
	var next []Delivery
	for _, a := range to {
		n := Delivery{Kind: d.Kind, Subject: d.Subject, Day: d.Day, School: d.School, Room: a.room, To: a.staff, At: d.At, Due: now,
			State: DeliveryPending, Passed: d.Passed, Hops: d.Hops + 1,
			File: d.File, Entry: d.Entry, Prompt: d.Prompt, Plan: d.Plan, Entries: d.Entries, Watch: d.Watch}
		if n.Kind == CaseReminder && n.Room != "" {
			n.Kind = Escalated
		}
		n.ID = d.base() + a.key() + "/" + strconv.Itoa(n.Hops)
		next = append(next, n)
	}
	d.ended(DeliveryCancelled)
	d.ask(now, next...)
}

// base is the part of a delivery's id before its addressee.
func (d *Delivery) base() string {
	id := d.ID
	if d.Hops > 0 {
		id = strings.TrimSuffix(id, "/"+strconv.Itoa(d.Hops))
	}
	return strings.TrimSuffix(id, address{d.To, d.Room}.key())
}
