package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"

	"lotsen/handlers"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/locales"
)

// The limits are those of docs.slack.dev/reference/app-manifest.
func TestManifest(t *testing.T) {
	for _, lang := range locales.Languages {
		t.Run(lang, func(t *testing.T) {
			w := &world{t: t}
			out, code := w.run("manifest", "--lang", lang, "--url", "https://lotsen.example.se/")
			if code != 0 {
				t.Fatalf("manifest: exit %d\n%s", code, out)
			}
			var m slack.Manifest
			dec := yaml.NewDecoder(strings.NewReader(out))
			dec.KnownFields(true)
			if err := dec.Decode(&m); err != nil {
				t.Fatal(err)
			}
			if n := utf8.RuneCountInString(m.Display.Description); n == 0 || n > 140 {
				t.Errorf("description has %d characters, want 1 to 140", n)
			}
			var names []string
			for _, c := range m.Features.SlashCommands {
				names = append(names, c.Command)
				if !regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`).MatchString(c.Command) {
					t.Errorf("command %s is not of the form that Slack takes", c.Command)
				}
				if c.Url != "https://lotsen.example.se/slack/commands" || !c.ShouldEscape {
					t.Errorf("command %s: url %s, should_escape %v", c.Command, c.Url, c.ShouldEscape)
				}
				if c.Description == "" || c.UsageHint == "" || strings.Contains(c.Description+c.UsageHint, "[") {
					t.Errorf("command %s: description %q, usage %q", c.Command, c.Description, c.UsageHint)
				}
			}
			if want := routedCommands(); !slices.Equal(names, want) {
				t.Errorf("commands = %v, want those that are routed: %v", names, want)
			}
			var shortcuts []string
			for _, sc := range m.Features.Shortcuts {
				shortcuts = append(shortcuts, string(sc.Type)+" "+sc.CallbackID)
				if n := utf8.RuneCountInString(sc.Name); n == 0 || n > 24 || strings.Contains(sc.Name, "[") {
					t.Errorf("shortcut %s is called %q, want 1 to 24 characters", sc.CallbackID, sc.Name)
				}
				if n := utf8.RuneCountInString(sc.Description); n == 0 || n > 150 {
					t.Errorf("shortcut %s is described with %d characters, want 1 to 150", sc.CallbackID, n)
				}
			}
			if want := []string{"global log_intervention", "global book_meeting", "message log_message"}; !slices.Equal(shortcuts, want) {
				t.Errorf("shortcuts = %q, want %q", shortcuts, want)
			}
			// Who writes to the bot must be heard: its messages are to be read only until it is told of answers.
			heard := slices.Contains(eventTypes(), "message.im")
			if home := m.Features.AppHome; !home.HomeTabEnabled || !home.MessagesTabEnabled || home.MessagesTabReadOnlyEnabled == heard {
				t.Errorf("app_home = %+v, want both tabs, the messages to be written in: %v", home, heard)
			}
			// Searches come to an address of their own.
			const interactions = "https://lotsen.example.se/slack/interactions"
			if i := m.Settings.Interactivity; !i.IsEnabled || i.RequestUrl != interactions || i.MessageMenuOptionsUrl != interactions {
				t.Errorf("interactivity = %+v, want %s for both", i, interactions)
			}
			if got := m.Settings.EventSubscriptions.BotEvents; !slices.Equal(got, eventTypes()) {
				t.Errorf("events = %v, want %v", got, eventTypes())
			}
			if want := append([]string{"commands"}, slackapi.Scopes...); !slices.Equal(m.OAuthConfig.Scopes.Bot, want) {
				t.Errorf("scopes = %v, want %v", m.OAuthConfig.Scopes.Bot, want)
			}
		})
	}
	t.Run("for Socket Mode", func(t *testing.T) {
		w := &world{t: t}
		out, code := w.run("manifest")
		if code != 0 || !strings.Contains(out, "socket_mode_enabled: true") || strings.Contains(out, "url") {
			t.Errorf("manifest without --url: exit %d, want Socket Mode and no address\n%s", code, out)
		}
	})
	t.Run("addresses", func(t *testing.T) {
		w := &world{t: t}
		for _, address := range []string{"http://lotsen.example.se", "lotsen.example.se", "https://"} {
			if out, code := w.run("manifest", "--url", address); code != 1 || !strings.Contains(out, "--url https://lotsen.example.se") {
				t.Errorf("manifest --url %q: exit %d\n%s", address, code, out)
			}
		}
	})
}

func routedCommands() []string {
	var names []string
	for _, c := range (&handlers.App{}).Commands() {
		for _, name := range c.Names() {
			names = append(names, "/"+name)
		}
	}
	return names
}

// TestScopesSuffice has the bot do everything that it does with no more than the manifest's scopes.
func TestScopesSuffice(t *testing.T) {
	w := newWorld(t)
	w.slack.SetScopes(append([]string{"commands"}, slackapi.Scopes...)...)
	w.serve()
	w.types("USEN", "/insats", "8B-M2X samtal")
	w.types("UFRAMLING", "/insats", "lista")
	w.opens("UANNA", "/insats", "")
	w.presses("UANNA", w.front("UANNA").ID, "intervention.more")
	w.openHome("UANNA")
	w.presses("UANNA", w.slack.Home("UANNA").ID, "student.names")
	w.await("a modal from App Home", func() bool { v := w.front("UANNA"); return v != nil && v.CallbackID == "" })
	w.presses("UANNA", w.front("UANNA").ID, "student.open", "8B-M2X")
	w.await("a modal on top", func() bool { return len(w.slack.Views("UANNA")) == 2 })
	if _, err := w.slack.UpdateUser(t.Context(), fakeslack.User{ID: "UBO", Name: "bo"}); err != nil {
		t.Fatal(err)
	}
	for _, call := range w.slack.Calls() {
		if call.Error == "missing_scope" {
			t.Errorf("%s lacks a scope", call.Method)
		}
	}
	w.check()
}
