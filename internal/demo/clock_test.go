package demo_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/demo"
	"lotsen/internal/fakeslack"
)

var stockholm = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic(err)
	}
	return zone
}()

// standing is a clock that stands still until it is moved.
type standing struct {
	mu  sync.Mutex
	now time.Time
}

func (s *standing) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *standing) set(to time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = to
}

// monday is the next school morning of a clock that shows a Friday.
func (s *standing) monday() time.Time {
	now := s.Now()
	return time.Date(now.Year(), now.Month(), now.Day()+3, 8, 0, 0, 0, now.Location())
}

func TestClockIsMoved(t *testing.T) {
	for _, test := range []struct{ step, want string }{
		{"quarter", "2026-11-27T10:30"},
		{"hour", "2026-11-27T11:15"},
		{"morning", "2026-11-30T08:00"},
		{"week", "2026-12-04T10:15"},
	} {
		t.Run(test.step, func(t *testing.T) {
			w := start(t)
			_, before := w.ask("/api/people/"+anna, "")
			if before.Clock == nil || before.Clock.Time != "2026-11-27T10:15" {
				t.Fatalf("clock = %+v, want Friday at 10:15", before.Clock)
			}
			offered := ""
			for _, step := range before.Clock.Steps {
				if step.Name == test.step {
					offered = step.Time
				}
			}
			_, got := w.ask("/api/people/"+anna+"/moves", `{"step":"`+test.step+`"}`)
			if offered != test.want || got.Clock == nil || got.Clock.Time != test.want {
				t.Errorf("%s is offered as %q and leads to %+v, want %s", test.step, offered, got.Clock, test.want)
			}
			if _, got := w.ask("/api/people/"+ingrid, ""); got.Clock.Time != test.want {
				t.Errorf("for Ingrid it is %s, want %s for everybody", got.Clock.Time, test.want)
			}
			w.bot.call("chat.postMessage", "channel", anna, "text", "Hej")
			if _, got := w.ask("/api/people/"+anna, ""); !strings.HasPrefix(w.newest(got).TS, unix(w.clock.Now())) {
				t.Errorf("a message after the move has the timestamp %s, want %s", w.newest(got).TS, unix(w.clock.Now()))
			}
		})
	}
}

func unix(at time.Time) string { return fmt.Sprintf("%d.", at.Unix()) }

// A week is a week on the wall, over the change to summer time too.
func TestWeekKeepsTheTimeOfDay(t *testing.T) {
	w := start(t)
	w.clock.set(time.Date(2027, 3, 26, 10, 15, 0, 0, stockholm))
	if _, got := w.ask("/api/people/"+anna+"/moves", `{"step":"week"}`); got.Clock.Time != "2027-04-02T10:15" {
		t.Errorf("a week later it is %s, want the same time of day", got.Clock.Time)
	}
}

func TestMovesAtOnceAreAllTaken(t *testing.T) {
	w := start(t)
	var all sync.WaitGroup
	for _, who := range []string{anna, anna, ingrid, ingrid} {
		all.Go(func() { w.ask("/api/people/"+who+"/moves", `{"step":"hour"}`) })
	}
	all.Wait()
	if got := w.clock.Now().Format(time.TimeOnly); got != "14:15:00" {
		t.Errorf("after four hours' moves it is %s, want 14:15:00", got)
	}
}

