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

// line is a person pressing Enter: a slash command, or a message in a conversation or in a thread of it.
func (p *page) line(w http.ResponseWriter, r *http.Request, who Person) {
	var in struct {
		Channel string `json:"channel"`
		Thread  string `json:"thread"`
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
	case isCommand && in.Thread != "":
		refuse(w, http.StatusUnprocessableEntity, "Commands do not work in threads.")
		return
	case isCommand && !p.hasCommand(name):
		refuse(w, http.StatusUnprocessableEntity, "There is no such command.")
		return
	case isCommand:
		_, _ = p.Slack.Command(r.Context(), who.SlackID, in.Channel, name, words) // of a bot that is down Slackbot tells
	default:
		if said, _, _ := p.Slack.Say(r.Context(), who.SlackID, in.Channel, in.Thread, text); said.Key == "" { // what a bot that is down does not hear just stands there
			refuse(w, http.StatusConflict, "That thread is not there any more.")
			return
		}
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
