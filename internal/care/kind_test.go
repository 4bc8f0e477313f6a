package care_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// aliases are the words besides ids and names that must be known.
var aliases = map[care.Kind][]string{
	care.KindTalk: {"samtal", "samtale", "prat"},
	care.KindHome: {"hem", "hemmet", "hjem", "hjemmet", "heim", "heimen", "ring", "ringt", "ringde", "ringte",
		"ring hem", "ringt hem", "ringde hem", "ring hjem", "ringt hjem", "ringte hjem", "ring heim", "ringt heim", "ringde heim",
		"kontakt hem", "kontakt hjem", "kontakt heim"},
	care.KindVisit:       {"hjembesøk", "heimbesøk"},
	care.KindReferral:    {"lotsning", "henvisning", "tilvising"},
	care.KindTimetable:   {"schema", "timeplan"},
	care.KindAdaptation:  {"anpassning"},
	care.KindStudy:       {"läxhjälp", "leksehjelp", "lov", "lovskola", "läxa", "ferie", "ferieskole", "ferieskule", "lekser"},
	care.KindRisk:        {"varsel"},
	care.KindPlan:        {"åp"},
	care.KindDevelopment: {"us"},
}

// spellings are all that a kind may be called: its id, its names, its aliases.
func spellings(t testing.TB) map[care.Kind][]string {
	t.Helper()
	all := map[care.Kind][]string{}
	for kind, names := range kindNames(t) {
		all[kind] = slices.Concat([]string{string(kind)}, names, aliases[kind])
	}
	return all
}

// key is a spelling as it is compared: folded, without spaces, hyphens and brackets.
func key(s string) string {
	return care.Fold(strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(s))
}

var withoutDiacritics = strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "æ", "a", "ø", "o", "Å", "A", "Ä", "A", "Ö", "O", "Æ", "A", "Ø", "O")

var withDigraphs = strings.NewReplacer("å", "aa", "ä", "ae", "ö", "oe", "æ", "ae", "ø", "oe")

