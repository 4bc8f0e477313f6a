package care_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"lotsen/internal/care"
)

// TestPromptGoesTo looks to whom a reminder goes when the owner cannot have it, on the morning of Monday 5 October and the
// day after.
func TestPromptGoesTo(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(h *house)
		want   []string
	}{
		{"the owner", func(*house) {}, []string{"10-05 08:00 UANNA: 8B-K3F first"}},
		{"the substitute of an owner who is away", func(h *house) { h.away("anna", "2026-10-05–2026-10-09 bo") },
			[]string{"10-05 08:00 UBO: 8B-K3F first"}},
		{"the substitute at their own slot", func(h *house) {
			h.away("anna", "2026-10-05–2026-10-09 bo")
			h.alter("bo", func(st *care.Staff) { st.Slot = &care.Slot{At: 14 * 60} })
		}, []string{"10-05 14:00 UBO: 8B-K3F first"}},
		{"the other mentor, of an owner who is ill today", func(h *house) {
			h.person("per", "mentor@alen 8B@alen")
			h.away("anna", "2026-10-05–2026-10-05")
		}, []string{"10-05 08:00 UPER: 8B-K3F first of UANNA"}},
		{"the team, when there is no other mentor", func(h *house) { h.away("anna", "2026-10-05–2026-10-05") },
			[]string{"10-05 08:00 #GEHT: 8B-K3F first of UANNA"}},
		{"the team, when the substitute has no part in the school", func(h *house) { h.away("anna", "2026-10-05–2026-10-06 mor") },
			[]string{"10-05 08:00 #GEHT: 8B-K3F first of UANNA"}},
		{"the new owner, when the first may not see the student any more", func(h *house) {
			h.change("8B-K3F", func(stu *care.Student) { stu.Group = "9C" })
		}, []string{"10-05 08:00 UBO: 8B-K3F first"}},
		{"nobody, of a student who is protected", func(h *house) { h.change("8B-K3F", func(stu *care.Student) { stu.Protected = true }) }, nil},
		{"an owner who has another slot since", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Slot = &care.Slot{Day: "tue", At: 9 * 60} })
		}, []string{"10-06 09:00 UANNA: 8B-K3F first"}},
		{"on the next school day, when this one is a holiday since", func(h *house) {
			h.school(func(sc *care.School) {
				sc.Breaks = append(sc.Breaks, care.Break{Period: care.Period{From: "2026-10-05", To: "2026-10-05"}})
			})
		}, []string{"10-06 08:00 UANNA: 8B-K3F first"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withRooms(t)
			h.t = t
			h.opened("rut", "8B-K3F")
			tt.change(h)
			h.wantSent(h.until("2026-10-06", 17, 0), tt.want...)
		})
	}
}

// TestRoomGoesTo looks to whom the message to the team goes, on Tuesday 13 October, and the one to the principal after it.
func TestRoomGoesTo(t *testing.T) {
	noRooms := func(sc *care.School) { sc.EHTChannel, sc.PrincipalChannel = "", "" }
	for _, tt := range []struct {
		name   string
		change func(h *house)
		want   []string
	}{
		{"the channels", func(*house) {},
			[]string{"10-13 08:00 #GEHT: 8B-K3F team of UANNA", "10-16 08:00 #GREKTOR: 8B-K3F principal of UANNA"}},
		{"one channel for both: the later stands in the thread of the first", func(h *house) {
			h.school(func(sc *care.School) { sc.PrincipalChannel = sc.EHTChannel })
		}, []string{"10-13 08:00 #GEHT: 8B-K3F team of UANNA", "10-16 08:00 #GEHT/3: 8B-K3F principal of UANNA"}},
		{"each of the people, when there are no channels", func(h *house) {
			h.school(noRooms)
			h.person("evert", "eht@alen")
		}, []string{"10-13 08:00 UEVA: 8B-K3F team of UANNA", "10-13 08:00 UEVERT: 8B-K3F team of UANNA", "10-16 08:00 URUT: 8B-K3F principal of UANNA"}},
		{"those who are there", func(h *house) {
			h.school(noRooms)
			h.person("evert", "eht@alen")
			h.away("eva", "2026-10-12–2026-10-14")
		}, []string{"10-13 08:00 UEVERT: 8B-K3F team of UANNA", "10-16 08:00 URUT: 8B-K3F principal of UANNA"}},
		{"all of them, when all are away", func(h *house) {
			h.school(noRooms)
			h.away("eva", "2026-10-12–2026-10-14")
		}, []string{"10-13 08:00 UEVA: 8B-K3F team of UANNA", "10-16 08:00 URUT: 8B-K3F principal of UANNA"}},
		{"the principal, when there is no team", func(h *house) {
			h.school(noRooms)
			h.alter("eva", func(st *care.Staff) { st.Posts = nil })
		}, []string{"10-13 08:00 URUT: 8B-K3F team of UANNA", "10-16 08:00 URUT: 8B-K3F principal of UANNA"}},
		{"the administrators, when there is neither", func(h *house) {
			h.school(noRooms)
			h.alter("eva", func(st *care.Staff) { st.Posts = nil })
			h.alter("rut", func(st *care.Staff) { st.Facts.Deactivated = true })
		}, []string{"10-13 08:00 UADA: 8B-K3F team of UANNA", "10-16 08:00 UADA: 8B-K3F principal of UANNA"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withRooms(t)
			h.t = t
			h.opened("rut", "8B-K3F")
			h.wantSent(h.until("2026-10-12", 17, 0), "10-05 08:00 UANNA: 8B-K3F first", "10-08 08:00 UANNA: 8B-K3F due")
			tt.change(h)
			got := h.until("2026-10-19", 17, 0)
			if len(got) == 3 && got[0] > got[1] {
				got[0], got[1] = got[1], got[0]
			}
			h.wantSent(got, tt.want...)
		})
	}
}

