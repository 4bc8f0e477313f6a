package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
	"lotsen/internal/store/storetest"
)

const things = "things"

var versionOne = []store.Collection{{Name: things, Indexes: []store.Index{{"n"}}}}

func TestEngine(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) store.Engine {
		return open(t, filepath.Join(dir, "lotsen.db"))
	})
}

// open returns an engine that is closed at the end of the test.
func open(t *testing.T, path string, collections ...store.Collection) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("Open(%s) = %v", path, err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	if err := db.Ensure(t.Context(), collections); err != nil {
		t.Fatalf("Ensure() = %v", err)
	}
	return db
}

func doc(t *testing.T, id string, v int64, fields ...bson.E) bson.Raw {
	t.Helper()
	raw, err := bson.Marshal(append(bson.D{{Key: "_id", Value: id}, {Key: "v", Value: v}}, fields...))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func put(t *testing.T, db store.Engine, docs ...bson.Raw) {
	t.Helper()
	for _, d := range docs {
		if err := db.Insert(t.Context(), things, d); err != nil {
			t.Fatalf("Insert = %v", err)
		}
	}
}

func count(t *testing.T, db store.Engine, field string, value any, want int64) {
	t.Helper()
	q := store.Query{Where: []store.Cond{{Field: field, Value: value}}}
	if n, err := db.Count(t.Context(), things, q); err != nil || n != want {
		t.Errorf("Count(%s = %v) = %d, %v, want %d", field, value, n, err, want)
	}
}

func TestOpenAnswersWithARemedy(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, bytes.Repeat([]byte("no database\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		path string
		want string
	}{
		{"a folder", dir, "name a database file"},
		{"no database", text, "is not a SQLite database"},
		{"in a folder that is not there", filepath.Join(dir, "none", "x.db"), "make the folder"},
		{"in a file", filepath.Join(text, "x.db"), "name another file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sqlite.Open(t.Context(), tt.path)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.path) {
				t.Errorf("Open(%s) = %v, want an error with %q and the path", tt.path, err, tt.want)
			}
		})
	}
	if after, err := os.ReadFile(text); err != nil || len(after) != 12000 {
		t.Errorf("the file that is no database has %d bytes, %v, want 12000", len(after), err)
	}
}

func TestFilesAreForThisUserOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	db := open(t, path, versionOne...)
	put(t, db, doc(t, "a", 1))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("mode of lotsen.db%s = %o, want 600", suffix, got)
		}
	}
}

// TestDeletedIsOverwritten looks for a deleted note in the bytes of the file.
func TestDeletedIsOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	note := "a note of which nothing may be left"
	db := open(t, path, versionOne...)
	put(t, db, doc(t, "a", 1, bson.E{Key: "note", Value: note}), doc(t, "b", 1))
	in := func() bool {
		t.Helper()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(file, []byte(note))
	}
	if !in() {
		t.Fatal("the note is not in the file before it is deleted")
	}
	db = open(t, path, versionOne...)
	if err := db.Delete(t.Context(), things, "a", 1); err != nil {
		t.Fatal(err)
	}
	if in() {
		t.Error("the note is in the file after it was deleted")
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"å ö.db", "a?b=c#d.db", "100%25.db", "file:x.db", "'q\".db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			db := open(t, path, versionOne...)
			put(t, db, doc(t, "a", 1))
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("Stat(%s) = %v, %v, want a file with something in it", path, info, err)
			}
		})
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	release, err := sqlite.Lock(path)
	if err != nil {
		t.Fatalf("Lock = %v", err)
	}
	if _, err := sqlite.Lock(path); err == nil || !strings.Contains(err.Error(), "MongoDB") || !strings.Contains(err.Error(), path) {
		t.Errorf("second Lock = %v, want an error that names MongoDB and the path", err)
	}
	open(t, path, versionOne...) // others may use the file
	if err := release(); err != nil {
		t.Errorf("release = %v", err)
	}
	if release, err = sqlite.Lock(path); err != nil {
		t.Fatalf("Lock after release = %v", err)
	}
	if err := release(); err != nil {
		t.Errorf("release = %v", err)
	}
	if _, err := sqlite.Lock(filepath.Join(path, "x")); err == nil {
		t.Error("Lock under a file = nil, want an error")
	}
}

