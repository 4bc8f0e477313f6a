package care_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// withTeam is a house in which Anna, who mentors 8B, meets Eva of the team; Bo mentors 9C, and Rut is the principal.
// Its now is Monday 5 October 2026, noon.
func withTeam(t testing.TB) *house {
	t.Helper()
	h, _, _ := withClass(t)
	h.person("bo", "mentor@alen 9C@alen")
	h.person("rut", "principal@alen")
	h.person("mor", "teacher@fjell")
	return h
}

// clock is an instant such as "10-08 10:00" at the schools.
func (h *house) clock(at string) time.Time {
	h.t.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+at, h.zone)
	h.must(err)
	return t.UTC()
}

// form is what someone asks for a meeting with others, those in parentheses need not come, about students.
func form(with string, refs ...care.Ref) care.MeetingForm {
	f := care.MeetingForm{Kind: care.MeetingEHT, Students: refs, Length: 30, Earliest: "2026-10-06", Latest: "2026-10-23"}
	for _, who := range strings.Fields(with) {
		if name, ok := strings.CutPrefix(who, "("); ok {
			f.Optional = append(f.Optional, "U"+strings.ToUpper(strings.TrimSuffix(name, ")")))
		} else {
			f.Required = append(f.Required, "U"+strings.ToUpper(who))
		}
	}
	return f
}

// request is the id of a request that no one has made before.
func (h *house) request() string {
	h.requests++
	return fmt.Sprint("rq", h.requests)
}

// books books a meeting at a time that was offered.
func (h *house) books(who string, f care.MeetingForm, at string) care.MeetingView {
	h.t.Helper()
	v, err := h.book(who, f, at, "")
	h.must(err)
	return v
}

func (h *house) book(who string, f care.MeetingForm, at, place string) (care.MeetingView, error) {
	h.t.Helper()
	o, err := h.OfferSlots(h.t.Context(), h.actor(who), f, h.request(), h.now)
	h.must(err)
	return h.Book(h.t.Context(), h.actor(who), o.ID, h.clock(at), "", place, h.request(), h.now)
}

// answers has someone answer a meeting's time, as it is planned.
func (h *house) answers(who, id string, answer care.Answer) string {
	h.t.Helper()
	m, err := h.Meetings.Get(h.t.Context(), id)
	h.must(err)
	_, err = h.AnswerMeeting(h.t.Context(), h.actor(who), id, m.Plan, answer, h.request(), h.now)
	return h.outcome(err)
}

// outcome is the code of a mistake, "taken" when someone else had the time, "" if all went well.
func (h *house) outcome(err error) string {
	h.t.Helper()
	if _, taken := errors.AsType[*care.SlotTaken](err); taken {
		return "taken"
	}
	if code := care.CodeOf(err); code != "" {
		return string(code)
	}
	h.must(err)
	return ""
}

// meets is a meeting as it stands: "10-08 10:00 proposed: anna accepted, eva".
func (h *house) meets(id string) string {
	h.t.Helper()
	m, err := h.Meetings.Get(h.t.Context(), id)
	h.must(err)
	var who []string
	for _, a := range m.Attendees {
		name := h.who(a.Staff)
		if !a.Required {
			name = "(" + name + ")"
		}
		who = append(who, strings.TrimSpace(name+" "+string(a.Answer)))
	}
	return fmt.Sprintf("%s %s: %s", m.Start.In(h.zone).Format("01-02 15:04"), m.State, strings.Join(who, ", "))
}

// held are the times that a person's days are promised to: "10-08 10:00".
func (h *house) held(who string) string {
	h.t.Helper()
	days, err := h.Booked.Of(h.t.Context(), []string{h.actor(who).Staff.ID}, care.Period{From: "2026-01-01", To: "2027-12-31"})
	h.must(err)
	var list []string
	for _, b := range days {
		for _, held := range b.Holds {
			list = append(list, held.Start.In(h.zone).Format("01-02 15:04"))
		}
	}
	return strings.Join(list, ", ")
}

func (h *house) wantMeets(id, want string) {
	h.t.Helper()
	if got := h.meets(id); got != want {
		h.t.Errorf("the meeting is\n  %s, want\n  %s", got, want)
	}
}

func (h *house) wantHeld(want string) {
	h.t.Helper()
	var got []string
	for _, who := range []string{"anna", "eva", "bo"} {
		if times := h.held(who); times != "" {
			got = append(got, who+" "+times)
		}
	}
	if strings.Join(got, "; ") != want {
		h.t.Errorf("promised are %q, want %q", strings.Join(got, "; "), want)
	}
}

