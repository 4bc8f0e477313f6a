package care_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// Anna, who mentors 8B, meets Eva of the team about 8B-K3F and 9C-P5P; x is none of them, unless that is said.
func TestWhoMayDoWhatWithAMeeting(t *testing.T) {
	for _, tt := range []struct {
		name, has, who string
		away           string // of anna
		want           string // what x can do of: see, answer, move, cancel
		refs           string
		reads          bool // why it is held
		card           string
	}{
		{name: "the organiser", who: "anna", want: "see answer move cancel", refs: "[8B-K3F]", card: "10-15 10:00 whole"},
		{name: "an attendee of the team", who: "eva", want: "see answer move cancel", refs: "[8B-K3F 9C-P5P]", reads: true, card: "10-15 10:00 whole"},
		{name: "an attendee who sees one of the students", who: "bo", want: "see answer", refs: "[9C-P5P]"},
		{name: "an attendee who sees none", who: "tor", want: "see answer", refs: "[]"},
		{name: "the principal", has: "principal@alen", want: "see move cancel", refs: "[8B-K3F 9C-P5P]", reads: true, card: "10-15 10:00 whole"},
		{name: "the team", has: "eht@alen", want: "see move cancel", refs: "[8B-K3F 9C-P5P]", reads: true, card: "10-15 10:00 whole"},
		{name: "the principal elsewhere", has: "principal@fjell"},
		{name: "the team elsewhere", has: "eht@fjell"},
		{name: "the other mentor, who is not asked", has: "mentor@alen 8B@alen", card: "10-15 10:00"},
		{name: "who stands in for the organiser", has: "mentor@alen 9C@alen", away: "2026-10-01–2026-10-09 x", want: "see move cancel", refs: "[8B-K3F 9C-P5P]", reads: true, card: "10-15 10:00 whole"},
		{name: "who stood in for the organiser", has: "mentor@alen", away: "2026-10-01–2026-10-02 x"},
		{name: "a teacher", has: "teacher@alen 8B@alen"},
		{name: "a coach", has: "coach@alen"},
		{name: "an administrator", has: "admin@alen"},
		{name: "nobody any more", has: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withTeam(t)
			h.t = t
			h.person("tor", "teacher@alen")
			if tt.who == "" {
				tt.who = "x"
				h.person("x", tt.has)
			}
			f := form("bo (tor)", "8B-K3F", "9C-P5P")
			f.Reason = "Sover dåligt"
			o, err := h.OfferSlots(t.Context(), h.actor("eva"), form("anna bo (tor)", "8B-K3F", "9C-P5P"), "ask", h.now)
			h.must(err)
			_ = o
			v := h.bookedBy("anna", "eva", f, "10-15 10:00")
			if tt.away != "" {
				h.away("anna", tt.away)
			}
			x := h.actor(tt.who)
			var can []string
			refused := func(what string, err error) {
				if err == nil {
					can = append(can, what)
				} else if code := care.CodeOf(err); code != care.CodeNoMeeting && code != care.CodeMayNotMove {
					t.Errorf("%s: %v", what, err)
				}
			}
			got, err := h.MeetingByID(t.Context(), x, v, h.now)
			refused("see", err)
			_, none := h.MeetingByID(t.Context(), x, "mt_none", h.now)
			if err != nil && fmt.Sprint(err) != fmt.Sprint(none) {
				t.Errorf("it is refused with %v, and one that there is not with %v", err, none)
			}
			if err == nil {
				names := 0
				for _, n := range got.Students {
					if n.Given != "" && n.Family != "" {
						names++
					}
				}
				if fmt.Sprint(got.Refs) != tt.refs || names != len(got.Refs) || got.Items != 2 || (got.Reason == "Sover dåligt") != tt.reads || got.Reason != "" && !tt.reads {
					t.Errorf("they see %v of %d, %d names, and %q", got.Refs, got.Items, names, got.Reason)
				}
				audited := strings.Contains(strings.Join(h.audited(), "\n"), string(care.ActionMeetingShow))
				if audited != (names > 0) {
					t.Errorf("%d names are shown, audited: %v", names, audited)
				}
			}
			_, err = h.AnswerMeeting(t.Context(), x, v, 1, care.Accepted, "answer", h.now)
			refused("answer", err)
			_, err = h.MoveTo(t.Context(), x, v, h.clock("10-15 10:00"), "stay", h.now)
			refused("move", err)
			if card, err := h.Card(t.Context(), x, "8B-K3F", 0, h.now); err == nil || tt.card != "" {
				h.must(err)
				shown := ""
				if m := card.Meeting; m != nil {
					shown = m.Start.In(h.zone).Format("01-02 15:04")
					if m.Attendees != nil {
						shown += " whole"
					}
				}
				if shown != tt.card {
					t.Errorf("the card shows %q, want %q", shown, tt.card)
				}
			}
			_, err = h.CancelMeeting(t.Context(), x, v, "off", h.now)
			refused("cancel", err)
			if got := strings.Join(can, " "); got != tt.want {
				t.Errorf("they can %q, want %q", got, tt.want)
			}
		})
	}
}

