package main

import (
	"strings"
	"testing"

	"lotsen/internal/fakeslack"
)

// lasting are the messages that stay in a conversation, as someone sees them.
func (w *world) lasting(user, channel string) (list []fakeslack.Message) {
	for _, m := range w.slack.Seen(user) {
		if m.Channel == channel && !m.Ephemeral {
			list = append(list, m)
		}
	}
	return list
}

// stands waits until so many messages stay in a conversation, and returns the last one.
func (w *world) stands(user, channel string, n int) fakeslack.Message {
	w.t.Helper()
	w.await("a message in "+channel, func() bool { return len(w.lasting(user, channel)) == n })
	return w.lasting(user, channel)[n-1]
}

// told has someone click and returns what they alone read then.
func (w *world) told(user string, m fakeslack.Message, actionID string) string {
	w.t.Helper()
	before := len(w.slack.Seen(user))
	if ack, err := w.slack.Click(w.t.Context(), user, m.Key, actionID); err != nil || ack.Error != "" {
		w.t.Fatalf("%s clicks %s: %v, ack %+v", user, actionID, err, ack)
	}
	w.await("an answer to "+actionID, func() bool { return len(w.slack.Seen(user)) > before })
	answer := newest(w.slack.Seen(user))
	if !answer.Ephemeral || answer.Channel != m.Channel {
		w.t.Errorf("the answer to %s is seen in %s by all: %v", actionID, answer.Channel, !answer.Ephemeral)
	}
	return read(answer)
}

func TestSilence(t *testing.T) { overBoth(t, testSilence) }

// testSilence is a case that nobody sees to: its mentor is reminded, then the team hears of it, and then the principal. What
// is done by a click on any of the messages is shown in all of them at once, without a name of the student; names are in
// answers that one person sees.
func testSilence(t *testing.T, w *world) {
	w.serve()
	w.clicks("UEVA", w.ask("UEVA", "/franvaro", "9C-P5P"), "case.open")
	w.goesOn("2026-11-18T07:59:58+01:00")
	dm := w.slack.DM("UBO")
	first := w.stands("UBO", dm, 1)
	const buttons = "[Pratat med eleven] [Hemmet kontaktat] [Inget svar] [Påminn senare] [Visa mer]"
	const hint = "Svara gärna i tråden, till exempel ”ringt hem” eller ”påminn fredag”. Skriv inga namn och inget känsligt."
	const do = "Ring hem, ha ett elevsamtal och bestäm när ni följer upp"
	if got, want := read(first), "Du har en elev att följa upp\n9C-P5P  ·  steg 1 (förslag)\n"+do+"\nklart senast fre 20 nov\n"+buttons+"\n"+hint; got != want {
		t.Errorf("the first message is\n%s\nwant\n%s", got, want)
	}
	w.goesOn("2026-11-20T07:59:58+01:00")
	if got := read(w.stands("UBO", dm, 2)); !strings.Contains(got, "\nska vara klart i dag\n") {
		t.Errorf("on the due day Bo reads\n%s", got)
	}
	w.goesOn("2026-11-25T07:59:58+01:00")
	team := w.stands("UEVA", "CEHT", 1)
	const take = "[Jag tar ärendet] [Pratat med eleven] [Hemmet kontaktat] [Inget svar] [Visa mer]"
	if got, want := read(team), "9C-P5P väntar på uppföljning. Kan någon av er ta ärendet?\nSkulle ha varit klart fre 20 nov, för 3 skoldagar sedan. Det är inte gjort ännu.\n"+
		do+"\nSteg 1 (förslag)  ·  ansvarig: @ubo\n"+take+"\n"+hint; got != want {
		t.Errorf("the team reads\n%s\nwant\n%s", got, want)
	}

	// Someone who has no business there gets an answer for themselves, and nothing is done.
	w.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Name: "ceht", Private: true, Members: []string{"UEVA", "URUT", "UTOR", "UADA", "UFRAMLING", w.slack.BotUserID()}})
	for user, want := range map[string]string{"UTOR": "ärenden", "UADA": "ärenden", "UFRAMLING": "Du har inte tillgång till Lotsen."} {
		for _, button := range []string{"case.take", "case.talked"} {
			if got := w.told(user, team, button); !strings.Contains(got, want) || strings.Contains(got, "Öberg") {
				t.Errorf("%s clicks %s and reads\n%s", user, button, got)
			}
		}
	}
	w.becomes("UEVA", team, read(team))
	w.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Name: "ceht", Private: true, Members: []string{"UEVA", "URUT", w.slack.BotUserID()}})

	// An attempt runs on, and is told to whoever tried, by name; everyone else reads the ref.
	if got := w.told("UEVA", team, "case.not_reached"); !strings.HasPrefix(got, "Noterat för 9C-P5P (Nils Öberg): inget svar.") {
		t.Errorf("Eva reads\n%s", got)
	}
	tried := "9C-P5P  ·  steg 1 (förslag)\n✅ Noterat: inget svar, @ueva. Nästa påminnelse tors 26 nov.\n[Ändra]"
	w.becomes("URUT", team, tried)
	w.becomes("UBO", first, "Allt här är uppföljt\n"+tried)
	if got := w.told("URUT", team, "case.edit"); !strings.HasPrefix(got, "Det är inte du som har noterat det") {
		t.Errorf("the principal changes what Eva noted, and reads\n%s", got)
	}
	v := w.presses("UEVA", team.Key, "case.edit")
	if v == nil || v.CallbackID != "case_reply" || !strings.Contains(reads(v), "Öberg") {
		t.Fatalf("to change it Eva is shown %+v", v)
	}
	w.chooses("UEVA", "act", "talked")
	w.submits("UEVA", values{"follow_up": "2026-12-01", "note": "Hemlig anteckning"})
	if _, err := w.slack.CloseView(t.Context(), "UEVA", true); err != nil {
		t.Fatal(err)
	}
	w.becomes("URUT", team, "9C-P5P  ·  steg 1 (förslag)\n✅ Noterat: pratat med eleven, @ueva. Nästa uppföljning tis 1 dec.\n[Ändra]")

	// None of what stays names the student, or says what was noted.
	for _, user := range []string{"UBO", "UEVA", "URUT", "UTOR"} {
		for _, m := range w.slack.Seen(user) {
			for _, secret := range []string{"Nils", "Öberg", "Hemlig"} {
				if !m.Ephemeral && strings.Contains(m.Plain+m.Text, secret) {
					t.Errorf("%q stays in Slack: %s", secret, m.Plain)
				}
			}
		}
	}
	w.check()
}

