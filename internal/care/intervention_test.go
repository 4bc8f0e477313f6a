package care_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// withClass is a house with the students of 8B and 9C and those who work with them.
func withClass(t testing.TB) (h *house, anna, eva care.Actor) {
	t.Helper()
	h = newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("8B-M2X", "alen", "Alva", "Norén")
	h.student("9C-P5P", "alen", "Nils", "Öberg")
	return h, h.person("anna", "mentor@alen 8B@alen"), h.person("eva", "eht@alen")
}

func TestLogLine(t *testing.T) {
	h, anna, _ := withClass(t)
	got := h.log(anna, "8b-k3f,alva norén samtal,hem Ringde mamma", "r1")
	want := care.Entry{
		ID: got.ID, Students: []care.Name{{Ref: "8B-K3F", Given: "Alva", Family: "Berg"}, {Ref: "8B-M2X", Given: "Alva", Family: "Norén"}},
		Kinds: []care.Kind{care.KindTalk, care.KindHome}, Date: "2026-10-05", At: h.now, School: h.Schools["alen"],
		Own: true, Note: "Ringde mamma", Status: care.StatusActive, Level: care.LevelIndividual, Audience: care.AudienceEHT, Editable: true,
		Touched: []care.Ref{"8B-K3F", "8B-M2X"},
	}
	if diff := cmp.Diff(want, got, sameZone); diff != "" {
		t.Errorf("LogLine() (-want +got):\n%s", diff)
	}
	stored, err := h.Interventions.Get(t.Context(), got.ID)
	h.must(err)
	if stored.Level != care.LevelIndividual || stored.Audience != care.AudienceEHT || stored.Author != anna.Staff.ID || stored.School != "alen" {
		t.Errorf("stored = %+v", stored)
	}
	if bytes.Contains(stored.Note, []byte("mamma")) {
		t.Error("the note is stored in the clear")
	}

	// The same request again is the same entry, later and in other words as well.
	h.now = h.now.Add(10 * time.Second)
	again := h.log(anna, "8B-M2X plan Annat", "r1")
	if diff := cmp.Diff(want, again, sameZone); diff != "" {
		t.Errorf("LogLine() of the same request (-want +got):\n%s", diff)
	}
	if other := h.log(anna, "8B-M2X samtal", "r2"); other.ID == got.ID || other.Note != "" {
		t.Errorf("another request gives %+v", other)
	}
	// Another person's request may have the same id.
	bo := h.person("bo", "mentor@alen 9C@alen")
	if other := h.log(bo, "9C-P5P samtal", "r1"); other.ID == got.ID {
		t.Error("two people's requests are taken for one")
	}
}

var sameZone = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

func TestLogLineAfterMidnightIsOfTheSchoolsDay(t *testing.T) {
	h, anna, _ := withClass(t)
	for at, want := range map[string]care.Date{
		"2026-10-05T21:59:59Z": "2026-10-05", "2026-10-05T22:00:00Z": "2026-10-06",
		"2026-11-05T22:59:59Z": "2026-11-05", "2026-11-05T23:00:00Z": "2026-11-06",
	} {
		var err error
		h.now, err = time.Parse(time.RFC3339, at)
		h.must(err)
		if got := h.log(anna, "8B-K3F samtal", at).Date; got != want {
			t.Errorf("logged at %s, the date is %s, want %s", at, got, want)
		}
	}
}

func TestLogLineWithOneUnknownStudentLogsNothing(t *testing.T) {
	h, anna, eva := withClass(t)
	_, err := h.LogLine(t.Context(), anna, "8B-K3F,9C-P5P,8B-M2X samtal", "r1", h.now)
	found, ok := errors.AsType[*care.Error](err)
	if !ok || found.Code != care.CodeUnknownStudent || found.Args["Word"] != "9C-P5P" {
		t.Errorf("LogLine() = %v, want that 9C-P5P is unknown", err)
	}
	for _, who := range []string{"8B-K3F", "9C-P5P", "8B-M2X"} {
		if got := h.timeline(eva, who); got != "" {
			t.Errorf("the timeline of %s is %q, want none", who, got)
		}
	}
}

