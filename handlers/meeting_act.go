package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionAccept          = "meeting.accept"
	actionDecline         = "meeting.decline"
	actionMeetingMove     = "meeting.move" // also to suggest another time
	actionMeetingCancel   = "meeting.cancel"
	actionMeetingTo       = "meeting.to" // a time that a message offers
	actionMeetingOpen     = "meeting.open"
	actionMeetingCalendar = "meeting.calendar" // a link, of whose clicks Slack tells all the same
)

// planned is what a button of a meeting brings: the meeting, and the plan that its message showed.
func planned(v care.MeetingView) string { return v.ID + "/" + strconv.Itoa(v.Plan) }

// readPlanned takes apart what a button brings.
func readPlanned(value string) (meeting string, plan int, err error) {
	i := strings.LastIndexByte(value, '/')
	if i < 0 {
		return "", 0, &care.Error{Code: care.CodeNoMeeting}
	}
	if plan, err = strconv.Atoi(value[i+1:]); err != nil {
		return "", 0, &care.Error{Code: care.CodeNoMeeting}
	}
	return value[:i], plan, nil
}

// acceptClick says yes to a meeting.
func (a *App) acceptClick(ctx context.Context, req Request) (Reply, error) {
	return a.answerClick(ctx, req, care.Accepted, "meeting_accepted")
}

// declineClick says no to a meeting.
func (a *App) declineClick(ctx context.Context, req Request) (Reply, error) {
	return a.answerClick(ctx, req, care.Declined, "meeting_declined")
}

