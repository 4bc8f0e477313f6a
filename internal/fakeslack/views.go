package fakeslack

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Slack's limits on views and triggers.
const (
	maxView     = 250_000 // bytes of JSON
	maxStack    = 3
	triggerLife = 3 * time.Second // of machine time
)

// view is an open modal or a published App Home.
type view struct {
	form
	id       string
	hash     string
	owner    string
	root     string
	previous string
	body     object            // as the app sent it, every block with an id
	errors   map[string]string // what the app marked at the last submission
}

func (v *view) blocks() []any { return list(v.body, "blocks") }

// View is a modal or App Home as its owner sees it.
type View struct {
	ID              string // names it in Click and its like
	Type            string
	CallbackID      string
	ExternalID      string
	PrivateMetadata string
	Title           string
	Submit          string
	Close           string
	Blocks          json.RawMessage
	Plain           string
	Buttons         []Button
	State           json.RawMessage   // {"values": …} as a submission would carry it
	Errors          map[string]string // block id → text, marked by the app at the last submission
}

// Views lists the person's open modals, the one in front last.
func (s *Slack) Views(userID string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.modals[userID] {
		out = append(out, s.shownView(v))
	}
	return out
}

// Home is the person's App Home; nil when the app has published none.
func (s *Slack) Home(userID string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.homes[userID] == nil {
		return nil
	}
	shown := s.shownView(s.homes[userID])
	return &shown
}

func (s *Slack) shownView(v *view) View {
	out := View{
		ID: v.id, Type: str(v.body, "type"), CallbackID: str(v.body, "callback_id"), ExternalID: str(v.body, "external_id"),
		PrivateMetadata: str(v.body, "private_metadata"), Title: str(obj(v.body, "title"), "text"), Submit: str(obj(v.body, "submit"), "text"),
		Close: str(obj(v.body, "close"), "text"), Plain: s.readBlocks(v.blocks()), Buttons: buttons(v.blocks()), Errors: v.errors,
	}
	out.Blocks, _ = json.Marshal(v.blocks())
	out.State, _ = json.Marshal(v.state.wire())
	return out
}

var viewShapes = map[surface]shape{
	inModal: {need: []string{"title", "blocks"}, props: viewProps(map[string]rule{
		"title": plain(24), "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean,
	}), also: func(c *checker, at string, m object) {
		for _, raw := range list(m, "blocks") {
			if block, _ := raw.(object); block["type"] == "input" && m["submit"] == nil {
				c.bad(at, "missing required field: submit")
				return
			}
		}
	}},
	inHome: {need: []string{"blocks"}, props: viewProps(nil)},
}

func viewProps(more map[string]rule) map[string]rule {
	props := map[string]rule{
		"blocks": anything, "private_metadata": letters(0, 3000), "callback_id": letters(0, 255), "external_id": letters(0, 255),
	}
	for name, check := range more {
		props[name] = check
	}
	return props
}

// readView checks a view the app wants shown. In the place of old it may keep old's external_id.
func (s *Slack) readView(raw string, on surface, old *view) (object, error) {
	if len(raw) > maxView {
		return nil, broke("view_too_large")
	}
	var body object
	if decode(raw, &body) != nil {
		return nil, broke("invalid_arguments", "[ERROR] must be a JSON object [json-pointer:/view]")
	}
	c := &checker{on: on}
	among(string(on))(c, "/view/type", body["type"])
	c.object("/view", body, viewShapes[on])
	blocks, ok := body["blocks"].([]any)
	if !ok {
		c.bad("/view/blocks", "must be an array")
	}
	if problems := append(c.problems, checkBlocks(blocks, on, "/view/blocks")...); len(problems) > 0 {
		return nil, broke("invalid_arguments", problems...)
	}
	if external := str(body, "external_id"); external != "" {
		if other := s.findView("", external); other != nil && other != old {
			return nil, refuse("duplicate_external_id")
		}
	}
	nameBlocks(blocks)
	return body, nil
}

// fill shows a body in a view; what the person has entered stays.
func (v *view) fill(body object, now time.Time) {
	v.body, v.errors = body, nil
	v.state = keepState(v.state, v.blocks())
	v.hash = fmt.Sprintf("%d.%s", now.Unix(), rand.Text()[:8])
}

func (s *Slack) findView(id, external string) *view {
	for _, stack := range s.modals {
		for _, v := range stack {
			if id != "" && v.id == id || external != "" && str(v.body, "external_id") == external {
				return v
			}
		}
	}
	for _, v := range s.homes {
		if id != "" && v.id == id || external != "" && str(v.body, "external_id") == external {
			return v
		}
	}
	return nil
}

