package fakeslack_test

import (
	"slices"
	"testing"

	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

// What the app posts for the thread of a deleted message stands by itself, and Slack tells so in the answer alone.
// A thread that has replies outlives its first message.
func TestThreadsOfDeletedMessages(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{NoRateLimits: true})
	s.AddUser(fakeslack.User{ID: bo, Admin: true})
	s.AddChannel(fakeslack.Channel{ID: team, Private: true, Members: []string{anna, bo, s.BotUserID()}})
	post := func(options ...slack.MsgOption) (string, slack.Message, error) {
		_, ts, m, err := client.PostMessageWithResponseContext(t.Context(), team, append(options, slack.MsgOptionText("x", false))...)
		return ts, m, err
	}
	for _, replies := range []bool{false, true} {
		first, _, err := post()
		if err != nil {
			t.Fatal(err)
		}
		if replies {
			if _, m, err := post(slack.MsgOptionTS(first)); err != nil || m.ThreadTimestamp != first {
				t.Errorf("a reply = %+v, %v", m, err)
			}
		}
		if _, err := s.Delete(t.Context(), anna, team+"/"+first); err == nil {
			t.Error("Anna deletes what is not hers")
		}
		if _, err := s.Delete(t.Context(), bo, team+"/"+first); err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(s.Seen(anna), func(m fakeslack.Message) bool { return m.TS == first }) {
			t.Error("Anna sees a deleted message")
		}
		_, _, _, err = client.UpdateMessageContext(t.Context(), team, first, slack.MsgOptionText("y", false))
		wantCode(t, err, "message_not_found")
		ts, m, err := post(slack.MsgOptionTS(first), slack.MsgOptionBroadcast())
		if in := m.ThreadTimestamp == first; err != nil || in != replies || !replies && m.ThreadTimestamp != "" {
			t.Errorf("with replies %v: a post to the thread = %+v, %v", replies, m, err)
		}
		found, _, _, err := client.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: team, Timestamp: first})
		if !replies {
			wantCode(t, err, "thread_not_found")
		} else if err != nil || len(found) != 3 || found[0].SubType != "tombstone" || found[2].Timestamp != ts || found[2].SubType != "thread_broadcast" {
			t.Errorf("the thread = %+v, %v", found, err)
		}
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("Slack finds fault: %q", v)
	}
	_, _, err := post(slack.MsgOptionBroadcast())
	wantCode(t, err, "invalid_arguments")
	violation(t, s, "chat.postMessage: invalid_arguments")
}

// That another organisation is invited shows before it has come.
func TestInvitedChannel(t *testing.T) {
	s, _, client := start(t, fakeslack.Options{})
	s.AddChannel(fakeslack.Channel{ID: team, Private: true, Invited: true, Members: []string{s.BotUserID()}})
	ch, err := client.GetConversationInfoContext(t.Context(), &slack.GetConversationInfoInput{ChannelID: team})
	if err != nil || !ch.IsPendingExtShared || ch.IsExtShared || ch.IsShared {
		t.Errorf("GetConversationInfo = %+v, %v", ch, err)
	}
}
