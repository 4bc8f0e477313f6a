package fakeslack_test

import (
	"bytes"
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"lotsen/internal/fakeslack"
)

func TestEachEnvelopeGoesToOneConnection(t *testing.T) {
	s, a := connect(t, 3, fakeslack.Options{})
	count := map[int]int{}
	for range 6 {
		if _, err := s.Event(t.Context(), object{"type": "app_mention"}); err != nil {
			t.Fatal(err)
		}
		count[a.hear(t, socketmode.EventTypeEventsAPI).number]++
	}
	if diff := cmp.Diff(map[int]int{0: 2, 1: 2, 2: 2}, count); diff != "" {
		t.Errorf("envelopes per connection (-want +got):\n%s", diff)
	}

	s.DuplicateEnvelopes(true)
	if _, err := s.Event(t.Context(), object{"type": "app_mention"}); err != nil {
		t.Fatal(err)
	}
	one, two := a.hear(t, socketmode.EventTypeEventsAPI), a.hear(t, socketmode.EventTypeEventsAPI)
	if one.number == two.number || one.Request.EnvelopeID != two.Request.EnvelopeID {
		t.Errorf("duplicates %s on %d and %s on %d, want one id on two connections", one.Request.EnvelopeID, one.number, two.Request.EnvelopeID, two.number)
	}
	noViolations(t, s)
}

