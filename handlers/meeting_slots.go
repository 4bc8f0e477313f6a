package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const modalSlots = "meeting_slots"

// The fields of the modal.
const (
	fieldSlot  = "slot"
	fieldPlace = "place"
)

const (
	slotsMax = 10 // radio buttons, and so slots, that Slack takes
	placeMax = 80 // characters of a place
)

// What the times in the modal are for, if not for a new meeting.
const (
	toMove    = "move"
	toSuggest = "suggest"
)

// slotsModal is the modal "meeting_slots": the times in an offer, or why there are none and what comes nearest.
// place is what was entered before.
func (a *App) slotsModal(req Request, offer care.MeetingOffer, state modalState, place string) *slack.ModalViewRequest {
	voice := a.voice(req)
	id, send := modalSlots, "modal_book"
	switch {
	case offer.Suggest:
		state.To, send = toSuggest, "modal_suggest"
	case offer.Meeting != "":
		state.To, send = toMove, "modal_move"
	}
	radio := slack.NewRadioButtonsBlockElement(fieldSlot, a.slotOptions(req, offer)...)
	if len(radio.Options) == 0 {
		id = "" // there is only something to read
	}
	m := modal(voice, id, voice.Text("modal_slots_title", nil))
	state.Offer = offer.ID
	m.PrivateMetadata = state.String()
	if offer.Meeting == "" {
		m.Close = plain(voice.Text("modal_back", nil), titleMax)
	}
	m.Blocks.BlockSet = sections(a.offerText(req, offer))
	if id == "" {
		return m
	}
	m.Submit = plain(voice.Text(send, nil), titleMax)
	m.Blocks.BlockSet = append(m.Blocks.BlockSet, input(fieldSlot, voice.Text("field_slot", nil), "", true, radio))
	if !offer.Suggest {
		element := slack.NewPlainTextInputBlockElement(nil, fieldPlace)
		element.MaxLength, element.InitialValue = placeMax, shorten(place, placeMax)
		if place == "" {
			element.InitialValue = offer.Place
		}
		m.Blocks.BlockSet = append(m.Blocks.BlockSet, input(fieldPlace, voice.Text("field_place", nil), voice.Text("field_place_hint", nil), false, element))
	}
	for _, doubt := range a.doubts(req, offer) {
		text := slack.NewTextBlockObject(slack.MarkdownType, doubt, false, false)
		text.Verbatim = true
		m.Blocks.BlockSet = append(m.Blocks.BlockSet, slack.NewContextBlock("", text))
	}
	return m
}

// offerText says what is looked for and, if that is nowhere, what stands in its way.
func (a *App) offerText(req Request, offer care.MeetingOffer) string {
	voice := a.voice(req)
	lines := []string{voice.Text("slots_for", locales.Args{"Kind": a.meetingKind(req, offer.School, offer.Kind), "Time": duration(voice, int(offer.Length.Minutes()))})}
	if offer.None == nil {
		return lines[0]
	}
	lines = append(lines, voice.Text("slots_none", nil))
	for _, b := range offer.None.Blocks {
		id := "block_" + string(b.Kind)
		switch {
		case b.Substitute != "":
			id = "block_stand_in"
		case b.Staff != "" && b.Kind == care.BlockNoDays: // at that person's own school
			id = "block_no_days_of"
		case b.Staff != "" && b.Kind == care.BlockHours:
			id = "block_hours_of"
		}
		lines = append(lines, "•  "+voice.Text(id, locales.Args{"Name": named(offer.Names[b.Staff]), "Other": named(offer.Names[b.Substitute]), "Percent": b.Share,
			"Date": a.day(req, offer.School, b.Until), "Team": a.team(req, offer.School)["Team"]}))
	}
	switch {
	case len(offer.None.Nearest) > 0:
		lines = append(lines, voice.Text("slots_nearest", nil))
	case offer.Meeting == "":
		lines = append(lines, voice.Text("slots_change", nil))
	default:
		lines = append(lines, voice.Text("slots_later", nil))
	}
	return strings.Join(lines, "\n")
}

// slotOptions are the times in an offer. What is not as it was asked for has its change after the time.
func (a *App) slotOptions(req Request, offer care.MeetingOffer) (list []*slack.OptionBlockObject) {
	add := func(s care.MeetingSlot, change string, why []string) {
		o := option(s.Start.UTC().Format(time.RFC3339)+change, upperFirst(a.when(req, offer.School, s.Interval)))
		for n := len(why); n > 0 && o.Description == nil; n-- { // as many as are read whole
			if text := strings.Join(why[:n], " · "); n == 1 || units(text) <= optionMax {
				o.Description = plain(upperFirst(text), optionMax)
			}
		}
		list = append(list, o)
	}
	for _, s := range offer.Slots[:min(len(offer.Slots), slotsMax)] {
		add(s.MeetingSlot, "", a.slotWhy(req, offer, s.MeetingSlot))
	}
	if offer.None == nil {
		return list
	}
	for _, c := range offer.None.Nearest {
		why := a.voice(req).Text("change_"+string(c.Kind), locales.Args{"Name": offer.Names[c.Staff].Name, "Time": duration(a.voice(req), int(c.Length.Minutes()))})
		add(c.Slot, "/"+string(c.Kind), append([]string{why}, a.slotWhy(req, offer, c.Slot)...))
	}
	return list
}

