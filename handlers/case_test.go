package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// TestManyCases has a mentor follow up more students than fit on a screen, each with the longest name
// that a button shows.
func TestManyCases(t *testing.T) {
	const n = 60
	o := newOffice(t)
	var rows []care.StudentRow
	for i := range n {
		ref := care.Ref(fmt.Sprintf("8A-%c%c2", "BCDFGHJKLM"[i/10], "BCDFGHJKLM"[i%10]))
		rows = append(rows, care.StudentRow{Given: "Maximiliana-Wilhelmina <3", Family: "Zetterqvistsson & Åkerblomgren", Group: "8A", School: "alen", Ref: ref})
	}
	o.students(rows...)
	for _, row := range rows {
		req := o.request(anna)
		if _, err := o.care.OpenCase(t.Context(), req.Actor, row.Ref, req.ID, req.Now); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, line, last string
		blocks           int
	}{
		// A title, a section and a row of buttons for each of 15, and how many are left.
		{"mine", "/franvaro", "… och 45 till, som inte brådskar lika mycket. Skriv `/franvaro lista` för att se fler, eller elevens ref eller namn efter `/franvaro`.", 32},
		// A title, a section for each of 48, and how many are left.
		{"all", "/franvaro lista", "… och 12 till, som inte brådskar lika mycket. Skriv elevens ref eller namn efter `/franvaro`.", 50},
	} {
		reply := o.types(anna, tt.line)
		all := texts(reply)
		if got := all[len(all)-1]; got != tt.last || len(reply.Blocks) != tt.blocks {
			t.Errorf("%s: %s has %d blocks and ends with %q, want %d and %q", tt.name, tt.line, len(reply.Blocks), got, tt.blocks, tt.last)
		}
	}
	view, refs, err := o.Home(t.Context(), o.request(anna))
	if err != nil {
		t.Fatal(err)
	}
	// A row of buttons, a title, 15 cases, how many are left, a title, the 48 students without a row
	// among the cases, a title, and that nothing is logged.
	if got := len(view.Blocks.BlockSet); got != 1+1+15+1+1+48+1+1 || got > 100 || len(refs) != n+n+3 {
		t.Errorf("App Home has %d blocks and depends on %d students", got, len(refs))
	}
	o.blocksFit(view.Blocks.BlockSet)
}

