package fakeslack

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// User is a person or a bot as Slack tells apps about them.
type User struct {
	ID       string // made when empty
	Name     string // the handle
	RealName string
	Email    string
	TeamID   string // the workspace of the Options when empty
	TZ       string // Europe/Stockholm when empty
	Locale   string // en-US when empty: Slack has no Swedish and no Norwegian

	Guest           bool // multi-channel guest, is_restricted
	UltraRestricted bool // single-channel guest, is_ultra_restricted
	Bot             bool
	Deleted         bool // deactivated
	Stranger        bool // from another workspace, shares no channel with the app
	Admin           bool
}

// AddUser adds a person, or changes one that is there without telling the app, and returns the id.
func (s *Slack) AddUser(u User) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.putUser(u)
}

func (s *Slack) putUser(u User) string {
	if u.ID == "" {
		u.ID = newID("U")
	}
	for field, value := range map[*string]string{&u.TeamID: s.opts.TeamID, &u.TZ: "Europe/Stockholm", &u.Locale: "en-US", &u.RealName: u.Name} {
		if *field == "" {
			*field = value
		}
	}
	if s.users[u.ID] == nil {
		s.people = append(s.people, u.ID)
	}
	s.users[u.ID] = &u
	return u.ID
}

// UpdateUser changes a person and tells the app with a user_change event.
func (s *Slack) UpdateUser(ctx context.Context, u User) (*Ack, error) {
	s.mu.Lock()
	if s.users[u.ID] == nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("no user %q", u.ID)
	}
	s.putUser(u)
	inner := object{"type": "user_change", "user": s.wireUser(s.users[u.ID], true), "cache_ts": s.opts.Clock().Unix(), "event_ts": s.newTS()}
	s.mu.Unlock()
	return s.Event(ctx, inner)
}

// wireUser is the user object; the e-mail address is part of it only with the scope for it.
func (s *Slack) wireUser(u *User, locale bool) object {
	profile := object{"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name, "display_name_normalized": u.Name, "team": u.TeamID}
	if u.Email != "" && s.scopes["users:read.email"] {
		profile["email"] = u.Email
	}
	out := object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "real_name": u.RealName, "profile": profile, "tz": u.TZ,
		"is_admin": u.Admin, "is_owner": false, "is_primary_owner": false, "is_restricted": u.Guest || u.UltraRestricted, "is_ultra_restricted": u.UltraRestricted,
		"is_bot": u.Bot, "is_app_user": false, "is_email_confirmed": true, "updated": s.opts.Clock().Unix(),
	}
	if u.Stranger {
		out["is_stranger"] = true
	}
	if zone, err := time.LoadLocation(u.TZ); err == nil {
		name, offset := s.opts.Clock().In(zone).Zone()
		out["tz_label"], out["tz_offset"] = name, offset
	}
	if locale {
		out["locale"] = u.Locale
	}
	return out
}

func (s *Slack) usersInfo(c *call) (object, error) {
	u := s.users[c.args["user"]]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	return object{"user": s.wireUser(u, c.flag("include_locale"))}, nil
}

func (s *Slack) usersLookupByEmail(c *call) (object, error) {
	for _, id := range s.people {
		if u := s.users[id]; u.Email != "" && strings.EqualFold(u.Email, c.args["email"]) && !u.Deleted {
			return object{"user": s.wireUser(u, false)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

func (s *Slack) usersList(c *call) (object, error) {
	ids, next, err := page(c, s.people, 200)
	if err != nil {
		return nil, err
	}
	members := make([]object, len(ids))
	for i, id := range ids {
		members[i] = s.wireUser(s.users[id], c.flag("include_locale"))
	}
	return object{"members": members, "cache_ts": s.opts.Clock().Unix(), "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Slack) authTest(*call) (object, error) {
	return object{
		"url": "https://" + s.opts.TeamDomain + ".slack.com/", "team": s.opts.TeamDomain, "user": s.opts.BotName, "team_id": s.opts.TeamID,
		"user_id": s.opts.BotUserID, "bot_id": s.botID, "is_enterprise_install": false,
	}, nil
}

func (s *Slack) botsInfo(c *call) (object, error) {
	if c.args["bot"] != s.botID {
		return nil, refuse("bot_not_found")
	}
	return object{"bot": object{
		"id": s.botID, "deleted": false, "name": s.opts.BotName, "updated": s.opts.Clock().Unix(), "app_id": s.opts.AppID, "user_id": s.opts.BotUserID,
	}}, nil
}
