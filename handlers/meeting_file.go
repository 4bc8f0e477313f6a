package handlers

import (
	"context"

	"lotsen/internal/care"
	"lotsen/locales"
)

// An Invitation is a meeting as a file for its reader's calendar, which they get a little later, in their direct messages.
type Invitation struct {
	Title string
	Feed  care.Feed // of that meeting alone
}

const actionMeetingFile = "meeting.file"

// fileClick gives a meeting as a file to one who attends it, where there is no address from which to fetch it.
func (a *App) fileClick(ctx context.Context, req Request) (Reply, error) {
	feed, err := a.Care.InvitationFor(ctx, req.Actor, req.Value, req.Now)
	if err != nil {
		return Reply{}, err
	}
	voice := a.voice(req)
	reply := say(voice.Text("meeting_file", nil))
	reply.Invitation = &Invitation{Feed: feed}
	for _, m := range feed.Meetings {
		start := m.Start.In(m.School.Zone)
		reply.Invitation.Title = voice.Text("meeting_file_title", locales.Args{"Summary": a.CalendarSummary(feed.Lang, m),
			"Date": voice.Date(start, req.Now.In(m.School.Zone)), "Clock": voice.Clock(start)})
	}
	return reply, nil
}

// CalendarName is what a person's own calendar of meetings is called.
func (a *App) CalendarName(lang care.Lang) string {
	return a.Texts.In(string(lang)).Text("calendar_name", nil)
}

// CalendarSummary is what a calendar says of a meeting: no name, no ref and no reason.
func (a *App) CalendarSummary(lang care.Lang, m care.FeedMeeting) string {
	voice := a.Texts.In(string(lang))
	summary := meetingKind(voice, m.School, m.Kind)
	if m.Items > 0 {
		summary = voice.Count("calendar_items", m.Items, locales.Args{"Kind": summary})
	}
	if m.State == care.MeetingCancelled { // for programs that know no cancellation
		summary = voice.Text("calendar_cancelled", locales.Args{"Summary": summary})
	}
	return summary
}
