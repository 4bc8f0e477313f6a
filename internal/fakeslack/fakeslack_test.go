package fakeslack_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

// app is a small Slack app: it checks signatures with slack-go, keeps what it is sent, and answers what the test says.
type app struct {
	*httptest.Server
	t      *testing.T
	secret string

	mu     sync.Mutex
	got    []*http.Request // with their body
	answer http.HandlerFunc
}

// moment is a clock that a test moves.
type moment struct {
	mu  sync.Mutex
	now time.Time
}

func (m *moment) Now() time.Time { m.mu.Lock(); defer m.mu.Unlock(); return m.now }
func (m *moment) Add(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

const (
	anna  = "U0ANNA0001"
	bo    = "U0BO000001"
	team  = "C0TEAM0001"
	other = "C0OTHER001"
	quiet = "C0SECRET01"
)

// start gives a workspace with two people and three channels, an app that listens, and slack-go's client for the app.
func start(t *testing.T, o fakeslack.Options) (*fakeslack.Slack, *app, *slack.Client) {
	t.Helper()
	s := fakeslack.New(o)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser(fakeslack.User{ID: anna, Name: "anna", RealName: "Anna Ek", Email: "anna@skola.example"})
	s.AddUser(fakeslack.User{ID: bo, Name: "bo.berg", RealName: "Bo Berg", Guest: true, TZ: "Europe/Oslo"})
	s.AddChannel(fakeslack.Channel{ID: team, Name: "eht", Private: true, Members: []string{anna, s.BotUserID()}})
	s.AddChannel(fakeslack.Channel{ID: other, Name: "allmant", Shared: true, Members: []string{anna, bo}})
	s.AddChannel(fakeslack.Channel{ID: quiet, Name: "ledning", Private: true, Members: []string{bo}})
	a := &app{t: t, secret: s.SigningSecret()}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	s.SetBot(a.URL+"/commands", a.URL+"/interactions", a.URL+"/events")
	return s, a, slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()))
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	verifier, err := slack.NewSecretsVerifier(r.Header, a.secret)
	if err == nil {
		_, _ = verifier.Write(body)
		err = verifier.Ensure()
	}
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.mu.Lock()
	a.got = append(a.got, r)
	respond := a.answer
	a.mu.Unlock()
	if respond != nil {
		respond(w, r)
	}
}

func (a *app) answers(h http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = h
}

// says answers JSON.
func (a *app) says(v any) {
	body, err := json.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	a.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
}

// last is the latest request that was signed well.
func (a *app) last() *http.Request {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.got) == 0 {
		a.t.Fatal("the app got no request")
	}
	return a.got[len(a.got)-1]
}

func (a *app) interaction() slack.InteractionCallback {
	a.t.Helper()
	callback, err := slack.InteractionCallbackParse(a.last())
	if err != nil {
		a.t.Fatalf("InteractionCallbackParse: %v", err)
	}
	return callback
}

func noViolations(t *testing.T, s *fakeslack.Slack) {
	t.Helper()
	if got := s.Violations(); len(got) > 0 {
		t.Errorf("Violations() = %q, want none", got)
	}
}

func violation(t *testing.T, s *fakeslack.Slack, part string) {
	t.Helper()
	if got := s.Violations(); !slices.ContainsFunc(got, func(v string) bool { return strings.Contains(v, part) }) {
		t.Errorf("Violations() = %q, want one with %q", got, part)
	}
}

// post sends JSON to a response URL.
func post(t *testing.T, address, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(raw)
}

// api calls a method with a form and returns the decoded answer.
func api(t *testing.T, s *fakeslack.Slack, method string, args url.Values) map[string]any {
	t.Helper()
	if args.Get("token") == "" {
		args.Set("token", s.BotToken())
	}
	response, err := http.PostForm(s.APIURL()+method, args)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var out map[string]any
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return out
}

// args makes a form of names and values; what is not text becomes JSON.
func args(t *testing.T, pairs ...any) url.Values {
	t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		name, value := pair[0].(string), pair[len(pair)-1]
		text, ok := value.(string)
		if !ok {
			raw, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(raw)
		}
		form.Set(name, text)
	}
	return form
}

func code(answer map[string]any) string { c, _ := answer["error"].(string); return c }
