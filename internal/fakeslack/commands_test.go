package fakeslack_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

func TestSignGivesDocumentedSignature(t *testing.T) {
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA" +
		"&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
		"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	got := fakeslack.Sign("8f742231b10e8888abcd99yyyzzz85a5", time.Unix(1531420618, 0), []byte(body))
	want := http.Header{
		"X-Slack-Request-Timestamp": {"1531420618"},
		"X-Slack-Signature":         {"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Sign (-want +got):\n%s", diff)
	}
}

func TestCommandReachesAppAsSlackSendsIt(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	a.says(map[string]any{"text": "Noterat: 8B-K3F &lt;hej&gt;"})
	ack, err := s.Command(t.Context(), anna, team, "/insats", "8B-K3F samtal & <hem>")
	if err != nil {
		t.Fatal(err)
	}
	got, err := slack.SlashCommandParse(a.last())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got.ResponseURL, "http://127.0.0.1:") || got.TriggerID == "" || got.Token == "" {
		t.Errorf("response_url, trigger_id, token = %q, %q, %q, want all there", got.ResponseURL, got.TriggerID, got.Token)
	}
	got.ResponseURL, got.TriggerID, got.Token = "", "", ""
	want := slack.SlashCommand{
		TeamID: s.TeamID(), TeamDomain: "lotsen-test", ChannelID: team, ChannelName: "privategroup", UserID: anna, UserName: "anna", Command: "/insats",
		Text: "8B-K3F samtal &amp; &lt;hem&gt;", APIAppID: s.AppID(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("slash command (-want +got):\n%s", diff)
	}
	if ack.Status != 200 || ack.Error != "" || ack.Message == nil || ack.Message.Plain != "Noterat: 8B-K3F <hej>" {
		t.Errorf("ack = %d %q %+v, want 200 with the message", ack.Status, ack.Error, ack.Message)
	}
	seen := s.Seen(anna)
	if len(seen) != 1 || !seen[0].Ephemeral || seen[0].Channel != team || seen[0].User != s.BotUserID() {
		t.Errorf("Seen(anna) = %+v, want the ephemeral answer", seen)
	}
	if seen := s.Seen(bo); len(seen) != 0 {
		t.Errorf("Seen(bo) = %+v, want nothing", seen)
	}
	noViolations(t, s)
}

func TestCommandTextIsEncoded(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	tests := []struct{ name, typed, want string }{
		{"control characters", "a < b > c & d", "a &lt; b &gt; c &amp; d"},
		{"typed entity", "<!channel> &lt;", "&lt;!channel&gt; &amp;lt;"},
		{"known person", "vikarie @anna från mån.", "vikarie <@" + anna + "> från mån."},
		{"name with a dot, then a full stop", "fråga @bo.berg.", "fråga <@" + bo + ">."},
		{"unknown person", "@nils", "@nils"},
		{"everyone", "@here och @everyone", "<!here> och <!everyone>"},
		{"public channel", "#allmant", "<#" + other + "|allmant>"},
		{"private channel", "i #eht", "i <#" + team + "|>"},
		{"mailbox", "mail x.y@skola.se, tack", "mail <mailto:x.y@skola.se|x.y@skola.se>, tack"},
		{"page", "se https://a.se/x?b=1&c=2.", "se <https://a.se/x?b=1&amp;c=2>."},
		{"at inside a word", "k@anna", "k@anna"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := s.Command(t.Context(), anna, "", "/insats", test.typed); err != nil {
				t.Fatal(err)
			}
			got, err := slack.SlashCommandParse(a.last())
			if err != nil || got.Text != test.want || got.ChannelName != "directmessage" {
				t.Errorf("text of %q = %q in %s, %v, want %q", test.typed, got.Text, got.ChannelName, err, test.want)
			}
		})
	}
}

func TestForgedAndOldCommandsAreNotHeldAgainstTheApp(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{})
	form, err := s.CommandForm(anna, team, "/insats", "x")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		raw  fakeslack.RawCommand
		want int
	}{
		{"genuine", fakeslack.RawCommand{Form: form}, 200},
		{"the same once more", fakeslack.RawCommand{Form: form}, 200},
		{"forged", fakeslack.RawCommand{Form: form, Secret: "guessed"}, 401},
		{"six minutes old", fakeslack.RawCommand{Form: form, Time: time.Now().Add(-6 * time.Minute)}, 401},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ack, err := s.CommandRaw(t.Context(), test.raw)
			if err != nil || ack.Status != test.want {
				t.Errorf("CommandRaw = %+v, %v, want status %d", ack, err, test.want)
			}
		})
	}
	noViolations(t, s)
}

