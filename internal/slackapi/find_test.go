package slackapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

func TestFindAfterALostAnswer(t *testing.T) {
	for name, tt := range map[string]struct {
		fault fakeslack.Fault
		there bool
	}{
		"the answer is lost":  {fakeslack.Fault{LoseAnswer: true}, true},
		"it never came":       {fakeslack.Fault{Drop: true}, false},
		"Slack is in trouble": {fakeslack.Fault{Code: "internal_error"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := school(t)
			ears := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			defer ears.Close()
			d.slack.SetBot("", "", ears.URL)
			for i := range 3 { // others around it, one of them with a key that begins alike
				d.now = d.now.Add(time.Second)
				if _, _, err := d.Post(t.Context(), at("UANNA"), fmt.Sprint(key, i), "Annan", nil); err != nil {
					t.Fatal(err)
				}
			}
			since := d.now
			d.now = d.now.Add(time.Second)
			d.slack.Fault("chat.postMessage", tt.fault)
			if _, _, err := d.Post(t.Context(), at("UANNA"), key, "Påminnelse", nil); !unclear(err) {
				t.Fatalf("Post() = %v, want that nobody knows", err)
			}
			var want string
			for _, m := range d.slack.Seen("UANNA") {
				if m.Text == "Påminnelse" {
					want = m.TS
				}
			}
			if (want != "") != tt.there {
				t.Fatalf("Anna sees the message: %v, want %v", want != "", tt.there)
			}
			for i := range 210 { // it is on the second page by now
				if _, _, err := d.slack.Say(t.Context(), "UANNA", d.slack.DM("UANNA"), "", fmt.Sprint("Rad ", i)); err != nil {
					t.Fatal(err)
				}
			}
			for _, where := range []string{d.slack.DM("UANNA"), "UANNA"} {
				got, err := d.FindPost(t.Context(), at(where), key, since)
				if got != want || tt.there && err != nil || !tt.there && !errors.Is(err, care.ErrNotFound) {
					t.Errorf("FindPost(%s) = %q, %v, want %q", where, got, err, want)
				}
			}
			d.blameless()
		})
	}
}

// TestThreads posts into the thread of a message, with and without showing it in the channel, and finds it again: also when
// the answer was lost, and when the first message had been deleted.
func TestThreads(t *testing.T) {
	for _, tt := range []struct {
		name      string
		broadcast bool
		delete    string // before the post: "first", or "thread" for the first of a thread that goes on
		thread    bool   // the message stands in it
	}{
		{"in the thread alone", false, "", true},
		{"in the channel, too", true, "", true},
		{"of a deleted message", true, "first", false},
		{"of a deleted message, in the thread alone", false, "first", false},
		{"of a deleted message with replies", true, "thread", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := school(t)
			d.slack.AddUser(fakeslack.User{ID: "UADA", Admin: true})
			d.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Private: true, Members: []string{"UANNA", "UADA", d.slack.BotUserID()}})
			ears := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			defer ears.Close()
			d.slack.SetBot("", "", ears.URL)
			_, first, err := d.Post(t.Context(), at("CEHT"), "k1", "Ingen har hört av sig", nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.delete == "thread" {
				if _, _, err := d.slack.Say(t.Context(), "UANNA", "CEHT", first, "Jag ringer"); err != nil {
					t.Fatal(err)
				}
			}
			if tt.delete != "" {
				if _, err := d.slack.Delete(t.Context(), "UADA", "CEHT/"+first); err != nil {
					t.Fatal(err)
				}
			}
			place := care.Place{Channel: "CEHT", Thread: first, Broadcast: tt.broadcast}
			for i, lost := range []bool{false, true} {
				d.now = d.now.Add(time.Second)
				name := fmt.Sprint("k2/", i)
				if _, err := d.FindPost(t.Context(), place, name, d.now); !errors.Is(err, care.ErrNotFound) {
					t.Errorf("FindPost() before the post = %v", err)
				}
				if lost {
					d.slack.Fault("chat.postMessage", fakeslack.Fault{LoseAnswer: true})
				}
				_, ts, err := d.Post(t.Context(), place, name, "Fortfarande ingen", nil)
				if lost != unclear(err) {
					t.Fatalf("Post() = %v, with the answer lost: %v", err, lost)
				}
				var stands fakeslack.Message
				for _, m := range d.slack.Seen("UANNA") {
					if strings.Contains(string(m.Metadata), name) {
						stands = m
					}
				}
				if in := stands.ThreadTS == first; in != tt.thread || in && stands.Broadcast != tt.broadcast || !lost && ts != stands.TS {
					t.Errorf("Post() = %s, and it stands as %+v", ts, stands)
				}
				if got, err := d.FindPost(t.Context(), place, name, d.now); got != stands.TS || err != nil {
					t.Errorf("FindPost() = %s, %v, want %s", got, err, stands.TS)
				}
			}
			d.blameless()
		})
	}
}

