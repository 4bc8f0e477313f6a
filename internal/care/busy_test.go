package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// dated is a house with a school year, in which anna has saved the calendars at some addresses.
func dated(t *testing.T, addresses ...string) *house {
	t.Helper()
	h := newHouse(t)
	for id, s := range h.Schools {
		s.Years = []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
		h.Schools[id] = s
	}
	h.person("anna", "mentor@alen 8B@alen")
	if len(addresses) > 0 {
		h.saves("anna", addresses...)
	}
	return h
}

// saves has a person save addresses in the settings.
func (h *house) saves(name string, addresses ...string) care.Settings {
	h.t.Helper()
	h.requests++
	set, err := h.SaveSettings(h.t.Context(), h.actor(name), care.SettingsForm{Calendars: &addresses}, fmt.Sprint("saves", h.requests), h.now)
	h.must(err)
	return set
}

// next takes what is to be read next; a task of nobody when nothing is.
func (h *house) next() care.CalendarTask {
	h.t.Helper()
	task, err := h.NextCalendars(h.t.Context(), h.now, h.now.Add(5*time.Minute))
	if !errors.Is(err, care.ErrNotFound) {
		h.must(err)
	}
	return task
}

// wanted are the addresses of a task, with the tags they are asked with.
func wanted(task care.CalendarTask) string {
	var words []string
	for _, r := range task.Reads {
		words = append(words, strings.TrimSpace(r.Address+" "+r.ETag+" "+r.LastModified))
	}
	return strings.Join(words, ", ")
}

// busyAt is an interval of that day, so many hours after midnight, UTC.
func busyAt(day time.Time, from, to int) care.Interval {
	midnight := day.UTC().Truncate(24 * time.Hour)
	return care.Interval{Start: midnight.Add(time.Duration(from) * time.Hour), End: midnight.Add(time.Duration(to) * time.Hour)}
}

// calendarsSay keeps the same answer to all that a task wants.
func (h *house) calendarsSay(task care.CalendarTask, a care.CalendarAnswer) {
	h.t.Helper()
	var all []care.CalendarAnswer
	for _, r := range task.Reads {
		a.Calendar = r.Calendar
		all = append(all, a)
	}
	h.must(h.KeepCalendars(h.t.Context(), task, all, h.now))
}

func (h *house) kept(name string) care.BusyTimes {
	h.t.Helper()
	b, err := h.Busy.Get(h.t.Context(), h.StaffID(name+"@skola.se"))
	h.must(err)
	return b
}

