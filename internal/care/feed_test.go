package care_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// storesMeeting stores a meeting and what its people's days are promised to, as booking does.
func (h *house) storesMeeting(id string, start time.Time, change func(*care.Meeting), who ...string) care.Meeting {
	h.t.Helper()
	m := care.Meeting{
		School: "alen", Kind: care.MeetingEHT, Organiser: h.StaffID(who[0] + "@skola.se"),
		Items: []care.MeetingItem{{Student: "8B-K3F"}}, Reason: h.seal("Hemlig anledning", "meetings", id, "reason"),
		Start: start, End: start.Add(45 * time.Minute), Place: h.seal("Rum 12", "meetings", id, "place"),
		State: care.MeetingProposed, Plan: 1, UID: id + "@lotsen", Sequence: 0, CreatedAt: h.now,
		Entries: []care.MeetingEntry{{ID: "1", At: h.now, By: h.StaffID(who[0] + "@skola.se"), What: care.MeetingBooked}},
	}
	m.ID = id
	for _, name := range who {
		m.Attendees = append(m.Attendees, care.Attendee{Staff: h.StaffID(name + "@skola.se"), Required: true})
	}
	if change != nil {
		change(&m)
	}
	h.must(h.Meetings.Add(h.t.Context(), m))
	for _, a := range m.Attendees {
		h.holds(a.Staff, m)
	}
	return m
}

func (h *house) holds(staff string, m care.Meeting) {
	h.t.Helper()
	day := care.DateOf(m.Start, time.UTC)
	id := staff + "/" + string(day)
	held := care.Booked{Interval: care.Interval{Start: m.Start, End: m.End}, Meeting: m.ID, At: h.now}
	booked, err := h.Booked.Get(h.t.Context(), id)
	if errors.Is(err, care.ErrNotFound) {
		booked = care.BookedDay{Meta: care.Meta{ID: id}, Staff: staff, Day: day, Holds: []care.Booked{held}}
		h.must(h.Booked.Add(h.t.Context(), booked))
		return
	}
	h.must(err)
	booked.Holds = append(booked.Holds, held)
	h.must(h.Booked.Replace(h.t.Context(), booked))
}

// becomes changes a stored meeting.
func (h *house) becomes(id string, change func(*care.Meeting)) {
	h.t.Helper()
	m, err := h.Meetings.Get(h.t.Context(), id)
	h.must(err)
	change(&m)
	h.must(h.Meetings.Replace(h.t.Context(), m))
}

// diary is a house in which anna, bo and eva have meetings.
func diary(t *testing.T) *house {
	h := newHouse(t)
	h.IDKey = []byte("a key of the installation")
	for name, has := range map[string]string{"anna": "mentor@alen 8B@alen", "bo": "mentor@alen 9C@alen", "eva": "eht@alen"} {
		h.person(name, has)
	}
	return h
}

func (h *house) token(name string) string { return h.FeedToken(h.actor(name).Staff) }

// reads says what a feed tells, or that there is none.
func (h *house) reads(f care.Feed, err error) string {
	h.t.Helper()
	if errors.Is(err, care.ErrNotFound) || care.CodeOf(err) == care.CodeNoMeeting {
		return "nothing"
	}
	h.must(err)
	words := []string{string(f.Lang) + " " + f.School.ID}
	for _, m := range f.Meetings {
		words = append(words, fmt.Sprintf("%s #%d %s %d %s–%s %s %s", m.UID, m.Sequence, m.Kind, m.Items, m.Start.In(h.zone).Format("01-02 15:04"), m.End.In(h.zone).Format("15:04"), m.Place, m.State))
	}
	return strings.Join(words, "\n")
}

func (h *house) feed(token string) string {
	h.t.Helper()
	return h.reads(h.FeedOf(h.t.Context(), token, h.now))
}

