package fakeslack

import (
	"regexp"
	"slices"
)

// Reaction is an emoji on a message with those who put it there.
type Reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

var emojiName = regexp.MustCompile(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)

func (s *Slack) reacted(c *call) (*post, error) {
	place, err := s.joined(c.args["channel"], "")
	if err != nil {
		return nil, err
	}
	if !emojiName.MatchString(c.args["name"]) {
		return nil, broke("invalid_name")
	}
	p := s.find(place.ID, c.args["timestamp"])
	if p == nil {
		return nil, refuse("message_not_found")
	}
	return p, nil
}

func (s *Slack) reactionsAdd(c *call) (object, error) {
	p, err := s.reacted(c)
	if err != nil {
		return nil, err
	}
	if !p.react(c.args["name"], s.opts.BotUserID) {
		return nil, refuse("already_reacted")
	}
	return object{}, nil
}

func (p *post) react(name, userID string) bool {
	i := slices.IndexFunc(p.reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 {
		p.reactions = append(p.reactions, Reaction{Name: name})
		i = len(p.reactions) - 1
	}
	r := &p.reactions[i]
	if slices.Contains(r.Users, userID) {
		return false
	}
	r.Users = append(slices.Clip(r.Users), userID)
	r.Count = len(r.Users)
	return true
}

func (s *Slack) reactionsRemove(c *call) (object, error) {
	p, err := s.reacted(c)
	if err != nil {
		return nil, err
	}
	for i, r := range p.reactions {
		if j := slices.Index(r.Users, s.opts.BotUserID); r.Name == c.args["name"] && j >= 0 {
			p.reactions[i].Users = slices.Delete(slices.Clone(r.Users), j, j+1)
			if p.reactions[i].Count--; p.reactions[i].Count == 0 {
				p.reactions = slices.Delete(p.reactions, i, i+1)
			}
			return object{}, nil
		}
	}
	return nil, refuse("no_reaction")
}
