package handlers_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"lotsen/handlers"
	"lotsen/internal/care"
)

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func TestDecode(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "8B-K3F samtal Ringde hem", "8B-K3F samtal Ringde hem"},
		{"nothing", "", ""},
		{"space around", " \n 8B-K3F\tsamtal \n", "8B-K3F\tsamtal"},
		{"lines within", "8B-K3F samtal\nRingde\n\nhem", "8B-K3F samtal\nRingde\n\nhem"},
		{"entities", "5 &lt; 6 &amp; 7 &gt; 6", "5 < 6 & 7 > 6"},
		{"an entity that someone wrote", "&amp;lt; &amp;amp; &amp;nbsp;", "&lt; &amp; &nbsp;"},
		{"an entity that is none of Slack's", "&nbsp; &quot; &#60; &", "&nbsp; &quot; &#60; &"},
		{"a tag that someone wrote", "&lt;!channel&gt; &lt;@UEVA&gt;", "<!channel> <@UEVA>"},
		{"person with label", "frågade <@UEVA|eva.holm>", "frågade @eva.holm"},
		{"person with a label that has its sign", "<@UEVA|@eva.holm>", "@eva.holm"},
		{"person on the staff", "frågade <@UANNA>, <@UANNA>", "frågade @Anna Lund, @Anna Lund"},
		{"person on the staff, odd name", "<@UEVA>", "@Eva <Holm> & co"},
		{"person of another workspace", "<@W0THER>", "@W0THER"},
		{"person not on the staff", "<@U0NOBODY>", "@U0NOBODY"},
		{"person without anything", "<@>", "@"},
		{"channel with label", "se <#C0LARARE|lärare-8b>", "se #lärare-8b"},
		{"private channel", "<#C0EHT|>", "#C0EHT"},
		{"channel without label", "<#C0EHT>", "#C0EHT"},
		{"group with label", "<!subteam^S0EHT|@eht>", "@eht"},
		{"group without label", "<!subteam^S0EHT>", "@S0EHT"},
		{"everyone", "<!channel> <!here> <!everyone>", "@channel @here @everyone"},
		{"everyone with label", "<!here|here> <!channel|@channel>", "@here @channel"},
		{"date", "<!date^1763367000^{date_short}|17 nov 2026>", "17 nov 2026"},
		{"link", "<https://exempel.se/a?b=1&amp;c=2>", "https://exempel.se/a?b=1&c=2"},
		{"link with label", "<https://exempel.se|exempel.se>", "exempel.se"},
		{"link with a label of entities", "<https://exempel.se|Tom &amp; &lt;Jerry&gt;>", "Tom & <Jerry>"},
		{"mail", "<mailto:mamma@exempel.se|mamma@exempel.se>", "mamma@exempel.se"},
		{"mail without label", "<mailto:mamma@exempel.se>", "mamma@exempel.se"},
		{"phone", "<tel:0701234567|070-123 45 67>", "070-123 45 67"},
		{"phone without label", "<tel:0701234567>", "0701234567"},
		{"empty tags", "<> <|> <|x>", "<> <|> <|x>"},
		{"half a tag", "1 < 2 <@UANNA", "1 < 2 <@UANNA"},
		{"tags side by side", "<@UANNA><#C1|a><!here>", "@Anna Lund#a@here"},
		{"emoji and letters", "😀👩‍👩‍👧 åäöøæ :smile:", "😀👩‍👩‍👧 åäöøæ :smile:"},
	}
	o := newOffice(t)
	// Someone without an account must not be taken for "<@>".
	o.staff(care.StaffRow{Email: "ulf@alen.se", Name: "Ulf Utan", Roles: []care.Role{care.Mentor}, School: "alen"})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := o.Decode(t.Context(), tt.text)
			if got != tt.want || err != nil {
				t.Errorf("decode(%q) = %q, %v, want %q", tt.text, got, err, tt.want)
			}
		})
	}
}

