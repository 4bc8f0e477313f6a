package fakeslack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Slack's limits on a message as a whole; the size of metadata is not published.
const (
	maxText        = 40_000 // longer text is cut off
	maxUpdateText  = 4_000
	maxMetadata    = 8_000
	maxScheduled   = 30 // in a channel within five minutes
	scheduleWindow = 5 * time.Minute
	scheduleLimit  = 120 * 24 * time.Hour
)

// content is what a message says, apart from where and when.
type content struct {
	text     string
	blocks   []any
	metadata object
	files    []*file
}

// post is a message. One with an addressee is ephemeral: nobody else sees it and no method finds it.
type post struct {
	content
	form
	place     *conversation
	author    string
	ts        string
	thread    string
	to        string
	broadcast bool
	edited    bool
	editedAt  string // ts of the latest edit by a person
	deleted   bool   // its thread lives on, so something stands in its place
	reactions []Reaction
}

// scheduledPost waits for the workspace's clock. lost is Slack's own defect: with metadata it is never posted.
type scheduledPost struct {
	post
	at   time.Time
	lost bool
}

func (p *post) key() string { return p.place.ID + "/" + p.ts }

// show makes the message visible.
func (s *Slack) show(p *post) *post {
	p.ts = s.newTS()
	p.state = keepState(nil, p.blocks)
	s.posts = append(s.posts, p)
	return p
}

// remove takes a message away. Of one with a thread Slack keeps the place.
func (s *Slack) remove(p *post) {
	if p.to == "" && len(s.replies(p)) > 0 {
		p.content, p.author, p.reactions, p.deleted = content{text: "This message was deleted."}, "USLACKBOT", nil, true
		return
	}
	s.posts = slices.DeleteFunc(s.posts, func(q *post) bool { return q == p })
	s.removed[p.key()] = true
}

// find gives a message that is there for all members of its conversation.
func (s *Slack) find(channel, ts string) *post {
	for _, p := range s.posts {
		if p.ts == ts && p.place.ID == channel && p.to == "" {
			return p
		}
	}
	return nil
}

// readContent checks the text, blocks and metadata of a message. Blocks and metadata are JSON.
func (s *Slack) readContent(what, text, blocks, metadata string) (content, error) {
	c := content{text: text}
	if blocks != "" && blocks != "null" {
		if decode(blocks, &c.blocks) != nil {
			return c, broke("invalid_blocks_format")
		}
		if problems := checkBlocks(c.blocks, inMessage, "/blocks"); len(problems) > 0 {
			return c, broke("invalid_blocks", problems...)
		}
		nameBlocks(c.blocks)
	}
	if metadata != "" && metadata != "null" {
		if err := checkMetadata(metadata, &c.metadata); err != nil {
			return c, err
		}
	}
	if c.text == "" && len(c.blocks) == 0 {
		return c, broke("no_text")
	}
	if runes := []rune(c.text); len(runes) > maxText {
		s.violate("%s: text of %d characters, cut off at %d", what, len(runes), maxText)
		c.text = string(runes[:maxText])
	}
	return c, nil
}

func checkMetadata(raw string, into *object) error {
	if len(raw) > maxMetadata {
		return broke("metadata_too_large")
	}
	if decode(raw, into) != nil {
		return broke("invalid_metadata_format")
	}
	m := *into
	eventType, isText := m["event_type"].(string)
	_, isObject := m["event_payload"].(object)
	if empty := len(m) == 0 || eventType == "" && m["event_payload"] == nil; empty {
		*into = object{}
		return nil
	}
	if !isText || eventType == "" || !isObject {
		return broke("invalid_metadata_format")
	}
	return nil
}

// address finds where a message is to go; a user's id means the direct messages with them, which Slack opens even when
// the person is deactivated.
func (s *Slack) address(id string) (*conversation, error) {
	if u := s.users[id]; u != nil {
		if u.Bot || u.ID == "USLACKBOT" || u.Stranger {
			return nil, refuse("channel_not_found")
		}
		return s.dm(id), nil
	}
	p, err := s.joined(id, "")
	if err == nil && p.Archived {
		return nil, refuse("is_archived")
	}
	return p, err
}

