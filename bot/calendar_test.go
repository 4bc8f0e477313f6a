package main

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// fetched is what a calendar program gets.
type fetched struct {
	status int
	header http.Header
	body   string
}

// fetch asks the bot for a path as a calendar program does.
func (w *world) fetch(method, path, tag string) fetched {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.base+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return fetched{resp.StatusCode, resp.Header, string(body)}
}

const calendarReason = "Anledningen-som-ingen-ska-se"

// meets stores a meeting of people's, as booking does.
func (w *world) meets(id, school string, start time.Time, slackIDs ...string) {
	w.t.Helper()
	w.withSystem(func(sys *system) {
		must := func(err error) {
			if err != nil {
				w.t.Fatal(err)
			}
		}
		ctx := w.t.Context()
		seal := func(text, field string) care.Sealed {
			sealed, err := sys.vault.Seal(text, "meetings", id, field)
			must(err)
			return sealed
		}
		m := care.Meeting{Meta: care.Meta{ID: id}, School: school, Kind: care.MeetingEHT, Start: start, End: start.Add(30 * time.Minute), State: care.MeetingProposed,
			Items: []care.MeetingItem{{Student: "8B-K3F"}}, Place: seal("Rum 12, hus A", "place"), Reason: seal(calendarReason, "reason"),
			Plan: 1, UID: id + "@lotsen", CreatedAt: start.AddDate(0, 0, -7)}
		for _, slackID := range slackIDs {
			st, err := sys.care.Staff.BySlackID(ctx, slackID)
			must(err)
			m.Attendees = append(m.Attendees, care.Attendee{Staff: st.ID, Required: true})
			day := care.DateOf(start, time.UTC)
			must(sys.care.Booked.Add(ctx, care.BookedDay{Meta: care.Meta{ID: st.ID + "/" + string(day)}, Staff: st.ID, Day: day,
				Holds: []care.Booked{{Interval: care.Interval{Start: m.Start, End: m.End}, Meeting: id}}}))
		}
		m.Organiser = m.Attendees[0].Staff
		must(sys.care.Meetings.Add(ctx, m))
	})
}

// changeMeeting changes a stored meeting.
func (w *world) changeMeeting(id string, change func(*care.Meeting)) {
	w.t.Helper()
	w.withSystem(func(sys *system) {
		m, err := sys.care.Meetings.Get(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		change(&m)
		if err := sys.care.Meetings.Replace(w.t.Context(), m); err != nil {
			w.t.Fatal(err)
		}
	})
}

// calendars are the paths of a person's feed and of their invitation to a meeting.
func (w *world) calendars(slackID, meeting string) (feed, invitation string) {
	w.t.Helper()
	w.withSystem(func(sys *system) {
		st, err := sys.care.Staff.BySlackID(w.t.Context(), slackID)
		if err != nil {
			w.t.Fatal(err)
		}
		feed, invitation = "/calendar/"+sys.care.FeedToken(st)+".ics", "/calendar/"+sys.care.InvitationToken(st, meeting)+"/"+meeting+".ics"
	})
	return feed, invitation
}

func has(t *testing.T, what string, got fetched, want ...string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(strings.ReplaceAll(got.body, "\r\n ", ""), "\r\n"+s+"\r\n") {
			t.Errorf("%s lacks %s:\n%s", what, s, got.body)
		}
	}
	for _, secret := range []string{"8B-K3F", "Xanthippa", "Anna", "Lund", "Eva", "anna.lund", "@alen.se", calendarReason, "ATTENDEE", "ORGANIZER"} {
		if strings.Contains(got.body, secret) {
			t.Errorf("%s tells %s:\n%s", what, secret, got.body)
		}
	}
}

// TestCalendar is a program that follows anna's calendar while a meeting is booked, accepted, moved and called off.
func TestCalendar(t *testing.T) { overBoth(t, testCalendar) }

