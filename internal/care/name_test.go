package care_test

import (
	"strings"
	"testing"

	"lotsen/internal/care"
)

// Every way of writing a name that is promised finds the student, and only that student.
func TestNames(t *testing.T) {
	tests := []struct {
		name          string
		given, family string
		finds, not    []string
	}{
		{"plain", "Anna", "Berg",
			[]string{"Anna", "anna", "ANNA", "Anna Berg", "anna b", "Anna B.", "Berg Anna"},
			[]string{"Ann", "Annas", "Berg", "A Berg", "Anna Ber", "Anna Bergs", "Anna Lund", "Annaberg", "Anna-Berg", "Hanna"}},
		{"diacritics", "Åsa", "Öberg",
			[]string{"Åsa", "asa", "Aasa", "ÅSA ÖBERG", "asa oberg", "aasa oeberg", "åsa ö", "asa o", "A\u030asa"},
			[]string{"Åse", "Åsa Berg"}},
		{"Norwegian letters", "Jørn", "Sæther",
			[]string{"jorn", "Joern Saether", "jørn s", "JØRN SÆTHER"},
			[]string{"Jon", "Jørn Seter"}},
		{"hyphen", "Anna-Karin", "Ek",
			[]string{"Anna-Karin", "anna karin", "Annakarin", "anna–karin ek", "Anna", "Anna Ek", "AnnaKarin E"},
			[]string{"Karin", "Karin Ek", "Ann Akarin", "Anna-Lisa", "Anna-Karin-Lisa"}},
		{"several given names", "Ingrid Marie Sofie", "Vik",
			[]string{"Ingrid", "ingrid vik", "Ingrid Marie", "ingrid marie vik", "Ingrid Marie Sofie Vik", "Ingrid-Marie", "Vik Ingrid Marie"},
			[]string{"Marie", "Ingrid Sofie", "Marie Vik", "Ing rid"}},
		{"several family names", "Kari", "Nordmann-Dahl",
			[]string{"Kari", "Kari Nordmann-Dahl", "kari nordmann dahl", "Kari Nordmann", "kari dahl", "Kari N", "Kari NordmannDahl"},
			[]string{"Kari D", "Nordmann Kari", "Kari Nordmann Lie"}},
		{"particles", "Karl", "af Klint",
			[]string{"karl af klint", "Karl Klint", "Karl a", "af Klint Karl", "Karl afklint"},
			[]string{"af Klint", "Klint"}},
		{"apostrophe", "Sean", "O'Neill",
			[]string{"Sean O'Neill", "sean o’neill", "Sean ONeill", "sean o neill", "Sean O"},
			[]string{"O'Neill"}},
		{"a name that goes on like another", "Eli", "Nilsen",
			[]string{"Eli", "Eli N", "Eli N.", "eli nilsen"},
			[]string{"Elin", "Elin Nilsen", "El", "El inilsen"}},
		{"no family name", "Madonna", "", []string{"Madonna", "madonna"}, []string{"Madonna C", "M"}},
		{"other scripts", "Ёлка", "Жук", []string{"ёлка", "Елка Жук", "елка ж"}, []string{"Жук"}},
		{"no given name", "", "Berg", nil, []string{"Berg", "B"}},
		{"no name", "", "", nil, []string{"Berg", "-", "'"}},
	}
	kinds := care.NewKindWords(kindNames(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			names := []care.Name{{Ref: "8B-K3F", Given: tt.given, Family: tt.family}}
			for _, s := range tt.finds {
				if got := outcome(care.ParseLogLine(s+" samtal", kinds, names, nil)); got != "8B-K3F | talk | " {
					t.Errorf("%q for %s %s = %s, want the student", s, tt.given, tt.family, got)
				}
			}
			for _, s := range tt.not {
				if got := outcome(care.ParseLogLine(s+" samtal", kinds, names, nil)); !strings.HasPrefix(got, "unknown_") {
					t.Errorf("%q for %s %s = %s, want nobody", s, tt.given, tt.family, got)
				}
			}
		})
	}
}

// What fits several students is asked, and the most that is written decides.
func TestNamesOfSeveral(t *testing.T) {
	names := []care.Name{
		{Ref: "8B-222", Given: "Anna", Family: "Berg"},
		{Ref: "8B-333", Given: "Anna-Karin", Family: "Berg"},
		{Ref: "8B-444", Given: "Anna", Family: "Karin"},
		{Ref: "8B-555", Given: "Berg", Family: "Anna"},
		{Ref: "8B-666", Given: "Håkan", Family: "Ek"},
		{Ref: "8B-777", Given: "Hakan", Family: "Ek"},
	}
	tests := []lineTest{
		{"given name", "Anna samtal", "which student: 8B-222,8B-333,8B-444"},
		{"two given names or given and family name", "Anna Karin samtal", "which student: 8B-333,8B-444"},
		{"with a hyphen too", "Anna-Karin Berg samtal", "8B-333 | talk | "},
		{"either way round", "Anna Berg samtal", "which student: 8B-222,8B-333,8B-555"},
		{"diacritics do not part them", "Håkan Ek samtal", "which student: 8B-666,8B-777"},
		{"a ref does", "8B-777 samtal", "8B-777 | talk | "},
	}
	kinds := care.NewKindWords(kindNames(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(care.ParseLogLine(tt.line, kinds, names, nil)); got != tt.want {
				t.Errorf("ParseLogLine(%q) = %s, want %s", tt.line, got, tt.want)
			}
		})
	}
}
