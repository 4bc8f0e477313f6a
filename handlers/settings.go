package handlers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	modalSettings  = "settings"
	actionSettings = "settings.open"
)

// The fields of the modal.
const (
	fieldLanguage   = "language"
	fieldSlotDay    = "slot_day"
	fieldSlotTime   = "slot_time"
	fieldAwayFrom   = "away_from"
	fieldAwayTo     = "away_to"
	fieldSubstitute = "substitute"
	fieldCalendars  = "calendar_url"
	fieldMeetings   = "meeting_reminder"
)

// settingsClick handles the button [Inställningar] of App Home.
func (a *App) settingsClick(ctx context.Context, req Request) (Reply, error) {
	return a.openSettings(ctx, req)
}

// openSettings opens the modal "settings" with what is set now.
func (a *App) openSettings(ctx context.Context, req Request) (Reply, error) {
	set, err := a.Care.Settings(ctx, req.Actor, req.Now)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Modal: a.settingsModal(req, set)}, nil
}

func (a *App) settingsModal(req Request, set care.Settings) *slack.ModalViewRequest {
	voice := a.voice(req)
	choose := voice.Text("field_choose", nil)
	language := choice(fieldLanguage, choose, care.Langs, func(l care.Lang) string { return upperFirst(voice.Text("language_"+string(l), nil)) }, set.Language)

	slot := slotForm(set.Slot)
	dayName := func(d string) string { return upperFirst(voice.Text("weekday_"+d, nil)) }
	day := choice(fieldSlotDay, choose, append([]string{care.AnyDay}, care.SlotDays...), dayName, slot.Day)
	clock := slack.NewTimePickerBlockElement(fieldSlotTime)
	clock.InitialTime = slot.Time

	var leave care.LeaveForm
	if away := set.Away; away != nil {
		leave = care.LeaveForm{From: away.From, To: away.To, Substitute: away.SlackID}
	}
	from, to := slack.NewDatePickerBlockElement(fieldAwayFrom), slack.NewDatePickerBlockElement(fieldAwayTo)
	from.InitialDate, to.InitialDate = string(leave.From), string(leave.To)
	substitute := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain(choose, 150), fieldSubstitute)
	substitute.InitialUser = leave.Substitute

	m := modal(voice, modalSettings, voice.Text("settings_title", nil))
	m.PrivateMetadata = modalState{Slot: slotShown(slot), Leave: leaveShown(leave), Calendars: calendarsShown(set.Calendars), Meetings: string(set.Meetings)}.String()
	m.Blocks.BlockSet = []slack.Block{
		input(fieldLanguage, voice.Text("field_language", nil), voice.Text("field_language_hint", nil), true, language),
		input(fieldSlotDay, voice.Text("field_slot_day", nil), voice.Text("field_slot_day_hint", nil), false, day),
		input(fieldSlotTime, voice.Text("field_slot_time", nil), voice.Text("field_slot_time_hint", nil), false, clock),
		input(fieldAwayFrom, voice.Text("field_away_from", nil), "", false, from),
		input(fieldAwayTo, voice.Text("field_away_to", nil), "", false, to),
		input(fieldSubstitute, voice.Text("field_substitute", nil), voice.Text("field_substitute_hint", nil), false, substitute),
	}
	m.Blocks.BlockSet = append(m.Blocks.BlockSet, a.calendarFields(req, set)...)
	return m
}

// slotForm is a slot as the modal has it.
func slotForm(s care.Slot) care.SlotForm {
	f := care.SlotForm{Day: s.Day, Time: fmt.Sprintf("%02d:%02d", s.At/60, s.At%60)}
	if s.Day == "" {
		f.Day = care.AnyDay
	}
	return f
}

// slotShown and leaveShown are what stands in some fields, for the modal to remember: what someone
// leaves as it was is not saved, for it may have been changed elsewhere meanwhile.
func slotShown(f care.SlotForm) string {
	if f == (care.SlotForm{}) {
		return ""
	}
	return f.Day + " " + f.Time
}

func leaveShown(f care.LeaveForm) string {
	if f == (care.LeaveForm{}) {
		return ""
	}
	return string(f.From) + " " + string(f.To) + " " + f.Substitute
}

