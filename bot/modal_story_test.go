package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
)

// acts has a person do something that Slack tells the bot, which must take it, and returns the
// modal that is then in front of them; nil when there is none.
func (w *world) acts(user string, act func() (*fakeslack.Ack, error)) *fakeslack.View {
	w.t.Helper()
	ack, err := act()
	if err != nil || ack.Error != "" {
		w.t.Fatalf("%s acts: %v, ack %+v", user, err, ack)
	}
	return w.front(user)
}

// front is the modal in front of a person, or nil.
func (w *world) front(user string) *fakeslack.View {
	views := w.slack.Views(user)
	if len(views) == 0 {
		return nil
	}
	return &views[len(views)-1]
}

// opens has a person type a command that opens a modal.
func (w *world) opens(user, command, text string) *fakeslack.View {
	w.t.Helper()
	v := w.acts(user, func() (*fakeslack.Ack, error) { return w.slack.Command(w.t.Context(), user, "", command, text) })
	if v == nil {
		w.t.Fatalf("%s %s opens no modal; %s sees %+v", command, text, user, w.slack.Seen(user))
	}
	return v
}

// presses has a person press a button of a message, modal or App Home and returns the modal then in
// front of them.
func (w *world) presses(user, key, actionID string, value ...string) *fakeslack.View {
	w.t.Helper()
	return w.acts(user, func() (*fakeslack.Ack, error) { return w.slack.Click(w.t.Context(), user, key, actionID, value...) })
}

// searches has a person type into the field for students and returns what is offered.
func (w *world) searches(user, typed string) []string {
	w.t.Helper()
	options, err := w.slack.Suggest(w.t.Context(), user, w.front(user).ID, "students", typed)
	if err != nil {
		w.t.Fatal(err)
	}
	var labels []string
	for _, o := range options {
		labels = append(labels, o.Text)
	}
	return labels
}

// again is a message as it is now.
func (w *world) again(user string, m fakeslack.Message) fakeslack.Message {
	w.t.Helper()
	seen := w.slack.Seen(user)
	i := slices.IndexFunc(seen, func(s fakeslack.Message) bool { return s.Key == m.Key })
	if i < 0 {
		w.t.Fatalf("%s does not see the message any more", user)
	}
	return seen[i]
}

type values = map[string]any

// submits has a person send the modal in front of them, filled in, and returns the one that is
// there then.
func (w *world) submits(user string, v values) *fakeslack.View {
	w.t.Helper()
	return w.acts(user, func() (*fakeslack.Ack, error) { return w.slack.Submit(w.t.Context(), user, v) })
}

// reads is what a person reads in a modal or App Home.
func reads(v *fakeslack.View) string {
	if v == nil {
		return "nothing"
	}
	return strings.NewReplacer("*", "", "`", "").Replace(v.Plain)
}

// methods are the Web API calls since a number of them.
func (w *world) methods(since int) (list []string) {
	for _, c := range w.slack.Calls()[since:] {
		list = append(list, c.Method)
	}
	return list
}

func TestLogInAModal(t *testing.T) { overBoth(t, testLogInAModal) }

