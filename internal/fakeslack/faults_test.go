package fakeslack_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

func TestFaults(t *testing.T) {
	var (
		limited *slack.RateLimitedError
		status  slack.StatusCodeError
		refused slack.SlackErrorResponse
	)
	tests := []struct {
		name   string
		fault  fakeslack.Fault
		check  func(error) bool
		posted int // messages after the faulty call
		code   string
	}{
		{"answer lost", fakeslack.Fault{LoseAnswer: true}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "EOF") }, 1, ""},
		{"connection dropped", fakeslack.Fault{Drop: true}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "EOF") }, 0, "connection_dropped"},
		{"429", fakeslack.Fault{RetryAfter: 7 * time.Second}, func(err error) bool { return errors.As(err, &limited) && limited.RetryAfter == 7*time.Second }, 0, "ratelimited"},
		{"503", fakeslack.Fault{Status: 503}, func(err error) bool { return errors.As(err, &status) && status.Code == 503 }, 0, "http_503"},
		{"error code", fakeslack.Fault{Code: "internal_error"}, func(err error) bool { return errors.As(err, &refused) && refused.Err == "internal_error" }, 0, "internal_error"},
		{"slow", fakeslack.Fault{Delay: time.Millisecond}, func(err error) bool { return err == nil }, 1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _, client := start(t, fakeslack.Options{})
			s.Fault("chat.postMessage", test.fault)
			if _, err := client.AuthTestContext(t.Context()); err != nil {
				t.Errorf("another method: %v", err)
			}
			_, _, err := client.PostMessageContext(t.Context(), team, slack.MsgOptionText("x", false))
			if !test.check(err) {
				t.Errorf("PostMessage = %v", err)
			}
			if got := len(s.Seen(anna)); got != test.posted {
				t.Errorf("%d messages posted, want %d", got, test.posted)
			}
			if calls := s.Calls(); len(calls) != 2 || calls[1].Error != test.code {
				t.Errorf("Calls = %+v, want the second to show %q", calls, test.code)
			}
			if _, _, err := client.PostMessageContext(t.Context(), team, slack.MsgOptionText("x", false)); err != nil {
				t.Errorf("PostMessage after the fault: %v", err)
			}
			noViolations(t, s)
		})
	}
}

func TestFaultsCountAndClear(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	s.Fault("*", fakeslack.Fault{Code: "fatal_error", Times: 2})
	s.Fault("*", fakeslack.Fault{Code: "internal_error", Times: -1})
	var got []string
	for range 4 {
		_, err := client.AuthTestContext(t.Context())
		got = append(got, err.Error())
	}
	if want := "[fatal_error fatal_error internal_error internal_error]"; fmt.Sprint(got) != want {
		t.Errorf("errors = %v, want %s", got, want)
	}
	s.ClearFaults()
	if _, err := client.AuthTestContext(t.Context()); err != nil {
		t.Errorf("after ClearFaults: %v", err)
	}
}

func TestSlackThatIsDownComesBackWhereItWas(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	address := s.APIURL()
	s.Close()
	// The client may find the connection that it has kept cut, or be refused a new one.
	var cut *net.OpError
	if _, err := client.AuthTestContext(t.Context()); !errors.As(err, &cut) && !errors.Is(err, io.EOF) {
		t.Errorf("AuthTest while closed = %v, want no connection", err)
	}
	if err := s.Start(); err != nil || s.APIURL() != address {
		t.Fatalf("Start = %v at %s, want %s", err, s.APIURL(), address)
	}
	if _, err := client.AuthTestContext(t.Context()); err != nil {
		t.Errorf("AuthTest after Start: %v", err)
	}
	if err := s.Start(); err == nil {
		t.Error("Start twice = nil error")
	}
}

func TestRateLimits(t *testing.T) {
	machine := &moment{now: time.Now()}
	s, _, client := start(t, fakeslack.Options{Machine: machine.Now})
	say := func(channel string) error {
		_, _, err := client.PostMessageContext(t.Context(), channel, slack.MsgOptionText("x", false))
		return err
	}
	for i := range 5 {
		if err := say(team); err != nil {
			t.Fatalf("message %d of the burst: %v", i+1, err)
		}
	}
	var limited *slack.RateLimitedError
	if err := say(team); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("sixth message at once = %v, want to wait a second", err)
	}
	if err := say(anna); err != nil {
		t.Errorf("message elsewhere: %v", err)
	}
	machine.Add(time.Second)
	if err := say(team); err != nil {
		t.Errorf("message a second later: %v", err)
	}
	for range 20 {
		if _, err := client.GetUsersContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := api429(t, s, "users.list"); got != "3" {
		t.Errorf("Retry-After of the 21st users.list = %q, want 3 (20 a minute)", got)
	}
	s.SetRateLimits(false)
	if _, err := client.GetUsersContext(t.Context()); err != nil {
		t.Errorf("users.list without rate limits: %v", err)
	}
}

// api429 gives the Retry-After of a call that is refused for its rate.
func api429(t *testing.T, s *fakeslack.Slack, method string) string {
	t.Helper()
	response, err := http.PostForm(s.APIURL()+method, map[string][]string{"token": {s.BotToken()}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%s = %d, want 429", method, response.StatusCode)
	}
	return response.Header.Get("Retry-After")
}

func TestManyActAtOnce(t *testing.T) {
	s, a, client := start(t, fakeslack.Options{NoRateLimits: true})
	a.says(object{"text": "ja"})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := s.Command(t.Context(), anna, team, "/insats", "x"); err != nil {
				t.Error(err)
			}
			if _, _, err := client.PostMessageContext(t.Context(), team, slack.MsgOptionText("x", false)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, m := range s.Seen(anna) {
		seen[m.TS] = true
	}
	if len(seen) != 40 {
		t.Errorf("%d different timestamps, want 40", len(seen))
	}
	noViolations(t, s)
}
