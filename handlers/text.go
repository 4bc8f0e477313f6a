package handlers

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"
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
// labels, people, channels and groups into @name and #name, entities into characters
// (docs.slack.dev/messaging/formatting-message-text).
func (a *App) decode(ctx context.Context, text string) (string, error) {
	return a.decodeWith(text, func(tag string) (string, error) { return a.seen(ctx, tag) })
}

// decodeButPeople is decode, but people stand in the text as Slack has them, <@U…>.
func (a *App) decodeButPeople(ctx context.Context, text string) (string, error) {
	return a.decodeWith(text, func(tag string) (string, error) {
		if m := person.FindStringSubmatch(tag); m != nil {
			return "&lt;@" + m[1] + "&gt;", nil // until it is unescaped
		}
		return a.seen(ctx, tag)
	})
}

// person is a tag of someone.
var person = regexp.MustCompile(`^<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>$`)

func (a *App) decodeWith(text string, seen func(tag string) (string, error)) (string, error) {
	var failed error
	text = tagged.ReplaceAllStringFunc(text, func(tag string) string {
		words, err := seen(tag)
		if err != nil {
			failed = err
		}
		return words
	})
	return strings.TrimSpace(unescaper.Replace(text)), failed
}

// decoded has the text of a command or message decoded before anything reads it.
func (a *App) decoded(next Handler) Handler {
	return func(ctx context.Context, req Request) (Reply, error) {
		text, err := a.decode(ctx, req.Text)
		if err != nil {
			return Reply{}, fmt.Errorf("decode the text: %w", err)
		}
		req.Raw, req.Text = req.Text, text
		return next(ctx, req)
	}
}

// seen is what people see of a tag, still with entities.
func (a *App) seen(ctx context.Context, tag string) (string, error) {
	m := tagged.FindStringSubmatch(tag)
	target, label := m[1], m[2]
	if target == "" {
		return tag, nil
	}
	sign, id := target[:1], target[1:]
	switch {
	case sign == "@" && label == "":
		name, err := a.Care.StaffName(ctx, id)
		return "@" + cmp.Or(escape(name), id), err
	case sign == "!" && strings.HasPrefix(id, "date^"):
		return label, nil
	case sign == "!":
		return "@" + cmp.Or(strings.TrimPrefix(label, "@"), strings.TrimPrefix(id, "subteam^")), nil
	case sign == "@", sign == "#":
		return sign + cmp.Or(strings.TrimPrefix(label, sign), id), nil
	}
	return cmp.Or(label, strings.TrimPrefix(strings.TrimPrefix(target, "mailto:"), "tel:")), nil
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
// count, at a line's end or a space where it can, and never inside a character or an entity. A
// quotation that is cut goes on as one.
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
		part := text[:cut]
		parts = append(parts, part)
		text = text[cut:]
		if line := part[strings.LastIndexByte(part, '\n')+1:]; strings.HasPrefix(line, quoteMark) {
			text = quoteMark + text
		}
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

// units is how many UTF-16 units s has.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// shorten cuts s to at most n UTF-16 units, the last one then an ellipsis.
func shorten(s string, n int) string {
	if units(s) <= n {
		return s
	}
	return strings.TrimRight(s[:prefix(s, n-1)], " -") + "…"
}

const quoteMark = "> "

// quote shows a note as a quotation.
func quote(note string) string {
	return quoteMark + strings.ReplaceAll(escape(note), "\n", "\n"+quoteMark)
}

// button is a button of a row; the value comes back when it is clicked.
func button(actionID, value, label string) *slack.ButtonBlockElement {
	text := slack.NewTextBlockObject(slack.PlainTextType, shorten(label, buttonMax), false, false)
	return slack.NewButtonBlockElement(actionID, value, text)
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

// upperFirst begins a label with a capital.
func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
