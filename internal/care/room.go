package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Room is whom a message is for, if not one person: everyone at a school with a role.
type Room string

// The rooms. Those of the team and of the principal have a channel; administrators are written to one by one.
const (
	RoomTeam      Room = "team"
	RoomPrincipal Room = "principal"
	RoomAdmins    Room = "admins"
)

// ChannelFacts are what Slack knows of a channel.
type ChannelFacts struct {
	ID       string
	Found    bool // there is such a channel, and Lotsen may read about it
	Member   bool // Lotsen is in it
	Private  bool // and not a conversation of a few people without a name
	Shared   bool // with anyone outside the workspace, or about to be
	Archived bool
	People   []string // Slack user ids of all members but Lotsen; bots, too
}

// A Place is where a message stands in Slack, or is to stand.
type Place struct {
	Channel   string // a conversation's id, or a Slack user's, which means the direct messages with them
	Thread    string // ts of the message in whose thread; "" for none
	Broadcast bool   // in the channel, too, not in its thread alone
}

// A ChannelFault is why a room's channel is not fit for what it is to be told.
type ChannelFault struct {
	Room      Room       `bson:"room"`
	Channel   string     `bson:"channel"`
	Why       ChannelWhy `bson:"why"`
	Strangers []string   `bson:"strangers,omitempty"` // Slack user ids of those who do not belong there
}

// ChannelWhy is what is wrong with a channel.
type ChannelWhy string

// What may be wrong with a channel.
const (
	ChannelMissing   ChannelWhy = "missing"    // there is none, or Lotsen may not read about it
	ChannelArchived  ChannelWhy = "archived"   //
	ChannelNotMember ChannelWhy = "not_member" // Lotsen is not in it
	ChannelPublic    ChannelWhy = "public"     //
	ChannelShared    ChannelWhy = "shared"     // with another organisation
	ChannelStrangers ChannelWhy = "strangers"  // someone is in it who has no role at the school that sees cases
	ChannelEmpty     ChannelWhy = "empty"      // nobody is in it who has
)

// channelOf is the channel of a room of the school, or "".
func (sc School) channelOf(room Room) string {
	switch room {
	case RoomTeam:
		return sc.EHTChannel
	case RoomPrincipal:
		return sc.PrincipalChannel
	}
	return ""
}

// RoomPeople are those whom a room stands for now: who has its role at the school, can be reached, and is not away
// unless all of them are. An administrator whom no roster names has their Slack user id as the id, too.
func (s *Service) RoomPeople(ctx context.Context, school string, room Room, now time.Time) ([]Staff, error) {
	list, err := s.roomStaff(ctx, school, room, now)
	if err != nil {
		return nil, err
	}
	today := s.today(school, now)
	away := func(st Staff) bool { return st.AwayOn(today) }
	if there := slices.DeleteFunc(slices.Clone(list), away); len(there) > 0 {
		return there, nil
	}
	return list, nil
}

// roomStaff are RoomPeople, whether away or not.
func (s *Service) roomStaff(ctx context.Context, school string, room Room, now time.Time) ([]Staff, error) {
	if room != RoomAdmins {
		role := map[Room]Role{RoomTeam: EHT, RoomPrincipal: Principal}[room]
		all, err := s.Staff.All(ctx)
		if err != nil {
			return nil, fmt.Errorf("list staff: %w", err)
		}
		today := s.today(school, now)
		return slices.DeleteFunc(all, func(st Staff) bool { return !st.reachable() || !st.has(school, today, role) }), nil
	}
	ids, err := s.adminsOf(ctx, school, now)
	if err != nil {
		return nil, err
	}
	var list []Staff
	for _, id := range ids {
		st, err := s.Staff.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			st, err = s.Staff.BySlackID(ctx, id)
		}
		if errors.Is(err, ErrNotFound) {
			st, err = Staff{Meta: Meta{ID: id}, SlackID: id}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("get an administrator: %w", err)
		}
		list = append(list, st)
	}
	return list, nil
}

