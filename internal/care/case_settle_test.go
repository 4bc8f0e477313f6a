package care_test

import (
	"fmt"
	"slices"
	"testing"

	"lotsen/internal/care"
)

// settles settles all cases at noon of a day, and returns how many that has changed.
func (h *house) settles(day care.Date) int {
	h.t.Helper()
	h.on(day)
	n, err := h.SettleCases(h.t.Context(), h.now)
	h.must(err)
	return n
}

func TestHandOverComesBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, acts string
		early, day care.Date // when it has not come back, and when it has
		want       string
		entries    string
	}{
		{"after two school days", "anna handover eva", "2026-10-06", "2026-10-07",
			"open 1 due 10-08 next 10-07 anna", "opened anna:handover came_back"},
		{"over a weekend", "2026-10-09 anna handover eva", "2026-10-12", "2026-10-13",
			"open 1 due 10-08 next 10-13 anna", "opened anna:handover came_back"},
		{"over the autumn break", "2026-10-23 anna handover eva", "2026-11-02", "2026-11-03",
			"open 1 due 10-08 next 11-03 anna", "opened anna:handover came_back"},
		{"over Christmas", "2026-12-18 anna handover eva", "2027-01-11", "2027-01-12",
			"open 1 due 10-08 next 01-12 anna", "opened anna:handover came_back"},
		{"not what was taken", "anna handover eva; 2026-10-06 eva take", "2026-10-06", "2026-10-30",
			"open 1 due 10-09 next 10-07 eva", "opened anna:handover eva:take"},
		{"not what was closed", "anna handover eva; rut close no_need", "2026-10-06", "2026-10-30",
			"closed 1 due 10-08 next - anna", "opened anna:handover rut:close"},
		{"what waits goes on waiting", "anna handover eva; anna talked", "2026-10-06", "2026-10-07",
			"waiting 1 due 10-08 next 10-15 anna", "opened anna:handover anna:talked came_back"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			id := h.opened("anna", "8B-K3F")
			h.does(id, tt.acts)
			if n := h.settles(tt.early); n != 0 {
				t.Errorf("on %s %d cases are changed: %s", tt.early, n, h.standsAt(id))
			}
			h.settles(tt.day)
			if n := h.settles(tt.day); n != 0 {
				t.Errorf("settled again, %d cases are changed", n)
			}
			if got := h.standsAt(id); got != tt.want {
				t.Errorf("on %s the case is\n  %q, want\n  %q", tt.day, got, tt.want)
			}
			if got := h.entries(id); got != tt.entries {
				t.Errorf("the entries are %q, want %q", got, tt.entries)
			}
		})
	}
}

