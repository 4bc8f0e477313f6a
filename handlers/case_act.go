package handlers

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionCase     = "case." // and an act
	actionCaseUndo = "case.undo"
	actionCaseEdit = "case.edit"
	actionCasePick = "case.pick"
)

// asks are the acts about which there is something to be said before they are done.
var asks = []care.Act{care.ActSnooze, care.ActHandOver, care.ActWrong, care.ActClose}

// caseActions are the buttons of all acts.
func (a *App) caseActions() []Route {
	routes := make([]Route, len(care.Acts))
	for i, act := range care.Acts {
		routes[i] = Route{actionCase + string(act), func(ctx context.Context, req Request) (Reply, error) {
			if slices.Contains(asks, act) {
				return a.openCaseForm(ctx, req, act)
			}
			return a.actClick(ctx, req, act)
		}}
	}
	return routes
}

// actClick does an act at once. On a card it shows the card as it is then; what was done stands above it.
func (a *App) actClick(ctx context.Context, req Request, act care.Act) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	v, err := a.Care.ActOnCase(ctx, req.Actor, req.Value, care.CaseForm{Act: act}, req.ID, req.Now)
	if req.Asked {
		return a.settled(req, v, "", err)
	}
	reply, err := a.noted(req, v, "", err)
	switch {
	case err != nil || on.Card == "":
		return reply, err
	case on.Done:
		reply.Replace = true
		return a.onCard(ctx, req, reply, on), nil
	}
	ref, number, _ := strings.Cut(on.Card, "/")
	skip, _ := strconv.Atoi(number)
	card, err := a.card(ctx, req, ref, skip)
	if err != nil { // it is done all the same
		return reply, nil
	}
	reply.Blocks, reply.state, reply.Replace = append(reply.Blocks, card.Blocks...), card.state, true
	return reply, nil
}

// undoCaseClick takes back what was just done.
func (a *App) undoCaseClick(ctx context.Context, req Request) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	id, entry, _ := strings.Cut(req.Value, entryMark)
	v, err := a.Care.UndoCaseAct(ctx, req.Actor, id, entry, req.ID, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	reply := say(a.voice(req).Text("case_undone", locales.Args{"Student": student(v.Student)}) + "\n" + a.caseToDo(req, v))
	if row := a.caseRow(req, v); len(row) > 0 {
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock("case", row...))
	}
	reply.Replace, reply.Anew, reply.Moved, reply.Changed = true, true, true, []care.Ref{v.Student.Ref}
	return a.onCard(ctx, req, reply, on), nil
}

// entryMark parts a case's id from that of one of its entries in what a button brings.
const entryMark = "#"

// noted confirms what someone did about a case, and says what is next. entry is what they changed; "": it
// is their latest act.
func (a *App) noted(req Request, v care.CaseView, entry string, err error) (Reply, error) {
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	voice := a.voice(req)
	var lines []string
	var row []slack.BlockElement
	is := func(e care.CaseEvent) bool {
		return e.What == care.CaseActed && e.By == req.Actor.Staff.ID && (entry == "" || e.ID == entry)
	}
	if i := slices.IndexFunc(v.Entries, is); i >= 0 {
		e := v.Entries[i]
		lines = append(lines, voice.Text("case_noted", locales.Args{"Student": student(v.Student), "What": a.did(req, v.School, e)}))
		if e.Undo {
			row = append(row, button(actionCaseUndo, v.ID+entryMark+e.ID, voice.Text("button_undo", nil)),
				button(actionCaseEdit, v.ID+entryMark+e.ID, voice.Text("button_edit", nil)))
		}
		lines = append(lines, a.next(req, v, e))
		if e.Note != "" {
			lines = append(lines, quote(e.Note))
		}
	}
	if v.AskTeam {
		lines = append(lines, voice.Text("case_ask_team", a.team(req, v.School)))
		row = append(row, button(actionCase+string(care.ActNeedsEHT), v.ID, a.actName(req, v.School, care.ActNeedsEHT)))
	}
	if v.Queued && v.MayAct && a.Care.MayBook(req.Actor, req.Now) { // which is to meet about it
		row = append(row, button(actionBook, v.ID, voice.Text("button_book", nil)))
	}
	reply := say(strings.Join(lines, "\n"))
	if len(row) > 0 {
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock("noted", row...))
	}
	reply.state.Done = true
	reply.Anew, reply.Moved, reply.Changed = true, true, []care.Ref{v.Student.Ref}
	return reply, nil
}

// next says what comes after an act.
func (a *App) next(req Request, v care.CaseView, e care.CaseEvent) string {
	voice := a.voice(req)
	args := a.team(req, v.School)
	args["Date"], args["Name"] = a.day(req, v.School, v.Next), colleague(e.ToName)
	switch {
	case v.State == care.CaseClosed && e.Act == care.ActKnown:
		return voice.Text("next_known", nil)
	case v.State == care.CaseClosed:
		return voice.Text("next_closed", nil)
	case v.Queued:
		return voice.Text("next_team", args)
	case v.State == care.CaseWaiting && e.Act == care.ActWrong:
		return voice.Text("next_wrong", args)
	case v.State == care.CaseWaiting:
		return voice.Text("next_follow_up", args)
	case e.Act == care.ActHandOver:
		if v.Mine {
			return voice.Text("next_handed", args)
		}
		args["Owner"] = cmp.Or(colleague(v.Owner.Name), args["Team"].(string))
		return voice.Text("next_handed_of", args)
	}
	return voice.Text("next_open", args)
}