// submitSettings keeps what the modal says.
func (a *App) submitSettings(ctx context.Context, req Request) (Reply, error) {
	was, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	f := care.SettingsForm{Language: care.Lang(req.Form.option(fieldLanguage))}
	slot := care.SlotForm{Day: req.Form.option(fieldSlotDay), Time: req.Form.field(fieldSlotTime).SelectedTime}
	if slotShown(slot) != was.Slot {
		f.Slot = &slot
	}
	leave := care.LeaveForm{From: req.Form.date(fieldAwayFrom), To: req.Form.date(fieldAwayTo), Substitute: req.Form.field(fieldSubstitute).SelectedUser}
	if leaveShown(leave) != was.Leave {
		f.Leave = &leave
	}
	if text := req.Form.text(fieldCalendars); addressesShown(text) != was.Calendars {
		lines := strings.Split(text, "\n")
		f.Calendars = &lines
	}
	if meetings := req.Form.option(fieldMeetings); meetings != was.Meetings {
		f.Meetings = care.MeetingReminds(meetings)
	}
	set, err := a.Care.SaveSettings(ctx, req.Actor, f, req.ID, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return a.settingsSaved(req, f, set), nil
}

// settingsSaved confirms what is set, in the language chosen.
func (a *App) settingsSaved(req Request, f care.SettingsForm, set care.Settings) Reply {
	text, lang := "", req.Actor.Lang
	req.Actor.Lang = set.Language
	voice := a.voice(req)
	if lang == set.Language {
		text = voice.Text("settings_saved", nil) + "\n"
	} else {
		text = voice.Text("language_set", locales.Args{"Language": voice.Text("language_"+string(set.Language), nil)}) + "\n"
	}
	if at := clockWords(voice, set.Slot.At); set.Slot.Day == "" {
		text += voice.Text("settings_slot_any", locales.Args{"Clock": at})
	} else {
		text += voice.Text("settings_slot", locales.Args{"Day": voice.Text("weekday_"+set.Slot.Day, nil), "Clock": at})
	}
	text += "\n"
	switch away := set.Away; {
	case away == nil:
		text += voice.Text("settings_not_away", nil)
	case away.Substitute == "":
		text += voice.Text("settings_away_alone", locales.Args{"Days": a.days(req, set.School, away.Period)})
	default:
		text += voice.Text("settings_away", locales.Args{"Days": a.days(req, set.School, away.Period), "Substitute": escape(away.Substitute)})
	}
	text += a.calendarsSaved(req, f, set)
	reply := say(text)
	reply.Lang, reply.Anew = set.Language, true
	return reply
}

// days writes a span of days as they are at a school: "tis 17 nov – fre 20 nov".
func (a *App) days(req Request, school care.School, p care.Period) string {
	if p.From == p.To {
		return a.day(req, school, p.From)
	}
	return a.voice(req).Text("days", locales.Args{"From": a.day(req, school, p.From), "To": a.day(req, school, p.To)})
}

// clockWords writes a time of day.
func clockWords(voice *locales.Voice, c care.Clock) string {
	return voice.Clock(time.Date(2000, 1, 1, int(c)/60, int(c)%60, 0, 0, time.UTC))
}

// inWords puts into words what mistakes tell of: days and hours.
func (a *App) inWords(req Request, err error) error {
	voice := a.voice(req)
	home, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
	for _, m := range care.Mistakes(err) {
		if m.Args == nil {
			m.Args = map[string]any{}
		}
		if start, ok := m.Args["Start"].(time.Time); ok { // of a meeting
			if at, ok := m.Args["School"].(care.School); ok {
				m.Args["When"] = voice.Date(start.In(at.Zone), req.Now.In(at.Zone)) + " " + voice.Clock(start.In(at.Zone))
			}
		}
		m.Args["Team"] = term(voice, home, care.TermTeam).Definite
		for key, v := range m.Args {
			switch v := v.(type) {
			case care.Date:
				m.Args[key] = a.day(req, home, v)
			case []care.SchoolHours:
				m.Args[key] = hours(voice, v)
			}
		}
	}
	return err
}

// hours writes the work hours of one school, or of several with their names.
func hours(voice *locales.Voice, list []care.SchoolHours) string {
	words := make([]string, len(list))
	for i, h := range list {
		args := locales.Args{"From": clockWords(voice, h.Hours.From), "To": clockWords(voice, h.Hours.To), "School": h.School}
		id := "hours"
		if len(list) > 1 {
			id = "hours_at"
		}
		words[i] = voice.Text(id, args)
	}
	return voice.List(words)
}
