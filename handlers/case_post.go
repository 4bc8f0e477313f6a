package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// CasePost is the message that tells a room of a case that nobody has seen to. It stays in Slack, so it has
// no name, note or reason.
func (a *App) CasePost(p care.CasePost, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	voice := a.voice(req)
	if p.Ref == "" {
		return a.caseHidden(req)
	}
	if p.Did != nil {
		return itemTitle(a.step(req, p.Step), p.Ref), a.caseDone(req, p.CaseItem)
	}
	text = voice.Text("room_"+string(p.Room), locales.Args{"Ref": string(p.Ref)})
	since := upperFirst(a.itemDue(req, p.CaseItem))
	switch {
	case p.Queued:
		since = voice.Text("case_queued_long", a.team(req, p.School))
	case p.Overdue > 0:
		since = voice.Count("case_overdue_since", p.Overdue, locales.Args{"Date": a.day(req, p.School, p.Due)})
	}
	state := []string{upperFirst(a.step(req, p.Step))}
	if p.Attempts > 0 {
		state = append(state, voice.Count("case_attempts", p.Attempts))
	}
	whose := a.team(req, p.School)["Team"]
	if p.Owner != "" {
		whose = mention(p.Owner)
	}
	state = append(state, voice.Text("case_owner", locales.Args{"Name": whose}))
	blocks = sections(stacked("*"+text+"*", since, a.itemToDo(req, p.CaseItem), strings.Join(state, "  ·  ")))
	if p.Room == care.RoomAdmins { // who may do nothing about it themselves
		return text, blocks
	}
	blocks = append(blocks, slack.NewActionBlock("case", a.itemButtons(req, p.CaseItem)...))
	return text, append(blocks, a.replyHint(req, []care.CaseItem{p.CaseItem})...)
}

// caseItems shows cases, at most that many of them with their buttons, and returns how many those are.
func (a *App) caseItems(req Request, items []care.CaseItem, rows int) (blocks []slack.Block, open int) {
	done, more := 0, 0
	for _, item := range items {
		switch {
		case item.Ref == "":
			_, hidden := a.caseHidden(req)
			blocks = append(blocks, hidden...)
		case item.Did == nil && open < rows:
			open++
			blocks = append(blocks, a.caseOpen(req, item)...)
		case item.Did == nil:
			more++
		case done < rows:
			done++
			blocks = append(blocks, a.caseDone(req, item)...)
		}
	}
	if more > 0 {
		blocks = append(blocks, sections(a.voice(req).Count("reminder_cases_more", more))...)
	}
	return blocks, open
}

// caseOpen is a case about which something is to be done, with its buttons.
func (a *App) caseOpen(req Request, item care.CaseItem) []slack.Block {
	voice := a.voice(req)
	state := []string{a.itemDue(req, item)}
	if item.Attempts > 0 && item.State == care.CaseOpen {
		state = append(state, voice.Count("case_attempts", item.Attempts))
	}
	if item.Owner != "" {
		state = append(state, voice.Text("case_owner", locales.Args{"Name": mention(item.Owner)}))
	}
	var ask string
	switch {
	case item.AskTeam:
		ask = voice.Text("case_ask_team", a.team(req, item.School))
	case item.Prompt == care.PromptFollowUp:
		ask = voice.Text("case_how_now", nil)
	case item.Higher:
		ask = voice.Text("case_higher", nil)
	}
	text := stacked(itemTitle(a.step(req, item.Step), item.Ref), a.itemToDo(req, item), strings.Join(state, "  ·  "), ask)
	return append(sections(text), slack.NewActionBlock("", a.itemButtons(req, item)...))
}

// itemButtons are the buttons of a case in a message. With one on the team's list a meeting is likelier than the last of the acts.
func (a *App) itemButtons(req Request, item care.CaseItem) []slack.BlockElement {
	if !item.Queued {
		return a.actButtons(req, item.Case, item.School, item.Acts)
	}
	row := a.actButtons(req, item.Case, item.School, item.Acts[:min(len(item.Acts), rowMax-2)])
	return slices.Insert(row, len(row)-1, slack.BlockElement(button(actionBook, item.Case, a.voice(req).Text("button_book", nil))))
}