func titled(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func TestEveryNameOfAKind(t *testing.T) {
	kinds := care.NewKindWords(kindNames(t))
	for kind, list := range spellings(t) {
		for _, s := range list {
			written := []string{s, strings.ToUpper(s), strings.ToLower(s), titled(s),
				withoutDiacritics.Replace(s), strings.ToUpper(withoutDiacritics.Replace(s)), withDigraphs.Replace(s),
				strings.ReplaceAll(s, " ", ""), strings.ReplaceAll(s, " ", "-"), strings.ReplaceAll(s, " ", "  "),
				strings.ReplaceAll(s, "-", " "), strings.ReplaceAll(s, "-", ""), strings.ReplaceAll(s, "-", "–")}
			for _, w := range written {
				for line, text := range map[string]string{
					w: "", w + " Pratade länge": "Pratade länge", w + ": mamma": "mamma", w + " – 14.30": "14.30", w + ", ja": "ja",
				} {
					want := "8B-K3F | " + string(kind) + " | " + text
					if got := outcome(care.ParseLogLine("8B-K3F "+line, kinds, []care.Name{}, nil)); got != want {
						t.Errorf("ParseLogLine(%q) = %s, want %s", "8B-K3F "+line, got, want)
					}
				}
			}
		}
	}
}

// A spelling of two kinds would make one of them impossible to log by it.
func TestNoSpellingIsOfTwoKinds(t *testing.T) {
	of := map[string]care.Kind{}
	for _, kind := range care.Kinds {
		for _, s := range spellings(t)[kind] {
			if other, ok := of[key(s)]; ok && other != kind {
				t.Errorf("%q is of %s and %s", s, other, kind)
			}
			of[key(s)] = kind
		}
	}
}

func TestEveryPrefix(t *testing.T) {
	kinds := care.NewKindWords(kindNames(t))
	whole, begun := map[string]care.Kind{}, map[string]map[care.Kind]bool{}
	written := map[string]string{} // how a prefix is typed, by key
	for kind, list := range spellings(t) {
		for _, s := range list {
			whole[key(s)] = kind
			letters := []rune(s)
			for n := 1; n < len(letters); n++ {
				part := strings.TrimRight(string(letters[:n]), " -(")
				k := key(part)
				if begun[k] == nil {
					begun[k] = map[care.Kind]bool{}
				}
				begun[k][kind], written[k] = true, part
			}
		}
	}
	several := 0
	for k, of := range begun {
		hits := slices.Collect(func(yield func(care.Kind) bool) {
			for _, kind := range care.Kinds {
				if of[kind] && !yield(kind) {
					return
				}
			}
		})
		line := "8B-K3F " + written[k]
		kind, isWhole := whole[k]
		var want string
		switch {
		case isWhole:
			want = "8B-K3F | " + string(kind) + " | "
		case len([]rune(k)) < 4:
			want = "unknown_kind: " + strings.Fields(written[k])[0]
		case len(hits) > 1:
			several++
			want = "which kind: " + joined(hits)
		default:
			want = "8B-K3F | " + string(hits[0]) + " | "
		}
		got := outcome(care.ParseLogLine(line, kinds, []care.Name{}, nil))
		// "läxhjälp eller" begins with a whole name, and what follows is the text.
		if got != want && !(strings.Contains(written[k], " ") && strings.HasPrefix(got, want)) {
			t.Errorf("ParseLogLine(%q) = %s, want %s", line, got, want)
		}
	}
	if len(begun) < 500 || several < 5 {
		t.Errorf("%d prefixes, %d of them of several kinds; want more of both", len(begun), several)
	}
}

// A prefix that is a word by itself is asked about when the text may go on from it.
func TestPrefixThatIsAWord(t *testing.T) {
	kinds := care.NewKindWords(kindNames(t))
	for word, kind := range map[string]care.Kind{
		"åtgärd": care.KindPlan, "tiltak": care.KindPlan, "elev": care.KindTalk, "hand": care.KindHandover,
		"över": care.KindHandover, "over": care.KindHandover, "kultur": care.KindCulture, "rett": care.KindGuidance,
		"stöd": care.KindSocial, "støtte": care.KindSocial, "time": care.KindTimetable,
		"utveckling": care.KindDevelopment, "utvikling": care.KindDevelopment,
		"kontakt": care.KindHome, "kontakt med": care.KindHome, "följa": care.KindEscort, "følge": care.KindEscort,
		"følgje": care.KindEscort, "extra": care.KindAdaptation, "anpassat": care.KindTimetable,
		"tilpasset": care.KindTimetable, "tilpassa": care.KindTimetable, "motiverande": care.KindMotivation,
		"motiverende": care.KindMotivation, "förklara": care.KindSystem, "forklare": care.KindSystem,
		"kulturell": care.KindCulture,
	} {
		for line, want := range map[string]string{
			"8B-K3F " + word + " i dag":    "which kind: " + string(kind),
			"8B-K3F " + word + " BUP":      "which kind: " + string(kind),
			"8B-K3F " + word:               "8B-K3F | " + string(kind) + " | ",
			"8B-K3F " + word + ": i dag":   "8B-K3F | " + string(kind) + " | i dag",
			"8B-K3F " + word + " Gick bra": "8B-K3F | " + string(kind) + " | Gick bra",
		} {
			if got := outcome(care.ParseLogLine(line, kinds, nil, nil)); got != want {
				t.Errorf("ParseLogLine(%q) = %s, want %s", line, got, want)
			}
		}
	}
}

func TestAliasesWinOverPrefixes(t *testing.T) {
	names := kindNames(t)
	maps.Copy(names, map[care.Kind][]string{
		care.KindVisit:  {"pratstund", "hemfärd"},
		care.KindEscort: {"lovpromenad", "planlagd promenad", "samtalspromenad till skolan"},
		care.KindSystem: {"pratstund om skolan", "ring hem varje dag"},
	})
	tests := []lineTest{
		{"alias before a prefix", "prat", "8B-K3F | talk | "},
		{"alias before a prefix, text", "prat stannade kvar", "8B-K3F | talk | stannade kvar"},
		{"one letter more", "prats", "which kind: visit,system"},
		{"a short alias before a prefix", "hem", "8B-K3F | home | "},
		{"a prefix longer than an alias", "hemf", "8B-K3F | visit | "},
		{"an alias that begins another name", "lov", "8B-K3F | study | "},
		{"a prefix that begins two", "lovp", "8B-K3F | escort | "},
		{"an id before a prefix", "plan", "8B-K3F | plan | "},
		{"a name that goes on from an alias", "samtals", "8B-K3F | escort | "},
		{"the longest whole name", "ring hem varje dag", "8B-K3F | system | "},
		{"the longest whole name that is whole", "ring hem varje vecka", "8B-K3F | home | varje vecka"},
		{"a whole name before a longer one's prefix", "pratstund om läxor", "8B-K3F | visit | om läxor"},
	}
	kinds := care.NewKindWords(names)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(care.ParseLogLine("8B-K3F "+tt.line, kinds, []care.Name{}, nil)); got != tt.want {
				t.Errorf("ParseLogLine(%q) = %s, want %s", "8B-K3F "+tt.line, got, tt.want)
			}
		})
	}
}

// Without names in any language the ids and aliases are known still.
func TestKindWordsWithoutNames(t *testing.T) {
	kinds := care.NewKindWords(map[care.Kind][]string{care.KindTalk: {"", " - "}})
	for line, want := range map[string]string{
		"8B-K3F handover": "8B-K3F | handover | ", "8B-K3F samtal": "8B-K3F | talk | ", "8B-K3F hand": "8B-K3F | handover | ",
		"8B-K3F elevsamtal": "unknown_kind: elevsamtal", "8B-K3F -": "missing_kind: 8B-K3F",
	} {
		if got := outcome(care.ParseLogLine(line, kinds, nil, nil)); got != want {
			t.Errorf("ParseLogLine(%q) = %s, want %s", line, got, want)
		}
	}
}
