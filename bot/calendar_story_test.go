package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"lotsen/internal/care"
)

func TestCalendarsOfSettings(t *testing.T) { overBoth(t, testCalendarsOfSettings) }

// testCalendarsOfSettings has a mentor save where her timetable is. Its server goes away for a week and
// comes back.
func testCalendarsOfSettings(t *testing.T, w *world) {
	var away atomic.Bool
	var lesson atomic.Value // when it begins, as iCalendar writes it
	lesson.Store("20261118T102000")
	timetables := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if away.Load() {
			rw.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		tag := fmt.Sprintf("%q", lesson.Load())
		rw.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = fmt.Fprintf(rw, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//schema//SV\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260801T060000Z\r\n"+
			"DTSTART;TZID=Europe/Stockholm:%s\r\nDURATION:PT80M\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Svenska hemligt 8B\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", lesson.Load())
	}))
	defer timetables.Close()
	address := timetables.URL + "/hemligt.ics"
	w.write("lotsen.yaml", worldConfig+"calendars: {allow_hosts: [\"127.0.0.1\"]}\n")
	w.env["LOTSEN_PUBLIC_URL"] = "https://lotsen.example/"
	w.serve()

	v := w.opens("UANNA", "/lotsen", "inställningar")
	if !strings.Contains(reads(v), "https://lotsen.example/calendar/") {
		t.Errorf("the settings do not tell where her own calendar is:\n%s", reads(v))
	}
	for wrong, want := range map[string]string{
		"http://schema.example/8b.ics":   "Adress 1 är ingen adress till en kalender. Den ska börja med https:// eller webcal://, till exempel https://kalender.example.com/anna.ics",
		address + "\n \n" + address:      "Adress 2 står där redan. Skriv varje kalender en gång, till exempel https://kalender.example.com/anna.ics",
		"https://anna:hemligt@a.example": "Adress 1 är ingen adress till en kalender. Den ska börja med https:// eller webcal://, till exempel https://kalender.example.com/anna.ics",
	} {
		if v := w.submits("UANNA", values{"calendar_url": wrong}); v.Errors["calendar_url"] != want {
			t.Errorf("%q is marked %q, want %q", wrong, v.Errors, want)
		}
	}
	v = w.submits("UANNA", values{"calendar_url": address, "meeting_reminder": "day_and_15"})
	if got, want := reads(v), "Inställningarna är sparade.\nPåminnelser får du kl. 08.00, vilken skoldag som helst.\nDu är inte borta.\nKalendrarna läses inom några minuter.\nOm möten påminner jag skoldagen före kl. 15.00 och en kvart innan."; got != want {
		t.Errorf("the confirmation is\n%s\nwant\n%s", got, want)
	}
	w.goOn("2026-11-17T09:10:00+01:00") // whose first tick reads it
	w.settingsSay("UANNA", "Kalender 1 (127.0.0.1) lästes senast tis 17 nov kl. 09.10.")
	w.busyFrom("UANNA", "2026-11-18T09:20:00Z")

	away.Store(true)
	w.goOn("2026-11-18T10:00:00+01:00")
	w.settingsSay("UANNA", "Kalender 1 (127.0.0.1) svarar inte just nu. Lotsen försöker igen. Svarar den inte i morgon heller, så kontrollera adressen. Tills det går gäller det som lästes tis 17 nov kl. 09.10.")
	w.goOn("2026-11-24T10:00:00+01:00")
	w.settingsSay("UANNA", "Tills det går gäller det som lästes tis 17 nov kl. 09.10.")
	w.busyFrom("UANNA", "2026-11-18T09:20:00Z")

	away.Store(false)
	lesson.Store("20261118T124000")
	w.goOn("2026-11-25T10:00:00+01:00")
	w.settingsSay("UANNA", "Kalender 1 (127.0.0.1) lästes senast ons 25 nov kl. 10.00.")
	w.busyFrom("UANNA", "2026-11-25T11:40:00Z")

	// Taken away: at once nothing is kept. A new address for her own calendar leaves the rest as it is.
	v = w.opens("UANNA", "/lotsen", "inställningar")
	before := feedAddress(reads(v))
	v = w.presses("UANNA", v.ID, "feed.renew")
	if after := feedAddress(reads(v)); before == "" || after == "" || after == before || !strings.Contains(reads(v), "Adressen är ny.") {
		t.Errorf("before, her own calendar was at %q; now the settings are\n%s", before, reads(v))
	}
	v = w.submits("UANNA", values{"calendar_url": ""})
	if got := reads(v); !strings.HasSuffix(got, "\nIngen kalender visar längre när du är upptagen.") {
		t.Errorf("the confirmation is\n%s", got)
	}
	w.busyFrom("UANNA")
	w.check()
	w.logTellsNone("hemligt", strings.TrimPrefix(timetables.URL, "http://"), "Svenska")
}

// feedAddress is where the settings say that a person's own calendar is.
func feedAddress(settings string) string {
	_, rest, _ := strings.Cut(settings, "https://lotsen.example/calendar/")
	address, _, _ := strings.Cut(rest, ".ics")
	return address
}

// settingsSay waits until a person's settings have a text.
func (w *world) settingsSay(user, text string) {
	w.t.Helper()
	got := ""
	w.await("the settings to say "+text, func() bool {
		got = reads(w.opens(user, "/lotsen", "inställningar"))
		return strings.Contains(got, text)
	})
}

// busyFrom checks when what is kept of a person's calendars begins, or that nothing is.
func (w *world) busyFrom(user string, starts ...string) {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	st, err := sys.records.Staff.BySlackID(w.t.Context(), user)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := sys.records.Busy.Get(w.t.Context(), st.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var kept []care.Interval
	for _, f := range b.Feeds {
		kept = append(kept, f.Busy...)
	}
	switch {
	case len(starts) == 0 && len(kept) > 0:
		w.t.Errorf("kept is %v, want nothing", kept)
	case len(starts) > 0 && (len(kept) < 20 || kept[0].Start.Format("2006-01-02T15:04:05Z") != starts[0]):
		w.t.Errorf("kept is %v, want that from %s on", kept, starts[0])
	}
}
