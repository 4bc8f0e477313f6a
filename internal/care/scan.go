package care

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Unkept is something that free text may hold and that must not be kept. Design §7.
type Unkept string

// What must not be kept.
const (
	UnkeptNumber Unkept = "personal_number"
	UnkeptPhone  Unkept = "phone"
	UnkeptName   Unkept = "name" // given and family name of someone at the school, or the given name of whom the text is about
)

// Sensitive returns what a text holds that must not be kept: the text may be carried out, but neither stored nor
// shown. student is whom it is about, "" when that is not known. For ActKnown no text is kept, whatever it holds,
// for it tells of health.
func (s *Service) Sensitive(ctx context.Context, school string, student Ref, text string) ([]Unkept, error) {
	var found []Unkept
	if HasPersonalNumber(text) || hasSpacedNumber(text) {
		found = append(found, UnkeptNumber)
	}
	if HasPhoneNumber(text) {
		found = append(found, UnkeptPhone)
	}
	named, err := s.names(ctx, school, student, text)
	if err != nil {
		return nil, err
	}
	if named {
		found = append(found, UnkeptName)
	}
	return found, nil
}

// names reports whether a text names a student.
func (s *Service) names(ctx context.Context, school string, student Ref, text string) (bool, error) {
	words := nameWordsOf(text)
	if len(words) == 0 {
		return false, nil
	}
	if student != "" {
		stu, err := s.Students.Get(ctx, string(student))
		switch {
		case err == nil && !stu.Protected:
			name, err := s.name(stu)
			if err != nil {
				return false, err
			}
			if words.call(newRosterName(name)) {
				return true, nil
			}
		case err != nil && !errors.Is(err, ErrNotFound):
			return false, fmt.Errorf("get the student: %w", err)
		}
	}
	if !words.mayName() { // as most replies: no name has to be opened
		return false, nil
	}
	roster, err := s.Students.InSchool(ctx, school)
	if err != nil {
		return false, fmt.Errorf("list the students: %w", err)
	}
	for _, stu := range roster {
		if stu.Protected {
			continue
		}
		name, err := s.name(stu)
		if err != nil {
			return false, err
		}
		if words.name(newRosterName(name)) {
			return true, nil
		}
	}
	return false, nil
}

// A textWord is a word of free text as names are compared.
type textWord struct {
	fold    string // folded and written together
	capital bool
}

type textWords []textWord

// nameWordsOf cuts a text where no name goes on. A hyphen and an apostrophe stand within names.
func nameWordsOf(text string) textWords {
	var words textWords
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unseen(r) && !isDash(r) && !strings.ContainsRune("'’´`", r)
	}) {
		if key := searchKey(Fold(w)); key != "" {
			first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
			words = append(words, textWord{key, unicode.IsUpper(first)})
		}
	}
	return words
}

// mayName reports whether any two neighbours could be someone's names: not two words of the lexicon, unless
// they are written as names.
func (words textWords) mayName() bool {
	for i := 1; i < len(words); i++ {
		a, b := words[i-1], words[i]
		if a.capital && b.capital || !isLexiconWord(a.fold) || !isLexiconWord(b.fold) {
			return true
		}
	}
	return false
}

// A rosterName is a student's name as it may stand in a text: any of the spellings of each half.
type rosterName struct{ given, family [][]string }

func newRosterName(n Name) rosterName {
	return rosterName{spelled(nameParts(Fold(n.Given))), spelled(nameParts(Fold(n.Family)))}
}

// spelled are all parts of a name together, its first ones, and each alone, but for initials and particles.
func spelled(parts []string) [][]string {
	var list [][]string
	for i := range parts {
		if i > 0 {
			list = append(list, parts[:i+1])
		}
		if len(parts) == 1 || utf8.RuneCountInString(parts[i]) > 1 && !particles[parts[i]] {
			list = append(list, parts[i:i+1])
		}
	}
	return list
}

// particles are parts of names that alone name no one.
var particles = map[string]bool{"von": true, "van": true, "de": true, "der": true, "den": true, "af": true, "av": true,
	"al": true, "el": true, "bin": true, "ben": true, "la": true, "du": true, "da": true, "di": true}

// call reports whether the words call someone by a given name, written with a capital.
func (words textWords) call(n rosterName) bool {
	for i, w := range words {
		if w.capital && words[i:].startWith(n.given) != 0 {
			return true
		}
	}
	return false
}

// name reports whether given and family name stand side by side, in either order.
func (words textWords) name(n rosterName) bool {
	for i := range words {
		for _, halves := range [2][2][][]string{{n.given, n.family}, {n.family, n.given}} {
			for _, first := range halves[0] {
				if k := words[i:].takes(first, false); k > 0 && words[i+k:].startWith(halves[1]) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// startWith is how many words one of the spellings takes, also with the genitive's -s, or 0.
func (words textWords) startWith(spellings [][]string) int {
	for _, parts := range spellings {
		if n := words.takes(parts, true); n > 0 {
			return n
		}
	}
	return 0
}

// takes is how many words the parts take, or 0 if they do not stand there.
func (words textWords) takes(parts []string, genitive bool) int {
	folds := make([]string, 0, nameWords)
	for _, w := range words[:min(len(words), len(parts))] {
		folds = append(folds, w.fold)
	}
	if n := takes(folds, parts); n > 0 {
		return n
	}
	if !genitive || len(parts) == 0 {
		return 0
	}
	for i, fold := range folds {
		bare, ok := strings.CutSuffix(fold, "s")
		if !ok {
			continue
		}
		folds[i] = bare
		if takes(folds[:i+1], parts) == i+1 {
			return i + 1
		}
		folds[i] = fold
	}
	return 0
}
