package care_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// moves moves on what changes carry, so that cases hear of what was logged.
func (h *house) moves() {
	h.t.Helper()
	_, err := h.MoveOut(h.t.Context(), h.now)
	h.must(err)
}

// Someone logs for 8B-K3F, whose case was opened on Monday 5 October.
func TestLoggedContactIsAnAct(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		log     func(h *house)
		want    string
		entries string
	}{
		{"a talk", func(h *house) { h.log(h.actor("anna"), "8B-K3F samtal", "r") },
			"waiting 1 due 10-08 next 10-15 anna", "opened anna:talked"},
		{"home", func(h *house) { h.log(h.actor("anna"), "8B-K3F plan,hem", "r") },
			"waiting 1 due 10-08 next 10-15 anna", "opened anna:home"},
		{"anything else", func(h *house) { h.log(h.actor("eva"), "8B-K3F plan", "r") },
			"waiting 1 due 10-08 next 10-15 anna", "opened eva:done"},
		{"by a coach, who sees no case", func(h *house) {
			coach := h.person("coach", "coach@alen")
			h.assign(coach, "8B-K3F", care.Period{})
			h.log(coach, "8B-K3F coaching", "r")
		}, "waiting 1 due 10-08 next 10-15 anna", "opened coach:talked"},
		{"for several", func(h *house) { h.log(h.actor("eva"), "9C-P5P,8B-K3F samtal", "r") },
			"waiting 1 due 10-08 next 10-15 anna", "opened eva:talked"},
		{"for another", func(h *house) { h.log(h.actor("eva"), "9C-P5P samtal", "r") },
			"open 1 due 10-08 next 10-08 anna", "opened"},
		{"with a day to follow up", func(h *house) { h.follow(h.actor("anna"), "2026-10-12", "8B-K3F") },
			"waiting 1 due 10-08 next 10-12 anna", "opened anna:talked"},
		{"with a day far off", func(h *house) { h.follow(h.actor("anna"), "2027-05-12", "8B-K3F") },
			"waiting 1 due 10-08 next 12-07 anna", "opened anna:talked"},
		{"made before the case was", func(h *house) { h.logged("anna", func(f *care.InterventionForm) { f.Date = "2026-10-04" }) },
			"open 1 due 10-08 next 10-08 anna", "opened"},
		{"made the day before", func(h *house) {
			h.on("2026-10-07")
			h.logged("anna", func(f *care.InterventionForm) { f.Date = "2026-10-06" })
		}, "waiting 1 due 10-08 next 10-16 anna", "opened anna:talked"},
		{"made long ago", func(h *house) {
			h.on("2026-11-05")
			h.logged("anna", func(f *care.InterventionForm) { f.Date = "2026-10-06" })
		}, "waiting 1 due 10-08 next 11-05 anna", "opened anna:talked"},
		{"nobody was reached", func(h *house) {
			h.logged("anna", func(f *care.InterventionForm) { f.Outcome = care.OutcomeNotReached })
		},
			"open 1 due 10-08 next 10-06 anna tried 1", "opened anna:not_reached"},
		{"for a group", func(h *house) { h.logged("anna", func(f *care.InterventionForm) { f.Level = care.LevelGroup }) },
			"open 1 due 10-08 next 10-08 anna", "opened"},
		{"withdrawn before it was heard of", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.withdraw("anna", e.ID)
		}, "open 1 due 10-08 next 10-08 anna", "opened"},
		{"withdrawn", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.moves()
			h.withdraw("anna", e.ID)
		}, "open 1 due 10-08 next 10-08 anna", "opened ~anna:talked"},
		{"withdrawn after another act", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.moves()
			h.does("8B-K3F/1", "eva back 2026-10-20")
			h.withdraw("anna", e.ID)
		}, "waiting 1 due 10-08 next 10-20 anna", "opened ~anna:talked eva:back"},
		{"withdrawn after another act was taken back", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.moves()
			h.does("8B-K3F/1", "anna snooze")
			h.undo("anna", "8B-K3F/1", "3")
			h.withdraw("anna", e.ID)
		}, "open 1 due 10-08 next 10-05 anna", "opened ~anna:talked ~anna:snooze"},
		{"withdrawn after another act was taken back, and nobody was reached before", func(h *house) {
			h.does("8B-K3F/1", "anna not_reached")
			e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.moves()
			h.does("8B-K3F/1", "anna snooze")
			h.undo("anna", "8B-K3F/1", "4")
			h.withdraw("anna", e.ID)
		}, "open 1 due 10-08 next 10-05 anna", "opened anna:not_reached ~anna:talked ~anna:snooze"},
		{"withdrawn when the team was asked already", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
			h.moves()
			h.does("8B-K3F/1", "anna needs_eht")
			h.withdraw("anna", e.ID)
		}, "waiting 1 due 10-08 next 10-08 anna queued", "opened ~anna:talked anna:needs_eht"},
		{"then it is said that nobody was reached", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Outcome = care.OutcomeNotReached }), "r2")
		}, "open 1 due 10-08 next 10-06 anna tried 1", "opened anna:not_reached"},
		{"then another day is named", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.FollowUp = "2026-10-09" }), "r2")
		}, "waiting 1 due 10-08 next 10-09 anna", "opened anna:home"},
		{"then it is another student's", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Students = []care.Ref{"8B-M2X"} }), "r2")
		}, "open 1 due 10-08 next 10-08 anna", "opened ~anna:home"},
		{"then the note is changed", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Note = "Ny" }), "r2")
		}, "waiting 1 due 10-08 next 10-15 anna", "opened anna:home"},
		{"what was taken back in the case stays so", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.undo("anna", "8B-K3F/1", "2")
			h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Note = "Ny" }), "r2")
		}, "open 1 due 10-08 next 10-08 anna", "opened ~anna:home"},
		{"what was changed in the case stays so", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.changeEntry("anna", "8B-K3F/1", "2", care.CaseForm{Act: care.ActNotReached})
			h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Note = "Ny" }), "r2")
		}, "open 1 due 10-08 next 10-06 anna tried 1", "opened anna:not_reached"},
		{"what was changed in the case, and then withdrawn", func(h *house) {
			e := h.log(h.actor("anna"), "8B-K3F hem", "r")
			h.moves()
			h.changeEntry("anna", "8B-K3F/1", "2", care.CaseForm{FollowUp: "2026-10-20"})
			h.withdraw("anna", e.ID)
		}, "open 1 due 10-08 next 10-08 anna", "opened ~anna:home"},
		{"of a closed case", func(h *house) {
			h.does("8B-K3F/1", "anna close attends")
			h.log(h.actor("anna"), "8B-K3F samtal", "r")
		}, "closed 1 due 10-08 next - anna", "opened anna:close"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			id := h.opened("anna", "8B-K3F")
			tt.log(h)
			h.moves()
			c := h.theCase(id)
			if got := h.standsAt(id); got != tt.want {
				t.Errorf("the case is\n  %q, want\n  %q", got, tt.want)
			}
			if got := h.entries(id); got != tt.entries {
				t.Errorf("the entries are %q, want %q", got, tt.entries)
			}
			h.moves()
			if again := h.theCase(id); len(again.Entries) != len(c.Entries) || again.Plan != c.Plan {
				t.Errorf("heard of again, it is counted again: %q", h.entries(id))
			}
		})
	}
}

