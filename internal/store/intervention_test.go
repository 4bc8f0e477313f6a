package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
)

// stopping is an engine whose writes to a collection can be stopped.
type stopping struct {
	store.Engine
	mu   sync.Mutex
	stop string // the collection
	left int    // how many writes it takes until then
}

var errStopped = errors.New("the power is gone")

func (s *stopping) write(collection string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if collection != s.stop {
		return nil
	}
	if s.left--; s.left < 0 {
		return errStopped
	}
	return nil
}

func (s *stopping) Insert(ctx context.Context, collection string, doc bson.Raw) error {
	if err := s.write(collection); err != nil {
		return err
	}
	return s.Engine.Insert(ctx, collection, doc)
}

func (s *stopping) Replace(ctx context.Context, collection string, doc bson.Raw, version int64) error {
	if err := s.write(collection); err != nil {
		return err
	}
	return s.Engine.Replace(ctx, collection, doc, version)
}

// shelf keeps interventions of students A to D.
type shelf struct {
	*testing.T
	*store.Records
	engine *stopping
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	engine := &stopping{Engine: storetest.Open(t, t.TempDir())}
	records, err := store.Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	return &shelf{t, records, engine}
}

func (s *shelf) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// content reads "A B 2026-10-05 2026-10-20": students, the day, and perhaps one to follow up on.
func content(line string) (c care.Content) {
	for word := range strings.FieldsSeq(line) {
		switch {
		case len(word) == 1:
			c.Students = append(c.Students, care.Ref(word))
		case c.Date == "":
			c.Date = care.Date(word)
		default:
			c.FollowUp = care.Date(word)
		}
	}
	return c
}

func lead(iv *care.Intervention) {
	iv.Student = ""
	if len(iv.Students) > 0 {
		iv.Student = iv.Students[0]
	}
}

func (s *shelf) add(id string, minute int, line string) {
	s.Helper()
	iv := care.Intervention{Meta: care.Meta{ID: id}, Author: "anna", At: at(minute), Content: content(line)}
	lead(&iv)
	s.must(s.Interventions.Add(s.Context(), iv))
}

// changed is the intervention as it is stored, changed to what the line says.
func (s *shelf) changed(id, line string) care.Intervention {
	s.Helper()
	iv, err := s.Interventions.Get(s.Context(), id)
	s.must(err)
	iv.Revisions = append(iv.Revisions, care.Revision{Before: iv.Content})
	iv.Content = content(line)
	lead(&iv)
	return iv
}

func (s *shelf) change(id, line string) {
	s.Helper()
	s.must(s.Interventions.Replace(s.Context(), s.changed(id, line)))
}

// all lists the timelines of A to D as "A: x1 x2, B: x2", each in full and then by ever larger limits,
// which must begin alike; after a slash stand those to be followed up on from the 10th.
func (s *shelf) all() string {
	s.Helper()
	ids := func(list []care.Intervention, err error) string {
		s.Helper()
		s.must(err)
		var all []string
		for _, iv := range list {
			all = append(all, iv.ID)
		}
		return strings.Join(all, " ")
	}
	var lines []string
	for _, ref := range []care.Ref{"A", "B", "C", "D"} {
		whole := ids(s.Interventions.OfStudent(s.Context(), ref, 0))
		words := strings.Fields(whole)
		for limit := 1; limit <= len(words)+1; limit++ {
			if got, want := ids(s.Interventions.OfStudent(s.Context(), ref, limit)), strings.Join(words[:min(limit, len(words))], " "); got != want {
				s.Errorf("OfStudent(%s, %d) = %s, want %s of %s", ref, limit, got, want, whole)
			}
		}
		line := whole
		if ahead := ids(s.Interventions.FollowUps(s.Context(), ref, "2026-10-10")); ahead != "" {
			line += "/" + ahead
		}
		if line != "" {
			lines = append(lines, string(ref)+": "+line)
		}
	}
	return strings.Join(lines, ", ")
}

