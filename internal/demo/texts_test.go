package demo_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (w *world) texts() map[string]map[string]any {
	w.t.Helper()
	var about struct {
		Texts map[string]map[string]any `json:"texts"`
	}
	if err := json.Unmarshal([]byte(w.text("/api/demo")), &about); err != nil {
		w.t.Fatal(err)
	}
	return about.Texts
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func TestTextsAreThereInEveryLanguage(t *testing.T) {
	texts := start(t).texts()
	seen := map[string]string{}
	for _, lang := range []string{"sv", "nb", "nn"} {
		if len(texts[lang]) == 0 {
			t.Fatalf("no texts in %s", lang)
		}
		for key, value := range texts[lang] {
			if list, ok := value.([]any); ok {
				if slices.Contains(list, any("")) {
					t.Errorf("%s %s = %q, one is missing", lang, key, list)
				}
				continue
			}
			text := value.(string)
			if text == "" {
				t.Errorf("%s has no %s", lang, key)
			}
			if other := seen[text]; other != "" && len(text) > 30 {
				t.Errorf("%s and %s share %q", other, lang, text)
			}
			seen[text] = lang
			swedish, _ := texts["sv"][key].(string)
			if diff := cmp.Diff(placeholder.FindAllString(swedish, -1), placeholder.FindAllString(text, -1)); diff != "" {
				t.Errorf("placeholders of %s in %s (-sv +%s):\n%s", key, lang, lang, diff)
			}
		}
	}
}

// parts are the files that the page loads, all of one kind.
func (w *world) parts(kind string) []string {
	w.t.Helper()
	var names []string
	for _, m := range regexp.MustCompile(`(?:src|href)="([\w.]+`+kind+`)"`).FindAllStringSubmatch(w.text("/"), -1) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		w.t.Fatalf("the page loads no %s", kind)
	}
	return names
}

func (w *world) scripts() string {
	all := ""
	for _, name := range w.parts(".js") {
		all += w.text("/" + name)
	}
	return all
}

func TestPageUsesEveryText(t *testing.T) {
	w := start(t)
	var used []string
	for _, m := range regexp.MustCompile(`\bt\.(\w+)`).FindAllStringSubmatch(w.scripts(), -1) {
		used = append(used, m[1])
	}
	slices.Sort(used)
	var there []string
	for key := range w.texts()["sv"] {
		there = append(there, key)
	}
	slices.Sort(there)
	if diff := cmp.Diff(there, slices.Compact(used)); diff != "" {
		t.Errorf("texts that the page uses (-there +used):\n%s", diff)
	}
}

func TestPageNeedsNothingElseAndWritesNoHTML(t *testing.T) {
	w := start(t)
	page, own := w.text("/")+w.scripts(), append(w.parts(".css"), w.parts(".js")...)
	for _, name := range w.parts(".css") {
		page += w.text("/" + name)
	}
	for _, m := range regexp.MustCompile(`(?i)(?:src|href)="([^"]*)"|url\(|@import|https?://[^\s"']*`).FindAllStringSubmatch(page, -1) {
		allowed := slices.Contains(own, m[1]) || strings.HasPrefix(m[1], "#") || strings.HasPrefix(m[1], "data:") || m[0] == "http://www.w3.org/2000/svg"
		if !allowed {
			t.Errorf("the page names %q", m[0])
		}
	}
	for _, way := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "createContextualFragment", "setHTML", "eval(", "new Function", " style=", "onclick=\""} {
		if strings.Contains(page, way) {
			t.Errorf("the page uses %s", way)
		}
	}
}
