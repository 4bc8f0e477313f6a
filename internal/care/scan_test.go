package care_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestHasPhoneNumber(t *testing.T) {
	yes := []string{
		"070-123 45 67", "0701234567", "070 123 45 67", "070-1234567", "(070) 123 45 67", "070/123 45 67", "ring 0701234567!",
		"+46 70 123 45 67", "+46701234567", "+46 (0)70 123 45 67", "0046 70 123 45 67", "08-123 456 78", "08 123 456 78", "08-12345678",
		"0920-123 45", "031-12 34 56", "mammas nr: 070\u00a0123\u00a045\u00a067", "070–123 45 67",
		"+47 412 34 567", "+4741234567", "0047 41 23 45 67", "412 34 567", "41 23 45 67", "41234567", "ring mor på 90 12 34 56", "22 33 44 55",
		"tlf 22334", "tlf. 55 12 34", "tel: 12 34 56", "mobil 123 45 67", "+358 40 123 4567", "(+47) 41 23 45 67",
	}
	no := []string{
		"", "v. 48", "vecka 46 47 48 49", "v 46 47 48 49", "uke 46 47 48 49", "kl 14", "kl 08.15", "08:15", "Han kom 08:15", "14.30-15.15", "3/12",
		"3.12.2026", "2026-11-25", "2026-11-25 08:15", "20261125", "25/11 2026", "24.11, 25.11, 26.11", "24-26/11", "03-12 08-15", "möte 3/12 kl 09.30-10.15",
		"sal 214", "rum 1203", "8B-K3F", "2025-2026", "läsåret 2026/2027", "30 000 kr", "120 min", "01/12 2026 14", "1234", "1 2 3 4 5 6 7 8",
		"12 elever av 24", "s. 12 13 14 15", "borta 24 25 26 27 november", "0 av 5", "00", "0", "000000",
	}
	for _, s := range yes {
		if !care.HasPhoneNumber(s) {
			t.Errorf("HasPhoneNumber(%q) = false", s)
		}
	}
	for _, s := range no {
		if care.HasPhoneNumber(s) {
			t.Errorf("HasPhoneNumber(%q) = true", s)
		}
	}
}

// scanned is what may not be kept of a text about a student of "alen".
func (h *house) scanned(student care.Ref, text string) string {
	h.t.Helper()
	found, err := h.Sensitive(h.t.Context(), "alen", student, text)
	h.must(err)
	var list []string
	for _, f := range found {
		list = append(list, string(f))
	}
	return strings.Join(list, " ")
}

func scanHouse(t testing.TB) *house {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Kim", "Berg")
	h.student("8B-M2X", "alen", "Alva", "Norén")
	h.student("8B-B2B", "alen", "Anna-Karin", "von der Åsen")
	h.student("9C-D3D", "alen", "Søren", "Kjærgård")
	h.student("9C-F4F", "alen", "Eva Anna", "O’Brien")
	h.student("9C-G5G", "alen", "Ali", "Al-Hassan Omar")
	h.student("9C-H6H", "alen", "Dag", "Ring")
	h.student("9C-J7J", "alen", "Lars", "Nilsson", left)
	h.student("9C-Q6Q", "alen", "Skyddad", "Person", protected)
	h.student("10A-FJ1", "fjell", "Ola", "Nordmann")
	return h
}

