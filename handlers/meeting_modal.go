package handlers

import (
	"context"
	"strconv"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const modalMeeting = "meeting"

// The fields of the modal, besides those that another has as well.
const (
	fieldKind         = "kind"
	fieldParticipants = "participants"
	fieldOptional     = "optional"
	fieldLength       = "length"
	fieldEarliest     = "earliest"
	fieldLatest       = "latest"
	fieldWhy          = "reason"
)

// meetingModal is the modal "meeting" with what stands in it.
func (a *App) meetingModal(req Request, with care.MeetingForm, students []*slack.OptionBlockObject) *slack.ModalViewRequest {
	voice := a.voice(req)
	school, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
	choose := voice.Text("field_choose", nil)
	m := modal(voice, modalMeeting, voice.Text("modal_meeting_title", nil))
	m.Submit = plain(voice.Text("modal_find", nil), titleMax)
	m.PrivateMetadata = modalState{Booked: with.Case}.String()

	earliest, latest := slack.NewDatePickerBlockElement(fieldEarliest), slack.NewDatePickerBlockElement(fieldLatest)
	earliest.InitialDate = string(with.Earliest)
	latest.InitialDate = string(with.Latest)

	kind := choice(fieldKind, choose, care.MeetingKinds, func(k care.MeetingKind) string { return a.meetingKind(req, school, k) },
		with.Kind)
	lengths := make([]string, len(care.MeetingLengths))
	for i, n := range care.MeetingLengths {
		lengths[i] = strconv.Itoa(n)
	}
	length := choice(fieldLength, choose, lengths, func(s string) string {
		n, _ := strconv.Atoi(s)
		return duration(voice, n)
	}, strconv.Itoa(with.Length))

	about := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, plain(voice.Text("field_students_search", nil), 150), fieldStudents)
	about.MinQueryLength, about.InitialOptions = new(int), students
	reason := slack.NewPlainTextInputBlockElement(nil, fieldWhy)
	reason.Multiline, reason.MaxLength, reason.InitialValue = true, care.NoteMax, with.Reason
	people := func(field string, chosen []string) *slack.MultiSelectBlockElement {
		element := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, plain(choose, 150), field)
		element.InitialUsers = chosen
		return element
	}
	team := locales.Args{"Team": term(voice, school, care.TermTeam).Definite}
	m.Blocks.BlockSet = []slack.Block{
		input(fieldKind, voice.Text("field_meeting_kind", nil), "", true, kind),
		input(fieldParticipants, voice.Text("field_participants", nil), voice.Text("field_participants_hint", team), true, people(fieldParticipants, with.Required)),
		input(fieldOptional, voice.Text("field_optional", nil), voice.Text("field_optional_hint", nil), false, people(fieldOptional, with.Optional)),
		input(fieldStudents, voice.Text("field_meeting_students", nil), "", false, about),
		input(fieldLength, voice.Text("field_length", nil), "", true, length),
		input(fieldEarliest, voice.Text("field_earliest", nil), "", true, earliest),
		input(fieldLatest, voice.Text("field_latest", nil), "", true, latest),
		input(fieldWhy, voice.Text("field_meeting_reason", nil), voice.Text("field_meeting_reason_hint", nil), false, reason),
	}
	return m
}

func readMeeting(f Form) (care.MeetingForm, error) {
	on, err := f.state()
	length, _ := strconv.Atoi(f.option(fieldLength)) // what is no number is no length either
	return care.MeetingForm{Kind: care.MeetingKind(f.option(fieldKind)), Required: f.field(fieldParticipants).SelectedUsers,
		Optional: f.field(fieldOptional).SelectedUsers, Students: options[care.Ref](f, fieldStudents), Length: length,
		Earliest: f.date(fieldEarliest), Latest: f.date(fieldLatest), Reason: f.text(fieldWhy), Case: on.Booked}, err
}

// submitMeeting finds slots for what the modal says, and shows them on top of it: who goes back finds it as it was.
func (a *App) submitMeeting(ctx context.Context, req Request) (Reply, error) {
	form, err := readMeeting(req.Form)
	if err != nil {
		return Reply{}, err
	}
	offer, err := a.Care.OfferSlots(ctx, req.Actor, form, req.ID, req.Now)
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return Reply{Modal: a.slotsModal(req, offer, modalState{}, ""), Push: true}, nil
}
