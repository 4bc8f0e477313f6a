package main

import (
	"slices"
	"strings"
	"testing"

	"lotsen/internal/fakeslack"
)

// openHome has a person open App Home and returns it when the bot has shown it.
func (w *world) openHome(user string) string {
	w.t.Helper()
	calls := len(w.slack.Calls())
	if ack, err := w.slack.OpenHome(w.t.Context(), user); err != nil || ack.Error != "" {
		w.t.Fatalf("%s opens App Home: %v, ack %+v", user, err, ack)
	}
	w.await("App Home", func() bool { return slices.Contains(w.methods(calls), "views.publish") && w.slack.Home(user) != nil })
	return reads(w.slack.Home(user))
}

// homeHas waits until a person's App Home says something, without their doing anything.
func (w *world) homeHas(user, text string) {
	w.t.Helper()
	w.await(user+"'s App Home to say "+text, func() bool {
		h := w.slack.Home(user)
		return h != nil && strings.Contains(reads(h), text)
	})
}

func TestAppHome(t *testing.T) { overBoth(t, testAppHome) }

func testAppHome(t *testing.T, w *world) {
	w.serve()
	w.types("UANNA", "/insats", "8B-M2X samtal Hemlig anteckning")
	if h := w.slack.Home("UANNA"); h != nil {
		t.Errorf("an App Home that was never opened is shown: %s", reads(h))
	}
	if got, want := w.openHome("UANNA"), `[Logga insats] [Boka möte] [Visa namn] [Inställningar]
Dina elever
8B-K3F
[Öppna]
8B-M2X
[Öppna]
8B-N4N
[Öppna]
Dina senaste insatser
tis 17 nov  8B-M2X: elevsamtal
[Ändra]`; got != want {
		t.Errorf("App Home is\n%s\nwant\n%s", got, want)
	}
	home := w.slack.Home("UANNA").ID

	// A row opens the card, and "Visa namn" the names, each in a modal.
	v := w.presses("UANNA", home, "student.open", "8B-M2X")
	w.await("the card", func() bool { v = w.front("UANNA"); return v != nil })
	if got := reads(v); !strings.HasPrefix(got, "8B-M2X (Alva Berg)") || !strings.Contains(got, "> Hemlig anteckning") || v.Close != "Stäng" {
		t.Errorf("the row opens\n%s", got)
	}
	if _, err := w.slack.CloseView(t.Context(), "UANNA", true); err != nil {
		t.Fatal(err)
	}
	w.presses("UANNA", home, "student.names")
	w.await("the names", func() bool { return w.front("UANNA") != nil })
	v = w.presses("UANNA", w.front("UANNA").ID, "student.open", "8B-N4N")
	w.await("the card on top", func() bool { return len(w.slack.Views("UANNA")) == 2 })
	if got := reads(w.front("UANNA")); !strings.HasPrefix(got, "8B-N4N (Alva Norén)") {
		t.Errorf("a name opens\n%s", got)
	}
	v = w.presses("UANNA", w.front("UANNA").ID, "intervention.log", "8B-N4N")
	if len(w.slack.Views("UANNA")) != 3 || v.CallbackID != "intervention" {
		t.Errorf("from the card opens %+v", v)
	}
	w.presses("UANNA", v.ID, "intervention.more")
	w.submits("UANNA", values{"kinds": []string{"visit"}, "follow_up": "2026-11-20", "partner": "bup", "outcome": "declined"})
	card := func() string { return reads(&w.slack.Views("UANNA")[1]) } // beneath the confirmation
	w.await("the entry on the card", func() bool { return strings.Contains(card(), "hembesök  ·  vidare till BUP") })
	w.homeHas("UANNA", "8B-N4N  ·  uppföljning fre 20 nov")
	w.homeHas("UANNA", "8B-N4N: hembesök")

	w.presses("UANNA", w.front("UANNA").ID, "intervention.undo")
	w.await("the entry's end on the card", func() bool { return strings.Contains(card(), "Inga insatser är loggade än.") })

	// What others do for the student, and the person's language, are seen without opening it again.
	w.openHome("URUT")
	w.types("UEVA", "/insats", "8B-M2X samtal")
	if w.slack.Home("UEVA") != nil {
		t.Error("someone who has not opened App Home has one")
	}
	w.types("UANNA", "/lotsen", "språk nb")
	w.homeHas("UANNA", "Elevene dine")
	if got := reads(w.slack.Home("URUT")); !strings.HasPrefix(got, "[Logga insats] [Boka möte] [Inställningar]\nDina elever\nDu har inga egna elever") {
		t.Errorf("the principal's App Home is\n%s", got)
	}
	for _, user := range []string{"UANNA", "URUT"} {
		for _, secret := range []string{"Alva", "Berg", "Norén", "Zetterqvistsson", "Hemlig", "BUP", "tackade nej", "takket nei"} {
			if h := w.slack.Home(user); strings.Contains(string(h.Blocks)+h.PrivateMetadata, secret) {
				t.Errorf("the App Home of %s holds %q", user, secret)
			}
		}
	}
	w.check()
}

