package care_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// seesCase holds all ways to a student's case to one rule: "yes", "no" for someone who may see the
// student but no case of theirs, "none" for someone who may see cases but not this student, and "never".
func (h *house) seesCase(a care.Actor, id string, ref care.Ref) string {
	h.t.Helper()
	ctx := h.t.Context()
	want := map[string]care.Code{"yes": "", "no": care.CodeMayNotSeeCases, "none": care.CodeNoSuchStudent, "never": care.CodeMayNotSeeCases}
	_, err := h.CaseOfStudent(ctx, a, string(ref), h.now)
	answer := "yes"
	switch care.CodeOf(err) {
	case want["none"]:
		answer = "none"
	case want["never"]:
		answer = "never"
		if _, serr := h.FindStudent(ctx, a, string(ref), h.now); serr == nil {
			answer = "no"
		}
	default:
		h.must(err)
	}
	h.requests++
	request := "see" + h.now.String() + strings.Repeat("x", h.requests)
	_, opened := h.OpenCase(ctx, a, ref, request, h.now)
	_, absence := h.AbsenceOf(ctx, a, string(ref), h.now)
	for what, err := range map[string]error{"OpenCase": opened, "AbsenceOf": absence} {
		if care.CodeOf(err) != want[answer] || err != nil && care.CodeOf(err) == "" {
			h.t.Errorf("%s(%s) = %v, where CaseOfStudent says %s", what, ref, err, answer)
		}
	}
	_, byID := h.CaseByID(ctx, a, id, h.now)
	before := h.theCase(id)
	_, acted := h.ActOnCase(ctx, a, id, care.CaseForm{Act: care.ActNotReached}, request+"act", h.now)
	_, changed := h.ChangeCaseEntry(ctx, a, id, "1", care.CaseForm{}, request+"change", h.now)
	_, undone := h.UndoCaseAct(ctx, a, id, "1", request+"undo", h.now)
	for what, err := range map[string]error{"CaseByID": byID, "ActOnCase": acted, "ChangeCaseEntry": changed, "UndoCaseAct": undone} {
		code := care.CodeOf(err)
		if refused := code == care.CodeNoCase; refused != (answer != "yes") || err != nil && code == "" {
			h.t.Errorf("%s(%s) = %v, where CaseOfStudent says %s", what, id, err, answer)
		}
	}
	if answer != "yes" && h.theCase(id).Meta.Version != before.Meta.Version {
		h.t.Error("a refused act has changed the case")
	}
	for _, whole := range []bool{false, true} {
		list, err := h.MyCases(ctx, a, whole, h.now)
		if never := care.CodeOf(err) == care.CodeMayNotSeeCases; never != (answer == "never") && answer != "no" || err != nil && !never {
			h.t.Errorf("MyCases() = %v, where CaseOfStudent says %s", err, answer)
		}
		if slices.ContainsFunc(list, func(v care.CaseView) bool { return v.ID == id }) && answer != "yes" {
			h.t.Errorf("MyCases(%v) has the case, where CaseOfStudent says %s", whole, answer)
		}
	}
	home, err := h.Home(ctx, a, h.now)
	h.must(err)
	for _, v := range home.Cases {
		if v.ID == id && answer != "yes" {
			h.t.Errorf("App Home has the case, where CaseOfStudent says %s", answer)
		}
		if v.Student.Given != "" || v.Owner.Name != "" {
			h.t.Errorf("App Home has names: %+v", v)
		}
	}
	if card, err := h.Card(ctx, a, string(ref), 0, h.now); err == nil && (card.Case != nil) != (answer == "yes") {
		h.t.Errorf("the card shows a case: %v, where CaseOfStudent says %s", card.Case != nil, answer)
	}
	return answer
}

