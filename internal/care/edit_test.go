package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// same is the form that an entry is shown in to be changed.
func same(e care.Entry) care.InterventionForm {
	f := care.InterventionForm{Kinds: e.Kinds, Note: e.Note, Date: e.Date, Audience: e.Audience, Level: e.Level,
		Partner: e.Partner, Outcome: e.Outcome, FollowUp: e.FollowUp}
	for _, n := range e.Students {
		f.Students = append(f.Students, n.Ref)
	}
	return f
}

// edit changes an intervention, which must go well.
func (h *house) edit(a care.Actor, id string, base int, f care.InterventionForm, request string) care.Entry {
	h.t.Helper()
	e, err := h.EditIntervention(h.t.Context(), a, id, base, f, request, h.now)
	if err != nil {
		h.t.Fatalf("EditIntervention() = %v", err)
	}
	return e
}

// Each audience's note, as in people, and one entry without a note, may be changed by those who
// read all of it.
func TestWhoMayEdit(t *testing.T) {
	for _, p := range people {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.student("8B-K3F", "alen", "Alva", "Berg")
			author := h.person("author", "coach@alen")
			who := h.person(p.name, p.has)
			if p.assigned != "" {
				h.assign(who, care.Ref(p.assigned), care.Period{})
			}
			wide := strings.Contains(p.has, "eht@alen") || strings.Contains(p.has, "principal@alen")
			for audience, letter := range map[care.Audience]string{care.AudienceMentor: "m", care.AudienceEHT: "e", care.AudienceLeadership: "l", "": ""} {
				want, id, note := wide && strings.Contains(p.enrolled, letter), "iv_"+letter, letter
				h.had(id, author, audience, note, "8B-K3F")
				_, err := h.Editable(t.Context(), who, id, h.now)
				if got := care.CodeOf(err) != care.CodeNoSuchEntry; got != want {
					t.Errorf("Editable(%s) = %v, want that it may: %v", id, err, want)
				}
				f := talk(note, "8B-K3F")
				f.Audience, f.Outcome = care.AudienceEHT, care.OutcomeEffect
				_, err = h.EditIntervention(t.Context(), who, id, 0, f, "r", h.now)
				if got := care.CodeOf(err) != care.CodeNoSuchEntry; got != want {
					t.Errorf("EditIntervention(%s) = %v, want that it may: %v", id, err, want)
				}
				if iv := h.stored(id); (len(iv.Revisions) == 1) != want {
					t.Errorf("%s has %d revisions, want that it is changed: %v", id, len(iv.Revisions), want)
				}
			}
			entries, _, err := h.ListOwn(t.Context(), who, h.now)
			if err != nil || len(entries) > 0 {
				t.Errorf("ListOwn() = %v, %v, want none", entries, err)
			}
		})
	}
}

// What the timeline offers to change is what may be changed.
func TestEditableIsWhatIsOffered(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	both := h.person("both", "eht@fjell mentor@alen 8B@alen")
	head := h.person("head", "principal@alen")
	h.had("iv_1", anna, care.AudienceEHT, "Ett", "8B-K3F", "8B-M2X")
	h.had("iv_2", both, care.AudienceMentor, "Två", "8B-K3F", "1A-B2B")
	h.had("iv_3", head, care.AudienceLeadership, "Tre", "8B-K3F")
	h.had("iv_4", head, care.AudienceLeadership, "", "8B-K3F", "9C-P5P")
	for _, tt := range []struct {
		name  string
		actor care.Actor
		want  string
	}{
		{"mentor", anna, "iv_1"}, {"team", eva, "iv_1 iv_4"}, {"principal", head, "iv_1 iv_3 iv_4"}, {"of two schools", both, "iv_2"},
	} {
		_, entries, _, err := h.Timeline(t.Context(), tt.actor, "8B-K3F", h.now)
		h.must(err)
		var offered, allowed []string
		for _, e := range entries {
			if e.Editable {
				offered = append(offered, e.ID)
			}
			if _, err := h.Editable(t.Context(), tt.actor, e.ID, h.now); err == nil {
				allowed = append(allowed, e.ID)
			}
		}
		slices.Sort(offered)
		slices.Sort(allowed)
		if got := strings.Join(offered, " "); got != tt.want {
			t.Errorf("%s: the timeline offers %s, want %s", tt.name, got, tt.want)
		}
		if got := strings.Join(allowed, " "); got != tt.want {
			t.Errorf("%s: Editable allows %s, want %s", tt.name, got, tt.want)
		}
	}
}

