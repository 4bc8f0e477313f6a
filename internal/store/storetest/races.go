package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

const racers = 16

// testCounter raises one number from many goroutines by read, change and Replace: a hundred times
// each, or for ten seconds where a command takes long, for of those at once all but one meet a conflict.
func testCounter(t *testing.T, e store.Engine) {
	const each, least = 100, 50
	insert(t, e, doc(t, "counter", "n", int64(0)))
	patience, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var raised atomic.Int64
	var wg sync.WaitGroup
	for range racers {
		wg.Go(func() {
			for done := 0; done < each; {
				if patience.Err() != nil && raised.Load() >= least {
					return
				}
				d, err := e.Get(t.Context(), things, "counter")
				if err != nil {
					t.Errorf("Get = %v", err)
					return
				}
				v := d.Lookup("v").AsInt64()
				err = e.Replace(t.Context(), things, docAt(t, "counter", v+1, "n", d.Lookup("n").AsInt64()+1), v)
				switch {
				case err == nil:
					done++
					raised.Add(1)
				case !errors.Is(err, care.ErrConflict):
					t.Errorf("Replace = %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	wantDoc(t, e, docAt(t, "counter", raised.Load()+1, "n", raised.Load()))
	wantFound(t, e, where("n", store.Eq, raised.Load()), "counter")
}

// testClaims lets many goroutines empty one queue.
func testClaims(t *testing.T, e store.Engine) {
	const docs = 200
	for i := range docs {
		insert(t, e, doc(t, fmt.Sprintf("id%03d", i), "state", "pending", "due", minute(i)))
	}
	pending := by(where("state", store.Eq, "pending"), asc("due"))
	var mu sync.Mutex
	owners := map[string]string{}
	var wg sync.WaitGroup
	for i := range racers {
		owner := fmt.Sprintf("owner%d", i)
		wg.Go(func() {
			for {
				d, err := e.Claim(t.Context(), things, pending, []store.Field{
					{Name: "state", Value: "taken"}, {Name: "owner.id", Value: owner},
				})
				if errors.Is(err, care.ErrNotFound) {
					return
				}
				if err != nil {
					t.Errorf("Claim = %v", err)
					return
				}
				id := d.Lookup("_id").StringValue()
				mu.Lock()
				if before, ok := owners[id]; ok {
					t.Errorf("%s was claimed by %s and by %s", id, before, owner)
				}
				owners[id] = owner
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(owners) != docs {
		t.Errorf("%d documents were claimed, want %d", len(owners), docs)
	}
	stored, err := e.Find(t.Context(), things, where("state", store.Eq, "taken"))
	if err != nil || len(stored) != docs {
		t.Fatalf("Find = %d documents, %v, want %d", len(stored), err, docs)
	}
	for _, d := range stored {
		id := d.Lookup("_id").StringValue()
		if got := d.Lookup("owner", "id").StringValue(); got != owners[id] || d.Lookup("v").AsInt64() != 2 {
			t.Errorf("%s has owner %s and v %v, want %s and 2", id, got, d.Lookup("v"), owners[id])
		}
	}
}

// testWinners has several try the same at once, of whom one must succeed.
func testWinners(t *testing.T, e store.Engine) {
	for round := range 20 {
		id := fmt.Sprintf("id%d", round)
		race(t, "Insert", care.ErrExists, func(racer int) error {
			return e.Insert(t.Context(), things, doc(t, id, "n", int64(racer)))
		})
		race(t, "Replace", care.ErrConflict, func(racer int) error {
			return e.Replace(t.Context(), things, docAt(t, id, 2, "n", int64(racer)), 1)
		})
		race(t, "Delete", care.ErrConflict, func(int) error {
			return e.Delete(t.Context(), things, id, 2)
		})
	}
	wantFound(t, e, store.Query{})
}

func race(t *testing.T, method string, lost error, try func(racer int) error) {
	t.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	for racer := range racers {
		wg.Go(func() {
			switch err := try(racer); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, lost):
				t.Errorf("%s = %v, want nil or %v", method, err, lost)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%s succeeded %d times, want once", method, won.Load())
	}
}
