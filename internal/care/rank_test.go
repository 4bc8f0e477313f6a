package care

import (
	"slices"
	"strings"
	"testing"
)

var ranked = []candidate{
	{Suggestion: Suggestion{Name{Ref: "8B-K3F", Given: "Alva", Family: "Berg"}, "8B"}},
	{Suggestion: Suggestion{Name{Ref: "8AA-M2X", Given: "Eva Anna", Family: "Noré́n"}, "9 Å"}, mine: true},
	{Suggestion: Suggestion{Name{Ref: "9Æ-P5P", Given: "Søren", Family: "O’Brien-Øst"}, "9Æ"}, left: true},
	{Suggestion: Suggestion{Name{Ref: "9C-D3D", Given: "李", Family: ""}, ""}},
	{Suggestion: Suggestion{Name{Ref: "9C-F4F", Given: "-", Family: "."}, "9C"}},
}

func TestRankOfLongInput(t *testing.T) {
	for name, typed := range map[string]string{
		"one word":   strings.Repeat("alva", 100_000),
		"many words": strings.Repeat("a ", 100_000),
		"marks":      "a" + strings.Repeat("\u0301", 100_000),
		"no text":    strings.Repeat("\xff", 100_000),
	} {
		if got := rank(slices.Clone(ranked), typed); len(got) > len(ranked) {
			t.Errorf("%s: rank() = %v", name, got)
		}
	}
}

// What fits does so in whatever order and case, and each of those found fits each word alone.
func FuzzSuggest(f *testing.F) {
	for _, typed := range []string{"", "alva berg", "8b-k3f", "Å", "aasen", "O'Brien", "evaanna", "-", "\xff", "a\u0301", "İ", "ß", "ﬁ", "8b,alva", "李"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := rank(slices.Clone(ranked), typed)
		for i, s := range got {
			if slices.Contains(got[:i], s) {
				t.Errorf("rank(%q) = %v, with one twice", typed, got)
			}
		}
		words := strings.FieldsFunc(Fold(typed), func(r rune) bool { return r == ' ' || r == ',' })
		for _, w := range words {
			alone := rank(slices.Clone(ranked), w)
			for _, s := range got {
				if !slices.Contains(alone, s) {
					t.Errorf("rank(%q) finds %s, which rank(%q) does not", typed, s.Ref, w)
				}
			}
		}
		slices.Reverse(words)
		if back := rank(slices.Clone(ranked), strings.Join(words, " ")); !slices.Equal(back, got) {
			t.Errorf("rank(%q) = %v, but %v of the words the other way round", typed, got, back)
		}
	})
}

// Each student is found by all that they are known by, as it is written and as it folds.
func TestRankFindsEveryPart(t *testing.T) {
	for _, c := range ranked {
		for _, typed := range []string{string(c.Ref), c.Given, c.Family, c.Group, c.Given + " " + c.Family, c.Family + ", " + c.Given,
			strings.ToUpper(c.Given), strings.ReplaceAll(c.Given, " ", ""), Fold(c.Family), string(c.Ref[len(c.Ref)-refRandom:])} {
			found := rank(slices.Clone(ranked), typed)
			if !slices.ContainsFunc(found, func(s Suggestion) bool { return s.Ref == c.Ref }) {
				t.Errorf("rank(%q) does not find %s", typed, c.Ref)
			}
		}
	}
}
