package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "modernc.org/sqlite"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// These tests hold the writer up inside a job, which callers of the engine cannot.

func openTest(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(t.Context(), path)
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	if err := db.Ensure(t.Context(), []store.Collection{{Name: "things", Indexes: []store.Index{{"state", "due"}, {"n"}}}}); err != nil {
		t.Fatalf("Ensure = %v", err)
	}
	return db
}

func document(t *testing.T, id string, size int) bson.Raw {
	t.Helper()
	raw, err := bson.Marshal(bson.D{{Key: "_id", Value: id}, {Key: "v", Value: int64(1)}, {Key: "sealed", Value: make([]byte, size)}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func stored(t *testing.T, db *DB, id string, want bool) {
	t.Helper()
	_, err := db.Get(t.Context(), "things", id)
	if err != nil && !errors.Is(err, care.ErrNotFound) || (err == nil) != want {
		t.Errorf("Get(%s) = %v, stored should be %v", id, err, want)
	}
}

// hold keeps the writer busy until the returned function is called.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	held, free := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- db.write(t.Context(), func(context.Context, *writer) error {
			close(held)
			<-free
			return nil
		})
	}()
	<-held
	return func() {
		t.Helper()
		close(free)
		if err := <-ended; err != nil {
			t.Errorf("the held write = %v", err)
		}
	}
}

func do(t *testing.T, db *DB, query string) {
	t.Helper()
	err := db.write(t.Context(), func(ctx context.Context, w *writer) error {
		_, err := w.conn.ExecContext(ctx, query)
		return err
	})
	if err != nil {
		t.Fatalf("%s = %v", query, err)
	}
}

func TestWaitingWritesShareACommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, path)
		release := hold(t, db)
		answers := make(chan error, 50)
		for i := range 50 {
			go func() { answers <- db.Insert(t.Context(), "things", document(t, fmt.Sprint(i), 10)) }()
		}
		synctest.Wait()
		var done, visible int64
		last := make(chan error, 1)
		go func() {
			last <- db.write(t.Context(), func(ctx context.Context, w *writer) (err error) {
				if visible, err = db.Count(ctx, "things", store.Query{}); err != nil {
					return err
				}
				return w.conn.QueryRowContext(ctx, "SELECT count(*) FROM things").Scan(&done)
			})
		}()
		synctest.Wait()
		release()
		if err := <-last; err != nil {
			t.Fatal(err)
		}
		if done != 50 || visible != 0 {
			t.Errorf("before the last job of a batch %d of 50 are done and %d committed, want 50 and 0", done, visible)
		}
		for range 50 {
			if err := <-answers; err != nil {
				t.Errorf("Insert = %v", err)
			}
		}
		if n, err := db.Count(t.Context(), "things", store.Query{}); err != nil || n != 50 {
			t.Errorf("Count = %d, %v, want 50", n, err)
		}
	})
}

// TestOneProcessorSharesCommits has many write in turn where a commit holds up all the others.
func TestOneProcessorSharesCommits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	db := openTest(t, filepath.Join(t.TempDir(), "lotsen.db"))
	commits := 0
	err := db.write(t.Context(), func(_ context.Context, w *writer) error {
		return w.conn.Raw(func(conn any) error {
			conn.(driver.HookRegisterer).RegisterCommitHook(func() int32 {
				commits++
				return 0
			})
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 32, 20
	var wg sync.WaitGroup
	for writer := range writers {
		wg.Go(func() {
			for i := range each {
				if err := db.Insert(t.Context(), "things", document(t, fmt.Sprint(writer, "/", i), 10)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if commits > each*3/2 {
		t.Errorf("%d goroutines that write %d times each take %d commits", writers, each, commits)
	}
}

func TestWriteGivesUpWhileItWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, path)
		release := hold(t, db)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := db.Insert(ctx, "things", document(t, "a", 10)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Insert with a deadline behind a held write = %v, want DeadlineExceeded", err)
		}
		release()
		stored(t, db, "a", false)
	})
}

func TestCloseWaitsForWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	db := openTest(t, path)
	release := hold(t, db)
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	for db.open.TryRLock() { // until Close waits
		db.open.RUnlock()
		runtime.Gosched()
	}
	if len(closed) != 0 {
		t.Error("Close ended before the write under way")
	}
	release()
	if err := <-closed; err != nil {
		t.Errorf("Close = %v", err)
	}
	if err := db.Insert(t.Context(), "things", document(t, "a", 10)); !errors.Is(err, errClosed) {
		t.Errorf("Insert after Close = %v, want errClosed", err)
	}
}

func TestFullDiskHurtsOnlyWhatDoesNotFit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, path)
		do(t, db, "PRAGMA max_page_count = 60")
		release := hold(t, db)
		small, large := make(chan error, 20), make(chan error, 1)
		for i := range 20 {
			go func() { small <- db.Insert(t.Context(), "things", document(t, fmt.Sprint(i), 10)) }()
			if i == 10 {
				go func() { large <- db.Insert(t.Context(), "things", document(t, "large", 1<<20)) }()
			}
		}
		synctest.Wait()
		release()
		for range 20 {
			if err := <-small; err != nil {
				t.Errorf("Insert of a small document = %v", err)
			}
		}
		if err := <-large; err == nil {
			t.Error("Insert of a large document = nil, want an error")
		}
		for i := range 20 {
			stored(t, db, fmt.Sprint(i), true)
		}
		stored(t, db, "large", false)
		do(t, db, "PRAGMA max_page_count = 100000")
		if err := db.Insert(t.Context(), "things", document(t, "large", 1<<20)); err != nil {
			t.Errorf("Insert with room on the disk = %v", err)
		}
	})
}