func TestFindLooksBackALittle(t *testing.T) {
	d := school(t)
	in, ts := d.post()
	posted := d.now.Add(-time.Second)
	for late, found := range map[time.Duration]bool{0: true, 4 * time.Minute: true, 6 * time.Minute: false, -time.Hour: true} {
		got, err := d.FindPost(t.Context(), at(in), key, posted.Add(late))
		if found && (got != ts || err != nil) || !found && !errors.Is(err, care.ErrNotFound) {
			t.Errorf("FindPost() since %v after the message = %q, %v, want it found: %v", late, got, err, found)
		}
	}
	if got, err := d.FindPost(t.Context(), at(in), key, time.Time{}); got != ts || err != nil {
		t.Errorf("FindPost() since ever = %q, %v", got, err)
	}
	d.blameless()
}

func TestFindRefused(t *testing.T) {
	d := school(t)
	_, err := d.FindPost(t.Context(), at("CNOWHERE"), key, d.now)
	wantRefused(t, "FindPost() in no place", err, "channel_not_found", true)
	_, err = d.FindPost(t.Context(), at("UNOBODY"), key, d.now)
	wantRefused(t, "FindPost() for nobody", err, "user_not_found", true)
	for _, thread := range []string{"", "1700000000.000001"} {
		d.slack.SetScopes("chat:write", "groups:read")
		_, err = d.FindPost(t.Context(), care.Place{Channel: "CEHT", Thread: thread}, key, d.now)
		wantRefused(t, "FindPost() without the scope", err, "missing_scope", false)
		if err != nil && !strings.Contains(err.Error(), "groups:history") {
			t.Errorf("the error %q does not say which scope is missing", err)
		}
	}
	d = school(t)
	d.slack.Fault("auth.test", fakeslack.Fault{Code: "token_revoked"})
	_, err = d.FindPost(t.Context(), at(d.slack.DM("UANNA")), key, d.now)
	wantRefused(t, "FindPost() with a revoked token", err, "token_revoked", false)
	d.slack.Fault("auth.test", fakeslack.Fault{RetryAfter: time.Second})
	if _, err = d.FindPost(t.Context(), at(d.slack.DM("UANNA")), key, d.now); !isLimited(err) {
		t.Errorf("FindPost() while Slack rests from auth.test = %v", err)
	}
	d.blameless()
}

// canned is a Slack that answers each method with the same words, and counts its calls.
type canned struct {
	answers map[string]string
	mu      sync.Mutex
	calls   map[string]int
}

