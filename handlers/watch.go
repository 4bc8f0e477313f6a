package handlers

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// Watch is the message that tells those who run Lotsen, or a principal, that something does not work as it should.
func (a *App) Watch(w care.Watch, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	voice := a.voice(req)
	args := locales.Args{"School": escape(w.School.Name), "N": w.Days}
	instant := func(name string, t time.Time) {
		if t = t.In(w.School.Zone); !t.IsZero() {
			args[name] = voice.Date(t, now.In(w.School.Zone)) + " " + voice.Clock(t)
		}
	}
	instant("From", w.From)
	instant("To", w.To)
	if w.Day != "" {
		args["Date"] = a.day(req, w.School, w.Day)
	}
	what := ""
	switch w.What {
	case care.WatchChannel:
		text, what = voice.Text("watch_channel", nil), a.channelFault(req, *w.Channel, args)
	case care.WatchLate:
		text, what = voice.Count("watch_late", w.Late), voice.Text("watch_late_what", args)
	case care.WatchStopped:
		text, what = voice.Text("watch_stopped", nil), voice.Text("watch_stopped_what", args)+" "+voice.Text("watch_stopped_none", nil)
		if w.Late > 0 {
			what = voice.Text("watch_stopped_what", args) + " " + voice.Count("watch_stopped_late", w.Late)
		}
	case care.WatchFigures:
		text, what = voice.Text("watch_figures", nil), voice.Count("watch_figures_what", w.Days, args)
	case care.WatchYearEnd:
		text, what = voice.Count("watch_year", w.Days), voice.Text("watch_year_what", args)
	}
	return text, sections("*" + text + "*\n" + what)
}

// channelFault says why a room's channel is not fit, and what is done instead.
func (a *App) channelFault(req Request, f care.ChannelFault, args locales.Args) string {
	voice := a.voice(req)
	args["Channel"] = "<#" + f.Channel + ">"
	people := make([]string, len(f.Strangers))
	for i, id := range f.Strangers {
		people[i] = mention(id)
	}
	args["People"] = strings.Join(people, ", ")
	return voice.Text("watch_channel_"+string(f.Why), args) + " " + voice.Text("watch_channel_instead", nil)
}
