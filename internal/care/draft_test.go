package care_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// said is an answer to a line or a choice: what was logged, what is asked, or what is wrong.
func (h *house) said(e care.Entry, err error) string {
	h.t.Helper()
	if choice, ok := errors.AsType[*care.Choice](err); ok {
		asked := fmt.Sprintf("%d?", choice.Word)
		for _, n := range choice.Students {
			asked += " " + string(n.Ref)
		}
		for _, k := range choice.Kinds {
			asked += " " + string(k)
		}
		return asked
	}
	if code := care.CodeOf(err); code != "" {
		return string(code)
	}
	h.must(err)
	said := ""
	for _, n := range e.Students {
		said += string(n.Ref) + " "
	}
	for _, k := range e.Kinds {
		said += string(k) + " "
	}
	return strings.TrimSpace(said + e.Note)
}

// ask types a line that must be asked about, and returns the question and the draft.
func (h *house) ask(a care.Actor, line, request string) (asked, draft string) {
	h.t.Helper()
	e, err := h.LogLine(h.t.Context(), a, line, request, h.now)
	choice, ok := errors.AsType[*care.Choice](err)
	if !ok {
		h.t.Fatalf("LogLine(%q) = %v, %v, want a question", line, e, err)
	}
	return h.said(e, err), choice.Draft
}

func (h *house) pick(a care.Actor, draft string, word int, value string) string {
	h.t.Helper()
	return h.said(h.Pick(h.t.Context(), a, draft, word, value, h.now))
}

func TestPick(t *testing.T) {
	const whichAlva, whichKind = "0? 8B-K3F 8B-M2X", "1? adaptation timetable"
	type step struct {
		word  int
		value string
		want  string
	}
	tests := []struct {
		name, line, asked string
		steps             []step
		logged            string
	}{
		{"a student", "alva samtal Vem", whichAlva, []step{{0, "8B-M2X", "8B-M2X talk Vem"}}, "8B-M2X: Vem"},
		{"a kind", "8B-K3F anpa Vad", whichKind, []step{{1, "timetable", "8B-K3F timetable Vad"}}, "8B-K3F: Vad"},
		{"one after the other", "alva anpa Båda", whichAlva,
			[]step{{0, "8B-K3F", whichKind}, {1, "adaptation", "8B-K3F adaptation Båda"}}, "8B-K3F: Båda"},
		{"the same twice", "alva samtal Vem", whichAlva,
			[]step{{0, "8B-M2X", "8B-M2X talk Vem"}, {0, "8B-M2X", "8B-M2X talk Vem"}}, "8B-M2X: Vem"},
		{"two different, the first holds", "alva samtal Vem", whichAlva,
			[]step{{0, "8B-M2X", "8B-M2X talk Vem"}, {0, "8B-K3F", "8B-M2X talk Vem"}}, "8B-M2X: Vem"},
		{"two different before the next question, the first holds", "alva anpa Båda", whichAlva,
			[]step{{0, "8B-M2X", whichKind}, {0, "8B-K3F", whichKind}, {1, "timetable", "8B-M2X timetable Båda"}}, "8B-M2X: Båda"},
		{"the second question before the first", "alva anpa Båda", whichAlva,
			[]step{{1, "timetable", whichAlva}, {0, "8B-K3F", "8B-K3F timetable Båda"}}, "8B-K3F: Båda"},
		{"what was not offered", "alva samtal Vem", whichAlva,
			[]step{{0, "9C-P5P", whichAlva}, {0, "talk", whichAlva}, {0, "", whichAlva}, {7, "8B-K3F", whichAlva}, {0, "8B-M2X", "8B-M2X talk Vem"}}, "8B-M2X: Vem"},
		{"a kind that was not offered", "8B-K3F anpa Vad", whichKind,
			[]step{{1, "talk", whichKind}, {1, "adaptation", "8B-K3F adaptation Vad"}}, "8B-K3F: Vad"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, anna, _ := withClass(t)
			asked, draft := h.ask(anna, tt.line, "r1")
			if asked != tt.asked {
				t.Fatalf("LogLine(%q) asks %q, want %q", tt.line, asked, tt.asked)
			}
			for i, s := range tt.steps {
				if got := h.pick(anna, draft, s.word, s.value); got != s.want {
					t.Errorf("step %d: Pick(%d, %s) = %q, want %q", i, s.word, s.value, got, s.want)
				}
			}
			if got := h.own(anna); got != tt.logged {
				t.Errorf("logged is %q, want %q", got, tt.logged)
			}
		})
	}
}

// Two choices of one question come at the same moment: what both are asked next leads to one of them.
func TestPicksMeet(t *testing.T) {
	h, anna, _ := withClass(t)
	_, draft := h.ask(anna, "alva anpa Båda", "r1")
	h.engine.between("Replace drafts", func() error {
		h.pick(anna, draft, 0, "8B-M2X")
		return nil
	})
	if got, want := h.pick(anna, draft, 0, "8B-K3F"), "1? adaptation timetable"; got != want {
		t.Errorf("Pick() = %q, want %q", got, want)
	}
	if got, want := h.pick(anna, draft, 1, "timetable"), "8B-M2X timetable Båda"; got != want {
		t.Errorf("Pick() after the choice that was stored first = %q, want %q", got, want)
	}
}

