package care

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A LogLine is "/insats 8B-K3F samtal Ringde hem" understood.
type LogLine struct {
	Students []Ref
	Kinds    []Kind
	Text     string
}

// A Name is a student's ref and name, in the clear.
type Name struct {
	Ref           Ref
	Given, Family string
}

// Picks are the choices a writer has made where a line was ambiguous: the number of the word
// → the ref or kind chosen.
type Picks map[int]string

// Choice is the error of a line that can be understood in several ways. Word is where; either
// Students or Kinds holds the possibilities.
type Choice struct {
	Draft    string // the id under which the line is kept until the writer has chosen
	Word     int
	Students []Name
	Kinds    []Kind
}

func (*Choice) Error() string { return "several readings of a line" }

// The codes of lines that cannot be understood.
const (
	CodeLogEmpty       Code = "log_empty"
	CodeUnknownStudent Code = "unknown_student" // Word
	CodeMissingKind    Code = "missing_kind"    // Student
	CodeUnknownKind    Code = "unknown_kind"    // Word
	CodeNoteTooLong    Code = "note_too_long"   // Length, Max
	CodeNoSuchStudent  Code = "no_such_student" // Word; when looking, where CodeUnknownStudent is for logging
)

// NoteMax is how many characters a note may have, in UTF-16 units: the strictest way in which Slack
// may count what stands in a form.
const NoteMax = 3000

