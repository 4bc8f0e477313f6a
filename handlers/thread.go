package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// AskedBlock is the block_id of buttons by which Lotsen asks about a message.
const AskedBlock = "asked"

// Said does what someone has written in a thread or to Lotsen. What it answers stays in direct messages, so it has
// no name and no note.
func (a *App) Said(ctx context.Context, req Request) (Reply, error) {
	m := req.Said
	var err error
	if m.Text, err = a.decodeButPeople(ctx, m.Text); err != nil {
		return Reply{}, fmt.Errorf("decode the text: %w", err)
	}
	h, err := a.Care.Reply(ctx, req.Actor, m, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return a.heard(req, h), nil
}

// pickCaseClick goes on with a message after its writer has chosen whose case it is about.
func (a *App) pickCaseClick(ctx context.Context, req Request) (Reply, error) {
	draft, id, _ := strings.Cut(req.Value, "/")
	h, err := a.Care.PickCase(ctx, req.Actor, draft, id, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	reply := a.heard(req, h)
	switch {
	case h.As == care.HeardNoted && reply.Empty():
		reply, err = a.settled(req, h.Case, h.Entry, nil)
	case h.As == care.HeardSeen:
		text := a.voice(req).Text("reply_seen", locales.Args{"Ref": string(h.Case.Student.Ref)})
		reply.Text, reply.Blocks = text, sections(text)
	}
	reply.Replace, reply.Lasting = true, true
	return reply, err
}

// heard answers a message.
func (a *App) heard(req Request, h care.Heard) Reply {
	voice := a.voice(req)
	ref := locales.Args{"Ref": string(h.Case.Student.Ref)}
	var reply Reply
	switch h.As {
	case care.HeardNoted:
		switch {
		case len(h.Unkept) > 0:
			reply = a.withoutWords(req, h, "reply_unkept")
		case h.Wordless:
			reply = a.withoutWords(req, h, "reply_wordless")
		}
		reply.Tick = true
	case care.HeardSeen:
		reply.Tick = true
	case care.HeardUnclear:
		id := "reply_unclear"
		if h.Withdrawn {
			id = "reply_withdrawn"
		}
		reply = a.askAct(req, h.Case, voice.Text(id, ref))
	case care.HeardRefused:
		reply = a.askAct(req, h.Case, a.ErrorReply(a.inWords(req, h.Mistake), req.Actor.Lang, req.ID).Text)
	case care.HeardWhose:
		reply = a.askWhose(req, h)
	case care.HeardHello:
		reply = say(voice.Text("reply_hello", nil))
	case care.HeardFollowUp:
		reply = say(voice.Text("reply_follow_up", nil))
	}
	reply.Untick = h.Withdrawn && !reply.Tick
	if reply.Tick || h.Withdrawn {
		reply.Anew, reply.Moved, reply.Changed = true, true, []care.Ref{h.Case.Student.Ref}
	}
	return reply
}

// askAct asks what was done about a case, with the buttons that it has elsewhere.
func (a *App) askAct(req Request, v care.CaseView, question string) Reply {
	reply := say(question)
	if row := a.caseRow(req, v); len(row) > 0 {
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock(AskedBlock, row...))
	}
	return reply
}

// askWhose asks which case a message is about.
func (a *App) askWhose(req Request, h care.Heard) Reply {
	shown := h.Among[:min(len(h.Among), buttonsMax)]
	labels, values := make([]string, len(shown)), make([]string, len(shown))
	for i, v := range shown {
		labels[i] = fmt.Sprintf("%s · %s", v.Student.Ref, a.step(req, v.Step))
		values[i] = h.Draft + "/" + v.ID
	}
	return ask(a.voice(req).Text("reply_whose", nil), actionCasePick, labels, values)
}

// withoutWords confirms what a message said was done, and that its words are not kept.
func (a *App) withoutWords(req Request, h care.Heard, id string) Reply {
	reply, _ := a.settled(req, h.Case, h.Entry, nil)
	words := a.voice(req).Text(id, nil)
	reply.Text += "\n" + words
	reply.Blocks = slices.Insert(reply.Blocks, 1, sections(words)...)
	return reply
}

// settled is noted for where it stays: without names and note, with the button to change it.
func (a *App) settled(req Request, v care.CaseView, entry string, err error) (Reply, error) {
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	v.Student, v.Owner.Name = care.Name{Ref: v.Student.Ref}, mention(v.Owner.SlackID)
	v.Entries = slices.Clone(v.Entries)
	for i := range v.Entries {
		v.Entries[i].Note, v.Entries[i].Undo, v.Entries[i].ToName = "", false, mention(v.Handed.SlackID)
	}
	reply, err := a.noted(req, v, entry, nil)
	reply.Blocks = sections(reply.Text)
	for _, e := range v.Entries {
		if e.What == care.CaseActed && e.By == req.Actor.Staff.ID && (entry == "" || e.ID == entry) {
			edit := button(actionCaseEdit, v.ID+entryMark+e.ID, a.voice(req).Text("button_edit", nil))
			reply.Blocks = append(reply.Blocks, slack.NewActionBlock("settled", edit))
			break
		}
	}
	reply.Replace, reply.Lasting = true, true
	return reply, err
}

// colleague shows the name of a colleague, or the tag that stands for it where no name is to stay.
func colleague(name string) string {
	if person.MatchString(name) {
		return name
	}
	return escape(name)
}
