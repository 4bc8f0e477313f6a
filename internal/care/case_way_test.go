package care_test

import (
	"errors"
	"testing"
	"time"

	"lotsen/internal/care"
)

// onItsWay has the first reminder of a case of anna's be about to be sent.
func onItsWay(t *testing.T) (h *house, id string, d care.Delivery, l *care.Letter) {
	t.Helper()
	h = withRooms(t)
	id = h.opened("rut", "8B-K3F")
	h.wantSent(h.until("2026-10-05", 7, 30))
	h.now = care.Date("2026-10-05").At(8, 0, h.zone).UTC()
	d, err := h.TakeDelivery(t.Context(), h.now)
	h.must(err)
	l, err = h.PrepareLetter(t.Context(), d, h.now)
	h.must(err)
	if got := said(l); got != "UANNA: 8B-K3F first" {
		t.Fatalf("the letter is %q", got)
	}
	d, err = h.Deliveries.Get(t.Context(), d.ID)
	h.must(err)
	return h, id, d, l
}

// Someone acts while a reminder is on its way: it is shown anew when it stands, and not sent when it does not.
func TestActWhileAReminderIsOnItsWay(t *testing.T) {
	talked := care.CaseForm{Act: care.ActTalked}
	t.Run("and it arrives", func(t *testing.T) {
		h, id, _, l := onItsWay(t)
		h.acts("anna", id, talked)
		h.wantLetters(h.tick())
		h.must(h.LetterSent(t.Context(), l, "DANNA", "1.000001", "shown"))
		h.wantLetters(h.tick(), "anew UANNA: 8B-K3F first: talked by UANNA")
		h.wantLetters(h.tick())
	})
	t.Run("and it is found later", func(t *testing.T) {
		h, id, d, _ := onItsWay(t)
		h.acts("anna", id, talked)
		h.wantLetters(h.tick())
		h.must(h.LetterFound(t.Context(), d, "DANNA", "1.000001"))
		h.wantLetters(h.tick(), "anew UANNA: 8B-K3F first: talked by UANNA")
	})
	t.Run("and it does not arrive", func(t *testing.T) {
		h, id, d, _ := onItsWay(t)
		h.acts("anna", id, talked)
		h.wantLetters(h.tick())
		h.must(h.LetterNotFound(t.Context(), d, h.now))
		h.wantSent(h.until("2026-10-14", 17, 0))
	})
	t.Run("and that is taken back before it is known", func(t *testing.T) {
		h, id, d, _ := onItsWay(t)
		h.acts("anna", id, talked)
		h.undo("anna", id, "2")
		h.wantLetters(h.tick())
		h.must(h.LetterNotFound(t.Context(), d, h.now))
		h.wantSent(h.until("2026-10-07", 17, 0), "10-05 08:00 UANNA: 8B-K3F first")
	})
	t.Run("nobody acts, and it does not arrive", func(t *testing.T) {
		h, _, d, _ := onItsWay(t)
		h.must(h.LetterNotFound(t.Context(), d, h.now))
		h.wantLetters(h.tick(), "UANNA: 8B-K3F first")
	})
}

// Where a room's message was about to be sent is known when it is looked for: the channel, and the thread.
func TestRoomsMessageIsLookedFor(t *testing.T) {
	h := withRooms(t)
	h.school(func(sc *care.School) { sc.PrincipalChannel = sc.EHTChannel })
	h.opened("rut", "8B-K3F")
	h.until("2026-10-16", 7, 30)
	h.now = care.Date("2026-10-16").At(8, 0, h.zone).UTC()
	d, err := h.TakeDelivery(t.Context(), h.now)
	h.must(err)
	l, err := h.PrepareLetter(t.Context(), d, h.now)
	h.must(err)
	if l.Thread != "3.000001" || l.Channel != "GEHT" || l.To != "" {
		t.Fatalf("the letter is %+v", l)
	}
	d, err = h.Deliveries.Get(t.Context(), d.ID)
	h.must(err)
	to, channel, err := h.LetterAddress(t.Context(), d, h.now)
	h.must(err)
	if to != "" || channel != "GEHT" || d.Thread != "3.000001" || d.Message != l.Key {
		t.Errorf("it is looked for at %q, %q in the thread %q by %q", to, channel, d.Thread, d.Message)
	}
	h.must(h.LetterFound(t.Context(), d, channel, "4.000001"))
	h.wantLetters(h.tick(), "anew #GEHT/3: 8B-K3F principal of UANNA")
}

// A channel's message that Slack does not take is tried until the end of the next school day, and then given up.
func TestRoomsMessageIsGivenUp(t *testing.T) {
	h := withRooms(t)
	h.opened("rut", "8B-K3F")
	h.until("2026-10-13", 7, 30)
	tries := map[string]int{}
	for h.now = care.Date("2026-10-13").At(8, 0, h.zone).UTC(); h.now.Before(care.Date("2026-10-15").At(7, 40, h.zone)); h.now = h.now.Add(5 * time.Minute) {
		d, err := h.TakeDelivery(t.Context(), h.now)
		if errors.Is(err, care.ErrNotFound) {
			continue
		}
		h.must(err)
		l, err := h.PrepareLetter(t.Context(), d, h.now)
		h.must(err)
		if l != nil {
			tries[h.now.In(h.zone).Format("Mon")]++
			h.must(h.LetterRefused(t.Context(), l, false, h.now))
		}
	}
	if tries["Tue"] < 10 || tries["Wed"] < 10 || tries["Thu"] > 1 {
		t.Errorf("it was tried so often: %v", tries)
	}
	h.wantSent(h.until("2026-10-15", 9, 0), "10-15 08:00 UADA: 1 failed")
}
