package care_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// smallLadder has two steps, of which the first is short of nothing and the second names no follow-up.
var smallLadder = care.Ladder{ID: "small", Version: 3, Steps: []care.Step{
	{N: 1, Due: 3, FollowUp: 8, When: []care.Trigger{{Measure: care.InvalidLessons, AtLeast: 1, Window: care.Window{Days: 20}}},
		Escalate: care.Escalation{After: new(3), To: care.EHT}},
	{N: 2, Due: 5, When: []care.Trigger{{Measure: care.WholeDays, AtLeast: 3, Window: care.Window{Days: 20}}}},
}}

// withCases is a house in which the schools have their years and a small ladder. 8B-K3F and 8B-M2X are
// anna's students, 9C-P5P is bo's; eva is of the team, rut the principal, and mor works at fjell.
func withCases(t testing.TB) *house {
	t.Helper()
	h := newHouse(t)
	alen, fjell := alenYears(t), fjordvikYear(t)
	alen.Ladder, fjell.ID, fjell.Ladder = "small", "fjell", "small"
	h.Schools = map[string]care.School{"alen": alen, "fjell": fjell}
	h.Ladders = map[string]care.Ladder{"small": smallLadder}
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("8B-M2X", "alen", "Alva", "Norén")
	h.student("9C-P5P", "alen", "Nils", "Öberg")
	h.student("10A-R4R", "fjell", "Ola", "Nes")
	for name, has := range map[string]string{"anna": "mentor@alen 8B@alen", "bo": "mentor@alen 9C@alen", "eva": "eht@alen",
		"rut": "principal@alen", "mor": "mentor@fjell 10A@fjell"} {
		h.person(name, has)
	}
	return h
}

// on moves the clock to noon of a day at the schools.
func (h *house) on(day care.Date) { h.now = day.At(12, 0, h.zone).UTC() }

// absent stores what is reported of a student's day, or corrects it: of so many lessons, so many absent
// without a valid reason.
func (h *house) absent(ref care.Ref, day care.Date, lessons, without int) {
	h.t.Helper()
	d := care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/" + string(day)}, Student: ref, School: "alen", Date: day,
		Lessons: []care.Lessons{{Total: lessons, Absent: without, Without: without}}}
	old, err := h.Absence.Get(h.t.Context(), d.ID)
	if errors.Is(err, care.ErrNotFound) {
		h.must(h.Absence.Add(h.t.Context(), d))
		return
	}
	h.must(err)
	old.Lessons = d.Lessons
	h.must(h.Absence.Replace(h.t.Context(), old))
}

// assess assesses students and returns what that did: "opened rose".
func (h *house) assess(refs ...care.Ref) string {
	h.t.Helper()
	done, err := h.AssessAbsence(h.t.Context(), refs, h.now)
	h.must(err)
	var list []string
	for _, n := range []struct {
		name string
		n    int
	}{{"opened", done.Opened}, {"rose", done.Rose}, {"lowered", done.Lowered}, {"retracted", done.Retracted}, {"reopened", done.Reopened}} {
		if n.n == 1 {
			list = append(list, n.name)
		} else if n.n > 1 {
			list = append(list, fmt.Sprint(n.n, " ", n.name))
		}
	}
	return strings.Join(list, " ")
}

// opened opens a case by hand, which must succeed, and returns its id.
func (h *house) opened(who string, ref care.Ref) string {
	h.t.Helper()
	v, err := h.OpenCase(h.t.Context(), h.actor(who), ref, "open "+string(ref)+h.now.String(), h.now)
	h.must(err)
	return v.ID
}

// does does acts of a line such as "anna talked; 2026-10-19 eva handover bo": on which day, who, what,
// and its day, person or reason. All but the last must succeed; it returns what the last is refused with, or what the
// case is then.
func (h *house) does(id, line string) string {
	h.t.Helper()
	acts := strings.Split(line, "; ")
	for i, act := range acts {
		words := strings.Fields(act)
		if day, err := care.ParseDate(words[0]); err == nil {
			h.on(day)
			words = words[1:]
		}
		f := care.CaseForm{Act: care.Act(words[1])}
		for _, w := range words[2:] {
			_, notDate := care.ParseDate(w)
			switch {
			case f.Act == care.ActHandOver:
				f.To = "U" + strings.ToUpper(w)
			case f.Act == care.ActClose && notDate != nil:
				f.Reason = care.CloseReason(w)
			case f.Act == care.ActWrong:
				f.Days = append(f.Days, care.Date(w))
			default:
				f.FollowUp = care.Date(w)
			}
		}
		h.requests++
		_, err := h.ActOnCase(h.t.Context(), h.actor(words[0]), id, f, fmt.Sprint("request ", h.requests), h.now)
		if refused := h.refused(err); refused != "" {
			if i < len(acts)-1 {
				h.t.Fatalf("%q is refused: %s", act, refused)
			}
			return refused
		}
	}
	return h.standsAt(id)
}

// refused writes a refusal: "owner: case_owner_away Until=2026-10-09".
func (h *house) refused(err error) string {
	h.t.Helper()
	if err == nil {
		return ""
	}
	var list []string
	for _, m := range care.Mistakes(err) {
		line := string(m.Code)
		if m.Field != "" {
			line = m.Field + ": " + line
		}
		for _, k := range slices.Sorted(maps.Keys(m.Args)) {
			line += fmt.Sprintf(" %s=%v", k, m.Args[k])
		}
		list = append(list, line)
	}
	if len(list) == 0 {
		h.t.Fatal(err)
	}
	return strings.Join(list, ", ")
}

// theCase is the case with that id as it is stored.
func (h *house) theCase(id string) care.Case {
	h.t.Helper()
	c, err := h.Cases.Get(h.t.Context(), id)
	h.must(err)
	return c
}

// who is the name that a test has given to a person.
func (h *house) who(staff string) string {
	h.t.Helper()
	if staff == "" {
		return "-"
	}
	st, err := h.Staff.Get(h.t.Context(), staff)
	h.must(err)
	return strings.ToLower(strings.TrimPrefix(st.SlackID, "U"))
}

// standsAt writes what a case is: "open 1 due 10-08 next 10-08 anna". The year is left out.
func (h *house) standsAt(id string) string {
	h.t.Helper()
	c := h.theCase(id)
	short := func(d care.Date) string {
		if len(d) < 5 {
			return "-"
		}
		return string(d[5:])
	}
	line := fmt.Sprint(c.State, " ", c.Step, " due ", short(c.Due), " next ", short(c.Next), " ", h.who(c.Owner))
	if c.Handed != nil {
		line += " to " + h.who(c.Handed.To)
	}
	if c.Attempts > 0 {
		line += fmt.Sprint(" tried ", c.Attempts)
	}
	if c.Snoozes > 0 {
		line += fmt.Sprint(" snoozed ", c.Snoozes)
	}
	if c.Queued {
		line += " queued"
	}
	for _, p := range c.Known {
		line += " known " + short(p.From) + "–" + short(p.To)
	}
	for _, d := range c.Wrong {
		line += " wrong " + short(d)
	}
	return line
}

// entries writes what has been done about a case and what befell it, oldest first: "opened anna:talked ~eva:done".
func (h *house) entries(id string) string {
	h.t.Helper()
	var list []string
	for _, e := range h.theCase(id).Entries {
		line := string(e.What)
		if e.What == care.CaseActed {
			line = h.who(e.By) + ":" + string(e.Act)
		}
		if !e.Undone.IsZero() {
			line = "~" + line
		}
		list = append(list, line)
	}
	return strings.Join(list, " ")
}
