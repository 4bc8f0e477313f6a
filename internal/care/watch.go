package care

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Watch tells those who run Lotsen, or a principal, that something does not work as it should. It has no
// name of a student.
type Watch struct {
	What    WatchWhat     `bson:"what"`
	School  School        `bson:"-"`                 // that it is about or, if it is about all, one of the reader's
	Channel *ChannelFault `bson:"channel,omitempty"` // of WatchChannel
	From    time.Time     `bson:"from,omitempty"`    // of WatchLate: since when; of WatchStopped: when the last tick was
	To      time.Time     `bson:"to,omitempty"`      // of WatchStopped: when the next one was
	Late    int           `bson:"late,omitempty"`    // of both: how many messages are late
	Day     Date          `bson:"day,omitempty"`     // of WatchFigures: that of the newest; of WatchYearEnd: the last of the school year
	Days    int           `bson:"days,omitempty"`    // of both: school days since then, or until then
}

// WatchWhat is what a Watch tells of.
type WatchWhat string

// What a Watch may tell of.
const (
	WatchChannel WatchWhat = "channel"  // a room's channel is not fit, so that its people were written to one by one
	WatchLate    WatchWhat = "late"     // messages are late though Slack would have taken them
	WatchStopped WatchWhat = "stopped"  // Lotsen did not run for some time
	WatchFigures WatchWhat = "figures"  // a school that has had absence figures gets none any more
	WatchYearEnd WatchWhat = "year_end" // the last school year that is entered ends
)

// WatchWhats are all that a Watch may tell of.
var WatchWhats = []WatchWhat{WatchChannel, WatchLate, WatchStopped, WatchFigures, WatchYearEnd}

const (
	lateAfter   = 30 * time.Minute // that a message is late before anyone is told
	lateLooked  = 200              // messages that are looked at for late ones
	slackPerMin = 100              // messages a minute, at which it is Slack's rate that makes others wait
	stopMin     = time.Hour        // of work time without a tick that is told
	gapMin      = 5 * time.Minute  // without a tick, after which what is late may first be caught up with
	figuresTold = 2                // school days without figures, after which the administrators are told
	figuresBoss = 4                // and the principal
)

// yearEndDays are how many school days before its end the end of the last school year is told.
var yearEndDays = []int{10, 30}

// WatchState is what the watchdog remembers. There is one.
type WatchState struct {
	Meta   `bson:",inline"`
	Ticked time.Time `bson:"ticked"`         // the last tick of any copy
	Back   time.Time `bson:"back,omitempty"` // when the first tick was after a gap
	Late   time.Time `bson:"late,omitempty"` // since when messages are known to be late; zero while none are
}

// watchID is the id of the WatchState.
const watchID = "watch"

// WatchRecords keeps the WatchState.
type WatchRecords interface {
	Get(ctx context.Context, id string) (WatchState, error)
	Add(ctx context.Context, w WatchState) error
	Replace(ctx context.Context, w WatchState) error
}

// Watch looks whether anything does not work as it should, before this tick delivers what is due, and has the administrators
// told of it once. It returns how many messages are late. moved says that the clock was moved since the last tick:
// that is no stop.
func (s *Service) Watch(ctx context.Context, moved bool, now time.Time) (late int, err error) {
	w, err := s.Watching.Get(ctx, watchID)
	isNew := errors.Is(err, ErrNotFound)
	if err != nil && !isNew {
		return 0, fmt.Errorf("get what the watchdog remembers: %w", err)
	}
	w.ID = watchID
	if err := s.move(ctx, w.Out); err != nil { // what was asked for before, if it has not come to it
		return 0, err
	}
	w.Out, w.OutAt = Outbox{}, time.Time{}
	if late, err = s.watchTicks(ctx, &w, moved || isNew, now); err != nil {
		return late, err
	}
	w.Ticked = now
	if isNew {
		err = s.Watching.Add(ctx, w)
	} else {
		err = s.Watching.Replace(ctx, w)
	}
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrExists) { // another copy has seen the same
		return late, nil
	}
	if err != nil {
		return late, fmt.Errorf("keep what the watchdog remembers: %w", err)
	}
	if err := s.move(ctx, w.Out); err != nil {
		return late, err
	}
	hour := now.Truncate(time.Hour)
	_, err = s.Once(ctx, "watch", hour, now, func() error { return s.watchSchools(ctx, now) })
	return late, err
}