func newCanned(t *testing.T, answers map[string]string) (*canned, *slackapi.Client) {
	t.Helper()
	s := &canned{answers: answers, calls: map[string]int{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, slackapi.New("xoxb-hemlig", server.URL, time.Now)
}

func (s *canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(r.URL.Path, "/")
	s.mu.Lock()
	s.calls[method]++
	s.mu.Unlock()
	answer, ok := s.answers[method]
	if !ok && method == "auth.test" {
		answer = `{"ok":true,"team_id":"T1","user_id":"UBOT","bot_id":"BBOT"}`
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(answer))
}

func (s *canned) count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

func TestFindOnlyItsOwn(t *testing.T) {
	const metadata = `"metadata":{"event_type":"lotsen_message_posted","event_payload":{"key":"k1"}}`
	for _, tt := range []struct{ name, messages, want string }{
		{"by its bot's id", `{"ts":"1.1","bot_id":"BBOT",` + metadata + `}`, "1.1"},
		{"by its user's id", `{"ts":"1.1","user":"UBOT",` + metadata + `}`, "1.1"},
		{"another app's with the same metadata", `{"ts":"1.1","user":"UOTHER","bot_id":"BOTHER",` + metadata + `}`, ""},
		{"nobody's", `{"ts":"1.1",` + metadata + `}`, ""},
		{"without metadata", `{"ts":"1.1","bot_id":"BBOT"}`, ""},
		{"of another event", `{"ts":"1.1","bot_id":"BBOT","metadata":{"event_type":"case_closed","event_payload":{"key":"k1"}}}`, ""},
		{"with another key", `{"ts":"1.1","bot_id":"BBOT","metadata":{"event_type":"lotsen_message_posted","event_payload":{"key":"k11"}}}`, ""},
		{"after metadata of other forms", `{"ts":"1.3","metadata":[1]},{"ts":"1.2","metadata":{"event_type":7,"event_payload":{"key":{}}}},{"ts":"1.1","bot_id":"BBOT",` + metadata + `}`, "1.1"},
		{
			"after blocks that no library knows",
			`{"ts":"1.2","blocks":[{"type":"actions","elements":[{"type":"hologram"}]},{"type":"context","elements":[7]}]},{"ts":"1.1","bot_id":"BBOT",` + metadata + `}`,
			"1.1",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, c := newCanned(t, map[string]string{"conversations.history": `{"ok":true,"messages":[` + tt.messages + `]}`})
			got, err := c.FindPost(t.Context(), at("D1"), "k1", time.Now())
			if got != tt.want || (err == nil) != (tt.want != "") || err != nil && !errors.Is(err, care.ErrNotFound) {
				t.Errorf("FindPost() = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestFindGivesUp(t *testing.T) {
	s, c := newCanned(t, map[string]string{"conversations.history": `{"ok":true,"messages":[{"ts":"1.1"}],"has_more":true,"response_metadata":{"next_cursor":"x"}}`})
	if _, err := c.FindPost(t.Context(), at("D1"), "k1", time.Now()); !unclear(err) {
		t.Errorf("FindPost() in a conversation without end = %v, want that nobody knows", err)
	}
	if n := s.count("conversations.history"); n != 25 {
		t.Errorf("it read %d pages, want 25", n)
	}
}

// TestAnswersThatSayNothing are none after which a message may be posted again.
func TestAnswersThatSayNothing(t *testing.T) {
	acts := map[string]func(*testing.T, *slackapi.Client) error{
		"chat.postMessage": func(t *testing.T, c *slackapi.Client) error {
			_, _, err := c.Post(t.Context(), at("D1"), "k1", "hemligt", nil)
			return err
		},
		"chat.update": func(t *testing.T, c *slackapi.Client) error {
			return c.UpdatePost(t.Context(), "D1", "1.1", "hemligt", nil)
		},
		"conversations.open": func(t *testing.T, c *slackapi.Client) error {
			_, err := c.OpenDM(t.Context(), "U1")
			return err
		},
		"conversations.history": func(t *testing.T, c *slackapi.Client) error {
			_, err := c.FindPost(t.Context(), at("D1"), "k1", time.Now())
			return err
		},
		"auth.test": func(t *testing.T, c *slackapi.Client) error {
			_, err := c.FindPost(t.Context(), at("D1"), "k1", time.Now())
			return err
		},
	}
	for _, answer := range []string{
		``, `{}`, `null`, `"hemligt"`, `<html>hemligt</html>`, `{"ok":false}`, `{"ok":"hemligt"}`, `{"ok":true`, `{"ok":false,"errors":[{"hemligt":1}]}`,
		`{"ok":true,"has_more":true}`,
	} {
		for method, act := range acts {
			s, c := newCanned(t, map[string]string{method: answer})
			err := act(t, c)
			if !unclear(err) || strings.Contains(err.Error(), "hemligt") || strings.Contains(err.Error(), "html") {
				t.Errorf("%s answered with %s = %v, want that nobody knows", method, answer, err)
			}
			if n := s.count(method); n != 1 {
				t.Errorf("%s was called %d times, want once", method, n)
			}
		}
	}
}
