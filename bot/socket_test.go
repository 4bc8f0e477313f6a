package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lotsen/handlers"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// newSocketWorld is a world in which the bot connects by Socket Mode.
func newSocketWorld(t *testing.T) *world {
	w := newWorld(t)
	w.useSockets()
	return w
}

func TestSocketTokenRefused(t *testing.T) {
	w := newSocketWorld(t)
	w.env["SLACK_APP_TOKEN"] = "xapp-wrong"
	if out, code := w.run("serve"); code != 1 || !strings.Contains(out, "connections:write") || strings.Contains(out, "xapp-wrong") {
		t.Errorf("serve with a wrong app-level token: exit %d, want a remedy and no token:\n%s", code, out)
	}
}

func TestSocketsComeBack(t *testing.T) {
	w := newSocketWorld(t).serve()
	for i, interrupt := range []func(){
		w.slack.DropSockets,
		func() { w.slack.Disconnect("warning") },
		func() { w.slack.Disconnect("refresh_requested") },
		func() { w.slack.Close(); w.restart() },
	} {
		interrupt()
		w.await("new sockets", func() bool { return w.slack.Connections() == socketLinks })
		note := fmt.Sprintf("Efter avbrott %d", i)
		if got := w.types("UANNA", "/insats", "8B-M2X samtal "+note); !strings.Contains(got, note) {
			t.Errorf("after break %d: %s", i, got)
		}
	}
	w.check()
}

// restart starts the fake Slack again where it was.
func (w *world) restart() {
	w.t.Helper()
	if err := w.slack.Start(); err != nil {
		w.t.Fatal(err)
	}
}

func TestSocketEnvelopesTwice(t *testing.T) {
	w := newSocketWorld(t).serve()
	w.slack.DuplicateEnvelopes(true)
	for i := range 20 {
		form, err := w.slack.CommandForm("UANNA", "", "/insats", fmt.Sprintf("8B-M2X samtal Dubbel %02d.", i))
		if err != nil {
			t.Fatal(err)
		}
		ack, err := w.slack.CommandRaw(t.Context(), fakeslack.RawCommand{Form: form})
		if err != nil || ack.Error != "" {
			t.Fatalf("command %d: %v, %+v", i, err, ack)
		}
		if _, err := w.slack.RedeliverEnvelope(t.Context(), ack.Envelope); err != nil {
			t.Fatal(err)
		}
	}
	w.slack.DuplicateEnvelopes(false)
	w.stop()
	notes := w.stored("UANNA")
	for i := range 20 {
		if n := notes[fmt.Sprintf("Dubbel %02d.", i)]; n != 1 {
			t.Errorf("line %d is stored %d times, want once", i, n)
		}
	}
}

