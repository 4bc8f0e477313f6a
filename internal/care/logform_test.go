package care_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// A submission comes once, twice, with other words, late, and after what it logged was changed.
func TestLogFormAgain(t *testing.T) {
	type step struct {
		later   time.Duration
		request string
		note    string
		want    string // what the answer says, or the code of the mistake
		changes int    // how often the record has been changed then
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"the same request", []step{{0, "r1", "Ett", "Ett", 0}, {0, "r1", "Ett", "Ett", 0}, {time.Hour, "r1", "Ett", "Ett", 0}}},
		{"the same request with other words", []step{{0, "r1", "Ett", "Ett", 0}, {0, "r1", "Två", "Ett", 0}}},
		{"a new request, the same words", []step{{0, "r1", "Ett", "Ett", 0}, {time.Second, "r2", "Ett", "Ett", 0}}},
		{"a new request, other words", []step{{0, "r1", "Ett", "Ett", 0}, {time.Second, "r2", "Två", "Två", 1}}},
		{"that once more", []step{{0, "r1", "Ett", "Ett", 0}, {0, "r2", "Två", "Två", 1}, {0, "r2", "Två", "Två", 1}, {0, "r1", "Ett", "Två", 1}}},
		{"to and fro", []step{{0, "r1", "Ett", "Ett", 0}, {0, "r2", "Två", "Två", 1}, {0, "r3", "Ett", "Ett", 2}}},
		{"after midnight, the same words", []step{{0, "r1", "Ett", "Ett", 0}, {12 * time.Hour, "r1", "Ett", "Ett", 0}, {0, "r2", "Ett", "Ett", 0}}},
		{"after midnight, other words", []step{{0, "r1", "Ett", "Ett", 0}, {12 * time.Hour, "r2", "Två", "Två", 1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, anna, _ := withClass(t)
			for i, step := range tt.steps {
				h.now = h.now.Add(step.later)
				f := talk(step.note, "8B-K3F", "8B-M2X")
				f.FollowUp = "2026-10-05" // it has passed after midnight
				e, err := h.LogForm(t.Context(), anna, f, "form", step.request, h.now)
				if err != nil {
					t.Fatalf("step %d: LogForm() = %v", i, err)
				}
				if e.Note != step.want || e.Revisions != step.changes || e.Date != "2026-10-05" || e.FollowUp != "2026-10-05" {
					t.Errorf("step %d: LogForm() = %q, changed %d times, of %s; want %q, %d times", i, e.Note, e.Revisions, e.Date, step.want, step.changes)
				}
				if got, want := h.own(anna), "8B-K3F+8B-M2X: "+step.want; got != want {
					t.Errorf("step %d: the list is %q, want %q", i, got, want)
				}
			}
		})
	}
}

func TestLogFormAfterUndo(t *testing.T) {
	h, anna, _ := withClass(t)
	first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	_, err := h.UndoIntervention(t.Context(), anna, first.ID, "u1", h.now)
	h.must(err)
	for _, request := range []string{"r1", "r2"} {
		e := h.send(anna, talk("Två", "8B-K3F"), "form", request)
		if e.Status != care.StatusWithdrawn || e.Note != "Ett" {
			t.Errorf("LogForm(%s) = %s, %q, want withdrawn, Ett", request, e.Status, e.Note)
		}
	}
	if got := h.own(anna); got != "" {
		t.Errorf("the list is %q, want nothing", got)
	}
}

func TestEqualFormsOfTwoPeople(t *testing.T) {
	h, anna, eva := withClass(t)
	one, two := h.send(anna, talk("Mitt", "8B-K3F"), "form", "r1"), h.send(eva, talk("Ditt", "8B-K3F"), "form", "r1")
	if one.ID == two.ID || one.Note != "Mitt" || two.Note != "Ditt" || two.Revisions > 0 {
		t.Errorf("two people's forms = %+v and %+v", one, two)
	}
	other := h.send(anna, talk("Ett till", "8B-K3F"), "form 2", "r1")
	if other.ID == one.ID {
		t.Error("two forms of one person are taken for one")
	}
}

// What someone else has changed since is not written over by a form that its sender sends again.
func TestLogFormAgainAfterSomeoneElsesChange(t *testing.T) {
	h, anna, eva := withClass(t)
	first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
	_, err := h.EditIntervention(t.Context(), eva, first.ID, 0, talk("Evas", "8B-K3F"), "e1", h.now)
	h.must(err)
	if e := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1"); e.Note != "Evas" || e.Revisions != 1 {
		t.Errorf("the same request = %q, changed %d times; want Evas, once", e.Note, e.Revisions)
	}
	_, err = h.LogForm(t.Context(), anna, talk("Två", "8B-K3F"), "form", "r2", h.now)
	conflict, ok := errors.AsType[*care.EditConflict](err)
	if !ok || conflict.By != "eva" || conflict.Before.Note != "Ett" || conflict.Now.Note != "Evas" {
		t.Errorf("other words = %+v, %v, want a conflict with eva", conflict, err)
	}
	if got, want := h.own(anna), "8B-K3F: Evas"; got != want {
		t.Errorf("the list is %q, want %q", got, want)
	}
}

