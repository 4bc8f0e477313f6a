package store

import (
	"context"
	"fmt"
	"time"

	"lotsen/internal/care"
)

// Staff keeps staff; it is care.StaffRecords.
type Staff struct {
	*kept[care.Staff, *care.Staff]
}

// BySlackID returns the staff member with that Slack user id, or care.ErrNotFound.
func (s Staff) BySlackID(ctx context.Context, id string) (care.Staff, error) {
	return s.one(ctx, "slack_id", id)
}

// All returns everyone, also who has left.
func (s Staff) All(ctx context.Context) ([]care.Staff, error) {
	return s.find(ctx, Query{Sort: []Order{{Field: "_id"}}})
}

// SubstitutedBy returns the staff who have named that one as their substitute, for whatever time.
func (s Staff) SubstitutedBy(ctx context.Context, id string) ([]care.Staff, error) {
	return s.with(ctx, "leave.substitute", id)
}

// AnyUnlinked reports whether a staff member without a Slack user id exists.
func (s Staff) AnyUnlinked(ctx context.Context) (bool, error) {
	list, err := s.engine.Find(ctx, s.name, Query{Where: []Cond{where("unlinked", true)}, Limit: 1})
	return len(list) > 0, err
}

// ClaimFactsDue takes a staff member whose facts are due and puts the due time off until lease.
func (s Staff) ClaimFactsDue(ctx context.Context, now, lease time.Time) (care.Staff, error) {
	return s.claim(ctx, Query{Where: []Cond{{"facts_due", Le, now}}, Sort: []Order{{Field: "facts_due"}}}, Field{"facts_due", lease})
}

// Students keeps students; it is care.StudentRecords.
type Students struct {
	*kept[care.Student, *care.Student]
}

// Get returns the student with that ref, or care.ErrNotFound.
func (s Students) Get(ctx context.Context, id string) (care.Student, error) {
	return s.one(ctx, "_id", id)
}

// InSchool returns all students of the school, in the named groups only if there are any.
func (s Students) InSchool(ctx context.Context, school string, groups ...string) ([]care.Student, error) {
	q := Query{Where: []Cond{where("school", school)}}
	if len(groups) > 0 {
		q.Where = append(q.Where, Cond{"group", In, anyOf(groups)})
	}
	return s.find(ctx, q)
}

// WithRefs returns those of the students that exist.
func (s Students) WithRefs(ctx context.Context, refs []care.Ref) ([]care.Student, error) {
	return s.find(ctx, Query{Where: []Cond{{"_id", In, anyOf(refs)}}})
}

// Assignments keeps assignments; it is care.AssignmentRecords.
type Assignments struct {
	table[care.Assignment, *care.Assignment]
}

// OfStaff returns all assignments of a person, past ones too.
func (a Assignments) OfStaff(ctx context.Context, staff string) ([]care.Assignment, error) {
	return a.find(ctx, Query{Where: []Cond{where("staff", staff)}})
}

// OfStudent returns all assignments to a student, past ones too.
func (a Assignments) OfStudent(ctx context.Context, student care.Ref) ([]care.Assignment, error) {
	return a.find(ctx, Query{Where: []Cond{where("student", string(student))}})
}

// Drafts keeps drafts; it is care.DraftRecords.
type Drafts struct {
	table[care.Draft, *care.Draft]
}

// DeleteBefore removes the drafts made before t and returns how many there were.
func (d Drafts) DeleteBefore(ctx context.Context, t time.Time) (int64, error) {
	return d.engine.DeleteWhere(ctx, d.name, Query{Where: []Cond{{"at", Lt, t}}})
}

// HasSealed reports whether anything sealed is stored: then the keyset must be the one it was sealed with.
func (r *Records) HasSealed(ctx context.Context) (bool, error) {
	for _, name := range []string{staffName, studentsName, interventionsName, casesName, meetingsName, draftsName, inboxName} {
		list, err := r.Engine.Find(ctx, name, Query{Sort: []Order{{Field: "_id"}}, Limit: 1})
		if err != nil {
			return false, fmt.Errorf("look for sealed fields: %w", err)
		}
		if len(list) > 0 {
			return true, nil
		}
	}
	return false, nil
}