func TestUndoWithinItsWindow(t *testing.T) {
	for _, tt := range []struct {
		name        string
		after       time.Duration
		word, click care.Code
	}{
		{"at once", 0, "", ""},
		{"at the last moment", care.UndoWindow, "", ""},
		{"too late", care.UndoWindow + time.Millisecond, care.CodeNothingToUndo, care.CodeUndoTooLate},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, anna, _ := withClass(t)
			first := h.log(anna, "8B-K3F samtal Först", "r1")
			later := h.now.Add(tt.after)
			e, err := h.UndoIntervention(t.Context(), anna, first.ID, "u1", later)
			if care.CodeOf(err) != tt.click || err == nil && (e.Status != care.StatusWithdrawn || e.ID != first.ID || e.Students[0].Ref != "8B-K3F") {
				t.Errorf("UndoIntervention() = %+v, %v, want %q", e, err, tt.click)
			}
			h.log(anna, "8B-K3F samtal Sedan", "r2")
			e, err = h.Undo(t.Context(), anna, "u2", later)
			if care.CodeOf(err) != tt.word || err == nil && e.Note != "Sedan" {
				t.Errorf("Undo() = %+v, %v, want %q", e, err, tt.word)
			}
			if found, ok := errors.AsType[*care.Error](err); ok && found.Args["Minutes"] != 30 {
				t.Errorf("the refusal says %v minutes, want 30", found.Args["Minutes"])
			}
		})
	}
}

func TestUndoTakesTheLatest(t *testing.T) {
	h, anna, _ := withClass(t)
	for i, note := range []string{"Ett", "Två", "Tre"} {
		h.now = h.now.Add(time.Second)
		h.log(anna, "8B-K3F samtal "+note, fmt.Sprintf("r%d", i))
	}
	undo := func(request string) string {
		t.Helper()
		e, err := h.Undo(t.Context(), anna, request, h.now)
		if code := care.CodeOf(err); code != "" {
			return string(code)
		}
		h.must(err)
		return e.Note
	}
	for i, step := range []struct{ request, want string }{
		{"u1", "Tre"}, {"u1", "Tre"}, {"u2", "Två"}, {"u1", "Tre"}, {"u3", "Ett"}, {"u2", "Två"}, {"u4", "nothing_to_undo"}, {"u3", "Ett"},
	} {
		if got := undo(step.request); got != step.want {
			t.Errorf("step %d: Undo(%s) = %s, want %s", i, step.request, got, step.want)
		}
	}
	if got := h.own(anna); got != "" {
		t.Errorf("the list shows %q, want nothing", got)
	}
}

func TestUndoLooksBeyondManyWithdrawn(t *testing.T) {
	h, anna, _ := withClass(t)
	h.log(anna, "8B-K3F samtal Kvar", "r")
	for i := range 25 {
		h.now = h.now.Add(time.Second)
		h.log(anna, "8B-K3F samtal", fmt.Sprintf("r%d", i))
		if _, err := h.Undo(t.Context(), anna, fmt.Sprintf("u%d", i), h.now); err != nil {
			t.Fatal(err)
		}
	}
	// The first request again withdraws nothing new, though 24 came after it.
	if e, err := h.Undo(t.Context(), anna, "u0", h.now); err != nil || e.Note != "" {
		t.Errorf("Undo() again = %q, %v, want the first", e.Note, err)
	}
	if got, want := h.own(anna), "8B-K3F: Kvar"; got != want {
		t.Errorf("the list shows %q, want %q", got, want)
	}
	if e, err := h.Undo(t.Context(), anna, "u", h.now); err != nil || e.Note != "Kvar" {
		t.Errorf("Undo() = %q, %v, want Kvar", e.Note, err)
	}
}

