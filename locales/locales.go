// Package locales is what the bot says: its texts in Swedish, Bokmål and Nynorsk, each written
// by hand in a file of its own, and dates, clock times and lists as each language writes them.
package locales

import (
	"embed"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed active.*.toml
var files embed.FS

// Languages are the codes of all languages, each with a file active.<code>.toml.
var Languages = []string{"sv", "nb", "nn"}

// Texts are the texts of all languages.
type Texts struct {
	voices map[string]*Voice
}

// Load reads the embedded files. An error means that a file is malformed.
func Load() (*Texts, error) {
	bundle := i18n.NewBundle(language.Swedish)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	t := &Texts{voices: map[string]*Voice{}}
	for _, lang := range Languages {
		file, err := bundle.LoadMessageFileFS(files, "active."+lang+".toml")
		if err != nil {
			return nil, fmt.Errorf("load the texts of %s: %w", lang, err)
		}
		t.voices[lang] = &Voice{plain: plainOf(file.Messages)}
	}
	for lang, v := range t.voices {
		v.localizer = i18n.NewLocalizer(bundle, lang)
		v.weekdays = strings.Fields(v.Text("weekdays_short", nil))
		v.months = strings.Fields(v.Text("months_short", nil))
		if len(v.weekdays) != 7 || len(v.months) != 12 {
			return nil, fmt.Errorf("load the texts of %s: weekdays_short wants 7 words and months_short 12", lang)
		}
	}
	return t, nil
}

// plainOf are the texts without placeholders, which need no work to be said.
func plainOf(messages []*i18n.Message) map[string]string {
	plain := map[string]string{}
	for _, m := range messages {
		if !strings.Contains(m.Other, "{{") {
			plain[m.ID] = m.Other
		}
	}
	return plain
}

// In returns the voice of a language; that of Swedish for a language without a file.
func (t *Texts) In(lang string) *Voice {
	if v, ok := t.voices[lang]; ok {
		return v
	}
	return t.voices[Languages[0]]
}

// All returns a text in every language, in the order of Languages.
func (t *Texts) All(id string) []string {
	all := make([]string, len(Languages))
	for i, lang := range Languages {
		all[i] = t.voices[lang].Text(id, nil)
	}
	return all
}

// Args fill the placeholders of a text.
type Args = map[string]any

// Voice speaks one language. It is safe for concurrent use.
type Voice struct {
	plain            map[string]string
	localizer        *i18n.Localizer
	weekdays, months []string // Sunday and January first
}

// Text returns the text with that id. An id that no file has comes back in brackets, so that
// it is seen; a test keeps the code's ids and the files together.
func (v *Voice) Text(id string, args Args) string {
	if s, ok := v.plain[id]; ok {
		return s
	}
	return v.localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: args})
}

// Count returns the text for n things, in the plural form that n takes; {{.N}} in it is n, and more
// fill its other placeholders.
func (v *Voice) Count(id string, n int, more ...Args) string {
	args := Args{"N": n}
	for _, m := range more {
		maps.Copy(args, m)
	}
	return v.localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: n, TemplateData: args})
}

func (v *Voice) localize(c *i18n.LocalizeConfig) string {
	s, err := v.localizer.Localize(c)
	if err != nil {
		return "[" + c.MessageID + "]"
	}
	return s
}

// Date writes a day ("tis 1 dec"), with its year if that is not the year of now. Both are taken
// in the zone that they carry.
func (v *Voice) Date(day, now time.Time) string {
	id := "date"
	if day.Year() != now.Year() {
		id = "date_with_year"
	}
	return v.Text(id, Args{"Weekday": v.weekdays[day.Weekday()], "Day": day.Day(),
		"Month": v.months[day.Month()-1], "Year": day.Year()})
}

// Clock writes a time of day ("kl. 14.30"), in the zone that t carries.
func (v *Voice) Clock(t time.Time) string {
	return v.Text("clock", Args{"Hour": t.Format("15"), "Minute": t.Format("04")})
}

// List joins items with commas and an "and" before the last.
func (v *Voice) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return v.Text("list_and", Args{"Items": strings.Join(items[:last], ", "), "Last": items[last]})
}
