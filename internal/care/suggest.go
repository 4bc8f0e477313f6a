package care

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Suggestion is a student to choose in a form.
type Suggestion struct {
	Name
	Group string
}

// SuggestStudents returns at most limit of the students that the actor may see whom the typed words
// fit, best first: by ref, name or group, without regard to case, diacritics and order. Nothing
// typed fits all, the actor's own first.
func (s *Service) SuggestStudents(ctx context.Context, actor Actor, typed string, limit int, now time.Time) ([]Suggestion, error) {
	list, err := s.visible(ctx, actor, true, now)
	if err != nil {
		return nil, err
	}
	all := make([]candidate, len(list))
	for i, stu := range list {
		name, err := s.name(stu.Student)
		if err != nil {
			return nil, err
		}
		all[i] = candidate{Suggestion: Suggestion{name, stu.Group}, left: stu.Status == Left, mine: stu.mine()}
	}
	found := rank(all, typed)
	found = found[:min(len(found), limit)]
	if len(found) == 0 {
		return nil, nil
	}
	refs := make([]Ref, len(found))
	for i, f := range found {
		refs[i] = f.Ref
	}
	return found, s.auditReading(ctx, actor, ActionSuggest, refs, now)
}

// StudentToLog returns the name of a student for whom the actor wants to log, or an *Error with
// CodeNoSuchStudent. That it was read is on record.
func (s *Service) StudentToLog(ctx context.Context, actor Actor, ref Ref, now time.Time) (Name, error) {
	names, _, err := s.namesFor(ctx, actor, []Ref{ref}, CodeNoSuchStudent, now)
	if err != nil {
		return Name{}, err
	}
	return names[0], s.auditReading(ctx, actor, ActionSuggest, []Ref{ref}, now)
}

// mentionsMax is how many words of a text are tried as refs.
const mentionsMax = 20

// Mentioned returns the students whose refs stand in a text, of those whom the actor may see. That
// their names were read is on record.
func (s *Service) Mentioned(ctx context.Context, actor Actor, text string, now time.Time) ([]Name, error) {
	var refs []Ref
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.:;!?()/\"”", r) }) {
		if ref, ok := ParseRef(word); ok && !slices.Contains(refs, ref) && len(refs) < mentionsMax {
			refs = append(refs, ref)
		}
	}
	var found []Name
	var seen []Ref
	for _, ref := range refs {
		names, _, err := s.namesFor(ctx, actor, []Ref{ref}, CodeNoSuchStudent, now)
		switch {
		case CodeOf(err) != "":
			continue
		case err != nil:
			return nil, err
		}
		found, seen = append(found, names...), append(seen, ref)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found, s.auditReading(ctx, actor, ActionSuggest, seen, now)
}

type candidate struct {
	Suggestion
	mine, left bool
	fit        int
}

// rank returns those whom every typed word fits, the best fit first.
func rank(all []candidate, typed string) []Suggestion {
	var words []string
	for _, w := range strings.FieldsFunc(Fold(typed), func(r rune) bool { return r == ' ' || r == ',' }) {
		if key := searchKey(w); key != "" {
			words = append(words, key)
		}
	}
	if len(words) > 0 {
		for i := range all {
			all[i].fit = all[i].score(words)
		}
	}
	all = slices.DeleteFunc(all, func(c candidate) bool { return c.fit < 0 })
	last := func(b bool) int { // for those of whom it holds
		if b {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.fit, a.fit), cmp.Compare(last(a.left), last(b.left)), cmp.Compare(last(!a.mine), last(!b.mine)),
			cmp.Compare(a.Group, b.Group), cmp.Compare(a.Given, b.Given), cmp.Compare(a.Family, b.Family), cmp.Compare(a.Ref, b.Ref))
	})
	found := make([]Suggestion, len(all))
	for i, c := range all {
		found[i] = c.Suggestion
	}
	return found
}

// searchKey is folded text written together without dashes, dots and apostrophes, as refs, groups
// and names are typed. Folding what is written together may drop a letter: "Eva-Anna".
func searchKey(folded string) string { return Fold(strings.Join(nameParts(folded), "")) }

// score is how well the words fit: for each the best of what it says of the student, from a whole
// ref or name down to letters in the middle of one; -1 if a word says nothing.
func (c candidate) score(words []string) int {
	sum, parts := 0, c.parts()
	for _, w := range words {
		best := 0
		for _, part := range parts {
			switch {
			case part == w:
				best = max(best, 4)
			case strings.HasPrefix(part, w):
				best = max(best, 3)
			case strings.Contains(part, w):
				best = max(best, 1)
			}
		}
		if best == 0 {
			return -1
		}
		sum += best
	}
	return sum
}

// parts are what a student can be looked for by: ref, its random end, group, and the parts of the name.
func (c candidate) parts() []string {
	ref := searchKey(Fold(string(c.Ref)))
	parts := []string{ref, ref[len(ref)-refRandom:], searchKey(Fold(c.Group))}
	for _, name := range []string{c.Given, c.Family} {
		folded := Fold(name)
		parts = append(append(parts, searchKey(folded)), nameParts(folded)...)
	}
	return parts
}
