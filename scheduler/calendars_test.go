package scheduler_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

// lessons is a server of calendars: one lesson a calendar, at the hour that the path names, 08 or 10.
type lessons struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string      // path and tag of each request
	fault int           // the status that it answers, if any
	hang  chan struct{} // while it is open, nothing is answered
}

func newLessons(t *testing.T) *lessons {
	l := &lessons{}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

func (l *lessons) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.asked = append(l.asked, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("If-None-Match")))
	fault, hang := l.fault, l.hang
	l.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
		return
	}
	if fault != 0 {
		w.WriteHeader(fault)
		return
	}
	if r.Header.Get("If-None-Match") == `"v1"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("ETag", `"v1"`)
	w.Header().Set("Content-Type", "text/calendar")
	hour := map[bool]string{true: "08", false: "10"}[r.URL.Path == "/08"]
	_, _ = fmt.Fprintf(w, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//schema//SV\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261001T080000Z\r\nDTSTART:20261006T%s0000Z\r\nDURATION:PT1H\r\nSUMMARY:Matte 8B\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", hour)
}

func (l *lessons) change(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

// requests are what the server was asked since the last time.
func (l *lessons) requests() (asked []string) {
	l.change(func() { asked, l.asked = l.asked, nil })
	return asked
}

// reading is an office that reads calendars on this machine.
func reading(t *testing.T) *office {
	o := newOffice(t)
	o.Scheduler.Calendars, o.care.CalendarHosts = calendar.NewFetcher([]string{"127.0.0.1"}), []string{"127.0.0.1"}
	s := o.care.Schools["alen"]
	s.Years = []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
	o.care.Schools["alen"] = s
	return o
}

// saves has someone save addresses of calendars.
func (o *office) saves(name string, addresses ...string) {
	o.t.Helper()
	st, err := o.care.Staff.Get(o.t.Context(), o.care.StaffID(name+"@skola.se"))
	if err == nil {
		_, err = o.care.SaveSettings(o.t.Context(), care.Actor{Staff: st}, care.SettingsForm{Calendars: &addresses}, "saves "+o.now.String(), o.now)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// tickCalendars has calendars read; of so many people some are due.
func (o *office) tickCalendars(want int) {
	o.t.Helper()
	if n, err := o.TickCalendars(o.t.Context(), o.now); n != want || err != nil {
		o.t.Errorf("TickCalendars() = %d, %v, want %d", n, err, want)
	}
}

func (o *office) busy(name string) care.BusyTimes {
	o.t.Helper()
	b, err := o.care.Busy.Get(o.t.Context(), o.care.StaffID(name+"@skola.se"))
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

func TestTickCalendars(t *testing.T) {
	o, server := reading(t), newLessons(t)
	o.tickCalendars(0)
	o.hire("anna", "UANNA")
	o.hire("bo", "UBO")
	o.saves("anna", server.URL+"/08", server.URL+"/10")
	o.tickCalendars(1)
	o.tickCalendars(0)
	hour := func(h int) []care.Interval {
		at := time.Date(2026, 10, 6, h, 0, 0, 0, time.UTC)
		return []care.Interval{{Start: at, End: at.Add(time.Hour)}}
	}
	for i, h := range []int{8, 10} {
		if f := o.busy("anna").Feeds[i]; cmp.Diff(hour(h), f.Busy) != "" || !f.ReadAt.Equal(o.now) || f.Trouble != "" || f.ETag != `"v1"` {
			t.Errorf("of the calendar %d this is kept: %+v", i, f)
		}
	}
	if asked := server.requests(); len(asked) != 2 {
		t.Errorf("the server was asked %q", asked)
	}
	// Unchanged.
	o.now = o.now.Add(45 * time.Minute)
	o.tickCalendars(1)
	if asked, want := strings.Join(server.requests(), "; "), `"v1"`; strings.Count(asked, want) != 2 {
		t.Errorf("the server was asked %s, want the tag twice", asked)
	}
	if f := o.busy("anna").Feeds[1]; cmp.Diff(hour(10), f.Busy) != "" || !f.ReadAt.Equal(o.now) {
		t.Errorf("unchanged, this is kept: %+v", f)
	}
	// Away.
	read := o.now
	server.change(func() { server.fault = http.StatusBadGateway })
	o.now = o.now.Add(45 * time.Minute)
	o.tickCalendars(1)
	if f := o.busy("anna").Feeds[0]; cmp.Diff(hour(8), f.Busy) != "" || !f.ReadAt.Equal(read) || f.Trouble != care.CalendarAway {
		t.Errorf("while the server is away, this is kept: %+v", f)
	}
	o.logged("calendar not read", 2)
	o.logged("127.0.0.1", 0)
}

func TestTickCalendarsTakesSoMany(t *testing.T) {
	o, server := reading(t), newLessons(t)
	server.change(func() { server.fault = http.StatusNotFound })
	const people = 130
	for i := range people {
		name := fmt.Sprint("p", i)
		o.hire(name, fmt.Sprint("UP", i))
		o.saves(name, server.URL+"/08")
	}
	first, err := o.TickCalendars(t.Context(), o.now)
	if err != nil || first < 1 || first > 120 {
		t.Fatalf("TickCalendars() = %d, %v, want some, 120 at most", first, err)
	}
	total := first
	for n := first; n > 0; total += n {
		if n, err = o.TickCalendars(t.Context(), o.now); err != nil {
			t.Fatal(err)
		}
	}
	if total != people || o.busy("p0").Feeds[0].Trouble != care.CalendarRefused {
		t.Errorf("of %d people calendars were read, want %d; kept is %+v", total, people, o.busy("p0"))
	}
}

// Who stops while a server is silent has heard nothing of it: another copy asks when the lease is over.
func TestTickCalendarsIsCutOff(t *testing.T) {
	o, server := reading(t), newLessons(t)
	o.hire("anna", "UANNA")
	o.saves("anna", server.URL+"/08")
	hang := make(chan struct{})
	server.change(func() { server.hang = hang })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := o.TickCalendars(ctx, o.now)
		done <- err
	}()
	for len(server.requests()) == 0 {
		select {
		case err := <-done:
			t.Fatalf("TickCalendars() = %v before the server was asked", err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("TickCalendars() that was cut off = nil")
	}
	close(hang)
	if f := o.busy("anna").Feeds[0]; f.Tries != 0 || f.Trouble != "" {
		t.Errorf("kept is %+v", f)
	}
	server.change(func() { server.hang = nil })
	o.tickCalendars(0)
	o.now = o.now.Add(6 * time.Minute)
	o.tickCalendars(1)
	if f := o.busy("anna").Feeds[0]; len(f.Busy) != 1 {
		t.Errorf("after the lease, kept is %+v", f)
	}
}
