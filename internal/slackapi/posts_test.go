package slackapi_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

const key = "case/1/2/first/UANNA"

// school is a desk in a workspace with Anna and the team's channel, with no more than the scopes that the app asks for.
func school(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.slack.AddUser(fakeslack.User{ID: "UANNA", Name: "anna"})
	d.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Private: true, Members: []string{"UANNA", d.slack.BotUserID()}})
	d.slack.AddChannel(fakeslack.Channel{ID: "COLD", Archived: true, Members: []string{d.slack.BotUserID()}})
	d.slack.AddChannel(fakeslack.Channel{ID: "CSTRANGE", Members: []string{"UANNA"}})
	d.slack.SetScopes(slackapi.Scopes...)
	return d
}

// at is a place that is not in a thread.
func at(channel string) care.Place { return care.Place{Channel: channel} }

// blameless checks that Slack finds no fault.
func (d *desk) blameless() {
	d.t.Helper()
	if v := d.slack.Violations(); len(v) > 0 {
		d.t.Errorf("Slack finds fault: %q", v)
	}
}

func section(text string) []slack.Block {
	return []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, false), nil, nil)}
}

// post posts to Anna and returns where the message stands.
func (d *desk) post() (in, ts string) {
	d.t.Helper()
	in, ts, err := d.Post(d.t.Context(), at("UANNA"), key, "Påminnelse", section("*8B-K3F*"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.now = d.now.Add(time.Second) // her next turn
	return in, ts
}

func TestPost(t *testing.T) {
	d := school(t)
	in, ts := d.post()
	m := d.slack.Seen("UANNA")[0]
	if in != d.slack.DM("UANNA") || ts != m.TS || m.Channel != in || m.Text != "Påminnelse" || m.Plain != "*8B-K3F*" {
		t.Errorf("Post() = %s, %s, and Anna sees %+v", in, ts, m)
	}
	if want := `{"event_payload":{"key":"` + key + `"},"event_type":"lotsen_message_posted"}`; string(m.Metadata) != want {
		t.Errorf("metadata = %s, want %s", m.Metadata, want)
	}
	args := d.slack.Calls()[0].Args
	if args["unfurl_links"] != "false" || args["unfurl_media"] != "false" {
		t.Errorf("previews of links are %q and %q, want none", args["unfurl_links"], args["unfurl_media"])
	}
	if again, _, err := d.Post(t.Context(), at(in), key+"/2", "Påminnelse", nil); err != nil || again != in {
		t.Errorf("Post(%s) = %s, %v", in, again, err)
	}
	if in, _, err := d.Post(t.Context(), at("CEHT"), key+"/3", "Till teamet", nil); err != nil || in != "CEHT" {
		t.Errorf("Post(CEHT) = %s, %v", in, err)
	}
	d.blameless()
}

func TestPostOfWhatCannotBeSent(t *testing.T) {
	d := school(t)
	_, ts := d.post()
	before := len(d.slack.Calls())
	for _, tt := range []struct{ name, key, text, want string }{
		{"nothing for those who do not see blocks", key, "", "no_text"},
		{"longer than Slack shows", key, strings.Repeat("å", 40_001), "msg_too_long"},
		{"could not be found again", "", "Hej", "invalid_metadata_format"},
	} {
		_, _, err := d.Post(t.Context(), at("UANNA"), tt.key, tt.text, section("Hej"))
		wantRefused(t, tt.name, err, tt.want, false)
		if tt.key != "" {
			wantRefused(t, tt.name+", as an update", d.UpdatePost(t.Context(), d.slack.DM("UANNA"), ts, tt.text, section("Hej")), tt.want, false)
		}
	}
	if n := len(d.slack.Calls()); n != before {
		t.Errorf("Slack was called %d times, want none", n-before)
	}
	if _, _, err := d.Post(t.Context(), at("UANNA"), key, strings.Repeat("å", 40_000), nil); err != nil {
		t.Errorf("Post() of the longest text = %v", err)
	}
	d.blameless()
}

func wantRefused(t *testing.T, name string, err error, code string, gone bool) {
	t.Helper()
	if refused, ok := errors.AsType[*care.RefusedError](err); !ok || refused.Code != code || refused.Gone != gone {
		t.Errorf("%s = %v, want it refused with %s, gone %v", name, err, code, gone)
	}
}

func TestUpdatePost(t *testing.T) {
	d := school(t)
	in, ts := d.post()
	before := d.slack.Seen("UANNA")[0].Metadata
	if err := d.UpdatePost(t.Context(), in, ts, "Noterat", section("Noterat: hemmet kontaktat")); err != nil {
		t.Fatal(err)
	}
	if m := d.slack.Seen("UANNA")[0]; m.Text != "Noterat" || m.Plain != "Noterat: hemmet kontaktat" || string(m.Metadata) != string(before) || m.TS != ts {
		t.Errorf("after UpdatePost() Anna sees %+v", m)
	}
	if err := d.UpdatePost(t.Context(), in, ts, "Avslutat", nil); err != nil {
		t.Fatal(err)
	}
	if seen := d.slack.Seen("UANNA"); len(seen) != 1 || seen[0].Plain != "Avslutat" || seen[0].Blocks != nil {
		t.Errorf("after UpdatePost() without blocks Anna sees %+v", seen)
	}
	if got, err := d.FindPost(t.Context(), at(in), key, d.now); err != nil || got != ts {
		t.Errorf("FindPost() of an updated message = %s, %v, want %s", got, err, ts)
	}
	d.blameless()
	wantRefused(t, "UpdatePost() of no message", d.UpdatePost(t.Context(), in, "1700000000.000001", "x", nil), "message_not_found", false)
	wantRefused(t, "UpdatePost() with a person's id", d.UpdatePost(t.Context(), "UANNA", ts, "x", nil), "channel_not_found", true)
	wantRefused(t, "UpdatePost() that is too long", d.UpdatePost(t.Context(), in, ts, strings.Repeat("x", 4001), nil), "msg_too_long", false)
	err := d.UpdatePost(t.Context(), in, ts, "x", section(strings.Repeat("hemligt", 500)))
	wantRefused(t, "UpdatePost() with a block that is too long", err, "invalid_blocks", false)
	if !strings.Contains(err.Error(), "/blocks/0/text/text") || strings.Contains(err.Error(), "hemligt") {
		t.Errorf("the error %q should say which block it is, and nothing of it", err)
	}
}

func TestOpenDM(t *testing.T) {
	d := school(t)
	if got, err := d.OpenDM(t.Context(), "UANNA"); err != nil || got != d.slack.DM("UANNA") {
		t.Errorf("OpenDM() = %s, %v, want %s", got, err, d.slack.DM("UANNA"))
	}
	d.slack.AddUser(fakeslack.User{ID: "UGONE", Deleted: true})
	d.slack.AddUser(fakeslack.User{ID: "UFAR", Stranger: true})
	for id, code := range map[string]string{"UGONE": "user_disabled", "UFAR": "user_not_visible", "UNOBODY": "user_not_found", "USLACKBOT": "cannot_dm_bot"} {
		_, err := d.OpenDM(t.Context(), id)
		wantRefused(t, "OpenDM("+id+")", err, code, true)
	}
	d.blameless()
}

func TestWhereNothingCanBePosted(t *testing.T) {
	d := school(t)
	for channel, code := range map[string]string{"UNOBODY": "channel_not_found", "CNOWHERE": "channel_not_found", "COLD": "is_archived", "CSTRANGE": "not_in_channel"} {
		_, _, err := d.Post(t.Context(), at(channel), key, "Hej", nil)
		wantRefused(t, "Post("+channel+")", err, code, true)
		d.silent(err)
	}
	if !d.LastAnswer().Equal(d.now) {
		t.Error("that there is no such place does not count as an answer")
	}
	d.blameless()
}

// acts are the calls that are to be told clearly how they ended, by method.
func (d *desk) acts(in, ts string) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"chat.postMessage": func(ctx context.Context) error {
			_, _, err := d.Post(ctx, at("UANNA"), key+"/2", "Påminnelse", nil)
			return err
		},
		"chat.update": func(ctx context.Context) error { return d.UpdatePost(ctx, in, ts, "Noterat", nil) },
		"conversations.history": func(ctx context.Context) error {
			_, err := d.FindPost(ctx, at(in), key, d.now)
			return err
		},
		"conversations.open": func(ctx context.Context) error {
			_, err := d.OpenDM(ctx, "UANNA")
			return err
		},
	}
}

