package care

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// An AbsenceWeek keeps what a school's days of absence of a week come to, so that the figures of a year are not
// counted anew each time someone asks. Its id is made of school and week. While an import is at the week there is
// nothing kept of it.
type AbsenceWeek struct {
	Meta    `bson:",inline"`
	School  string       `bson:"school"`
	Imports []WeekImport `bson:"imports,omitempty"` // those at it
	Known   bool         `bson:"known,omitempty"`   // the figures hold
	Days    []WeekDay    `bson:"days,omitempty"`
}

// A WeekDay is what all students had and missed of a day, in minutes.
type WeekDay struct {
	Date      Date `bson:"date"`
	Scheduled int  `bson:"scheduled"`
	Missed    int  `bson:"missed"`
}

func (d WeekDay) plus(o WeekDay) WeekDay {
	return WeekDay{Scheduled: d.Scheduled + o.Scheduled, Missed: d.Missed + o.Missed}
}

// percent is how much of the minutes was missed, or -1 if that is not known.
func (d WeekDay) percent() float64 {
	if d.Scheduled == 0 {
		return -1
	}
	return float64(100*d.Missed) / float64(d.Scheduled)
}

// A WeekImport is an import at a week.
type WeekImport struct {
	ID string    `bson:"id"`
	At time.Time `bson:"at"` // when it began
}

// brokenOff is how long after its begin an import that has not ended has broken off.
const brokenOff = 24 * time.Hour

// AbsenceWeekRecords keeps weeks of absence.
type AbsenceWeekRecords interface {
	Get(ctx context.Context, id string) (AbsenceWeek, error)
	Add(ctx context.Context, w AbsenceWeek) error
	Replace(ctx context.Context, w AbsenceWeek) error
	// WithIDs returns those of the weeks that are kept.
	WithIDs(ctx context.Context, ids []string) ([]AbsenceWeek, error)
	// OfSchool returns all weeks of a school.
	OfSchool(ctx context.Context, school string) ([]AbsenceWeek, error)
}

func weekID(school string, monday Date) string { return school + "/" + string(monday) }

// A weekSum is what days of some students come to.
type weekSum struct {
	rows, attended    int // days of which anything is reported, and of those without absence
	timed             int // days whose minutes are known
	blank             int // days of which nothing counts
	scheduled, missed int // minutes
}

func (w *weekSum) add(d attended) {
	if d.blank {
		w.blank++
		return
	}
	w.rows++
	if !d.away && !d.late {
		w.attended++
	}
	if d.scheduled > 0 {
		w.timed++
		w.scheduled += d.scheduled
		w.missed += d.missed
	}
}

func (w weekSum) plus(o weekSum) weekSum {
	return weekSum{w.rows + o.rows, w.attended + o.attended, w.timed + o.timed, w.blank + o.blank, w.scheduled + o.scheduled, w.missed + o.missed}
}

// tellsAll reports whether days that were attended have rows, too: where they have not there are next to none of those.
func (w weekSum) tellsAll() bool { return w.rows > 0 && 2*w.attended >= w.rows }

// minutes are those that so many students had from one day to another: where days that were attended have no rows, those
// are taken to have been as long as the others.
func (w weekSum) minutes(school School, students int, from, to Date, all bool) int {
	if all || w.timed == 0 {
		return w.scheduled
	}
	days := students*school.SchoolDaysBetween(from.AddDays(-1), to) - w.blank
	return max(w.scheduled, days*(w.scheduled/w.timed))
}

// percent is how much of the minutes was missed, or -1 if that is not known.
func (w weekSum) percent(school School, students int, from, to Date, all bool) float64 {
	return WeekDay{Scheduled: w.minutes(school, students, from, to, all), Missed: w.missed}.percent()
}

// weight is how much absence a day has, to compare students: minutes or, where those are not known, an hour a lesson.
func (d attended) weight() int {
	if d.scheduled > 0 {
		return d.missed
	}
	n := 0
	for _, l := range d.lessons {
		n += max(l.Valid+l.Invalid, 60*l.Absent)
	}
	return n
}