// What someone may not change costs and sounds the same as what does not exist, also to those who
// see it on a timeline.
func TestEditRefusalsAreAlike(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	h.had("iv_1", anna, care.AudienceMentor, "Ett", "8B-K3F", "9C-P5P")
	h.had("iv_2", eva, care.AudienceEHT, "Två", "8B-K3F")
	coach := h.person("coach", "coach@alen")
	h.assign(coach, "8B-K3F", care.Period{})
	group := talk("Alla")
	group.Level = care.LevelGroup
	of := h.send(anna, group, "form", "r")
	before := h.audited()
	for _, actor := range []care.Actor{
		h.person("bea", "mentor@alen 8B@alen"), h.person("bo", "mentor@alen 9C@alen"), coach, h.person("tor", "teacher@alen"),
		h.person("adm", "admin@alen"), h.person("ehtthere", "eht@fjell"), h.person("headthere", "principal@fjell"),
		h.person("ended", "eht@alen –2026-10-04"), h.person("nobody", ""),
	} {
		for name, form := range map[string]func(id string) error{
			"open": func(id string) error { _, err := h.Editable(t.Context(), actor, id, h.now); return err },
			"edit": func(id string) error {
				_, err := h.EditIntervention(t.Context(), actor, id, 0, talk("Ny", "8B-K3F"), "r1", h.now)
				return err
			},
			"edit to an older version": func(id string) error {
				_, err := h.EditIntervention(t.Context(), actor, id, 7, talk("Ny", "8B-XXX"), "r1", h.now)
				return err
			},
		} {
			refusal := func(id string) (calls []string, err error) {
				calls = h.engine.during(func() { err = form(id) })
				return calls, err
			}
			wantCalls, want := refusal("iv_none")
			if diff := cmp.Diff(error(&care.Error{Code: care.CodeNoSuchEntry}), want); diff != "" {
				t.Errorf("%s of none (-want +got):\n%s", name, diff)
			}
			for _, id := range []string{"iv_1", "iv_2", of.ID} {
				calls, got := refusal(id)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s of %s by %s is refused otherwise than of none (-none +it):\n%s", name, id, actor.Staff.SlackID, diff)
				}
				if diff := cmp.Diff(wantCalls, calls); diff != "" {
					t.Errorf("%s of %s by %s costs other calls than of none (-none +it):\n%s", name, id, actor.Staff.SlackID, diff)
				}
			}
		}
	}
	if got := added(before, h.audited()); len(got) > 0 {
		t.Errorf("refusals have left audit entries: %q", got)
	}
}