func TestDecodeWithoutDatabase(t *testing.T) {
	o := newOffice(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := o.Decode(over, "<@UEVA> samtal"); err == nil {
		t.Errorf("decode without a database = %q, want an error", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"8B-K3F samtal", "<@UANNA> <@U1|x> <#C1|> <!subteam^S1|@g>", "<mailto:a@b.se|a> <tel:1> <https://x.se|y>",
		"&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;", "<@>", "<!>", "<#>", "<!date^1^x|y>", "<<!here>>", "<@U1|<!here>>", "<\xff|&>", "&l<x>t;",
	} {
		f.Add(s)
	}
	o := newOffice(f)
	f.Fuzz(func(t *testing.T, s string) {
		seen, err := o.Decode(t.Context(), s)
		if err != nil {
			t.Fatalf("decode(%q) = %v", s, err)
		}
		safe := handlers.Escape(seen)
		if strings.ContainsAny(safe, "<>") {
			t.Errorf("escape(decode(%q)) = %q, which has a tag", s, safe)
		}
		// What was shown safely and is typed again is the same text.
		if again, err := o.Decode(t.Context(), safe); again != seen || err != nil {
			t.Errorf("decode(%q) = %q, %v, want %q", safe, again, err, seen)
		}
		// Whatever a person writes arrives as they wrote it.
		if got, err := o.Decode(t.Context(), handlers.Escape(s)); got != strings.TrimSpace(s) || err != nil {
			t.Errorf("decode(escape(%q)) = %q, %v", s, got, err)
		}
	})
}

func TestEscape(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"Anna & Bo", "Anna &amp; Bo"},
		{"<!channel> <@U1> <https://x.se|y>", "&lt;!channel&gt; &lt;@U1&gt; &lt;https://x.se|y&gt;"},
		{"&lt;", "&amp;lt;"},
		{"åäö \"'`*_~ 😀", "åäö \"'`*_~ 😀"},
	}
	for _, tt := range tests {
		if got := handlers.Escape(tt.text); got != tt.want {
			t.Errorf("escape(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestQuote(t *testing.T) {
	tests := []struct{ note, want string }{
		{"Ringde hem", "> Ringde hem"},
		{"Ringde\n\nhem\n> & sedan", "> Ringde\n> \n> hem\n> &gt; &amp; sedan"},
	}
	for _, tt := range tests {
		if got := handlers.Quote(tt.note); got != tt.want {
			t.Errorf("quote(%q) = %q, want %q", tt.note, got, tt.want)
		}
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"short", "Ringde hem", []string{"Ringde hem"}},
		{"empty", "", []string{""}},
		{"just fits", "0123456789", []string{"0123456789"}},
		{"no space", "0123456789abc", []string{"0123456789", "abc"}},
		{"at a space", "0123456 89abc", []string{"0123456 ", "89abc"}},
		{"at a line's end", "012345\n789abc", []string{"012345\n", "789abc"}},
		{"at the last of several", "01234 6 8 abc", []string{"01234 6 8 ", "abc"}},
		{"not at an early space", "0 23456789abc", []string{"0 23456789", "abc"}},
		{"not inside an entity", "01234567&amp;x", []string{"01234567", "&amp;x"}},
		{"after an entity", "012345&lt;abc", []string{"012345&lt;", "abc"}},
		{"before an entity", "0123456789&lt;", []string{"0123456789", "&lt;"}},
		{"entities only", "&amp;&amp;&amp;&lt;&lt;", []string{"&amp;&amp;", "&amp;&lt;", "&lt;"}},
		{"an emoji is two", "01234567😀x", []string{"01234567😀", "x"}},
		{"not inside an emoji", "012345678😀", []string{"012345678", "😀"}},
		{"letters of several bytes are one", "åäöøæåäöøæé", []string{"åäöøæåäöøæ", "é"}},
		{"a quotation goes on", "> 3456789abcdefghij", []string{"> 3456789a", "> bcdefghi", "> j"}},
		{"a quotation's next line", "> 345678\n> bcd", []string{"> 345678\n", "> bcd"}},
		{"text after a quotation", "> 3\n56789abc", []string{"> 3\n56789a", "bc"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := handlers.Split(tt.text, 10)
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("split(%q, 10) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("Ringde hem & pratade <länge> 😀👩‍👩‍👧\n\nmed mamma", uint8(0))
	f.Add(strings.Repeat("&", 40)+strings.Repeat("😀", 40), uint8(3))
	f.Add("\n\n > \n", uint8(1))
	f.Add("\xff\xfe", uint8(2))
	f.Fuzz(func(t *testing.T, note string, more uint8) {
		n := 10 + int(more)
		text := handlers.Escape(note)
		parts := handlers.Split(text, n)
		if got := strings.Join(parts, ""); got != text {
			t.Errorf("split(%q, %d) together = %q", text, n, got)
		}
		quoted := handlers.Quote(note)
		quotes := handlers.Split(quoted, n)
		var all strings.Builder
		for _, part := range quotes {
			for line := range strings.Lines(part) {
				said, ok := strings.CutPrefix(line, "> ")
				if !ok {
					t.Errorf("split(%q, %d) has the line %q, which is not quoted", quoted, n, line)
				}
				all.WriteString(said)
			}
		}
		if got := all.String(); got != text {
			t.Errorf("split(%q, %d) together quotes %q, want %q", quoted, n, got, text)
		}
		for _, part := range append(parts, quotes...) {
			if units(part) > n {
				t.Errorf("split(%q, %d) has a part of %d units", text, n, units(part))
			}
			if utf8.ValidString(note) && !utf8.ValidString(part) {
				t.Errorf("split(%q, %d) cuts a character: %q", text, n, part)
			}
			if amp := strings.LastIndexByte(part, '&'); amp >= 0 && !strings.Contains(part[amp:], ";") {
				t.Errorf("split(%q, %d) cuts an entity: %q", text, n, part)
			}
		}
	})
}

func TestShorten(t *testing.T) {
	tests := []struct {
		text string
		n    int
		want string
	}{
		{"", 5, ""},
		{"Alva", 4, "Alva"},
		{"Alva-Maria", 5, "Alva…"},
		{"Alva-Maria", 6, "Alva…"},
		{"Alva Maria", 6, "Alva…"},
		{"Åsøæöä", 5, "Åsøæ…"},
		{"😀😀😀", 6, "😀😀😀"},
		{"😀😀😀", 5, "😀😀…"},
		{"😀😀😀", 4, "😀…"},
	}
	for _, tt := range tests {
		if got := handlers.Shorten(tt.text, tt.n); got != tt.want || units(got) > tt.n {
			t.Errorf("shorten(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}
