package care_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// undo takes an entry back, and returns what the refusal or the case is then.
func (h *house) undo(who, id, entry string) string {
	h.t.Helper()
	h.requests++
	_, err := h.UndoCaseAct(h.t.Context(), h.actor(who), id, entry, fmt.Sprint("undo ", h.requests), h.now)
	if refused := h.refused(err); refused != "" {
		return refused
	}
	return h.standsAt(id)
}

// Every act leaves the case as it was when it is taken back, whatever it was.
func TestUndoEachAct(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "anna not_reached; anna snooze", "anna talked", "anna needs_eht", "anna handover rut", "anna wrong 2026-10-01"} {
		for _, act := range care.Acts {
			t.Run(before+", "+string(act), func(t *testing.T) {
				t.Parallel()
				h := withCases(t)
				h.absent("8B-K3F", "2026-10-01", 6, 1)
				h.absent("8B-K3F", "2026-10-02", 6, 1)
				id := h.opened("anna", "8B-K3F")
				if before != "" {
					h.does(id, before)
				}
				was, plan := h.standsAt(id), h.theCase(id).Plan
				arg := map[care.Act]string{care.ActClose: " other", care.ActHandOver: " bob"}[act]
				h.person("bob", "eht@alen")
				h.does(id, "eva "+string(act)+arg)
				done := h.theCase(id)
				last := done.Entries[len(done.Entries)-1]
				if last.Act != act || done.Plan != plan+1 {
					t.Fatalf("the last entry is %+v at plan %d, after %d", last, done.Plan, plan)
				}
				v, err := h.CaseByID(t.Context(), h.actor("eva"), id, h.now)
				h.must(err)
				for i, e := range v.Entries {
					if e.Undo != (i == 0) {
						t.Errorf("entry %s can be undone: %v", e.ID, e.Undo)
					}
				}
				if got := h.undo("eva", id, last.ID); got != was {
					t.Errorf("%s taken back, the case is\n  %q, want\n  %q", act, got, was)
				}
				if c := h.theCase(id); c.Plan != plan+2 || c.Entries[len(c.Entries)-1].Undone.IsZero() {
					t.Errorf("at plan %d the last entry is %+v", c.Plan, c.Entries[len(c.Entries)-1])
				}
				v, err = h.CaseByID(t.Context(), h.actor("eva"), id, h.now)
				h.must(err)
				if len(v.Entries) != len(done.Entries)-1 {
					t.Errorf("the view has %d entries, want %d", len(v.Entries), len(done.Entries)-1)
				}
			})
		}
	}
}

func TestUndoIsRefused(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.does(id, "anna talked")
	for _, tt := range []struct{ name, who, entry, want string }{
		{"someone else's", "eva", "2", "no_case_entry"},
		{"the opening", "anna", "1", "no_case_entry"},
		{"no entry", "anna", "9", "no_case_entry"},
	} {
		if got := h.undo(tt.who, id, tt.entry); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	at := h.now
	h.now = at.Add(care.UndoWindow + time.Millisecond)
	if got, want := h.undo("anna", id, "2"), "case_undo_late Minutes=30"; got != want {
		t.Errorf("too late: %q, want %q", got, want)
	}
	h.now = at
	h.does(id, "eva home")
	if got, want := h.undo("anna", id, "2"), "case_moved_on"; got != want {
		t.Errorf("after another act: %q, want %q", got, want)
	}
	h.now = at.Add(care.UndoWindow)
	if got, want := h.undo("eva", id, "3"), "waiting 1 due 10-08 next 10-15 anna"; got != want {
		t.Errorf("at the last moment: %q, want %q", got, want)
	}
	if got, want := h.undo("eva", id, "3"), "no_case_entry"; got != want {
		t.Errorf("twice: %q, want %q", got, want)
	}
	if got, want := h.undo("anna", id, "2"), "case_moved_on"; got != want {
		t.Errorf("the one before: %q, want %q", got, want)
	}
}

// The same request takes back what it took back, and no more.
func TestUndoOnceForEachRequest(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.does(id, "anna talked")
	for range 2 {
		v, err := h.UndoCaseAct(t.Context(), h.actor("anna"), id, "2", "r", h.now)
		if err != nil || v.State != care.CaseOpen {
			t.Errorf("UndoCaseAct() = %s, %v", v.State, err)
		}
	}
	if got, want := h.entries(id), "opened ~anna:talked"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

// A closed case is not opened again when another has been opened since.
func TestUndoOfClosing(t *testing.T) {
	h := withCases(t)
	first := h.opened("anna", "8B-K3F")
	h.does(first, "anna close attends")
	h.now = h.now.Add(time.Minute)
	second := h.opened("eva", "8B-K3F")
	if got, want := h.undo("anna", first, "2"), "case_moved_on"; got != want {
		t.Errorf("the closing taken back: %q, want %q", got, want)
	}
	if open := h.onlyOpen("8B-K3F"); open.ID != second || second == first {
		t.Errorf("open is %s, want %s", open.ID, second)
	}

	// Both at once: one of them comes too late.
	for i := range 8 {
		h.on("2026-10-06")
		id := h.onlyOpen("8B-K3F").ID
		h.does(id, "anna close attends")
		entries := h.theCase(id).Entries
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := h.UndoCaseAct(t.Context(), h.actor("anna"), id, entries[len(entries)-1].ID, fmt.Sprint("u", i), h.now)
			if err != nil && care.CodeOf(err) != care.CodeCaseMovedOn {
				t.Errorf("UndoCaseAct() = %v", err)
			}
		})
		wg.Go(func() {
			if _, err := h.OpenCase(t.Context(), h.actor("eva"), "8B-K3F", fmt.Sprint("o", i), h.now); err != nil {
				t.Errorf("OpenCase() = %v", err)
			}
		})
		wg.Wait()
		h.onlyOpen("8B-K3F")
	}
}