// TestLongNotesOfACaseFitInSlack has a case with as many entries as are shown, each with the longest note.
func TestLongNotesOfACaseFitInSlack(t *testing.T) {
	o := followed(t)
	note := strings.Repeat("&😀\n", care.NoteMax/4)
	for range 9 {
		req := o.request(anna)
		if _, err := o.care.ActOnCase(t.Context(), req.Actor, "8B-K3F/1", care.CaseForm{Act: care.ActTalked, Note: note}, req.ID, req.Now); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Count(shown(o.types(anna, "/franvaro 8B-K3F")), "pratat med eleven"); got != 8 {
		t.Errorf("%d entries are shown, want 8", got)
	}
	o.goes(o.Actions(), "case.details", with(o.request(anna), "8B-K3F/1"))
}

// with is a request by a button that brings a value.
func with(req handlers.Request, value string) handlers.Request {
	req.Value = value
	return req
}

// TestSecondClick has the same request come again: the answer is the same, and it is done once.
func TestSecondClick(t *testing.T) {
	o := followed(t)
	for _, act := range care.Acts {
		t.Run(string(act), func(t *testing.T) {
			o.t = t
			req := with(o.request(eva), "8B-K3F/1")
			first := o.goes(o.Actions(), "case."+string(act), req)
			if first.Modal != nil {
				fields := map[care.Act]string{care.ActHandOver: "owner=URUT", care.ActClose: "close_reason=other"}
				req = o.request(eva)
				req.Form = o.fill(first.Modal, strings.Fields(fields[act]))
				first = o.goes(o.Submissions(), "case_reply", req)
				again := o.goes(o.Submissions(), "case_reply", req)
				if shown(first) != shown(again) {
					t.Errorf("sent once:\n%s\nsent again:\n%s", shown(first), shown(again))
				}
			} else if again := o.goes(o.Actions(), "case."+string(act), req); shown(first) != shown(again) {
				t.Errorf("clicked once:\n%s\ndelivered again:\n%s", shown(first), shown(again))
			}
			v, err := o.care.CaseByID(t.Context(), req.Actor, "8B-K3F/1", req.Now)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, e := range v.Entries {
				if e.What == care.CaseActed {
					n++
				}
			}
			if n != 1 {
				t.Errorf("it is done %d times", n)
			}
			o.clicks(eva, first, "Ångra")
		})
	}
}

// TestHandingOverOthersCases has someone hand over a case that is the team's, and one that is a colleague's.
func TestHandingOverOthersCases(t *testing.T) {
	o := followed(t)
	c, err := o.care.Cases.Get(t.Context(), "8B-K3F/1")
	if err != nil {
		t.Fatal(err)
	}
	c.Owner = "" // it is the team's
	if err := o.care.Cases.Replace(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, from, id, to string
		answer, asked      string
	}{
		{"the team's", eva, "8B-K3F/1", anna, "Ärendet ligger kvar hos EHT tills Anna Lund har tagit det.", "Eva &lt;Holm&gt; &amp; co undrar om du kan ta över"},
		{"a colleague's", "URUT", "8B-N4N/1", eva, "Ärendet ligger kvar hos Anna Lund tills Eva &lt;Holm&gt; &amp; co har tagit det.", "Rut Rask undrar om du kan ta över"},
	} {
		m := o.goes(o.Actions(), "case.handover", with(o.request(tt.from), tt.id))
		req := o.request(tt.from)
		req.Form = o.fill(m.Modal, []string{"owner=" + tt.to})
		if got := shown(o.goes(o.Submissions(), "case_reply", req)); !strings.Contains(got, tt.answer) {
			t.Errorf("%s: who asks hears\n%s\nwant %q", tt.name, got, tt.answer)
		}
		if got := shown(o.types(tt.to, "/franvaro")); !strings.Contains(got, tt.asked) {
			t.Errorf("%s: who is asked sees\n%s\nwant %q", tt.name, got, tt.asked)
		}
		view, _, err := o.Home(t.Context(), o.request(tt.to))
		if err != nil {
			t.Fatal(err)
		}
		home := shown(handlers.Reply{Blocks: view.Blocks.BlockSet})
		if !strings.Contains(home, "du är tillfrågad om att ta över") || strings.Contains(home, "undrar") {
			t.Errorf("%s: App Home of who is asked is\n%s", tt.name, home)
		}
	}
}

// TestChangingOnesActAfterAnothers has a note changed when someone else has acted since.
func TestChangingOnesActAfterAnothers(t *testing.T) {
	o := followed(t)
	o.goes(o.Actions(), "case.talked", with(o.request(anna), "8B-K3F/1"))
	req := o.request(eva)
	if _, err := o.care.ActOnCase(t.Context(), req.Actor, "8B-K3F/1", care.CaseForm{Act: care.ActHome, Note: "Evas anteckning"}, req.ID, req.Now); err != nil {
		t.Fatal(err)
	}
	m := o.goes(o.Actions(), "case.edit", with(o.request(anna), "8B-K3F/1#2"))
	req = o.request(anna)
	req.Form = o.fill(m.Modal, []string{"note=Annas anteckning"})
	got := shown(o.goes(o.Submissions(), "case_reply", req))
	if !strings.Contains(got, "pratat med eleven") || !strings.Contains(got, "Annas anteckning") || strings.Contains(got, "Evas anteckning") {
		t.Errorf("Anna changed her note on a talk and hears\n%s", got)
	}
}
