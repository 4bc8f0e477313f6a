package care_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lotsen/internal/care"
)

const planted = "Planterad-Hemlighet om Xanthippa"

// comes has something come in and returns its id and whether it was new.
func (h *house) comes(name string) (id string, fresh bool) {
	h.t.Helper()
	id = h.IncomingID(care.IncomingCommand, name)
	fresh, err := h.Receive(h.t.Context(), care.Incoming{Meta: care.Meta{ID: id}, Kind: care.IncomingCommand, Body: planted, At: h.now})
	h.must(err)
	return id, fresh
}

// taken is the body of what is taken at that moment, or "" when there is nothing.
func (h *house) taken(at time.Time) string {
	h.t.Helper()
	in, err := h.TakeIncoming(h.t.Context(), at)
	if errors.Is(err, care.ErrNotFound) {
		return ""
	}
	h.must(err)
	return in.Body
}

func TestIncomingLife(t *testing.T) {
	lease := care.IncomingLease
	finish, fail := (*care.Service).FinishIncoming, (*care.Service).FailIncoming
	tests := []struct {
		name string
		then func(s *care.Service, ctx context.Context, id string, now time.Time) error
		at   time.Duration // since it came
		want bool          // it can be taken then
	}{
		{"whoever received it has it alone", nil, lease - time.Millisecond, false},
		{"and lost it", nil, lease, true},
		{"done", finish, 24 * time.Hour, false},
		{"failed, before the pause is over", fail, time.Minute - time.Millisecond, false},
		{"failed, after the pause", fail, time.Minute, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			id, fresh := h.comes("trigger")
			if !fresh {
				t.Error("it counts as known")
			}
			if tt.then != nil {
				h.must(tt.then(h.Service, t.Context(), id, h.now))
			}
			if _, fresh := h.comes("trigger"); fresh {
				t.Error("it counts as new a second time")
			}
			if got := h.taken(h.now.Add(tt.at)); (got == planted) != tt.want {
				t.Errorf("taken %v later: %q, want %v", tt.at, got, tt.want)
			}
		})
	}
}

func TestIncomingIsSealedAndForgotten(t *testing.T) {
	h := newHouse(t)
	id, _ := h.comes("secret.trigger")
	if strings.Contains(id, "secret") {
		t.Errorf("the id %s tells the trigger", id)
	}
	raw, err := h.engine.Engine.Get(t.Context(), "inbox", id)
	h.must(err)
	for _, secret := range []string{"Planterad", "Xanthippa", "trigger"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q is stored in the clear", secret)
		}
	}
	h.must(h.FinishIncoming(t.Context(), id, h.now))
	done, err := h.Inbox.Get(t.Context(), id)
	h.must(err)
	if len(done.Sealed) > 0 || !done.Due.IsZero() {
		t.Errorf("what is done keeps its body: %d bytes, due %v", len(done.Sealed), done.Due)
	}
	h.must(h.FinishIncoming(t.Context(), "in_none", h.now))
}

func TestIncomingIsSetAside(t *testing.T) {
	t.Run("after failing", func(t *testing.T) {
		h := newHouse(t)
		id, _ := h.comes("trigger")
		now, failed := h.now, 0
		for {
			failed++
			err := h.FailIncoming(t.Context(), id, now)
			if errors.Is(err, care.ErrSetAside) {
				break
			}
			h.must(err)
			now = now.Add(time.Hour)
			if h.taken(now) != planted {
				t.Fatalf("after %d failures it is not to be had", failed)
			}
		}
		if failed != care.IncomingTries {
			t.Errorf("set aside after %d failures, want %d", failed, care.IncomingTries)
		}
		if h.taken(now.Add(24*time.Hour)) != "" {
			t.Error("it is taken once more")
		}
		if in, err := h.Inbox.Get(t.Context(), id); err != nil || len(in.Sealed) == 0 {
			t.Errorf("it is not kept: %v", err)
		}
	})
	t.Run("after ending those who began it", func(t *testing.T) {
		h := newHouse(t)
		h.comes("trigger")
		for n := 1; ; n++ {
			_, err := h.TakeIncoming(t.Context(), h.now.Add(time.Duration(n)*time.Hour))
			if errors.Is(err, care.ErrSetAside) {
				if n != care.IncomingTries {
					t.Errorf("set aside at the attempt %d, want after %d", n+1, care.IncomingTries)
				}
				break
			}
			h.must(err)
		}
	})
	t.Run("when it cannot be read", func(t *testing.T) {
		h := newHouse(t)
		bad := care.Incoming{Meta: care.Meta{ID: "in_bad"}, Kind: care.IncomingEvent, Sealed: care.Sealed("x"), At: h.now, Due: h.now}
		h.must(h.Inbox.Add(t.Context(), bad))
		if in, err := h.TakeIncoming(t.Context(), h.now); !errors.Is(err, care.ErrSetAside) || in.ID != "in_bad" {
			t.Errorf("TakeIncoming() = %q, %v, want it set aside", in.ID, err)
		}
		if h.taken(h.now.Add(time.Hour)) != "" {
			t.Error("it is taken once more")
		}
	})
}

