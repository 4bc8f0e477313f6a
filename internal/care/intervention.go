package care

import (
	"bytes"
	"context"
	"slices"
	"time"
)

// Intervention is something that was done for one or several students, or for a group or the
// whole school.
type Intervention struct {
	Meta        `bson:",inline"`
	Student     Ref       `bson:"student,omitempty"` // the first of Students, for the index
	School      string    `bson:"school"`
	Author      string    `bson:"author"` // staff id
	At          time.Time `bson:"at"`     // when it was logged
	Content     `bson:",inline"`
	Status      Status     `bson:"status"`
	Plan        int        `bson:"plan,omitempty"` // goes up whenever a reminder is asked for
	WithdrawnAt time.Time  `bson:"withdrawn_at,omitempty"`
	Revisions   []Revision `bson:"revisions,omitempty"` // oldest first
}

// Content is what an intervention says, and what can be changed about it.
type Content struct {
	Students []Ref    `bson:"students,omitempty"`
	Level    Level    `bson:"level"`
	Kinds    []Kind   `bson:"kinds"`
	Date     Date     `bson:"date"` // when it was done
	Note     Sealed   `bson:"note,omitempty"`
	Audience Audience `bson:"audience"`
	Partner  Partner  `bson:"partner,omitempty"`
	Outcome  Outcome  `bson:"outcome,omitempty"`
	FollowUp Date     `bson:"follow_up,omitempty"`
	Followed Date     `bson:"followed,omitempty"` // when someone said that the follow-up was made
}

// Revision is a change of an intervention, with what it said before.
type Revision struct {
	At     time.Time `bson:"at"`
	By     string    `bson:"by"` // staff id
	Before Content   `bson:"before"`
}

// InterventionLink leads from a student beyond the first to an intervention. It holds as long as
// the intervention has that student and those dates.
type InterventionLink struct {
	Meta         `bson:",inline"`
	Student      Ref       `bson:"student"`
	Intervention string    `bson:"intervention"`
	Date         Date      `bson:"date"`
	At           time.Time `bson:"at"`
	FollowUp     Date      `bson:"follow_up,omitempty"`
}

// Level says whom an intervention is for.
type Level string

// The levels.
const (
	LevelIndividual Level = "individual"
	LevelGroup      Level = "group"
	LevelSystem     Level = "system"
)

// Audience says who may read a note besides its author.
type Audience string

// The audiences.
const (
	AudienceMentor     Audience = "mentor"
	AudienceEHT        Audience = "eht"
	AudienceLeadership Audience = "leadership"
)

// Partner is whom a student was referred to.
type Partner string

// The partners.
const (
	PartnerSocial       Partner = "social" // social services
	PartnerBUP          Partner = "bup"    // child psychiatry
	PartnerYouth        Partner = "youth"  // KAA, OT
	PartnerPPT          Partner = "ppt"    // educational psychology service
	PartnerEmployment   Partner = "employment"
	PartnerHealth       Partner = "health"
	PartnerSchoolHealth Partner = "school_health"
	PartnerPolice       Partner = "police"
	PartnerOther        Partner = "other"
)

// Outcome is what came of an intervention.
type Outcome string

// The outcomes.
const (
	OutcomeEffect     Outcome = "effect"
	OutcomeSomeEffect Outcome = "some_effect"
	OutcomeNoEffect   Outcome = "no_effect"
	OutcomeNotReached Outcome = "not_reached"
	OutcomeDeclined   Outcome = "declined"
)

// What can be chosen, in the order in which it is offered.
var (
	Levels    = []Level{LevelIndividual, LevelGroup, LevelSystem}
	Audiences = []Audience{AudienceMentor, AudienceEHT, AudienceLeadership}
	Partners  = []Partner{PartnerSocial, PartnerBUP, PartnerYouth, PartnerPPT, PartnerEmployment, PartnerHealth,
		PartnerSchoolHealth, PartnerPolice, PartnerOther}
	Outcomes = []Outcome{OutcomeEffect, OutcomeSomeEffect, OutcomeNoEffect, OutcomeNotReached, OutcomeDeclined}
)

// latest is who made the latest change of an intervention, and when.
func (iv Intervention) latest() (staff string, at time.Time) {
	if iv.Status == StatusWithdrawn {
		return iv.Author, iv.WithdrawnAt
	}
	if n := len(iv.Revisions); n > 0 {
		return iv.Revisions[n-1].By, iv.Revisions[n-1].At
	}
	return iv.Author, iv.At
}

// editedBy reports whether the request is one of the actor's that changed what the intervention says.
func (iv Intervention) editedBy(actor Actor, request string) bool {
	return iv.MadeBy(request) && slices.ContainsFunc(iv.Revisions, func(rev Revision) bool { return rev.By == actor.Staff.ID })
}

// writer is who wrote the note as it is: the author, unless someone has rewritten it.
func (iv Intervention) writer() string {
	for _, rev := range slices.Backward(iv.Revisions) {
		if !bytes.Equal(rev.Before.Note, iv.Note) {
			return rev.By
		}
	}
	return iv.Author
}

// as is the intervention as it was when it had that many revisions.
func (iv Intervention) as(revisions int) Intervention {
	if revisions < len(iv.Revisions) {
		iv.Content, iv.Revisions = iv.Revisions[revisions].Before, iv.Revisions[:revisions]
	}
	return iv
}

// Status is where an intervention is in its life.
type Status string

// The statuses of an intervention.
const (
	StatusActive    Status = "active"
	StatusWithdrawn Status = "withdrawn"
)

// InterventionRecords keeps interventions.
type InterventionRecords interface {
	Get(ctx context.Context, id string) (Intervention, error)
	// Add stores an intervention so that it is on every student's timeline, or answers ErrExists.
	Add(ctx context.Context, iv Intervention) error
	// Replace stores a changed intervention so that it is on the timelines of the students that it has now.
	Replace(ctx context.Context, iv Intervention) error
	outbox[Intervention]
	// ByAuthor returns the author's interventions logged at or after since, latest logged first;
	// all of them if limit is 0.
	ByAuthor(ctx context.Context, staff string, since time.Time, limit int) ([]Intervention, error)
	// OfStudent returns a student's interventions, latest date first; all of them if limit is 0.
	OfStudent(ctx context.Context, student Ref, limit int) ([]Intervention, error)
	// FollowUps returns a student's interventions that are to be followed up on from or later, the
	// next one first.
	FollowUps(ctx context.Context, student Ref, from Date) ([]Intervention, error)
	// OwnFollowUps returns the author's interventions that are to be followed up on from or later,
	// the next one first.
	OwnFollowUps(ctx context.Context, staff string, from Date) ([]Intervention, error)
}

// Entry is an intervention as one reader may see it.
type Entry struct {
	ID       string
	Students []Name // only those whom the reader may see
	Kinds    []Kind
	Date     Date
	At       time.Time
	School   School
	Author   string // name
	Own      bool   // the reader is the author
	Note     string // "" also when the reader may not read it
	Status   Status

	Level     Level
	Audience  Audience
	Partner   Partner
	Outcome   Outcome
	FollowUp  Date
	Revisions int  // how often it was changed
	Editable  bool // the reader may change it

	Touched []Ref // all students whom its latest change concerns, never to be shown: the reader may not see them all
}

// interventionCollection is part of what notes are sealed for; to change it is to lose them.
const interventionCollection = "interventions"
