package care

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// standIns are the roles that may stand in for a mentor or coach: those that log.
var standIns = loggers

// StandsInFor returns those whose work a person does today: they have named this one as their
// substitute, are away, and both work at a school today. It passes nothing on: whoever stands in
// for someone who stands in for a third does not see the third one's students.
func (s *Service) StandsInFor(ctx context.Context, st Staff, now time.Time) ([]Staff, error) {
	named, err := s.Staff.SubstitutedBy(ctx, st.ID)
	if err != nil {
		return nil, fmt.Errorf("find for whom the person stands in: %w", err)
	}
	return slices.DeleteFunc(named, func(absent Staff) bool {
		for id := range s.Schools {
			if standsIn(st, absent, id, s.today(id, now)) {
				return false
			}
		}
		return true
	}), nil
}

// standsIn reports whether a person does the work of an absent mentor or coach at a school that day.
func standsIn(st, absent Staff, school string, on Date) bool {
	return absent.AwayOn(on) && absent.Leave.Substitute == st.ID &&
		absent.has(school, on, Mentor, Coach) && st.has(school, on, standIns...)
}

// parts are all whose eyes the actor sees with: their own and those of whom they stand in for.
func (a Actor) parts() []Staff { return append([]Staff{a.Staff}, a.For...) }

// groups are those at a school that the actor mentors on that day, also in someone's place.
func (a Actor) groups(school string, on Date) []string {
	var list []string
	for _, st := range a.parts() {
		if st.ID != a.Staff.ID && !standsIn(a.Staff, st, school, on) {
			continue
		}
		for _, m := range st.Groups {
			if m.School == school && st.mentors(school, m.Group, on) {
				list = append(list, m.Group)
			}
		}
	}
	return list
}
