package fakeslack

import (
	"maps"
	"math"
	"reflect"
	"regexp"
)

var (
	confirm = is(shape{need: []string{"title", "text", "confirm", "deny"}, props: map[string]rule{
		"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30), "style": among("primary", "danger"),
	}})
	webAddress     = regexp.MustCompile(`^https?://[^\s/]+`)
	option         = is(optionShape(plain(75)))
	choiceOption   = is(optionShape(words(75))) // of radio buttons and checkboxes
	overflowOption = is(shape{need: []string{"text", "value"}, props: map[string]rule{"text": plain(75), "value": letters(1, 150), "description": plain(75), "url": letters(1, 3000)}})
	optionGroups   = array(1, 100, is(shape{need: []string{"label", "options"}, props: map[string]rule{"label": plain(75), "options": array(1, 100, option)}}))
	ids            = array(0, 1000, letters(1, 255))
)

// address is where a button leads: a whole address of the web.
func address(c *checker, at string, v any) {
	letters(1, 3000)(c, at, v)
	if text, ok := v.(string); ok && !webAddress.MatchString(text) {
		c.bad(at, "must be a valid url")
	}
}

func optionShape(label rule) shape {
	return shape{need: []string{"text", "value"}, props: map[string]rule{"text": label, "value": letters(1, 150), "description": words(75)}}
}

// with is the common properties of elements that a person uses, and more.
func with(more map[string]rule) map[string]rule {
	all := map[string]rule{"action_id": id, "confirm": confirm, "focus_on_load": boolean}
	maps.Copy(all, more)
	return all
}

// several is with for elements that take more than one choice from a menu.
func several(more map[string]rule) map[string]rule {
	all := with(more)
	all["max_selected_items"], all["placeholder"] = number(1, math.MaxInt32), plain(150)
	return all
}

// listed requires options or option_groups, not both, and that what is chosen at first is among them.
func listed(c *checker, at string, m object) {
	if (m["options"] == nil) == (m["option_groups"] == nil) {
		c.bad(at, "either options or option_groups must be given")
	}
	initial := list(m, "initial_options")
	if m["initial_option"] != nil {
		initial = append(initial, m["initial_option"])
	}
	values := map[string]bool{}
	for _, raw := range list(m, "options") {
		if o, _ := raw.(object); values[str(o, "value")] {
			c.bad(at+"/options", "duplicate value in options")
		} else {
			values[str(o, "value")] = true
		}
	}
	for _, raw := range initial {
		chosen, _ := raw.(object)
		if found := optionOf(object{"options": m["options"], "option_groups": m["option_groups"]}, str(chosen, "value"), nil); !reflect.DeepEqual(found, chosen) {
			c.bad(at, "initial option must exactly match one of the options")
		}
	}
}

func typed(longest float64) map[string]rule {
	return with(map[string]rule{
		"initial_value": letters(0, int(longest)), "placeholder": plain(150), "min_length": number(0, 3000), "max_length": number(1, 3000), "multiline": boolean,
		"dispatch_action_config": anything,
	})
}

func without(props map[string]rule, names ...string) map[string]rule {
	for _, name := range names {
		delete(props, name)
	}
	return props
}

func formatted(format interface{ MatchString(string) bool }) rule {
	return func(c *checker, at string, v any) {
		if text, ok := v.(string); !ok || !format.MatchString(text) {
			c.bad(at, "must match the format")
		}
	}
}

var elementShapes = map[string]shape{
	"button": {need: []string{"text"}, props: without(with(map[string]rule{
		"text": plain(75), "value": letters(0, 2000), "url": address, "style": among("primary", "danger"), "accessibility_label": letters(1, 75),
	}), "focus_on_load")},
	"image":    {need: []string{"alt_text"}, props: map[string]rule{"alt_text": letters(1, 2000), "image_url": letters(1, 3000), "slack_file": anything}},
	"overflow": {need: []string{"options"}, props: without(with(map[string]rule{"options": array(1, 5, overflowOption)}), "focus_on_load")},
	"checkboxes": {need: []string{"options"}, also: listed, props: with(map[string]rule{
		"options": array(1, 10, choiceOption), "initial_options": array(1, 10, choiceOption),
	})},
	"radio_buttons": {need: []string{"options"}, also: listed, props: with(map[string]rule{
		"options": array(1, 10, choiceOption), "initial_option": choiceOption,
	})},
	"datepicker":     {props: with(map[string]rule{"initial_date": formatted(dateFormat), "placeholder": plain(150)})},
	"timepicker":     {props: with(map[string]rule{"initial_time": formatted(timeFormat), "placeholder": plain(150), "timezone": letters(1, 100)})},
	"datetimepicker": {props: with(map[string]rule{"initial_date_time": number(1e9, 1e10-1)})},
	"plain_text_input": {props: without(typed(3000), "confirm"), also: func(c *checker, at string, m object) {
		least, _ := m["min_length"].(float64)
		if most, ok := m["max_length"].(float64); ok && (least > most || float64(size(str(m, "initial_value"))) > most) {
			c.bad(at, "min_length and initial_value must fit within max_length")
		}
	}},
	"email_text_input": {props: without(typed(3000), "confirm", "multiline", "min_length", "max_length")},
	"url_text_input":   {props: without(typed(3000), "confirm", "multiline", "min_length", "max_length")},
	"number_input": {need: []string{"is_decimal_allowed"}, props: with(map[string]rule{
		"is_decimal_allowed": boolean, "initial_value": letters(1, 100), "min_value": letters(1, 100), "max_value": letters(1, 100), "placeholder": plain(150),
		"dispatch_action_config": anything,
	})},
	"static_select": {also: listed, props: with(map[string]rule{
		"options": array(1, 100, option), "option_groups": optionGroups, "initial_option": option, "placeholder": plain(150),
	})},
	"multi_static_select": {also: listed, props: several(map[string]rule{
		"options": array(1, 100, option), "option_groups": optionGroups, "initial_options": array(1, 100, option),
	})},
	"external_select":       {props: with(map[string]rule{"initial_option": option, "min_query_length": number(0, 100), "placeholder": plain(150)})},
	"multi_external_select": {props: several(map[string]rule{"initial_options": array(1, 100, option), "min_query_length": number(0, 100)})},
	"users_select":          {props: with(map[string]rule{"initial_user": id, "placeholder": plain(150)})},
	"multi_users_select":    {props: several(map[string]rule{"initial_users": ids})},
	"conversations_select": {props: with(map[string]rule{
		"initial_conversation": id, "default_to_current_conversation": boolean, "response_url_enabled": boolean, "filter": anything, "placeholder": plain(150),
	})},
	"multi_conversations_select": {props: several(map[string]rule{"initial_conversations": ids, "default_to_current_conversation": boolean, "filter": anything})},
	"channels_select":            {props: with(map[string]rule{"initial_channel": id, "response_url_enabled": boolean, "placeholder": plain(150)})},
	"multi_channels_select":      {props: several(map[string]rule{"initial_channels": ids})},
}

// nameBlocks gives ids to the blocks and elements that have none, as Slack does.
func nameBlocks(blocks []any) {
	for _, raw := range blocks {
		if block := raw.(object); str(block, "block_id") == "" {
			block["block_id"] = newID("b")
		}
	}
	eachElement(blocks, func(_, element object) {
		if element["type"] != "image" && str(element, "action_id") == "" {
			element["action_id"] = newID("a")
		}
	})
}