func testLogInAModal(t *testing.T, w *world) {
	w.serve()
	calls := len(w.slack.Calls())
	v := w.opens("UANNA", "/insats", "")
	if got, want := w.methods(calls), []string{"views.open"}; !slices.Equal(got, want) {
		t.Errorf("to open the modal the bot calls %q, want %q", got, want)
	}
	if v.CallbackID != "intervention" || v.Title != "Logga insats" || v.Submit != "Spara" {
		t.Errorf("the modal is %+v", v)
	}
	if got, want := w.searches("UANNA", ""), 3; len(got) != want {
		t.Errorf("an empty search offers %q, want the %d students of 8B", got, want)
	}
	if got, want := w.searches("UANNA", "NOREN"), []string{"Alva Norén · 8B-N4N"}; !slices.Equal(got, want) {
		t.Errorf("the search offers %q, want %q", got, want)
	}
	v = w.submits("UANNA", values{"kinds": []string{"talk"}, "note": "Första försöket"})
	if got := v.Errors["students"]; got != "Välj minst en elev. Gäller det en grupp eller hela skolan väljer du det längre ner. Syns det inte, tryck först på Fler val." {
		t.Errorf("without a student the field says %q", got)
	}
	if err := w.slack.Fill("UANNA", values{"students": []string{"8B-N4N"}, "note": "<Mamma> & pappa"}); err != nil {
		t.Fatal(err)
	}
	w.presses("UANNA", v.ID, "intervention.more")
	if err := w.slack.Fill("UANNA", values{"follow_up": "2026-11-16", "date": "2026-11-18"}); err != nil {
		t.Fatal(err)
	}
	v = w.submits("UANNA", nil)
	if len(v.Errors) != 2 || v.Errors["date"] == "" || v.Errors["follow_up"] == "" {
		t.Errorf("wrong dates are marked %q", v.Errors)
	}
	form := v.ID
	v = w.submits("UANNA", values{"follow_up": "2026-12-01", "date": "2026-11-16", "partner": "bup", "audience": "mentor"})
	want := "Loggat för 8B-N4N (Alva Norén): elevsamtal, mån 16 nov.\nvidare till BUP  ·  uppföljning tis 1 dec\n> <Mamma> & pappa\n[Ångra] [Ändra]"
	if got := reads(v); got != want || v.ID != form {
		t.Errorf("the confirmation is\n%s\nwant\n%s\nin the same modal", got, want)
	}
	if len(w.slack.Seen("UANNA")) != 0 {
		t.Errorf("something was written in a conversation: %+v", w.slack.Seen("UANNA"))
	}
	if got, want := w.types("UANNA", "/insats", "lista"), "Dina senaste insatser\nmån 16 nov  8B-N4N (Alva Norén): elevsamtal  ·  vidare till BUP  ·  uppföljning tis 1 dec\n> <Mamma> & pappa\n[Ändra]"; got != want {
		t.Errorf("the list is\n%s\nwant\n%s", got, want)
	}
	if got := w.types("UEVA", "/elev", "8B-N4N"); strings.Contains(got, "pappa") {
		t.Errorf("the team reads a note that is for the mentor:\n%s", got)
	}
	before := reads(v)
	w.presses("UANNA", v.ID, "intervention.undo")
	w.await("the modal's change", func() bool { return reads(w.front("UANNA")) != before })
	if got, want := reads(w.front("UANNA")), "Ångrat: elevsamtal för 8B-N4N (Alva Norén), mån 16 nov. Insatsen visas inte längre."; got != want {
		t.Errorf("after undo the modal says %q, want %q", got, want)
	}
	w.check()
	w.holdsNo("while it runs", []string{"Norén", "NOREN", "pappa", "Första försöket"})
}

func TestModalSentTwice(t *testing.T) { overBoth(t, testModalSentTwice) }

// testModalSentTwice has Slack deliver a submission twice, and a person send the same modal again
// because the first answer did not reach them.
func testModalSentTwice(t *testing.T, w *world) {
	w.serve()
	w.opens("UANNA", "/insats", "")
	w.searches("UANNA", "alva")
	if _, err := w.slack.Submit(t.Context(), "UANNA", values{"students": []string{"8B-M2X", "8B-N4N"}, "kinds": []string{"talk"}, "note": "Bara en gång"}); err != nil {
		t.Fatal(err)
	}
	first := reads(w.front("UANNA"))
	ack, err := w.slack.Repeat(t.Context())
	if err != nil || ack.Error != "" || !strings.Contains(string(ack.Body), "Bara en g") {
		t.Errorf("the redelivered submission is answered %+v, %v; first it was %s", ack, err, first)
	}
	if got := w.types("UANNA", "/insats", "lista 8B-N4N"); strings.Count(got, "Bara en gång") != 1 || strings.Contains(got, "ändrad") {
		t.Errorf("after the same submission twice the list is\n%s", got)
	}
	// The person changes a word and presses again: another trigger, the same modal.
	w.opens("UANNA", "/insats", "")
	w.searches("UANNA", "alva")
	v := *w.front("UANNA")
	w.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"home"}, "note": "Före"})
	w.opens("UANNA", "/insats", "")
	w.searches("UANNA", "alva")
	w.slack.Tamper(func(p map[string]any) { p["view"].(map[string]any)["id"] = v.ID })
	w.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"home"}, "note": "Efter"})
	got := w.types("UANNA", "/insats", "lista 8B-M2X")
	if strings.Contains(got, "Före") || strings.Count(got, "Efter") != 1 || strings.Count(got, "kontakt med hemmet") != 1 {
		t.Errorf("after the same modal with other words the list is\n%s", got)
	}
}

