package care_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/locales"
)

// class are the students whom the writers of the lines in these tests may see.
var class = []care.Name{
	{Ref: "8B-K3F", Given: "Anna", Family: "Berg"},
	{Ref: "8B-M2X", Given: "Erik", Family: "Holm"},
	{Ref: "8B-N4N", Given: "Åsa", Family: "Öberg"},
	{Ref: "8B-P5P", Given: "Karl-Johan", Family: "af Klint"},
	{Ref: "8B-Q6Q", Given: "Mohammed Ali", Family: "Hassan"},
	{Ref: "8B-R7R", Given: "Elin", Family: "Holm"},
	{Ref: "8B-S8S", Given: "Alva", Family: "Berg"},
	{Ref: "8B-T9T", Given: "Alva", Family: "Norén"},
	{Ref: "8B-V2V", Given: "José", Family: "García López"},
	{Ref: "8B-W3W", Given: "Işıl", Family: "Yıldız"},
	{Ref: "8B-X4X", Given: "Lov", Family: "Ek"},
	{Ref: "1STA-B2B", Given: "Liv", Family: "Åsen"},
	{Ref: "1STA-C3C", Given: "Øyvind", Family: "Sæther"},
	{Ref: "1STA-D4D", Given: "Ingrid Marie", Family: "Haugen"},
	{Ref: "1STA-F5F", Given: "Jon", Family: "Heim"},
	{Ref: "1STA-G6G", Given: "Kari", Family: "Nordmann-Dahl"},
	{Ref: "1STA-H7H", Given: "Eli", Family: "Nilsen"},
	{Ref: "1STA-J8J", Given: "Jørn", Family: "O'Neill"},
	{Ref: "1STA-K9K", Given: "Ole", Family: "Vik"},
	{Ref: "1STA-L2L", Given: "Ole", Family: "Voll"},
}

// kindNames are the names of all kinds, in every language.
func kindNames(t testing.TB) map[care.Kind][]string {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[care.Kind][]string{}
	for _, k := range care.Kinds {
		names[k] = texts.All("kind_" + string(k))
	}
	return names
}

// parse reads a line as the service does: without names first, with names if they are needed.
func parse(line string, kinds *care.KindWords, names []care.Name, picks care.Picks) (care.LogLine, error) {
	got, err := care.ParseLogLine(line, kinds, nil, picks)
	if care.CodeOf(err) == care.CodeUnknownStudent {
		got, err = care.ParseLogLine(line, kinds, names, picks)
	}
	return got, err
}

// outcome writes what became of a line: "8B-K3F | talk,home | Ringde mamma", "unknown_kind: fika",
// "which student: 8B-S8S,8B-T9T" or "which kind: talk,home".
func outcome(got care.LogLine, err error) string {
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		if len(choice.Students) > 0 {
			var refs []care.Ref
			for _, n := range choice.Students {
				refs = append(refs, n.Ref)
			}
			return "which student: " + joined(refs)
		}
		return "which kind: " + joined(choice.Kinds)
	}
	if e, ok := errors.AsType[*care.Error](err); ok {
		for _, arg := range []string{"Word", "Student", "Length"} {
			if v, ok := e.Args[arg]; ok {
				return fmt.Sprintf("%s: %v", e.Code, v)
			}
		}
		return string(e.Code)
	}
	if err != nil {
		return "error: " + err.Error()
	}
	return joined(got.Students) + " | " + joined(got.Kinds) + " | " + got.Text
}

func joined[S ~string](list []S) string {
	var all []string
	for _, s := range list {
		all = append(all, string(s))
	}
	return strings.Join(all, ",")
}

// A lineTest is a line as people type it and what must become of it.
type lineTest struct{ name, line, want string }

func testLines(t *testing.T, tests []lineTest) {
	t.Helper()
	kinds := care.NewKindWords(kindNames(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(parse(tt.line, kinds, class, nil)); got != tt.want {
				t.Errorf("ParseLogLine(%q) =\n%s, want\n%s", tt.line, got, tt.want)
			}
		})
	}
}

