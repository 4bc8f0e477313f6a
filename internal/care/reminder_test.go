package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// tick moves what changes carry and sends every letter that is due, as the scheduler does with a
// Slack that takes all. It returns a line a letter: its reader, and its items.
func (h *house) tick() (letters []string) {
	h.t.Helper()
	_, err := h.MoveOut(h.t.Context(), h.now)
	h.must(err)
	for {
		d, err := h.TakeDelivery(h.t.Context(), h.now)
		if errors.Is(err, care.ErrNotFound) {
			return letters
		}
		h.must(err)
		l, err := h.PrepareLetter(h.t.Context(), d, h.now)
		h.must(err)
		switch {
		case l == nil:
		case l.TS != "":
			letters = append(letters, "anew "+h.saidBy(l))
			h.must(h.LetterShown(h.t.Context(), d, "shown"))
		default:
			letters = append(letters, h.saidBy(l))
			h.sent++
			channel := l.Channel
			if l.Room == "" {
				channel = "D" + l.To[1:]
			}
			h.must(h.LetterSent(h.t.Context(), l, channel, fmt.Sprintf("%d.000001", h.sent), "shown"))
		}
	}
}

// said writes a letter: "UANNA: 8B-K3F open".
func said(l *care.Letter) string {
	if l.Trouble != nil {
		return fmt.Sprintf("%s: %d failed", l.To, l.Trouble.Failed)
	}
	if w := l.Word; w != nil {
		words := []string{string(w.Ref), string(w.What), string(w.Act)}
		if w.By != "" {
			words = append(words, "by", w.By)
		}
		return l.To + ": " + strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	}
	if w := l.Watch; w != nil {
		return fmt.Sprintf("%s: %s %s %v", l.To, w.Channel.Channel, w.Channel.Why, w.Channel.Strangers)
	}
	if p := l.Post; p != nil {
		to := l.To
		if l.Room != "" {
			to = "#" + l.Channel
		}
		if l.Thread != "" {
			to += "/" + strings.TrimSuffix(l.Thread, ".000001")
		}
		return fmt.Sprintf("%s: %s", to, caseSaid(p.CaseItem))
	}
	var items []string
	for _, i := range l.Reminder.Cases {
		items = append(items, caseSaid(i))
	}
	for _, i := range l.Reminder.Items {
		var refs []string
		for _, r := range i.Refs {
			refs = append(refs, string(r))
		}
		item := strings.Join(refs, "+") + " " + string(i.State)
		if i.By != "" {
			item += " by " + i.By
		}
		if i.Author != "" {
			item += " of " + i.Author
		}
		items = append(items, strings.TrimSpace(item))
	}
	slices.Sort(items)
	return l.To + ": " + strings.Join(items, ", ")
}

// at moves the clock to a time of a day at the schools, and returns the letters sent then.
func (h *house) at(day care.Date, hour, minute int) []string {
	h.t.Helper()
	h.now = day.At(hour, minute, h.zone).UTC()
	return h.tick()
}

// wantLetters checks what was sent.
func (h *house) wantLetters(got []string, want ...string) {
	h.t.Helper()
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		h.t.Errorf("at %s the letters are\n  %q, want\n  %q", h.now.In(h.zone).Format("Mon 2006-01-02 15:04"), got, want)
	}
}

// TestReminderDay logs on Monday 5 October at noon and looks when the reminder comes.
func TestReminderDay(t *testing.T) {
	for _, tt := range []struct {
		name     string
		followUp care.Date
		slot     *care.Slot
		before   string // when nothing has come yet
		due      string
	}{
		{"on the day, at eight", "2026-10-15", nil, "2026-10-15T07:59", "2026-10-15T08:00"},
		{"on Saturday: on Monday", "2026-10-17", nil, "2026-10-19T07:59", "2026-10-19T08:00"},
		{"on a holiday: on the next school day", "2026-12-25", nil, "2026-12-28T07:59", "2026-12-28T08:00"},
		{"today: the slot has passed, so tomorrow", "2026-10-05", nil, "2026-10-06T07:59", "2026-10-06T08:00"},
		{"today at a slot to come", "2026-10-05", &care.Slot{At: 14*60 + 30}, "2026-10-05T14:29", "2026-10-05T14:30"},
		{"at the slot of the day, whatever its weekday", "2026-10-15", &care.Slot{Day: "mon", At: 9 * 60}, "2026-10-15T08:59", "2026-10-15T09:00"},
		{"a slot before work", "2026-10-15", &care.Slot{At: 5 * 60}, "2026-10-15T07:29", "2026-10-15T07:30"},
		{"a slot after work", "2026-10-15", &care.Slot{At: 20 * 60}, "2026-10-15T16:28", "2026-10-15T16:29"},
		{"after the change from summer time", "2026-10-26", nil, "2026-10-26T07:59", "2026-10-26T08:00"},
		{"after the change to summer time", "2027-03-30", nil, "2027-03-30T07:59", "2027-03-30T08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, _, _ := withClass(t)
			h.alter("anna", func(st *care.Staff) { st.Slot = tt.slot })
			h.follow(h.actor("anna"), tt.followUp, "8B-K3F")
			at := func(s string) []string {
				var hour, minute int
				day, clock, _ := strings.Cut(s, "T")
				_, err := fmt.Sscanf(clock, "%d:%d", &hour, &minute)
				h.must(err)
				return h.at(care.Date(day), hour, minute)
			}
			h.wantLetters(h.tick())
			h.wantLetters(at(tt.before))
			h.wantLetters(at(tt.due), "UANNA: 8B-K3F open")
			h.wantLetters(h.at("2027-05-18", 8, 0))
		})
	}
}