// unclear is an error after which nobody knows whether the call was carried out.
func unclear(err error) bool {
	_, refused := errors.AsType[*care.RefusedError](err)
	return err != nil && !refused && !isLimited(err) && !errors.Is(err, care.ErrNotFound)
}

func TestHowACallEnds(t *testing.T) {
	limited := func(after time.Duration) func(error) bool {
		return func(err error) bool {
			e, ok := errors.AsType[*care.LimitedError](err)
			return ok && e.After == after
		}
	}
	refused := func(gone bool) func(error) bool {
		return func(err error) bool {
			e, ok := errors.AsType[*care.RefusedError](err)
			return ok && e.Gone == gone
		}
	}
	type test struct {
		name    string
		fault   fakeslack.Fault
		is      func(error) bool
		answers bool // counts as an answer
	}
	tests := []test{
		{"error of Slack's", fakeslack.Fault{Status: 500}, unclear, false},
		{"maintenance", fakeslack.Fault{Status: 503}, unclear, false},
		{"a page that is not there", fakeslack.Fault{Status: 404}, unclear, false},
		{"lost answer", fakeslack.Fault{LoseAnswer: true}, unclear, false},
		{"dropped", fakeslack.Fault{Drop: true}, unclear, false},
		{"slow", fakeslack.Fault{Delay: time.Minute}, unclear, false},
		{"a rest", fakeslack.Fault{RetryAfter: 7 * time.Second}, limited(7 * time.Second), false},
		{"a rest of unsaid length", fakeslack.Fault{Status: 429}, limited(time.Minute), false},
	}
	for _, code := range []string{"internal_error", "fatal_error", "service_unavailable"} {
		tests = append(tests, test{code, fakeslack.Fault{Code: code}, unclear, false})
	}
	for _, code := range []string{"ratelimited", "rate_limited"} {
		tests = append(tests, test{code, fakeslack.Fault{Code: code}, limited(time.Minute), false})
	}
	for _, code := range []string{"invalid_auth", "token_revoked", "account_inactive", "missing_scope", "messages_tab_disabled", "invalid_blocks", "message_limit_exceeded", "request_timeout", "restricted_action"} {
		tests = append(tests, test{code, fakeslack.Fault{Code: code}, refused(false), false})
	}
	for _, code := range []string{
		"user_not_found", "users_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "channel_not_found", "is_archived", "not_in_channel",
	} {
		tests = append(tests, test{code, fakeslack.Fault{Code: code}, refused(true), true})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := school(t)
			in, ts := d.post()
			if _, err := d.FindPost(t.Context(), at(in), key, d.now); err != nil { // which asks for the bot's own id once
				t.Fatal(err)
			}
			d.now = d.now.Add(time.Second)
			for method, act := range d.acts(in, ts) {
				ctx, cancel := context.WithCancel(t.Context())
				if tt.fault.Delay == 0 { // else Slack may still be at the call before, and read its clock
					d.now = d.now.Add(time.Second)
				} else {
					ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
				}
				d.slack.Fault(method, tt.fault)
				before, answered := d.calls(method), d.LastAnswer()
				err := act(ctx)
				cancel()
				if !tt.is(err) || !strings.HasPrefix(err.Error(), method+": ") {
					t.Errorf("%s = %v", method, err)
				}
				if tt.fault.Delay > 0 && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s = %v, want that the time was up", method, err)
				}
				d.silent(err)
				if n := d.calls(method) - before; n != 1 {
					t.Errorf("%s was called %d times, want once", method, n)
				}
				if got := d.LastAnswer(); got.After(answered) != tt.answers {
					t.Errorf("%s: LastAnswer() = %v, and %v before", method, got, answered)
				}
			}
			d.blameless()
		})
	}
}

