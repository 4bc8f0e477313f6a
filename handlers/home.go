package handlers

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// How many students and cases App Home shows; Slack takes 100 blocks.
const (
	homeStudents = 60
	homeCases    = 15
	homeMeetings = 5
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
	if a.Care.MayBook(req.Actor, req.Now) {
		top = append(top, button(actionBook, "", voice.Text("button_book", nil)))
	}
	if len(h.Students) > 0 {
		top = append(top, button(actionNames, "", voice.Text("button_names", nil)))
	}
	top = append(top, button(actionSettings, "", voice.Text("button_settings", nil)))
	blocks := []slack.Block{slack.NewActionBlock("home", top...)}
	title := func(id string) { blocks = append(blocks, slack.NewHeaderBlock(plain(voice.Text(id, nil), 150))) }

	refs := refsOf(h)
	meetings, err := a.homeMeetings(ctx, req)
	if err != nil {
		return slack.HomeTabViewRequest{}, nil, err
	}
	blocks = append(append(blocks, a.homeCases(req, h)...), meetings...)
	switch rows, more := a.studentRows(req, withoutCase(h), homeStudents); {
	case len(h.Students)+len(h.Cases) == 0:
		title("home_students")
		blocks = append(blocks, sections(voice.Text("home_no_students", nil))...)
	case len(rows) > 0:
		if len(h.Cases) == 0 {
			title("home_students")
		} else {
			title("home_other_students")
		}
		if blocks = append(blocks, rows...); more {
			blocks = append(blocks, sections(voice.Count("mine_more", len(rows)))...)
		}
	}
	title("home_entries")
	for _, e := range h.Entries {
		// To whom a student was referred and what came of it are not for what stays in Slack.
		line := append([]string{a.entryLine(req, "list_entry_for", e)}, a.followUp(req, e)...)
		blocks = append(blocks, a.withEdit(req, e, sections(strings.Join(line, "  ·  ")))...)
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

// refsOf are the students whose record an App Home depends on.
func refsOf(h care.Home) (refs []care.Ref) {
	for _, v := range h.Cases {
		refs = append(refs, v.Student.Ref)
	}
	for _, m := range h.Students {
		refs = append(refs, m.Ref)
	}
	for _, e := range h.Entries {
		refs = append(refs, e.Touched...)
	}
	return refs
}

// homeCases are the cases on an App Home, each with a button that opens the student's card.
func (a *App) homeCases(req Request, h care.Home) []slack.Block {
	if len(h.Cases) == 0 {
		return nil
	}
	voice := a.voice(req)
	blocks := []slack.Block{slack.NewHeaderBlock(plain(voice.Text("home_cases", nil), 150))}
	for _, v := range shownCases(h) {
		line := a.caseTitle(req, v) + "  ·  " + a.caseDue(req, v)
		if v.HandedMe { // by whom, App Home does not tell
			line += "  ·  " + voice.Text("case_handed_you", nil)
		}
		if i := slices.IndexFunc(h.Students, func(m care.MyStudent) bool { return m.Ref == v.Student.Ref && m.Due != "" }); i >= 0 {
			if due := a.due(req, v.School, h.Students[i].Due); !strings.HasSuffix(line, due) {
				line += "  ·  " + due
			}
		}
		row := sections(line)[0].(*slack.SectionBlock)
		row.Accessory = slack.NewAccessory(button(actionOpen, string(v.Student.Ref), voice.Text("button_open", nil)))
		blocks = append(blocks, row)
	}
	if more := len(h.Cases) - homeCases; more > 0 {
		blocks = append(blocks, sections(voice.Count("cases_more_first", more))...)
	}
	return blocks
}

// homeMeetings are the next meetings on an App Home, each with a button that opens it.
func (a *App) homeMeetings(ctx context.Context, req Request) ([]slack.Block, error) {
	list, err := a.Care.MyMeetings(ctx, req.Actor, req.Now)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	voice := a.voice(req)
	blocks := []slack.Block{slack.NewHeaderBlock(plain(voice.Text("home_meetings", nil), 150))}
	for _, v := range list[:min(len(list), homeMeetings)] {
		blocks = append(blocks, a.meetingRow(req, v))
	}
	if more := len(list) - homeMeetings; more > 0 {
		blocks = append(blocks, sections(voice.Count("meetings_more_home", more))...)
	}
	return blocks, nil
}

func shownCases(h care.Home) []care.CaseView { return h.Cases[:min(len(h.Cases), homeCases)] }

// withoutCase are the students who do not stand among the cases already.
func withoutCase(h care.Home) []care.MyStudent {
	return slices.DeleteFunc(slices.Clone(h.Students), func(m care.MyStudent) bool {
		return slices.ContainsFunc(shownCases(h), func(v care.CaseView) bool { return v.Student.Ref == m.Ref })
	})
}

// HomeOf shows a reply as App Home, for someone who is not let in.
func (a *App) HomeOf(r Reply) slack.HomeTabViewRequest { return homeView(r.Blocks) }

func homeView(blocks []slack.Block) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}
}
