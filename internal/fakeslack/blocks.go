package fakeslack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"unicode/utf16"
)

// surface is where blocks are shown.
type surface string

const (
	inMessage surface = "message"
	inModal   surface = "modal"
	inHome    surface = "home"
)

// maxMarkdown is for all markdown blocks of a message together.
const maxMarkdown = 12_000

// checker collects what is wrong with blocks, in the wording of Slack's response_metadata.messages.
// Lengths are counted in UTF-16 code units: Slack does not say what it counts, and these are never fewer than the characters.
type checker struct {
	on       surface
	problems []string
	blockIDs map[string]bool
	markdown int
	tables   int
}

// rule checks one JSON value at a place.
type rule func(c *checker, at string, v any)

// shape says which properties an object must and may have ("type" aside) and what holds between them.
type shape struct {
	need  []string
	props map[string]rule
	also  func(c *checker, at string, m object)
}

// checkBlocks lists what Slack would refuse about the blocks; at is their JSON pointer.
func checkBlocks(blocks []any, on surface, at string) []string {
	c := &checker{on: on, blockIDs: map[string]bool{}}
	most := 100
	if on == inMessage {
		most = 50
	}
	if len(blocks) > most {
		c.bad(at, "no more than %d items allowed", most)
	}
	for i, raw := range blocks {
		c.block(fmt.Sprintf("%s/%d", at, i), raw)
	}
	if c.markdown > maxMarkdown {
		c.bad(at, "markdown blocks must be less than %d characters together", maxMarkdown+1)
	}
	if c.tables > 1 {
		c.bad(at, "only_one_table_allowed")
	}
	return c.problems
}

func (c *checker) bad(at, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] "+format, args...)+" [json-pointer:"+at+"]")
}

func (c *checker) block(at string, raw any) {
	m, ok := raw.(object)
	if !ok {
		c.bad(at, "must be an object")
		return
	}
	sh, ok := blockShapes[str(m, "type")]
	if !ok {
		c.bad(at+"/type", "unsupported type: %v", m["type"])
		return
	}
	if id := str(m, "block_id"); id != "" {
		if c.blockIDs[id] {
			c.bad(at+"/block_id", "block_id already exists")
		}
		c.blockIDs[id] = true
	}
	c.object(at, m, sh)
	c.actionIDs(at, m)
}

// actionIDs must differ within a block.
func (c *checker) actionIDs(at string, block object) {
	seen := map[string]bool{}
	for _, raw := range list(block, "elements") {
		element, _ := raw.(object)
		id := str(element, "action_id")
		if id != "" && seen[id] {
			c.bad(at, "action_id already exists in this block")
		}
		seen[id] = true
	}
}