// 8B-K3F is a student of 8B at alen, and the case is someone's who sees none of it here.
func TestWhoSeesACase(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, has, assigned string
		enrolled, left      string
	}{
		{name: "own mentor", has: "mentor@alen 8B@alen", enrolled: "yes", left: "none"},
		{name: "mentor of another class", has: "mentor@alen 9C@alen", enrolled: "none", left: "none"},
		{name: "mentor of a class of that name elsewhere", has: "mentor@fjell 8B@fjell", enrolled: "none", left: "none"},
		{name: "mentor assigned", has: "mentor@alen", assigned: "–", enrolled: "yes", left: "none"},
		{name: "mentor assigned until yesterday", has: "mentor@alen", assigned: "–2026-10-04", enrolled: "none", left: "none"},
		{name: "mentor until yesterday", has: "mentor@alen –2026-10-04 8B@alen", enrolled: "never", left: "never"},
		{name: "mentor from tomorrow", has: "mentor@alen 2026-10-06– 8B@alen", enrolled: "never", left: "never"},
		{name: "the team", has: "eht@alen", enrolled: "yes", left: "yes"},
		{name: "the team elsewhere", has: "eht@fjell", enrolled: "none", left: "none"},
		{name: "principal", has: "principal@alen", enrolled: "yes", left: "yes"},
		{name: "principal elsewhere", has: "principal@fjell", enrolled: "none", left: "none"},
		{name: "coach", has: "coach@alen", assigned: "–", enrolled: "no", left: "never"},
		{name: "coach and mentor of another class", has: "coach@alen mentor@alen 9C@alen", assigned: "–", enrolled: "yes", left: "none"},
		{name: "coach and mentor elsewhere", has: "coach@alen mentor@fjell 8B@fjell", assigned: "–", enrolled: "no", left: "none"},
		{name: "coach not assigned", has: "coach@alen", enrolled: "never", left: "never"},
		{name: "teacher", has: "teacher@alen", assigned: "–", enrolled: "never", left: "never"},
		{name: "teacher with the class", has: "teacher@alen 8B@alen", enrolled: "never", left: "never"},
		{name: "administrator", has: "admin@alen", assigned: "–", enrolled: "never", left: "never"},
		{name: "nobody any more", has: "", enrolled: "never", left: "never"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withCases(t)
			id := h.opened("eva", "8B-K3F")
			x := h.person("x", tt.has)
			if tt.assigned != "" {
				from, to, _ := strings.Cut(tt.assigned, "–")
				h.assign(x, "8B-K3F", care.Period{From: care.Date(from), To: care.Date(to)})
			}
			if got := h.seesCase(x, id, "8B-K3F"); got != tt.enrolled {
				t.Errorf("sees the case: %s, want %s", got, tt.enrolled)
			}
			h.change("8B-K3F", left)
			if got := h.seesCase(x, id, "8B-K3F"); got != tt.left {
				t.Errorf("sees the case of a student who has left: %s, want %s", got, tt.left)
			}
			h.change("8B-K3F", protected)
			if got := h.seesCase(x, id, "8B-K3F"); got != "none" && got != "never" {
				t.Errorf("sees the case of a protected student: %s", got)
			}
		})
	}
}