func TestDropIncoming(t *testing.T) {
	h := newHouse(t)
	done, _ := h.comes("done")
	pending, _ := h.comes("pending")
	h.must(h.FinishIncoming(t.Context(), done, h.now))
	for _, tt := range []struct {
		after time.Duration
		want  int64
	}{{25 * time.Hour, 0}, {48 * time.Hour, 1}, {1000 * time.Hour, 0}} {
		if n, err := h.DropIncoming(t.Context(), h.now.Add(tt.after)); n != tt.want || err != nil {
			t.Errorf("DropIncoming() after %v = %d, %v, want %d", tt.after, n, err, tt.want)
		}
	}
	if _, err := h.Inbox.Get(t.Context(), pending); err != nil {
		t.Errorf("what is not done is gone: %v", err)
	}
}

// TestIncomingTakenWhileItIsDone has whoever works on it finish at the moment at which another takes it.
func TestIncomingTakenWhileItIsDone(t *testing.T) {
	h := newHouse(t)
	id, _ := h.comes("trigger")
	h.engine.between("Replace inbox", func() error { return h.FinishIncoming(t.Context(), id, h.now) })
	if got := h.taken(h.now.Add(time.Hour)); got != "" {
		t.Errorf("taken: %q", got)
	}
	h.engine.between("", nil)
	// And the other way round: it is done although someone else has taken it meanwhile.
	id, _ = h.comes("another")
	h.engine.between("Replace inbox", func() error {
		_, err := h.TakeIncoming(t.Context(), h.now.Add(time.Hour))
		return err
	})
	h.must(h.FinishIncoming(t.Context(), id, h.now))
	if got := h.taken(h.now.Add(24 * time.Hour)); got != "" {
		t.Errorf("taken although it is done: %q", got)
	}
}

func TestOfManyWhoReceiveOneDoes(t *testing.T) {
	h := newHouse(t)
	var mu sync.Mutex
	var wg sync.WaitGroup
	fresh := 0
	for range 16 {
		wg.Go(func() {
			ok, err := h.Receive(t.Context(), care.Incoming{Meta: care.Meta{ID: "in_1"}, Kind: care.IncomingEvent, Body: planted, At: h.now})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh++
			}
		})
	}
	wg.Wait()
	if fresh != 1 {
		t.Errorf("%d have received it as new, want one", fresh)
	}
}

// TestUndoThatWaited has a request to undo handled after its writer has logged something else.
func TestUndoThatWaited(t *testing.T) {
	h := newHouse(t)
	anna := h.person("Anna", "mentor@alen 8B@alen")
	h.student("8B-K3F", "alen", "Unni", "Lund")
	asked := h.now.Add(time.Minute)
	for _, l := range []struct {
		note string
		at   time.Time
	}{{"Före", h.now}, {"Efter", asked.Add(time.Minute)}} {
		_, err := h.LogLine(t.Context(), anna, "8B-K3F samtal "+l.note, l.note, l.at)
		h.must(err)
	}
	if e, err := h.Undo(t.Context(), anna, "undo", asked); err != nil || e.Note != "Före" {
		t.Errorf("Undo() = %q, %v, want what was there when it was asked for", e.Note, err)
	}
	if e, err := h.Undo(t.Context(), anna, "undo", asked); err != nil || e.Note != "Före" {
		t.Errorf("Undo() again = %q, %v, want the same", e.Note, err)
	}
}
