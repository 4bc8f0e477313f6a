package care_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// story does what figures and people do day by day: "10-02 absent 1", "10-05 anna talked", "10-06 assess rose",
// "10-06 settle 1". What an assessment must do, and how many cases time must change, stands behind it.
func (h *house) story(t *testing.T, id string, steps ...string) {
	t.Helper()
	for _, step := range steps {
		var day, what, arg, rest string
		_, _ = fmt.Sscan(step, &day, &what, &arg, &rest)
		on := care.Date("2026-" + day)
		switch what {
		case "absent": // all day, or so many of six lessons
			n := 6
			_, _ = fmt.Sscan(arg, &n)
			h.absent("8B-K3F", on, 6, n)
		case "assess":
			h.on(on)
			if got := h.assess("8B-K3F"); got != arg {
				t.Errorf("%s: %q, want %q", step, got, arg)
			}
		case "settle":
			h.on(on)
			n, err := h.SettleCases(t.Context(), h.now)
			h.must(err)
			if got := fmt.Sprint(n); got != arg {
				t.Errorf("%s: %s changed", step, got)
			}
		default: // someone acts
			h.on(on)
			if line := what + " " + arg + " " + rest; h.does(id, line) == "" {
				t.Errorf("%s: nothing", step)
			}
		}
	}
}