func TestLogFormOfManyAtOnce(t *testing.T) {
	h, anna, eva := withClass(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if e, err := h.LogForm(t.Context(), anna, talk("Ett", "8B-K3F", "8B-M2X"), "form", "r1", h.now); err != nil || e.Note != "Ett" {
				t.Errorf("LogForm() = %q, %v", e.Note, err)
			}
		})
	}
	wg.Wait()
	for _, who := range []string{"8B-K3F", "8B-M2X"} {
		if got, want := h.timeline(eva, who), "8B-K3F+8B-M2X: Ett"; got != want {
			t.Errorf("the timeline of %s is %q, want %q", who, got, want)
		}
	}
}

// One student whom the writer may not see is enough to log nothing, and looks like one who does
// not exist.
func TestFormRefusalsAreAlike(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("8B-F7F", "fjell", "Liv", "Moen")
	h.student("8B-Q6Q", "alen", "", "", protected)
	h.student("8B-L4L", "alen", "Siv", "Ek", left)
	mine := h.send(anna, talk("Min", "8B-K3F"), "form 0", "r0")
	before := h.audited()
	coach := h.person("coach", "coach@alen")
	h.assign(coach, "8B-K3F", care.Period{})
	forms := map[string]func(a care.Actor, refs ...care.Ref) error{
		"log": func(a care.Actor, refs ...care.Ref) error {
			_, err := h.LogForm(t.Context(), a, talk("Hemligt", refs...), "form", "r1", h.now)
			return err
		},
		"edit": func(a care.Actor, refs ...care.Ref) error {
			_, err := h.EditIntervention(t.Context(), anna, mine.ID, 0, talk("Hemligt", refs...), "r2", h.now)
			return err
		},
	}
	for name, form := range forms {
		for _, actor := range []care.Actor{anna, coach} {
			refusal := func(ref care.Ref, refs ...care.Ref) (*care.Error, []string) {
				t.Helper()
				var found []*care.Error
				calls := h.engine.during(func() { found = care.Mistakes(form(actor, refs...)) })
				if len(found) != 1 || found[0].Code != care.CodeStudentHidden || found[0].Field != "students" || found[0].Args["Word"] != string(ref) {
					t.Fatalf("%s of %v by %s finds %v, want that %s is hidden", name, refs, actor.Staff.SlackID, found, ref)
				}
				found[0].Args["Word"] = "the ref"
				return found[0], calls
			}
			for _, hidden := range []care.Ref{"9C-P5P", "8B-F7F", "8B-Q6Q", "8B-L4L"} {
				for _, refs := range [][]care.Ref{{"*"}, {"8B-K3F", "*"}, {"*", "8B-K3F"}, {"8B-K3F", "*", "9C-XXX"}} {
					with := func(ref care.Ref) []care.Ref {
						list := slices.Clone(refs)
						list[slices.Index(list, "*")] = ref
						return list
					}
					want, wantCalls := refusal("8B-XXX", with("8B-XXX")...)
					got, calls := refusal(hidden, with(hidden)...)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s by %s: the refusal of %s differs from that of none (-none +hidden):\n%s", name, actor.Staff.SlackID, hidden, diff)
					}
					if diff := cmp.Diff(wantCalls, calls); diff != "" {
						t.Errorf("%s by %s: the calls for %s differ from those for none (-none +hidden):\n%s", name, actor.Staff.SlackID, hidden, diff)
					}
				}
			}
		}
	}
	if got := added(before, h.audited()); len(got) > 0 {
		t.Errorf("refusals have left audit entries: %q", got)
	}
	for who, want := range map[string]string{"8B-K3F": "8B-K3F: Min", "9C-P5P": "", "8B-L4L": ""} {
		if got := h.timeline(eva, who); got != want {
			t.Errorf("the timeline of %s is %q, want %q", who, got, want)
		}
	}
}