func TestParseLogLineWithPicks(t *testing.T) {
	tests := []struct {
		name, line string
		picks      care.Picks
		want       string
	}{
		{"no pick", "Alva samtal", nil, "which student: 8B-S8S,8B-T9T"},
		{"a student", "Alva samtal", care.Picks{0: "8B-T9T"}, "8B-T9T | talk | "},
		{"a student who does not fit", "Alva samtal", care.Picks{0: "8B-K3F"}, "which student: 8B-S8S,8B-T9T"},
		{"a pick for another word", "Alva samtal", care.Picks{1: "8B-T9T"}, "which student: 8B-S8S,8B-T9T"},
		{"a student for a kind", "8B-K3F anpa", care.Picks{1: "8B-T9T"}, "which kind: adaptation,timetable"},
		{"a kind", "8B-K3F anpa Mindre grupp", care.Picks{1: "timetable"}, "8B-K3F | timetable | Mindre grupp"},
		{"a kind that does not fit", "8B-K3F anpa Mindre grupp", care.Picks{1: "talk"}, "which kind: adaptation,timetable"},
		{"the second student", "Erik, ole samtale", care.Picks{1: "1STA-L2L"}, "8B-M2X,1STA-L2L | talk | "},
		{"the second kind", "8B-K3F samtal,anpa", care.Picks{2: "adaptation"}, "8B-K3F | talk,adaptation | "},
		{"student, then kind", "Alva anpa", care.Picks{0: "8B-S8S"}, "which kind: adaptation,timetable"},
		{"student and kind", "Alva anpa", care.Picks{0: "8B-S8S", 1: "timetable"}, "8B-S8S | timetable | "},
		{"one student, confirmed", "Anna Hem Ringde mamma", care.Picks{0: "8B-K3F"}, "8B-K3F | home | Ringde mamma"},
		{"one student, confirmed, then kind", "Anna Ring samtal", care.Picks{0: "8B-K3F"}, "which kind: home,talk"},
		{"lower case, confirmed, then kind", "anna ring samtal", care.Picks{0: "8B-K3F"}, "which kind: home,talk"},
		{"both confirmed", "Anna Ring samtal", care.Picks{0: "8B-K3F", 1: "home"}, "8B-K3F | home | samtal"},
		{"one kind, confirmed", "8B-K3F kontakt med mamma", care.Picks{1: "home"}, "8B-K3F | home | mamma"},
		{"the first of two kinds", "8B-K3F samtal hem efter lunch", care.Picks{1: "talk"}, "8B-K3F | talk | hem efter lunch"},
		{"the second of two kinds", "8B-K3F samtal hem efter lunch", care.Picks{1: "home"}, "8B-K3F | home | hem efter lunch"},
	}
	kinds := care.NewKindWords(kindNames(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(parse(tt.line, kinds, class, tt.picks)); got != tt.want {
				t.Errorf("ParseLogLine(%q, picks %v) = %s, want %s", tt.line, tt.picks, got, tt.want)
			}
		})
	}
}

func TestChoiceSaysWhere(t *testing.T) {
	kinds := care.NewKindWords(kindNames(t))
	tests := []struct {
		name, line string
		want       care.Choice
	}{
		{"a student", "8B-K3F, Alva samtal", care.Choice{Word: 1, Students: []care.Name{
			{Ref: "8B-S8S", Given: "Alva", Family: "Berg"}, {Ref: "8B-T9T", Given: "Alva", Family: "Norén"}}}},
		{"a kind", "8B-K3F - samtal,anpa Mindre grupp", care.Choice{Word: 2,
			Kinds: []care.Kind{care.KindAdaptation, care.KindTimetable}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.line, kinds, class, nil)
			choice, ok := errors.AsType[*care.Choice](err)
			if !ok {
				t.Fatalf("ParseLogLine(%q) = error %v, want a choice", tt.line, err)
			}
			if diff := cmp.Diff(tt.want, *choice); diff != "" {
				t.Errorf("ParseLogLine(%q): choice (-want +got):\n%s", tt.line, diff)
			}
		})
	}
}

