package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// A WeekOf is how it goes with a mentor's own students, for the weekly message. It has no name.
type WeekOf struct {
	School   School
	Newest   Date // the day of the newest figures; "" for none
	Students int
	Percent  float64   // of absence in the week that ends with Newest, or -1 if that is not known
	Before   float64   // in the week before it, likewise
	Most     []Ref     // those with most absence in that week, most first; weekMost of them at most
	Waiting  []Waiting // cases that wait for their follow-up day, next first
}

// A Waiting case is one of which something is done.
type Waiting struct {
	Ref  Ref
	Next Date
}

const (
	// weekMost is how many students a weekly message names.
	weekMost = 5
	// trendPoints is by how many percentage points a figure must differ from another to be said to be higher or lower.
	trendPoints = 1
	// digestLate is how late a digest is too late.
	digestLate = 24 * time.Hour
	// digestAt is when the team's and the principal's are sent.
	digestAt Clock = 8 * 60
)

// Trend is 1 if there is more absence than in the week before, -1 if there is less, and 0 if it is much the same or not known.
func (w WeekOf) Trend() int {
	if w.Percent < 0 || w.Before < 0 || math.Abs(w.Percent-w.Before) < trendPoints {
		return 0
	}
	return cmp.Compare(w.Percent, w.Before)
}

// AskDigests asks for the digests of each school day, once, and returns how many those are. A day that was
// missed is made up for as long as its digests would not be too late.
func (s *Service) AskDigests(ctx context.Context, now time.Time) (n int, err error) {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(s.Schools)) {
		school := s.Schools[id]
		today := DateOf(now, school.Zone)
		for _, day := range []Date{today.AddDays(-1), today} {
			if !school.IsSchoolDay(day) {
				continue
			}
			job, at := "digests/"+id, day.At(0, 0, school.Zone)
			done, err := s.IsDone(ctx, job, at)
			if err == nil && !done {
				_, err = s.Once(ctx, job, at, now, func() error {
					asked, err := s.askDigests(ctx, school, day, now)
					n += asked
					return err
				})
			}
			errs = append(errs, err)
		}
	}
	return n, errors.Join(errs...)
}

// askDigests asks for the digests of one school day: the weekly ones of the mentors whose day it is, on the week's
// first the team's, and on the month's first the principal's.
func (s *Service) askDigests(ctx context.Context, school School, day Date, now time.Time) (n int, err error) {
	ask := func(span, whom, to string, room Room, at time.Time) error {
		if now.Sub(at) >= digestLate {
			return nil
		}
		d := Delivery{Meta: Meta{ID: strings.Join([]string{string(WeekDigest), school.ID, span, whom, to}, "/")}, Kind: WeekDigest,
			Subject: school.ID, Day: day, School: school.ID, Room: room, To: to, At: at.UTC(), Due: at.UTC(), State: DeliveryPending}
		err := s.Deliveries.Add(ctx, d)
		switch {
		case err == nil:
			n++
		case !errors.Is(err, ErrExists):
			return fmt.Errorf("ask for a digest: %w", err)
		}
		return nil
	}
	year, week := day.At(0, 0, time.UTC).ISOWeek()
	span := fmt.Sprintf("%d-W%02d", year, week)
	all, err := s.Staff.All(ctx)
	if err != nil {
		return 0, fmt.Errorf("list staff: %w", err)
	}
	for _, st := range all {
		if !st.reachable() || !st.has(school.ID, day, Mentor) {
			continue
		}
		if on, ok := school.slotDay(st.SlotOf(), day); !ok || on != day {
			continue
		}
		if err := ask(span, string(Mentor), st.ID, "", school.WorkAt(day, st.SlotOf().At)); err != nil {
			return n, err
		}
	}
	at := school.WorkAt(day, digestAt)
	if first, _ := school.SchoolDayFrom(day.monday()); first == day {
		if err := ask(span, string(RoomTeam), "", RoomTeam, at); err != nil {
			return n, err
		}
	}
	if first, _ := school.SchoolDayFrom(day.first()); first == day {
		if err := ask(string(day[:len("2026-08")]), string(RoomPrincipal), "", RoomPrincipal, at); err != nil {
			return n, err
		}
	}
	return n, nil
}