// meetingSaid is a letter of a meeting: "UEVA: booked 10-08 10:00 by UANNA".
func (h *house) meetingSaid(l *care.Letter) string {
	stamp := func(t time.Time) string { return t.In(h.zone).Format("01-02 15:04") }
	if d := l.Day; d != nil {
		var list []string
		for _, m := range d.Meetings {
			list = append(list, stamp(m.Start))
		}
		return fmt.Sprintf("%s: day %s: %s", l.To, d.Day, strings.Join(list, ", "))
	}
	m := l.Meeting
	words := []string{l.To + ":"}
	switch l.Kind {
	case care.MeetingAgain:
		words = append(words, "again")
	case care.MeetingSoon:
		words = append(words, "soon")
	}
	words = append(words, string(m.What), stamp(m.Start), string(m.State))
	if m.By != "" {
		words = append(words, "by "+m.By)
	}
	if m.Who != "" {
		words = append(words, "who "+m.Who)
	}
	if !m.Was.IsZero() {
		words = append(words, "was "+stamp(m.Was))
	}
	if !m.Other.IsZero() {
		words = append(words, "or "+stamp(m.Other))
	}
	if len(m.Slots) > 0 {
		days := make([]string, len(m.Slots))
		for i, slot := range m.Slots {
			days[i] = slot.Start.In(m.School.Zone).Format("01-02")
		}
		words = append(words, "slots "+strings.Join(days, " "))
	}
	if m.Void {
		words = append(words, "void")
	}
	if len(m.Refs) > 0 {
		words = append(words, fmt.Sprint(m.Refs))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// saidBy is what a letter says.
func (h *house) saidBy(l *care.Letter) string {
	if l.Meeting != nil || l.Day != nil {
		return h.meetingSaid(l)
	}
	return said(l)
}

func TestMeetingStory(t *testing.T) {
	h := withTeam(t)
	v := h.books("anna", form("eva (bo)", "8B-K3F"), "10-15 10:00")
	h.wantMeets(v.ID, "10-15 10:00 proposed: anna accepted, eva, (bo)")
	h.wantHeld("anna 10-15 10:00; eva 10-15 10:00; bo 10-15 10:00")
	h.wantLetters(h.tick(),
		"UANNA: booked 10-15 10:00 proposed by UANNA [8B-K3F]",
		"UEVA: booked 10-15 10:00 proposed by UANNA [8B-K3F]",
		"UBO: booked 10-15 10:00 proposed by UANNA")

	h.answers("bo", v.ID, care.Declined)
	h.wantMeets(v.ID, "10-15 10:00 proposed: anna accepted, eva, (bo) declined")
	h.wantHeld("anna 10-15 10:00; eva 10-15 10:00")
	h.answers("eva", v.ID, care.Accepted)
	h.wantMeets(v.ID, "10-15 10:00 confirmed: anna accepted, eva accepted, (bo) declined")
	h.wantLetters(h.tick(),
		"anew UANNA: booked 10-15 10:00 confirmed by UANNA [8B-K3F]",
		"anew UEVA: booked 10-15 10:00 confirmed by UANNA [8B-K3F]",
		"anew UBO: booked 10-15 10:00 confirmed by UANNA")

	h.answers("eva", v.ID, care.Declined)
	h.wantMeets(v.ID, "10-15 10:00 proposed: anna accepted, eva declined, (bo) declined")
	if got := h.tick(); !strings.Contains(strings.Join(got, "; "), "UANNA: declined 10-15 10:00 proposed by UEVA slots 10-06 10-07 10-08 [8B-K3F]") {
		t.Errorf("the letters are %q", got)
	}
	_, err := h.MoveTo(t.Context(), h.actor("anna"), v.ID, h.clock("10-16 09:00"), h.request(), h.now)
	h.must(err)
	h.wantMeets(v.ID, "10-16 09:00 proposed: anna accepted, eva, (bo)")
	h.wantHeld("anna 10-16 09:00; eva 10-16 09:00; bo 10-16 09:00")
	got := strings.Join(h.tick(), "; ")
	for _, want := range []string{"UEVA: moved 10-16 09:00 proposed by UANNA was 10-15 10:00 [8B-K3F]", "anew UEVA: booked 10-16 09:00 proposed by UANNA void [8B-K3F]"} {
		if !strings.Contains(got, want) {
			t.Errorf("the letters are %q, want %q among them", got, want)
		}
	}
	_, err = h.CancelMeeting(t.Context(), h.actor("anna"), v.ID, h.request(), h.now)
	h.must(err)
	h.wantMeets(v.ID, "10-16 09:00 cancelled: anna accepted, eva, (bo)")
	h.wantHeld("")
	if got := strings.Join(h.tick(), "; "); !strings.Contains(got, "UEVA: cancelled 10-16 09:00 cancelled by UANNA [8B-K3F]") {
		t.Errorf("the letters are %q", got)
	}
	m, err := h.Meetings.Get(t.Context(), v.ID)
	h.must(err)
	if m.UID != v.ID+"@lotsen" || m.Plan != 2 || m.Sequence != 2 {
		t.Errorf("the meeting is %s, plan %d, sequence %d", m.UID, m.Plan, m.Sequence)
	}
	h.now = h.clock("10-15 16:00")
	h.wantLetters(h.tick())
}
