package fakeslack_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

func TestPeopleThroughSlackGo(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	who, err := client.AuthTestContext(t.Context())
	if err != nil || who.UserID != s.BotUserID() || who.TeamID != s.TeamID() || who.BotID == "" {
		t.Errorf("AuthTest = %+v, %v", who, err)
	}
	if bot, err := client.GetBotInfoContext(t.Context(), slack.GetBotInfoParameters{Bot: who.BotID}); err != nil || bot.UserID != s.BotUserID() {
		t.Errorf("GetBotInfo = %+v, %v", bot, err)
	}
	u, err := client.GetUserInfoContext(t.Context(), bo)
	if err != nil || u.ID != bo || u.TeamID != s.TeamID() || !u.IsRestricted || u.TZ != "Europe/Oslo" || u.Locale != "en-US" || u.RealName != "Bo Berg" {
		t.Errorf("GetUserInfo = %+v, %v", u, err)
	}
	if u, err := client.GetUserByEmailContext(t.Context(), "ANNA@skola.example"); err != nil || u.ID != anna || u.Profile.Email != "anna@skola.example" {
		t.Errorf("GetUserByEmail = %+v, %v", u, err)
	}
	_, err = client.GetUserByEmailContext(t.Context(), "nils@skola.example")
	wantCode(t, err, "users_not_found")
	_, err = client.GetUserInfoContext(t.Context(), "U0NOBODY")
	wantCode(t, err, "user_not_found")
	all, err := client.GetUsersContext(t.Context(), slack.GetUsersOptionLimit(1))
	var ids []string
	for _, u := range all {
		ids = append(ids, u.ID)
	}
	if diff := cmp.Diff([]string{s.BotUserID(), "USLACKBOT", anna, bo}, ids); err != nil || diff != "" {
		t.Errorf("GetUsers: %v (-want +got):\n%s", err, diff)
	}
	noViolations(t, s)
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestConversationsThroughSlackGo(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	ctx := t.Context()
	dm, _, already, err := client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{anna}, ReturnIM: true})
	if err != nil || dm.ID != s.DM(anna) || already || dm.User != anna {
		t.Fatalf("OpenConversation = %+v, already %v, %v", dm, already, err)
	}
	if _, _, already, err := client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{anna}}); err != nil || !already {
		t.Errorf("OpenConversation again: already = %v, %v", already, err)
	}
	s.AddUser(fakeslack.User{ID: "U0GONE0001", Name: "gone", Deleted: true})
	for id, want := range map[string]string{"U0GONE0001": "user_disabled", "U0NOBODY": "user_not_found", s.BotUserID(): "not_enough_users", "USLACKBOT": "cannot_dm_bot"} {
		_, _, _, err := client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{id}})
		wantCode(t, err, want)
	}
	group, _, _, err := client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{anna, bo}})
	if err != nil {
		t.Fatal(err)
	}
	if same, _, _, err := client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{bo, anna}}); err != nil || same.ID != group.ID {
		t.Errorf("OpenConversation of the same people = %v, %v, want %s", same, err, group.ID)
	}
	if info, err := client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: other}); err != nil || !info.IsExtShared || info.IsPrivate || info.IsMember {
		t.Errorf("GetConversationInfo(other) = %+v, %v", info, err)
	}
	if info, err := client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: team}); err != nil || !info.IsPrivate || !info.IsMember {
		t.Errorf("GetConversationInfo(team) = %+v, %v", info, err)
	}
	_, err = client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: quiet})
	wantCode(t, err, "channel_not_found")
	members, next, err := client.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: team, Limit: 1})
	if diff := cmp.Diff([]string{anna}, members); err != nil || diff != "" || next == "" {
		t.Errorf("GetUsersInConversation = %v, cursor %q, %v", members, next, err)
	}
	channels, _, err := client.GetConversationsContext(ctx, &slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}})
	var ids []string
	for _, ch := range channels {
		ids = append(ids, ch.ID)
	}
	if diff := cmp.Diff([]string{team, other}, ids); err != nil || diff != "" {
		t.Errorf("GetConversations: %v (-want +got):\n%s", err, diff)
	}
}

