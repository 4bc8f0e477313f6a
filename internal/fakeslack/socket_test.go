package fakeslack_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"lotsen/internal/fakeslack"
)

// socketApp is an app of several slack-go clients.
type socketApp struct {
	events chan heard // all that the clients reported and nobody has looked at

	mu      sync.Mutex
	respond func(heard) // instead of an empty ack
}

type heard struct {
	socketmode.Event
	client *socketmode.Client
	number int
}

func (a *socketApp) responds(f func(heard)) { a.mu.Lock(); defer a.mu.Unlock(); a.respond = f }

// says acks everything with a payload.
func (a *socketApp) says(t *testing.T, payload any) {
	a.responds(func(h heard) { ackWith(t, h, payload) })
}

func ackWith(t *testing.T, h heard, payload any) {
	err := h.client.AckCtx(t.Context(), h.Request.EnvelopeID, payload)
	if err != nil && t.Context().Err() == nil { // a second copy may come when the test has ended
		t.Errorf("Ack: %v", err)
	}
}

// connect opens n connections to a workspace in Socket Mode whose addresses would not answer.
func connect(t *testing.T, n int, o fakeslack.Options, client ...socketmode.Option) (*fakeslack.Slack, *socketApp) {
	t.Helper()
	o.SocketMode = true
	s, _, _ := start(t, o)
	s.SetBot("", "", "")
	a := &socketApp{events: make(chan heard, 1000)}
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	t.Cleanup(group.Wait)
	t.Cleanup(cancel)
	for number := range n {
		c := socketmode.New(slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.AppToken())), client...)
		group.Go(func() { _ = c.RunContext(ctx) })
		group.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case e := <-c.Events:
					a.take(t, heard{e, c, number})
				}
			}
		})
		a.hear(t, socketmode.EventTypeHello)
	}
	return s, a
}

func (a *socketApp) take(t *testing.T, h heard) {
	a.mu.Lock()
	respond := a.respond
	a.mu.Unlock()
	switch {
	case h.Request == nil || h.Request.EnvelopeID == "":
	case respond != nil:
		respond(h)
	default:
		ackWith(t, h, nil)
	}
	a.events <- h
}

// hear waits for an event of a type and returns it.
func (a *socketApp) hear(t *testing.T, want socketmode.EventType) heard {
	t.Helper()
	end := time.After(20 * time.Second)
	for {
		select {
		case h := <-a.events:
			if h.Type == socketmode.EventTypeConnectionError {
				t.Logf("connection error: %v", h.Data.(*slack.ConnectionErrorEvent).ErrorObj)
			}
			if h.Type == want {
				return h
			}
		case <-end:
			t.Fatalf("no event %s", want)
		}
	}
}

func TestSocketHello(t *testing.T) {
	s, _ := connect(t, 1, fakeslack.Options{})
	second := open(t, s)
	var got map[string]any
	if err := second.ReadJSON(&got); err != nil {
		t.Fatal(err)
	}
	debug, _ := got["debug_info"].(map[string]any)
	if debug["host"] == "" || debug["build_number"] == nil || debug["approximate_connection_time"] != 360.0 {
		t.Errorf("debug_info = %v, want all fields and 360 s after debug_reconnects", debug)
	}
	delete(got, "debug_info")
	want := map[string]any{"type": "hello", "num_connections": 2.0, "connection_info": map[string]any{"app_id": s.AppID()}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hello (-want +got):\n%s", diff)
	}
	if got := s.Connections(); got != 2 {
		t.Errorf("Connections() = %d, want 2", got)
	}
	noViolations(t, s)
}

// ticket gets an address for a connection.
func ticket(t *testing.T, s *fakeslack.Slack) string {
	t.Helper()
	answer := api(t, s, "apps.connections.open", url.Values{"token": {s.AppToken()}})
	address, _ := answer["url"].(string)
	if address == "" {
		t.Fatalf("apps.connections.open = %v", answer)
	}
	return address + "&debug_reconnects=true"
}

// open makes a connection without a client behind it.
func open(t *testing.T, s *fakeslack.Slack) *websocket.Conn {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), ticket(t, s), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestTicketsWorkOnceAndNotForLong(t *testing.T) {
	machine := &moment{now: time.Now()}
	s, _, _ := start(t, fakeslack.Options{SocketMode: true, Machine: machine.Now})
	dial := func(address string) int {
		t.Helper()
		conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), address, http.Header{"Origin": {"https://api.slack.com"}})
		if err == nil {
			t.Cleanup(func() { _ = conn.Close() })
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	old, fresh := ticket(t, s), ticket(t, s)
	if got := dial(fresh); got != 101 {
		t.Errorf("fresh ticket = %d, want 101", got)
	}
	noViolations(t, s)
	if got := dial(fresh); got != 403 {
		t.Errorf("used ticket = %d, want 403", got)
	}
	violation(t, s, "a ticket was used twice")
	machine.Add(31 * time.Second)
	if got := dial(old); got != 403 {
		t.Errorf("ticket after 31 s = %d, want 403", got)
	}
	if got := dial(strings.Replace(old, "ticket=", "ticket=x", 1)); got != 403 {
		t.Errorf("invented ticket = %d, want 403", got)
	}
}

