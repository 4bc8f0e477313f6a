package locales_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"lotsen/locales"
)

// catalogue is a language's file: its texts by key, and by key and plural form ("list_more one")
// where a text has several.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("active." + lang + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var entries map[string]any
	if err := toml.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for key, entry := range entries {
		switch entry := entry.(type) {
		case string:
			texts[key] = entry
		case map[string]any:
			for form, text := range entry {
				texts[key+" "+form], _ = text.(string)
			}
		}
	}
	return texts
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func TestLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	placeholders := func(lang string) map[string]string {
		all := map[string]string{}
		for key, text := range catalogue(t, lang) {
			var names []string
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				names = append(names, m[1])
			}
			slices.Sort(names)
			all[key] = strings.Join(slices.Compact(names), " ")
			if strings.Count(text, "{{") != len(placeholder.FindAllString(text, -1)) {
				t.Errorf("%s: %s has a placeholder of another form than {{.Name}}", lang, key)
			}
		}
		return all
	}
	want := placeholders("sv")
	for _, lang := range locales.Languages[1:] {
		if diff := cmp.Diff(want, placeholders(lang)); diff != "" {
			t.Errorf("sv (-) and %s (+) differ in keys or placeholders:\n%s", lang, diff)
		}
	}
}

// A shared sentence this long was copied, not written; shorter ones can be right in two languages.
const sharedMax = 25

func TestLanguagesShareNoSentence(t *testing.T) {
	var (
		command = regexp.MustCompile("`[^`]*`")
		end     = regexp.MustCompile(`[.!?:;]\s|\n`)
	)
	said := map[string]string{} // sentence → language and key
	for _, lang := range locales.Languages {
		for key, text := range catalogue(t, lang) {
			if strings.HasSuffix(key, "_short") {
				continue // lists of words
			}
			text = placeholder.ReplaceAllString(command.ReplaceAllString(text, "`"), "…")
			for _, sentence := range end.Split(text, -1) {
				sentence = strings.Trim(sentence, " .*`")
				if len([]rune(sentence)) <= sharedMax {
					continue
				}
				if other, ok := said[sentence]; ok && other[:2] != lang {
					t.Errorf("%s and %s %s share %q", other, lang, key, sentence)
				}
				said[sentence] = lang + " " + key
			}
		}
	}
}

// foreign is what shows that a text stands in the wrong file.
var foreign = map[string]*regexp.Regexp{
	"sv": regexp.MustCompile(`(?i)[æø]|[«»„“‘"]|\b(jeg|eg|du kan sjå|ikke|ikkje|og|på nytt|registrert|tiltak)\b`),
	"nb": regexp.MustCompile(`EHT|(?i)[äö]|[”„“‘"]|\b(eg|ikkje|kva|kven|kvifor|frå|noko|nokon|berre|vere|meir|namn|morgon|enno|skulen|heim|kjem|skriv eg|elevar|fleire|dei|ein|eit|insats|och|jag)\b`),
	"nn": regexp.MustCompile(`EHT|(?i)[äö]|[”„“‘"]|\b(jeg|ikke|hva|hvem|hvorfor|fra|noe|noen|bare|være|mer|navn|morgen|ennå|skolens|hjem|kommer|elever|flere|de|en|et|blant elevene|insats|och|jag)\b`),
}

func TestTextsAreTidy(t *testing.T) {
	for _, lang := range locales.Languages {
		for key, text := range catalogue(t, lang) {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", lang, key)
			}
			for line := range strings.Lines(text) {
				if line = strings.TrimSuffix(line, "\n"); line != strings.TrimSpace(line) {
					t.Errorf("%s: %s has space around the line %q", lang, key, line)
				}
			}
			if strings.HasSuffix(text, "\n") || strings.ContainsAny(text, "\t\r\u00a0") {
				t.Errorf("%s: %s ends with an empty line or has an odd space", lang, key)
			}
			if odd := foreign[lang].FindString(text); odd != "" {
				t.Errorf("%s: %s has %q, which is not of this language: %s", lang, key, odd, text)
			}
			if strings.Count(text, "`")%2 != 0 || strings.Count(text, "*")%2 != 0 {
				t.Errorf("%s: %s opens a mark that it does not close: %s", lang, key, text)
			}
			if strings.Count(text, "«") != strings.Count(text, "»") || strings.Count(text, "”")%2 != 0 {
				t.Errorf("%s: %s opens a quotation that it does not close: %s", lang, key, text)
			}
		}
	}
}

// Slack's limits, and what of a text is seen without a click (docs.slack.dev/reference).
func TestTextsFitInSlack(t *testing.T) {
	limits := []struct {
		key  *regexp.Regexp
		most int
	}{
		{regexp.MustCompile(`^app_description$`), 140},
		{regexp.MustCompile(`^command_\w+_description$`), 80},
		{regexp.MustCompile(`^command_\w+_usage$`), 60},
		{regexp.MustCompile(`^(button|kind)_`), 30},
		{regexp.MustCompile(`^modal_|^settings_title$|^shortcut_\w+_name$`), 24},
		{regexp.MustCompile(`^shortcut_\w+_description$`), 150},
		{regexp.MustCompile(`^(level|partner|outcome)_`), 60},
		{regexp.MustCompile(`.`), 3000},
	}
	for _, lang := range locales.Languages {
		for key, text := range catalogue(t, lang) {
			for _, limit := range limits {
				if n := len(utf16.Encode([]rune(text))); limit.key.MatchString(key) && n > limit.most {
					t.Errorf("%s: %s has %d characters, want at most %d", lang, key, n, limit.most)
				}
			}
			if strings.HasPrefix(key, "command_") && strings.Contains(text, "\n") {
				t.Errorf("%s: %s has several lines", lang, key)
			}
		}
	}
}
