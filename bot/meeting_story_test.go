package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
)

// A slotShown is a time that the modal in front of someone offers.
type slotShown struct{ Label, Value string }

// slotsOf are the times that a modal offers.
func slotsOf(t *testing.T, v *fakeslack.View) (list []slotShown) {
	t.Helper()
	var blocks []struct {
		Element struct {
			Type    string
			Options []struct {
				Text  struct{ Text string }
				Value string
			}
		}
	}
	if err := json.Unmarshal(v.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if b.Element.Type != "radio_buttons" {
			continue
		}
		for _, o := range b.Element.Options {
			list = append(list, slotShown{o.Text.Text, o.Value})
		}
	}
	return list
}

// counts are how many messages that stay each of some people has.
func (w *world) counts(want map[string]int) {
	w.t.Helper()
	for user, n := range want {
		w.reminded(user, n)
	}
}

// before is an instant as LOTSEN_CLOCK has it, so long before another.
func before(t time.Time, d time.Duration) string { return t.Add(-d).Format(time.RFC3339) }

func TestMeeting(t *testing.T) { overBoth(t, testMeeting) }

// testMeeting is a meeting from the command to its end: the mentor asks the team and colleagues of another school, who read
// of it in their own languages, one cannot come, it is moved by a click, recalled and called off. It is Tuesday 17 November.
func testMeeting(t *testing.T, w *world) {
	w.serve()
	w.opens("UEVA", "/lotsen", "inställningar")
	w.submits("UEVA", values{"meeting_reminder": "day_and_15"})
	if _, err := w.slack.CloseView(t.Context(), "UEVA", true); err != nil {
		t.Fatal(err)
	}

	calls := len(w.slack.Calls())
	v := w.opens("UANNA", "/mote", "8B-M2X Hemlig anledning")
	if got := strings.Join(w.methods(calls), " "); got != "views.open" || v.CallbackID != "meeting" {
		t.Fatalf("to book the bot calls %s and shows %+v", got, v)
	}
	v = w.submits("UANNA", values{"participants": []string{"UEVA", "UBORTA"}})
	if v.CallbackID != "meeting" || v.Errors["participants"] == "" {
		t.Fatalf("with someone who has gone the modal is %s with %v", v.CallbackID, v.Errors)
	}
	v = w.submits("UANNA", values{"participants": []string{"UEVA", "UGURO"}, "optional": []string{"USIGNE"}, "earliest": "2026-11-19", "latest": "2026-11-20"})
	if v.CallbackID != "meeting_slots" || len(w.slack.Views("UANNA")) != 2 {
		t.Fatalf("after the form there is\n%s", reads(v))
	}
	// Back to the form, which has kept all, and on again.
	if _, err := w.slack.CloseView(t.Context(), "UANNA", false); err != nil {
		t.Fatal(err)
	}
	if v = w.front("UANNA"); !strings.Contains(string(v.State), "Hemlig anledning") || !strings.Contains(string(v.State), "USIGNE") {
		t.Fatalf("the form has kept\n%s", v.State)
	}
	v = w.submits("UANNA", nil)
	slots := slotsOf(t, v)
	if len(slots) == 0 {
		t.Fatalf("no slots in\n%s", reads(v))
	}
	if v = w.submits("UANNA", values{"slot": slots[0].Value, "place": "hos Alva Berg"}); v.Errors["place"] == "" {
		t.Errorf("a name stands in the place, and the modal is\n%s", reads(v))
	}
	v = w.submits("UANNA", values{"slot": slots[0].Value, "place": "Rum 12"})
	when := strings.ToLower(slots[0].Label[:1]) + slots[0].Label[1:]
	if got := reads(v); !strings.HasPrefix(got, "Bokat: EHT-möte "+when+"\n8B-M2X  ·  Plats: Rum 12\nJag frågar ") {
		t.Fatalf("after booking there is\n%s", got)
	}
	if _, err := w.slack.CloseView(t.Context(), "UANNA", false); err != nil {
		t.Fatal(err)
	}
	if left := w.front("UANNA"); left != nil {
		t.Errorf("behind the confirmation there is\n%s", reads(left))
	}

	w.counts(map[string]int{"UANNA": 1, "UEVA": 1, "UGURO": 1, "USIGNE": 1})
	anna, eva, guro, signe := w.reminded("UANNA", 1), w.reminded("UEVA", 1), w.reminded("UGURO", 1), w.reminded("USIGNE", 1)
	if got := read(eva); !strings.HasPrefix(got, "EHT-möte "+when+"\n8B-M2X  ·  Plats: Rum 12\n@uanna bjuder in till mötet.") {
		t.Errorf("the team reads\n%s", got)
	}
	if got := read(guro); !strings.HasPrefix(got, "Elevhelseteammøte ") || !strings.Contains(got, "\n1 elev  ·  Sted: Rum 12\n@uanna kaller inn til møtet.") {
		t.Errorf("in Bokmål there is\n%s", got)
	}
	if got := read(signe); !strings.HasPrefix(got, "Elevhelseteammøte ") || !strings.Contains(got, "\n1 elev  ·  Stad: Rum 12\n@uanna kallar inn til møtet.") {
		t.Errorf("in Nynorsk there is\n%s", got)
	}
	if got := read(anna); !strings.Contains(got, "✅ Kommer: @uanna\n⏳ Har inte svarat: ") {
		t.Errorf("the organiser reads\n%s", got)
	}

	// An answer is said at once, stands in the message, and can be changed; the organiser's message follows.
	if got := w.told("UEVA", eva, "meeting.accept"); got != "Du kommer: EHT-möte "+when {
		t.Errorf("after the click:\n%s", got)
	}
	w.await("the answer in the message", func() bool {
		got := read(w.again("UEVA", eva))
		return strings.Contains(got, "\n✅ Du kommer.\n✅ Kommer: @uanna och @ueva\n") && strings.HasSuffix(got, "\n[Jag kan inte] [Flytta] [Lägg i kalendern] [Avboka]")
	})
	w.await("the answer in the organiser's", func() bool { return strings.Contains(read(w.again("UANNA", anna)), "✅ Kommer: @uanna och @ueva\n") })

	// Someone who is needed cannot: the organiser is offered other times, and one click moves it for all.
	if got := w.told("UGURO", guro, "meeting.decline"); !strings.HasPrefix(got, "Du kan ikke: Elevhelseteammøte ") {
		t.Errorf("after the click:\n%s", got)
	}
	offer := w.reminded("UANNA", 2)
	if got := read(offer); !strings.HasPrefix(got, "En ny tid behövs: EHT-möte "+when) || !strings.Contains(got, "@uguro behövs men kan inte komma.") {
		t.Fatalf("the organiser reads\n%s", got)
	}
	var to fakeslack.Button // the latest
	for _, b := range offer.Buttons {
		if strings.HasPrefix(b.ActionID, "meeting.to.") {
			to = b
		}
	}
	if got := w.told("UANNA", offer, to.ActionID); !strings.HasPrefix(got, "Flyttat: EHT-möte ") {
		t.Errorf("after the click:\n%s", got)
	}
	w.counts(map[string]int{"UANNA": 3, "UEVA": 2, "UGURO": 2, "USIGNE": 2})
	moved := map[string]fakeslack.Message{}
	for user, n := range map[string]int{"UANNA": 3, "UEVA": 2, "UGURO": 2, "USIGNE": 2} {
		moved[user] = w.reminded(user, n)
	}
	if got := read(moved["UEVA"]); !strings.HasPrefix(got, "Ny tid: EHT-möte ") || !strings.Contains(got, "\n@uanna har flyttat mötet från "+when+".\n") || !strings.Contains(got, "Kan du komma?") {
		t.Errorf("after the move the team reads\n%s", got)
	}
	w.await("the end of the old message", func() bool {
		got := w.again("UEVA", eva)
		return strings.HasPrefix(read(got), "EHT-möte: den här tiden gäller inte längre. Mötet är flyttat till ") && len(got.Buttons) == 0
	})
	// It is moved again, by the modal, to the last of the times there.
	v = w.presses("UANNA", moved["UANNA"].Key, "meeting.move")
	slots = slotsOf(t, v)
	start, err := time.Parse(time.RFC3339, slots[len(slots)-1].Value)
	if err != nil {
		t.Fatal(err)
	}
	if got := reads(w.submits("UANNA", values{"slot": slots[len(slots)-1].Value})); !strings.HasPrefix(got, "Flyttat: EHT-möte ") {
		t.Fatalf("after the move there is\n%s", got)
	}
	for user, n := range map[string]int{"UANNA": 4, "UEVA": 3, "UGURO": 3, "USIGNE": 3} {
		moved[user] = w.reminded(user, n)
	}
	for _, user := range []string{"UEVA", "UGURO", "USIGNE"} {
		w.told(user, moved[user], "meeting.accept")
	}
	w.await("that all come", func() bool {
		return strings.Contains(read(w.again("UANNA", moved["UANNA"])), "✅ Alla som behövs kommer.")
	})

	// The school day before at three, and a quarter before for whoever has chosen that.
	day := start.In(time.FixedZone("", 3600))
	eve := time.Date(day.Year(), day.Month(), day.Day()-1, 14, 59, 58, 0, day.Location())
	w.goesOn(before(eve, 0))
	w.counts(map[string]int{"UANNA": 5, "UEVA": 4, "UGURO": 4, "USIGNE": 4})
	if got := read(w.reminded("UANNA", 5)); !strings.HasPrefix(got, "Möte ") || !strings.Contains(got, "EHT-möte\n8B-M2X  ·  Plats: Rum 12") {
		t.Errorf("the day before there is\n%s", got)
	}
	w.goesOn(before(start, 15*time.Minute+2*time.Second))
	if got := read(w.reminded("UEVA", 5)); !strings.HasPrefix(got, "Börjar snart: EHT-möte kl. ") {
		t.Errorf("a quarter before there is\n%s", got)
	}
	w.told("UANNA", moved["UANNA"], "meeting.cancel")
	w.counts(map[string]int{"UANNA": 6, "UEVA": 6, "UGURO": 5, "USIGNE": 5})
	if got := read(w.reminded("USIGNE", 5)); !strings.HasPrefix(got, "Avlyst: Elevhelseteammøte ") || !strings.HasSuffix(got, "@uanna har avlyst møtet.") {
		t.Errorf("after the end there is\n%s", got)
	}
	w.check()
	w.logTellsNone("Alva", "Berg", "Hemlig", "Rum 12")
	w.types("UANNA", "/insats", "8B-K3F samtal Hemlig anteckning")
	w.holdsNo("after a meeting", []string{"Hemlig anledning", "Hemlig anteckning", "Rum 12"})
}