func TestConnectionsOpenTakesTheAppToken(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{SocketMode: true})
	poor, _, _ := start(t, fakeslack.Options{AppScopes: []string{"authorizations:read"}})
	tests := []struct {
		name   string
		slack  *fakeslack.Slack
		method string
		token  string
		want   string
	}{
		{"app token", s, "apps.connections.open", s.AppToken(), ""},
		{"bot token", s, "apps.connections.open", s.BotToken(), "not_allowed_token_type"},
		{"another token", s, "apps.connections.open", "xapp-1-A-1-x", "invalid_auth"},
		{"app token elsewhere", s, "auth.test", s.AppToken(), "not_allowed_token_type"},
		{"without the scope", poor, "apps.connections.open", poor.AppToken(), "missing_scope"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := code(api(t, test.slack, test.method, url.Values{"token": {test.token}})); got != test.want {
				t.Errorf("%s = %q, want %q", test.method, got, test.want)
			}
		})
	}
}

func TestEleventhConnectionIsSentAway(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{SocketMode: true})
	reason := func() (message struct{ Type, Reason string }) {
		if err := open(t, s).ReadJSON(&message); err != nil {
			t.Fatal(err)
		}
		return message
	}
	for i := range 10 {
		if got := reason(); got.Type != "hello" {
			t.Fatalf("connection %d = %+v, want hello", i+1, got)
		}
	}
	if got := reason(); got.Reason != "too_many_websockets" {
		t.Errorf("connection 11 = %+v, want too_many_websockets", got)
	}
	violation(t, s, "more than 10 connections")
}

func TestStoryOverSockets(t *testing.T) {
	s, a := connect(t, 2, fakeslack.Options{})
	a.says(t, object{"text": "Loggat", "blocks": buttons("intervention.undo")})
	ack, err := s.Command(t.Context(), anna, team, "/insats", "8B-K3F & hem")
	if err != nil || ack.Message == nil || !ack.Message.Ephemeral {
		t.Fatalf("Command = %+v, %v", ack, err)
	}
	h := a.hear(t, socketmode.EventTypeSlashCommand)
	if got := h.Data.(slack.SlashCommand); got.Text != "8B-K3F &amp; hem" || got.UserID != anna || got.TriggerID == "" || !h.Request.AcceptsResponsePayload {
		t.Errorf("command = %+v in %+v", got, h.Request)
	}

	a.responds(nil)
	if ack, err := s.Click(t.Context(), anna, ack.Message.Key, "intervention.undo"); err != nil || ack.Error != "" {
		t.Fatalf("Click = %+v, %v", ack, err)
	}
	h = a.hear(t, socketmode.EventTypeInteractive)
	click := h.Data.(slack.InteractionCallback)
	if click.ActionCallback.BlockActions[0].Value != "v1" || h.Request.AcceptsResponsePayload {
		t.Errorf("click = %+v in %+v", click, h.Request)
	}
	if status, answer := post(t, click.ResponseURL, `{"text":"Ångrat","replace_original":true}`); status != 200 || s.Seen(anna)[0].Plain != "Ångrat" {
		t.Errorf("replace_original = %d %s, Seen = %+v", status, answer, s.Seen(anna))
	}

	if ack, err := s.UpdateUser(t.Context(), fakeslack.User{ID: bo, Name: "bo.berg", Deleted: true}); err != nil || ack.EventID == "" {
		t.Fatalf("UpdateUser = %+v, %v", ack, err)
	}
	h = a.hear(t, socketmode.EventTypeEventsAPI)
	if change, ok := h.Data.(slackevents.EventsAPIEvent).InnerEvent.Data.(*slackevents.UserChangeEvent); !ok || change.User.ID != bo {
		t.Errorf("event = %+v, want user_change of bo", h.Data)
	}
	noViolations(t, s)
}

func TestModalOverSockets(t *testing.T) {
	s, a := connect(t, 1, fakeslack.Options{})
	a.responds(nil)
	if _, err := s.Shortcut(t.Context(), anna, "log"); err != nil {
		t.Fatal(err)
	}
	trigger := a.hear(t, socketmode.EventTypeInteractive).Data.(slack.InteractionCallback).TriggerID
	modal := object{"type": "modal", "callback_id": "log", "title": plainText("Logga"), "submit": plainText("Spara"), "blocks": []any{
		object{"type": "input", "block_id": "student", "label": plainText("Elev"), "element": object{"type": "external_select", "action_id": "students", "min_query_length": 1}},
	}}
	answer := api(t, s, "views.open", args(t, "trigger_id", trigger, "view", modal))
	shown, _ := answer["view"].(map[string]any)
	id, _ := shown["id"].(string)
	if id == "" {
		t.Fatalf("views.open = %v", answer)
	}
	a.says(t, object{"options": []any{object{"text": plainText("8B-K3F"), "value": "k3f"}}})
	options, err := s.Suggest(t.Context(), anna, id, "students", "8")
	if diff := cmp.Diff([]fakeslack.Option{{Text: "8B-K3F", Value: "k3f"}}, options); err != nil || diff != "" {
		t.Fatalf("Suggest: %v (-want +got):\n%s", err, diff)
	}
	a.says(t, object{"response_action": "errors", "errors": object{"student": "Får inte"}})
	ack, err := s.Submit(t.Context(), anna, map[string]any{"student": "k3f"})
	if err != nil || ack.Errors["student"] != "Får inte" {
		t.Fatalf("Submit = %+v, %v, want the error at its field", ack, err)
	}
	a.responds(nil)
	if ack, err := s.Submit(t.Context(), anna, nil); err != nil || ack.Error != "" {
		t.Errorf("Submit again = %+v, %v", ack, err)
	}
	if _, err := s.Submit(t.Context(), anna, nil); err == nil {
		t.Error("Submit after the modal closed = nil error")
	}
	noViolations(t, s)
}
