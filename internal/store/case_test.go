package store_test

import (
	"strings"
	"testing"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// Each line is a case: student, school, state, owner, whom it was handed to, what is next.
const casesOfTwoSchools = `
A/1 A alen closed anna - -
A/2 A alen open anna - 2026-10-08
B/1 B alen waiting anna bo 2026-10-06
C/1 C alen open - anna -
D/1 D alen open bo - 2026-10-07
E/1 E fjell open anna - 2026-10-07
F/1 F alen open anna - -`

func TestCases(t *testing.T) {
	r := open(t)
	for i, line := range strings.Split(casesOfTwoSchools, "\n")[1:] {
		w := strings.Fields(strings.ReplaceAll(line, " -", " ?"))
		for j := range w {
			w[j] = strings.TrimPrefix(w[j], "?")
		}
		c := care.Case{Meta: care.Meta{ID: w[0]}, Student: care.Ref(w[1]), School: w[2], State: care.CaseState(w[3]), Owner: w[4], Next: care.Date(w[6]), OpenedAt: at(i)}
		if w[5] != "" {
			c.Handed = &care.HandOver{To: w[5], At: at(i)}
		}
		if err := r.Cases.Add(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		find func(store.Cases) ([]care.Case, error)
		want string
	}{
		{"a student's, the latest first", func(c store.Cases) ([]care.Case, error) { return c.OfStudent(t.Context(), "A") }, "A/2 A/1"},
		{"of a student without", func(c store.Cases) ([]care.Case, error) { return c.OfStudent(t.Context(), "G") }, ""},
		{"own at all schools, what has no next day last", func(c store.Cases) ([]care.Case, error) { return c.OfOwner(t.Context(), "anna") }, "B/1 E/1 A/2 F/1"},
		{"nobody's are nobody's own", func(c store.Cases) ([]care.Case, error) { return c.OfOwner(t.Context(), "") }, ""},
		{"handed to one", func(c store.Cases) ([]care.Case, error) { return c.HandedTo(t.Context(), "bo") }, "B/1"},
		{"handed to another, with no next day", func(c store.Cases) ([]care.Case, error) { return c.HandedTo(t.Context(), "anna") }, "C/1"},
		{"a school's open ones", func(c store.Cases) ([]care.Case, error) { return c.OfSchool(t.Context(), "alen", care.CaseOpen) }, "D/1 A/2 C/1 F/1"},
		{"a school's waiting ones", func(c store.Cases) ([]care.Case, error) { return c.OfSchool(t.Context(), "alen", care.CaseWaiting) }, "B/1"},
		{"a school's closed ones", func(c store.Cases) ([]care.Case, error) { return c.OfSchool(t.Context(), "alen", care.CaseClosed) }, "A/1"},
		{"another school's", func(c store.Cases) ([]care.Case, error) { return c.OfSchool(t.Context(), "fjell", care.CaseOpen) }, "E/1"},
	} {
		list, err := tt.find(r.Cases)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var ids []string
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		if got := strings.Join(ids, " "); got != tt.want {
			t.Errorf("%s = %q, want %q", tt.name, got, tt.want)
		}
	}
}
