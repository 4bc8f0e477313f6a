package demo

import (
	"net/http"
	"slices"

	"lotsen/internal/fakeslack"
)

// shortcut is a person choosing one in the ⚡ menu, or in the menu of a message.
func (p *page) shortcut(w http.ResponseWriter, r *http.Request, who Person) {
	var in struct {
		Shortcut string `json:"shortcut"`
		Message  string `json:"message"` // the key of the message, empty from the ⚡ menu
	}
	if !read(w, r, &in) {
		return
	}
	if !p.hasShortcut(in.Shortcut, in.Message != "") {
		refuse(w, http.StatusUnprocessableEntity, "There is no such shortcut.")
		return
	}
	var ack *fakeslack.Ack
	var err error
	if in.Message == "" {
		ack, err = p.Slack.Shortcut(r.Context(), who.SlackID, in.Shortcut)
	} else if ack, err = p.Slack.MessageAction(r.Context(), who.SlackID, in.Message, in.Shortcut); ack == nil {
		refuse(w, http.StatusConflict, "That is not there any more.")
		return
	}
	p.done(w, who, ack, err)
}

func (p *page) hasShortcut(id string, ofMessage bool) bool {
	for _, shortcuts := range p.Shortcuts {
		if slices.ContainsFunc(shortcuts, func(s Shortcut) bool { return s.CallbackID == id && s.Message == ofMessage }) {
			return true
		}
	}
	return false
}

// home is a person opening the bot's home, which the bot fills once it hears of it.
func (p *page) home(w http.ResponseWriter, r *http.Request, who Person) {
	ack, err := p.Slack.OpenHome(r.Context(), who.SlackID)
	p.done(w, who, ack, err)
}
