package care_test

import (
	"fmt"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// A case of 8B-K3F is opened by hand on Monday 5 October: step 1, due on Thursday the 8th, anna's. Its
// follow-up is 8 school days ahead: on Thursday the 15th of what is done on the 5th.
func TestActs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, acts, want string }{
		{"done", "anna done", "waiting 1 due 10-08 next 10-15 anna"},
		{"talked", "anna talked", "waiting 1 due 10-08 next 10-15 anna"},
		{"home", "anna home", "waiting 1 due 10-08 next 10-15 anna"},
		{"meeting", "anna meeting", "waiting 1 due 10-08 next 10-15 anna"},
		{"back", "anna back", "waiting 1 due 10-08 next 10-15 anna"},
		{"with a day", "anna talked 2026-10-14", "waiting 1 due 10-08 next 10-14 anna"},
		{"with a Saturday", "anna home 2026-10-17", "waiting 1 due 10-08 next 10-19 anna"},
		{"with a day of a break", "anna home 2026-10-28", "waiting 1 due 10-08 next 11-02 anna"},
		{"with a day that has passed", "anna meeting 2026-10-01", "waiting 1 due 10-08 next 10-06 anna"},
		{"with today", "anna meeting 2026-10-05", "waiting 1 due 10-08 next 10-06 anna"},
		{"with the last day", "anna done 2026-12-07", "waiting 1 due 10-08 next 12-07 anna"},
		{"with a day too far", "anna done 2026-12-08", "follow_up: case_far Last=2026-12-07"},
		{"with no day", "anna done tomorrow", "follow_up: field_odd"},
		{"by the team", "eva talked", "waiting 1 due 10-08 next 10-15 anna"},
		{"by the principal", "rut talked", "waiting 1 due 10-08 next 10-15 anna"},
		{"no act", "anna dance", "act: field_odd"},

		{"done on Friday", "2026-10-09 anna done", "waiting 1 due 10-08 next 10-21 anna"},
		{"done on Saturday", "2026-10-10 anna done", "waiting 1 due 10-08 next 10-21 anna"},
		{"done before the autumn break", "2026-10-23 anna done", "waiting 1 due 10-08 next 11-11 anna"},
		{"done before Christmas", "2026-12-18 anna done", "waiting 1 due 10-08 next 01-20 anna"},
		{"done on Christmas Day", "2026-12-25 anna done", "waiting 1 due 10-08 next 01-20 anna"},
		{"done before the winter break", "2027-02-19 anna done", "waiting 1 due 10-08 next 03-10 anna"},
		{"done before Easter", "2027-03-25 anna done", "waiting 1 due 10-08 next 04-14 anna"},
		{"done on the last day of the year", "2027-06-11 anna done", "waiting 1 due 10-08 next 08-25 anna"},

		{"not reached", "anna not_reached", "open 1 due 10-08 next 10-06 anna tried 1"},
		{"not reached on Friday", "2026-10-09 anna not_reached", "open 1 due 10-08 next 10-12 anna tried 1"},
		{"not reached before Christmas", "2026-12-18 anna not_reached", "open 1 due 10-08 next 01-11 anna tried 1"},
		{"not reached before the winter break", "2027-02-19 anna not_reached", "open 1 due 10-08 next 03-01 anna tried 1"},
		{"not reached before Easter", "2027-03-25 anna not_reached", "open 1 due 10-08 next 04-05 anna tried 1"},
		{"not reached thrice", "anna not_reached; anna not_reached; 2026-10-06 eva not_reached", "open 1 due 10-08 next 10-07 anna tried 3"},
		{"reached after all", "anna not_reached; anna not_reached; anna talked", "waiting 1 due 10-08 next 10-15 anna"},
		{"not reached at the follow-up", "anna talked; 2026-10-15 anna not_reached", "open 1 due 10-16 next 10-16 anna tried 1"},

		{"snooze", "anna snooze", "open 1 due 10-08 next 10-06 anna snoozed 1"},
		{"snooze to a day", "anna snooze 2026-10-08", "open 1 due 10-08 next 10-08 anna snoozed 1"},
		{"snooze beyond the due day", "anna snooze 2026-10-09", "open 1 due 10-09 next 10-09 anna snoozed 1"},
		{"snooze to Sunday", "anna snooze 2026-10-11", "open 1 due 10-12 next 10-12 anna snoozed 1"},
		{"snooze as far as may be", "anna snooze 2026-10-19", "open 1 due 10-19 next 10-19 anna snoozed 1"},
		{"snooze too far", "anna snooze 2026-10-20", "follow_up: case_far Last=2026-10-19"},
		{"snooze too far before the autumn break", "2026-10-23 anna snooze 2026-11-14", "follow_up: case_far Last=2026-11-13"},
		{"snooze before the winter break", "2027-02-19 anna snooze", "open 1 due 03-01 next 03-01 anna snoozed 1"},
		{"snooze twice", "anna snooze; 2026-10-06 anna snooze", "open 1 due 10-08 next 10-07 anna snoozed 2"},
		{"snooze thrice", "anna snooze; 2026-10-06 anna snooze; 2026-10-07 anna snooze", "act: case_snoozed Due=2026-10-08"},
		{"snooze thrice, by another", "anna snooze; 2026-10-06 eva snooze; 2026-10-07 rut snooze", "act: case_snoozed Due=2026-10-08"},
		{"snooze of a follow-up", "anna talked; 2026-10-15 anna snooze 2026-10-20", "open 1 due 10-20 next 10-20 anna snoozed 1"},

		{"hand over", "anna handover eva", "open 1 due 10-08 next 10-05 anna to eva"},
		{"hand over on Saturday", "2026-10-10 anna handover eva", "open 1 due 10-08 next 10-12 anna to eva"},
		{"hand over and taken", "anna handover eva; eva take", "open 1 due 10-08 next 10-06 eva"},
		{"hand over and taken by a third", "anna handover eva; rut take", "open 1 due 10-08 next 10-06 rut"},
		{"hand over and taken back", "anna handover eva; 2026-10-06 anna take", "open 1 due 10-08 next 10-07 anna"},
		{"hand over to one, then another", "anna handover eva; anna handover rut", "open 1 due 10-08 next 10-05 anna to rut"},
		{"hand over a follow-up", "anna talked; 2026-10-15 anna handover eva", "open 1 due 10-19 next 10-15 anna to eva"},
		{"hand over and act all the same", "anna handover eva; eva talked", "waiting 1 due 10-08 next 10-15 anna to eva"},
		{"hand over to nobody", "anna handover", "owner: case_owner_whom"},
		{"hand over to oneself", "anna handover anna", "owner: case_owner_self"},
		{"hand over to the owner", "eva handover anna", "owner: case_owner_self"},
		{"hand over to a stranger", "anna handover nobody", "owner: case_owner_cannot"},
		{"hand over to another class's mentor", "anna handover bo", "owner: case_owner_cannot"},
		{"hand over to another school's mentor", "anna handover mor", "owner: case_owner_cannot"},

		{"take", "eva take", "open 1 due 10-08 next 10-06 eva"},
		{"take later: the time begins anew", "2026-10-12 eva take", "open 1 due 10-15 next 10-13 eva"},
		{"take before the winter break", "2027-02-19 eva take", "open 1 due 03-03 next 03-01 eva"},
		{"take what waits", "anna talked; 2026-10-06 eva take", "open 1 due 10-09 next 10-07 eva"},
		{"take one's own", "anna take", "act: case_yours"},

		{"the team is needed", "anna needs_eht", "waiting 1 due 10-08 next 10-08 anna queued"},
		{"the team is needed, on Friday", "2026-10-09 anna needs_eht", "waiting 1 due 10-14 next 10-14 anna queued"},
		{"the team is needed, before the winter break", "2027-02-19 anna needs_eht", "waiting 1 due 03-03 next 03-03 anna queued"},
		{"the team takes it", "anna needs_eht; eva take", "open 1 due 10-08 next 10-06 eva"},
		{"the team talks", "anna needs_eht; eva talked", "waiting 1 due 10-08 next 10-15 anna"},
		{"the owner talks, and the team is needed still", "anna needs_eht; anna talked", "waiting 1 due 10-08 next 10-08 anna queued"},
		{"the owner talks, with a day before the team's", "anna needs_eht; anna talked 2026-10-07", "waiting 1 due 10-08 next 10-07 anna queued"},

		{"close", "anna close attends", "closed 1 due 10-08 next - anna"},
		{"close what waits for the team", "anna needs_eht; anna close no_need", "closed 1 due 10-08 next - anna"},
		{"close without a reason", "anna close", "close_reason: case_reason"},
		{"close with no reason at all", "anna close tired", "close_reason: case_reason"},
		{"close twice", "anna close attends; eva close attends", "case_closed Ref=8B-K3F"},
		{"act on what is closed", "anna close attends; anna talked", "case_closed Ref=8B-K3F"},
		{"take what is closed", "anna close attends; eva take", "case_closed Ref=8B-K3F"},

		{"wrong without absence", "anna wrong", "days: case_days"},
		{"known without absence", "anna known", "closed 1 due 10-08 next - anna known 10-05–-"},
		{"known until a day", "anna known 2026-10-30", "closed 1 due 10-08 next - anna known 10-05–10-30"},
		{"known too far", "anna known 2027-10-07", "follow_up: case_far Last=2027-10-06"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			id := h.opened("anna", "8B-K3F")
			if got := h.standsAt(id); got != "open 1 due 10-08 next 10-08 anna" {
				t.Fatalf("opened, the case is %q", got)
			}
			if got := h.does(id, tt.acts); got != tt.want {
				t.Errorf("after %q the case is\n  %q, want\n  %q", tt.acts, got, tt.want)
			}
		})
	}
}

