package fakeslack

import (
	"slices"
	"strconv"
	"strings"
)

// maxHistory is the most that one page of a conversation may be asked to hold.
const maxHistory = 999

// micros reads a timestamp such as "1718000000.000100"; Slack also takes fewer or no decimals.
func micros(ts string) (int64, bool) {
	whole, fraction, _ := strings.Cut(ts, ".")
	if len(fraction) > 6 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 6-len(fraction)), 10, 64)
	return n, err == nil && n >= 0
}

// between filters by oldest, latest and inclusive.
func between(c *call) (func(*post) bool, error) {
	oldest, latest := int64(-1), int64(1<<62)
	var ok bool
	if c.args["oldest"] != "" && c.args["oldest"] != "0" {
		if oldest, ok = micros(c.args["oldest"]); !ok {
			return nil, broke("invalid_ts_oldest")
		}
	}
	if c.args["latest"] != "" && c.args["latest"] != "now" {
		if latest, ok = micros(c.args["latest"]); !ok {
			return nil, broke("invalid_ts_latest")
		}
	}
	if c.flag("inclusive") {
		oldest, latest = oldest-1, latest+1
	}
	return func(p *post) bool {
		at, _ := micros(p.ts)
		return at > oldest && at < latest
	}, nil
}

func (s *Slack) conversationsHistory(c *call) (object, error) {
	place, err := s.joined(c.args["channel"], ":history")
	if err != nil {
		return nil, err
	}
	within, err := between(c)
	if err != nil {
		return nil, err
	}
	if n, err := strconv.Atoi(c.args["limit"]); err == nil && n > maxHistory {
		return nil, broke("invalid_limit")
	}
	var found []*post
	for _, p := range s.posts {
		if p.place.ID == place.ID && p.to == "" && (p.thread == "" || p.broadcast) && within(p) {
			found = append(found, p)
		}
	}
	slices.Reverse(found) // Slack gives the newest first
	return s.messagePage(c, found, 100)
}

// conversationsReplies gives the parent and then its replies, oldest first.
func (s *Slack) conversationsReplies(c *call) (object, error) {
	place, err := s.joined(c.args["channel"], ":history")
	if err != nil {
		return nil, err
	}
	within, err := between(c)
	if err != nil {
		return nil, err
	}
	parent := s.find(place.ID, c.args["ts"])
	if parent != nil && parent.thread != "" {
		parent = s.find(place.ID, parent.thread)
	}
	if parent == nil {
		return nil, refuse("thread_not_found")
	}
	found := []*post{parent}
	for _, p := range s.replies(parent) {
		if within(p) {
			found = append(found, p)
		}
	}
	return s.messagePage(c, found, 1000)
}

func (s *Slack) messagePage(c *call, all []*post, standard int) (object, error) {
	posts, next, err := page(c, all, standard)
	if err != nil {
		return nil, err
	}
	messages := make([]object, len(posts))
	for i, p := range posts {
		messages[i] = s.wirePost(p, c.flag("include_all_metadata"))
	}
	out := object{"messages": messages, "has_more": next != "", "pin_count": 0}
	if next != "" {
		out["response_metadata"] = object{"next_cursor": next}
	}
	return out, nil
}