func TestUndoOfSomeoneElses(t *testing.T) {
	h, anna, eva := withClass(t)
	logged := h.log(anna, "8B-K3F samtal Min", "r1")
	var errs []error
	var calls [][]string
	for _, id := range []string{logged.ID, "iv_none"} {
		calls = append(calls, h.engine.during(func() {
			_, err := h.UndoIntervention(t.Context(), eva, id, "u1", h.now)
			errs = append(errs, err)
		}))
	}
	_, err := h.Undo(t.Context(), eva, "u2", h.now)
	for _, err := range append(errs, err) {
		if care.CodeOf(err) != care.CodeNothingToUndo {
			t.Errorf("undo of someone else's = %v, want %s", err, care.CodeNothingToUndo)
		}
	}
	if diff := cmp.Diff(calls[1], calls[0]); diff != "" {
		t.Errorf("someone else's costs other calls than none (-none +else's):\n%s", diff)
	}
	if got, want := h.own(anna), "8B-K3F: Min"; got != want {
		t.Errorf("the list shows %q, want %q", got, want)
	}
}

func TestUndoByClickIsOnceAndForAll(t *testing.T) {
	h, anna, _ := withClass(t)
	logged := h.log(anna, "8B-K3F samtal Min", "r1")
	first, err := h.UndoIntervention(t.Context(), anna, logged.ID, "u1", h.now)
	h.must(err)
	h.now = h.now.Add(time.Hour)
	second, err := h.UndoIntervention(t.Context(), anna, logged.ID, "u2", h.now)
	h.must(err)
	if diff := cmp.Diff(first, second, sameZone); diff != "" {
		t.Errorf("asked again (-first +second):\n%s", diff)
	}
	stored, err := h.Interventions.Get(t.Context(), logged.ID)
	h.must(err)
	if stored.Version != 2 || stored.MadeBy("u2") {
		t.Errorf("asked again, the record has changed: version %d, requests %q", stored.Version, stored.Requests)
	}
}

// One undo comes between another's reading and writing.
func TestUndoesMeet(t *testing.T) {
	tests := []struct {
		name          string
		logged        int
		first, second string // the requests
		click         bool   // the first is a click on the latest
		want, left    string
	}{
		{"two words, two entries", 2, "u1", "u2", false, "1, then 2", ""},
		{"two words, one entry", 1, "u1", "u2", false, "nothing_to_undo, then 1", ""},
		{"one word delivered twice", 2, "u1", "u1", false, "2, then 2", "8B-K3F: 1"},
		{"a click and a word", 2, "u1", "u2", true, "2, then 2", "8B-K3F: 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, anna, _ := withClass(t)
			var latest care.Entry
			for i := range tt.logged {
				h.now = h.now.Add(time.Second)
				latest = h.log(anna, fmt.Sprintf("8B-K3F samtal %d", i+1), fmt.Sprintf("r%d", i))
			}
			answer := func(e care.Entry, err error) string {
				if code := care.CodeOf(err); code != "" {
					return string(code)
				}
				h.must(err)
				return e.Note
			}
			var between string
			h.engine.between("Replace interventions", func() error {
				between = answer(h.Undo(t.Context(), anna, tt.second, h.now))
				return nil
			})
			var got string
			if tt.click {
				got = answer(h.UndoIntervention(t.Context(), anna, latest.ID, tt.first, h.now))
			} else {
				got = answer(h.Undo(t.Context(), anna, tt.first, h.now))
			}
			if got += ", then " + between; got != tt.want {
				t.Errorf("the undos answer %s, want %s", got, tt.want)
			}
			if got := h.own(anna); got != tt.left {
				t.Errorf("what is left is %q, want %q", got, tt.left)
			}
		})
	}
}

func TestManyUndoesAtOnce(t *testing.T) {
	h, anna, _ := withClass(t)
	const entries, undoes = 4, 8
	for i := range entries {
		h.now = h.now.Add(time.Second)
		h.log(anna, fmt.Sprintf("8B-K3F samtal %d", i), fmt.Sprintf("r%d", i))
	}
	var mu sync.Mutex
	var got []string
	var wg sync.WaitGroup
	for i := range undoes {
		wg.Go(func() {
			e, err := h.Undo(t.Context(), anna, fmt.Sprintf("u%d", i), h.now)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				e.Note = err.Error()
			}
			got = append(got, e.Note)
		})
	}
	wg.Wait()
	slices.Sort(got)
	want := []string{"0", "1", "2", "3", "nothing_to_undo", "nothing_to_undo", "nothing_to_undo", "nothing_to_undo"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the answers (-want +got):\n%s", diff)
	}
}

