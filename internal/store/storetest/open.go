package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
	"lotsen/internal/store/sqlite"
)

// OnServer reports whether tests keep their data in the MongoDB that $MONGODB_URI names, such as
// mongodb://127.0.0.1:27017, and not in SQLite files.
func OnServer() bool { return os.Getenv("MONGODB_URI") != "" }

// NeedServer skips a test when there is no server.
func NeedServer(t testing.TB) {
	t.Helper()
	if !OnServer() {
		t.Skip("needs a MongoDB server: MONGODB_URI is not set")
	}
}

// Fewer is how often a test does what it does: some, or few where the server of the tests looks
// through a whole collection for every question. What happens at once stays as much.
func Fewer(some, few int) int {
	if OnServer() {
		return few
	}
	return some
}

// Address is what LOTSEN_DB is for a test whose files lie in dir: lotsen.db there, or a database of
// its own on the server, which is dropped at the end of the test.
func Address(t testing.TB, dir string) string {
	t.Helper()
	if !OnServer() {
		return filepath.Join(dir, "lotsen.db")
	}
	server, err := url.Parse(os.Getenv("MONGODB_URI"))
	if err != nil {
		t.Fatal("MONGODB_URI cannot be read")
	}
	server.Path = fmt.Sprintf("/lotsen_test_%.8x", sha256.Sum256([]byte(dir)))
	t.Cleanup(func() {
		withDatabase(t, server.String(), func(ctx context.Context, db *driver.Database) error { return db.Drop(ctx) })
	})
	return server.String()
}

// Open opens the engine for a test whose files lie in dir, and closes it at the end of the test.
// Opened again for the same dir it has what was stored.
func Open(t testing.TB, dir string) store.Engine {
	t.Helper()
	address := Address(t, dir)
	var e store.Engine
	var err error
	if OnServer() {
		e, err = mongo.Open(t.Context(), address)
	} else {
		err = begin(address)
		if err == nil {
			e, err = sqlite.Open(t.Context(), address)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return e
}

// begin puts an empty database with all collections where there is none: to copy it takes a tenth of the
// time that it takes to make one.
func begin(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	empty, err := emptyFile()
	if err != nil {
		return err
	}
	return os.WriteFile(path, empty, 0o600)
}

// emptyFile is a SQLite file with all collections and no document.
var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "lotsen-empty")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "lotsen.db")
	e, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	_, err = store.Open(context.Background(), e)
	if err = errors.Join(err, e.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Content is every byte that is stored at an address, but for the parts of a SQLite file that
// another process is just changing.
func Content(t testing.TB, address string) []byte {
	t.Helper()
	var all []byte
	if !OnServer() {
		files, err := filepath.Glob(address + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			file, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, file...)
		}
		return all
	}
	withDatabase(t, address, func(ctx context.Context, db *driver.Database) error {
		names, err := db.ListCollectionNames(ctx, bson.D{})
		if err != nil {
			return err
		}
		for _, name := range names {
			docs, err := db.Collection(name).Find(ctx, bson.D{})
			if err != nil {
				return err
			}
			for docs.Next(ctx) {
				all = append(all, docs.Current...)
			}
			if err := docs.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	return all
}

// withDatabase connects past the engine, for what no engine does.
func withDatabase(t testing.TB, address string, do func(context.Context, *driver.Database) error) {
	t.Helper()
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal("the address cannot be read")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	client, err := driver.Connect(options.Client().ApplyURI(address))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(ctx) }()
	if err := do(ctx, client.Database(server.Path[1:])); err != nil {
		t.Errorf("past the engine: %v", err)
	}
}