func TestTwoPeopleEditAtOnce(t *testing.T) { overBoth(t, testTwoPeopleEditAtOnce) }

func testTwoPeopleEditAtOnce(t *testing.T, w *world) {
	w.serve()
	logged := w.ask("UANNA", "/insats", "8B-M2X samtal Ringde hem")
	card := w.ask("UEVA", "/elev", "8B-M2X")
	w.presses("UANNA", logged.Key, "intervention.edit")
	v := w.presses("UEVA", card.Key, "intervention.edit")
	if got := reads(v); !strings.Contains(got, "Ändra insats") && v.Title != "Ändra insats" {
		t.Fatalf("the team's modal is %s", got)
	}
	v = w.submits("UEVA", values{"date": "2026-11-16", "note": "Ringde hem, mamma svarade", "outcome": "some_effect"})
	if got, want := reads(v), "Ändringen är sparad: elevsamtal för 8B-M2X (Alva Berg), mån 16 nov.\nviss effekt\n> Ringde hem, mamma svarade\n[Ändra]"; got != want {
		t.Errorf("the first edit is confirmed with\n%s\nwant\n%s", got, want)
	}
	v = w.submits("UANNA", values{"kinds": []string{"talk", "home"}, "note": "Ringde hem, pappa svarade"})
	got := reads(v)
	for _, part := range []string{
		"Insatsen har ändrats medan du skrev, senast av Eva Holm.", "Anteckning  Ringde hem → Ringde hem, mamma svarade",
		"När gjordes det?  tis 17 nov → mån 16 nov", "Hur gick det?  tomt → viss effekt",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("the second editor is not told %q:\n%s", part, got)
		}
	}
	if strings.Contains(got, "•  Insats") {
		t.Errorf("the second editor is told of what was not changed:\n%s", got)
	}
	if state := string(v.State); !strings.Contains(state, "pappa svarade") || !strings.Contains(state, `"home"`) {
		t.Errorf("what the second editor has typed is gone: %s", state)
	} else if !strings.Contains(state, "2026-11-16") || !strings.Contains(state, "some_effect") {
		t.Errorf("the second editor would undo what the first has changed and they have not touched: %s", state)
	}
	if got := w.types("URUT", "/elev", "8B-M2X"); !strings.Contains(got, "mamma svarade") || strings.Contains(got, "pappa") {
		t.Errorf("before the second editor has decided, the record is\n%s", got)
	}
	v = w.submits("UANNA", nil)
	if got, want := reads(v), "Ändringen är sparad: elevsamtal och kontakt med hemmet för 8B-M2X (Alva Berg), mån 16 nov.\nviss effekt\n> Ringde hem, pappa svarade\n[Ångra] [Ändra]"; got != want {
		t.Errorf("after the second editor has decided:\n%s\nwant\n%s", got, want)
	}
	if got := w.types("UBO", "/insats", "lista 8B-M2X"); strings.Contains(got, "Ringde") {
		t.Errorf("someone else reads %s", got)
	}
	w.check()
}

func TestCardAndMyStudents(t *testing.T) { overBoth(t, testCardAndMyStudents) }

