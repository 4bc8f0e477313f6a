package main

import (
	"bytes"
	"context"
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"lotsen/handlers"
	"lotsen/internal/store/storetest"
)

// lockDatabase keeps everyone else from writing until unlock is called.
func (w *world) lockDatabase() (unlock func()) {
	w.t.Helper()
	if w.proxy != nil {
		w.proxy.Hold(storetest.Writes...)
		return w.proxy.Release
	}
	other, err := sql.Open("sqlite", w.env["LOTSEN_DB"])
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = other.Close() })
	lock, err := other.Conn(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	do := func(statement string) {
		if _, err := lock.ExecContext(w.t.Context(), statement); err != nil {
			w.t.Fatal(err)
		}
	}
	do("BEGIN IMMEDIATE")
	return func() {
		do("ROLLBACK")
		_ = lock.Close()
	}
}

func TestPanicBecomesAnAnswer(t *testing.T) {
	e := newEndpoints(t)
	e.work.routes.commands["/boom"] = handlers.Command{Name: "boom", Handle: func(context.Context, handlers.Request) (handlers.Reply, error) {
		panic("Hemligt innehåll")
	}}
	form, err := e.slack.CommandForm("UANNA", "", "/boom", "")
	if err != nil {
		t.Fatal(err)
	}
	rec := e.deliver(t, pathCommands, []byte(form.Encode()))
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), requestID(form.Get("trigger_id"))) {
		t.Errorf("after a panic: %d %s, want an answer with the request's code", rec.Code, rec.Body)
	}
	if log := e.log.bytes(); !bytes.Contains(log, []byte("\"panicked\"")) || bytes.Contains(log, []byte("Hemligt")) {
		t.Errorf("the log wants the panic's place and not its words:\n%s", log)
	}
}

// TestBusy has all workers taken: whoever comes then is told so in time, and nothing piles up.
func TestBusy(t *testing.T) {
	e := newEndpoints(t)
	free := make(chan struct{})
	e.work.routes.commands["/wait"] = handlers.Command{Name: "wait", Handle: func(context.Context, handlers.Request) (handlers.Reply, error) {
		<-free
		return handlers.Reply{Text: "waited"}, nil
	}}
	send := func(command string) (string, time.Duration) {
		form, err := e.slack.CommandForm("UANNA", "", command, "8B-M2X samtal")
		if err != nil {
			t.Error(err)
			return "", 0
		}
		began := time.Now()
		return e.deliver(t, pathCommands, []byte(form.Encode())).Body.String(), time.Since(began)
	}
	patient := make(chan string, workers)
	for range workers {
		go func() {
			body, _ := send("/wait")
			patient <- body
		}()
	}
	e.await("all workers to be taken", func() bool { return len(e.work.turns) == workers })
	body, took := send("/insats")
	if !strings.Contains(body, "Det är många som skriver just nu") || took > 3*time.Second {
		t.Errorf("with all workers taken the answer after %v is %s", took, body)
	}
	close(free)
	for range workers {
		if body := <-patient; !strings.Contains(body, "Det tar lite längre") && !strings.Contains(body, "waited") {
			t.Errorf("a request that was worked on is answered %s", body)
		}
	}
	e.work.wait()
	if body, _ := send("/insats"); !strings.Contains(body, "Loggat för 8B-M2X") {
		t.Errorf("after the rush the answer is %s", body)
	}
}