func TestReplaceMovesBetweenTimelines(t *testing.T) {
	s := newShelf(t)
	s.add("x", 1, "A B C 2026-10-05 2026-10-20")
	s.add("y", 2, "B A 2026-10-06 2026-10-15")
	for _, step := range []struct{ name, id, line, want string }{
		{"nothing", "x", "A B C 2026-10-05 2026-10-20", "A: y x/y x, B: y x/y x, C: x/x"},
		{"one is added", "x", "A B C D 2026-10-05 2026-10-20", "A: y x/y x, B: y x/y x, C: x/x, D: x/x"},
		{"one is removed", "x", "A B D 2026-10-05 2026-10-20", "A: y x/y x, B: y x/y x, D: x/x"},
		{"the first is removed", "x", "B D 2026-10-05 2026-10-20", "A: y/y, B: y x/y x, D: x/x"},
		{"the first two change places", "x", "D B 2026-10-05 2026-10-20", "A: y/y, B: y x/y x, D: x/x"},
		{"and back", "x", "B D 2026-10-05 2026-10-20", "A: y/y, B: y x/y x, D: x/x"},
		{"a later day", "x", "B D A 2026-10-07 2026-10-20", "A: x y/y x, B: x y/y x, D: x/x"},
		{"followed up on before", "x", "B D A 2026-10-07 2026-10-12", "A: x y/x y, B: x y/x y, D: x/x"},
		{"followed up on too early", "x", "B D A 2026-10-07 2026-10-09", "A: x y/y, B: x y/y, D: x"},
		{"not followed up on", "x", "B D A 2026-10-07", "A: x y/y, B: x y/y, D: x"},
		{"an earlier day, as it was", "x", "B D A 2026-10-05 2026-10-20", "A: y x/y x, B: y x/y x, D: x/x"},
		{"none", "x", "2026-10-05", "A: y/y, B: y/y"},
		{"all", "x", "C D A B 2026-10-05 2026-10-20", "A: y x/y x, B: y x/y x, C: x/x, D: x/x"},
		{"only one", "x", "C 2026-10-05", "A: y/y, B: y/y, C: x"},
	} {
		s.change(step.id, step.line)
		if got := s.all(); got != step.want {
			t.Errorf("%s: the timelines are\n%s, want\n%s", step.name, got, step.want)
		}
	}
}

// However often the dates of one have changed, the others are found within a limit.
func TestLinksThatHoldNoMoreTakeNoRoom(t *testing.T) {
	s := newShelf(t)
	for i := range 5 {
		s.add(fmt.Sprint("x", i), i, fmt.Sprintf("A B 2026-10-0%d", i+1))
	}
	s.add("y", 9, "A B 2026-12-31")
	for i := range 30 {
		s.change("y", fmt.Sprintf("A B C 2026-11-%02d", i+1))
	}
	s.change("y", "C B 2026-10-03")
	want := "A: x4 x3 x2 x1 x0, B: x4 x3 y x2 x1 x0, C: y"
	if got := s.all(); got != want {
		t.Errorf("the timelines are\n%s, want\n%s", got, want)
	}
}

// A stop before any of the writes of a change leaves all timelines as they were, and the change
// made again makes them whole.
func TestReplaceHealsAfterAStop(t *testing.T) {
	for _, line := range []string{"A B C D 2026-10-05 2026-10-20", "B A 2026-10-07", "D C B A 2026-10-04 2026-10-12", "C 2026-10-05", "2026-10-05"} {
		whole := newShelf(t)
		whole.add("y", 0, "B C 2026-10-06")
		whole.add("x", 1, "A B C 2026-10-05 2026-10-20")
		before := whole.all()
		whole.change("x", line)
		want := whole.all()
		for _, stop := range []string{"intervention_links", "interventions"} {
			for left := range len(content(line).Students) {
				s := newShelf(t)
				s.add("y", 0, "B C 2026-10-06")
				s.add("x", 1, "A B C 2026-10-05 2026-10-20")
				s.engine.stop, s.engine.left = stop, left
				err := s.Interventions.Replace(t.Context(), s.changed("x", line))
				s.engine.stop = ""
				if err == nil {
					continue // it has fewer writes
				}
				if !errors.Is(err, errStopped) {
					t.Fatalf("Replace(%s) = %v, want %v", line, err, errStopped)
				}
				if got := s.all(); got != before {
					t.Errorf("%s, stopped before write %d to %s: the timelines are\n%s, want\n%s", line, left, stop, got, before)
				}
				s.change("x", line)
				if got := s.all(); got != want {
					t.Errorf("%s, stopped before write %d to %s and healed: the timelines are\n%s, want\n%s", line, left, stop, got, want)
				}
			}
		}
	}
}

