package slackapi

import (
	"bytes"
	"context"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// A Picture is one that a person gets.
type Picture struct {
	Name, Title string
	Alt         string // what it shows, for those who do not see it
	PNG         []byte
}

// altMax is how many characters of a description are sent.
const altMax = 1000

// SendPicture puts a picture into the app's direct messages with a user, where nobody else sees it. Slack shows a file
// that is in no conversation to nobody but the app, also in a message of blocks; and an answer that only one person sees
// takes no file.
//
// It never tries twice. After an error it is not known whether the picture stands.
func (c *Client) SendPicture(ctx context.Context, slackID string, p Picture) error {
	dm, err := c.OpenDM(ctx, slackID)
	if err != nil {
		return err
	}
	return c.call("files.completeUploadExternal", func() error {
		_, err := c.once.UploadFileContext(ctx, slack.UploadFileParameters{
			Filename: p.Name, FileSize: len(p.PNG), Reader: bytes.NewReader(p.PNG), Title: p.Title, AltTxt: care.Truncate(p.Alt, altMax), Channel: dm,
		})
		return told(err)
	})
}