func TestCalendarsAreReadAndKept(t *testing.T) {
	h := dated(t, "https://a.example/1", "https://a.example/2")
	h.person("bo", "mentor@alen")
	h.saves("bo", "https://a.example/1")
	if a, b := h.kept("anna").Feeds[0].Calendar, h.kept("bo").Feeds[0].Calendar; a == b {
		t.Errorf("one address has the same id %s for two people", a)
	}
	first, second := h.next(), h.next()
	if none := h.next(); none.Staff != "" {
		t.Errorf("after both were taken, %+v is due", none)
	}
	if first.Staff != h.actor("anna").Staff.ID {
		first, second = second, first
	}
	if got, want := wanted(first), "https://a.example/1, https://a.example/2"; got != want {
		t.Errorf("of anna %s is to be read, want %s", got, want)
	}
	span := care.Interval{Start: time.Date(2026, 10, 3, 22, 0, 0, 0, time.UTC), End: time.Date(2027, 4, 4, 22, 0, 0, 0, time.UTC)}
	if first.Span != span || first.Zone.String() != "Europe/Stockholm" {
		t.Errorf("it is to be read for %v in %s, want %v", first.Span, first.Zone, span)
	}
	lesson := busyAt(h.now, 8, 9)
	h.calendarsSay(first, care.CalendarAnswer{Copy: care.CalendarCopy{ETag: "e1", LastModified: "m1", Busy: []care.Interval{lesson}}})
	h.calendarsSay(second, care.CalendarAnswer{Trouble: care.CalendarAway})
	for _, f := range h.kept("anna").Feeds {
		want := care.BusyFeed{Calendar: f.Calendar, ETag: "e1", LastModified: "m1", ReadAt: h.now, Until: span.End, Busy: []care.Interval{lesson}, Due: f.Due}
		if diff := cmp.Diff(want, f); diff != "" {
			t.Errorf("kept is (-want +got):\n%s", diff)
		}
		if rest := f.Due.Sub(h.now); rest < 20*time.Minute || rest >= 40*time.Minute {
			t.Errorf("it is due again after %v", rest)
		}
	}
	if b := h.kept("anna"); b.Due != b.Feeds[0].Due {
		t.Errorf("the person is due %v, the calendars %v", b.Due, b.Feeds[0].Due)
	}

	// The same again, a while later.
	h.now = h.now.Add(40 * time.Minute)
	for task := h.next(); task.Staff != ""; task = h.next() {
		if task.Staff != first.Staff {
			continue
		}
		if got, want := wanted(task), "https://a.example/1 e1 m1, https://a.example/2 e1 m1"; got != want {
			t.Errorf("of anna %s is to be read, want %s", got, want)
		}
		h.calendarsSay(task, care.CalendarAnswer{Copy: care.CalendarCopy{Same: true}})
	}
	for _, f := range h.kept("anna").Feeds {
		if !f.ReadAt.Equal(h.now) || !slices.Equal(f.Busy, []care.Interval{lesson}) || !f.Until.Equal(span.End) || f.ETag != "e1" {
			t.Errorf("after the same again, kept is %+v", f)
		}
	}
	// When the copy does not reach far enough any more, it is read whole; what has passed goes.
	h.now = h.now.AddDate(0, 0, 45)
	for task := h.next(); task.Staff != ""; task = h.next() {
		if task.Staff == first.Staff {
			if got, want := wanted(task), "https://a.example/1, https://a.example/2"; got != want {
				t.Errorf("after six weeks %s is to be read, want %s", got, want)
			}
			h.calendarsSay(task, care.CalendarAnswer{Copy: care.CalendarCopy{Same: true}})
		}
	}
	if f := h.kept("anna").Feeds[0]; len(f.Busy) != 0 {
		t.Errorf("what has passed is kept: %+v", f)
	}
}

func TestCalendarTrouble(t *testing.T) {
	h := dated(t, "https://a.example/1")
	lesson := busyAt(h.now, 8, 9)
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Busy: []care.Interval{lesson}}})
	read := h.now
	// In a week and a day of no answer it is tried ever less, and never outside work but once a day.
	tried, atNight := 0, 0
	for ; h.now.Before(read.AddDate(0, 0, 8)); h.now = h.now.Add(time.Minute) {
		task := h.next()
		if task.Staff == "" {
			continue
		}
		tried++
		if !h.Schools["alen"].Working(h.now.Add(time.Hour)) {
			atNight++
		}
		h.calendarsSay(task, care.CalendarAnswer{Trouble: care.CalendarAway})
	}
	if tried < 15 || tried > 40 || atNight > 4 {
		t.Errorf("it was tried %d times, %d of them out of hours", tried, atNight)
	}
	f := h.kept("anna").Feeds[0]
	if f.Tries != tried || f.Trouble != care.CalendarAway || !f.ReadAt.Equal(read) || len(f.Busy) != 1 {
		t.Errorf("kept is %+v", f)
	}
	set, err := h.Settings(t.Context(), h.actor("anna"), h.now)
	h.must(err)
	if diff := cmp.Diff([]care.CalendarState{{Address: "https://a.example/1", ReadAt: read, Trouble: care.CalendarAway}}, set.Calendars); diff != "" {
		t.Errorf("the owner sees (-want +got):\n%s", diff)
	}
	h.now = h.kept("anna").Due
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Busy: []care.Interval{busyAt(h.now, 9, 10)}}})
	if f := h.kept("anna").Feeds[0]; f.Tries != 0 || f.Trouble != "" || !f.ReadAt.Equal(h.now) || f.Due.Sub(h.now) > 24*time.Hour {
		t.Errorf("when it is back, kept is %+v", f)
	}

	// What no server should say.
	h.saves("anna", "https://a.example/2")
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Same: true}})
	if f := h.kept("anna").Feeds[0]; f.Trouble != care.CalendarStrange {
		t.Errorf("unread and the same as before, kept is %+v", f)
	}
	h.now = h.kept("anna").Due
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Busy: make([]care.Interval, 10_001)}})
	if f := h.kept("anna").Feeds[0]; f.Trouble != care.CalendarLarge || len(f.Busy) > 0 {
		t.Errorf("of too much, kept is %s, %d", f.Trouble, len(f.Busy))
	}
}

