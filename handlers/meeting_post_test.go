package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// hour is a span of half an hour at a school. It is Tuesday 17 November.
func hour(school care.School, day, hour int) care.Interval {
	start := time.Date(2026, 11, day, hour, 0, 0, 0, school.Zone)
	return care.Interval{Start: start, End: start.Add(30 * time.Minute)}
}

// meeting is a meeting that Eva has called Anna and Bo to, as an attendee sees it in a message.
func (o *office) meeting(school string) care.MeetingView {
	sc := o.care.Schools[school]
	at := hour(sc, 24, 13)
	eva, anna, bo := care.Person{Name: "Eva <Holm> & co", SlackID: eva}, care.Person{Name: "Anna Lund", SlackID: anna}, care.Person{Name: "Bo Ek", SlackID: bo}
	return care.MeetingView{ID: "m_1", Kind: care.MeetingEHT, School: sc, Start: at.Start, End: at.End, Place: "Rum 12 <A>", State: care.MeetingProposed, Plan: 1,
		Organiser: eva, Items: 1, Refs: []care.Ref{"8B-K3F"}, Attends: true, AnswerBy: "2026-11-19", Link: "token/m_1.ics",
		Attendees: []care.AttendeeView{{Person: eva, Required: true, EHT: true, Answer: care.Accepted}, {Person: anna, Required: true}, {Person: bo}}}
}

// organised is the same for its organiser.
func organised(v care.MeetingView) care.MeetingView {
	v.Mine, v.MayChange, v.Answer = true, true, care.Accepted
	return v
}

// meetingLetters are what messages can tell of a meeting.
func (o *office) meetingLetters(school string) []struct {
	name string
	kind care.DeliveryKind
	care.MeetingLetter
} {
	type letter = struct {
		name string
		kind care.DeliveryKind
		care.MeetingLetter
	}
	sc := o.care.Schools[school]
	var list []letter
	add := func(name string, kind care.DeliveryKind, what care.MeetingWhat, mine bool, change func(*care.MeetingLetter)) {
		v := o.meeting(school)
		if mine {
			v = organised(v)
		}
		m := care.MeetingLetter{MeetingView: v, What: what, By: eva}
		if change != nil {
			change(&m)
		}
		list = append(list, letter{name, kind, m})
	}
	notice := care.MeetingNotice
	slots := []care.MeetingSlot{{Interval: hour(sc, 25, 9)}, {Interval: hour(sc, 26, 14)}, {Interval: hour(sc, 27, 8)}}
	add("booked", notice, care.MeetingBooked, false, nil)
	add("booked, and they come", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Answer = care.Accepted })
	add("booked, and they cannot", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Answer = care.Declined })
	add("booked, of students whom they may not see", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Items, m.Refs, m.Place, m.AnswerBy = 2, nil, "", "" })
	add("booked, of more students than they may see", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Items = 3 })
	add("booked, about nobody", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Items, m.Refs, m.Kind = 0, nil, care.MeetingTeam })
	add("booked, to whoever stands in for the organiser", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.MayChange, m.Attends = true, false })
	add("booked, and begun", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Past = true })
	add("booked, to the organiser", notice, care.MeetingBooked, true, nil)
	add("booked, to the organiser, all have answered", notice, care.MeetingBooked, true, func(m *care.MeetingLetter) {
		m.State, m.Attendees[1].Answer, m.Attendees[2].Answer = care.MeetingConfirmed, care.Accepted, care.Declined
	})
	add("moved", notice, care.MeetingMoved, false, func(m *care.MeetingLetter) { m.Was = hour(sc, 20, 10).Start })
	add("moved, by itself", notice, care.MeetingMoved, false, func(m *care.MeetingLetter) { m.Was, m.By = hour(sc, 20, 10).Start, "" })
	add("moved, by the organiser", notice, care.MeetingMoved, true, func(m *care.MeetingLetter) { m.Was = hour(sc, 20, 10).Start })
	add("moved, by another than the organiser", notice, care.MeetingMoved, true, func(m *care.MeetingLetter) { m.Was, m.By = hour(sc, 20, 10).Start, anna })
	add("declined", notice, care.MeetingDeclined, true, func(m *care.MeetingLetter) {
		m.By, m.Slots, m.Attendees[1].Answer = anna, slots, care.Declined
	})
	add("declined, and there is no other time", notice, care.MeetingDeclined, true, func(m *care.MeetingLetter) {
		m.By, m.Attendees[1].Answer = anna, care.Declined
	})
	add("declined, and they come all the same", notice, care.MeetingDeclined, true, func(m *care.MeetingLetter) {
		m.By, m.Slots, m.Attendees[1].Answer = anna, slots, care.Accepted
	})
	add("suggested", notice, care.MeetingSuggested, true, func(m *care.MeetingLetter) { m.By, m.Other = anna, hour(sc, 26, 14).Start })
	add("lost", notice, care.MeetingLost, true, func(m *care.MeetingLetter) { m.By, m.Who, m.Slots = "", anna, slots[:1] })
	add("asked again", care.MeetingAgain, care.MeetingBooked, false, nil)
	add("asked again, answered since", care.MeetingAgain, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Answer = care.Accepted })
	add("still unanswered", care.MeetingAgain, care.MeetingBooked, true, nil)
	add("soon", care.MeetingSoon, "", false, func(m *care.MeetingLetter) { m.State, m.Answer = care.MeetingConfirmed, care.Accepted })
	off := func(by string) func(*care.MeetingLetter) {
		return func(m *care.MeetingLetter) { m.State, m.By = care.MeetingCancelled, by }
	}
	add("cancelled", notice, care.MeetingCalledOff, false, off(eva))
	add("cancelled, by the organiser", notice, care.MeetingCalledOff, true, off(eva))
	add("cancelled, by another than the organiser", notice, care.MeetingCalledOff, true, off(anna))
	add("void, called off", notice, care.MeetingBooked, false, off(eva))
	add("void, moved", notice, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Void = true })
	add("void, asked again and moved", care.MeetingAgain, care.MeetingBooked, false, func(m *care.MeetingLetter) { m.Void = true })
	return list
}