func TestOnlyOwnPageMovesTheClock(t *testing.T) {
	w := start(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.page.URL+"/api/people/"+anna+"/moves", strings.NewReader(`{"step":"week"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	before := w.clock.Now()
	if response, got := w.do(r); response.status != http.StatusForbidden || got.Error != "Only the demo's own page may do this." || w.clock.Now() != before {
		t.Errorf("POST from another site = %d %q, and it is %v, want 403 and %v", response.status, got.Error, w.clock.Now(), before)
	}
}

func TestDemoWithoutAClock(t *testing.T) {
	s := fakeslack.New(fakeslack.Options{})
	s.AddUser(fakeslack.User{ID: anna})
	h := demo.Handler(demo.Workspace{Slack: s, People: []demo.Person{{SlackID: anna}}})
	for body, want := range map[string]int{"": http.StatusOK, `{"step":"hour"}`: http.StatusUnprocessableEntity} {
		path, method := "/api/people/"+anna, http.MethodGet
		if body != "" {
			path, method = path+"/moves", http.MethodPost
		}
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Host = "localhost"
		got := httptest.NewRecorder()
		h.ServeHTTP(got, r)
		if got.Code != want || strings.Contains(got.Body.String(), `"clock"`) {
			t.Errorf("%s %s = %d %s, want %d and no clock", method, path, got.Code, got.Body, want)
		}
	}
}

const reminder = `[{"type":"section","text":{"type":"mrkdwn","text":"*8B-K3F*: ogiltig frånvaro 3 dagar i rad.\n_Att göra:_ kontakta hemmet senast *mån 30 nov*."}},
	{"type":"actions","block_id":"case","elements":[
		{"type":"button","action_id":"case.home","value":"c1","style":"primary","text":{"type":"plain_text","text":"Hemmet kontaktat"}},
		{"type":"button","action_id":"case.talked","value":"c1","text":{"type":"plain_text","text":"Pratat med eleven"}}]},
	{"type":"context","elements":[{"type":"mrkdwn","text":"Svara i tråden med egna ord om det passar bättre."}]}]`

// What the bot writes to somebody is told to those who are somebody else; what it answers or changes is not.
func TestOthersTellWhomTheBotHasWrittenTo(t *testing.T) {
	w := start(t)
	latest := func(who string) map[string]string {
		t.Helper()
		_, got := w.ask("/api/people/"+who, "")
		channels := map[string]string{}
		for id, l := range got.Latest {
			channels[id] = l.Channel + "/" + l.TS
		}
		return channels
	}
	w.line(ingrid, w.slack.DM(ingrid), "/insats 8B-K3F samtal")
	w.line(ingrid, w.slack.DM(ingrid), "hej")
	w.bot.call("chat.postMessage", "channel", staff, "text", "Till alla")
	if diff := cmp.Diff(map[string]string{}, latest(anna)); diff != "" {
		t.Errorf("before the bot writes to Ingrid, Anna's page tells (-want +got):\n%s", diff)
	}
	w.bot.call("chat.postMessage", "channel", ingrid, "text", "Påminnelse", "blocks", reminder, "metadata", `{"event_type":"reminder","event_payload":{"delivery":"d1"}}`)
	_, seen := w.ask("/api/people/"+ingrid, "")
	m := w.newest(seen)
	want := map[string]string{ingrid: m.Key}
	if diff := cmp.Diff(want, latest(anna)); diff != "" {
		t.Errorf("when it has, Anna's page tells (-want +got):\n%s", diff)
	}
	if got := latest(ingrid); len(got) != 0 {
		t.Errorf("Ingrid's own page tells %v of others, want nothing", got)
	}
	if m.Channel != w.slack.DM(ingrid) || m.Author != w.slack.BotUserID() || m.Ephemeral || !strings.Contains(string(m.Blocks), "case.home") || strings.Contains(string(m.Blocks), "delivery") {
		t.Errorf("Ingrid reads %+v, want the reminder in the bot's messages, without its metadata", m)
	}
	w.bot.call("chat.update", "channel", m.Channel, "ts", m.TS, "text", "Klart", "blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"Klart: hemmet kontaktat."}}]`)
	if diff := cmp.Diff(want, latest(anna)); diff != "" {
		t.Errorf("after the bot changes it, Anna's page tells (-want +got):\n%s", diff)
	}
	_, seen = w.ask("/api/people/"+ingrid, "")
	if got := w.newest(seen); got.Key != m.Key || !strings.Contains(string(got.Blocks), "Klart: hemmet kontaktat.") {
		t.Errorf("Ingrid reads %+v, want the changed message in its place", got)
	}
}

func TestClickOnWhatTheBotHasWritten(t *testing.T) {
	w := start(t)
	w.bot.call("chat.postMessage", "channel", ingrid, "text", "Påminnelse", "blocks", reminder)
	_, seen := w.ask("/api/people/"+ingrid, "")
	w.does(ingrid, "clicks", map[string]any{"surface": w.newest(seen).Key, "block": "case", "action": "case.home", "value": "c1"})
	if got, want := w.bot.lately(), "/interactions block_actions  case.home=c1"; got != want {
		t.Errorf("the bot was told %q, want %q", got, want)
	}
}