// newPost reads a call that makes a message.
func (s *Slack) newPost(c *call) (*post, error) {
	place, err := s.address(c.args["channel"])
	if err != nil {
		return nil, err
	}
	if a := c.args["attachments"]; a != "" && a != "[]" && a != "null" {
		return nil, broke("invalid_attachments") // legacy; this fake does not show them
	}
	said, err := s.readContent(c.method, c.args["text"], c.args["blocks"], c.args["metadata"])
	if err != nil {
		return nil, err
	}
	p := &post{content: said, place: place, author: s.opts.BotUserID, thread: c.args["thread_ts"], broadcast: c.flag("reply_broadcast")}
	parent := s.find(place.ID, p.thread)
	switch {
	case p.thread == "" && p.broadcast: // Slack's documentation does not say what becomes of it
		return nil, broke("invalid_arguments")
	case p.thread == "":
	case parent == nil && s.removed[place.ID+"/"+p.thread]:
		// Slack posts what is for the thread of a deleted message by itself, and only the answer shows it (slack-go/slack#1571).
		p.thread, p.broadcast = "", false
	case parent == nil || parent.thread != "":
		return nil, broke("thread_not_found")
	}
	return p, nil
}

func (s *Slack) chatPostMessage(c *call) (object, error) {
	p, err := s.newPost(c)
	if err != nil {
		return nil, err
	}
	if err := s.limitChannel(p.place.ID); err != nil {
		return nil, err
	}
	s.show(p)
	out := object{"channel": p.place.ID, "ts": p.ts, "message": s.wirePost(p, true)}
	if p.text == "" { // Slack warns, for nobody who is notified or listens learns what it says
		s.violate("%s: blocks without text", c.method)
		out["warning"] = "missing_text_in_message"
		out["response_metadata"] = object{"warnings": []string{"missing_text_in_message"}}
	}
	return out, nil
}

func (s *Slack) chatPostEphemeral(c *call) (object, error) {
	p, err := s.newPost(c)
	if err != nil {
		return nil, err
	}
	if !p.place.has(c.args["user"]) {
		return nil, refuse("user_not_in_channel")
	}
	p.to = c.args["user"]
	return object{"message_ts": s.show(p).ts}, nil
}

// own finds a message that the app itself posted.
func (s *Slack) own(c *call, otherwise string) (*post, error) {
	place, err := s.joined(c.args["channel"], "")
	if err != nil {
		return nil, err
	}
	p := s.find(place.ID, c.args["ts"])
	if p == nil || p.deleted {
		return nil, refuse("message_not_found")
	}
	if p.author != s.opts.BotUserID {
		return nil, refuse(otherwise)
	}
	return p, nil
}