func TestMissingAcks(t *testing.T) {
	clock := &moment{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	s, a := connect(t, 1, fakeslack.Options{Clock: clock.Now})
	s.SetAckLimit(50 * time.Millisecond)
	a.responds(func(heard) {})
	ack, err := s.Command(t.Context(), anna, team, "/insats", "x")
	if err != nil || ack.Error != "operation_timeout" || s.Acked(ack.Envelope) {
		t.Fatalf("Command = %+v, %v, want operation_timeout", ack, err)
	}
	if seen := s.Seen(anna); len(seen) != 1 || !strings.Contains(seen[0].Plain, "operation_timeout") {
		t.Errorf("Seen = %+v, want the failure", seen)
	}
	violation(t, s, "/insats: answered with operation_timeout")

	first, err := s.Event(t.Context(), object{"type": "app_mention"})
	if err != nil || first.Error != "operation_timeout" {
		t.Fatalf("Event = %+v, %v", first, err)
	}
	violation(t, s, "event app_mention: answered with operation_timeout")
	type try struct {
		Attempt   int
		Reason    string
		SameEvent bool
	}
	var got []try
	for _, wait := range []time.Duration{0, time.Minute, 5 * time.Minute} {
		clock.Add(wait)
		if n := s.RunRetries(t.Context()); n != 1 {
			t.Errorf("RunRetries = %d, want 1", n)
		}
	}
	for range 4 {
		h := a.hear(t, socketmode.EventTypeEventsAPI)
		id := h.Data.(slackevents.EventsAPIEvent).Data.(*slackevents.EventsAPICallbackEvent).EventID
		got = append(got, try{h.Request.RetryAttempt, h.Request.RetryReason, id == first.EventID})
	}
	if diff := cmp.Diff([]try{{0, "", true}, {1, "timeout", true}, {2, "timeout", true}, {3, "timeout", true}}, got); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
}

func TestRedeliverEnvelope(t *testing.T) {
	s, a := connect(t, 1, fakeslack.Options{})
	a.says(t, object{"text": "Noterat"})
	first, err := s.Command(t.Context(), anna, team, "/insats", "x")
	if err != nil || !s.Acked(first.Envelope) {
		t.Fatalf("Command = %+v, %v", first, err)
	}
	again, err := s.RedeliverEnvelope(t.Context(), first.Envelope)
	if err != nil || again.Envelope != first.Envelope || again.Message == nil {
		t.Fatalf("RedeliverEnvelope = %+v, %v", again, err)
	}
	one, two := a.hear(t, socketmode.EventTypeSlashCommand), a.hear(t, socketmode.EventTypeSlashCommand)
	if diff := cmp.Diff(one.Request, two.Request); diff != "" {
		t.Errorf("redelivered envelope (-first +again):\n%s", diff)
	}
	if _, err := s.RedeliverEnvelope(t.Context(), "none"); err == nil {
		t.Error("RedeliverEnvelope of an unknown id = nil error")
	}
	noViolations(t, s)
}

func TestReconnects(t *testing.T) {
	tests := []struct {
		name  string
		fault func(*fakeslack.Slack)
	}{
		{"warning", func(s *fakeslack.Slack) { s.Disconnect("warning") }},
		{"refresh", func(s *fakeslack.Slack) { s.Disconnect("refresh_requested") }},
		{"link disabled for a moment", func(s *fakeslack.Slack) { s.Disconnect("link_disabled") }},
		{"dropped", (*fakeslack.Slack).DropSockets},
		{"stalled", func(s *fakeslack.Slack) { s.StallSockets(true) }},
		{"Slack restarts", func(s *fakeslack.Slack) {
			s.Close()
			if err := s.Start(); err != nil {
				t.Error(err)
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, a := connect(t, 1, fakeslack.Options{SocketPing: 20 * time.Millisecond}, socketmode.OptionPingInterval(200*time.Millisecond))
			test.fault(s)
			a.hear(t, socketmode.EventTypeHello)
			if got := s.Connections(); got != 1 {
				t.Errorf("Connections() = %d, want the new one", got)
			}
			s.DuplicateEnvelopes(true) // so that one copy goes over the new connection even if the old one is just closing
			a.says(t, object{"text": "ja"})
			if ack, err := s.Command(t.Context(), anna, team, "/insats", "x"); err != nil || ack.Message == nil {
				t.Errorf("Command = %+v, %v", ack, err)
			}
			noViolations(t, s)
		})
	}
}

func TestNobodyIsThere(t *testing.T) {
	s, a := connect(t, 1, fakeslack.Options{})
	a.responds(func(heard) { s.DropSockets() })
	s.SetAckLimit(100 * time.Millisecond)
	if ack, err := s.Command(t.Context(), anna, team, "/insats", "x"); err == nil {
		t.Errorf("Command on a connection that breaks = %+v, want an error", ack)
	}
	down, _, _ := start(t, fakeslack.Options{SocketMode: true})
	if _, err := down.Command(t.Context(), anna, team, "/insats", "x"); err == nil || !strings.Contains(err.Error(), "no connection") {
		t.Errorf("Command with nobody connected = %v, want an error", err)
	}
	if err := down.SendRaw(`{}`); err == nil {
		t.Error("SendRaw with nobody connected = nil error")
	}
	if err := down.VerifyURL(t.Context()); err == nil {
		t.Error("VerifyURL with Socket Mode = nil error")
	}
	noViolations(t, s)
	noViolations(t, down)
}

func TestStalledConnectionSwallowsEnvelopes(t *testing.T) {
	s, a := connect(t, 1, fakeslack.Options{})
	s.SetAckLimit(50 * time.Millisecond)
	s.StallSockets(true)
	if ack, err := s.Command(t.Context(), anna, team, "/insats", "x"); err != nil || ack.Error != "operation_timeout" {
		t.Errorf("Command = %+v, %v, want operation_timeout", ack, err)
	}
	noViolations(t, s) // it is not the app's fault
	if got := s.Connections(); got != 0 {
		t.Errorf("Connections() = %d, want none that work", got)
	}
	s.StallSockets(false)
	s.SetAckLimit(3 * time.Second)
	if _, err := s.Event(t.Context(), object{"type": "app_mention"}); err != nil {
		t.Fatal(err)
	}
	a.hear(t, socketmode.EventTypeEventsAPI)
	noViolations(t, s)
}

func TestUnparseableEnvelopeCanBeAcked(t *testing.T) {
	s, a := connect(t, 1, fakeslack.Options{})
	if err := s.SendRaw(`{"envelope_id":"e1","type":"news","payload":{}}`); err != nil {
		t.Fatal(err)
	}
	bad := a.hear(t, socketmode.EventTypeErrorBadMessage)
	if s.Acked("e1") {
		t.Error("Acked before the ack")
	}
	if err := bad.client.Send(socketmode.Response{EnvelopeID: "e1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Event(t.Context(), object{"type": "app_mention"}); err != nil { // its ack comes after the other
		t.Fatal(err)
	}
	if !s.Acked("e1") {
		t.Error("not Acked after the ack")
	}
	noViolations(t, s)
}

func TestWrongAcks(t *testing.T) {
	tests := []struct{ name, ack, want string }{
		{"too large", `{"envelope_id":"ID","payload":{"text":"` + strings.Repeat("x", 20480) + `"}}`, "an ack of "},
		{"no JSON", `ID`, "no ack of an envelope"},
		{"unknown envelope", `{"envelope_id":"other"}`, "no ack of an envelope"},
		{"answer to an event", `{"envelope_id":"ID","payload":{"text":"x"}}`, "the ack carries an answer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _, _ := start(t, fakeslack.Options{SocketMode: true})
			s.SetAckLimit(200 * time.Millisecond)
			conn := open(t, s)
			var message struct {
				EnvelopeID string `json:"envelope_id"`
			}
			if err := conn.ReadJSON(&message); err != nil {
				t.Fatal(err)
			}
			var group sync.WaitGroup
			group.Go(func() { _, _ = s.Event(t.Context(), object{"type": "app_mention"}) })
			if err := conn.ReadJSON(&message); err != nil {
				t.Fatal(err)
			}
			if err := conn.WriteMessage(websocket.TextMessage, []byte(strings.ReplaceAll(test.ack, "ID", message.EnvelopeID))); err != nil {
				t.Fatal(err)
			}
			group.Wait()
			violation(t, s, test.want)
		})
	}
}

func TestClientPingsAreAnswered(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{SocketMode: true, SocketPing: time.Hour})
	conn := open(t, s)
	pong := make(chan string, 1)
	conn.SetPongHandler(func(data string) error { pong <- data; return conn.SetReadDeadline(time.Now()) })
	if err := conn.WriteControl(websocket.PingMessage, []byte("42"), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			break
		}
	}
	if got := <-pong; got != "42" {
		t.Errorf("pong = %q, want 42", got)
	}
}