func TestSocketTakesWhatItDoesNotKnow(t *testing.T) {
	w := newSocketWorld(t).serve()
	for _, raw := range []string{
		`{"envelope_id":"e1","type":"events_api","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"from_tomorrow"}}}`,
		`{"envelope_id":"e2","type":"from_tomorrow","payload":{"a":1}}`,
		`{"envelope_id":"e3","type":"interactive","payload":{"type":"block_actions","actions":[{"type":"from_tomorrow"}]}}`,
		`{"envelope_id":"e4","type":"slash_commands","payload":{}}`,
		`{"envelope_id":"e5","type":"interactive","payload":[1,2]}`,
	} {
		if err := w.slack.SendRaw(raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.slack.SendRaw("no JSON at all"); err != nil {
		t.Fatal(err)
	}
	w.await("acknowledgements of everything", func() bool {
		for i := 1; i <= 5; i++ {
			if !w.slack.Acked(fmt.Sprintf("e%d", i)) {
				return false
			}
		}
		return true
	})
	if got := w.types("UANNA", "/insats", "8B-M2X samtal"); !strings.HasPrefix(got, "Loggat för") {
		t.Errorf("afterwards: %s", got)
	}
}

// TestSocketAnswerTooLargeForAnAck lists so many long notes that Slack would drop the acknowledgement.
func TestSocketAnswerTooLargeForAnAck(t *testing.T) {
	w := newSocketWorld(t).serve()
	for i := range 9 {
		w.types("UANNA", "/insats", fmt.Sprintf("8B-M2X samtal Lång %d. %s", i, strings.Repeat("åäö ", 700)))
	}
	before := len(w.slack.Seen("UANNA"))
	ack, err := w.slack.Command(t.Context(), "UANNA", "", "/insats", "lista 8B-M2X")
	if err != nil || ack.Error != "" {
		t.Fatalf("command: %v, %+v", err, ack)
	}
	w.await("the list", func() bool {
		seen := w.slack.Seen("UANNA")
		return len(seen) > before && strings.Contains(seen[len(seen)-1].Plain, "Lång 0.") && strings.Contains(seen[len(seen)-1].Plain, "Lång 8.")
	})
	w.check()
}

// connect has the endpoints' dispatcher served by sockets until the returned function is called,
// which waits for their end.
func (e *endpoints) connect(t *testing.T) (stop func()) {
	t.Helper()
	e.useSockets()
	ctx, cancel := context.WithCancel(t.Context())
	sockets := &socketMode{dispatcher: e.work, api: slackapi.New(e.slack.BotToken(), e.slack.APIURL(), time.Now),
		appToken: e.slack.AppToken(), silence: time.Second, clock: e.work.clock, log: e.work.log}
	var running sync.WaitGroup
	running.Go(func() {
		if err := sockets.run(ctx); err != nil {
			t.Error(err)
		}
	})
	e.await("the sockets", func() bool { return sockets.open.Load() == socketLinks })
	return func() {
		cancel()
		running.Wait()
	}
}

// TestSilentSocketIsLeft has connections that are open on this side only.
func TestSilentSocketIsLeft(t *testing.T) {
	e := newEndpoints(t)
	defer e.connect(t)()
	e.slack.StallSockets(true)
	e.await("new sockets in place of the silent ones", func() bool { return e.slack.Connections() == socketLinks })
	if got := e.types("UANNA", "/insats", "8B-M2X samtal Hörs igen"); !strings.Contains(got, "Hörs igen") {
		t.Errorf("after silence: %s", got)
	}
}

// TestStopSendsTheLastAcknowledgements stops while a dozen commands are at work.
func TestStopSendsTheLastAcknowledgements(t *testing.T) {
	const commands = 12
	e := newEndpoints(t)
	free := make(chan struct{})
	e.work.routes.commands["/wait"] = handlers.Command{Name: "wait", Handle: func(context.Context, handlers.Request) (handlers.Reply, error) {
		<-free
		return handlers.Reply{Text: "waited"}, nil
	}}
	stop := e.connect(t)
	answers := make(chan string, commands)
	for range commands {
		go func() {
			ack, err := e.slack.Command(t.Context(), "UANNA", "", "/wait", "")
			if err != nil || ack.Message == nil {
				answers <- fmt.Sprintf("nothing: %v, %+v", err, ack)
				return
			}
			answers <- ack.Message.Plain
		}()
	}
	e.await("all commands to be at work", func() bool { return len(e.work.turns) == commands })
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	close(free)
	<-stopped
	for range commands {
		if got := <-answers; got != "waited" {
			t.Errorf("a command at work when the bot was stopped is answered %s", got)
		}
	}
}

func TestStopAcknowledgesWhatWasAccepted(t *testing.T) {
	w := newSocketWorld(t).serve()
	w.slack.Fault("users.info", fakeslack.Fault{Times: 1, Delay: 700 * time.Millisecond})
	if _, err := w.slack.Command(t.Context(), "UFRAMLING", "", "/insats", "lista"); err != nil {
		t.Fatal(err)
	}
	if code := w.stop(); code != 0 {
		t.Errorf("serve ends with %d, want 0", code)
	}
	w.awaitSeen("UFRAMLING", "Du har inte tillgång till Lotsen. Be den som sköter Lotsen på skolan att lägga in dig.")
	if got, want := w.inbox(), (inboxState{done: 1}); got != want {
		t.Errorf("after the stop the inbox holds %+v, want %+v", got, want)
	}
	var last struct{ Msg string }
	lines := strings.Split(strings.TrimSpace(string(w.log.bytes())), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Msg != "stopped" {
		t.Errorf("the log ends with %s (%v), want stopped", lines[len(lines)-1], err)
	}
	w.check()
}

// TestAckQueueThatStalls has Slack read nothing while so many long answers are written that they
// pile up in the bot. Everyone who got no answer sends the same once more.
func TestAckQueueThatStalls(t *testing.T) {
	const lists, lines = 60, 16
	w := newSocketWorld(t).serve()
	for range 3 {
		w.types("UEVA", "/insats", "8B-K3F samtal "+strings.Repeat("å", 2900))
	}
	w.slack.ChokeSockets(true)
	var people sync.WaitGroup
	var unanswered atomic.Int32
	for range lists {
		people.Go(func() { // who looks at a long list and is not answered
			if ack, err := w.slack.Command(t.Context(), "UEVA", "", "/insats", "lista 8B-K3F"); err != nil || ack.Error != "" {
				unanswered.Add(1)
			}
		})
	}
	for i := range lines {
		people.Go(func() {
			form, err := w.slack.CommandForm("UANNA", "", "/insats", fmt.Sprintf("8B-M2X samtal Kö %03d.", i))
			if err != nil {
				t.Error(err)
				return
			}
			for range 10 {
				ack, err := w.slack.CommandRaw(t.Context(), fakeslack.RawCommand{Form: form})
				if err == nil && ack.Error == "" && strings.Contains(string(ack.Body), fmt.Sprintf("Kö %03d.", i)) {
					return
				}
			}
			t.Errorf("line %d is not answered any more", i)
		})
	}
	people.Wait()
	if unanswered.Load() == 0 {
		t.Error("no acknowledgement was held up, so nothing was tried")
	}
	w.awaitLog(0, `"msg":"acknowledgement not sent`)
	w.await("sockets that work", func() bool { return w.slack.Connections() >= socketLinks })
	w.check()
	w.stop()
	notes := w.stored("UANNA")
	for i := range lines {
		if n := notes[fmt.Sprintf("Kö %03d.", i)]; n != 1 {
			t.Errorf("line %d is stored %d times, want once", i, n)
		}
	}
}
