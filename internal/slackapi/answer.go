package slackapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// once sends each request at most once. net/http sends a request again on another connection, or to where it is
// redirected, when it can have the body again and takes it for safe; over HTTP/2 that includes streams that
// the server has broken off (http2canRetryError). Slack has nothing by which it would know the second.
type once struct{ *http.Client }

func (c once) Do(r *http.Request) (*http.Response, error) {
	r.GetBody = nil
	resp, err := c.Client.Do(r) //nolint:gosec // to Slack, or to where the one who runs the bot says that it is
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		if _, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil {
			resp.Header.Del("Retry-After") // one that slack-go cannot read: the answer is still a 429
		}
	}
	return resp, err
}

// told turns the end of a call that must not be made twice into what is known of it: *care.RefusedError when Slack
// has said no, *care.LimitedError when it asks for a rest, and any other error when nobody knows whether
// the call was carried out.
func told(err error) error {
	if err == nil {
		return nil
	}
	no, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return readable(err)
	}
	switch no.Err {
	case "internal_error", "fatal_error", "service_unavailable":
		// "It's possible some aspect of the operation succeeded" (docs.slack.dev/reference/methods/chat.postMessage).
		return errors.New(no.Err)
	case "ratelimited", "rate_limited":
		return &care.LimitedError{After: restUnsaid}
	}
	refused := &care.RefusedError{Code: no.Err, Gone: gone(no.Err)}
	if why := no.ResponseMetadata.Messages; len(why) > 0 { // which names places and rules, not what was sent
		return fmt.Errorf("%w: %s", refused, why[0])
	}
	if no.Needed != "" {
		return fmt.Errorf("%w: %s", refused, no.Needed)
	}
	return refused
}

// gone tells whether a code means that nobody is, or nothing can be posted, where a message was to go.
func gone(code string) bool {
	switch code {
	case "user_not_found", "users_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot",
		"channel_not_found", "is_archived", "not_in_channel":
		return true
	}
	return false
}

// readable lets only those errors through that are Slack's or tell how a connection or a server failed. Others come
// from decoding the answer and may quote it.
func readable(err error) error {
	_, no := errors.AsType[slack.SlackErrorResponse](err)
	_, status := errors.AsType[slack.StatusCodeError](err)
	_, limited := errors.AsType[*slack.RateLimitedError](err)
	_, sending := errors.AsType[*url.Error](err)
	_, network := errors.AsType[net.Error](err)
	cut := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	ended := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	if no || status || limited || sending || network || cut || ended {
		return err
	}
	return errUnreadable
}

// errUnreadable is an answer that is none of Slack's, or says nothing.
var errUnreadable = errors.New("the answer cannot be read")