// monday is the first day of the week that d is in.
func (d Date) monday() Date {
	return d.AddDays(-(int(d.At(0, 0, time.UTC).Weekday()+6) % 7))
}

// first is the first day of the month that d is in.
func (d Date) first() Date { return d[:len("2026-08-")] + "01" }

// slotDay is the day of a slot in the week that a day is in: if that is no school day the next one of the week, else
// the last before it. False when the week has none.
func (sc School) slotDay(slot Slot, in Date) (Date, bool) {
	monday := in.monday()
	want := monday.AddDays(max(slices.Index(SlotDays, slot.Day), 0))
	if day, ok := sc.SchoolDayFrom(want); ok && day < monday.AddDays(7) {
		return day, true
	}
	for day := want; day > monday; {
		if day = day.AddDays(-1); sc.IsSchoolDay(day) {
			return day, true
		}
	}
	return "", false
}

// digestTrue is stillTrue of a digest: it is not too late, its reader is there and is one of those whom it is for, and it has
// something to say.
func (s *Service) digestTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	due := d.Due
	says, err := s.digestSays(ctx, d, now)
	if err == nil && !says && d.Due.Equal(due) { // it was not put off
		d.ended(DeliveryCancelled)
	}
	return says, err
}

func (s *Service) digestSays(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	if now.Sub(d.At) >= digestLate {
		return false, nil
	}
	if d.Room != "" {
		r, err := s.report(ctx, *d, now)
		if err != nil || !r.says() {
			return false, err
		}
		return s.roomTrue(ctx, d, now)
	}
	st, err := s.Staff.Get(ctx, d.To)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("get the addressee: %w", err)
	}
	school, today := s.Schools[d.School], s.today(d.School, now)
	if !st.reachable() || !st.has(d.School, today, Mentor) || st.AwayOn(today) {
		return false, nil
	}
	if on, ok := school.slotDay(st.SlotOf(), today); ok {
		if at := school.WorkAt(on, st.SlotOf().At); at.After(now) && at.After(d.At) { // the slot was moved
			d.At = at.UTC()
			d.putOff(d.At)
			return false, nil
		}
	}
	if d.Cases, err = s.weekCases(ctx, st, d.School, now); err != nil {
		return false, err
	}
	w, err := s.week(ctx, st, d.School, now)
	return err == nil && (len(d.Cases) > 0 || w.says(d.Day)), err
}

