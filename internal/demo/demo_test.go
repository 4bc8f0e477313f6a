package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/demo"
	"lotsen/internal/fakeslack"
)

const (
	anna   = "U0ANNA0001"
	ingrid = "U0INGRID01"
	staff  = "C0STAFF001"
	quiet  = "C0QUIET001"
)

// world is a fake Slack with two people and two channels, a bot, and the demo over both.
type world struct {
	t     *testing.T
	slack *fakeslack.Slack
	bot   *bot
	page  *httptest.Server
	clock *standing
}

func start(t *testing.T) *world {
	t.Helper()
	clock := &standing{now: time.Date(2026, 11, 27, 10, 15, 0, 0, stockholm)}
	s := fakeslack.New(fakeslack.Options{Clock: clock.Now})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	b := &bot{t: t, slack: s}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	s.SetBot(b.URL+"/commands", b.URL+"/interactions", b.URL+"/events")
	s.AddUser(fakeslack.User{ID: anna, Name: "anna"})
	s.AddUser(fakeslack.User{ID: ingrid, Name: "ingrid"})
	w := demo.Workspace{
		Slack: s,
		People: []demo.Person{
			{SlackID: anna, Name: "Anna Ek", Role: "mentor för 8B", School: "Ålenskolan", Language: "sv", Hint: "Logga ett samtal.", Examples: []string{"/insats 8B-K3F samtal"}},
			{SlackID: ingrid, Name: "Ingrid Sol", Role: "kontaktlærer for 1STA", School: "Fjordvik", Language: "nb"},
		},
		Channels: []fakeslack.Channel{
			{ID: staff, Name: "personal", Members: []string{anna, ingrid, s.BotUserID()}},
			{ID: quiet, Name: "eht", Private: true, Members: []string{ingrid}},
		},
		Commands: map[string][]demo.Command{"sv": {{Name: "/insats", Usage: "8B-K3F samtal", Description: "Logga en insats"}}, "nb": {{Name: "/tiltak"}}},
		Shortcuts: map[string][]demo.Shortcut{
			"sv": {
				{CallbackID: "log_intervention", Name: "Logga insats", Description: "Logga en insats för en elev"},
				{CallbackID: "book_meeting", Name: "Boka möte"},
				{CallbackID: "log_message", Name: "Logga som insats", Message: true},
			},
			"nb": {{CallbackID: "log_intervention", Name: "Registrer tiltak"}},
		},
		Clock: &demo.Clock{Now: clock.Now, NextMorning: clock.monday, Move: clock.set},
	}
	for _, ch := range w.Channels {
		s.AddChannel(ch)
	}
	page := httptest.NewServer(demo.Handler(w))
	t.Cleanup(page.Close)
	return &world{t: t, slack: s, bot: b, page: page, clock: clock}
}

// sight is what the tests read of the page's view of a person.
type sight struct {
	Conversations []struct {
		ID, Name        string
		Direct, Private bool
	}
	Messages []message
	Modals   []view
	Home     *view
	Clock    *struct {
		Time  string
		Steps []struct{ Name, Time string }
	}
	Latest  map[string]struct{ Channel, TS string }
	Options []struct{ Text, Value string }
	Trouble string
	Error   string
}

type message struct {
	Key, Channel, Author, Text, TS, Thread string
	Ephemeral                              bool
	Blocks, State                          json.RawMessage
}

type view struct {
	Key, Title, Submit, Close string
	Blocks, State             json.RawMessage
	Errors                    map[string]string
}

// answered is a response that has been read.
type answered struct {
	status int
	header http.Header
	body   string
}

// ask makes a request; an empty body is a GET.
func (w *world) ask(path, body string) (answered, sight) {
	w.t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.page.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	return w.do(r)
}

func (w *world) do(r *http.Request) (answered, sight) {
	w.t.Helper()
	response, err := w.page.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	var out sight
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(raw, &out); err != nil {
			w.t.Fatalf("%s: %v in %s", r.URL.Path, err, raw)
		}
	}
	return answered{status: response.StatusCode, header: response.Header, body: string(raw)}, out
}

// text asks for a body as it is.
func (w *world) text(path string) string {
	w.t.Helper()
	response, _ := w.ask(path, "")
	if response.status != http.StatusOK {
		w.t.Fatalf("GET %s = %d", path, response.status)
	}
	return response.body
}

func TestPageAndItsParts(t *testing.T) {
	w := start(t)
	tests := []struct{ path, contentType, part string }{
		{"/", "text/html; charset=utf-8", "<title>Lotsen</title>"},
		{"/page.css", "text/css; charset=utf-8", "prefers-color-scheme"},
		{"/views.css", "text/css; charset=utf-8", ".sheet"},
		{"/page.js", "text/javascript; charset=utf-8", "EventSource"},
		{"/modal.js", "text/javascript; charset=utf-8", "showModal"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			response, _ := w.ask(test.path, "")
			if got := response.header.Get("Content-Type"); response.status != http.StatusOK || got != test.contentType || !strings.Contains(response.body, test.part) {
				t.Errorf("GET %s = %d %q, want 200 %q with %q", test.path, response.status, got, test.contentType, test.part)
			}
			if got := response.header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';") {
				t.Errorf("GET %s: policy %q", test.path, got)
			}
		})
	}
}