// A calendar in which nothing stands any more is believed when it has been so for a day: a server that has lost
// its data answers with an empty one.
func TestEmptiedCalendar(t *testing.T) {
	h := dated(t, "https://a.example/1")
	busy := care.CalendarAnswer{Copy: care.CalendarCopy{ETag: "e1", Busy: []care.Interval{busyAt(h.now.AddDate(0, 0, 7), 8, 9)}}}
	empty := care.CalendarAnswer{Copy: care.CalendarCopy{ETag: "e2"}}
	h.calendarsSay(h.next(), busy)
	for _, tt := range []struct {
		name   string
		after  time.Duration
		answer care.CalendarAnswer
		want   string // trouble, tag, intervals
	}{
		{"emptied", time.Hour, empty, "empty e1 1"},
		{"again", 6 * time.Hour, empty, "empty e1 1"},
		{"it is back", 6 * time.Hour, busy, " e1 1"},
		{"emptied the first time in days", 72 * time.Hour, empty, "empty e1 1"},
		{"the server does not answer", 6 * time.Hour, care.CalendarAnswer{Trouble: care.CalendarAway}, "away e1 1"},
		{"emptied", 6 * time.Hour, empty, "empty e1 1"},
		{"still empty", 6 * time.Hour, empty, " e2 0"},
		{"and so it stays", time.Hour, empty, " e2 0"},
	} {
		h.now = h.now.Add(tt.after)
		if due := h.kept("anna").Due; due.After(h.now) {
			h.now = due
		}
		h.calendarsSay(h.next(), tt.answer)
		f := h.kept("anna").Feeds[0]
		if got := fmt.Sprintf("%s %s %d", f.Trouble, f.ETag, len(f.Busy)); got != tt.want {
			t.Errorf("%s: kept is %q, want %q", tt.name, got, tt.want)
		}
	}
	// One in which all is over is no wonder.
	h.now = h.kept("anna").Due
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{ETag: "e3", Busy: []care.Interval{busyAt(h.now.AddDate(0, 0, -1), 8, 9)}}})
	h.now = h.kept("anna").Due
	h.calendarsSay(h.next(), empty)
	if f := h.kept("anna").Feeds[0]; f.Trouble != "" || len(f.Busy) > 0 {
		t.Errorf("after the last lesson, kept is %+v", f)
	}
}

// In the holidays calendars are read once a day, and at the end of a day off early the next.
func TestCalendarsAreReadDaily(t *testing.T) {
	h := dated(t, "https://a.example/1")
	zone := h.zone
	for _, tt := range []struct {
		name, from, until string // RFC 3339
		most              int
		early             string // before which nothing is read on the last day
	}{
		{"a weekend", "2026-10-09T17:00:00+02:00", "2026-10-12T07:30:00+02:00", 5, "06:30"},
		{"the summer", "2027-06-20T12:00:00+02:00", "2027-06-30T12:00:00+02:00", 11, ""},
	} {
		at, err := time.Parse(time.RFC3339, tt.from)
		h.must(err)
		end, err := time.Parse(time.RFC3339, tt.until)
		h.must(err)
		n, last := 0, time.Time{}
		for h.now = at; h.now.Before(end); h.now = h.now.Add(time.Minute) {
			task := h.next()
			if task.Staff == "" {
				continue
			}
			if n++; n > 1 && h.now.Sub(last) > 25*time.Hour {
				t.Errorf("%s: no reading between %v and %v", tt.name, last, h.now)
			}
			last = h.now
			if local := last.In(zone); local.Day() == end.Day() && local.Format("15:04") < tt.early {
				t.Errorf("%s: it is read at %v", tt.name, local)
			}
			h.calendarsSay(task, care.CalendarAnswer{Copy: care.CalendarCopy{ETag: "e"}})
		}
		if n == 0 || n > tt.most || end.Sub(last) > 25*time.Hour {
			t.Errorf("%s: %d readings, the last %v", tt.name, n, last)
		}
	}
}

