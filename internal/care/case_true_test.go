package care_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// withRooms is withCases with channels for the team and the principal of alen, an administrator, and a ladder whose first
// step is due in three school days and told the team three later.
func withRooms(t testing.TB) *house {
	t.Helper()
	h := withCases(t)
	h.school(func(sc *care.School) {
		sc.EHTChannel, sc.PrincipalChannel, sc.Admins = "GEHT", "GREKTOR", []string{"UADA"}
	})
	h.now = care.Date("2026-10-05").At(6, 45, h.zone).UTC()
	return h
}

// school changes alen.
func (h *house) school(change func(*care.School)) {
	sc := h.Schools["alen"]
	change(&sc)
	h.Schools["alen"] = sc
}

// until ticks each half hour of the days from now until a time, and returns what was sent, each letter with the time at
// which it was.
func (h *house) until(day care.Date, hour, minute int) []string {
	h.t.Helper()
	var sent []string
	for end := day.At(hour, minute, h.zone); ; {
		local := h.now.In(h.zone)
		if local.Minute() < 30 {
			_, err := h.SettleCases(h.t.Context(), h.now)
			h.must(err)
		}
		for _, l := range append(h.tick(), h.tick()...) { // what is handed on moves with the second
			sent = append(sent, local.Format("01-02 15:04 ")+l)
		}
		next := h.now.Truncate(30 * time.Minute).Add(30 * time.Minute)
		if local.Hour() >= 18 {
			next = care.DateOf(h.now, h.zone).AddDays(1).At(6, 30, h.zone)
		}
		if next.After(end) {
			h.now = end.UTC()
			return sent
		}
		h.now = next.UTC()
	}
}

// caseSaid writes a case in a message: "8B-K3F first of UANNA", "8B-K3F due: talked by UANNA".
func caseSaid(i care.CaseItem) string {
	words := string(i.Ref) + " " + string(i.Prompt)
	if i.Owner != "" {
		words += " of " + i.Owner
	}
	if d := i.Did; d != nil {
		words += ": " + string(d.Act)
		if d.What != care.CaseActed {
			words += string(d.What)
		}
		if d.By != "" {
			words += " by " + d.By
		}
	}
	return words
}