func TestPeopleAndCommandsAreTold(t *testing.T) {
	w := start(t)
	var got struct {
		People []struct {
			ID, Name, Role, School, Language, Hint string
			Examples                               []string
		}
		Commands map[string][]struct{ Name, Usage, Description string }
		Bot      string
	}
	if err := json.Unmarshal([]byte(w.text("/api/demo")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.People) != 2 || got.People[0].ID != anna || got.People[0].Examples[0] != "/insats 8B-K3F samtal" || got.People[1].Language != "nb" {
		t.Errorf("people = %+v, want Anna and Ingrid as given", got.People)
	}
	if got.Bot != w.slack.BotUserID() || got.Commands["sv"][0].Usage != "8B-K3F samtal" {
		t.Errorf("bot, commands = %q, %+v", got.Bot, got.Commands)
	}
}

func TestRefusals(t *testing.T) {
	w := start(t)
	long := `{"text":"` + strings.Repeat("å", 200_000) + `"}`
	tests := []struct {
		name, method, path, body string
		status                   int
		sentence                 string
	}{
		{"no such address", "GET", "/nowhere", "", 404, "There is nothing at this address."},
		{"no such endpoint", "POST", "/api/people/" + anna + "/dances", "{}", 404, "There is nothing at this address."},
		{"unknown person", "GET", "/api/people/U0NOBODY01", "", 404, "There is no such person in this demo."},
		{"unknown person's stream", "GET", "/api/people/U0NOBODY01/stream", "", 404, "There is no such person in this demo."},
		{"unknown person writes", "POST", "/api/people/U0NOBODY01/lines", `{"text":"hej"}`, 404, "There is no such person in this demo."},
		{"the bot is nobody to be", "POST", "/api/people/" + w.slack.BotUserID() + "/lines", `{"text":"hej"}`, 404, "There is no such person in this demo."},
		{"page posted to", "POST", "/", "{}", 405, "This address takes only GET."},
		{"line by GET", "GET", "/api/people/" + anna + "/lines", "", 405, "This address takes only POST."},
		{"click by PUT", "PUT", "/api/people/" + anna + "/clicks", "{}", 405, "This address takes only POST."},
		{"no JSON", "POST", "/api/people/" + anna + "/lines", "text=hej", 400, "The request is not the JSON this address takes."},
		{"wrong kind of JSON", "POST", "/api/people/" + anna + "/clicks", `{"surface":1}`, 400, "The request is not the JSON this address takes."},
		{"nothing typed", "POST", "/api/people/" + anna + "/lines", `{"text":" \n "}`, 400, "There is nothing to send."},
		{"too long", "POST", "/api/people/" + anna + "/lines", long, 413, "That is longer than Slack takes."},
		{"someone else's channel", "POST", "/api/people/" + anna + "/lines", `{"text":"hej","channel":"` + quiet + `"}`, 403, "This person is not in that conversation."},
		{"someone else's messages with the bot", "POST", "/api/people/" + anna + "/lines", `{"text":"/insats","channel":"` + w.slack.DM(ingrid) + `"}`, 403, "This person is not in that conversation."},
		{"unknown command", "POST", "/api/people/" + anna + "/lines", `{"text":"/insatser","channel":"` + staff + `"}`, 422, "There is no such command."},
		{"neither text nor texts", "POST", "/api/people/" + anna + "/choices", `{"value":7}`, 400, "The request is not the JSON this address takes."},
		{"no such button", "POST", "/api/people/" + anna + "/clicks", `{"surface":"x","action":"y"}`, 409, "That is not there any more."},
		{"no such menu", "POST", "/api/people/" + anna + "/choices", `{"surface":"x","action":"y"}`, 409, "That is not there any more."},
		{"no modal to send", "POST", "/api/people/" + anna + "/submissions", `{"surface":"x"}`, 409, "That is not there any more."},
		{"no such shortcut", "POST", "/api/people/" + anna + "/shortcuts", `{"shortcut":"log_message"}`, 422, "There is no such shortcut."},
		{"no message for a shortcut", "POST", "/api/people/" + anna + "/shortcuts", `{"shortcut":"log_message","message":"x"}`, 409, "That is not there any more."},
		{"no such thread", "POST", "/api/people/" + anna + "/lines", `{"text":"hej","channel":"` + staff + `","thread":"1.2"}`, 409, "That thread is not there any more."},
		{"no such step of the clock", "POST", "/api/people/" + anna + "/moves", `{"step":"back"}`, 422, "The clock takes no such step."},
		{"clock by GET", "GET", "/api/people/" + anna + "/moves", "", 405, "This address takes only POST."},
		{"command in a thread", "POST", "/api/people/" + anna + "/lines", `{"text":"/insats","channel":"` + staff + `","thread":"1.2"}`, 422, "Commands do not work in threads."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), test.method, w.page.URL+test.path, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			response, got := w.do(r)
			if response.status != test.status || got.Error != test.sentence {
				t.Errorf("%s %s = %d %q, want %d %q", test.method, test.path, response.status, got.Error, test.status, test.sentence)
			}
			if allow := response.header.Get("Allow"); test.status == http.StatusMethodNotAllowed && test.sentence != "This address takes only "+allow+"." {
				t.Errorf("Allow = %q", allow)
			}
		})
	}
	if diff := cmp.Diff([]string(nil), w.bot.told()); diff != "" {
		t.Errorf("the bot was told of what was refused (-want +got):\n%s", diff)
	}
}
