package care_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// suggested are the refs that are suggested for what was typed.
func (h *house) suggested(a care.Actor, typed string) string {
	h.t.Helper()
	list, err := h.SuggestStudents(h.t.Context(), a, typed, 100, h.now)
	h.must(err)
	var refs []string
	for _, s := range list {
		refs = append(refs, string(s.Ref))
	}
	return strings.Join(refs, " ")
}

// Only those are suggested whom a person may see.
func TestSuggestByRole(t *testing.T) {
	for _, p := range people {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.student("8B-K3F", "alen", "Alva", "Berg")
			h.student("8B-L4L", "alen", "Alva", "Ek", left)
			h.student("8B-Q6Q", "alen", "Alva", "Skydd", protected)
			who := h.person(p.name, p.has)
			if p.assigned != "" {
				h.assign(who, care.Ref(p.assigned), care.Period{})
			}
			var want []string
			if p.enrolled != "" {
				want = append(want, "8B-K3F")
			}
			if p.left != "" {
				want = append(want, "8B-L4L")
			}
			for _, typed := range []string{"", "alva", "8b"} {
				if got := h.suggested(who, typed); got != strings.Join(want, " ") {
					t.Errorf("SuggestStudents(%q) = %s, want %s", typed, got, want)
				}
			}
			for _, typed := range []string{"8B-Q6Q", "Skydd"} {
				if got := h.suggested(who, typed); got != "" {
					t.Errorf("SuggestStudents(%q) = %s, want none", typed, got)
				}
			}
			for _, ref := range []care.Ref{"8B-K3F", "8B-L4L", "8B-Q6Q", "8B-XXX"} {
				name, err := h.StudentToLog(t.Context(), who, ref, h.now)
				may := strings.Contains(strings.Join(want, " "), string(ref))
				if (err == nil) != may || !may && care.CodeOf(err) != care.CodeNoSuchStudent || may && name.Given != "Alva" {
					t.Errorf("StudentToLog(%s) = %v, %v, want that it may: %v", ref, name, err, may)
				}
			}
		})
	}
}

