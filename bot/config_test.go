package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"lotsen/internal/care"
)

// smallConfig is the least that is right; what is added to it begins on line 6, as keys of the school.
const smallConfig = `schools:
  - id: alen
    name: Ålenskolan
    country: SE
    school_years: [{start: 2026-08-17, end: 2027-06-11}]
`

// smallLadder is a ladder that is right; its step's keys can be replaced.
const smallLadder = `ladders:
  - id: own
    country: SE
    version: 1
    valid_from: 2026-08-17
    steps:
      - n: 1
        when: [{measure: total_pct, at_least: 10, window: 20}]
        acts: mentor
        do: {sv: Ring hem}
        due: 3
`

var compareConfig = cmp.Options{cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })}

func TestParseConfigExample(t *testing.T) {
	c, err := parseConfig("config_example.yaml", configExample)
	if err != nil {
		t.Fatalf("parseConfig(example) = %v", err)
	}
	if len(c.Schools) != 2 || c.Schools[0].Country != care.Sweden || c.Schools[1].Country != care.Norway {
		t.Errorf("parseConfig(example).Schools = %+v, want a Swedish and a Norwegian one", c.Schools)
	}
	want := care.School{
		ID: "fjordvik", Name: "Fjordvik videregående skole", Country: care.Norway,
		Zone: zoneOf(t, "Europe/Oslo"), Language: care.Nynorsk, Ladder: "no-vgs",
		Years: []care.Period{{From: "2026-08-17", To: "2027-06-18"}},
		Breaks: []care.Break{
			{Name: "Haustferie", Period: care.Period{From: "2026-10-05", To: "2026-10-09"}},
			{Name: "Juleferie", Period: care.Period{From: "2026-12-21", To: "2027-01-01"}},
			{Name: "Vinterferie", Period: care.Period{From: "2027-02-22", To: "2027-02-26"}},
			{Name: "Påskeferie", Period: care.Period{From: "2027-03-22", To: "2027-03-24"}},
		},
		Work:       care.Hours{From: 8 * 60, To: 15*60 + 45},
		EHTChannel: "C0ELEVTENESTE", PrincipalChannel: "C0LEIING", Admins: []string{"U0IKT"},
		EHTMeeting: care.EHTMeeting{
			Weekday: time.Thursday, Hours: care.Hours{From: 12 * 60, To: 13*60 + 30},
			Weeks: "odd", Quorum: 1, MaxItems: 8, CutoffDays: 1,
		},
		Buffer: 5 * time.Minute,
	}
	if diff := cmp.Diff(want, c.Schools[1], compareConfig); diff != "" {
		t.Errorf("parseConfig(example).Schools[1] differs (-want +got):\n%s", diff)
	}
}

// uncommentedExample is the example with its own ladder in force.
func uncommentedExample(t *testing.T) string {
	t.Helper()
	text := string(configExample)
	from := strings.Index(text, "# ladders:\n")
	to := strings.Index(text, "\n# Files with staff")
	if from < 0 || to < from {
		t.Fatal("the example has lost its ladder or what follows it")
	}
	ladder := regexp.MustCompile(`(?m)^# `).ReplaceAllString(text[from:to], "")
	return strings.Replace(text[:from], "\nladders: []\n", "\n", 1) + ladder + text[to:]
}

func TestConfigExampleHasALadderToBeginWith(t *testing.T) {
	c, err := parseConfig("example", []byte(uncommentedExample(t)))
	if err != nil {
		t.Fatalf("parseConfig(example with its ladder) = %v", err)
	}
	three, five := 3, 5
	want := []care.Ladder{{
		ID: "alen-2026", Country: care.Sweden, Version: 1, ValidFrom: "2026-08-17",
		Steps: []care.Step{
			{
				N: 1,
				When: []care.Trigger{
					{Measure: "total_pct", AtLeast: 10, Window: care.Window{Days: 20}},
					{Measure: "occasions", AtLeast: 5, Window: care.Window{Span: "term"}},
				},
				Acts: []care.Role{care.Mentor},
				Do: map[care.Lang]string{
					care.Swedish: "Ring hem och boka elevsamtal",
					care.Bokmal:  "Ring hjem og avtal elevsamtale",
					care.Nynorsk: "Ring heim og avtal elevsamtale",
				},
				Due: 3, FollowUp: 10,
				Escalate: care.Escalation{After: &three, To: care.EHT},
			},
			{
				N: 2,
				When: []care.Trigger{
					{Measure: "total_pct", AtLeast: 15, Window: care.Window{Days: 20}},
					{Measure: "step_open", AtLeast: 10},
				},
				Acts: []care.Role{care.Mentor, care.EHT},
				Do:   map[care.Lang]string{care.Swedish: "Kartlägg och pröva extra anpassningar"},
				Due:  10, Escalate: care.Escalation{After: &five, To: care.Principal},
			},
		},
	}}
	if diff := cmp.Diff(want, c.Ladders); diff != "" {
		t.Errorf("the example's ladder differs (-want +got):\n%s", diff)
	}
}

// exampleTree is the YAML of the example with its own ladder in force.
func exampleTree(t *testing.T) yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(uncommentedExample(t)), &doc); err != nil {
		t.Fatalf("yaml.Unmarshal(example) = %v", err)
	}
	return doc
}