// TestReminderIsCancelled has someone act before the reminder comes.
func TestReminderIsCancelled(t *testing.T) {
	const day = "2026-10-15"
	for _, tt := range []struct {
		name string
		act  func(h *house, anna, eva care.Actor, e care.Entry)
		want []string
	}{
		{"nobody acts", func(*house, care.Actor, care.Actor, care.Entry) {}, []string{"UANNA: 8B-K3F open"}},
		{"someone logs on the day", func(h *house, _, eva care.Actor, _ care.Entry) { h.log(eva, "8B-K3F samtal", "r2") }, nil},
		{"someone logs for another student", func(h *house, _, eva care.Actor, _ care.Entry) { h.log(eva, "8B-M2X samtal", "r2") }, []string{"UANNA: 8B-K3F open"}},
		{"it is withdrawn in time", func(h *house, anna, _ care.Actor, e care.Entry) {
			h.now = care.Date("2026-10-05").At(12, 5, h.zone)
			_, err := h.UndoIntervention(h.t.Context(), anna, e.ID, "r2", h.now)
			h.must(err)
		}, nil},
		{"the follow-up is moved", func(h *house, anna, _ care.Actor, e care.Entry) {
			h.edit(anna, e.ID, 0, edited(e, func(f *care.InterventionForm) { f.FollowUp = "2026-10-16" }), "r2")
		}, nil},
		{"the follow-up is moved and back", func(h *house, anna, _ care.Actor, e care.Entry) {
			e = h.edit(anna, e.ID, 0, edited(e, func(f *care.InterventionForm) { f.FollowUp = "2026-10-16" }), "r2")
			h.edit(anna, e.ID, 1, edited(e, func(f *care.InterventionForm) { f.FollowUp = day }), "r3")
		}, []string{"UANNA: 8B-K3F open"}},
		{"the follow-up is dropped", func(h *house, anna, _ care.Actor, e care.Entry) {
			h.edit(anna, e.ID, 0, edited(e, func(f *care.InterventionForm) { f.FollowUp = "" }), "r2")
		}, nil},
		{"how it went is entered", func(h *house, anna, _ care.Actor, e care.Entry) {
			h.edit(anna, e.ID, 0, edited(e, func(f *care.InterventionForm) { f.Outcome = care.OutcomeEffect }), "r2")
		}, nil},
		{"the student is protected", func(h *house, _, _ care.Actor, _ care.Entry) { h.change("8B-K3F", protected) }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, anna, eva := withClass(t)
			e := h.follow(anna, day, "8B-K3F")
			h.now = care.Date(day).At(7, 0, h.zone)
			tt.act(h, anna, eva, e)
			h.wantLetters(h.at(day, 8, 0), tt.want...)
		})
	}
}

// edited is the form of an entry with a change.
func edited(e care.Entry, change func(*care.InterventionForm)) care.InterventionForm {
	f := care.InterventionForm{Kinds: e.Kinds, Note: e.Note, Date: e.Date, Audience: e.Audience, Level: e.Level,
		Partner: e.Partner, Outcome: e.Outcome, FollowUp: e.FollowUp}
	for _, n := range e.Students {
		f.Students = append(f.Students, n.Ref)
	}
	change(&f)
	return f
}

