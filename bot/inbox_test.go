package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
)

// inboxState is what stands in the inbox.
type inboxState struct{ pending, done, bodies int }

func inboxOf(t testing.TB, records *store.Records) (s inboxState) {
	t.Helper()
	docs, err := records.Engine.Find(t.Context(), "inbox", store.Query{Sort: []store.Order{{Field: "_id"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range docs {
		in, err := records.Inbox.Get(t.Context(), raw.Lookup("_id").StringValue())
		if err != nil {
			t.Fatal(err)
		}
		if in.Due.IsZero() {
			s.done++
		} else {
			s.pending++
		}
		if len(in.Sealed) > 0 {
			s.bodies++
		}
	}
	return s
}

// inbox opens the database of a bot that may be running beside it.
func (w *world) inbox() inboxState {
	w.t.Helper()
	var state inboxState
	w.withSystem(func(sys *system) { state = inboxOf(w.t, sys.records) })
	return state
}

func (w *world) withSystem(use func(sys *system)) {
	w.t.Helper()
	p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"}, clock: &clock{}}
	sys, err := p.open(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	use(sys)
	if err := sys.close(); err != nil {
		w.t.Fatal(err)
	}
}

// records are those of the dispatcher.
func (e *endpoints) records() care.Records { return e.work.app.Care.(*care.Service).Records }

// another is a second copy of the program on the same database, and its log.
func (e *endpoints) another(t *testing.T) *endpoints {
	t.Helper()
	p := &program{cli: &cli{DB: e.env["LOTSEN_DB"], Keys: e.env["LOTSEN_KEYS"], Config: e.env["LOTSEN_CONFIG"], Language: "sv"},
		clock: &clock{}, log: newLog(e.log, "debug")}
	if err := p.clock.start(schoolNow); err != nil {
		t.Fatal(err)
	}
	sys, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := newDispatcher(t.Context(), sys, slackapi.New(e.slack.BotToken(), e.slack.APIURL(), time.Now), p, newMetrics())
	t.Cleanup(func() {
		d.wait()
		if err := sys.close(); err != nil {
			t.Error(err)
		}
	})
	return &endpoints{e.world, (&slackHTTP{dispatcher: d, secret: e.slack.SigningSecret(), log: p.log}).handler(), d}
}

// slow makes a command wait until free is closed, as if something were in its way.
func (e *endpoints) slow(command string) (free chan struct{}, runs *atomic.Int32) {
	free, runs = make(chan struct{}), &atomic.Int32{}
	c := e.work.routes.commands[command]
	handle := c.Handle
	c.Handle = func(ctx context.Context, req handlers.Request) (handlers.Reply, error) {
		runs.Add(1)
		select {
		case <-free:
		case <-ctx.Done():
			return handlers.Reply{}, ctx.Err()
		}
		return handle(ctx, req)
	}
	e.work.routes.commands[command] = c
	return free, runs
}

// over has the endpoints served as the transport is: by HTTP, or by Socket Mode.
func (e *endpoints) over(t *testing.T, socket bool) {
	t.Helper()
	if socket {
		t.Cleanup(e.connect(t))
		return
	}
	server := &http.Server{Handler: e.handler, ReadHeaderTimeout: time.Second}
	l, err := listen(t.Context(), "addr", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	base := "http://" + l.Addr().String()
	e.slack.SetBot(base+pathCommands, base+pathInteractions, base+pathEvents)
}

// endpointsOverBoth tells a story of the endpoints twice.
func endpointsOverBoth(t *testing.T, story func(*testing.T, *endpoints)) {
	t.Helper()
	for name, socket := range map[string]bool{"http": false, "socket": true} {
		t.Run(name, func(t *testing.T) {
			e := newEndpoints(t)
			e.over(t, socket)
			story(t, e)
		})
	}
}

// databaseHolds reports whether anything that is stored holds the text in the clear.
func (w *world) databaseHolds(text string) bool {
	w.t.Helper()
	return bytes.Contains(storetest.Content(w.t, w.env["LOTSEN_DB"]), []byte(text))
}

const lateNote = "Planterad-Hemlighet"

// TestLateAnswer has something be in the way of a command for so long that Slack cannot wait for
// its answer: it is stored before that is said, and nobody but the bot can read what.
func TestLateAnswer(t *testing.T) { endpointsOverBoth(t, testLateAnswer) }

func testLateAnswer(t *testing.T, e *endpoints) {
	free, runs := e.slow("/insats")
	form, err := e.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal "+lateNote)
	if err != nil {
		t.Fatal(err)
	}
	ack, err := e.slack.CommandRaw(t.Context(), fakeslack.RawCommand{Form: form})
	if err != nil || ack.Error != "" {
		t.Fatalf("command: %v, ack %+v", err, ack)
	}
	if ack.Message == nil || ack.Message.Plain != "Det tar lite längre än vanligt. Svaret kommer här strax." {
		t.Errorf("the answer in time is %+v, want a word of patience", ack.Message)
	}
	if got, want := e.inbox(), (inboxState{pending: 1, bodies: 1}); got != want {
		t.Errorf("once it is acknowledged the inbox holds %+v, want %+v", got, want)
	}
	for _, secret := range []string{lateNote, form.Get("trigger_id"), form.Get("response_url")} {
		if e.databaseHolds(secret) {
			t.Errorf("the database's files hold %q in the clear", secret)
		}
	}
	if n, err := e.work.WorkOff(t.Context(), e.work.clock.now()); n != 0 || err != nil {
		t.Errorf("WorkOff() while it is worked on = %d, %v", n, err)
	}
	close(free)
	e.awaitSeen("UANNA", "Loggat för 8B-M2X (Alva Berg): elevsamtal, tis 17 nov.\n> "+lateNote+"\n[Ångra] [Ändra]")
	e.work.wait()
	if got, want := e.inbox(), (inboxState{done: 1}); got != want {
		t.Errorf("afterwards the inbox holds %+v, want %+v", got, want)
	}
	seen := len(e.slack.Seen("UANNA"))
	if n, err := e.work.WorkOff(t.Context(), e.work.clock.now().Add(time.Hour)); n != 0 || err != nil || runs.Load() != 1 {
		t.Errorf("WorkOff() afterwards = %d, %v; the command has run %d times", n, err, runs.Load())
	}
	if n := len(e.slack.Seen("UANNA")); n != seen {
		t.Errorf("%d more messages than the answer", n-seen)
	}
	e.check()
}

// TestFastAnswersAreNotStored does one of everything that is answered in time.
func TestFastAnswersAreNotStored(t *testing.T) { overBoth(t, testFastAnswersAreNotStored) }

func testFastAnswersAreNotStored(t *testing.T, w *world) {
	w.serve()
	logged := w.ask("UANNA", "/insats", "8B-M2X samtal")
	w.clicks("UANNA", logged, "intervention.undo")
	w.opens("UANNA", "/insats", "")
	w.searches("UANNA", "berg")
	w.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"talk"}})
	if got := w.inbox(); got != (inboxState{}) {
		t.Errorf("the inbox holds %+v", got)
	}
	w.check()
}

// TestNotStoredNotAcknowledged holds the database's write lock so long that a command can be neither
// done nor stored in time: the person reads Slack's error, and then what came of it all the same.
func TestNotStoredNotAcknowledged(t *testing.T) { overBoth(t, testNotStoredNotAcknowledged) }

func testNotStoredNotAcknowledged(t *testing.T, w *world) {
	w.serve()
	unlock := w.lockDatabase()
	ack, err := w.slack.Command(t.Context(), "UANNA", "", "/insats", "8B-M2X samtal Sent omsider")
	if err != nil {
		t.Fatal(err)
	}
	if ack.Error == "" || w.slack.Acked(ack.Envelope) {
		t.Errorf("the command is answered %+v, want Slack to tell the person of an error", ack)
	}
	w.awaitLog(0, `"msg":"request not acknowledged`)
	unlock()
	w.awaitSeen("UANNA", "Loggat för 8B-M2X (Alva Berg): elevsamtal, tis 17 nov.\n> Sent omsider\n[Ångra] [Ändra]")
	w.stop()
	if n := w.stored("UANNA")["Sent omsider"]; n != 1 {
		t.Errorf("it is stored %d times, want once", n)
	}
	if got := w.inbox(); got.pending != 0 {
		t.Errorf("the inbox holds %+v, want nothing to be done", got)
	}
}

// deaf is a domain that cannot store what comes in.
type deaf struct {
	domain
	broken atomic.Bool
}

func (d *deaf) Receive(ctx context.Context, in care.Incoming) (bool, error) {
	if d.broken.Load() {
		return false, errors.New("no room on the disk")
	}
	return d.domain.Receive(ctx, in)
}

// TestStoringFails has nothing acknowledged that is not done.
func TestStoringFails(t *testing.T) { endpointsOverBoth(t, testStoringFails) }

func testStoringFails(t *testing.T, e *endpoints) {
	d := &deaf{domain: e.work.care}
	e.work.care = d
	logged := e.ask("UANNA", "/insats", "8B-M2X samtal Innan")
	d.broken.Store(true)
	free, _ := e.slow("/insats")
	undo := e.work.routes.actions["intervention.undo"]
	e.work.routes.actions["intervention.undo"] = func(ctx context.Context, req handlers.Request) (handlers.Reply, error) {
		<-free
		return undo(ctx, req)
	}
	refused := func(what string, ack *fakeslack.Ack, err error) {
		t.Helper()
		if err != nil || ack.Error == "" || e.slack.Acked(ack.Envelope) {
			t.Errorf("%s: %v, %+v, want it not acknowledged", what, err, ack)
		}
	}
	ack, err := e.slack.Command(t.Context(), "UANNA", "", "/insats", "8B-M2X samtal Sent")
	refused("a late command", ack, err)
	ack, err = e.slack.Click(t.Context(), "UANNA", logged.Key, "intervention.undo")
	refused("a late click", ack, err)
	opened, err := e.slack.OpenHome(t.Context(), "UANNA")
	refused("an event", opened, err)
	if e.slack.Home("UANNA") != nil {
		t.Error("the event was handled without being stored")
	}
	d.broken.Store(false)
	close(free)
	if e.slack.RunRetries(t.Context()) != 1 {
		t.Error("Slack has no event to send again")
	}
	e.await("App Home", func() bool { return e.slack.Home("UANNA") != nil })
	e.await("the late answers", func() bool {
		all := ""
		for _, m := range e.slack.Seen("UANNA") {
			all += m.Plain
		}
		return strings.Contains(all, "> Sent") && strings.Contains(all, "Ångrat:")
	})
	if strings.Contains(string(e.log.bytes()), "Sent\"") {
		t.Error("the log tells what was typed")
	}
}

// TestEventTwice has the same event come again, also to another copy of the program, while it is
// worked on and when it is done.
func TestEventTwice(t *testing.T) {
	e := newEndpoints(t)
	two := e.another(t)
	e.slack.Fault("views.publish", fakeslack.Fault{Delay: 300 * time.Millisecond})
	body := fmt.Appendf(nil, `{"type":"event_callback","team_id":%q,"event_id":"Ev1","event":{"type":"app_home_opened","tab":"home","user":"UANNA"}}`, e.slack.TeamID())
	calls := len(e.slack.Calls())
	for range 2 {
		for _, copied := range []*endpoints{e, two, e} {
			began := time.Now()
			if rec := copied.deliver(t, pathEvents, body); rec.Code != http.StatusOK {
				t.Errorf("the event is answered %d", rec.Code)
			}
			if took := time.Since(began); took > 250*time.Millisecond {
				t.Errorf("the event is acknowledged after %v, not before its work", took)
			}
		}
		e.work.wait()
		two.work.wait()
	}
	if got := e.methods(calls); len(got) != 1 || got[0] != "views.publish" {
		t.Errorf("one event delivered six times has the bot call %q", got)
	}
	if n := strings.Count(string(e.log.bytes()), "event has come before"); n != 5 {
		t.Errorf("%d deliveries are recognised, want 5", n)
	}
	if got, want := e.inbox(), (inboxState{done: 1}); got != want {
		t.Errorf("the inbox holds %+v, want %+v", got, want)
	}
}

func TestEventRedelivered(t *testing.T) { overBoth(t, testEventRedelivered) }

func testEventRedelivered(t *testing.T, w *world) {
	w.serve()
	ack, err := w.slack.OpenHome(t.Context(), "UANNA")
	if err != nil || ack.Error != "" {
		t.Fatalf("OpenHome: %v, %+v", err, ack)
	}
	w.await("App Home", func() bool { return w.slack.Home("UANNA") != nil })
	calls := len(w.slack.Calls())
	again := []func() (*fakeslack.Ack, error){func() (*fakeslack.Ack, error) { return w.slack.Redeliver(t.Context(), ack.EventID) }}
	if w.socket {
		again = append(again, func() (*fakeslack.Ack, error) { return w.slack.RedeliverEnvelope(t.Context(), ack.Envelope) })
	}
	for _, deliver := range again {
		if got, err := deliver(); err != nil || got.Error != "" {
			t.Errorf("again: %v, %+v", err, got)
		}
	}
	w.stop()
	if got := w.methods(calls); len(got) != 0 {
		t.Errorf("an event that has come before has the bot call %q", got)
	}
	w.check()
}

// TestSameClickAndSubmissionToTwoCopies has two copies of the program be sent the same by Slack.
func TestSameClickAndSubmissionToTwoCopies(t *testing.T) {
	e := newEndpoints(t)
	two := e.another(t)
	e.over(t, false)
	asked := e.ask("UANNA", "/insats", "alva samtal Klickad")
	if _, err := e.slack.Click(t.Context(), "UANNA", asked.Key, asked.Buttons[0].ActionID); err != nil {
		t.Fatal(err)
	}
	e.opens("UANNA", "/insats", "")
	e.searches("UANNA", "berg")
	read := func() (all []string) {
		for _, m := range e.slack.Seen("UANNA") {
			all = append(all, m.Plain)
		}
		return all
	}
	first := e.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"home"}, "note": "Insänd"})
	seen := read()
	two.over(t, false)
	again, err := e.slack.Repeat(t.Context())
	if err != nil || again.Error != "" || !bytes.Contains(again.Body, []byte("Insänd")) {
		t.Errorf("the submission, sent to the other copy, is answered %s (%v)", again.Body, err)
	}
	if !strings.Contains(reads(first), "Insänd") {
		t.Errorf("the submission is answered %s", reads(first))
	}
	if got := read(); strings.Join(got, "|") != strings.Join(seen, "|") {
		t.Errorf("the second delivery has people read %q, first it was %q", got, seen)
	}
	if got := e.types("UANNA", "/insats", "lista"); strings.Count(got, "Klickad") != 1 || strings.Count(got, "Insänd") != 1 {
		t.Errorf("the list is\n%s", got)
	}
	e.check()
}

