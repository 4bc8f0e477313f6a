// Package handlers is what people do in Slack: a file for each slash command, for the modals, the
// shortcuts and App Home. A handler reads the words, calls care, and picks the text; it knows no
// transport, no clock and no log.
package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// App answers what people do.
type App struct {
	Care      Care
	Texts     *locales.Texts
	PublicURL string // where calendar links point, without a slash at its end; "": there are none
}

// Care is what handlers ask of the domain; *care.Service is it.
type Care interface {
	LogLine(ctx context.Context, actor care.Actor, text, request string, now time.Time) (care.Entry, error)
	LogForm(ctx context.Context, actor care.Actor, f care.InterventionForm, form, request string, now time.Time) (care.Entry, error)
	LoggingSchool(actor care.Actor, now time.Time) (care.School, error)
	Pick(ctx context.Context, actor care.Actor, draft string, word int, value string, now time.Time) (care.Entry, error)
	Undo(ctx context.Context, actor care.Actor, request string, now time.Time) (care.Entry, error)
	UndoIntervention(ctx context.Context, actor care.Actor, id, request string, now time.Time) (care.Entry, error)
	Editable(ctx context.Context, actor care.Actor, id string, now time.Time) (care.Entry, error)
	EditIntervention(ctx context.Context, actor care.Actor, id string, base int, f care.InterventionForm, request string, now time.Time) (care.Entry, error)
	SuggestStudents(ctx context.Context, actor care.Actor, typed string, limit int, now time.Time) ([]care.Suggestion, error)
	ListOwn(ctx context.Context, actor care.Actor, now time.Time) (entries []care.Entry, more bool, err error)
	Timeline(ctx context.Context, actor care.Actor, who string, now time.Time) (of care.Name, entries []care.Entry, more bool, err error)
	Card(ctx context.Context, actor care.Actor, who string, skip int, now time.Time) (care.Card, error)
	StudentToLog(ctx context.Context, actor care.Actor, ref care.Ref, now time.Time) (care.Name, error)
	Mentioned(ctx context.Context, actor care.Actor, text string, now time.Time) ([]care.Name, error)
	MyStudents(ctx context.Context, actor care.Actor, now time.Time) ([]care.MyStudent, error)
	Home(ctx context.Context, actor care.Actor, now time.Time) (care.Home, error)
	FollowUpMake(ctx context.Context, actor care.Actor, delivery, request string, now time.Time) (care.Reminder, []care.Ref, error)
	FollowUpLater(ctx context.Context, actor care.Actor, delivery, request string, now time.Time) (care.Reminder, []care.Ref, error)
	FollowUpUndo(ctx context.Context, actor care.Actor, delivery, request string, now time.Time) (care.Reminder, []care.Ref, error)
	Reminded(ctx context.Context, actor care.Actor, delivery string, now time.Time) ([]care.Name, error)
	MyCases(ctx context.Context, actor care.Actor, whole bool, now time.Time) ([]care.CaseView, error)
	CaseOfStudent(ctx context.Context, actor care.Actor, who string, now time.Time) (care.CaseView, error)
	CaseByID(ctx context.Context, actor care.Actor, id string, now time.Time) (care.CaseView, error)
	OpenCase(ctx context.Context, actor care.Actor, ref care.Ref, request string, now time.Time) (care.CaseView, error)
	Reply(ctx context.Context, actor care.Actor, m care.Message, now time.Time) (care.Heard, error)
	PickCase(ctx context.Context, actor care.Actor, draft, id string, now time.Time) (care.Heard, error)
	ActOnCase(ctx context.Context, actor care.Actor, id string, f care.CaseForm, request string, now time.Time) (care.CaseView, error)
	ChangeCaseEntry(ctx context.Context, actor care.Actor, id, entry string, f care.CaseForm, request string, now time.Time) (care.CaseView, error)
	UndoCaseAct(ctx context.Context, actor care.Actor, id, entry, request string, now time.Time) (care.CaseView, error)
	AbsenceOf(ctx context.Context, actor care.Actor, who string, now time.Time) (care.AbsenceView, error)
	FindFigureSchools(actor care.Actor, typed string, now time.Time) ([]care.School, error)
	Figures(ctx context.Context, actor care.Actor, school string, span care.Span, now time.Time) (care.Figures, error)
	MayBook(actor care.Actor, now time.Time) bool
	MeetingAt(ctx context.Context, actor care.Actor, caseID, who string, now time.Time) (care.MeetingForm, []care.Name, error)
	OfferSlots(ctx context.Context, actor care.Actor, f care.MeetingForm, request string, now time.Time) (care.MeetingOffer, error)
	OfferMove(ctx context.Context, actor care.Actor, meeting, request string, now time.Time) (care.MeetingOffer, error)
	Book(ctx context.Context, actor care.Actor, offer string, start time.Time, change care.SlotChangeKind, place, request string, now time.Time) (care.MeetingView, error)
	MoveTo(ctx context.Context, actor care.Actor, meeting string, start time.Time, request string, now time.Time) (care.MeetingView, error)
	AnswerMeeting(ctx context.Context, actor care.Actor, meeting string, plan int, answer care.Answer, request string, now time.Time) (care.MeetingView, error)
	CancelMeeting(ctx context.Context, actor care.Actor, meeting, request string, now time.Time) (care.MeetingView, error)
	MeetingByID(ctx context.Context, actor care.Actor, id string, now time.Time) (care.MeetingView, error)
	MyMeetings(ctx context.Context, actor care.Actor, now time.Time) ([]care.MeetingView, error)
	Settings(ctx context.Context, actor care.Actor, now time.Time) (care.Settings, error)
	SaveSettings(ctx context.Context, actor care.Actor, f care.SettingsForm, request string, now time.Time) (care.Settings, error)
	MaySetLeave(actor care.Actor, now time.Time) bool
	LeaveOf(ctx context.Context, actor care.Actor, slackID string, now time.Time) (care.Colleague, error)
	SetLeave(ctx context.Context, actor care.Actor, slackID string, f care.LeaveForm, request string, now time.Time) (care.Colleague, error)
	ChooseLanguage(ctx context.Context, actor care.Actor, lang care.Lang, request string, now time.Time) error
	InvitationFor(ctx context.Context, actor care.Actor, meeting string, now time.Time) (care.Feed, error)
	HomeSchool(st care.Staff, now time.Time) (care.School, bool)
	Posts(st care.Staff, now time.Time) []care.PostAt
	StaffName(ctx context.Context, slackID string) (string, error)
}

