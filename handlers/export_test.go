package handlers

import (
	"context"
	"time"

	"github.com/slack-go/slack"

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

func (a *App) SlotsModal(req Request, offer care.MeetingOffer) *slack.ModalViewRequest {
	return a.slotsModal(req, offer, modalState{}, "")
}

func (a *App) SlotTaken(req Request, offer care.MeetingOffer, place string) *slack.ModalViewRequest {
	return a.slotTaken(req, offer, modalState{Base: 1}, place)
}

func (a *App) MeetingDetails(req Request, v care.MeetingView) []slack.Block {
	return a.meetingDetails(req, v)
}

func (a *App) MeetingDone(req Request, v care.MeetingView, to string, start time.Time) Reply {
	return a.meetingDone(req, v, to, start)
}

func (a *App) MeetingRow(req Request, v care.MeetingView) slack.Block { return a.meetingRow(req, v) }