func TestSuggestRanks(t *testing.T) {
	h := newHouse(t)
	for _, s := range []struct {
		ref           care.Ref
		given, family string
		change        []func(*care.Student)
	}{
		{ref: "8B-K3F", given: "Alva", family: "Berg"},
		{ref: "8B-M2X", given: "Alva", family: "Norén"},
		{ref: "8B-B2B", given: "Anna-Karin", family: "von der Åsen"},
		{ref: "9C-P5P", given: "Nils", family: "Öberg"},
		{ref: "9C-D3D", given: "Søren", family: "Kjærgård"},
		{ref: "9C-F4F", given: "Eva Anna", family: "O’Brien"},
		{ref: "9C-G5G", given: "Alvar", family: "Lindberg"},
		{ref: "7A-L4L", given: "Alva", family: "Ek", change: []func(*care.Student){left}},
		{ref: "10NAB-H6H", given: "Ulla", family: "Larsson-Ek", change: []func(*care.Student){func(stu *care.Student) { stu.Group = "11 NA-B" }}},
		{ref: "9C-8BB", given: "Bo", family: "Berglund"},
	} {
		h.student(s.ref, "alen", s.given, s.family, s.change...)
	}
	eva := h.person("eva", "eht@alen mentor@alen 9C@alen")
	h.assign(eva, "8B-M2X", care.Period{})
	for _, tt := range []struct{ name, typed, want string }{
		{"nothing: own first, left last", "", "8B-M2X 9C-G5G 9C-8BB 9C-F4F 9C-P5P 9C-D3D 10NAB-H6H 8B-K3F 8B-B2B 7A-L4L"},
		{"spaces and commas", " , \t ", "8B-M2X 9C-G5G 9C-8BB 9C-F4F 9C-P5P 9C-D3D 10NAB-H6H 8B-K3F 8B-B2B 7A-L4L"},
		{"only a dash", "-", "8B-M2X 9C-G5G 9C-8BB 9C-F4F 9C-P5P 9C-D3D 10NAB-H6H 8B-K3F 8B-B2B 7A-L4L"},
		{"ref", "8B-K3F", "8B-K3F"},
		{"ref in lower case, with another dash", "8b–k3f", "8B-K3F"},
		{"ref without a dash", "8bk3f", "8B-K3F"},
		{"ref, its beginning", "8b-k", "8B-K3F"},
		{"random end", "k3f", "8B-K3F"},
		{"random end's beginning", "8bb", "9C-8BB 8B-B2B"},
		{"group", "9c", "9C-G5G 9C-8BB 9C-F4F 9C-P5P 9C-D3D"},
		{"group now, not the ref's", "11na", "10NAB-H6H"},
		{"group as it is written", "11 NA-B", "10NAB-H6H"},
		{"group, then a random end that begins so", "8B", "8B-M2X 8B-K3F 8B-B2B 9C-8BB"},
		{"given name", "alva", "8B-M2X 8B-K3F 7A-L4L 9C-G5G"},
		{"given name's beginning", "alv", "8B-M2X 9C-G5G 8B-K3F 7A-L4L"},
		{"family name, then names that begin or end so", "berg", "8B-K3F 9C-8BB 9C-G5G 9C-P5P"},
		{"name and initial", "Alva B", "8B-K3F 8B-M2X 9C-G5G"},
		{"group and name", "8b alva", "8B-M2X 8B-K3F"},
		{"family name first, then letters in the middle", "berg alva", "8B-K3F 9C-G5G"},
		{"with a comma", "Berg, Alva", "8B-K3F 9C-G5G"},
		{"double name", "anna-karin", "8B-B2B"},
		{"double name in two", "anna karin", "8B-B2B"},
		{"double name in one", "annakarin", "8B-B2B"},
		{"double name, the second", "karin", "8B-B2B"},
		{"double name that folds", "evaanna", "9C-F4F"},
		{"double name that folds, with a dash", "Eva-Anna", "9C-F4F"},
		{"double family name", "larsson-ek", "10NAB-H6H"},
		{"family name of several words", "von der åsen", "8B-B2B"},
		{"family name of several words, in one", "vonderasen", "8B-B2B"},
		{"apostrophe", "o'brien", "9C-F4F"},
		{"no apostrophe", "obrien", "9C-F4F"},
		{"after the apostrophe", "brien", "9C-F4F"},
		{"å as aa", "aasen", "8B-B2B"},
		{"å as a", "asen", "8B-B2B"},
		{"ö as o", "oberg", "9C-P5P"},
		{"ö as oe", "oeberg", "9C-P5P"},
		{"ø as ö", "sören", "9C-D3D"},
		{"ø as oe", "Soeren", "9C-D3D"},
		{"æ as ae, å as aa", "kjaergaard", "9C-D3D"},
		{"é as e", "NOREN", "8B-M2X"},
		{"unknown word", "kalle", ""},
		{"unknown word among known", "alva berg kalle", ""},
		{"name of one, family name of another", "nils berglund", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := h.suggested(eva, tt.typed); got != tt.want {
				t.Errorf("SuggestStudents(%q) = %s, want %s", tt.typed, got, tt.want)
			}
		})
	}
	list, err := h.SuggestStudents(t.Context(), eva, "11na", 100, h.now)
	if want := (care.Suggestion{Name: care.Name{Ref: "10NAB-H6H", Given: "Ulla", Family: "Larsson-Ek"}, Group: "11 NA-B"}); err != nil || len(list) != 1 || list[0] != want {
		t.Errorf("SuggestStudents() = %+v, %v, want %+v", list, err, want)
	}
}

func TestSuggestAtMost(t *testing.T) {
	h := newHouse(t)
	for i := range 130 {
		given := "Kalle"
		if i == 129 {
			given = "Al"
		}
		h.student(care.Ref(fmt.Sprintf("8B-2%c%c", "BCDFGHJKLM"[i%10], "NPQRSTVWXZ234"[i/10])), "alen", given, "Ek")
	}
	eva := h.person("eva", "eht@alen")
	for typed, want := range map[string]int{"": 100, "ek": 100, "al": 100, "al ek": 100, "kal": 100, "8b": 100} {
		list, err := h.SuggestStudents(t.Context(), eva, typed, 100, h.now)
		if err != nil || len(list) != want {
			t.Errorf("SuggestStudents(%q) = %d, %v, want %d", typed, len(list), err, want)
		}
		if strings.HasPrefix(typed, "al") && list[0].Given != "Al" {
			t.Errorf("SuggestStudents(%q) does not begin with the best", typed)
		}
	}
}

