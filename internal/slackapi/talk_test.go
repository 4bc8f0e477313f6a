package slackapi_test

import (
	"errors"
	"testing"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
)

func TestTalk(t *testing.T) {
	d := newDesk(t)
	d.slack.AddUser(fakeslack.User{ID: "UANNA", Name: "anna"})
	d.slack.AddUser(fakeslack.User{ID: "UBO", Name: "bo"})
	channel := d.slack.AddChannel(fakeslack.Channel{Name: "eht", Private: true, Members: []string{"UANNA", "UBO", d.slack.BotUserID()}})
	m, _, _ := d.slack.Say(t.Context(), "UANNA", channel, "", "ringt hem") // nobody listens
	marks := func() int {
		for _, s := range d.slack.Seen("UANNA") {
			if s.Key == m.Key {
				return len(s.Reactions)
			}
		}
		return -1
	}
	for range 2 {
		if err := d.React(t.Context(), channel, m.TS, "white_check_mark"); err != nil || marks() != 1 {
			t.Errorf("React() = %v, with %d marks", err, marks())
		}
	}
	for range 2 {
		if err := d.Unreact(t.Context(), channel, m.TS, "white_check_mark"); err != nil || marks() != 0 {
			t.Errorf("Unreact() = %v, with %d marks", err, marks())
		}
	}
	if err := d.React(t.Context(), channel, "1.000001", "white_check_mark"); err != nil {
		t.Errorf("React() to a message that is gone = %v", err)
	}
	if err := d.Ephemeral(t.Context(), channel, m.TS, "UANNA", "Vad har du gjort?", nil); err != nil {
		t.Errorf("Ephemeral() = %v", err)
	}
	if seen := d.slack.Seen("UANNA"); !seen[len(seen)-1].Ephemeral || seen[len(seen)-1].ThreadTS != m.TS {
		t.Errorf("the person sees %+v", seen[len(seen)-1])
	}
	if seen := d.slack.Seen("UBO"); len(seen) != 1 {
		t.Errorf("a colleague sees %d messages, want one", len(seen))
	}
	refused := &care.RefusedError{}
	if err := d.Ephemeral(t.Context(), channel, "", "UFRAMLING", "Hej", nil); !errors.As(err, &refused) || refused.Code != "user_not_in_channel" {
		t.Errorf("Ephemeral() to someone who is not there = %v", err)
	}
}
