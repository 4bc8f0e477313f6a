package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/fakeslack"
)

// state is what stands in a modal.
func state(v *fakeslack.View) string {
	if v == nil {
		return "nothing"
	}
	return string(v.State)
}

// goOn stops the bot and starts it at another time.
func (w *world) goOn(now string) {
	w.t.Helper()
	if code := w.stop(); code != 0 {
		w.t.Fatalf("serve: exit %d", code)
	}
	w.env["LOTSEN_CLOCK"] = now
	w.serve()
}

func TestSlotAndLeave(t *testing.T) { overBoth(t, testSlotAndLeave) }

func testSlotAndLeave(t *testing.T, w *world) {
	w.serve()
	calls := len(w.slack.Calls())
	v := w.opens("UANNA", "/lotsen", "inställningar")
	if got, want := w.methods(calls), []string{"views.open"}; !slices.Equal(got, want) {
		t.Errorf("to open the settings the bot calls %q, want %q", got, want)
	}
	for _, part := range []string{`"any"`, `"08:00"`, `"sv"`} {
		if !strings.Contains(state(v), part) {
			t.Errorf("at first %s does not stand in the settings: %s", part, state(v))
		}
	}
	// Each mistake is marked at its field, and nothing is stored.
	for _, tt := range []struct {
		name   string
		fill   values
		fields map[string]string
	}{
		{"outside work hours, backwards", values{"slot_time": "06:00", "away_from": "2026-11-20", "away_to": "2026-11-18"}, map[string]string{
			"slot_time": "Lotsen påminner bara på arbetstid: tidigast kl. 07.30 och före kl. 16.30. Välj en annan tid.",
			"away_to":   "Den sista dagen kommer före den första. Välj en senare dag."}},
		{"passed", values{"slot_time": "07:30", "away_from": "2026-11-09", "away_to": "2026-11-13"}, map[string]string{
			"away_to": "Den dagen har redan varit. Välj i dag eller en senare dag."}},
		{"without days", values{"away_from": "", "away_to": "", "substitute": "UBO"}, map[string]string{
			"away_from": "Välj också vilka dagar vikarien behövs."}},
		{"a guest", values{"away_from": "2026-11-18", "away_to": "2026-11-20", "substitute": "UGAST"}, map[string]string{
			"substitute": "Den personen kan inte använda Lotsen. Välj någon annan, eller be den som sköter Lotsen på skolan att lägga in personen."}},
		{"a teacher", values{"substitute": "UTOR"}, map[string]string{
			"substitute": "Vikarien måste vara mentor, coach eller rektor på skolan eller arbeta i elevhälsan. Välj någon annan."}},
	} {
		v = w.submits("UANNA", tt.fill)
		if !maps.Equal(v.Errors, tt.fields) {
			t.Errorf("%s: the modal is marked %q, want %q", tt.name, v.Errors, tt.fields)
		}
	}
	v = w.submits("UANNA", values{"slot_day": "thu", "substitute": "UBO"})
	if got, want := reads(v), "Inställningarna är sparade.\nPåminnelser får du kl. 07.30, och det som kommer en gång i veckan på torsdagar.\nDu är borta ons 18 nov – fre 20 nov, och Bo Ek är din vikarie."; got != want {
		t.Errorf("the confirmation is\n%s\nwant\n%s", got, want)
	}
	if ack, err := w.slack.Repeat(t.Context()); err != nil || ack.Error != "" || !strings.Contains(string(ack.Body), "07.30") {
		t.Errorf("the redelivered submission is answered %+v, %v", ack, err)
	}
	// Changed: what stands there is what is stored.
	v = w.opens("UANNA", "/lotsen", "INSTALLNINGAR")
	for _, part := range []string{`"thu"`, `"07:30"`, `"2026-11-18"`, `"2026-11-20"`, `"UBO"`} {
		if !strings.Contains(state(v), part) {
			t.Errorf("%s does not stand in the settings: %s", part, state(v))
		}
	}
	v = w.submits("UANNA", values{"language": "nb", "slot_day": "any", "substitute": "UEVA"})
	if got, want := reads(v), "Heretter skriver jeg til deg på bokmål.\nPåminnelser får du kl. 07.30, uansett hvilken skoledag det er.\nDu er borte ons. 18. nov. – fre. 20. nov., og Eva Holm er vikaren din."; got != want {
		t.Errorf("the confirmation is\n%s\nwant\n%s", got, want)
	}
	// The team ends the leave while the form is open: what is left alone in the form does not bring it back.
	w.opens("UANNA", "/lotsen", "innstillinger")
	if got, want := w.types("UEVA", "/lotsen", "vikarie @uanna inte"), "Anna Lund är inte borta, och ingen vikarie är vald."; got != want {
		t.Errorf("the team is answered %q, want %q", got, want)
	}
	v = w.submits("UANNA", values{"language": "sv"})
	if got, want := reads(v), "Från och med nu skriver jag till dig på svenska.\nPåminnelser får du kl. 07.30, vilken skoldag som helst.\nDu är inte borta."; got != want {
		t.Errorf("the confirmation is\n%s\nwant\n%s", got, want)
	}
	// Cleared.
	w.opens("UANNA", "/lotsen", "inställningar")
	w.submits("UANNA", values{"away_from": "2026-11-18", "away_to": "2026-11-20", "substitute": "URUT"})
	w.opens("UANNA", "/lotsen", "inställningar")
	v = w.submits("UANNA", values{"slot_day": "", "slot_time": "", "away_from": "", "away_to": "", "substitute": ""})
	if got, want := reads(v), "Inställningarna är sparade.\nPåminnelser får du kl. 08.00, vilken skoldag som helst.\nDu är inte borta."; got != want {
		t.Errorf("the confirmation is\n%s\nwant\n%s", got, want)
	}
	w.check()
}

