package handlers

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const actionCaseDetails = "case.details"

// rowMax is how many buttons a case has: more would not be found on a phone. The others are in the modal.
const rowMax = 5

// caseReply shows one case: where it is, why, what was done, and what can be done.
func (a *App) caseReply(req Request, v care.CaseView) Reply {
	reply := say(a.caseText(req, v))
	reply.Text = a.caseTitle(req, v)
	reply.Blocks = append(reply.Blocks, a.caseFacts(req, v)...)
	if row := a.caseRow(req, v); len(row) > 0 {
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock("case", row...))
	}
	return reply
}

// caseText says whose a case is, on what step, what is to be done, and by when.
func (a *App) caseText(req Request, v care.CaseView) string {
	return a.caseTitle(req, v) + "\n" + a.caseToDo(req, v)
}

// caseToDo says what is to be done about a case and by when.
func (a *App) caseToDo(req Request, v care.CaseView) string {
	var lines []string
	if do := cmp.Or(v.Step.Do[req.Actor.Lang], v.Step.Do[v.School.Language]); do != "" && v.State == care.CaseOpen {
		lines = append(lines, escape(upperFirst(do)))
	}
	state := append([]string{a.caseDue(req, v)}, a.caseWhose(req, v)...)
	return strings.Join(append(lines, strings.Join(state, "  ·  ")), "\n")
}

// caseTitle names the student and the step: "8B-K3F (Kim Kvist) · steg 1".
func (a *App) caseTitle(req Request, v care.CaseView) string {
	return fmt.Sprintf("*%s*  ·  %s", student(v.Student), a.step(req, v.Step))
}

// step names a step. One whose limits are a proposal says so: the school is to confirm them.
func (a *App) step(req Request, st care.Step) string {
	id := "case_step"
	if st.Proposal {
		id = "case_step_proposal"
	}
	return a.voice(req).Text(id, locales.Args{"N": st.N})
}

// caseDue says when something is to be done next.
func (a *App) caseDue(req Request, v care.CaseView) string {
	voice := a.voice(req)
	switch {
	case v.State == care.CaseClosed:
		return voice.Text("case_closed", nil)
	case v.Queued:
		return voice.Text("case_queued", a.team(req, v.School))
	case v.State == care.CaseWaiting:
		return a.due(req, v.School, v.Next)
	case v.Overdue > 0:
		return "*" + voice.Count("case_overdue", v.Overdue) + "*"
	case v.Due == care.DateOf(req.Now, v.School.Zone):
		return "*" + voice.Text("case_due_today", nil) + "*"
	}
	return voice.Text("case_due", locales.Args{"Date": a.day(req, v.School, v.Due)})
}

// team is what a school calls its team, to be filled into a text.
func (a *App) team(req Request, school care.School) locales.Args {
	return locales.Args{"Team": escape(term(a.voice(req), school, care.TermTeam).Definite)}
}

// caseWhose says how often nobody was reached, and whose a case is if that is not plain.
func (a *App) caseWhose(req Request, v care.CaseView) []string {
	voice := a.voice(req)
	var parts []string
	if v.State == care.CaseClosed {
		return nil
	}
	if v.Attempts > 0 && v.State == care.CaseOpen {
		parts = append(parts, voice.Count("case_attempts", v.Attempts))
	}
	switch {
	case v.HandedMe:
		parts = append(parts, voice.Text("case_handed_me", locales.Args{"Name": escape(v.HandedBy.Name)}))
	case v.Handed.Name != "":
		parts = append(parts, voice.Text("case_handed", locales.Args{"Name": escape(v.Handed.Name)}))
	case v.Owner.Name == "" && !v.Queued:
		parts = append(parts, voice.Text("case_team", a.team(req, v.School)))
	case !v.Mine && v.Owner.Name != "":
		parts = append(parts, voice.Text("case_owner", locales.Args{"Name": escape(v.Owner.Name)}))
	}
	return parts
}

