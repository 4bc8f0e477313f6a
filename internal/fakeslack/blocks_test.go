package fakeslack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/fakeslack"
)

func TestMessageBlockLimits(t *testing.T) {
	long := strings.Repeat
	words := func(n int) object { return object{"type": "mrkdwn", "text": long("å", n)} }
	plain := func(n int) object { return plainText(long("å", n)) }
	section := func(n int) object { return object{"type": "section", "text": words(n)} }
	accessory := func(element object) object { return object{"type": "section", "text": words(1), "accessory": element} }
	actions := func(elements ...any) object { return object{"type": "actions", "elements": elements} }
	button := func(name string, value any) object {
		b := object{"type": "button", "text": plain(75), "action_id": "a", "value": "v"}
		b[name] = value
		return b
	}
	option := func(name string, value any) object {
		o := object{"text": plain(75), "value": long("v", 150)}
		o[name] = value
		return o
	}
	options := func(n int) []any {
		var all []any
		for i := range n {
			all = append(all, object{"text": plain(1), "value": fmt.Sprint(i)})
		}
		return all
	}
	menu := func(kind string, o ...any) object {
		return object{"type": kind, "action_id": "m", "options": append([]any{}, o...)}
	}
	repeat := func(n int, v any) []any {
		var all []any
		for range n {
			all = append(all, v)
		}
		return all
	}
	buttonsOf := func(n int) []any {
		var all []any
		for i := range n {
			all = append(all, button("action_id", fmt.Sprint(i)))
		}
		return all
	}
	confirm := func(name string, n int) object {
		c := object{"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)}
		c[name] = plain(n)
		return c
	}
	row := func(n int) []any { return repeat(n, object{"type": "raw_text", "text": "x"}) }
	initial := menu("static_select", options(2)...)
	initial["initial_option"] = object{"text": plain(1), "value": "7"}

	tests := []struct {
		name   string
		blocks []any
		want   string // part of the complaint; empty when Slack takes it
	}{
		{"50 blocks", repeat(50, object{"type": "divider"}), ""},
		{"51 blocks", repeat(51, object{"type": "divider"}), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"section of 3000", []any{section(3000)}, ""},
		{"section of 3001", []any{section(3001)}, "less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"1500 emoji are 3000", []any{object{"type": "section", "text": object{"type": "mrkdwn", "text": long("😀", 1500)}}}, ""},
		{"1501 emoji are too many", []any{object{"type": "section", "text": object{"type": "mrkdwn", "text": long("😀", 1501)}}}, "less than 3001"},
		{"empty text", []any{section(0)}, "more than 0 characters"},
		{"section without text", []any{object{"type": "section"}}, "missing required field: text"},
		{"emoji in mrkdwn", []any{object{"type": "section", "text": object{"type": "mrkdwn", "text": "x", "emoji": true}}}, "invalid additional property: emoji"},
		{"10 fields", []any{object{"type": "section", "fields": repeat(10, words(2000))}}, ""},
		{"11 fields", []any{object{"type": "section", "fields": repeat(11, words(1))}}, "no more than 10 items"},
		{"field of 2001", []any{object{"type": "section", "fields": []any{words(2001)}}}, "/blocks/0/fields/0/text"},
		{"header of 151", []any{object{"type": "header", "text": plain(151)}}, "less than 151"},
		{"header in mrkdwn", []any{object{"type": "header", "text": words(1)}}, "/blocks/0/text/type"},
		{"10 in context", []any{object{"type": "context", "elements": repeat(10, words(1))}}, ""},
		{"11 in context", []any{object{"type": "context", "elements": repeat(11, words(1))}}, "no more than 10 items"},
		{"25 actions", []any{actions(buttonsOf(25)...)}, ""},
		{"26 actions", []any{actions(buttonsOf(26)...)}, "no more than 25 items"},
		{"the same action_id twice in a block", []any{actions(button("url", "https://a"), button("url", "https://b"))}, "action_id already exists"},
		{"the same block_id twice", []any{object{"type": "divider", "block_id": "b"}, object{"type": "divider", "block_id": "b"}}, "block_id already exists"},
		{"block_id of 256", []any{object{"type": "divider", "block_id": long("b", 256)}}, "less than 256"},
		{"button", []any{actions(button("value", long("v", 2000)))}, ""},
		{"button text of 76", []any{actions(button("text", plain(76)))}, "less than 76"},
		{"button text in mrkdwn", []any{actions(button("text", words(5)))}, "text/type"},
		{"button value of 2001", []any{actions(button("value", long("v", 2001)))}, "less than 2001"},
		{"button url that is none", []any{actions(button("url", "lotsen.example/a.ics"))}, "must be a valid url"},
		{"button url of 3001", []any{actions(button("url", long("u", 3001)))}, "less than 3001"},
		{"button style", []any{actions(button("style", "green"))}, "must be one of [primary danger]"},
		{"button label of 76", []any{actions(button("accessibility_label", long("x", 76)))}, "less than 76"},
		{"action_id of 256", []any{actions(button("action_id", long("x", 256)))}, "less than 256"},
		{"confirm", []any{actions(button("confirm", confirm("title", 100)))}, ""},
		{"confirm title", []any{actions(button("confirm", confirm("title", 101)))}, "less than 101"},
		{"confirm text", []any{actions(button("confirm", confirm("text", 301)))}, "less than 301"},
		{"confirm button", []any{actions(button("confirm", confirm("deny", 31)))}, "less than 31"},
		{"100 options", []any{accessory(menu("static_select", options(100)...))}, ""},
		{"101 options", []any{accessory(menu("static_select", options(101)...))}, "no more than 100 items"},
		{"no options", []any{accessory(menu("static_select"))}, "no fewer than 1 items"},
		{"option", []any{accessory(menu("static_select", option("description", plain(75))))}, ""},
		{"option text of 76", []any{accessory(menu("static_select", option("text", plain(76))))}, "less than 76"},
		{"option value of 151", []any{accessory(menu("static_select", option("value", long("v", 151))))}, "less than 151"},
		{"option description of 76", []any{accessory(menu("static_select", option("description", plain(76))))}, "less than 76"},
		{"the same option twice", []any{accessory(menu("static_select", option("value", "v"), option("value", "v")))}, "duplicate value"},
		{"initial option that is none", []any{accessory(initial)}, "initial option must exactly match"},
		{"placeholder of 151", []any{accessory(object{"type": "users_select", "action_id": "u", "placeholder": plain(151)})}, "less than 151"},
		{"overflow of 6", []any{accessory(menu("overflow", options(6)...))}, "no more than 5 items"},
		{"11 radio buttons", []any{accessory(menu("radio_buttons", options(11)...))}, "no more than 10 items"},
		{"11 checkboxes", []any{accessory(menu("checkboxes", options(11)...))}, "no more than 10 items"},
		{"datetimepicker as accessory", []any{accessory(object{"type": "datetimepicker", "action_id": "d"})}, "unsupported type: datetimepicker"},
		{"text input in actions", []any{actions(object{"type": "plain_text_input", "action_id": "d"})}, "unsupported type: plain_text_input"},
		{"date format", []any{actions(object{"type": "datepicker", "action_id": "d", "initial_date": "23/11/2026"})}, "must match the format"},
		{"input", []any{field("x", "plain_text_input", object{"min_length": 1, "max_length": 3000})}, ""},
		{"input label of 2001", []any{object{"type": "input", "label": plain(2001), "element": object{"type": "datepicker", "action_id": "d"}}}, "less than 2001"},
		{"max_length of 3001", []any{field("x", "plain_text_input", object{"max_length": 3001})}, "from 1 to 3000"},
		{"initial value beyond max_length", []any{field("x", "plain_text_input", object{"max_length": 2, "initial_value": "xxx"})}, "must fit within max_length"},
		{"image without alt_text", []any{object{"type": "image", "image_url": "https://a"}}, "missing required field: alt_text"},
		{"image title", []any{object{"type": "image", "image_url": "https://a", "alt_text": "x", "title": plain(2001)}}, "less than 2001"},
		{"markdown together", []any{object{"type": "markdown", "text": long("x", 6001)}, object{"type": "markdown", "text": long("x", 6000)}}, "markdown blocks must be less than 12001"},
		{"table", []any{object{"type": "table", "rows": repeat(100, row(20))}}, ""},
		{"101 rows", []any{object{"type": "table", "rows": repeat(101, row(1))}}, "no more than 100 items"},
		{"21 cells", []any{object{"type": "table", "rows": []any{row(21)}}}, "no more than 20 items"},
		{"two tables", repeat(2, object{"type": "table", "rows": []any{row(1)}}), "only_one_table_allowed"},
		{"unknown block", []any{object{"type": "alert"}}, "unsupported type: alert"},
		{"unknown property", []any{object{"type": "divider", "colour": "red"}}, "invalid additional property: colour"},
		{"no block", []any{"x"}, "must be an object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _, _ := start(t, fakeslack.Options{})
			got := api(t, s, "chat.postMessage", args(t, "channel", team, "text", "x", "blocks", test.blocks))
			if test.want == "" {
				noViolations(t, s)
				if got["ok"] != true {
					t.Errorf("chat.postMessage = %v, want ok", got)
				}
				return
			}
			meta, _ := got["response_metadata"].(object)
			if code(got) != "invalid_blocks" || !strings.Contains(fmt.Sprint(meta["messages"]), test.want) {
				t.Errorf("chat.postMessage = %v, want invalid_blocks with %q", got, test.want)
			}
			violation(t, s, test.want)
			if seen := s.Seen(anna); len(seen) != 0 {
				t.Errorf("Seen = %+v, want nothing posted", seen)
			}
		})
	}
}

func TestBlocksAreReadable(t *testing.T) {
	s, _, _ := start(t, fakeslack.Options{})
	blocks := []any{
		object{"type": "header", "text": plainText("Fall & fakta <b>")},
		object{"type": "section", "text": object{"type": "mrkdwn", "text": "*8B-K3F* &lt;ja&gt; <@" + bo + "> <#" + team + "> <https://a.se|länk> <!here> <!date^1^{date}|1 dec>"}, "fields": []any{plainText("ett"), plainText("två")}},
		object{"type": "context", "elements": []any{object{"type": "mrkdwn", "text": "liten"}, object{"type": "image", "image_url": "https://a", "alt_text": "bild"}}},
		object{"type": "rich_text", "elements": []any{object{"type": "rich_text_section", "elements": []any{
			object{"type": "text", "text": "rik "}, object{"type": "emoji", "name": "tada"}, object{"type": "user", "user_id": anna}}}}},
		object{"type": "table", "rows": []any{[]any{object{"type": "raw_text", "text": "a"}, object{"type": "raw_text", "text": "b"}}}},
	}
	if got := api(t, s, "chat.postMessage", args(t, "channel", team, "text", "x", "blocks", blocks)); got["ok"] != true {
		t.Fatalf("chat.postMessage = %v", got)
	}
	got := s.Seen(anna)[0]
	want := "Fall & fakta <b>\n*8B-K3F* <ja> @bo.berg #eht länk @here 1 dec\nett\ntvå\nliten (bild)\nrik :tada:@anna\na | b"
	if got.Plain != want {
		t.Errorf("Plain = %q, want %q", got.Plain, want)
	}
	if diff := cmp.Diff([]string{bo, "@here", anna}, got.Pings); diff != "" {
		t.Errorf("Pings (-want +got):\n%s", diff)
	}
}