// slotWhy says why a time has its place among the others.
func (a *App) slotWhy(req Request, offer care.MeetingOffer, s care.MeetingSlot) (why []string) {
	voice := a.voice(req)
	missing := make([]string, len(s.Missing))
	for i, id := range s.Missing {
		missing[i] = offer.Names[id].Name
	}
	for _, reason := range s.Why {
		why = append(why, voice.Text("why_"+string(reason), locales.Args{"Names": voice.List(missing)}))
	}
	return why
}

// doubts tell whose calendars are not known, and whose not as they are today.
func (a *App) doubts(req Request, offer care.MeetingOffer) (lines []string) {
	voice := a.voice(req)
	if len(offer.Unknown) > 0 {
		lines = append(lines, voice.Text("slots_unknown", locales.Args{"Names": a.people(req, offer.Unknown, named)}))
	}
	for _, c := range offer.Stale {
		if c.ReadAt.IsZero() {
			lines = append(lines, voice.Text("slots_unread", locales.Args{"Name": named(c.Person)}))
			continue
		}
		lines = append(lines, voice.Text("slots_stale", locales.Args{"Name": named(c.Person), "Date": a.day(req, offer.School, care.DateOf(c.ReadAt, offer.School.Zone))}))
	}
	if len(lines) == 0 {
		return nil
	}
	return split(strings.Join(lines, "\n"), sectionMax)
}

// submitSlots books, moves or suggests the time that was chosen.
func (a *App) submitSlots(ctx context.Context, req Request) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	value, change, _ := strings.Cut(req.Form.option(fieldSlot), "/")
	start, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return Reply{}, &care.Error{Code: care.CodeFieldOdd, Field: fieldSlot}
	}
	place := req.Form.text(fieldPlace)
	// Sent again by someone who saw no answer, the modal is the same request; after another offer it is not.
	request := fmt.Sprintf("%s/%d", req.Form.ID, on.Base)
	v, err := a.Care.Book(ctx, req.Actor, on.Offer, start, care.SlotChangeKind(change), place, request, req.Now)
	if taken, ok := errors.AsType[*care.SlotTaken](err); ok {
		on.Base++
		return Reply{Modal: a.slotTaken(req, taken.Offer, on, place)}, nil
	}
	if err != nil {
		return Reply{}, a.inWords(req, err)
	}
	return a.meetingDone(req, v, on.To, start), nil
}

// slotTaken shows what there is instead of a time that someone else had first.
func (a *App) slotTaken(req Request, offer care.MeetingOffer, state modalState, place string) *slack.ModalViewRequest {
	m := a.slotsModal(req, offer, state, place)
	renew(m, []string{fieldSlot}, state.Base)
	m.Blocks.BlockSet = append(sections(a.voice(req).Text("slots_taken", nil)), m.Blocks.BlockSet...)
	return m
}

// meetingDone confirms what a chosen time was for.
func (a *App) meetingDone(req Request, v care.MeetingView, to string, start time.Time) Reply {
	voice := a.voice(req)
	args := locales.Args{"Meeting": a.meetingWhen(req, v)}
	var text string
	switch to {
	case toSuggest:
		args["When"] = a.when(req, v.School, care.Interval{Start: start, End: start.Add(v.End.Sub(v.Start))})
		args["Name"] = named(v.Organiser)
		text = voice.Text("meeting_suggestion_sent", args)
	case toMove:
		text = voice.Text("meeting_is_moved", args)
	default:
		text = voice.Text("meeting_is_booked", args)
	}
	var asked string
	if list := silent(v); len(list) > 0 && to != toSuggest {
		asked = voice.Text("meeting_asked", locales.Args{"Names": a.people(req, list, named)})
	}
	reply := say(stacked(text, a.meetingFacts(req, v), asked))
	reply.Text = unmarked.Replace(text)
	if row := a.changeButtons(req, v, false); len(row) > 0 && to != toSuggest {
		reply.Blocks = append(reply.Blocks, slack.NewActionBlock("meeting", row...))
	}
	reply.state = modalState{Meeting: v.ID, Clear: true}
	return a.moved(reply, v)
}

// moved notes that what people see of a meeting has changed.
func (a *App) moved(r Reply, v care.MeetingView) Reply {
	r.Anew, r.Moved, r.Changed = true, true, v.Refs
	return r
}
