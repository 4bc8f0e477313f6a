package care_test

import (
	"testing"

	"lotsen/internal/care"
)

// What has befallen a case is told to whom it concerns, in work hours, if it still holds then and they may see it.
func TestCaseWords(t *testing.T) {
	const day = "2026-10-05"
	for _, tt := range []struct {
		name string
		do   func(h *house, id string) // about eva's case of anna's student
		want []string
	}{
		{"closed: whoever opened it hears", func(h *house, id string) { h.does(id, "anna close attends") }, []string{"UEVA: 8B-K3F act close by UANNA"}},
		{"closed by whoever opened it", func(h *house, id string) { h.does(id, "eva close attends") }, nil},
		{"closed and taken back", func(h *house, id string) {
			h.does(id, "anna close attends")
			h.undo("anna", id, "2")
		}, nil},
		{"done: nobody hears", func(h *house, id string) { h.does(id, "anna talked") }, nil},
		{"handed over", func(h *house, id string) { h.does(id, "anna handover rut") }, []string{"URUT: 8B-K3F act handover by UANNA"}},
		{"handed over to another", func(h *house, id string) {
			h.does(id, "anna handover rut")
			h.changeEntry("anna", id, "2", care.CaseForm{Act: care.ActHandOver, To: "UEVA"})
		}, []string{"UEVA: 8B-K3F act handover by UANNA"}},
		{"handed over and taken at once", func(h *house, id string) {
			h.does(id, "anna handover rut")
			h.does(id, "rut take")
		}, nil},
		{"handed to someone who has left since", func(h *house, id string) {
			h.does(id, "anna handover rut")
			h.alter("rut", func(st *care.Staff) { st.Posts = nil })
		}, nil},
		{"the student is protected since", func(h *house, id string) {
			h.does(id, "anna close attends")
			h.change("8B-K3F", func(stu *care.Student) { stu.Protected = true })
		}, nil},
		{"the same request twice", func(h *house, id string) {
			for range 2 {
				_, err := h.ActOnCase(h.t.Context(), h.actor("anna"), id, care.CaseForm{Act: care.ActClose, Reason: care.CloseBack}, "once", h.now)
				h.must(err)
			}
		}, []string{"UEVA: 8B-K3F act close by UANNA"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			h.t = t
			h.on(day)
			id := h.opened("eva", "8B-K3F")
			h.wantLetters(h.tick())
			tt.do(h, id)
			h.wantLetters(h.tick(), tt.want...)
			h.wantLetters(h.tick())
		})
	}
}

// What figures and time have done is told to the owner; after work hours, on the next morning.
func TestCaseWordsToTheOwner(t *testing.T) {
	h := withCases(t)
	for d := range 3 {
		h.absent("8B-M2X", care.Date("2026-10-05").AddDays(d), 6, 6)
	}
	h.on("2026-10-05")
	h.assess("8B-M2X")
	h.does("8B-M2X/1", "anna handover rut")
	h.wantLetters(h.tick(), "URUT: 8B-M2X act handover by UANNA")
	h.now = care.Date("2026-10-07").At(18, 0, h.zone).UTC()
	h.settles("2026-10-07")
	h.now = care.Date("2026-10-07").At(18, 0, h.zone).UTC()
	h.wantLetters(h.tick())
	h.wantLetters(h.at("2026-10-08", 7, 45), "UANNA: 8B-M2X came_back")
	for d := range 3 {
		h.absent("8B-M2X", care.Date("2026-10-05").AddDays(d), 6, 0)
	}
	if got := h.assess("8B-M2X"); got != "retracted" {
		t.Fatalf("after the correction: %q, want it retracted", got)
	}
	h.wantLetters(h.tick(), "UANNA: 8B-M2X retracted")
}
