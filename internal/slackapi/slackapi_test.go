package slackapi_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// desk is a client beside the Slack that it talks to, and the machine's time for both.
type desk struct {
	*slackapi.Client
	t     *testing.T
	slack *fakeslack.Slack
	now   time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return d.now }
	d.slack = fakeslack.New(fakeslack.Options{Clock: clock, Machine: clock})
	if err := d.slack.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.slack.Close)
	d.Client = slackapi.New(d.slack.BotToken(), d.slack.APIURL(), clock)
	return d
}

// calls counts the calls of a method that have reached Slack.
func (d *desk) calls(method string) (n int) {
	for _, c := range d.slack.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

// silent checks that an error tells no address, token or e-mail address.
func (d *desk) silent(err error) {
	d.t.Helper()
	if err == nil {
		return
	}
	for _, secret := range []string{"http", "xoxb", d.slack.BotToken(), "/api/", "/response/", "@"} {
		if strings.Contains(err.Error(), secret) {
			d.t.Errorf("the error %q tells %q", err, secret)
		}
	}
}

func TestAccounts(t *testing.T) {
	tests := []struct {
		name string
		user fakeslack.User
		want care.SlackFacts
	}{
		{"a person", fakeslack.User{}, care.SlackFacts{}},
		{"an admin of the workspace", fakeslack.User{Admin: true}, care.SlackFacts{}},
		{"a guest", fakeslack.User{Guest: true}, care.SlackFacts{Guest: true}},
		{"a guest of one channel", fakeslack.User{UltraRestricted: true}, care.SlackFacts{Guest: true}},
		{"a bot", fakeslack.User{Bot: true}, care.SlackFacts{Bot: true}},
		{"a deactivated account", fakeslack.User{Deleted: true}, care.SlackFacts{Deactivated: true}},
		{"of another workspace", fakeslack.User{TeamID: "TOTHER"}, care.SlackFacts{Team: "TOTHER", Stranger: true}},
		{"marked a stranger by Slack", fakeslack.User{Stranger: true}, care.SlackFacts{Stranger: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			tt.user.ID, tt.user.Name, tt.user.Email = "U1", "anna", "anna@skola.se"
			d.slack.AddUser(tt.user)
			want := care.Account{SlackID: "U1", Email: "anna@skola.se", Facts: tt.want}
			want.Facts.Updated = d.now
			if want.Facts.Team == "" {
				want.Facts.Team = d.slack.TeamID()
			}
			got, err := d.Account(t.Context(), "U1")
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("Account() = %v (-want +got):\n%s", err, diff)
			}
			got, err = d.AccountByEmail(t.Context(), "Anna@Skola.se")
			if tt.user.Deleted { // Slack does not find these
				if !errors.Is(err, care.ErrNotFound) {
					t.Errorf("AccountByEmail() = %v, want %v", err, care.ErrNotFound)
				}
				return
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("AccountByEmail() = %v (-want +got):\n%s", err, diff)
			}
			if n := d.calls("auth.test"); n != 1 {
				t.Errorf("Slack was asked %d times for the token's workspace, want once", n)
			}
			if v := d.slack.Violations(); len(v) > 0 {
				t.Errorf("Slack finds fault: %q", v)
			}
		})
	}
}

func TestAccountWithoutTheScopeForAddresses(t *testing.T) {
	d := newDesk(t)
	d.slack.AddUser(fakeslack.User{ID: "U1", Email: "anna@skola.se"})
	d.slack.SetScopes("users:read")
	if got, err := d.Account(t.Context(), "U1"); err != nil || got.Email != "" {
		t.Errorf("Account() = %+v, %v, want it without an address", got, err)
	}
	if _, err := d.AccountByEmail(t.Context(), "anna@skola.se"); err == nil || errors.Is(err, care.ErrNotFound) || !strings.Contains(err.Error(), "missing_scope") {
		t.Errorf("AccountByEmail() = %v, want that a scope is missing", err)
	}
}

func TestScopesAreEnough(t *testing.T) {
	d := newDesk(t)
	d.slack.AddUser(fakeslack.User{ID: "U1", Email: "anna@skola.se"})
	d.slack.SetScopes(slackapi.Scopes...)
	_, byID := d.Account(t.Context(), "U1")
	_, byEmail := d.AccountByEmail(t.Context(), "anna@skola.se")
	if err := errors.Join(d.Check(t.Context()), byID, byEmail); err != nil {
		t.Errorf("with the scopes %q: %v", slackapi.Scopes, err)
	}
}