func TestSensitive(t *testing.T) {
	h := scanHouse(t)
	tests := []struct{ name, text, want string }{
		{"nothing", "Ringt hem, mamma följer upp", ""},
		{"nothing at all", "", ""},
		{"a personnummer", "pratat med 20110203-2391", ""}, // the control digit is wrong
		{"a personnummer, right", "pratat med 20110203-2396", "personal_number"},
		{"of ten digits", "110203-2396", "personal_number"},
		{"without a hyphen", "eleven 201102032396 är hemma", "personal_number"},
		{"apart", "2011 02 03 - 2396", "personal_number"},
		{"a fødselsnummer", "fnr 01010750160", "personal_number"},
		{"a fødselsnummer, apart", "010107 50160", "personal_number"},
		{"a phone number", "mammas nummer är 070-123 45 67", "phone"},
		{"a Norwegian one", "mor har 412 34 567", "phone"},
		{"a time", "Han kom 08:15", ""},
		{"a week and a date", "uppföljning v. 48, 3/12 kl 14.30", ""},
		{"given and family name", "pratat med Alva Norén idag", "name"},
		{"without diacritics, in lower case", "pratat med alva noren", "name"},
		{"family name first", "Norén, Alva är hemma", "name"},
		{"genitive", "ringt Alva Noréns mamma", "name"},
		{"genitive with an apostrophe", "Alva Norén's mamma", "name"},
		{"a part of a double given name", "Karin von der Åsen", "name"},
		{"a family name's last part", "anna åsen", "name"},
		{"written together", "Annakarin von der Åsen", "name"},
		{"in Danish letters", "soren kjaergaard", "name"},
		{"with an apostrophe", "eva o'brien", "name"},
		{"a double family name's part", "Ali Omar", "name"},
		{"words of the lexicon that are a name", "snakket med Dag Ring", "name"},
		{"the same words that are none", "ring dag 3", ""},
		{"who has left", "brodern Lars Nilsson", "name"},
		{"given name of another alone", "pratat med Alva", ""},
		{"family name alone", "pratat med Norén", ""},
		{"given name and an initial", "Alva N", ""},
		{"given and family name of two", "Alva Berg", ""},
		{"apart", "Alva och Norén", ""},
		{"another school's student", "Ola Nordmann", ""},
		{"a protected student", "Skyddad Person", ""},
		{"own given name", "Kim är hemma", "name"},
		{"own given name, genitive", "ringt Kims mamma", "name"},
		{"own given name in capitals", "KIM är hemma", "name"},
		{"own given name with punctuation", "(Kim)", "name"},
		{"a word like it", "kim är hemma", ""},
		{"a word that begins like it", "Kimchi till lunch", ""},
		{"own family name alone", "Berg är hemma", ""},
		{"all at once", "Kim Berg 110203-2396, 070-123 45 67", "personal_number phone name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := h.scanned("8B-K3F", tt.text); got != tt.want {
				t.Errorf("Sensitive(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
	for _, none := range []care.Ref{"", "8B-XXX", "9C-Q6Q"} { // of whom nobody knows the name
		if got := h.scanned(none, "Kim och Skyddad är hemma"); got != "" {
			t.Errorf("Sensitive about %q = %q, want nothing", none, got)
		}
	}
	if got := h.scanned("8B-B2B", "Karin är hemma"); got != "name" {
		t.Errorf("Sensitive of a part of the own given name = %q", got)
	}
}

// Most replies hold nothing that could be a name, so nobody's is opened for them.
func TestSensitiveReadsTheRosterOnlyForNames(t *testing.T) {
	h := scanHouse(t)
	tests := []struct {
		text string
		want bool
	}{
		{"Ringt hem, pratat med mamma. Möte bokat tis 14", false},
		{"inget svar", false},
		{"mamma var arg på allt", true},
		{"Dag Ring", true},
	}
	for _, tt := range tests {
		calls := h.engine.during(func() { h.scanned("", tt.text) })
		if got := slices.Contains(calls, "Find students"); got != tt.want {
			t.Errorf("Sensitive(%q) asks the store %v, want that it reads the roster: %v", tt.text, calls, tt.want)
		}
	}
}

func BenchmarkSensitive(b *testing.B) {
	h := newHouse(b)
	for i := range 1000 {
		h.student(care.Ref(fmt.Sprintf("8B-%s", refEnd(i))), "alen", fmt.Sprintf("Elev%c%c", 'a'+i%26, 'a'+i/26%26), fmt.Sprintf("Efternamn%d", i))
	}
	for _, bb := range []struct{ name, text string }{
		{"common", "Ringt hem, pratat med mamma. Möte bokat tis 14"},
		{"free", "Ringt hem, mamma var orolig för kompisarna i klassen och undrade om grupparbetet i slöjden"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if got := h.scanned("8B-"+care.Ref(refEnd(7)), bb.text); got != "" {
					b.Fatal(got)
				}
			}
		})
	}
}

// refEnd is the i-th end of a ref.
func refEnd(i int) string {
	const letters = "23456789BCDFGHJKLMNPQRSTVWXZ"
	n := len(letters)
	return string([]byte{letters[i/n/n%n], letters[i/n%n], letters[i%n]})
}
