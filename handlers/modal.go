package handlers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// Slack's limits on modals and what stands in them (docs.slack.dev/reference/block-kit).
const (
	titleMax  = 24
	optionMax = 75
)

// Form is a modal as a person has filled it in. A field's block_id and action_id are its name; the
// block_id of one that was shown anew with something else in it has "~" and a number after it.
type Form struct {
	ID       string // the view's: the same however often it is submitted
	Metadata string // what the modal was opened with
	Values   map[string]map[string]slack.BlockAction
}

func (f Form) field(name string) slack.BlockAction {
	for _, actions := range f.Values {
		if action, ok := actions[name]; ok {
			return action
		}
	}
	return slack.BlockAction{}
}

// FieldOf is the field that a block of a modal holds.
func FieldOf(blockID string) string {
	name, _, _ := strings.Cut(blockID, "~")
	return name
}

// renew gives fields of a modal other block ids. Without that Slack keeps what stood in them,
// whatever the modal that takes the old one's place says.
func renew(m *slack.ModalViewRequest, fields []string, number int) {
	for _, block := range m.Blocks.BlockSet {
		if in, ok := block.(*slack.InputBlock); ok && slices.Contains(fields, in.BlockID) {
			in.BlockID = fmt.Sprintf("%s~%d", in.BlockID, number)
		}
	}
}

func (f Form) text(name string) string { return strings.TrimSpace(f.field(name).Value) }

func (f Form) date(name string) care.Date { return care.Date(f.field(name).SelectedDate) }

func (f Form) option(name string) string { return f.field(name).SelectedOption.Value }

// options are the values of what is chosen in a select of several.
func options[T ~string](f Form, name string) []T {
	chosen := f.field(name).SelectedOptions
	values := make([]T, len(chosen))
	for i, o := range chosen {
		values[i] = T(o.Value)
	}
	return values
}

// modal is an empty modal; with an id it is a form that can be sent.
func modal(voice *locales.Voice, id, title string) *slack.ModalViewRequest {
	m := &slack.ModalViewRequest{Type: slack.VTModal, CallbackID: id, Title: plain(title, titleMax),
		Blocks: slack.Blocks{BlockSet: []slack.Block{}}}
	if id == "" {
		m.Close = plain(voice.Text("modal_close", nil), titleMax)
		return m
	}
	m.Close, m.Submit = plain(voice.Text("modal_cancel", nil), titleMax), plain(voice.Text("modal_save", nil), titleMax)
	return m
}

// modalState is what a modal keeps in its private_metadata.
type modalState struct {
	Entry     string `json:"entry,omitempty"` // of a form: the intervention that is changed
	Case      string `json:"case,omitempty"`  // of a form: the case that it is about; Entry then is one of its entries
	Facts     bool   `json:"facts,omitempty"` // of a case's form: the facts behind it are shown
	Base      int    `json:"base,omitempty"`  // of a form: how many revisions it had
	More      bool   `json:"more,omitempty"`  // of a form: all fields are shown
	Done      bool   `json:"done,omitempty"`  // it confirms what was done: nobody wants to come back to it
	Card      string `json:"card,omitempty"`  // the card that it shows or lies on: "8B-K3F/20"
	Slot      string `json:"slot,omitempty"`  // of the settings: what stood in the fields, see slotShown
	Leave     string `json:"leave,omitempty"`
	Calendars string `json:"calendars,omitempty"`
	Meetings  string `json:"meetings,omitempty"`

	Booked  string `json:"booked,omitempty"`  // of the form of a meeting: the case that it is booked for
	Offer   string `json:"offer,omitempty"`   // of a choice of times: the offer that they stand in
	To      string `json:"to,omitempty"`      // and what they are for, see toMove
	Meeting string `json:"meeting,omitempty"` // the meeting that it shows
	Clear   bool   `json:"clear,omitempty"`   // whoever closes it has no use for what lies beneath either
}

func (s modalState) String() string {
	if s == (modalState{}) {
		return ""
	}
	text, _ := json.Marshal(s) // numbers, words and truth
	return string(text)
}

// state reads what the modal was opened with. What Lotsen has not written there is refused.
func (f Form) state() (modalState, error) {
	var s modalState
	if f.Metadata == "" {
		return s, nil
	}
	if err := json.Unmarshal([]byte(f.Metadata), &s); err != nil {
		return s, &care.Error{Code: "too_old_button"}
	}
	return s, nil
}

// Window shows a message as a modal, for where there is no conversation to show it in.
func (a *App) Window(r Reply) *slack.ModalViewRequest {
	m := modal(a.Texts.In(string(r.Lang)), "", "Lotsen")
	m.PrivateMetadata, m.ClearOnClose = r.state.String(), r.state.Clear
	m.Blocks.BlockSet = r.Blocks
	return m
}

func plain(s string, most int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, shorten(s, most), false, false)
}

// input is a field of a form. Slack itself insists on what is required.
func input(name, label, hint string, required bool, element slack.BlockElement) *slack.InputBlock {
	block := slack.NewInputBlock(name, plain(label, sectionMax), nil, element)
	if hint != "" {
		block.Hint = plain(hint, sectionMax)
	}
	return block.WithOptional(!required)
}

func option(value, label string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(label, optionMax), nil)
}

// choice is a select of one of some values; what is chosen at first must be among them, or "".
func choice[T ~string](name, placeholder string, values []T, label func(T) string, chosen T) *slack.SelectBlockElement {
	element := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(placeholder, 150), name)
	for _, v := range values {
		o := option(string(v), label(v))
		element.Options = append(element.Options, o)
		if v == chosen {
			element.InitialOption = o
		}
	}
	return element
}