func TestWrongAnswersToACommandAreViolations(t *testing.T) {
	write := func(contentType string, status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	long := strings.Repeat("å", 3001)
	tests := []struct {
		name      string
		answer    http.HandlerFunc
		wantError string
		violation string
	}{
		{"status 500", write("text/plain", 500, "oops"), "http_status_500", "/insats: answered with http_status_500"},
		{"broken JSON", write("application/json", 200, `{"text":`), "invalid_payload", "not the JSON of a message"},
		{"JSON without saying so", write("text/plain", 200, `{"text":"hej"}`), "", "people would read the JSON"},
		{"text too long", write("application/json", 200, `{"text":"x","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"`+long+`"}}]}`), "invalid_blocks", "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"response type", write("application/json", 200, `{"text":"x","response_type":"public"}`), "invalid_response_type", "invalid_response_type"},
		{"empty message", write("application/json", 200, `{"response_type":"ephemeral"}`), "no_text", "no_text"},
		{"late", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "operation_timeout", "operation_timeout"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, a, _ := start(t, fakeslack.Options{})
			s.SetAckLimit(100 * time.Millisecond)
			a.answers(test.answer)
			ack, err := s.Command(t.Context(), anna, team, "/insats", "x")
			if err != nil || ack.Error != test.wantError {
				t.Errorf("Command = %+v, %v, want error %q", ack, err, test.wantError)
			}
			violation(t, s, test.violation)
			seen := s.Seen(anna)
			if len(seen) != 1 || test.wantError != "" && !strings.Contains(seen[0].Text, test.wantError) {
				t.Errorf("Seen = %+v, want one message that names %q", seen, test.wantError)
			}
		})
	}
}

func TestAppThatIsDownIsAnErrorAndNoViolation(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	a.Close()
	if _, err := s.Command(t.Context(), anna, team, "/insats", "x"); err == nil {
		t.Error("Command to an app that is down = nil error")
	}
	if seen := s.Seen(anna); len(seen) != 1 || !strings.Contains(seen[0].Text, "dispatch_failed") {
		t.Errorf("Seen = %+v, want dispatch_failed", seen)
	}
	noViolations(t, s)
}

func TestPeopleCannotActWhereTheyAreNot(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{})
	s.AddUser(fakeslack.User{ID: "U0GONE0001", Name: "gone", Deleted: true})
	for _, test := range []struct{ name, user, channel string }{{"other channel", bo, team}, {"nobody", "U0NOBODY", ""}, {"deactivated", "U0GONE0001", ""}} {
		if _, err := s.Command(t.Context(), test.user, test.channel, "/insats", ""); err == nil {
			t.Errorf("%s: Command = nil error", test.name)
		}
	}
}

func TestResponseURL(t *testing.T) {
	clock := &moment{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	s, _, _ := start(t, fakeslack.Options{Clock: clock.Now})
	address := func() string {
		form, err := s.CommandForm(anna, team, "/insats", "x")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.CommandRaw(t.Context(), fakeslack.RawCommand{Form: form}); err != nil {
			t.Fatal(err)
		}
		return form.Get("response_url")
	}
	u := address()
	steps := []struct {
		body   string
		status int
		answer string
		seen   []string
	}{
		{`{"text":"ett"}`, 200, `{"ok":true}`, []string{"ett"}},
		{`{"text":"två","replace_original":true}`, 200, `{"ok":true}`, []string{"två"}},
		{`{"text":"tre","response_type":"in_channel"}`, 200, `{"ok":true}`, []string{"två", "tre"}},
		{`{"text":"","blocks":[{"type":"header"}]}`, 400, `{"error":"invalid_blocks","ok":false}`, []string{"två", "tre"}},
		{`{"delete_original":true}`, 200, `{"ok":true}`, []string{"tre"}},
		{`{"text":"sex"}`, 404, `{"error":"used_url","ok":false}`, []string{"tre"}},
	}
	for i, step := range steps {
		status, answer := post(t, u, step.body)
		var seen []string
		for _, m := range s.Seen(anna) {
			seen = append(seen, m.Text)
		}
		if diff := cmp.Diff(step.seen, seen); status != step.status || answer != step.answer || diff != "" {
			t.Errorf("post %d = %d %s, want %d %s; seen (-want +got):\n%s", i+1, status, answer, step.status, step.answer, diff)
		}
	}
	violation(t, s, "response_url: used_url")
	late := address()
	clock.Add(31 * time.Minute)
	if status, answer := post(t, late, `{"text":"sent"}`); status != 404 || !strings.Contains(answer, "expired_url") {
		t.Errorf("post after 31 minutes = %d %s, want expired_url", status, answer)
	}
}

func TestSlackGoPostsToResponseURL(t *testing.T) {
	s, a, client := start(t, fakeslack.Options{})
	if _, err := s.Command(t.Context(), anna, team, "/insats", ""); err != nil {
		t.Fatal(err)
	}
	got, _ := slack.SlashCommandParse(a.last())
	if _, _, err := client.PostMessageContext(t.Context(), team, slack.MsgOptionText("hej", false), slack.MsgOptionResponseURL(got.ResponseURL, "ephemeral")); err != nil {
		t.Errorf("MsgOptionResponseURL: %v", err)
	}
	if err := slack.PostWebhookContext(t.Context(), got.ResponseURL, &slack.WebhookMessage{Text: "igen"}); err != nil {
		t.Errorf("PostWebhookContext: %v", err)
	}
	if seen := s.Seen(anna); len(seen) != 2 || !seen[1].Ephemeral {
		t.Errorf("Seen = %+v, want two ephemeral messages", seen)
	}
	noViolations(t, s)
}

func TestCommandFieldsCanBeForged(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	form := url.Values{"command": {"/insats"}, "team_id": {"T0FOREIGN1"}, "user_id": {"U0NOBODY"}}
	if ack, err := s.CommandRaw(t.Context(), fakeslack.RawCommand{Form: form}); err != nil || ack.Status != 200 {
		t.Errorf("CommandRaw = %+v, %v, want delivered", ack, err)
	}
	if got, _ := slack.SlashCommandParse(a.last()); got.TeamID != "T0FOREIGN1" {
		t.Errorf("team_id = %q, want what the test passed", got.TeamID)
	}
}