// watchTicks looks for a stop, and for messages that are late.
func (s *Service) watchTicks(ctx context.Context, w *WatchState, fresh bool, now time.Time) (int, error) {
	gap := now.Sub(w.Ticked)
	switch {
	case fresh || gap < 0:
		w.Back = now
	case gap > gapMin:
		w.Back = now
		if s.workTime(w.Ticked, now) > stopMin {
			n, err := s.Deliveries.CountDue(ctx, now)
			if err != nil {
				return 0, fmt.Errorf("count what is due: %w", err)
			}
			told := Watch{What: WatchStopped, From: w.Ticked, To: now, Late: int(n)}
			if err := s.askAdmins(ctx, &w.Meta, told, w.Ticked, now); err != nil {
				return 0, err
			}
		}
	}
	if now.Sub(w.Back) < lateAfter {
		return 0, nil
	}
	late, since, err := s.late(ctx, now)
	switch {
	case err != nil:
		return 0, err
	case late == 0:
		w.Late = time.Time{}
	case w.Late.IsZero():
		w.Late = now
		return late, s.askAdmins(ctx, &w.Meta, Watch{What: WatchLate, From: since, Late: late}, now, now)
	}
	return late, nil
}

// late counts the messages that are late though Slack would have taken them, up to lateLooked of them, and tells since when.
func (s *Service) late(ctx context.Context, now time.Time) (n int, since time.Time, err error) {
	// What was tried in vain is due again a little later.
	list, err := s.Deliveries.DueBy(ctx, now.Add(lateAfter/2+time.Minute), lateLooked)
	if err != nil {
		return 0, since, fmt.Errorf("find what is late: %w", err)
	}
	limit := now.Add(-lateAfter)
	tried := false
	for _, d := range list {
		if d.reports() || d.State == DeliverySent || !s.quietUntil(d, now).IsZero() {
			continue
		}
		at := d.Due
		if !d.TriedAt.IsZero() {
			at = d.TriedAt
		}
		if at.After(limit) {
			continue
		}
		tried = tried || !d.TriedAt.IsZero()
		if n++; since.IsZero() || at.Before(since) {
			since = at
		}
	}
	if n == 0 || tried {
		return n, since, nil
	}
	posted, err := s.Deliveries.CountPosted(ctx, limit)
	if err != nil {
		return 0, since, fmt.Errorf("count what was sent: %w", err)
	}
	if posted >= int64(lateAfter/time.Minute)*slackPerMin {
		return 0, since, nil
	}
	return n, since, nil
}

// workTime is how much of the time between was work time, at the school where it was most.
func (s *Service) workTime(from, to time.Time) time.Duration {
	var most time.Duration
	for _, school := range s.Schools {
		var sum time.Duration
		work := school.workHours()
		last := DateOf(to, school.Zone)
		day, ok := school.SchoolDayFrom(DateOf(from, school.Zone))
		for ; ok && day <= last && sum <= stopMin; day, ok = school.SchoolDayFrom(day.tomorrow()) {
			begin := day.At(int(work.From)/60, int(work.From)%60, school.Zone)
			end := day.At(int(work.To)/60, int(work.To)%60, school.Zone)
			if begin.Before(from) {
				begin = from
			}
			if end.After(to) {
				end = to
			}
			sum += max(end.Sub(begin), 0)
		}
		most = max(most, sum)
	}
	return most
}

// askAdmins asks for a message about the whole installation to each administrator of any school. at tells it from others of its kind.
func (s *Service) askAdmins(ctx context.Context, m *Meta, w Watch, at, now time.Time) error {
	told := map[string]bool{}
	for _, school := range slices.Sorted(maps.Keys(s.Schools)) {
		admins, err := s.adminsOf(ctx, school, now)
		if err != nil {
			return err
		}
		for _, admin := range admins {
			if !told[admin] {
				told[admin] = true
				m.ask(now, watchDelivery(w, school, "", at.UTC().Format("2006-01-02T15:04"), admin, now))
			}
		}
	}
	return nil
}