// A record of several students shows a reader only those they may see; the note is for those who
// may read it of all, and for its author.
func TestEntryOfSeveralStudents(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	both := h.person("both", "mentor@alen 8B@alen 9C@alen")
	coach := h.person("coach", "mentor@alen 8B@alen coach@fjell")
	h.assign(coach, "1A-B2B", care.Period{})
	head := h.person("head", "principal@alen")
	h.had("iv_1", both, care.AudienceEHT, "Ihop", "8B-K3F", "9C-P5P")
	h.had("iv_2", eva, care.AudienceMentor, "Bara mentor", "9C-P5P", "8B-M2X")
	h.had("iv_3", head, care.AudienceEHT, "Två skolor", "1A-B2B", "8B-K3F")

	tests := []struct {
		name  string
		actor care.Actor
		who   string
		want  string
	}{
		{"mentor of one", anna, "8B-K3F", "8B-K3F: ~, 8B-K3F: ~"},
		{"mentor of one, the other not theirs", anna, "9C-P5P", "no_such_student"},
		{"the author", both, "8B-K3F", "8B-K3F+9C-P5P: Ihop, 8B-K3F: ~"},
		{"mentor of both, not the author", both, "8B-M2X", "9C-P5P+8B-M2X: Bara mentor"},
		{"mentor of one, coach of the other", coach, "8B-K3F", "1A-B2B+8B-K3F: ~, 8B-K3F: ~"},
		{"the team, not its own school", eva, "8B-K3F", "8B-K3F+9C-P5P: Ihop, 8B-K3F: ~"},
		{"the team, the author of a note for mentors", eva, "8B-M2X", "9C-P5P+8B-M2X: Bara mentor"},
		{"the principal, a note for mentors", head, "9C-P5P", "8B-K3F+9C-P5P: Ihop, 9C-P5P+8B-M2X: ~"},
		{"the principal, the author, one at another school", head, "8B-K3F", "8B-K3F+9C-P5P: Ihop, 8B-K3F: Två skolor"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Split(h.timeline(tt.actor, tt.who), ", ")
			slices.Sort(got)
			want := strings.Split(tt.want, ", ")
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Timeline(%s) (-want +got):\n%s", tt.who, diff)
			}
		})
	}

	t.Run("the author sees one of them still", func(t *testing.T) {
		h.change("9C-P5P", left)
		if got, want := h.own(both), "8B-K3F: Ihop"; got != want {
			t.Errorf("ListOwn() = %q, want %q", got, want)
		}
	})
	t.Run("the author sees none of them any more", func(t *testing.T) {
		h.change("8B-K3F", protected)
		if got := h.own(both); got != "" {
			t.Errorf("ListOwn() = %q, want nothing", got)
		}
		if got, want := h.timeline(eva, "9C-P5P"), "9C-P5P: ~"; !strings.Contains(got, want) {
			t.Errorf("the team's timeline = %q, want %q in it", got, want)
		}
	})
}

// Who has logged something for a student and no longer sees them reads nothing of it.
func TestAuthorWhoNoLongerSeesTheStudent(t *testing.T) {
	h, _, eva := withClass(t)
	coach := h.person("coach", "coach@alen")
	h.assign(coach, "9C-P5P", care.Period{})
	logged := h.log(coach, "9C-P5P samtal Hemligt", "r1")
	if got, want := h.own(coach), "9C-P5P: Hemligt"; got != want {
		t.Errorf("ListOwn() = %q, want %q", got, want)
	}
	h.assign(coach, "9C-P5P", care.Period{To: "2026-10-04"})
	before := h.audited()
	if got := h.own(coach); got != "" {
		t.Errorf("ListOwn() = %q, want nothing", got)
	}
	if got, want := h.timeline(coach, "9C-P5P"), "no_such_student"; got != want {
		t.Errorf("Timeline() = %q, want %q", got, want)
	}
	// A mistake can be withdrawn nevertheless, without a word of whom it was for.
	h.now = h.now.Add(5 * time.Minute)
	e, err := h.UndoIntervention(t.Context(), coach, logged.ID, "u1", h.now)
	h.must(err)
	if len(e.Students) > 0 || e.Note != "" || e.Status != care.StatusWithdrawn {
		t.Errorf("UndoIntervention() = %+v, want it withdrawn and blank", e)
	}
	if got := h.timeline(eva, "9C-P5P"); got != "" {
		t.Errorf("what was withdrawn is on the timeline: %q", got)
	}
	h.now = h.now.Add(5 * time.Minute)
	if e, err = h.UndoIntervention(t.Context(), coach, logged.ID, "u2", h.now); err != nil || len(e.Students) > 0 || e.Note != "" {
		t.Errorf("UndoIntervention() again = %+v, %v, want it blank", e, err)
	}
	want := append(before, "coach intervention.withdraw 9C-P5P", "eva student.timeline 9C-P5P")
	slices.Sort(want)
	if diff := cmp.Diff(want, h.audited()); diff != "" {
		t.Errorf("the audit entries (-want +got):\n%s", diff)
	}
}

