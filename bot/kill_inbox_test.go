package main

import (
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
)

// later has the next start of the bot be at another time of the school's day.
func (w *world) later(at string) { w.env["LOTSEN_CLOCK"] = "2026-11-17T" + at + "+01:00" }

// spawned starts the bot as a process and waits until its first tick is over and it is connected.
func (w *world) spawned() *process {
	w.t.Helper()
	calls := len(w.slack.Calls())
	p := w.spawn()
	w.await("the first tick", func() bool {
		for _, m := range w.methods(calls) {
			if m == "auth.test" || m == "users.info" {
				return true
			}
		}
		return false
	})
	if w.socket {
		w.await("the sockets", func() bool { return w.slack.Connections() == socketLinks })
	}
	return p
}

// TestKilledAfterALateAck kills the bot when it has promised an answer and not done anything yet: the
// next start does it, once, and the answer comes.
func TestKilledAfterALateAck(t *testing.T) { overBoth(t, testKilledAfterALateAck) }

func testKilledAfterALateAck(t *testing.T, w *world) {
	w.serve() // once, to learn everyone's account
	w.stop()
	w.slack.AddUser(fakeslack.User{ID: "UNY", Name: "ny"})
	p := w.spawned()
	w.write("new.csv", "email;name;roles;school;groups;slack_id\nny@alen.se;Nya Nyman;mentor;alen;8B;UNY\n")
	if out, code := w.run("import", "--staff", w.path("new.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	w.slack.Fault("users.info", fakeslack.Fault{Delay: time.Minute, Drop: true})
	ack, err := w.slack.Command(t.Context(), "UNY", "", "/insats", "8B-M2X samtal "+lateNote)
	if err != nil || ack.Error != "" || ack.Message == nil || !strings.HasPrefix(ack.Message.Plain, "Ett ögonblick") {
		t.Fatalf("command: %v, %+v, want a word of patience", err, ack)
	}
	p.kill()
	w.slack.ClearFaults()
	if got, want := w.inbox(), (inboxState{pending: 1, bodies: 1}); got != want {
		t.Errorf("after the kill the inbox holds %+v, want %+v", got, want)
	}
	if w.databaseHolds(lateNote) {
		t.Error("the database's files hold the note in the clear")
	}
	w.later("09:02:00")
	p = w.spawned()
	w.awaitSeen("UNY", "Loggat för 8B-M2X (Alva Berg): elevsamtal, tis 17 nov.\n> "+lateNote+"\n[Ångra] [Ändra]")
	w.await("the note that it is done", func() bool { return w.inbox() == inboxState{done: 1} })
	seen := len(w.slack.Seen("UNY"))
	p.kill()
	w.later("09:10:00")
	w.spawned().kill()
	if n := w.stored("UNY")[lateNote]; n != 1 {
		t.Errorf("it is stored %d times, want once", n)
	}
	if n := len(w.slack.Seen("UNY")); n != seen {
		t.Errorf("the next start has shown %d more messages", n-seen)
	}
}

// TestKilledAfterALateClick kills the bot while Slack is slow in opening the modal that a click asks
// for. Later it cannot be opened any more, and the person reads that.
func TestKilledAfterALateClick(t *testing.T) { overBoth(t, testKilledAfterALateClick) }

func testKilledAfterALateClick(t *testing.T, w *world) {
	w.serve()
	logged := w.ask("UANNA", "/insats", "8B-M2X samtal")
	w.stop()
	p := w.spawned()
	w.slack.Fault("views.open", fakeslack.Fault{Delay: time.Minute, Drop: true})
	if ack, err := w.slack.Click(t.Context(), "UANNA", logged.Key, "intervention.edit"); err != nil || ack.Error != "" {
		t.Fatalf("click: %v, %+v", err, ack)
	}
	p.kill()
	w.slack.ClearFaults()
	if got, want := w.inbox(), (inboxState{pending: 1, bodies: 1}); got != want {
		t.Errorf("after the kill the inbox holds %+v, want %+v", got, want)
	}
	w.later("09:02:00")
	p = w.spawned()
	w.await("a word that the modal came too late", func() bool {
		for _, m := range w.slack.Seen("UANNA") {
			if strings.HasPrefix(m.Plain, "Fönstret hann inte öppnas.") {
				return true
			}
		}
		return false
	})
	p.kill()
}

// TestKilledDuringAnEvent kills the bot when it has acknowledged that someone has opened App Home.
func TestKilledDuringAnEvent(t *testing.T) { overBoth(t, testKilledDuringAnEvent) }

func testKilledDuringAnEvent(t *testing.T, w *world) {
	w.serve() // once, to learn everyone's account
	w.stop()
	p := w.spawned()
	w.slack.Fault("views.publish", fakeslack.Fault{Delay: time.Minute, Drop: true})
	calls := len(w.slack.Calls())
	ack, err := w.slack.OpenHome(t.Context(), "UANNA")
	if err != nil || ack.Error != "" || ack.Latency > time.Second {
		t.Fatalf("OpenHome: %v, %+v, want it acknowledged at once", err, ack)
	}
	p.kill()
	w.slack.ClearFaults()
	if w.slack.Home("UANNA") != nil {
		t.Fatalf("App Home is shown already, by %q", w.methods(calls))
	}
	w.later("09:02:00")
	p = w.spawned()
	w.await("App Home", func() bool { return w.slack.Home("UANNA") != nil })
	w.await("the note that it is done", func() bool { return w.inbox() == inboxState{done: 1} })
	calls = len(w.slack.Calls())
	if again, err := w.slack.Redeliver(t.Context(), ack.EventID); err != nil || again.Error != "" {
		t.Errorf("again: %v, %+v", err, again)
	}
	p.kill()
	if got := w.methods(calls); len(got) != 0 {
		t.Errorf("an event that was handled before a kill has the bot call %q", got)
	}
}

// TestStopCutsALateRequestShort ends the bot, as its operator does, while a request takes longer than
// the end may: the next start does it.
func TestStopCutsALateRequestShort(t *testing.T) {
	w := newWorld(t).serve()
	w.slack.Fault("users.info", fakeslack.Fault{Delay: time.Minute, Drop: true})
	if _, err := w.slack.Command(t.Context(), "UFRAMLING", "", "/insats", "lista"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if code := w.stop(); code != 0 {
		t.Errorf("serve ends with %d, want 0", code)
	}
	if took := time.Since(began); took > stopIn+settleIn {
		t.Errorf("the end takes %v", took)
	}
	w.slack.ClearFaults()
	if got, want := w.inbox(), (inboxState{pending: 1, bodies: 1}); got != want {
		t.Errorf("after the stop the inbox holds %+v, want %+v", got, want)
	}
	w.later("09:02:00")
	w.serve()
	w.awaitSeen("UFRAMLING", "Du har inte tillgång till Lotsen. Be den som sköter Lotsen på skolan att lägga in dig.")
	w.check()
}