// TestSeveralEngines has engines on one file write at once, as an import beside serve does.
func TestSeveralEngines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	const engines, callers, each = 4, 4, 25
	var wg sync.WaitGroup
	for e := range engines {
		wg.Go(func() {
			db, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Errorf("Open = %v", err)
				return
			}
			defer func() {
				if err := db.Close(); err != nil {
					t.Errorf("Close = %v", err)
				}
			}()
			if err := db.Ensure(t.Context(), versionOne); err != nil {
				t.Errorf("Ensure = %v", err)
				return
			}
			if err := db.Insert(t.Context(), things, doc(t, "counter", 1)); err != nil && !errors.Is(err, care.ErrExists) {
				t.Errorf("Insert = %v", err)
			}
			var writes sync.WaitGroup
			for c := range callers {
				writes.Go(func() {
					for i := range each {
						own := doc(t, fmt.Sprintf("%d-%d-%d", e, c, i), 1, bson.E{Key: "n", Value: int64(1)})
						if err := db.Insert(t.Context(), things, own); err != nil {
							t.Errorf("Insert = %v", err)
						}
						q := store.Query{Where: []store.Cond{{Field: "_id", Value: "counter"}}}
						if _, err := db.Claim(t.Context(), things, q, nil); err != nil {
							t.Errorf("Claim = %v", err)
						}
					}
				})
			}
			writes.Wait()
		})
	}
	wg.Wait()
	db := open(t, path, versionOne...)
	count(t, db, "n", int64(1), engines*callers*each)
	counter, err := db.Get(t.Context(), things, "counter")
	if err != nil {
		t.Fatal(err)
	}
	if v := counter.Lookup("v").AsInt64(); v != 1+engines*callers*each {
		t.Errorf("v = %d, want %d", v, 1+engines*callers*each)
	}
}

// TestVersionsOfTheProgram goes forth and back between two versions of the program, of which the
// second has one more index, first in turn and then with both at once.
func TestVersionsOfTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	versionTwo := []store.Collection{{Name: things, Indexes: []store.Index{{"n"}, {"owner.id", "n"}}}}
	owned := func(id, owner string, v int64) bson.Raw {
		return doc(t, id, v, bson.E{Key: "n", Value: int64(1)}, bson.E{Key: "owner", Value: bson.D{{Key: "id", Value: owner}}})
	}

	one := open(t, path, versionOne...)
	for i := range 250 { // more than are read at a time
		put(t, one, owned(fmt.Sprintf("first-%d", i), "u1", 1))
	}
	two := open(t, path, versionTwo...)
	count(t, two, "owner.id", "u1", 250)

	// The first version is still open and writes what the second has to find.
	put(t, one, owned("second", "u1", 1))
	if err := one.Replace(t.Context(), things, owned("first-0", "u2", 2), 1); err != nil {
		t.Fatal(err)
	}
	count(t, two, "owner.id", "u1", 250)
	count(t, two, "owner.id", "u2", 1)
	if err := two.Close(); err != nil {
		t.Fatal(err)
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}

	one = open(t, path, versionOne...)
	put(t, one, owned("third", "u2", 1))
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	two = open(t, path, versionTwo...)
	count(t, two, "owner.id", "u2", 2)
	count(t, two, "n", int64(1), 252)
}

