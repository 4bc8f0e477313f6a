package handlers

import (
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

// Meeting is a message that tells of one meeting. It stays in Slack, so it has no student's name and no reason.
func (a *App) Meeting(m care.MeetingLetter, kind care.DeliveryKind, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	m.Students, m.Reason = nil, ""
	if m.State == care.MeetingCancelled || m.Void {
		return a.meetingVoid(req, m, kind)
	}
	text = a.meetingTitle(req, m, kind)
	blocks = sections(stacked("*"+text+"*", a.meetingFacts(req, m.MeetingView), a.meetingNews(req, m, kind)))
	if m.Past {
		return text, blocks
	}
	if row := a.meetingTo(req, m); len(row) > 0 {
		blocks = append(blocks, slack.NewActionBlock("to", row...))
	}
	if row := a.meetingButtons(req, m.MeetingView); len(row) > 0 {
		blocks = append(blocks, slack.NewActionBlock("meeting", row...))
	}
	return text, blocks
}

// meetingVoid is a message of a meeting that is called off, or that was moved since: it says so, and has no buttons.
func (a *App) meetingVoid(req Request, m care.MeetingLetter, kind care.DeliveryKind) (text string, blocks []slack.Block) {
	voice := a.voice(req)
	args := locales.Args{"Meeting": a.meetingWhen(req, m.MeetingView), "By": doer(m)}
	switch {
	case m.State != care.MeetingCancelled:
		text = voice.Text("meeting_void", locales.Args{"Kind": a.meetingKind(req, m.School, m.Kind), "When": a.when(req, m.School, timeOf(m.MeetingView))})
		return text, sections(text)
	case m.What == care.MeetingCalledOff && kind == care.MeetingNotice && m.By != "":
		text = voice.Text("meeting_off", args)
		by := "meeting_off_by"
		if m.Mine && m.By == m.Organiser.SlackID {
			by = "meeting_off_you"
		}
		return text, sections(stacked("*"+text+"*", a.meetingFacts(req, m.MeetingView), voice.Text(by, args)))
	}
	text = voice.Text("meeting_off", args)
	return text, sections("*" + text + "*")
}

// doer is whoever did what a message tells of.
func doer(m care.MeetingLetter) string { return mentioned(care.Person{SlackID: m.By}) }

// meetingTitle says in one line what a message is about.
func (a *App) meetingTitle(req Request, m care.MeetingLetter, kind care.DeliveryKind) string {
	voice := a.voice(req)
	args := locales.Args{"Meeting": a.meetingWhen(req, m.MeetingView)}
	switch {
	case kind == care.MeetingSoon:
		return voice.Text("meeting_soon", locales.Args{"Kind": a.meetingKind(req, m.School, m.Kind), "Hours": a.hoursOf(req, m.School, timeOf(m.MeetingView))})
	case kind == care.MeetingAgain && m.Mine:
		return voice.Text("meeting_still_silent", args)
	case kind == care.MeetingAgain && m.Answer == "":
		return voice.Text("meeting_again", args)
	case kind != care.MeetingNotice, cameRound(m):
	case m.What == care.MeetingDeclined:
		return voice.Text("meeting_no_title", args)
	case m.What == care.MeetingSuggested:
		return voice.Text("meeting_suggested_title", args)
	case m.What == care.MeetingLost:
		return voice.Text("meeting_lost_title", args)
	case m.What == care.MeetingMoved:
		return voice.Text("meeting_moved_title", args)
	}
	return args["Meeting"].(string)
}

// meetingNews says what has befallen a meeting, and what its reader has answered or who of the others has.
func (a *App) meetingNews(req Request, m care.MeetingLetter, kind care.DeliveryKind) string {
	voice := a.voice(req)
	if kind == care.MeetingSoon {
		return ""
	}
	args := locales.Args{"By": doer(m), "Name": mentioned(m.Organiser), "Who": mentioned(care.Person{SlackID: m.Who}),
		"Was":  a.when(req, m.School, care.Interval{Start: m.Was, End: m.Was.Add(m.End.Sub(m.Start))}),
		"When": a.when(req, m.School, care.Interval{Start: m.Other, End: m.Other.Add(m.End.Sub(m.Start))})}
	var news string
	switch {
	case kind == care.MeetingAgain:
	case m.What == care.MeetingMoved && m.Mine && m.By == m.Organiser.SlackID:
		news = voice.Text("meeting_was", args)
	case m.What == care.MeetingMoved && m.By == "":
		news = voice.Text("meeting_was", args)
	case m.What == care.MeetingMoved:
		news = voice.Text("meeting_moved_by", args)
	case cameRound(m):
		news = voice.Text("meeting_came_round", args)
	case m.What == care.MeetingDeclined:
		news = voice.Text("meeting_no_by", args)
	case m.What == care.MeetingSuggested:
		news = voice.Text("meeting_suggested_by", args)
	case m.What == care.MeetingLost:
		news = voice.Text("meeting_lost_who", args)
	case !m.Mine:
		news = voice.Text("meeting_asks", args)
	}
	if m.Mine || m.MayChange {
		state := a.yourAnswer(req, m.MeetingView)
		if m.Mine {
			state = ""
		}
		if m.State == care.MeetingConfirmed {
			state = "✅ " + a.meetingState(req, m.MeetingView)
		}
		return stacked(news, state, a.answers(req, m.MeetingView, mentioned), a.otherTimes(req, m))
	}
	return stacked(news, a.withWhom(req, m), a.yourAnswer(req, m.MeetingView))
}

// cameRound reports whether someone of whose no a message tells has said yes since.
func cameRound(m care.MeetingLetter) bool {
	return m.What == care.MeetingDeclined && slices.ContainsFunc(m.Attendees, func(at care.AttendeeView) bool { return at.SlackID == m.By && at.Answer == care.Accepted })
}

// otherTimes leads over to the times that a message offers, or says that there are none.
func (a *App) otherTimes(req Request, m care.MeetingLetter) string {
	switch {
	case m.What != care.MeetingDeclined && m.What != care.MeetingLost, cameRound(m), m.Past:
		return ""
	case len(m.Slots) == 0:
		return a.voice(req).Text("meeting_no_times", nil)
	}
	return a.voice(req).Text("meeting_times", nil)
}

// withWhom are the others who were asked.
func (a *App) withWhom(req Request, m care.MeetingLetter) string {
	var others []string
	for _, at := range m.Attendees {
		if at.SlackID != "" && at.SlackID != m.Organiser.SlackID {
			others = append(others, mention(at.SlackID))
		}
	}
	if len(others) < 2 { // the reader alone
		return ""
	}
	return a.voice(req).Text("meeting_with", locales.Args{"Names": a.voice(req).List(others)})
}

// yourAnswer says what the reader has answered, or asks.
func (a *App) yourAnswer(req Request, v care.MeetingView) string {
	voice := a.voice(req)
	switch {
	case !v.Attends:
		return ""
	case v.Past && v.Answer == "":
		return ""
	case v.Answer == care.Accepted:
		return "✅ " + voice.Text("meeting_you_yes", nil)
	case v.Answer == care.Declined:
		return "❌ " + voice.Text("meeting_you_no", nil)
	case v.AnswerBy != "":
		return voice.Text("meeting_ask_by", locales.Args{"Date": a.day(req, v.School, v.AnswerBy)})
	}
	return voice.Text("meeting_ask", nil)
}

// meetingTo are buttons for the times to which a message offers to move a meeting.
func (a *App) meetingTo(req Request, m care.MeetingLetter) (row []slack.BlockElement) {
	if !m.MayChange || cameRound(m) {
		return nil
	}
	to := func(start time.Time, label string) {
		row = append(row, button(fmt.Sprintf("%s.%d", actionMeetingTo, len(row)), planned(m.MeetingView)+"/"+start.UTC().Format(time.RFC3339), label))
	}
	switch m.What {
	case care.MeetingSuggested:
		to(m.Other, a.voice(req).Text("button_meeting_to", nil))
	case care.MeetingDeclined, care.MeetingLost:
		for _, s := range m.Slots {
			to(s.Start, upperFirst(a.when(req, m.School, s.Interval)))
		}
	}
	return row
}

// MeetingDay is the message that reminds of a day's meetings the school day before.
func (a *App) MeetingDay(d care.MeetingDayLetter, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	voice := a.voice(req)
	if len(d.Meetings) == 0 {
		text = voice.Text("meeting_day_none", nil)
		return text, sections(text)
	}
	text = voice.Count("meeting_day", len(d.Meetings), locales.Args{"Date": a.day(req, d.Meetings[0].School, d.Day)})
	blocks = sections("*" + text + "*")
	for _, v := range d.Meetings {
		v.Students, v.Reason = nil, ""
		title := "*" + a.hoursOf(req, v.School, timeOf(v)) + "*  ·  " + a.meetingKind(req, v.School, v.Kind)
		row := sections(stacked(title, a.meetingFacts(req, v), a.meetingStanding(req, v)))[0].(*slack.SectionBlock)
		if v.State != care.MeetingCancelled {
			row.Accessory = slack.NewAccessory(button(actionMeetingOpen, v.ID, voice.Text("button_open", nil)))
		}
		blocks = append(blocks, row)
	}
	return text, blocks
}