func (a *App) answerClick(ctx context.Context, req Request, answer care.Answer, text string) (Reply, error) {
	id, plan, err := readPlanned(req.Value)
	if err != nil {
		return Reply{}, err
	}
	v, err := a.Care.AnswerMeeting(ctx, req.Actor, id, plan, answer, req.ID, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return a.onMeeting(req, v, text)
}

// cancelClick calls a meeting off.
func (a *App) cancelClick(ctx context.Context, req Request) (Reply, error) {
	id, plan, err := readPlanned(req.Value)
	if err != nil {
		return Reply{}, err
	}
	v, err := a.Care.MeetingByID(ctx, req.Actor, id, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	if v.Plan != plan {
		return Reply{}, a.movedOn(req, v)
	}
	if v, err = a.Care.CancelMeeting(ctx, req.Actor, id, req.ID, req.Now); err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return a.onMeeting(req, v, "meeting_is_cancelled")
}

// movedOn refuses what is said to a time that is not the meeting's any more.
func (a *App) movedOn(req Request, v care.MeetingView) error {
	return a.inWords(req, &care.Error{Code: care.CodeMeetingNew, Args: map[string]any{"Start": v.Start, "School": v.School}})
}

// onMeeting confirms what someone did about a meeting: where it was opened, with the meeting as it is then. A
// message that stays shows it by itself.
func (a *App) onMeeting(req Request, v care.MeetingView, text string) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	said := a.voice(req).Text(text, locales.Args{"Meeting": a.meetingWhen(req, v), "Name": named(v.Organiser)})
	reply := say(said)
	if on.Meeting != "" {
		reply.Blocks = append(reply.Blocks, slack.NewDividerBlock())
		reply.Blocks = append(reply.Blocks, a.meetingDetails(req, v)...)
		reply.state, reply.Replace = on, true
	}
	return a.moved(reply, v), nil
}

// moveClick opens the modal with other times for a meeting.
func (a *App) moveClick(ctx context.Context, req Request) (Reply, error) {
	id, _, err := readPlanned(req.Value)
	if err != nil {
		return Reply{}, err
	}
	offer, err := a.Care.OfferMove(ctx, req.Actor, id, req.ID, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return Reply{Modal: a.slotsModal(req, offer, modalState{}, "")}, nil
}

// moveToClick moves a meeting to a time that its message offers.
func (a *App) moveToClick(ctx context.Context, req Request) (Reply, error) {
	i := strings.LastIndexByte(req.Value, '/')
	start, err := time.Parse(time.RFC3339, req.Value[i+1:])
	if i < 0 || err != nil {
		return Reply{}, &care.Error{Code: care.CodeNoMeeting}
	}
	id, plan, err := readPlanned(req.Value[:i])
	if err != nil {
		return Reply{}, err
	}
	v, err := a.Care.MeetingByID(ctx, req.Actor, id, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	if v.Plan != plan && !v.Start.Equal(start) { // pressed again, it is there already
		return Reply{}, a.movedOn(req, v)
	}
	v, err = a.Care.MoveTo(ctx, req.Actor, id, start, req.ID, req.Now)
	if taken, ok := errors.AsType[*care.SlotTaken](err); ok {
		return Reply{Modal: a.slotTaken(req, taken.Offer, modalState{}, "")}, nil
	}
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return a.onMeeting(req, v, "meeting_is_moved")
}

// openMeetingClick shows a meeting with what its reader may see of it.
func (a *App) openMeetingClick(ctx context.Context, req Request) (Reply, error) {
	v, err := a.Care.MeetingByID(ctx, req.Actor, req.Value, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	reply := Reply{Text: a.meetingWhen(req, v), Blocks: a.meetingDetails(req, v), Lang: req.Actor.Lang, state: modalState{Meeting: v.ID}}
	return Reply{Modal: a.Window(reply)}, nil
}

// calendarClick is told of a click on a link, which Slack itself follows.
func (a *App) calendarClick(context.Context, Request) (Reply, error) { return Reply{}, nil }

// meetingDetails are all that a reader may see of a meeting, and what they can do about it. It has names, so it is
// for one person.
func (a *App) meetingDetails(req Request, v care.MeetingView) []slack.Block {
	voice := a.voice(req)
	state := a.meetingStanding(req, v)
	if v.State == care.MeetingProposed && v.AnswerBy != "" && !v.Past {
		state += "  ·  " + voice.Text("meeting_answer_by", locales.Args{"Date": a.day(req, v.School, v.AnswerBy)})
	}
	by := voice.Text("meeting_organiser", locales.Args{"Name": named(v.Organiser)})
	answers := ""
	if v.State != care.MeetingCancelled {
		answers = a.answers(req, v, named)
	}
	blocks := sections(stacked("*"+a.meetingWhen(req, v)+"*", a.meetingFacts(req, v), state, by, answers))
	if v.Reason != "" {
		blocks = append(blocks, sections(voice.Text("meeting_reason", nil)+"\n"+quote(v.Reason))...)
	}
	if row := a.meetingButtons(req, v); len(row) > 0 {
		blocks = append(blocks, slack.NewActionBlock("meeting", row...))
	}
	return blocks
}

// meetingButtons are what a reader can do about a meeting: first what they are most likely to.
func (a *App) meetingButtons(req Request, v care.MeetingView) []slack.BlockElement {
	if v.State == care.MeetingCancelled || v.Past {
		return nil
	}
	return append(a.answerButtons(req, v), a.changeButtons(req, v, true)...)
}

// answerButtons are an attendee's, who can also change their answer.
func (a *App) answerButtons(req Request, v care.MeetingView) (row []slack.BlockElement) {
	voice := a.voice(req)
	if !v.Attends || v.Mine {
		return nil
	}
	if v.Answer != care.Accepted {
		yes := button(actionAccept, planned(v), voice.Text("button_meeting_yes", nil))
		if v.Answer == "" {
			yes = yes.WithStyle(slack.StylePrimary)
		}
		row = append(row, yes)
	}
	if v.Answer != care.Declined {
		row = append(row, button(actionDecline, planned(v), voice.Text("button_meeting_no", nil)))
	}
	if !v.MayChange {
		row = append(row, button(actionMeetingMove, planned(v), voice.Text("button_meeting_suggest", nil)))
	}
	return row
}

// changeButtons are the way into the calendar and, for who may, those that move a meeting or call it off.
func (a *App) changeButtons(req Request, v care.MeetingView, move bool) (row []slack.BlockElement) {
	voice := a.voice(req)
	if v.State == care.MeetingCancelled || v.Past {
		return nil
	}
	if v.MayChange && move {
		row = append(row, button(actionMeetingMove, planned(v), voice.Text("button_meeting_move", nil)))
	}
	if v.Attends {
		row = append(row, a.calendarButton(req, v))
	}
	if v.MayChange {
		row = append(row, a.cancelButton(req, v))
	}
	return row
}

// calendarButton leads to the invitation or, where nobody could follow a link, has it sent as a file.
func (a *App) calendarButton(req Request, v care.MeetingView) *slack.ButtonBlockElement {
	label := a.voice(req).Text("button_calendar", nil)
	if link := a.calendarLink(v.Link); link != "" {
		return button(actionMeetingCalendar, v.ID, label).WithURL(link)
	}
	return button(actionMeetingFile, v.ID, label)
}

// cancelButton calls a meeting off once more than one click says so: others are told at once.
func (a *App) cancelButton(req Request, v care.MeetingView) *slack.ButtonBlockElement {
	voice := a.voice(req)
	b := button(actionMeetingCancel, planned(v), voice.Text("button_meeting_cancel", nil))
	return b.WithConfirm(slack.NewConfirmationBlockObject(plain(voice.Text("cancel_title", nil), 100),
		plain(fmt.Sprintf("%s. %s", a.meetingWhen(req, v), voice.Text("cancel_what", nil)), 300),
		plain(voice.Text("button_meeting_cancel", nil), 30), plain(voice.Text("button_meeting_keep", nil), 30)))
}