// TestMigrationIsWholeOrNothing meets a document that a new index cannot take, after another
// collection has got its new index.
func TestMigrationIsWholeOrNothing(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "lotsen.db"), append(versionOne, store.Collection{Name: "others"})...)
	put(t, db, doc(t, "a", 1, bson.E{Key: "n", Value: int64(1)}, bson.E{Key: "tag", Value: "x"}))
	if err := db.Insert(t.Context(), "others", doc(t, "a", 1, bson.E{Key: "tag", Value: bson.A{"x"}})); err != nil {
		t.Fatal(err)
	}
	more := []store.Collection{
		{Name: "new"},
		{Name: things, Indexes: []store.Index{{"n"}, {"tag"}}},
		{Name: "others", Indexes: []store.Index{{"tag"}}},
	}
	if err := db.Ensure(t.Context(), more); err == nil || !strings.Contains(err.Error(), "tag") {
		t.Fatalf("Ensure = %v, want an error that names tag", err)
	}
	put(t, db, doc(t, "b", 1, bson.E{Key: "n", Value: int64(1)}, bson.E{Key: "tag", Value: "x"}))
	count(t, db, "n", int64(1), 2)

	if err := db.Delete(t.Context(), "others", "a", 1); err != nil {
		t.Fatal(err)
	}
	if err := db.Ensure(t.Context(), more); err != nil {
		t.Fatalf("Ensure after the document was removed = %v", err)
	}
	count(t, db, "tag", "x", 2)
}

// TestTroubleStaysWithItsJob has good and bad writes wait at the same moment.
func TestTroubleStaysWithItsJob(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "lotsen.db"), versionOne...)
	put(t, db, doc(t, "taken", 1))
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			id := fmt.Sprintf("id%d", i)
			switch i % 3 {
			case 0:
				if err := db.Insert(t.Context(), things, doc(t, id, 1, bson.E{Key: "n", Value: int64(1)})); err != nil {
					t.Errorf("Insert = %v", err)
				}
			case 1:
				err := db.Insert(t.Context(), things, doc(t, id, 1, bson.E{Key: "n", Value: bson.A{}}))
				if err == nil || errors.Is(err, care.ErrExists) {
					t.Errorf("Insert of a list under an index = %v, want an error", err)
				}
			case 2:
				if err := db.Insert(t.Context(), things, doc(t, "taken", 1)); !errors.Is(err, care.ErrExists) {
					t.Errorf("Insert of a taken _id = %v, want ErrExists", err)
				}
			}
		})
	}
	wg.Wait()
	count(t, db, "n", int64(1), 100)
	if n, err := db.Count(t.Context(), things, store.Query{}); err != nil || n != 101 {
		t.Errorf("Count = %d, %v, want 101", n, err)
	}
}

// TestReadEndsWithItsContext cuts reads off at many moments.
func TestReadEndsWithItsContext(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "lotsen.db"), versionOne...)
	var wg sync.WaitGroup
	for i := range 2000 {
		wg.Go(func() { put(t, db, doc(t, fmt.Sprint(i), 1, bson.E{Key: "n", Value: int64(i % 7)})) })
	}
	wg.Wait()
	ended := 0
	for i := range 200 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*20*time.Microsecond)
		docs, err := db.Find(ctx, things, store.Query{Sort: []store.Order{{Field: "n"}, {Field: "_id"}}})
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			ended++
		case err != nil || len(docs) != 2000:
			t.Errorf("Find = %d documents, %v, want 2000 or DeadlineExceeded", len(docs), err)
		}
	}
	if ended == 0 {
		t.Error("no read was cut off")
	}
	count(t, db, "n", int64(0), 286)
}

// TestInABubble shows that loops over this engine can be tested with synctest.
func TestInABubble(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.db")
	synctest.Test(t, func(t *testing.T) {
		db := open(t, path, versionOne...)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() { put(t, db, doc(t, fmt.Sprint(i), 1, bson.E{Key: "n", Value: int64(1)})) })
		}
		wg.Wait()
		synctest.Wait()
		count(t, db, "n", int64(1), 20)
	})
}
