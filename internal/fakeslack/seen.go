package fakeslack

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Message is a message as one person sees it.
type Message struct {
	Key       string // names it in Click and its like
	Channel   string
	TS        string
	ThreadTS  string
	User      string // the author
	Text      string // as it was sent, in Slack's encoding
	Blocks    json.RawMessage
	Plain     string          // what a person reads: the blocks, or the text when there are none
	State     json.RawMessage // as a View's; nil when the message has nothing to fill in
	Ephemeral bool
	Broadcast bool
	Edited    bool
	Buttons   []Button
	Pings     []string // whom it notifies: "@channel", "@here", "@everyone", or ids
	Reactions []Reaction
	Metadata  json.RawMessage
	Files     []File
}

// Button is a button of a message or view.
type Button struct {
	BlockID  string
	ActionID string
	Value    string
	Text     string
	Style    string
	URL      string
}

// Seen lists every message that the person can see, in the order they appeared; deleted ones are gone.
func (s *Slack) Seen(userID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.postScheduled()
	var out []Message
	for _, p := range s.posts {
		if p.visibleTo(userID) {
			out = append(out, s.message(p))
		}
	}
	return out
}

// Newest is the timestamp of the newest message that the app has posted in its direct messages with the person; empty for none.
// Ephemeral ones do not count.
func (s *Slack) Newest(userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.postScheduled()
	for _, p := range slices.Backward(s.posts) {
		if p.place.person == userID && p.author == s.opts.BotUserID && p.to == "" {
			return p.ts
		}
	}
	return ""
}

func (p *post) visibleTo(userID string) bool {
	if p.to != "" {
		return p.to == userID
	}
	return p.place.has(userID) && !p.deleted
}

func (s *Slack) message(p *post) Message {
	m := Message{
		Key: p.key(), Channel: p.place.ID, TS: p.ts, ThreadTS: p.thread, User: p.author, Text: p.text, Plain: s.read(p.text), Ephemeral: p.to != "",
		Broadcast: p.broadcast, Edited: p.edited, Buttons: buttons(p.blocks), Pings: pings(p.text, p.blocks), Reactions: slices.Clone(p.reactions),
	}
	if len(p.blocks) > 0 {
		m.Blocks, _ = json.Marshal(p.blocks)
		m.Plain = s.readBlocks(p.blocks)
	}
	if len(p.state) > 0 {
		m.State, _ = json.Marshal(p.state.wire())
	}
	if len(p.metadata) > 0 {
		m.Metadata, _ = json.Marshal(p.metadata)
	}
	for _, f := range p.files {
		m.Files = append(m.Files, f.File)
	}
	return m
}

func buttons(blocks []any) []Button {
	var out []Button
	eachElement(blocks, func(block, element object) {
		if element["type"] == "button" {
			out = append(out, Button{
				BlockID: str(block, "block_id"), ActionID: str(element, "action_id"), Value: str(element, "value"), Text: str(obj(element, "text"), "text"),
				Style: str(element, "style"), URL: str(element, "url"),
			})
		}
	})
	return out
}

// str and obj read a property of a JSON object and take a missing one for empty.
func str(m object, key string) string { v, _ := m[key].(string); return v }
func obj(m object, key string) object { v, _ := m[key].(object); return v }
func list(m object, key string) []any { v, _ := m[key].([]any); return v }

var mention = regexp.MustCompile(`<!(channel|here|everyone)(?:\|[^>]*)?>|<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>`)

func pings(text string, blocks []any) []string {
	var out []string
	note := func(text string) {
		for _, m := range mention.FindAllStringSubmatch(text, -1) {
			who := m[2] + m[3]
			if m[1] != "" {
				who = "@" + m[1]
			}
			if !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	note(text)
	walk(blocks, func(m object) {
		switch str(m, "type") {
		case "mrkdwn", "markdown":
			note(str(m, "text"))
		case "user":
			note("<@" + str(m, "user_id") + ">")
		case "broadcast":
			note("<!" + str(m, "range") + ">")
		}
	})
	return out
}

// walk visits every object in a JSON value, in the same order each time.
func walk(v any, visit func(object)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	case object:
		visit(v)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			walk(v[key], visit)
		}
	}
}