// In Norway the autumn holiday is another week, and nothing is known of days after the last school year.
func TestActsAtTheSchoolsOwnCalendar(t *testing.T) {
	h := withCases(t)
	h.on("2026-10-02")
	id := h.opened("mor", "10A-R4R")
	for _, tt := range []struct{ acts, want string }{
		{"mor not_reached", "open 1 due 10-14 next 10-12 mor tried 1"},
		{"mor talked", "waiting 1 due 10-14 next 10-21 mor"},
		{"2027-06-18 mor talked", "waiting 1 due 10-14 next 06-26 mor"},
	} {
		if got := h.does(id, tt.acts); got != tt.want {
			t.Errorf("after %q the case is\n  %q, want\n  %q", tt.acts, got, tt.want)
		}
	}
}

func TestWhoTakesWhatTheTeamIsAskedFor(t *testing.T) {
	for _, tt := range []struct{ name, who, want string }{
		{"one of the team", "eva", "open 1 due 10-08 next 10-06 eva"},
		{"the principal", "rut", "open 1 due 10-08 next 10-06 rut"},
		{"another mentor", "per", "open 1 due 10-08 next 10-06 per queued"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withCases(t)
			id := h.opened("anna", "8B-K3F")
			h.person("per", "mentor@alen 8B@alen")
			if got := h.does(id, "anna needs_eht; "+tt.who+" take"); got != tt.want {
				t.Errorf("taken, the case is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHandOverToSomeoneAway(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.away("eva", "2026-10-05–2026-10-09")
	if got, want := h.does(id, "anna handover eva"), "owner: case_owner_away Until=2026-10-09"; got != want {
		t.Errorf("to eva, who is away: %q, want %q", got, want)
	}
	h.alter("rut", func(st *care.Staff) { st.Facts.Deactivated = true })
	if got, want := h.does(id, "anna handover rut"), "owner: case_owner_cannot"; got != want {
		t.Errorf("to rut, whose account is gone: %q, want %q", got, want)
	}
}

func TestActOnceForEachRequest(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	for _, tt := range []struct {
		request string
		act     care.Act
		want    string
	}{
		{"r1", care.ActSnooze, "open 1 due 10-08 next 10-06 anna snoozed 1"},
		{"r1", care.ActSnooze, "open 1 due 10-08 next 10-06 anna snoozed 1"},
		{"r1", care.ActNotReached, "open 1 due 10-08 next 10-06 anna snoozed 1"},
		{"r2", care.ActNotReached, "open 1 due 10-08 next 10-06 anna tried 1 snoozed 1"},
		{"r1", care.ActSnooze, "open 1 due 10-08 next 10-06 anna tried 1 snoozed 1"},
	} {
		before := h.theCase(id)
		v, err := h.ActOnCase(t.Context(), h.actor("anna"), id, care.CaseForm{Act: tt.act}, tt.request, h.now)
		h.must(err)
		if got := h.standsAt(id); got != tt.want {
			t.Errorf("%s of %s: the case is %q, want %q", tt.act, tt.request, got, tt.want)
		}
		if after := h.theCase(id); v.ID != id || v.Next != after.Next || before.MadeBy(tt.request) && after.Meta.Version != before.Meta.Version {
			t.Errorf("%s of %s answers %+v", tt.act, tt.request, v)
		}
	}
}

func TestThirdAttemptAsksForTheTeam(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	for i, want := range []bool{false, false, true, true} {
		v, err := h.ActOnCase(t.Context(), h.actor("anna"), id, care.CaseForm{Act: care.ActNotReached}, fmt.Sprint("r", i), h.now)
		h.must(err)
		if v.AskTeam != want || v.Attempts != i+1 {
			t.Errorf("after attempt %d: %d, ask %v, want %v", i+1, v.Attempts, v.AskTeam, want)
		}
	}
	if v, err := h.ActOnCase(t.Context(), h.actor("anna"), id, care.CaseForm{Act: care.ActNeedsEHT}, "r9", h.now); err != nil || v.AskTeam {
		t.Errorf("asked already, the view asks again: %v", err)
	}
}

// A note is sealed, and read by all who see the case.
func TestNoteOfAnAct(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	f := care.CaseForm{Act: care.ActHome, Note: "Pratade med mamma"}
	_, err := h.ActOnCase(t.Context(), h.actor("anna"), id, f, "r1", h.now)
	h.must(err)
	if stored := h.theCase(id).Entries[1]; len(stored.Note) == 0 || strings.Contains(string(stored.Note), "mamma") {
		t.Errorf("the stored note is %q", stored.Note)
	}
	for _, who := range []string{"anna", "eva", "rut"} {
		v, err := h.CaseByID(t.Context(), h.actor(who), id, h.now)
		h.must(err)
		if len(v.Entries) != 2 || v.Entries[0].Note != f.Note || v.Entries[0].Name != "anna" || v.Entries[1].Note != "" {
			t.Errorf("%s sees %+v", who, v.Entries)
		}
	}
	f.Note = strings.Repeat("x", care.NoteMax+1)
	f.FollowUp = "2027-06-01"
	_, err = h.ActOnCase(t.Context(), h.actor("anna"), id, f, "r2", h.now)
	if got, want := h.refused(err), "note: field_note Length=3001 Max=3000, follow_up: case_far Last=2026-12-07"; got != want {
		t.Errorf("too long a note: %q, want %q", got, want)
	}
}
