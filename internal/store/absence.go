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
