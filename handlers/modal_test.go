package handlers_test

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/handlers"
)

// initial is what stands in an element of a form at first.
func initial(e slack.BlockElement) []string {
	var values []string
	add := func(list ...*slack.OptionBlockObject) {
		for _, o := range list {
			if o != nil {
				values = append(values, o.Text.Text)
			}
		}
	}
	switch e := e.(type) {
	case *slack.MultiSelectBlockElement:
		add(e.InitialOptions...)
		values = append(values, e.InitialUsers...)
	case *slack.RadioButtonsBlockElement:
		for _, o := range e.Options {
			line := "\n    ( ) " + o.Text.Text
			if o.Description != nil {
				line += "\n        " + o.Description.Text
			}
			values = append(values, line)
		}
	case *slack.SelectBlockElement:
		add(e.InitialOption)
		if e.Type == slack.OptTypeUser {
			values = append(values, e.InitialUser)
		}
	case *slack.TimePickerBlockElement:
		values = append(values, e.InitialTime)
	case *slack.DatePickerBlockElement:
		values = append(values, e.InitialDate)
	case *slack.PlainTextInputBlockElement:
		values = append(values, e.InitialValue)
	}
	return values
}

// fill is a modal after a person has entered values: what the fields say, "kinds=talk,home", and
// else what stood there at first. An option that a select does not have fails the test.
func (o *office) fill(m *slack.ModalViewRequest, fields []string) handlers.Form {
	o.t.Helper()
	entered := map[string]string{}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		entered[name] = value
	}
	form := handlers.Form{ID: o.views[m], Metadata: m.PrivateMetadata, Values: map[string]map[string]slack.BlockAction{}}
	for _, block := range m.Blocks.BlockSet {
		in, ok := block.(*slack.InputBlock)
		if !ok {
			continue
		}
		value, given := entered[in.BlockID]
		delete(entered, in.BlockID)
		var action slack.BlockAction
		switch e := in.Element.(type) {
		case *slack.MultiSelectBlockElement:
			for _, chosen := range e.InitialOptions {
				action.SelectedOptions = append(action.SelectedOptions, *chosen)
			}
			action.SelectedUsers = e.InitialUsers
			if given && e.Type == slack.MultiOptTypeUser {
				action.SelectedUsers = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
			} else if given {
				action.SelectedOptions = nil
				for _, v := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' }) {
					action.SelectedOptions = append(action.SelectedOptions, o.option(e.Options, v, e.Type == slack.MultiOptTypeExternal))
				}
			}
		case *slack.RadioButtonsBlockElement:
			if e.InitialOption != nil {
				action.SelectedOption = *e.InitialOption
			}
			if n, err := strconv.Atoi(value); err == nil && n > 0 && n <= len(e.Options) { // by its place
				action.SelectedOption = *e.Options[n-1]
			}
		case *slack.SelectBlockElement:
			if e.InitialOption != nil {
				action.SelectedOption = *e.InitialOption
			}
			action.SelectedUser = e.InitialUser
			switch {
			case given && e.Type == slack.OptTypeUser:
				action.SelectedUser = value
			case given && value == "":
				action.SelectedOption = slack.OptionBlockObject{}
			case given:
				action.SelectedOption = o.option(e.Options, value, false)
			}
		case *slack.TimePickerBlockElement:
			if action.SelectedTime = e.InitialTime; given {
				action.SelectedTime = value
			}
		case *slack.DatePickerBlockElement:
			if action.SelectedDate = e.InitialDate; given {
				action.SelectedDate = value
			}
		case *slack.PlainTextInputBlockElement:
			if action.Value = e.InitialValue; given {
				action.Value = value
			}
		}
		form.Values[in.BlockID] = map[string]slack.BlockAction{handlers.FieldOf(in.BlockID): action}
	}
	for name := range entered {
		o.t.Fatalf("the modal has no field %s", name)
	}
	return form
}

func (o *office) option(list []*slack.OptionBlockObject, value string, external bool) slack.OptionBlockObject {
	o.t.Helper()
	i := slices.IndexFunc(list, func(p *slack.OptionBlockObject) bool { return p.Value == value })
	if i < 0 && !external {
		o.t.Fatalf("there is no option %q", value)
	}
	if i < 0 {
		return *slack.NewOptionBlockObject(value, slack.NewTextBlockObject(slack.PlainTextType, value, false, false), nil)
	}
	return *list[i]
}

// fitsAsModal holds a modal to Slack's limits and to texts without gaps.
func (o *office) fitsAsModal(m *slack.ModalViewRequest) {
	o.t.Helper()
	for _, t := range []*slack.TextBlockObject{m.Title, m.Close, m.Submit} {
		if t != nil && (units(t.Text) == 0 || units(t.Text) > handlers.TitleMax) {
			o.t.Errorf("%q has %d characters, want 1 to %d", t.Text, units(t.Text), handlers.TitleMax)
		}
	}
	if n := len(m.Blocks.BlockSet); n == 0 || n > 100 {
		o.t.Errorf("the modal has %d blocks, want 1 to 100", n)
	}
	if len(m.PrivateMetadata) > 3000 {
		o.t.Errorf("the private_metadata has %d characters", len(m.PrivateMetadata))
	}
	o.blocksFit(m.Blocks.BlockSet)
	o.whole(shown(handlers.Reply{Modal: m}))
}
