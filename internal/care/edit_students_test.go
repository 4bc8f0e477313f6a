package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// timelines are the timelines of 8B-K3F, 8B-M2X and 9C-P5P to the team, each in brackets.
func (h *house) timelines(eva care.Actor) string {
	h.t.Helper()
	var all []string
	for _, who := range []string{"8B-K3F", "8B-M2X", "9C-P5P"} {
		all = append(all, "["+h.timeline(eva, who)+"]")
	}
	return strings.Join(all, " ")
}

// Whom an intervention is for is whose timelines it is on, in the order of its days.
func TestEditMovesBetweenTimelines(t *testing.T) {
	h, _, eva := withClass(t)
	h.now = h.now.AddDate(0, 0, -2)
	h.send(eva, talk("Då", "9C-P5P", "8B-M2X", "8B-K3F"), "form 0", "r0") // of the 3rd
	h.now = h.now.AddDate(0, 0, 2)
	e := h.send(eva, talk("Nu", "8B-K3F"), "form 1", "r1")
	for i, step := range []struct {
		name string
		date care.Date
		refs string
		want string // the timelines; "+" is what all three have for the earlier one
	}{
		{"as it was", "", "8B-K3F", "[8B-K3F: Nu, +] [+] [+]"},
		{"a second one", "", "8B-K3F 8B-M2X", "[8B-K3F+8B-M2X: Nu, +] [8B-K3F+8B-M2X: Nu, +] [+]"},
		{"a third one", "", "8B-K3F 8B-M2X 9C-P5P", "[8B-K3F+8B-M2X+9C-P5P: Nu, +] [8B-K3F+8B-M2X+9C-P5P: Nu, +] [8B-K3F+8B-M2X+9C-P5P: Nu, +]"},
		{"an earlier day", "2026-10-01", "8B-K3F 8B-M2X 9C-P5P", "[+, 8B-K3F+8B-M2X+9C-P5P: Nu] [+, 8B-K3F+8B-M2X+9C-P5P: Nu] [+, 8B-K3F+8B-M2X+9C-P5P: Nu]"},
		{"not the first", "2026-10-01", "8B-M2X 9C-P5P", "[+] [+, 8B-M2X+9C-P5P: Nu] [+, 8B-M2X+9C-P5P: Nu]"},
		{"the first again, now second", "2026-10-01", "8B-M2X 8B-K3F", "[+, 8B-M2X+8B-K3F: Nu] [+, 8B-M2X+8B-K3F: Nu] [+]"},
		{"the third again, and the day as well", "2026-10-05", "9C-P5P 8B-M2X 8B-K3F",
			"[8B-M2X+8B-K3F+9C-P5P: Nu, +] [8B-M2X+8B-K3F+9C-P5P: Nu, +] [8B-M2X+8B-K3F+9C-P5P: Nu, +]"},
		{"only the last", "", "9C-P5P", "[+] [+] [9C-P5P: Nu, +]"},
		{"only another", "", "8B-M2X", "[+] [8B-M2X: Nu, +] [+]"},
		{"none", "", "", "[+] [+] [+]"},
		{"two again", "", "8B-M2X 8B-K3F", "[8B-M2X+8B-K3F: Nu, +] [8B-M2X+8B-K3F: Nu, +] [+]"},
	} {
		f := talk("Nu")
		for ref := range strings.FieldsSeq(step.refs) {
			f.Students = append(f.Students, care.Ref(ref))
		}
		f.Date, f.Level = step.date, care.LevelGroup
		e = h.edit(eva, e.ID, e.Revisions, f, fmt.Sprint("e", i))
		want := strings.ReplaceAll(step.want, "[+", "[9C-P5P+8B-M2X+8B-K3F: Då")
		want = strings.ReplaceAll(want, ", +", ", 9C-P5P+8B-M2X+8B-K3F: Då")
		if got := h.timelines(eva); got != want {
			t.Errorf("%s: the timelines are\n%s, want\n%s", step.name, got, want)
		}
	}
}