// noteLength is how many characters a note has, as NoteMax counts them.
func noteLength(note string) int {
	n := 0
	for _, r := range note {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// ParseLogLine reads "<student>[,<student>] <kind>[,<kind>] [text]". A student is a ref or a
// name among names; a kind is looked up in kinds. It returns an *Error for what cannot be
// understood and a *Choice for what can be in several ways.
//
// Names that are nil have not been looked up: where they might matter, the line is refused with
// CodeUnknownStudent, so most lines can be read before anyone's name is opened.
func ParseLogLine(text string, kinds *KindWords, names []Name, picks Picks) (LogLine, error) {
	p := lineParser{text: text, words: cutWords(text), kinds: kinds, names: names, picks: picks}
	if len(p.words) == 0 {
		return LogLine{}, &Error{Code: CodeLogEmpty}
	}
	students, err := p.students()
	if err != nil {
		return LogLine{}, err
	}
	found, err := p.kindList(students)
	if err != nil {
		return LogLine{}, err
	}
	note := p.rest()
	if n := noteLength(note); n > NoteMax {
		return LogLine{}, &Error{Code: CodeNoteTooLong, Args: map[string]any{"Length": n, "Max": NoteMax}}
	}
	return LogLine{Students: students, Kinds: found, Text: note}, nil
}

type lineParser struct {
	text    string
	words   []word
	next    int // the word to be read
	kinds   *KindWords
	names   []Name
	spelled []nameSpelling // the names, once they are needed
	picks   Picks
}

// students reads one student and those that follow after a comma or an "and".
func (p *lineParser) students() ([]Ref, error) {
	var refs []Ref
	for {
		ref, n, err := p.student()
		if err != nil {
			return nil, err
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
		p.next += n
		switch {
		case p.next >= len(p.words):
			return refs, nil
		case p.andStudent():
			p.next++
		case !p.words[p.next-1].comma || p.kindAfterComma():
			return refs, nil
		}
	}
}

// andStudent reports whether an "and" stands between two students. "samt" is one, and the
// beginning of "samtal".
func (p *lineParser) andStudent() bool {
	return p.isAnd(p.next) && p.next+1 < len(p.words) && (!p.startsKind(p.next) || p.studentAt(p.next+1))
}

// kindAfterComma reports whether, after a comma out of habit ("8B-K3F, samtal"), a kind stands
// where another student might. "Anna" is a student, though a kind in Nynorsk.
func (p *lineParser) kindAfterComma() bool {
	if p.names == nil || p.studentAt(p.next) {
		return false
	}
	m, ok := p.kindAt(p.next)
	return ok && m.named && !m.is(KindOther)
}

func (p *lineParser) studentAt(i int) bool {
	_, ok := ParseRef(p.raw(i))
	return ok || len(p.match(i)) > 0
}

// student reads one student at the next word and how many words it takes.
func (p *lineParser) student() (Ref, int, error) {
	if ref, ok := ParseRef(p.raw(p.next)); ok {
		return ref, 1, nil
	}
	found := p.match(p.next)
	if picked, ok := p.picks[p.next]; ok {
		i := slices.IndexFunc(found, func(m nameMatch) bool { return string(m.Ref) == picked })
		if i >= 0 {
			return found[i].Ref, found[i].words, nil
		}
	}
	other, unsure := false, false
	if len(found) > 0 {
		other, unsure = p.otherName(found[0])
	}
	switch {
	case len(found) == 0 || other:
		return "", 0, &Error{Code: CodeUnknownStudent, Args: map[string]any{"Word": p.unknown()}}
	case len(found) == 1 && !unsure:
		return found[0].Ref, found[0].words, nil
	}
	choice := &Choice{Word: p.next}
	for _, m := range found {
		choice.Students = append(choice.Students, m.Name)
	}
	return "", 0, choice
}

// match finds the students whose name stands at word i. In "anna hem" the last word may be
// Anna's family name or what was done for any Anna, so it fits them all.
func (p *lineParser) match(i int) []nameMatch {
	if len(p.names) == 0 {
		return nil
	}
	if p.spelled == nil {
		p.spelled = spellings(p.names)
	}
	all := matchNames(p.folds(i, nameWords), p.spelled)
	found := longest(all)
	if len(found) == 0 {
		return nil
	}
	if m := found[0]; m.given > 0 && m.given < m.words && !p.titled(i+m.given) && p.startsKind(i+m.given) {
		return slices.DeleteFunc(all, func(a nameMatch) bool { return a.given != m.given })
	}
	return found
}

// otherName reports whether the word after a given name is, or may be, a family name that the
// student does not have: in "Anna Lund samtal" it is, in "Anna Ring samtal" it may be.
func (p *lineParser) otherName(m nameMatch) (is, maybe bool) {
	i := p.next + m.words
	if m.given != m.words || !p.joined(i) || p.isAnd(i) {
		return false, false
	}
	kind, ok := p.kindAt(i)
	if p.titled(i) {
		return !ok, true
	}
	return false, ok && !p.titled(p.next) && p.also(i+kind.words, kind) != ""
}

// unknown is what to call the words that are no student: all up to a comma or the first kind,
// or else those that are written like a name.
func (p *lineParser) unknown() string {
	end := p.next + 1
	for end < p.next+nameWords && p.joined(end) && !p.isAnd(end) && !p.startsKind(end) {
		end++
	}
	if end == len(p.words) && !p.words[end-1].stop || end == p.next+nameWords {
		for end = p.next + 1; p.joined(end) && p.titled(end); {
			end++
		}
	}
	return Truncate(bare(p.text[p.words[p.next].start:p.words[end-1].end]), 60)
}

// kindList reads one kind and those that follow after a comma or an "and".
func (p *lineParser) kindList(students []Ref) ([]Kind, error) {
	if p.next >= len(p.words) {
		return nil, &Error{Code: CodeMissingKind, Args: map[string]any{"Student": string(students[0])}}
	}
	m, ok := p.kindAt(p.next)
	if ok && m.is(KindOther) && m.named && p.names == nil {
		return nil, &Error{Code: CodeUnknownStudent, Args: map[string]any{"Word": p.raw(p.next)}} // "anna" may be Anna
	}
	if !ok || p.nameAt(p.next, m) {
		return nil, &Error{Code: CodeUnknownKind, Args: map[string]any{"Word": Truncate(p.raw(p.next), 60)}}
	}
	var list []Kind
	for {
		kind, err := p.kind(m)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, kind) {
			list = append(list, kind)
		}
		p.next += m.words
		at := p.next
		if p.isAnd(at) {
			at++
		}
		if m, ok = p.anotherKind(at); !ok {
			return list, nil
		}
		p.next = at
	}
}

// nameAt reports whether a student's name stands where a kind was found: "8B-K3F Anna Berg samtal".
func (p *lineParser) nameAt(i int, m kindMatch) bool {
	found := p.match(i)
	return len(found) > 0 && (found[0].words > m.words || p.titled(i))
}

// kind decides what the match at the next word means; where that is not sure, the writer must.
func (p *lineParser) kind(m kindMatch) (Kind, error) {
	after := p.next + m.words
	may := m.kinds
	if k := p.also(after, m); k != "" {
		may = append(slices.Clone(may), k)
	}
	if len(may) == 1 && !(m.part && !p.listEnds(after)) {
		return may[0], nil
	}
	if picked := Kind(p.picks[p.next]); slices.Contains(may, picked) {
		return picked, nil
	}
	return "", &Choice{Word: p.next, Kinds: may}
}

// also returns a kind that stands right after another at word i, where the text should begin,
// so that either may be meant: "samtal hem". A verb or a capital begins a text, but not after
// "annat", which says nothing by itself.
func (p *lineParser) also(i int, first kindMatch) Kind {
	if !p.joined(i) {
		return ""
	}
	m, ok := p.kinds.findWhole(p.folds(i, p.kinds.length))
	if !ok || !m.named || m.is(KindOther) || first.is(m.kinds[0]) {
		return ""
	}
	if !first.is(KindOther) && (p.titled(i) || m.verb && !first.part) {
		return ""
	}
	return m.kinds[0]
}

// anotherKind looks for one more kind at word i, after a comma or an "and", where the text may
// begin as well. "samtal,hem" is two; after "samtal, " and "samtal och " only a whole name that
// ends the list clearly counts: "samtal, hem Ringde mamma" is two kinds, "samtal, hem till
// mormor" and "samtal, ringde hem" are one.
func (p *lineParser) anotherKind(i int) (kindMatch, bool) {
	if i >= len(p.words) || !p.words[i-1].comma && !p.isAnd(i-1) {
		return kindMatch{}, false
	}
	m, ok := p.kindAt(i)
	if !ok || m.verb && !p.listEnds(i+m.words) {
		return m, false
	}
	if before := p.words[i-1]; before.comma && !before.spaced {
		return m, true
	}
	return m, m.listed() && (p.listEnds(i+m.words) || p.lastKind(i+m.words))
}

// lastKind reports whether an "and" and the last kind of a list stand at word i.
func (p *lineParser) lastKind(i int) bool {
	if !p.isAnd(i) || i+1 >= len(p.words) {
		return false
	}
	m, ok := p.kindAt(i + 1)
	return ok && m.listed() && p.listEnds(i+1+m.words)
}

// listEnds reports whether it is clear that a list of kinds has ended before word i: there is none,
// something parts it, or a sentence or a bracket begins.
func (p *lineParser) listEnds(i int) bool {
	if !p.joined(i) || p.titled(i) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(p.text[p.words[i].start:])
	return unicode.Is(unicode.Ps, first) || unicode.Is(unicode.So, first)
}

// rest is the text after the kinds, without the punctuation that parts it from them.
func (p *lineParser) rest() string {
	end := p.words[p.next-1].end
	return strings.TrimSpace(strings.TrimLeftFunc(p.text[end:], func(r rune) bool {
		return unicode.IsSpace(r) || r == ',' || isDash(r) || isPunctuation(r)
	}))
}

// Truncate cuts s to at most n characters, the last one then an ellipsis.
func Truncate(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}
