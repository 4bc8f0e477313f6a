package slackapi

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// postedType is the event type of the metadata under which a message's key stands. Messages are found by it, so
// it stays as it is.
const postedType = "lotsen_message_posted"

// maxText is the number of characters at which Slack cuts a text off (docs.slack.dev/reference/methods/chat.postMessage).
const maxText = 40_000

// Post posts a message of the app's and returns where it stands; of direct messages with a person, in is their D… id. A
// message for the thread of one that has been deleted stands by itself: Slack posts it all the same. key stands in the message's metadata, where every app of the workspace can read it. text is what notifications and
// screen readers say, in Slack's encoding like the blocks.
//
// Post waits for its turn as long as ctx allows. It never tries twice. After *care.RefusedError and
// *care.LimitedError nothing stands; after any other error that is not known, and FindPost tells.
//
// Slack takes messages to people whose account is deactivated, too; OpenDM does not.
func (c *Client) Post(ctx context.Context, at care.Place, key, text string, blocks []slack.Block) (in, ts string, err error) {
	const method = "chat.postMessage"
	err = sendable(text)
	if key == "" {
		err = &care.RefusedError{Code: "invalid_metadata_format"}
	}
	if err == nil {
		err = c.resting(method)
	}
	if err == nil {
		err = c.queue.wait(ctx, at.Channel)
	}
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", method, err)
	}
	metadata := slack.SlackMetadata{EventType: postedType, EventPayload: map[string]any{"key": key}}
	options := []slack.MsgOption{said(text, blocks), slack.MsgOptionMetadata(metadata)}
	if at.Thread != "" {
		options = append(options, slack.MsgOptionTS(at.Thread))
		if at.Broadcast {
			options = append(options, slack.MsgOptionBroadcast())
		}
	}
	err = c.call(method, func() error {
		var err error
		in, ts, err = c.once.PostMessageContext(ctx, at.Channel, options...)
		if err == nil && (in == "" || ts == "") {
			return errUnreadable
		}
		return told(err)
	})
	if err != nil {
		return "", "", err
	}
	c.queue.learn(at.Channel, in)
	return in, ts, nil
}

// UpdatePost shows a message of the app's anew (its metadata stays). channel is the one that Post answered. It may be
// repeated. Slack refuses texts of more than 4,000 characters here.
func (c *Client) UpdatePost(ctx context.Context, channel, ts, text string, blocks []slack.Block) error {
	const method = "chat.update"
	if err := sendable(text); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return c.call(method, func() error {
		_, stands, _, err := c.once.UpdateMessageContext(ctx, channel, ts, said(text, blocks))
		if err == nil && stands == "" {
			return errUnreadable
		}
		return told(err)
	})
}

// OpenDM returns the id of the direct messages with a user (conversations.open). A person who has left
// is a *care.RefusedError with Gone.
func (c *Client) OpenDM(ctx context.Context, slackID string) (string, error) {
	var id string
	err := c.call("conversations.open", func() error {
		dm, _, _, err := c.once.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{slackID}})
		if err == nil && (dm == nil || dm.ID == "") {
			return errUnreadable
		}
		if err != nil {
			return told(err)
		}
		id = dm.ID
		return nil
	})
	if err != nil {
		return "", err
	}
	c.queue.learn(slackID, id)
	return id, nil
}

// sendable refuses what Slack would post, but not as it was meant: cut off, or without a word for those who do not see it.
func sendable(text string) error {
	switch {
	case text == "":
		return &care.RefusedError{Code: "no_text"}
	case utf8.RuneCountInString(text) > maxText:
		return &care.RefusedError{Code: "msg_too_long"}
	}
	return nil
}

// said is the content of a message; links in it show no preview. An update without blocks takes away those that were there.
func said(text string, blocks []slack.Block) slack.MsgOption {
	options := []slack.MsgOption{slack.MsgOptionText(text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if len(blocks) > 0 {
		options = append(options, slack.MsgOptionBlocks(blocks...))
	}
	return slack.MsgOptionCompose(options...)
}

// isUser tells a user's id from a conversation's.
func isUser(id string) bool { return strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") }
