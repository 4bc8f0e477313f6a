package main

import (
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
)

// goesOn has the bot start anew when it is that time at the schools.
func (w *world) goesOn(at string) {
	w.t.Helper()
	if w.stop != nil {
		w.stop()
	}
	w.env["LOTSEN_CLOCK"] = at
	w.serve()
}

// reminded waits until a person has so many messages that stay, and returns the last one.
func (w *world) reminded(user string, n int) fakeslack.Message {
	w.t.Helper()
	var last fakeslack.Message
	w.await("a reminder to "+user, func() bool {
		found := 0
		for _, m := range w.slack.Seen(user) {
			if !m.Ephemeral {
				found++
				last = m
			}
		}
		return found == n
	})
	return last
}

// becomes waits until a message reads so.
func (w *world) becomes(user string, m fakeslack.Message, want string) {
	w.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for read(w.again(user, m)) != want {
		if time.Now().After(deadline) {
			w.t.Fatalf("the message is\n%s\nwant\n%s", read(w.again(user, m)), want)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// follows logs with the form, to be followed up on a day.
func (w *world) follows(user, command string, students []string, day string) {
	w.t.Helper()
	v := w.opens(user, command, "")
	for _, s := range students {
		w.searches(user, s)
	}
	if err := w.slack.Fill(user, values{"students": students, "kinds": []string{"talk"}, "note": "Hemligt"}); err != nil {
		w.t.Fatal(err)
	}
	w.presses(user, v.ID, "intervention.more")
	w.submits(user, values{"follow_up": day})
	if _, err := w.slack.CloseView(w.t.Context(), user, true); err != nil {
		w.t.Fatal(err)
	}
}

func TestReminder(t *testing.T) { overBoth(t, testReminder) }

// testReminder is a follow-up from the form to the last click. It is Tuesday 17 November.
func testReminder(t *testing.T, w *world) {
	w.serve()
	w.follows("UANNA", "/insats", []string{"8B-M2X"}, "2026-11-18")
	w.follows("UANNA", "/insats", []string{"8B-K3F", "8B-N4N"}, "2026-11-18")
	w.follows("UGURO", "/tiltak", []string{"1STA-B2B"}, "2026-11-18")
	w.follows("USIGNE", "/tiltak", []string{"1STB-C3C"}, "2026-11-18")

	w.goesOn("2026-11-18T07:59:58+01:00")
	m := w.reminded("UANNA", 1)
	open := "8B-K3F och 8B-N4N  ·  insats tis 17 nov\n[Klart] [Logga insats] [Påminn nästa skoldag]"
	other := "8B-M2X  ·  insats tis 17 nov\n[Klart] [Logga insats] [Påminn nästa skoldag] [Visa kortet]"
	title := "Dags att följa upp 2 insatser\n"
	first, second := open, other
	if got := read(m); strings.Index(got, "8B-M2X") < strings.Index(got, "8B-N4N") {
		first, second = other, open
	}
	if got := read(m); got != title+first+"\n"+second {
		t.Errorf("the reminder is\n%s\nwant\n%s", got, title+first+"\n"+second)
	}
	if got, want := read(w.reminded("UGURO", 1)), "Tid for oppfølging\n1STA-B2B  ·  tiltak tirs. 17. nov.\n[Fulgt opp] [Registrer tiltak] [Flytt til neste skoledag] [Vis kortet]"; got != want {
		t.Errorf("in Bokmål it is\n%s\nwant\n%s", got, want)
	}
	if got, want := read(w.reminded("USIGNE", 1)), "No er det tid for oppfølging\n1STB-C3C  ·  tiltak tys. 17. nov.\n[Følgt opp] [Registrer tiltak] [Flytt til neste skuledag] [Vis kortet]"; got != want {
		t.Errorf("in Nynorsk it is\n%s\nwant\n%s", got, want)
	}

	// The card comes as an answer that nobody else sees and leaves the reminder as it is.
	w.presses("UANNA", m.Key, "student.open")
	w.await("the card", func() bool { return strings.Contains(read(newest(w.slack.Seen("UANNA"))), "Alva Berg") })
	if seen := newest(w.slack.Seen("UANNA")); !seen.Ephemeral {
		t.Error("a card with a name stays in Slack")
	}

	value := func(ref string) string { // of the button of a follow-up
		t.Helper()
		blocks := string(w.again("UANNA", m).Blocks)
		for _, b := range w.again("UANNA", m).Buttons {
			at := strings.Index(blocks, b.Value)
			if strings.HasPrefix(b.Value, "follow_up/") && strings.LastIndex(blocks[:at], ref) > strings.LastIndex(blocks[:at], map[string]string{"8B-M2X": "8B-N4N", "8B-N4N": "8B-M2X"}[ref]) {
				return b.Value
			}
		}
		t.Fatalf("no button for %s in %s", ref, blocks)
		return ""
	}
	alva, both := value("8B-M2X"), value("8B-N4N")
	with := func(of, became string) string {
		switch { // what is done stands last
		case became == of:
			return title + first + "\n" + second
		case of == open:
			return title + other + "\n" + became
		}
		return title + open + "\n" + became
	}
	w.presses("UANNA", m.Key, "reminder.done", alva)
	done := "8B-M2X  ·  insats tis 17 nov\n✅ Uppföljt ons 18 nov, noterat av @uanna\n[Ångra]"
	w.becomes("UANNA", m, with(other, done))
	w.presses("UANNA", m.Key, "reminder.undo", alva)
	w.becomes("UANNA", m, with(other, other))
	w.presses("UANNA", m.Key, "reminder.snooze", alva)
	w.becomes("UANNA", m, with(other, "8B-M2X  ·  insats tis 17 nov\n⏭️ @uanna har flyttat uppföljningen till tors 19 nov\n[Ångra]"))

	// The form opens for the students; what is logged is the follow-up, and the reminder says so.
	v := w.presses("UANNA", m.Key, "reminder.log", both)
	if !strings.Contains(string(v.State), "8B-K3F") || !strings.Contains(string(v.State), "8B-N4N") {
		t.Errorf("the form opens with %s", v.State)
	}
	w.submits("UANNA", values{"kinds": []string{"talk"}})
	w.goesOn("2026-11-18T10:00:00+01:00")
	moved := "8B-M2X  ·  insats tis 17 nov\n⏭️ @uanna har flyttat uppföljningen till tors 19 nov\n[Ångra]"
	logged := "8B-K3F och 8B-N4N  ·  insats tis 17 nov\n✅ Uppföljt ons 18 nov med en ny insats av @uanna"
	lines := map[string]string{open: logged, other: moved}
	w.becomes("UANNA", m, title+lines[first]+"\n"+lines[second])

	w.goesOn("2026-11-19T07:59:58+01:00")
	m = w.reminded("UANNA", 2)
	if got, want := read(m), "Dags att följa upp\n"+other; got != want {
		t.Errorf("on the next day the reminder is\n%s\nwant\n%s", got, want)
	}
	if got, want := w.types("UANNA", "/elev", "8B-M2X"), "uppföljning i dag"; !strings.Contains(got, want) {
		t.Errorf("the card says nothing of %q:\n%s", want, got)
	}
	w.reminded("UGURO", 1)
	w.reminded("USIGNE", 1)
	for _, user := range []string{"UANNA", "UGURO", "USIGNE"} {
		for _, m := range w.slack.Seen(user) {
			for _, secret := range []string{"Alva", "Berg", "Norén", "Xanthippa", "Hemligt", "samtal"} {
				if !m.Ephemeral && strings.Contains(m.Plain+string(m.Metadata)+m.Text, secret) {
					t.Errorf("%q stays in Slack:\n%s", secret, m.Plain)
				}
			}
		}
	}
	w.check()
}

func newest(list []fakeslack.Message) fakeslack.Message {
	if len(list) == 0 {
		return fakeslack.Message{}
	}
	return list[len(list)-1]
}