// wantSent checks what was sent, a line a letter.
func (h *house) wantSent(got []string, want ...string) {
	h.t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		h.t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// acts does an act about a case now.
func (h *house) acts(who, id string, f care.CaseForm) {
	h.t.Helper()
	h.requests++
	_, err := h.ActOnCase(h.t.Context(), h.actor(who), id, f, fmt.Sprint("act ", h.requests), h.now)
	h.must(err)
}

// TestPromptStories walk cases through days, and hold all that is sent to what is expected. What is done is done
// at the end of the time before it.
func TestPromptStories(t *testing.T) {
	act := func(a care.Act) care.CaseForm { return care.CaseForm{Act: a} }
	for _, tt := range []struct {
		name  string
		story func(h *house)
	}{
		{"a silent mentor, a silent team", func(h *house) {
			h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-11-20", 17, 0),
				"10-05 08:00 UANNA: 8B-K3F first",
				"10-08 08:00 UANNA: 8B-K3F due",
				"10-13 08:00 #GEHT: 8B-K3F team of UANNA",
				"10-16 08:00 #GREKTOR: 8B-K3F principal of UANNA")
		}},
		{"an act on the second day stops everything", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-06", 9, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.acts("anna", id, act(care.ActTalked))
			h.wantSent(h.until("2026-10-15", 17, 0), "10-06 09:10 anew UANNA: 8B-K3F first: talked by UANNA")
			h.wantSent(h.until("2026-11-20", 17, 0), "10-16 08:00 UANNA: 8B-K3F follow_up")
		}},
		{"an act after the team was told stops it, and all messages say who did what", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-14", 9, 10), "10-05 08:00 UANNA: 8B-K3F first", "10-08 08:00 UANNA: 8B-K3F due", "10-13 08:00 #GEHT: 8B-K3F team of UANNA")
			h.acts("eva", id, act(care.ActHome))
			h.wantSent(h.until("2026-10-23", 17, 0),
				"10-14 09:10 anew UANNA: 8B-K3F first: home by UEVA",
				"10-14 09:10 anew UANNA: 8B-K3F due: home by UEVA",
				"10-14 09:10 anew #GEHT: 8B-K3F team of UANNA: home by UEVA")
		}},
		{"an act that is taken back: what was told is not told again, and the rest goes on", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-06", 9, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.acts("anna", id, act(care.ActTalked))
			h.wantSent(h.until("2026-10-06", 9, 20), "10-06 09:10 anew UANNA: 8B-K3F first: talked by UANNA")
			h.undo("anna", id, "2")
			h.wantSent(h.until("2026-10-13", 9, 0), "10-06 09:20 anew UANNA: 8B-K3F first", "10-08 08:00 UANNA: 8B-K3F due", "10-13 08:00 #GEHT: 8B-K3F team of UANNA")
		}},
		{"an act that is changed", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-06", 9, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.acts("anna", id, act(care.ActNotReached))
			h.wantSent(h.until("2026-10-07", 9, 0), "10-06 09:10 anew UANNA: 8B-K3F first: not_reached by UANNA", "10-07 08:00 UANNA: 8B-K3F again")
			h.changeEntry("anna", id, "2", act(care.ActHome))
			h.wantSent(h.until("2026-10-16", 17, 0),
				"10-07 09:00 anew UANNA: 8B-K3F first: home by UANNA", "10-07 09:00 anew UANNA: 8B-K3F again: home by UANNA",
				"10-16 08:00 UANNA: 8B-K3F follow_up")
		}},
		{"something logged is an act", func(h *house) {
			h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-06", 9, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.wantSent(h.until("2026-10-15", 17, 0), "10-06 09:10 anew UANNA: 8B-K3F first: talked by UANNA")
		}},
		{"put off to two o'clock the same day", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-05", 8, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.acts("anna", id, care.CaseForm{Act: care.ActSnooze, At: 14 * 60})
			h.wantSent(h.until("2026-10-08", 17, 0), "10-05 08:10 anew UANNA: 8B-K3F first: snooze by UANNA",
				"10-05 14:00 UANNA: 8B-K3F again", "10-08 08:00 UANNA: 8B-K3F due")
		}},
		{"put off over Christmas", func(h *house) {
			h.now = care.Date("2026-12-14").At(6, 45, h.zone).UTC()
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-12-17", 11, 0), "12-14 08:00 UANNA: 8B-K3F first", "12-17 08:00 UANNA: 8B-K3F due")
			h.acts("anna", id, care.CaseForm{Act: care.ActSnooze, FollowUp: "2027-01-13"})
			h.wantSent(h.until("2027-01-18", 17, 0),
				"12-17 11:00 anew UANNA: 8B-K3F first: snooze by UANNA", "12-17 11:00 anew UANNA: 8B-K3F due: snooze by UANNA",
				"01-13 08:00 UANNA: 8B-K3F again", "01-18 08:00 #GEHT: 8B-K3F team of UANNA")
		}},
		{"nobody reached: the escalation runs on, and the team is told once", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.until("2026-10-13", 10, 0)
			h.acts("anna", id, act(care.ActNotReached))
			h.wantSent(h.until("2026-10-16", 17, 0),
				"10-13 10:00 anew UANNA: 8B-K3F first: not_reached by UANNA", "10-13 10:00 anew UANNA: 8B-K3F due: not_reached by UANNA",
				"10-13 10:00 anew #GEHT: 8B-K3F team of UANNA: not_reached by UANNA",
				"10-14 08:00 UANNA: 8B-K3F again", "10-16 08:00 #GREKTOR: 8B-K3F principal of UANNA")
		}},
		{"handed over and not taken: it comes back", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-06", 9, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.acts("anna", id, care.CaseForm{Act: care.ActHandOver, To: "UEVA"})
			h.wantSent(h.until("2026-10-08", 7, 0), "10-06 09:10 anew UANNA: 8B-K3F first: handover by UANNA",
				"10-06 09:10 UEVA: 8B-K3F act handover by UANNA",
				"10-08 07:00 anew UANNA: 8B-K3F first: came_back")
			h.wantSent(h.until("2026-10-13", 17, 0), "10-08 07:30 UANNA: 8B-K3F came_back",
				"10-09 08:00 UANNA: 8B-K3F again", "10-13 08:00 #GEHT: 8B-K3F team of UANNA")
		}},
		{"taken: the escalation begins anew", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.until("2026-10-13", 10, 0)
			h.acts("eva", id, act(care.ActTake))
			h.wantSent(h.until("2026-10-21", 17, 0),
				"10-13 10:00 anew UANNA: 8B-K3F first of UEVA: take by UEVA", "10-13 10:00 anew UANNA: 8B-K3F due of UEVA: take by UEVA",
				"10-13 10:00 anew #GEHT: 8B-K3F team of UEVA: take by UEVA",
				"10-14 08:00 UEVA: 8B-K3F again", "10-16 08:00 UEVA: 8B-K3F due",
				"10-21 08:00 #GEHT/3: 8B-K3F team of UEVA")
		}},
		{"asked of the team, which does not answer", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-06", 20, 0), "10-05 08:00 UANNA: 8B-K3F first")
			h.acts("anna", id, act(care.ActNeedsEHT))
			h.wantSent(h.until("2026-10-30", 17, 0), "10-06 20:00 anew UANNA: 8B-K3F first: needs_eht by UANNA",
				"10-07 07:30 #GEHT: 8B-K3F team of UANNA", "10-12 08:00 #GREKTOR: 8B-K3F principal of UANNA")
		}},
		{"corrected figures retract it", func(h *house) {
			h.absent("8B-K3F", "2026-10-02", 6, 1)
			h.assess("8B-K3F")
			h.wantSent(h.until("2026-10-06", 9, 10), "10-05 08:00 UANNA: 8B-K3F first")
			h.absent("8B-K3F", "2026-10-02", 6, 0)
			h.assess("8B-K3F")
			h.wantSent(h.until("2026-10-30", 17, 0), "10-06 09:10 anew UANNA: 8B-K3F first: retracted", "10-06 09:10 UANNA: 8B-K3F retracted")
		}},
		{"two cases and a follow-up are one message", func(h *house) {
			h.now = care.Date("2026-10-01").At(12, 0, h.zone).UTC()
			h.follow(h.actor("anna"), "2026-10-05", "8B-M2X")
			h.now = care.Date("2026-10-05").At(6, 45, h.zone).UTC()
			h.opened("rut", "8B-K3F")
			h.opened("rut", "8B-M2X")
			h.wantSent(h.until("2026-10-06", 17, 0), "10-05 08:00 UANNA: 8B-K3F first, 8B-M2X first, 8B-M2X open")
		}},
		{"after a stop of days, one message a person and room", func(h *house) {
			h.opened("rut", "8B-K3F")
			h.opened("rut", "8B-M2X")
			h.wantSent(h.tick())
			h.now = care.Date("2026-10-20").At(9, 0, h.zone).UTC()
			h.wantSent(h.until("2026-10-22", 17, 0), "10-20 09:00 UANNA: 8B-K3F first, 8B-M2X first",
				"10-20 09:00 #GEHT: 8B-K3F team of UANNA", "10-20 09:00 #GEHT: 8B-M2X team of UANNA")
			// The principal is told when the team has had its time, and the autumn break is over.
			h.wantSent(h.until("2026-10-23", 17, 0), "10-23 08:00 #GREKTOR: 8B-K3F principal of UANNA", "10-23 08:00 #GREKTOR: 8B-M2X principal of UANNA")
		}},
		{"a first that is late, on the due day, is the only one", func(h *house) {
			h.opened("rut", "8B-K3F")
			h.wantSent(h.tick())
			h.now = care.Date("2026-10-07").At(15, 0, h.zone).UTC()
			h.wantSent(h.until("2026-10-07", 17, 0), "10-07 15:00 UANNA: 8B-K3F first")
			h.wantSent(h.until("2026-10-08", 17, 0), "10-08 08:00 UANNA: 8B-K3F due")
		}},
		{"two who act, one after the other before anything is shown", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			h.until("2026-10-06", 9, 10)
			h.acts("eva", id, act(care.ActNotReached))
			h.acts("anna", id, act(care.ActTalked))
			h.wantSent(h.until("2026-10-15", 17, 0), "10-06 09:10 anew UANNA: 8B-K3F first: talked by UANNA")
		}},
		{"a case that was stored before cases asked for anything", func(h *house) {
			id := h.opened("rut", "8B-K3F")
			c := h.theCase(id)
			c.Asked, c.Out, c.OutAt = 0, care.Outbox{}, time.Time{}
			h.must(h.Cases.Replace(h.t.Context(), c))
			h.wantSent(h.until("2026-10-08", 17, 0), "10-05 08:00 UANNA: 8B-K3F first", "10-08 08:00 UANNA: 8B-K3F due")
		}},
		{"past the school year nothing is sent", func(h *house) {
			h.school(func(sc *care.School) { sc.Years = sc.Years[:1] })
			h.now = care.Date("2027-06-10").At(6, 45, h.zone).UTC()
			h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2027-08-01", 17, 0), "06-10 08:00 UANNA: 8B-K3F first")
			h.school(func(sc *care.School) { sc.Years = append(sc.Years, care.Period{From: "2027-08-16", To: "2028-06-09"}) })
			// It was due on the third school day after 10 June: that day was not known then, and is taken for 13 June.
			h.wantSent(h.until("2027-08-23", 17, 0), "08-16 08:00 UANNA: 8B-K3F due", "08-18 08:00 #GEHT: 8B-K3F team of UANNA",
				"08-23 08:00 #GREKTOR: 8B-K3F principal of UANNA")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withRooms(t)
			h.t = t
			tt.story(h)
		})
	}
}
