package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// AuditEntry says who did or saw what, without any content.
type AuditEntry struct {
	Meta     `bson:",inline"`
	At       time.Time `bson:"at"`
	Actor    string    `bson:"actor"`  // staff id
	Action   Action    `bson:"action"` // what was done
	Subjects []string  `bson:"subjects,omitempty"`
	Reason   string    `bson:"reason,omitempty"`
}

// Action names what an audit entry is about.
type Action string

// What is audited.
const (
	ActionLog            Action = "intervention.log"       // logged; the answer showed the name and note
	ActionEdit           Action = "intervention.edit"      // changed; the answer showed the name and note
	ActionFollowUp       Action = "intervention.follow_up" // said of its follow-up that it is made, or put it off
	ActionWithdraw       Action = "intervention.withdraw"  // withdrawn by its author
	ActionShow           Action = "intervention.show"      // shown to its author once more, or to someone who changes it
	ActionListOwn        Action = "intervention.list_own"  // read own latest entries
	ActionTimeline       Action = "student.timeline"       // read a student's name and timeline
	ActionChoose         Action = "student.choose"         // was shown names to choose between
	ActionSuggest        Action = "student.suggest"        // was shown names to choose, or chosen, in a form
	ActionNames          Action = "student.names"          // read the names of those they work with
	ActionLeave          Action = "staff.leave"            // said when someone is away, and who stands in
	ActionCaseOpen       Action = "case.open"              // opened a case by hand
	ActionCaseAct        Action = "case.act"               // did something about a case
	ActionCaseChange     Action = "case.change"            // changed what was entered about a case
	ActionCaseUndo       Action = "case.undo"              // took back what was done about a case
	ActionCaseAssess     Action = "case.assess"            // figures or time have opened, moved or closed a case
	ActionCaseShow       Action = "case.show"              // read a case
	ActionCaseList       Action = "case.list"              // read cases and the names of their students
	ActionMeetingBook    Action = "meeting.book"           // booked a meeting about students
	ActionMeetingMove    Action = "meeting.move"           // moved it
	ActionMeetingSuggest Action = "meeting.suggest"        // suggested to
	ActionMeetingAnswer  Action = "meeting.answer"         // said whether they come
	ActionMeetingCancel  Action = "meeting.cancel"         // called it off
	ActionMeetingLose    Action = "meeting.lose"           // it has lost someone who has left, or is away then
	ActionMeetingShow    Action = "meeting.show"           // read whom a meeting is about, and why
	ActionAbsence        Action = "absence.show"           // read a student's absence
	ActionImport         Action = "roster.import"          // a roster changed the record
	ActionReported       Action = "absence.import"         // a file changed what is known of a student's absence
)

// AuditRecords keeps audit entries of readings; those of changes travel inside the changed record.
type AuditRecords interface {
	Add(ctx context.Context, e AuditEntry) error
}

func auditEntry(actor Actor, action Action, subjects []Ref, now time.Time, unique ...string) AuditEntry {
	e := AuditEntry{At: now, Actor: actor.Staff.ID, Action: action}
	for _, r := range subjects {
		e.Subjects = append(e.Subjects, string(r))
	}
	e.ID = idFrom("au_", append([]string{actor.Staff.ID, string(action)}, unique...)...)
	return e
}

// auditReading writes the entry of an answer before it is given. The same person, students and
// minute leave one entry.
func (s *Service) auditReading(ctx context.Context, actor Actor, action Action, subjects []Ref, now time.Time) error {
	e := auditEntry(actor, action, subjects, now)
	e.ID = idFrom("au_", append([]string{e.Actor, string(action), minuteOf(now)}, e.Subjects...)...)
	if err := s.Audit.Add(ctx, e); err != nil && !errors.Is(err, ErrExists) {
		return fmt.Errorf("audit reading: %w", err)
	}
	return nil
}

// shownRefs adds to refs those of the students whom the entries name.
func shownRefs(refs []Ref, entries ...Entry) []Ref {
	for _, e := range entries {
		for _, n := range e.Students {
			if !slices.Contains(refs, n.Ref) {
				refs = append(refs, n.Ref)
			}
		}
	}
	return refs
}

// minuteOf names the minute of an instant.
func minuteOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04") }