// trigger is a person's act that lets the app open one modal.
type trigger struct {
	user string
	view string // the modal in which the person acted
	at   time.Time
	used bool
}

func (s *Slack) newTrigger(user, viewID string) string {
	id := fmt.Sprintf("%d.%s.%s", s.opts.Machine().UnixNano(), s.opts.TeamID[1:], rand.Text())
	s.triggers[id] = &trigger{user: user, view: viewID, at: s.opts.Machine()}
	return id
}

func (s *Slack) useTrigger(c *call) (*trigger, error) {
	t := s.triggers[c.args["trigger_id"]]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case s.opts.Machine().Sub(t.at) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

func (s *Slack) viewsOpen(c *call) (object, error) {
	body, err := s.readView(c.args["view"], inModal, nil)
	if err != nil {
		return nil, err
	}
	t, err := s.useTrigger(c)
	if err != nil {
		return nil, err
	}
	s.modals[t.user] = nil // a new modal takes the place of an open one
	return object{"view": s.wireView(s.stack(t.user, body))}, nil
}

func (s *Slack) viewsPush(c *call) (object, error) {
	body, err := s.readView(c.args["view"], inModal, nil)
	if err != nil {
		return nil, err
	}
	t, err := s.useTrigger(c)
	if err != nil {
		return nil, err
	}
	if v := s.findView(t.view, ""); v == nil || v.owner != t.user {
		return nil, refuse("invalid_trigger_id") // only a modal that is open can have another on top
	}
	if len(s.modals[t.user]) >= maxStack {
		return nil, broke("push_limit_reached")
	}
	return object{"view": s.wireView(s.stack(t.user, body))}, nil
}

// stack puts a modal in front of the person's others.
func (s *Slack) stack(user string, body object) *view {
	v := &view{id: newID("V"), owner: user}
	v.root = v.id
	if open := s.modals[user]; len(open) > 0 {
		v.root, v.previous = open[0].id, open[len(open)-1].id
	}
	v.fill(body, s.opts.Clock())
	s.modals[user] = append(s.modals[user], v)
	return v
}

func (s *Slack) viewsUpdate(c *call) (object, error) {
	v := s.findView(c.args["view_id"], c.args["external_id"])
	if v == nil {
		return nil, refuse("not_found")
	}
	body, err := s.readView(c.args["view"], surface(str(v.body, "type")), v)
	if err != nil {
		return nil, err
	}
	if hash := c.args["hash"]; hash != "" && hash != v.hash {
		return nil, refuse("hash_conflict")
	}
	v.fill(body, s.opts.Clock())
	return object{"view": s.wireView(v)}, nil
}

func (s *Slack) viewsPublish(c *call) (object, error) {
	user := c.args["user_id"]
	if u := s.users[user]; u == nil || u.Bot {
		return nil, refuse("user_not_found")
	}
	v := s.homes[user]
	body, err := s.readView(c.args["view"], inHome, v)
	if err != nil {
		return nil, err
	}
	if hash := c.args["hash"]; hash != "" && (v == nil || hash != v.hash) {
		return nil, refuse("hash_conflict")
	}
	if v == nil {
		v = &view{id: newID("V"), owner: user}
		v.root = v.id
		s.homes[user] = v
	}
	v.fill(body, s.opts.Clock())
	return object{"view": s.wireView(v)}, nil
}

// wireView is the view object, sharing nothing.
func (s *Slack) wireView(v *view) object {
	raw, _ := json.Marshal(v.body)
	var out object
	_ = json.Unmarshal(raw, &out)
	for name, value := range (object{"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": false, "notify_on_close": false, "title": nil, "submit": nil, "close": nil}) {
		if _, ok := out[name]; !ok {
			out[name] = value
		}
	}
	out["id"], out["team_id"], out["hash"], out["root_view_id"], out["previous_view_id"] = v.id, s.opts.TeamID, v.hash, v.root, nil
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	out["app_id"], out["bot_id"], out["app_installed_team_id"], out["state"] = s.opts.AppID, s.botID, s.opts.TeamID, v.state.wire()
	return out
}

// closeView takes a modal from its stack, and all in front of it.
func (s *Slack) closeView(v *view) {
	stack := s.modals[v.owner]
	if i := slices.Index(stack, v); i >= 0 {
		s.modals[v.owner] = stack[:i]
	}
}