// Figures of 8B-K3F day by day from Friday 2 October, and what becomes of the case 8B-K3F/1.
func TestAssessAbsence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		steps         []string
		want, entries string
	}{
		{"it opens", []string{"10-02 absent 1", "10-05 assess opened"},
			"open 1 due 10-08 next 10-08 anna", "opened"},
		{"again it does nothing", []string{"10-02 absent 1", "10-05 assess opened", "10-05 assess", "10-06 assess"},
			"open 1 due 10-08 next 10-08 anna", "opened"},
		{"on Saturday day 0 is Monday", []string{"10-02 absent 1", "10-03 assess opened"},
			"open 1 due 10-08 next 10-08 anna", "opened"},
		{"before the autumn break", []string{"10-22 absent 1", "10-23 assess opened"},
			"open 1 due 11-04 next 11-04 anna", "opened"},
		{"a higher trigger makes it urgent", []string{"09-30 absent", "10-01 absent", "10-02 absent", "10-05 assess opened"},
			"open 1 due 10-06 next 10-06 anna", "opened"},

		{"it rises when what was done has not helped", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna talked",
			"10-06 absent", "10-07 absent", "10-08 absent", "10-14 absent 0", "10-14 assess", "10-15 assess rose"},
			"open 2 due 10-22 next 10-22 anna", "opened anna:talked rose"},
		{"it rises when nobody acts", []string{"10-02 absent 1", "10-05 assess opened", "10-06 absent", "10-07 absent", "10-08 absent",
			"10-16 assess", "10-19 assess rose"},
			"open 2 due 11-02 next 11-02 anna", "opened rose"},
		{"it rises by time alone, in no newer file", []string{"10-02 absent 1", "10-05 assess opened", "10-06 absent", "10-07 absent", "10-08 absent",
			"10-16 settle 0", "10-19 settle 1", "10-19 settle 0"},
			"open 2 due 11-02 next 11-02 anna", "opened rose"},
		{"a new step begins anew", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna snooze", "10-06 anna not_reached",
			"10-06 anna handover eva", "10-06 absent", "10-07 absent", "10-08 absent", "10-19 assess rose"},
			"open 2 due 11-02 next 11-02 anna", "opened anna:snooze anna:not_reached anna:handover came_back rose"},

		{"it is lowered", []string{"10-02 absent 1", "10-05 assess opened", "10-06 absent", "10-07 absent", "10-08 absent", "10-19 assess rose",
			"10-07 absent 0", "10-20 assess lowered"},
			"open 1 due 10-23 next 10-23 anna", "opened rose lowered"},
		{"lowered, it waits on", []string{"10-02 absent 1", "10-05 assess opened", "10-06 absent", "10-07 absent", "10-08 absent", "10-19 assess rose",
			"10-19 anna meeting", "10-07 absent 0", "10-20 assess lowered"},
			"waiting 1 due 10-23 next 11-09 anna", "opened rose anna:meeting lowered"},
		{"it is retracted", []string{"10-02 absent 1", "10-05 assess opened", "10-02 absent 0", "10-06 assess retracted", "10-06 assess"},
			"closed 1 due 10-08 next - anna", "opened retracted"},
		{"retracted while it waits", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna talked", "10-02 absent 0", "10-06 assess retracted"},
			"closed 1 due 10-08 next - anna", "opened anna:talked retracted"},

		{"lowered, it is the team's to see to still", []string{"10-02 absent 1", "10-05 assess opened", "10-06 absent", "10-07 absent", "10-08 absent",
			"10-19 assess rose", "10-20 anna needs_eht", "10-07 absent 0", "10-21 assess lowered"},
			"waiting 1 due 11-02 next 10-23 anna queued", "opened rose anna:needs_eht lowered"},
		{"the team's to see to, it is not retracted", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna needs_eht", "10-02 absent 0", "10-06 assess"},
			"waiting 1 due 10-08 next 10-08 anna queued", "opened anna:needs_eht"},
		{"the team's to see to, it does not rise", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna needs_eht", "10-05 anna not_reached",
			"10-06 absent", "10-07 absent", "10-08 absent", "10-21 assess"},
			"open 1 due 10-08 next 10-06 anna tried 1 queued", "opened anna:needs_eht anna:not_reached"},
		{"the team's to see to, and wrong", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna needs_eht", "10-05 anna wrong",
			"10-08 assess", "10-16 assess", "10-19 assess"},
			"open 1 due 10-22 next 10-22 anna queued", "opened anna:needs_eht anna:wrong reopened"},

		{"wrong, and corrected", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna wrong", "10-06 assess", "10-02 absent 0", "10-07 assess retracted"},
			"closed 1 due 10-08 next - anna", "opened anna:wrong retracted"},
		{"wrong, and corrected in part", []string{"10-01 absent 1", "10-02 absent 1", "10-05 assess opened", "10-05 anna wrong",
			"10-02 absent 0", "10-07 assess"},
			"waiting 1 due 10-08 next 10-19 anna wrong 10-01", "opened anna:wrong"},
		{"wrong, and not corrected", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna wrong", "10-16 settle 0", "10-16 assess",
			"10-19 settle 1", "10-19 settle 0", "10-19 assess"},
			"open 1 due 10-22 next 10-22 anna", "opened anna:wrong reopened"},
		{"wrong, not corrected, and then another act", []string{"10-02 absent 1", "10-05 assess opened", "10-05 anna wrong", "10-12 anna talked",
			"10-19 settle 1"},
			"waiting 1 due 10-08 next 10-22 anna", "opened anna:wrong anna:talked"},
		{"wrong, and other days lead there too", []string{"10-01 absent 1", "10-02 absent 1", "10-05 assess opened", "10-05 anna wrong 2026-10-02",
			"10-06 assess", "10-02 absent 0", "10-07 assess reopened"},
			"open 1 due 10-12 next 10-12 anna", "opened anna:wrong reopened"},

		{"known: the run goes on", []string{"10-02 absent", "10-05 assess opened", "10-05 anna known", "10-05 absent", "10-06 absent", "10-07 assess"},
			"closed 1 due 10-08 next - anna known 10-02–-", "opened anna:known"},
		{"known: a run begun before", []string{"09-30 absent", "10-01 absent", "10-02 absent", "10-05 assess opened", "10-05 anna known", "10-06 assess"},
			"closed 1 due 10-06 next - anna known 09-30–-", "opened anna:known"},
		{"known: new days", []string{"10-02 absent", "10-05 assess opened", "10-05 anna known", "10-05 absent", "10-06 absent 0", "10-07 absent 1",
			"10-08 assess reopened", "10-09 assess"},
			"open 1 due 10-13 next 10-13 anna known 10-02–-", "opened anna:known reopened"},
		{"known until a day", []string{"10-02 absent", "10-05 assess opened", "10-05 anna known 2026-10-09", "10-05 absent 0", "10-07 absent", "10-09 absent",
			"10-12 assess", "10-12 absent 1", "10-13 assess reopened"},
			"open 1 due 10-16 next 10-16 anna known 10-02–10-09", "opened anna:known reopened"},

		{"closed: what led to it is dealt with", []string{"10-02 absent", "10-05 assess opened", "10-05 anna close attends", "10-06 assess"},
			"closed 1 due 10-08 next - anna", "opened anna:close"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			h.story(t, "8B-K3F/1", tt.steps...)
			if got := h.standsAt("8B-K3F/1"); got != tt.want {
				t.Errorf("the case is\n  %q, want\n  %q", got, tt.want)
			}
			if got := h.entries("8B-K3F/1"); got != tt.entries {
				t.Errorf("its entries are\n  %q, want\n  %q", got, tt.entries)
			}
		})
	}
}

