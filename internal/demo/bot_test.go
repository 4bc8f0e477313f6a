package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lotsen/internal/fakeslack"
)

// bot is a small Slack app. It confirms a command with buttons, opens a modal that grows, marks errors and leads to others,
// suggests students, has a home, answers in threads, and can be broken.
type bot struct {
	*httptest.Server
	t     *testing.T
	slack *fakeslack.Slack

	mu     sync.Mutex
	got    []string // what it was told, in order
	broken bool
	gate   chan struct{} // the bot answers nothing until it is closed
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Errorf("read: %v", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	broken, gate := b.hear(r, raw)
	if gate != nil {
		<-gate
	}
	if broken {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	answer := ""
	switch r.URL.Path {
	case "/commands":
		answer = logged(r.FormValue("text"))
		if r.FormValue("text") == "meny" {
			answer = menus
		}
	case "/interactions":
		answer = b.interaction(interactionOf(b.t, r))
	case "/events":
		b.event(raw)
	}
	if answer != "" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}
}

// hear notes what the bot is told, and tells whether it is broken or waits.
func (b *bot) hear(r *http.Request, raw []byte) (broken bool, gate chan struct{}) {
	what := r.URL.Path
	switch what {
	case "/commands":
		what += " " + r.FormValue("command") + " " + r.FormValue("text")
	case "/interactions":
		what += " " + interactionOf(b.t, r).String()
	case "/events":
		if strings.Contains(string(raw), "app_home_opened") {
			what += " home"
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, strings.TrimSpace(what))
	return b.broken, b.gate
}

func (b *bot) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got
}

func (b *bot) setBroken() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = true
}

// waits lets the bot answer nothing until the given function is called, or the test ends.
func (b *bot) waits() (answer func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	gate := make(chan struct{})
	b.gate = gate
	answer = sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.gate = nil
		close(gate)
	})
	b.t.Cleanup(answer)
	return answer
}

type interaction struct {
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
	ActionID    string `json:"action_id"`
	Value       string `json:"value"`
	Message     struct{ Text string }
	View        struct {
		ID         string `json:"id"`
		CallbackID string `json:"callback_id"`
		State      struct {
			Values map[string]map[string]held
		}
	}
	Actions []struct {
		ActionID string `json:"action_id"`
		BlockID  string `json:"block_id"`
		Value    string `json:"value"`
		held
	}
}

type held struct {
	Value   string   `json:"value"`
	Date    string   `json:"selected_date"`
	Time    string   `json:"selected_time"`
	User    string   `json:"selected_user"`
	Users   []string `json:"selected_users"`
	Option  *choice  `json:"selected_option"`
	Options []choice `json:"selected_options"`
}

type choice struct {
	Value string `json:"value"`
}

