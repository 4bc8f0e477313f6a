package care_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// TestPromptsOfRandomDays has cases, people and stops at random, and looks at what is sent: nothing outside work hours, and
// of no case two reminders to one person on one day.
func TestPromptsOfRandomDays(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			h := withRooms(t)
			h.t = t
			random := rand.New(rand.NewPCG(seed, 1)) // #nosec G404 -- the same days each time
			h.person("per", "mentor@alen 8B@alen")
			if seed%2 == 1 {
				h.school(func(sc *care.School) { sc.EHTChannel = "" })
			}
			refs := []care.Ref{"8B-K3F", "8B-M2X", "9C-P5P"}
			acts := []care.Act{care.ActNotReached, care.ActNotReached, care.ActSnooze, care.ActTalked, care.ActHandOver, care.ActTake, care.ActNeedsEHT, care.ActClose}
			last := map[string]time.Time{} // when a person was last told of a case
			sent := 0
			for range 500 {
				h.now = h.now.Add(time.Duration(random.IntN(240)) * time.Minute)
				if random.IntN(40) == 0 { // a stop
					h.now = h.now.Add(time.Duration(random.IntN(5*24)) * time.Hour)
				}
				ref := refs[random.IntN(len(refs))]
				who := []string{"anna", "bo", "eva", "rut", "per"}[random.IntN(5)]
				switch random.IntN(12) {
				case 0:
					_, err := h.OpenCase(t.Context(), h.actor("rut"), ref, fmt.Sprint("open ", h.now), h.now)
					h.must(err)
				case 1:
					c, err := h.Cases.OfStudent(t.Context(), ref)
					h.must(err)
					if len(c) == 0 {
						break
					}
					f := care.CaseForm{Act: acts[random.IntN(len(acts))], To: "UEVA", Reason: care.CloseBack}
					if _, err := h.ActOnCase(t.Context(), h.actor(who), c[0].ID, f, fmt.Sprint("act ", h.now), h.now); err != nil && len(care.Mistakes(err)) == 0 {
						h.must(err)
					}
				case 2:
					today := care.DateOf(h.now, h.zone)
					h.alter(who, func(st *care.Staff) {
						st.Leave = nil
						if random.IntN(2) == 0 {
							st.Leave = &care.Leave{Period: care.Period{From: today, To: today.AddDays(random.IntN(4))}}
						}
						st.Slot = &care.Slot{At: care.Clock(random.IntN(24 * 60))}
					})
				case 3:
					_, err := h.SettleCases(t.Context(), h.now)
					h.must(err)
				}
				_, err := h.MoveOut(t.Context(), h.now)
				h.must(err)
				for {
					d, err := h.TakeDelivery(t.Context(), h.now)
					if errors.Is(err, care.ErrNotFound) {
						break
					}
					h.must(err)
					l, err := h.PrepareLetter(t.Context(), d, h.now)
					h.must(err)
					if l == nil {
						continue
					}
					if l.TS != "" {
						h.must(h.LetterShown(t.Context(), d, ""))
						continue
					}
					sent++
					channel := l.Channel
					if l.Room == "" {
						channel = "D" + l.To[1:]
					}
					h.must(h.LetterSent(t.Context(), l, channel, fmt.Sprint(sent, ".000001"), ""))
					if !h.Schools["alen"].Working(h.now) {
						t.Fatalf("%s is sent at %s", said(l), h.now.In(h.zone))
					}
					var cases []care.CaseItem
					if l.Post != nil {
						cases = append(cases, l.Post.CaseItem)
					}
					if l.Reminder != nil {
						cases = l.Reminder.Cases
					}
					for _, i := range cases {
						key := strings.Join([]string{l.To, string(i.Ref)}, " ")
						if l.To != "" && care.DateOf(last[key], h.zone) == care.DateOf(h.now, h.zone) {
							t.Fatalf("%s is sent on %s, the second that day", said(l), h.now.In(h.zone))
						}
						last[key] = h.now
					}
				}
			}
			if sent < 15 {
				t.Errorf("only %d messages are sent", sent)
			}
		})
	}
}
