package fakeslack

import (
	"fmt"
	"slices"
	"strings"
)

// Channel is a place where several people talk. The app is in it only when its bot user is among Members.
type Channel struct {
	ID       string // made when empty
	Name     string
	Private  bool
	Shared   bool // with another workspace, is_ext_shared
	Invited  bool // another workspace, which has not yet come: is_pending_ext_shared
	Archived bool
	Members  []string
}

// conversation is a channel or a direct message.
type conversation struct {
	Channel
	family string // channels, groups, im or mpim: the prefix of its scopes
	person string // the other end of a direct message
}

// AddChannel adds a channel, or changes one that is there while its messages stay, and returns its id.
func (s *Slack) AddChannel(ch Channel) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch.ID == "" {
		ch.ID = newID("C")
	}
	ch.Members = slices.Clone(ch.Members)
	family := "channels"
	if ch.Private {
		family = "groups"
	}
	s.put(&conversation{Channel: ch, family: family})
	return ch.ID
}

// put keeps the pointer of a conversation that is there: its messages hold it.
func (s *Slack) put(p *conversation) *conversation {
	if old := s.places[p.ID]; old != nil {
		*old = *p
		return old
	}
	s.placeOrder = append(s.placeOrder, p.ID)
	s.places[p.ID] = p
	return p
}

// DM gives the id of the person's direct messages with the app and opens them if need be. The id follows from the person's.
func (s *Slack) DM(userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dm(userID).ID
}

func (s *Slack) dm(userID string) *conversation {
	if p := s.places["D"+userID[1:]]; p != nil {
		return p
	}
	return s.put(&conversation{Channel: Channel{ID: "D" + userID[1:], Members: []string{userID, s.opts.BotUserID}}, family: "im", person: userID})
}

func (p *conversation) has(userID string) bool { return slices.Contains(p.Members, userID) }

// place finds a conversation that the app can know of and checks the scope ":read" or ":history" of its family.
func (s *Slack) place(id, scope string) (*conversation, error) {
	p := s.places[id]
	if p == nil || p.family != "channels" && !p.has(s.opts.BotUserID) {
		return nil, refuse("channel_not_found")
	}
	if scope != "" {
		return p, s.need(p.family + scope)
	}
	return p, nil
}

// joined is place for what only members may do.
func (s *Slack) joined(id, scope string) (*conversation, error) {
	p, err := s.place(id, scope)
	if err == nil && !p.has(s.opts.BotUserID) {
		return nil, refuse("not_in_channel")
	}
	return p, err
}

func (s *Slack) wireChannel(p *conversation) object {
	out := object{"id": p.ID, "created": 1700000000, "is_archived": p.Archived, "is_im": p.family == "im", "is_mpim": p.family == "mpim", "context_team_id": s.opts.TeamID}
	if p.family == "im" {
		out["user"], out["is_open"] = p.person, true
		return out
	}
	for key, value := range (object{
		"name": p.Name, "name_normalized": p.Name, "is_channel": p.family == "channels", "is_group": p.family == "groups", "is_private": p.family != "channels",
		"is_member": p.has(s.opts.BotUserID), "is_general": false, "is_shared": p.Shared, "is_ext_shared": p.Shared, "is_org_shared": false, "is_pending_ext_shared": p.Invited,
		"creator": s.opts.BotUserID, "topic": object{"value": ""}, "purpose": object{"value": ""},
	}) {
		out[key] = value
	}
	return out
}

func (s *Slack) conversationsOpen(c *call) (object, error) {
	if id := c.args["channel"]; id != "" {
		p, err := s.place(id, "")
		if err != nil {
			return nil, err
		}
		return s.opened(c, p, true), nil
	}
	users := strings.FieldsFunc(c.args["users"], func(r rune) bool { return r == ',' || r == ' ' })
	if len(users) == 0 {
		return nil, broke("users_list_not_supplied")
	}
	if len(users) > 8 {
		return nil, broke("too_many_users")
	}
	if scope := map[bool]string{true: "im:write", false: "mpim:write"}[len(users) == 1]; s.need(scope) != nil {
		return nil, s.need(scope)
	}
	for _, id := range users {
		u := s.users[id]
		switch {
		case u == nil:
			return nil, refuse("user_not_found")
		case id == s.opts.BotUserID:
			return nil, broke("not_enough_users")
		case u.Bot || id == "USLACKBOT":
			return nil, refuse("cannot_dm_bot")
		case u.Stranger:
			return nil, refuse("user_not_visible")
		case u.Deleted:
			return nil, refuse("user_disabled")
		}
	}
	if len(users) == 1 {
		before := len(s.places)
		p := s.dm(users[0])
		return s.opened(c, p, len(s.places) == before), nil
	}
	return s.openGroup(c, users), nil
}

// openGroup gives the same conversation for the same set of people.
func (s *Slack) openGroup(c *call, users []string) object {
	members := append(slices.Clone(users), s.opts.BotUserID)
	slices.Sort(members)
	members = slices.Compact(members)
	for _, p := range s.places {
		if p.family == "mpim" && slices.Equal(p.Members, members) {
			return s.opened(c, p, true)
		}
	}
	id := newID("C")
	return s.opened(c, s.put(&conversation{Channel: Channel{ID: id, Name: fmt.Sprintf("mpdm-%s", strings.ToLower(id)), Members: members}, family: "mpim"}), false)
}

func (s *Slack) opened(c *call, p *conversation, already bool) object {
	out := object{"channel": object{"id": p.ID}}
	if c.flag("return_im") {
		out["channel"] = s.wireChannel(p)
	}
	if already {
		out["no_op"], out["already_open"] = true, true
	}
	return out
}

func (s *Slack) conversationsInfo(c *call) (object, error) {
	p, err := s.place(c.args["channel"], ":read")
	if err != nil {
		return nil, err
	}
	out := s.wireChannel(p)
	if c.flag("include_num_members") {
		out["num_members"] = len(p.Members)
	}
	if c.flag("include_locale") {
		out["locale"] = "en-US"
	}
	return object{"channel": out}, nil
}

func (s *Slack) conversationsMembers(c *call) (object, error) {
	p, err := s.place(c.args["channel"], ":read")
	if err != nil {
		return nil, err
	}
	members, next, err := page(c, p.Members, 100)
	if err != nil {
		return nil, err
	}
	return object{"members": members, "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Slack) conversationsList(c *call) (object, error) {
	types := c.args["types"]
	if types == "" {
		types = "public_channel"
	}
	families := map[string]bool{}
	for name := range strings.SplitSeq(types, ",") {
		family := map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}[strings.TrimSpace(name)]
		if family == "" {
			return nil, broke("invalid_types")
		}
		if err := s.need(family + ":read"); err != nil {
			return nil, err
		}
		families[family] = true
	}
	all := []object{}
	for _, id := range s.placeOrder {
		p := s.places[id]
		known := p.family == "channels" || p.has(s.opts.BotUserID)
		left := p.Archived && c.flag("exclude_archived")
		if families[p.family] && known && !left {
			all = append(all, s.wireChannel(p))
		}
	}
	channels, next, err := page(c, all, 100)
	if err != nil {
		return nil, err
	}
	return object{"channels": channels, "response_metadata": object{"next_cursor": next}}, nil
}