var markup = regexp.MustCompile(`<[^<>]*>`)

// read turns Slack's encoding into what a person reads; bold and the like are left as they are.
func (s *Slack) read(text string) string {
	text = markup.ReplaceAllStringFunc(text, func(tag string) string {
		target, label, labelled := strings.Cut(tag[1:len(tag)-1], "|")
		switch {
		case strings.HasPrefix(target, "@") && s.users[target[1:]] != nil:
			return "@" + s.users[target[1:]].Name
		case strings.HasPrefix(target, "#") && s.places[target[1:]] != nil:
			return "#" + s.places[target[1:]].Name
		case strings.HasPrefix(target, "!date^"), labelled:
			return label
		case strings.HasPrefix(target, "!"):
			return "@" + target[1:]
		}
		return strings.TrimPrefix(target, "mailto:")
	})
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

// readBlocks renders blocks as lines of text: buttons as [text], inputs as their label.
func (s *Slack) readBlocks(blocks []any) string {
	var lines []string
	for _, raw := range blocks {
		block, _ := raw.(object)
		var parts []string
		for _, key := range []string{"text", "label", "title"} {
			if b := obj(block, key); b != nil {
				parts = append(parts, s.readText(b))
			}
		}
		if block["type"] == "markdown" {
			parts = append(parts, s.read(str(block, "text")))
		}
		for _, field := range list(block, "fields") {
			parts = append(parts, s.readAny(field))
		}
		for _, key := range []string{"accessory", "element"} {
			if b := obj(block, key); b != nil {
				parts = append(parts, s.readAny(b))
			}
		}
		separator := " "
		if block["type"] == "rich_text" {
			separator = ""
		}
		var inside []string
		for _, element := range list(block, "elements") {
			inside = append(inside, s.readAny(element))
		}
		parts = append(parts, strings.Join(inside, separator))
		for _, row := range list(block, "rows") {
			var cells []string
			for _, cell := range row.([]any) {
				cells = append(cells, s.readAny(cell))
			}
			parts = append(parts, strings.Join(cells, " | "))
		}
		parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
		lines = append(lines, strings.Join(parts, "\n"))
	}
	return strings.TrimSpace(strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n"))
}

func (s *Slack) readAny(v any) string {
	m, _ := v.(object)
	switch str(m, "type") {
	case "mrkdwn", "plain_text", "raw_text", "text":
		return s.readText(m)
	case "image":
		return "(" + str(m, "alt_text") + ")"
	case "button":
		return "[" + s.readText(obj(m, "text")) + "]"
	case "user":
		return s.read("<@" + str(m, "user_id") + ">")
	case "broadcast":
		return "@" + str(m, "range")
	case "emoji":
		return ":" + str(m, "name") + ":"
	case "link":
		return strings.Trim(str(m, "text")+" "+str(m, "url"), " ")
	case "overflow", "radio_buttons", "checkboxes":
		var options []string
		for _, o := range list(m, "options") {
			option, _ := o.(object)
			options = append(options, s.readText(obj(option, "text")))
		}
		return fmt.Sprintf("(%s)", strings.Join(options, " / "))
	}
	if placeholder := obj(m, "placeholder"); placeholder != nil {
		return "[" + s.readText(placeholder) + "]"
	}
	var inside []string
	for _, element := range list(m, "elements") {
		inside = append(inside, s.readAny(element))
	}
	return strings.Join(inside, "")
}

// readText shows plain text as it is: only mrkdwn is encoded.
func (s *Slack) readText(t object) string {
	if t["type"] == "mrkdwn" {
		return s.read(str(t, "text"))
	}
	return str(t, "text")
}