func (c *checker) object(at string, v any, sh shape) {
	m, ok := v.(object)
	if !ok {
		c.bad(at, "must be an object")
		return
	}
	for _, key := range sh.need {
		if _, ok := m[key]; !ok {
			c.bad(at, "missing required field: %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		check, known := sh.props[key]
		if known {
			check(c, at+"/"+key, m[key])
		} else if key != "type" {
			c.bad(at, "invalid additional property: %s", key)
		}
	}
	if sh.also != nil {
		sh.also(c, at, m)
	}
}

func size(text string) int { return len(utf16.Encode([]rune(text))) }

func letters(shortest, longest int) rule {
	return func(c *checker, at string, v any) {
		text, ok := v.(string)
		switch {
		case !ok:
			c.bad(at, "must be a string")
		case size(text) < shortest:
			c.bad(at, "must be more than %d characters", shortest-1)
		case size(text) > longest:
			c.bad(at, "must be less than %d characters", longest+1)
		}
	}
}

func boolean(c *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.bad(at, "must be a boolean")
	}
}

func number(least, most float64) rule {
	return func(c *checker, at string, v any) {
		if n, ok := v.(float64); !ok || n != float64(int64(n)) || n < least || n > most {
			c.bad(at, "must be an integer from %.0f to %.0f", least, most)
		}
	}
}

func among(values ...string) rule {
	return func(c *checker, at string, v any) {
		if text, ok := v.(string); !ok || !slices.Contains(values, text) {
			c.bad(at, "must be one of %v", values)
		}
	}
}

func array(least, most int, each rule) rule {
	return func(c *checker, at string, v any) {
		items, ok := v.([]any)
		switch {
		case !ok:
			c.bad(at, "must be an array")
			return
		case len(items) < least:
			c.bad(at, "no fewer than %d items allowed", least)
		case len(items) > most:
			c.bad(at, "no more than %d items allowed", most)
		}
		for i, item := range items {
			each(c, fmt.Sprintf("%s/%d", at, i), item)
		}
	}
}

func is(sh shape) rule { return func(c *checker, at string, v any) { c.object(at, v, sh) } }

func anything(*checker, string, any) {}

// plain is a plain_text object, words one that may be mrkdwn too.
func plain(longest int) rule { return text(longest, "plain_text") }
func words(longest int) rule { return text(longest, "plain_text", "mrkdwn") }

func text(longest int, kinds ...string) rule {
	return func(c *checker, at string, v any) {
		m, _ := v.(object)
		among(kinds...)(c, at+"/type", m["type"])
		props := map[string]rule{"text": letters(1, longest), "emoji": boolean}
		if m["type"] == "mrkdwn" {
			props = map[string]rule{"text": letters(1, longest), "verbatim": boolean}
		}
		c.object(at, v, shape{need: []string{"text"}, props: props})
	}
}

// oneOf takes an object whose type is among kinds and has that type's shape.
func oneOf(shapes map[string]shape, kinds ...string) rule {
	return func(c *checker, at string, v any) {
		m, ok := v.(object)
		kind := str(m, "type")
		if !ok || !slices.Contains(kinds, kind) {
			c.bad(at, "unsupported type: %v", m["type"])
			return
		}
		c.object(at, m, shapes[kind])
	}
}

var (
	id          = letters(1, 255)
	choices     = []string{"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
	multi       = []string{"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"}
	inAccessory = slices.Concat(choices, multi, []string{"button", "checkboxes", "datepicker", "timepicker", "image", "overflow", "radio_buttons"})
	inActions   = slices.Concat(choices, []string{"button", "checkboxes", "datepicker", "timepicker", "datetimepicker", "overflow", "radio_buttons"})
	inInput     = slices.Concat(choices, multi, []string{
		"checkboxes", "datepicker", "timepicker", "datetimepicker", "email_text_input", "url_text_input", "number_input", "plain_text_input", "radio_buttons",
	})
)

// blockShapes are the blocks that the fake knows; those for agents, video and files are refused.
var blockShapes = map[string]shape{
	"divider": {props: map[string]rule{"block_id": id}},
	"header":  {need: []string{"text"}, props: map[string]rule{"block_id": id, "text": plain(150)}},
	"section": {
		props: map[string]rule{
			"block_id": id, "text": words(3000), "fields": array(1, 10, words(2000)), "accessory": oneOf(elementShapes, inAccessory...), "expand": boolean,
		},
		also: func(c *checker, at string, m object) {
			if m["text"] == nil && m["fields"] == nil {
				c.bad(at, "missing required field: text")
			}
		},
	},
	"context": {need: []string{"elements"}, props: map[string]rule{"block_id": id, "elements": array(1, 10, func(c *checker, at string, v any) {
		if m, _ := v.(object); m["type"] == "image" {
			c.object(at, v, elementShapes["image"])
			return
		}
		words(3000)(c, at, v)
	})}},
	"actions": {need: []string{"elements"}, props: map[string]rule{"block_id": id, "elements": array(1, 25, oneOf(elementShapes, inActions...))}},
	"input": {need: []string{"label", "element"}, props: map[string]rule{
		"block_id": id, "label": plain(2000), "hint": plain(2000), "optional": boolean, "dispatch_action": boolean, "element": oneOf(elementShapes, inInput...),
	}},
	"image": {
		need: []string{"alt_text"},
		props: map[string]rule{
			"block_id": id, "alt_text": letters(1, 2000), "title": plain(2000), "image_url": letters(1, 3000), "slack_file": anything,
		},
		also: oneSource,
	},
	"markdown": {need: []string{"text"}, props: map[string]rule{"block_id": id, "text": letters(1, maxMarkdown)}, also: func(c *checker, at string, m object) {
		c.markdown += size(str(m, "text"))
		c.onlyIn(inMessage, at, m)
	}},
	"rich_text": {need: []string{"elements"}, props: map[string]rule{"block_id": id, "elements": array(0, 1000, func(c *checker, at string, v any) {
		m, _ := v.(object)
		among("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")(c, at+"/type", m["type"])
	})}},
	"table": {need: []string{"rows"}, props: map[string]rule{
		"block_id": id, "column_settings": array(0, 20, anything), "rows": array(1, 100, array(1, 20, func(c *checker, at string, v any) {
			m, _ := v.(object)
			among("raw_text", "raw_number", "rich_text")(c, at+"/type", m["type"])
		})),
	}, also: func(c *checker, at string, m object) {
		c.tables++
		c.onlyIn(inMessage, at, m)
	}},
}

// fileID is what the id of a file looks like to Slack.
var fileID = regexp.MustCompile(`^F[A-Z0-9]{8,}$`)

// oneSource holds an image to one source: an address, or a file of Slack's by its id or its address, not both.
func oneSource(c *checker, at string, m object) {
	if (m["image_url"] == nil) == (m["slack_file"] == nil) {
		c.bad(at, "one of image_url and slack_file is required")
	}
	file, ok := m["slack_file"].(object)
	switch {
	case m["slack_file"] == nil:
	case !ok || (file["id"] == nil) == (file["url"] == nil):
		c.bad(at+"/slack_file", "one of id and url is required")
	case file["id"] != nil && !fileID.MatchString(str(file, "id")):
		c.bad(at+"/slack_file/id", "input must match regex pattern: %s", fileID)
	}
}

func (c *checker) onlyIn(where surface, at string, m object) {
	if c.on != where {
		c.bad(at+"/type", "unsupported type: %v", m["type"])
	}
}