// changeEntry changes an entry, and returns what the refusal or the case is then.
func (h *house) changeEntry(who, id, entry string, f care.CaseForm) string {
	h.t.Helper()
	h.requests++
	_, err := h.ChangeCaseEntry(h.t.Context(), h.actor(who), id, entry, f, fmt.Sprint("change ", h.requests), h.now)
	if refused := h.refused(err); refused != "" {
		return refused
	}
	return h.standsAt(id)
}

// An entry is changed on the day after it was made.
func TestChangeCaseEntry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, acts string
		form       care.CaseForm
		want       string
		entries    string
	}{
		{"the note", "anna talked", care.CaseForm{Note: "Ny"}, "waiting 1 due 10-08 next 10-15 anna", "opened anna:talked"},
		{"the day", "anna talked", care.CaseForm{FollowUp: "2026-10-20"}, "waiting 1 due 10-08 next 10-20 anna", "opened anna:talked"},
		{"too late a day", "anna talked", care.CaseForm{FollowUp: "2027-04-20"}, "follow_up: case_far Last=2026-12-08", "opened anna:talked"},
		{"the act", "anna talked", care.CaseForm{Act: care.ActHome}, "waiting 1 due 10-08 next 10-15 anna", "opened anna:home"},
		{"to an act that leaves it open", "anna talked", care.CaseForm{Act: care.ActNotReached}, "open 1 due 10-08 next 10-06 anna tried 1", "opened anna:not_reached"},
		{"to a snooze, for longer than it may be", "anna talked 2026-11-20", care.CaseForm{Act: care.ActSnooze, FollowUp: "2026-11-20"},
			"follow_up: case_far Last=2026-10-20", "opened anna:talked"},
		{"to another thing done, on the day as it was", "anna talked 2026-11-20", care.CaseForm{Act: care.ActHome, FollowUp: "2026-11-20"},
			"waiting 1 due 10-08 next 11-20 anna", "opened anna:home"},
		{"a snooze's day", "anna snooze 2026-10-07", care.CaseForm{FollowUp: "2026-10-08"}, "open 1 due 10-08 next 10-08 anna snoozed 1", "opened anna:snooze"},
		{"a snooze's note", "anna snooze", care.CaseForm{Note: "Ny"}, "open 1 due 10-08 next 10-06 anna snoozed 1", "opened anna:snooze"},
		{"to whom", "anna handover eva", care.CaseForm{To: "URUT"}, "open 1 due 10-08 next 10-06 anna to rut", "opened anna:handover"},
		{"to oneself", "anna handover eva", care.CaseForm{To: "UANNA"}, "owner: case_owner_self", "opened anna:handover"},
		{"the reason", "anna close attends", care.CaseForm{Reason: care.CloseLeft}, "closed 1 due 10-08 next - anna", "opened anna:close"},
		{"to no reason", "anna close attends", care.CaseForm{Reason: "tired"}, "close_reason: case_reason", "opened anna:close"},
		{"a closing to a talk", "anna close attends", care.CaseForm{Act: care.ActTalked}, "waiting 1 due 10-08 next 10-15 anna", "opened anna:talked"},
		{"which days are wrong", "anna wrong", care.CaseForm{Days: []care.Date{"2026-10-01"}}, "waiting 1 due 10-08 next 10-19 anna wrong 10-01", "opened anna:wrong"},
		{"until when it is known", "anna known 2026-10-09", care.CaseForm{FollowUp: "2026-10-16"}, "closed 1 due 10-08 next - anna known 10-01–10-16", "opened anna:known"},
		{"the note of what has gone on", "anna talked; 2026-10-06 eva home", care.CaseForm{Note: "Ny"}, "waiting 1 due 10-08 next 10-16 anna", "opened anna:talked eva:home"},
		{"the day of what has gone on", "anna talked; 2026-10-06 eva home", care.CaseForm{FollowUp: "2026-10-20"}, "case_moved_on", "opened anna:talked eva:home"},
		{"the act of what has gone on", "anna talked; 2026-10-06 eva home", care.CaseForm{Act: care.ActHome}, "case_moved_on", "opened anna:talked eva:home"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			h.absent("8B-K3F", "2026-10-01", 6, 1)
			h.absent("8B-K3F", "2026-10-02", 6, 1)
			id := h.opened("anna", "8B-K3F")
			h.does(id, tt.acts)
			before := h.theCase(id).Entries[1]
			h.on("2026-10-06")
			if got := h.changeEntry("anna", id, "2", tt.form); got != tt.want {
				t.Errorf("changed, the case is\n  %q, want\n  %q", got, tt.want)
			}
			if got := h.entries(id); got != tt.entries {
				t.Errorf("the entries are %q, want %q", got, tt.entries)
			}
			after := h.theCase(id).Entries[1]
			if len(after.Earlier) == 0 {
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("refused, the entry is changed (-before +after):\n%s", diff)
				}
				return
			}
			before.Before = nil
			if diff := cmp.Diff([]care.CaseEntry{before}, after.Earlier); diff != "" {
				t.Errorf("Earlier (-want +got):\n%s", diff)
			}
			if !after.At.Equal(before.At) || after.By != before.By || after.ID != before.ID {
				t.Errorf("the entry is now of %s by %s", after.At, h.who(after.By))
			}
			v, err := h.CaseByID(t.Context(), h.actor("eva"), id, h.now)
			h.must(err)
			if e := v.Entries[len(v.Entries)-2]; e.Note != tt.form.Note {
				t.Errorf("the note is %q, want %q", e.Note, tt.form.Note)
			}
		})
	}
}

