package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// TestEveryButtonInAChannel has people of several roles click each button on a message that stays in a channel, whatever it
// is for. What comes of it is for them alone, or has no name in it.
func TestEveryButtonInAChannel(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	everyone := []string{m.slack.BotUserID()}
	for _, r := range roles {
		everyone = append(everyone, r.slackID)
	}
	m.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Private: true, Members: everyone})
	api := slackapi.New(m.slack.BotToken(), m.slack.APIURL(), time.Now)
	channel, ts, err := api.Post(t.Context(), care.Place{Channel: "CEHT"}, "k", "Någon väntar på uppföljning", nil)
	if err != nil {
		t.Fatal(err)
	}
	m.post.channel, m.post.ts = channel, ts
	clicked, answered := 0, 0
	for _, route := range m.everyRoute() {
		if !strings.HasPrefix(route, "button ") {
			continue
		}
		for _, tr := range m.tries(route) {
			target := ""
			switch {
			case slices.Contains(tr.on, "own"):
				target = "own"
			case len(tr.on) > 0:
				target = tr.on[0]
			}
			for _, user := range []string{"UANNA", "UEVA", "URUT", "UTOR", "UADA", "UFRAMLING"} {
				before := len(m.slack.Seen(user))
				tr.do(m, user, target)
				clicked++
				for _, msg := range m.slack.Seen(user)[before:] {
					answered++
					if !msg.Ephemeral && msg.Channel == "CEHT" {
						t.Errorf("%s %s by %s is answered for all to see: %s", route, tr.name, user, msg.Plain)
					}
				}
			}
			for _, msg := range m.lasting("UEVA", "CEHT") {
				for _, stu := range matrixStudents {
					if strings.Contains(msg.Plain+msg.Text, stu.family) {
						t.Errorf("%s %s: in the channel stands %s", route, tr.name, msg.Plain)
					}
				}
			}
		}
	}
	if clicked < 200 || answered < clicked/3 {
		t.Errorf("%d clicks have %d answers", clicked, answered)
	}
	m.check()
}
