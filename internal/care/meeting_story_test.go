package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

func TestMeetingTwiceTheSameRequest(t *testing.T) {
	h := withTeam(t)
	anna := h.actor("anna")
	o, err := h.OfferSlots(t.Context(), anna, form("eva"), "ask", h.now)
	h.must(err)
	first, err := h.Book(t.Context(), anna, o.ID, h.clock("10-15 10:00"), "", "B12", "click", h.now)
	h.must(err)
	h.now = h.now.AddDate(0, 0, 3) // the offer is gone by then
	again, err := h.Book(t.Context(), anna, o.ID, h.clock("10-15 11:00"), "", "", "click", h.now)
	h.must(err)
	if again.ID != first.ID || !again.Start.Equal(first.Start) || again.Place != "B12" {
		t.Errorf("Book() again = %+v, want the meeting of before", again)
	}
	h.wantHeld("anna 10-15 10:00; eva 10-15 10:00")
	for range 2 {
		_, err = h.CancelMeeting(t.Context(), anna, first.ID, "off", h.now)
		h.must(err)
	}
	m, err := h.Meetings.Get(t.Context(), first.ID)
	h.must(err)
	if m.Sequence != 1 || len(m.Entries) != 2 {
		t.Errorf("called off twice, it has sequence %d and %d entries", m.Sequence, len(m.Entries))
	}
}

// TestMeetingSlotThatIsTaken has Bo take Eva's time between Anna's offer and her choice.
func TestMeetingSlotThatIsTaken(t *testing.T) {
	h := withTeam(t)
	anna := h.actor("anna")
	o, err := h.OfferSlots(t.Context(), anna, form("eva"), "ask", h.now)
	h.must(err)
	h.books("bo", form("eva"), "10-15 10:00")
	_, err = h.Book(t.Context(), anna, o.ID, h.clock("10-15 10:15"), "", "", "click", h.now)
	taken, ok := errors.AsType[*care.SlotTaken](err)
	if !ok || taken.Offer.ID == "" || len(taken.Offer.Slots) == 0 {
		t.Fatalf("Book() = %v, want that it was taken, and other slots", err)
	}
	h.wantHeld("eva 10-15 10:00; bo 10-15 10:00")
	v, err := h.Book(t.Context(), anna, taken.Offer.ID, taken.Offer.Slots[0].Start, "", "", "click again", h.now)
	if err != nil || !v.Start.Equal(taken.Offer.Slots[0].Start) {
		t.Errorf("Book() of what is offered instead = %v, %v", v.Start, err)
	}
}

func TestMeetingBuffer(t *testing.T) {
	h := withTeam(t)
	h.school(func(sc *care.School) { sc.Buffer = 10 * time.Minute })
	h.books("bo", form("eva"), "10-15 10:00")
	_, err := h.book("anna", form("eva"), "10-15 10:30", "")
	if got := h.outcome(err); got != "taken" {
		t.Errorf("right after another meeting: %q, want that it is taken", got)
	}
	h.books("anna", form("eva"), "10-15 10:45")
}

func TestMeetingPlaces(t *testing.T) {
	for place, want := range map[string]string{
		"B12": "", "Rektors rum": "", strings.Repeat("å", 80): "", strings.Repeat("å", 81): "place meeting_place",
		"Hos Alva Berg": "place meeting_place_names", "Ring 070-123 45 67": "place meeting_place_names",
		"Alvas klassrum": "place meeting_place_names",
	} {
		h := withTeam(t)
		_, err := h.book("anna", form("eva", "8B-K3F"), "10-15 10:00", place)
		got := ""
		if e, ok := errors.AsType[*care.Error](err); ok {
			got = e.Field + " " + string(e.Code)
		}
		if got != want || err != nil && got == "" {
			t.Errorf("the place %q: %v, want %q", place, err, want)
		}
	}
}

