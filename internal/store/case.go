package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lotsen/internal/care"
)

// Cases keeps absence cases; it is care.CaseRecords.
type Cases struct {
	table[care.Case, *care.Case]
}

// OfStudent returns a student's cases, the latest first.
func (t Cases) OfStudent(ctx context.Context, student care.Ref) ([]care.Case, error) {
	return t.find(ctx, Query{Where: []Cond{where("student", string(student))}, Sort: []Order{{Field: "opened_at", Desc: true}}})
}

// OfOwner returns the cases that someone owns and that are not closed, next due first.
func (t Cases) OfOwner(ctx context.Context, staff string) ([]care.Case, error) {
	return t.byNext(ctx, where("owner", staff), Cond{"state", In, []any{string(care.CaseOpen), string(care.CaseWaiting)}})
}

// HandedTo returns the cases that were handed to someone and not yet taken, next due first.
func (t Cases) HandedTo(ctx context.Context, staff string) ([]care.Case, error) {
	return t.byNext(ctx, where("handed.to", staff))
}

// OfSchool returns a school's cases in a state, next due first.
func (t Cases) OfSchool(ctx context.Context, school string, state care.CaseState) ([]care.Case, error) {
	return t.byNext(ctx, where("school", school), where("state", string(state)))
}

// Since returns a school's cases of which anything is told since then, in any order.
func (t Cases) Since(ctx context.Context, school string, since time.Time) ([]care.Case, error) {
	return t.find(ctx, Query{Where: []Cond{where("school", school), {"latest_at", Ge, since}}})
}

// byNext finds cases, next due first; last come those for which nothing is planned, which engines
// would put first.
func (t Cases) byNext(ctx context.Context, conds ...Cond) ([]care.Case, error) {
	list, err := t.find(ctx, Query{Where: conds})
	slices.SortFunc(list, func(a, b care.Case) int {
		if (a.Next == "") != (b.Next == "") {
			return cmp.Compare(b.Next, a.Next)
		}
		return cmp.Or(cmp.Compare(a.Next, b.Next), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}
