package care

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces text to what matters when words are compared: lower case, no diacritics,
// ø as o, æ as a, and one space between words. A spelling without Nordic letters
// (ae, oe, aa) folds to the same as one with them, so Aasen finds Åsen. What is folded
// stays as it is when folded again.
func Fold(s string) string {
	if !isASCII(s) {
		s = norm.NFD.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	last, space := rune(-1), false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		r = unicode.ToLower(r)
		if r >= utf8.RuneSelf {
			if unicode.In(r, unicode.Mn, unicode.Cf) {
				continue // marks, and what cannot be seen: soft hyphens, joiners
			}
			if plain, ok := plainLetters[r]; ok {
				r = plain
			}
		}
		if space {
			b.WriteByte(' ')
			last, space = ' ', false
		}
		if r == 'a' && last == 'a' || r == 'e' && (last == 'a' || last == 'o') {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// plainLetters are what people type for letters that are more than a plain one with a mark.
var plainLetters = map[rune]rune{
	'ø': 'o', 'œ': 'o', 'æ': 'a', 'ð': 'd', 'đ': 'd', 'ħ': 'h', 'ı': 'i', 'ł': 'l', 'ŋ': 'n', 'ŧ': 't',
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