func allConfigKeys() map[string][]configKey {
	all := maps.Clone(configKeys)
	maps.Copy(all, configLadderKeys)
	return all
}

// walkConfig calls visit with each key (at n.Content[i]) of the tree, and the list of keys to
// which it belongs.
func walkConfig(n *yaml.Node, kind string, visit func(kind string, i int, n *yaml.Node)) {
	below := map[string]string{
		"file.schools": "school", "file.ladders": "ladder", "file.import": "import", "file.calendars": "calendars",
		"file.retention": "retention", "school.school_years": "school year", "school.breaks": "break",
		"school.work_hours": "hours", "school.lunch": "hours", "school.eht_meeting": "eht_meeting", "school.terms": "terms",
		"terms.mentor": "term", "terms.team": "term", "terms.valid": "term", "terms.invalid": "term",
		"ladder.steps": "step", "step.when": "when", "step.do": "do", "step.escalate": "escalate",
	}
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			walkConfig(item, kind, visit)
		}
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		visit(kind, i, n)
		if next, ok := below[kind+"."+n.Content[i].Value]; ok {
			walkConfig(n.Content[i+1], next, visit)
		}
	}
}

func TestConfigExampleMentionsEveryKey(t *testing.T) {
	doc := exampleTree(t)
	seen := map[string]bool{}
	walkConfig(doc.Content[0], "file", func(kind string, i int, n *yaml.Node) { seen[kind+"."+n.Content[i].Value] = true })
	for kind, keys := range allConfigKeys() {
		for _, key := range keys {
			if !seen[kind+"."+key.name] {
				t.Errorf("the example does not show the key %s of a %s", key.name, kind)
			}
		}
	}
}

func TestParseConfigFillsInWhatIsLeftOut(t *testing.T) {
	years := []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
	swedish := care.School{
		ID: "alen", Name: "Ålenskolan", Country: care.Sweden, Zone: zoneOf(t, "Europe/Stockholm"), Language: care.Swedish,
		Ladder: "se-grund", Years: years, Work: care.Hours{From: 450, To: 990}, Buffer: 5 * time.Minute,
	}
	norwegian := swedish
	norwegian.Country, norwegian.Zone = care.Norway, zoneOf(t, "Europe/Oslo")
	norwegian.Language, norwegian.Ladder = care.Bokmal, "no-grunnskole"
	with := func(s care.School, change func(*care.School)) care.School {
		change(&s)
		return s
	}
	country := func(as string) string { return strings.Replace(smallConfig, "SE", as, 1) }

	tests := []struct {
		name, file string
		want       care.School
	}{
		{"nothing but what is needed", smallConfig, swedish},
		{"byte order mark and CRLF", "\ufeff" + strings.ReplaceAll(smallConfig, "\n", "\r\n"), swedish},
		{"a YAML 1.1 file", "%YAML 1.1\n---\n" + country("NO"), norwegian},
		{"quoted NO", country(`"NO"`), norwegian},
		{"unquoted NO", country("NO"), norwegian},
		{"unquoted no", country("no"), norwegian},
		{"lower case", country("se"), swedish},
		{"language no", country("NO") + "    language: no\n", norwegian},
		{"language nn", country("NO") + "    language: nn\n", with(norwegian, func(s *care.School) { s.Language = care.Nynorsk })},
		{"empty means the default", smallConfig + "    timezone:\n    language: ~\n    ladder: \"\"\n    lunch: {}\n    admins: []\n" +
			"    breaks: null\n    terms: {}\n    eht_meeting: {}\n    eht_channel: ''\n    work_hours: {}\n    buffer_min:\n", swedish},
		{"unquoted times", smallConfig + "    lunch: {from: 11:30, to: 12:30}\n    work_hours: {from: 7:30, to: 16:30}\n",
			with(swedish, func(s *care.School) { s.Lunch = care.Hours{From: 690, To: 750} })},
		{"a number as id and name", strings.NewReplacer("alen\n", "0123\n", "Ålenskolan", "12").Replace(smallConfig),
			with(swedish, func(s *care.School) { s.ID, s.Name = "0123", "12" })},
		{"quoted numbers and days", strings.Replace(smallConfig, "2026-08-17", `"2026-08-17"`, 1) + "    buffer_min: \"10\"\n",
			with(swedish, func(s *care.School) { s.Buffer = 10 * time.Minute })},
		{"no buffer", smallConfig + "    buffer_min: 0\n", with(swedish, func(s *care.School) { s.Buffer = 0 })},
		{"a break of one day without a name", smallConfig + "    breaks: [{from: 2026-11-02}]\n",
			with(swedish, func(s *care.School) {
				s.Breaks = []care.Break{{Period: care.Period{From: "2026-11-02", To: "2026-11-02"}}}
			})},
		{"a break from the first day to the last", smallConfig + "    breaks: [{name: Stängt, from: 2026-08-17, to: 2027-06-11}]\n",
			with(swedish, func(s *care.School) { s.Breaks = []care.Break{{Name: "Stängt", Period: years[0]}} })},
		{"years in any order", strings.Replace(smallConfig, "[{", "[{start: 2027-08-16, end: 2028-06-09}, {", 1),
			with(swedish, func(s *care.School) {
				s.Years = []care.Period{years[0], {From: "2027-08-16", To: "2028-06-09"}}
			})},
		{"terms", smallConfig + "    terms: {team: {name: trygghetsteam, definite: trygghetsteamet}}\n",
			with(swedish, func(s *care.School) {
				s.Terms = map[care.Term]care.Word{care.TermTeam: {Indefinite: "trygghetsteam", Definite: "trygghetsteamet"}}
			})},
		{"weekday in full", smallConfig + "    eht_meeting: {weekday: Friday, from: \"13:00\", to: \"15:00\", weeks: even, quorum: 2, max_items: 4, cutoff_days: 0}\n",
			with(swedish, func(s *care.School) {
				s.EHTMeeting = care.EHTMeeting{
					Weekday: time.Friday, Hours: care.Hours{From: 780, To: 900}, Weeks: "even", Quorum: 2, MaxItems: 4,
				}
			})},
		{"channels and admins", smallConfig + "    eht_channel: C0EHT\n    principal_channel: G012AB34C\n    admins: [U0ADMIN, W0123]\n",
			with(swedish, func(s *care.School) {
				s.EHTChannel, s.PrincipalChannel, s.Admins = "C0EHT", "G012AB34C", []string{"U0ADMIN", "W0123"}
			})},
		{"a ladder of its own", smallConfig + "    ladder: own\n" + smallLadder, with(swedish, func(s *care.School) { s.Ladder = "own" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := parseConfig("lotsen.yaml", []byte(tt.file))
			if err != nil {
				t.Fatalf("parseConfig(%s) = %v", tt.name, err)
			}
			if diff := cmp.Diff([]care.School{tt.want}, c.Schools, compareConfig); diff != "" {
				t.Errorf("parseConfig(%s).Schools differs (-want +got):\n%s", tt.name, diff)
			}
		})
	}
}

func TestParseConfigBesideSchools(t *testing.T) {
	tests := []struct {
		name, file string
		want       config
	}{
		{"nothing", "", config{Import: importConfig{At: 390}}},
		{
			"everything",
			"import: {dir: /srv/in, at: 05:15}\ncalendars: {allow_hosts: [Kalender.kommun.example, 10.20.0.5, \"fd00::1\"]}\n" +
				"retention: {decision: KS 2026/123, days: {deliveries: 90, audit: 1825}}\n",
			config{
				Import:    importConfig{Dir: "/srv/in", At: 315},
				Calendars: calendarsConfig{AllowHosts: []string{"kalender.kommun.example", "10.20.0.5", "fd00::1"}},
				Retention: retentionConfig{Decision: "KS 2026/123", Days: map[string]int{"deliveries": 90, "audit": 1825}},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseConfig("lotsen.yaml", []byte(smallConfig+tt.file))
			if err != nil {
				t.Fatalf("parseConfig(%s) = %v", tt.name, err)
			}
			got.Schools = nil
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("parseConfig(%s) differs (-want +got):\n%s", tt.name, diff)
			}
		})
	}
}

