package care

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isPunctuation says what may stand at a word's end and part it from the next.
func isPunctuation(r rune) bool {
	switch r {
	case ':', ';', '.', '!', '…':
		return true
	}
	return false
}

// bare is s without punctuation at its end.
func bare(s string) string { return strings.TrimRightFunc(s, isPunctuation) }

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

func foldWord(s string) string { return kindFold(bare(s)) }

// cutWords cuts text at spaces and commas.
func cutWords(text string) []word {
	words := make([]word, 0, 1+len(text)/4)
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
		if w := bare(text[start:end]); strings.TrimLeftFunc(w, isDash) == "" {
			last().stop = true
		} else {
			words = append(words, word{start: start, end: end, stop: start+len(w) < end})
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

// folds returns at most limit folded words from i on, up to one that something parts from the next.
func (p *lineParser) folds(i, limit int) []string {
	f := make([]string, 0, limit)
	for ; i < len(p.words) && len(f) < limit; i++ {
		f = append(f, p.fold(i))
		if p.words[i].stop {
			break
		}
	}
	return f
}

func (p *lineParser) raw(i int) string {
	return bare(p.text[p.words[i].start:p.words[i].end])
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

// isAnd reports whether there is a word i that says "and" and joins its neighbours.
func (p *lineParser) isAnd(i int) bool {
	if i == 0 || i >= len(p.words) || p.words[i-1].stop && !p.words[i-1].comma {
		return false
	}
	switch p.fold(i) {
	case "och", "og", "o", "samt", "&", "+", "/":
		return true
	}
	return false
}

// kindAt finds the kind, or the kinds of which some have to be chosen, at word i.
func (p *lineParser) kindAt(i int) (kindMatch, bool) { return p.kinds.find(p.folds(i, p.kinds.length)) }

// startsKind reports whether a kind, or the beginning of one, stands at word i.
func (p *lineParser) startsKind(i int) bool {
	_, ok := p.kindAt(i)
	return ok
}
