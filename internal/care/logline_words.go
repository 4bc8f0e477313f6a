package care

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// punctuation is what may stand at a word's end and part it from the next.
const punctuation = ":;.!…"

// A word is a run of characters without spaces and commas. What is only punctuation or a dash is
// no word; it parts those around it.
type word struct {
	fold       string // folded, without punctuation at its end
	start, end int    // bytes of the text, punctuation included
	comma      bool   // a comma follows
	spaced     bool   // ... and then a space
	stop       bool   // something parts it from the next word: a comma, punctuation, a line's end
}

// splitWords cuts text at spaces and commas and folds the words.
func splitWords(text string) []word {
	words := cutWords(text)
	for i, w := range words {
		words[i].fold = foldWord(text[w.start:w.end])
	}
	return words
}

func foldWord(s string) string { return kindFold(strings.TrimRight(s, punctuation)) }

// cutWords cuts text at spaces and commas.
func cutWords(text string) []word {
	var words []word
	start := -1
	last := func() *word {
		if len(words) == 0 {
			return &word{}
		}
		return &words[len(words)-1]
	}
	closeWord := func(end int) {
		if start < 0 {
			return
		}
		bare := strings.TrimRight(text[start:end], punctuation)
		if strings.TrimFunc(bare, isDash) == "" {
			last().stop = true
		} else {
			words = append(words, word{start: start, end: end, stop: start+len(bare) < end})
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case r == ',':
			closeWord(i)
			last().comma, last().stop = true, true
		case unicode.IsSpace(r):
			closeWord(i)
			last().spaced = last().comma
			last().stop = last().stop || r == '\n' || r == '\r'
		case start < 0:
			start = i
		}
	}
	closeWord(len(text))
	return words
}

// fold returns word i folded, without punctuation at its end.
func (p *lineParser) fold(i int) string {
	w := &p.words[i]
	if w.fold == "" {
		w.fold = foldWord(p.text[w.start:w.end])
	}
	return w.fold
}

// folds returns the folded words from i up to the next that something parts from its follower,
// as many as a name or a kind may take.
func (p *lineParser) folds(i int) []string {
	var f []string
	for ; i < len(p.words) && len(f) < nameWords; i++ {
		f = append(f, p.fold(i))
		if p.words[i].stop {
			break
		}
	}
	return f
}

func (p *lineParser) raw(i int) string {
	return strings.TrimRight(p.text[p.words[i].start:p.words[i].end], punctuation)
}

// joined reports whether there is a word i that nothing parts from the one before it.
func (p *lineParser) joined(i int) bool { return i < len(p.words) && !p.words[i-1].stop }

// titled reports whether word i is written like a name or a sentence's first word, not like "ÅP".
func (p *lineParser) titled(i int) bool {
	s := strings.TrimLeft(p.raw(i), "(\"'”“’»«")
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	return unicode.IsUpper(first) && unicode.IsLower(second)
}

// isAnd reports whether there is a word i and it says "and".
func (p *lineParser) isAnd(i int) bool {
	if i >= len(p.words) {
		return false
	}
	switch p.fold(i) {
	case "och", "og", "o", "samt", "&", "+", "/":
		return true
	}
	return false
}

// startsKind reports whether a kind, or the beginning of one, stands at word i.
func (p *lineParser) startsKind(i int) bool {
	_, ok := p.kinds.find(p.folds(i))
	return ok
}
