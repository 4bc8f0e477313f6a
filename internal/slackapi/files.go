package slackapi

import (
	"bytes"
	"context"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// A File is one that a person gets.
type File struct {
	Name, Title string
	Alt         string // what a picture shows, for those who do not see it
	Content     []byte
}

// altMax is how many characters of a description are sent.
const altMax = 1000

// SendFile puts a file into the app's direct messages with a user, where nobody else sees it. Slack shows a file
// that is in no conversation to nobody but the app, also in a message of blocks; and an answer that only one person sees
// takes no file.
//
// It never tries twice. After an error it is not known whether the picture stands.
func (c *Client) SendFile(ctx context.Context, slackID string, f File) error {
	dm, err := c.OpenDM(ctx, slackID)
	if err != nil {
		return err
	}
	return c.call("files.completeUploadExternal", func() error {
		_, err := c.once.UploadFileContext(ctx, slack.UploadFileParameters{
			Filename: f.Name, FileSize: len(f.Content), Reader: bytes.NewReader(f.Content), Title: f.Title, AltTxt: care.Truncate(f.Alt, altMax), Channel: dm,
		})
		return told(err)
	})
}
