package care

import (
	"context"
	"errors"
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
	return nil, errors.New("to be written")
}

// RoomCheck tells why a channel is not fit for what a room is to be told; nil if it is. isBot looks up whether an
// account of which nothing is kept is a bot's.
func (s *Service) RoomCheck(ctx context.Context, school string, room Room, facts ChannelFacts, isBot func(ctx context.Context, slackID string) (bool, error), now time.Time) (*ChannelFault, error) {
	return nil, errors.New("to be written")
}

// RoomNotFit has a letter to a room's channel that is not fit go to each of the room's people instead, and the
// administrators told, once a day and channel.
func (s *Service) RoomNotFit(ctx context.Context, l *Letter, why ChannelFault, now time.Time) error {
	return errors.New("to be written")
}
