package care

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces text to what matters when words are compared: lower case, no diacritics,
// ø as o, æ as a, and one space between words. A spelling without Nordic letters
// (ae, oe, aa) folds to the same as one with them, so Aasen finds Åsen. What is folded
// stays as it is when folded again.
func Fold(s string) string {
	if !isLatin(s) {
		s = norm.NFD.String(strings.ToValidUTF8(s, "\uFFFD"))
	}
	var b strings.Builder
	b.Grow(len(s))
	last, space := rune(-1), false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r < rune(len(latin)):
			r = latin[r]
		default:
			r = unicode.ToLower(r)
		}
		if unseen(r) {
			continue
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

// unseen reports whether r is a mark on another character or a character nobody sees, as soft
// hyphens and joiners.
func unseen(r rune) bool { return r > unicode.MaxASCII && unicode.In(r, unicode.Mn, unicode.Cf) }

// latin holds what Fold makes of each Latin character: most lines need no more.
var latin = func() (t [0x250]rune) {
	plain := map[rune]rune{
		'ø': 'o', 'œ': 'o', 'æ': 'a', 'ð': 'd', 'đ': 'd', 'ħ': 'h', 'ı': 'i', 'ł': 'l', 'ŋ': 'n', 'ŧ': 't',
	}
	for i := range t {
		base := []rune(norm.NFD.String(string(rune(i))))[0]
		t[i] = unicode.ToLower(base)
		if r, ok := plain[t[i]]; ok {
			t[i] = r
		}
	}
	return t
}()

func isLatin(s string) bool {
	for _, r := range s {
		if r >= rune(len(latin)) {
			return false
		}
	}
	return true
}
