package fakeslack

import (
	"context"
	"fmt"
)

// Say is a person writing a message in a conversation they are in, or in a thread of it. The app hears of it when it is a member.
// The text is as typed. The Ack is nil when the app was not told.
func (s *Slack) Say(ctx context.Context, userID, channelID, threadTS, text string) (Message, *Ack, error) {
	s.mu.Lock()
	place := s.places[channelID]
	if channelID == "" && s.users[userID] != nil {
		place = s.dm(userID)
	}
	if u := s.users[userID]; u == nil || u.Deleted || place == nil || !place.has(userID) {
		s.mu.Unlock()
		return Message{}, nil, fmt.Errorf("user %s cannot write in %q", userID, channelID)
	}
	if parent := s.find(place.ID, threadTS); threadTS != "" && (parent == nil || parent.thread != "") {
		s.mu.Unlock()
		return Message{}, nil, fmt.Errorf("no thread %q", threadTS)
	}
	p := s.show(&post{content: content{text: s.encode(text)}, place: place, author: userID, thread: threadTS})
	shown, inner := s.message(p), s.messageEvent(p)
	s.mu.Unlock()
	ack, err := s.tell(ctx, place, inner)
	return shown, ack, err
}

// Edit is a person changing the text of a message of theirs.
func (s *Slack) Edit(ctx context.Context, userID, messageKey, text string) (*Ack, error) {
	s.mu.Lock()
	p, err := s.ofPerson(userID, messageKey)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	before := s.wirePost(p, false)
	p.text, p.edited, p.editedAt = s.encode(text), true, s.newTS()
	inner := s.changeEvent(p, "message_changed")
	inner["message"], inner["previous_message"] = s.wirePost(p, false), before
	s.mu.Unlock()
	return s.tell(ctx, p.place, inner)
}

// Delete is a person deleting a message of theirs, or an administrator of the workspace anyone's.
func (s *Slack) Delete(ctx context.Context, userID, messageKey string) (*Ack, error) {
	s.mu.Lock()
	p, _, err := s.surfaceOf(userID, messageKey)
	if err == nil && (p == nil || p.author != userID && !s.users[userID].Admin) {
		err = fmt.Errorf("%q is not a message that %s can delete", messageKey, userID)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	inner := s.changeEvent(p, "message_deleted")
	inner["previous_message"], inner["deleted_ts"] = s.wirePost(p, false), p.ts
	s.remove(p)
	s.mu.Unlock()
	return s.tell(ctx, p.place, inner)
}

func (s *Slack) ofPerson(userID, messageKey string) (*post, error) {
	p, _, err := s.surfaceOf(userID, messageKey)
	if err == nil && (p == nil || p.author != userID) {
		err = fmt.Errorf("%q is not a message by %s", messageKey, userID)
	}
	return p, err
}

func (s *Slack) messageEvent(p *post) object {
	inner := s.wirePost(p, false)
	inner["channel"], inner["channel_type"], inner["event_ts"] = p.place.ID, p.place.channelType(), p.ts
	return inner
}

func (s *Slack) changeEvent(p *post, subtype string) object {
	ts := s.newTS()
	return object{"type": "message", "subtype": subtype, "hidden": true, "channel": p.place.ID, "channel_type": p.place.channelType(), "ts": ts, "event_ts": ts}
}

func (p *conversation) channelType() string {
	return map[string]string{"channels": "channel", "groups": "group"}[p.family] + map[string]string{"im": "im", "mpim": "mpim"}[p.family]
}

// tell sends an event about a conversation if the app is in it.
func (s *Slack) tell(ctx context.Context, place *conversation, inner object) (*Ack, error) {
	s.mu.Lock()
	member := place.has(s.opts.BotUserID)
	s.mu.Unlock()
	if !member {
		return nil, nil
	}
	return s.Event(ctx, inner)
}

// OpenHome is a person opening the app's Home tab.
func (s *Slack) OpenHome(ctx context.Context, userID string) (*Ack, error) {
	s.mu.Lock()
	if s.users[userID] == nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("no user %q", userID)
	}
	inner := object{"type": "app_home_opened", "user": userID, "channel": s.dm(userID).ID, "tab": "home", "event_ts": s.newTS()}
	if v := s.homes[userID]; v != nil {
		inner["view"] = s.wireView(v)
	}
	s.mu.Unlock()
	return s.Event(ctx, inner)
}