// logged logs a talk with 8B-K3F by the form.
func (h *house) logged(who string, change func(*care.InterventionForm)) care.Entry {
	h.t.Helper()
	f := talk("", "8B-K3F")
	change(&f)
	return h.send(h.actor(who), f, "form", "send")
}

func (h *house) withdraw(who, id string) {
	h.t.Helper()
	_, err := h.UndoIntervention(h.t.Context(), h.actor(who), id, "withdraw", h.now)
	h.must(err)
}

// What is written about a contact in its case is not lost when the intervention is changed.
func TestNoteOfAContactStays(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	e := h.log(h.actor("anna"), "8B-K3F hem", "r")
	h.moves()
	h.changeEntry("anna", id, "2", care.CaseForm{Note: "Ringer igen"})
	h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.FollowUp = "2026-10-09" }), "r2")
	h.moves()
	v, err := h.CaseByID(t.Context(), h.actor("anna"), id, h.now)
	h.must(err)
	if got := v.Entries[0].Note; got != "Ringer igen" || v.Next != "2026-10-15" {
		t.Errorf("the note is %q, the next day %s", got, v.Next)
	}
}

// What was heard of, but could not be noted as moved, is heard of again and counts once.
func TestContactCountsOnce(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	e := h.log(h.actor("anna"), "8B-K3F samtal", "r")
	h.engine.between("Replace interventions", func() error { return care.ErrConflict })
	h.moves()
	if iv := h.stored(e.ID); iv.OutAt.IsZero() {
		t.Fatal("nothing waits to be moved again")
	}
	h.moves()
	h.moves()
	if got, want := h.entries(id), "opened anna:talked"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

// A contact that comes between an act's reading and writing is not lost.
func TestContactMeetsAnAct(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.moves()
	h.log(h.actor("anna"), "8B-K3F samtal", "r")
	h.engine.between("Replace cases", func() error {
		_, err := h.ActOnCase(t.Context(), h.actor("eva"), id, care.CaseForm{Act: care.ActHome}, "r1", h.now)
		return err
	})
	h.moves()
	if got, want := h.entries(id), "opened eva:home anna:talked"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

// What was done about the step before is no act of the one that the case has come to.
func TestContactOfTheStepBefore(t *testing.T) {
	h := withCases(t)
	h.story(t, "8B-K3F/1", "10-02 absent 1", "10-05 assess opened", "10-06 absent", "10-07 absent", "10-08 absent", "10-19 assess rose")
	h.logged("anna", func(f *care.InterventionForm) { f.Date = "2026-10-16" })
	h.moves()
	if got, want := h.entries("8B-K3F/1"), "opened rose"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
	// And what counted for it is still its, whatever is changed about it later.
	h.on("2026-10-20")
	e := h.log(h.actor("anna"), "8B-K3F samtal", "r2")
	h.moves()
	h.story(t, "8B-K3F/1", "10-07 absent 0", "10-21 assess lowered")
	h.edit(h.actor("anna"), e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Note = "Ny" }), "r3")
	h.moves()
	if got, want := h.entries("8B-K3F/1"), "opened rose anna:talked lowered"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

// A contact's act is on record as its author's.
func TestContactIsAudited(t *testing.T) {
	h := withCases(t)
	h.opened("eva", "8B-K3F")
	h.log(h.actor("anna"), "8B-K3F samtal", "r")
	h.moves()
	h.moves()
	want := []string{"anna case.act 8B-K3F", "anna intervention.log 8B-K3F", "eva case.open 8B-K3F"}
	if diff := cmp.Diff(want, h.audited()); diff != "" {
		t.Errorf("audited (-want +got):\n%s", diff)
	}
}
