package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"lotsen/internal/fakeslack"
)

// refresh is how soon the page shows what happened without it.
const refresh = 250 * time.Millisecond

// sight is all that a person has before their eyes.
type sight struct {
	Conversations []conversation `json:"conversations"`
	Messages      []message      `json:"messages"`
}

// conversation is the direct messages with the bot, which have no name, or a channel.
type conversation struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Direct  bool   `json:"direct"`
	Private bool   `json:"private"`
}

type message struct {
	Key       string               `json:"key"`
	Channel   string               `json:"channel"`
	TS        string               `json:"ts"`
	Author    string               `json:"author"`
	Text      string               `json:"text"`
	Blocks    json.RawMessage      `json:"blocks,omitempty"`
	Ephemeral bool                 `json:"ephemeral"`
	Edited    bool                 `json:"edited"`
	Reactions []fakeslack.Reaction `json:"reactions,omitempty"`
}

func (p *page) sight(who Person) sight {
	s := sight{Conversations: p.conversations(who), Messages: []message{}}
	for _, m := range p.Slack.Seen(who.SlackID) {
		s.Messages = append(s.Messages, message{
			Key: m.Key, Channel: m.Channel, TS: m.TS, Author: m.User, Text: m.Text, Blocks: m.Blocks, Ephemeral: m.Ephemeral, Edited: m.Edited, Reactions: m.Reactions,
		})
	}
	return s
}

// conversations are those the person can write in, the bot's direct messages first.
func (p *page) conversations(who Person) []conversation {
	out := []conversation{{ID: p.Slack.DM(who.SlackID), Direct: true, Private: true}}
	for _, ch := range p.Channels {
		if slices.Contains(ch.Members, who.SlackID) {
			out = append(out, conversation{ID: ch.ID, Name: ch.Name, Private: ch.Private})
		}
	}
	return out
}

// look answers what the person sees now.
func (p *page) look(w http.ResponseWriter, _ *http.Request, who Person) {
	answer(w, http.StatusOK, p.sight(who))
}

// stream sends what the person sees, at once and whenever it has changed, until the request's context ends.
func (p *page) stream(w http.ResponseWriter, r *http.Request, who Person) {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // a server's limit is for answers that come to an end
	w.Header().Set("Content-Type", "text/event-stream")
	tick := time.NewTicker(refresh)
	defer tick.Stop()
	var sent []byte
	for {
		if now, _ := json.Marshal(p.sight(who)); !bytes.Equal(now, sent) {
			_, err := fmt.Fprintf(w, "data: %s\n\n", now)
			if err != nil || control.Flush() != nil {
				return
			}
			sent = now
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}
