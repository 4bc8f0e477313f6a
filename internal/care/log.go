package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// CodeMayNotLog is for people whose roles log nothing.
const CodeMayNotLog Code = "may_not_log"

// loggers are the roles that log interventions.
var loggers = []Role{Mentor, EHT, Principal, Coach}

// LoggingSchool is the school of the first post in which a person logs interventions today, or an
// *Error with CodeMayNotLog.
func (s *Service) LoggingSchool(actor Actor, now time.Time) (School, error) {
	for _, p := range s.Posts(actor.Staff, now) {
		if slices.Contains(loggers, p.Role) {
			return p.School, nil
		}
	}
	return School{}, &Error{Code: CodeMayNotLog}
}

// LogLine logs what a line of "/insats" says, for the request with that id. The same request
// again gives the same answer and no second record. A *Choice is answered with Pick.
func (s *Service) LogLine(ctx context.Context, actor Actor, text, request string, now time.Time) (Entry, error) {
	return s.logLine(ctx, actor, Draft{Text: text, Request: request, At: now}, now)
}

// logLine logs the line of a draft. It is dated on the day on which the line was typed, also when
// its writer was asked about it and has answered after midnight.
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
	if len(line.Students) > FormStudentsMax {
		return Entry{}, &Error{Code: CodeTooManyStudents, Args: map[string]any{"Max": FormStudentsMax}}
	}
	names, school, err := s.namesFor(ctx, actor, line.Students, CodeUnknownStudent, now)
	if err != nil {
		return Entry{}, err
	}
	iv := Intervention{School: school, Content: Content{Students: line.Students, Level: LevelIndividual,
		Kinds: line.Kinds, Date: s.today(school, d.At), Audience: AudienceEHT}}
	iv.ID = idFrom("iv_", actor.Staff.ID, d.Request)
	entry, old, err := s.add(ctx, actor, iv, names, line.Text, d.Request, now)
	if old != nil {
		return s.again(ctx, actor, *old, now) // the request has come before: answer as the first time
	}
	return entry, err
}

// namesFor returns the students with those refs, whom the actor must be allowed to see, and the
// school of the first.
func (s *Service) namesFor(ctx context.Context, actor Actor, refs []Ref, unknown Code, now time.Time) (names []Name, school string, err error) {
	names = make([]Name, len(refs))
	for i, ref := range refs {
		stu, _, err := s.student(ctx, actor, ref, now)
		if errors.Is(err, ErrNotFound) {
			return nil, "", &Error{Code: unknown, Field: "students", Args: map[string]any{"Word": Truncate(string(ref), 60)}}
		}
		if err != nil {
			return nil, "", err
		}
		if names[i], err = s.name(stu); err != nil {
			return nil, "", err
		}
		if i == 0 {
			school = stu.School
		}
	}
	return names, school, nil
}

// add stores a new intervention of the actor's, which has its id, school and content but for the
// note. If there is one with that id already, nothing is stored and old is it.
func (s *Service) add(ctx context.Context, actor Actor, iv Intervention, names []Name, note, request string, now time.Time) (e Entry, old *Intervention, err error) {
	iv.Author, iv.At, iv.Status = actor.Staff.ID, now, StatusActive
	iv.Student = first(iv.Students)
	if iv.Note, err = s.sealNote(iv.ID, note); err != nil {
		return Entry{}, nil, err
	}
	iv.Mark(request, now, auditEntry(actor, ActionLog, iv.Students, now, iv.ID))
	s.askFollowUp(&iv, actor.Staff, now)
	err = s.Interventions.Add(ctx, iv)
	if errors.Is(err, ErrExists) {
		known, gerr := s.Interventions.Get(ctx, iv.ID)
		if gerr != nil {
			return Entry{}, nil, fmt.Errorf("get the intervention: %w", gerr)
		}
		return Entry{}, &known, nil
	}
	if err != nil {
		return Entry{}, nil, fmt.Errorf("add the intervention: %w", err)
	}
	e = s.entryOf(iv)
	e.Own, e.Editable, e.Students, e.Note = true, true, names, note
	return e, nil, nil
}

// sealNote seals a note, if there is one.
func (s *Service) sealNote(id, note string) (Sealed, error) {
	if note == "" {
		return nil, nil
	}
	sealed, err := s.Vault.Seal(note, interventionCollection, id, "note")
	if err != nil {
		return nil, fmt.Errorf("seal the note: %w", err)
	}
	return sealed, nil
}

// first is the first of refs, or "".
func first(refs []Ref) Ref {
	if len(refs) == 0 {
		return ""
	}
	return refs[0]
}
