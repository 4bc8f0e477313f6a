package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"

	"lotsen/handlers"
	"lotsen/internal/slackapi"
	"lotsen/locales"
)

type manifestCmd struct {
	Lang string `default:"sv" enum:"sv,nb,nn" help:"Language of descriptions: sv, nb or nn."`
	URL  string `name:"url" placeholder:"URL" help:"Where Slack reaches the bot, such as https://lotsen.example.se. Without it the app uses Socket Mode."`
}

// Run prints the manifest.
func (m manifestCmd) Run(_ context.Context, p *program) error {
	at, err := url.Parse(m.URL)
	if err != nil || m.URL != "" && (at.Scheme != "https" || at.Host == "") {
		return fmt.Errorf("%q is no address that Slack can reach. Give the bot's, for example --url https://lotsen.example.se, or none for Socket Mode", m.URL)
	}
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	out, err := yaml.Marshal(manifest(texts, m.Lang, strings.TrimSuffix(m.URL, "/")))
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	say(p.stdout, "%s", out)
	return nil
}

// manifest is the Slack app that this program is, made from the lists that it routes by
// (docs.slack.dev/reference/app-manifest). Without a base URL it is for Socket Mode.
func manifest(texts *locales.Texts, lang, base string) slack.Manifest {
	voice := texts.In(lang)
	at := func(path string) string {
		if base == "" {
			return ""
		}
		return base + path
	}
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 1},
		Display: slack.Display{
			Name:            "Lotsen",
			Description:     voice.Text("app_description", nil),
			BackgroundColor: "#1d4e5f",
		},
		Features: slack.Features{
			// Reminders are read in the messages tab, and answered there.
			AppHome: slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true, MessagesTabReadOnlyEnabled: false},
			BotUser: slack.BotUser{DisplayName: "Lotsen", AlwaysOnline: true},
		},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: at(pathEvents), BotEvents: eventTypes()},
			SocketModeEnabled:  base == "",
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: at(pathInteractions), MessageMenuOptionsUrl: at(pathInteractions)},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: append([]string{"commands"}, slackapi.Scopes...)}}, // "commands" is for slash commands
	}
	for _, sc := range (&handlers.App{}).Shortcuts() {
		kind := slack.GlobalShortcut
		if sc.OnMessage {
			kind = slack.MessageShortcut
		}
		m.Features.Shortcuts = append(m.Features.Shortcuts, slack.Shortcut{
			Name: voice.Text("shortcut_"+sc.ID+"_name", nil), Description: voice.Text("shortcut_"+sc.ID+"_description", nil),
			CallbackID: sc.ID, Type: kind,
		})
	}
	for _, c := range (&handlers.App{}).Commands() {
		for _, name := range c.Names() {
			m.Features.SlashCommands = append(m.Features.SlashCommands, slack.ManifestSlashCommand{
				Command:      "/" + name,
				Url:          at(pathCommands),
				Description:  voice.Text("command_"+c.Name+"_description", nil),
				UsageHint:    voice.Text("command_"+c.Name+"_usage", nil),
				ShouldEscape: true,
			})
		}
	}
	return m
}
