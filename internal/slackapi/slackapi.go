// Package slackapi is the only user of Slack's client: messages that arrive once, facts about people, modals, App Homes,
// pictures and late answers.
package slackapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// Scopes are the bot scopes that the calls here need (docs.slack.dev/reference/methods).
// A response_url, views and auth.test need none.
var Scopes = []string{"users:read", "users:read.email", "chat:write", "im:history", "im:write", "groups:read", "groups:history", "channels:read", "reactions:write", "files:write"}

// callTimeout bounds each call.
const callTimeout = 10 * time.Second

// restUnsaid is how long Slack is left alone when it asks for a rest without saying for how long;
// its limits are per minute.
const restUnsaid = time.Minute

// Client talks to Slack with a bot token. It is safe for concurrent use.
type Client struct {
	api     *slack.Client
	once    *slack.Client // for what must not be done twice
	options []slack.Option
	http    *http.Client
	token   string
	base    string // of Slack's Web API, ends in "/"
	now     func() time.Time
	queue   *queue
	self    atomic.Pointer[identity] // once known
	last    atomic.Int64             // machine time of the last call that Slack carried out, Unix seconds
	rests   sync.Map                 // method → machine time until which Slack wants no more calls of it
}

// identity is whose the token is.
type identity struct{ team, user, bot string }

// New makes a client. apiURL is the base of Slack's Web API, or "" for Slack's own; now is the
// machine's time.
func New(token, apiURL string, now func() time.Time) *Client {
	c := &Client{http: &http.Client{Timeout: callTimeout}, token: token, base: slack.APIURL, now: now, queue: newQueue(now)}
	if apiURL != "" {
		c.base = strings.TrimSuffix(apiURL, "/") + "/"
	}
	c.options = []slack.Option{slack.OptionHTTPClient(c.http), slack.OptionAPIURL(c.base)}
	c.api = slack.New(token, c.options...)
	c.once = slack.New(token, slack.OptionHTTPClient(once{c.http}), slack.OptionAPIURL(c.base))
	return c
}

// ForSockets returns what opens Socket Mode connections with an app-level token.
func (c *Client) ForSockets(appToken string) *slack.Client {
	return slack.New("", append(slices.Clone(c.options), slack.OptionAppLevelToken(appToken))...)
}

// LastAnswer is when Slack last carried out a call, or said that whom it was about does not exist; the
// zero time for never. A refusal of the token is no such call.
func (c *Client) LastAnswer() time.Time {
	if s := c.last.Load(); s != 0 {
		return time.Unix(s, 0)
	}
	return time.Time{}
}

// call makes one call of a method, unless Slack has asked for a rest from it that is not over.
// Its errors are care's where care has one, and tell neither address nor token.
func (c *Client) call(method string, do func() error) error {
	if err := c.resting(method); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	err := caresError(do())
	if limited, ok := errors.AsType[*care.LimitedError](err); ok {
		c.rests.Store(method, c.now().Add(limited.After))
	}
	refused, _ := errors.AsType[*care.RefusedError](err)
	if err == nil || errors.Is(err, care.ErrNotFound) || refused != nil && refused.Gone {
		c.last.Store(c.now().Unix())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// resting is a *care.LimitedError while a rest from a method is not over.
func (c *Client) resting(method string) error {
	if until, ok := c.rests.Load(method); ok {
		if left := until.(time.Time).Sub(c.now()); left > 0 {
			return &care.LimitedError{After: left}
		}
	}
	return nil
}

// caresError turns an error of slack-go into care's, if care has one for it.
func caresError(err error) error {
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch refused.Err {
		case "user_not_found", "users_not_found", "user_not_visible":
			return care.ErrNotFound
		}
		if why := refused.ResponseMetadata.Messages; len(why) > 0 { // which names places and rules, not what was sent
			return fmt.Errorf("%w: %s", err, why[0])
		}
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &care.LimitedError{After: limited.RetryAfter}
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok && status.Code == http.StatusTooManyRequests {
		return &care.LimitedError{After: restUnsaid}
	}
	return hideURL(err)
}

// hideURL drops a URL from an error: a response_url is a key in itself.
func hideURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Check asks Slack whether the token is good, and learns whose it is.
func (c *Client) Check(ctx context.Context) error {
	return c.call("auth.test", func() error {
		auth, err := c.api.AuthTestContext(ctx)
		if err != nil {
			return readable(err)
		}
		if auth.TeamID == "" || auth.UserID == "" {
			return errUnreadable
		}
		c.self.Store(&identity{auth.TeamID, auth.UserID, auth.BotID})
		return nil
	})
}

// me is whose the token is.
func (c *Client) me(ctx context.Context) (identity, error) {
	if c.self.Load() == nil {
		if err := c.Check(ctx); err != nil {
			return identity{}, err
		}
	}
	return *c.self.Load(), nil
}

// Account returns what Slack says of a user; care.ErrNotFound if it knows none with that id.
func (c *Client) Account(ctx context.Context, slackID string) (care.Account, error) {
	return c.account(ctx, "users.info", func() (*slack.User, error) { return c.api.GetUserInfoContext(ctx, slackID) })
}

// AccountByEmail returns the user with an e-mail address; care.ErrNotFound if there is none.
func (c *Client) AccountByEmail(ctx context.Context, email string) (care.Account, error) {
	return c.account(ctx, "users.lookupByEmail", func() (*slack.User, error) { return c.api.GetUserByEmailContext(ctx, email) })
}

func (c *Client) account(ctx context.Context, method string, get func() (*slack.User, error)) (care.Account, error) {
	var u *slack.User
	err := c.call(method, func() (err error) {
		u, err = get()
		return err
	})
	if err != nil {
		return care.Account{}, err
	}
	return c.AccountOf(ctx, *u)
}

// AccountOf takes the facts about a person from Slack's user. Who is of another workspace than
// the token is a stranger.
func (c *Client) AccountOf(ctx context.Context, u slack.User) (care.Account, error) {
	me, err := c.me(ctx)
	if err != nil {
		return care.Account{}, err
	}
	return care.Account{
		SlackID: u.ID,
		Email:   u.Profile.Email,
		Facts: care.SlackFacts{
			Team:        u.TeamID,
			Guest:       u.IsRestricted || u.IsUltraRestricted,
			Stranger:    u.IsStranger || u.TeamID != me.team,
			Bot:         u.IsBot,
			Deactivated: u.Deleted,
			Updated:     u.Updated.Time().UTC(),
		},
	}, nil
}

// Respond posts a late answer to a command's or click's response_url, which serves 5 times in
// 30 minutes (docs.slack.dev/interactivity/handling-user-interaction); ErrTooLate after that.
func (c *Client) Respond(ctx context.Context, responseURL string, msg slack.WebhookMessage) error {
	body, err := json.Marshal(msg)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, responseURL, bytes.NewReader(body))
	if err != nil {
		return errors.New("post the answer: the response_url cannot be read")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("post the answer: %w", hideURL(err))
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) // what is read to its end can be used again
	switch resp.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusNotFound: // used up or expired
		return fmt.Errorf("post the answer: status %d: %w", resp.StatusCode, ErrTooLate)
	}
	return fmt.Errorf("post the answer: status %d", resp.StatusCode)
}