// The case of someone who cannot see to it any more is the next mentor's, or the team's.
func TestOrphanedCase(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(h *house)
		want   string
	}{
		{"nothing", func(*house) {}, "open 1 due 10-08 next 10-08 anna"},
		{"she is ill today", func(h *house) { h.away("anna", "2026-10-06–2026-10-06") }, "open 1 due 10-08 next 10-08 anna"},
		{"she is back the day after tomorrow", func(h *house) { h.away("anna", "2026-09-21–2026-10-07") }, "open 1 due 10-08 next 10-08 anna"},
		{"she is away three days more", func(h *house) { h.away("anna", "2026-10-06–2026-10-08") }, "open 1 due 10-08 next 10-08 -"},
		{"she is away from tomorrow", func(h *house) { h.away("anna", "2026-10-07–2027-06-01") }, "open 1 due 10-08 next 10-08 anna"},
		{"she is away, and bo stands in", func(h *house) { h.away("anna", "2026-10-06–2027-06-01 bo") }, "open 1 due 10-08 next 10-08 anna"},
		{"she is away, and a teacher cannot stand in", func(h *house) {
			h.person("teacher", "teacher@alen")
			h.away("anna", "2026-10-06–2027-06-01 teacher")
		}, "open 1 due 10-08 next 10-08 -"},
		{"she is away, and there is another mentor", func(h *house) {
			h.person("per", "mentor@alen 8B@alen")
			h.away("anna", "2026-10-06–2027-06-01")
		}, "open 1 due 10-08 next 10-08 per"},
		{"her account is gone", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Facts.Deactivated = true })
		}, "open 1 due 10-08 next 10-08 -"},
		{"her account is gone, and there is another mentor", func(h *house) {
			h.person("per", "mentor@alen 8B@alen")
			h.alter("anna", func(st *care.Staff) { st.Facts.Deactivated = true })
		}, "open 1 due 10-08 next 10-08 per"},
		{"she has left", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Posts[0].To = "2026-10-05" })
		}, "open 1 due 10-08 next 10-08 -"},
		{"the class is another's", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Groups[0].To = "2026-10-05" })
		}, "open 1 due 10-08 next 10-08 -"},
		{"the student is in another class", func(h *house) {
			h.change("8B-K3F", func(stu *care.Student) { stu.Group = "9C" })
		}, "open 1 due 10-08 next 10-08 bo"},
		{"the student has left", func(h *house) { h.change("8B-K3F", left) }, "open 1 due 10-08 next 10-08 -"},
		{"the student goes to another school", func(h *house) {
			h.change("8B-K3F", func(stu *care.Student) { stu.School, stu.Group = "fjell", "10A" })
		}, "open 1 due 10-08 next 10-08 mor"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			id := h.opened("anna", "8B-K3F")
			tt.change(h)
			changed := h.settles("2026-10-06")
			if got := h.standsAt(id); got != tt.want {
				t.Errorf("the case is %q, want %q", got, tt.want)
			}
			if again := h.settles("2026-10-06"); again != 0 || changed > 1 {
				t.Errorf("settled, %d cases are changed, and then %d", changed, again)
			}
		})
	}
	t.Run("the team sees it, and takes it", func(t *testing.T) {
		h := withCases(t)
		id := h.opened("anna", "8B-K3F")
		h.alter("anna", func(st *care.Staff) { st.Posts[0].To = "2026-10-05" })
		h.settles("2026-10-06")
		if got, want := h.casesOf("eva", false), "8B-K3F"; got != want {
			t.Errorf("eva's cases are %q, want %q", got, want)
		}
		if got, want := h.does(id, "eva take"), "open 1 due 10-09 next 10-07 eva"; got != want {
			t.Errorf("taken, the case is %q, want %q", got, want)
		}
		if got, want := h.entries(id), "opened orphaned eva:take"; got != want {
			t.Errorf("the entries are %q, want %q", got, want)
		}
	})
}

// Whoever stood in and took the case gives it back when the mentor is there again.
func TestCaseOfASubstitute(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.away("anna", "2026-10-05–2026-10-09 bo")
	if got, want := h.does(id, "bo take"), "open 1 due 10-08 next 10-06 bo"; got != want {
		t.Fatalf("taken, the case is %q, want %q", got, want)
	}
	for _, tt := range []struct {
		day  care.Date
		want string
	}{{"2026-10-09", "open 1 due 10-08 next 10-06 bo"}, {"2026-10-10", "open 1 due 10-08 next 10-06 anna"}} {
		h.settles(tt.day)
		if got := h.standsAt(id); got != tt.want {
			t.Errorf("on %s the case is %q, want %q", tt.day, got, tt.want)
		}
	}
}

