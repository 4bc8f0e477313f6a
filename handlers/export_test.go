package handlers

import "context"

// What the tests look at by itself.
var (
	Escape       = escape
	Quote        = quote
	Split        = split
	Shorten      = shorten
	StudentLabel = studentLabel
)

const (
	BlocksMax  = blocksMax
	ButtonMax  = buttonMax
	ButtonsMax = buttonsMax
	LabelShown = labelShown
	SectionMax = sectionMax
	TitleMax   = titleMax
)

func (a *App) Decode(ctx context.Context, text string) (string, error) { return a.decode(ctx, text) }