// RoomCheck tells why a channel is not fit for what a room is to be told; nil if it is. isBot looks up whether an
// account of which nothing is kept is a bot's.
func (s *Service) RoomCheck(ctx context.Context, school string, room Room, facts ChannelFacts, isBot func(ctx context.Context, slackID string) (bool, error), now time.Time) (*ChannelFault, error) {
	fault := ChannelFault{Room: room, Channel: facts.ID}
	switch {
	case !facts.Found:
		fault.Why = ChannelMissing
	case facts.Archived:
		fault.Why = ChannelArchived
	case !facts.Member:
		fault.Why = ChannelNotMember
	case !facts.Private:
		fault.Why = ChannelPublic
	case facts.Shared:
		fault.Why = ChannelShared
	default:
		fault.Why = ChannelEmpty
		for _, id := range facts.People {
			belongs, bot, err := s.belongs(ctx, school, id, isBot, now)
			switch {
			case err != nil:
				return nil, err
			case belongs && fault.Why == ChannelEmpty:
				fault.Why = ""
			case !belongs && !bot:
				fault.Why, fault.Strangers = ChannelStrangers, append(fault.Strangers, id)
			}
		}
	}
	if fault.Why == "" {
		return nil, nil
	}
	return &fault, nil
}

// belongs reports whether a Slack user may read what the rooms of a school are told: they are of its team or its
// principal. bot tells that there is nobody who reads.
func (s *Service) belongs(ctx context.Context, school, slackID string, isBot func(ctx context.Context, slackID string) (bool, error), now time.Time) (belongs, bot bool, err error) {
	st, err := s.Staff.BySlackID(ctx, slackID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, false, fmt.Errorf("find a member of the channel: %w", err)
	}
	f := st.Facts
	switch {
	case err == nil && f != nil && f.Bot:
		return false, true, nil
	case err == nil && st.has(school, s.today(school, now), EHT, Principal):
		return f == nil || !f.Guest && !f.Stranger, false, nil
	case err == nil && f != nil:
		return false, false, nil
	}
	bot, err = isBot(ctx, slackID)
	return false, bot, err
}

// RoomNotFit has a letter to a room's channel that is not fit go to each of the room's people instead, and the
// administrators told, once a day and channel.
func (s *Service) RoomNotFit(ctx context.Context, l *Letter, why ChannelFault, now time.Time) error {
	return s.each(l, func(d Delivery) error {
		admins, err := s.adminsOf(ctx, d.School, now)
		if err != nil {
			return err
		}
		day := s.today(d.School, now)
		for _, admin := range admins {
			d.ask(now, Delivery{
				Meta: Meta{ID: strings.Join([]string{string(WatchReport), d.School, string(day), "channel", why.Channel, admin}, "/")},
				Kind: WatchReport, Subject: d.School, Day: day, School: d.School, To: admin, At: now, Due: now, State: DeliveryPending,
				Watch: &Watch{What: WatchChannel, Channel: &why},
			})
		}
		if err := s.handToPeople(ctx, &d, d.Room, now); err != nil {
			return err
		}
		return s.store(ctx, d)
	})
}

// roomTrue reports whether a delivery for a room goes where it is addressed to: to the room's channel or, without
// one, to one of its people.
func (s *Service) roomTrue(ctx context.Context, d *Delivery, now time.Time) (bool, error) {
	if d.To == "" {
		if s.Schools[d.School].channelOf(d.Room) != "" {
			return true, nil
		}
		return false, s.handToPeople(ctx, d, d.Room, now)
	}
	people, err := s.RoomPeople(ctx, d.School, d.Room, now)
	if err != nil || slices.ContainsFunc(people, func(st Staff) bool { return st.ID == d.To }) {
		return err == nil, err
	}
	return false, s.handToPeople(ctx, d, d.Room, now)
}

// roomAfter is whose a room's matters are when there is nobody of it.
var roomAfter = map[Room]Room{RoomTeam: RoomPrincipal, RoomPrincipal: RoomAdmins}

// handToRoom makes a delivery one for a room: its channel or, without one, each of its people.
func (s *Service) handToRoom(ctx context.Context, d *Delivery, room Room, now time.Time) error {
	if s.Schools[d.School].channelOf(room) != "" {
		return s.redirect(ctx, d, []address{{room: room}}, now)
	}
	return s.handToPeople(ctx, d, room, now)
}

// handToPeople makes a delivery one for each of a room's people. When there is nobody, it is the next room's.
func (s *Service) handToPeople(ctx context.Context, d *Delivery, room Room, now time.Time) error {
	people, err := s.RoomPeople(ctx, d.School, room, now)
	if err != nil {
		return err
	}
	var to []address
	for _, st := range people {
		if !slices.Contains(d.Passed, st.ID) {
			to = append(to, address{st.ID, room})
		}
	}
	if next, ok := roomAfter[room]; ok && len(to) == 0 {
		return s.handToRoom(ctx, d, next, now)
	}
	return s.redirect(ctx, d, to, now)
}