// TestReminderGoesTo looks to whom the reminder goes when its author cannot have it.
func TestReminderGoesTo(t *testing.T) {
	const day = "2026-10-15"
	week := care.Period{From: "2026-10-12", To: "2026-10-16"}
	for _, tt := range []struct {
		name   string
		change func(h *house)
		want   []string
	}{
		{"the author", func(*house) {}, []string{"UANNA: 8B-K3F open"}},
		{"the substitute of an author who is away", func(h *house) {
			bo := h.person("bo", "mentor@alen 9C@alen")
			h.alter("anna", func(st *care.Staff) { st.Leave = &care.Leave{Period: week, Substitute: bo.Staff.ID} })
		}, []string{"UBO: 8B-K3F open of UANNA"}},
		{"the author when the leave is over", func(h *house) {
			bo := h.person("bo", "mentor@alen 9C@alen")
			h.alter("anna", func(st *care.Staff) {
				st.Leave = &care.Leave{Period: care.Period{From: "2026-10-12", To: "2026-10-14"}, Substitute: bo.Staff.ID}
			})
		}, []string{"UANNA: 8B-K3F open"}},
		{"the team when the substitute has no part in the school", func(h *house) {
			tor := h.person("tor", "teacher@alen")
			h.alter("anna", func(st *care.Staff) { st.Leave = &care.Leave{Period: week, Substitute: tor.Staff.ID} })
		}, []string{"UEVA: 8B-K3F open of UANNA"}},
		{"the other mentor when there is no substitute", func(h *house) {
			h.person("bo", "mentor@alen 8B@alen")
			h.alter("anna", func(st *care.Staff) { st.Leave = &care.Leave{Period: week} })
		}, []string{"UBO: 8B-K3F open of UANNA"}},
		{"all of the team when there is no other mentor", func(h *house) {
			h.person("evert", "eht@alen")
			h.alter("anna", func(st *care.Staff) { st.Leave = &care.Leave{Period: week} })
		}, []string{"UEVA: 8B-K3F open of UANNA", "UEVERT: 8B-K3F open of UANNA"}},
		{"the principal when the team is away too", func(h *house) {
			h.person("rut", "principal@alen")
			h.alter("anna", func(st *care.Staff) { st.Leave = &care.Leave{Period: week} })
			h.alter("eva", func(st *care.Staff) { st.Leave = &care.Leave{Period: week} })
		}, []string{"URUT: 8B-K3F open of UANNA"}},
		{"the team when the author has left", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Posts[0].To = "2026-10-14" })
		}, []string{"UEVA: 8B-K3F open of UANNA"}},
		{"the team when the author's account is deactivated", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Facts.Deactivated = true })
		}, []string{"UEVA: 8B-K3F open of UANNA"}},
		{"the new mentor when the student has changed class", func(h *house) {
			h.person("bo", "mentor@alen 9C@alen")
			h.change("8B-K3F", func(stu *care.Student) { stu.Group = "9C" })
		}, []string{"UBO: 8B-K3F open of UANNA"}},
		{"the team when the student has left", func(h *house) { h.change("8B-K3F", left) }, []string{"UEVA: 8B-K3F open of UANNA"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, anna, _ := withClass(t)
			h.follow(anna, day, "8B-K3F")
			tt.change(h)
			got := append(h.at(day, 8, 0), h.at(day, 8, 1)...)
			if len(got) == 2 && got[0] > got[1] {
				got[0], got[1] = got[1], got[0]
			}
			h.wantLetters(got, tt.want...)
			h.wantLetters(h.at(day, 9, 0))
		})
	}
}

// TestRemindersAreOneMessage has several follow-ups due for one person at one moment, and after a stop.
func TestRemindersAreOneMessage(t *testing.T) {
	h, anna, eva := withClass(t)
	h.follow(anna, "2026-10-15", "8B-K3F")
	h.follow(anna, "2026-10-15", "8B-M2X")
	h.follow(anna, "2026-10-14", "8B-M2X")
	h.follow(eva, "2026-10-15", "9C-P5P")
	h.wantLetters(h.tick())
	// Nobody ticks on Wednesday.
	h.wantLetters(h.at("2026-10-15", 8, 3), "UANNA: 8B-K3F open, 8B-M2X open, 8B-M2X open", "UEVA: 9C-P5P open")
}

// TestReminderWaitsForWork has it due where nothing is sent.
func TestReminderWaitsForWork(t *testing.T) {
	h, anna, _ := withClass(t)
	h.follow(anna, "2026-10-16", "8B-K3F")
	h.wantLetters(h.at("2026-10-16", 22, 0)) // nobody has ticked on Friday
	h.wantLetters(h.at("2026-10-17", 10, 0))
	h.wantLetters(h.at("2026-10-19", 7, 29))
	h.wantLetters(h.at("2026-10-19", 7, 30), "UANNA: 8B-K3F open")
}

