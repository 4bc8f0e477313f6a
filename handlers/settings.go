package handlers

import (
	"context"

	"lotsen/internal/care"
)

const (
	modalSettings  = "settings"
	actionSettings = "settings.open"
	fieldLanguage  = "language"
)

// settingsClick handles the button [Inställningar] of App Home.
func (a *App) settingsClick(_ context.Context, req Request) (Reply, error) {
	return a.openSettings(req), nil
}

// openSettings opens the modal "settings".
func (a *App) openSettings(req Request) Reply {
	voice := a.voice(req)
	m := modal(voice, modalSettings, voice.Text("settings_title", nil))
	name := func(l care.Lang) string { return upperFirst(voice.Text("language_"+string(l), nil)) }
	language := choice(fieldLanguage, voice.Text("field_choose", nil), care.Langs, name, req.Actor.Lang)
	m.Blocks.BlockSet = append(m.Blocks.BlockSet, input(fieldLanguage, voice.Text("field_language", nil), voice.Text("field_language_hint", nil), true, language))
	return Reply{Modal: m}
}

// submitSettings keeps what the modal says.
func (a *App) submitSettings(ctx context.Context, req Request) (Reply, error) {
	lang, ok := care.ParseLang(req.Form.option(fieldLanguage))
	if !ok {
		return Reply{}, &care.Error{Code: care.CodeFieldOdd, Field: fieldLanguage}
	}
	if err := a.Care.ChooseLanguage(ctx, req.Actor, lang, req.ID, req.Now); err != nil {
		return Reply{}, err
	}
	return a.languageSet(lang), nil
}
