package care

import (
	"context"
	"slices"
)

// Lessons is what a school has reported of a student's lessons of one day, in one subject or in all.
// Why anyone was absent is not kept.
type Lessons struct {
	Subject    string `bson:"subject,omitempty"`    // "": all of them
	Unreported bool   `bson:"unreported,omitempty"` // the teacher has not reported yet: neither present nor absent

	Scheduled int `bson:"scheduled_min,omitempty"` // minutes; 0: there are counts only
	Valid     int `bson:"valid_min,omitempty"`     // minutes of absence with a valid reason
	Invalid   int `bson:"invalid_min,omitempty"`   // minutes of absence without

	Total   int `bson:"lessons_total,omitempty"`
	Absent  int `bson:"lessons_absent,omitempty"`  // with or without a valid reason
	Without int `bson:"lessons_invalid,omitempty"` // of those, without
	Late    int `bson:"late,omitempty"`            // late arrivals

	Limit int `bson:"limit_min,omitempty"` // minutes that count against the subject's limit
	Year  int `bson:"year_min,omitempty"`  // the subject's minutes a year
}

// An AbsenceDay is what is reported of a student's day: a Lessons for each subject, or one for all.
// When both are there, the subjects count. Its id is made of ref and date.
type AbsenceDay struct {
	Meta    `bson:",inline"`
	Student Ref       `bson:"student"`
	School  string    `bson:"school"`
	Date    Date      `bson:"date"`
	Lessons []Lessons `bson:"lessons"` // by subject
}

// Reported reports whether any lesson of the day is reported.
func (d AbsenceDay) Reported() bool {
	return slices.ContainsFunc(d.Lessons, func(l Lessons) bool { return !l.Unreported })
}

// AbsenceRow is one row of a file of absence: it says of a student's day, and of one subject or all,
// what replaces what was said before.
type AbsenceRow struct {
	Line   int
	Key    string // the school's own; either it or Ref is there
	Ref    Ref
	School string // "": the only one there is
	Date   Date
	Lessons
}

// AbsenceRecords keeps days of absence.
type AbsenceRecords interface {
	// Get returns the day with that id, or ErrNotFound.
	Get(ctx context.Context, id string) (AbsenceDay, error)
	Add(ctx context.Context, d AbsenceDay) error
	Replace(ctx context.Context, d AbsenceDay) error
	// OfStudent returns a student's days from one day to another, both included, first day first.
	OfStudent(ctx context.Context, student Ref, from, to Date) ([]AbsenceDay, error)
	// OfSchool returns the days of a school's students from one day to another, both included, first day first.
	OfSchool(ctx context.Context, school string, from, to Date) ([]AbsenceDay, error)
	// Newest returns the newest day on which anything is reported at a school, or "".
	Newest(ctx context.Context, school string) (Date, error)
}

// absenceID is the id of a student's day.
func absenceID(ref Ref, d Date) string { return string(ref) + "/" + string(d) }

// Sum is what is reported of all lessons of the day together.
func (d AbsenceDay) Sum() Lessons {
	var sum Lessons
	for _, l := range attendedOn(d).lessons {
		sum = sum.Plus(l)
	}
	return sum
}

// Plus is what is reported of both together.
func (l Lessons) Plus(o Lessons) Lessons {
	l.Scheduled += o.Scheduled
	l.Valid += o.Valid
	l.Invalid += o.Invalid
	l.Total += o.Total
	l.Absent += o.Absent
	l.Without += o.Without
	l.Late += o.Late
	l.Limit += o.Limit
	l.Year = max(l.Year, o.Year)
	return l
}
