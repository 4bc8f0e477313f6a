package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionUndo = "intervention.undo"
	actionPick = "intervention.pick"
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

// choose asks which student or kind a line means, with a button for each.
func (a *App) choose(req Request, choice *care.Choice) Reply {
	voice := a.voice(req)
	question := "choose_kind"
	var buttons []slack.BlockElement
	add := func(value, label string) {
		b := button(actionPick+"."+strconv.Itoa(len(buttons)), fmt.Sprintf("%s/%d/%s", choice.Draft, choice.Word, value), label)
		buttons = append(buttons, b)
	}
	for _, kind := range choice.Kinds {
		add(string(kind), voice.Text("kind_"+string(kind), nil))
	}
	if len(choice.Students) > 0 {
		question = "choose_student"
		for _, n := range choice.Students[:min(len(choice.Students), buttonsMax)] {
			add(string(n.Ref), n.Given+" "+n.Family+" · "+string(n.Ref))
		}
	}
	reply := say(voice.Text(question, nil))
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("pick", buttons...))
	return reply
}

// buttonsMax is how many elements an actions block may have.
const buttonsMax = 25

// pickClick goes on with a line after its writer has chosen.
func (a *App) pickClick(ctx context.Context, req Request) (Reply, error) {
	parts := strings.SplitN(req.Value, "/", 3)
	word := -1
	if len(parts) == 3 {
		if n, err := strconv.Atoi(parts[1]); err == nil {
			word = n
		}
	}
	if word < 0 {
		return Reply{}, &care.Error{Code: care.CodeDraftGone}
	}
	entry, err := a.Care.Pick(ctx, req.Actor, parts[0], word, parts[2], req.Now)
	reply, err := a.logged(req, entry, err)
	reply.Replace = true
	return reply, err
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
			return a.chooseListed(req, choice), nil
		}
		args := locales.Args{"Student": students([]care.Name{of}, voice), "Ref": string(of.Ref)}
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

// chooseListed lists the students whom a name fits; a list is asked for again with the ref.
func (a *App) chooseListed(req Request, choice *care.Choice) Reply {
	lines := []string{a.voice(req).Text("choose_student", nil)}
	for _, n := range choice.Students[:min(len(choice.Students), buttonsMax)] {
		lines = append(lines, fmt.Sprintf("`/insats lista %s`  %s", n.Ref, escape(n.Given+" "+n.Family)))
	}
	return say(strings.Join(lines, "\n"))
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
		"Kinds":    kinds(e.Kinds, voice),
		"Date":     voice.Date(e.Date.At(12, 0, zone), req.Now.In(zone)),
	})
}

// students writes refs with names, escaped: "8B-K3F (Anna Berg)".
func students(names []care.Name, voice *locales.Voice) string {
	var list []string
	for _, n := range names {
		list = append(list, fmt.Sprintf("%s (%s)", n.Ref, escape(strings.TrimSpace(n.Given+" "+n.Family))))
	}
	return voice.List(list)
}

func kinds(list []care.Kind, voice *locales.Voice) string {
	var words []string
	for _, k := range list {
		words = append(words, voice.Text("kind_"+string(k), nil))
	}
	return voice.List(words)
}

func (a *App) insatsHelp(req Request) Reply {
	voice := a.voice(req)
	school, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
	return say(voice.Text("help_insats", locales.Args{
		"Minutes": int(care.UndoWindow.Minutes()),
		"Kinds":   strings.Join(slices.Collect(kindNames(voice)), ", "),
		"Mentor":  term(voice, school, care.TermMentor).Indefinite,
		"Team":    term(voice, school, care.TermTeam).Definite,
	}))
}
