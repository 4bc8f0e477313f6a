package fakeslack

import (
	"context"
	"errors"
)

// Tamper has change at the payload of the next interaction before it is signed and sent, as if a person had made their client say
// something else than they were shown.
func (s *Slack) Tamper(change func(payload map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tamper = change
}

// Repeat delivers the last interaction once more as it was, trigger id included.
func (s *Slack) Repeat(ctx context.Context) (*Ack, error) {
	s.mu.Lock()
	d := s.latest
	s.mu.Unlock()
	if d.body == nil {
		return nil, errors.New("there was no interaction to repeat")
	}
	return s.deliver(ctx, d)
}
