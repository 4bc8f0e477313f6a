package care

import (
	"strings"
	"testing"
)

func TestNewRef(t *testing.T) {
	tests := []struct {
		name, group, prefix string
	}{
		{"a class", "8B", "8B-"},
		{"lower case", "8b", "8B-"},
		{"signs and spaces", " 1 st/A ", "1STA-"},
		{"letters outside ASCII", "7å", "7Å-"},
		{"a hyphen", "NA-22", "NA22-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ref, err := newRef(tt.group)
			if err != nil {
				t.Fatal(err)
			}
			tail, ok := strings.CutPrefix(string(ref), tt.prefix)
			if !ok || len(tail) != 3 || strings.Trim(tail, "23456789BCDFGHJKLMNPQRSTVWXZ") != "" {
				t.Errorf("newRef(%q) = %q, want %q and three characters of the alphabet", tt.group, ref, tt.prefix)
			}
			if again, ok := ParseRef(string(ref)); !ok || again != ref {
				t.Errorf("ParseRef(%q) = %q, %t, want the same", ref, again, ok)
			}
		})
	}
	for _, group := range []string{"", " ", "-/-"} {
		if ref, err := newRef(group); err == nil {
			t.Errorf("newRef(%q) = %q, want an error", group, ref)
		}
	}
}

// Each character of the alphabet must be drawn; that one is missing from 6 000 has a chance of
// less than one to 10^90.
func TestNewRefDrawsTheWholeAlphabet(t *testing.T) {
	seen := map[rune]int{}
	for range 2000 {
		ref, err := newRef("8B")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.TrimPrefix(string(ref), "8B-") {
			seen[r]++
		}
	}
	for _, r := range refAlphabet {
		if n := seen[r]; n < 100 || n > 400 { // 214 expected, deviation 14
			t.Errorf("%q was drawn %d times of 6000, want about 214", r, n)
		}
	}
	if len(seen) != len(refAlphabet) {
		t.Errorf("%d different characters drawn, want %d", len(seen), len(refAlphabet))
	}
}