// An unbroken run of absence that is known counts for 20 school days: with the autumn break, from
// Friday 2 October to Thursday 5 November.
func TestKnownRunHasItsEnd(t *testing.T) {
	h := withCases(t)
	h.absent("8B-K3F", "2026-10-02", 6, 6)
	h.on("2026-10-05")
	h.assess("8B-K3F")
	h.does("8B-K3F/1", "anna known")
	for day := care.Date("2026-10-05"); day <= "2026-11-07"; day = day.AddDays(1) {
		h.on(day)
		want := ""
		if day == "2026-11-07" { // the 6th is the 21st day of the run
			want = "reopened"
		}
		if got := h.assess("8B-K3F"); got != want {
			t.Fatalf("on %s: %q, want %q", day, got, want)
		}
		if h.Schools["alen"].IsSchoolDay(day) {
			h.absent("8B-K3F", day, 6, 6)
		}
	}
}

// A run of absence that is known goes on over a day without lessons.
func TestKnownRunOverADayWithoutLessons(t *testing.T) {
	h := withCases(t)
	for d := care.Date("2026-08-17"); d <= "2026-10-12"; d = d.AddDays(1) {
		if h.Schools["alen"].IsSchoolDay(d) && !wednesday(d) {
			n := 0
			if "2026-10-05" <= d {
				n = 6
			}
			if d <= "2026-10-06" {
				h.absent("8B-K3F", d, 6, n)
			}
		}
	}
	h.story(t, "8B-K3F/1", "10-06 assess opened", "10-06 anna known", "10-08 absent", "10-09 absent", "10-12 assess",
		"10-12 absent 0", "10-13 absent 1", "10-14 assess reopened")
}

// A case that is over stays so: new days open another.
func TestNewDaysAfterAClosedCase(t *testing.T) {
	h := withCases(t)
	h.story(t, "8B-K3F/1", "10-02 absent 1", "10-05 assess opened", "10-05 anna close attends", "10-05 absent 1", "10-06 assess", "10-07 absent 1", "10-08 assess opened")
	if got, want := h.standsAt("8B-K3F/2"), "open 1 due 10-13 next 10-13 anna"; got != want {
		t.Errorf("the second case is %q, want %q", got, want)
	}
	if c := h.theCase("8B-K3F/1"); c.State != care.CaseClosed || !c.Over {
		t.Errorf("the first case is %s, over %v", c.State, c.Over)
	}
}

func TestCaseKeepsItsFactsAndLadder(t *testing.T) {
	h := withCases(t)
	h.story(t, "", "10-01 absent 2", "10-02 absent 1", "10-05 assess opened")
	c := h.theCase("8B-K3F/1")
	want := []care.Fact{{Trigger: smallLadder.Steps[0].When[0], Step: 1, Value: 3, From: "2026-09-07", To: "2026-10-02"}}
	if diff := cmp.Diff(want, c.Why); diff != "" {
		t.Errorf("Why (-want +got):\n%s", diff)
	}
	if c.Ladder != "small" || c.Version != 3 || c.School != "alen" || c.OpenedBy != "" || c.Day0 != "2026-10-05" {
		t.Errorf("the case is %+v", c)
	}
	v, err := h.CaseByID(t.Context(), h.actor("anna"), c.ID, h.now)
	h.must(err)
	var days []care.Date
	for _, d := range v.Days {
		days = append(days, d.Date)
	}
	if got := fmt.Sprint(days); got != "[2026-10-02 2026-10-01]" || v.Newest != "2026-10-02" || v.ByHand {
		t.Errorf("the view has the days %s until %s", got, v.Newest)
	}
}

// A case of late arrivals is about the days of those: they are shown, may be wrong, and bring it back.
func TestCaseOfLateArrivals(t *testing.T) {
	h := withCases(t)
	l := smallLadder
	l.Steps = []care.Step{{N: 1, Due: 3, When: []care.Trigger{{Measure: care.LateArrivals, AtLeast: 4, Window: care.Window{Days: 20}}}}}
	h.Ladders["small"] = l
	late := func(days ...care.Date) {
		for _, d := range days {
			h.must(h.Absence.Add(t.Context(), care.AbsenceDay{Meta: care.Meta{ID: "8B-K3F/" + string(d)}, Student: "8B-K3F", School: "alen", Date: d,
				Lessons: []care.Lessons{{Total: 6, Late: 2}}}))
		}
	}
	late("2026-10-01", "2026-10-02")
	h.story(t, "8B-K3F/1", "10-05 assess opened")
	v, err := h.CaseByID(t.Context(), h.actor("anna"), "8B-K3F/1", h.now)
	h.must(err)
	if len(v.Days) != 2 {
		t.Errorf("%d days are shown, want 2", len(v.Days))
	}
	if got, want := h.does("8B-K3F/1", "anna wrong 2026-10-02"), "waiting 1 due 10-08 next 10-19 anna wrong 10-02"; got != want {
		t.Errorf("wrong, the case is %q, want %q", got, want)
	}
	h.undo("anna", "8B-K3F/1", "2")
	h.does("8B-K3F/1", "anna known")
	h.story(t, "8B-K3F/1", "10-06 assess")
	late("2026-10-06", "2026-10-07")
	h.story(t, "8B-K3F/1", "10-08 assess reopened")
}