// Two students with the family names that are kinds: the name as it is written decides, and
// where that may be either, the writer is asked.
func TestFamilyNameOrKind(t *testing.T) {
	names := []care.Name{{Ref: "8B-K3F", Given: "Anna", Family: "Berg"}, {Ref: "8B-M2X", Given: "Anna", Family: "Hem"}}
	tests := []lineTest{
		{"written like a name", "Anna Hem samtal", "8B-M2X | talk | "},
		{"written like a kind", "Anna hem Ringde mamma", "which student: 8B-K3F,8B-M2X"},
		{"all in lower case", "anna hem samtal", "which student: 8B-K3F,8B-M2X"},
		{"the other one", "Anna Berg hem Ringde mamma", "8B-K3F | home | Ringde mamma"},
	}
	kinds := care.NewKindWords(kindNames(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(parse(tt.line, kinds, names, nil)); got != tt.want {
				t.Errorf("ParseLogLine(%q) = %s, want %s", tt.line, got, tt.want)
			}
		})
	}
	for pick, want := range map[string]string{
		"8B-K3F": "8B-K3F | home | Ringde mamma",
		"8B-M2X": "8B-M2X | home | mamma",
	} {
		if got := outcome(parse("Anna hem Ringde mamma", kinds, names, care.Picks{0: pick})); got != want {
			t.Errorf("after choosing %s = %s, want %s", pick, got, want)
		}
	}
}

// What a line needs no names for is read without them, so no name is opened.
func TestParseLogLineWithoutNames(t *testing.T) {
	kinds := care.NewKindWords(kindNames(t))
	tests := []lineTest{
		{"refs and kinds", "8B-K3F,8B-M2X samtal,hem Ringde", "8B-K3F,8B-M2X | talk,home | Ringde"},
		{"unknown kind", "8B-K3F fika", "unknown_kind: fika"},
		{"no kind", "8B-K3F", "missing_kind: 8B-K3F"},
		{"a choice of kinds", "8B-K3F anpa", "which kind: adaptation,timetable"},
		{"annat by its id", "8B-K3F other Lånade dator", "8B-K3F | other | Lånade dator"},
		{"a word after a comma may be a name", "8B-K3F, samtal", "unknown_student: samtal"},
		{"anna may be a name", "8B-K3F anna", "unknown_student: anna"},
		{"a name", "Anna samtal", "unknown_student: Anna"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(care.ParseLogLine(tt.line, kinds, nil, nil)); got != tt.want {
				t.Errorf("ParseLogLine(%q) = %s, want %s", tt.line, got, tt.want)
			}
		})
	}
}

func TestNoteLength(t *testing.T) {
	kinds := care.NewKindWords(kindNames(t))
	note := strings.Repeat("å😀", care.NoteMax/3)
	got, err := care.ParseLogLine("8B-K3F samtal "+note, kinds, nil, nil)
	if err != nil || got.Text != note {
		t.Errorf("a note of %d characters: %d characters, %v; want all of them", care.NoteMax, len([]rune(got.Text)), err)
	}
	_, err = care.ParseLogLine("8B-K3F samtal "+note+"å", kinds, nil, nil)
	e, ok := errors.AsType[*care.Error](err)
	want := map[string]any{"Length": care.NoteMax + 1, "Max": care.NoteMax}
	if !ok || e.Code != care.CodeNoteTooLong || !cmp.Equal(e.Args, want) {
		t.Errorf("a note of %d characters = %v, want %s with %v", care.NoteMax+1, err, care.CodeNoteTooLong, want)
	}
}

func TestTruncate(t *testing.T) {
	tests := []struct {
		name, s string
		n       int
		want    string
	}{
		{"short", "åäö", 3, "åäö"},
		{"long", "åäöø", 3, "åä…"},
		{"a space before the cut", "en å till", 4, "en…"},
		{"empty", "", 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := care.Truncate(tt.s, tt.n); got != tt.want {
				t.Errorf("Truncate(%q, %d) = %q, want %q", tt.s, tt.n, got, tt.want)
			}
		})
	}
}

func FuzzParseLogLine(f *testing.F) {
	for _, line := range []string{
		"8B-K3F samtal Ringde hem, kommer i morgon", "8b–k3f,8b-m2x samtal,hem", "Anna, Erik och Elin samtal, hem: ringde",
		"Anna Ring samtal", "jon heim heim", "8B-K3F kontakt med hemmet\nInget svar", "Alva anpa – mindre grupp",
		"8B-K3F, anna", "8B-K3F samt Lov & hem", "8B-K3F varsel (fare for IV) 😀", "Elin N. F–varning", "8B-K3F samtal\u00ad …!",
	} {
		f.Add(line)
	}
	kinds := care.NewKindWords(kindNames(f))
	f.Fuzz(func(t *testing.T, line string) { checkLine(t, line, kinds) })
}

