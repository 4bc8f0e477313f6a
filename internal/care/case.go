package care

import (
	"context"
	"time"
)

// A Case is a student's absence that is being followed up, step by step on a ladder. A student has one
// that is not closed at most: its id is made of the ref and of how many there were before.
type Case struct {
	Meta     `bson:",inline"`
	Student  Ref       `bson:"student"`
	School   string    `bson:"school"`
	Ladder   string    `bson:"ladder"`
	Version  int       `bson:"ladder_version"`
	Step     int       `bson:"step"`
	Why      []Fact    `bson:"why,omitempty"` // why it is on its step; empty: opened by hand
	State    CaseState `bson:"state"`
	OpenedAt time.Time `bson:"opened_at"`
	OpenedBy string    `bson:"opened_by,omitempty"` // staff id of whoever opened it by hand, and hears when it is closed
	Owner    string    `bson:"owner,omitempty"`     // staff id; "": the school's team
	Handed   *HandOver `bson:"handed,omitempty"`    // to whom the owner wants to hand it
	Day0     Date      `bson:"day0"`                // on which it opened or reached its step
	Due      Date      `bson:"due"`                 // by the end of which something is to be done about the step
	Next     Date      `bson:"next,omitempty"`      // when it is next to be looked at: the due day of an open one, unless an act has named another; the follow-up day of a waiting one
	NextAt   Clock     `bson:"next_at,omitempty"`   // of a snoozed one: the time of that day, if it was named
	Plan     int       `bson:"plan"`                // goes up whenever it is planned anew
	Asked    int       `bson:"asked,omitempty"`     // the plan whose prompts it has asked for, if any
	Attempts int       `bson:"attempts,omitempty"`  // in this step in which nobody was reached, one after another
	Snoozes  int       `bson:"snoozes,omitempty"`   // in this step
	Queued   bool      `bson:"queued,omitempty"`    // on the team's list

	Over bool `bson:"over,omitempty"` // a later one has been opened, so it stays closed

	Known   []Period `bson:"known,omitempty"`    // days of absence that are known and need no follow-up; without an end the unbroken run of absence, see knownDays
	Wrong   []Date   `bson:"wrong,omitempty"`    // days that were wrongly registered, until an import has corrected them
	WrongAs []int64  `bson:"wrong_as,omitempty"` // the version that each of these days had when that was said: a later one is a correction

	Entries  []CaseEntry `bson:"entries,omitempty"` // oldest first
	LatestAt time.Time   `bson:"latest_at"`         // when anything last befell it or was done about it
}

// CaseState is where a case is in its life.
type CaseState string

// The states of a case.
const (
	CaseOpen    CaseState = "open"    // something is to be done
	CaseWaiting CaseState = "waiting" // something was done; until the follow-up day
	CaseClosed  CaseState = "closed"
)

// A HandOver is offered to someone, who takes the case or does not.
type HandOver struct {
	To string    `bson:"to"`           // staff id
	By string    `bson:"by,omitempty"` // staff id of who asked, if not the owner
	At time.Time `bson:"at"`
}

// A CaseEntry is what someone did about a case, or what befell it.
type CaseEntry struct {
	ID       string      `bson:"id"`
	At       time.Time   `bson:"at"`
	By       string      `bson:"by,omitempty"` // staff id; "": figures or time did it
	What     CaseWhat    `bson:"what"`
	Act      Act         `bson:"act,omitempty"`    // of CaseActed
	Logged   string      `bson:"logged,omitempty"` // the intervention that counts as this act
	Set      bool        `bson:"set,omitempty"`    // of Logged: changed in the case, so that it stays as it is when the intervention is changed
	Step     int         `bson:"step"`
	FollowUp Date        `bson:"follow_up,omitempty"` // the day that the act has put it to
	Clock    Clock       `bson:"clock,omitempty"`     // of a snooze: the time of that day, if it was named
	Said     string      `bson:"said,omitempty"`      // the message in Slack that said it: its channel, "/" and its ts
	To       string      `bson:"to,omitempty"`        // staff id, of a hand-over
	Days     []Date      `bson:"days,omitempty"`      // of wrong
	Until    Date        `bson:"until,omitempty"`     // of known
	Reason   CloseReason `bson:"reason,omitempty"`    // of close
	Note     Sealed      `bson:"note,omitempty"`
	Undone   time.Time   `bson:"undone,omitempty"`  // when whoever did it took it back
	Before   *CaseBefore `bson:"before,omitempty"`  // of the latest act, and of those before it that the same message said: the case before it, so that it can be taken back
	Earlier  []CaseEntry `bson:"earlier,omitempty"` // what it said before it was changed, oldest first
}

// CaseBefore is the part of a case that an act changes.
type CaseBefore struct {
	State    CaseState `bson:"state"`
	Owner    string    `bson:"owner,omitempty"`
	Handed   *HandOver `bson:"handed,omitempty"`
	Due      Date      `bson:"due"`
	Next     Date      `bson:"next,omitempty"`
	NextAt   Clock     `bson:"next_at,omitempty"`
	Attempts int       `bson:"attempts,omitempty"`
	Snoozes  int       `bson:"snoozes,omitempty"`
	Queued   bool      `bson:"queued,omitempty"`
	Known    []Period  `bson:"known,omitempty"`
	Wrong    []Date    `bson:"wrong,omitempty"`
	WrongAs  []int64   `bson:"wrong_as,omitempty"`
}