// Who owns a case that eva opens for a student of 8B, whose mentor anna is.
func TestWhoseCaseItIs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(h *house)
		want   string
	}{
		{"the group's mentor", func(*house) {}, "anna"},
		{"a mentor assigned comes first", func(h *house) { h.assign(h.actor("bo"), "8B-K3F", care.Period{}) }, "bo"},
		{"a coach assigned does not", func(h *house) { h.assign(h.person("coach", "coach@alen"), "8B-K3F", care.Period{}) }, "anna"},
		{"the mentor assigned is away", func(h *house) {
			h.assign(h.actor("bo"), "8B-K3F", care.Period{})
			h.away("bo", "2026-10-05–2026-10-09")
		}, "anna"},
		{"the mentor is away, and bo stands in", func(h *house) { h.away("anna", "2026-10-05–2026-10-09 bo") }, "anna"},
		{"the mentor is away, and a coach stands in", func(h *house) {
			h.person("coach", "coach@alen")
			h.away("anna", "2026-10-05–2026-10-09 coach")
		}, "anna"},
		{"the mentor is away, and a teacher cannot stand in", func(h *house) {
			h.person("teacher", "teacher@alen")
			h.away("anna", "2026-10-05–2026-10-09 teacher")
		}, "-"},
		{"the mentor is away, and nobody stands in", func(h *house) { h.away("anna", "2026-10-05–2026-10-09") }, "-"},
		{"the mentor is back tomorrow, another is there", func(h *house) {
			h.person("per", "mentor@alen 8B@alen")
			h.away("anna", "2026-10-05–2026-10-05 bo")
		}, "per"},
		{"the mentor has left", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Posts[0].To = "2026-10-04" })
		}, "-"},
		{"the mentor's account is gone", func(h *house) {
			h.alter("anna", func(st *care.Staff) { st.Facts.Deactivated = true })
		}, "-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			tt.change(h)
			id := h.opened("eva", "8B-K3F")
			if c := h.theCase(id); h.who(c.Owner) != tt.want || h.who(c.OpenedBy) != "eva" {
				t.Errorf("the case is of %s, opened by %s; want %s's", h.who(c.Owner), h.who(c.OpenedBy), tt.want)
			}
		})
	}
}

// Who is to hear of what has happened, besides whoever did it.
func TestWhoHears(t *testing.T) {
	h := withCases(t)
	h.absent("8B-M2X", "2026-10-02", 6, 1)
	h.assess("8B-M2X")
	h.opened("eva", "8B-K3F")
	hears := func(id string) string {
		c := h.theCase(id)
		var list []string
		for _, staff := range c.Hears(c.Entries[len(c.Entries)-1]) {
			list = append(list, h.who(staff))
		}
		return fmt.Sprint(list)
	}
	for _, tt := range []struct{ id, acts, want string }{
		{"8B-M2X/1", "anna talked", "[]"},
		{"8B-M2X/1", "anna handover rut", "[rut]"},
		{"8B-M2X/1", "anna needs_eht", "[-]"},
		{"8B-K3F/1", "anna close attends", "[eva]"},
		{"8B-M2X/1", "eva close attends", "[]"},
	} {
		h.does(tt.id, tt.acts)
		if got := hears(tt.id); got != tt.want {
			t.Errorf("of %q hear %s, want %s", tt.acts, got, tt.want)
		}
	}
	h.absent("9C-P5P", "2026-10-02", 6, 1)
	h.assess("9C-P5P")
	if got := hears("9C-P5P/1"); got != "[bo]" {
		t.Errorf("of the opening hear %s, want bo", got)
	}
	h.absent("9C-P5P", "2026-10-02", 6, 0)
	h.assess("9C-P5P")
	if got := hears("9C-P5P/1"); got != "[bo]" {
		t.Errorf("of the retraction hear %s, want bo", got)
	}
}

// A step that nobody has done anything about rises by time, though no new file tells of the student.
func TestStepOpenRisesByTime(t *testing.T) {
	h := withCases(t)
	l := smallLadder
	l.Steps = slices.Clone(l.Steps)
	l.Steps[1].When = []care.Trigger{{Measure: care.StepOpen, AtLeast: 10}}
	h.Ladders["small"] = l
	h.story(t, "8B-K3F/1", "10-02 absent 1", "10-05 assess opened", "10-16 settle 0", "10-19 settle 1", "10-19 settle 0")
	if got, want := h.standsAt("8B-K3F/1"), "open 2 due 11-02 next 11-02 anna"; got != want {
		t.Errorf("the case is %q, want %q", got, want)
	}
}
