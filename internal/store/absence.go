package store

import (
	"context"
	"slices"

	"lotsen/internal/care"
)

// Absence keeps days of absence; it is care.AbsenceRecords.
type Absence struct {
	table[care.AbsenceDay, *care.AbsenceDay]
}

// OfStudent returns a student's days from one day to another, both included, first day first.
func (t Absence) OfStudent(ctx context.Context, student care.Ref, from, to care.Date) ([]care.AbsenceDay, error) {
	return t.find(ctx, Query{
		Where: []Cond{where("student", string(student)), {"date", Ge, string(from)}, {"date", Le, string(to)}},
		Sort:  []Order{{Field: "date"}},
	})
}

// OfSchool returns the days of a school's students from one day to another, both included, first day first.
func (t Absence) OfSchool(ctx context.Context, school string, from, to care.Date) ([]care.AbsenceDay, error) {
	return t.find(ctx, Query{
		Where: []Cond{where("school", school), {"date", Ge, string(from)}, {"date", Le, string(to)}},
		Sort:  []Order{{Field: "date"}},
	})
}

// AbsenceWeeks keeps weeks of absence.
type AbsenceWeeks struct {
	table[care.AbsenceWeek, *care.AbsenceWeek]
}

// WithIDs returns those of the weeks that are kept.
func (t AbsenceWeeks) WithIDs(ctx context.Context, ids []string) ([]care.AbsenceWeek, error) {
	return t.find(ctx, Query{Where: []Cond{{"_id", In, anyOf(ids)}}})
}

// OfSchool returns all weeks of a school.
func (t AbsenceWeeks) OfSchool(ctx context.Context, school string) ([]care.AbsenceWeek, error) {
	return t.find(ctx, Query{Where: []Cond{where("school", school)}})
}

// newestFirst is how many days are looked at first for one with figures; then so many times as many.
const (
	newestFirst = 8
	newestMore  = 8
)

// Newest returns the newest day on which anything is reported at a school, or "". A day of which only
// lessons not yet reported are known is none.
func (t Absence) Newest(ctx context.Context, school string) (care.Date, error) {
	q := Query{Where: []Cond{where("school", school)}, Sort: []Order{{Field: "date", Desc: true}}, Limit: newestFirst}
	for ; ; q.Limit *= newestMore {
		days, err := t.find(ctx, q)
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(days, care.AbsenceDay.Reported); i >= 0 {
			return days[i].Date, nil
		}
		if len(days) < q.Limit {
			return "", nil
		}
	}
}
