package care_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"lotsen/internal/care"
)

const threeOpen = "UANNA: 8B-K3F open, 8B-K3F open, 8B-K3F open"

// threeDue are follow-ups that are due to the same person.
func threeDue(t *testing.T) *house {
	t.Helper()
	h, anna, _ := withClass(t)
	for i := range 3 {
		f, id := talk("", "8B-K3F"), fmt.Sprint("form", i)
		f.FollowUp = "2026-10-15"
		h.send(anna, f, id, id)
	}
	h.wantLetters(h.tick())
	h.now = care.Date("2026-10-15").At(8, 0, h.zone)
	return h
}

// TestReminderThatOthersTakeMeanwhile has another copy take what is left after each write of the one that
// prepares the letter. Whichever delivery that one has taken, one of them sends all, at once.
func TestReminderThatOthersTakeMeanwhile(t *testing.T) {
	for first := range 3 {
		for write := range 3 {
			h := threeDue(t)
			var list []care.Delivery
			for range first { // those come back when it has taken its own
				d, err := h.TakeDelivery(t.Context(), h.now)
				h.must(err)
				list = append(list, d)
			}
			d, err := h.TakeDelivery(t.Context(), h.now)
			h.must(err)
			for _, o := range list {
				o.Due = h.now
				h.must(h.Deliveries.Replace(t.Context(), o))
			}
			n := 0
			var other *care.Letter
			h.engine.before = func(call string) error {
				if call != "Replace deliveries" {
					return nil
				}
				if n++; n != write+1 {
					return nil
				}
				theirs, err := h.TakeDelivery(t.Context(), h.now)
				if errors.Is(err, care.ErrNotFound) {
					return nil
				}
				h.must(err)
				other, err = h.PrepareLetter(t.Context(), theirs, h.now)
				return err
			}
			l, err := h.PrepareLetter(t.Context(), d, h.now)
			h.must(err)
			h.engine.before = nil
			switch {
			case (l == nil) == (other == nil):
				t.Errorf("the taker of number %d and someone else, before write %d, send %v and %v, want one letter", first, write, l, other)
			case l == nil:
				l = other
			}
			if l != nil && said(l) != threeOpen {
				t.Errorf("number %d, write %d: the letter is %s", first, write, said(l))
			}
		}
	}
}

// TestReminderOfTheDead has a process die with a letter that was about to be sent, and others come
// between whoever gives back what that was made of. It is sent at that tick, as a whole.
func TestReminderOfTheDead(t *testing.T) {
	h := threeDue(t)
	d, err := h.TakeDelivery(t.Context(), h.now)
	h.must(err)
	if l, err := h.PrepareLetter(t.Context(), d, h.now); err != nil || l == nil {
		t.Fatalf("PrepareLetter() = %v, %v", l, err)
	}
	h.now = h.now.Add(care.DeliveryLease)
	if d, err = h.TakeDelivery(t.Context(), h.now); err != nil || d.State != care.DeliverySending {
		t.Fatalf("TakeDelivery() = %s, %v, want one whose message is looked for", d.State, err)
	}
	n, inside := 0, false
	h.engine.before = func(call string) error {
		if call == "Replace deliveries" && !inside {
			inside = true
			if n++; n > 1 {
				theirs, err := h.TakeDelivery(t.Context(), h.now)
				h.must(err)
				if theirs.State != care.DeliveryPending {
					t.Errorf("someone else takes one that is %s", theirs.State)
				}
				l, err := h.PrepareLetter(t.Context(), theirs, h.now)
				if err != nil || l != nil {
					t.Errorf("PrepareLetter() = %v, %v while the rest is looked for", l, err)
				}
			}
			inside = false
		}
		return nil
	}
	h.must(h.LetterNotFound(t.Context(), d, h.now))
	h.engine.before = nil
	if n != 3 {
		t.Fatalf("%d writes, want 3", n)
	}
	h.now = h.now.Add(time.Second)
	h.wantLetters(h.tick(), threeOpen)
}
