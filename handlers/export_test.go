package handlers

import (
	"context"

	"lotsen/internal/care"
)

// What the tests look at by itself.
var (
	Escape       = escape
	Quote        = quote
	Split        = split
	Shorten      = shorten
	StudentLabel = studentLabel
	Decimal      = decimal
)

const (
	BlocksMax  = blocksMax
	ButtonMax  = buttonMax
	ButtonsMax = buttonsMax
	LabelShown = labelShown
	RowMax     = rowMax
	SectionMax = sectionMax
	TitleMax   = titleMax
)

func (a *App) Decode(ctx context.Context, text string) (string, error) { return a.decode(ctx, text) }

func (a *App) Figure(req Request, school care.School, f care.Fact) string {
	return a.figure(req, school, f)
}

func (a *App) AbsentDay(req Request, school care.School, d care.AbsenceDay) string {
	return a.absentDay(req, school, d)
}
