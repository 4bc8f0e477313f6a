package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
)

// Interventions keeps interventions; it is care.InterventionRecords. The first student stands in
// the document itself; each further one has a link, since engines index no lists.
type Interventions struct {
	table[care.Intervention, *care.Intervention]
	links table[care.InterventionLink, *care.InterventionLink]
}

// Add stores an intervention, or answers care.ErrExists. Links are stored first: one that leads
// to nothing, after a crash between the writes, is passed over by OfStudent.
func (t Interventions) Add(ctx context.Context, iv care.Intervention) error {
	if len(iv.Students) > 1 {
		g, gctx := errgroup.WithContext(ctx)
		for _, ref := range iv.Students[1:] {
			g.Go(func() error {
				link := care.InterventionLink{Student: ref, Intervention: iv.ID, Date: iv.Date, At: iv.At}
				link.ID = iv.ID + "/" + string(ref)
				if err := t.links.Add(gctx, link); err != nil && !errors.Is(err, care.ErrExists) {
					return fmt.Errorf("link a student: %w", err)
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	return t.table.Add(ctx, iv)
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
	q := Query{
		Where: []Cond{where("student", string(student))},
		Sort:  []Order{{Field: "date", Desc: true}, {Field: "at", Desc: true}},
		Limit: limit,
	}
	list, err := t.find(ctx, q)
	if err != nil {
		return nil, err
	}
	links, err := t.links.find(ctx, q)
	if err != nil || len(links) == 0 {
		return list, err
	}
	ids := make([]string, len(links))
	for i, l := range links {
		ids[i] = l.Intervention
	}
	linked, err := t.find(ctx, Query{Where: []Cond{{"_id", In, anyOf(ids)}}})
	if err != nil {
		return nil, err
	}
	list = append(list, linked...)
	slices.SortFunc(list, func(a, b care.Intervention) int {
		return cmp.Or(cmp.Compare(b.Date, a.Date), b.At.Compare(a.At))
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}
