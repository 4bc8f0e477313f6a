package slackapi

import (
	"context"
	"errors"

	"github.com/slack-go/slack"
)

// What Slack says of an answer that cannot be shown.
var (
	// ErrTooLate means that the act that would have opened it is more than three seconds ago, or opens
	// none where it was done, or that its response_url serves no more.
	ErrTooLate = errors.New("the trigger has expired")
	// ErrShown means that the act has opened a modal already, or that the modal shows something
	// newer or is closed: nobody waits for this one.
	ErrShown = errors.New("something newer is shown")
)

// OpenView opens a modal for the act with that trigger id.
func (c *Client) OpenView(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	return c.view("views.open", func() error {
		_, err := c.api.OpenViewContext(ctx, trigger, view)
		return err
	})
}

// PushView shows a modal on top of the one in which the act with that trigger id was done.
func (c *Client) PushView(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	return c.view("views.push", func() error {
		_, err := c.api.PushViewContext(ctx, trigger, view)
		return err
	})
}

// UpdateView shows something else in an open modal, if it still is as it was at that hash; an empty
// hash means however it is.
func (c *Client) UpdateView(ctx context.Context, id, hash string, view slack.ModalViewRequest) error {
	return c.view("views.update", func() error {
		_, err := c.api.UpdateViewContext(ctx, view, "", hash, id)
		return err
	})
}

// PublishHome shows a person's App Home.
func (c *Client) PublishHome(ctx context.Context, slackID string, view slack.HomeTabViewRequest) error {
	return c.view("views.publish", func() error {
		_, err := c.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: slackID, View: view})
		return err
	})
}

func (c *Client) view(method string, do func() error) error {
	return c.call(method, func() error {
		err := do()
		if errors.Is(err, slack.ErrParametersMissing) { // an act without a trigger
			return ErrTooLate
		}
		refused, ok := errors.AsType[slack.SlackErrorResponse](err)
		if !ok {
			return err
		}
		switch refused.Err {
		case "expired_trigger_id", "invalid_trigger_id":
			return ErrTooLate
		case "exchanged_trigger_id", "hash_conflict", "not_found", "view_not_found":
			return ErrShown
		}
		return err
	})
}