func TestParseConfigNamesFaults(t *testing.T) {
	edit := func(old, with string) string {
		if !strings.Contains(smallConfig, old) {
			t.Fatalf("smallConfig has no %q", old)
		}
		return strings.Replace(smallConfig, old, with, 1)
	}
	add := func(lines string) string { return smallConfig + lines }
	step := func(old, with string) string {
		if !strings.Contains(smallLadder, old) {
			t.Fatalf("smallLadder has no %q", old)
		}
		return smallConfig + strings.Replace(smallLadder, old, with, 1)
	}
	const noSchool = ":1: schools: is missing; describe at least one school, as the command \"config example\" shows"

	tests := []struct {
		name, file string
		want       []string // each without the file's name
	}{
		{"empty file", "", []string{noSchool}},
		{"only comments", "# schools:\n", []string{noSchool}},
		{"only a document mark", "---\n", []string{noSchool}},
		{"empty list of schools", "ladders: []\nschools: []\n", []string{`:2: schools: is missing; describe at least one school, as the command "config example" shows`}},
		{"a list at the top", "- id: alen\n", []string{":1: the file is a list and should be keys with values; begin with a line schools:"}},
		{"a word at the top", "Ålenskolan\n", []string{":1: the file is a single value and should be keys with values; begin with a line schools:"}},
		{"schools as a mapping", "schools: {id: alen}\n", []string{":1: schools: is a mapping and should be a list; write such as [{id: alen, …}]"}},
		{"a school that is a word", "schools: [alen]\n", []string{":1: schools[0]: is a single value and should be keys with values; write such as [{id: alen, …}]"}},
		{"misspelt top key", "school: []\n", []string{":1: school: unknown key; did you mean schools?"}},
		{"unknown key near a known one", add("    workhours: {}\n"), []string{":6: schools[0].workhours: unknown key; did you mean work_hours?"}},
		{"unknown key in another spelling", add("    ehtChannel: C0EHT\n"), []string{":6: schools[0].ehtChannel: unknown key; did you mean eht_channel?"}},
		{"unknown key near nothing", add("    colour: blue\n"), []string{":6: schools[0].colour: unknown key; known are id, name, country, timezone, language, ladder, school_years, breaks, work_hours, lunch, eht_channel, principal_channel, admins, eht_meeting, buffer_min, terms"}},
		{"unknown key with odd letters", add("    \"a\\nb\": 1\n"), []string{`:6: schools[0]."a\nb": unknown key; known are id, name, country, timezone, language, ladder, school_years, breaks, work_hours, lunch, eht_channel, principal_channel, admins, eht_meeting, buffer_min, terms`}},
		{"a misspelt key is not missing, too", edit("school_years", "school_year"), []string{":5: schools[0].school_year: unknown key; did you mean school_years?"}},
		{"token as a key", "xoxb-123-abc: 1\n" + smallConfig, []string{":1: what looks like a secret (not shown): unknown key; known are schools, ladders, import, calendars, retention"}},
		{"token as a value", add("    eht_channel: xoxb-123-abc\n"), []string{":6: schools[0].eht_channel: what looks like a secret (not shown) is no channel id; write one such as C0EHT (in Slack: the channel's name, About, at the bottom)"}},
		{"key twice", add("    name: Andra\n"), []string{":6: schools[0].name: is written twice, first on line 3; keep one"}},
		{"key that is a list", add("    ? [a]\n    : b\n"), []string{":6: schools[0]: a key must be a plain word; take this one away"}},
		{"alias", edit("name: Ålenskolan", "name: &n Ålenskolan") + "    ladder: *n\n", []string{":6: schools[0].ladder: is an alias (*); write the value out here"}},
		{"alias of itself", "schools: &s [*s]\n", []string{":1: schools[0]: is an alias (*); write the value out here"}},
		{"merge key", "base: &b {a: 1}\n" + add("    <<: *b\n"), []string{
			":1: base: unknown key; known are schools, ladders, import, calendars, retention",
			`:7: schools[0]."<<": unknown key; known are id, name, country, timezone, language, ladder, school_years, breaks, work_hours, lunch, eht_channel, principal_channel, admins, eht_meeting, buffer_min, terms`,
		}},
		{"school without anything", "schools:\n  - timezone: Europe/Oslo\n", []string{
			":2: schools[0].id: is missing; write one such as alen",
			":2: schools[0].name: is missing; write one such as Ålenskolan",
			":2: schools[0].country: is missing; write one such as SE",
			":2: schools[0].school_years: is missing; write one such as [{start: 2026-08-17, end: 2027-06-11}]",
		}},
		{"empty name", edit("Ålenskolan", "\"\""), []string{":3: schools[0].name: is missing; write one such as Ålenskolan"}},
		{"name of two lines", edit("name: Ålenskolan", "name: |\n      Ålen\n      skolan"), []string{":3: schools[0].name: is longer than 500 bytes or more than one line of plain text; shorten it"}},
		{"name as a list", edit("Ålenskolan", "[Ålen, skolan]"), []string{":3: schools[0].name: is a list and should be one value; write such as Ålenskolan"}},
		{"id with a space", edit("alen", "Ålen skola"), []string{`:2: schools[0].id: "Ålen skola" is no id; write letters, digits, - and _ alone, such as alen`}},
		{"two schools of one id", smallConfig + strings.Replace(smallConfig[len("schools:\n"):], "alen", "Ålen", 1), []string{`:6: schools[1]: the id "Ålen" is also that of the school on line 2; give each school its own`}},
		{"country unknown", edit("SE", "DK"), []string{`:4: schools[0].country: "DK" is no country that Lotsen knows; write SE or "NO"`}},
		{"country false", edit("SE", "false"), []string{`:4: schools[0].country: false is what some tools make of an unquoted NO; write "NO"`}},
		{"time zone misspelt", add("    timezone: Europe/Stokholm\n"), []string{`:6: schools[0].timezone: "Europe/Stokholm" is no time zone; write one such as Europe/Stockholm or Europe/Oslo`}},
		{"time zone of this machine", add("    timezone: Local\n"), []string{`:6: schools[0].timezone: "Local" is no time zone; write one such as Europe/Stockholm or Europe/Oslo`}},
		{"time zone as a path", add("    timezone: ../etc/passwd\n"), []string{`:6: schools[0].timezone: "../etc/passwd" is no time zone; write one such as Europe/Stockholm or Europe/Oslo`}},
		{"time zones, several", add("    timezone: [Europe/Oslo]\n"), []string{":6: schools[0].timezone: is a list and should be one value; write such as Europe/Stockholm"}},
		{"a long value is shortened", add("    timezone: " + strings.Repeat("å", 70) + "\n"), []string{`:6: schools[0].timezone: "åååååååååååååååååååååååååååååååååååååååååååååååååååååååååååå…" is no time zone; write one such as Europe/Stockholm or Europe/Oslo`}},
		{"language unknown", add("    language: fi\n"), []string{`:6: schools[0].language: "fi" is no language that Lotsen speaks; write sv, nb or nn`}},
		{"ladder misspelt", add("    ladder: se-grun\n"), []string{`:6: schools[0].ladder: "se-grun" is no ladder; did you mean se-grund?`}},
		{"ladder unknown", add("    ladder: own\n"), []string{`:6: schools[0].ladder: "own" is no ladder; known are no-grunnskole, no-vgs, se-grund, se-gy`}},
		{"ladder of the other country", add("    ladder: no-vgs\n"), []string{":6: schools[0].ladder: no-vgs is a ladder for NO, and the school is in SE; write one such as se-grund"}},
		{"no school years", edit("[{start: 2026-08-17, end: 2027-06-11}]", "[]"), []string{":5: schools[0].school_years: is missing; write one such as [{start: 2026-08-17, end: 2027-06-11}]"}},
		{"school year without end", edit(", end: 2027-06-11", ""), []string{":5: schools[0].school_years[0].end: is missing; write one such as 2027-06-11"}},
		{"school year backwards", edit("start: 2026-08-17, end: 2027-06-11", "start: 2027-06-11, end: 2026-08-17"), []string{":5: schools[0].school_years[0]: start 2027-06-11 must lie before end 2026-08-17, at most 366 days; write one such as {start: 2026-08-17, end: 2027-06-11}"}},
		{"school year of two years", edit("2027-06-11", "2028-06-11"), []string{":5: schools[0].school_years[0]: start 2026-08-17 must lie before end 2028-06-11, at most 366 days; write one such as {start: 2026-08-17, end: 2027-06-11}"}},
		{"school years overlap", edit("[{", "[{start: 2027-06-11, end: 2028-06-09}, {"), []string{":5: schools[0].school_years[0]: start 2027-06-11 lies in the school year that ends 2027-06-11; write years that do not overlap"}},
		{"day that does not exist", edit("2027-06-11", "2027-06-31"), []string{`:5: schools[0].school_years[0].end: "2027-06-31" is no date; write a day that exists as YYYY-MM-DD, such as 2026-08-17`}},
		{"day in another form", edit("2026-08-17", "17.8.2026"), []string{`:5: schools[0].school_years[0].start: "17.8.2026" is no date; write a day that exists as YYYY-MM-DD, such as 2026-08-17`}},
		{"day with a time", edit("2026-08-17", "2026-08-17T08:00:00Z"), []string{`:5: schools[0].school_years[0].start: "2026-08-17T08:00:00Z" is no date; write a day that exists as YYYY-MM-DD, such as 2026-08-17`}},
		{"day in another millennium", edit("2026-08-17", "0026-08-17"), []string{`:5: schools[0].school_years[0].start: "0026-08-17" is no date; write a day that exists as YYYY-MM-DD, such as 2026-08-17`}},
		{"break outside", add("    breaks:\n      - {name: Sommarlov, from: 2027-06-14, to: 2027-08-13}\n"), []string{":7: schools[0].breaks[0]: 2027-06-14 to 2027-08-13 lies outside every school year; days there need no break, so take it away or correct school_years"}},
		{"break partly outside", add("    breaks: [{name: Lov, from: 2027-06-07, to: 2027-06-18}]\n"), []string{":6: schools[0].breaks[0]: 2027-06-07 to 2027-06-18 lies partly outside the school year; write only the days within it"}},
		{"break backwards", add("    breaks: [{name: Höstlov, from: 2026-10-30, to: 2026-10-26}]\n"), []string{":6: schools[0].breaks[0]: from 2026-10-30 lies after to 2026-10-26; write the earlier day first"}},
		{"break without days", add("    breaks: [{name: Höstlov}]\n"), []string{":6: schools[0].breaks[0].from: is missing; write one such as 2026-10-26"}},
		{"work hours backwards", add("    work_hours: {from: \"16:30\", to: \"07:30\"}\n"), []string{`:6: schools[0].work_hours: from must be earlier than to; write such as {from: "07:30", to: "16:30"}`}},
		{"work hours without end", add("    work_hours: {from: \"07:30\"}\n"), []string{`:6: schools[0].work_hours.to: is missing; write one such as "16:30"`}},
		{"time as seconds", add("    work_hours: {from: 27000, to: \"16:30\"}\n"), []string{`:6: schools[0].work_hours.from: "27000" is no time of day; write it in quotes as HH:MM, such as "07:30"`}},
		{"time with a point", add("    work_hours: {from: 07.30, to: \"16:30\"}\n"), []string{`:6: schools[0].work_hours.from: "07.30" is no time of day; write it in quotes as HH:MM, such as "07:30"`}},
		{"time past midnight", add("    lunch: {from: \"11:30\", to: \"24:30\"}\n"), []string{`:6: schools[0].lunch.to: "24:30" is no time of day; write it in quotes as HH:MM, such as "07:30"`}},
		{"lunch outside work hours", add("    lunch: {from: \"11:30\", to: \"17:00\"}\n"), []string{":6: schools[0].lunch: lies outside work_hours; write hours within them"}},
		{"lunch beside faulty work hours", add("    lunch: {from: \"11:30\", to: \"12:30\"}\n    work_hours: {from: \"08:00\", to: \"quarter\"}\n"), []string{`:7: schools[0].work_hours.to: "quarter" is no time of day; write it in quotes as HH:MM, such as "07:30"`}},
		{"lunch before work hours", add("    lunch: {from: \"07:00\", to: \"08:00\"}\n"), []string{":6: schools[0].lunch: lies outside work_hours; write hours within them"}},
		{"channel by name", add("    eht_channel: \"#eht\"\n"), []string{`:6: schools[0].eht_channel: "#eht" is no channel id; write one such as C0EHT (in Slack: the channel's name, About, at the bottom)`}},
		{"person as a channel", add("    principal_channel: U0REKTOR\n"), []string{`:6: schools[0].principal_channel: "U0REKTOR" is no channel id; write one such as C0EHT (in Slack: the channel's name, About, at the bottom)`}},
		{"admin by address", add("    admins: [U0ADMIN, anna@skola.example]\n"), []string{`:6: schools[0].admins[1]: "anna@skola.example" is no user id; write one such as U0ADMIN (in Slack: the person's profile, ⋮, Copy member ID)`}},
		{"admins not a list", add("    admins: U0ADMIN\n"), []string{":6: schools[0].admins: is a single value and should be a list; write such as [U0ADMIN]"}},
		{"empty admin", add("    admins: [~]\n"), []string{":6: schools[0].admins[0]: is empty; write a value or take it away"}},
		{"weekday unknown", add("    eht_meeting: {weekday: sat, from: \"13:00\", to: \"15:00\"}\n"), []string{`:6: schools[0].eht_meeting.weekday: "sat" is no school weekday; write mon, tue, wed, thu or fri`}},
		{"meeting without its time", add("    eht_meeting: {weekday: tue}\n"), []string{
			`:6: schools[0].eht_meeting.from: is missing; write one such as "13:00"`,
			`:6: schools[0].eht_meeting.to: is missing; write one such as "15:00"`,
		}},
		{"meeting in wrong weeks", add("    eht_meeting: {weekday: tue, from: \"13:00\", to: \"15:00\", weeks: odds}\n"), []string{`:6: schools[0].eht_meeting.weeks: "odds" is not known here; did you mean odd?`}},
		{"meeting figures out of bounds", add("    eht_meeting:\n      weekday: tue\n      from: \"13:00\"\n      to: \"15:00\"\n      quorum: 0\n      max_items: 51\n      cutoff_days: -1\n"), []string{
			`:10: schools[0].eht_meeting.quorum: "0" is no whole number from 1 to 20; write one such as 1`,
			`:11: schools[0].eht_meeting.max_items: "51" is no whole number from 1 to 50; write one such as 8`,
			`:12: schools[0].eht_meeting.cutoff_days: "-1" is no whole number from 0 to 10; write one such as 1`,
		}},
		{"buffer in words", add("    buffer_min: five\n"), []string{`:6: schools[0].buffer_min: "five" is no whole number from 0 to 60; write one such as 5`}},
		{"buffer with a point", add("    buffer_min: 5.5\n"), []string{`:6: schools[0].buffer_min: "5.5" is no whole number from 0 to 60; write one such as 5`}},
		{"buffer of a day", add("    buffer_min: 1440\n"), []string{`:6: schools[0].buffer_min: "1440" is no whole number from 0 to 60; write one such as 5`}},
		{"term without its second form", add("    terms: {team: {name: trygghetsteam}}\n"), []string{":6: schools[0].terms.team.definite: is missing; write one such as trygghetsteamet"}},
		{"term as one word", add("    terms: {team: trygghetsteamet}\n"), []string{":6: schools[0].terms.team: is a single value and should be keys with values; write such as {name: trygghetsteam, definite: trygghetsteamet}"}},
		{"term unknown", add("    terms: {teem: {name: a, definite: b}}\n"), []string{":6: schools[0].terms.teem: unknown key; did you mean team?"}},
		{"import at noon", add("import: {dir: /srv/in, at: noon}\n"), []string{`:6: import.at: "noon" is no time of day; write it in quotes as HH:MM, such as "07:30"`}},
		{"host as an address of a page", add("calendars: {allow_hosts: [\"https://kalender.kommun.example/x\"]}\n"), []string{`:6: calendars.allow_hosts[0]: "https://kalender.kommun.example/x" is no host; write its name or address alone, such as kalender.kommun.example`}},
		{"host with a password", add("calendars: {allow_hosts: [\"https://anna:hemligt@kalender.example\"]}\n"), []string{":6: calendars.allow_hosts[0]: what looks like a secret (not shown) is no host; write its name or address alone, such as kalender.kommun.example"}},
		{"retention in words", add("retention: {days: {deliveries: ninety}}\n"), []string{`:6: retention.days.deliveries: "ninety" is no whole number from 1 to 36500; write one such as 90`}},
		{"retention of nothing", add("retention: {days: {Deliveries 2: 0}}\n"), []string{
			`:6: retention.days."Deliveries 2": is no kind of record; write one such as deliveries: 90`,
			`:6: retention.days."Deliveries 2": "0" is no whole number from 1 to 36500; write one such as 90`,
		}},
		{"ladder without anything", add("ladders: [{id: own}]\n"), []string{
			":6: ladders[0].country: is missing; write one such as SE",
			":6: ladders[0].version: is missing; write one such as 1",
			":6: ladders[0].valid_from: is missing; write one such as 2026-08-17",
			":6: ladders[0].steps: is missing; write at least one, such as {n: 1, when: …, acts: mentor, do: …, due: 3}",
		}},
		{"ladder with a built-in id", step("own", "se-gy"), []string{":7: ladders[0]: se-gy is the id of a built-in ladder; give this one an id of its own, such as alen-2026"}},
		{"ladder twice", smallConfig + smallLadder + strings.TrimPrefix(smallLadder, "ladders:\n"), []string{":17: ladders[1]: the id own is also that of the ladder on line 7; give each ladder its own"}},
		{"ladder step from 2", step("- n: 1", "- n: 2"), []string{":12: ladders[0].steps[0]: the first step is n: 2; number the steps from 0 or 1"}},
		{"ladder steps out of order", step("        due: 3\n", "        due: 3\n      - {n: 3, when: [{measure: step_open, at_least: 10}], acts: eht, do: {sv: Möte}, due: 5}\n"), []string{":17: ladders[0].steps[1]: n: 3 follows n: 1; number the steps one by one"}},
		{"ladder step without anything", step("- n: 1", "- followup: 5") + "      - {n: 2}\n", []string{
			":12: ladders[0].steps[0].n: is missing; write the step's number, such as n: 1",
			":17: ladders[0].steps[1].when: is missing; write one such as [{measure: total_pct, at_least: 10, window: 20}]",
			":17: ladders[0].steps[1].acts: is missing; write one such as mentor",
			":17: ladders[0].steps[1].do: is missing; write one such as {sv: Ring hem}",
			":17: ladders[0].steps[1].due: is missing; write one such as 3",
		}},
		{"measure misspelt", step("total_pct", "total_pc"), []string{`:13: ladders[0].steps[0].when[0].measure: "total_pc" is not known here; did you mean total_pct?`}},
		{"measure unknown", step("total_pct", "mood"), []string{`:13: ladders[0].steps[0].when[0].measure: "mood" is not known here; known are days, days_in_row, invalid_lessons, invalid_min, late, occasions, single_lessons, step_open, subject_limit_pct, total_pct, unreported_lessons`}},
		{"measure without a window", step(", window: 20", ""), []string{":13: ladders[0].steps[0].when[0].window: is missing; total_pct is counted over one: a number of school days, month, term or year"}},
		{"window unknown", step("window: 20", "window: 20d"), []string{`:13: ladders[0].steps[0].when[0].window: "20d" is no window; write a number of school days, such as 20, or month, term or year`}},
		{"percentage above 100", step("at_least: 10", "at_least: 110"), []string{`:13: ladders[0].steps[0].when[0].at_least: "110" is no percentage; write a number above 0 and up to 100, such as 10 or 7.5`}},
		{"percentage not a number", step("at_least: 10", "at_least: NaN"), []string{`:13: ladders[0].steps[0].when[0].at_least: "NaN" is no percentage; write a number above 0 and up to 100, such as 10 or 7.5`}},
		{"half a day", step("measure: total_pct, at_least: 10", "measure: days, at_least: 2.5"), []string{`:13: ladders[0].steps[0].when[0].at_least: "2.5" is no whole number from 1 to 100000; write one such as 10`}},
		{"role unknown", step("acts: mentor", "acts: [mentor, coach]"), []string{`:14: ladders[0].steps[0].acts[1]: "coach" is not known here; known are mentor, eht, principal, admin`}},
		{"step in a strange language", step("{sv: Ring hem}", "{fi: Soita}"), []string{":15: ladders[0].steps[0].do.fi: unknown key; known are sv, nb, nn"}},
		{"escalation to nobody", step("due: 3", "due: 3\n        escalate: {after: -1}"), []string{
			":17: ladders[0].steps[0].escalate.to: is missing; write one such as eht",
			`:17: ladders[0].steps[0].escalate.after: "-1" is no whole number from 0 to 200; write one such as 3`,
		}},
		{"tab", "schools:\n\t- id: alen\n", []string{":2: this is not YAML (found character that cannot start any token); check indentation (spaces, no tabs), quotes and brackets"}},
		{"wrong indentation", edit("    name", "   name"), []string{":3: this is not YAML (did not find expected '-' indicator); check indentation (spaces, no tabs), quotes and brackets"}},
		{"colon within a value", edit("Ålenskolan", "Ålenskolan: 7-9"), []string{":3: this is not YAML (mapping values are not allowed in this context); check indentation (spaces, no tabs), quotes and brackets"}},
		{"quote left open", edit("Ålenskolan", "\"Ålenskolan"), []string{":3: this is not YAML (found unexpected end of stream); check indentation (spaces, no tabs), quotes and brackets"}},
		{"bracket left open", edit("}]", "}"), []string{":5: this is not YAML (did not find expected ',' or ']'); check indentation (spaces, no tabs), quotes and brackets"}},
		{"unknown alias", edit("Ålenskolan", "*skola"), []string{":3: this is not YAML (unknown anchor 'skola' referenced); check indentation (spaces, no tabs), quotes and brackets"}},
		{"Windows-1252", edit("Å", "\xc5"), []string{":3: this line is not UTF-8; save the file as UTF-8"}},
		{"two documents", add("---\nschools: []\n"), []string{":6: a second YAML document begins here; keep one, without a line ---"}},
		{"faults in the order of lines", strings.NewReplacer("SE", "DK", "2027-06-11", "2026-06-11").Replace(smallConfig) + "    buffer_min: -1\nimports: {}\n", []string{
			`:4: schools[0].country: "DK" is no country that Lotsen knows; write SE or "NO"`,
			":5: schools[0].school_years[0]: start 2026-08-17 must lie before end 2026-06-11, at most 366 days; write one such as {start: 2026-08-17, end: 2027-06-11}",
			`:6: schools[0].buffer_min: "-1" is no whole number from 0 to 60; write one such as 5`,
			":7: imports: unknown key; did you mean import?",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := parseConfig("lotsen.yaml", []byte(tt.file))
			if err == nil {
				t.Fatalf("parseConfig(%q) = %+v, want faults", tt.file, c)
			}
			want := "lotsen.yaml" + strings.Join(tt.want, "\nlotsen.yaml")
			if diff := cmp.Diff(want, err.Error()); diff != "" {
				t.Errorf("parseConfig(%q) differs (-want +got):\n%s", tt.file, diff)
			}
			if diff := cmp.Diff(config{}, c); diff != "" {
				t.Errorf("parseConfig(%q) returns half a configuration:\n%s", tt.file, diff)
			}
		})
	}
}

func TestReadConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.yaml")
	if _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "config example") {
		t.Errorf("readConfig(a missing file) = %v, want its path and where to get one", err)
	}
	if err := os.WriteFile(path, configExample, 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := readConfig(path); err != nil || len(c.Schools) != 2 {
		t.Errorf("readConfig(the example) = %d schools, %v, want 2", len(c.Schools), err)
	}
	if err := os.WriteFile(path, []byte("schools: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readConfig(path); err == nil || !strings.HasPrefix(err.Error(), path+":1: ") {
		t.Errorf("readConfig(a faulty file) = %v, want a fault that begins with path and line", err)
	}
}

// TestParseConfigFindsTheBrokenLine breaks a long file at some of its schools.
func TestParseConfigFindsTheBrokenLine(t *testing.T) {
	const school = "  - id: s%d\n    name: Skola\n    country: SE\n    school_years: [\n      {start: 2026-08-17,\n       end: 2027-06-11}]\n"
	var lines []string
	for i := range 40 {
		lines = append(lines, strings.SplitAfter(fmt.Sprintf(school, i), "\n")[:6]...)
	}
	if _, err := parseConfig("f", []byte("schools:\n"+strings.Join(lines, ""))); err != nil {
		t.Fatalf("parseConfig(forty schools) = %v", err)
	}
	for i := 1; i < len(lines); i += 5 * 6 {
		for _, broken := range []string{"   name: Skola\n", "    name: \"Skola\n", "\tname: Skola\n", "    name: [Skola\n"} {
			file := slices.Clone(lines)
			file[i] = broken
			_, err := parseConfig("f", []byte("schools:\n"+strings.Join(file, "")))
			if want := fmt.Sprintf("f:%d: this is not YAML", i+2); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("parseConfig(%q at line %d) = %v, want %q", broken, i+2, err, want)
			}
		}
	}
}

