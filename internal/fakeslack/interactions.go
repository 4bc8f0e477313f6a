package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
)

// surfaceOf finds the message or view with a key, if the person can use it now.
func (s *Slack) surfaceOf(userID, key string) (*post, *view, error) {
	if u := s.users[userID]; u == nil || u.Deleted {
		return nil, nil, fmt.Errorf("no active user %q", userID)
	}
	for _, p := range s.posts {
		if p.key() == key && p.visibleTo(userID) {
			return p, nil, nil
		}
	}
	if v := s.homes[userID]; v != nil && v.id == key {
		return nil, v, nil
	}
	if stack := s.modals[userID]; len(stack) > 0 && stack[len(stack)-1].id == key {
		return nil, stack[len(stack)-1], nil
	}
	return nil, nil, fmt.Errorf("user %s sees no message or front view %q", userID, key)
}

// names tells whether actionID means an element. Where several have that action id, "block id/action id" means one of them.
func names(actionID string, block, element object) bool {
	own := str(element, "action_id")
	return own == actionID || str(block, "block_id")+"/"+own == actionID
}

// Click presses the button with an action id in a message or view, which Message.Key or View.ID names. Where several buttons
// have that action id, value says which, or the action id is led by its block's: "block/action".
func (s *Slack) Click(ctx context.Context, userID, key, actionID string, value ...string) (*Ack, error) {
	return s.act(ctx, userID, key, actionID, func(block, element object, _ *form) (object, error) {
		if element["type"] != "button" || len(value) > 0 && str(element, "value") != value[0] {
			return nil, nil
		}
		action := object{"text": element["text"]}
		for _, name := range []string{"value", "style"} {
			if element[name] != nil {
				action[name] = element[name]
			}
		}
		return action, nil
	})
}

// Select chooses in a menu, date picker or the like of a message or view outside input blocks: value is the option's value,
// a date, a time, an id, or []string where several can be chosen. The action id may be led by its block's, as in Click.
func (s *Slack) Select(ctx context.Context, userID, key, actionID string, value any) (*Ack, error) {
	return s.act(ctx, userID, key, actionID, func(block, element object, f *form) (object, error) {
		if element["type"] == "overflow" {
			text, _ := value.(string)
			if option := optionOf(element, text, nil); option != nil {
				return object{"selected_option": option}, nil
			}
			return nil, fmt.Errorf("overflow has no option %q", value)
		}
		kind, ok := inputKinds[str(element, "type")]
		if !ok || block["type"] == "input" && block["dispatch_action"] != true {
			return nil, nil
		}
		entered, err := s.entered(element, value, f.known(block, element))
		if err != nil {
			return nil, err
		}
		f.state[str(block, "block_id")][str(element, "action_id")] = entered
		return object{kind.value: entered[kind.value]}, nil
	})
}

// act sends block_actions for the one element that use takes (by returning an action).
func (s *Slack) act(ctx context.Context, userID, key, actionID string, use func(block, element object, f *form) (object, error)) (*Ack, error) {
	s.mu.Lock()
	payload, err := s.actPayload(userID, key, actionID, use)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.interact(ctx, "action "+actionID, payload)
}