func TestMeetingAnswers(t *testing.T) {
	for _, tt := range []struct{ name, who, steps, want string }{
		{"yes", "eva", "accepted", "10-15 10:00 confirmed: anna accepted, eva accepted, (bo)"},
		{"no", "eva", "declined", "10-15 10:00 proposed: anna accepted, eva declined, (bo)"},
		{"no, after all yes", "eva", "declined accepted", "10-15 10:00 confirmed: anna accepted, eva accepted, (bo)"},
		{"no, after all yes, when that time is taken", "eva", "declined other accepted", "meeting_taken"},
		{"yes, after all no", "eva", "accepted declined", "10-15 10:00 proposed: anna accepted, eva declined, (bo)"},
		{"no, of one who need not come", "bo", "declined", "10-15 10:00 proposed: anna accepted, eva, (bo) declined"},
		{"no, of whose meeting it is", "anna", "declined", "meeting_own"},
		{"of one who is not asked", "rut", "accepted", "no_meeting"},
		{"to what has been called off", "eva", "off accepted", "meeting_cancelled"},
		{"to another time", "eva", "moved accepted", "meeting_moved"},
		{"when it has begun", "eva", "late accepted", "meeting_past"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withTeam(t)
			v := h.books("anna", form("eva (bo)"), "10-15 10:00")
			got := ""
			for _, step := range strings.Fields(tt.steps) {
				switch step {
				case "other":
					h.books("bo", form("eva"), "10-16 10:00") // not in the way
					h.books("rut", form("eva"), "10-15 10:15")
				case "off":
					_, err := h.CancelMeeting(t.Context(), h.actor("anna"), v.ID, h.request(), h.now)
					h.must(err)
				case "moved":
					_, err := h.MoveTo(t.Context(), h.actor("anna"), v.ID, h.clock("10-16 10:00"), h.request(), h.now)
					h.must(err)
				case "late":
					h.now = h.clock("10-15 10:00")
				default:
					_, err := h.AnswerMeeting(t.Context(), h.actor(tt.who), v.ID, 1, care.Answer(step), h.request(), h.now)
					if got = h.outcome(err); got == "" {
						got = h.meets(v.ID)
					}
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			h.wantWhole([]string{"anna", "eva", "bo", "rut"})
		})
	}
}

// TestMeetingSuggestion has Eva suggest another time, which Anna then takes.
func TestMeetingSuggestion(t *testing.T) {
	h := withTeam(t)
	v := h.books("anna", form("eva"), "10-15 10:00")
	h.tick()
	o, err := h.OfferMove(t.Context(), h.actor("eva"), v.ID, "other", h.now)
	h.must(err)
	if !o.Suggest {
		t.Error("an attendee is offered to move it")
	}
	_, err = h.Book(t.Context(), h.actor("eva"), o.ID, h.clock("10-16 13:00"), "", "", "suggest", h.now)
	h.must(err)
	h.wantMeets(v.ID, "10-15 10:00 proposed: anna accepted, eva")
	h.wantHeld("anna 10-15 10:00; eva 10-15 10:00")
	if got := h.tick(); !slices.Contains(got, "UANNA: suggested 10-15 10:00 proposed by UEVA or 10-16 13:00") {
		t.Errorf("the letters are %q", got)
	}
	if _, err = h.MoveTo(t.Context(), h.actor("eva"), v.ID, h.clock("10-16 13:00"), "try", h.now); care.CodeOf(err) != care.CodeMayNotMove {
		t.Errorf("MoveTo() by an attendee = %v", err)
	}
	for range 2 {
		_, err = h.MoveTo(t.Context(), h.actor("anna"), v.ID, h.clock("10-16 13:00"), h.request(), h.now)
		h.must(err)
	}
	h.wantMeets(v.ID, "10-16 13:00 proposed: anna accepted, eva")
	h.wantHeld("anna 10-16 13:00; eva 10-16 13:00")
}

// TestMeetingReminders looks at what is sent of itself. It was booked on Monday at noon for Tuesday the week after.
func TestMeetingReminders(t *testing.T) {
	h := withCases(t)
	h.save("eva", care.SettingsForm{Language: care.Swedish, Meetings: care.RemindDayAnd}, "settings")
	h.alter("eva", func(st *care.Staff) { st.MeetingWord = care.RemindDayAnd })
	h.alter("rut", func(st *care.Staff) { st.MeetingWord = care.RemindNothing })
	v := h.books("anna", form("eva rut (bo)"), "10-13 10:00")
	h.until("2026-10-05", 13, 0)
	h.answers("rut", v.ID, care.Accepted)
	h.answers("bo", v.ID, care.Declined)
	h.until("2026-10-06", 18, 0)
	h.wantSent(h.until("2026-10-07", 18, 0), "10-07 08:00 UEVA: again 10-13 10:00 proposed")
	h.wantSent(h.until("2026-10-08", 18, 0), "10-08 08:00 UANNA: again 10-13 10:00 proposed")
	h.wantSent(h.until("2026-10-12", 18, 0), "10-12 15:00 UANNA: day 2026-10-13: 10-13 10:00", "10-12 15:00 UEVA: day 2026-10-13: 10-13 10:00")
	h.now = h.clock("10-13 09:45")
	h.wantLetters(h.tick(), "UEVA: soon 10-13 10:00 proposed")
}

// TestMeetingDayTellsOfAll has two meetings of Eva's on one day, one of which is called off when she has been reminded.
func TestMeetingDayTellsOfAll(t *testing.T) {
	h := withCases(t)
	h.books("anna", form("eva"), "10-13 10:00")
	v := h.books("bo", form("eva"), "10-13 13:00")
	h.until("2026-10-12", 14, 45)
	h.wantSent(h.until("2026-10-12", 15, 0), "10-12 15:00 UANNA: day 2026-10-13: 10-13 10:00", "10-12 15:00 UEVA: day 2026-10-13: 10-13 10:00, 10-13 13:00",
		"10-12 15:00 UBO: day 2026-10-13: 10-13 13:00")
	_, err := h.CancelMeeting(t.Context(), h.actor("bo"), v.ID, "off", h.now)
	h.must(err)
	if got := h.tick(); !slices.Contains(got, "anew UEVA: day 2026-10-13: 10-13 10:00") {
		t.Errorf("the letters are %q", got)
	}
}

// TestMeetingNearIsToldAtOnce books at night for the next morning, and for later.
func TestMeetingNearIsToldAtOnce(t *testing.T) {
	for at, want := range map[string]int{"10-06 09:00": 2, "10-06 16:00": 2, "10-07 09:00": 0} {
		h := withCases(t)
		h.now = h.clock("10-05 20:00")
		h.books("anna", form("eva"), at)
		if got := h.tick(); len(got) != want {
			t.Errorf("of a meeting on %s is sent %q, want %d letters", at, got, want)
		}
	}
}

// TestMeetingOfACase books for a case, which waits for it, is moved with it, and is to be seen to when it is called off.
func TestMeetingOfACase(t *testing.T) {
	h := withCases(t)
	f := form("eva", "8B-K3F")
	f.Case = h.opened("rut", "8B-K3F")
	v := h.books("anna", f, "10-15 10:00")
	steps := []string{h.standsAt(f.Case)}
	_, err := h.MoveTo(t.Context(), h.actor("anna"), v.ID, h.clock("10-16 10:00"), "move", h.now)
	h.must(err)
	steps = append(steps, h.standsAt(f.Case))
	h.now = h.now.Add(time.Hour)
	_, err = h.CancelMeeting(t.Context(), h.actor("anna"), v.ID, "off", h.now)
	h.must(err)
	for range 3 {
		_, err := h.MoveOut(t.Context(), h.now)
		h.must(err)
	}
	steps = append(steps, h.standsAt(f.Case))
	want := []string{"waiting 1 due 10-08 next 10-16 anna", "waiting 1 due 10-08 next 10-19 anna", "open 1 due 10-08 next 10-06 anna"}
	if !slices.Equal(steps, want) {
		t.Errorf("the case is\n  %q, want\n  %q", steps, want)
	}
	card := h.card(h.actor("rut"), "8B-K3F", 0)
	if card.Meeting != nil {
		t.Errorf("the card shows a meeting that is called off: %+v", card.Meeting)
	}
}

// TestMeetingLosesSomeone has people leave or be away, by what really says so.
func TestMeetingLosesSomeone(t *testing.T) {
	leaves := func(h *house, who string) {
		h.t.Helper()
		for i := range 2 { // and nothing is done twice
			h.alter(who, func(st *care.Staff) {
				st.Posts = []care.Post{{School: "alen", Role: care.EHT, Period: care.Period{To: "2026-10-09"}}}
				st.Mark(fmt.Sprint("import ", i), h.now)
			})
		}
	}
	for _, tt := range []struct {
		name   string
		change func(h *house, id string)
		want   string
		told   []string
	}{
		{"one who is needed leaves", func(h *house, _ string) { leaves(h, "eva") },
			"10-15 10:00 proposed: anna accepted, (eva) declined, rut, (bo)", []string{"UANNA: lost 10-15 10:00 proposed who UEVA slots 10-06 10-07 10-08"}},
		{"one who is needed is away then", func(h *house, _ string) {
			h.save("eva", care.SettingsForm{Language: care.Swedish, Leave: &care.LeaveForm{From: "2026-10-14", To: "2026-10-15"}}, "leave")
		}, "10-15 10:00 proposed: anna accepted, eva declined, rut, (bo)", []string{"UANNA: lost 10-15 10:00 proposed who UEVA slots 10-06 10-07 10-08"}},
		{"one is away the day before", func(h *house, _ string) {
			h.save("eva", care.SettingsForm{Language: care.Swedish, Leave: &care.LeaveForm{From: "2026-10-13", To: "2026-10-14"}}, "leave")
		}, "10-15 10:00 proposed: anna accepted, eva, rut, (bo)", nil},
		{"one who need not come leaves", func(h *house, _ string) { leaves(h, "bo") },
			"10-15 10:00 proposed: anna accepted, eva, rut, (bo) declined", nil},
		{"one whose account is closed", func(h *house, _ string) {
			h.must(h.Learn(h.t.Context(), care.Account{SlackID: "URUT", Facts: care.SlackFacts{Team: "T1", Deactivated: true, Updated: h.now}}, h.now))
		}, "10-15 10:00 proposed: anna accepted, eva, (rut) declined, (bo)", []string{"UANNA: lost 10-15 10:00 proposed who URUT slots 10-06 10-07 10-08"}},
		{"its organiser leaves", func(h *house, _ string) { leaves(h, "anna") },
			"10-15 10:00 proposed: (anna) declined, eva accepted, rut, (bo)", []string{"UEVA: lost 10-15 10:00 proposed who UANNA slots 10-06 10-07 10-08"}},
		{"its organiser is away", func(h *house, _ string) { h.away("anna", "2026-10-15–2026-10-15"); h.touch("anna") },
			"10-15 10:00 proposed: anna declined, eva, rut, (bo)", []string{"UANNA: lost 10-15 10:00 proposed who UANNA slots 10-06 10-07 10-08"}},
		{"its organiser leaves, and nobody comes who is needed", func(h *house, id string) {
			h.answers("eva", id, care.Declined)
			h.answers("rut", id, care.Declined)
			leaves(h, "anna")
		}, "10-15 10:00 cancelled: (anna) declined, eva declined, rut declined, (bo)",
			[]string{"UEVA: cancelled 10-15 10:00 cancelled", "URUT: cancelled 10-15 10:00 cancelled", "UBO: cancelled 10-15 10:00 cancelled"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withCases(t)
			v := h.books("anna", form("eva rut (bo)"), "10-15 10:00")
			h.person("tor", "eht@alen") // for the team's quorum
			h.tick()
			tt.change(h, v.ID)
			got := append(h.tick(), h.tick()...)
			h.wantMeets(v.ID, tt.want)
			for _, want := range tt.told {
				if n := len(slices.DeleteFunc(slices.Clone(got), func(l string) bool { return l != want })); n != 1 {
					t.Errorf("%q is told %d times, want once, among %q", want, n, got)
				}
			}
			if lost := strings.Contains(strings.Join(got, "; "), ": lost"); tt.told == nil && lost {
				t.Errorf("told are %q", got)
			}
			h.wantWhole([]string{"anna", "eva", "bo", "rut"})
		})
	}
}

// touch has what follows from a change of a person be looked at.
func (h *house) touch(who string) {
	h.t.Helper()
	h.alter(who, func(st *care.Staff) { st.OutAt = h.now })
}
