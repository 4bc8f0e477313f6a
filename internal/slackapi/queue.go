package slackapi

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"lotsen/internal/care"
)

// How fast messages are posted. Slack allows one a second in a conversation and several hundred a minute in a
// workspace (docs.slack.dev/apis/web-api/rate-limits).
const (
	inConversation = rate.Limit(1)
	inWorkspace    = rate.Limit(10)
	workspaceBurst = 10
)

// postTime is what must be left of the caller's time after the wait for a turn: a post begun too late ends
// without anybody knowing whether the message stands.
const postTime = time.Second

// What is remembered. Conversations are swept when there are this many, and then again at twice as many as were
// left; a workspace with more people than this is learned anew now and then.
const (
	manyConversations = 256
	manyPeople        = 10_000
)

// queue gives out the turns to post.
type queue struct {
	now func() time.Time

	mu            sync.Mutex
	workspace     *rate.Limiter
	conversations map[string]*rate.Limiter
	sweepAt       int
	direct        map[string]string // user → their direct messages with the app, as far as known
}

func newQueue(now func() time.Time) *queue {
	return &queue{
		now: now, workspace: rate.NewLimiter(inWorkspace, workspaceBurst), conversations: map[string]*rate.Limiter{},
		sweepAt: manyConversations, direct: map[string]string{},
	}
}

// wait returns when it is the caller's turn to post in a conversation. A turn that comes too late for ctx is not
// waited for, nor taken. Each error is a *care.LimitedError that says how long it would still have been.
func (q *queue) wait(ctx context.Context, channel string) error {
	turn, err := q.take(ctx, channel)
	if err != nil {
		return err
	}
	wait := turn.Sub(q.now())
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done(): // the turn is lost: whoever comes after has planned with it
		return late(ctx, turn.Sub(q.now()))
	}
}

// take reserves a turn and says when it is.
func (q *queue) take(ctx context.Context, channel string) (time.Time, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	if ctx.Err() != nil {
		return now, late(ctx, 0)
	}
	// The conversation's turn is sought from the workspace's on, so that two messages that have waited for the
	// workspace do not come at once.
	all := q.workspace.ReserveN(now, 1)
	from := now.Add(all.DelayFrom(now))
	own := q.conversation(channel, now).ReserveN(from, 1)
	turn := from.Add(own.DelayFrom(from))
	if deadline, ok := ctx.Deadline(); ok && turn.After(now) && deadline.Sub(turn) < postTime {
		own.CancelAt(from)
		all.CancelAt(now)
		return turn, late(ctx, turn.Sub(now))
	}
	return turn, nil
}

// late is why nothing was posted.
func late(ctx context.Context, after time.Duration) error {
	limited := &care.LimitedError{After: max(after, 0)}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", limited, err)
	}
	return limited
}

// conversation is the pace of one conversation. Those that could take a message at once are as good as new and are
// forgotten from time to time.
func (q *queue) conversation(channel string, now time.Time) *rate.Limiter {
	if id, ok := q.direct[channel]; ok {
		channel = id
	}
	if pace := q.conversations[channel]; pace != nil {
		return pace
	}
	if len(q.conversations) >= q.sweepAt {
		for id, pace := range q.conversations {
			if pace.TokensAt(now) >= 1 {
				delete(q.conversations, id)
			}
		}
		q.sweepAt = max(manyConversations, 2*len(q.conversations))
	}
	pace := rate.NewLimiter(inConversation, 1)
	q.conversations[channel] = pace
	return pace
}

// learn notes that a user's direct messages are that conversation, so that both names share one pace.
func (q *queue) learn(user, channel string) {
	if user == channel || !isUser(user) {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.direct[user] == channel {
		return
	}
	if len(q.direct) >= manyPeople {
		clear(q.direct)
	}
	q.direct[user] = channel
	if pace := q.conversations[user]; pace != nil {
		q.conversations[channel] = pace
		delete(q.conversations, user)
	}
}