func TestChangeCaseEntryIsRefused(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.does(id, "anna talked")
	for _, tt := range []struct{ name, who, entry string }{
		{"someone else's", "eva", "2"}, {"the opening", "anna", "1"}, {"no entry", "anna", "9"},
	} {
		if got, want := h.changeEntry(tt.who, id, tt.entry, care.CaseForm{Note: "x"}), "no_case_entry"; got != want {
			t.Errorf("%s: %q, want %q", tt.name, got, want)
		}
	}
	h.undo("anna", id, "2")
	if got, want := h.changeEntry("anna", id, "2", care.CaseForm{Note: "x"}), "no_case_entry"; got != want {
		t.Errorf("what was taken back: %q, want %q", got, want)
	}
}

// Many act at once: every act is an entry, once and in order.
func TestManyActsAtOnce(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			who := []string{"anna", "eva", "rut"}[i]
			for n := range 4 {
				for range 2 { // and each twice
					_, err := h.ActOnCase(t.Context(), h.actor(who), id, care.CaseForm{Act: care.ActNotReached}, fmt.Sprint(who, n), h.now)
					if err != nil {
						t.Errorf("ActOnCase() = %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
	c := h.theCase(id)
	if c.Attempts != 12 || len(c.Entries) != 13 || c.Meta.Version != 13 {
		t.Errorf("%d attempts in %d entries at version %d, want 12 in 13 at 13", c.Attempts, len(c.Entries), c.Meta.Version)
	}
	for i, e := range c.Entries {
		if e.ID != fmt.Sprint(i+1) || (e.Before != nil) != (i == 12) {
			t.Errorf("entry %d is %+v", i, e)
		}
	}
}