// What a person has opened, figures do not take away.
func TestCaseByHandIsNeverRetracted(t *testing.T) {
	h := withCases(t)
	id := h.opened("eva", "8B-K3F")
	h.story(t, id, "10-02 absent 1", "10-05 assess", "10-02 absent 0", "10-06 assess",
		"10-06 absent", "10-07 absent", "10-08 absent", "10-19 assess rose", "10-07 absent 0", "10-20 assess lowered",
		"10-06 absent 0", "10-08 absent 0", "10-21 assess")
	if got, want := h.standsAt(id), "open 1 due 10-23 next 10-23 anna"; got != want {
		t.Errorf("the case is %q, want %q", got, want)
	}
}

// Nobody's figures are looked at who is not there, and many are looked at at once.
func TestAssessManyStudents(t *testing.T) {
	h := withCases(t)
	h.student("8B-P2P", "alen", "Per", "Pil", protected)
	h.student("8B-L2L", "alen", "Lo", "Lind", left)
	h.student("8B-G2G", "gone", "Gun", "Gren")
	refs := []care.Ref{"8B-K3F", "8B-M2X", "9C-P5P", "8B-P2P", "8B-L2L", "8B-G2G", "8B-N2N"}
	for _, ref := range refs {
		h.absent(ref, "2026-10-02", 6, 1)
	}
	for i := range 40 {
		ref := care.Ref(fmt.Sprintf("8B-%02dX", i))
		h.student(ref, "alen", "Ett", "Barn")
		h.absent(ref, "2026-10-02", 6, 1)
		refs = append(refs, ref, ref)
	}
	if got := h.assess(refs...); got != "43 opened" {
		t.Errorf("AssessAbsence() = %q, want 43 opened", got)
	}
	if got := h.assess(refs...); got != "" {
		t.Errorf("AssessAbsence() again = %q", got)
	}
	for _, ref := range []care.Ref{"8B-P2P", "8B-L2L", "8B-G2G", "8B-N2N"} {
		if list, err := h.Cases.OfStudent(t.Context(), ref); err != nil || len(list) > 0 {
			t.Errorf("%s has %d cases, %v", ref, len(list), err)
		}
	}
}

// An import and people open a case at the same time: there is one.
func TestOneCaseAStudent(t *testing.T) {
	for _, before := range []string{"", "closed"} {
		t.Run(before, func(t *testing.T) {
			h := withCases(t)
			if before == "closed" {
				h.does(h.opened("anna", "8B-K3F"), "anna close attends")
				h.on("2026-10-06")
			}
			h.absent("8B-K3F", h.day(), 6, 1)
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					if i%2 == 0 {
						if _, err := h.AssessAbsence(t.Context(), []care.Ref{"8B-K3F"}, h.now); err != nil {
							t.Errorf("AssessAbsence() = %v", err)
						}
						return
					}
					who := []string{"anna", "eva"}[i/2%2]
					if _, err := h.OpenCase(t.Context(), h.actor(who), "8B-K3F", fmt.Sprint("r", i), h.now); err != nil {
						t.Errorf("OpenCase() = %v", err)
					}
				})
			}
			wg.Wait()
			h.onlyOpen("8B-K3F")
		})
	}
}

// day is the day it is at the schools.
func (h *house) day() care.Date { return care.DateOf(h.now, h.zone) }

// onlyOpen checks that a student has one case that is not closed, and returns it.
func (h *house) onlyOpen(ref care.Ref) (open care.Case) {
	h.t.Helper()
	list, err := h.Cases.OfStudent(h.t.Context(), ref)
	h.must(err)
	n := 0
	for _, c := range list {
		if c.State != care.CaseClosed {
			open = c
			n++
		}
	}
	if n != 1 {
		h.t.Errorf("%s has %d open cases, want 1", ref, n)
	}
	return open
}

// An act comes between an assessment's reading and writing: neither is lost.
func TestAssessmentMeetsAnAct(t *testing.T) {
	h := withCases(t)
	h.story(t, "8B-K3F/1", "10-02 absent 1", "10-05 assess opened", "10-02 absent 0")
	h.engine.between("Replace cases", func() error {
		_, err := h.ActOnCase(t.Context(), h.actor("anna"), "8B-K3F/1", care.CaseForm{Act: care.ActTalked}, "r", h.now)
		return err
	})
	if got := h.assess("8B-K3F"); got != "retracted" {
		t.Errorf("AssessAbsence() = %q, want retracted", got)
	}
	if got, want := h.entries("8B-K3F/1"), "opened anna:talked retracted"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}
