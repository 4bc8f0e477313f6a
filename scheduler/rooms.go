package scheduler

import (
	"context"
	"errors"
	"strings"
	"sync"

	"lotsen/internal/care"
)

// A look at a channel lasts as long as a round: what is known of it is seconds old.
type look struct {
	mu    sync.Mutex
	facts *care.ChannelFacts
}

// fits reports whether a letter may be told in the room's channel that it is for. If not, that has been seen to. Nothing is
// told in a channel of which that is not known.
func (r *round) fits(ctx, posting context.Context, d care.Delivery, l *care.Letter) (bool, error) {
	fault, err := r.fault(posting, d.School, l)
	limited, isLimited := errors.AsType[*care.LimitedError](err)
	switch {
	case err == nil && fault == nil:
		return true, nil
	case err == nil && l.TS != "": // what stands there is all that it is told
		r.Log.Info("message not shown anew", "delivery", d.ID, "channel", l.Channel, "why", string(fault.Why))
		return false, r.Care.LetterShown(ctx, d, l.Shown)
	case err == nil:
		return false, r.notFit(ctx, d, l, *fault)
	}
	r.warn(ctx, err, "channel not looked at", "delivery", d.ID, "channel", l.Channel)
	if isLimited {
		r.stopped.Store(true)
	} else {
		r.failed()
	}
	switch {
	case l.TS != "":
		return false, r.Care.LetterNotShown(ctx, d, r.now())
	case isLimited:
		return false, r.Care.LetterDelayed(ctx, l, limited.After, r.now())
	}
	return false, r.Care.LetterRefused(ctx, l, false, r.now())
}

// notFit has a letter go to a room's people, since its channel is not fit for it.
func (r *round) notFit(ctx context.Context, d care.Delivery, l *care.Letter, fault care.ChannelFault) error {
	r.Log.Error("channel not fit", "delivery", d.ID, "channel", fault.Channel, "why", string(fault.Why), "strangers", len(fault.Strangers))
	return r.Care.RoomNotFit(ctx, l, fault, r.now())
}

// fault is why a letter's channel is not fit for it, or nil.
func (r *round) fault(ctx context.Context, school string, l *care.Letter) (*care.ChannelFault, error) {
	facts, err := r.look(ctx, l.Channel)
	if err != nil {
		return nil, err
	}
	return r.Care.RoomCheck(ctx, school, l.Room, facts, r.isBot, r.now())
}

// look returns the facts about a channel.
func (r *round) look(ctx context.Context, channel string) (care.ChannelFacts, error) {
	kept, _ := r.looks.LoadOrStore(channel, &look{})
	at := kept.(*look)
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.facts == nil {
		facts, err := r.Slack.Channel(ctx, channel)
		if err != nil {
			return facts, err
		}
		at.facts = &facts
	}
	return *at.facts, nil
}

// isBot reports whether an account is a bot's.
func (r *round) isBot(ctx context.Context, slackID string) (bool, error) {
	if bot, known := r.bots.Load(slackID); known {
		return bot.(bool), nil
	}
	account, err := r.Slack.Account(ctx, slackID)
	if err != nil && !errors.Is(err, care.ErrNotFound) {
		return false, err
	}
	r.bots.Store(slackID, account.Facts.Bot)
	return account.Facts.Bot, nil
}

// closed is what is wrong with a channel in which Slack refuses to post with that code; "" if it is not the channel.
func closed(code string) care.ChannelWhy {
	switch {
	case code == "is_archived":
		return care.ChannelArchived
	case code == "not_in_channel":
		return care.ChannelNotMember
	case code == "channel_not_found", strings.HasPrefix(code, "restricted_action"):
		return care.ChannelMissing
	}
	return ""
}