// A student whom the author does not see stays where they are, unseen.
func TestEditByAnAuthorWhoSeesSome(t *testing.T) {
	h, anna, eva := withClass(t)
	h.had("iv_1", anna, care.AudienceEHT, "Ett", "9C-P5P", "8B-K3F", "8B-M2X")
	opened, err := h.Editable(t.Context(), anna, "iv_1", h.now)
	h.must(err)
	if got, want := shown([]care.Entry{opened}), "8B-K3F+8B-M2X: Ett"; got != want {
		t.Fatalf("Editable() = %q, want %q", got, want)
	}
	if e := h.edit(anna, "iv_1", 0, same(opened), "e0"); e.Revisions != 0 {
		t.Errorf("a change of nothing leaves %d revisions", e.Revisions)
	}
	for i, step := range []struct {
		refs, want string
		shown      string
	}{
		{"8B-M2X 8B-K3F", "9C-P5P 8B-K3F 8B-M2X", "8B-K3F+8B-M2X: Note 0"},
		{"8B-M2X", "9C-P5P 8B-M2X", "8B-M2X: Note 1"},
		{"8B-M2X 8B-K3F", "9C-P5P 8B-M2X 8B-K3F", "8B-M2X+8B-K3F: Note 2"},
		{"", "9C-P5P", ": ~"},
	} {
		f := talk(fmt.Sprint("Note ", i))
		for ref := range strings.FieldsSeq(step.refs) {
			f.Students = append(f.Students, care.Ref(ref))
		}
		e := h.edit(anna, "iv_1", i, f, fmt.Sprint("e", i+1))
		if got := shown([]care.Entry{e}); got != step.shown {
			t.Errorf("EditIntervention(%s) shows %q, want %q", step.refs, got, step.shown)
		}
		iv := h.stored("iv_1")
		if got := strings.Trim(fmt.Sprint(iv.Students), "[]"); got != step.want || iv.Student != "9C-P5P" || iv.School != "alen" {
			t.Errorf("EditIntervention(%s) leaves %s, found by %s at %s; want %s", step.refs, got, iv.Student, iv.School, step.want)
		}
	}
	if got, want := h.timelines(eva), "[] [] [9C-P5P: Note 3]"; got != want {
		t.Errorf("the timelines are %s, want %s", got, want)
	}
	// None that she sees is left, so she changes it no more.
	if _, err := h.Editable(t.Context(), anna, "iv_1", h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("Editable() = %v, want %s", err, care.CodeNoSuchEntry)
	}
	if got := h.own(anna); got != "" {
		t.Errorf("ListOwn() = %q, want nothing", got)
	}
}

func TestEditByAnAuthorWhoSeesNoneAnyMore(t *testing.T) {
	h, anna, _ := withClass(t)
	e := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	for name, change := range map[string]func(stu *care.Student){
		"left": left, "of another class": func(stu *care.Student) { stu.Status, stu.Group = care.Enrolled, "9C" }, "protected": protected,
	} {
		h.change("8B-K3F", change)
		if _, err := h.Editable(t.Context(), anna, e.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
			t.Errorf("%s: Editable() = %v, want %s", name, err, care.CodeNoSuchEntry)
		}
		for _, refs := range [][]care.Ref{{"8B-K3F"}, {"8B-M2X"}, nil} {
			_, err := h.EditIntervention(t.Context(), anna, e.ID, 0, talk("Två", refs...), "r2", h.now)
			if care.CodeOf(err) != care.CodeNoSuchEntry {
				t.Errorf("%s: EditIntervention(%v) = %v, want %s", name, refs, err, care.CodeNoSuchEntry)
			}
		}
	}
}

// Too many are too many also with those whom the editor does not see.
func TestEditToMoreThanAClass(t *testing.T) {
	h, anna, _ := withClass(t)
	refs := []care.Ref{"9C-P5P"}
	for i := range care.FormStudentsMax {
		ref := care.Ref(fmt.Sprintf("8B-%c%cZ", "23456789"[i%8], "BCDFG"[i/8]))
		h.student(ref, "alen", "Elev", string(ref))
		refs = append(refs, ref)
	}
	h.had("iv_1", anna, care.AudienceEHT, "", refs[:care.FormStudentsMax]...)
	_, err := h.EditIntervention(t.Context(), anna, "iv_1", 0, talk("", refs[1:]...), "e1", h.now)
	if got, want := h.mistakes(err), "students: too_many_students"; got != want {
		t.Errorf("EditIntervention() finds %q, want %q", got, want)
	}
}

// What is moved to a student of another school is that school's.
func TestEditMovesToAnotherSchool(t *testing.T) {
	h, _, eva := withClass(t)
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	h.student("1A-C3C", "fjell", "Tor", "Li")
	both, liv := h.person("both", "eht@alen eht@fjell"), h.person("liv", "eht@fjell")
	e := h.send(both, talk("Ett", "8B-K3F"), "form", "r1")
	for i, step := range []struct {
		refs        []care.Ref
		want        string
		here, there bool // whether the teams may change it
	}{
		{[]care.Ref{"8B-K3F", "1A-B2B"}, "alen", false, false},
		{[]care.Ref{"1A-B2B"}, "fjell", false, true},
		{[]care.Ref{"1A-B2B", "8B-K3F"}, "fjell", false, false},
		{[]care.Ref{"8B-K3F"}, "alen", true, false},
		{nil, "alen", false, false},
		{[]care.Ref{"1A-C3C"}, "fjell", false, true},
	} {
		f := talk("Ett", step.refs...)
		f.Level = care.LevelGroup
		if e = h.edit(both, e.ID, i, f, fmt.Sprint("e", i)); e.School.ID != step.want {
			t.Errorf("moved to %v, it is of %s, want %s", step.refs, e.School.ID, step.want)
		}
		for actor, want := range map[string]bool{"eva": step.here, "liv": step.there} {
			_, err := h.Editable(t.Context(), map[string]care.Actor{"eva": eva, "liv": liv}[actor], e.ID, h.now)
			if (err == nil) != want {
				t.Errorf("moved to %v, Editable() by %s = %v, want that it may: %v", step.refs, actor, err, want)
			}
		}
	}
}

