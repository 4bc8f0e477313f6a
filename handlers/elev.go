package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionOpen  = "student.open"
	actionPage  = "student.page"
	actionNames = "student.names"
)

// elev handles "/elev 8B-K3F", which shows a student's card, and "/elev", which lists the students
// whom one works with.
func (a *App) elev(ctx context.Context, req Request) (Reply, error) {
	switch {
	case req.Text == "", subcommand(req.Text) == subList:
		return a.myStudents(ctx, req)
	case subcommand(req.Text) == subHelp:
		return a.Say("help_elev", req.Actor.Lang), nil
	}
	return a.card(ctx, req, req.Text, 0)
}

// openClick shows the card of the student of a row.
func (a *App) openClick(ctx context.Context, req Request) (Reply, error) {
	return a.card(ctx, req, req.Value, 0)
}

// pageClick shows another page of a card: "8B-K3F/2".
func (a *App) pageClick(ctx context.Context, req Request) (Reply, error) {
	ref, number, _ := strings.Cut(req.Value, "/")
	page, err := strconv.Atoi(number)
	if err != nil {
		return Reply{}, &care.Error{Code: "too_old_button"}
	}
	reply, err := a.card(ctx, req, ref, page)
	reply.Replace = true
	return reply, err
}

// card shows a page of a student's card, or asks which student is meant.
func (a *App) card(ctx context.Context, req Request, who string, page int) (Reply, error) {
	c, err := a.Care.Card(ctx, req.Actor, who, page, req.Now)
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		return a.chooseStudent(req, choice.Students, actionOpen, ""), nil
	}
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	title := voice.Text("card_title", locales.Args{"Student": student(c.Student)})
	reply := say(title + "\n" + strings.Join(a.cardFacts(req, c), "  ·  "))
	reply.Text = title
	if len(c.Entries) == 0 {
		reply.Blocks = append(reply.Blocks, sections(voice.Text("card_empty", nil))...)
	}
	for _, e := range c.Entries {
		reply.Blocks = append(reply.Blocks, a.listEntry(req, e, len(e.Students) > 1)...)
	}
	// Ten entries with the longest notes are some 20 blocks, so the row of buttons always fits.
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("card", a.cardButtons(req, c)...))
	return reply, nil
}

func (a *App) cardFacts(req Request, c care.Card) []string {
	voice := a.voice(req)
	facts := []string{escape(c.Group), escape(c.School.Name)}
	if c.Left {
		facts = append(facts, voice.Text("card_left", nil))
	}
	if due := a.due(req, c.School, c.Due); due != "" {
		facts = append(facts, "*"+due+"*")
	}
	return facts
}

func (a *App) cardButtons(req Request, c care.Card) []slack.BlockElement {
	voice := a.voice(req)
	ref := string(c.Student.Ref)
	row := []slack.BlockElement{button(actionLog, ref, voice.Text("button_log", nil)).WithStyle(slack.StylePrimary)}
	if c.Page > 0 {
		row = append(row, button(actionPage+".0", fmt.Sprintf("%s/%d", ref, c.Page-1), voice.Text("button_newer", nil)))
	}
	if c.More {
		row = append(row, button(actionPage+".1", fmt.Sprintf("%s/%d", ref, c.Page+1), voice.Text("button_older", nil)))
	}
	return row
}

// due says when a student's next follow-up is or should have been; "" without one.
func (a *App) due(req Request, school care.School, due care.Date) string {
	if due == "" {
		return ""
	}
	id := "due"
	switch today := care.DateOf(req.Now, school.Zone); {
	case due == today:
		id = "due_today"
	case due < today:
		id = "due_passed"
	}
	return a.voice(req).Text(id, locales.Args{"Date": a.day(req, school, due)})
}

// namesClick handles the button [Visa namn] of App Home.
func (a *App) namesClick(ctx context.Context, req Request) (Reply, error) {
	return a.myStudents(ctx, req)
}

// myStudents lists the students whom one works with, next due first.
func (a *App) myStudents(ctx context.Context, req Request) (Reply, error) {
	mine, err := a.Care.MyStudents(ctx, req.Actor, req.Now)
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	if len(mine) == 0 {
		return say(voice.Text("mine_empty", nil)), nil
	}
	reply := say(voice.Text("mine_title", nil))
	rows, more := a.studentRows(req, mine, blocksMax-2)
	reply.Blocks = append(reply.Blocks, rows...)
	if more {
		reply.Blocks = append(reply.Blocks, sections(voice.Count("mine_more", len(rows)))...)
	}
	return reply, nil
}

// studentRows are at most limit students, each with a button that opens the card, and whether
// there are more.
func (a *App) studentRows(req Request, mine []care.MyStudent, limit int) (rows []slack.Block, more bool) {
	voice := a.voice(req)
	for _, m := range mine[:min(len(mine), limit)] {
		line := student(m.Name)
		if due := a.due(req, m.School, m.Due); due != "" {
			line += "  ·  " + due
		}
		row := sections(line)[0].(*slack.SectionBlock)
		row.Accessory = slack.NewAccessory(button(actionOpen, string(m.Ref), voice.Text("button_open", nil)))
		rows = append(rows, row)
	}
	return rows, len(mine) > limit
}