// TestMeetingMessages compares what messages tell of meetings with testdata/meeting_posts_<language>.txt.
func TestMeetingMessages(t *testing.T) {
	o := newOffice(t)
	grund := o.care.Schools["fjord"]
	grund.ID, grund.Ladder = "bakken", "no-grunnskole"
	o.care.Schools["bakken"] = grund
	for lang, school := range map[care.Lang]string{care.Swedish: "alen", care.Bokmal: "bakken", care.Nynorsk: "fjord"} {
		t.Run(string(lang), func(t *testing.T) {
			o.t = t
			var b strings.Builder
			tell := func(name, text string, blocks []slack.Block) {
				o.blocksFit(blocks)
				read := shown(handlers.Reply{Blocks: blocks})
				o.whole(text + read)
				for _, secret := range []string{"Kim", "Kvist", "Holm", "Lund", "reason"} {
					if strings.Contains(text+read, secret) {
						t.Errorf("%s: a message that stays in Slack says %q", name, secret)
					}
				}
				fmt.Fprintf(&b, "» %s\n%s\n\n", name, read)
			}
			for _, l := range o.meetingLetters(school) {
				l.Students, l.Reason = []care.Name{{Ref: "8B-K3F", Given: "Kim", Family: "Kvist"}}, "a reason"
				text, blocks := o.Meeting(l.MeetingLetter, l.kind, lang, o.now)
				tell(l.name, text, blocks)
				if void := l.Void || l.State == care.MeetingCancelled; void && len(buttons(handlers.Reply{Blocks: blocks})) > 0 {
					t.Errorf("%s: a void message has buttons", l.name)
				}
			}
			v, w, off := o.meeting(school), organised(o.meeting(school)), o.meeting(school)
			at := hour(v.School, 24, 8)
			w.Start, w.End, w.State, w.Kind = at.Start, at.End, care.MeetingConfirmed, care.MeetingTalk
			off.State = care.MeetingCancelled
			for _, d := range []struct {
				name string
				list []care.MeetingView
			}{{"a day", []care.MeetingView{v}}, {"a day of three", []care.MeetingView{w, v, off}}, {"a day of none", nil}} {
				text, blocks := o.MeetingDay(care.MeetingDayLetter{Day: "2026-11-24", Meetings: d.list}, lang, o.now)
				tell(d.name, text, blocks)
			}
			golden(t, "meeting_posts_"+string(lang), b.String())
			if lang != care.Swedish && strings.Contains(b.String(), "EHT") {
				t.Error("a Norwegian reads EHT")
			}
		})
	}
}

// offer is what a search for half an hour finds.
func (o *office) offer(school string) care.MeetingOffer {
	sc := o.care.Schools[school]
	slot := func(day, h int, missing []string, why ...care.SlotReason) care.OfferedSlot {
		return care.OfferedSlot{MeetingSlot: care.MeetingSlot{Interval: hour(sc, day, h), Missing: missing, Why: why}}
	}
	return care.MeetingOffer{ID: "of_1", School: sc, Kind: care.MeetingEHT, Length: 30 * time.Minute,
		Names: map[string]care.Person{"eva": {Name: "Eva <Holm> & co", SlackID: eva}, "anna": {Name: "Anna Lund", SlackID: anna}, "bo": {Name: "Bo Ek", SlackID: bo}},
		Slots: []care.OfferedSlot{slot(24, 13, nil, care.SlotStanding, care.SlotAll), slot(18, 8, []string{"bo"}, care.SlotMissing, care.SlotSoon),
			slot(19, 15, nil, care.SlotAll, care.SlotBeside, care.SlotLate)}}
}

