package care

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed lexicon/*.yaml
var lexiconFiles embed.FS

// A lexicon is all that replies are read by.
type lexicon struct {
	vocabulary map[string]int // the folded words that stand in it, each with its number
	long       [][]string     // those in which a typo is forgiven, by their number of letters
	phrases    []*phrase
	first      map[int][]*phrase // by the words that can stand first
	open       []*phrase         // those that can begin with what is no word
	days       map[string]int    // the weekdays by name, Monday is 1
	short      map[string]bool   // those of them that are short
	months     map[string]int
	numbers    map[string]int
	marks      map[string]bool // words after which a short weekday is one
	next       map[string]bool // words for the coming one
}

// meaning is what a phrase is, apart from an act or a day.
type meaning string

// The meanings.
const (
	meansSeen   meaning = "seen"
	meansFiller meaning = "filler" // it changes nothing
	meansAnd    meaning = "and"    // it joins two clauses
	meansBut    meaning = "but"    // it joins them, and what follows may take back what was said
	meansSelf   meaning = "self"
	meansPupil  meaning = "pupil"
	meansOther  meaning = "other"  // anyone else
	meansReport meaning = "report" // someone says of the student what follows
	meansAgain  meaning = "again"  // a follow-up or another try
	meansTried  meaning = "tried"  // an attempt, which says nothing about what came of it
	meansComes  meaning = "comes"  // the student comes, on the day that follows
	meansWhy    meaning = "why"    // why a case is closed
	meansNo     meaning = "no"     // a negation
	meansWill   meaning = "will"   // what is to be, may be or is doubted
	meansAsk    meaning = "ask"    // a question
	meansOpens  meaning = "opens"  // a question, where it begins a clause
	meansWould  meaning = "would"  // it is said of acts in general
)

// A phrase is some words and what they mean: exactly one of Act, Means and Day is set.
type phrase struct {
	Act    Act
	Also   Act // done as well
	Means  meaning
	Day    dayMeaning
	Whole  bool        // only with nothing unknown in its clause
	Bare   bool        // no tense: with a day to come it is a plan
	Dated  bool        // only with a day or a time
	Of     string      // self: the writer does it; pupil: the student does or is it
	Reason CloseReason // of close, and why it is closed
	items  []item
}

// An item is a place in a phrase: one of some ways.
type item struct {
	words    []int // sorted
	ways     [][]item
	token    tokenKind // if not a word
	own      bool      // what the school calls its team
	optional bool
	many     bool
	across   bool // a comma may part it from what stands before
}

// lexiconYAML is the form of the files.
type lexiconYAML struct {
	Words   map[string][]string
	Phrases []struct {
		Act, Also          Act
		Means              meaning
		Day                dayMeaning
		Whole, Bare, Dated bool
		Of                 string
		Reason             CloseReason
		All, Sv, Nb, Nn    []string
	}
}

// theLexicon is compiled when the first reply is read.
var theLexicon = sync.OnceValue(func() *lexicon {
	l, err := compileLexicon(lexiconFiles)
	if err != nil {
		panic(fmt.Sprintf("the lexicon: %v", err)) // it is part of the program, and the tests read it
	}
	return l
})

func compileLexicon(files fs.FS) (*lexicon, error) {
	y, err := readLexicon(files)
	if err != nil {
		return nil, err
	}
	c := compiler{lexicon: &lexicon{vocabulary: map[string]int{}, first: map[int][]*phrase{}}, yaml: y, classes: map[string][][]item{}}
	for _, group := range y.Phrases {
		p := phrase{Act: group.Act, Also: group.Also, Means: group.Means, Day: group.Day, Whole: group.Whole, Bare: group.Bare, Dated: group.Dated,
			Of: group.Of, Reason: group.Reason}
		for _, text := range slices.Concat(group.All, group.Sv, group.Nb, group.Nn) {
			items, err := c.sequence(text)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", text, err)
			}
			p := p
			p.items = items
			c.add(&p)
		}
	}
	for name := range y.Words {
		if _, ok := c.classes[name]; !ok && name != "mark" {
			return nil, fmt.Errorf("<%s> stands in no phrase", name)
		}
	}
	c.fillTables()
	c.fillLong()
	return c.lexicon, nil
}

// readLexicon reads the files as one.
func readLexicon(files fs.FS) (all lexiconYAML, err error) {
	names, err := fs.Glob(files, "lexicon/*.yaml")
	if err != nil {
		return all, err
	}
	all.Words = map[string][]string{}
	for _, name := range names {
		f, err := files.Open(name)
		if err != nil {
			return all, err
		}
		var y lexiconYAML
		dec := yaml.NewDecoder(f)
		dec.KnownFields(true)
		err = dec.Decode(&y)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return all, fmt.Errorf("%s: %w", name, err)
		}
		maps.Copy(all.Words, y.Words)
		all.Phrases = append(all.Phrases, y.Phrases...)
	}
	return all, nil
}

type compiler struct {
	*lexicon
	yaml    lexiconYAML
	classes map[string][][]item // nil: being compiled
}

// sequence compiles a phrase.
func (c *compiler) sequence(text string) ([]item, error) {
	var items []item
	for _, field := range splitOutside(text, ' ') {
		var it item
		field, it.across = strings.CutPrefix(field, ",")
		field, it.many = strings.CutSuffix(field, "*")
		it.optional = it.many
		alternatives := splitOutside(field, '|')
		if inner, ok := strings.CutPrefix(field, "["); ok && strings.HasSuffix(inner, "]") {
			it.optional = true
			alternatives = splitOutside(strings.TrimSuffix(inner, "]"), '|')
		}
		if inner, ok := strings.CutPrefix(field, "("); ok && strings.HasSuffix(inner, ")") {
			alternatives = splitOutside(strings.TrimSuffix(inner, ")"), '|')
		}
		for _, alt := range alternatives {
			if err := c.alternative(&it, alt); err != nil {
				return nil, err
			}
		}
		slices.Sort(it.words)
		it.words = slices.Compact(it.words)
		items = append(items, it)
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("no words")
	}
	return items, nil
}

// alternative adds one of the ways in which an item can stand.
func (c *compiler) alternative(it *item, alt string) error {
	if name := strings.Trim(alt, "<>"); alt == "<"+name+">" {
		if kind, ok := tokenClasses[name]; ok {
			it.ways = append(it.ways, []item{{token: kind}})
			return nil
		}
		if name == "own" {
			it.ways = append(it.ways, []item{{own: true}})
			return nil
		}
		ways, err := c.class(name)
		it.ways = append(it.ways, ways...)
		return err
	}
	if strings.ContainsAny(alt, " [(") {
		seq, err := c.sequence(alt)
		it.ways = append(it.ways, seq)
		return err
	}
	words := c.words(alt)
	if strings.ContainsAny(alt, "<>") {
		words = nil
	}
	if len(words) == 1 {
		it.words = append(it.words, words[0])
		return nil
	}
	if len(words) == 0 {
		return fmt.Errorf("%q is no word", alt)
	}
	var seq []item
	for _, w := range words {
		seq = append(seq, item{words: []int{w}})
	}
	it.ways = append(it.ways, seq)
	return nil
}

// class compiles the phrases under a name, once.
func (c *compiler) class(name string) ([][]item, error) {
	if ways, ok := c.classes[name]; ok {
		if ways == nil {
			return nil, fmt.Errorf("<%s> holds itself", name)
		}
		return ways, nil
	}
	texts, ok := c.yaml.Words[name]
	if !ok {
		return nil, fmt.Errorf("there is no <%s>", name)
	}
	c.classes[name] = nil
	var ways [][]item
	var single item
	for _, text := range texts {
		seq, err := c.sequence(text)
		if err != nil {
			return nil, fmt.Errorf("<%s>: %q: %w", name, text, err)
		}
		if len(seq) == 1 && len(seq[0].ways) == 0 && seq[0].token == 0 && !seq[0].optional {
			single.words = append(single.words, seq[0].words...)
			continue
		}
		ways = append(ways, seq)
	}
	if len(single.words) > 0 {
		slices.Sort(single.words)
		single.words = slices.Compact(single.words)
		ways = append(ways, []item{single})
	}
	c.classes[name] = ways
	return ways, nil
}

// words are the numbers of the words that a text is cut into.
func (c *compiler) words(text string) []int {
	var ids []int
	tokens, _ := cutReply(text)
	for _, t := range tokens {
		if t.fold == "" {
			continue
		}
		id, ok := c.vocabulary[t.fold]
		if !ok {
			id = len(c.vocabulary) + 1
			c.vocabulary[t.fold] = id
		}
		ids = append(ids, id)
	}
	return ids
}

// add files a phrase under the words with which it can begin.
func (c *compiler) add(p *phrase) {
	c.phrases = append(c.phrases, p)
	starts := map[int]bool{}
	open := false
	var walk func(items []item) (passable bool)
	walk = func(items []item) bool {
		for _, it := range items {
			for _, w := range it.words {
				starts[w] = true
			}
			passable := it.optional
			for _, way := range it.ways {
				passable = walk(way) || passable
			}
			open = open || it.token != 0 || it.own
			if !passable {
				return false
			}
		}
		return true
	}
	walk(p.items)
	for w := range starts {
		c.first[w] = append(c.first[w], p)
	}
	if open {
		c.open = append(c.open, p)
	}
}

// splitOutside cuts text at sep where that stands in no brackets.
func splitOutside(text string, sep rune) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case r == '[', r == '(':
			depth++
		case r == ']', r == ')':
			depth--
		case r == sep && depth == 0:
			if i > start {
				parts = append(parts, text[start:i])
			}
			start = i + len(string(r))
		}
	}
	if start < len(text) {
		parts = append(parts, text[start:])
	}
	return parts
}
