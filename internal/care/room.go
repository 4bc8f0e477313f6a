package care

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
