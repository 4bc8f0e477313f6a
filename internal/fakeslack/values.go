package fakeslack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
)

// inputState is what a form holds: block id → action id → the value in the form that state.values has.
type inputState map[string]map[string]object

// form is what a person has done in a message or view so far.
type form struct {
	state   inputState
	offered map[string][]any // block id + "/" + action id → options the app suggested
}

// known are options that an element need not show to be chosen: those the app has suggested for it, and what is chosen in it.
func (f *form) known(block, element object) []any {
	blockID, actionID := str(block, "block_id"), str(element, "action_id")
	held := f.state[blockID][actionID]
	return slices.Concat(f.offered[blockID+"/"+actionID], list(held, "selected_options"), []any{held["selected_option"]})
}

// inputKind tells where an element keeps its value and where the app puts what stands there at first.
type inputKind struct {
	value   string
	initial string
	holds   holding
}

type holding int

const (
	oneText holding = iota
	oneNumber
	oneOption
	manyOptions
	manyTexts
)

var inputKinds = map[string]inputKind{
	"plain_text_input":           {"value", "initial_value", oneText},
	"email_text_input":           {"value", "initial_value", oneText},
	"url_text_input":             {"value", "initial_value", oneText},
	"number_input":               {"value", "initial_value", oneText},
	"datepicker":                 {"selected_date", "initial_date", oneText},
	"timepicker":                 {"selected_time", "initial_time", oneText},
	"datetimepicker":             {"selected_date_time", "initial_date_time", oneNumber},
	"static_select":              {"selected_option", "initial_option", oneOption},
	"external_select":            {"selected_option", "initial_option", oneOption},
	"radio_buttons":              {"selected_option", "initial_option", oneOption},
	"checkboxes":                 {"selected_options", "initial_options", manyOptions},
	"multi_static_select":        {"selected_options", "initial_options", manyOptions},
	"multi_external_select":      {"selected_options", "initial_options", manyOptions},
	"users_select":               {"selected_user", "initial_user", oneText},
	"multi_users_select":         {"selected_users", "initial_users", manyTexts},
	"conversations_select":       {"selected_conversation", "initial_conversation", oneText},
	"multi_conversations_select": {"selected_conversations", "initial_conversations", manyTexts},
	"channels_select":            {"selected_channel", "initial_channel", oneText},
	"multi_channels_select":      {"selected_channels", "initial_channels", manyTexts},
}

// eachElement visits the elements of blocks that a person can use.
func eachElement(blocks []any, visit func(block, element object)) {
	for _, raw := range blocks {
		block, _ := raw.(object)
		switch str(block, "type") {
		case "section":
			if accessory := obj(block, "accessory"); accessory != nil {
				visit(block, accessory)
			}
		case "input":
			visit(block, obj(block, "element"))
		case "actions":
			for _, element := range list(block, "elements") {
				visit(block, element.(object))
			}
		}
	}
}

// keepState gives the state of new blocks: what was there under the same block and action id stays, as it does in Slack,
// even against another initial value.
func keepState(old inputState, blocks []any) inputState {
	out := inputState{}
	eachElement(blocks, func(block, element object) {
		kind, ok := inputKinds[str(element, "type")]
		if !ok {
			return
		}
		blockID, actionID := str(block, "block_id"), str(element, "action_id")
		value := old[blockID][actionID]
		if value == nil || value["type"] != element["type"] {
			value = object{"type": element["type"], kind.value: element[kind.initial]}
			if value[kind.value] == nil && (kind.holds == manyOptions || kind.holds == manyTexts) {
				value[kind.value] = []any{}
			}
		}
		if out[blockID] == nil {
			out[blockID] = map[string]object{}
		}
		out[blockID][actionID] = value
	})
	return out
}

// wire is the state as a payload carries it, sharing nothing.
func (state inputState) wire() object {
	raw, _ := json.Marshal(object{"values": state})
	var out object
	_ = json.Unmarshal(raw, &out)
	return out
}

func (v inputKind) empty(value object) bool {
	switch held := value[v.value].(type) {
	case nil:
		return true
	case string:
		return held == ""
	case []any:
		return len(held) == 0
	}
	return false
}

var (
	dateFormat = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	timeFormat = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

// entered is the value of an element after a person has put v there: text, an option's value, or several of either.
// Slack's client lets nobody enter what the element does not allow, so that is an error of the test and not of the app.
// offered are the options that it takes without showing them.
func (s *Slack) entered(element object, v any, offered []any) (object, error) {
	kind, ok := inputKinds[str(element, "type")]
	if !ok {
		return nil, fmt.Errorf("%v holds no value", element["type"])
	}
	out := object{"type": element["type"], kind.value: nil}
	switch kind.holds {
	case oneNumber:
		number, ok := v.(int64)
		if !ok {
			return nil, fmt.Errorf("%v wants an int64 of seconds", element["type"])
		}
		out[kind.value] = number
	case oneText, oneOption:
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("%v wants a string", element["type"])
		}
		if text == "" {
			break
		}
		if kind.holds == oneText {
			out[kind.value] = text
			return out, s.allowed(element, text)
		}
		option := optionOf(element, text, offered)
		if option == nil {
			return nil, fmt.Errorf("%v has no option %q", element["type"], text)
		}
		out[kind.value] = option
	case manyOptions, manyTexts:
		texts, ok := v.([]string)
		if !ok {
			return nil, fmt.Errorf("%v wants []string", element["type"])
		}
		if most, ok := element["max_selected_items"].(float64); ok && len(texts) > int(most) {
			return nil, fmt.Errorf("%v takes at most %v", element["type"], most)
		}
		values := []any{}
		for _, text := range texts {
			if kind.holds == manyTexts {
				if err := s.allowed(element, text); err != nil {
					return nil, err
				}
				values = append(values, text)
				continue
			}
			option := optionOf(element, text, offered)
			if option == nil {
				return nil, fmt.Errorf("%v has no option %q", element["type"], text)
			}
			values = append(values, option)
		}
		out[kind.value] = values
	}
	return out, nil
}

// allowed tells whether Slack's client would take the text.
func (s *Slack) allowed(element object, text string) error {
	fits := true
	switch str(element, "type") {
	case "plain_text_input":
		length := len(utf16.Encode([]rune(text)))
		longest, ok := element["max_length"].(float64)
		if !ok {
			longest = 3000
		}
		shortest, _ := element["min_length"].(float64)
		fits = length >= int(shortest) && length <= int(longest)
	case "number_input":
		_, err := strconv.ParseFloat(text, 64)
		fits = err == nil
	case "datepicker":
		_, err := time.Parse(time.DateOnly, text)
		fits = err == nil
	case "timepicker":
		fits = timeFormat.MatchString(text)
	case "users_select", "multi_users_select":
		fits = s.users[text] != nil
	case "conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select":
		fits = s.places[text] != nil
	}
	if !fits {
		return fmt.Errorf("%v does not take that value", element["type"])
	}
	return nil
}

// optionOf finds the option with a value among those the element shows, those suggested, and those chosen at first.
func optionOf(element object, value string, offered []any) object {
	all := slices.Concat(list(element, "options"), offered, list(element, "initial_options"), []any{element["initial_option"]})
	for _, group := range list(element, "option_groups") {
		g, _ := group.(object)
		all = append(all, list(g, "options")...)
	}
	for _, raw := range all {
		if option, ok := raw.(object); ok && str(option, "value") == value {
			return option
		}
	}
	return nil
}
