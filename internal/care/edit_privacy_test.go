package care_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// secret is what nobody but those whom a test names may come to read.
const secret = "Hemligt"

// tries lets someone try to read the secret, or make themselves its reader, in every way there is.
func (h *house) tries(a care.Actor, id string) (read []string) {
	h.t.Helper()
	see := func(how string, entries ...care.Entry) {
		for _, e := range entries {
			if strings.Contains(e.Note, secret) {
				read = append(read, how)
			}
		}
	}
	list, _, err := h.ListOwn(h.t.Context(), a, h.now)
	h.must(err)
	see("own list", list...)
	for _, ref := range []string{"8B-K3F", "8B-M2X", "9C-P5P"} {
		_, list, _, _ := h.Timeline(h.t.Context(), a, ref, h.now)
		see("timeline", list...)
	}
	home, err := h.Home(h.t.Context(), a, h.now)
	h.must(err)
	see("home", home.Entries...)
	e, _ := h.Editable(h.t.Context(), a, id, h.now)
	see("form", e)
	n := 0
	try := func(how string, base int, f care.InterventionForm) {
		n++
		e, err := h.EditIntervention(h.t.Context(), a, id, base, f, fmt.Sprint(a.Staff.ID, n), h.now)
		see(how, e)
		if conflict, ok := errors.AsType[*care.EditConflict](err); ok {
			see(how+": before", conflict.Before)
			see(how+": now", conflict.Now)
		}
	}
	for base := range len(h.stored(id).Revisions) + 1 {
		for _, audience := range care.Audiences {
			for _, refs := range [][]care.Ref{{"8B-K3F"}, {"8B-K3F", "8B-M2X"}, {"8B-M2X"}, {"9C-P5P"}, nil} {
				f := talk("", refs...)
				f.Audience, f.Level = audience, care.LevelGroup
				try("change", base, f)
			}
		}
	}
	e, _ = h.UndoIntervention(h.t.Context(), a, id, a.Staff.ID+"u", h.now)
	see("undo", e)
	e, _ = h.LogForm(h.t.Context(), a, talk("", "8B-K3F"), "form", a.Staff.ID+"f", h.now)
	see("form again", e)
	return read
}

