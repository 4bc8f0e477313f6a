package slackapi_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

func TestChannel(t *testing.T) {
	d := school(t)
	bot := d.slack.BotUserID()
	var many []string
	for i := range 450 { // three pages
		many = append(many, d.slack.AddUser(fakeslack.User{ID: fmt.Sprintf("U%03d", i)}))
	}
	for _, tt := range []struct {
		name    string
		channel fakeslack.Channel
		want    care.ChannelFacts
	}{
		{"as it should be", fakeslack.Channel{Private: true, Members: []string{"UANNA", bot, "UROBOT"}}, care.ChannelFacts{Found: true, Member: true, Private: true, People: []string{"UANNA", "UROBOT"}}},
		{"with many people", fakeslack.Channel{Private: true, Members: append([]string{bot}, many...)}, care.ChannelFacts{Found: true, Member: true, Private: true, People: many}},
		{"with nobody else", fakeslack.Channel{Private: true, Members: []string{bot}}, care.ChannelFacts{Found: true, Member: true, Private: true, People: []string{}}},
		{"archived", fakeslack.Channel{Private: true, Archived: true, Members: []string{bot}}, care.ChannelFacts{Found: true, Member: true, Private: true, Archived: true}},
		{"private, and without Lotsen", fakeslack.Channel{Private: true, Members: []string{"UANNA"}}, care.ChannelFacts{}},
		{"public", fakeslack.Channel{Members: []string{"UANNA", bot}}, care.ChannelFacts{Found: true, Member: true}},
		{"public, and without Lotsen", fakeslack.Channel{Members: []string{"UANNA"}}, care.ChannelFacts{Found: true}},
		{"shared", fakeslack.Channel{Private: true, Shared: true, Members: []string{bot}}, care.ChannelFacts{Found: true, Member: true, Private: true, Shared: true, People: []string{}}},
		{"about to be shared", fakeslack.Channel{Private: true, Invited: true, Members: []string{bot}}, care.ChannelFacts{Found: true, Member: true, Private: true, Shared: true, People: []string{}}},
	} {
		tt.channel.ID, tt.want.ID = "CROOM", "CROOM"
		d.slack.AddChannel(tt.channel)
		got, err := d.Channel(t.Context(), "CROOM")
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		d.now = d.now.Add(time.Minute) // Slack's calls are limited
	}
	for _, id := range []string{"CNOWHERE", "UANNA"} {
		if got, err := d.Channel(t.Context(), id); err != nil || got.Found {
			t.Errorf("Channel(%s) = %+v, %v", id, got, err)
		}
	}
	if got, err := d.Channel(t.Context(), d.slack.DM("UANNA")); err != nil || got.Private {
		t.Errorf("Channel() of direct messages = %+v, %v, want them no private channel", got, err)
	}
	d.blameless()
}

// What Lotsen may not read about is as if it were not there; trouble is an error.
func TestChannelThatCannotBeRead(t *testing.T) {
	limited := isLimited
	trouble := func(err error) bool { return err != nil && !isLimited(err) && !errors.Is(err, care.ErrNotFound) }
	for _, method := range []string{"conversations.info", "conversations.members"} {
		for _, tt := range []struct {
			name  string
			fault fakeslack.Fault
			want  func(error) bool // nil: it is not found
		}{
			{"removed", fakeslack.Fault{Code: "channel_not_found"}, nil},
			{"no scope", fakeslack.Fault{Code: "missing_scope"}, nil},
			{"put out", fakeslack.Fault{Code: "not_in_channel"}, nil},
			{"rest", fakeslack.Fault{RetryAfter: time.Minute}, limited},
			{"rest for an unknown time", fakeslack.Fault{Status: 429}, limited},
			{"500", fakeslack.Fault{Status: 500}, trouble},
			{"dropped", fakeslack.Fault{Drop: true}, trouble},
			{"answer lost", fakeslack.Fault{LoseAnswer: true}, trouble},
			{"Slack in trouble", fakeslack.Fault{Code: "internal_error"}, trouble},
			{"token revoked", fakeslack.Fault{Code: "token_revoked"}, trouble},
		} {
			d := school(t)
			d.slack.Fault(method, tt.fault)
			got, err := d.Channel(t.Context(), "CEHT")
			if tt.want == nil && (err != nil || got.Found) || tt.want != nil && !tt.want(err) {
				t.Errorf("%s, %s: Channel() = %+v, %v", method, tt.name, got, err)
			}
			d.silent(err)
			d.blameless()
		}
	}
	d := school(t)
	d.slack.SetScopes("chat:write", "channels:read")
	if got, err := d.Channel(t.Context(), "CEHT"); err != nil || got.Found {
		t.Errorf("Channel() without the scope = %+v, %v", got, err)
	}
	d.slack.SetScopes(slackapi.Scopes...)
	if got, err := d.Channel(t.Context(), "CEHT"); err != nil || !got.Private {
		t.Errorf("Channel() with the scopes = %+v, %v", got, err)
	}
}

// An answer that says nothing is trouble, and so is a list of members without an end.
func TestChannelsOddAnswers(t *testing.T) {
	for name, answers := range map[string]map[string]string{
		"nothing":        {"conversations.info": `{"ok":true}`},
		"no JSON":        {"conversations.info": `<html>`},
		"no end":         {"conversations.info": `{"ok":true,"channel":{"id":"C1","is_private":true,"is_member":true}}`, "conversations.members": `{"ok":true,"members":["U1"],"response_metadata":{"next_cursor":"x"}}`},
		"members broken": {"conversations.info": `{"ok":true,"channel":{"id":"C1","is_private":true,"is_member":true}}`, "conversations.members": `{"ok":`},
	} {
		_, c := newCanned(t, answers)
		if got, err := c.Channel(t.Context(), "C1"); !unclear(err) {
			t.Errorf("%s: Channel() = %+v, %v", name, got, err)
		}
	}
	for _, shared := range []string{`"is_shared":true`, `"is_ext_shared":true`, `"is_org_shared":true`, `"is_global_shared":true`, `"is_pending_ext_shared":true`, `"pending_shared":["T2"]`} {
		_, c := newCanned(t, map[string]string{"conversations.info": `{"ok":true,"channel":{"id":"C1","is_private":true,` + shared + `}}`})
		if got, err := c.Channel(t.Context(), "C1"); err != nil || !got.Shared {
			t.Errorf("Channel() with %s = %+v, %v", shared, got, err)
		}
	}
	for _, few := range []string{`"is_im":true`, `"is_mpim":true`} {
		_, c := newCanned(t, map[string]string{"conversations.info": `{"ok":true,"channel":{"id":"C1","is_private":true,` + few + `}}`})
		if got, err := c.Channel(t.Context(), "C1"); err != nil || got.Private {
			t.Errorf("Channel() with %s = %+v, %v", few, got, err)
		}
	}
}