func TestTheSameLineTwiceIsOneDraft(t *testing.T) {
	h, anna, _ := withClass(t)
	_, first := h.ask(anna, "alva samtal Hemlig-Rad", "r1")
	_, second := h.ask(anna, "alva samtal Hemlig-Rad", "r1")
	_, other := h.ask(anna, "alva samtal Hemlig-Rad", "r2")
	if first != second || first == other {
		t.Errorf("drafts %s, %s of one request and %s of another", first, second, other)
	}
	docs, err := h.engine.Engine.Find(t.Context(), "drafts", store.Query{Sort: []store.Order{{Field: "_id"}}})
	h.must(err)
	if len(docs) != 2 {
		t.Errorf("%d drafts are stored, want 2", len(docs))
	}
	for _, doc := range docs {
		if bytes.Contains(doc, []byte("Hemlig-Rad")) || bytes.Contains(doc, []byte("alva")) {
			t.Error("a draft holds the line in the clear")
		}
	}
}

func TestDraftOfAnother(t *testing.T) {
	h, anna, eva := withClass(t)
	_, draft := h.ask(anna, "alva samtal Min", "r1")
	var calls [][]string
	for _, id := range []string{"dr_none", draft} {
		calls = append(calls, h.engine.during(func() {
			if got := h.pick(eva, id, 0, "8B-K3F"); got != "draft_gone" {
				t.Errorf("Pick(%s) by another = %q, want draft_gone", id, got)
			}
		}))
	}
	if diff := cmp.Diff(calls[0], calls[1]); diff != "" {
		t.Errorf("another's draft costs other calls than none (-none +another's):\n%s", diff)
	}
	if got, want := h.pick(anna, draft, 0, "8B-K3F"), "8B-K3F talk Min"; got != want {
		t.Errorf("Pick() = %q, want %q", got, want)
	}
}

func TestDraftsExpire(t *testing.T) {
	for _, drop := range []bool{false, true} {
		for after, want := range map[time.Duration]string{
			care.DraftLife:                    "8B-K3F talk",
			care.DraftLife + time.Millisecond: "draft_gone",
		} {
			t.Run(fmt.Sprintf("%s, dropped: %v", after, drop), func(t *testing.T) {
				h, anna, _ := withClass(t)
				_, draft := h.ask(anna, "alva samtal", "r1")
				h.now = h.now.Add(after)
				_, fresh := h.ask(anna, "alva samtal", "r2")
				if drop {
					dropped := int64(0)
					if want == "draft_gone" {
						dropped = 1
					}
					if n, err := h.DropDrafts(t.Context(), h.now); err != nil || n != dropped {
						t.Errorf("DropDrafts() = %d, %v, want %d", n, err, dropped)
					}
				}
				if got := h.pick(anna, draft, 0, "8B-K3F"); got != want {
					t.Errorf("Pick() = %q, want %q", got, want)
				}
				if got := h.pick(anna, fresh, 0, "8B-K3F"); got != "8B-K3F talk" {
					t.Errorf("Pick() of the fresh one = %q, want it logged", got)
				}
			})
		}
	}
}

func TestPickAfterMidnightKeepsTheDayOfTheLine(t *testing.T) {
	h, anna, _ := withClass(t)
	want := care.DateOf(h.now, h.zone)
	_, draft := h.ask(anna, "alva samtal", "r1")
	h.now = h.now.Add(20 * time.Hour)
	e, err := h.Pick(t.Context(), anna, draft, 0, "8B-K3F", h.now)
	h.must(err)
	if e.Date != want || !e.At.Equal(h.now) {
		t.Errorf("Pick() the day after is dated %s and logged at %s, want %s and %s", e.Date, e.At, want, h.now)
	}
}

func TestPickAfterTheStudentIsOutOfSight(t *testing.T) {
	h, anna, _ := withClass(t)
	h.student("8B-T7T", "alen", "Alva", "Ås")
	_, draft := h.ask(anna, "alva anpa Vem", "r1")
	if got, want := h.pick(anna, draft, 0, "8B-M2X"), "1? adaptation timetable"; got != want {
		t.Errorf("Pick() = %q, want %q", got, want)
	}
	h.change("8B-M2X", left)
	for i, s := range []struct {
		word        int
		value, want string
	}{
		{1, "timetable", "0? 8B-K3F 8B-T7T"},
		{0, "8B-K3F", "8B-K3F timetable Vem"},
	} {
		if got := h.pick(anna, draft, s.word, s.value); got != s.want {
			t.Errorf("step %d: Pick(%d, %s) = %q, want %q", i, s.word, s.value, got, s.want)
		}
	}
	_, draft = h.ask(anna, "8B-K3F anpa Vem", "r2")
	h.change("8B-K3F", protected)
	if got, want := h.pick(anna, draft, 1, "timetable"), "unknown_student"; got != want {
		t.Errorf("Pick() for a student out of sight = %q, want %q", got, want)
	}
}
