package main

import (
	"context"

	"lotsen/handlers"
	"lotsen/internal/chart"
	"lotsen/internal/slackapi"
)

// sendPicture draws the picture of an answer and sends it to the person, who does not wait for it with the answer.
func (d *dispatcher) sendPicture(a *act, reply handlers.Reply) {
	if reply.Picture == nil {
		return
	}
	d.later(func(ctx context.Context) {
		p := reply.Picture
		png, err := chart.Chart{Title: p.Title, Lines: chart.Panel(p.Lines), Bars: chart.Panel(p.Bars)}.PNG()
		if err == nil {
			err = d.slack.SendPicture(ctx, a.surface.slackID, slackapi.Picture{Name: "lotsen.png", Title: p.Title, Alt: p.Alt, PNG: png})
		}
		if err == nil {
			return
		}
		d.log.Warn("picture not sent", "request", a.request.ID, "error", err)
		if a.surface.responseURL != "" {
			_ = d.show(ctx, a, d.app.Say("report_no_picture", reply.Lang)) // which logs it
		}
	})
}
