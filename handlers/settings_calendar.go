package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionFeed   = "feed.renew"
	calendarsMax = 3000 // characters of a text field, at most (docs.slack.dev/reference/block-kit)
)

// calendarFields are the part of the settings that is about calendars and meetings. Addresses stand
// in it: it is for their owner alone.
func (a *App) calendarFields(req Request, set care.Settings) []slack.Block {
	voice := a.voice(req)
	calendars := slack.NewPlainTextInputBlockElement(nil, fieldCalendars).WithMultiline(true).WithMaxLength(calendarsMax)
	calendars.InitialValue = strings.Join(addresses(set.Calendars), "\n")
	label := func(m care.MeetingReminds) string { return voice.Text("meeting_reminder_"+string(m), nil) }
	meetings := choice(fieldMeetings, voice.Text("field_choose", nil), care.MeetingRemindChoices, label, set.Meetings)
	blocks := []slack.Block{input(fieldCalendars, voice.Text("field_calendar_url", nil), voice.Text("field_calendar_url_hint", nil), false, calendars)}
	if len(set.Calendars) > 0 {
		lines := make([]string, len(set.Calendars))
		for i, c := range set.Calendars {
			lines[i] = a.calendarState(req, set.School, i+1, c)
		}
		blocks = append(blocks, sections(strings.Join(lines, "\n"))...)
	}
	blocks = append(blocks, input(fieldMeetings, voice.Text("field_meeting_reminder", nil), "", false, meetings))
	if link := a.calendarLink(set.Feed); link != "" {
		blocks = append(blocks, sections(voice.Text("settings_feed", locales.Args{"Link": escape(link)}))...)
		blocks = append(blocks, slack.NewActionBlock("", button(actionFeed, "", voice.Text("button_feed_renew", nil))))
	}
	return blocks
}

// calendarState says what is known of a calendar: when it was read, or why not and what to do.
func (a *App) calendarState(req Request, school care.School, n int, c care.CalendarState) string {
	voice := a.voice(req)
	args := locales.Args{"Number": n, "Host": ""}
	if u, err := url.Parse(c.Address); err == nil {
		args["Host"] = escape(u.Hostname())
	}
	if !c.ReadAt.IsZero() {
		args["Time"] = a.instant(req, school, c.ReadAt)
	}
	switch {
	case c.Trouble == "" && c.ReadAt.IsZero():
		return voice.Text("calendar_new", args)
	case c.Trouble == "":
		return voice.Text("calendar_read", args)
	case c.ReadAt.IsZero():
		return voice.Text("calendar_trouble_"+string(c.Trouble), args) + " " + voice.Text("calendar_none_kept", nil)
	}
	return voice.Text("calendar_trouble_"+string(c.Trouble), args) + " " + voice.Text("calendar_kept", args)
}

// instant writes a day and a time of day at a school: "tis 17 nov kl. 09.00".
func (a *App) instant(req Request, school care.School, t time.Time) string {
	zone := school.Zone
	if zone == nil {
		zone = time.UTC
	}
	voice := a.voice(req)
	return voice.Text("day_clock", locales.Args{"Day": a.day(req, school, care.DateOf(t, zone)), "Clock": voice.Clock(t.In(zone))})
}

func addresses(states []care.CalendarState) []string {
	list := make([]string, len(states))
	for i, c := range states {
		list[i] = c.Address
	}
	return list
}

// calendarsShown is what stands in the field of addresses, as slotShown is of others, but does not
// tell them.
func calendarsShown(states []care.CalendarState) string {
	return addressesShown(strings.Join(addresses(states), "\n"))
}

func addressesShown(text string) string {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// feedClick gives the person another address for their feed. What they have entered in the modal stays.
func (a *App) feedClick(ctx context.Context, req Request) (Reply, error) {
	set, err := a.Care.SaveSettings(ctx, req.Actor, care.SettingsForm{NewFeed: true}, req.ID, req.Now)
	if err != nil {
		return Reply{}, err
	}
	m := a.settingsModal(req, set)
	m.PrivateMetadata = req.Form.Metadata
	m.Blocks.BlockSet = append(m.Blocks.BlockSet, sections(a.voice(req).Text("settings_feed_renewed", nil))...)
	return Reply{Modal: m, Replace: true}, nil
}

// calendarsSaved confirms what has been changed of calendars and meetings, a line each.
func (a *App) calendarsSaved(req Request, f care.SettingsForm, set care.Settings) string {
	voice, text := a.voice(req), ""
	switch {
	case f.Calendars == nil:
	case len(set.Calendars) == 0:
		text += "\n" + voice.Text("settings_no_calendar", nil)
	default:
		text += "\n" + voice.Text("settings_calendars", nil)
	}
	if f.Meetings != "" {
		text += "\n" + voice.Text("settings_meetings_"+string(f.Meetings), nil)
	}
	return text
}
