package care

import (
	"context"
	"fmt"
	"time"
)

// busyFresh is the age beyond which a copy of a calendar is told of as old. Calendars that can be read
// are read every day.
const busyFresh = 48 * time.Hour

// knownBusy is what a person's calendars say.
type knownBusy struct {
	Busy    []Interval // in order, no two of which meet
	Unknown bool       // the person has no calendar
	Stale   bool       // one of them could not be read lately, or not so far ahead; what was read of it is in Busy
	ReadAt  time.Time  // when the one that was read longest ago was; zero: it has not been read yet
}

// busyOf returns what the calendars of some people say of a span of time, by their ids.
func (s *Service) busyOf(ctx context.Context, staff []Staff, span Interval, now time.Time) (map[string]knownBusy, error) {
	ids := make([]string, len(staff))
	for i, st := range staff {
		ids[i] = st.ID
	}
	records, err := s.Busy.Of(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("find busy times: %w", err)
	}
	kept := map[string]BusyTimes{}
	for _, b := range records {
		kept[b.ID] = b
	}
	known := map[string]knownBusy{}
	for _, st := range staff {
		known[st.ID] = busyIn(kept[st.ID], len(st.Calendars), span, now)
	}
	return known, nil
}

// busyIn is what is kept of a person's calendars, of which there are so many, in a span of time.
func busyIn(b BusyTimes, calendars int, span Interval, now time.Time) knownBusy {
	if calendars == 0 {
		return knownBusy{Unknown: true}
	}
	var k knownBusy
	if len(b.Feeds) < calendars { // what was saved a moment ago has no feed yet
		k.Stale = true
	}
	for i, f := range b.Feeds {
		k.Stale = k.Stale || now.Sub(f.ReadAt) > busyFresh || f.Until.Before(span.End)
		if i == 0 || f.ReadAt.Before(k.ReadAt) {
			k.ReadAt = f.ReadAt
		}
		for _, busy := range f.Busy {
			if busy.Meets(span) {
				k.Busy = append(k.Busy, busy)
			}
		}
	}
	if len(b.Feeds) < calendars {
		k.ReadAt = time.Time{}
	}
	k.Busy = United(k.Busy)
	return k
}