func (s *Slack) actPayload(userID, key, actionID string, use func(block, element object, f *form) (object, error)) (object, error) {
	p, v, err := s.surfaceOf(userID, key)
	if err != nil {
		return nil, err
	}
	var blocks []any
	var f *form
	if p != nil {
		blocks, f = p.blocks, &p.form
	} else {
		blocks, f = v.blocks(), &v.form
	}
	var actions []object
	eachElement(blocks, func(block, element object) {
		if !names(actionID, block, element) || err != nil {
			return
		}
		var action object
		if action, err = use(block, element, f); action != nil {
			action["type"], action["action_id"], action["block_id"], action["action_ts"] = element["type"], element["action_id"], block["block_id"], s.newTS()
			actions = append(actions, action)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(actions) != 1 {
		return nil, fmt.Errorf("%d elements fit %q in %s", len(actions), actionID, key)
	}
	payload := s.payload("block_actions", userID)
	payload["actions"] = actions
	if v != nil {
		payload["container"], payload["view"] = object{"type": "view", "view_id": v.id}, s.wireView(v)
		payload["trigger_id"] = s.newTrigger(userID, v.id)
		return payload, nil
	}
	container := object{"type": "message", "message_ts": p.ts, "channel_id": p.place.ID, "is_ephemeral": p.to != ""}
	if p.thread != "" {
		container["thread_ts"] = p.thread
	}
	payload["container"], payload["channel"], payload["state"] = container, object{"id": p.place.ID, "name": p.place.shownName()}, p.state.wire()
	payload["response_url"], payload["trigger_id"] = s.newResponseURL(p.place, userID, p), s.newTrigger(userID, "")
	if p.to == "" { // Slack does not send an ephemeral message back
		payload["message"] = s.wirePost(p, true)
	}
	return payload, nil
}

// payload has what all interactions have.
func (s *Slack) payload(kind, userID string) object {
	u := s.users[userID]
	return object{
		"type": kind, "token": verificationToken, "api_app_id": s.opts.AppID, "enterprise": nil, "is_enterprise_install": false,
		"team": object{"id": u.TeamID, "domain": s.opts.TeamDomain},
		"user": object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
	}
}

func (s *Slack) interact(ctx context.Context, what string, payload object) (*Ack, error) {
	s.mu.Lock()
	if s.tamper != nil {
		s.tamper(payload)
		s.tamper = nil
	}
	raw, err := json.Marshal(payload)
	if err == nil {
		s.latest = delivery{kind: interactions, what: what, body: []byte(url.Values{"payload": {string(raw)}}.Encode())}
	}
	d := s.latest
	s.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("encode interaction: %w", err)
	}
	return s.deliver(ctx, d)
}

// Shortcut is a person choosing a global shortcut.
func (s *Slack) Shortcut(ctx context.Context, userID, callbackID string) (*Ack, error) {
	s.mu.Lock()
	if u := s.users[userID]; u == nil || u.Deleted {
		s.mu.Unlock()
		return nil, fmt.Errorf("no active user %q", userID)
	}
	payload := s.payload("shortcut", userID)
	payload["callback_id"], payload["action_ts"], payload["trigger_id"] = callbackID, s.newTS(), s.newTrigger(userID, "")
	s.mu.Unlock()
	return s.interact(ctx, "shortcut "+callbackID, payload)
}

// MessageAction is a person choosing a message shortcut on a message they see; ephemeral messages have none.
func (s *Slack) MessageAction(ctx context.Context, userID, messageKey, callbackID string) (*Ack, error) {
	s.mu.Lock()
	p, _, err := s.surfaceOf(userID, messageKey)
	if err != nil || p == nil || p.to != "" {
		s.mu.Unlock()
		return nil, fmt.Errorf("user %s cannot use a shortcut on %q", userID, messageKey)
	}
	payload := s.payload("message_action", userID)
	payload["callback_id"], payload["action_ts"], payload["message_ts"] = callbackID, s.newTS(), p.ts
	payload["channel"], payload["message"] = object{"id": p.place.ID, "name": p.place.shownName()}, s.wirePost(p, true)
	payload["response_url"], payload["trigger_id"] = s.newResponseURL(p.place, userID, nil), s.newTrigger(userID, "")
	s.mu.Unlock()
	return s.interact(ctx, "shortcut "+callbackID, payload)
}

// Option is a choice that the app suggests.
type Option struct{ Text, Value string }

// Suggest types into an external select and returns what the app offers. Select, Fill and Submit then take these options.
// The action id may be led by its block's, as in Click.
func (s *Slack) Suggest(ctx context.Context, userID, key, actionID, typed string) ([]Option, error) {
	s.mu.Lock()
	payload, f, where, err := s.suggestPayload(userID, key, actionID, typed)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	ack, err := s.interact(ctx, "suggestions for "+actionID, payload)
	if err != nil {
		return nil, err
	}
	var reply struct {
		Options []any `json:"options"`
		Groups  []any `json:"option_groups"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ack.Error != "" {
		return nil, nil // the person sees an empty list; deliver has noted why
	}
	c := &checker{}
	if err := json.Unmarshal(ack.Body, &reply); err != nil || !ack.isJSON() {
		c.bad("", "must be JSON with options or option_groups")
	} else if reply.Groups != nil {
		optionGroups(c, "/option_groups", reply.Groups)
	} else {
		array(0, 100, option)(c, "/options", reply.Options)
	}
	if len(c.problems) > 0 {
		s.violate("suggestions for %s: %v", actionID, c.problems)
		return nil, nil
	}
	for _, group := range reply.Groups {
		reply.Options = append(reply.Options, list(group.(object), "options")...)
	}
	if f.offered == nil {
		f.offered = map[string][]any{}
	}
	f.offered[where] = slices.Concat(f.offered[where], reply.Options)
	options := make([]Option, len(reply.Options))
	for i, raw := range reply.Options {
		options[i] = Option{str(obj(raw.(object), "text"), "text"), str(raw.(object), "value")}
	}
	return options, nil
}

func (s *Slack) suggestPayload(userID, key, actionID, typed string) (payload object, f *form, where string, err error) {
	p, v, err := s.surfaceOf(userID, key)
	if err != nil {
		return nil, nil, "", err
	}
	payload = s.payload("block_suggestion", userID)
	var blocks []any
	if v != nil {
		blocks, f = v.blocks(), &v.form
		payload["container"], payload["view"] = object{"type": "view", "view_id": v.id}, s.wireView(v)
	} else {
		blocks, f = p.blocks, &p.form
		payload["container"] = object{"type": "message", "message_ts": p.ts, "channel_id": p.place.ID, "is_ephemeral": p.to != ""}
		payload["channel"] = object{"id": p.place.ID, "name": p.place.shownName()}
	}
	err = fmt.Errorf("no external select %q in %s", actionID, key)
	eachElement(blocks, func(block, element object) {
		kind := str(element, "type")
		if !names(actionID, block, element) || kind != "external_select" && kind != "multi_external_select" {
			return
		}
		least, given := element["min_query_length"].(float64)
		if !given {
			least = 3
		}
		if err = nil; len([]rune(typed)) < int(least) {
			err = fmt.Errorf("%q asks only after %v letters", actionID, least)
		}
		payload["action_id"], payload["block_id"], payload["value"] = element["action_id"], block["block_id"], typed
		where = str(block, "block_id") + "/" + str(element, "action_id")
	})
	return payload, f, where, err
}
