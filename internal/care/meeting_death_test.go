package care_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lotsen/internal/care"
	"lotsen/internal/store/storetest"
)

// TestDeathBetweenWritesOfAMeeting has a process die at each of the writes of what is done about a meeting. Whether or not
// it is asked again, nothing is lost, half done or done twice.
func TestDeathBetweenWritesOfAMeeting(t *testing.T) {
	died := errors.New("the process is dead")
	for name, do := range map[string]func(h *house, id string) error{
		"book": func(h *house, _ string) error {
			o, err := h.OfferSlots(h.t.Context(), h.actor("anna"), form("eva (bo)", "8B-K3F"), "ask again", h.now)
			h.must(err)
			h.requests++ // what comes before is not walked
			_, err = h.Book(h.t.Context(), h.actor("anna"), o.ID, h.clock("10-15 13:00"), "", "", "again", h.now)
			return err
		},
		"move": func(h *house, id string) error {
			_, err := h.MoveTo(h.t.Context(), h.actor("anna"), id, h.clock("10-15 10:15"), "again", h.now)
			return err
		},
		"cancel": func(h *house, id string) error {
			_, err := h.CancelMeeting(h.t.Context(), h.actor("anna"), id, "again", h.now)
			return err
		},
		"decline": func(h *house, id string) error {
			_, err := h.AnswerMeeting(h.t.Context(), h.actor("eva"), id, 1, care.Declined, "again", h.now)
			return err
		},
	} {
		for write := 1; ; write += storetest.Fewer(1, 3) {
			h := withCases(t)
			f := form("eva (bo)", "8B-K3F")
			f.Case = h.opened("rut", "8B-K3F")
			v := h.books("anna", f, "10-15 10:00")
			h.tick()
			n, alive := 0, true
			h.engine.before = func(call string) error {
				if strings.HasPrefix(call, "Get") || strings.HasPrefix(call, "Find") || call == "Insert drafts" {
					return nil
				}
				if n++; n == write {
					alive = false
				}
				if !alive {
					return died
				}
				return nil
			}
			first := do(h, v.ID)
			h.engine.before = nil
			if alive {
				if n < 3 {
					t.Errorf("%s makes %d writes", name, n)
				}
				break
			}
			what := fmt.Sprintf("%s, dead at write %d", name, write)
			if write%2 == 0 || name == "book" {
				if err := do(h, v.ID); err != nil {
					t.Errorf("%s: asked again: %v", what, err)
				}
			}
			h.wantWhole([]string{"anna", "eva", "bo", "rut"})
			list, err := h.Meetings.OfStudent(t.Context(), "8B-K3F", care.Interval{Start: h.now, End: h.now.AddDate(1, 0, 0)})
			h.must(err)
			m, err := h.Meetings.Get(t.Context(), v.ID)
			h.must(err)
			if want := map[bool]int{true: 2, false: 1}[name == "book"]; len(list) != want {
				t.Errorf("%s: there are %d meetings, want %d", what, len(list), want)
			}
			done := map[string]bool{"book": true, "move": m.Plan == 2, "cancel": m.State == care.MeetingCancelled, "decline": m.Attendees[1].Answer == care.Declined}[name]
			if (first == nil || write%2 == 0) && !done {
				t.Errorf("%s: the meeting is %s", what, h.meets(v.ID))
			}
			want := map[bool]string{true: "opened anna:meeting reopened", false: "opened anna:meeting"}[name == "cancel" && done]
			if name == "move" && done {
				want = "opened anna:meeting anna:meeting"
			}
			if got := h.entries(f.Case); got != want {
				t.Errorf("%s: of the case there is %q, want %q", what, got, want)
			}
		}
	}
}