func testCardAndMyStudents(t *testing.T, w *world) {
	w.serve()
	for i := range 23 {
		w.types("UANNA", "/insats", fmt.Sprintf("8B-M2X samtal Nummer %02d.", i))
	}
	numbers := func(text string) string {
		var list []string
		for line := range strings.Lines(text) {
			if _, n, ok := strings.Cut(line, "Nummer "); ok {
				list = append(list, n[:2])
			}
		}
		return strings.Join(list, " ")
	}
	card := w.ask("UANNA", "/elev", "alva berg")
	if got := read(card); !strings.HasPrefix(got, "8B-M2X (Alva Berg)\n8B  ·  Ålenskolan\n") || numbers(got) != "22 21 20 19 18 17 16 15 14 13" || !strings.HasSuffix(got, "[Logga insats] [Boka möte] [Äldre]") {
		t.Errorf("the card is\n%s", got)
	}
	second := w.clicks("UANNA", card, "student.page.1")
	if numbers(second) != "12 11 10 09 08 07 06 05 04 03" || !strings.HasSuffix(second, "[Logga insats] [Boka möte] [Nyare] [Äldre]") {
		t.Errorf("the second page is\n%s", second)
	}
	third := w.clicks("UANNA", w.again("UANNA", card), "student.page.1")
	if numbers(third) != "02 01 00" || !strings.HasSuffix(third, "[Logga insats] [Boka möte] [Nyare]") {
		t.Errorf("the third page is\n%s", third)
	}
	if n := len(w.slack.Seen("UANNA")); n != 24 {
		t.Errorf("turning pages leaves %d messages, want the 23 confirmations and one card", n)
	}
	// From the card to a new entry with a follow-up, which puts the student first in the list.
	w.presses("UANNA", card.Key, "intervention.log")
	v := w.presses("UANNA", w.front("UANNA").ID, "intervention.more")
	if !strings.Contains(string(v.State), "8B-M2X") {
		t.Errorf("the student of the card is not chosen: %s", v.State)
	}
	w.submits("UANNA", values{"kinds": []string{"plan"}, "follow_up": "2026-11-20"})
	if got, want := w.types("UANNA", "/elev", ""), `Dina elever, närmaste uppföljning först
8B-M2X (Alva Berg)  ·  uppföljning fre 20 nov
[Öppna]
8B-N4N (Alva Norén)
[Öppna]
8B-K3F (Unmistakable-Xanthippa Zetterqvistsson)
[Öppna]`; got != want {
		t.Errorf("my students are\n%s\nwant\n%s", got, want)
	}
	if got := w.types("UADA", "/elev", ""); !strings.HasPrefix(got, "Du har inga egna elever") {
		t.Errorf("an administrator's students are\n%s", got)
	}
	w.check()
}

func TestShortcuts(t *testing.T) { overBoth(t, testShortcuts) }

func testShortcuts(t *testing.T, w *world) {
	channel := w.slack.AddChannel(fakeslack.Channel{Name: "8b-larare", Private: true, Members: []string{"UANNA", "UTOR", w.slack.BotUserID()}})
	w.serve()
	said, _, err := w.slack.Say(t.Context(), "UTOR", channel, "", "8B-M2X & 9C-P5P <kom sent> igen @uanna")
	if err != nil {
		t.Fatal(err)
	}
	calls := len(w.slack.Calls())
	v := w.acts("UANNA", func() (*fakeslack.Ack, error) {
		return w.slack.MessageAction(t.Context(), "UANNA", said.Key, "log_message")
	})
	if got := w.methods(calls); !slices.Equal(got, []string{"views.open"}) {
		t.Errorf("to open the modal the bot calls %q", got)
	}
	if !strings.Contains(string(v.Blocks), `"initial_value":"8B-M2X \u0026 9C-P5P \u003ckom sent\u003e igen @Anna Lund"`) {
		t.Errorf("the message is not offered as the note: %s", v.Blocks)
	}
	v = w.submits("UANNA", values{"kinds": []string{"talk"}}) // for the student named there who is hers
	if got := reads(v); !strings.HasPrefix(got, "Loggat för 8B-M2X (Alva Berg): elevsamtal") || !strings.Contains(got, "> 8B-M2X & 9C-P5P <kom sent> igen @Anna Lund") {
		t.Errorf("the entry is\n%s", got)
	}
	v = w.acts("UANNA", func() (*fakeslack.Ack, error) { return w.slack.Shortcut(t.Context(), "UANNA", "log_intervention") })
	if v.CallbackID != "intervention" || v.Title != "Logga insats" {
		t.Errorf("the global shortcut opens %+v", v)
	}
	v = w.acts("UTOR", func() (*fakeslack.Ack, error) { return w.slack.Shortcut(t.Context(), "UTOR", "log_intervention") })
	w.await("the refusal", func() bool { v = w.front("UTOR"); return v != nil })
	if got := reads(v); !strings.HasPrefix(got, "Bara mentorer, coacher") || v.Submit != "" {
		t.Errorf("a teacher's shortcut opens %s", got)
	}
	if n := len(w.slack.Seen("UANNA")); n != 1 {
		t.Errorf("the shortcuts have written %d messages", n-1)
	}
	w.check()
}