func watchDelivery(w Watch, school string, room Room, what, to string, now time.Time) Delivery {
	return Delivery{Meta: Meta{ID: strings.Join([]string{string(WatchReport), school, string(w.What), what, to}, "/")},
		Kind: WatchReport, Subject: school, School: school, Room: room, To: to, At: now, Due: now, State: DeliveryPending, Watch: &w}
}

// watchSchools has those told, of schools that are at work, whose figures have not come or whose last school year ends.
func (s *Service) watchSchools(ctx context.Context, now time.Time) error {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(s.Schools)) {
		school := s.Schools[id]
		if !school.Working(now) || now.Before(school.WorkAt(DateOf(now, school.Zone), digestAt)) {
			continue
		}
		errs = append(errs, s.watchFigures(ctx, school, now), s.watchYear(ctx, school, now))
	}
	return errors.Join(errs...)
}

func (s *Service) watchFigures(ctx context.Context, school School, now time.Time) error {
	newest, err := s.Absence.Newest(ctx, school.ID)
	if err != nil || newest == "" {
		return err
	}
	days := school.without(newest, DateOf(now, school.Zone))
	w := Watch{What: WatchFigures, Day: newest, Days: days}
	if days >= figuresTold {
		if err := s.tell(ctx, w, school.ID, string(newest), RoomAdmins, now); err != nil {
			return err
		}
	}
	if days >= figuresBoss {
		return s.tell(ctx, w, school.ID, string(newest), RoomPrincipal, now)
	}
	return nil
}

// without is how many school days before today had no figures yet after the newest.
func (sc School) without(newest, today Date) int {
	return sc.SchoolDaysBetween(newest, today.AddDays(-1))
}

func (s *Service) watchYear(ctx context.Context, school School, now time.Time) error {
	last, left := school.yearEnd(DateOf(now, school.Zone))
	for _, n := range yearEndDays {
		if last == "" || left > n {
			continue
		}
		w := Watch{What: WatchYearEnd, Day: last, Days: left}
		what := fmt.Sprint(last, "-", n)
		if err := s.tell(ctx, w, school.ID, what, RoomAdmins, now); err != nil {
			return err
		}
		return s.tell(ctx, w, school.ID, what, RoomPrincipal, now)
	}
	return nil
}

// yearEnd is the last day of the last school year that is entered, and how many school days are left after today; "" for a
// school without school years.
func (sc School) yearEnd(today Date) (last Date, left int) {
	for _, y := range sc.Years {
		last = max(last, y.To)
	}
	return last, sc.SchoolDaysBetween(today, last)
}

// tell has a room told something once.
func (s *Service) tell(ctx context.Context, w Watch, school, what string, room Room, now time.Time) error {
	to := []string{""} // its channel
	if room == RoomAdmins {
		room = ""
		var err error
		if to, err = s.adminsOf(ctx, school, now); err != nil {
			return err
		}
	}
	for _, id := range to {
		if err := s.Deliveries.Add(ctx, watchDelivery(w, school, room, what, id, now)); err != nil && !errors.Is(err, ErrExists) {
			return fmt.Errorf("add a delivery: %w", err)
		}
	}
	return nil
}

// watchTrue is stillTrue of a WatchReport: what it tells of has not passed meanwhile.
func (s *Service) watchTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	school, holds := s.Schools[d.School], true
	if d.Room != "" {
		if ok, err := s.roomTrue(ctx, d, now); err != nil || !ok {
			return false, err
		}
	}
	switch d.Watch.What {
	case WatchFigures:
		newest, err := s.Absence.Newest(ctx, school.ID)
		if err != nil {
			return false, err
		}
		holds = newest == d.Watch.Day
	case WatchYearEnd:
		last, _ := school.yearEnd(DateOf(now, school.Zone))
		holds = last == d.Watch.Day
	}
	if !holds {
		d.ended(DeliveryCancelled)
	}
	return holds, nil
}

// watchOf is what a WatchReport says.
func (s *Service) watchOf(d Delivery) *Watch {
	w := *d.Watch
	w.School = s.Schools[d.School]
	return &w
}
