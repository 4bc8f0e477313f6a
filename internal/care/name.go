package care

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// nameWords is the most words that a student's name may take in a line.
const nameWords = 8

// matchName finds the students whose name the folded words begin with: the most words that
// make a name win. It returns how many words these are and whom they fit.
func matchName(words []string, names []Name) (int, []Name) {
	most := longest(matchNames(words, spellings(names)))
	if len(most) == 0 {
		return 0, nil
	}
	found := make([]Name, len(most))
	for i, m := range most {
		found[i] = m.Name
	}
	return most[0].words, found
}

// A nameMatch is a student whose name stands at the start of some words.
type nameMatch struct {
	Name
	words int // how many words the name takes
	given int // how many of them are the given name, if that comes first
}

// matchNames finds all students of whose name a part stands at the start of the folded words,
// each with the most words that it can take.
func matchNames(words []string, names []nameSpelling) []nameMatch {
	var tokens []nameToken
	for i, w := range words[:min(nameWords, len(words))] {
		for _, part := range nameParts(w) {
			tokens = append(tokens, nameToken{text: part})
		}
		if len(tokens) > 0 {
			tokens[len(tokens)-1].words = i + 1
		}
	}
	var found []nameMatch
	for _, n := range names {
		if m := n.match(tokens); m.words > 0 {
			found = append(found, m)
		}
	}
	return found
}

// longest returns the matches that take the most words.
func longest(found []nameMatch) []nameMatch {
	most := 0
	for _, m := range found {
		most = max(most, m.words)
	}
	return slices.DeleteFunc(slices.Clone(found), func(m nameMatch) bool { return m.words < most })
}

// A nameToken is a part of a word, as hyphens part it.
type nameToken struct {
	text  string
	words int // how many words end with it, 0 if it ends none
}

// A nameSpelling is how a student's name may be written. Given and family names are compared
// each by itself: put together, "Eli N." would be "Elin".
type nameSpelling struct {
	Name
	given  []string // its first part, its first two parts …
	family []string // all of it, its first part, its last part, its initial
}

// spellings folds names.
func spellings(names []Name) []nameSpelling {
	list := make([]nameSpelling, len(names))
	for i, n := range names {
		s := nameSpelling{Name: n}
		parts := nameParts(Fold(n.Given))
		all, end := strings.Join(parts, ""), 0
		for _, part := range parts {
			end += len(part)
			s.given = append(s.given, all[:end])
		}
		if parts := nameParts(Fold(n.Family)); len(parts) > 0 {
			all := strings.Join(parts, "")
			_, initial := utf8.DecodeRuneInString(all)
			s.family = []string{all, parts[0], parts[len(parts)-1], all[:initial]}
		}
		list[i] = s
	}
	return list
}

// match reads the given name, alone or with the family name, or the family name first.
func (n nameSpelling) match(tokens []nameToken) nameMatch {
	best := nameMatch{Name: n.Name}
	for _, given := range n.given {
		k := taken(tokens, given)
		if k == 0 {
			continue
		}
		alone := tokens[k-1].words
		if alone > best.words {
			best.words, best.given = alone, alone
		}
		for _, family := range n.family {
			if f := taken(tokens[k:], family); f > 0 && tokens[k+f-1].words > best.words {
				best.words, best.given = tokens[k+f-1].words, alone
			}
		}
	}
	if len(n.family) == 0 {
		return best
	}
	if k := taken(tokens, n.family[0]); k > 0 {
		for _, given := range n.given {
			if g := taken(tokens[k:], given); g > 0 && tokens[k+g-1].words > best.words {
				best.words, best.given = tokens[k+g-1].words, 0
			}
		}
	}
	return best
}

// taken returns how many tokens put together are s, or 0.
func taken(tokens []nameToken, s string) int {
	for i, t := range tokens {
		if !strings.HasPrefix(s, t.text) {
			return 0
		}
		if s = s[len(t.text):]; s == "" {
			return i + 1
		}
	}
	return 0
}

// nameParts parts a folded name at spaces and hyphens.
func nameParts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" .'’´`", r) || isDash(r) })
}