func TestSomeoneStandsIn(t *testing.T) { overBoth(t, testSomeoneStandsIn) }

// testSomeoneStandsIn has a mentor fall ill: the administrator names a substitute, who does the job
// until the last day.
func testSomeoneStandsIn(t *testing.T, w *world) {
	w.serve()
	const unknown = "Jag hittar inte ”8B-M2X” bland de elever du får se."
	w.types("UANNA", "/insats", "8B-M2X samtal Vill byta plats i klassrummet")
	if got := w.types("UBO", "/elev", "8B-M2X"); !strings.HasPrefix(got, unknown) {
		t.Errorf("before, the colleague reads %s", got)
	}
	if got := w.openHome("UBO"); strings.Contains(got, "8B-M2X") {
		t.Errorf("before, the colleague's App Home has\n%s", got)
	}
	if got := w.types("UBO", "/lotsen", "vikarie @uanna @ubo 17/11"); !strings.HasPrefix(got, "Bara elevhälsan och den som sköter Lotsen på skolan kan ordna vikarie åt andra.") {
		t.Errorf("a mentor who names a substitute is answered %s", got)
	}
	if got, want := w.types("UADA", "/lotsen", "vikarie @uanna @usigne 17/11–18/11"), "Vikarien måste arbeta på samma skola. Välj någon annan.\nSkriv till exempel: /lotsen vikarie @anna @bo 26/11–30/11"; got != want {
		t.Errorf("the administrator is answered\n%s\nwant\n%s", got, want)
	}
	if got, want := w.types("UADA", "/lotsen", "vikarie @uanna @ubo 17/11–18/11"), "Anna Lund är borta tis 17 nov – ons 18 nov, och Bo Ek är vikarie."; got != want {
		t.Errorf("the administrator is answered\n%s\nwant\n%s", got, want)
	}
	// The same minute.
	if got, want := w.types("UBO", "/insats", "8B-M2X hem Mamma ringde"), "Loggat för 8B-M2X (Alva Berg): kontakt med hemmet, tis 17 nov.\n> Mamma ringde\n[Ångra] [Ändra]"; got != want {
		t.Errorf("the substitute logs\n%s\nwant\n%s", got, want)
	}
	card := w.types("UBO", "/elev", "8B-M2X")
	if !strings.Contains(card, "Vill byta plats i klassrummet") || !strings.Contains(card, "Mamma ringde") {
		t.Errorf("the substitute's card is\n%s", card)
	}
	for _, ref := range []string{"8B-K3F", "8B-M2X", "8B-N4N", "9C-P5P"} {
		if got := w.types("UBO", "/elev", ""); !strings.Contains(got, ref) {
			t.Errorf("the substitute's students lack %s:\n%s", ref, got)
		}
	}
	w.homeHas("UBO", "8B-N4N") // after the logging, it is shown anew
	w.opens("UBO", "/insats", "")
	if got, want := w.searches("UBO", "nor"), []string{"Alva Norén · 8B-N4N"}; !slices.Equal(got, want) {
		t.Errorf("the form offers the substitute %q, want %q", got, want)
	}
	for _, secret := range []string{"8B-Q6Q", "Elevsson"} {
		if got := w.types("UBO", "/elev", secret); !strings.HasPrefix(got, "Jag hittar inte") {
			t.Errorf("the substitute reads of the protected student: %s", got)
		}
	}
	if got := w.types("UANNA", "/elev", "8B-M2X"); !strings.Contains(got, "Mamma ringde") {
		t.Errorf("the mentor reads\n%s", got)
	}
	w.goOn("2026-11-18T23:59:00+01:00")
	if got := w.types("UBO", "/elev", "8B-M2X"); !strings.HasPrefix(got, "8B-M2X (Alva Berg)") {
		t.Errorf("at the end of the last day the substitute reads %s", got)
	}
	w.goOn("2026-11-19T08:00:00+01:00")
	if got := w.types("UBO", "/elev", "8B-M2X"); !strings.HasPrefix(got, unknown) {
		t.Errorf("the day after, the colleague reads %s", got)
	}
	if got := w.openHome("UBO"); strings.Contains(got, "8B-M2X") {
		t.Errorf("the day after, the colleague's App Home has\n%s", got)
	}
	if got := w.types("UBO", "/insats", "ångra"); strings.Contains(got, "Alva") {
		t.Errorf("the day after, the colleague is told a name: %s", got)
	}
	if got, want := w.types("UEVA", "/lotsen", "vikarie @uanna"), "Anna Lund är inte borta, och ingen vikarie är vald."; got != want {
		t.Errorf("the day after, the team is answered %q, want %q", got, want)
	}
	w.check()
	w.logTellsNone("Bo Ek", "Anna Lund", "Mamma ringde", "Alva")
}

// logTellsNone fails the test when the log holds one of the secrets.
func (w *world) logTellsNone(secrets ...string) {
	w.t.Helper()
	for _, s := range secrets {
		if strings.Contains(string(w.log.bytes()), s) {
			w.t.Errorf("the log holds %q", s)
		}
	}
}
