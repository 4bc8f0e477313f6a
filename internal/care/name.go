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
	words = words[:min(nameWords, len(words))]
	bare := make([]string, len(words))
	for i, w := range words {
		bare[i] = strings.Join(nameParts(w), "")
	}
	var found []nameMatch
	for _, n := range names {
		if m := n.match(bare); m.words > 0 {
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

// A nameSpelling is a student's name, folded and parted at spaces and hyphens.
type nameSpelling struct {
	Name
	given  []string
	family []string
	short  [][]string // the family name's first part, its last part, its initial
}

func spellings(names []Name) []nameSpelling {
	list := make([]nameSpelling, len(names))
	for i, n := range names {
		s := nameSpelling{Name: n, given: nameParts(Fold(n.Given)), family: nameParts(Fold(n.Family))}
		if last := len(s.family) - 1; last >= 0 {
			_, initial := utf8.DecodeRuneInString(s.family[0])
			s.short = [][]string{s.family[:1], s.family[last:], {s.family[0][:initial]}}
		}
		list[i] = s
	}
	return list
}

// match reads the given name or its first parts, alone or with the family name, or the family
// name first.
func (n nameSpelling) match(words []string) nameMatch {
	best := nameMatch{Name: n.Name}
	before := takes(words, n.family)
	for i := range n.given {
		given := n.given[:i+1]
		if g := takes(words, given); g > 0 {
			family := takes(words[g:], n.family)
			for _, s := range n.short {
				family = max(family, takes(words[g:], s))
			}
			if g+family > best.words {
				best.words, best.given = g+family, g
			}
		}
		if before == 0 {
			continue
		}
		if g := takes(words[before:], given); g > 0 && before+g > best.words {
			best.words, best.given = before+g, 0
		}
	}
	return best
}

// takes returns how many words the parts of a name take, or 0 if they do not stand there. A word
// may be several parts ("Annakarin"), but never the end of one and the start of another: "Eli N."
// is not Elin.
func takes(words, parts []string) int {
	n := 0
	for ; len(parts) > 0; n++ {
		if n == len(words) {
			return 0
		}
		for w := words[n]; w != ""; parts = parts[1:] {
			if len(parts) == 0 || !strings.HasPrefix(w, parts[0]) {
				return 0
			}
			w = w[len(parts[0]):]
		}
	}
	return n
}

// nameParts parts a folded name at spaces and hyphens.
func nameParts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" .'’´`", r) || isDash(r) })
}