func TestEdit(t *testing.T) {
	h, anna, eva := withClass(t)
	first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	was := h.stored(first.ID)
	h.now = h.now.Add(48 * time.Hour)
	f := care.InterventionForm{Students: []care.Ref{"8B-K3F", "8B-M2X"}, Kinds: []care.Kind{care.KindReferral}, Note: "Två", Date: "2026-10-04",
		Audience: care.AudienceMentor, Level: care.LevelGroup, Partner: care.PartnerPolice, Outcome: care.OutcomeDeclined, FollowUp: "2026-10-30"}
	got := h.edit(anna, first.ID, 0, f, "r2")
	want := care.Entry{ID: first.ID, Students: []care.Name{{Ref: "8B-K3F", Given: "Alva", Family: "Berg"}, {Ref: "8B-M2X", Given: "Alva", Family: "Norén"}},
		Kinds: f.Kinds, Date: f.Date, At: first.At, School: first.School, Own: true, Note: "Två", Status: care.StatusActive, Level: f.Level,
		Audience: f.Audience, Partner: f.Partner, Outcome: f.Outcome, FollowUp: f.FollowUp, Revisions: 1, Editable: true, Touched: f.Students}
	if diff := cmp.Diff(want, got, sameZone); diff != "" {
		t.Errorf("EditIntervention() (-want +got):\n%s", diff)
	}
	if shown, err := h.Editable(t.Context(), anna, first.ID, h.now); err != nil || cmp.Diff(want, shown, sameZone) != "" {
		t.Errorf("Editable() = %+v, %v, want the change", shown, err)
	}
	revisions := []care.Revision{{At: h.now, By: anna.Staff.ID, Before: was.Content}}
	if diff := cmp.Diff(revisions, h.stored(first.ID).Revisions); diff != "" {
		t.Errorf("the revisions (-want +got):\n%s", diff)
	}

	// A change by someone else comes after it, with the note as it was.
	h.now = h.now.Add(time.Hour)
	now := h.stored(first.ID)
	head := h.person("head", "principal@alen")
	if _, err := h.Editable(t.Context(), head, first.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("Editable() of a note for mentors by the principal = %v", err)
	}
	f.Audience = care.AudienceEHT
	h.edit(anna, first.ID, 1, f, "r3")
	revisions = append(revisions, care.Revision{At: h.now, By: anna.Staff.ID, Before: now.Content})
	now = h.stored(first.ID)
	h.now = h.now.Add(time.Hour)
	f.Outcome = care.OutcomeEffect
	if e := h.edit(eva, first.ID, 2, f, "r4"); e.Note != "Två" || e.Author != "anna" || e.Own || !e.Editable || e.Revisions != 3 {
		t.Errorf("EditIntervention() by the team = %+v", e)
	}
	revisions = append(revisions, care.Revision{At: h.now, By: eva.Staff.ID, Before: now.Content})
	after := h.stored(first.ID)
	if diff := cmp.Diff(revisions, after.Revisions); diff != "" {
		t.Errorf("the revisions (-want +got):\n%s", diff)
	}
	if string(after.Note) != string(now.Note) {
		t.Error("a note that was not changed is sealed anew")
	}
	if after.Author != anna.Staff.ID || !after.At.Equal(first.At) {
		t.Errorf("the change makes it %s's of %v", after.Author, after.At)
	}
	f.Note = "Tre"
	h.edit(eva, first.ID, 3, f, "r5")
	if again := h.stored(first.ID); string(again.Note) == string(after.Note) || strings.Contains(string(again.Note), "Tre") {
		t.Error("a changed note is not sealed anew")
	}
	f.Note = ""
	if e := h.edit(eva, first.ID, 4, f, "r6"); e.Note != "" || h.stored(first.ID).Note != nil {
		t.Errorf("a note that was taken away = %q", e.Note)
	}
}

// What says the same, in whichever order, is no change and no write.
func TestEditOfNothing(t *testing.T) {
	h, anna, eva := withClass(t)
	f := talk("Ett", "8B-M2X", "8B-K3F")
	f.Kinds = []care.Kind{care.KindOther, care.KindTalk, care.KindHome}
	first := h.send(anna, f, "form", "r1")
	opened, err := h.Editable(t.Context(), anna, first.ID, h.now)
	h.must(err)
	for name, change := range map[string]func(f *care.InterventionForm){
		"as it was shown": func(*care.InterventionForm) {},
		"kinds in another order": func(f *care.InterventionForm) {
			f.Kinds = []care.Kind{care.KindTalk, care.KindHome, care.KindOther}
		},
		"students in another order": func(f *care.InterventionForm) { f.Students = []care.Ref{"8B-K3F", "8B-M2X"} },
		"a student twice":           func(f *care.InterventionForm) { f.Students = append(f.Students, "8B-K3F") },
		"fields that are not shown": func(f *care.InterventionForm) { f.Date, f.Level, f.Audience = "", "", "" },
	} {
		f := same(opened)
		change(&f)
		for _, actor := range []care.Actor{anna, eva} {
			calls := h.engine.during(func() { h.edit(actor, first.ID, 0, f, "r2 "+name) })
			if slices.Contains(calls, "Replace interventions") || slices.Contains(calls, "Insert intervention_links") {
				t.Errorf("%s: a change of nothing is written: %v", name, calls)
			}
		}
	}
	if iv := h.stored(first.ID); iv.Version != 1 || len(iv.Revisions) > 0 {
		t.Errorf("stored is version %d with %d revisions, want 1 and none", iv.Version, len(iv.Revisions))
	}
	// Nothing else is taken for nothing.
	for i, change := range []func(f *care.InterventionForm){
		func(f *care.InterventionForm) { f.Note = "Ett " }, func(f *care.InterventionForm) { f.Students = f.Students[1:] },
		func(f *care.InterventionForm) { f.Kinds = f.Kinds[1:] }, func(f *care.InterventionForm) { f.Date = "2026-10-04" },
		func(f *care.InterventionForm) { f.Audience = care.AudienceMentor }, func(f *care.InterventionForm) { f.Level = care.LevelGroup },
		func(f *care.InterventionForm) { f.Partner = care.PartnerBUP }, func(f *care.InterventionForm) { f.Outcome = care.OutcomeEffect },
		func(f *care.InterventionForm) { f.FollowUp = "2026-10-30" },
	} {
		f := same(opened)
		change(&f)
		if opened = h.edit(anna, first.ID, i, f, fmt.Sprint("r3 ", i)); opened.Revisions != i+1 {
			t.Errorf("change %d leaves %d revisions", i, opened.Revisions)
		}
	}
}

