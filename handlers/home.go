package handlers

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// How many students and cases App Home shows; Slack takes 100 blocks.
const (
	homeStudents = 60
	homeCases    = 20
)

// Home is a person's App Home, and the students whose record it depends on. It stays in Slack, so it
// holds no name and no note.
func (a *App) Home(ctx context.Context, req Request) (slack.HomeTabViewRequest, []care.Ref, error) {
	h, err := a.Care.Home(ctx, req.Actor, req.Now)
	if err != nil {
		return slack.HomeTabViewRequest{}, nil, err
	}
	voice := a.voice(req)
	var top []slack.BlockElement
	if h.MayLog {
		top = append(top, button(actionLog, "", voice.Text("button_log", nil)).WithStyle(slack.StylePrimary))
	}
	if len(h.Students) > 0 {
		top = append(top, button(actionNames, "", voice.Text("button_names", nil)))
	}
	top = append(top, button(actionSettings, "", voice.Text("button_settings", nil)))
	blocks := []slack.Block{slack.NewActionBlock("home", top...)}
	title := func(id string) { blocks = append(blocks, slack.NewHeaderBlock(plain(voice.Text(id, nil), 150))) }

	var refs []care.Ref
	if len(h.Cases) > 0 {
		title("home_cases")
	}
	for i, v := range h.Cases {
		refs = append(refs, v.Student.Ref)
		if i < homeCases {
			row := sections(a.caseTitle(req, v) + "  ·  " + a.caseDue(req, v))[0].(*slack.SectionBlock)
			row.Accessory = slack.NewAccessory(button(actionOpen, string(v.Student.Ref), voice.Text("button_open", nil)))
			blocks = append(blocks, row)
		}
	}
	if more := len(h.Cases) - homeCases; more > 0 {
		blocks = append(blocks, sections(voice.Count("cases_more", more))...)
	}
	title("home_students")
	for _, m := range h.Students {
		refs = append(refs, m.Ref)
	}
	rows, more := a.studentRows(req, h.Students, homeStudents)
	switch blocks = append(blocks, rows...); {
	case len(rows) == 0:
		blocks = append(blocks, sections(voice.Text("home_no_students", nil))...)
	case more:
		blocks = append(blocks, sections(voice.Count("mine_more", len(rows)))...)
	}
	title("home_entries")
	for _, e := range h.Entries {
		// To whom a student was referred and what came of it are not for what stays in Slack.
		line := append([]string{a.entryLine(req, "list_entry_for", e)}, a.followUp(req, e)...)
		blocks = append(blocks, a.withEdit(req, e, sections(strings.Join(line, "  ·  ")))...)
		refs = append(refs, e.Touched...)
	}
	if len(h.Entries) == 0 {
		none := voice.Text("home_nothing", nil)
		if h.MayLog {
			none = voice.Text("home_no_entries", nil)
		}
		blocks = append(blocks, sections(none)...)
	}
	return homeView(blocks), refs, nil
}

// HomeOf shows a reply as App Home, for someone who is not let in.
func (a *App) HomeOf(r Reply) slack.HomeTabViewRequest { return homeView(r.Blocks) }

func homeView(blocks []slack.Block) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
}