// TestAppHomeIsKeptInStep has one person's act change what another's App Home shows.
func TestAppHomeIsKeptInStep(t *testing.T) { overBoth(t, testAppHomeIsKeptInStep) }

func testAppHomeIsKeptInStep(t *testing.T, w *world) {
	w.serve()
	w.opens("UANNA", "/insats", "")
	w.presses("UANNA", w.front("UANNA").ID, "intervention.more")
	w.searches("UANNA", "8B-M2X")
	v := w.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"talk"}, "follow_up": "2026-11-17"})
	if !strings.Contains(reads(v), "uppföljning tis 17 nov") {
		t.Fatalf("logged %s", reads(v))
	}
	if got := w.openHome("UANNA"); !strings.Contains(got, "8B-M2X  ·  uppföljning i dag") {
		t.Errorf("App Home is\n%s", got)
	}
	w.opens("UANNA", "/insats", "")
	w.presses("UANNA", w.front("UANNA").ID, "intervention.more")
	w.searches("UANNA", "8B-K3F")
	w.submits("UANNA", values{"students": []string{"8B-K3F"}, "kinds": []string{"talk"}, "date": "2026-11-16", "follow_up": "2026-11-17"})
	w.homeHas("UANNA", "8B-K3F  ·  uppföljning i dag")
	w.types("UEVA", "/insats", "8B-K3F samtal")
	// Someone else changes an entry of one's own, and takes a student out of it.
	w.openHome("UEVA")
	w.types("UEVA", "/insats", "9C-P5P,8B-K3F samtal")
	w.homeHas("UEVA", "9C-P5P och 8B-K3F: elevsamtal")
	card := w.ask("URUT", "/elev", "9C-P5P")
	w.presses("URUT", card.Key, "intervention.edit")
	w.searches("URUT", "8B-K3F")
	w.submits("URUT", values{"students": []string{"8B-K3F"}, "kinds": []string{"plan"}})
	w.homeHas("UEVA", "8B-K3F: åtgärdsprogram")
	w.await("the follow-up to be done", func() bool { return !strings.Contains(reads(w.slack.Home("UANNA")), "8B-K3F  ·  uppföljning i dag") })
	w.check()
}

// TestAppHomeOfThoseWhoAreNotLetIn shows the refusal, and takes away what someone saw before.
func TestAppHomeOfThoseWhoAreNotLetIn(t *testing.T) { overBoth(t, testAppHomeOfThoseWhoAreNotLetIn) }

