package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Intervention is something that was done for one or several students.
type Intervention struct {
	Meta        `bson:",inline"`
	Student     Ref       `bson:"student,omitempty"` // the first of Students, for the index
	Students    []Ref     `bson:"students,omitempty"`
	School      string    `bson:"school"`
	Level       Level     `bson:"level"`
	Kinds       []Kind    `bson:"kinds"`
	Author      string    `bson:"author"` // staff id
	Date        Date      `bson:"date"`   // when it was done
	At          time.Time `bson:"at"`     // when it was logged
	Note        Sealed    `bson:"note,omitempty"`
	Audience    Audience  `bson:"audience"`
	Status      Status    `bson:"status"`
	WithdrawnAt time.Time `bson:"withdrawn_at,omitempty"`
}

// InterventionLink leads from a student beyond the first to an intervention.
type InterventionLink struct {
	Meta         `bson:",inline"`
	Student      Ref       `bson:"student"`
	Intervention string    `bson:"intervention"`
	Date         Date      `bson:"date"`
	At           time.Time `bson:"at"`
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
	Replace(ctx context.Context, iv Intervention) error
	// ByAuthor returns the author's interventions logged at or after since, latest logged first;
	// all of them if limit is 0.
	ByAuthor(ctx context.Context, staff string, since time.Time, limit int) ([]Intervention, error)
	// OfStudent returns a student's interventions, latest date first; all of them if limit is 0.
	OfStudent(ctx context.Context, student Ref, limit int) ([]Intervention, error)
}

// UndoWindow is how long an intervention can be withdrawn with one word or click.
const UndoWindow = 30 * time.Minute

// The codes of undoing.
const (
	CodeNothingToUndo Code = "nothing_to_undo" // Minutes
	CodeUndoTooLate   Code = "undo_too_late"   // Minutes
)

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
}

// interventionCollection is part of what notes are sealed for; to change it is to lose them.
const interventionCollection = "interventions"

// LogLine logs what a line of "/insats" says, for the request with that id. The same request
// again gives the same answer and no second record. A *Choice is answered with Pick.
func (s *Service) LogLine(ctx context.Context, actor Actor, text, request string, now time.Time) (Entry, error) {
	return s.logLine(ctx, actor, Draft{Text: text, Request: request, At: now}, now)
}

func (s *Service) logLine(ctx context.Context, actor Actor, d Draft, now time.Time) (Entry, error) {
	// A ref is enough in most lines, so names are looked up only when one is needed.
	line, err := ParseLogLine(d.Text, s.Kinds, nil, d.Picks)
	if CodeOf(err) == CodeUnknownStudent {
		names, nerr := s.visibleNames(ctx, actor, now)
		if nerr != nil {
			return Entry{}, nerr
		}
		line, err = ParseLogLine(d.Text, s.Kinds, names, d.Picks)
	}
	if choice, ok := errors.AsType[*Choice](err); ok {
		return Entry{}, s.keepDraft(ctx, actor, d, choice, now)
	}
	if err != nil {
		return Entry{}, err
	}
	return s.logIntervention(ctx, actor, line, d, now)
}

// logIntervention stores what the line of d says. It is dated on the day on which the line was
// typed, also when its writer was asked about it and has answered after midnight.
func (s *Service) logIntervention(ctx context.Context, actor Actor, line LogLine, d Draft, now time.Time) (Entry, error) {
	names := make([]Name, len(line.Students))
	var school string
	for i, ref := range line.Students {
		stu, _, err := s.student(ctx, actor, ref, now)
		if errors.Is(err, ErrNotFound) {
			return Entry{}, &Error{Code: CodeUnknownStudent, Args: map[string]any{"Word": string(ref)}}
		}
		if err != nil {
			return Entry{}, err
		}
		if names[i], err = s.name(stu); err != nil {
			return Entry{}, err
		}
		if i == 0 {
			school = stu.School
		}
	}
	iv := Intervention{
		Student: line.Students[0], Students: line.Students, School: school, Level: LevelIndividual,
		Kinds: line.Kinds, Author: actor.Staff.ID, Date: s.today(school, d.At), At: now,
		Audience: AudienceEHT, Status: StatusActive,
	}
	iv.ID = idFrom("iv_", actor.Staff.ID, d.Request)
	if line.Text != "" {
		sealed, err := s.Vault.Seal(line.Text, interventionCollection, iv.ID, "note")
		if err != nil {
			return Entry{}, fmt.Errorf("seal the note: %w", err)
		}
		iv.Note = sealed
	}
	iv.Mark(d.Request, now, auditEntry(actor, ActionLog, line.Students, now, iv.ID))
	err := s.Interventions.Add(ctx, iv)
	if errors.Is(err, ErrExists) {
		// The request has come before: answer as the first time.
		if iv, err = s.Interventions.Get(ctx, iv.ID); err == nil {
			return s.again(ctx, actor, iv, now)
		}
	}
	if err != nil {
		return Entry{}, fmt.Errorf("add the intervention: %w", err)
	}
	return Entry{ID: iv.ID, Students: names, Kinds: iv.Kinds, Date: iv.Date, At: iv.At, School: s.Schools[school],
		Own: true, Note: line.Text, Status: iv.Status}, nil
}

