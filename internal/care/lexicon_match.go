package care

import (
	"math/bits"
	"unicode/utf8"
)

// replyTokens is how many tokens a reply may have: who tells more than that is asked what they mean.
const replyTokens = 60

// A matcher finds the phrases of a reply.
type matcher struct {
	*lexicon
	tokens []token
	own    [][]string // what the school calls its team, folded
}

// element is a phrase in a reply, or a word that is in none.
type element struct {
	*phrase
	from, to int // its tokens
	clause   int
}

// elements cuts the tokens into the longest phrases, from the left.
func (m *matcher) elements() []element {
	list := make([]element, 0, len(m.tokens))
	clause := 0
	for i := 0; i < len(m.tokens); {
		if m.tokens[i].sep && i > 0 {
			clause++
		}
		p, end := m.longest(i)
		if p == nil {
			end = i + 1
		}
		if p != nil && (p.Means == meansAnd || p.Means == meansBut) {
			clause++
		}
		list = append(list, element{p, i, end, clause})
		i = end
	}
	return list
}

// longest is the longest phrase at a token and where it ends; of two as long, the one that weighs more.
func (m *matcher) longest(at int) (best *phrase, end int) {
	try := func(list []*phrase) {
		for _, p := range list {
			set := m.ends(p.items, 1<<at, at)
			if set == 0 {
				continue
			}
			last := bits.Len64(set) - 1
			if last > end || last == end && last > at && p.weight() > best.weight() {
				best, end = p, last
			}
		}
	}
	try(m.first[m.tokens[at].id])
	if m.tokens[at].kind != 0 || len(m.own) > 0 {
		try(m.open)
	}
	if end <= at {
		return nil, 0
	}
	return best, end
}

// weight orders phrases of one length.
func (p *phrase) weight() int {
	switch {
	case p.Act != "":
		return 5
	case p.Means == meansNo:
		return 4
	case p.Means == meansWill || p.Means == meansAsk || p.Means == meansWould || p.Means == meansOpens:
		return 3
	case p.Day != "":
		return 2
	case p.Means == meansFiller:
		return 0
	}
	return 1
}

// ends is where the items can end that begin at any of the tokens in the set. start is where the phrase begins: no
// other token of it may be parted from the one before.
func (m *matcher) ends(items []item, set uint64, start int) uint64 {
	for i := range items {
		it := &items[i]
		var next uint64
		if it.optional {
			next = set
		}
		for todo := set; todo != 0; {
			at := bits.TrailingZeros64(todo)
			todo &^= 1 << at
			found := m.itemEnds(it, at, start) &^ next
			next |= found
			if it.many {
				todo |= found
			}
		}
		if set = next; set == 0 {
			return 0
		}
	}
	return set
}

func (m *matcher) itemEnds(it *item, at, start int) (set uint64) {
	if at >= len(m.tokens) || at > start && m.tokens[at].sep && !it.across {
		return m.empty(it, at, start)
	}
	if it.across {
		start = at
	}
	t := &m.tokens[at]
	if t.id != 0 {
		for _, w := range it.words {
			if w == t.id {
				set = 1 << (at + 1)
				break
			}
		}
	}
	if it.token&t.kind != 0 {
		set |= 1 << (at + 1)
	}
	if it.own {
		set |= m.ownEnds(at)
	}
	for _, way := range it.ways {
		set |= m.ends(way, 1<<at, start)
	}
	return set
}

// empty is where an item can end that has no token to stand on: where it begins, if it need not have any.
func (m *matcher) empty(it *item, at, start int) uint64 {
	for _, way := range it.ways {
		passable := true
		for i := range way {
			passable = passable && (way[i].optional || m.empty(&way[i], at, start) != 0)
		}
		if passable {
			return 1 << at
		}
	}
	return 0
}

// ownEnds is where what the school calls its team ends.
func (m *matcher) ownEnds(at int) (set uint64) {
	for _, words := range m.own {
		if at+len(words) > len(m.tokens) {
			continue
		}
		same := true
		for i, w := range words {
			same = same && m.tokens[at+i].fold == w && (i == 0 || !m.tokens[at+i].sep)
		}
		if same {
			set |= 1 << (at + len(words))
		}
	}
	return set
}

// look finds the tokens' words in the lexicon, forgives typos, and tells which points part them.
func (l *lexicon) look(tokens []token) {
	for i := range tokens {
		t := &tokens[i]
		t.id = l.vocabulary[t.fold]
		if t.id == 0 && t.kind == 0 {
			t.id = l.vocabulary[l.meant(t.fold)]
		}
		if t.soft && i > 0 {
			t.sep = tokens[i-1].kind != 0 && l.months[t.fold] == 0
		}
		if t.sep && i > 0 && l.short[tokens[i-1].fold] && t.kind != 0 {
			t.sep = false
		}
	}
}

// typoLetters is how many letters a word must have for a typo in it to be forgiven.
const typoLetters = 6

// meant is the word of the lexicon that was meant by one that is not in it, or "": the only one of at least six
// letters that is one letter away, unless it says no or names a day, or the first letter or the ending is another,
// which is where words differ that mean something else. What may be a no is one: wrong is worse than unclear.
func (l *lexicon) meant(fold string) string {
	for _, no := range negations {
		if len(fold) > 2 && slip(fold, no) != slipNone {
			return no
		}
	}
	n := utf8.RuneCountInString(fold)
	found := ""
	for k := max(n-1, typoLetters); k <= n+1 && k < len(l.long); k++ {
		for _, w := range l.long[k] {
			if w[0] != fold[0] || slip(fold, w) != slipInside {
				continue
			}
			if found != "" {
				return ""
			}
			found = w
		}
	}
	return found
}

// negations are what a word may be meant to be that is one letter away.
var negations = []string{"inte", "ikke", "ikkje", "icke", "ingen", "inget", "aldrig", "aldri"}

// slipKind is how two words differ.
type slipKind int

const (
	slipNone   slipKind = iota // by more than a slip, or not at all
	slipEnd                    // by one letter of the ending
	slipInside                 // by one letter before the ending, a doubled one, or two that changed places
)

// slip tells how a typed word differs from one of the lexicon. Folded words are ASCII but for other scripts', which
// are not in the lexicon.
func slip(typed, word string) slipKind {
	i := 0
	for i < len(typed) && i < len(word) && typed[i] == word[i] {
		i++
	}
	j := 0
	for j < len(typed)-i && j < len(word)-i && typed[len(typed)-1-j] == word[len(word)-1-j] {
		j++
	}
	a, b := typed[i:len(typed)-j], word[i:len(word)-j]
	inside := j >= 2
	switch {
	case len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]:
		inside = true
	case len(a) == 1 && len(b) == 0:
		inside = inside || i > 0 && a[0] == typed[i-1]
	case len(a) == 1 && len(b) == 1, len(a) == 0 && len(b) == 1:
	default:
		return slipNone
	}
	if inside {
		return slipInside
	}
	return slipEnd
}