func testAppHomeOfThoseWhoAreNotLetIn(t *testing.T, w *world) {
	w.serve()
	const refusal = "Du har inte tillgång till Lotsen. Be den som sköter Lotsen på skolan att lägga in dig."
	for _, user := range []string{"UGAST", "UFRAMLING"} {
		if got := w.openHome(user); got != refusal {
			t.Errorf("the App Home of %s is %s", user, got)
		}
	}
	if got := w.openHome("UBO"); !strings.Contains(got, "9C-P5P") {
		t.Errorf("the App Home of UBO is %s", got)
	}
	w.write("gone.csv", "email;name;roles;school;groups;slack_id;status\nbo.ek@alen.se;Bo Ek;mentor;alen;9C;UBO;left\n")
	if out, code := w.run("import", "--staff", w.path("gone.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	if got := w.openHome("UBO"); got != refusal {
		t.Errorf("after the person has left, App Home is %s", got)
	}
	w.check()
}

// TestAppHomeInTrouble has Slack refuse and forget.
func TestAppHomeInTrouble(t *testing.T) { overBoth(t, testAppHomeInTrouble) }

func testAppHomeInTrouble(t *testing.T, w *world) {
	w.serve()
	w.slack.Fault("views.publish", fakeslack.Fault{Status: 500})
	if _, err := w.slack.OpenHome(t.Context(), "UANNA"); err != nil {
		t.Fatal(err)
	}
	w.awaitLog(0, `"msg":"app home not shown"`)
	if got := w.openHome("UANNA"); !strings.Contains(got, "8B-M2X") {
		t.Errorf("opened again, App Home is %s", got)
	}
	// The messages tab is nothing to show anything for.
	calls := len(w.slack.Calls())
	if _, err := w.slack.Event(t.Context(), map[string]any{"type": "app_home_opened", "user": "UBO", "tab": "messages"}); err != nil {
		t.Fatal(err)
	}
	w.types("UANNA", "/lotsen", "språk")
	if slices.Contains(w.methods(calls), "views.publish") || w.slack.Home("UBO") != nil {
		t.Error("the messages tab has App Home shown")
	}
	w.check()
}

// TestAppHomeAfterWhatHappenedElsewhere imports files while App Home is open: at the next tick it
// shows the person's new class, and to someone who has left that they are not let in.
func TestAppHomeAfterWhatHappenedElsewhere(t *testing.T) {
	e := newEndpoints(t)
	for _, user := range []string{"UANNA", "UBO"} {
		if _, err := e.slack.OpenHome(t.Context(), user); err == nil {
			t.Fatal("the bot has no address, so the event is delivered by hand")
		}
		e.deliver(t, pathEvents, []byte(`{"type":"event_callback","team_id":"`+e.slack.TeamID()+`","event":{"type":"app_home_opened","tab":"home","user":"`+user+`"}}`))
	}
	e.work.wait()
	calls := len(e.slack.Calls())
	if n := e.work.RefreshHomes(t.Context()); n != 0 || len(e.methods(calls)) != 0 {
		t.Errorf("nothing has changed, and %d are shown anew by %q", n, e.methods(calls))
	}
	e.write("new.csv", "email;name;roles;school;groups;slack_id;status\nanna.lund@alen.se;Anna Lund;mentor;alen;9C;UANNA;active\nbo.ek@alen.se;Bo Ek;mentor;alen;9C;UBO;left\n")
	e.env["LOTSEN_CLOCK"] = schoolNow
	if out, code := e.run("import", "--staff", e.path("new.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	e.slack.Fault("views.publish", fakeslack.Fault{Code: "fatal_error"})
	if n := e.work.RefreshHomes(t.Context()); n != 1 {
		t.Errorf("with one failure %d are shown anew, want 1", n)
	}
	if n := e.work.RefreshHomes(t.Context()); n != 1 {
		t.Errorf("after it %d are shown anew, want the other", n)
	}
	if got := reads(e.slack.Home("UANNA")); !strings.Contains(got, "9C-P5P") {
		t.Errorf("after the import the mentor's App Home is\n%s", got)
	}
	if got := reads(e.slack.Home("UBO")); !strings.HasPrefix(got, "Du har inte tillgång till Lotsen.") {
		t.Errorf("after the import the App Home of who has left is\n%s", got)
	}
	e.check()
}
