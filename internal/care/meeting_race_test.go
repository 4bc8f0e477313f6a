package care_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
)

// besides is another process of the same installation: a service over the same database.
func (h *house) besides() *care.Service {
	h.t.Helper()
	records, err := store.Open(h.t.Context(), storetest.Open(h.t, h.dir))
	h.must(err)
	s := *h.Service
	s.Records = records.Care()
	return &s
}

// wantWhole checks what must hold whenever nobody is at work: no person has two meetings that meet, every meeting has its
// people's time, and nobody's time stays promised to nothing.
func (h *house) wantWhole(people []string) {
	h.t.Helper()
	h.now = h.now.Add(2 * time.Minute) // what was left half done is void
	for {
		n, err := h.MoveOut(h.t.Context(), h.now)
		h.must(err)
		if n == 0 {
			break
		}
	}
	year := care.Interval{Start: h.now.AddDate(0, 0, -30), End: h.now.AddDate(1, 0, 0)}
	list, err := h.Meetings.OfSchool(h.t.Context(), "alen", year)
	h.must(err)
	holds := map[string][]care.Booked{}
	for _, who := range people {
		id := h.actor(who).Staff.ID
		days, err := h.Booked.Of(h.t.Context(), []string{id}, care.Period{From: "2026-01-01", To: "2027-12-31"})
		h.must(err)
		for _, b := range days {
			holds[id] = append(holds[id], b.Holds...)
		}
	}
	has := map[string][]care.Meeting{}
	for _, m := range list {
		for _, a := range m.Attendees {
			if m.State == care.MeetingCancelled || a.Answer == care.Declined && a.Staff != m.Organiser {
				continue
			}
			for _, other := range has[a.Staff] {
				if m.Start.Before(other.End) && other.Start.Before(m.End) {
					h.t.Errorf("%s has two meetings that meet: at %s and at %s", h.who(a.Staff), m.Start, other.Start)
				}
			}
			has[a.Staff] = append(has[a.Staff], m)
			held := false
			for _, b := range holds[a.Staff] {
				held = held || b.Meeting == m.ID && b.Start.Equal(m.Start) && b.End.Equal(m.End)
			}
			if !held {
				h.t.Errorf("%s's time at %s is not promised to their meeting", h.who(a.Staff), m.Start)
			}
		}
	}
	for id, list := range holds {
		for _, b := range list {
			real := false
			for _, m := range has[id] {
				real = real || b.Meeting == m.ID && b.Start.Equal(m.Start)
			}
			if m, err := h.Meetings.Get(h.t.Context(), b.Meeting); !real && err == nil && b.For <= m.Version {
				h.t.Errorf("%s's time at %s is promised to a meeting that does not need it", h.who(id), b.Start)
			}
		}
	}
}

// TestMeetingsAtOnce has several people at several processes book, move, answer and call off at once, all they can.
func TestMeetingsAtOnce(t *testing.T) {
	h := withTeam(t)
	people := []string{"anna", "eva", "bo", "rut"}
	processes := []*care.Service{h.besides(), h.besides()}
	times := []time.Time{h.clock("10-08 09:00"), h.clock("10-08 09:15"), h.clock("10-08 09:30"), h.clock("10-08 10:00")}
	var mu sync.Mutex
	var ids []string
	actors := map[string]care.Actor{}
	for _, who := range people {
		actors[who] = h.actor(who)
	}
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(worker)))
			s := processes[worker%len(processes)]
			for i := range storetest.Fewer(25, 6) {
				request := fmt.Sprint("race ", worker, " ", i)
				who := people[r.IntN(len(people))]
				actor, start := actors[who], times[r.IntN(len(times))]
				mu.Lock()
				id := ""
				if len(ids) > 0 {
					id = ids[r.IntN(len(ids))]
				}
				mu.Unlock()
				var err error
				switch n := r.IntN(8); {
				case n < 3 || id == "":
					var with []string
					for _, other := range people {
						if other != who && r.IntN(2) == 0 {
							with = append(with, other)
						}
					}
					var o care.MeetingOffer
					if o, err = s.OfferSlots(t.Context(), actor, form(strings.Join(with, " ")), request, h.now); err != nil {
						break
					}
					var v care.MeetingView
					if v, err = s.Book(t.Context(), actor, o.ID, start, "", "", request, h.now); err == nil {
						mu.Lock()
						ids = append(ids, v.ID)
						mu.Unlock()
					}
				case n < 5:
					_, err = s.MoveTo(t.Context(), actor, id, start, request, h.now)
				case n < 7:
					var m care.Meeting
					if m, err = s.Meetings.Get(t.Context(), id); err == nil {
						_, err = s.AnswerMeeting(t.Context(), actor, id, m.Plan, []care.Answer{care.Accepted, care.Declined}[n-5], request, h.now)
					}
				default:
					_, err = s.CancelMeeting(t.Context(), actor, id, request, h.now)
				}
				if _, taken := errors.AsType[*care.SlotTaken](err); err != nil && !taken && care.CodeOf(err) == "" {
					t.Errorf("worker %d, %d: %v", worker, i, err)
				}
			}
		})
	}
	group.Wait()
	h.wantWhole(people)
	if len(ids) == 0 {
		t.Error("nobody has booked anything")
	}
}