// No sequence of changes lets anyone read a note that was not for them.
func TestNobodyMakesThemselvesAReader(t *testing.T) {
	with := func(audience care.Audience, note string, refs ...care.Ref) care.InterventionForm {
		f := talk(note, refs...)
		f.Audience, f.Level = audience, care.LevelGroup
		return f
	}
	for _, tt := range []struct {
		name string
		do   func(h *house, anna, eva, head care.Actor) (id string)
		may  string // who may read it; with brackets, only as what it said before
	}{
		{"the author's, for the leadership", func(h *house, anna, _, _ care.Actor) string {
			return h.send(anna, with(care.AudienceLeadership, secret, "8B-K3F"), "form", "r1").ID
		}, "anna head"},
		{"the principal writes for the leadership in the author's", func(h *house, anna, _, head care.Actor) string {
			id := h.send(anna, with(care.AudienceEHT, "Öppet", "8B-K3F"), "form", "r1").ID
			h.edit(head, id, 0, with(care.AudienceLeadership, secret, "8B-K3F"), "r2")
			return id
		}, "head"},
		{"the team writes for the leadership in the author's", func(h *house, anna, eva, _ care.Actor) string {
			id := h.send(anna, with(care.AudienceLeadership, "", "8B-K3F"), "form", "r1").ID
			h.edit(eva, id, 0, with(care.AudienceLeadership, secret, "8B-K3F"), "r2")
			return id
		}, "eva head"},
		{"the team writes in a coach's", func(h *house, _, eva, _ care.Actor) string {
			id := h.send(h.actor("coach"), with(care.AudienceEHT, "", "8B-K3F"), "form", "r1").ID
			h.edit(eva, id, 0, with(care.AudienceEHT, secret, "8B-K3F"), "r2")
			return id
		}, "anna bea eva head"},
		{"it was for the leadership, and is open now", func(h *house, _, _, head care.Actor) string {
			id := h.send(head, with(care.AudienceLeadership, secret, "8B-K3F"), "form", "r1").ID
			h.edit(head, id, 0, with(care.AudienceEHT, "Öppet", "8B-K3F"), "r2")
			return id
		}, "(head)"},
		{"it was for mentors, and is taken away now", func(h *house, anna, _, _ care.Actor) string {
			id := h.send(anna, with(care.AudienceMentor, secret, "8B-K3F"), "form", "r1").ID
			h.edit(anna, id, 0, with(care.AudienceEHT, "", "8B-K3F"), "r2")
			return id
		}, "(anna)"},
		{"it was for the team, and is for the leadership now", func(h *house, _, eva, head care.Actor) string {
			id := h.send(eva, with(care.AudienceEHT, "Öppet", "8B-K3F"), "form", "r1").ID
			h.edit(head, id, 0, with(care.AudienceLeadership, secret, "8B-K3F"), "r2")
			return id
		}, "head"},
		{"of two students, for those who see both", func(h *house, _, eva, _ care.Actor) string {
			return h.send(eva, with(care.AudienceEHT, secret, "8B-K3F", "9C-P5P"), "form", "r1").ID
		}, "eva head"},
		{"of a student, moved to another", func(h *house, _, eva, _ care.Actor) string {
			id := h.send(eva, with(care.AudienceEHT, secret, "9C-P5P"), "form", "r1").ID
			h.edit(eva, id, 0, with(care.AudienceEHT, "Öppet", "8B-K3F"), "r2")
			return id
		}, "(eva) (head)"},
		{"of no student, then of one", func(h *house, anna, _, _ care.Actor) string {
			id := h.send(anna, with(care.AudienceEHT, secret), "form", "r1").ID
			h.edit(anna, id, 0, with(care.AudienceEHT, "Öppet", "8B-K3F"), "r2")
			return id
		}, "(anna)"},
		{"of one student, then of none", func(h *house, anna, eva, _ care.Actor) string {
			id := h.send(anna, with(care.AudienceEHT, "Öppet", "8B-K3F"), "form", "r1").ID
			h.edit(eva, id, 0, with(care.AudienceEHT, secret), "r2")
			return id
		}, ""},
		{"withdrawn", func(h *house, anna, _, _ care.Actor) string {
			id := h.send(anna, with(care.AudienceEHT, secret, "8B-K3F"), "form", "r1").ID
			_, err := h.UndoIntervention(h.t.Context(), anna, id, "u1", h.now)
			h.must(err)
			return id
		}, "anna"},
	} {
		// Each of those who may change it tries in a house of their own; an author comes last.
		for _, names := range []string{"anna", "eva", "head", "bea bo ehtthere tor adm coach"} {
			t.Run(tt.name+", "+names, func(t *testing.T) {
				t.Parallel()
				h, anna, eva := withClass(t)
				head, coach := h.person("head", "principal@alen"), h.person("coach", "coach@alen")
				h.assign(coach, "8B-K3F", care.Period{})
				h.person("bea", "mentor@alen 8B@alen")
				h.person("bo", "mentor@alen 9C@alen")
				h.person("ehtthere", "eht@fjell")
				h.person("tor", "teacher@alen")
				h.person("adm", "admin@alen")
				id := tt.do(h, anna, eva, head)
				for name := range strings.FieldsSeq(names) {
					read, may, before := h.tries(h.actor(name), id), strings.Contains(tt.may, name), strings.Contains(tt.may, "("+name+")")
					for _, how := range read {
						if !may || before && !strings.HasSuffix(how, ": before") {
							t.Errorf("%s reads it: %s", name, how)
						}
					}
					if may && len(read) == 0 {
						t.Errorf("%s does not read it", name)
					}
				}
			})
		}
	}
}

