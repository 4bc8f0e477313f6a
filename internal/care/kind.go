package care

import (
	"slices"
	"strings"
)

// Kind is what sort of intervention it was.
type Kind string

// The kinds of interventions.
const (
	KindMotivation  Kind = "motivation"
	KindCoaching    Kind = "coaching"
	KindStructure   Kind = "structure"
	KindSocial      Kind = "social"
	KindGuidance    Kind = "guidance"
	KindReferral    Kind = "referral"
	KindTalk        Kind = "talk"
	KindHome        Kind = "home"
	KindVisit       Kind = "visit"
	KindAdaptation  Kind = "adaptation"
	KindTimetable   Kind = "timetable"
	KindEscort      Kind = "escort"
	KindSystem      Kind = "system"
	KindCulture     Kind = "culture"
	KindStudy       Kind = "study"
	KindDevelopment Kind = "development"
	KindRisk        Kind = "risk"
	KindPlan        Kind = "plan"
	KindHandover    Kind = "handover"
	KindOther       Kind = "other"
)

// Kinds are all kinds, in the order in which they are offered.
var Kinds = []Kind{
	KindTalk, KindHome, KindMotivation, KindCoaching, KindStructure, KindSocial, KindGuidance,
	KindReferral, KindVisit, KindAdaptation, KindTimetable, KindEscort, KindSystem, KindCulture,
	KindStudy, KindDevelopment, KindRisk, KindPlan, KindHandover, KindOther,
}

// kindAliases are short words for a kind besides its id and its names.
var kindAliases = map[Kind][]string{
	KindTalk:        {"samtal", "samtale", "prat"},
	KindHome:        {"hem", "hemmet", "hjem", "hjemmet", "heim", "heimen", "kontakt hem", "kontakt hjem", "kontakt heim"},
	KindVisit:       {"hjembesøk", "heimbesøk"},
	KindReferral:    {"lotsning", "henvisning", "tilvising"},
	KindTimetable:   {"schema", "timeplan"},
	KindAdaptation:  {"anpassning"},
	KindStudy:       {"lov", "lovskola", "läxa", "ferie", "ferieskole", "ferieskule", "lekser"},
	KindPlan:        {"åp"},
	KindDevelopment: {"us"},
}

// kindVerbs are aliases, too. A note may as well begin with them: "samtal Ringde hem".
var kindVerbs = map[Kind][]string{
	KindHome: {"ring", "ringt", "ringde", "ringte", "ring hem", "ringt hem", "ringde hem",
		"ring hjem", "ringt hjem", "ringte hjem", "ring heim", "ringt heim", "ringde heim"},
}

// kindPrefix is how many letters of a kind's name are enough when they fit no other kind.
const kindPrefix = 4

// ownWords, folded, begin a kind's name and mean something by themselves: "stöd i matte" is no
// stödsamtal.
var ownWords = []string{"atgard", "elev", "hand", "kultur", "over", "rett", "stod", "stotte", "tiltak",
	"time", "utveckling", "utvikling"}

// KindWords finds kinds in what people type.
type KindWords struct {
	whole  map[string]kindMatch   // by a spelling without spaces and hyphens
	begun  map[string][]beginning // by the first letters of one
	length int                    // words of the longest spelling
}

// A beginning is a kind of which some spelling begins so.
type beginning struct {
	kind Kind
	part bool // the name's other words are missing, as in "kontakt", or it is one of ownWords
}

// A kindMatch is a kind found at the start of some words.
type kindMatch struct {
	words int    // how many words it takes
	kinds []Kind // one, or those between which the writer must choose
	named bool   // a whole name or alias, not an id or a part of a name
	verb  bool   // one of kindVerbs
	part  bool   // as in a beginning: with words after it, it may be something else
}

func (m kindMatch) is(k Kind) bool { return slices.Contains(m.kinds, k) }

// listed reports whether the match may go on a list of kinds that a text follows.
func (m kindMatch) listed() bool { return m.named && !m.verb && !m.is(KindOther) }

