package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A demoLesson is what someone in the demo does every week.
type demoLesson struct {
	what    string
	days    string // as iCalendar writes them: "MO,WE"
	at      string // HHMM
	minutes int
}

// demoTimetableOf are the timetables of the demo's people, by their names in demodata/staff.csv.
var demoTimetableOf = map[string][]demoLesson{
	"anna":  {{"Svenska 8B", "MO,WE", "0820", 80}, {"Engelska 8A", "TU,TH", "0920", 60}, {"SO 8B", "MO,TU,TH", "1250", 60}, {"Mentorstid 8B", "FR", "0820", 40}, {"Arbetslag 8", "WE", "1430", 90}},
	"samir": {{"Matte 9A", "MO,TU,TH", "0820", 60}, {"NO 9B", "MO,WE,FR", "1000", 80}, {"Matte 9B", "TU,TH", "1350", 60}, {"Mentorstid 9A", "FR", "0820", 40}},
	"eva":   {{"EHT", "TU", "1300", 120}, {"Samtal", "MO,WE", "0900", 90}, {"Samtal", "TH", "1330", 60}, {"Handledning", "FR", "1000", 60}},
	"rut":   {{"Ledningsgrupp", "MO", "0800", 120}, {"EHT", "TU", "1300", 120}, {"Skolchefen", "TH", "0900", 90}, {"Besök i klassrum", "WE,FR", "1000", 60}},
	"guro":  {{"Norsk 1STA", "MO,WE,FR", "0815", 90}, {"Norsk 1STB", "TU,TH", "1000", 90}, {"Historie 1STA", "MO,TH", "1230", 90}},
	"signe": {{"Matematikk 1STB", "MO,WE,FR", "0815", 90}, {"Naturfag 1STB", "TU,TH", "0815", 90}, {"Matematikk 1STA", "TU,FR", "1230", 90}},
	"erik":  {{"Elevtenesta", "WE", "1230", 90}, {"Samtalar", "MO,TH", "0900", 120}, {"PPT på besøk", "TU", "0830", 60}},
	"kari":  {{"Leiargruppe", "MO", "0830", 90}, {"Elevtenesta", "WE", "1230", 90}, {"Fylket", "FR", "0900", 120}},
}

const demoTimetablePath = "/timetables"

// demoTimetables is where the timetables are, for a program on this machine; addr is the page's.
func demoTimetables(addr net.Addr) *url.URL {
	host := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return &url.URL{Scheme: "http", Host: host, Path: demoTimetablePath}
}

// demoCalendars serves the timetables beside the page.
func demoCalendars(page http.Handler, now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", page)
	mux.HandleFunc("GET "+demoTimetablePath+"/{file}", func(w http.ResponseWriter, r *http.Request) {
		name, _ := strings.CutSuffix(r.PathValue("file"), ".ics")
		week, ok := demoTimetableOf[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		_, _ = w.Write([]byte(demoTimetable(name, week, demoYear(now()))))
	})
	return mux
}

// demoTimetable is a timetable as iCalendar (RFC 5545): each lesson once, with the rule by which it comes
// again until the school year that begins in that year is over.
func demoTimetable(name string, week []demoLesson, year int) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//Lotsen//Demo//SV")
	for i, l := range week {
		start, _ := time.Parse("20060102 1504", fmt.Sprintf("%d0817 %s", year, l.at)) // the texts above are right
		for !strings.Contains(l.days, strings.ToUpper(start.Weekday().String()[:2])) {
			start = start.AddDate(0, 0, 1)
		}
		line("BEGIN:VEVENT")
		line("UID:%s-%d@demo.lotsen.example", name, i)
		line("DTSTAMP:%d0801T060000Z", year)
		line("DTSTART;TZID=Europe/Stockholm:%s", start.Format("20060102T150405"))
		line("DURATION:PT%dM", l.minutes)
		line("RRULE:FREQ=WEEKLY;BYDAY=%s;UNTIL=%d0618T220000Z", l.days, year+1)
		line("SUMMARY:%s", l.what)
		line("END:VEVENT")
	}
	line("END:VCALENDAR")
	return b.String()
}
