// Package handlers is what people do in Slack: a file for each slash command. A handler reads
// the words, calls care, and picks the text; it knows no transport, no clock and no log.
package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// App answers what people do.
type App struct {
	Care  Care
	Texts *locales.Texts
}

// Care is what handlers ask of the domain; *care.Service is it.
type Care interface {
	LogLine(ctx context.Context, actor care.Actor, text, request string, now time.Time) (care.Entry, error)
	Pick(ctx context.Context, actor care.Actor, draft string, word int, value string, now time.Time) (care.Entry, error)
	Undo(ctx context.Context, actor care.Actor, request string, now time.Time) (care.Entry, error)
	UndoIntervention(ctx context.Context, actor care.Actor, id, request string, now time.Time) (care.Entry, error)
	ListOwn(ctx context.Context, actor care.Actor, now time.Time) (entries []care.Entry, more bool, err error)
	Timeline(ctx context.Context, actor care.Actor, who string, now time.Time) (of care.Name, entries []care.Entry, more bool, err error)
	ChooseLanguage(ctx context.Context, actor care.Actor, lang care.Lang, request string, now time.Time) error
	HomeSchool(st care.Staff, now time.Time) (care.School, bool)
	Posts(st care.Staff, now time.Time) []care.PostAt
	StaffName(ctx context.Context, slackID string) (string, error)
}

// Request is a command or click of a person who has been let in.
type Request struct {
	ID    string // the same when Slack delivers it again
	Actor care.Actor
	Text  string // of a command: as typed, with Slack's encoding
	Value string // of a click: the button's value
	Now   time.Time
}

// Reply is an answer that only the person sees.
type Reply struct {
	Text    string        // for notifications and screen readers
	Blocks  []slack.Block // what is shown
	Replace bool          // of a click: in place of the message that held the button
}

// A Command is a slash command.
type Command struct {
	Name   string   // without the slash
	Also   []string // other names of the same command
	Handle func(context.Context, Request) (Reply, error)
}

// Names are all names of the command.
func (c Command) Names() []string { return append([]string{c.Name}, c.Also...) }

// Commands are all slash commands. The texts command_<name>_description and _usage belong to each.
func (a *App) Commands() []Command {
	return []Command{
		{Name: "insats", Also: []string{"tiltak"}, Handle: a.insats},
		{Name: "lotsen", Handle: a.lotsen},
	}
}

// An Action is a button.
type Action struct {
	ID     string
	Handle func(context.Context, Request) (Reply, error)
}

// Actions are all buttons.
func (a *App) Actions() []Action {
	return []Action{
		{ID: actionUndo, Handle: a.undoClick},
		{ID: actionPick, Handle: a.pickClick},
		{ID: actionList, Handle: a.listClick},
	}
}

// ErrorReply says an error in a language. code is what an administrator can find in the log.
func (a *App) ErrorReply(err error, lang care.Lang, code string) Reply {
	voice := a.Texts.In(string(lang))
	if mistake, ok := errors.AsType[*care.Error](err); ok {
		args := locales.Args{}
		for k, v := range mistake.Args {
			if s, isText := v.(string); isText {
				v = escape(s)
			}
			args[k] = v
		}
		return say(voice.Text("error_"+string(mistake.Code), args))
	}
	return say(voice.Text("error_internal", locales.Args{"Request": code}))
}

// Say returns one of the texts without placeholders as a reply.
func (a *App) Say(id string, lang care.Lang) Reply {
	return say(a.Texts.In(string(lang)).Text(id, nil))
}

func (a *App) voice(req Request) *locales.Voice { return a.Texts.In(string(req.Actor.Lang)) }
