package slackapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// A channel has at most so many members that they are looked at one by one.
const (
	membersPage  = 200
	membersPages = 25
)

// Channel returns what Slack says of a channel; that it knows none with that id, or tells Lotsen nothing of
// it, is a fact, too. Members are read only where anyone may be told something: in a private channel that Lotsen is in.
func (c *Client) Channel(ctx context.Context, id string) (care.ChannelFacts, error) {
	facts := care.ChannelFacts{ID: id}
	me, err := c.me(ctx)
	if err != nil {
		return facts, err
	}
	var ch *slack.Channel
	err = c.channelCall("conversations.info", func() (err error) {
		ch, err = c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		if err == nil && ch.ID == "" {
			return errUnreadable
		}
		return err
	})
	if errors.Is(err, care.ErrNotFound) {
		return facts, nil
	}
	if err != nil {
		return facts, err
	}
	facts.Found, facts.Member, facts.Archived = true, ch.IsMember, ch.IsArchived
	facts.Private = ch.IsPrivate && !ch.IsIM && !ch.IsMpIM
	facts.Shared = ch.IsShared || ch.IsExtShared || ch.IsOrgShared || ch.IsGlobalShared || ch.IsPendingExtShared || len(ch.PendingShared) > 0
	if !facts.Private || !facts.Member || facts.Archived {
		return facts, nil
	}
	facts.People, err = c.members(ctx, id)
	facts.People = slices.DeleteFunc(facts.People, func(id string) bool { return id == me.user })
	if errors.Is(err, care.ErrNotFound) { // since a moment ago
		return care.ChannelFacts{ID: id}, nil
	}
	return facts, err
}

// members lists the user ids of a channel's members.
func (c *Client) members(ctx context.Context, id string) (people []string, err error) {
	const method = "conversations.members"
	params := slack.GetUsersInConversationParameters{ChannelID: id, Limit: membersPage}
	for range membersPages {
		var page []string
		err := c.channelCall(method, func() (err error) {
			page, params.Cursor, err = c.api.GetUsersInConversationContext(ctx, &params)
			return err
		})
		if err != nil {
			return nil, err
		}
		people = append(people, page...)
		if params.Cursor == "" {
			return people, nil
		}
	}
	return nil, fmt.Errorf("%s: more than %d members", method, membersPage*membersPages)
}

// channelCall is call for what is asked about a channel: care.ErrNotFound if there is none that Lotsen may read about.
func (c *Client) channelCall(method string, do func() error) error {
	return c.call(method, func() error {
		err := do()
		if err == nil {
			return nil
		}
		if no, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
			switch no.Err {
			case "channel_not_found", "not_in_channel", "missing_scope", "method_not_supported_for_channel_type":
				return care.ErrNotFound
			}
		}
		return readable(err)
	})
}