// The team logs for a student who has left; nobody logs for one who is protected.
func TestLogFormByRole(t *testing.T) {
	for _, tt := range []struct{ name, has, enrolled, left string }{
		{"mentor", "mentor@alen 8B@alen", "", "student_hidden"},
		{"other mentor", "mentor@alen 9C@alen", "student_hidden", "student_hidden"},
		{"team", "eht@alen", "", ""},
		{"principal", "principal@alen", "", ""},
		{"team elsewhere", "eht@fjell", "student_hidden", "student_hidden"},
		{"coach not assigned", "coach@alen", "student_hidden", "student_hidden"},
		{"teacher", "teacher@alen 8B@alen", "may_not_log", "may_not_log"},
		{"admin", "admin@alen", "may_not_log", "may_not_log"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, _, _ := withClass(t)
			h.student("8B-L4L", "alen", "Siv", "Ek", left)
			h.student("8B-Q6Q", "alen", "", "", protected)
			who := h.person("who", tt.has)
			protectedOne := "student_hidden"
			if tt.enrolled == "may_not_log" {
				protectedOne = tt.enrolled
			}
			for ref, want := range map[care.Ref]string{"8B-K3F": tt.enrolled, "8B-L4L": tt.left, "8B-Q6Q": protectedOne} {
				_, err := h.LogForm(t.Context(), who, talk("", ref), string(ref), string(ref), h.now)
				if got := strings.TrimPrefix(h.mistakes(err), "students: "); got != want {
					t.Errorf("LogForm(%s) = %q, want %q", ref, got, want)
				}
			}
		})
	}
}

func TestFormAudit(t *testing.T) {
	h, anna, eva := withClass(t)
	var e care.Entry
	edit := func(a care.Actor, base int, note, request string, refs ...care.Ref) {
		t.Helper()
		_, err := h.EditIntervention(t.Context(), a, e.ID, base, talk(note, refs...), request, h.now)
		if _, ok := errors.AsType[*care.EditConflict](err); !ok && h.mistakes(err) == "" {
			h.must(err)
		}
	}
	open := func(a care.Actor) { _, _ = h.Editable(t.Context(), a, e.ID, h.now) }
	before := h.audited()
	for _, step := range []struct {
		name  string
		later time.Duration
		do    func()
		want  string
	}{
		{"a mistake", 0, func() { _, _ = h.LogForm(t.Context(), anna, talk(""), "form", "r0", h.now) }, ""},
		{"a form", 0, func() { e = h.send(anna, talk("Ett", "8B-K3F", "8B-M2X"), "form", "r1") }, "anna intervention.log 8B-K3F 8B-M2X"},
		{"the form again", time.Second, func() { h.send(anna, talk("Ett", "8B-K3F", "8B-M2X"), "form", "r1") }, ""},
		{"someone else's change of nothing", 0, func() { edit(eva, 0, "Ett", "e1", "8B-K3F", "8B-M2X") }, "eva intervention.show 8B-K3F 8B-M2X"},
		{"it opened", time.Minute, func() { open(eva) }, "eva intervention.show 8B-K3F 8B-M2X"},
		{"it opened again", time.Second, func() { open(eva) }, ""},
		{"a change", time.Minute, func() { edit(eva, 0, "Två", "e2", "8B-K3F") }, "eva intervention.edit 8B-K3F 8B-M2X"},
		{"the change again", time.Second, func() { edit(eva, 0, "Två", "e2", "8B-K3F") }, ""},
		{"the form again, changed by someone else", 0, func() { h.send(anna, talk("Ett", "8B-K3F", "8B-M2X"), "form", "r1") }, "anna intervention.show 8B-K3F"},
		{"a conflict", time.Minute, func() { edit(anna, 0, "Tre", "e3", "8B-M2X") }, "anna intervention.show 8B-K3F 8B-M2X"},
		{"the change again much later", time.Hour, func() { edit(eva, 0, "Två", "e2", "8B-K3F") }, "eva intervention.show 8B-K3F"},
		{"a refused change", 0, func() { edit(h.person("tor", "teacher@alen"), 1, "Tre", "e4", "8B-K3F") }, ""},
	} {
		h.now = h.now.Add(step.later)
		step.do()
		after := h.audited()
		if got := strings.Join(added(before, after), "; "); got != step.want {
			t.Errorf("%s leaves %q, want %q", step.name, got, step.want)
		}
		before = after
	}
	for _, entry := range before {
		for _, secret := range []string{"Alva", "Berg", "Norén", "Ett", "Två"} {
			if strings.Contains(entry, secret) {
				t.Errorf("the audit entry %q holds %q", entry, secret)
			}
		}
	}
	down := errors.New("the disk is full")
	h.now = h.now.Add(time.Hour)
	for name, read := range map[string]func() error{
		"Editable": func() error { _, err := h.Editable(t.Context(), eva, e.ID, h.now); return err },
		"EditIntervention of nothing": func() error {
			_, err := h.EditIntervention(t.Context(), anna, e.ID, 1, talk("Två", "8B-K3F"), "e5", h.now)
			return err
		},
		"EditIntervention of an older version": func() error {
			_, err := h.EditIntervention(t.Context(), anna, e.ID, 0, talk("Fyra", "8B-K3F"), "e6", h.now)
			return err
		},
	} {
		h.engine.between("Insert audit", func() error { return down })
		if err := read(); !errors.Is(err, down) {
			t.Errorf("%s without an audit entry = %v, want an error", name, err)
		}
	}
}
