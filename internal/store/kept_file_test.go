package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
)

func openFile(t *testing.T, path string) *store.Records {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	r, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// regroup puts the student in a group, however often others are quicker.
func regroup(ctx context.Context, r *store.Records, group string) error {
	for {
		stu, err := r.Students.Get(ctx, "8B-K3F")
		if err != nil {
			return err
		}
		stu.Group = group
		if err := r.Students.Replace(ctx, stu); !errors.Is(err, care.ErrConflict) {
			return err
		}
	}
}

// TestOwnChangesAreSeenAtOnce has some change a record while others read it: nobody sees less than
// what was answered before they asked, nor less than they have seen.
func TestOwnChangesAreSeenAtOnce(t *testing.T) {
	r := openFile(t, filepath.Join(t.TempDir(), "lotsen.db"))
	if err := r.Students.Add(t.Context(), care.Student{Meta: care.Meta{ID: "8B-K3F"}}); err != nil {
		t.Fatal(err)
	}
	var answered atomic.Int64 // the highest version that Replace has answered for
	answered.Store(1)
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		writers.Go(func() {
			for range 100 {
				stu, err := r.Students.Get(t.Context(), "8B-K3F")
				if err != nil {
					t.Error(err)
					return
				}
				err = r.Students.Replace(t.Context(), stu)
				if err != nil && !errors.Is(err, care.ErrConflict) {
					t.Error(err)
					return
				}
				for v := stu.Version + 1; err == nil; {
					if old := answered.Load(); old >= v || answered.CompareAndSwap(old, v) {
						break
					}
				}
			}
		})
		readers.Go(func() {
			for seen := int64(0); ; {
				select {
				case <-done:
					return
				default:
				}
				least := max(seen, answered.Load())
				stu, err := r.Students.Get(t.Context(), "8B-K3F")
				if err != nil || stu.Version < least {
					t.Errorf("Get = version %d, %v, after version %d", stu.Version, err, least)
					return
				}
				seen = stu.Version
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if n := answered.Load(); n < 100 {
		t.Errorf("the record is at version %d, want 100 changes at least", n)
	}
}

// TestChangesByOthersAreSeenInTime changes a record in another process, which stands for an import.
func TestChangesByOthersAreSeenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "lotsen.db")
		serve, others := openFile(t, path), openFile(t, path)
		if err := serve.Students.Add(t.Context(), care.Student{Meta: care.Meta{ID: "8B-K3F"}, Group: "8A"}); err != nil {
			t.Fatal(err)
		}
		look := func(when, want string) {
			t.Helper()
			stu, err := serve.Students.Get(t.Context(), "8B-K3F")
			if err != nil || stu.Group != want {
				t.Errorf("%s: Get = group %q, %v, want %q", when, stu.Group, err, want)
			}
		}
		look("at first", "8A")
		time.Sleep(store.MarkAge) // the bubble's
		synctest.Wait()
		look("later", "8A")
		if err := regroup(t.Context(), others, "8B"); err != nil {
			t.Fatal(err)
		}
		look("at once", "8A") // it is kept: in the bubble no time has passed
		time.Sleep(store.MarkAge)
		synctest.Wait()
		look("in time", "8B")

		// Whoever was refused because another process was quicker reads what that one has written.
		look("before both change it", "8B")
		if err := regroup(t.Context(), others, "8C"); err != nil {
			t.Fatal(err)
		}
		if err := regroup(t.Context(), serve, "8D"); err != nil {
			t.Fatal(err)
		}
		look("after both have", "8D")
	})
}
