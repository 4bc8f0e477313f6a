package slackapi_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

func modal(title string) slack.ModalViewRequest {
	return slack.ModalViewRequest{Type: slack.VTModal, Title: slack.NewTextBlockObject(slack.PlainTextType, title, false, false),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
}

// trigger is what an act of a person opens a modal with.
func (d *desk) trigger(user string) string {
	d.t.Helper()
	form, err := d.slack.CommandForm(user, "", "/insats", "")
	if err != nil {
		d.t.Fatal(err)
	}
	return form.Get("trigger_id")
}

func TestViews(t *testing.T) {
	d := newDesk(t)
	d.slack.AddUser(fakeslack.User{ID: "UANNA", Name: "anna"})
	trigger := d.trigger("UANNA")
	if err := d.OpenView(t.Context(), trigger, modal("Ett")); err != nil {
		t.Fatal(err)
	}
	id := d.slack.Views("UANNA")[0].ID
	old := d.trigger("UANNA")
	d.now = d.now.Add(4 * time.Second)
	big := modal("Stor")
	for range 101 {
		big.Blocks.BlockSet = append(big.Blocks.BlockSet, slack.NewDividerBlock())
	}
	for _, tt := range []struct {
		name string
		err  error
		want error // nil for any other
	}{
		{"the same trigger again", d.OpenView(t.Context(), trigger, modal("Två")), slackapi.ErrShown},
		{"a trigger of four seconds ago", d.OpenView(t.Context(), old, modal("Två")), slackapi.ErrTooLate},
		{"no trigger", d.OpenView(t.Context(), "", modal("Två")), slackapi.ErrTooLate},
		{"a trigger that opens none there", d.PushView(t.Context(), d.trigger("UANNA"), modal("Två")), slackapi.ErrTooLate},
		{"a hash of before", d.UpdateView(t.Context(), id, "0.old", modal("Två")), slackapi.ErrShown},
		{"a modal that is closed", d.UpdateView(t.Context(), "V0", "", modal("Två")), slackapi.ErrShown},
		{"too many blocks", d.UpdateView(t.Context(), id, "", big), nil},
		{"an App Home of nobody", d.PublishHome(t.Context(), "U0", slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{}}}), care.ErrNotFound},
	} {
		if tt.err == nil || tt.want != nil && !errors.Is(tt.err, tt.want) {
			t.Errorf("%s = %v, want %v", tt.name, tt.err, tt.want)
		}
		d.silent(tt.err)
	}
	if err := d.UpdateView(t.Context(), id, "", modal("Två")); err != nil || d.slack.Views("UANNA")[0].Title != "Två" {
		t.Errorf("UpdateView() = %v, and the modal is %+v", err, d.slack.Views("UANNA"))
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}}
	if err := d.PublishHome(t.Context(), "UANNA", home); err != nil || d.slack.Home("UANNA") == nil {
		t.Errorf("PublishHome() = %v, and App Home is %+v", err, d.slack.Home("UANNA"))
	}
	// A rest that Slack asks for is kept, and is one method's alone.
	d.slack.Fault("views.open", fakeslack.Fault{RetryAfter: 30 * time.Second})
	for range 2 {
		err := d.OpenView(t.Context(), d.trigger("UANNA"), modal("Tre"))
		if limited, ok := errors.AsType[*care.LimitedError](err); !ok || limited.After != 30*time.Second {
			t.Errorf("OpenView() while Slack rests = %v", err)
		}
	}
	if err := d.PublishHome(t.Context(), "UANNA", home); err != nil {
		t.Errorf("PublishHome() while modals rest = %v", err)
	}
}
