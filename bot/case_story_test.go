package main

import (
	"slices"
	"strings"
	"testing"

	"lotsen/internal/fakeslack"
)

// absent imports absence: one student of each school has been away, of whom UANNA and UGURO are the only mentors.
func (w *world) absent() {
	w.t.Helper()
	w.write("absence.csv", `ref;date;school;scheduled_min;valid_min;invalid_min;lessons_total;lessons_absent;lessons_invalid
8A-T4T;2026-11-12;alen;300;0;60;5;1;1
8A-T4T;2026-11-13;alen;300;0;0;5;0;0
1STA-B2B;2026-11-11;fjord;300;300;0;5;5;0
1STA-B2B;2026-11-12;fjord;300;300;0;5;5;0
1STA-B2B;2026-11-13;fjord;300;300;0;5;5;0
`)
	w.write("more.csv", "key;given_name;family_name;group;school;ref\nk9;Maja;Lind;8A;alen;8A-T4T\n")
	w.env["LOTSEN_CLOCK"] = importNow
	if out, code := w.run("import", "--students", w.path("more.csv"), "--absence", w.path("absence.csv")); code != 0 {
		w.t.Fatalf("import: exit %d\n%s", code, out)
	}
	w.env["LOTSEN_CLOCK"] = schoolNow
}

// chooses has a person choose in a menu of the modal in front of them that tells the bot at once.
func (w *world) chooses(user, field, value string) *fakeslack.View {
	w.t.Helper()
	return w.acts(user, func() (*fakeslack.Ack, error) {
		return w.slack.Select(w.t.Context(), user, w.front(user).ID, field, value)
	})
}

func TestAbsenceCase(t *testing.T) { overBoth(t, testAbsenceCase) }

// testAbsenceCase is a case from the import to its end, by command, button, modal and App Home.
func testAbsenceCase(t *testing.T, w *world) {
	w.serve()
	w.absent()
	list := w.ask("UANNA", "/franvaro", "")
	if got, want := read(list), `Dina öppna ärenden, det mest brådskande först
8A-T4T (Maja Lind)  ·  steg 1 (förslag)
Ring hem, ha ett elevsamtal och bestäm när ni följer upp
klart senast fre 20 nov
[Pratat med eleven] [Hemmet kontaktat] [Inget svar] [Påminn senare] [Visa mer]`; got != want || !list.Ephemeral {
		t.Errorf("/franvaro =\n%s\nwant\n%s", got, want)
	}
	if got := w.types("UGURO", "/fravaer", ""); !strings.Contains(got, "1STA-B2B (Liv Åsen)  ·  trinn 1 (forslag)\nHa en elevsamtale") {
		t.Errorf("/fravaer =\n%s", got)
	}

	// A button does it at once, and the answer takes it back.
	if got, want := w.clicks("UANNA", list, "case.home"), "Noterat för 8A-T4T (Maja Lind): hemmet kontaktat.\nNästa uppföljning tis 1 dec.\n[Ångra] [Ändra]"; got != want {
		t.Errorf("after the click:\n%s\nwant\n%s", got, want)
	}
	w.clicks("UANNA", newest(w.slack.Seen("UANNA")), "case.undo")

	// Another act is marked at its field when it cannot be, and asks for other things when it is changed.
	calls := len(w.slack.Calls())
	v := w.presses("UANNA", list.Key, "case.snooze", "8A-T4T/1")
	called := slices.DeleteFunc(w.methods(calls), func(m string) bool { return m == "chat.postMessage" }) // the tick's
	if got := strings.Join(called, " "); got != "views.open" || v == nil || v.CallbackID != "case_reply" {
		t.Fatalf("to snooze the bot calls %s and shows %v", got, v)
	}
	v = w.submits("UANNA", values{"follow_up": "2027-03-01"})
	if got, want := v.Errors["follow_up"], "Det är för långt fram. Välj tis 1 dec eller en tidigare dag."; got != want {
		t.Errorf("at the field stands %q, want %q", got, want)
	}
	if err := w.slack.Fill("UANNA", values{"note": "Hemlig anteckning"}); err != nil {
		t.Fatal(err)
	}
	w.chooses("UANNA", "act", "close")
	w.await("the field for the reason", func() bool { return strings.Contains(reads(w.front("UANNA")), "Varför avslutas ärendet?") })
	if got := reads(w.submits("UANNA", values{"close_reason": "attends"})); got != "Noterat för 8A-T4T (Maja Lind): avslutat (eleven är i skolan igen).\nÄrendet är avslutat.\n> Hemlig anteckning\n[Ångra] [Ändra]" {
		t.Errorf("after closing:\n%s", got)
	}
	w.presses("UANNA", w.front("UANNA").ID, "case.undo")
	w.await("the end of the end", func() bool { return strings.HasPrefix(reads(w.front("UANNA")), "Ångrat för 8A-T4T (Maja Lind).") })
	if _, err := w.slack.CloseView(t.Context(), "UANNA", true); err != nil {
		t.Fatal(err)
	}

	// App Home has the ref alone; the card behind it shows what was done on it.
	if got := w.openHome("UANNA"); !strings.Contains(got, "Dina frånvaroärenden\n8A-T4T  ·  steg 1 (förslag)  ·  klart senast fre 20 nov\n[Öppna]\nDina övriga elever\n8B-K3F\n[Öppna]") {
		t.Errorf("App Home is\n%s", got)
	}
	w.presses("UANNA", w.slack.Home("UANNA").ID, "student.open", "8A-T4T")
	w.await("the card", func() bool { return w.front("UANNA") != nil })
	w.presses("UANNA", w.front("UANNA").ID, "case.talked")
	w.await("the act on the card", func() bool {
		got := reads(w.front("UANNA"))
		return strings.HasPrefix(got, "Noterat för 8A-T4T (Maja Lind): pratat med eleven.") && strings.Contains(got, "Frånvaro  ·  steg 1 (förslag)\nuppföljning tis 1 dec")
	})
	w.presses("UANNA", w.front("UANNA").ID, "case.details")
	v = w.front("UANNA")
	if len(w.slack.Views("UANNA")) != 2 || !strings.Contains(reads(v), "tors 12 nov  borta 1 av 5 lektioner  ·  1 med ogiltig frånvaro") {
		t.Fatalf("on the card opens\n%s", reads(v))
	}
	w.submits("UANNA", values{"act": "needs_eht"})
	w.await("the list of the team on the card", func() bool { return strings.Contains(reads(&w.slack.Views("UANNA")[0]), "på listan för EHT") })
	w.homeHas("UANNA", "8A-T4T  ·  steg 1 (förslag)  ·  på listan för EHT")
	if got := w.openHome("UEVA"); !strings.Contains(got, "8A-T4T  ·  steg 1 (förslag)  ·  på listan för EHT") {
		t.Errorf("the team's App Home is\n%s", got)
	}
	for _, user := range []string{"UANNA", "UEVA"} {
		if h := w.slack.Home(user); strings.Contains(string(h.Blocks)+h.PrivateMetadata, "Maja") {
			t.Errorf("the App Home of %s holds a name", user)
		}
	}
	w.check()
	w.logTellsNone("Maja", "Lind", "Hemlig")
	w.types("UANNA", "/insats", "8A-T4T samtal Hemlig anteckning")
	w.holdsNo("after a case", []string{"Hemlig anteckning", "Maja", "Lind"})
}
