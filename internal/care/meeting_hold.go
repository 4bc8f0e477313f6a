package care

import "time"

// holdLife is how long a hold stands though its meeting is not there, or not then: for so long its
// booking may still be under way.
const holdLife = time.Minute

// stands reports whether a hold of someone's time counts. m is its meeting, the zero value if there is none.
func (b Booked) stands(staff string, m Meeting, now time.Time) bool {
	if now.Sub(b.At) < holdLife {
		return true
	}
	if m.ID == "" || m.State == MeetingCancelled || !m.Start.Equal(b.Start) || !m.End.Equal(b.End) {
		return false
	}
	for _, a := range m.Attendees {
		if a.Staff == staff {
			return a.Answer != Declined
		}
	}
	return false
}