func TestPostingThroughSlackGo(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	ctx := t.Context()
	key := slack.SlackMetadata{EventType: "case_due", EventPayload: map[string]any{"key": "case/1"}}
	channel, ts, err := client.PostMessageContext(ctx, anna, slack.MsgOptionText("Hej <!channel>", false), slack.MsgOptionMetadata(key))
	if err != nil || channel != s.DM(anna) {
		t.Fatalf("PostMessage to a person = %s, %v, want their DM", channel, err)
	}
	_, reply, err := client.PostMessageContext(ctx, channel, slack.MsgOptionText("svar", false), slack.MsgOptionTS(ts))
	if err != nil || reply <= ts {
		t.Fatalf("PostMessage in thread = %s, %v", reply, err)
	}
	for _, parent := range []string{reply, "1700000000.000001"} {
		_, _, err = client.PostMessageContext(ctx, channel, slack.MsgOptionText("x", false), slack.MsgOptionTS(parent))
		wantCode(t, err, "thread_not_found")
	}
	_, second, err := client.PostMessageContext(ctx, channel, slack.MsgOptionText("två", false))
	if err != nil {
		t.Fatal(err)
	}
	history := func(p slack.GetConversationHistoryParameters) (*slack.GetConversationHistoryResponse, string) {
		t.Helper()
		p.ChannelID = channel
		h, err := client.GetConversationHistoryContext(ctx, &p)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, m := range h.Messages {
			texts = append(texts, m.Text)
		}
		return h, strings.Join(texts, "|")
	}
	for _, test := range []struct {
		name string
		p    slack.GetConversationHistoryParameters
		want string
	}{
		{"all, newest first, no replies", slack.GetConversationHistoryParameters{}, "två|Hej <!channel>"},
		{"oldest excludes", slack.GetConversationHistoryParameters{Oldest: ts}, "två"},
		{"oldest inclusive", slack.GetConversationHistoryParameters{Oldest: ts, Inclusive: true}, "två|Hej <!channel>"},
		{"latest excludes", slack.GetConversationHistoryParameters{Latest: second}, "Hej <!channel>"},
		{"one", slack.GetConversationHistoryParameters{Latest: ts, Inclusive: true, Limit: 1}, "Hej <!channel>"},
		{"nothing", slack.GetConversationHistoryParameters{Latest: "1000000000.5"}, ""},
	} {
		if _, got := history(test.p); got != test.want {
			t.Errorf("history, %s = %q, want %q", test.name, got, test.want)
		}
	}
	first, got := history(slack.GetConversationHistoryParameters{Limit: 1})
	if _, rest := history(slack.GetConversationHistoryParameters{Limit: 1, Cursor: first.ResponseMetaData.NextCursor}); got != "två" || rest != "Hej <!channel>" || !first.HasMore {
		t.Errorf("pages = %q, %q, want one each", got, rest)
	}
	if h, _ := history(slack.GetConversationHistoryParameters{Oldest: "0"}); h.Messages[1].Metadata.EventType != "case_due" || h.Messages[1].Metadata.EventPayload != nil {
		t.Errorf("metadata = %+v, want only its type", h.Messages[1].Metadata)
	}
	if h, _ := history(slack.GetConversationHistoryParameters{IncludeAllMetadata: true}); h.Messages[1].Metadata.EventPayload["key"] != "case/1" {
		t.Errorf("metadata = %+v, want the key", h.Messages[1].Metadata)
	}
	replies, _, _, err := client.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts})
	if err != nil || len(replies) != 2 || replies[0].Timestamp != ts || replies[0].ReplyCount != 1 || replies[1].Timestamp != reply || replies[1].ThreadTimestamp != ts {
		t.Errorf("GetConversationReplies = %+v, %v, want parent and reply", replies, err)
	}
	if seen := s.Seen(anna); len(seen) != 3 || !slices.Equal(seen[0].Pings, []string{"@channel"}) || string(seen[0].Metadata) == "" {
		t.Errorf("Seen = %+v, want three, the first pinging the channel", seen)
	}
	violation(t, s, "chat.postMessage: thread_not_found")
}