// caseFacts are the facts behind a case: the figures that brought it here, the days with absence, and
// what was done.
func (a *App) caseFacts(req Request, v care.CaseView) []slack.Block {
	voice := a.voice(req)
	var blocks []slack.Block
	part := func(title string, lines []string) {
		if len(lines) > 0 {
			blocks = append(blocks, sections(title+"\n"+strings.Join(lines, "\n"))...)
		}
	}
	why := a.figures(req, v.School, v.Why)
	if v.ByHand && len(why) == 0 {
		why = []string{voice.Text("case_by_hand", nil)}
	}
	part(voice.Text("case_why", nil), why)
	part(voice.Text("case_days", nil), a.absentDays(req, v.School, v.Days))
	part(voice.Text("case_done", nil), a.caseEvents(req, v))
	return blocks
}

// caseEventsShown is how many of a case's entries are shown.
const caseEventsShown = 8

func (a *App) caseEvents(req Request, v care.CaseView) []string {
	var lines []string
	for _, e := range v.Entries[:min(len(v.Entries), caseEventsShown)] {
		line := fmt.Sprintf("*%s*  %s", a.day(req, v.School, care.DateOf(e.At, v.School.Zone)), a.event(req, v.School, e))
		if e.Name != "" {
			line += "  ·  " + escape(e.Name)
		}
		if e.Note != "" {
			line += "\n" + quote(e.Note)
		}
		lines = append(lines, line)
	}
	return lines
}

// event says what befell a case.
func (a *App) event(req Request, school care.School, e care.CaseEvent) string {
	if e.What == care.CaseActed {
		return a.did(req, school, e)
	}
	return a.voice(req).Text("event_"+string(e.What), locales.Args{"N": e.Step})
}

// did says what someone did: "hemmet kontaktat".
func (a *App) did(req Request, school care.School, e care.CaseEvent) string {
	voice := a.voice(req)
	args := a.team(req, school)
	args["Name"] = colleague(e.ToName)
	if e.Act == care.ActClose && e.Reason != "" {
		args["Reason"] = voice.Text("reason_"+string(e.Reason), nil)
	}
	return voice.Text("did_"+string(e.Act), args)
}

// caseRow are the buttons of a case: what is most likely to be done about it, and the way to the rest.
func (a *App) caseRow(req Request, v care.CaseView) []slack.BlockElement {
	var acts []care.Act
	if v.MayAct {
		acts = v.Likely()
	}
	if v.MayAct || len(v.Why) > 0 {
		return a.actButtons(req, v.ID, v.School, acts)
	}
	return nil
}

// actButtons are the buttons for acts on a case, and the one for the rest.
func (a *App) actButtons(req Request, id string, school care.School, acts []care.Act) []slack.BlockElement {
	var row []slack.BlockElement
	for _, act := range acts {
		b := button(actionCase+string(act), id, a.actName(req, school, act))
		if act == care.ActTake {
			b = b.WithStyle(slack.StylePrimary)
		}
		row = append(row, b)
	}
	return append(row, button(actionCaseDetails, id, a.voice(req).Text("button_details", nil)))
}

// actName is an act on a button or in a menu.
func (a *App) actName(req Request, school care.School, act care.Act) string {
	voice := a.voice(req)
	return upperFirst(voice.Text("act_"+string(act), locales.Args{"Team": term(voice, school, care.TermTeam).Definite}))
}

// CaseWord is the message that tells someone what has befallen a case that concerns them. It stays in Slack,
// so it has no name and no note.
func (a *App) CaseWord(w care.CaseWord, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	what := string(w.What)
	if w.What == care.CaseActed {
		what = string(w.Act)
	}
	args := locales.Args{"Ref": string(w.Ref), "Step": a.step(req, w.Step), "By": mention(w.By)}
	text = a.voice(req).Text("word_"+what, args)
	blocks = sections(text)
	var row []slack.BlockElement
	switch {
	case w.Act == care.ActHandOver:
		row = append(row, button(actionCase+string(care.ActTake), w.Case, a.actName(req, w.School, care.ActTake)).WithStyle(slack.StylePrimary))
	case w.What == care.CaseRetracted, w.Act == care.ActClose:
		return text, blocks
	}
	row = append(row, button(actionCaseDetails, w.Case, a.voice(req).Text("button_details", nil)))
	return text, append(blocks, slack.NewActionBlock("word", row...))
}
