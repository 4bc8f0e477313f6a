// Package sqlite is the store's engine over one SQLite file. Each collection is a table with a
// column for every indexed path, so queries never open a document. One goroutine writes, and
// writes that wait at the same moment share one commit; several connections read beside it. It knows
// when a collection may have changed, by this process at once and by another within store.MarkAge.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lotsen/internal/store"
)

// Every connection waits this long for a lock that another process holds, such as an import's.
const busyTimeout = "busy_timeout(5000)"

var errClosed = errors.New("the database is closed")

// DB is a store.Engine over one file. Other processes may use the file at the same time.
type DB struct {
	readers *sql.DB
	queries sync.Map // SQL text → *sql.Stmt of readers; as many as the program has kinds of query

	writing *sql.DB // the one connection of writer
	writer  *writer
	open    sync.RWMutex // each write holds it for reading, so that Close waits for them
	closed  bool

	declaring sync.RWMutex
	declared  map[string]fields
	marks     map[string]*mark
	others    others
}

var _ store.Engine = (*DB)(nil)

// Open opens the database file at path, or makes it, readable by this user only.
// The errors it returns are sentences that name the file and what to do.
func Open(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := create(path); err != nil {
		return nil, err
	}
	readers, err := sql.Open("sqlite", dsn(path, busyTimeout, "query_only(ON)"))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	// What is deleted is overwritten in the file too, for it is about children.
	writing, err := sql.Open("sqlite", dsn(path, busyTimeout, "synchronous(FULL)", "secure_delete(ON)"))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	conn, err := writing.Conn(ctx)
	if err != nil {
		return nil, errors.Join(explain(path, err), readers.Close(), writing.Close())
	}
	if err := useLog(ctx, conn); err != nil {
		return nil, errors.Join(explain(path, err), conn.Close(), readers.Close(), writing.Close())
	}
	several := max(4, runtime.GOMAXPROCS(0)) + 1 // one watches for other processes
	readers.SetMaxOpenConns(several)
	readers.SetMaxIdleConns(several)

	db := &DB{readers: readers, writing: writing, writer: newWriter(conn), declared: map[string]fields{}, marks: map[string]*mark{}}
	go db.writer.run(context.WithoutCancel(ctx))
	return db, nil
}

// create makes an empty file that only this user can read; SQLite gives its other files the same mode.
// A file that is there is not opened: closing it would drop the locks that this process has on it.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fs.ErrExist):
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder: name a database file, such as %s", path, filepath.Join(path, "lotsen.db"))
		}
		if err != nil {
			return fmt.Errorf("open database: %w", err)
		}
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the database %s cannot be made, because its folder does not exist: make the folder or name another file (%w)", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the database %s cannot be made, because this user may not write in its folder: allow it or name another file (%w)", path, err)
	default:
		return fmt.Errorf("the database %s cannot be made: name another file (%w)", path, err)
	}
}

// useLog gives the file a write-ahead log, if it has none. SQLite does not wait for locks here:
// of two processes that open a new file at once, each would wait for the other.
func useLog(ctx context.Context, conn *sql.Conn) error {
	for tries := 0; ; tries++ {
		_, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		if code(err) != sqlite3.SQLITE_BUSY || tries == 500 {
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// code returns SQLite's primary result code, or 0 if err is not SQLite's.
func code(err error) int {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return e.Code() & 0xff // the other bytes tell where it happened
	}
	return 0
}

// explain turns SQLite's answer at the first touch of a file into a sentence with a remedy.
func explain(path string, err error) error {
	switch code(err) {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s is not a SQLite database, or it is damaged: name another file, or restore it from a backup (%w)", path, err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY:
		return fmt.Errorf("the database %s cannot be written: let this user write the file and its folder (%w)", path, err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("the database %s is locked by another program: end that program and start again (%w)", path, err)
	default:
		return fmt.Errorf("open database %s: %w", path, err)
	}
}

// dsn names the file as a URI, in which any character of a path is safe.
func dsn(path string, pragmas ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/lotsen.db
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	return u.String()
}

// Ping answers when the file can be read.
func (db *DB) Ping(ctx context.Context) error {
	if _, err := db.number(ctx, "SELECT count(*) FROM sqlite_schema", nil); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	return nil
}

// Close waits for the writes under way, brings what they wrote from the log into the file
// and closes it. Closing again does nothing.
func (db *DB) Close() error {
	db.open.Lock()
	defer db.open.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	err := errors.Join(db.others.close(), db.readers.Close())
	err = errors.Join(err, db.writer.stop(), db.writing.Close())
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