// A day that was right stays right; a new one is checked.
func TestEditOfOldDays(t *testing.T) {
	h, anna, _ := withClass(t)
	f := talk("Ett", "8B-K3F")
	f.Date, f.FollowUp = "2026-10-01", "2026-10-06"
	first := h.send(anna, f, "form", "r1")
	h.now = h.now.AddDate(3, 0, 0)
	f.Note = "Två"
	h.edit(anna, first.ID, 0, f, "r2")
	for _, tt := range []struct {
		name         string
		date, follow care.Date
		want         string
	}{
		{"the day after the old ones", "2026-10-02", "2026-10-07", "date: date_old, follow_up: follow_up_passed"},
		{"ahead and far", "2029-10-06", "2030-12-24", "date: date_ahead, follow_up: follow_up_far"},
		{"no days", "", "", ""},
	} {
		f.Date, f.FollowUp = tt.date, tt.follow
		e, err := h.EditIntervention(t.Context(), anna, first.ID, 1, f, "r3", h.now)
		if got := h.mistakes(err); got != tt.want {
			t.Errorf("%s: EditIntervention() finds %q, want %q", tt.name, got, tt.want)
		}
		if err == nil && (e.Date != "2026-10-01" || e.FollowUp != "") {
			t.Errorf("%s: the days are %q and %q", tt.name, e.Date, e.FollowUp)
		}
	}
}

func TestEditAgain(t *testing.T) {
	h, anna, eva := withClass(t)
	first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	changed := h.edit(anna, first.ID, 0, talk("Två", "8B-K3F", "8B-M2X"), "r2")
	// It comes again, also when one of the students has left since.
	for range 2 {
		again := h.edit(anna, first.ID, 0, talk("Två", "8B-K3F", "8B-M2X"), "r2")
		if diff := cmp.Diff(changed, again, sameZone); diff != "" {
			t.Errorf("EditIntervention() again (-first +again):\n%s", diff)
		}
		h.change("8B-M2X", left)
		changed.Students = changed.Students[:1]
	}
	// ... and after someone else's change, which stays.
	h.edit(eva, first.ID, 1, talk("Evas", "8B-K3F"), "r3")
	if again := h.edit(anna, first.ID, 0, talk("Två", "8B-K3F"), "r2"); again.Note != "Evas" || again.Revisions != 2 {
		t.Errorf("EditIntervention() again, after another = %q, changed %d times", again.Note, again.Revisions)
	}
}

