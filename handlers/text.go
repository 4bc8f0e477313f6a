package handlers

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// Slack's limits that texts here can reach (docs.slack.dev/reference/block-kit/blocks).
const (
	sectionMax = 3000 // characters of a section's text
	blocksMax  = 50   // blocks of a message
	buttonMax  = 75   // characters on a button
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape makes stored text safe to show: nothing in it can ping or link.
func escape(s string) string { return escaper.Replace(s) }

// tagged is Slack's notation for people, channels, groups and links in a text.
var tagged = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// decode turns the text of a command or message into what its writer saw: links into their
// labels, people, channels and groups into @name and #name, entities into characters.
func (a *App) decode(ctx context.Context, text string) (string, error) {
	var failed error
	text = tagged.ReplaceAllStringFunc(text, func(tag string) string {
		m := tagged.FindStringSubmatch(tag)
		target, label := m[1], m[2]
		switch {
		case target == "":
			return tag
		case target[0] == '@' && label == "" && strings.ContainsAny(target[1:2], "UW"):
			name, err := a.Care.StaffName(ctx, target[1:])
			if err != nil {
				failed = err
			}
			if name != "" {
				return "@" + escape(name)
			}
			return target
		case target[0] == '@':
			return "@" + strings.TrimPrefix(orElse(label, target[1:]), "@")
		case target[0] == '#':
			return "#" + strings.TrimPrefix(orElse(label, target[1:]), "#")
		case target[0] == '!':
			return "@" + strings.TrimPrefix(orElse(label, strings.TrimPrefix(target[1:], "subteam^")), "@")
		case label != "":
			return label
		}
		return strings.TrimPrefix(strings.TrimPrefix(target, "mailto:"), "tel:")
	})
	return strings.TrimSpace(unescaper.Replace(text)), failed
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// say is a reply of one text.
func say(text string) Reply {
	return Reply{Text: text, Blocks: sections(text)}
}

// sections shows marked-up, escaped text, in as many blocks as it needs.
func sections(text string) []slack.Block {
	var blocks []slack.Block
	for _, part := range split(text, sectionMax) {
		t := slack.NewTextBlockObject(slack.MarkdownType, part, false, false)
		t.Verbatim = true // no links from words that only look like one
		blocks = append(blocks, slack.NewSectionBlock(t, nil, nil))
	}
	return blocks
}

// split cuts text into parts of at most n UTF-16 units, the strictest way in which Slack may
// count, at a line's end or a space where it can, and never inside a character or an entity.
func split(text string, n int) []string {
	var parts []string
	for {
		cut := prefix(text, n)
		if cut == len(text) {
			return append(parts, text)
		}
		if amp := strings.LastIndexByte(text[:cut], '&'); amp >= 0 && cut-amp < len("&amp;") && !strings.Contains(text[amp:cut], ";") {
			cut = amp
		}
		if space := strings.LastIndexAny(text[:cut], "\n "); space > cut/2 {
			cut = space + 1
		}
		parts = append(parts, strings.TrimRight(text[:cut], "\n "))
		text = text[cut:]
	}
}

// prefix is how many bytes the longest beginning of text has that n UTF-16 units hold.
func prefix(text string, n int) int {
	for i, r := range text {
		if n -= utf16.RuneLen(r); n < 0 {
			return i
		}
	}
	return len(text)
}

// quote shows a note as a quotation.
func quote(note string) string {
	return "> " + strings.ReplaceAll(escape(note), "\n", "\n> ")
}

// button is a button of a row; the value comes back when it is clicked.
func button(actionID, value, label string) *slack.ButtonBlockElement {
	if utf8.RuneCountInString(label) > buttonMax {
		label = string([]rune(label)[:buttonMax-1]) + "…"
	}
	return slack.NewButtonBlockElement(actionID, value, slack.NewTextBlockObject(slack.PlainTextType, label, false, false))
}

// firstWord parts a text after its first word.
func firstWord(text string) (first, rest string) {
	text = strings.TrimSpace(text)
	i := strings.IndexAny(text, " \t\n\u00a0")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}