// bo stands in for anna on Tuesday 6 October: he sees her cases and acts in her place.
func TestSubstituteActsAsTheOwner(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	h.away("anna", "2026-10-06–2026-10-06 bo")
	for _, tt := range []struct {
		day  care.Date
		want string
	}{{"2026-10-05", "none"}, {"2026-10-06", "yes"}, {"2026-10-07", "none"}} {
		h.on(tt.day)
		if got := h.seesCase(h.actor("bo"), id, "8B-K3F"); got != tt.want {
			t.Errorf("on %s bo sees the case: %s, want %s", tt.day, got, tt.want)
		}
		list, err := h.MyCases(t.Context(), h.actor("bo"), false, h.now)
		h.must(err)
		mine := len(list) == 1 && list[0].Mine && list[0].Owner.Name == "anna"
		if mine != (tt.want == "yes") {
			t.Errorf("on %s bo's cases are %+v", tt.day, list)
		}
		if _, err := h.SettleCases(t.Context(), h.now); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := h.entries(id), "opened bo:not_reached"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

// Who may not see a student learns nothing of whether they are there, from no answer and no work.
func TestCasesTellNothingOfWhoIsThere(t *testing.T) {
	h := withCases(t)
	id := h.opened("anna", "8B-K3F")
	bo, coach := h.actor("bo"), h.person("coach", "coach@alen")
	for _, a := range []care.Actor{bo, coach} {
		for what, ask := range map[string]func(ref care.Ref) error{
			"CaseByID":      func(ref care.Ref) error { _, err := h.CaseByID(t.Context(), a, string(ref)+"/1", h.now); return err },
			"CaseOfStudent": func(ref care.Ref) error { _, err := h.CaseOfStudent(t.Context(), a, string(ref), h.now); return err },
			"OpenCase":      func(ref care.Ref) error { _, err := h.OpenCase(t.Context(), a, ref, "r", h.now); return err },
			"AbsenceOf":     func(ref care.Ref) error { _, err := h.AbsenceOf(t.Context(), a, string(ref), h.now); return err },
			"ActOnCase": func(ref care.Ref) error {
				_, err := h.ActOnCase(t.Context(), a, string(ref)+"/1", care.CaseForm{Act: care.ActTalked}, "r", h.now)
				return err
			},
		} {
			var there, gone error
			work := h.engine.during(func() { there = ask("8B-K3F") })
			none := h.engine.during(func() { gone = ask("8B-Z9Z") })
			if care.CodeOf(there) == "" || care.CodeOf(there) != care.CodeOf(gone) {
				t.Errorf("%s: %v of who is there, %v of who is not", what, there, gone)
			}
			if diff := cmp.Diff(none, work); diff != "" {
				t.Errorf("%s: other work of who is there (-not there +there):\n%s", what, diff)
			}
		}
	}
	if got, want := h.entries(id), "opened"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

// What was read and done is on record, once an answer.
func TestCasesAreAudited(t *testing.T) {
	h := withCases(t)
	anna, eva := h.actor("anna"), h.actor("eva")
	h.absent("8B-M2X", "2026-10-02", 6, 1)
	h.assess("8B-M2X")
	id := h.opened("anna", "8B-K3F")
	h.does(id, "anna talked")
	for range 2 {
		_, err := h.CaseByID(t.Context(), eva, id, h.now)
		h.must(err)
	}
	_, err := h.MyCases(t.Context(), anna, false, h.now)
	h.must(err)
	_, err = h.AbsenceOf(t.Context(), eva, "8B-K3F", h.now)
	h.must(err)
	_, err = h.MoveOut(t.Context(), h.now)
	h.must(err)
	want := []string{"anna case.act 8B-K3F", "anna case.list 8B-M2X 8B-K3F", "anna case.open 8B-K3F", "case.assess 8B-M2X",
		"eva absence.show 8B-K3F", "eva case.show 8B-K3F"}
	if diff := cmp.Diff(want, h.audited()); diff != "" {
		t.Errorf("audited (-want +got):\n%s", diff)
	}
	if c := h.theCase(id); !c.Out.IsZero() || !c.OutAt.IsZero() {
		t.Errorf("the case still carries %+v since %s", c.Out, c.OutAt)
	}
}

// casesOf lists someone's cases: "8B-K3F mine, 8B-M2X".
func (h *house) casesOf(who string, whole bool) string {
	h.t.Helper()
	list, err := h.MyCases(h.t.Context(), h.actor(who), whole, h.now)
	h.must(err)
	var lines []string
	for _, v := range list {
		line := string(v.Student.Ref)
		if v.Mine {
			line += " mine"
		}
		if v.HandedMe {
			line += " handed"
		}
		if v.Overdue > 0 {
			line += " late " + string(rune('0'+v.Overdue))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func TestMyCases(t *testing.T) {
	h := withCases(t)
	h.opened("anna", "8B-K3F")
	h.opened("anna", "8B-M2X")
	h.opened("eva", "9C-P5P")
	h.opened("mor", "10A-R4R")
	check := func(what string, want map[string]string) {
		t.Helper()
		for who, cases := range want {
			name, whole := strings.CutSuffix(who, "+")
			if got := h.casesOf(name, whole); got != cases {
				t.Errorf("%s: the cases of %s are %q, want %q", what, who, got, cases)
			}
		}
	}
	check("opened", map[string]string{"anna": "8B-K3F mine, 8B-M2X mine", "anna+": "8B-K3F mine, 8B-M2X mine", "bo": "9C-P5P mine",
		"eva": "", "eva+": "8B-K3F, 8B-M2X, 9C-P5P", "rut": "", "rut+": "8B-K3F, 8B-M2X, 9C-P5P", "mor": "10A-R4R mine"})
	h.does("8B-K3F/1", "anna talked")
	check("the next due comes first", map[string]string{"anna": "8B-M2X mine, 8B-K3F mine"})
	h.does("8B-M2X/1", "anna handover eva")
	check("handed over", map[string]string{"anna": "8B-M2X mine, 8B-K3F mine", "eva": "8B-M2X handed"})
	h.does("9C-P5P/1", "bo needs_eht")
	check("on the team's list", map[string]string{"bo": "9C-P5P mine", "eva": "8B-M2X handed, 9C-P5P", "rut": ""})
	h.does("8B-M2X/1", "2026-10-12 eva take; 2026-10-20 eva not_reached")
	check("late", map[string]string{"anna": "8B-K3F mine", "eva": "9C-P5P, 8B-M2X mine late 3"})
	h.does("9C-P5P/1", "rut close elsewhere")
	check("closed", map[string]string{"bo": "", "eva": "8B-M2X mine late 3", "rut+": "8B-K3F, 8B-M2X late 3"})
}

func TestCaseOfStudentWithout(t *testing.T) {
	h := withCases(t)
	anna := h.actor("anna")
	if _, err := h.CaseOfStudent(t.Context(), anna, "8B-K3F", h.now); care.CodeOf(err) != care.CodeNoCase {
		t.Errorf("without a case: %v", err)
	}
	if _, err := h.CaseOfStudent(t.Context(), anna, "Alva", h.now); err == nil || !isChoice(err) {
		t.Errorf("two students of that name: %v", err)
	}
	id := h.opened("anna", "8B-K3F")
	if v, err := h.CaseOfStudent(t.Context(), anna, "alva berg", h.now); err != nil || v.ID != id || v.Student.Family != "Berg" || !v.Mine || !v.MayAct || !v.ByHand {
		t.Errorf("by name: %+v, %v", v, err)
	}
	h.does(id, "anna close attends")
	if _, err := h.CaseOfStudent(t.Context(), anna, "8B-K3F", h.now); care.CodeOf(err) != care.CodeNoCase {
		t.Errorf("with a closed case: %v", err)
	}
	if v, err := h.CaseByID(t.Context(), anna, id, h.now); err != nil || v.MayAct || v.Overdue != 0 {
		t.Errorf("the closed case: %+v, %v", v, err)
	}
	h.change("8B-K3F", left)
	if _, err := h.OpenCase(t.Context(), h.actor("eva"), "8B-K3F", "r", h.now); care.CodeOf(err) != care.CodeCaseLeft {
		t.Errorf("a case of a student who has left: %v", err)
	}
}

func isChoice(err error) bool {
	_, ok := errors.AsType[*care.Choice](err)
	return ok
}
