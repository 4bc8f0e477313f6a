package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
)

const (
	// homeKept is how long an App Home that was opened is kept in step with what happens; whoever
	// opens it later gets it anew. Slack does not tell when it is left.
	homeKept = 2 * time.Hour
	// homesKept bounds how many are.
	homesKept = 10_000
)

// homes are the App Homes that people have opened in this process.
type homes struct {
	mu    sync.Mutex
	shown map[string]*shownHome // by Slack user id
}

type shownHome struct {
	slackID, team string

	showing sync.Mutex  // held while it is shown, so that the newest stays
	stale   atomic.Bool // something may have changed since the latest showing began

	// Under the lock of homes.
	opened time.Time         // machine time
	refs   []care.Ref        // the students on it
	sum    [sha256.Size]byte // of what it shows; zero when that is not known
}

// open notes that someone has opened App Home.
func (h *homes) open(slackID, team string, machine time.Time) *shownHome {
	h.mu.Lock()
	defer h.mu.Unlock()
	home, ok := h.shown[slackID]
	if !ok {
		if len(h.shown) >= homesKept {
			clear(h.shown)
		}
		home = &shownHome{slackID: slackID}
		h.shown[slackID] = home
	}
	home.team, home.opened, home.sum = team, machine, [sha256.Size]byte{}
	return home
}

// current are those that are kept in step; others are forgotten.
func (h *homes) current(machine time.Time) []*shownHome {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.shown, func(_ string, home *shownHome) bool { return machine.Sub(home.opened) > homeKept })
	return slices.Collect(maps.Values(h.shown))
}

// touched reports whether a change of some students' records may change what it shows.
func (h *homes) touched(home *shownHome, refs []care.Ref) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(refs, func(r care.Ref) bool { return slices.Contains(home.refs, r) })
}

// homeOpened shows App Home to someone who has opened it.
func (d *dispatcher) homeOpened(ctx context.Context, e event) error {
	var opened struct {
		User string `json:"user"`
	}
	if json.Unmarshal(e.inner, &opened) != nil {
		return errNotUnderstood
	}
	home := d.homes.open(opened.User, e.team, d.clock.machine())
	home.stale.Store(true)
	_, err := d.showHome(ctx, home)
	return err
}

// changed shows App Home anew to those who have opened it and on whose an act changes something, and has the messages
// shown anew that stay.
func (d *dispatcher) changed(s surface, reply handlers.Reply) {
	if reply.Moved {
		select {
		case d.moved <- struct{}{}:
		default: // that they are to be is known already
		}
	}
	if !reply.Anew {
		return
	}
	for _, home := range d.homes.current(d.clock.machine()) {
		if home.slackID == s.slackID || d.homes.touched(home, reply.Changed) {
			d.showHomeLater(home)
		}
	}
}

// RefreshHomes shows App Home anew to those for whom it has changed without anyone's act here: by an
// import, another copy of the program, a new day. It returns how many have changed.
func (d *dispatcher) RefreshHomes(ctx context.Context) (n int) {
	for _, home := range d.homes.current(d.clock.machine()) {
		home.stale.Store(true)
		if ctx.Err() != nil {
			continue
		}
		if shown, _ := d.showHome(ctx, home); shown {
			n++
		}
	}
	return n
}

func (d *dispatcher) showHomeLater(home *shownHome) {
	home.stale.Store(true)
	d.later(func(ctx context.Context) { _, _ = d.showHome(ctx, home) }) // a later tick does what fails
}

// showHome shows someone what they may see now, unless that is what is shown already or someone
// else has just done so. Its error has been logged.
func (d *dispatcher) showHome(ctx context.Context, home *shownHome) (shown bool, err error) {
	home.showing.Lock()
	defer home.showing.Unlock()
	if !home.stale.Swap(false) {
		return false, nil
	}
	began := d.clock.machine()
	view, refs, whose, err := d.home(ctx, surface{slackID: home.slackID, team: home.team}, d.clock.now())
	body, merr := json.Marshal(view)
	sum := sha256.Sum256(body)
	if err == nil && merr == nil {
		d.homes.mu.Lock()
		same := home.sum == sum
		d.homes.mu.Unlock()
		if same {
			return false, nil
		}
		err = d.slack.PublishHome(ctx, home.slackID, view)
	}
	if err = errors.Join(err, merr); err != nil {
		d.metrics.done("home", "app_home", "error", d.clock.machine().Sub(began))
		d.log.Warn("app home not shown", "error", err)
		return false, err
	}
	d.homes.mu.Lock()
	home.sum, home.refs = sum, refs
	d.homes.mu.Unlock()
	d.metrics.done("home", "app_home", "ok", d.clock.machine().Sub(began))
	d.log.Info("app home shown", whose...)
	return true, nil
}

// home is what someone's App Home shows, the students on it, and whose it is, for the log. Who is not
// let in sees why.
func (d *dispatcher) home(ctx context.Context, s surface, now time.Time) (view slack.HomeTabViewRequest, refs []care.Ref, whose []any, err error) {
	actor, err := d.care.LetIn(ctx, s.slackID, s.team, now)
	if errors.Is(err, care.ErrNoFacts) {
		actor, err = d.meet(ctx, s, now, d.slack.Account, func() {})
	}
	if code := care.CodeOf(err); code != "" {
		return d.app.HomeOf(d.app.ErrorReply(err, cmp.Or(actor.Lang, d.language), "")), nil, []any{"code", code}, nil
	}
	if err != nil {
		return view, nil, nil, err
	}
	view, refs, err = d.app.Home(ctx, handlers.Request{Actor: actor, Now: now})
	return view, refs, []any{"staff", actor.Staff.ID}, err
}