func TestRestOfPosts(t *testing.T) {
	d := school(t)
	in, ts := d.post()
	d.slack.Fault("chat.postMessage", fakeslack.Fault{RetryAfter: 30 * time.Second})
	post := d.acts(in, ts)["chat.postMessage"]
	before := d.calls("chat.postMessage")
	for _, left := range []time.Duration{30 * time.Second, 30 * time.Second, 10 * time.Second} {
		if left == 10*time.Second {
			d.now = d.now.Add(20 * time.Second)
		}
		if limited, ok := errors.AsType[*care.LimitedError](post(t.Context())); !ok || limited.After != left {
			t.Errorf("Post() while Slack rests = %v, want %v", limited, left)
		}
	}
	if n := d.calls("chat.postMessage") - before; n != 1 {
		t.Errorf("Slack was called %d times while it rested, want once", n)
	}
	if err := d.UpdatePost(t.Context(), in, ts, "Noterat", nil); err != nil {
		t.Errorf("UpdatePost() while posts rest = %v", err)
	}
	d.now = d.now.Add(10 * time.Second)
	if err := post(t.Context()); err != nil {
		t.Errorf("Post() after the rest = %v", err)
	}
}

// TestPace is in real time: two messages to Anna are a second apart, and Bo's does not wait for them.
func TestPace(t *testing.T) {
	s := fakeslack.New(fakeslack.Options{})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser(fakeslack.User{ID: "UANNA"})
	s.AddUser(fakeslack.User{ID: "UBO"})
	c := slackapi.New(s.BotToken(), s.APIURL(), time.Now)
	post := func(ctx context.Context, to string) error {
		_, _, err := c.Post(ctx, at(to), key, "Hej", nil)
		return err
	}
	if err := post(t.Context(), "UANNA"); err != nil {
		t.Fatal(err)
	}
	hasty, cancel := context.WithTimeout(t.Context(), 1100*time.Millisecond)
	defer cancel()
	if err := post(hasty, s.DM("UANNA")); !isLimited(err) {
		t.Errorf("Post() without time for its turn = %v, want it limited", err)
	}
	var all sync.WaitGroup
	for _, to := range []string{s.DM("UANNA"), "UBO"} {
		all.Go(func() {
			if err := post(t.Context(), to); err != nil {
				t.Errorf("Post(%s) = %v", to, err)
			}
		})
	}
	all.Wait()
	var to []string
	var at []time.Time
	for _, call := range s.Calls() {
		to, at = append(to, call.Args["channel"]), append(at, call.At)
	}
	if diff := cmp.Diff([]string{"UANNA", "UBO", s.DM("UANNA")}, to); diff != "" {
		t.Fatalf("Slack was called for (-want +got):\n%s", diff)
	}
	if apart := at[2].Sub(at[0]); apart < 800*time.Millisecond { // the first may have been underway for a while
		t.Errorf("two messages to Anna are %v apart, want a second", apart)
	}
	if seen := s.Seen("UANNA"); len(seen) != 2 {
		t.Errorf("Anna sees %d messages, want 2", len(seen))
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("Slack finds fault: %q", v)
	}
}