func TestListsAreLimited(t *testing.T) {
	h, anna, _ := withClass(t)
	h.student("8B-X4X", "alen", "Xia", "Ek")
	lists := map[string]func() ([]care.Entry, bool, error){
		"ListOwn": func() ([]care.Entry, bool, error) { return h.ListOwn(t.Context(), anna, h.now) },
		"Timeline": func() ([]care.Entry, bool, error) {
			_, entries, more, err := h.Timeline(t.Context(), anna, "8B-K3F", h.now)
			return entries, more, err
		},
	}
	check := func(what string, want int, wantMore bool) {
		t.Helper()
		for name, list := range lists {
			entries, more, err := list()
			h.must(err)
			if len(entries) != want || more != wantMore {
				t.Errorf("%s: %s shows %d entries, more: %v; want %d, %v", what, name, len(entries), more, want, wantMore)
			}
			for i, e := range entries {
				if i > 0 && entries[i-1].At.Before(e.At) {
					t.Errorf("%s: %s does not show the latest first", what, name)
				}
			}
		}
	}
	n := 0
	log := func(times int, students string) (last care.Entry) {
		for range times {
			n++
			h.now = h.now.Add(time.Second)
			last = h.log(anna, fmt.Sprintf("%s samtal %d", students, n), fmt.Sprintf("r%d", n))
		}
		return last
	}
	check("none", 0, false)
	log(9, "8B-K3F")
	check("nine", 9, false)
	log(1, "8B-M2X,8B-K3F")
	check("as many as there is room for", care.ListMax, false)
	log(1, "8B-M2X,8B-K3F")
	check("one more", care.ListMax, true)
	for range 100 {
		last := log(1, "8B-M2X,8B-K3F")
		if _, err := h.UndoIntervention(t.Context(), anna, last.ID, "u"+last.ID, h.now); err != nil {
			t.Fatal(err)
		}
	}
	check("a hundred withdrawn", care.ListMax, true)
}

func TestListOwnLooksBeyondWhatIsHidden(t *testing.T) {
	h, anna, _ := withClass(t)
	h.log(anna, "8B-K3F samtal Kvar", "r")
	for i := range 50 {
		h.now = h.now.Add(time.Second)
		h.log(anna, "8B-M2X samtal", fmt.Sprintf("r%d", i))
	}
	h.change("8B-M2X", left)
	if got, want := h.own(anna), "8B-K3F: Kvar"; got != want {
		t.Errorf("ListOwn() = %q, want %q", got, want)
	}
}

func TestTimelineOrder(t *testing.T) {
	h, anna, eva := withClass(t)
	for i, line := range []string{"8B-K3F samtal 1", "8B-M2X,8B-K3F samtal 2", "8B-K3F,8B-M2X samtal 3", "8B-M2X samtal 4"} {
		h.now = h.now.Add(13 * time.Hour)
		h.log(anna, line, fmt.Sprintf("r%d", i))
	}
	for who, want := range map[string]string{
		"8B-K3F": "8B-K3F+8B-M2X: 3, 8B-M2X+8B-K3F: 2, 8B-K3F: 1",
		"8B-M2X": "8B-M2X: 4, 8B-K3F+8B-M2X: 3, 8B-M2X+8B-K3F: 2",
	} {
		if got := h.timeline(eva, who); got != want {
			t.Errorf("Timeline(%s) = %q, want %q", who, got, want)
		}
	}
	_, entries, _, err := h.Timeline(t.Context(), eva, "8B-K3F", h.now)
	h.must(err)
	for _, e := range entries {
		if e.Author != "anna" || e.Own {
			t.Errorf("to the team the author is %q, own: %v", e.Author, e.Own)
		}
	}
	_, entries, _, err = h.Timeline(t.Context(), anna, "8B-K3F", h.now)
	h.must(err)
	for _, e := range entries {
		if e.Author != "" || !e.Own {
			t.Errorf("to the author the author is %q, own: %v", e.Author, e.Own)
		}
	}
}