// TestTeamsOwnCase is told to the team's room, and to the principal when nobody of it acts.
func TestTeamsOwnCase(t *testing.T) {
	h := withRooms(t)
	h.alter("anna", func(st *care.Staff) { st.Posts = nil })
	id := h.opened("rut", "8B-K3F")
	h.wantSent(h.until("2026-10-13", 9, 0), "10-05 08:00 #GEHT: 8B-K3F first", "10-13 08:00 #GREKTOR: 8B-K3F principal")
	h.acts("eva", id, care.CaseForm{Act: care.ActNotReached})
	h.wantSent(h.until("2026-10-16", 17, 0), "10-13 09:00 anew #GEHT: 8B-K3F first: not_reached by UEVA",
		"10-13 09:00 anew #GREKTOR: 8B-K3F principal: not_reached by UEVA", "10-14 08:00 #GEHT/1: 8B-K3F again")
}

// TestTeamsOwnCaseToldLate leaves the team the time that it would have had, before the principal is told.
func TestTeamsOwnCaseToldLate(t *testing.T) {
	h := withRooms(t)
	h.alter("anna", func(st *care.Staff) { st.Posts = nil })
	h.opened("rut", "8B-K3F")
	h.wantSent(h.tick())
	h.now = care.Date("2026-10-20").At(9, 0, h.zone).UTC()
	h.wantSent(h.until("2026-10-22", 17, 0), "10-20 09:00 #GEHT: 8B-K3F first")
	h.wantSent(h.until("2026-10-23", 17, 0), "10-23 08:00 #GREKTOR: 8B-K3F principal")
}

// TestAdminEscalation goes to the administrators, who see no case.
func TestAdminEscalation(t *testing.T) {
	h := withRooms(t)
	h.Ladders["small"] = care.Ladder{ID: "small", Steps: []care.Step{{N: 1, Escalate: care.Escalation{After: new(1), To: care.Admin}}}}
	h.opened("rut", "8B-K3F")
	h.wantSent(h.until("2026-10-20", 17, 0), "10-05 08:00 UANNA: 8B-K3F first", "10-06 08:00 UADA: 8B-K3F admin of UANNA")
}

// refuses has Slack refuse the next letter for good.
func (h *house) refuses(want string) {
	h.t.Helper()
	_, err := h.MoveOut(h.t.Context(), h.now)
	h.must(err)
	d, err := h.TakeDelivery(h.t.Context(), h.now)
	h.must(err)
	l, err := h.PrepareLetter(h.t.Context(), d, h.now)
	h.must(err)
	if l == nil {
		d, _ = h.Deliveries.Get(h.t.Context(), d.ID)
		h.t.Fatalf("there is no letter of %+v, want %s", d, want)
	}
	if got := said(l); got != want {
		h.t.Errorf("the letter is %s, want %s", got, want)
	}
	h.must(h.LetterRefused(h.t.Context(), l, true, h.now))
}

// TestPromptThatSlackRefuses goes to others: a reminder to those who stand in, a channel's message to its people.
func TestPromptThatSlackRefuses(t *testing.T) {
	h := withRooms(t)
	h.opened("rut", "8B-K3F")
	h.wantSent(h.until("2026-10-05", 7, 30))
	h.now = care.Date("2026-10-05").At(8, 0, h.zone).UTC()
	h.refuses("UANNA: 8B-K3F first")
	h.refuses("#GEHT: 8B-K3F first of UANNA")
	h.refuses("UEVA: 8B-K3F first of UANNA")
	h.refuses("#GREKTOR: 8B-K3F first of UANNA")
	h.refuses("URUT: 8B-K3F first of UANNA")
	h.refuses("UADA: 8B-K3F first of UANNA")
	h.wantSent(h.until("2026-10-05", 17, 0), "10-05 09:00 UADA: 1 failed")
}

