package main

import (
	"context"

	"lotsen/handlers"
	"lotsen/internal/calendar"
	"lotsen/internal/chart"
	"lotsen/internal/slackapi"
)

// calendarFile is what a meeting's file is called: a calendar opens it, and tells nobody what it is about.
const calendarFile = "lotsen.ics"

// sendFile makes the file of an answer, a picture or an invitation, and sends it to the person, who does not wait for it
// with the answer.
func (d *dispatcher) sendFile(a *act, reply handlers.Reply) {
	var made func() (slackapi.File, error)
	var failed string // the text that says that it could not be sent
	switch {
	case reply.Picture != nil:
		made, failed = func() (slackapi.File, error) { return pictureFile(reply.Picture) }, "report_no_picture"
	case reply.Invitation != nil:
		made, failed = func() (slackapi.File, error) { return d.invitationFile(reply.Invitation) }, "meeting_no_file"
	default:
		return
	}
	d.later(func(ctx context.Context) {
		file, err := made()
		if err == nil {
			err = d.slack.SendFile(ctx, a.surface.slackID, file)
		}
		if err == nil {
			return
		}
		d.log.Warn("file not sent", "request", a.request.ID, "error", err)
		if a.surface.responseURL != "" {
			_ = d.show(ctx, a, d.app.Say(failed, reply.Lang)) // which logs it
		}
	})
}

func pictureFile(p *handlers.Picture) (slackapi.File, error) {
	png, err := chart.Chart{Title: p.Title, Lines: chart.Panel(p.Lines), Bars: chart.Panel(p.Bars)}.PNG()
	return slackapi.File{Name: "lotsen.png", Title: p.Title, Alt: p.Alt, Content: png}, err
}

func (d *dispatcher) invitationFile(i *handlers.Invitation) (slackapi.File, error) {
	ics, err := calendar.Invitation(i.Feed, calendarWords(d.app, i.Feed.Lang))
	return slackapi.File{Name: calendarFile, Title: i.Title, Content: ics}, err
}