// TestMeetingViews compares the modals of meetings with testdata/meeting_views_<language>.txt.
func TestMeetingViews(t *testing.T) {
	o := newOffice(t)
	for lang, school := range map[care.Lang]string{care.Swedish: "alen", care.Bokmal: "fjord", care.Nynorsk: "fjord"} {
		t.Run(string(lang), func(t *testing.T) {
			o.t = t
			var b strings.Builder
			req := o.request(anna)
			req.Actor.Lang = lang
			req.Now = time.Date(2026, 11, 17, 9, 0, 0, 0, o.care.Schools[school].Zone)
			modal := func(name string, m *slack.ModalViewRequest) {
				o.fitsAsModal(m)
				fmt.Fprintf(&b, "» %s\n%s\n\n", name, shown(handlers.Reply{Modal: m}))
			}
			offer := func(name string, change func(*care.MeetingOffer)) {
				f := o.offer(school)
				change(&f)
				modal(name, o.SlotsModal(req, f))
			}
			sc := o.care.Schools[school]
			none := func(f *care.MeetingOffer) {
				f.Slots = nil
				f.None = &care.NoSlot{Blocks: []care.SlotBlock{{Kind: care.BlockBusy, Staff: "anna", Share: 80}, {Kind: care.BlockAway, Staff: "bo", Until: "2026-11-20"},
					{Kind: care.BlockAway, Staff: "bo", Until: "2026-11-20", Substitute: "eva"},
					{Kind: care.BlockLeft, Staff: "eva"}, {Kind: care.BlockQuorum}, {Kind: care.BlockNoDays}, {Kind: care.BlockNoDays, Staff: "bo"}, {Kind: care.BlockHours}, {Kind: care.BlockHours, Staff: "bo"}}}
			}
			offer("slots", func(*care.MeetingOffer) {})
			offer("slots, of whom not all is known", func(f *care.MeetingOffer) {
				f.Unknown = []care.Person{f.Names["bo"], f.Names["eva"]}
				f.Stale = []care.StaleCalendar{{Person: f.Names["anna"], ReadAt: time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)}, {Person: f.Names["eva"]}}
			})
			offer("slots to move to", func(f *care.MeetingOffer) { f.Meeting, f.Place = "m_1", "Rum 12" })
			offer("slots to suggest", func(f *care.MeetingOffer) { f.Meeting, f.Suggest = "m_1", true })
			offer("none", func(f *care.MeetingOffer) {
				none(f)
				f.None.Nearest = []care.SlotChange{{Kind: care.SlotShorter, Length: 15 * time.Minute, Slot: care.MeetingSlot{Interval: hour(sc, 18, 8), Why: []care.SlotReason{care.SlotAll}}},
					{Kind: care.SlotWithout, Staff: "anna", Slot: care.MeetingSlot{Interval: hour(sc, 18, 8)}}, {Kind: care.SlotLater, Slot: care.MeetingSlot{Interval: hour(sc, 30, 8)}}}
			})
			offer("none, and nothing near", none)
			offer("none to move to", func(f *care.MeetingOffer) { none(f); f.Meeting = "m_1" })
			modal("taken", o.SlotTaken(req, o.offer(school), "Rum 12"))

			v := o.meeting(school)
			v.Students, v.Reason = []care.Name{{Ref: "8B-K3F", Given: "Kim", Family: "Kvist"}}, "<Frånvaro>\nsedan i höst"
			blocks := func(name string, blocks []slack.Block) {
				o.blocksFit(blocks)
				fmt.Fprintf(&b, "» %s\n%s\n\n", name, shown(handlers.Reply{Blocks: blocks}))
			}
			blocks("details", o.MeetingDetails(req, v))
			blocks("details, the organiser's", o.MeetingDetails(req, organised(v)))
			past := v
			past.Past, past.State, past.Reason = true, care.MeetingConfirmed, ""
			blocks("details, past", o.MeetingDetails(req, past))
			blocks("a row", []slack.Block{o.MeetingRow(req, v)})
			for _, to := range []string{"", "move", "suggest"} {
				with := organised(v)
				if to == "suggest" {
					with = v
				}
				reply := o.MeetingDone(req, with, to, hour(v.School, 25, 9).Start)
				blocks("done "+to, reply.Blocks)
			}
			golden(t, "meeting_views_"+string(lang), b.String())
			if lang != care.Swedish && strings.Contains(b.String(), "EHT") {
				t.Error("a Norwegian reads EHT")
			}
		})
	}
}