// Words of lines in any order: what a fuzzer hardly finds by itself.
func TestParseLogLineOfRandomWords(t *testing.T) {
	words := strings.Split("8B-K3F|8b–m2x|Anna|anna|Erik|Alva|Berg|Hem|hem|Ring|ringde|ringde hem|samtal|Samtal|samtale|och|samt|"+
		"o|&|/|-|–|.|:|!|…|kontakt|med|hemmet|följa|till|stöd|läxhjälp|eller|lovskola|varsel|(fare|for|IV)|annat|lov|Lov|Ek|Jon|"+
		"heim|ole|Elin|Eli|N.|😀|BUP|pratade|Mamma|prat|anpa|F|varning|f-varning|åp|\u00ad|\u0301|10|(mamma)|extra|anpassning|"+
		"schema|plan|other|home|O'Neill|Karl|Karl-Johan|af|Klint", "|")
	between := strings.Split(" | | | |,|, | , |\n|: |. |  |\u00a0|;", "|")
	kinds := care.NewKindWords(kindNames(t))
	r := rand.New(rand.NewPCG(1, 2))
	read := 0
	for range 10_000 {
		var b strings.Builder
		for range 1 + r.IntN(8) {
			b.WriteString(words[r.IntN(len(words))] + between[r.IntN(len(between))])
		}
		if checkLine(t, b.String(), kinds) {
			read++
		}
	}
	if read < 100 {
		t.Errorf("%d lines could be read, want more to say anything", read)
	}
}

// checkLine checks what must hold of any line, and reports whether it could be read.
func checkLine(t *testing.T, line string, kinds *care.KindWords) bool {
	t.Helper()
	got, err := parse(line, kinds, class, nil)
	if err != nil {
		checkRefusal(t, line, err)
		return false
	}
	if len(got.Students) == 0 || len(got.Kinds) == 0 {
		t.Errorf("ParseLogLine(%q) = %v, want a student and a kind", line, got)
	}
	for i, ref := range got.Students {
		known := slices.ContainsFunc(class, func(n care.Name) bool { return n.Ref == ref })
		if again, ok := care.ParseRef(string(ref)); !known && (!ok || again != ref) {
			t.Errorf("ParseLogLine(%q): %q is neither in the class nor a ref", line, ref)
		}
		if slices.Contains(got.Students[:i], ref) {
			t.Errorf("ParseLogLine(%q): student %q is there twice", line, ref)
		}
	}
	for i, kind := range got.Kinds {
		if !slices.Contains(care.Kinds, kind) {
			t.Errorf("ParseLogLine(%q): kind %q is unknown", line, kind)
		}
		if slices.Contains(got.Kinds[:i], kind) {
			t.Errorf("ParseLogLine(%q): kind %q is there twice", line, kind)
		}
	}
	if !strings.Contains(line, got.Text) || strings.TrimSpace(got.Text) != got.Text {
		t.Errorf("ParseLogLine(%q): text %q is not a trimmed part of the line", line, got.Text)
	}
	clear := joined(got.Students) + " " + joined(got.Kinds) + ": " + got.Text
	again, err := parse(clear, kinds, class, nil)
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Errorf("ParseLogLine(%q), of %q: %v (-first +again):\n%s", clear, line, err, diff)
	}
	return true
}

func checkRefusal(t *testing.T, line string, err error) {
	t.Helper()
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		if choice.Word < 0 || (len(choice.Students) == 0) == (len(choice.Kinds) == 0) {
			t.Errorf("ParseLogLine(%q) = choice %+v, want students or kinds", line, choice)
		}
		return
	}
	codes := []care.Code{care.CodeLogEmpty, care.CodeUnknownStudent, care.CodeMissingKind, care.CodeUnknownKind, care.CodeNoteTooLong}
	if !slices.Contains(codes, care.CodeOf(err)) {
		t.Errorf("ParseLogLine(%q) = error %v, want one of %v", line, err, codes)
	}
}

func BenchmarkParseLogLine(b *testing.B) {
	kinds := care.NewKindWords(kindNames(b))
	var names []care.Name
	for i := range 1000 {
		n := class[i%len(class)]
		names = append(names, care.Name{Ref: n.Ref, Given: n.Given + strings.Repeat("i", 1+i/len(class)), Family: n.Family})
	}
	names = append(names, class...)
	for _, bb := range []lineTest{
		{name: "ref", line: "8B-K3F samtal Ringde hem, kommer i morgon"},
		{name: "name among 1000", line: "Erik samtal Ringde hem, kommer i morgon"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := parse(bb.line, kinds, names, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