// caseHidden is a case that its reader may not see any more.
func (a *App) caseHidden(req Request) (text string, blocks []slack.Block) {
	text = upperFirst(a.voice(req).Text("student_hidden", nil))
	return text, sections(text)
}

// caseDone is a case about which something was done, which whoever did it can change.
func (a *App) caseDone(req Request, item care.CaseItem) []slack.Block {
	blocks := sections(itemTitle(a.step(req, item.Step), item.Ref) + "\n" + a.deed(req, item))
	if item.Did.What == care.CaseActed {
		edit := button(actionCaseEdit, item.Case+entryMark+item.Did.Entry, a.voice(req).Text("button_edit", nil))
		blocks[0].(*slack.SectionBlock).Accessory = slack.NewAccessory(edit)
	}
	return blocks
}

// itemTitle names a case where no names are shown: "8B-K3F · steg 1".
func itemTitle(step string, ref care.Ref) string { return fmt.Sprintf("*%s*  ·  %s", ref, step) }

// itemDue says when something is to be done next.
func (a *App) itemDue(req Request, item care.CaseItem) string {
	return a.caseDue(req, care.CaseView{School: item.School, State: item.State, Queued: item.Queued, Next: item.Next, Overdue: item.Overdue, Due: item.Due})
}

// itemToDo says what is to be done about an open case.
func (a *App) itemToDo(req Request, item care.CaseItem) string {
	do := cmp.Or(item.Step.Do[req.Actor.Lang], item.Step.Do[item.School.Language])
	if do == "" || item.State != care.CaseOpen {
		return ""
	}
	return escape(upperFirst(do))
}

// stacked puts those that are not empty below one another.
func stacked(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n")
}

// deed says what was done about a case, by whom, and what is next.
func (a *App) deed(req Request, item care.CaseItem) string {
	voice, d := a.voice(req), item.Did
	if d.What != care.CaseActed {
		return voice.Text("became_"+string(d.What), locales.Args{"Step": a.step(req, item.Step)})
	}
	args := a.team(req, item.School)
	what := ""
	switch {
	case d.Act == care.ActClose: // its reason is nothing for a message that stays
		what = voice.Text("deed_close", nil)
	case d.Act == care.ActHandOver && d.To == "":
		what = voice.Text("deed_handover", nil)
	default:
		args["Name"] = mention(d.To)
		what = voice.Text("did_"+string(d.Act), args)
	}
	text := voice.Text("deed", locales.Args{"What": what})
	if d.By != "" {
		text = voice.Text("deed_by", locales.Args{"What": what, "By": mention(d.By)})
	}
	return strings.TrimSpace(text + " " + a.deedNext(req, item))
}

// deedNext says what comes after a deed, where that does not go without saying.
func (a *App) deedNext(req Request, item care.CaseItem) string {
	voice, d := a.voice(req), item.Did
	switch {
	case item.State == care.CaseClosed && d.Act == care.ActKnown:
		return voice.Text("next_known", nil)
	case d.Next == "", d.Act == care.ActNeedsEHT, d.Act == care.ActHandOver:
		return ""
	}
	args := locales.Args{"Date": a.day(req, item.School, d.Next)}
	switch {
	case item.State == care.CaseWaiting && d.Act == care.ActWrong:
		return voice.Text("next_wrong", args)
	case item.State == care.CaseWaiting:
		return voice.Text("next_follow_up", args)
	}
	return voice.Text("next_open", args)
}

// replyHint says how the message can be answered, as long as there is something to be done.
func (a *App) replyHint(req Request, items []care.CaseItem) []slack.Block {
	voice := a.voice(req)
	for _, item := range items {
		if item.Did != nil || item.Ref == "" {
			continue
		}
		hint := voice.Text("reply_hint", nil)
		if len(items) > 1 {
			hint = voice.Text("reply_hint_many", locales.Args{"Ref": string(item.Ref)})
		}
		text := slack.NewTextBlockObject(slack.MarkdownType, hint, false, false)
		text.Verbatim = true
		return []slack.Block{slack.NewContextBlock("", text)}
	}
	return nil
}