func testCalendar(t *testing.T, w *world) {
	w.env["LOTSEN_PUBLIC_URL"] = "https://lotsen.example/"
	w.serve()
	start := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	feed, invitation := w.calendars("UANNA", "mt_1")
	empty := w.fetch("GET", feed, "")
	if empty.status != http.StatusOK || strings.Contains(empty.body, "VEVENT") {
		t.Errorf("a calendar of no meetings: %d\n%s", empty.status, empty.body)
	}
	w.meets("mt_1", "alen", start, "UANNA", "UEVA")

	booked := w.fetch("GET", feed, empty.header.Get("ETag"))
	has(t, "the feed", booked, "METHOD:PUBLISH", "UID:mt_1@lotsen", "SEQUENCE:0", "STATUS:TENTATIVE", `SUMMARY:EHT-möte\, 1 ärende`, `LOCATION:Rum 12\, hus A`,
		"DTSTART;TZID=Europe/Stockholm:20261201T130000", "X-WR-CALNAME:Möten (Lotsen)")
	for name, want := range map[string]string{"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff",
		"Content-Disposition": `attachment; filename="lotsen.ics"`} {
		if got := booked.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	same := func(of fetched, path string) {
		t.Helper()
		tag := of.header.Get("ETag")
		if got := w.fetch("GET", path, tag); got.status != http.StatusNotModified || got.body != "" || got.header.Get("ETag") != tag {
			t.Errorf("the same again: %d with %d bytes, ETag %s, want 304, none, %s", got.status, len(got.body), got.header.Get("ETag"), tag)
		}
		if got := w.fetch("HEAD", path, ""); got.status != http.StatusOK || got.body != "" || got.header.Get("ETag") != tag {
			t.Errorf("its head: %d, ETag %s", got.status, got.header.Get("ETag"))
		}
	}
	same(booked, feed)
	w.changeMeeting("mt_1", func(m *care.Meeting) { // seen by nobody's calendar
		m.Attendees[1].Answer = care.Accepted
		m.Entries = append(m.Entries, care.MeetingEntry{ID: "a", At: start.AddDate(0, 0, -6), By: m.Attendees[1].Staff, What: care.MeetingAccepted})
	})
	same(booked, feed)
	w.changeMeeting("mt_1", func(m *care.Meeting) { m.State = care.MeetingConfirmed })
	confirmed := w.fetch("GET", feed, booked.header.Get("ETag"))
	has(t, "the feed", confirmed, "UID:mt_1@lotsen", "SEQUENCE:0", "STATUS:CONFIRMED")
	same(confirmed, feed)
	file := w.fetch("GET", invitation, "")
	has(t, "the invitation", file, "METHOD:PUBLISH", "UID:mt_1@lotsen", "SEQUENCE:0", "BEGIN:VTIMEZONE")
	same(file, invitation)

	w.changeMeeting("mt_1", func(m *care.Meeting) {
		m.Start, m.End, m.Sequence, m.Plan = start.Add(time.Hour), start.Add(2*time.Hour), 1, 2
		m.Entries = append(m.Entries, care.MeetingEntry{ID: "b", At: start.AddDate(0, 0, -5), What: care.MeetingMoved})
	})
	has(t, "the feed", w.fetch("GET", feed, confirmed.header.Get("ETag")), "UID:mt_1@lotsen", "SEQUENCE:1", "DTSTART;TZID=Europe/Stockholm:20261201T140000")
	has(t, "the invitation", w.fetch("GET", invitation, file.header.Get("ETag")), "METHOD:PUBLISH", "UID:mt_1@lotsen", "SEQUENCE:1")

	w.changeMeeting("mt_1", func(m *care.Meeting) {
		m.State, m.Sequence = care.MeetingCancelled, 2
		m.Entries = append(m.Entries, care.MeetingEntry{ID: "c", At: start.AddDate(0, 0, -4), What: care.MeetingCalledOff})
	})
	has(t, "the invitation", w.fetch("GET", invitation, ""), "METHOD:CANCEL", "UID:mt_1@lotsen", "SEQUENCE:2", "STATUS:CANCELLED", `SUMMARY:Inställt: EHT-möte\, 1 ärende`)
	if got := w.fetch("GET", feed, ""); got.body != empty.body || got.header.Get("ETag") != empty.header.Get("ETag") {
		t.Errorf("with the meeting called off the feed is not what it was before:\n%s", got.body)
	}
	w.check()
}

// TestCalendarRefused has what opens nothing answered with the same words, and with nothing in the log.
func TestCalendarRefused(t *testing.T) { overBoth(t, testCalendarRefused) }

func testCalendarRefused(t *testing.T, w *world) {
	w.serve()
	w.meets("mt_1", "fjord", time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC), "UGURO", "USIGNE")
	feed, invitation := w.calendars("UGURO", "mt_1")
	has(t, "a Norwegian's feed", w.fetch("GET", feed, ""), `SUMMARY:Elevtjenestemøte\, 1 sak`)
	nynorsk, _ := w.calendars("USIGNE", "mt_1")
	has(t, "another's", w.fetch("GET", nynorsk, ""), `SUMMARY:Elevtenestemøte\, 1 sak`)
	gone, _ := w.calendars("UBORTA", "mt_1")
	_, others := w.calendars("UANNA", "mt_1")
	token := strings.TrimSuffix(strings.TrimPrefix(feed, "/calendar/"), ".ics")
	nothing := w.fetch("GET", "/calendar/", "")
	for _, path := range []string{"/calendar/.ics", "/calendar/x.ics", "/calendar/st_x-0.ics", "/calendar/" + token, "/calendar/" + token + "x.ics", "/calendar/" + token + ".ics/",
		"/calendar/" + token + "/mt_1.ics", "/calendar/" + token + "/.ics", strings.TrimSuffix(invitation, ".ics"), strings.Replace(invitation, "mt_1", "mt_2", 1), invitation + "/x",
		gone, others, "/calendar/%2e%2e.ics", "/calendar/%00.ics", "/calendar/" + strings.Repeat("a", 5000) + ".ics"} {
		if got := w.fetch("GET", path, ""); got.status != http.StatusNotFound || got.body != nothing.body || len(got.header) != len(nothing.header) {
			t.Errorf("%.100s: %d %v %q, want %v %q", path, got.status, got.header, got.body, nothing.header, nothing.body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"} {
		if got := w.fetch(method, feed, ""); got.status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", method, got.status)
		}
	}
	w.withSystem(func(sys *system) {
		st, err := sys.care.Staff.BySlackID(t.Context(), "UGURO")
		if err != nil {
			t.Fatal(err)
		}
		st.FeedNumber++
		if err := sys.care.Staff.Replace(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	})
	if got := w.fetch("GET", feed, ""); got.status != http.StatusNotFound || got.body != nothing.body {
		t.Errorf("the address of before: %d", got.status)
	}
	if again, _ := w.calendars("UGURO", "mt_1"); again == feed || w.fetch("GET", again, "").status != http.StatusOK {
		t.Error("the new address does not open the calendar")
	}
	_, figures := w.get(w.ops + "/metrics")
	if !strings.Contains(figures, `kind="calendar",name="feed",outcome="ok"`) {
		t.Error("the calendars are not counted")
	}
	for name, text := range map[string]string{"log": string(w.wrote()), "metrics": figures} {
		if strings.Contains(text, token) || strings.Contains(text, token[len(token)-30:]) || strings.Contains(text, "/calendar") {
			t.Errorf("a token stands in the %s", name)
		}
	}
	if w.socket { // there is no secret to tell Slack from others
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+pathCommands, strings.NewReader("command=%2Finsats"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = fakeslack.Sign("", time.Now(), []byte("command=%2Finsats"))
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = resp.Body.Close(); resp.StatusCode != http.StatusNotFound {
			t.Errorf("a command signed with no secret: %d, want 404", resp.StatusCode)
		}
	}
	w.check()
}

func TestPublicURL(t *testing.T) {
	for _, tt := range []struct{ given, want string }{
		{"", ""},
		{"https://lotsen.kommun.example", "https://lotsen.kommun.example"},
		{"https://lotsen.kommun.example/", "https://lotsen.kommun.example"},
		{"https://kommun.example:8443/lotsen/", "https://kommun.example:8443/lotsen"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http://[::1]:8080", "http://[::1]:8080"},
		{"http://localhost", "http://localhost"},
		{"http://lotsen.kommun.example", "refused"},
		{"lotsen.kommun.example", "refused"},
		{"https://", "refused"},
		{"https://:443", "refused"},
		{"https://u:p@lotsen.example", "refused"},
		{"https://lotsen.example?x=1", "refused"},
		{"https://lotsen.example/#x", "refused"},
		{"https://lotsen.example/a/../b", "refused"},
		{"https://lotsen.example/a//b", "refused"},
		{"https://lotsen.example/a%2Fb", "refused"},
		{"ftp://lotsen.example", "refused"},
		{" https://lotsen.example", "refused"},
	} {
		got, err := publicURL(tt.given)
		if err != nil {
			got = "refused"
		}
		if got != tt.want {
			t.Errorf("publicURL(%q) = %q, want %q", tt.given, got, tt.want)
		}
	}
}

// TestMeetingFile has a person click for a meeting's file, and get it in the direct messages.
func TestMeetingFile(t *testing.T) { overBoth(t, testMeetingFile) }

func testMeetingFile(t *testing.T, w *world) {
	w.serve()
	w.meets("mt_1", "alen", time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC), "UANNA", "UEVA")
	api := slackapi.New(w.slack.BotToken(), w.slack.APIURL(), time.Now)
	offer := func(slackID string) fakeslack.Message {
		t.Helper()
		file := slack.NewButtonBlockElement("meeting.file", "mt_1", slack.NewTextBlockObject(slack.PlainTextType, "Till kalendern", false, false))
		_, _, err := api.Post(t.Context(), care.Place{Channel: slackID}, "meeting/"+slackID, "Möte", []slack.Block{slack.NewActionBlock("", file)})
		if err != nil {
			t.Fatal(err)
		}
		seen := w.slack.Seen(slackID)
		return seen[len(seen)-1]
	}
	files := func(slackID string) (list []fakeslack.File) {
		for _, m := range w.slack.Seen(slackID) {
			list = append(list, m.Files...)
		}
		return list
	}
	click := func(slackID string) {
		t.Helper()
		ack, err := w.slack.Click(t.Context(), slackID, offer(slackID).Key, "meeting.file")
		if err != nil || ack.Error != "" {
			t.Fatalf("click: %v, %+v", err, ack)
		}
	}
	reads := func(slackID, text string) {
		t.Helper()
		w.await(text, func() bool {
			return slices.ContainsFunc(w.slack.Seen(slackID), func(m fakeslack.Message) bool { return strings.Contains(m.Plain, text) })
		})
	}
	click("UEVA")
	reads("UEVA", "Filen kommer i ett meddelande från mig.")
	w.await("the file", func() bool { return len(files("UEVA")) == 1 })
	file := files("UEVA")[0]
	if file.Name != "lotsen.ics" || file.Title != "EHT-möte, 1 ärende, tis 1 dec kl. 13.00" {
		t.Errorf("the file is %s, %q", file.Name, file.Title)
	}
	has(t, "the file", fetched{body: string(file.Content)}, "METHOD:PUBLISH", "UID:mt_1@lotsen", "SEQUENCE:0", `SUMMARY:EHT-möte\, 1 ärende`)
	click("UBO")
	reads("UBO", "Det mötet hittar jag inte bland dina.")
	if n := len(files("UBO")) + len(files("UANNA")); n != 0 {
		t.Errorf("others have %d files", n)
	}
	w.slack.SetScopes("im:write", "chat:write") // the app is installed without what files take
	click("UANNA")
	reads("UANNA", "Filen kunde inte skickas.")
}
