package care_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
)

// watches ticks each so many minutes from now until a time without sending anything, and then sends what the watchdog says.
func (h *house) watches(day care.Date, hour, minute int, every time.Duration) []string {
	h.t.Helper()
	for end := day.At(hour, minute, h.zone); !h.now.After(end); h.now = h.now.Add(every) {
		_, err := h.Watch(h.t.Context(), true, h.now) // as if each were the first tick
		h.must(err)
	}
	h.now = day.At(hour, minute, h.zone).UTC()
	return h.toldOf()
}

// toldOf sends what the watchdog says, and nothing else.
func (h *house) toldOf() (list []string) {
	h.t.Helper()
	for _, l := range h.sends() {
		if strings.Contains(l, " late ") {
			list = append(list, l)
		}
	}
	return list
}

// TestWatchStops has Lotsen stand still.
func TestWatchStops(t *testing.T) {
	for _, tt := range []struct {
		name     string
		from, to string
		want     string
	}{
		{"a minute", "2026-10-07 10:00", "2026-10-07 10:01", ""},
		{"an hour of work", "2026-10-07 10:00", "2026-10-07 11:00", ""},
		{"a little more", "2026-10-07 10:00", "2026-10-07 11:01", "UADA: stopped late 1,  0 days"},
		{"a night", "2026-10-07 16:30", "2026-10-08 07:30", ""},
		{"a night and an hour of each day", "2026-10-07 15:45", "2026-10-08 07:50", "UADA: stopped late 1,  0 days"},
		{"a weekend", "2026-10-09 16:00", "2026-10-12 07:45", ""},
		{"a break", "2026-10-23 16:00", "2026-11-02 07:45", ""},
		{"a week", "2026-10-05 10:00", "2026-10-12 10:00", "UADA: stopped late 1,  0 days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withRooms(t)
			delete(h.Schools, "fjell") // which has other breaks
			at := func(s string) time.Time {
				var hour, minute int
				_, err := fmt.Sscanf(s[11:], "%d:%d", &hour, &minute)
				h.must(err)
				return care.Date(s[:10]).At(hour, minute, h.zone).UTC()
			}
			h.now = at(tt.from)
			_, err := h.Watch(t.Context(), false, h.now)
			h.must(err)
			h.must(h.ReportFile(t.Context(), care.FileReport{File: "a.csv"}, "v", h.now.Add(time.Minute))) // something that is due meanwhile
			for _, copies := range []int{1, 2} {
				h.now = at(tt.to)
				if _, err := h.Watch(t.Context(), false, h.now); err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(h.toldOf(), "; "); got != tt.want && copies == 1 || got != "" && copies == 2 {
					t.Errorf("copy %d: the administrator reads %q, want %q", copies, got, tt.want)
				}
			}
		})
	}
	t.Run("a clock that was moved is no stop", func(t *testing.T) {
		h := withRooms(t)
		h.now = care.Date("2026-10-07").At(8, 0, h.zone)
		_, err := h.Watch(t.Context(), false, h.now)
		h.must(err)
		h.now = h.now.Add(7 * 24 * time.Hour)
		_, err = h.Watch(t.Context(), true, h.now)
		h.must(err)
		h.wantLetters(h.toldOf())
	})
}

