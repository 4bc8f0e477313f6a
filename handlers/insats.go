package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionUndo = "intervention.undo"
	actionPick = "intervention.pick"
	actionList = "intervention.list"
)

// insats handles "/insats 8B-K3F samtal Ringde hem" and its subcommands, in any of the languages.
func (a *App) insats(ctx context.Context, req Request) (Reply, error) {
	if req.Text == "" {
		return a.openLog(req, filled{})
	}
	word, rest := firstWord(req.Text)
	switch subcommand(word) {
	case subHelp:
		return a.insatsHelp(req), nil
	case subList:
		return a.list(ctx, req, rest)
	case subUndo:
		if rest != "" { // it might name another entry than the latest
			return Reply{}, &care.Error{Code: "undo_alone"}
		}
		entry, err := a.Care.Undo(ctx, req.Actor, req.ID, req.Now)
		if err != nil {
			return Reply{}, err
		}
		return changed(say(a.withdrawn(req, entry)), entry), nil
	}
	entry, err := a.Care.LogLine(ctx, req.Actor, req.Text, req.ID, req.Now)
	return a.logged(req, "log_done", entry, err)
}

// The subcommands of all commands.
const (
	subHelp       = "help"
	subList       = "list"
	subUndo       = "undo"
	subLanguage   = "language"
	subSettings   = "settings"
	subSubstitute = "substitute"
)

// subcommand reads a subcommand in any language; "" is none.
func subcommand(word string) string {
	switch care.Fold(word) {
	case "", "hjalp", "hjelp", "help", "?":
		return subHelp
	case "lista", "liste", "list":
		return subList
	case "angra", "angre", "undo":
		return subUndo
	case "sprak", "language":
		return subLanguage
	case "installningar", "innstillinger", "innstillingar", "settings":
		return subSettings
	case "vikarie", "vikar", "substitute":
		return subSubstitute
	}
	return ""
}

// logged confirms an entry with the text id, or asks when the line could be read in several ways.
func (a *App) logged(req Request, id string, entry care.Entry, err error) (Reply, error) {
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		return a.choose(req, choice), nil
	}
	if err != nil {
		return Reply{}, err
	}
	if entry.Status == care.StatusWithdrawn {
		return changed(say(a.withdrawn(req, entry)), entry), nil
	}
	line := a.entryLine(req, id, entry)
	if details := a.details(req, entry); len(details) > 0 {
		line += "\n" + strings.Join(details, "  ·  ")
	}
	reply := say(line)
	if entry.Note != "" {
		reply.Blocks = append(reply.Blocks, sections(quote(entry.Note))...)
	}
	voice := a.voice(req)
	row := []slack.BlockElement{button(actionEdit, entry.ID, voice.Text("button_edit", nil))}
	if entry.Own && req.Now.Sub(entry.At) <= care.UndoWindow {
		row = append([]slack.BlockElement{button(actionUndo, entry.ID, voice.Text("button_undo", nil))}, row...)
	}
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("logged", row...))
	reply.state.Done = true
	return changed(reply, entry), nil
}

// changed notes whose record has changed.
func changed(r Reply, e care.Entry) Reply {
	r.Anew, r.Changed = true, e.Touched
	return r
}

// undoClick handles the button [Ångra] of a confirmation.
func (a *App) undoClick(ctx context.Context, req Request) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	entry, err := a.Care.UndoIntervention(ctx, req.Actor, req.Value, req.ID, req.Now)
	if err != nil {
		return Reply{}, err
	}
	reply := changed(say(a.withdrawn(req, entry)), entry)
	reply.Replace = true
	return a.onCard(ctx, req, reply, on), nil
}

func (a *App) withdrawn(req Request, entry care.Entry) string {
	return a.entryLine(req, "log_withdrawn", entry)
}

// list shows the actor's own latest entries, or a student's.
func (a *App) list(ctx context.Context, req Request, who string) (Reply, error) {
	voice := a.voice(req)
	var title, empty string
	var entries []care.Entry
	var more bool
	var err error
	if who == "" {
		entries, more, err = a.Care.ListOwn(ctx, req.Actor, req.Now)
		title, empty = voice.Text("list_own_title", nil), voice.Text("list_own_empty", nil)
	} else {
		var of care.Name
		of, entries, more, err = a.Care.Timeline(ctx, req.Actor, who, req.Now)
		if choice, ok := errors.AsType[*care.Choice](err); ok {
			return a.chooseStudent(req, choice.Students, actionList, ""), nil
		}
		args := locales.Args{"Student": student(of), "Ref": string(of.Ref)}
		title, empty = voice.Text("list_student_title", args), voice.Text("list_student_empty", args)
	}
	if err != nil {
		return Reply{}, err
	}
	if len(entries) == 0 {
		return say(empty), nil
	}
	reply := Reply{Text: title, Blocks: sections(title)}
	shown := 0
	for _, e := range entries {
		blocks := a.listEntry(req, e, who == "")
		if len(reply.Blocks)+len(blocks) > blocksMax-1 {
			more = true
			break
		}
		reply.Blocks = append(reply.Blocks, blocks...)
		shown++
	}
	if more {
		reply.Blocks = append(reply.Blocks, sections(voice.Count("list_more", shown))...)
	}
	return reply, nil
}

