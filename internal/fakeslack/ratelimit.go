package fakeslack

import (
	"math"
	"time"
)

// Slack allows a message a second in a channel with short bursts, whose length it does not publish.
const channelBurst = 5

// methodBurst lets an app open all its connections at once and once more after Slack has dropped them.
const methodBurst = 2 * maxSockets

// perMinute is how many calls a minute each tier allows; special methods allow hundreds.
var perMinute = [5]float64{0: 600, 1: 1, 2: 20, 3: 50, 4: 100}

// bucket refills steadily and holds at most a burst.
type bucket struct {
	tokens float64
	filled time.Time
}

// SetRateLimits switches Slack's rate limits on or off.
func (s *Slack) SetRateLimits(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.NoRateLimits = !on
}

func (s *Slack) limitMethod(name string, tier int) error {
	return s.limit("method "+name, perMinute[tier]/60, max(perMinute[tier], methodBurst))
}

func (s *Slack) limitChannel(id string) error { return s.limit("channel "+id, 1, channelBurst) }

// limit takes a token from the named bucket or says when there will be one.
func (s *Slack) limit(name string, perSecond, burst float64) error {
	if s.opts.NoRateLimits {
		return nil
	}
	now := s.opts.Machine()
	b := s.buckets[name]
	if b == nil {
		b = &bucket{tokens: burst, filled: now}
		s.buckets[name] = b
	}
	b.tokens = min(burst, b.tokens+now.Sub(b.filled).Seconds()*perSecond)
	b.filled = now
	if b.tokens < 1 {
		wait := max(1, int(math.Ceil((1-b.tokens)/perSecond)))
		return &apiError{code: "ratelimited", wait: wait}
	}
	b.tokens--
	return nil
}
