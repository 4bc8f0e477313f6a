package demo_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lotsen/internal/demo"
	"lotsen/internal/fakeslack"
)

func TestOnlyOwnPageActs(t *testing.T) {
	w := start(t)
	body := `{"text":"/insats hej","channel":"` + staff + `"}`
	own := w.page.URL
	tests := []struct {
		name   string
		header map[string]string
		status int
	}{
		{"own page", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": own}, 200},
		{"own page in an older browser", map[string]string{"Origin": own}, 200},
		{"no browser", nil, 200},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		{"another site in an older browser", map[string]string{"Origin": "https://evil.example"}, 403},
		{"another program on this machine", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"}, 403},
		{"a page without an origin", map[string]string{"Origin": "null"}, 403},
	}
	told := 0
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, own+"/api/people/"+anna+"/lines", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range test.header {
				r.Header.Set(name, value)
			}
			response, got := w.do(r)
			if response.status != test.status {
				t.Errorf("POST = %d, want %d", response.status, test.status)
			}
			if test.status == http.StatusOK {
				told++
			} else if got.Error != "Only the demo's own page may do this." {
				t.Errorf("error = %q", got.Error)
			}
			if len(w.bot.told()) != told {
				t.Errorf("the bot was told %d times, want %d", len(w.bot.told()), told)
			}
		})
	}
}

func TestHostMustBeThisMachine(t *testing.T) {
	w := start(t)
	tests := []struct {
		host   string
		status int
	}{
		{"127.0.0.1:8765", 200},
		{"127.0.0.1", 200},
		{"localhost:8765", 200},
		{"LOCALHOST", 200},
		{"[::1]:8765", 200},
		{"[::1]", 200},
		{"evil.example", 403},
		{"127.0.0.1.evil.example:8765", 403},
		{"localhost.evil.example", 403},
		{"192.0.2.7:8765", 403},
		{"", 403},
	}
	for _, path := range []string{"/", "/api/people/" + anna} {
		for _, test := range tests {
			t.Run(path+" at "+test.host, func(t *testing.T) {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
				r.Host = test.host
				got := httptest.NewRecorder()
				w.page.Config.Handler.ServeHTTP(got, r)
				if got.Code != test.status {
					t.Errorf("GET %s with host %q = %d, want %d", path, test.host, got.Code, test.status)
				}
			})
		}
	}
}

// A demo that listens on a network is open at the address a request came in on.
func TestHostMayBeListenersAddress(t *testing.T) {
	h := demo.Handler(demo.Workspace{Slack: fakeslack.New(fakeslack.Options{})})
	for host, status := range map[string]int{"192.0.2.7:8765": 200, "192.0.2.8:8765": 403, "host.example:8765": 403} {
		r := httptest.NewRequestWithContext(cameIn(t.Context(), "192.0.2.7:8765"), http.MethodGet, "/", nil)
		r.Host = host
		got := httptest.NewRecorder()
		h.ServeHTTP(got, r)
		if got.Code != status {
			t.Errorf("GET / with host %q = %d, want %d", host, got.Code, status)
		}
	}
}