// A conflict tells no more of an older version than that its reader may see of it.
func TestConflictShowsWhatItsReaderMaySee(t *testing.T) {
	h, anna, eva := withClass(t)
	head := h.person("head", "principal@alen")
	change := func(audience care.Audience, note string, refs ...care.Ref) care.InterventionForm {
		f := talk(note, refs...)
		f.Audience, f.Level, f.Partner = audience, care.LevelGroup, care.PartnerBUP
		return f
	}
	first := h.send(anna, change(care.AudienceEHT, "Ingen"), "form", "r0")
	steps := []care.InterventionForm{
		change(care.AudienceEHT, "Båda", "8B-K3F", "8B-M2X"),
		change(care.AudienceMentor, "Mentorers", "8B-K3F"),
		change(care.AudienceLeadership, "Ledningens", "8B-K3F"),
		change(care.AudienceEHT, "Allas", "8B-K3F"),
	}
	for i, f := range steps {
		h.edit(anna, first.ID, i, f, fmt.Sprint("r", i+1))
	}
	for _, tt := range []struct {
		name  string
		actor care.Actor
		want  string // of each version
	}{
		{"the author", anna, ": Ingen; 8B-K3F+8B-M2X: Båda; 8B-K3F: Mentorers; 8B-K3F: Ledningens"},
		{"the team", eva, "nothing; 8B-K3F+8B-M2X: Båda; 8B-K3F: ~; 8B-K3F: ~"},
		{"the principal", head, "nothing; 8B-K3F+8B-M2X: Båda; 8B-K3F: ~; 8B-K3F: Ledningens"},
	} {
		var got []string
		for base := range steps {
			_, err := h.EditIntervention(t.Context(), tt.actor, first.ID, base, talk("Ny", "8B-K3F"), fmt.Sprint(tt.name, base), h.now)
			conflict, ok := errors.AsType[*care.EditConflict](err)
			if !ok {
				t.Fatalf("%s: EditIntervention(base %d) = %v, want a conflict", tt.name, base, err)
			}
			if conflict.Now.Note != "Allas" || conflict.By != "anna" {
				t.Errorf("%s: the conflict is now %q, by %s", tt.name, conflict.Now.Note, conflict.By)
			}
			before := shown([]care.Entry{conflict.Before})
			if before == ": ~" && conflict.Before.Kinds == nil && conflict.Before.Partner == "" && conflict.Before.Date == "" {
				before = "nothing"
			}
			got = append(got, before)
		}
		if got := strings.Join(got, "; "); got != tt.want {
			t.Errorf("%s is shown\n%s, want\n%s", tt.name, got, tt.want)
		}
	}

	// The versions of a student whom the reader may not see any more are no one's to see.
	h.change("8B-K3F", protected)
	h.had("iv_2", anna, care.AudienceEHT, "Ett", "8B-M2X")
	iv := h.stored("iv_2")
	iv.Revisions = []care.Revision{{At: h.now, By: anna.Staff.ID, Before: care.Content{Students: []care.Ref{"8B-K3F"}, Level: care.LevelIndividual,
		Kinds: []care.Kind{care.KindReferral}, Date: "2026-10-01", Audience: care.AudienceEHT, Partner: care.PartnerBUP}}}
	h.must(h.Interventions.Replace(t.Context(), iv))
	_, err := h.EditIntervention(t.Context(), eva, "iv_2", 0, talk("Ny", "8B-M2X"), "r", h.now)
	conflict, ok := errors.AsType[*care.EditConflict](err)
	if !ok || len(conflict.Before.Kinds) > 0 || conflict.Before.Partner != "" || conflict.Before.Date != "" || len(conflict.Before.Students) > 0 {
		t.Errorf("EditIntervention() = %+v, %v, want a conflict that tells nothing of before", conflict, err)
	}
}

// Whoever wrote a note reads it while they see the student; the author of the entry whose note was
// rewritten for others reads it no more.
func TestTheWriterReadsTheirNote(t *testing.T) {
	h, anna, eva := withClass(t)
	f := talk("", "8B-K3F")
	f.Audience = care.AudienceLeadership
	e := h.send(anna, f, "form", "r1")
	f.Note = "Evas"
	if e := h.edit(eva, e.ID, 0, f, "e1"); e.Note != "Evas" || !e.Editable {
		t.Errorf("EditIntervention() = %q, may be changed: %v; want Evas, true", e.Note, e.Editable)
	}
	f.Outcome = care.OutcomeEffect
	if e := h.edit(eva, e.ID, 1, f, "e2"); e.Note != "Evas" || !e.Editable {
		t.Errorf("after a change of something else, it is %q, may be changed: %v; want Evas, true", e.Note, e.Editable)
	}
	if got, want := h.timeline(eva, "8B-K3F"), "8B-K3F: Evas"; got != want {
		t.Errorf("the writer's timeline is %q, want %q", got, want)
	}
	if got, want := h.own(anna), "8B-K3F: ~"; got != want {
		t.Errorf("the author's list is %q, want %q", got, want)
	}
	h.change("8B-K3F", protected)
	if _, err := h.Editable(t.Context(), eva, e.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("Editable() = %v, want %s", err, care.CodeNoSuchEntry)
	}
}
