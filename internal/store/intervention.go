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
	if err := t.link(ctx, iv); err != nil {
		return err
	}
	return t.table.Add(ctx, iv)
}

// Replace stores a changed intervention if it still is at the version that was read, else answers
// care.ErrConflict. Links to new students are stored first and those to others are removed last;
// in between one may lead to an intervention that is not the student's, which OfStudent passes over.
func (t Interventions) Replace(ctx context.Context, iv care.Intervention) error {
	if err := t.link(ctx, iv); err != nil {
		return err
	}
	if err := t.table.Replace(ctx, iv); err != nil || len(iv.Revisions) == 0 {
		return err
	}
	for _, ref := range iv.Revisions[len(iv.Revisions)-1].Before.Students {
		if slices.Index(iv.Students, ref) > 0 {
			continue
		}
		id := linkID(iv.ID, ref)
		old, err := t.links.Get(ctx, id)
		if err == nil {
			err = t.engine.Delete(ctx, linksName, id, old.Version)
		}
		if err != nil && !errors.Is(err, care.ErrNotFound) && !errors.Is(err, care.ErrConflict) {
			return fmt.Errorf("remove a student's link: %w", err)
		}
	}
	return nil
}

func linkID(intervention string, ref care.Ref) string { return intervention + "/" + string(ref) }

// link stores the links of the students beyond the first, as far as they are not there.
func (t Interventions) link(ctx context.Context, iv care.Intervention) error {
	if len(iv.Students) < 2 {
		return nil
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, ref := range iv.Students[1:] {
		g.Go(func() error {
			link := care.InterventionLink{Student: ref, Intervention: iv.ID, Date: iv.Date, At: iv.At, FollowUp: iv.FollowUp}
			link.ID = linkID(iv.ID, ref)
			err := t.links.Add(gctx, link)
			if errors.Is(err, care.ErrExists) {
				err = t.relink(gctx, link)
			}
			if err != nil {
				return fmt.Errorf("link a student: %w", err)
			}
			return nil
		})
	}
	return g.Wait()
}

// relink gives a link that is there the dates of link. Whoever else does so at the same moment
// changes the same intervention, and one of the two will be told to read it again.
func (t Interventions) relink(ctx context.Context, link care.InterventionLink) error {
	old, err := t.links.Get(ctx, link.ID)
	if err != nil || old.Date == link.Date && old.FollowUp == link.FollowUp {
		return err
	}
	link.Version = old.Version
	if err := t.links.Replace(ctx, link); !errors.Is(err, care.ErrConflict) {
		return err
	}
	return nil
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
		return cmp.Or(cmp.Compare(b.Date, a.Date), b.At.Compare(a.At))
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
	slices.SortFunc(list, func(a, b care.Intervention) int {
		return cmp.Or(cmp.Compare(a.FollowUp, b.FollowUp), a.At.Compare(b.At))
	})
	return list, err
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
	for _, iv := range linked {
		// A link may be of a student whom the intervention has no more, or who is its first now.
		if slices.Index(iv.Students, student) > 0 {
			list = append(list, iv)
		}
	}
	return list, nil
}