// TestRoomNotFit has a channel in which someone does not belong.
func TestRoomNotFit(t *testing.T) {
	h := withRooms(t)
	h.person("evert", "eht@alen")
	h.opened("rut", "8B-K3F")
	h.opened("rut", "8B-M2X")
	h.until("2026-10-13", 7, 30)
	h.now = care.Date("2026-10-13").At(8, 0, h.zone).UTC()
	for _, ref := range []care.Ref{"8B-K3F", "8B-M2X"} {
		d, err := h.TakeDelivery(t.Context(), h.now)
		h.must(err)
		l, err := h.PrepareLetter(t.Context(), d, h.now)
		h.must(err)
		if l.Room != care.RoomTeam || l.Channel != "GEHT" || l.To != "" || l.Post == nil || l.Post.Room != care.RoomTeam {
			t.Fatalf("the letter is %+v", l)
		}
		if got, want := said(l), "#GEHT: "+string(ref)+" team of UANNA"; got != want {
			t.Errorf("the letter is %q, want %q", got, want)
		}
		h.must(h.RoomNotFit(t.Context(), l, care.ChannelFault{Room: l.Room, Channel: l.Channel, Why: care.ChannelStrangers, Strangers: []string{"UTOM"}}, h.now))
	}
	sent := map[string]int{}
	for _, l := range h.until("2026-10-13", 17, 0) {
		sent[l]++
	}
	for _, want := range []string{"UEVA: 8B-K3F team of UANNA, 8B-M2X team of UANNA", "UEVERT: 8B-K3F team of UANNA, 8B-M2X team of UANNA",
		"UADA: GEHT strangers [UTOM]"} {
		if sent["10-13 08:00 "+want] != 1 {
			t.Errorf("%q is not sent once", want)
		}
	}
	if len(sent) != 3 {
		t.Errorf("sent: %v", sent)
	}
	h.wantSent(h.until("2026-10-16", 17, 0), "10-16 08:00 #GREKTOR: 8B-K3F principal of UANNA", "10-16 08:00 #GREKTOR: 8B-M2X principal of UANNA")
}

func TestRoomCheck(t *testing.T) {
	fit := care.ChannelFacts{ID: "GEHT", Found: true, Member: true, Private: true, People: []string{"UEVA", "URUT"}}
	for _, tt := range []struct {
		name   string
		change func(f *care.ChannelFacts)
		alter  func(h *house)
		why    care.ChannelWhy
		people []string
	}{
		{name: "fit", change: func(*care.ChannelFacts) {}},
		{name: "missing", change: func(f *care.ChannelFacts) { *f = care.ChannelFacts{ID: f.ID} }, why: care.ChannelMissing},
		{name: "archived", change: func(f *care.ChannelFacts) { f.Archived = true }, why: care.ChannelArchived},
		{name: "without Lotsen", change: func(f *care.ChannelFacts) { f.Member = false }, why: care.ChannelNotMember},
		{name: "public", change: func(f *care.ChannelFacts) { f.Private = false }, why: care.ChannelPublic},
		{name: "shared", change: func(f *care.ChannelFacts) { f.Shared = true }, why: care.ChannelShared},
		{name: "with a mentor and someone of no roster", change: func(f *care.ChannelFacts) { f.People = append(f.People, "UANNA", "UTOM") },
			why: care.ChannelStrangers, people: []string{"UANNA", "UTOM"}},
		{name: "with a bot", change: func(f *care.ChannelFacts) { f.People = append(f.People, "UBOT") }},
		{name: "with bots alone", change: func(f *care.ChannelFacts) { f.People = []string{"UBOT"} }, why: care.ChannelEmpty},
		{name: "with nobody", change: func(f *care.ChannelFacts) { f.People = nil }, why: care.ChannelEmpty},
		{name: "with someone of another school's team", change: func(f *care.ChannelFacts) { f.People = append(f.People, "UMIA") },
			alter: func(h *house) { h.person("mia", "eht@fjell") }, why: care.ChannelStrangers, people: []string{"UMIA"}},
		{name: "with someone who has left the team", change: func(*care.ChannelFacts) {},
			alter: func(h *house) { h.alter("eva", func(st *care.Staff) { st.Posts[0].To = "2026-10-04" }) }, why: care.ChannelStrangers, people: []string{"UEVA"}},
		{name: "with a guest who has the role", change: func(*care.ChannelFacts) {},
			alter: func(h *house) { h.alter("eva", func(st *care.Staff) { st.Facts.Guest = true }) }, why: care.ChannelStrangers, people: []string{"UEVA"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withRooms(t)
			h.t = t
			if tt.alter != nil {
				tt.alter(h)
			}
			facts := fit
			tt.change(&facts)
			fault, err := h.RoomCheck(t.Context(), "alen", care.RoomTeam, facts, func(_ context.Context, id string) (bool, error) { return id == "UBOT", nil }, h.now)
			h.must(err)
			var got care.ChannelFault
			if fault != nil {
				got = *fault
			}
			if got.Why != tt.why || len(got.Strangers) != len(tt.people) {
				t.Fatalf("the fault is %+v, want %q of %v", got, tt.why, tt.people)
			}
			for i, id := range tt.people {
				if got.Strangers[i] != id {
					t.Errorf("the strangers are %v, want %v", got.Strangers, tt.people)
				}
			}
		})
	}
}

