package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lotsen/internal/calendar"
)

// Each calendar that the demo's roster names is served, and its week is what the timetable says.
func TestDemoCalendars(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, time.February, 3, 9, 0, 0, 0, zone)
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	server := httptest.NewServer(demoCalendars(page, func() time.Time { return now }))
	defer server.Close()
	base := demoTimetables(server.Listener.Addr())
	roster, err := demoData.ReadFile("demodata/staff.csv")
	if err != nil {
		t.Fatal(err)
	}
	fetcher := calendar.NewFetcher([]string{base.Hostname()})
	named := 0
	for line := range strings.Lines(string(roster)) {
		_, file, ok := strings.Cut(strings.TrimSpace(line), "{{.Timetables}}/")
		if !ok {
			continue
		}
		named++
		monday := time.Date(2027, time.February, 1, 0, 0, 0, 0, zone)
		got, err := fetcher.Fetch(t.Context(), base.JoinPath(file).String(), "", "", zone, monday, monday.AddDate(0, 0, 7))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		var busy, want time.Duration
		for _, i := range got.Busy {
			busy += i.End.Sub(i.Start)
			if from, to := i.Start.In(zone), i.End.In(zone); from.Hour() < 8 || to.Hour() > 16 {
				t.Errorf("%s has something from %v to %v", file, from, to)
			}
		}
		for _, l := range demoTimetableOf[strings.TrimSuffix(file, ".ics")] {
			want += time.Duration(l.minutes*len(strings.Split(l.days, ","))) * time.Minute
		}
		if busy != want || want == 0 {
			t.Errorf("%s: a week is busy for %v, want %v", file, busy, want)
		}
	}
	if named != len(demoTimetableOf) {
		t.Errorf("the roster names %d calendars, want %d", named, len(demoTimetableOf))
	}
	for path, want := range map[string]int{"/timetables/none.ics": http.StatusNotFound, "/": http.StatusTeapot, "/timetables/": http.StatusTeapot} {
		answer, err := server.Client().Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s answers %d, want %d", path, answer.StatusCode, want)
		}
	}
}