func TestNotFound(t *testing.T) {
	d := newDesk(t)
	for _, code := range []string{"", "user_not_found", "users_not_found", "user_not_visible"} {
		for method, ask := range d.lookups() {
			if code != "" {
				d.slack.Fault(method, fakeslack.Fault{Code: code})
			}
			if err := ask(t.Context()); !errors.Is(err, care.ErrNotFound) {
				t.Errorf("%s with %q = %v, want %v", method, code, err, care.ErrNotFound)
			}
		}
	}
}

// lookups are the questions about accounts, of one that Slack does not know.
func (d *desk) lookups() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"users.info": func(ctx context.Context) error {
			_, err := d.Account(ctx, "UNOBODY")
			return err
		},
		"users.lookupByEmail": func(ctx context.Context) error {
			_, err := d.AccountByEmail(ctx, "nobody@skola.se")
			return err
		},
	}
}

func (d *desk) questions() map[string]func(context.Context) error {
	all := d.lookups()
	all["auth.test"] = d.Check
	return all
}

func TestRest(t *testing.T) {
	d := newDesk(t)
	for _, tt := range []struct {
		name  string
		fault fakeslack.Fault
		rest  time.Duration
	}{
		{"for a while", fakeslack.Fault{RetryAfter: 90 * time.Second}, 90 * time.Second},
		{"without saying how long", fakeslack.Fault{Status: 429}, time.Minute},
	} {
		for method, ask := range d.questions() {
			t.Run(tt.name+" from "+method, func(t *testing.T) {
				limited := func(want time.Duration) {
					t.Helper()
					err := ask(t.Context())
					if got, ok := errors.AsType[*care.LimitedError](err); !ok || got.After != want {
						t.Errorf("%s = %v, want a rest of %v", method, err, want)
					}
					d.silent(err)
				}
				d.slack.Fault(method, tt.fault)
				before := d.calls(method)
				limited(tt.rest)
				d.now = d.now.Add(tt.rest - time.Second)
				limited(time.Second)
				if n := d.calls(method) - before; n != 1 {
					t.Errorf("Slack was called %d times while it rested, want once", n)
				}
				for other, ask := range d.questions() {
					if err := ask(t.Context()); other != method && err != nil && !errors.Is(err, care.ErrNotFound) {
						t.Errorf("%s rests, too: %v", other, err)
					}
				}
				d.now = d.now.Add(time.Second)
				if err := ask(t.Context()); err != nil && !errors.Is(err, care.ErrNotFound) {
					t.Errorf("%s after the rest = %v", method, err)
				}
			})
		}
	}
}

func TestTrouble(t *testing.T) {
	faults := map[string]fakeslack.Fault{
		"error of Slack's":   {Status: 500},
		"maintenance":        {Status: 503},
		"lost answer":        {LoseAnswer: true},
		"dropped":            {Drop: true},
		"refused token":      {Code: "invalid_auth"},
		"revoked token":      {Code: "token_revoked"},
		"trouble of Slack's": {Code: "internal_error"},
		"slow":               {Delay: time.Minute},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			for method, ask := range d.questions() {
				ctx, cancel := context.WithCancel(t.Context())
				if fault.Delay > 0 {
					ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
				}
				d.slack.Fault(method, fault)
				err := ask(ctx)
				cancel()
				if err == nil || errors.Is(err, care.ErrNotFound) || care.CodeOf(err) != "" || !strings.HasPrefix(err.Error(), method+": ") {
					t.Errorf("%s = %v, want trouble", method, err)
				}
				if fault.Delay > 0 && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s = %v, want that the time was up", method, err)
				}
				d.silent(err)
				if got := d.LastAnswer(); !got.IsZero() {
					t.Errorf("%s in trouble counts as an answer", method)
				}
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	d := newDesk(t)
	d.slack.Close()
	asks := d.questions()
	asks["response_url"] = func(ctx context.Context) error {
		return d.Respond(ctx, strings.TrimSuffix(d.slack.APIURL(), "api/")+"response/secret", slack.WebhookMessage{Text: "Hej"})
	}
	for name, ask := range asks {
		err := ask(t.Context())
		if err == nil {
			t.Errorf("%s without Slack succeeds", name)
		}
		d.silent(err)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error %q tells the address", err)
		}
	}
}

