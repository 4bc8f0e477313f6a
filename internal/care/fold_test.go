package care_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lotsen/internal/care"
)

func TestFold(t *testing.T) {
	tests := []struct {
		name string
		same []string
		want string
	}{
		{"case", []string{"samtal", "SAMTAL", "Samtal"}, "samtal"},
		{"Swedish letters", []string{"Åsa Öberg", "åsa öberg", "A\u030asa O\u0308berg", "Asa Oberg", "Aasa Oeberg", "AASA OEBERG"}, "asa oberg"},
		{"Norwegian letters", []string{"Øyvind Sæther", "Oyvind Sather", "Oeyvind Saether", "OEYVIND SAETHER", "Ǿyvind Sǽther"}, "oyvind sather"},
		{"Sámi letters", []string{"Áŋŋel Đorvu Ŧiitá", "Annel Dorvu Tiita"}, "annel dorvu tiita"},
		{"Icelandic", []string{"Guðrún", "Gudrun"}, "gudrun"},
		{"Turkish", []string{"Işıl Yıldız İnan", "Isil Yildiz Inan"}, "isil yildiz inan"},
		{"Polish", []string{"Łukasz Żółć", "Lukasz Zolc"}, "lukasz zolc"},
		{"Vietnamese", []string{"Nguyễn Đức", "Nguyen Duc"}, "nguyen duc"},
		{"other scripts", []string{"Ёлка", "ёлка", "Елка"}, "елка"},
		{"spaces", []string{"  a  b\t\nc\u00a0d  ", "a b c d"}, "a b c d"},
		{"what cannot be seen", []string{"sam\u00adtal\u200b", "\ufeffsamtal"}, "samtal"},
		{"runs", []string{"aaa", "aae", "ææ", "aee"}, "a"},
		{"a and e of two words", []string{"Anna Elin"}, "anna elin"},
		{"a hyphen between", []string{"Anna-Elin"}, "anna-elin"},
		{"empty", []string{"", " ", "\u0301"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range tt.same {
				if got := care.Fold(s); got != tt.want {
					t.Errorf("Fold(%q) = %q, want %q", s, got, tt.want)
				}
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Åsa Öberg", "aaa", "aae", "oee", "æe", "øe", "å̈", " a\u0301  b ", "İI", "\xff", "Ǆ", "ẞ", "\u0344", "K", "\xc40\xf1\xf1Ё"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := care.Fold(s)
		if twice := care.Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		if !utf8.ValidString(once) {
			t.Errorf("Fold(%q) = %q, which is no UTF-8", s, once)
		}
		if strings.TrimSpace(once) != once || strings.Contains(once, "  ") {
			t.Errorf("Fold(%q) = %q, want single spaces between words", s, once)
		}
		if lower := care.Fold(strings.ToLower(s)); isASCII(s) && lower != once {
			t.Errorf("Fold(%q) = %q, in lower case %q", s, once, lower)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