// TestReminderPastTheSchoolYear waits for the next one to be entered.
func TestReminderPastTheSchoolYear(t *testing.T) {
	h, anna, _ := withClass(t)
	school := h.Schools["alen"]
	school.Years = []care.Period{{From: "2026-08-17", To: "2026-10-09"}}
	h.Schools["alen"] = school
	h.follow(anna, "2026-10-15", "8B-K3F")
	h.wantLetters(h.at("2026-10-15", 8, 0))
	h.wantLetters(h.at("2026-10-20", 9, 0))
	school.Years = append(school.Years, care.Period{From: "2026-11-02", To: "2027-06-11"})
	h.Schools["alen"] = school
	h.wantLetters(h.at("2026-10-22", 9, 0))
	h.wantLetters(h.at("2026-11-02", 7, 30), "UANNA: 8B-K3F open")
}

// TestReminderIsShownAnew has people act elsewhere after it was sent.
func TestReminderIsShownAnew(t *testing.T) {
	h, anna, eva := withClass(t)
	h.follow(anna, "2026-10-15", "8B-K3F", "8B-M2X")
	h.wantLetters(h.at("2026-10-15", 8, 0), "UANNA: 8B-K3F+8B-M2X open")
	h.log(eva, "8B-K3F samtal", "r2")
	h.wantLetters(h.at("2026-10-15", 9, 0), "anew UANNA: 8B-M2X open")
	h.log(anna, "8B-M2X samtal", "r3")
	h.wantLetters(h.at("2026-10-15", 10, 0), "anew UANNA: 8B-K3F+8B-M2X logged by UANNA")
	h.wantLetters(h.at("2026-10-15", 10, 1))
}

// sentTo has the follow-up of a student reminded of, and returns the delivery's id.
func (h *house) sentTo(a care.Actor, day care.Date, ref care.Ref) string {
	h.t.Helper()
	e := h.follow(a, day, ref)
	if got := h.at(day, 8, 0); len(got) != 1 {
		h.t.Fatalf("letters: %q", got)
	}
	return "follow_up/" + e.ID + "/1/remind/" + a.Staff.ID
}

// item is what a reminder of one follow-up says after an act.
func (h *house) item(r care.Reminder, _ []care.Ref, err error) string {
	h.t.Helper()
	if err != nil {
		return string(care.CodeOf(err))
	}
	i := r.Items[0]
	return strings.TrimSpace(fmt.Sprint(i.State, " ", i.Next))
}

