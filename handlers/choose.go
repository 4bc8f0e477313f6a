package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// buttonsMax is how many elements an actions block may have.
const buttonsMax = 25

// choose asks which student or kind a line means, with a button for each.
func (a *App) choose(req Request, choice *care.Choice) Reply {
	place := fmt.Sprintf("%s/%d/", choice.Draft, choice.Word)
	if len(choice.Students) > 0 {
		return a.chooseStudent(req, choice.Students, actionPick, place)
	}
	voice := a.voice(req)
	values := make([]string, len(choice.Kinds))
	for i, kind := range choice.Kinds {
		values[i] = place + string(kind)
	}
	return ask(voice.Text("choose_kind", nil), actionPick, kindNames(choice.Kinds, voice), values)
}

// chooseStudent asks which student a name means. What a click brings is place and the ref.
func (a *App) chooseStudent(req Request, found []care.Name, action, place string) Reply {
	voice := a.voice(req)
	shown := found[:min(len(found), buttonsMax)]
	labels := make([]string, len(shown))
	values := make([]string, len(shown))
	for i, n := range shown {
		labels[i], values[i] = studentLabel(n), place+string(n.Ref)
	}
	reply := ask(voice.Text("choose_student", nil), action, labels, values)
	if len(shown) < len(found) {
		reply.Blocks = append(reply.Blocks, sections(voice.Text("choose_more", locales.Args{"Max": buttonsMax}))...)
	}
	return reply
}

// ask is a question with a row of buttons; the number in their action ids tells them apart.
func ask(question, action string, labels, values []string) Reply {
	reply := say(question)
	row := make([]slack.BlockElement, len(labels))
	for i, label := range labels {
		row[i] = button(action+"."+strconv.Itoa(i), values[i], label)
	}
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("choose", row...))
	return reply
}

// labelShown is about how many characters of a button's label Slack shows, and labelNames how
// many of them the names get at least.
const (
	labelShown = 30
	labelNames = 14
)

// studentLabel is a student on a button: "Alva Berg · 8B-M2X". Names that are too long to be
// seen whole are cut, for the ref is what tells namesakes apart.
func studentLabel(n care.Name) string { return labelled(n, labelShown) }

// labelled is a student in so many characters.
func labelled(n care.Name, shown int) string {
	ref := " · " + string(n.Ref)
	room := max(shown-units(" "+ref), labelNames)
	given := shorten(n.Given, max(room/2, room-units(n.Family)))
	family := shorten(n.Family, room-units(given))
	return strings.TrimSpace(given+" "+family) + ref
}

// pickClick goes on with a line after its writer has chosen.
func (a *App) pickClick(ctx context.Context, req Request) (Reply, error) {
	draft, place, _ := strings.Cut(req.Value, "/")
	number, value, _ := strings.Cut(place, "/")
	word, err := strconv.Atoi(number)
	if err != nil {
		return Reply{}, &care.Error{Code: care.CodeDraftGone}
	}
	entry, err := a.Care.Pick(ctx, req.Actor, draft, word, value, req.Now)
	reply, err := a.logged(req, "log_done", entry, err)
	reply.Replace = true
	return reply, err
}