// weekCases are the ids of the cases at a school that are someone's and in which something is to be done.
func (s *Service) weekCases(ctx context.Context, st Staff, school string, now time.Time) ([]string, error) {
	owned, err := s.Cases.OfOwner(ctx, st.ID)
	if err != nil {
		return nil, fmt.Errorf("list own cases: %w", err)
	}
	var ids []string
	today := s.today(school, now)
	for _, c := range owned {
		if c.School != school || c.State != CaseOpen && !c.followUpDue(today) {
			continue
		}
		switch _, r, err := s.student(ctx, Actor{Staff: st}, c.Student, now); {
		case err != nil && !errors.Is(err, ErrNotFound):
			return nil, err
		case r.seesCase():
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

// followUpDue reports whether a case waits for a follow-up whose day has come.
func (c Case) followUpDue(today Date) bool {
	return c.State == CaseWaiting && c.Next != "" && c.Next <= today
}

// addWeek adds what a digest says to a reminder: how the week was, and the cases that the reminder does not tell of for another reason.
func (s *Service) addWeek(ctx context.Context, r *Reminder, d Delivery, reader Actor, now time.Time) (err error) {
	if r.Week, err = s.week(ctx, reader.Staff, d.School, now); err != nil {
		return err
	}
	for _, id := range d.Cases {
		if slices.ContainsFunc(r.Cases, func(i CaseItem) bool { return i.Case == id }) {
			continue
		}
		c, err := s.Cases.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("get a case of the digest: %w", err)
		}
		of := Delivery{Subject: id, School: c.School}
		if c.followUpDue(s.today(c.School, now)) {
			of.Prompt = PromptFollowUp
		}
		for _, e := range c.Entries { // what was done after it was sent answers it
			if !e.At.After(d.PostedAt) {
				of.Entries++
			}
		}
		of.Day = c.dayOf(of)
		item, err := s.caseItem(ctx, of, reader, now)
		if err != nil {
			return err
		}
		if item.Case != "" {
			r.Cases = append(r.Cases, item)
		}
	}
	return nil
}

// says reports whether there is anything to say in the week of a day apart from open cases: figures that are newer than
// what was said the week before, and any absence in them.
func (w WeekOf) says(day Date) bool {
	news := w.Newest >= day.monday().AddDays(-7) && (w.Percent > 0 || w.Before > 0 || len(w.Most) > 0)
	return news || len(w.Waiting) > 0
}

// week is how it goes with the students whose mentor someone is at a school, themselves and not in another's place.
func (s *Service) week(ctx context.Context, st Staff, school string, now time.Time) (*WeekOf, error) {
	own, err := s.visible(ctx, Actor{Staff: st}, false, now)
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(own, func(v visible) bool { return !v.own || v.School != school })
	w := &WeekOf{School: s.Schools[school], Students: len(own), Percent: -1, Before: -1}
	if err := s.addWaiting(ctx, w, st, own, s.today(school, now)); err != nil {
		return nil, err
	}
	if w.Newest, err = s.Absence.Newest(ctx, school); err != nil || w.Newest == "" {
		return w, err
	}
	var this, before weekSum
	missed := map[Ref]int{}
	for _, v := range own {
		days, err := s.Absence.OfStudent(ctx, v.Ref(), w.Newest.AddDays(-13), w.Newest)
		if err != nil {
			return nil, fmt.Errorf("list days of absence: %w", err)
		}
		for _, d := range days {
			sum := &before
			if d.Date > w.Newest.AddDays(-7) {
				sum = &this
				missed[v.Ref()] += attendedOn(d).weight()
			}
			sum.add(attendedOn(d))
		}
	}
	all := this.plus(before).tellsAll()
	w.Percent = this.percent(w.School, len(own), w.Newest.AddDays(-6), w.Newest, all)
	w.Before = before.percent(w.School, len(own), w.Newest.AddDays(-13), w.Newest.AddDays(-7), all)
	w.Most = mostOf(missed)
	return w, nil
}

// addWaiting adds someone's cases of the students that wait for a day still to come.
func (s *Service) addWaiting(ctx context.Context, w *WeekOf, st Staff, own []visible, today Date) error {
	owned, err := s.Cases.OfOwner(ctx, st.ID)
	if err != nil {
		return fmt.Errorf("list own cases: %w", err)
	}
	for _, c := range owned {
		if c.State == CaseWaiting && !c.followUpDue(today) && slices.ContainsFunc(own, func(v visible) bool { return v.Ref() == c.Student }) {
			w.Waiting = append(w.Waiting, Waiting{c.Student, c.Next})
		}
	}
	return nil
}

// mostOf are those with most, most first.
func mostOf(missed map[Ref]int) []Ref {
	maps.DeleteFunc(missed, func(_ Ref, n int) bool { return n == 0 })
	refs := slices.SortedFunc(maps.Keys(missed), func(a, b Ref) int { return cmp.Or(missed[b]-missed[a], cmp.Compare(a, b)) })
	return refs[:min(len(refs), weekMost)]
}

// unprotected are the cases that may be shown or counted at all.
func (s *Service) unprotected(ctx context.Context, list []Case) ([]Case, error) {
	if len(list) == 0 {
		return nil, nil
	}
	refs := make([]Ref, len(list))
	for i, c := range list {
		refs[i] = c.Student
	}
	students, err := s.Students.WithRefs(ctx, refs)
	if err != nil {
		return nil, fmt.Errorf("get the students: %w", err)
	}
	may := map[Ref]bool{}
	for _, stu := range students {
		may[stu.Ref()] = !stu.Protected
	}
	return slices.DeleteFunc(slices.Clone(list), func(c Case) bool { return !may[c.Student] }), nil
}
