package handlers

import (
	"context"
	"errors"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionBook        = "meeting.book"
	actionMeetingPick = "meeting.pick"
)

// mote handles "/mote", which opens the modal, "/mote 8B-K3F Frånvaron", which opens it for a student, and
// "/mote lista".
func (a *App) mote(ctx context.Context, req Request) (Reply, error) {
	switch {
	case req.Text == "":
		return a.openMeeting(ctx, req, "", "", "")
	case subcommand(req.Text) == subList:
		return a.myMeetings(ctx, req)
	case subcommand(req.Text) == subHelp:
		school, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
		voice := a.voice(req)
		return say(voice.Text("help_mote", locales.Args{"Meeting": kindWords(voice, school, care.MeetingEHT),
			"Team": escape(term(voice, school, care.TermTeam).Definite)})), nil
	}
	return a.meetingFor(ctx, req, req.Text)
}

// nameWords is how many words a student's name is looked for in.
const nameWords = 4

// meetingFor opens the modal for the student with whom a line begins; the rest of it is the reason. A ref is
// one word, a name as many as fit.
func (a *App) meetingFor(ctx context.Context, req Request, line string) (Reply, error) {
	most := min(len(strings.Fields(line)), nameWords)
	if first, _ := firstWord(line); isRef(first) {
		most = 1
	}
	var err error
	for n := most; n > 0; n-- {
		who, reason := firstWords(line, n)
		var reply Reply
		if reply, err = a.openMeeting(ctx, req, "", who, reason); care.CodeOf(err) != care.CodeNoSuchStudent {
			return reply, err
		}
	}
	first, _ := firstWord(line)
	return Reply{}, &care.Error{Code: "about_whom", Args: map[string]any{"Word": first}, Err: err}
}

func isRef(word string) bool {
	_, ok := care.ParseRef(word)
	return ok
}

// firstWords parts a text after its first n words.
func firstWords(text string, n int) (first, rest string) {
	var words []string
	rest = text
	for range n {
		var word string
		word, rest = firstWord(rest)
		words = append(words, word)
	}
	return strings.Join(words, " "), rest
}

// bookShortcut handles the shortcut that opens the empty modal.
func (a *App) bookShortcut(ctx context.Context, req Request) (Reply, error) {
	return a.openMeeting(ctx, req, "", "", "")
}

// bookClick opens the modal for a case or, with a ref, for a student. Where only one more modal has room it takes the
// place of the one in front, so that the times have room on top of it; what is entered there is kept otherwise.
func (a *App) bookClick(ctx context.Context, req Request) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	id, who := req.Value, ""
	if isRef(req.Value) {
		id, who = "", req.Value
	}
	reply, err := a.openMeeting(ctx, req, id, who, "")
	reply.Replace = on.Done || on.Case != "" && on.Card != ""
	return reply, err
}

// pickMeetingClick opens the modal for the student chosen among several whom a name fits: "8B-K3F/Frånvaron".
func (a *App) pickMeetingClick(ctx context.Context, req Request) (Reply, error) {
	ref, reason, _ := strings.Cut(req.Value, "/")
	return a.openMeeting(ctx, req, "", ref, reason)
}

// reasonKept is how much of a reason a button carries on.
const reasonKept = 1900

// openMeeting opens the modal "meeting" for a case, a student or nothing, or asks which student is meant.
func (a *App) openMeeting(ctx context.Context, req Request, caseID, who, reason string) (Reply, error) {
	form, names, err := a.Care.MeetingAt(ctx, req.Actor, caseID, who, req.Now)
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		return a.chooseMeeting(req, choice.Students, shorten(reason, reasonKept)), nil
	}
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	if reason != "" {
		form.Reason = shorten(reason, care.NoteMax)
	}
	students := make([]*slack.OptionBlockObject, len(names))
	for i, n := range names {
		students[i] = studentOption(n)
	}
	return Reply{Modal: a.meetingModal(req, form, students)}, nil
}

// chooseMeeting asks which student a meeting is to be about.
func (a *App) chooseMeeting(req Request, found []care.Name, reason string) Reply {
	reply := a.chooseStudent(req, found, actionMeetingPick, "")
	for _, block := range reply.Blocks {
		row, ok := block.(*slack.ActionBlock)
		if !ok {
			continue
		}
		for _, e := range row.Elements.ElementSet {
			e.(*slack.ButtonBlockElement).Value += "/" + reason
		}
	}
	return reply
}

// myMeetings lists one's coming meetings.
func (a *App) myMeetings(ctx context.Context, req Request) (Reply, error) {
	list, err := a.Care.MyMeetings(ctx, req.Actor, req.Now)
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	if len(list) == 0 {
		return say(voice.Text("meetings_empty", nil)), nil
	}
	reply := say(voice.Text("meetings_title", nil))
	const most = blocksMax - 2
	for _, v := range list[:min(len(list), most)] {
		reply.Blocks = append(reply.Blocks, a.meetingRow(req, v))
	}
	return a.andMore(req, reply, "meetings_more", len(list)-most), nil
}

// meetingRow is a meeting in a list, with a button that opens it.
func (a *App) meetingRow(req Request, v care.MeetingView) slack.Block {
	what := stacked("*"+a.when(req, v.School, timeOf(v))+"*  ·  "+a.meetingKind(req, v.School, v.Kind), a.meetingFacts(req, v), a.meetingStanding(req, v))
	row := sections(what)[0].(*slack.SectionBlock)
	row.Accessory = slack.NewAccessory(button(actionMeetingOpen, v.ID, a.voice(req).Text("button_open", nil)))
	return row
}

// meetingStanding says how certain a meeting is, and what its reader still owes it.
func (a *App) meetingStanding(req Request, v care.MeetingView) string {
	if v.Past {
		return ""
	}
	if v.State == care.MeetingCancelled || !v.Attends || v.Answer == care.Accepted {
		return a.meetingState(req, v)
	}
	if v.Answer == care.Declined {
		return a.voice(req).Text("meeting_you_no", nil)
	}
	return "*" + a.voice(req).Text("meeting_you_silent", nil) + "*"
}