// bookedBy has someone of the team book for another, who is the organiser: of those who see all students.
func (h *house) bookedBy(organiser, booker string, f care.MeetingForm, at string) string {
	h.t.Helper()
	f.Required = append(f.Required, "U"+strings.ToUpper(organiser))
	v := h.books(booker, f, at)
	m, err := h.Meetings.Get(h.t.Context(), v.ID)
	h.must(err)
	m.Organiser = h.actor(organiser).Staff.ID
	h.must(h.Meetings.Replace(h.t.Context(), m))
	return v.ID
}

// TestMeetingOfAProtectedStudent has a student be protected after the meeting about them was booked.
func TestMeetingOfAProtectedStudent(t *testing.T) {
	h := withTeam(t)
	f := form("eva", "8B-K3F")
	f.Reason = "Sover dåligt"
	v := h.books("anna", f, "10-15 10:00")
	h.change("8B-K3F", func(stu *care.Student) { stu.Protected = true })
	for _, who := range []string{"anna", "eva"} {
		got, err := h.MeetingByID(t.Context(), h.actor(who), v.ID, h.now)
		h.must(err)
		if got.Items+len(got.Refs)+len(got.Students) > 0 || got.Reason != "" {
			t.Errorf("%s sees %d, %v, %v and %q", who, got.Items, got.Refs, got.Students, got.Reason)
		}
	}
	feed, err := h.InvitationFor(t.Context(), h.actor("eva"), v.ID, h.now)
	h.must(err)
	if feed.Meetings[0].Items != 0 {
		t.Errorf("in a calendar it is about %d", feed.Meetings[0].Items)
	}
	for _, l := range h.tick() {
		if strings.Contains(l, "8B-K3F") {
			t.Errorf("a letter is %q", l)
		}
	}
}

// TestMeetingWhomSlackCannotReach has Slack refuse what is sent to an attendee, for good.
func TestMeetingWhomSlackCannotReach(t *testing.T) {
	h := withCases(t)
	v := h.books("anna", form("eva rut"), "10-15 10:00")
	_, err := h.MoveOut(t.Context(), h.now)
	h.must(err)
	for {
		d, err := h.TakeDelivery(t.Context(), h.now)
		if errors.Is(err, care.ErrNotFound) {
			break
		}
		h.must(err)
		l, err := h.PrepareLetter(t.Context(), d, h.now)
		h.must(err)
		if l.To == "URUT" {
			h.must(h.LetterRefused(t.Context(), l, true, h.now))
			continue
		}
		h.must(h.LetterSent(t.Context(), l, "D"+l.To[1:], l.To, "shown"))
	}
	got := strings.Join(append(h.tick(), h.tick()...), "; ")
	h.wantMeets(v.ID, "10-15 10:00 proposed: anna accepted, eva, (rut) declined")
	if !strings.Contains(got, "UANNA: lost 10-15 10:00 proposed who URUT slots 10-06 10-07 10-08") {
		t.Errorf("the letters are %q", got)
	}
}

// TestMyMeetings are what someone has before them, in order.
func TestMyMeetings(t *testing.T) {
	h := withTeam(t)
	h.books("anna", form("eva"), "10-15 10:00")
	early := h.books("bo", form("eva (anna)"), "10-08 13:00")
	off := h.books("anna", form("eva"), "10-14 10:00")
	_, err := h.CancelMeeting(t.Context(), h.actor("anna"), off.ID, "off", h.now)
	h.must(err)
	mine := func(who string) string {
		t.Helper()
		list, err := h.MyMeetings(t.Context(), h.actor(who), h.now)
		h.must(err)
		var times []string
		for _, v := range list {
			times = append(times, v.Start.In(h.zone).Format("01-02 15:04"))
		}
		return strings.Join(times, ", ")
	}
	check := func(want map[string]string) {
		t.Helper()
		for who, times := range want {
			if got := mine(who); got != times {
				t.Errorf("at %s %s has %q, want %q", h.now, who, got, times)
			}
		}
	}
	check(map[string]string{"anna": "10-08 13:00, 10-15 10:00", "eva": "10-08 13:00, 10-15 10:00", "bo": "10-08 13:00", "rut": ""})
	h.answers("anna", early.ID, care.Declined)
	check(map[string]string{"anna": "10-15 10:00"})
	h.now = h.clock("10-08 13:29")
	check(map[string]string{"bo": "10-08 13:00"})
	h.now = h.clock("10-08 13:30")
	check(map[string]string{"bo": "", "eva": "10-15 10:00"})
}