// Undo withdraws the actor's latest intervention if it is at most UndoWindow old.
func (s *Service) Undo(ctx context.Context, actor Actor, request string, now time.Time) (Entry, error) {
	return s.withdraw(ctx, actor, request, now, func() (Intervention, error) {
		list, err := s.Interventions.ByAuthor(ctx, actor.Staff.ID, now.Add(-UndoWindow), 0)
		if err != nil {
			return Intervention{}, fmt.Errorf("list own interventions: %w", err)
		}
		// A request that has withdrawn one before must not withdraw the next.
		i := slices.IndexFunc(list, func(iv Intervention) bool { return iv.Status == StatusWithdrawn && iv.MadeBy(request) })
		if i < 0 {
			i = slices.IndexFunc(list, func(iv Intervention) bool { return iv.Status == StatusActive })
		}
		if i < 0 {
			return Intervention{}, undoError(CodeNothingToUndo)
		}
		return list[i], nil
	})
}

// UndoIntervention withdraws the actor's own intervention with that id. Withdrawn is withdrawn:
// asking again changes nothing and gives the same answer.
func (s *Service) UndoIntervention(ctx context.Context, actor Actor, id, request string, now time.Time) (Entry, error) {
	return s.withdraw(ctx, actor, request, now, func() (Intervention, error) {
		iv, err := s.Interventions.Get(ctx, id)
		if errors.Is(err, ErrNotFound) || err == nil && iv.Author != actor.Staff.ID {
			return Intervention{}, undoError(CodeNothingToUndo)
		}
		if err != nil {
			return Intervention{}, fmt.Errorf("get the intervention: %w", err)
		}
		return iv, nil
	})
}

func undoError(code Code) error {
	return &Error{Code: code, Args: map[string]any{"Minutes": int(UndoWindow.Minutes())}}
}

// withdraw withdraws the intervention that find returns. When it has been changed meanwhile, find
// is asked anew: it may return another one then.
func (s *Service) withdraw(ctx context.Context, actor Actor, request string, now time.Time, find func() (Intervention, error)) (Entry, error) {
	for range changeTries {
		iv, err := find()
		switch {
		case err != nil:
			return Entry{}, err
		case iv.Status == StatusWithdrawn:
			return s.again(ctx, actor, iv, now)
		case now.Sub(iv.At) > UndoWindow:
			return Entry{}, undoError(CodeUndoTooLate)
		}
		iv.Status, iv.WithdrawnAt = StatusWithdrawn, now
		iv.Mark(request, now, auditEntry(actor, ActionWithdraw, iv.Students, now, iv.ID))
		err = s.Interventions.Replace(ctx, iv)
		if err == nil {
			return newReader(s, actor, now).entry(ctx, iv)
		}
		if !errors.Is(err, ErrConflict) {
			return Entry{}, fmt.Errorf("withdraw the intervention: %w", err)
		}
	}
	return Entry{}, fmt.Errorf("withdraw the intervention: %w", ErrConflict)
}

// again answers a request for what has been done before. Within the same minute the change's own
// audit entry covers the answer.
func (s *Service) again(ctx context.Context, actor Actor, iv Intervention, now time.Time) (Entry, error) {
	e, err := newReader(s, actor, now).entry(ctx, iv)
	if err != nil || iv.hiddenIn(e) {
		return e, err
	}
	changed := iv.At
	if iv.Status == StatusWithdrawn {
		changed = iv.WithdrawnAt
	}
	if minuteOf(changed) == minuteOf(now) {
		return e, nil
	}
	return e, s.auditReading(ctx, actor, ActionShow, shownRefs(nil, e), now)
}