func TestSilenceInNorway(t *testing.T) { overBoth(t, testSilenceInNorway) }

// testSilenceInNorway is silence at a school whose mentor and principal write Nynorsk, and whose channels speak the school's
// Bokmål. Its ladder skips the team.
func testSilenceInNorway(t *testing.T, w *world) {
	w.serve()
	w.clicks("UTONE", w.ask("UTONE", "/fravaer", "1STB-C3C"), "case.open")
	w.goesOn("2026-11-18T07:59:58+01:00")
	first := w.stands("USIGNE", w.slack.DM("USIGNE"), 1)
	if got := read(first); !strings.HasPrefix(got, "Du har éin elev å følgje opp\n1STB-C3C  ·  steg 1") {
		t.Errorf("the mentor reads\n%s", got)
	}
	w.goesOn("2026-11-20T07:59:58+01:00")
	w.stands("USIGNE", w.slack.DM("USIGNE"), 2)
	w.goesOn("2026-11-25T07:59:58+01:00")
	principal := w.stands("URAGNA", "CLEIING", 1)
	if got := read(principal); !strings.HasPrefix(got, "1STB-C3C venter fortsatt på oppfølging. Kan du sørge for at noen tar saken?\nFristen var fre. 20. nov., for 3 skoledager siden.") {
		t.Errorf("the principal reads\n%s", got)
	}
	if got := w.told("URAGNA", principal, "case.take"); !strings.HasPrefix(got, "Notert for 1STB-C3C (Jon Sæther): teke over saka.") {
		t.Errorf("the principal is answered\n%s", got)
	}
	w.becomes("URAGNA", principal, "1STB-C3C  ·  trinn 1 (forslag)\n✅ Notert: tatt over saken, @uragna. Neste påminnelse: tors. 26. nov.\n[Endre]")
	w.becomes("USIGNE", first, "Alt her er følgt opp\n1STB-C3C  ·  steg 1 (framlegg)\n✅ Notert: teke over saka, @uragna. Neste påminning: tors. 26. nov.\n[Endre]")
	if n := len(w.lasting("UTONE", "CTENESTE")); n > 0 {
		t.Errorf("the team is told %d times", n)
	}
	w.check()
}