func TestRefreshClosesAConnectionThatStays(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{SocketMode: true})
	conn := open(t, s)
	var last struct{ Type, Reason string }
	if err := conn.ReadJSON(&last); err != nil {
		t.Fatal(err)
	}
	s.Disconnect("refresh_requested")
	for {
		if err := conn.ReadJSON(&last); err != nil {
			if !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
				t.Errorf("the connection ended with %v, want a close", err)
			}
			break
		}
	}
	if last.Reason != "refresh_requested" {
		t.Errorf("last message = %+v, want the disconnect", last)
	}
}

func TestSocketModeOff(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{SocketMode: true})
	conn := open(t, s)
	message := map[string]any{}
	_ = conn.ReadJSON(&message)
	s.SetSocketMode(false)
	if err := conn.ReadJSON(&message); err != nil || message["reason"] != "link_disabled" {
		t.Errorf("message = %v, %v, want link_disabled", message, err)
	}
	if err := open(t, s).ReadJSON(&message); err != nil || message["reason"] != "link_disabled" {
		t.Errorf("greeting = %v, %v, want link_disabled", message, err)
	}
	a.says(object{"text": "ja"})
	if ack, err := s.Command(t.Context(), anna, team, "/insats", "x"); err != nil || ack.Message == nil {
		t.Errorf("Command over HTTP = %+v, %v", ack, err)
	}
}

func TestNothingOutlivesClose(t *testing.T) {
	for range 20 {
		s := fakeslack.New(fakeslack.Options{SocketMode: true})
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if err := open(t, s).ReadJSON(&json.RawMessage{}); err != nil {
				t.Fatal(err)
			}
		}
		s.Disconnect("warning")
		s.Close()
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		for _, name := range []string{"(*Slack).keep", "(*Slack).listen", "(*Slack).Start"} {
			if bytes.Contains(stacks, []byte(name)) {
				t.Fatalf("%s still runs after Close", name)
			}
		}
	}
}
