package fakeslack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// front is the modal a person has before them.
func (s *Slack) front(userID string) (*view, error) {
	stack := s.modals[userID]
	if len(stack) == 0 {
		return nil, fmt.Errorf("user %s has no open modal", userID)
	}
	return stack[len(stack)-1], nil
}

// Fill enters values into the front modal: block id → text, an option's value, or []string.
func (s *Slack) Fill(userID string, values map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := s.front(userID)
	if err != nil {
		return err
	}
	left := maps.Clone(values)
	eachElement(v.blocks(), func(block, element object) {
		blockID, actionID := str(block, "block_id"), str(element, "action_id")
		value, wanted := left[blockID]
		if !wanted || v.state[blockID][actionID] == nil || err != nil {
			return
		}
		entered, problem := s.entered(element, value, v.known(block, element))
		if err = problem; err != nil {
			err = fmt.Errorf("block %q: %w", blockID, problem)
			return
		}
		v.state[blockID][actionID] = entered
		delete(left, blockID)
	})
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("the modal has no input %v", slices.Sorted(maps.Keys(left)))
	}
	return err
}

// Submit fills in the front modal and submits it. Like Slack's client it refuses to while a required input is empty.
func (s *Slack) Submit(ctx context.Context, userID string, values map[string]any) (*Ack, error) {
	if err := s.Fill(userID, values); err != nil {
		return nil, err
	}
	s.mu.Lock()
	v, err := s.front(userID)
	if err == nil {
		err = v.complete()
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	payload := s.payload("view_submission", userID)
	payload["trigger_id"], payload["view"], payload["response_urls"] = s.newTrigger(userID, v.id), s.wireView(v), []any{}
	what := "submission of " + str(v.body, "callback_id")
	s.mu.Unlock()

	ack, err := s.interact(ctx, what, payload)
	if err != nil || ack.Error != "" {
		return ack, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.submitted(v, ack); err != nil {
		s.violate("%s: %v", what, err)
		ack.Error = "We had some trouble connecting. Try again?"
	}
	return ack, nil
}

// complete tells whether the client would let the person submit.
func (v *view) complete() error {
	if v.body["submit"] == nil {
		return fmt.Errorf("the modal has no submit button")
	}
	var missing []string
	eachElement(v.blocks(), func(block, element object) {
		value := v.state[str(block, "block_id")][str(element, "action_id")]
		if block["type"] == "input" && block["optional"] != true && inputKinds[str(element, "type")].empty(value) {
			missing = append(missing, str(block, "block_id"))
		}
	})
	if len(missing) > 0 {
		return fmt.Errorf("required inputs are empty: %v", missing)
	}
	return nil
}

// submitted does what the answer to a submission asks for.
func (s *Slack) submitted(v *view, ack *Ack) error {
	v.errors = nil
	body := bytes.TrimSpace(ack.Body)
	if len(body) == 0 {
		s.closeView(v)
		return nil
	}
	var reply struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if err := json.Unmarshal(body, &reply); err != nil || !ack.isJSON() {
		return fmt.Errorf("the answer is not JSON with a response_action")
	}
	switch reply.Action {
	case "clear":
		s.modals[v.owner] = nil
	case "errors":
		return s.mark(v, reply.Errors, ack)
	case "update", "push":
		old := v
		if reply.Action == "push" {
			old = nil
		}
		shown, err := s.readView(string(reply.View), inModal, old)
		if err != nil {
			return errors.New(explain(err))
		}
		if reply.Action == "update" {
			v.fill(shown, s.opts.Clock())
		} else if len(s.modals[v.owner]) >= maxStack {
			return fmt.Errorf("push_limit_reached")
		} else {
			s.stack(v.owner, shown)
		}
	default:
		return fmt.Errorf("unknown response_action %q", reply.Action)
	}
	return nil
}

// mark shows errors, which can only stand at input blocks.
func (s *Slack) mark(v *view, marked map[string]string, ack *Ack) error {
	inputs := map[string]bool{}
	for _, raw := range v.blocks() {
		if block := raw.(object); block["type"] == "input" {
			inputs[str(block, "block_id")] = true
		}
	}
	if len(marked) == 0 {
		return fmt.Errorf("errors without any")
	}
	for blockID, text := range marked {
		if !inputs[blockID] || text == "" {
			return fmt.Errorf("error for %q, which is no input block or has no text", blockID)
		}
	}
	v.errors, ack.Errors = marked, marked
	return nil
}

// CloseView closes the front modal, or the whole stack, without submitting. The Ack is nil unless the app asked to be told.
func (s *Slack) CloseView(ctx context.Context, userID string, all bool) (*Ack, error) {
	s.mu.Lock()
	v, err := s.front(userID)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	all = all || v.body["clear_on_close"] == true
	payload := s.payload("view_closed", userID)
	payload["view"], payload["is_cleared"] = s.wireView(v), all
	if s.closeView(v); all {
		s.modals[userID] = nil
	}
	s.mu.Unlock()
	if v.body["notify_on_close"] != true {
		return nil, nil
	}
	return s.interact(ctx, "closing of "+str(v.body, "callback_id"), payload)
}