// NewKindWords makes the index from each kind's names in all languages; ids and aliases are known here.
func NewKindWords(names map[Kind][]string) *KindWords {
	k := &KindWords{whole: map[string]kindMatch{}, begun: map[string][]beginning{}}
	for _, kind := range Kinds {
		k.add(kind, string(kind), false, false)
		for _, name := range names[kind] {
			for _, s := range spellingsOf(name) {
				k.add(kind, s, true, false)
			}
		}
		for _, s := range kindAliases[kind] {
			k.add(kind, s, true, false)
		}
		for _, s := range kindVerbs[kind] {
			k.add(kind, s, true, true)
		}
	}
	return k
}

// spellingsOf are a kind's name and its parts that are names by themselves: "läxhjälp eller
// lovskola" is two, and what stands in brackets may be left out.
func spellingsOf(name string) []string {
	list := []string{name}
	if before, _, ok := strings.Cut(name, "("); ok {
		list = append(list, before)
	}
	if either := strings.Split(name, " eller "); len(either) > 1 {
		list = append(list, either...)
	}
	return list
}

func (k *KindWords) add(kind Kind, s string, named, verb bool) {
	words := strings.Fields(kindFold(s))
	if len(words) == 0 {
		return
	}
	k.length = max(k.length, len(words))
	apart, last := string(kindKey(words)), string(kindKey(words[:len(words)-1]))
	// Folding what is written together may drop a letter: "extraanpassning".
	for _, key := range []string{apart, Fold(apart)} {
		k.whole[key] = kindMatch{kinds: []Kind{kind}, named: named, verb: verb}
		letters := 0
		for end := range key {
			if letters++; letters > kindPrefix {
				k.begin(key[:end], beginning{kind, end <= len(last) || slices.Contains(ownWords, key[:end])})
			}
		}
	}
}

func (k *KindWords) begin(key string, b beginning) {
	list := k.begun[key]
	i := slices.IndexFunc(list, func(known beginning) bool { return known.kind == b.kind })
	if i < 0 {
		k.begun[key] = append(list, b)
		return
	}
	list[i].part = list[i].part && b.part
}

// find looks for a kind at the start of the folded words: the longest whole name first, then
// the longest beginning of one.
func (k *KindWords) find(words []string) (kindMatch, bool) {
	if m, ok := k.findWhole(words); ok {
		return m, true
	}
	list, n := longestKey(k.begun, words, k.length)
	if n == 0 {
		return kindMatch{}, false
	}
	m := kindMatch{words: n, part: list[0].part}
	for _, b := range list {
		m.kinds = append(m.kinds, b.kind)
	}
	return m, true
}

// findWhole looks for the longest whole name, alias or id.
func (k *KindWords) findWhole(words []string) (kindMatch, bool) {
	m, n := longestKey(k.whole, words, k.length)
	m.words = n
	return m, n > 0
}

// longestKey looks up the key of the most words, at most limit, that the index has.
func longestKey[V any](index map[string]V, words []string, limit int) (V, int) {
	words = words[:min(limit, len(words))]
	for key := kindKey(words); len(words) > 0; words = words[:len(words)-1] {
		if v, ok := index[string(key)]; ok {
			return v, len(words)
		}
		key = key[:len(key)-len(kindKey(words[len(words)-1:]))]
	}
	var none V
	return none, 0
}

// kindFold folds and drops brackets and quotation marks, in which names and kinds may stand.
func kindFold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("()\"“”„«»", r):
			return -1
		case isDash(r):
			return '-'
		}
		return r
	}, Fold(s))
}

// kindKey joins words so that compounds written apart, together or with a hyphen are the same.
func kindKey(words []string) []byte {
	key := make([]byte, 0, 64)
	for _, w := range words {
		for i := range len(w) {
			if w[i] != '-' {
				key = append(key, w[i])
			}
		}
	}
	return key
}
