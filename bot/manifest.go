package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"

	"lotsen/handlers"
	"lotsen/internal/slackapi"
	"lotsen/locales"
)

type manifestCmd struct {
	Lang string `default:"sv" enum:"sv,nb,nn" help:"Language of descriptions: sv, nb or nn."`
	URL  string `required:"" help:"Where Slack reaches the bot, such as https://lotsen.example.se."`
}

// Run prints the manifest.
func (m manifestCmd) Run(_ context.Context, p *program) error {
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	out, err := yaml.Marshal(manifest(texts, m.Lang, m.URL))
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	say(p.stdout, "%s", out)
	return nil
}

// manifest is the Slack app that this program is, made from the lists that it routes by
// (docs.slack.dev/reference/app-manifest).
func manifest(texts *locales.Texts, lang, url string) slack.Manifest {
	voice := texts.In(lang)
	url = strings.TrimSuffix(url, "/")
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 1},
		Display: slack.Display{
			Name:            "Lotsen",
			Description:     voice.Text("app_description", nil),
			BackgroundColor: "#1d4e5f",
		},
		Features: slack.Features{BotUser: slack.BotUser{DisplayName: "Lotsen", AlwaysOnline: true}},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: url + pathEvents, BotEvents: eventTypes()},
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: url + pathInteractions},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: append([]string{"commands"}, slackapi.Scopes...)}}, // "commands" is for slash commands
	}
	for _, c := range (&handlers.App{}).Commands() {
		for _, name := range c.Names() {
			m.Features.SlashCommands = append(m.Features.SlashCommands, slack.ManifestSlashCommand{
				Command:      "/" + name,
				Url:          url + pathCommands,
				Description:  voice.Text("command_"+c.Name+"_description", nil),
				UsageHint:    voice.Text("command_"+c.Name+"_usage", nil),
				ShouldEscape: true,
			})
		}
	}
	return m
}