func TestFailedCommitIsEverybodysError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, path)
		// A child without its parent fails at the commit and not before.
		if _, err := db.writer.conn.ExecContext(t.Context(), "PRAGMA foreign_keys = ON"); err != nil {
			t.Fatal(err)
		}
		do(t, db, "CREATE TABLE parent (id PRIMARY KEY)")
		do(t, db, "CREATE TABLE child (parent REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
		release := hold(t, db)
		answers := make(chan error, 11)
		for i := range 10 {
			go func() { answers <- db.Insert(t.Context(), "things", document(t, fmt.Sprint(i), 10)) }()
		}
		go func() {
			answers <- db.write(t.Context(), func(ctx context.Context, w *writer) error {
				_, err := w.exec(ctx, "INSERT INTO child VALUES (1)")
				return err
			})
		}()
		synctest.Wait()
		release()
		for range 11 {
			if err := <-answers; err == nil || !strings.Contains(err.Error(), "commit") {
				t.Errorf("a write whose commit fails = %v, want an error of the commit", err)
			}
		}
		for i := range 10 {
			stored(t, db, fmt.Sprint(i), false)
		}
		if err := db.Insert(t.Context(), "things", document(t, "next", 10)); err != nil {
			t.Errorf("Insert after a failed commit = %v", err)
		}
	})
}

func TestLockedByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	db, other := openTest(t, path), openTest(t, path)
	do(t, db, "PRAGMA busy_timeout = 20")
	release := hold(t, other)
	if err := db.Insert(t.Context(), "things", document(t, "a", 10)); err == nil {
		t.Error("Insert beside a write that does not end = nil, want an error")
	}
	if _, err := db.Count(t.Context(), "things", store.Query{}); err != nil {
		t.Errorf("Count beside a write = %v", err)
	}
	release()
	if err := db.Insert(t.Context(), "things", document(t, "a", 10)); err != nil {
		t.Errorf("Insert after the other write = %v", err)
	}
	stored(t, other, "a", true)
}

// TestQueriesUseTheirIndexes asks SQLite how it would answer.
func TestQueriesUseTheirIndexes(t *testing.T) {
	db := openTest(t, filepath.Join(t.TempDir(), "lotsen.db"))
	pending := store.Cond{Field: "state", Value: "pending"}
	for _, tt := range []struct {
		name string
		q    store.Query
	}{
		{"what is due", store.Query{
			Where: []store.Cond{pending, {Field: "due", Op: store.Le, Value: time.UnixMilli(0)}},
			Sort:  []store.Order{{Field: "due"}}, Limit: 100,
		}},
		{"latest", store.Query{Where: []store.Cond{pending}, Sort: []store.Order{{Field: "due", Desc: true}}, Limit: 100}},
		{"one of", store.Query{Where: []store.Cond{{Field: "n", Op: store.In, Value: []any{int64(1), int64(2)}}}}},
		{"by id", store.Query{Where: []store.Cond{{Field: "_id", Value: "a"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := planOf(t, db, "things", tt.q)
			if !strings.Contains(plan, "SEARCH things USING INDEX") || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("the plan for %+v is\n%swant a search in an index and no sorting", tt.q, plan)
			}
		})
	}
}