// A stop between the writes of one intervention leaves nothing that anyone sees, and the same
// request makes it whole.
func TestLogLineHealsAfterAStop(t *testing.T) {
	for _, stop := range []string{"Insert intervention_links", "Insert interventions"} {
		t.Run(stop, func(t *testing.T) {
			h, anna, eva := withClass(t)
			h.student("8B-X4X", "alen", "Xia", "Ek")
			h.engine.between(stop, func() error { return errors.New("the power is gone") })
			const line = "8B-K3F,8B-M2X,8B-X4X samtal Ihop"
			if _, err := h.LogLine(t.Context(), anna, line, "r1", h.now); err == nil || care.CodeOf(err) != "" {
				t.Fatalf("LogLine() = %v, want trouble of ours", err)
			}
			students := []string{"8B-K3F", "8B-M2X", "8B-X4X"}
			for _, who := range students {
				if got := h.timeline(eva, who); got != "" {
					t.Errorf("after the stop the timeline of %s shows %q", who, got)
				}
			}
			h.log(anna, line, "r1")
			h.log(anna, line, "r1")
			for _, who := range students {
				if got, want := h.timeline(eva, who), "8B-K3F+8B-M2X+8B-X4X: Ihop"; got != want {
					t.Errorf("healed, the timeline of %s shows %q, want %q", who, got, want)
				}
			}
		})
	}
}

