package slackapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// clockMargin is how far ahead of Slack's clock, which dates messages, this machine's may be. Slack itself allows for five
// minutes in its signatures (docs.slack.dev/authentication/verifying-requests-from-slack). Looking back
// too far finds nothing wrong, because keys are used once.
const clockMargin = 5 * time.Minute

// A search reads at most so many messages. Slack answers 50 such calls a minute, for all searches together.
const (
	pageSize = 200
	maxPages = 25
)

// FindPost looks for the app's own message with that key where Post was to post it, among those since then; care.ErrNotFound if
// there is none. since is in the machine's time, not the school's. Only care.ErrNotFound means
// that no message stands: a *care.RefusedError is of the search, not of the message.
func (c *Client) FindPost(ctx context.Context, at care.Place, key string, since time.Time) (ts string, err error) {
	me, err := c.me(ctx)
	if no, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		err = fmt.Errorf("auth.test: %w", told(no))
	}
	if err != nil {
		return "", err
	}
	if isUser(at.Channel) { // Slack knows the messages of conversations only
		if at.Channel, err = c.OpenDM(ctx, at.Channel); err != nil {
			return "", err
		}
	}
	oldest := max(since.Add(-clockMargin).UnixMicro(), 0)
	args := url.Values{
		"channel": {at.Channel}, "include_all_metadata": {"true"}, "limit": {strconv.Itoa(pageSize)},
		"oldest": {fmt.Sprintf("%d.%06d", oldest/1e6, oldest%1e6)},
	}
	wanted := func(m historicMessage) bool { return m.is(key) && m.by(me) && m.TS != "" }
	if at.Thread != "" {
		args.Set("ts", at.Thread)
		if ts, err = c.find(ctx, "conversations.replies", args, wanted); !errors.Is(err, care.ErrNotFound) {
			return ts, err
		}
		// Slack posts a message for the thread of a deleted one by itself.
		args.Del("ts")
		args.Del("cursor")
	}
	return c.find(ctx, "conversations.history", args, wanted)
}

// find goes through the pages of a method until a message is the wanted one. care.ErrNotFound means that none is, or that
// there is no such thread.
func (c *Client) find(ctx context.Context, method string, args url.Values, wanted func(historicMessage) bool) (ts string, err error) {
	for range maxPages {
		var page history
		err := c.call(method, func() (err error) {
			page, err = c.history(ctx, method, args)
			if no, ok := errors.AsType[slack.SlackErrorResponse](err); ok && no.Err == "thread_not_found" {
				return care.ErrNotFound
			}
			return told(err)
		})
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(page.Messages, wanted); i >= 0 {
			return page.Messages[i].TS, nil
		}
		next := page.Metadata.NextCursor
		switch {
		case next != "":
			args.Set("cursor", next)
		case page.HasMore:
			return "", fmt.Errorf("%s: %w", method, errUnreadable)
		default:
			return "", fmt.Errorf("%s: %w", method, care.ErrNotFound)
		}
	}
	return "", fmt.Errorf("%s: more than %d messages to look through", method, maxPages*pageSize)
}

// history is a page of a conversation, newest message first, or of a thread, oldest first.
type history struct {
	OK       bool              `json:"ok"`
	Error    string            `json:"error"`
	Needed   string            `json:"needed"`
	Messages []historicMessage `json:"messages"`
	HasMore  bool              `json:"has_more"`
	Metadata struct {
		NextCursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

type historicMessage struct {
	TS       string          `json:"ts"`
	User     string          `json:"user"`
	BotID    string          `json:"bot_id"`
	Metadata json.RawMessage `json:"metadata"` // that of other apps may have any form
}

func (m historicMessage) is(key string) bool {
	var metadata struct {
		EventType string `json:"event_type"`
		Payload   struct {
			Key string `json:"key"`
		} `json:"event_payload"`
	}
	return json.Unmarshal(m.Metadata, &metadata) == nil && metadata.EventType == postedType && metadata.Payload.Key == key
}

func (m historicMessage) by(me identity) bool {
	return m.BotID != "" && m.BotID == me.bot || m.User != "" && m.User == me.user
}

// history reads one page. It is not slack-go's, which gives up a page for one message of anybody's with an element that
// it does not know.
func (c *Client) history(ctx context.Context, method string, args url.Values) (history, error) {
	var page history
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, strings.NewReader(args.Encode()))
	if err != nil {
		return page, errors.New("the address of Slack's Web API cannot be read")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return page, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusTooManyRequests {
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			return page, &slack.RateLimitedError{RetryAfter: time.Duration(s) * time.Second}
		}
	}
	if resp.StatusCode != http.StatusOK {
		return page, slack.StatusCodeError{Code: resp.StatusCode, Status: resp.Status}
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return page, err
	}
	if !page.OK {
		if page.Error == "" {
			return page, errUnreadable
		}
		return page, slack.SlackErrorResponse{Err: page.Error, Needed: page.Needed}
	}
	return page, nil
}