// TestWatchLate has messages that nobody sends.
func TestWatchLate(t *testing.T) {
	h := withRooms(t)
	h.now = care.Date("2026-10-07").At(7, 30, h.zone).UTC()
	_, err := h.Watch(t.Context(), false, h.now)
	h.must(err)
	d := care.Delivery{Meta: care.Meta{ID: "x/alen/1/y/z"}, Kind: care.CaseNews, Subject: "none", School: "alen", To: "z",
		At: care.Date("2026-10-07").At(8, 0, h.zone), Due: care.Date("2026-10-07").At(8, 0, h.zone), State: care.DeliveryPending}
	h.must(h.Deliveries.Add(t.Context(), d))
	ticks := func(until string) (late int) {
		var hour, minute int
		_, err := fmt.Sscanf(until, "%d:%d", &hour, &minute)
		h.must(err)
		for end := care.Date("2026-10-07").At(hour, minute, h.zone); h.now.Before(end); {
			h.now = h.now.Add(time.Minute)
			late, err = h.Watch(t.Context(), false, h.now)
			h.must(err)
		}
		return late
	}
	told := func() int {
		list, err := h.Deliveries.About(t.Context(), []string{"alen"})
		h.must(err)
		n := 0
		for _, d := range list {
			if d.Watch != nil && d.Watch.What == care.WatchLate {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		until      string
		late, told int
	}{{"08:29", 0, 0}, {"08:30", 1, 1}, {"09:15", 1, 1}} {
		if late, n := ticks(step.until), 0; late != step.late || told() != step.told {
			t.Errorf("at %s %d are late and %d told of, want %d and %d", step.until, late, told()+n, step.late, step.told)
		}
	}
	// It goes out after all; that it happens again is told again.
	gone, err := h.Deliveries.Get(t.Context(), d.ID)
	h.must(err)
	gone.State, gone.Due = care.DeliverySent, time.Time{}
	h.must(h.Deliveries.Replace(t.Context(), gone))
	if late := ticks("09:20"); late != 0 || told() != 1 {
		t.Errorf("when it is gone %d are late", late)
	}
	d.ID, d.Due = "x/alen/2/y/z", h.now
	d.TriedAt, d.Tries = h.now, 3 // and is tried in vain again and again
	h.must(h.Deliveries.Add(t.Context(), d))
	for range 40 {
		again, err := h.Deliveries.Get(t.Context(), d.ID)
		h.must(err)
		again.Due = h.now.Add(10 * time.Minute)
		h.must(h.Deliveries.Replace(t.Context(), again))
		h.now = h.now.Add(time.Minute)
		_, err = h.Watch(t.Context(), false, h.now)
		h.must(err)
	}
	if told() != 2 {
		t.Errorf("what is tried in vain for 40 minutes is told of %d times in all, want 2", told())
	}
}

// TestWatchLateBySlacksRate has so many messages that Slack's own rate makes some wait.
func TestWatchLateBySlacksRate(t *testing.T) {
	h := withRooms(t)
	h.now = care.Date("2026-10-07").At(8, 0, h.zone).UTC()
	_, err := h.Watch(t.Context(), true, h.now)
	h.must(err)
	at := h.now
	add := func(i int, state care.DeliveryState, due, posted time.Time) {
		h.must(h.Deliveries.Add(t.Context(), care.Delivery{Meta: care.Meta{ID: fmt.Sprint("x/alen/", i)}, Kind: care.CaseNews, Subject: "none", School: "alen",
			To: "z", At: at, Due: due, PostedAt: posted, State: state}))
	}
	h.now = h.now.Add(31 * time.Minute)
	var g errgroup.Group // writes that wait together share one commit
	g.SetLimit(64)
	for i := range 2999 {
		g.Go(func() error { add(i, care.DeliverySent, time.Time{}, h.now.Add(-time.Minute)); return nil })
	}
	h.must(g.Wait())
	add(10_000, care.DeliveryPending, at, time.Time{})
	watch := func() int {
		late, err := h.Watch(t.Context(), false, h.now)
		h.must(err)
		h.now = h.now.Add(time.Minute)
		return late
	}
	h.now = h.now.Add(-time.Minute)
	w := h.now
	for m := time.Duration(4); m < 30; m += 4 { // it ticks all the time
		h.now = at.Add(m * time.Minute)
		watch()
	}
	h.now = w.Add(time.Minute)
	if late := watch(); late != 1 {
		t.Errorf("with fewer than 3000 sent in the half hour %d are late, want 1", late)
	}
	add(3000, care.DeliverySent, time.Time{}, h.now.Add(-time.Minute))
	if late := watch(); late != 0 {
		t.Errorf("at Slack's rate %d are late, want none", late)
	}
}

// TestWatchFigures has a school's figures stop coming. The newest are Friday's.
func TestWatchFigures(t *testing.T) {
	h := withRooms(t)
	h.timed("8B-K3F", "2026-10-09", 300, 0)
	h.now = care.Date("2026-10-12").At(7, 0, h.zone).UTC()
	for _, step := range []struct {
		day  care.Date
		hour int
		want string
	}{
		{"2026-10-12", 15, ""}, {"2026-10-13", 15, ""}, {"2026-10-14", 7, ""},
		{"2026-10-14", 8, "UADA: figures late 0, 2026-10-09 2 days"}, {"2026-10-15", 15, ""},
		{"2026-10-16", 9, "GREKTOR: figures late 0, 2026-10-09 4 days"}, {"2026-10-23", 15, ""},
		{"2026-11-04", 9, ""}, // after a break
	} {
		if got := strings.Join(h.watches(step.day, step.hour, 30, 30*time.Minute), "; "); got != step.want {
			t.Errorf("on %s at %d:30 they read %q, want %q", step.day, step.hour, got, step.want)
		}
	}
	// They come, and stop again over a weekend.
	h.timed("8B-K3F", "2026-11-05", 300, 0)
	h.now = care.Date("2026-11-06").At(7, 0, h.zone).UTC()
	if got := h.watches("2026-11-09", 15, 0, 30*time.Minute); len(got) > 0 {
		t.Errorf("with one school day without figures they read %q", got)
	}
	if got := strings.Join(h.watches("2026-11-10", 8, 30, 30*time.Minute), "; "); got != "UADA: figures late 0, 2026-11-05 2 days" {
		t.Errorf("with two school days without figures they read %q", got)
	}
}

// TestWatchFiguresThatComeMeanwhile has the figures come before the message is sent.
func TestWatchFiguresThatComeMeanwhile(t *testing.T) {
	h := withRooms(t)
	h.timed("8B-K3F", "2026-10-09", 300, 0)
	h.now = care.Date("2026-10-14").At(8, 0, h.zone).UTC()
	_, err := h.Watch(t.Context(), false, h.now)
	h.must(err)
	h.timed("8B-K3F", "2026-10-13", 300, 0)
	h.wantLetters(h.toldOf())
}

// TestWatchYearEnd looks when the end of the last school year is told. It ends on Friday 11 June; the 6th is a holiday on a Sunday.
func TestWatchYearEnd(t *testing.T) {
	h := withRooms(t)
	h.school(func(sc *care.School) { sc.Years = sc.Years[:1] })
	h.now = care.Date("2027-04-26").At(7, 0, h.zone).UTC()
	var got []string
	for day := care.Date("2027-04-26"); day <= "2027-06-30"; day = day.AddDays(1) {
		for _, l := range h.watches(day, 9, 0, 24*time.Hour) {
			got = append(got, string(day)+" "+l)
		}
	}
	want := []string{
		"2027-04-28 UADA: year_end late 0, 2027-06-11 30 days", "2027-04-28 GREKTOR: year_end late 0, 2027-06-11 30 days",
		"2027-05-28 UADA: year_end late 0, 2027-06-11 10 days", "2027-05-28 GREKTOR: year_end late 0, 2027-06-11 10 days",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("told are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	h = withRooms(t) // with the next year entered
	h.now = care.Date("2027-05-28").At(9, 0, h.zone).UTC()
	_, err := h.Watch(t.Context(), true, h.now)
	h.must(err)
	h.wantLetters(h.toldOf())
}

// TestWatchDiesBetween has the copy die after it has noted a stop, before anyone is told.
func TestWatchDiesBetween(t *testing.T) {
	h := withRooms(t)
	h.now = care.Date("2026-10-07").At(8, 0, h.zone).UTC()
	_, err := h.Watch(t.Context(), false, h.now)
	h.must(err)
	h.now = h.now.Add(3 * time.Hour)
	h.engine.between("Insert deliveries", func() error { return fmt.Errorf("the copy dies") })
	if _, err := h.Watch(t.Context(), false, h.now); err == nil {
		t.Fatal("Watch() ends well, want that the copy dies")
	}
	h.now = h.now.Add(time.Minute)
	_, err = h.Watch(t.Context(), false, h.now)
	h.must(err)
	h.wantLetters(h.toldOf(), "UADA: stopped late 0,  0 days")
}