func TestChangingMessagesThroughSlackGo(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	ctx := t.Context()
	section := slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*Fall*", false, false), nil, nil)
	_, ts, err := client.PostMessageContext(ctx, team, slack.MsgOptionText("a", false), slack.MsgOptionBlocks(section), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "x_y", EventPayload: map[string]any{"k": "v"}}))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := client.UpdateMessageContext(ctx, team, ts, slack.MsgOptionText("klart", false)); err != nil {
		t.Fatal(err)
	}
	m := s.Seen(anna)[0]
	if m.Plain != "klart" || m.Blocks != nil || !m.Edited || len(m.Metadata) == 0 || m.TS != ts {
		t.Errorf("after update: %+v, want only the text, and the metadata kept", m)
	}
	link, err := client.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: team, Ts: ts})
	if want := "https://lotsen-test.slack.com/archives/" + team + "/p" + strings.Replace(ts, ".", "", 1); err != nil || link != want {
		t.Errorf("GetPermalink = %q, %v, want %q", link, err, want)
	}
	item := slack.NewRefToMessage(team, ts)
	if err := client.AddReactionContext(ctx, "white_check_mark", item); err != nil {
		t.Fatal(err)
	}
	wantCode(t, client.AddReactionContext(ctx, "white_check_mark", item), "already_reacted")
	if got := s.Seen(anna)[0].Reactions; len(got) != 1 || got[0].Name != "white_check_mark" || got[0].Count != 1 {
		t.Errorf("Reactions = %+v, want one", got)
	}
	if err := client.RemoveReactionContext(ctx, "white_check_mark", item); err != nil {
		t.Fatal(err)
	}
	wantCode(t, client.RemoveReactionContext(ctx, "white_check_mark", item), "no_reaction")
	said, _, err := s.Say(ctx, anna, team, ts, "hej")
	if err != nil || said.ThreadTS != ts {
		t.Fatalf("Say = %+v, %v", said, err)
	}
	_, _, _, err = client.UpdateMessageContext(ctx, team, said.TS, slack.MsgOptionText("x", false))
	wantCode(t, err, "cant_update_message")
	_, _, err = client.DeleteMessageContext(ctx, team, said.TS)
	wantCode(t, err, "cant_delete_message")
	_, _, _, err = client.UpdateMessageContext(ctx, team, ts, slack.MsgOptionText(strings.Repeat("x", 4001), false))
	wantCode(t, err, "msg_too_long")
	if _, _, err := client.DeleteMessageContext(ctx, team, ts); err != nil {
		t.Fatal(err)
	}
	_, _, err = client.DeleteMessageContext(ctx, team, ts)
	wantCode(t, err, "message_not_found")
	ephemeral, err := client.PostEphemeralContext(ctx, team, anna, slack.MsgOptionText("bara du", false))
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = client.UpdateMessageContext(ctx, team, ephemeral, slack.MsgOptionText("x", false))
	wantCode(t, err, "message_not_found")
	_, err = client.PostEphemeralContext(ctx, team, bo, slack.MsgOptionText("x", false))
	wantCode(t, err, "user_not_in_channel")
	if seen := s.Seen(anna); len(seen) != 2 || !seen[1].Ephemeral {
		t.Errorf("Seen = %+v, want anna's message and the ephemeral one", seen)
	}
}

