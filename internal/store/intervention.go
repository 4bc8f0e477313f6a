package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
)

// Interventions keeps interventions; it is care.InterventionRecords. The first student stands in
// the document itself; each further one has a link, since engines index no lists.
//
// A link is stored before the intervention that it leads to, and is never changed or removed: a
// change of students or dates has links of its own. So whatever comes between two writes, a stop
// or someone else's change, no student's link is missing, and what a link says too much is passed
// over when it is read.
type Interventions struct {
	table[care.Intervention, *care.Intervention]
	links table[care.InterventionLink, *care.InterventionLink]
}

// Add stores an intervention, or answers care.ErrExists.
func (t Interventions) Add(ctx context.Context, iv care.Intervention) error {
	if err := t.link(ctx, iv); err != nil {
		return err
	}
	return t.table.Add(ctx, iv)
}

// Replace stores a changed intervention if it still is at the version that was read, else answers
// care.ErrConflict.
func (t Interventions) Replace(ctx context.Context, iv care.Intervention) error {
	if err := t.link(ctx, iv); err != nil {
		return err
	}
	return t.table.Replace(ctx, iv)
}

// link stores the links of the students beyond the first, as far as they are not there.
func (t Interventions) link(ctx context.Context, iv care.Intervention) error {
	if len(iv.Students) < 2 {
		return nil
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, ref := range iv.Students[1:] {
		g.Go(func() error {
			link := care.InterventionLink{Student: ref, Intervention: iv.ID, Date: iv.Date, At: iv.At, FollowUp: iv.FollowUp}
			link.ID = strings.Join([]string{iv.ID, string(ref), string(iv.Date), string(iv.FollowUp)}, "/")
			if err := t.links.Add(gctx, link); err != nil && !errors.Is(err, care.ErrExists) {
				return fmt.Errorf("link a student: %w", err)
			}
			return nil
		})
	}
	return g.Wait()
}

// ByAuthor returns the author's interventions logged at or after since, latest logged first; all
// of them if limit is 0.
func (t Interventions) ByAuthor(ctx context.Context, staff string, since time.Time, limit int) ([]care.Intervention, error) {
	q := Query{Where: []Cond{where("author", staff)}, Sort: []Order{{Field: "at", Desc: true}}, Limit: limit}
	if !since.IsZero() {
		q.Where = append(q.Where, Cond{"at", Ge, since})
	}
	return t.find(ctx, q)
}

// OfStudent returns a student's interventions, latest date first; all of them if limit is 0.
func (t Interventions) OfStudent(ctx context.Context, student care.Ref, limit int) ([]care.Intervention, error) {
	list, err := t.ofStudent(ctx, student, Query{
		Where: []Cond{where("student", string(student))},
		Sort:  []Order{{Field: "date", Desc: true}, {Field: "at", Desc: true}},
		Limit: limit,
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b care.Intervention) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), b.At.Compare(a.At), cmp.Compare(a.ID, b.ID))
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// FollowUps returns a student's interventions that are to be followed up on from or later, the
// next one first.
func (t Interventions) FollowUps(ctx context.Context, student care.Ref, from care.Date) ([]care.Intervention, error) {
	list, err := t.ofStudent(ctx, student, Query{
		Where: []Cond{where("student", string(student)), {"follow_up", Ge, string(from)}},
		Sort:  []Order{{Field: "follow_up"}},
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b care.Intervention) int {
		return cmp.Or(cmp.Compare(a.FollowUp, b.FollowUp), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// OwnFollowUps returns the author's interventions that are to be followed up on from or later,
// the next one first.
func (t Interventions) OwnFollowUps(ctx context.Context, staff string, from care.Date) ([]care.Intervention, error) {
	return t.find(ctx, Query{
		Where: []Cond{where("author", staff), {"follow_up", Ge, string(from)}},
		Sort:  []Order{{Field: "follow_up"}},
	})
}

// ofStudent finds what q does among the interventions and the links, in any order.
func (t Interventions) ofStudent(ctx context.Context, student care.Ref, q Query) ([]care.Intervention, error) {
	list, err := t.find(ctx, q)
	if err != nil {
		return nil, err
	}
	linked, err := t.linked(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, iv := range linked {
		// Whoever was made the first student in between has been found both ways.
		if !slices.ContainsFunc(list, func(known care.Intervention) bool { return known.ID == iv.ID }) {
			list = append(list, iv)
		}
	}
	return list, nil
}

// linked finds what q does among the links. Those that lead to nothing, or to what has other
// students or dates, do not count towards its limit.
func (t Interventions) linked(ctx context.Context, q Query) ([]care.Intervention, error) {
	for want := q.Limit; ; q.Limit *= 4 {
		links, err := t.links.find(ctx, q)
		if err != nil || len(links) == 0 {
			return nil, err
		}
		byID := make(map[string][]care.InterventionLink, len(links))
		for _, l := range links {
			byID[l.Intervention] = append(byID[l.Intervention], l)
		}
		list, err := t.find(ctx, Query{Where: []Cond{{"_id", In, anyOf(slices.Collect(maps.Keys(byID)))}}})
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(iv care.Intervention) bool {
			return !slices.ContainsFunc(byID[iv.ID], func(l care.InterventionLink) bool {
				return slices.Contains(iv.Students, l.Student) && l.Date == iv.Date && l.FollowUp == iv.FollowUp
			})
		})
		if want == 0 || len(list) >= want || len(links) < q.Limit {
			return list, nil
		}
	}
}