// TestActsAtOnce has two people act about a case at the same moment: both are on record, and one plan holds.
func TestActsAtOnce(t *testing.T) {
	h := withRooms(t)
	id := h.opened("rut", "8B-K3F")
	h.until("2026-10-06", 9, 0)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, who := range []string{"anna", "eva"} {
		actor := h.actor(who)
		wg.Go(func() {
			_, errs[i] = h.ActOnCase(context.Background(), actor, id, care.CaseForm{Act: care.ActTalked}, "act "+who, h.now)
		})
	}
	wg.Wait()
	for _, err := range errs {
		h.must(err)
	}
	if c := h.theCase(id); len(c.Entries) != 3 || c.Plan != 3 {
		t.Errorf("the case has the entries %s and plan %d", h.entries(id), c.Plan)
	}
	got := h.until("2026-10-16", 17, 0)
	if len(got) != 2 || got[1] != "10-16 08:00 UANNA: 8B-K3F follow_up" {
		t.Errorf("sent: %q", got)
	}
}

// TestReminderWaitsForTheDigest of the same day, or for the next day when the digest has told of the case already.
func TestReminderWaitsForTheDigest(t *testing.T) {
	digest := func(h *house, change func(d *care.Delivery)) string {
		at := care.Date("2026-10-05").At(10, 0, h.zone).UTC()
		d := care.Delivery{Meta: care.Meta{ID: "digest/alen/2026-10-05/week/anna"}, Kind: care.WeekDigest, Subject: "alen", School: "alen",
			To: h.actor("anna").Staff.ID, At: at, Due: at, State: care.DeliveryPending}
		change(&d)
		h.must(h.Deliveries.Add(h.t.Context(), d))
		return d.ID
	}
	t.Run("it goes by itself when the digest falls away", func(t *testing.T) {
		h := withRooms(t)
		id := digest(h, func(*care.Delivery) {})
		h.opened("rut", "8B-K3F")
		h.wantSent(h.until("2026-10-05", 9, 0))
		d, err := h.Deliveries.Get(t.Context(), id)
		h.must(err)
		d.State, d.Due = care.DeliveryCancelled, time.Time{}
		h.must(h.Deliveries.Replace(t.Context(), d))
		h.wantSent(h.until("2026-10-05", 17, 0), "10-05 10:00 UANNA: 8B-K3F first")
	})
	t.Run("one whose time was named does not wait", func(t *testing.T) {
		h := withRooms(t)
		at := care.Date("2026-10-05").At(16, 0, h.zone).UTC()
		id := h.opened("rut", "8B-K3F")
		h.wantSent(h.until("2026-10-05", 8, 10), "10-05 08:00 UANNA: 8B-K3F first")
		digest(h, func(d *care.Delivery) { d.At, d.Due = at, at })
		h.acts("anna", id, care.CaseForm{Act: care.ActSnooze, At: 14 * 60})
		h.wantSent(h.until("2026-10-05", 15, 0), "10-05 08:10 anew UANNA: 8B-K3F first: snooze by UANNA", "10-05 14:00 UANNA: 8B-K3F again")
	})
	t.Run("the digest has told of the case", func(t *testing.T) {
		h := withRooms(t)
		id := h.opened("rut", "8B-K3F")
		h.wantLetters(h.tick())
		digest(h, func(d *care.Delivery) {
			d.State, d.Due, d.Cases, d.PostedAt = care.DeliverySent, time.Time{}, []string{id}, h.now
		})
		h.wantSent(h.until("2026-10-06", 17, 0), "10-06 08:00 UANNA: 8B-K3F first")
	})
}
