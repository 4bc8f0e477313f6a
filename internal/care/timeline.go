package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ListMax is how many entries a list holds at most.
const ListMax = 10

// ListOwn returns the actor's latest interventions, and whether there are more. That they were
// read is on record before they are returned.
func (s *Service) ListOwn(ctx context.Context, actor Actor, now time.Time) (entries []Entry, more bool, err error) {
	entries, more, err = s.latest(ctx, newReader(s, actor, now), 0, func(limit int) ([]Intervention, error) {
		return s.Interventions.ByAuthor(ctx, actor.Staff.ID, time.Time{}, limit)
	})
	if err != nil {
		return nil, false, fmt.Errorf("list own interventions: %w", err)
	}
	if len(entries) == 0 {
		return nil, false, nil // nothing was read
	}
	return entries, more, s.auditReading(ctx, actor, ActionListOwn, shownRefs(nil, entries...), now)
}

// Timeline returns a student and the latest interventions for them, and whether there are
// more. who is a ref or a name. That they were read is on record before they are returned.
func (s *Service) Timeline(ctx context.Context, actor Actor, who string, now time.Time) (of Name, entries []Entry, more bool, err error) {
	c, err := s.Card(ctx, actor, who, 0, now)
	return c.Student, c.Entries, c.More, err
}

// latestMax is about how many interventions are read to find those to be shown: of someone whose
// students are no more theirs there may be thousands.
const latestMax = 500

// latest returns at most ListMax entries, after the first skip, that are for the reader to see of what find
// finds, and whether there are more.
func (s *Service) latest(ctx context.Context, r *reader, skip int, find func(limit int) ([]Intervention, error)) ([]Entry, bool, error) {
	// Some of what is found is not shown, so more is asked for until it is enough.
	for limit := 2*(skip+ListMax) + 1; ; limit *= 4 {
		list, err := find(limit)
		if err != nil {
			return nil, false, err
		}
		var entries []Entry
		for _, iv := range list {
			if iv.Status == StatusWithdrawn {
				continue
			}
			e, err := r.entry(ctx, iv)
			if err != nil {
				return nil, false, err
			}
			if r.hides(iv, e) {
				continue
			}
			if len(entries) == skip+ListMax {
				return entries[skip:], true, nil
			}
			entries = append(entries, e)
		}
		if end := len(list) < limit; end || limit > latestMax+4*skip {
			return entries[min(skip, len(entries)):], !end, nil
		}
	}
}

// reader loads each student and author of a list once.
type reader struct {
	s        *Service
	actor    Actor
	now      time.Time
	students map[Ref]readStudent
	authors  map[string]string
	refsOnly bool // opens no name and no note
}

type readStudent struct {
	name     Name
	relation relation
}

func newReader(s *Service, actor Actor, now time.Time) *reader {
	return &reader{s: s, actor: actor, now: now, students: map[Ref]readStudent{}, authors: map[string]string{}}
}

// entryOf is what everyone who sees an intervention sees of it.
func (s *Service) entryOf(iv Intervention) Entry {
	e := Entry{ID: iv.ID, Kinds: iv.Kinds, Date: iv.Date, At: iv.At, School: s.Schools[iv.School], Status: iv.Status,
		Level: iv.Level, Audience: iv.Audience, Partner: iv.Partner, Outcome: iv.Outcome, FollowUp: iv.FollowUp,
		Revisions: len(iv.Revisions), Touched: iv.Students}
	if e.Revisions > 0 {
		e.Touched = inOrder(nil, slices.Concat(e.Touched, iv.Revisions[e.Revisions-1].Before.Students))
	}
	return e
}

// hides reports whether iv, of which e is what the reader sees, is not for the reader: they may see
// none of its students. One without students is its author's alone, while they log at its school.
func (r *reader) hides(iv Intervention, e Entry) bool {
	if len(iv.Students) > 0 {
		return len(e.Students) == 0
	}
	return !e.Own || !r.holds(iv.School, loggers...)
}

// holds reports whether the actor has one of the roles at the school today.
func (r *reader) holds(school string, roles ...Role) bool {
	_, ok := r.s.Schools[school]
	return ok && r.actor.Staff.has(school, r.s.today(school, r.now), roles...)
}

// mayEdit reports whether the actor may change iv, as far as that can be told without its
// students: its author may, and the team and principal of its school.
func (r *reader) mayEdit(iv Intervention) bool {
	return iv.Author == r.actor.Staff.ID || r.holds(iv.School, EHT, Principal)
}

// entry is iv as the actor may see it. A note on several students is for those who may read it of
// each of them; whoever wrote it reads it while they see one. Nobody changes a note that they may
// not read, or they could make themselves its audience.
func (r *reader) entry(ctx context.Context, iv Intervention) (Entry, error) {
	e := r.s.entryOf(iv)
	e.Own = iv.Author == r.actor.Staff.ID
	all := len(iv.Students) > 0 // that is, what follows holds of all of them
	mayRead, wide := all, all && r.mayEdit(iv)
	for _, ref := range iv.Students {
		stu, err := r.student(ctx, ref)
		if err != nil {
			return Entry{}, err
		}
		if stu.relation.sees() {
			e.Students = append(e.Students, stu.name)
		}
		mayRead = mayRead && stu.relation.readsNote(iv.Audience)
		wide = wide && (stu.relation.eht || stu.relation.principal)
	}
	hidden := r.hides(iv, e)
	mayRead = mayRead || !hidden && iv.writer() == r.actor.Staff.ID
	e.Editable = (wide || e.Own && !hidden) && (mayRead || len(iv.Note) == 0)
	if r.refsOnly {
		return e, nil
	}
	var err error
	if !e.Own {
		if e.Author, err = r.author(ctx, iv.Author); err != nil {
			return Entry{}, err
		}
	}
	if mayRead && len(iv.Note) > 0 {
		if e.Note, err = r.s.Vault.Open(iv.Note, interventionCollection, iv.ID, "note"); err != nil {
			return Entry{}, fmt.Errorf("open the note: %w", err)
		}
	}
	return e, nil
}

// refs are the refs of the students whom the reader may see.
func (e Entry) refs() []Ref { return shownRefs(nil, e) }

// student returns a student as the actor stands to them; without a name if they may not see it.
func (r *reader) student(ctx context.Context, ref Ref) (readStudent, error) {
	if known, ok := r.students[ref]; ok {
		return known, nil
	}
	stu, rel, err := r.s.student(ctx, r.actor, ref, r.now)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return readStudent{}, err
	}
	read := readStudent{relation: rel, name: Name{Ref: ref}}
	if rel.sees() && !r.refsOnly {
		if read.name, err = r.s.name(stu); err != nil {
			return readStudent{}, err
		}
	}
	r.students[ref] = read
	return read, nil
}

func (r *reader) author(ctx context.Context, id string) (string, error) {
	if name, ok := r.authors[id]; ok {
		return name, nil
	}
	st, err := r.s.Staff.Get(ctx, id)
	if errors.Is(err, ErrNotFound) { // what was done for a student does not go with whoever did it
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("get the author: %w", err)
	}
	name, err := r.s.staffName(st)
	if err != nil {
		return "", err
	}
	r.authors[id] = name
	return name, nil
}
