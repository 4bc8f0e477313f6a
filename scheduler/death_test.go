package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
	"lotsen/scheduler"
)

// A life is what a process can still do: so many calls of its database and of Slack. The last of
// them is carried out, but the process does not learn how it ended, and does nothing after that.
type life struct {
	mu   sync.Mutex
	left int
}

var errDead = errors.New("the process is dead")

func (l *life) call(do func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return errDead
	}
	err := do()
	if l.left--; l.left == 0 {
		return errDead
	}
	return err
}

// call2 is call for what returns something.
func call2[T any](l *life, do func() (T, error)) (out T, err error) {
	err = l.call(func() (err error) {
		out, err = do()
		return err
	})
	return out, err
}

// mortalEngine and mortalSlack are the database and Slack as a process has them until it dies.
type mortalEngine struct {
	store.Engine
	*life
}

func (e mortalEngine) Ensure(ctx context.Context, c []store.Collection) error {
	return e.call(func() error { return e.Engine.Ensure(ctx, c) })
}
func (e mortalEngine) Get(ctx context.Context, c, id string) (bson.Raw, error) {
	return call2(e.life, func() (bson.Raw, error) { return e.Engine.Get(ctx, c, id) })
}
func (e mortalEngine) Insert(ctx context.Context, c string, doc bson.Raw) error {
	return e.call(func() error { return e.Engine.Insert(ctx, c, doc) })
}
func (e mortalEngine) Replace(ctx context.Context, c string, doc bson.Raw, version int64) error {
	return e.call(func() error { return e.Engine.Replace(ctx, c, doc, version) })
}
func (e mortalEngine) Find(ctx context.Context, c string, q store.Query) ([]bson.Raw, error) {
	return call2(e.life, func() ([]bson.Raw, error) { return e.Engine.Find(ctx, c, q) })
}
func (e mortalEngine) Claim(ctx context.Context, c string, q store.Query, set []store.Field) (bson.Raw, error) {
	return call2(e.life, func() (bson.Raw, error) { return e.Engine.Claim(ctx, c, q, set) })
}

type mortalSlack struct {
	scheduler.Slack
	*life
}

func (s mortalSlack) Post(ctx context.Context, at care.Place, key, text string, blocks []slack.Block) (in, ts string, err error) {
	err = s.call(func() (err error) {
		in, ts, err = s.Slack.Post(ctx, at, key, text, blocks)
		return err
	})
	return in, ts, err
}
func (s mortalSlack) UpdatePost(ctx context.Context, channel, ts, text string, blocks []slack.Block) error {
	return s.call(func() error { return s.Slack.UpdatePost(ctx, channel, ts, text, blocks) })
}
func (s mortalSlack) FindPost(ctx context.Context, at care.Place, key string, since time.Time) (string, error) {
	return call2(s.life, func() (string, error) { return s.Slack.FindPost(ctx, at, key, since) })
}
func (s mortalSlack) Channel(ctx context.Context, id string) (care.ChannelFacts, error) {
	return call2(s.life, func() (care.ChannelFacts, error) { return s.Slack.Channel(ctx, id) })
}
func (s mortalSlack) OpenDM(ctx context.Context, id string) (string, error) {
	return call2(s.life, func() (string, error) { return s.Slack.OpenDM(ctx, id) })
}

// dies lets a process do that many calls of what is due now, then another one two minutes later, and
// so on. It reports whether all of them have survived.
func (m *mailroom) dies(processes, calls int) (survived bool) {
	m.t.Helper()
	survived = true
	for range processes {
		l := &life{left: 1 << 20}
		m.open(mortalEngine{m.engine, l}, func(s scheduler.Slack) scheduler.Slack { return mortalSlack{s, l} })
		l.left = calls
		for _, job := range []func(context.Context, time.Time) (int, error){m.TickOut, m.TickDeliveries} {
			if _, err := job(m.t.Context(), m.now); err != nil && !errors.Is(err, errDead) {
				m.t.Errorf("the job ends with %v", err)
			}
		}
		survived = survived && l.left > 0
		m.passes(2 * time.Minute)
	}
	m.open(m.engine, nil)
	return survived
}

// deathStep is how many calls lie between two deaths.
var deathStep = 1

// TestDeliverAcrossDeaths has the process die after its first call at eight o'clock, then after its
// second, and so on: after each write and each call of Slack that delivering makes. Whoever comes
// after it finishes the work: every message stands once, and as it should.
func TestDeliverAcrossDeaths(t *testing.T) {
	for processes, step := range map[int]int{1: deathStep, 3: 4 * deathStep} {
		if storetest.OnServer() { // which is slow, and the points are the same
			step = 24
		}
		points, alive := 0, false
		for ; !alive && points < 200; points += step {
			t.Run(fmt.Sprintf("%d die after %d calls", processes, points+1), func(t *testing.T) {
				m := newMailroom(t)
				m.follow("UANNA", mailDay, "8B-K3F")
				m.follow("UANNA", mailDay, "8B-M2X")
				m.follow("UBO", mailDay, "8B-M2X")
				m.runs(mailDay, 7, 59)
				m.has("UANNA")
				m.passes(time.Minute)
				alive = m.dies(processes, points+1)
				m.runs(mailDay, 8, 10)
				m.has("UANNA", "[8B-K3F] open, [8B-M2X] open")
				m.has("UBO", "[8B-M2X] open")

				// Something is logged, and the messages are to be shown anew.
				m.follow("UEVA", "", "8B-M2X")
				m.passes(time.Minute)
				alive = m.dies(processes, points+1) && alive
				m.runs(mailDay, 8, 20)
				m.has("UANNA", "[8B-K3F] open, [8B-M2X] logged")
				m.has("UBO", "[8B-M2X] logged")
				m.settled()
				m.check()
			})
			if t.Failed() {
				return
			}
		}
		t.Logf("%d processes survive %d calls", processes, points)
		if points < 20 && deathStep == 1 || !alive {
			t.Errorf("the walk ends after %d points, with the process alive: %v", points, alive)
		}
	}
}
