package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lotsen/internal/care"
)

// Meetings keeps meetings; it is care.MeetingRecords. A link for each student is stored before the
// meeting that it leads to, and never changed or removed: what a link says too much is passed over.
type Meetings struct {
	table[care.Meeting, *care.Meeting]
	links table[care.MeetingLink, *care.MeetingLink]
}

// Add stores a meeting, or answers care.ErrExists.
func (t Meetings) Add(ctx context.Context, m care.Meeting) error {
	if err := t.link(ctx, m); err != nil {
		return err
	}
	return t.table.Add(ctx, m)
}

// Replace stores a changed meeting, or answers care.ErrConflict.
func (t Meetings) Replace(ctx context.Context, m care.Meeting) error {
	if err := t.link(ctx, m); err != nil {
		return err
	}
	return t.table.Replace(ctx, m)
}

func (t Meetings) link(ctx context.Context, m care.Meeting) error {
	for _, item := range m.Items {
		link := care.MeetingLink{Student: item.Student, Meeting: m.ID}
		link.ID = m.ID + "/" + string(item.Student)
		if err := t.links.Add(ctx, link); err != nil && !errors.Is(err, care.ErrExists) {
			return fmt.Errorf("link a student: %w", err)
		}
	}
	return nil
}

// WithIDs returns the meetings with those ids, in any order.
func (t Meetings) WithIDs(ctx context.Context, ids []string) ([]care.Meeting, error) {
	return t.find(ctx, Query{Where: []Cond{{"_id", In, anyOf(ids)}}})
}

// OfSchool returns a school's meetings that begin within the interval, earliest first.
func (t Meetings) OfSchool(ctx context.Context, school string, within care.Interval) ([]care.Meeting, error) {
	return t.find(ctx, Query{
		Where: []Cond{where("school", school), {"start", Ge, within.Start}, {"start", Lt, within.End}},
		Sort:  []Order{{Field: "start"}},
	})
}

// OfStudent returns the meetings about a student that begin within the interval, earliest first.
func (t Meetings) OfStudent(ctx context.Context, student care.Ref, within care.Interval) ([]care.Meeting, error) {
	links, err := t.links.find(ctx, Query{Where: []Cond{where("student", string(student))}})
	if err != nil || len(links) == 0 {
		return nil, err
	}
	ids := make([]string, len(links))
	for i, l := range links {
		ids[i] = l.Meeting
	}
	list, err := t.WithIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(m care.Meeting) bool {
		about := slices.ContainsFunc(m.Items, func(i care.MeetingItem) bool { return i.Student == student })
		return !about || m.Start.Before(within.Start) || !m.Start.Before(within.End)
	})
	slices.SortFunc(list, func(a, b care.Meeting) int { return a.Start.Compare(b.Start) })
	return list, nil
}

// Booked keeps what people's days are promised to; it is care.BookedRecords.
type Booked struct {
	table[care.BookedDay, *care.BookedDay]
}

// Of returns what is kept of some people's days from one to another, both included, in any order.
func (t Booked) Of(ctx context.Context, staff []string, days care.Period) ([]care.BookedDay, error) {
	return t.find(ctx, Query{Where: []Cond{{"staff", In, anyOf(staff)}, {"day", Ge, string(days.From)}, {"day", Le, string(days.To)}}})
}