func TestSuggestAudit(t *testing.T) {
	h, anna, eva := withClass(t)
	before := h.audited()
	for _, step := range []struct {
		name  string
		later time.Duration
		actor care.Actor
		typed string
		want  string
	}{
		{"nothing found", 0, anna, "kalle", ""},
		{"some", 0, anna, "alva", "anna student.suggest 8B-K3F 8B-M2X"},
		{"the same of another search", time.Second, anna, "alv", ""},
		{"one of them", 0, anna, "alva b", ""}, // fits both
		{"fewer", 0, anna, "alva berg", "anna student.suggest 8B-K3F"},
		{"by someone else", 0, eva, "alva berg", "eva student.suggest 8B-K3F"},
		{"later", time.Minute, anna, "alva berg", "anna student.suggest 8B-K3F"},
	} {
		h.now = h.now.Add(step.later)
		h.suggested(step.actor, step.typed)
		after := h.audited()
		if got := strings.Join(added(before, after), "; "); got != step.want {
			t.Errorf("%s leaves %q, want %q", step.name, got, step.want)
		}
		before = after
	}
	down := errors.New("the disk is full")
	h.now = h.now.Add(time.Hour)
	h.engine.between("Insert audit", func() error { return down })
	if list, err := h.SuggestStudents(t.Context(), anna, "alva", 100, h.now); !errors.Is(err, down) {
		t.Errorf("SuggestStudents() without an audit entry = %v, %v", list, err)
	}
	h.engine.between("Insert audit", func() error { return down })
	if name, err := h.StudentToLog(t.Context(), anna, "8B-K3F", h.now); !errors.Is(err, down) {
		t.Errorf("StudentToLog() without an audit entry = %v, %v", name, err)
	}
}

// A school of 1 000, as each key that a member of the team presses searches it.
func BenchmarkSuggest(b *testing.B) {
	h := newHouse(b)
	given := []string{"Alva", "Nils", "Åsa", "Søren", "Anna-Karin", "Mohammed", "Eva", "Bo", "Leila", "Jónas"}
	family := []string{"Berg", "Norén", "Öberg", "Kjærgård", "Larsson-Ek", "Ali", "von der Heide", "Lind", "Aasen", "Svensson"}
	for i := range 1000 {
		group := fmt.Sprintf("%d%c", 7+i%3, 'A'+i/3%10)
		ref := care.Ref(fmt.Sprintf("%s-%c%c%c", group, "BCDFGHJKLM"[i%10], "BCDFGHJKLM"[i/10%10], "BCDFGHJKLM"[i/100]))
		h.student(ref, "alen", given[i%10], family[i/10%10])
	}
	eva := h.person("eva", "eht@alen")
	for _, typed := range []string{"", "a", "alva berg", "8b"} {
		b.Run("typed "+typed, func(b *testing.B) {
			for b.Loop() {
				h.now = h.now.Add(time.Minute) // each answer has its audit entry
				list, err := h.SuggestStudents(b.Context(), eva, typed, 100, h.now)
				if err != nil || len(list) == 0 {
					b.Fatalf("SuggestStudents() = %v, %v", list, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
		})
	}
}

func TestMentioned(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("8B-Q6Q", "alen", "", "", protected)
	for text, want := range map[string][2]string{ // by the mentor, by the team
		"":                                    {},
		"Alva kom sent":                       {},
		"8B-K3F kom sent":                     {"8B-K3F", "8B-K3F"},
		"(8b–k3f, 8B-M2X/9C-P5P) och 8B-K3F!": {"8B-K3F 8B-M2X", "8B-K3F 8B-M2X 9C-P5P"},
		"8B-Q6Q, 8B-222 och 8B-K3":            {},
		"”8B-K3F”\nkom":                       {"8B-K3F", "8B-K3F"},
		strings.Repeat("8B-222 8B-333 ", 500): {},
	} {
		for i, actor := range []care.Actor{anna, eva} {
			before := h.audited()
			names, err := h.Mentioned(t.Context(), actor, text, h.now)
			h.must(err)
			var got []string
			for _, n := range names {
				if n.Given == "" {
					t.Errorf("%s has no name", n.Ref)
				}
				got = append(got, string(n.Ref))
			}
			if strings.Join(got, " ") != want[i] {
				t.Errorf("Mentioned(%.40q) by %s = %q, want %q", text, actor.Staff.SlackID, got, want[i])
			}
			if n := len(added(before, h.audited())); n > 1 || len(got) == 0 && n > 0 {
				t.Errorf("Mentioned(%.40q) leaves %d audit entries", text, n)
			}
		}
		h.now = h.now.Add(time.Minute)
	}
}