// TestConfigSamplesAreRight holds that what a fault tells people to write is accepted: each sample
// takes the place of the example's own value.
func TestConfigSamplesAreRight(t *testing.T) {
	doc := exampleTree(t)
	done := map[string]bool{}
	walkConfig(doc.Content[0], "file", func(kind string, i int, n *yaml.Node) {
		name := kind + "." + n.Content[i].Value
		at := slices.IndexFunc(allConfigKeys()[kind], func(k configKey) bool { return k.name == n.Content[i].Value })
		if at < 0 || done[name] {
			return
		}
		done[name] = true
		sample := allConfigKeys()[kind][at].sample
		if strings.Contains(sample, "…") {
			return // it stands for too much to be written out in a sentence
		}
		var value yaml.Node
		if err := yaml.Unmarshal([]byte(sample), &value); err != nil {
			t.Fatalf("sample of %s: %v", name, err)
		}
		own := n.Content[i+1]
		n.Content[i+1] = value.Content[0]
		file, err := yaml.Marshal(&doc)
		n.Content[i+1] = own
		if err != nil {
			t.Fatalf("write %s: %v", name, err)
		}
		if _, err := parseConfig("example", file); err != nil {
			t.Errorf("parseConfig with the sample %s for %s = %v", sample, name, err)
		}
	})
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(smallConfig)) // the example would be too long: making inputs smaller takes all the time
	f.Add([]byte(smallConfig + "    ladder: own\n" + smallLadder))
	for _, seed := range []string{"a: &x [*x]", "<<: *a", "&a [*a, *a]", "? [a]\n: b", "schools:\n\t- id: a", "schools: [{id: \xe5}]", "---\n---\n", "!!binary x: y", "schools: &s [*s]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseConfig("f", data)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f:") {
					t.Errorf("parseConfig(%q) has a fault of several lines or without a place: %q", data, line)
				}
			}
			return
		}
		if len(c.Schools) == 0 {
			t.Errorf("parseConfig(%q) accepts a file without schools", data)
		}
		for _, s := range c.Schools {
			if s.ID == "" || s.Name == "" || s.Zone == nil || s.Language == "" || s.Ladder == "" || len(s.Years) == 0 || s.Work.From >= s.Work.To {
				t.Errorf("parseConfig(%q) accepts half a school: %+v", data, s)
			}
		}
	})
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
