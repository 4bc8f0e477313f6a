package fakeslack

import "time"

// SetAckLimit lets a test of late answers not wait as long as Slack does.
func (s *Slack) SetAckLimit(d time.Duration) { s.ackLimit = d }