// A change after which its maker may change it no more is answered the same when it comes again,
// and as withdrawn when it has been withdrawn since; to others it is none.
func TestEditAgainByOneWhoMayNoMore(t *testing.T) {
	h, anna, eva := withClass(t)
	first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	f := talk("Ett", "8B-K3F")
	f.Audience = care.AudienceMentor
	changed := h.edit(eva, first.ID, 0, f, "e1")
	if changed.Note != "" || changed.Editable || changed.Audience != care.AudienceMentor {
		t.Errorf("EditIntervention() = %+v, want a note for mentors that is not shown", changed)
	}
	if again := h.edit(eva, first.ID, 0, f, "e1"); cmp.Diff(changed, again, sameZone) != "" {
		t.Errorf("EditIntervention() again = %+v", again)
	}
	for _, who := range []string{"eht@alen", "principal@alen", "mentor@alen 8B@alen"} {
		other := h.person("other"+who[:3], who)
		if e, err := h.EditIntervention(t.Context(), other, first.ID, 0, f, "e1", h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
			t.Errorf("EditIntervention() by %s with another's request = %+v, %v", who, e, err)
		}
	}
	if _, err := h.EditIntervention(t.Context(), eva, first.ID, 1, f, "e2", h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("EditIntervention() of what she may not read = %v", err)
	}
	_, err := h.UndoIntervention(t.Context(), anna, first.ID, "u1", h.now)
	h.must(err)
	if again := h.edit(eva, first.ID, 0, f, "e1"); again.Status != care.StatusWithdrawn || again.Note != "" {
		t.Errorf("EditIntervention() again after the undo = %+v, want it withdrawn", again)
	}
}

func TestEditOfAnotherVersion(t *testing.T) {
	h, anna, eva := withClass(t)
	first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	h.edit(anna, first.ID, 0, talk("Två", "8B-K3F", "8B-M2X"), "r2")
	seen, err := h.Editable(t.Context(), anna, first.ID, h.now)
	h.must(err)
	h.edit(anna, first.ID, 1, talk("Tre", "8B-K3F", "8B-M2X"), "r3")
	now := h.edit(eva, first.ID, 2, talk("Fyra", "8B-K3F"), "r4")
	now.Own, now.Author, now.Editable = true, "", true
	before := h.stored(first.ID)

	calls := h.engine.during(func() {
		_, err = h.EditIntervention(t.Context(), anna, first.ID, seen.Revisions, talk("Fem", "8B-K3F"), "r5", h.now)
	})
	conflict, ok := errors.AsType[*care.EditConflict](err)
	if !ok {
		t.Fatalf("EditIntervention() = %v, want a conflict", err)
	}
	if diff := cmp.Diff(&care.EditConflict{By: "eva", Before: seen, Now: now}, conflict, sameZone); diff != "" {
		t.Errorf("the conflict (-want +got):\n%s", diff)
	}
	if slices.Contains(calls, "Replace interventions") || cmp.Diff(before, h.stored(first.ID)) != "" {
		t.Error("a conflict has written")
	}
	// A mistake in a form of an older version is told after the conflict.
	old := talk("Fem")
	if _, err = h.EditIntervention(t.Context(), anna, first.ID, 1, old, "r5", h.now); care.CodeOf(err) != "" {
		t.Errorf("EditIntervention() of an older version with a mistake = %v, want a conflict", err)
	}
	// Who wants what stands there already is content.
	if e := h.edit(anna, first.ID, 1, talk("Fyra", "8B-K3F"), "r6"); e.Revisions != 3 {
		t.Errorf("EditIntervention() to what it says = %+v", e)
	}
	for _, base := range []int{-1, 4, 1 << 40} {
		if _, err := h.EditIntervention(t.Context(), anna, first.ID, base, talk("Fem", "8B-K3F"), "r7", h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
			t.Errorf("EditIntervention(base %d) = %v, want %s", base, err, care.CodeNoSuchEntry)
		}
	}
	_, err = h.UndoIntervention(t.Context(), anna, first.ID, "u", h.now)
	h.must(err)
	for _, base := range []int{0, 3} {
		if _, err := h.EditIntervention(t.Context(), anna, first.ID, base, talk("Fem", "8B-K3F"), "r8", h.now); care.CodeOf(err) != care.CodeEntryWithdrawn {
			t.Errorf("EditIntervention() of what is withdrawn = %v, want %s", err, care.CodeEntryWithdrawn)
		}
	}
	if _, err := h.Editable(t.Context(), anna, first.ID, h.now); care.CodeOf(err) != care.CodeEntryWithdrawn {
		t.Errorf("Editable() of what is withdrawn = %v, want %s", err, care.CodeEntryWithdrawn)
	}
}
