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

// sight is all that a person has before their eyes. One with a later turn shows what is newer.
type sight struct {
	Turn          int64          `json:"turn"`
	Conversations []conversation `json:"conversations"`
	Messages      []message      `json:"messages"`
	Modals        []view         `json:"modals"`         // the one in front last
	Home          *view          `json:"home,omitempty"` // once the bot has made one

	Clock  *reading          `json:"clock,omitempty"`
	Latest map[string]latest `json:"latest"` // person → what the bot has written to them last; the others alone
}

// latest is the newest direct message that the bot has posted to somebody.
type latest struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
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
	Thread    string               `json:"thread,omitempty"` // of a reply: the timestamp of the message it answers
	Broadcast bool                 `json:"broadcast"`        // a reply that stands in the conversation too
	Author    string               `json:"author"`
	Text      string               `json:"text"`
	Blocks    json.RawMessage      `json:"blocks,omitempty"`
	State     json.RawMessage      `json:"state,omitempty"`
	Ephemeral bool                 `json:"ephemeral"`
	Edited    bool                 `json:"edited"`
	Reactions []fakeslack.Reaction `json:"reactions,omitempty"`
}

// view is an open modal or the bot's home. State has what the person had entered when the bot last heard of it.
type view struct {
	Key    string            `json:"key"`
	Title  string            `json:"title"`
	Submit string            `json:"submit"`
	Close  string            `json:"close"`
	Blocks json.RawMessage   `json:"blocks"`
	State  json.RawMessage   `json:"state"`
	Errors map[string]string `json:"errors,omitempty"` // block id → what the bot marked there
}

func (p *page) sight(who Person) sight {
	p.mu.Lock() // so that a later turn has looked later
	defer p.mu.Unlock()
	p.turn++
	s := sight{Turn: p.turn, Conversations: p.conversations(who), Messages: []message{}, Modals: []view{}, Clock: p.reading(), Latest: p.others(who)}
	for _, m := range p.Slack.Seen(who.SlackID) {
		s.Messages = append(s.Messages, message{
			Key: m.Key, Channel: m.Channel, TS: m.TS, Thread: m.ThreadTS, Broadcast: m.Broadcast, Author: m.User, Text: m.Text, Blocks: m.Blocks, State: m.State,
			Ephemeral: m.Ephemeral, Edited: m.Edited, Reactions: m.Reactions,
		})
	}
	for _, v := range p.Slack.Views(who.SlackID) {
		s.Modals = append(s.Modals, viewOf(v))
	}
	if home := p.Slack.Home(who.SlackID); home != nil {
		shown := viewOf(*home)
		s.Home = &shown
	}
	return s
}

func viewOf(v fakeslack.View) view {
	return view{Key: v.ID, Title: v.Title, Submit: v.Submit, Close: v.Close, Blocks: v.Blocks, State: v.State, Errors: v.Errors}
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

// others tells which of the others the bot has written to. An answer that only its asker sees does not count.
func (p *page) others(who Person) map[string]latest {
	all := map[string]latest{}
	for _, other := range p.People {
		if ts := p.Slack.Newest(other.SlackID); ts != "" && other.SlackID != who.SlackID {
			all[other.SlackID] = latest{Channel: p.Slack.DM(other.SlackID), TS: ts}
		}
	}
	return all
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
		now := p.sight(who)
		data, _ := json.Marshal(now)
		now.Turn = 0
		if seen, _ := json.Marshal(now); !bytes.Equal(seen, sent) {
			_, err := fmt.Fprintf(w, "data: %s\n\n", data)
			if err != nil || control.Flush() != nil {
				return
			}
			sent = seen
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}