// CaseWhat is what an entry tells of.
type CaseWhat string

// What befalls a case.
const (
	CaseOpened    CaseWhat = "opened"
	CaseActed     CaseWhat = "act"
	CaseRose      CaseWhat = "rose"
	CaseLowered   CaseWhat = "lowered"   // corrected figures no longer reach its step
	CaseRetracted CaseWhat = "retracted" // corrected figures reach no step
	CaseReopened  CaseWhat = "reopened"
	CaseCameBack  CaseWhat = "came_back" // a hand-over was not taken
	CaseOrphaned  CaseWhat = "orphaned"  // its owner cannot see to it any more: it has another, or is the team's
	CaseSeen      CaseWhat = "seen"      // someone has said no more than that they have seen a message about it: nothing is planned anew
)

// An Act is what someone does about a case. Button, modal and words in a thread are the same act.
type Act string

// The acts. Design: "What an act does".
const (
	ActDone       Act = "done"
	ActTalked     Act = "talked"
	ActHome       Act = "home"
	ActMeeting    Act = "meeting"
	ActNotReached Act = "not_reached"
	ActSnooze     Act = "snooze"
	ActHandOver   Act = "handover"
	ActTake       Act = "take"
	ActNeedsEHT   Act = "needs_eht"
	ActWrong      Act = "wrong"
	ActKnown      Act = "known"
	ActBack       Act = "back"
	ActClose      Act = "close"
)

// Acts are all acts, in the order in which they are offered.
var Acts = []Act{ActTalked, ActHome, ActMeeting, ActDone, ActNotReached, ActSnooze, ActHandOver, ActTake, ActNeedsEHT,
	ActKnown, ActWrong, ActBack, ActClose}

// CloseReason is why a case was closed.
type CloseReason string

// The reasons.
const (
	CloseBack   CloseReason = "attends" // the student attends again
	CloseNoNeed CloseReason = "no_need"
	CloseLeft   CloseReason = "left"      // the student has left the school
	CloseElse   CloseReason = "elsewhere" // someone else follows it up
	CloseOther  CloseReason = "other"
)

// CloseReasons are all reasons, in the order in which they are offered.
var CloseReasons = []CloseReason{CloseBack, CloseNoNeed, CloseElse, CloseLeft, CloseOther}

// CaseRecords keeps cases.
type CaseRecords interface {
	Get(ctx context.Context, id string) (Case, error)
	// Add stores a case, or answers ErrExists.
	Add(ctx context.Context, c Case) error
	// Replace stores a changed case, or answers ErrConflict.
	Replace(ctx context.Context, c Case) error
	outbox[Case]
	// OfStudent returns a student's cases, the latest first.
	OfStudent(ctx context.Context, student Ref) ([]Case, error)
	// OfOwner returns the cases that someone owns and that are not closed, next due first.
	OfOwner(ctx context.Context, staff string) ([]Case, error)
	// HandedTo returns the cases that were handed to someone and not yet taken.
	HandedTo(ctx context.Context, staff string) ([]Case, error)
	// OfSchool returns a school's cases in a state, next due first.
	OfSchool(ctx context.Context, school string, state CaseState) ([]Case, error)
	// Since returns a school's cases of which anything is told since then, in any order.
	Since(ctx context.Context, school string, t time.Time) ([]Case, error)
}

// CaseForm is an act as a person enters it, by button, modal or words.
type CaseForm struct {
	Act      Act
	FollowUp Date        // "": as the act has it. Of known: the last day that is
	At       Clock       // of a snooze: the time of that day, also of today; 0: the owner's slot
	To       string      // of a hand-over: the Slack user id
	Days     []Date      // of wrong; none: all days with absence that count for the case
	Reason   CloseReason // of close
	Note     string
}

// A CaseView is a case as one reader may see it.
type CaseView struct {
	ID       string
	Student  Name // with its names only in answers that one person sees
	Group    string
	School   School
	Step     Step
	State    CaseState
	Owner    Person // zero: the school's team
	Mine     bool   // the reader owns it, or stands in for the owner
	Handed   Person // to whom it was handed and who has not taken it
	HandedBy Person // who asked that
	HandedMe bool
	Day0     Date
	Due      Date
	Next     Date
	Overdue  int // school days since the due day of an open one
	Attempts int
	AskTeam  bool // nobody was reached three times: does the team need to come in?
	Queued   bool
	Why      []Fact
	Newest   Date         // the newest day with figures
	Days     []AbsenceDay // with absence, that count for it, latest first; not in lists
	Entries  []CaseEvent  // latest first, without what was taken back; not in lists
	ByHand   bool         // it was opened by hand
	MayAct   bool
}

// A CaseEvent is an entry as one reader may see it.
type CaseEvent struct {
	CaseEntry
	Name   string // of whoever did it
	ToName string // of whom it was handed to
	Note   string // "" also when the reader may not read it
	Undo   bool   // the reader may take it back now
}

// A Person is a colleague as others may see them.
type Person struct{ Name, SlackID string }
