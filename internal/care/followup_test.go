package care_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// TestFollowUpAnsweredInTheEntry has the author enter how it went in the entry that is to be followed up on.
func TestFollowUpAnsweredInTheEntry(t *testing.T) {
	for _, tt := range []struct {
		name string
		days int // after the entry, which is to be followed up on after ten
		edit func(*care.InterventionForm)
		done bool
	}{
		{"on the day", 10, func(f *care.InterventionForm) { f.Outcome = care.OutcomeEffect }, true},
		{"later", 14, func(f *care.InterventionForm) { f.Outcome = care.OutcomeNoEffect }, true},
		{"three days early", 7, func(f *care.InterventionForm) { f.Outcome = care.OutcomeEffect }, true},
		{"a word that was forgotten", 0, func(f *care.InterventionForm) { f.Outcome = care.OutcomeNotReached }, false},
		{"six days early", 4, func(f *care.InterventionForm) { f.Outcome = care.OutcomeEffect }, false},
		{"and put off", 10, func(f *care.InterventionForm) { f.Outcome, f.FollowUp = care.OutcomeSomeEffect, "2026-10-30" }, false},
		{"only the note", 10, func(f *care.InterventionForm) { f.Note = "Nytt" }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, anna, _ := withClass(t)
			f := talk("Samtal", "8B-K3F")
			f.FollowUp = "2026-10-15"
			e := h.send(anna, f, "form", "r1")
			h.now = h.now.AddDate(0, 0, tt.days)
			f.Date, f.Audience, f.Level = e.Date, e.Audience, e.Level
			tt.edit(&f)
			_, err := h.EditIntervention(t.Context(), anna, e.ID, 0, f, "r2", h.now)
			h.must(err)
			due := h.card(anna, "8B-K3F", 0).Due
			if done := due == ""; done != tt.done {
				t.Errorf("after the edit the follow-up is on %q, want it done: %v", due, tt.done)
			}
		})
	}
}

func TestALineTakesNoMoreStudentsThanAForm(t *testing.T) {
	h, anna, _ := withClass(t)
	var refs []string
	for i := range care.FormStudentsMax + 1 {
		ref := fmt.Sprintf("8B-%c%c2", "BCDFGHJ"[i/7], "BCDFGHJ"[i%7])
		h.student(care.Ref(ref), "alen", "Bo", fmt.Sprint("Ek", i))
		refs = append(refs, ref)
	}
	if _, err := h.LogLine(t.Context(), anna, strings.Join(refs, ",")+" samtal", "r1", h.now); care.CodeOf(err) != care.CodeTooManyStudents {
		t.Errorf("LogLine() of %d students = %v", len(refs), err)
	}
	h.log(anna, strings.Join(refs[1:], ",")+" samtal", "r2")
}

// TestOfLongAgoIsNotReadThrough has an author all of whose students are no longer theirs.
func TestOfLongAgoIsNotReadThrough(t *testing.T) {
	h, anna, _ := withClass(t)
	for i := range 1200 {
		h.now = h.now.Add(time.Second)
		h.had(fmt.Sprintf("iv_%04d", i), anna, care.AudienceEHT, "", "9C-P5P")
	}
	finds := 0
	for _, call := range h.engine.during(func() {
		if entries, _, err := h.ListOwn(t.Context(), anna, h.now); err != nil || len(entries) > 0 {
			t.Errorf("ListOwn() = %v, %v", entries, err)
		}
	}) {
		if strings.HasPrefix(call, "Find interventions") {
			finds++
		}
	}
	if finds > 4 {
		t.Errorf("it asks for interventions %d times", finds)
	}
}
