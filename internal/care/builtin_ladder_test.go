package care_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestBuiltInLadders(t *testing.T) {
	countries := map[string]care.Country{
		"se-grund": care.Sweden, "se-gy": care.Sweden, "no-grunnskole": care.Norway, "no-vgs": care.Norway,
	}
	ladders := care.BuiltInLadders()
	if len(ladders) != len(countries) {
		t.Errorf("BuiltInLadders() has %d, want %d", len(ladders), len(countries))
	}
	for id, country := range countries {
		l := ladders[id]
		if l.ID != id || l.Country != country || l.Version < 1 || l.ValidFrom == "" {
			t.Errorf("ladder %s = %+v", id, l)
		}
		said := map[string]string{}
		for i, st := range l.Steps {
			if st.N != l.Steps[0].N+i || len(st.When) == 0 || len(st.Acts) == 0 {
				t.Errorf("%s: step %+v", id, st)
			}
			for _, w := range st.When {
				if needs, known := care.Measures[w.Measure]; !known || needs != (w.Window != care.Window{}) || w.AtLeast <= 0 {
					t.Errorf("%s: step %d has the trigger %+v", id, st.N, w)
				}
			}
			for _, lang := range care.Langs {
				text := st.Do[lang]
				if text == "" || said[text] != "" && !strings.HasPrefix(said[text], string(lang)) {
					t.Errorf("%s: step %d says %q in %s, and %s", id, st.N, text, lang, said[text])
				}
				if lang != care.Swedish && strings.Contains(text, "EHT") {
					t.Errorf("%s: step %d says EHT in %s", id, st.N, lang)
				}
				said[text] = fmt.Sprint(lang, " ", st.N)
			}
		}
	}
}

// TestProposals names the steps whose thresholds come from no law and no municipality.
func TestProposals(t *testing.T) {
	want := map[string][]int{"se-grund": {1, 4}, "se-gy": {1, 4}, "no-grunnskole": {4}, "no-vgs": {1, 2, 3}}
	for id, l := range care.BuiltInLadders() {
		var got []int
		for _, st := range l.Steps {
			if st.Proposal {
				got = append(got, st.N)
			}
		}
		if !slices.Equal(got, want[id]) {
			t.Errorf("%s proposes steps %v, want %v", id, got, want[id])
		}
	}
}