func (s *Slack) chatUpdate(c *call) (object, error) {
	p, err := s.own(c, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if len([]rune(c.args["text"])) > maxUpdateText {
		return nil, broke("msg_too_long")
	}
	said, err := s.readContent(c.method, c.args["text"], c.args["blocks"], c.args["metadata"])
	if err != nil {
		return nil, err
	}
	s.change(p, said)
	return object{"channel": p.place.ID, "ts": p.ts, "text": p.text, "message": s.wirePost(p, true)}, nil
}

// change puts something else in a message's place: metadata stays unless it is given, and {} takes it away.
func (s *Slack) change(p *post, said content) {
	if said.metadata == nil {
		said.metadata = p.metadata
	}
	if len(said.blocks) == 0 && said.text != p.text {
		p.edited = true
	}
	said.files = p.files
	p.content = said
	p.state = keepState(p.state, said.blocks)
}

func (s *Slack) chatDelete(c *call) (object, error) {
	p, err := s.own(c, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	s.remove(p)
	return object{"channel": p.place.ID, "ts": p.ts}, nil
}

func (s *Slack) chatGetPermalink(c *call) (object, error) {
	place, err := s.joined(c.args["channel"], "")
	if err != nil {
		return nil, err
	}
	p := s.find(place.ID, c.args["message_ts"])
	if p == nil {
		return nil, refuse("message_not_found")
	}
	link := fmt.Sprintf("https://%s.slack.com/archives/%s/p%s", s.opts.TeamDomain, place.ID, strings.Replace(p.ts, ".", "", 1))
	if p.thread != "" {
		link += "?thread_ts=" + p.thread + "&cid=" + place.ID
	}
	return object{"channel": place.ID, "permalink": link}, nil
}

func (s *Slack) chatScheduleMessage(c *call) (object, error) {
	seconds, err := strconv.ParseInt(c.args["post_at"], 10, 64)
	if err != nil {
		return nil, broke("invalid_time")
	}
	p, err := s.newPost(c)
	if err != nil {
		return nil, err
	}
	at, now := time.Unix(seconds, 0), s.opts.Clock()
	near := 0
	for _, other := range s.scheduled {
		if other.place == p.place && other.at.Sub(at).Abs() < scheduleWindow {
			near++
		}
	}
	switch {
	case !at.After(now):
		return nil, refuse("time_in_past")
	case at.Sub(now) > scheduleLimit:
		return nil, refuse("time_too_far")
	case near >= maxScheduled:
		return nil, refuse("restricted_too_many")
	}
	s.scheduled = append(s.scheduled, &scheduledPost{post: *p, at: at, lost: len(p.metadata) > 0})
	return object{"scheduled_message_id": newID("Q"), "channel": p.place.ID, "post_at": seconds, "message": object{"type": "delayed_message", "text": p.text}}, nil
}

// postScheduled posts what has come due.
func (s *Slack) postScheduled() {
	now := s.opts.Clock()
	s.scheduled = slices.DeleteFunc(s.scheduled, func(p *scheduledPost) bool {
		due := !p.at.After(now)
		if due && !p.lost {
			s.show(&p.post)
		}
		return due
	})
}

// wirePost is the message object; without allMetadata its metadata shows only the event type.
func (s *Slack) wirePost(p *post, allMetadata bool) object {
	out := object{"type": "message", "user": p.author, "text": p.text, "ts": p.ts, "team": s.opts.TeamID}
	if p.author == s.opts.BotUserID {
		out["bot_id"], out["app_id"] = s.botID, s.opts.AppID
		out["bot_profile"] = object{"id": s.botID, "app_id": s.opts.AppID, "name": s.opts.BotName, "team_id": s.opts.TeamID}
	}
	if len(p.blocks) > 0 {
		out["blocks"] = p.blocks
	}
	if len(p.metadata) > 0 {
		out["metadata"] = object{"event_type": p.metadata["event_type"]}
		if allMetadata {
			out["metadata"] = p.metadata
		}
	}
	if len(p.reactions) > 0 {
		out["reactions"] = slices.Clone(p.reactions)
	}
	if p.edited {
		out["edited"] = object{"user": p.author, "ts": cmp.Or(p.editedAt, p.ts)}
	}
	if len(p.files) > 0 {
		files := make([]object, len(p.files))
		for i, f := range p.files {
			files[i] = s.wireFile(f)
		}
		out["files"] = files
	}
	if p.broadcast {
		out["subtype"] = "thread_broadcast"
	}
	if p.deleted {
		out["subtype"], out["hidden"] = "tombstone", true
	}
	replies := s.replies(p)
	if p.thread != "" {
		out["thread_ts"] = p.thread
		if parent := s.find(p.place.ID, p.thread); parent != nil {
			out["parent_user_id"] = parent.author
		}
	} else if len(replies) > 0 && p.to == "" {
		out["thread_ts"], out["reply_count"], out["latest_reply"] = p.ts, len(replies), replies[len(replies)-1].ts
	}
	raw, _ := json.Marshal(out) // a copy, so that nothing shares the workspace's own maps
	var copied object
	_ = json.Unmarshal(raw, &copied)
	return copied
}

func (s *Slack) replies(parent *post) []*post {
	var out []*post
	for _, p := range s.posts {
		if p.thread == parent.ts && p.place == parent.place && p.to == "" {
			out = append(out, p)
		}
	}
	return out
}