// String has all that stands in a field.
func (h held) String() string {
	parts := []string{h.Value, h.Date, h.Time, h.User, strings.Join(h.Users, "+")}
	if h.Option != nil {
		parts = append(parts, h.Option.Value)
	}
	for _, o := range h.Options {
		parts = append(parts, o.Value)
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// fields are what stands in the view's fields, by block.
func (i interaction) fields() map[string]string {
	out := map[string]string{}
	for block, actions := range i.View.State.Values {
		for _, value := range actions {
			if text := value.String(); text != "" {
				out[block] = text
			}
		}
	}
	return out
}

func (i interaction) String() string {
	what := i.Type + " " + i.CallbackID + i.View.CallbackID
	for _, a := range i.Actions {
		value := a.held.String()
		if value == "" {
			value = a.Value
		}
		what += " " + a.ActionID + "=" + value
	}
	if i.Type == "block_suggestion" {
		what += " " + i.ActionID + "?" + i.Value
	}
	if fields := i.fields(); len(fields) > 0 {
		what += fmt.Sprint(" ", fields)
	}
	return what
}

func interactionOf(t *testing.T, r *http.Request) interaction {
	var i interaction
	if err := json.Unmarshal([]byte(r.FormValue("payload")), &i); err != nil {
		t.Errorf("interaction: %v", err)
	}
	return i
}

func (b *bot) interaction(i interaction) string {
	switch i.Type {
	case "shortcut":
		b.call("views.open", "trigger_id", i.TriggerID, "view", form("", ""))
	case "message_action":
		b.call("views.open", "trigger_id", i.TriggerID, "view", form(i.Message.Text, ""))
	case "block_suggestion":
		return students(i.Value)
	case "view_submission":
		return submitted(i)
	case "block_actions":
		b.action(i)
	}
	return ""
}

func (b *bot) action(i interaction) {
	switch i.Actions[0].ActionID {
	case "intervention.undo":
		response, err := http.Post(i.ResponseURL, "application/json", strings.NewReader(`{"replace_original":true,"text":"Ångrat"}`))
		if err != nil {
			b.t.Errorf("response_url: %v", err)
			return
		}
		_ = response.Body.Close()
	case "intervention.more":
		b.call("views.update", "view_id", i.View.ID, "view", form("", more))
	case "intervention.edit", "student.open":
		method := "views.open"
		if i.View.CallbackID != "" {
			method = "views.push"
		}
		b.call(method, "trigger_id", i.TriggerID, "view", card)
	}
}

func submitted(i interaction) string {
	fields := i.fields()
	switch {
	case i.View.CallbackID == "meeting":
		return `{"response_action":"clear"}`
	case strings.Contains(fields["note"], "fel"):
		return `{"response_action":"errors","errors":{"note":"Skriv inte fel.","date":"Dagen är en lovdag."}}`
	case fields["level"] != "":
		return `{"response_action":"push","view":` + slots + `}`
	}
	return ""
}

// event answers what is said in a thread, and opens the home.
func (b *bot) event(raw []byte) {
	var e struct {
		Event struct {
			Type, User, Channel string
			ThreadTS            string `json:"thread_ts"`
		}
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		b.t.Errorf("event: %v", err)
	}
	switch {
	case e.Event.Type == "app_home_opened":
		b.call("views.publish", "user_id", e.Event.User, "view", homeView)
	case e.Event.ThreadTS != "" && e.Event.User != b.slack.BotUserID():
		b.call("chat.postMessage", "channel", e.Event.Channel, "thread_ts", e.Event.ThreadTS, "text", "Noterat: hemmet kontaktat. Nästa uppföljning tis 1 dec.")
	}
}

// call calls the fake Slack's Web API.
func (b *bot) call(method string, args ...string) {
	body := map[string]any{}
	for i := 0; i < len(args); i += 2 {
		if strings.HasPrefix(args[i+1], "{") || strings.HasPrefix(args[i+1], "[") {
			body[args[i]] = json.RawMessage(args[i+1])
		} else {
			body[args[i]] = args[i+1]
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		b.t.Errorf("%s: %v", method, err)
		return
	}
	r, err := http.NewRequest(http.MethodPost, b.slack.APIURL()+method, bytes.NewReader(raw))
	if err != nil {
		b.t.Errorf("%s: %v", method, err)
		return
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", "Bearer "+b.slack.BotToken())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Errorf("%s: %v", method, err)
		return
	}
	defer func() { _ = response.Body.Close() }()
	if answer, _ := io.ReadAll(response.Body); !strings.Contains(string(answer), `"ok":true`) {
		b.t.Errorf("%s = %s", method, answer)
	}
}

func quoted(text string) string {
	raw, _ := json.Marshal(text)
	return string(raw)
}

func logged(text string) string {
	return `{"text":"Loggat","blocks":[{"type":"section","text":{"type":"mrkdwn","text":` + quoted("Loggat: "+text) + `}},
		{"type":"actions","elements":[
			{"type":"button","action_id":"intervention.undo","value":"i1","text":{"type":"plain_text","text":"Ångra"}},
			{"type":"button","action_id":"intervention.edit","value":"i1","text":{"type":"plain_text","text":"Ändra"}}]}]}`
}

func students(typed string) string {
	var out []string
	for _, s := range []string{"8B-K3F · Alva Berg", "8B-N4N · Alva Norén", "8B-R7T · Bo Ström", "9A-B3G · Omar Said"} {
		if strings.Contains(strings.ToLower(s), strings.ToLower(typed)) {
			out = append(out, `{"text":{"type":"plain_text","text":"`+s+`"},"value":"`+s[:6]+`"}`)
		}
	}
	return `{"options":[` + strings.Join(out, ",") + `]}`
}
