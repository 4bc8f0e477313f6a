package care

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// slotsOffered is how many slots an offer has at most.
const slotsOffered = 8

// OfferSlots finds slots for what a form says, and keeps the form for DraftLife. Each mistake is an *Error
// with its field; they are joined.
func (s *Service) OfferSlots(ctx context.Context, actor Actor, f MeetingForm, request string, now time.Time) (MeetingOffer, error) {
	ask, err := s.askFor(ctx, actor, &f, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	return s.offer(ctx, actor, keptOffer{Form: f, ask: ask}, request, now)
}

// OfferMove finds other slots for a meeting, for its organiser to move it or for an attendee to suggest.
func (s *Service) OfferMove(ctx context.Context, actor Actor, meeting, request string, now time.Time) (MeetingOffer, error) {
	m, _, err := s.meetingFor(ctx, actor, meeting, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	ask, err := s.askMove(ctx, m, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	return s.offer(ctx, actor, keptOffer{Meeting: m.ID, ask: ask}, request, now)
}

// offer is what can be had of what is asked for, for the actor's eyes alone. It is kept for them to choose from.
func (s *Service) offer(ctx context.Context, actor Actor, k keptOffer, request string, now time.Time) (MeetingOffer, error) {
	ask := k.ask
	q, known, err := s.slotQuery(ctx, ask, slotsOffered, now)
	if err != nil {
		return MeetingOffer{}, err
	}
	o := MeetingOffer{Meeting: k.Meeting, School: ask.School, Kind: ask.Kind, Length: ask.Length, Names: map[string]Person{}}
	if m := ask.Meeting; m.ID != "" {
		o.Suggest = !s.partIn(actor, m, now).changes
		if o.Place, err = s.placeOf(m); err != nil {
			return MeetingOffer{}, err
		}
	}
	slots, none := FindSlots(q)
	for _, slot := range slots {
		o.Slots = append(o.Slots, OfferedSlot{slot})
	}
	if o.None = none; none != nil {
		k.Changes = none.Nearest
	}
	if err := s.nameInvited(&o, ask.People, known); err != nil {
		return MeetingOffer{}, err
	}
	if err := s.nameSubstitutes(ctx, &o, ask.People, now); err != nil {
		return MeetingOffer{}, err
	}
	o.ID, err = s.keepOffer(ctx, actor, k, request, now)
	return o, err
}

// nameInvited names those who are asked for, and says whose calendars are not known, or not as of now.
func (s *Service) nameInvited(o *MeetingOffer, people []invitee, known map[string]knownBusy) error {
	for _, p := range people {
		name, err := s.staffName(p.Staff)
		if err != nil {
			return err
		}
		person := Person{Name: name, SlackID: p.SlackID}
		o.Names[p.ID] = person
		switch k := known[p.ID]; {
		case k.Unknown:
			o.Unknown = append(o.Unknown, person)
		case k.Stale:
			o.Stale = append(o.Stale, StaleCalendar{Person: person, ReadAt: k.ReadAt})
		}
	}
	return nil
}

// nameSubstitutes says who stands in for those whose being away stands in the way, so that they can be
// asked instead.
func (s *Service) nameSubstitutes(ctx context.Context, o *MeetingOffer, people []invitee, now time.Time) error {
	if o.None == nil {
		return nil
	}
	for i, b := range o.None.Blocks {
		p := slices.IndexFunc(people, func(p invitee) bool { return p.ID == b.Staff })
		if b.Kind != BlockAway || p < 0 || people[p].Leave == nil || people[p].Leave.Substitute == "" {
			continue
		}
		sub, err := s.Staff.Get(ctx, people[p].Leave.Substitute)
		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case err != nil:
			return fmt.Errorf("get a substitute: %w", err)
		case s.cannotMeet(sub, now) != "" || slices.ContainsFunc(people, func(p invitee) bool { return p.ID == sub.ID }):
			continue
		}
		name, err := s.staffName(sub)
		if err != nil {
			return err
		}
		o.None.Blocks[i].Substitute = sub.ID
		o.Names[sub.ID] = Person{Name: name, SlackID: sub.SlackID}
	}
	return nil
}

// slotsFor are slots for a message that tells of a meeting whose time does not do: the best of several days
// first, at most so many. None is today, if the meeting is not: who reads it may read it late.
func (s *Service) slotsFor(ctx context.Context, m Meeting, most int, now time.Time) ([]MeetingSlot, error) {
	ask, err := s.askMove(ctx, m, now)
	if err != nil {
		return nil, err
	}
	if ask.Earliest < DateOf(m.Start, ask.School.Zone) {
		ask.Earliest = ask.Earliest.tomorrow()
	}
	q, _, err := s.slotQuery(ctx, ask, most*slotsOfADay, now)
	if err != nil {
		return nil, err
	}
	slots, _ := FindSlots(q)
	days := map[Date]bool{}
	var firsts, others []MeetingSlot
	for _, slot := range slots {
		if day := DateOf(slot.Start, ask.School.Zone); days[day] {
			others = append(others, slot)
		} else {
			days[day] = true
			firsts = append(firsts, slot)
		}
	}
	slots = append(firsts, others...)
	return slots[:min(len(slots), most)], nil
}

// slotAt reports whether what is asked for can be had at that time.
func (s *Service) slotAt(ctx context.Context, ask slotAsk, start, now time.Time) (MeetingSlot, bool, error) {
	q, _, err := s.slotQuery(ctx, ask, 1, now)
	if err != nil {
		return MeetingSlot{}, false, err
	}
	slot, ok := q.At(start)
	return slot, ok, nil
}

// slotQuery is what is asked for, with what is known of the people: their posts, their leave, what their
// calendars say and what Lotsen has booked. It looks as far ahead as a NoSlot does.
func (s *Service) slotQuery(ctx context.Context, ask slotAsk, most int, now time.Time) (SlotQuery, map[string]knownBusy, error) {
	q := SlotQuery{School: ask.School, Length: ask.Length, Earliest: ask.Earliest, Latest: ask.Latest,
		Now: now, Not: ask.Meeting.Start, Most: most, Team: ask.Kind == MeetingEHT}
	if q.Team {
		q.Quorum = ask.School.quorum()
	}
	days := Period{From: ask.Earliest.AddDays(-1), To: ask.Latest.AddDays(7*slotWeeks + 1)} // one more at each end for the zones
	reach := Interval{Start: days.From.At(0, 0, time.UTC), End: days.To.At(0, 0, time.UTC)}
	staff := make([]Staff, len(ask.People))
	for i, p := range ask.People {
		staff[i] = p.Staff
	}
	known, err := s.busyOf(ctx, staff, reach, now)
	if err != nil {
		return SlotQuery{}, nil, err
	}
	booked, err := s.bookedOf(ctx, staff, days, ask, now)
	if err != nil {
		return SlotQuery{}, nil, err
	}
	for i, p := range ask.People {
		q.People = append(q.People, SlotPerson{
			Staff: p.ID, Required: p.Required, Keep: i == 0, EHT: p.has(ask.School.ID, ask.Earliest, EHT),
			Busy: append(booked[p.ID], known[p.ID].Busy...), Away: awayDays(p.Staff), Posts: s.postDays(p.Staff), Schools: s.ownSchools(p.Staff, days),
		})
	}
	return q, known, nil
}

// bookedOf are the times that Lotsen has booked some people for, with the school's buffer around them, by
// staff id. The meeting that is to be moved does not count.
func (s *Service) bookedOf(ctx context.Context, staff []Staff, days Period, ask slotAsk, now time.Time) (map[string][]Interval, error) {
	ids := make([]string, len(staff))
	for i, st := range staff {
		ids[i] = st.ID
	}
	kept, err := s.Booked.Of(ctx, ids, days)
	if err != nil {
		return nil, fmt.Errorf("find booked days: %w", err)
	}
	meetings := map[string]Meeting{}
	for _, day := range kept {
		for _, b := range day.Holds {
			meetings[b.Meeting] = Meeting{}
		}
	}
	if len(meetings) > 0 {
		list, err := s.Meetings.WithIDs(ctx, slices.Sorted(maps.Keys(meetings)))
		if err != nil {
			return nil, fmt.Errorf("find the meetings of booked days: %w", err)
		}
		for _, m := range list {
			meetings[m.ID] = m
		}
	}
	booked := map[string][]Interval{}
	for _, day := range kept {
		for _, b := range day.Holds {
			if b.Meeting == ask.Meeting.ID || !b.stands(day.Staff, meetings[b.Meeting], now) {
				continue
			}
			around := Interval{Start: b.Start.Add(-ask.School.Buffer), End: b.End.Add(ask.School.Buffer)}
			booked[day.Staff] = append(booked[day.Staff], around)
		}
	}
	return booked, nil
}

// quorum is how many of the team a meeting of it needs.
func (sc School) quorum() int { return max(1, sc.EHTMeeting.Quorum) }

func awayDays(st Staff) []Period {
	if st.Leave == nil {
		return nil
	}
	return []Period{st.Leave.Period}
}

// postDays are the days on which a person has a post that meets. Who has none any more has no such day.
func (s *Service) postDays(st Staff) []Period {
	days := []Period{{To: "0000-01-01"}}
	for _, p := range st.Posts {
		if _, ok := s.Schools[p.School]; ok && p.Role != Admin && (st.Facts == nil || !st.Facts.Deactivated) {
			days = append(days, p.Period)
		}
	}
	return days
}

// ownSchools are the schools at which a person works some day of a time.
func (s *Service) ownSchools(st Staff, within Period) []School {
	var list []School
	for _, p := range st.Posts {
		sc, ok := s.Schools[p.School]
		if ok && p.Role != Admin && !p.over(within.From) && p.From <= within.To &&
			!slices.ContainsFunc(list, func(o School) bool { return o.ID == sc.ID }) {
			list = append(list, sc)
		}
	}
	return list
}