func TestWhoseCalendarsAreNotRead(t *testing.T) {
	h := dated(t, "https://a.example/1", "https://a.example/2")
	lesson := busyAt(h.now, 8, 9)
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Busy: []care.Interval{lesson}}})
	// What is taken away goes at once, and what stays is not read anew for that.
	h.saves("anna", "https://a.example/2")
	b := h.kept("anna")
	if len(b.Feeds) != 1 || len(b.Feeds[0].Busy) != 1 || !b.Due.After(h.now) {
		t.Errorf("with one address less, kept is %+v", b)
	}
	// While it is being read it is taken away: the answer is of nothing.
	h.now = b.Due
	task := h.next()
	h.saves("anna")
	h.calendarsSay(task, care.CalendarAnswer{Copy: care.CalendarCopy{Busy: []care.Interval{lesson}}})
	if b := h.kept("anna"); len(b.Feeds) != 0 || !b.Due.IsZero() {
		t.Errorf("without addresses, kept is %+v", b)
	}
	h.saves("anna", "https://a.example/3")
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Busy: []care.Interval{lesson}}})
	h.must(h.Learn(t.Context(), care.Account{SlackID: "UANNA", Facts: care.SlackFacts{Deactivated: true, Updated: h.now}}, h.now))
	h.now = h.kept("anna").Due
	if task := h.next(); len(task.Reads) > 0 {
		t.Errorf("the calendar of a deactivated person is read: %+v", task)
	}
	if b := h.kept("anna"); len(b.Feeds) != 0 || b.Due.Sub(h.now) != 24*time.Hour {
		t.Errorf("of a deactivated person, kept is %+v", b)
	}
	h.must(h.Learn(t.Context(), care.Account{SlackID: "UANNA", Facts: care.SlackFacts{Updated: h.now}}, h.now))
	h.now = h.now.Add(24 * time.Hour)
	h.calendarsSay(h.next(), care.CalendarAnswer{Copy: care.CalendarCopy{Busy: []care.Interval{lesson}}})
	if b := h.kept("anna"); len(b.Feeds) != 1 || len(b.Feeds[0].Busy) != 1 {
		t.Errorf("of someone who is back, kept is %+v", b)
	}
	// The roster says that she has left.
	_, err := h.ImportStaff(t.Context(), []care.StaffRow{{Email: "anna@skola.se", Name: "anna", School: "alen", Left: true}}, h.now, false)
	h.must(err)
	_, err = h.MoveOut(t.Context(), h.now)
	h.must(err)
	if b := h.kept("anna"); len(b.Feeds) != 0 || !b.Due.After(h.now) {
		t.Errorf("of someone who has left, kept is %+v", b)
	}
}

// A stop between the two writes of saving leaves work that is done later.
func TestCalendarsFollowAfterAStop(t *testing.T) {
	h := dated(t)
	stop := errors.New("stop")
	for i, addresses := range [][]string{{"https://a.example/1"}, {"https://a.example/2"}, nil} {
		h.engine.between(map[bool]string{true: "Insert busy", false: "Replace busy"}[i == 0], func() error { return stop })
		actor, request := h.actor("anna"), fmt.Sprint("r", i)
		if _, err := h.SaveSettings(t.Context(), actor, care.SettingsForm{Calendars: &addresses}, request, h.now); !errors.Is(err, stop) {
			t.Fatalf("SaveSettings() = %v, want the stop", err)
		}
		// The request again, and the tick.
		if set, err := h.SaveSettings(t.Context(), h.actor("anna"), care.SettingsForm{Calendars: &addresses}, request, h.now); err != nil || len(set.Calendars) != len(addresses) {
			t.Errorf("the same request again: %+v, %v", set, err)
		}
		_, err := h.MoveOut(t.Context(), h.now)
		h.must(err)
		if got := wanted(h.next()); got != strings.Join(addresses, " ") {
			t.Errorf("after the stop %q is to be read, want %q", got, addresses)
		}
		h.now = h.now.Add(time.Hour)
	}
	if b := h.kept("anna"); len(b.Feeds) > 0 || !b.Due.IsZero() {
		t.Errorf("in the end %+v is kept", b)
	}
}
