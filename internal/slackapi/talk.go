package slackapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// React puts an emoji on a message. That it stands there already, or that the message is gone, is no error. It may be repeated.
func (c *Client) React(ctx context.Context, channel, ts, emoji string) error {
	return c.reaction("reactions.add", "already_reacted", func() error {
		return c.api.AddReactionContext(ctx, emoji, slack.NewRefToMessage(channel, ts))
	})
}

// Unreact takes the app's emoji from a message, if it stands there. It may be repeated.
func (c *Client) Unreact(ctx context.Context, channel, ts, emoji string) error {
	return c.reaction("reactions.remove", "no_reaction", func() error {
		return c.api.RemoveReactionContext(ctx, emoji, slack.NewRefToMessage(channel, ts))
	})
}

func (c *Client) reaction(method, done string, do func() error) error {
	return c.call(method, func() error {
		err := told(do())
		refused, ok := errors.AsType[*care.RefusedError](err)
		if ok && (refused.Code == done || refused.Code == "message_not_found") {
			return nil
		}
		return err
	})
}

// Ephemeral shows a message to one person in a conversation, or in a thread of it. It is not posted and so cannot be
// found again: to repeat it shows it twice.
func (c *Client) Ephemeral(ctx context.Context, channel, thread, slackID, text string, blocks []slack.Block) error {
	const method = "chat.postEphemeral"
	if err := sendable(text); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	options := []slack.MsgOption{said(text, blocks)}
	if thread != "" {
		options = append(options, slack.MsgOptionTS(thread))
	}
	return c.call(method, func() error {
		_, err := c.once.PostEphemeralContext(ctx, channel, slackID, options...)
		return told(err)
	})
}