func TestLastAnswer(t *testing.T) {
	d := newDesk(t)
	if got := d.LastAnswer(); !got.IsZero() {
		t.Errorf("LastAnswer() before any call = %v, want none", got)
	}
	d.slack.AddUser(fakeslack.User{ID: "U1"})
	known := func(ctx context.Context) error {
		_, err := d.Account(ctx, "U1")
		return err
	}
	lookups := d.lookups()
	for _, step := range []struct {
		name    string
		fault   fakeslack.Fault
		ask     func(context.Context) error
		answers bool
	}{
		{"a check", fakeslack.Fault{}, d.Check, true},
		{"a refused token", fakeslack.Fault{Code: "account_inactive"}, d.Check, false},
		{"an account", fakeslack.Fault{}, known, true},
		{"no such account", fakeslack.Fault{}, lookups["users.info"], true},
		{"no such address", fakeslack.Fault{}, lookups["users.lookupByEmail"], true},
		{"trouble", fakeslack.Fault{Status: 500}, known, false},
		{"a rest", fakeslack.Fault{RetryAfter: time.Second}, known, false},
	} {
		before := d.LastAnswer()
		d.now = d.now.Add(time.Minute)
		if step.fault != (fakeslack.Fault{}) {
			d.slack.Fault("*", step.fault)
		}
		_ = step.ask(t.Context())
		want := before
		if step.answers {
			want = d.now
		}
		if got := d.LastAnswer(); !got.Equal(want) {
			t.Errorf("%s: LastAnswer() = %v, want %v", step.name, got, want)
		}
	}
}

// responseURL has a person type a command to nobody and returns where the late answer goes.
func (d *desk) responseURL(user string) string {
	d.t.Helper()
	d.slack.AddUser(fakeslack.User{ID: user})
	form, err := d.slack.CommandForm(user, "", "/insats", "lista")
	if err != nil {
		d.t.Fatal(err)
	}
	return form.Get("response_url")
}

func TestRespond(t *testing.T) {
	d := newDesk(t)
	to := d.responseURL("U1")
	for i, text := range []string{"Ett", "Två", "Tre", "Fyra", "Fem"} {
		msg := slack.WebhookMessage{Text: text, ResponseType: slack.ResponseTypeEphemeral, ReplaceOriginal: i == 1}
		if err := d.Respond(t.Context(), to, msg); err != nil {
			t.Fatalf("Respond(%s) = %v", text, err)
		}
	}
	var seen []string
	for _, m := range d.slack.Seen("U1") {
		seen = append(seen, m.Plain)
	}
	if want := []string{"Två", "Tre", "Fyra", "Fem"}; !slices.Equal(seen, want) {
		t.Errorf("the person sees %q, want %q", seen, want)
	}
	err := d.Respond(t.Context(), to, slack.WebhookMessage{Text: "Sex"})
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("Respond() for the sixth time = %v, want it refused", err)
	}
	d.silent(err)
}

func TestRespondTooLate(t *testing.T) {
	d := newDesk(t)
	to := d.responseURL("U1")
	d.now = d.now.Add(30*time.Minute + time.Second)
	err := d.Respond(t.Context(), to, slack.WebhookMessage{Text: "Sent"})
	if err == nil {
		t.Error("Respond() to an expired address succeeds")
	}
	d.silent(err)
	if v := d.slack.Violations(); len(v) > 0 {
		t.Errorf("Slack finds fault: %q", v)
	}
}

func TestRespondToNoAddress(t *testing.T) {
	d := newDesk(t)
	u, err := url.Parse(d.responseURL("U1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"", "://hemlig", "ftp://" + u.Host + "/hemlig", "http://" + u.Host + "/hemlig", "http://[::1/hemlig", "http://" + u.Host + "/\x7f/hemlig"} {
		err := d.Respond(t.Context(), to, slack.WebhookMessage{Text: "Hej"})
		if err == nil || strings.Contains(err.Error(), "hemlig") || strings.Contains(err.Error(), u.Host) {
			t.Errorf("Respond(%q) = %v, want an error without the address", to, err)
		}
	}
}
