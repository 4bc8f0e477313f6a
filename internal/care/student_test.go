package care_test

import (
	"testing"

	"lotsen/internal/care"
)

func TestParseRef(t *testing.T) {
	tests := []struct {
		name, s string
		want    care.Ref // "" is no ref
	}{
		{"as it is shown", "8B-K3F", "8B-K3F"},
		{"lower case", "8b-k3f", "8B-K3F"},
		{"spaces around", " 8B-K3F\n", "8B-K3F"},
		{"hyphen", "8B‐K3F", "8B-K3F"},
		{"hyphen that does not break", "8B‑K3F", "8B-K3F"},
		{"figure dash", "8B‒K3F", "8B-K3F"},
		{"en dash", "8B–K3F", "8B-K3F"},
		{"em dash", "8B—K3F", "8B-K3F"},
		{"minus", "8B−K3F", "8B-K3F"},
		{"long group", "1STA-B2B", "1STA-B2B"},
		{"group of letters outside ASCII", "7å-k3f", "7Å-K3F"},
		{"digits only", "8-222", "8-222"},
		{"no group", "-K3F", ""},
		{"no dash", "8BK3F", ""},
		{"a space for the dash", "8B K3F", ""},
		{"two dashes", "8-B-K3F", ""},
		{"two dashes in a row", "8B--K3F", ""},
		{"too short", "8B-K3", ""},
		{"too long", "8B-K3FF", ""},
		{"a vowel", "8B-KAF", ""},
		{"a zero", "8B-K0F", ""},
		{"a one", "8B-K1F", ""},
		{"a Y", "8B-KYF", ""},
		{"a letter that is three bytes", "8B-ﬀ", ""},
		{"an underscore in the group", "8_B-K3F", ""},
		{"a name", "Karl-Johan", ""},
		{"a kind", "F-varning", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := care.ParseRef(tt.s)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("ParseRef(%q) = %q, %t, want %q", tt.s, got, ok, tt.want)
			}
		})
	}
}
