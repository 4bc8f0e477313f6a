package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const actionReport = "report.show"

// A Picture is a diagram that belongs to an answer and is shown to the same person, a little later.
type Picture struct {
	Title string
	Alt   string // what it shows, for those who do not see it
	Lines Panel  // the absence of each week; a value below nought is not known
	Bars  Panel  // the open cases of each step; a value below nought is not told
}

// A Panel is one part of a picture.
type Panel struct {
	Title  string
	Labels []string
	Values []float64
	Shown  []string // each value in words
}

// rapport handles "/rapport", "/rapport termin" and "/rapport Ålenskolan vecka": how it goes at a school, in figures.
func (a *App) rapport(ctx context.Context, req Request) (reply Reply, err error) {
	if req.Text != "" && subcommand(req.Text) == subHelp {
		_, err := a.Care.FindFigureSchools(req.Actor, "", req.Now)
		return say(a.voice(req).Text("help_rapport", nil)), a.inWords(req, err)
	}
	span, typed := care.ReadSpan(req.Text)
	schools, err := a.Care.FindFigureSchools(req.Actor, typed, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	if len(schools) > 1 {
		shown := schools[:min(len(schools), buttonsMax)]
		labels, values := make([]string, len(shown)), make([]string, len(shown))
		for i, school := range shown {
			labels[i], values[i] = school.Name, reportValue(school.ID, span)
		}
		return ask(a.voice(req).Text("report_choose", nil), actionReport, labels, values), nil
	}
	return a.report(ctx, req, schools[0].ID, span)
}

func reportValue(school string, span care.Span) string { return string(span) + "/" + school }

// reportClick shows the figures of the school or the time that was chosen.
func (a *App) reportClick(ctx context.Context, req Request) (Reply, error) {
	span, school, _ := strings.Cut(req.Value, "/")
	reply, err := a.report(ctx, req, school, care.Span(span))
	reply.Replace = true
	return reply, err
}

// report shows a school's figures, with a picture where there is absence to draw.
func (a *App) report(ctx context.Context, req Request, school string, span care.Span) (Reply, error) {
	f, err := a.Care.Figures(ctx, req.Actor, school, span, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	voice := a.voice(req)
	title := voice.Text("report_title", locales.Args{"School": escape(f.School.Name), "Span": a.spanName(req, f.Span),
		"From": a.day(req, f.School, f.On.From), "To": a.day(req, f.School, f.On.To)})
	lines := []string{"*" + title + "*"}
	if f.Percent >= 0 {
		lines = append(lines, voice.Text("figure_absence", locales.Args{"Percent": decimal(f.Percent)}))
	}
	lines = append(lines, a.befell(req, f.Opened, f.Rose, f.AllEnded, f.Closed, f.FirstAct)...)
	lines = append(lines, a.steps(req, f.Total, f.Steps))
	if f.Overdue != nil {
		lines = append(lines, a.labelled("figure_overdue", req, *f.Overdue))
	}
	lines = append(lines, a.until(req, f.School, f.Newest))
	picture := a.picture(req, f)
	notes := []string{voice.Text("figure_small", nil)}
	if picture != nil {
		notes = append(notes, voice.Text("report_picture", nil))
	}
	reply := say(strings.Join(lines, "\n") + "\n\n" + strings.Join(notes, " "))
	reply.Text, reply.Picture = title, picture
	row := make([]slack.BlockElement, len(care.Spans))
	for i, s := range care.Spans {
		row[i] = button(actionReport+"."+strconv.Itoa(i), reportValue(school, s), upperFirst(a.spanName(req, s)))
	}
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("report", row...))
	return reply, nil
}

func (a *App) spanName(req Request, s care.Span) string {
	return a.voice(req).Text("span_"+string(s), nil)
}

// picture draws a school's figures; nil where no week's absence is known.
func (a *App) picture(req Request, f care.Figures) *Picture {
	voice := a.voice(req)
	p := &Picture{Title: voice.Text("chart_title", locales.Args{"School": f.School.Name}),
		Lines: Panel{Title: voice.Text("chart_weeks", nil)}, Bars: Panel{Title: voice.Text("chart_steps", nil)}}
	known := false
	var weeks, steps []string
	for _, w := range f.Weeks {
		_, n := w.Monday.At(12, 0, time.UTC).ISOWeek()
		shown := voice.Text("chart_unknown", nil)
		if w.Percent >= 0 {
			known, shown = true, decimal(w.Percent)+" %"
		}
		p.Lines.Labels = append(p.Lines.Labels, strconv.Itoa(n))
		p.Lines.Values = append(p.Lines.Values, w.Percent)
		p.Lines.Shown = append(p.Lines.Shown, shown)
		weeks = append(weeks, voice.Text("chart_week", locales.Args{"N": n})+": "+shown)
	}
	if !known {
		return nil
	}
	for _, st := range f.Steps {
		value := float64(st.N)
		if st.Few {
			value = -1
		}
		label := voice.Text("case_step", locales.Args{"N": st.Step})
		p.Bars.Labels = append(p.Bars.Labels, label)
		p.Bars.Values = append(p.Bars.Values, value)
		p.Bars.Shown = append(p.Bars.Shown, a.number(req, st.Figure))
		steps = append(steps, label+": "+a.number(req, st.Figure))
	}
	p.Alt = fmt.Sprintf("%s. %s: %s.", p.Title, p.Lines.Title, strings.Join(weeks, ", "))
	if len(steps) > 0 {
		p.Alt += fmt.Sprintf(" %s: %s.", p.Bars.Title, strings.Join(steps, ", "))
	}
	return p
}
