package care_test

import (
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