// TestTwinOfALateRequest has a command that is worked on come to another copy, which is late as well.
func TestTwinOfALateRequest(t *testing.T) {
	e := newEndpoints(t)
	two := e.another(t)
	free, _ := e.slow("/insats")
	two.work.routes.commands["/insats"] = e.work.routes.commands["/insats"]
	form, err := e.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal Tvilling")
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan string)
	for _, copied := range []*endpoints{e, two} {
		go func() { answers <- copied.deliver(t, pathCommands, []byte(form.Encode())).Body.String() }()
	}
	for range 2 {
		if got := <-answers; !strings.Contains(got, "Det tar lite längre") {
			t.Errorf("answered %s, want a word of patience", got)
		}
	}
	close(free)
	e.work.wait()
	two.work.wait()
	if seen := e.slack.Seen("UANNA"); len(seen) != 1 || !strings.Contains(seen[0].Plain, "Tvilling") {
		t.Errorf("the person reads %d messages, want one answer", len(seen))
	}
	if got, want := e.inbox(), (inboxState{done: 1}); got != want {
		t.Errorf("the inbox holds %+v, want %+v", got, want)
	}
}

// TestWorkOff does what a process has left behind that was cut off after its acknowledgement.
func TestWorkOff(t *testing.T) {
	tests := []struct {
		name, command, text string
		after               time.Duration // when it is worked off
		want                string        // the answer; "" for none
		log                 string
	}{
		{"a line", "/insats", "8B-M2X samtal Kvarlämnad", time.Minute, "Loggat för 8B-M2X (Alva Berg): elevsamtal, tis 17 nov.\n> Kvarlämnad\n[Ångra] [Ändra]", `"request handled"`},
		{"a line, on the day after", "/insats", "8B-M2X samtal Kvarlämnad", 24 * time.Hour, "", "answer comes too late to be shown"},
		{"a modal", "/insats", "", time.Minute, "Fönstret hann inte öppnas. Försök en gång till.", "window_late"},
		{"a mistake", "/insats", "8B-222 samtal", time.Minute, "Jag hittar inte ”8B-222” bland de elever du får se. Inget är loggat. Skriv elevens ref eller namn, till exempel: /insats 8B-K3F samtal Ringde hem", "unknown_student"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := newEndpoints(t)
			form, err := e.slack.CommandForm("UANNA", "", tt.command, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			e.leave(form)
			e.work.clock.shift.Add(int64(tt.after))
			for _, want := range []int{1, 0} {
				if n, err := e.work.WorkOff(t.Context(), e.work.clock.now()); n != want || err != nil {
					t.Errorf("WorkOff() = %d, %v, want %d", n, err, want)
				}
			}
			got := ""
			for _, m := range e.slack.Seen("UANNA") {
				got += read(m)
			}
			if got != tt.want {
				t.Errorf("the person reads\n%s\nwant\n%s", got, tt.want)
			}
			e.awaitLog(0, tt.log)
			logged := 0
			if strings.Contains(tt.text, "Kvarlämnad") {
				logged = 1
			}
			list, err := e.records().Interventions.OfStudent(t.Context(), "8B-M2X", 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(list) != logged || logged == 1 && list[0].Date != "2026-11-17" {
				t.Errorf("logged are %+v, want %d of the day on which it was typed", list, logged)
			}
			if got, want := e.inbox(), (inboxState{done: 1}); got != want {
				t.Errorf("the inbox holds %+v, want %+v", got, want)
			}
		})
	}
}

// leave stores a command as a copy of the program does that then ends.
func (e *endpoints) leave(form url.Values) {
	e.t.Helper()
	a := e.work.commanded(commandOf(form.Get))
	a.request.Now = e.work.clock.now()
	if fresh, err := e.work.keep(a); !fresh || err != nil {
		e.t.Fatalf("keep() = %v, %v", fresh, err)
	}
}

// TestPoison has a command that always fails be tried a few times, and its writer be told at last.
func TestPoison(t *testing.T) {
	e := newEndpoints(t)
	var runs atomic.Int32
	e.work.routes.commands["/boom"] = handlers.Command{Name: "boom", Handle: func(context.Context, handlers.Request) (handlers.Reply, error) {
		runs.Add(1)
		panic("Hemligt innehåll")
	}}
	form, err := e.slack.CommandForm("UANNA", "", "/boom", "")
	if err != nil {
		t.Fatal(err)
	}
	e.leave(form)
	for range 40 { // ticks
		e.work.clock.shift.Add(int64(time.Minute))
		if n := runs.Load(); n < care.IncomingTries-1 && len(e.slack.Seen("UANNA")) != 0 {
			t.Fatalf("the person is told of a failure after %d attempts", n)
		}
		if _, err := e.work.WorkOff(t.Context(), e.work.clock.now()); err != nil {
			t.Fatal(err)
		}
		e.work.wait()
	}
	if n := runs.Load(); n != care.IncomingTries-1 { // and the first, of the process that has ended
		t.Errorf("it was tried %d times, want %d", n, care.IncomingTries-1)
	}
	if seen := e.slack.Seen("UANNA"); len(seen) != 1 || !strings.HasPrefix(seen[0].Plain, "Något gick fel hos mig") {
		t.Errorf("the person reads %+v", seen)
	}
	if got, want := e.inbox(), (inboxState{done: 1, bodies: 1}); got != want {
		t.Errorf("the inbox holds %+v, want it set aside and kept", got)
	}
	e.awaitLog(0, "stored request set aside")
	if bytes.Contains(e.log.bytes(), []byte("Hemligt")) {
		t.Error("the log tells what was typed")
	}
}

// TestLateAnswerComesLater has Slack not take the late answer: it is given again.
func TestLateAnswerComesLater(t *testing.T) {
	e := newEndpoints(t)
	form, err := e.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal Till slut")
	if err != nil {
		t.Fatal(err)
	}
	works := form.Get("response_url")
	form.Set("response_url", "http://127.0.0.1:1/")
	e.leave(form)
	e.work.clock.shift.Add(int64(time.Minute))
	if n, err := e.work.WorkOff(t.Context(), e.work.clock.now()); n != 1 || err != nil {
		t.Fatalf("WorkOff() = %d, %v", n, err)
	}
	e.work.wait()
	if got, want := e.inbox(), (inboxState{pending: 1, bodies: 1}); got != want {
		t.Errorf("after an answer that could not be shown the inbox holds %+v, want %+v", got, want)
	}
	e.awaitLog(0, "stored request not done, trying again later")
	if strings.Contains(string(e.log.bytes()), works) || strings.Contains(string(e.log.bytes()), "127.0.0.1:1/") {
		t.Error("the log tells a response_url")
	}
}

// TestWorkOffSubmission does a submission whose answer was too large for its acknowledgement and which
// nobody has shown: it is stored once, and shown in the modal that has said to wait.
func TestWorkOffSubmission(t *testing.T) {
	e := newEndpoints(t)
	var payload []byte
	inner := e.handler
	e.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if form, err := url.ParseQuery(string(body)); err == nil && strings.Contains(form.Get("payload"), `"view_submission"`) {
			payload = []byte(form.Get("payload"))
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		inner.ServeHTTP(w, r)
	})
	e.over(t, false)
	e.opens("UANNA", "/insats", "")
	e.searches("UANNA", "berg")
	want := reads(e.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"talk"}, "note": "Stor"}))
	cb, ok := e.work.understood(payload)
	if !ok {
		t.Fatalf("no submission was sent: %s", payload)
	}
	if _, err := e.work.putOff(&e.work.acts(cb, payload)[0], handlers.Reply{}); err != nil {
		t.Fatal(err)
	}
	calls := len(e.slack.Calls())
	e.work.clock.shift.Add(int64(time.Minute))
	if n, err := e.work.WorkOff(t.Context(), e.work.clock.now()); n != 1 || err != nil {
		t.Fatalf("WorkOff() = %d, %v", n, err)
	}
	e.work.wait()
	if got := e.methods(calls); len(got) != 1 || got[0] != "views.update" {
		t.Errorf("the bot calls %q, want the modal updated", got)
	}
	if got := reads(e.front("UANNA")); got != want {
		t.Errorf("the modal says\n%s\nwant\n%s", got, want)
	}
	if list, err := e.records().Interventions.OfStudent(t.Context(), "8B-M2X", 0); err != nil || len(list) != 1 {
		t.Errorf("%d are stored (%v), want one", len(list), err)
	}
	if got, want := e.inbox(), (inboxState{done: 1}); got != want {
		t.Errorf("the inbox holds %+v, want %+v", got, want)
	}
}