func TestFeed(t *testing.T) {
	h := diary(t)
	at := func(days int) time.Time { return h.now.AddDate(0, 0, days) }
	h.storesMeeting("later", at(8), nil, "anna", "eva")
	h.storesMeeting("soon", at(1), func(m *care.Meeting) { m.State, m.Items = care.MeetingConfirmed, nil }, "eva", "anna")
	h.storesMeeting("over", at(-29), nil, "anna", "eva")
	h.storesMeeting("long over", at(-31), nil, "anna", "eva")
	h.storesMeeting("off", at(2), func(m *care.Meeting) { m.State = care.MeetingCancelled }, "anna", "eva")
	h.storesMeeting("declined", at(3), func(m *care.Meeting) { m.Attendees[0].Answer = care.Declined }, "anna", "eva")
	h.storesMeeting("others", at(4), nil, "bo", "eva")
	h.storesMeeting("without her", at(4), func(m *care.Meeting) { m.Attendees = m.Attendees[1:] }, "anna", "eva")
	h.holds(h.StaffID("anna@skola.se"), care.Meeting{Meta: care.Meta{ID: "not there"}, Start: at(5), End: at(5).Add(time.Hour)})
	h.storesMeeting("gone school", at(6), func(m *care.Meeting) { m.School = "gone" }, "anna")
	moved := h.storesMeeting("moved", at(7), nil, "anna")
	h.becomes("moved", func(m *care.Meeting) {
		m.Start, m.End, m.Sequence = at(9), at(9).Add(time.Hour), 1
	})
	moved.Start, moved.End = at(9), at(9).Add(time.Hour)
	h.holds(moved.Attendees[0].Staff, moved)

	want := `sv alen
over@lotsen #0 eht 1 09-06 12:00–12:45 Rum 12 proposed
soon@lotsen #0 eht 0 10-06 12:00–12:45 Rum 12 confirmed
later@lotsen #0 eht 1 10-13 12:00–12:45 Rum 12 proposed
moved@lotsen #1 eht 1 10-14 12:00–13:00 Rum 12 proposed`
	if diff := cmp.Diff(want, h.feed(h.token("anna"))); diff != "" {
		t.Errorf("anna's feed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("sv alen\nothers@lotsen #0 eht 1 10-09 12:00–12:45 Rum 12 proposed", h.feed(h.token("bo"))); diff != "" {
		t.Errorf("bo's feed (-want +got):\n%s", diff)
	}
}

// TestTokens opens what a token is for, and nothing with any other.
func TestTokens(t *testing.T) {
	h := diary(t)
	h.storesMeeting("m1", h.now.AddDate(0, 0, 1), nil, "anna", "eva")
	h.storesMeeting("m2", h.now.AddDate(0, 0, 2), nil, "anna", "bo")
	anna := h.actor("anna").Staff
	feed, one := h.FeedToken(anna), h.InvitationToken(anna, "m1")
	if feed != h.FeedToken(anna) || feed == h.token("eva") || strings.ContainsAny(feed+one, "/.%?#& ") {
		t.Errorf("tokens %s, %s: want each person's own, the same each time, fit for an address", feed, one)
	}
	other := *h.Service
	other.IDKey = []byte("another key")
	flip := func(s string, i int) string {
		c := "0"
		if s[i:i+1] == c {
			c = "1"
		}
		return s[:i] + c + s[i+1:]
	}
	for name, token := range map[string]string{
		"none": "", "a dash": "-", "no code": anna.ID, "an empty code": anna.ID + "-", "one letter less": feed[:len(feed)-1], "one more": feed + "0",
		"upper case": strings.ToUpper(feed), "another letter": flip(feed, len(feed)-1), "of another person": flip(feed, 5), "an invitation's": one,
		"of another installation": other.FeedToken(anna), "of nobody": h.FeedToken(care.Staff{}), "of one who was never there": h.FeedToken(care.Staff{Meta: care.Meta{ID: "st_x"}}),
	} {
		if got := h.feed(token); got != "nothing" {
			t.Errorf("a token that is %s opens %s", name, got)
		}
		if got := h.reads(h.InvitationOf(t.Context(), token, "m1", h.now)); name != "an invitation's" && got != "nothing" {
			t.Errorf("a token that is %s opens the invitation %s", name, got)
		}
	}
	invited := h.reads(h.InvitationOf(t.Context(), one, "m1", h.now))
	if !strings.Contains(invited, "m1@lotsen") || strings.Contains(invited, "m2") {
		t.Errorf("the invitation is %s", invited)
	}
	for meeting, token := range map[string]string{"m2": one, "m3": h.InvitationToken(anna, "m3"), "": one, "m1": feed} {
		if got := h.reads(h.InvitationOf(t.Context(), token, meeting, h.now)); got != "nothing" {
			t.Errorf("the meeting %q is opened: %s", meeting, got)
		}
	}
	if got := h.reads(h.InvitationOf(t.Context(), h.InvitationToken(h.actor("bo").Staff, "m1"), "m1", h.now)); got != "nothing" {
		t.Errorf("someone who does not attend gets %s", got)
	}
	h.alter("anna", func(st *care.Staff) { st.FeedNumber++ })
	if h.feed(feed) != "nothing" || h.feed(h.token("anna")) == "nothing" || h.reads(h.InvitationOf(t.Context(), one, "m1", h.now)) != "nothing" {
		t.Error("a new address leaves the one before open, or does not open")
	}
}

// TestTokensOfLeavers opens nothing for those who are not let in.
func TestTokensOfLeavers(t *testing.T) {
	for name, change := range map[string]func(*care.Staff){
		"left":        func(st *care.Staff) { st.Posts[0].To = "2026-10-04" },
		"to come":     func(st *care.Staff) { st.Posts[0].From = "2026-10-06" },
		"deactivated": func(st *care.Staff) { st.Facts.Deactivated = true },
		"guest":       func(st *care.Staff) { st.Facts.Guest = true },
		"stranger":    func(st *care.Staff) { st.Facts.Stranger = true },
		"unknown":     func(st *care.Staff) { st.Facts = nil },
		"unlinked":    func(st *care.Staff) { st.SlackID = "" },
	} {
		t.Run(name, func(t *testing.T) {
			h := diary(t)
			h.storesMeeting("m1", h.now.AddDate(0, 0, 1), nil, "anna", "eva")
			feed, one := h.token("anna"), h.InvitationToken(h.actor("anna").Staff, "m1")
			if h.feed(feed) == "nothing" {
				t.Fatal("her feed is not there")
			}
			h.alter("anna", change)
			if got := h.feed(feed) + ", " + h.reads(h.InvitationOf(t.Context(), one, "m1", h.now)); got != "nothing, nothing" {
				t.Errorf("it opens %s", got)
			}
		})
	}
}

// TestRefusedTokensCostTheSame reads as much for a token of nobody as for a wrong one.
func TestRefusedTokensCostTheSame(t *testing.T) {
	h := diary(t)
	right := h.token("anna")
	calls := func(token string) string {
		return strings.Join(h.engine.during(func() { h.feed(token) }), ", ")
	}
	want := calls(right[:len(right)-1] + "_")
	if want != "Get staff" {
		t.Errorf("a wrong token costs %s", want)
	}
	for _, token := range []string{"", "-", "st_nobody-0000", strings.Repeat("x", 5000)} {
		if got := calls(token); got != want {
			t.Errorf("the token %.20q costs %s, a wrong one %s", token, got, want)
		}
	}
}

func TestInvitationFor(t *testing.T) {
	h := diary(t)
	h.storesMeeting("m1", h.now.AddDate(0, 0, 1), func(m *care.Meeting) { m.State, m.Sequence = care.MeetingCancelled, 2 }, "anna", "eva")
	get := func(name, meeting string) string {
		return h.reads(h.InvitationFor(t.Context(), h.actor(name), meeting, h.now))
	}
	if got := get("eva", "m1"); got != "sv alen\nm1@lotsen #2 eht 1 10-06 12:00–12:45 Rum 12 cancelled" {
		t.Errorf("eva gets %s", got)
	}
	if got := get("bo", "m1") + ", " + get("eva", "m2"); got != "nothing, nothing" {
		t.Errorf("who does not attend, and of a meeting that is not there: %s", got)
	}
}

// TestFeedChanged has an answer change the time of change only if it is shown.
func TestFeedChanged(t *testing.T) {
	h := diary(t)
	h.storesMeeting("m1", h.now.AddDate(0, 0, 1), nil, "anna", "eva", "bo")
	changed := func() string {
		f, err := h.FeedOf(t.Context(), h.token("anna"), h.now)
		h.must(err)
		return f.Meetings[0].Changed.Sub(h.now).String()
	}
	did := func(minutes int, who string, what care.MeetingWhat, state care.MeetingState) {
		h.becomes("m1", func(m *care.Meeting) {
			m.State = state
			m.Entries = append(m.Entries, care.MeetingEntry{ID: fmt.Sprint(minutes), At: h.now.Add(time.Duration(minutes) * time.Minute), By: h.StaffID(who + "@skola.se"), What: what})
		})
	}
	for _, step := range []struct {
		minutes int
		who     string
		what    care.MeetingWhat
		state   care.MeetingState
		want    string
	}{
		{1, "eva", care.MeetingAccepted, care.MeetingProposed, "0s"},
		{2, "bo", care.MeetingAccepted, care.MeetingConfirmed, "2m0s"},
		{3, "eva", care.MeetingSuggested, care.MeetingConfirmed, "2m0s"},
		{4, "eva", care.MeetingDeclined, care.MeetingProposed, "4m0s"},
		{5, "anna", care.MeetingMoved, care.MeetingProposed, "5m0s"},
	} {
		if did(step.minutes, step.who, step.what, step.state); changed() != step.want {
			t.Errorf("after %s: changed at %s, want %s", step.what, changed(), step.want)
		}
	}
}