// Request is what a person who has been let in has done.
type Request struct {
	ID    string // the same when Slack delivers it again
	Actor care.Actor
	Text  string       // of a command, message or search; the first two come with Slack's encoding, see decoded
	Raw   string       // of a command: the text as it came, in which people stand as <@U…>
	Value string       // of a click: the button's value
	Asked bool         // of a click: it answers a question of Lotsen's about a message
	Said  care.Message // of a message; its text comes with Slack's encoding
	Form  Form         // of a click in a modal and of a submission
	Now   time.Time
}

// Reply is an answer that only the person sees: a message, a modal, or what a search has found.
type Reply struct {
	Text    string        // of a message: for notifications and screen readers
	Blocks  []slack.Block // of a message: what is shown
	Replace bool          // of a click: in place of the message or modal that held the button
	Lasting bool          // it may stay in Slack, for it has no name and no note: nothing else replaces a message that others may see
	Modal   *slack.ModalViewRequest
	Push    bool                    // of a submission: Modal lies on top of the one that was sent, to which one can go back
	Beneath *slack.ModalViewRequest // what the modal beneath the one acted in shows now
	Options []*slack.OptionBlockObject

	Picture    *Picture    // that the person gets a little later, in their direct messages
	Invitation *Invitation // the same

	Tick   bool // to a message: what it says is noted
	Untick bool // to a message: what it said before is noted no more

	Lang    care.Lang         // that it is in
	Failed  bool              // nothing was done
	Errors  map[string]string // of what failed, as plain text: field of the modal → what is wrong with it; "" → all in all
	Changed []care.Ref        // the students whose record has changed
	Anew    bool              // the person's App Home shows something else now
	Moved   bool              // so do messages that stay, of a case or of a follow-up

	state modalState // of the message as a modal
}

// Empty reports whether the reply shows no message.
func (r Reply) Empty() bool { return r.Text == "" && len(r.Blocks) == 0 }

// A Handler answers one kind of act.
type Handler func(context.Context, Request) (Reply, error)

// ErrorReply says an error in a language. code is what an administrator can find in the log.
func (a *App) ErrorReply(err error, lang care.Lang, code string) Reply {
	voice := a.Texts.In(string(lang))
	mistake, ok := errors.AsType[*care.Error](err)
	if !ok {
		return failed(say(voice.Text("error_internal", locales.Args{"Request": code})), lang)
	}
	reply := failed(say(mistakeText(voice, mistake, escape)), lang)
	for _, m := range care.Mistakes(err) {
		reply.Errors[m.Field] = unmarked.Replace(mistakeText(voice, m, func(s string) string { return s }))
	}
	return reply
}

// mistakeText says a mistake; show makes what people have typed fit for where it is shown.
func mistakeText(voice *locales.Voice, m *care.Error, show func(string) string) string {
	args := locales.Args{}
	for k, v := range m.Args {
		if s, isText := v.(string); isText {
			v = show(s)
		}
		args[k] = v
	}
	return voice.Text("error_"+string(m.Code), args)
}

// unmarked takes the marks of code and bold from a text, for where they are not shown.
var unmarked = strings.NewReplacer("`", "", "*", "")

func failed(r Reply, lang care.Lang) Reply {
	r.Lang, r.Failed, r.Errors = lang, true, map[string]string{"": unmarked.Replace(r.Text)}
	return r
}

// Say returns one of the texts without placeholders as a reply.
func (a *App) Say(id string, lang care.Lang) Reply {
	reply := say(a.Texts.In(string(lang)).Text(id, nil))
	reply.Lang = lang
	return reply
}

// Fail is Say for a text that says that nothing was done.
func (a *App) Fail(id string, lang care.Lang) Reply { return failed(a.Say(id, lang), lang) }

// calendarLink is where a calendar is read, of which the end of the address is given; "" when there is
// no such place.
func (a *App) calendarLink(end string) string {
	if a.PublicURL == "" || end == "" {
		return ""
	}
	return a.PublicURL + "/calendar/" + end
}

func (a *App) voice(req Request) *locales.Voice { return a.Texts.In(string(req.Actor.Lang)) }