// Of two changes of the same version one wins, and nothing of the other is on a timeline.
func TestReplacesOfOneVersion(t *testing.T) {
	s := newShelf(t)
	s.add("y", 0, "B C 2026-10-06")
	s.add("x", 1, "A B 2026-10-05 2026-10-20")
	one, two := s.changed("x", "A B C 2026-10-05 2026-10-20"), s.changed("x", "D B 2026-10-07")
	s.must(s.Interventions.Replace(t.Context(), one))
	if err := s.Interventions.Replace(t.Context(), two); !errors.Is(err, care.ErrConflict) {
		t.Fatalf("Replace() of an old version = %v, want %v", err, care.ErrConflict)
	}
	if got, want := s.all(), "A: x/x, B: y x/x, C: y x/x"; got != want {
		t.Errorf("the timelines are %s, want %s", got, want)
	}
}

// A timeline that is read while the first two students change places has the entry once.
func TestTimelineWhileStudentsChangePlaces(t *testing.T) {
	s := newShelf(t)
	s.add("x", 1, "A B 2026-10-05 2026-10-20")
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		for range 30 {
			s.change("x", "B A 2026-10-05 2026-10-20")
			s.change("x", "A B 2026-10-05 2026-10-20")
		}
	})
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		for _, ref := range []care.Ref{"A", "B"} {
			if list, err := s.Interventions.OfStudent(t.Context(), ref, 10); err != nil || len(list) != 1 {
				t.Fatalf("OfStudent(%s) = %d, %v, want one", ref, len(list), err)
			}
			if list, err := s.Interventions.FollowUps(t.Context(), ref, "2026-10-10"); err != nil || len(list) != 1 {
				t.Fatalf("FollowUps(%s) = %d, %v, want one", ref, len(list), err)
			}
		}
	}
	wg.Wait()
}

func TestFollowUps(t *testing.T) {
	s := newShelf(t)
	s.add("late", 1, "A 2026-10-05 2026-12-01")
	s.add("soon", 2, "B A 2026-10-05 2026-10-06")
	s.add("same", 3, "A B 2026-10-01 2026-10-06")
	s.add("none", 4, "A B 2026-10-05")
	s.add("past", 5, "C A 2026-09-01 2026-09-02")
	other := care.Intervention{Meta: care.Meta{ID: "bos"}, Student: "A", Author: "bo", At: at(6), Content: content("A 2026-10-05 2026-10-07")}
	s.must(s.Interventions.Add(t.Context(), other))
	ids := func(list []care.Intervention, err error) string {
		t.Helper()
		s.must(err)
		var all []string
		for _, iv := range list {
			all = append(all, iv.ID)
		}
		return strings.Join(all, " ")
	}
	for _, tt := range []struct {
		from       care.Date
		a, b, anna string
	}{
		{"", "past soon same bos late", "soon same", "past soon same late"},
		{"2026-09-02", "past soon same bos late", "soon same", "past soon same late"},
		{"2026-09-03", "soon same bos late", "soon same", "soon same late"},
		{"2026-10-06", "soon same bos late", "soon same", "soon same late"},
		{"2026-10-07", "bos late", "", "late"},
		{"2026-12-02", "", "", ""},
	} {
		if got := ids(s.Interventions.FollowUps(t.Context(), "A", tt.from)); got != tt.a {
			t.Errorf("FollowUps(A, %s) = %s, want %s", tt.from, got, tt.a)
		}
		if got := ids(s.Interventions.FollowUps(t.Context(), "B", tt.from)); got != tt.b {
			t.Errorf("FollowUps(B, %s) = %s, want %s", tt.from, got, tt.b)
		}
		if got := ids(s.Interventions.OwnFollowUps(t.Context(), "anna", tt.from)); got != tt.anna {
			t.Errorf("OwnFollowUps(anna, %s) = %s, want %s", tt.from, got, tt.anna)
		}
	}
	if got := ids(s.Interventions.OwnFollowUps(t.Context(), "cia", "")); got != "" {
		t.Errorf("OwnFollowUps(cia) = %s, want none", got)
	}
}