// listClick shows the list of the student chosen among several whom a name fits.
func (a *App) listClick(ctx context.Context, req Request) (Reply, error) {
	reply, err := a.list(ctx, req, req.Value)
	reply.Replace = true
	return reply, err
}

// listEntry shows one entry of a list, with its button if the reader may change it.
func (a *App) listEntry(req Request, e care.Entry, own bool) []slack.Block {
	voice := a.voice(req)
	id := "list_entry"
	if own {
		id = "list_entry_for"
	}
	line := strings.Join(append([]string{a.entryLine(req, id, e)}, a.details(req, e)...), "  ·  ")
	if e.Revisions > 0 {
		line += "  ·  " + voice.Text("detail_changed", nil)
	}
	if e.Author != "" {
		line += "  ·  " + voice.Text("list_entry_by", locales.Args{"Author": escape(e.Author)})
	}
	if e.Note != "" {
		line += "\n" + quote(e.Note)
	}
	return a.withEdit(req, e, sections(line))
}

// withEdit gives the blocks of an entry its button if the reader may change it.
func (a *App) withEdit(req Request, e care.Entry, blocks []slack.Block) []slack.Block {
	if e.Editable {
		edit := button(actionEdit, e.ID, a.voice(req).Text("button_edit", nil))
		blocks[0].(*slack.SectionBlock).Accessory = slack.NewAccessory(edit)
	}
	return blocks
}

// entryLine fills a text that names an entry's students, kinds and date.
func (a *App) entryLine(req Request, id string, e care.Entry) string {
	voice := a.voice(req)
	return voice.Text(id, locales.Args{
		"Students": a.whom(req, e),
		"Kinds":    voice.List(kindNames(e.Kinds, voice)),
		"Date":     a.day(req, e.School, e.Date),
	})
}

// details are what most entries do not have.
func (a *App) details(req Request, e care.Entry) []string {
	voice := a.voice(req)
	var list []string
	if e.Partner != "" {
		list = append(list, voice.Text("detail_partner", locales.Args{"Partner": voice.Text("partner_"+string(e.Partner), nil)}))
	}
	if e.Outcome != "" {
		list = append(list, voice.Text("outcome_"+string(e.Outcome), nil))
	}
	return append(list, a.followUp(req, e)...)
}

// followUp says when an entry is to be followed up on, if it is.
func (a *App) followUp(req Request, e care.Entry) []string {
	if e.FollowUp == "" {
		return nil
	}
	return []string{a.voice(req).Text("detail_follow_up", locales.Args{"Date": a.day(req, e.School, e.FollowUp)})}
}

// day writes a day as it is at a school.
func (a *App) day(req Request, school care.School, d care.Date) string {
	zone := school.Zone
	if zone == nil {
		zone = time.UTC
	}
	return a.voice(req).Date(d.At(12, 0, zone), req.Now.In(zone))
}

// whom writes the students of an entry, escaped; of a group or the whole school, that. Someone who
// undoes an entry may see none of the students any more.
func (a *App) whom(req Request, e care.Entry) string {
	voice := a.voice(req)
	switch {
	case len(e.Students) > 0:
		list := make([]string, len(e.Students))
		for i, n := range e.Students {
			list[i] = student(n)
		}
		return voice.List(list)
	case e.Level != care.LevelIndividual:
		return voice.Text("level_"+string(e.Level), nil)
	}
	return voice.Text("student_hidden", nil)
}

// student writes a ref with the name, escaped: "8B-K3F (Anna Berg)". Where names are not shown
// it is the ref alone.
func student(n care.Name) string {
	if n.Given == "" && n.Family == "" {
		return string(n.Ref)
	}
	return fmt.Sprintf("%s (%s)", n.Ref, escape(strings.TrimSpace(n.Given+" "+n.Family)))
}

func kindNames(kinds []care.Kind, voice *locales.Voice) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = voice.Text("kind_"+string(k), nil)
	}
	return names
}

func (a *App) insatsHelp(req Request) Reply {
	voice := a.voice(req)
	school, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
	return say(voice.Text("help_insats", locales.Args{
		"Minutes": int(care.UndoWindow.Minutes()),
		"Kinds":   strings.Join(kindNames(care.Kinds, voice), ", "),
		"Mentor":  escape(term(voice, school, care.TermMentor).Definite),
		"Team":    escape(term(voice, school, care.TermTeam).Definite),
	}))
}