// Each answer that shows a name or a note leaves one entry; the same person, students and minute
// leave one together.
func TestAudit(t *testing.T) {
	h, anna, eva := withClass(t)
	undo := func(id, request string) {
		t.Helper()
		_, err := h.UndoIntervention(t.Context(), anna, id, request, h.now)
		h.must(err)
	}
	var first, joint care.Entry
	steps := []struct {
		name  string
		later time.Duration
		do    func()
		want  string // the entries that it leaves
	}{
		{"an empty list", 0, func() { h.own(anna) }, ""},
		{"a line", 0, func() { first = h.log(anna, "8B-K3F samtal Hemlig-Anteckning", "r1") }, "anna intervention.log 8B-K3F"},
		{"the line delivered again", time.Second, func() { h.log(anna, "8B-K3F samtal Hemlig-Anteckning", "r1") }, ""},
		{"a refused line", 0, func() { _, _ = h.LogLine(t.Context(), anna, "9C-P5P samtal", "r2", h.now) }, ""},
		{"the list", 0, func() { h.own(anna) }, "anna intervention.list_own 8B-K3F"},
		{"the list once more", 0, func() { h.own(anna) }, ""},
		{"a line for two", time.Second, func() { joint = h.log(anna, "8B-M2X,8B-K3F samtal", "r3") }, "anna intervention.log 8B-M2X 8B-K3F"},
		{"the list, with another student on it", 0, func() { h.own(anna) }, "anna intervention.list_own 8B-M2X 8B-K3F"},
		{"the list a minute later", time.Minute, func() { h.own(anna) }, "anna intervention.list_own 8B-M2X 8B-K3F"},
		{"a timeline without entries", 0, func() { h.timeline(eva, "9C-P5P") }, "eva student.timeline 9C-P5P"},
		{"a timeline that names two", 0, func() { h.timeline(eva, "8B-K3F") }, "eva student.timeline 8B-K3F 8B-M2X"},
		{"it by name", 0, func() { h.timeline(eva, "Alva Berg") }, ""},
		{"it by someone else", 0, func() { h.timeline(anna, "8B-K3F") }, "anna student.timeline 8B-K3F 8B-M2X"},
		{"names to choose between", 0, func() { _, _, _, _ = h.Timeline(t.Context(), anna, "alva", h.now) }, "anna student.choose 8B-K3F 8B-M2X"},
		{"the same names", 0, func() { _, _, _, _ = h.Timeline(t.Context(), anna, "alva", h.now) }, ""},
		{"the same names for a line", time.Minute, func() { _, _ = h.LogLine(t.Context(), anna, "alva samtal", "r4", h.now) }, "anna student.choose 8B-K3F 8B-M2X"},
		{"kinds to choose between", 0, func() { _, _ = h.LogLine(t.Context(), anna, "8B-K3F anpa", "r5", h.now) }, ""},
		{"undo", 0, func() { undo(first.ID, "u1") }, "anna intervention.withdraw 8B-K3F"},
		{"undo again", time.Second, func() { undo(first.ID, "u2") }, ""},
		{"undo again much later", time.Hour, func() { undo(first.ID, "u3") }, "anna intervention.show 8B-K3F"},
		{"and again", time.Second, func() { undo(first.ID, "u4") }, ""},
		{"the line delivered again much later", 0, func() { h.log(anna, "8B-M2X,8B-K3F samtal", "r3") }, "anna intervention.show 8B-M2X 8B-K3F"},
		{"undo of someone else's", 0, func() { _, _ = h.UndoIntervention(t.Context(), eva, joint.ID, "u5", h.now) }, ""},
	}
	before := h.audited()
	for _, step := range steps {
		h.now = h.now.Add(step.later)
		step.do()
		after := h.audited()
		if got := strings.Join(added(before, after), "; "); got != step.want {
			t.Errorf("%s leaves %q, want %q", step.name, got, step.want)
		}
		before = after
	}

	for _, collection := range []string{"audit", "interventions", "drafts"} {
		docs, err := h.engine.Engine.Find(t.Context(), collection, store.Query{Sort: []store.Order{{Field: "_id"}}})
		h.must(err)
		if len(docs) == 0 {
			t.Errorf("there is nothing in %s", collection)
		}
		for _, doc := range docs {
			for _, secret := range []string{"Hemlig-Anteckning", "Alva", "alva", "Berg", "Norén", "anna"} {
				if bytes.Contains(doc, []byte(secret)) {
					t.Errorf("a document of %s holds %q in the clear", collection, secret)
				}
			}
		}
	}
}

// added is what the later list has more than the earlier one.
func added(before, after []string) []string {
	rest := slices.Clone(before)
	return slices.DeleteFunc(slices.Clone(after), func(s string) bool {
		if i := slices.Index(rest, s); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			return true
		}
		return false
	})
}

// Nothing is shown that is not on record.
func TestNoReadingWithoutItsAuditEntry(t *testing.T) {
	h, anna, _ := withClass(t)
	h.log(anna, "8B-K3F samtal", "r1")
	down := errors.New("the disk is full")
	reads := map[string]func() error{
		"ListOwn": func() error {
			_, _, err := h.ListOwn(t.Context(), anna, h.now)
			return err
		},
		"Timeline": func() error {
			_, _, _, err := h.Timeline(t.Context(), anna, "8B-K3F", h.now)
			return err
		},
		"Timeline of several": func() error {
			_, _, _, err := h.Timeline(t.Context(), anna, "alva", h.now)
			return err
		},
		"LogLine for several": func() error {
			_, err := h.LogLine(t.Context(), anna, "alva samtal", "r2", h.now)
			return err
		},
		"LogLine much later": func() error {
			_, err := h.LogLine(t.Context(), anna, "8B-K3F samtal", "r1", h.now.Add(time.Hour))
			return err
		},
	}
	for name, read := range reads {
		h.engine.between("Insert audit", func() error { return down })
		if err := read(); !errors.Is(err, down) {
			t.Errorf("%s without an audit entry = %v, want an error", name, err)
		}
		if _, ok := errors.AsType[*care.Choice](read()); !ok && strings.HasSuffix(name, "several") {
			t.Errorf("%s with an audit entry is no choice", name)
		}
	}
}
