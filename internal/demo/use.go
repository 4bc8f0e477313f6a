package demo

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"lotsen/internal/fakeslack"
)

// use is a person using something that stands in a message, a modal or the home.
type use struct {
	Surface string           `json:"surface"` // the key of the message or view
	Block   string           `json:"block"`   // may be empty where no other element has the action
	Action  string           `json:"action"`
	Value   entry            `json:"value"`  // of a button its own, of anything else what was chosen
	Typed   string           `json:"typed"`  // in a search
	Fields  map[string]entry `json:"fields"` // block id → what the person has entered in the modal without the bot having heard of it
}

// entry is what stands in a field, a text or several.
type entry struct{ value any }

// UnmarshalJSON takes a string or a list of strings.
func (e *entry) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		e.value = text
		return nil
	}
	var texts []string
	err := json.Unmarshal(raw, &texts)
	e.value = texts
	return err
}

// element names the thing for the fake Slack.
func (u use) element() string {
	if u.Block == "" {
		return u.Action
	}
	return u.Block + "/" + u.Action
}

// click is a person pressing a button.
func (p *page) click(w http.ResponseWriter, r *http.Request, who Person) {
	p.using(w, r, who, func(in use) (*fakeslack.Ack, error) {
		value, _ := in.Value.value.(string)
		return p.Slack.Click(r.Context(), who.SlackID, in.Surface, in.element(), value)
	})
}

// choose is a person choosing in a menu, a date picker or the like that tells the bot at once.
func (p *page) choose(w http.ResponseWriter, r *http.Request, who Person) {
	p.using(w, r, who, func(in use) (*fakeslack.Ack, error) {
		return p.Slack.Select(r.Context(), who.SlackID, in.Surface, in.element(), in.Value.value)
	})
}

// search is a person typing in a menu whose options the bot suggests. Of a bot that gives none Slack says no more than that.
func (p *page) search(w http.ResponseWriter, r *http.Request, who Person) {
	var in use
	if !read(w, r, &in) || !p.enter(w, who, in.Surface, in.Fields) {
		return
	}
	type option struct {
		Text  string `json:"text"`
		Value string `json:"value"`
	}
	options := []option{}
	found, _ := p.Slack.Suggest(r.Context(), who.SlackID, in.Surface, in.element(), in.Typed)
	for _, o := range found {
		options = append(options, option(o))
	}
	answer(w, http.StatusOK, map[string]any{"options": options})
}

// using enters what the person has filled in, does it, and answers.
func (p *page) using(w http.ResponseWriter, r *http.Request, who Person, do func(use) (*fakeslack.Ack, error)) {
	var in use
	if !read(w, r, &in) || !p.enter(w, who, in.Surface, in.Fields) {
		return
	}
	ack, err := do(in)
	if ack == nil {
		refuse(w, http.StatusConflict, "That is not there any more.")
		return
	}
	p.done(w, who, ack, err)
}

// done answers what the person sees after an act. The trouble is Slack's code for a bot that did not take it.
func (p *page) done(w http.ResponseWriter, who Person, ack *fakeslack.Ack, err error) {
	trouble := ""
	switch {
	case err != nil:
		trouble = "dispatch_failed"
	case ack != nil && strings.Contains(ack.Error, " "): // Slack says it in words when it does not understand the answer
		trouble = "invalid_response"
	case ack != nil:
		trouble = ack.Error
	}
	answer(w, http.StatusOK, struct {
		sight
		Trouble string `json:"trouble,omitempty"`
	}{p.sight(who), trouble})
}

// enter puts what the person has filled in into the modal in front, if that is the one they did it in. Of what the bot has
// taken out of the modal meanwhile nothing is left.
func (p *page) enter(w http.ResponseWriter, who Person, surface string, fields map[string]entry) bool {
	front, open := p.front(who)
	if len(fields) == 0 || !open || front.ID != surface {
		return true
	}
	values := map[string]any{}
	for _, blockID := range inputs(front.Blocks) {
		if entered, ok := fields[blockID]; ok {
			values[blockID] = entered.value
		}
	}
	if err := p.Slack.Fill(who.SlackID, values); err != nil {
		refuse(w, http.StatusUnprocessableEntity, "Slack does not take that in a field.")
		return false
	}
	return true
}

// front is the modal the person has before them.
func (p *page) front(who Person) (fakeslack.View, bool) {
	open := p.Slack.Views(who.SlackID)
	if len(open) == 0 {
		return fakeslack.View{}, false
	}
	return open[len(open)-1], true
}

// inputs are the ids of the blocks that hold a field.
func inputs(blocks json.RawMessage) []string {
	var read []struct {
		Type string `json:"type"`
		ID   string `json:"block_id"`
	}
	_ = json.Unmarshal(blocks, &read) // the fake Slack has written them
	var ids []string
	for _, block := range read {
		if block.Type == "input" && !slices.Contains(ids, block.ID) {
			ids = append(ids, block.ID)
		}
	}
	return ids
}
