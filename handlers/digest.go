package handlers

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// waitingShown is how many cases that wait a message lists.
const waitingShown = 10

// week is the part of a mentor's reminder that tells how their students' week was. It stays in Slack, so it has no name, and no
// figure of any one student.
func (a *App) week(req Request, w care.WeekOf) []slack.Block {
	voice := a.voice(req)
	lines := []string{"*" + voice.Text("week_title", nil) + "*", a.weekFigures(req, w)}
	if len(w.Most) > 0 {
		refs := make([]string, len(w.Most))
		for i, ref := range w.Most {
			refs[i] = string(ref)
		}
		lines = append(lines, voice.Text("week_most", locales.Args{"Refs": strings.Join(refs, ", ")}))
	}
	if len(w.Waiting) > 0 {
		lines = append(lines, voice.Text("week_waiting", locales.Args{"Cases": a.waiting(req, w.School, w.Waiting)}))
	}
	return sections(strings.Join(lines, "\n"))
}

// weekFigures says how much absence there was, and whether it is more or less than before.
func (a *App) weekFigures(req Request, w care.WeekOf) string {
	voice := a.voice(req)
	args := locales.Args{"Percent": decimal(w.Percent), "Before": decimal(w.Before)}
	if w.Newest != "" {
		args["Date"] = a.day(req, w.School, w.Newest)
	}
	switch {
	case w.Newest == "":
		return voice.Text("absence_none", nil)
	case w.Percent < 0:
		return voice.Text("absence_until", args)
	case w.Before < 0:
		return voice.Text("week_percent", args)
	case w.Trend() > 0:
		return voice.Text("week_more", args)
	case w.Trend() < 0:
		return voice.Text("week_less", args)
	}
	return voice.Text("week_same", args)
}

// waiting lists cases with their days: "8B-K3F (tis 1 dec)".
func (a *App) waiting(req Request, school care.School, list []care.Waiting) string {
	var parts []string
	for _, c := range list[:min(len(list), waitingShown)] {
		part := string(c.Ref)
		if c.Next != "" {
			part += " (" + a.day(req, school, c.Next) + ")"
		}
		parts = append(parts, part)
	}
	shown := strings.Join(parts, ", ")
	if more := len(list) - waitingShown; more > 0 {
		shown += " " + a.voice(req).Text("and_more", locales.Args{"N": more})
	}
	return shown
}

// Report is the message that tells a school's team each week, or its principal each month, how it goes. It has counts
// and refs alone.
func (a *App) Report(r care.Report, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	voice := a.voice(req)
	args := locales.Args{"School": escape(r.School.Name)}
	text = voice.Text("report_week", args)
	if r.Month != "" {
		args["Month"] = a.month(req, r.Month)
		text = voice.Text("report_month", args)
	}
	lines := []string{"*" + text + "*"}
	if r.Month != "" {
		lines = append(lines, a.events(req, r.Events)...)
	}
	steps := make([]care.StepFigure, len(r.Steps))
	total := care.Figure{}
	for i, st := range r.Steps {
		steps[i] = care.StepFigure{Step: st.Step, Figure: care.Figure{N: st.N}}
		total.N += st.N
	}
	lines = append(lines, a.steps(req, &total, steps), a.labelled("figure_overdue", req, care.Figure{N: r.Overdue}))
	if r.Room == care.RoomTeam {
		lines = append(lines, a.load(req, r)...)
	}
	lines = append(lines, a.until(req, r.School, r.Newest))
	return text, sections(strings.Join(lines, "\n"))
}

// load says what the team was asked for, what is its own, and how many cases a mentor has at most.
func (a *App) load(req Request, r care.Report) []string {
	voice := a.voice(req)
	args := a.team(req, r.School)
	var lines []string
	if len(r.Queue) > 0 {
		args["Cases"] = a.waiting(req, r.School, r.Queue)
		lines = append(lines, voice.Text("report_queue", args))
	}
	if r.Unowned > 0 {
		args["N"] = r.Unowned
		lines = append(lines, voice.Text("report_unowned", args))
	}
	if r.Most > 0 {
		lines = append(lines, voice.Text("report_most", locales.Args{"N": r.Most, "Mentor": escape(term(voice, r.School, care.TermMentor).Indefinite)}))
	}
	return lines
}

// events says what befell cases in some time, in full.
func (a *App) events(req Request, ev care.CaseEvents) []string {
	closed, all := make([]care.ReasonFigure, len(ev.Closed)), care.Figure{}
	for i, c := range ev.Closed {
		closed[i] = care.ReasonFigure{Why: c.Why, Figure: care.Figure{N: c.N}}
		all.N += c.N
	}
	first := -1.0
	if ev.Acted > 0 {
		first = ev.FirstAct
	}
	return a.befell(req, &care.Figure{N: ev.Opened}, care.Figure{N: ev.Rose}, &all, closed, first)
}

// befell says how many cases were opened, rose and ended, why, and how long it took until something was done.
func (a *App) befell(req Request, opened *care.Figure, rose care.Figure, all *care.Figure, closed []care.ReasonFigure, first float64) []string {
	voice := a.voice(req)
	var lines []string
	if opened != nil {
		lines = append(lines, a.labelled("figure_opened", req, *opened))
	}
	lines = append(lines, a.labelled("figure_rose", req, rose))
	reasons := make([]string, len(closed))
	for i, c := range closed {
		reasons[i] = voice.Text("reason_"+string(c.Why), nil) + ": " + a.number(req, c.Figure)
	}
	lines = append(lines, a.summed(req, "figure_closed", all, reasons))
	if first >= 0 {
		lines = append(lines, voice.Text("figure_first", locales.Args{"N": decimal(first)}))
	}
	return lines
}

// steps says how many cases are on each step.
func (a *App) steps(req Request, total *care.Figure, steps []care.StepFigure) string {
	parts := make([]string, len(steps))
	for i, st := range steps {
		parts[i] = a.voice(req).Text("case_step", locales.Args{"N": st.Step}) + ": " + a.number(req, st.Figure)
	}
	return a.summed(req, "figure_open", total, parts)
}

// summed is a number and what it is made of, each as far as it may be told: "Avslutade: 7 (annat skäl: 7)".
func (a *App) summed(req Request, id string, total *care.Figure, parts []string) string {
	list := strings.Join(parts, ", ")
	n := list
	switch {
	case len(parts) == 0:
		n = a.number(req, care.Figure{})
	case total != nil:
		n = a.number(req, *total) + " (" + list + ")"
	}
	return a.voice(req).Text(id, locales.Args{"N": n})
}

func (a *App) labelled(id string, req Request, f care.Figure) string {
	return a.voice(req).Text(id, locales.Args{"N": a.number(req, f)})
}

// number is a number, unless it is too small to be told.
func (a *App) number(req Request, f care.Figure) string {
	if f.Few {
		return a.voice(req).Text("figure_few", nil)
	}
	return a.voice(req).Text("figure_number", locales.Args{"N": f.N})
}

// until says of which day the newest figures are.
func (a *App) until(req Request, school care.School, newest care.Date) string {
	if newest == "" {
		return a.voice(req).Text("absence_none", nil)
	}
	return a.voice(req).Text("absence_until", locales.Args{"Date": a.day(req, school, newest)})
}

// month names a month: "november 2026".
func (a *App) month(req Request, d care.Date) string {
	t := d.At(12, 0, time.UTC)
	names := strings.Fields(a.voice(req).Text("months_full_short", nil))
	return a.voice(req).Text("month", locales.Args{"Month": names[t.Month()-1], "Year": t.Year()})
}