// weeks are the weeks of a school from one day to another, with their figures: those that are kept, and the others counted.
func (s *Service) weeks(ctx context.Context, school School, from, to Date, now time.Time) ([]AbsenceWeek, error) {
	var ids []string
	for monday := from.monday(); monday <= to; monday = monday.AddDays(7) {
		ids = append(ids, weekID(school.ID, monday))
	}
	kept, err := s.AbsenceWeeks.WithIDs(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("get weeks of absence: %w", err)
	}
	list := make([]AbsenceWeek, len(ids))
	for i, id := range ids {
		list[i] = AbsenceWeek{Meta: Meta{ID: id}, School: school.ID}
		if k := slices.IndexFunc(kept, func(w AbsenceWeek) bool { return w.ID == id }); k >= 0 {
			list[i] = kept[k]
		}
		if list[i].Known {
			continue
		}
		if err := s.countWeek(ctx, school, &list[i], now); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// monday is the first day of a week.
func (w AbsenceWeek) monday() Date { return Date(strings.TrimPrefix(w.ID, w.School+"/")) }

// countWeek counts a week's figures, and keeps them unless an import is at it.
func (s *Service) countWeek(ctx context.Context, school School, w *AbsenceWeek, now time.Time) error {
	from := w.monday()
	to := from.AddDays(6)
	days, err := s.Absence.OfSchool(ctx, school.ID, from, to)
	if err != nil {
		return fmt.Errorf("list days of absence: %w", err)
	}
	students, err := s.Students.InSchool(ctx, school.ID)
	if err != nil {
		return fmt.Errorf("list students: %w", err)
	}
	counts, enrolled := map[Ref]bool{}, 0
	for _, stu := range students {
		if counts[stu.Ref()] = !stu.Protected; !stu.Protected && stu.Status != Left {
			enrolled++
		}
	}
	sums, all := map[Date]weekSum{}, weekSum{}
	for _, d := range days {
		if counts[d.Student] {
			sum := sums[d.Date]
			sum.add(attendedOn(d))
			sums[d.Date] = sum
		}
	}
	for _, sum := range sums {
		all = all.plus(sum)
	}
	w.Days = nil
	for _, on := range slices.Sorted(maps.Keys(sums)) {
		w.Days = append(w.Days, WeekDay{on, sums[on].minutes(school, enrolled, on, on, all.tellsAll()), sums[on].missed})
	}
	if slices.ContainsFunc(w.Imports, func(i WeekImport) bool { return now.Sub(i.At) < brokenOff }) {
		return nil
	}
	kept := *w
	kept.Known = true
	if kept.Version == 0 {
		err = s.AbsenceWeeks.Add(ctx, kept)
	} else {
		err = s.AbsenceWeeks.Replace(ctx, kept)
	}
	if err != nil && !errors.Is(err, ErrExists) && !errors.Is(err, ErrConflict) { // with which it has changed meanwhile
		return fmt.Errorf("keep a week of absence: %w", err)
	}
	return nil
}

// forgetWeeks has the figures of a school's weeks counted anew.
func (s *Service) forgetWeeks(ctx context.Context, school string) error {
	list, err := s.AbsenceWeeks.OfSchool(ctx, school)
	if err != nil {
		return fmt.Errorf("list weeks of absence: %w", err)
	}
	for _, w := range list {
		if err := s.changeWeek(ctx, w.ID, school, func(*AbsenceWeek) {}); err != nil {
			return err
		}
	}
	return nil
}

// changeWeek changes a week, whose figures do not hold any more.
func (s *Service) changeWeek(ctx context.Context, id, school string, change func(*AbsenceWeek)) error {
	return untilSettled(func() error {
		w, err := s.AbsenceWeeks.Get(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("get a week of absence: %w", err)
		}
		isNew := err != nil
		if isNew {
			w = AbsenceWeek{Meta: Meta{ID: id}, School: school}
		}
		w.Known, w.Days = false, nil
		change(&w)
		if isNew {
			return s.AbsenceWeeks.Add(ctx, w)
		}
		return s.AbsenceWeeks.Replace(ctx, w)
	})
}

// weeksAt are the weeks that an import is at.
type weeksAt struct {
	mu   sync.Mutex
	held map[string]string // id → school
}

// hold has nothing kept of the week of a day that the import is about to change, until it has ended.
func (im *AbsenceImport) hold(ctx context.Context, school string, day Date) error {
	im.weeks.mu.Lock()
	defer im.weeks.mu.Unlock()
	id := weekID(school, day.monday())
	if _, ok := im.weeks.held[id]; ok {
		return nil
	}
	err := im.changeWeek(ctx, id, school, func(w *AbsenceWeek) {
		w.Imports = slices.DeleteFunc(w.Imports, func(i WeekImport) bool { return i.ID == im.request || im.now.Sub(i.At) >= brokenOff })
		w.Imports = append(w.Imports, WeekImport{im.request, im.now})
	})
	if err == nil {
		im.weeks.held[id] = school
	}
	return err
}

// Finish ends an import: figures of the weeks that it has changed may be kept again.
func (im *AbsenceImport) Finish(ctx context.Context) error {
	im.weeks.mu.Lock()
	defer im.weeks.mu.Unlock()
	for id, school := range im.weeks.held {
		err := im.changeWeek(ctx, id, school, func(w *AbsenceWeek) {
			w.Imports = slices.DeleteFunc(w.Imports, func(i WeekImport) bool { return i.ID == im.request })
		})
		if err != nil {
			return err
		}
		delete(im.weeks.held, id)
	}
	return nil
}
