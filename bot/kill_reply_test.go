package main

import (
	"bytes"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/internal/store/storetest"
)

// TestReplyBeforeItIsKnown has someone answer a message of which it is not on record yet where it stands.
func TestReplyBeforeItIsKnown(t *testing.T) {
	w := newWorld(t)
	w.away()
	api := slackapi.New(w.slack.BotToken(), w.slack.APIURL(), time.Now)
	_, ts, err := api.Post(t.Context(), care.Place{Channel: "CEHT"}, "k", "Frånvaro", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, ack, err := w.slack.Say(t.Context(), "UEVA", "CEHT", ts, "ringt hem")
	w.took(ack, err)
	w.await("the wait", func() bool { return bytes.Contains(w.log.bytes(), []byte("it is not known yet what it answers")) })
	w.stop()
	w.withSystem(func(sys *system) {
		d := care.Delivery{Meta: care.Meta{ID: "late"}, Kind: care.Escalated, Subject: "8A-T4T/1", School: "alen", State: care.DeliverySent, Channel: "CEHT", TS: ts}
		if err := sys.care.Deliveries.Add(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	})
	w.later("09:02:00")
	w.serve()
	w.await("the reply to be noted", func() bool { return w.inbox() == inboxState{done: 1} })
	w.has("8A-T4T/1", "UEVA:home")
	w.check()
}

// TestKilledDuringAReply kills the bot between what a reply does and its answer: the next start does nothing twice, and
// answers once.
func TestKilledDuringAReply(t *testing.T) { overBoth(t, testKilledDuringAReply) }

func testKilledDuringAReply(t *testing.T, w *world) {
	w.away() // and the bot knows everyone's account
	told := w.tells("UANNA", care.CaseReminder, "8A-T4T/1")
	w.stop()
	p := w.spawned()
	for _, method := range []string{"reactions.add", "chat.postMessage"} {
		w.slack.Fault(method, fakeslack.Fault{Delay: time.Minute, Drop: true})
	}
	m, ack, err := w.slack.Say(t.Context(), "UANNA", told.Channel, told.TS, "ringt hem 070-123 45 67")
	w.took(ack, err)
	w.await("the act", func() bool { return w.entries("8A-T4T/1") == "UANNA:home" })
	p.kill()
	w.slack.ClearFaults()
	if got, want := w.inbox(), (inboxState{pending: 1, bodies: 1}); got != want {
		t.Errorf("after the kill the inbox holds %+v, want %+v", got, want)
	}
	w.later("09:02:00")
	p = w.spawned()
	w.ticked("UANNA", m, true)
	w.answered("UANNA", m)
	w.await("the note that it is done", func() bool { return w.inbox() == inboxState{done: 1} })
	again, err := w.slack.Redeliver(t.Context(), ack.EventID)
	w.took(again, err)
	p.kill()
	w.has("8A-T4T/1", "UANNA:home")
	answers := 0
	for _, s := range w.slack.Seen("UANNA") {
		if s.ThreadTS == told.TS && s.User == w.slack.BotUserID() {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("it is answered %d times, want once", answers)
	}
	if bytes.Contains(storetest.Content(t, w.env["LOTSEN_DB"]), []byte("070-123")) {
		t.Error("the database's files hold the number")
	}
}
