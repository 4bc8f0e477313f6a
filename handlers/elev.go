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

// pageClick shows other entries of a card: "8B-K3F/20" those after the latest 20.
func (a *App) pageClick(ctx context.Context, req Request) (Reply, error) {
	ref, number, _ := strings.Cut(req.Value, "/")
	skip, err := strconv.Atoi(number)
	if err != nil {
		return Reply{}, &care.Error{Code: "too_old_button"}
	}
	reply, err := a.card(ctx, req, ref, skip)
	reply.Replace = true
	return reply, err
}

// card shows a student's card with the entries after the first skip, as many as fit in a message;
// or it asks which student is meant.
func (a *App) card(ctx context.Context, req Request, who string, skip int) (Reply, error) {
	c, err := a.Care.Card(ctx, req.Actor, who, skip, req.Now)
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		return a.chooseStudent(req, choice.Students, actionOpen, ""), nil
	}
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	title := voice.Text("card_title", locales.Args{"Student": student(c.Student)})
	reply := say(title + "\n" + strings.Join(a.cardFacts(req, c), "  ·  "))
	reply.Text, reply.state.Card = title, fmt.Sprintf("%s/%d", c.Student.Ref, c.Skipped)
	if c.Case != nil {
		title := voice.Text("card_case", locales.Args{"Step": a.step(req, c.Case.Step)})
		reply.Blocks = append(reply.Blocks, sections(title+"\n"+a.caseToDo(req, *c.Case))...)
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock("case", a.caseRow(req, *c.Case)...))
	}
	if c.Meeting != nil {
		reply.Blocks = append(reply.Blocks, a.cardMeeting(req, *c.Meeting))
	}
	if len(c.Entries) == 0 {
		reply.Blocks = append(reply.Blocks, sections(voice.Text("card_empty", nil))...)
	}
	shown := 0
	for _, e := range c.Entries {
		blocks := a.listEntry(req, e, len(e.Students) > 1)
		if len(reply.Blocks)+len(blocks) > blocksMax-1 {
			c.More = true
			break
		}
		reply.Blocks = append(reply.Blocks, blocks...)
		shown++
	}
	reply.Blocks = append(reply.Blocks, slack.NewActionBlock("card", a.cardButtons(req, c, shown)...))
	return reply, nil
}

// cardMeeting is the next meeting about a student, with a button for those whose it is.
func (a *App) cardMeeting(req Request, v care.MeetingView) slack.Block {
	if v.Attends || v.MayChange {
		return a.meetingRow(req, v)
	}
	return sections("*" + a.when(req, v.School, timeOf(v)) + "*  ·  " + a.meetingKind(req, v.School, v.Kind))[0]
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

func (a *App) cardButtons(req Request, c care.Card, shown int) []slack.BlockElement {
	voice := a.voice(req)
	ref := string(c.Student.Ref)
	page := func(n, skip int, label string) slack.BlockElement {
		return button(fmt.Sprintf("%s.%d", actionPage, n), fmt.Sprintf("%s/%d", ref, skip), voice.Text(label, nil))
	}
	row := []slack.BlockElement{button(actionLog, ref, voice.Text("button_log", nil)).WithStyle(slack.StylePrimary)}
	if a.Care.MayBook(req.Actor, req.Now) {
		about := ref
		if c.Case != nil {
			about = c.Case.ID
		}
		row = append(row, button(actionBook, about, voice.Text("button_book", nil)))
	}
	if c.Skipped > 0 {
		row = append(row, page(0, max(c.Skipped-care.ListMax, 0), "button_newer"))
	}
	if c.More {
		row = append(row, page(1, c.Skipped+shown, "button_older"))
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
