package store

import (
	"context"
	"slices"
	"sync"

	"lotsen/internal/care"
)

// keptMax bounds how many answers are kept of one collection.
const keptMax = 1000

// A question is an indexed field and the value that it is to have.
type question struct{ field, value string }

// kept keeps the answers to questions that every request asks, for as long as the engine says that
// the collection has not changed: a change made by this process is seen at once, one made by another
// process, such as an import beside serve, within MarkAge. Of an engine that cannot tell, such as
// MongoDB, nothing is kept.
type kept[T any, P record[T]] struct {
	table[T, P]
	clone func(T) T // shares nothing with what it was made from

	mu      sync.Mutex
	mark    uint64 // at which the answers were read
	answers map[question][]T
}

func newKept[T any, P record[T]](t table[T, P], clone func(T) T) *kept[T, P] {
	return &kept[T, P]{table: t, clone: clone, answers: map[question][]T{}}
}

// with returns the records whose field has that value.
func (k *kept[T, P]) with(ctx context.Context, field, value string) ([]T, error) {
	read := func() ([]T, error) { return k.find(ctx, Query{Where: []Cond{where(field, value)}}) }
	marker, ok := k.engine.(Marker)
	if !ok {
		return read()
	}
	mark, still := marker.Mark(ctx, k.name)
	if !still {
		return read()
	}
	q := question{field, value}
	if list, ok := k.recall(q, mark); ok {
		return list, nil
	}
	list, err := read()
	if err == nil {
		k.keep(q, mark, list)
	}
	return list, err
}

// one returns the record whose field has that value, or care.ErrNotFound.
func (k *kept[T, P]) one(ctx context.Context, field, value string) (T, error) {
	list, err := k.with(ctx, field, value)
	if err == nil && len(list) == 0 {
		err = care.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return list[0], nil
}

func (k *kept[T, P]) recall(q question, mark uint64) (list []T, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if mark != k.mark {
		return nil, false
	}
	list, ok = k.answers[q]
	return k.clones(list), ok
}

// keep keeps an answer, unless one read later is kept already. What waits in an outbox is large and
// soon gone, so its record is not kept.
func (k *kept[T, P]) keep(q question, mark uint64, list []T) {
	if slices.ContainsFunc(list, func(rec T) bool { return !P(&rec).Record().Out.IsZero() }) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if mark < k.mark {
		return
	}
	if mark > k.mark || len(k.answers) >= keptMax {
		clear(k.answers)
		k.mark = mark
	}
	k.answers[q] = k.clones(list)
}

func (k *kept[T, P]) clones(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	clones := make([]T, len(list))
	for i, rec := range list {
		clones[i] = k.clone(rec)
	}
	return clones
}

// The clones leave out the outbox, which is empty in what is kept.

func cloneMeta(m care.Meta) care.Meta {
	m.Requests, m.Out = slices.Clone(m.Requests), care.Outbox{}
	return m
}

func cloneStaff(st care.Staff) care.Staff {
	st.Meta = cloneMeta(st.Meta)
	st.Name, st.Email = slices.Clone(st.Name), slices.Clone(st.Email)
	st.Posts, st.Groups = slices.Clone(st.Posts), slices.Clone(st.Groups)
	st.Calendars, st.RosterCalendars = slices.Clone(st.Calendars), slices.Clone(st.RosterCalendars)
	for i, c := range st.Calendars {
		st.Calendars[i] = slices.Clone(c)
	}
	for i, c := range st.RosterCalendars {
		st.RosterCalendars[i].Address = slices.Clone(c.Address)
	}
	st.Slot, st.Leave, st.Facts = copied(st.Slot), copied(st.Leave), copied(st.Facts)
	return st
}

func cloneStudent(stu care.Student) care.Student {
	stu.Meta = cloneMeta(stu.Meta)
	stu.Key, stu.Given, stu.Family = slices.Clone(stu.Key), slices.Clone(stu.Given), slices.Clone(stu.Family)
	return stu
}

// copied is a pointer to a copy of what p points to.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