func TestSettings(t *testing.T) { overBoth(t, testSettings) }

func testSettings(t *testing.T, w *world) {
	w.serve()
	v := w.opens("UANNA", "/lotsen", "installningar")
	if v.CallbackID != "settings" || !strings.Contains(string(v.State), `"sv"`) {
		t.Errorf("the settings are %+v", v)
	}
	v = w.submits("UANNA", values{"language": "nn"})
	if got := reads(v); got != "Heretter skriv eg til deg på nynorsk.\nPåminningar får du kl. 08.00, same kva skuledag det er.\nDu er ikkje borte." || v.Close != "Lukk" {
		t.Errorf("the confirmation is %s, closed by %s", got, v.Close)
	}
	if v := w.opens("UANNA", "/lotsen", "innstillingar"); v.Title != "Innstillingar" {
		t.Errorf("afterwards the settings are %+v", v)
	}
	w.check()
}

// TestModalsInTrouble has Slack refuse, delay and lose what the bot asks for.
func TestModalsInTrouble(t *testing.T) { overBoth(t, testModalsInTrouble) }

func testModalsInTrouble(t *testing.T, w *world) {
	w.serve()
	for _, f := range []struct {
		name, want string
		fault      fakeslack.Fault
	}{
		{"too late", "Fönstret hann inte öppnas. Försök en gång till.", fakeslack.Fault{Code: "expired_trigger_id"}},
		{"rate limit", "Det är många som skriver just nu.", fakeslack.Fault{RetryAfter: time.Second}},
		{"fault of Slack's", "Något gick fel hos mig", fakeslack.Fault{Status: 500}},
	} {
		w.slack.Fault("views.open", f.fault)
		if got := w.types("UANNA", "/insats", ""); !strings.HasPrefix(got, f.want) {
			t.Errorf("%s: /insats answers %q, want %q", f.name, got, f.want)
		}
		if f.fault.RetryAfter > 0 {
			w.await("the end of the rest", func() bool {
				_, err := w.slack.Command(t.Context(), "UANNA", "", "/insats", "")
				return err == nil && w.front("UANNA") != nil
			})
			if _, err := w.slack.CloseView(t.Context(), "UANNA", true); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.slack.Fault("views.open", fakeslack.Fault{LoseAnswer: true})
	ack, err := w.slack.Command(t.Context(), "UANNA", "", "/insats", "")
	if err != nil || ack.Error != "" || w.front("UANNA") == nil {
		t.Errorf("with a lost answer the modal is %+v; ack %+v, %v", w.front("UANNA"), ack, err)
	}
	w.check()
}

// TestClosedWindowsAndOldButtons uses what is not there any more.
func TestClosedWindowsAndOldButtons(t *testing.T) { overBoth(t, testClosedWindowsAndOldButtons) }

func testClosedWindowsAndOldButtons(t *testing.T, w *world) {
	w.serve()
	w.opens("UANNA", "/insats", "")
	w.slack.Tamper(func(p map[string]any) { p["view"].(map[string]any)["callback_id"] = "of_another_version" })
	w.searches("UANNA", "alva")
	if ack, err := w.slack.Submit(t.Context(), "UANNA", values{"kinds": []string{"talk"}}); err != nil || ack.Error != "" {
		t.Fatalf("%+v, %v", ack, err)
	}
	w.slack.Tamper(func(p map[string]any) { p["view"].(map[string]any)["callback_id"] = "of_another_version" })
	v := w.submits("UANNA", values{"kinds": []string{"talk"}})
	if got := v.Errors["students"]; got != "Den knappen fungerar inte längre. Se dina insatser: /insats lista" {
		t.Errorf("a modal of another version is answered %q", got)
	}
	w.check()
}
