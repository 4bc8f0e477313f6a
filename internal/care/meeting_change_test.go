package care_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// TestMeetingWithoutWhoNeedNotCome has Bo, who need not come, in another meeting at the times that are chosen.
func TestMeetingWithoutWhoNeedNotCome(t *testing.T) {
	h := withTeam(t)
	h.person("ida", "eht@alen")
	h.books("rut", form("eva bo"), "10-15 10:00")
	h.books("rut", form("eva bo"), "10-16 10:00")
	v := h.books("anna", form("ida (bo)"), "10-15 10:00")
	h.wantMeets(v.ID, "10-15 10:00 proposed: anna accepted, ida, (bo) declined")
	if got := h.answers("bo", v.ID, care.Accepted); got != "meeting_taken" {
		t.Errorf("he wants to come after all: %q", got)
	}
	for at, want := range map[string]string{
		"10-16 10:00": "10-16 10:00 proposed: anna accepted, ida, (bo) declined",
		"10-16 13:00": "10-16 13:00 proposed: anna accepted, ida, (bo)",
	} {
		_, err := h.MoveTo(t.Context(), h.actor("anna"), v.ID, h.clock(at), h.request(), h.now)
		h.must(err)
		h.wantMeets(v.ID, want)
	}
	h.wantWhole([]string{"anna", "eva", "bo", "rut", "ida"})
}

// TestMeetingOfACaseLosesItsOrganiser has nobody come who could take a meeting over.
func TestMeetingOfACaseLosesItsOrganiser(t *testing.T) {
	h := withCases(t)
	f := form("eva", "8B-K3F")
	f.Case = h.opened("rut", "8B-K3F")
	v := h.books("anna", f, "10-15 10:00")
	h.answers("eva", v.ID, care.Declined)
	h.tick()
	h.alter("anna", func(st *care.Staff) {
		for i := range st.Posts {
			st.Posts[i].To = "2026-10-09"
		}
		st.Mark("import", h.now)
	})
	h.now = h.now.Add(time.Hour)
	for range 2 {
		h.tick()
	}
	h.wantMeets(v.ID, "10-15 10:00 cancelled: (anna) declined, eva declined")
	if got, want := h.standsAt(f.Case), "open 1 due 10-08 next 10-06 anna"; got != want {
		t.Errorf("the case is %q, want %q", got, want)
	}
}

// TestMeetingMovedAsIsOffered has Bo, who is needed, be away for so long that a meeting can only be moved without him.
func TestMeetingMovedAsIsOffered(t *testing.T) {
	for who, want := range map[string]string{
		"anna": "10-05 12:15 proposed: anna accepted, eva, (bo)",
		"eva":  "10-15 10:00 proposed: anna accepted, eva, bo",
	} {
		h := withTeam(t)
		v := h.books("anna", form("eva bo"), "10-15 10:00")
		h.away("bo", "2026-10-05–2027-06-06")
		o, err := h.OfferMove(t.Context(), h.actor(who), v.ID, h.request(), h.now)
		h.must(err)
		_, err = h.Book(t.Context(), h.actor(who), o.ID, h.clock("10-05 12:15"), care.SlotWithout, "", h.request(), h.now)
		h.must(err)
		h.wantMeets(v.ID, want)
		_, err = h.Book(t.Context(), h.actor(who), o.ID, h.clock("10-05 13:15"), care.SlotShorter, "", h.request(), h.now)
		if got := h.outcome(err); got != "meeting_slot" {
			t.Errorf("a change that was not offered to %s: %q", who, got)
		}
	}
}

// TestMeetingDayWhileItIsSent has a meeting be called off while its people are being reminded of it.
func TestMeetingDayWhileItIsSent(t *testing.T) {
	h := withCases(t)
	v := h.books("anna", form("eva"), "10-13 10:00")
	h.until("2026-10-12", 14, 45)
	h.now = h.clock("10-12 15:00")
	d, err := h.TakeDelivery(t.Context(), h.now)
	h.must(err)
	l, err := h.PrepareLetter(t.Context(), d, h.now)
	h.must(err)
	if l == nil || l.Day == nil {
		t.Fatalf("the letter is %+v", l)
	}
	_, err = h.CancelMeeting(t.Context(), h.actor("anna"), v.ID, "off", h.now)
	h.must(err)
	_, err = h.MoveOut(t.Context(), h.now)
	h.must(err)
	h.must(h.LetterSent(t.Context(), l, "D"+l.To[1:], "1.000001", "shown"))
	if got, want := h.tick(), "anew "+l.To+": day 2026-10-13: "; !slices.Contains(got, want) {
		t.Errorf("the letters are %q, want %q among them", got, want)
	}
}

// TestMeetingMovedWithoutWhoHasGone has Eva, who is needed, leave the school; she hears nothing of the time that is found without her.
func TestMeetingMovedWithoutWhoHasGone(t *testing.T) {
	h := withTeam(t)
	f := form("eva bo", "8B-K3F")
	f.Kind = care.MeetingTeam
	v := h.books("anna", f, "10-15 10:00")
	h.tick()
	h.answers("eva", v.ID, care.Declined)
	h.alter("eva", func(st *care.Staff) {
		st.Posts = []care.Post{{School: "alen", Role: care.EHT, Period: care.Period{To: "2026-10-01"}}}
		st.Mark("import", h.now)
	})
	h.tick()
	_, err := h.MoveTo(t.Context(), h.actor("anna"), v.ID, h.clock("10-16 09:00"), h.request(), h.now)
	h.must(err)
	h.wantMeets(v.ID, "10-16 09:00 proposed: anna accepted, (eva) declined, bo")
	h.wantHeld("anna 10-16 09:00; bo 10-16 09:00")
	for _, l := range h.tick() {
		if strings.HasPrefix(l, "UEVA: ") {
			t.Errorf("who has gone is told %q", l)
		}
	}
}

// TestMeetingSuggestionIsNoAct has Anna, whose case it is, suggest another time.
func TestMeetingSuggestionIsNoAct(t *testing.T) {
	h := withCases(t)
	f := form("anna", "8B-K3F")
	f.Case = h.opened("rut", "8B-K3F")
	v := h.books("eva", f, "10-15 10:00")
	o, err := h.OfferMove(t.Context(), h.actor("anna"), v.ID, h.request(), h.now)
	h.must(err)
	_, err = h.Book(t.Context(), h.actor("anna"), o.ID, h.clock("10-16 13:00"), "", "", h.request(), h.now)
	h.must(err)
	h.tick()
	c, err := h.Cases.Get(t.Context(), f.Case)
	h.must(err)
	var by []string
	for _, e := range c.Entries {
		by = append(by, h.who(e.By)+" "+string(e.What))
	}
	if want := []string{"rut opened", "eva act"}; !slices.Equal(by, want) {
		t.Errorf("the case tells of %q, want %q", by, want)
	}
}
