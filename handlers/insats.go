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
	text, err := a.decode(ctx, req.Text)
	if err != nil {
		return Reply{}, fmt.Errorf("decode the text: %w", err)
	}
	word, rest := firstWord(text)
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
		return say(a.withdrawn(req, entry)), nil
	}
	entry, err := a.Care.LogLine(ctx, req.Actor, text, req.ID, req.Now)
	return a.logged(req, entry, err)
}

// The subcommands of all commands.
const (
	subHelp     = "help"
	subList     = "list"
	subUndo     = "undo"
	subLanguage = "language"
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
	}
	return ""
}

// logged confirms an entry, or asks when the line could be read in several ways.
func (a *App) logged(req Request, entry care.Entry, err error) (Reply, error) {
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		return a.choose(req, choice), nil
	}
	if err != nil {
		return Reply{}, err
	}
	if entry.Status == care.StatusWithdrawn {
		return say(a.withdrawn(req, entry)), nil
	}
	reply := say(a.entryLine(req, "log_done", entry))
	if entry.Note != "" {
		reply.Blocks = append(reply.Blocks, sections(quote(entry.Note))...)
	}
	undo := button(actionUndo, entry.ID, a.voice(req).Text("button_undo", nil))
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("undo", undo))
	return reply, nil
}

// undoClick handles the button [Ångra] of a confirmation.
func (a *App) undoClick(ctx context.Context, req Request) (Reply, error) {
	entry, err := a.Care.UndoIntervention(ctx, req.Actor, req.Value, req.ID, req.Now)
	if err != nil {
		return Reply{}, err
	}
	reply := say(a.withdrawn(req, entry))
	reply.Replace = true
	return reply, nil
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

func (a *App) listEntry(req Request, e care.Entry, own bool) []slack.Block {
	voice := a.voice(req)
	id := "list_entry"
	if own {
		id = "list_entry_for"
	}
	line := a.entryLine(req, id, e)
	if e.Author != "" {
		line += "  ·  " + voice.Text("list_entry_by", locales.Args{"Author": escape(e.Author)})
	}
	if e.Note != "" {
		line += "\n" + quote(e.Note)
	}
	return sections(line)
}

// entryLine fills a text that names an entry's students, kinds and date.
func (a *App) entryLine(req Request, id string, e care.Entry) string {
	voice := a.voice(req)
	zone := e.School.Zone
	if zone == nil {
		zone = time.UTC
	}
	return voice.Text(id, locales.Args{
		"Students": students(e.Students, voice),
		"Kinds":    voice.List(kindNames(e.Kinds, voice)),
		"Date":     voice.Date(e.Date.At(12, 0, zone), req.Now.In(zone)),
	})
}

// students writes students, escaped. Someone who undoes an entry may see none of them any more.
func students(names []care.Name, voice *locales.Voice) string {
	if len(names) == 0 {
		return voice.Text("student_hidden", nil)
	}
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = student(n)
	}
	return voice.List(list)
}

// student writes a ref with the name, escaped: "8B-K3F (Anna Berg)".
func student(n care.Name) string {
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