func TestScheduledMessagesThroughSlackGo(t *testing.T) {
	clock := &moment{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	s, _, client := start(t, fakeslack.Options{Clock: clock.Now})
	at := func(d time.Duration) string { return fmt.Sprint(clock.Now().Add(d).Unix()) }
	schedule := func(d time.Duration, more ...slack.MsgOption) error {
		_, _, err := client.ScheduleMessageContext(t.Context(), team, at(d), append(more, slack.MsgOptionText("sen", false))...)
		return err
	}
	if err := schedule(time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := schedule(time.Hour, slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "x_y", EventPayload: map[string]any{"k": "v"}})); err != nil {
		t.Fatal(err)
	}
	wantCode(t, schedule(-time.Second), "time_in_past")
	wantCode(t, schedule(121*24*time.Hour), "time_too_far")
	for range 28 {
		if err := schedule(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, schedule(time.Hour), "restricted_too_many")
	if seen := s.Seen(anna); len(seen) != 0 {
		t.Errorf("Seen before the hour = %d messages, want none", len(seen))
	}
	clock.Add(time.Hour)
	if seen := s.Seen(anna); len(seen) != 29 {
		t.Errorf("Seen after the hour = %d messages, want 29: the one with metadata never posts", len(seen))
	}
}

func TestFilesThroughSlackGo(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	content := "BEGIN:VCALENDAR\r\nSUMMARY:Möte"
	got, err := client.UploadFileContext(t.Context(), slack.UploadFileParameters{
		Filename: "möte.ics", FileSize: len(content), Content: content, Title: "Möte", InitialComment: "Kallelse", Channel: team,
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := s.Seen(anna)
	if len(seen) != 1 || seen[0].Text != "Kallelse" || len(seen[0].Files) != 1 || string(seen[0].Files[0].Content) != content || seen[0].Files[0].Title != "Möte" {
		t.Fatalf("Seen = %+v, want the file", seen)
	}
	info, _, _, err := client.GetFileInfoContext(t.Context(), got.ID, 0, 0)
	if err != nil || info.Shares.Private[team][0].Ts != seen[0].TS || info.Size != len(content) {
		t.Errorf("GetFileInfo = %+v, %v, want where it was shared", info, err)
	}
	_, err = client.UploadFileContext(t.Context(), slack.UploadFileParameters{Filename: "a.txt", FileSize: 3, Content: "å", Channel: team})
	if err == nil {
		t.Error("UploadFile with a wrong size = nil error")
	}
	violation(t, s, "upload of 2 bytes, announced as 3")
	_, err = client.UploadFileContext(t.Context(), slack.UploadFileParameters{Filename: "a.txt", FileSize: 1, Content: "a", Channel: other})
	if err == nil || !strings.Contains(err.Error(), "not_in_channel") {
		t.Errorf("UploadFile where the app is not = %v, want not_in_channel", err)
	}
	answer := api(t, s, "files.completeUploadExternal", args(t, "files", []object{{"id": got.ID}}, "channel_id", team))
	if code(answer) != "file_not_found" {
		t.Errorf("completing twice = %v, want file_not_found", answer)
	}
}

func TestTokensScopesAndMembership(t *testing.T) {
	tests := []struct {
		name, method string
		args         []any
		scopes       []string
		want         string
	}{
		{"blank token", "auth.test", []any{"token", " "}, nil, "invalid_auth"},
		{"wrong token", "auth.test", []any{"token", "xoxb-wrong"}, nil, "invalid_auth"},
		{"unknown method", "chat.shout", nil, nil, "unknown_method"},
		{"scope", "chat.postMessage", []any{"channel", team, "text", "x"}, []string{"commands"}, "missing_scope"},
		{"scope by kind of channel", "conversations.history", []any{"channel", team}, []string{"channels:history"}, "missing_scope"},
		{"public channel without joining", "chat.postMessage", []any{"channel", other, "text", "x"}, nil, "not_in_channel"},
		{"private channel without joining", "chat.postMessage", []any{"channel", quiet, "text", "x"}, nil, "channel_not_found"},
		{"no such channel", "conversations.history", []any{"channel", "C0NOWHERE"}, nil, "channel_not_found"},
		{"nothing to say", "chat.postMessage", []any{"channel", team}, nil, "no_text"},
		{"blocks that are none", "chat.postMessage", []any{"channel", team, "blocks", "{}"}, nil, "invalid_blocks_format"},
		{"metadata without payload", "chat.postMessage", []any{"channel", team, "text", "x", "metadata", object{"event_type": "x"}}, nil, "invalid_metadata_format"},
		{"too much metadata", "chat.postMessage", []any{"channel", team, "text", "x", "metadata", object{"event_type": "x", "event_payload": object{"k": strings.Repeat("x", 8000)}}}, nil, "metadata_too_large"},
		{"bad limit", "users.list", []any{"limit", "5000"}, nil, "invalid_limit"},
		{"bad cursor", "users.list", []any{"cursor", "x"}, nil, "invalid_cursor"},
		{"too long a page", "conversations.history", []any{"channel", team, "limit", "1000"}, nil, "invalid_limit"},
		{"bad timestamp", "conversations.history", []any{"channel", team, "oldest", "yesterday"}, nil, "invalid_ts_oldest"},
		{"no thread", "conversations.replies", []any{"channel", team, "ts", "1.2"}, nil, "thread_not_found"},
		{"emoji", "reactions.add", []any{"channel", team, "timestamp", "1.2", "name", ":x:"}, nil, "invalid_name"},
		{"trigger", "views.open", []any{"trigger_id", "1.2.3", "view", modal("x")}, nil, "invalid_trigger_id"},
		{"view gone", "views.update", []any{"view_id", "V0GONE", "view", modal("x")}, nil, "not_found"},
		{"archived", "chat.postMessage", []any{"channel", "C0ARCHIVED", "text", "x"}, nil, "is_archived"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _, _ := start(t, fakeslack.Options{Scopes: test.scopes})
			s.AddChannel(fakeslack.Channel{ID: "C0ARCHIVED", Name: "gammal", Archived: true, Members: []string{s.BotUserID()}})
			got := api(t, s, test.method, args(t, test.args...))
			if code(got) != test.want {
				t.Errorf("%s = %v, want %s", test.method, got, test.want)
			}
			if test.want == "missing_scope" && (got["needed"] == "" || got["provided"] != test.scopes[0]) {
				t.Errorf("%s = %v, want needed and provided", test.method, got)
			}
			calls := s.Calls()
			if len(calls) != 1 || calls[0].Method != test.method || calls[0].Error != test.want || calls[0].Args["token"] != "[redacted]" {
				t.Errorf("Calls = %+v, want this one with its token redacted", calls)
			}
		})
	}
}

func TestBlocksWithoutText(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	if _, _, err := client.PostMessageContext(t.Context(), team, slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*Fall*", false, false), nil, nil))); err != nil {
		t.Fatal(err)
	}
	violation(t, s, "chat.postMessage: blocks without text")
}

// A person who has left can still be written to; only opening the conversation tells.
func TestDeactivatedPeople(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	s.AddUser(fakeslack.User{ID: anna, Name: "anna", Deleted: true})
	channel, ts, err := client.PostMessageContext(t.Context(), anna, slack.MsgOptionText("Hej", false))
	if err != nil || channel != s.DM(anna) || ts == "" {
		t.Errorf("PostMessage = %s, %s, %v", channel, ts, err)
	}
	_, _, _, err = client.OpenConversationContext(t.Context(), &slack.OpenConversationParameters{Users: []string{anna}})
	wantCode(t, err, "user_disabled")
	noViolations(t, s)
}

func TestTokenInHeaderAndAddress(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{})
	ask := func(token, address string) string {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body := make([]byte, 1000)
		n, _ := response.Body.Read(body)
		return string(body[:n]) + response.Header.Get("X-OAuth-Scopes")
	}
	if got := ask(s.BotToken(), s.APIURL()+"users.info?user="+anna); !strings.Contains(got, `"ok":true`) || !strings.Contains(got, "chat:write") {
		t.Errorf("with a bearer token = %s, want ok and the scopes", got)
	}
	if got := ask("", s.APIURL()+"users.info?user="+anna+"&token="+url.QueryEscape(s.BotToken())); !strings.Contains(got, "not_authed") {
		t.Errorf("with the token in the address = %s, want not_authed", got)
	}
}

func TestNewestIsWhatTheAppHasPosted(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	post := func(channel string, options ...slack.MsgOption) string {
		t.Helper()
		_, ts, err := client.PostMessage(channel, append(options, slack.MsgOptionText("Hej", false))...)
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	post(bo)
	post(team)
	if got := s.Newest(anna); got != "" {
		t.Errorf("Newest before anything is posted to the person = %q", got)
	}
	first := post(anna)
	second := post(anna, slack.MsgOptionTS(first))
	if _, err := client.PostEphemeral(s.DM(anna), anna, slack.MsgOptionText("Bara du", false)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Say(t.Context(), anna, s.DM(anna), "", "Hej själv"); err != nil {
		t.Fatal(err)
	}
	if got := s.Newest(anna); got != second {
		t.Errorf("Newest = %q, want %q, the reply", got, second)
	}
	if _, _, err := client.DeleteMessage(s.DM(anna), second); err != nil {
		t.Fatal(err)
	}
	if got := s.Newest(anna); got != first {
		t.Errorf("Newest after the reply is gone = %q, want %q", got, first)
	}
}
