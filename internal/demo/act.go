package demo

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// maxBody holds the longest message that Slack takes, in any letters.
const maxBody = 256 << 10

// line is a person pressing Enter: a slash command, or a message in a conversation.
func (p *page) line(w http.ResponseWriter, r *http.Request, who Person) {
	var in struct {
		Channel string `json:"channel"`
		Text    string `json:"text"`
	}
	if !read(w, r, &in) {
		return
	}
	text := strings.TrimSpace(in.Text)
	name, words := text, ""
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		name, words = text[:i], strings.TrimSpace(text[i:])
	}
	isCommand := strings.HasPrefix(text, "/")
	switch {
	case text == "":
		refuse(w, http.StatusBadRequest, "There is nothing to send.")
		return
	case !slices.ContainsFunc(p.conversations(who), func(c conversation) bool { return c.ID == in.Channel }):
		refuse(w, http.StatusForbidden, "This person is not in that conversation.")
		return
	case isCommand && !p.hasCommand(name):
		refuse(w, http.StatusUnprocessableEntity, "There is no such command.")
		return
	case isCommand:
		_, _ = p.Slack.Command(r.Context(), who.SlackID, in.Channel, name, words) // of a bot that is down Slackbot tells
	default:
		_, _, _ = p.Slack.Say(r.Context(), who.SlackID, in.Channel, "", text) // and what is said to it just stands there
	}
	p.look(w, r, who)
}

func (p *page) hasCommand(name string) bool {
	for _, commands := range p.Commands {
		if slices.ContainsFunc(commands, func(c Command) bool { return c.Name == name }) {
			return true
		}
	}
	return false
}

// click is a person pressing a button of a message. The answer's trouble is Slack's code for a bot that did not take it.
func (p *page) click(w http.ResponseWriter, r *http.Request, who Person) {
	var in struct {
		Message string `json:"message"`
		Action  string `json:"action"`
		Value   string `json:"value"`
	}
	if !read(w, r, &in) {
		return
	}
	ack, err := p.Slack.Click(r.Context(), who.SlackID, in.Message, in.Action, in.Value)
	if ack == nil {
		refuse(w, http.StatusConflict, "That button is not there any more.")
		return
	}
	trouble := ack.Error
	if err != nil {
		trouble = "dispatch_failed"
	}
	answer(w, http.StatusOK, struct {
		sight
		Trouble string `json:"trouble,omitempty"`
	}{p.sight(who), trouble})
}

// read decodes a request's JSON, or refuses it.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(into)
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		refuse(w, http.StatusRequestEntityTooLarge, "That is longer than Slack takes.")
		return false
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "The request is not the JSON this address takes.")
		return false
	}
	return true
}