// A stop between the writes of a change leaves the timelines as they were, and the same request
// makes it whole.
func TestEditHealsAfterAStop(t *testing.T) {
	for _, stop := range []string{"Insert intervention_links", "Replace interventions"} {
		t.Run(stop, func(t *testing.T) {
			h, _, eva := withClass(t)
			h.now = h.now.AddDate(0, 0, -2)
			h.send(eva, talk("Då", "9C-P5P"), "form 0", "r0")
			h.now = h.now.AddDate(0, 0, 2)
			f := talk("Ett", "8B-K3F", "8B-M2X", "9C-P5P")
			f.FollowUp = "2026-10-12"
			e := h.send(eva, f, "form", "r1")
			before := h.timelines(eva)
			f = talk("Två", "8B-M2X", "9C-P5P")
			f.Date, f.FollowUp = "2026-10-01", "2026-10-06"
			h.engine.between(stop, func() error { return errors.New("the power is gone") })
			if _, err := h.EditIntervention(t.Context(), eva, e.ID, 0, f, "r2", h.now); err == nil || care.CodeOf(err) != "" {
				t.Fatalf("EditIntervention() = %v, want trouble of ours", err)
			}
			if diff := cmp.Diff(before, h.timelines(eva)); diff != "" {
				t.Errorf("the stop changes the timelines (-before +after):\n%s", diff)
			}
			for _, ref := range []string{"8B-K3F", "8B-M2X", "9C-P5P"} {
				if c, err := h.Card(t.Context(), eva, ref, 0, h.now); err != nil || c.Due != "2026-10-12" {
					t.Errorf("after the stop %s is due %q, %v", ref, c.Due, err)
				}
			}
			for range 2 {
				h.edit(eva, e.ID, 0, f, "r2")
				if got, want := h.timelines(eva), "[] [8B-M2X+9C-P5P: Två] [9C-P5P: Då, 8B-M2X+9C-P5P: Två]"; got != want {
					t.Errorf("healed, the timelines are %s, want %s", got, want)
				}
			}
			for ref, want := range map[string]care.Date{"8B-K3F": "", "8B-M2X": "2026-10-06", "9C-P5P": "2026-10-06"} {
				if c, err := h.Card(t.Context(), eva, ref, 0, h.now); err != nil || c.Due != want {
					t.Errorf("healed, %s is due %q, %v, want %q", ref, c.Due, err, want)
				}
			}
		})
	}
}

// Of two changes that meet, what the loser wanted is on no timeline and puts nothing out of place.
func TestEditsMeet(t *testing.T) {
	h, _, eva := withClass(t)
	for i := range 2 * care.ListMax {
		h.now = h.now.AddDate(0, 0, 1)
		h.send(eva, talk(fmt.Sprint(i), "9C-P5P", "8B-M2X"), fmt.Sprint("form", i), fmt.Sprint("r", i))
	}
	f := talk("Ett", "8B-K3F", "8B-M2X")
	f.FollowUp = "2026-12-01"
	e := h.send(eva, f, "form", "r")
	loser, winner := f, f
	loser.Date, loser.FollowUp, loser.Students = "2026-01-07", "", []care.Ref{"8B-K3F", "8B-M2X", "9C-P5P"}
	winner.Note, winner.Outcome = "Två", care.OutcomeEffect
	h.engine.between("Insert intervention_links", func() error {
		h.edit(eva, e.ID, 0, winner, "w")
		return nil
	})
	_, err := h.EditIntervention(t.Context(), eva, e.ID, 0, loser, "l", h.now)
	if _, ok := errors.AsType[*care.EditConflict](err); !ok {
		t.Fatalf("EditIntervention() = %v, want a conflict", err)
	}
	c, err := h.Card(t.Context(), eva, "8B-M2X", 0, h.now)
	h.must(err)
	if c.Due != "2026-12-01" || !slices.ContainsFunc(c.Entries, func(x care.Entry) bool { return x.ID == e.ID && x.Note == "Två" }) {
		t.Errorf("the second student is due %q, and the timeline shows %s", c.Due, shown(c.Entries))
	}
	if got := h.timeline(eva, "9C-P5P"); strings.Contains(got, "Ett") || strings.Contains(got, "Två") {
		t.Errorf("what the loser wanted is on a timeline: %s", got)
	}
}
