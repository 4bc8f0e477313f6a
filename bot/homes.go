package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
)

const (
	// homeKept is how long an App Home that was opened is kept in step with what happens; whoever
	// opens it later gets it anew.
	homeKept = 12 * time.Hour
	// homesKept bounds how many are.
	homesKept = 10_000
)

// homes are the App Homes that people have opened in this process.
type homes struct {
	mu    sync.Mutex
	shown map[string]shownHome // by Slack user id
}

type shownHome struct {
	team   string
	refs   []care.Ref // the students on it
	opened time.Time  // machine time
	busy   bool       // it is being shown
	stale  bool       // something has changed since that began
}

// homeOpened shows App Home to someone who has opened it.
func (d *dispatcher) homeOpened(team string, event json.RawMessage) {
	var opened struct {
		User string `json:"user"`
		Tab  string `json:"tab"`
	}
	if err := json.Unmarshal(event, &opened); err != nil || opened.Tab != "home" {
		return
	}
	h := &d.homes
	h.mu.Lock()
	if len(h.shown) >= homesKept {
		clear(h.shown)
	}
	home := h.shown[opened.User]
	home.team, home.opened = team, d.clock.machine()
	h.shown[opened.User] = home
	h.mu.Unlock()
	d.refreshHome(opened.User)
}

// changed shows App Home anew to those who have opened it and on whose it changes something.
func (d *dispatcher) changed(s surface, reply handlers.Reply) {
	if !reply.Anew {
		return
	}
	h := &d.homes
	h.mu.Lock()
	var whose []string
	for slackID, home := range h.shown {
		touches := func(r care.Ref) bool { return slices.Contains(home.refs, r) }
		switch {
		case d.clock.machine().Sub(home.opened) > homeKept:
			delete(h.shown, slackID)
		case slackID == s.slackID, slices.ContainsFunc(reply.Changed, touches):
			whose = append(whose, slackID)
		}
	}
	h.mu.Unlock()
	for _, slackID := range whose {
		d.refreshHome(slackID)
	}
}

// refreshHome shows someone's App Home, one time after another, so that the newest stays.
func (d *dispatcher) refreshHome(slackID string) {
	h := &d.homes
	h.mu.Lock()
	defer h.mu.Unlock()
	home, ok := h.shown[slackID]
	if !ok {
		return
	}
	busy := home.busy
	home.busy, home.stale = true, true
	h.shown[slackID] = home
	if !busy {
		d.later(func(ctx context.Context) { d.showHome(ctx, slackID) })
	}
}

// showHome shows an App Home until it is not stale any more.
func (d *dispatcher) showHome(ctx context.Context, slackID string) {
	h := &d.homes
	for {
		h.mu.Lock()
		home := h.shown[slackID]
		if !home.stale {
			home.busy = false
			h.shown[slackID] = home
			h.mu.Unlock()
			return
		}
		home.stale = false
		h.shown[slackID] = home
		h.mu.Unlock()
		refs := d.publish(ctx, slackID, home.team)
		h.mu.Lock()
		if home, ok := h.shown[slackID]; ok && refs != nil {
			home.refs = refs
			h.shown[slackID] = home
		}
		h.mu.Unlock()
	}
}

// publish shows someone what they may see now, and returns the students on it; nil when it was not
// shown. Who is not let in sees the refusal.
func (d *dispatcher) publish(ctx context.Context, slackID, team string) (refs []care.Ref) {
	began := d.clock.machine()
	view, refs, err := d.home(ctx, surface{slackID: slackID, team: team}, d.clock.now())
	if err == nil {
		err = d.slack.PublishHome(ctx, slackID, view)
	}
	outcome := "ok"
	if err != nil {
		d.log.Warn("app home not shown", "error", err)
		outcome, refs = "error", nil
	}
	d.metrics.done("event", "app_home_opened", outcome, d.clock.machine().Sub(began))
	return refs
}

// home is what someone's App Home shows.
func (d *dispatcher) home(ctx context.Context, s surface, now time.Time) (view slack.HomeTabViewRequest, refs []care.Ref, err error) {
	log := d.log.With("kind", "event", "name", "app_home_opened")
	actor, err := d.care.LetIn(ctx, s.slackID, s.team, now)
	if errors.Is(err, care.ErrNoFacts) {
		actor, err = d.meet(ctx, s, now, d.slack.Account, func() {})
	}
	if code := care.CodeOf(err); code != "" {
		log.Info("request refused", "staff", actor.Staff.ID, "code", code)
		return d.app.HomeOf(d.app.ErrorReply(err, cmp.Or(actor.Lang, d.language), "")), []care.Ref{}, nil
	}
	if err != nil {
		return view, nil, err
	}
	log.Info("request handled", "staff", actor.Staff.ID)
	return d.app.Home(ctx, handlers.Request{Actor: actor, Now: now})
}