func TestReminderButtons(t *testing.T) {
	ctx := t.Context()
	h, anna, eva := withClass(t)
	id := h.sentTo(anna, "2026-10-15", "8B-K3F") // a Thursday
	step := func(name, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	step("done", h.item(h.FollowUpMake(ctx, anna, id, "r1", h.now)), "made")
	step("done, the same request", h.item(h.FollowUpMake(ctx, anna, id, "r1", h.now)), "made")
	step("done again", h.item(h.FollowUpMake(ctx, anna, id, "r2", h.now)), "made")
	step("put off what is done", h.item(h.FollowUpLater(ctx, anna, id, "r3", h.now)), "made")
	if due := h.card(anna, "8B-K3F", 0).Due; due != "" {
		t.Errorf("after it is made, the follow-up is due on %s", due)
	}
	step("undone by someone else", h.item(h.FollowUpUndo(ctx, eva, id, "r4", h.now)), "made")
	step("undone", h.item(h.FollowUpUndo(ctx, anna, id, "r5", h.now)), "open")
	step("undone twice", h.item(h.FollowUpUndo(ctx, anna, id, "r6", h.now)), "open")
	h.wantLetters(h.at("2026-10-15", 8, 5), "anew UANNA: 8B-K3F open")
	step("put off", h.item(h.FollowUpLater(ctx, anna, id, "r7", h.now)), "moved 2026-10-16")
	step("put off, the same request", h.item(h.FollowUpLater(ctx, anna, id, "r7", h.now)), "moved 2026-10-16")
	h.wantLetters(h.at("2026-10-15", 8, 6), "anew UANNA: 8B-K3F moved by UANNA")
	step("put off, undone", h.item(h.FollowUpUndo(ctx, anna, id, "r8", h.now)), "open")
	h.wantLetters(h.at("2026-10-15", 9, 0), "anew UANNA: 8B-K3F open")
	step("put off again", h.item(h.FollowUpLater(ctx, anna, id, "r9", h.now)), "moved 2026-10-16")
	h.wantLetters(h.at("2026-10-15", 10, 0), "anew UANNA: 8B-K3F moved by UANNA")
	h.wantLetters(h.at("2026-10-16", 8, 0), "UANNA: 8B-K3F open")

	bo := h.person("bo", "mentor@alen 9C@alen")
	for name, act := range map[string]func() error{
		"done":  func() error { _, _, err := h.FollowUpMake(ctx, bo, id, "s1", h.now); return err },
		"later": func() error { _, _, err := h.FollowUpLater(ctx, bo, id, "s2", h.now); return err },
		"undo":  func() error { _, _, err := h.FollowUpUndo(ctx, bo, id, "s3", h.now); return err },
		"log":   func() error { _, err := h.Reminded(ctx, bo, id, h.now); return err },
		"none": func() error {
			_, _, err := h.FollowUpMake(ctx, anna, "follow_up/x/1/remind/y", "s4", h.now)
			return err
		},
	} {
		if err := act(); care.CodeOf(err) != care.CodeNoSuchReminder {
			t.Errorf("%s, by someone who may not = %v", name, err)
		}
	}
}

// TestReminderThatSlackRefuses goes to others, or is given up and told of.
func TestReminderThatSlackRefuses(t *testing.T) {
	h, anna, _ := withClass(t)
	school := h.Schools["alen"]
	school.Admins = []string{"UADA"}
	h.Schools["alen"] = school
	h.follow(anna, "2026-10-15", "8B-K3F")
	refuse := func(gone bool, want string) {
		t.Helper()
		_, err := h.MoveOut(t.Context(), h.now)
		h.must(err)
		d, err := h.TakeDelivery(t.Context(), h.now)
		h.must(err)
		l, err := h.PrepareLetter(t.Context(), d, h.now)
		h.must(err)
		if got := said(l); got != want {
			t.Errorf("the letter is %s, want %s", got, want)
		}
		h.must(h.LetterRefused(t.Context(), l, gone, h.now))
	}
	h.wantLetters(h.tick())
	h.now = care.Date("2026-10-15").At(8, 0, h.zone)
	refuse(true, "UANNA: 8B-K3F open")
	refuse(true, "UEVA: 8B-K3F open of UANNA") // the team; there is no one after it
	h.wantLetters(h.tick())
	h.wantLetters(h.at("2026-10-15", 8, 10))
	h.wantLetters(h.at("2026-10-15", 9, 0), "UADA: 1 failed")

	// Slack refuses for another reason, such as a missing scope, from Friday to the end of Monday.
	h.follow(anna, "2026-10-16", "8B-M2X")
	h.wantLetters(h.tick())
	tries := map[string]int{}
	for h.now = care.Date("2026-10-16").At(7, 0, h.zone); h.now.Before(care.Date("2026-10-20").At(7, 40, h.zone)); h.now = h.now.Add(time.Minute) {
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
	if len(tries) > 3 || tries["Fri"] < 30 || tries["Fri"] > 80 || tries["Mon"] < 30 || tries["Mon"] > 80 || tries["Tue"] > 1 {
		t.Errorf("it was tried so often: %v, want some 50 times on Friday and on Monday, and at most once more", tries)
	}
	h.wantLetters(append(h.tick(), h.at("2026-10-20", 8, 0)...), "UADA: 1 failed")
}

// TestHandingOnAsksAboutNobodyAlone finds who is responsible among many in as many questions as among few.
func TestHandingOnAsksAboutNobodyAlone(t *testing.T) {
	asked := map[int]int{}
	for _, teachers := range []int{1, 60} {
		h, anna, _ := withClass(t)
		for i := range teachers {
			h.person(fmt.Sprint("t", i), "mentor@alen 7A@alen")
		}
		h.follow(anna, "2026-10-15", "8B-K3F")
		h.alter("anna", func(st *care.Staff) {
			st.Leave = &care.Leave{Period: care.Period{From: "2026-10-15", To: "2026-10-15"}}
		})
		h.wantLetters(h.tick())
		h.now = care.Date("2026-10-15").At(8, 0, h.zone)
		asked[teachers] = len(h.engine.during(func() { h.wantLetters(h.tick()) }))
	}
	if asked[1] != asked[60] {
		t.Errorf("with one other mentor the database is asked %d times, with 60 %d times", asked[1], asked[60])
	}
}
