package handlers

import (
	"context"
	"errors"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionCaseShow = "case.show"
	actionCaseOpen = "case.open"
)

// casesShown is how many cases a list shows with their buttons. Without buttons there is room for more.
const casesShown = 15

// franvaro handles "/franvaro", which lists one's open cases, "/franvaro lista", which lists all that
// one may see, and "/franvaro 8B-K3F", which shows a student's.
func (a *App) franvaro(ctx context.Context, req Request) (reply Reply, err error) {
	switch {
	case req.Text == "":
		reply, err = a.myCases(ctx, req)
	case subcommand(req.Text) == subList:
		reply, err = a.allCases(ctx, req)
	case subcommand(req.Text) == subHelp:
		reply = a.franvaroHelp(req)
	default:
		reply, err = a.showCase(ctx, req, req.Text)
	}
	return reply, a.inWords(req, err)
}

// myCases lists the open cases of whoever asks, each with what can be done about it.
func (a *App) myCases(ctx context.Context, req Request) (Reply, error) {
	cases, err := a.Care.MyCases(ctx, req.Actor, false, req.Now)
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	if len(cases) == 0 {
		return say(voice.Text("cases_empty", nil)), nil
	}
	reply := say(voice.Text("cases_title", nil))
	for _, v := range cases[:min(len(cases), casesShown)] {
		reply.Blocks = append(reply.Blocks, sections(a.caseText(req, v))...)
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock("", a.caseRow(req, v)...))
	}
	return a.andMore(req, reply, "cases_more_first", len(cases)-casesShown), nil
}

// allCases lists the open cases that whoever asks may see: to the team and the principal their school's.
func (a *App) allCases(ctx context.Context, req Request) (Reply, error) {
	cases, err := a.Care.MyCases(ctx, req.Actor, true, req.Now)
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	if len(cases) == 0 {
		return say(voice.Text("cases_none", nil)), nil
	}
	reply := say(voice.Text("cases_all_title", nil))
	const most = blocksMax - 2
	for _, v := range cases[:min(len(cases), most)] {
		row := sections(a.caseText(req, v))[0].(*slack.SectionBlock)
		row.Accessory = slack.NewAccessory(button(actionCaseDetails, v.ID, voice.Text("button_details", nil)))
		reply.Blocks = append(reply.Blocks, row)
	}
	return a.andMore(req, reply, "cases_more", len(cases)-most), nil
}

// andMore ends a list that leaves some cases out.
func (a *App) andMore(req Request, reply Reply, text string, more int) Reply {
	if more > 0 {
		reply.Blocks = append(reply.Blocks, sections(a.voice(req).Count(text, more))...)
	}
	return reply
}

// showClick shows the case of the student chosen among several whom a name fits.
func (a *App) showClick(ctx context.Context, req Request) (Reply, error) {
	reply, err := a.showCase(ctx, req, req.Value)
	reply.Replace = true
	return reply, a.inWords(req, err)
}

// showCase shows a student's open case or, where there is none, the student's absence with a button
// that opens one: a slip of the pen opens nothing.
func (a *App) showCase(ctx context.Context, req Request, who string) (Reply, error) {
	v, err := a.Care.CaseOfStudent(ctx, req.Actor, who, req.Now)
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		return a.chooseStudent(req, choice.Students, actionCaseShow, ""), nil
	}
	if care.CodeOf(err) == care.CodeNoCase {
		return a.noCase(ctx, req, who)
	}
	if err != nil {
		return Reply{}, err
	}
	return a.caseReply(req, v), nil
}

// openCaseClick opens a case by hand.
func (a *App) openCaseClick(ctx context.Context, req Request) (Reply, error) {
	v, err := a.Care.OpenCase(ctx, req.Actor, care.Ref(req.Value), req.ID, req.Now)
	if err != nil {
		return Reply{}, err
	}
	reply := a.caseReply(req, v)
	reply.Replace, reply.Anew, reply.Moved, reply.Changed = true, true, true, []care.Ref{v.Student.Ref}
	return reply, nil
}

// noCase shows the absence of a student who has no open case.
func (a *App) noCase(ctx context.Context, req Request, who string) (Reply, error) {
	of, err := a.Care.AbsenceOf(ctx, req.Actor, who, req.Now)
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	title := voice.Text("case_none", locales.Args{"Student": student(of.Student)})
	lines := []string{title}
	if of.Newest == "" {
		lines = append(lines, voice.Text("absence_none", nil))
	} else {
		lines = append(lines, voice.Text("absence_until", locales.Args{"Date": a.day(req, of.School, of.Newest)}))
	}
	lines = append(lines, a.figures(req, of.School, of.Figures)...)
	reply := say(strings.Join(lines, "\n"))
	reply.Text = title
	if days := a.absentDays(req, of.School, of.Days); len(days) > 0 {
		reply.Blocks = append(reply.Blocks, sections(strings.Join(days, "\n"))...)
	}
	ref := string(of.Student.Ref)
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("case",
		button(actionCaseOpen, ref, voice.Text("button_open_case", nil)),
		button(actionOpen, ref, voice.Text("button_card", nil))))
	return reply, nil
}

func (a *App) franvaroHelp(req Request) Reply {
	voice := a.voice(req)
	school, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
	return say(voice.Text("help_franvaro", locales.Args{
		"Mentor": escape(term(voice, school, care.TermMentor).Definite),
		"Team":   escape(term(voice, school, care.TermTeam).Definite),
	}))
}
