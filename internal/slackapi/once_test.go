package slackapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lotsen/internal/slackapi"
)

// TestSentOnce has Slack break off what it has read, over a connection that has served before: there net/http
// would try again if it could.
func TestSentOnce(t *testing.T) {
	acts := map[string]func(*testing.T, *slackapi.Client) error{
		"chat.postMessage": func(t *testing.T, c *slackapi.Client) error {
			_, _, err := c.Post(t.Context(), at("D2"), "k1", "Hej", nil)
			return err
		},
		"chat.update": func(t *testing.T, c *slackapi.Client) error {
			return c.UpdatePost(t.Context(), "D1", "1.1", "Hej", nil)
		},
		"conversations.open": func(t *testing.T, c *slackapi.Client) error {
			_, err := c.OpenDM(t.Context(), "U1")
			return err
		},
	}
	endings := map[string]func(http.ResponseWriter){
		"cut": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"cut in the answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"ok":true,`)
			panic(http.ErrAbortHandler)
		},
		"reset": func(w http.ResponseWriter) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			_ = conn.(interface{ SetLinger(int) error }).SetLinger(0)
			_ = conn.Close()
		},
		"sent elsewhere": func(w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
	}
	for ending, end := range endings {
		for method, act := range acts {
			t.Run(method+" "+ending, func(t *testing.T) {
				var warm, sent atomic.Int32
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					if r.URL.Path == "/auth.test" {
						warm.Add(1)
						_, _ = io.WriteString(w, `{"ok":true,"team_id":"T1","user_id":"UBOT","bot_id":"BBOT"}`)
						return
					}
					sent.Add(1)
					if !strings.Contains(string(body), "xoxb-hemlig") {
						t.Errorf("%s came without its body", r.URL.Path)
					}
					end(w)
				}))
				defer server.Close()
				c := slackapi.New("xoxb-hemlig", server.URL, time.Now)
				if err := c.Check(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := act(t, c); !unclear(err) || strings.Contains(err.Error(), "hemlig") || strings.Contains(err.Error(), server.URL) {
					t.Errorf("%s = %v, want that nobody knows", method, err)
				}
				if n := sent.Load(); n != 1 || warm.Load() != 1 {
					t.Errorf("it was sent %d times, want once", n)
				}
			})
		}
	}
}

func TestRestThatCannotBeRead(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "Mon, 05 Oct 2026 08:00:00 GMT")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	c := slackapi.New("xoxb-hemlig", server.URL, time.Now)
	if _, _, err := c.Post(t.Context(), at("D1"), "k1", "Hej", nil); !isLimited(err) {
		t.Errorf("Post() = %v, want it limited", err)
	}
	if _, err := c.OpenDM(t.Context(), "U1"); !isLimited(err) {
		t.Errorf("OpenDM() = %v, want it limited", err)
	}
}
