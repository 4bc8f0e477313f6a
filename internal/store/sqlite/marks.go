package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"lotsen/internal/store"
)

// A mark counts the commits to a collection: it is odd while one is being made.
type mark struct{ atomic.Uint64 }

// begun tells that a commit is about to be made. Only the writer calls begun and ended.
func (m *mark) begun() {
	if m.Load()%2 == 0 {
		m.Add(1)
	}
}

// ended tells that it has been made, or not.
func (m *mark) ended() {
	if m.Load()%2 == 1 {
		m.Add(1)
	}
}

// Mark is store.Marker's. This process's own writes count before they are answered. Those of others
// are looked for at most once in store.MarkAge and only when someone asks.
func (db *DB) Mark(ctx context.Context, collection string) (n uint64, ok bool) {
	db.declaring.RLock()
	m := db.marks[collection]
	db.declaring.RUnlock()
	if m == nil {
		return 0, false
	}
	if err := db.others.look(ctx, db.readers); err != nil {
		return 0, false // the read that follows meets the trouble, too
	}
	own := m.Load()
	return own + db.others.seen.Load(), own%2 == 0
}

var _ store.Marker = (*DB)(nil)

// others notices that the file has been changed by other processes. What this process changes
// looks the same to it.
type others struct {
	seen  atomic.Uint64 // how often something has been noticed
	fresh atomic.Bool   // it was looked for less than store.MarkAge ago

	mu      sync.Mutex
	conn    *sql.Conn // one of its own: the file's data version means something within one connection only
	stmt    *sql.Stmt
	version int64
	stale   *time.Timer
	closed  bool
}

// look notices changes made up to store.MarkAge ago.
func (o *others) look(ctx context.Context, readers *sql.DB) error {
	if o.fresh.Load() {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fresh.Load() {
		return nil
	}
	if o.closed {
		return errClosed
	}
	ctx = context.WithoutCancel(ctx)
	if o.conn == nil {
		if err := o.connect(ctx, readers); err != nil {
			return fmt.Errorf("watch the database: %w", err)
		}
	}
	// Begun before the look: what is done when the time is up waits for mu.
	if o.stale == nil {
		o.stale = time.AfterFunc(store.MarkAge, o.expire)
	} else {
		o.stale.Reset(store.MarkAge)
	}
	var version int64
	if err := o.stmt.QueryRowContext(ctx).Scan(&version); err != nil {
		return fmt.Errorf("watch the database: %w", err)
	}
	if version != o.version {
		o.version = version
		o.seen.Add(1)
	}
	o.fresh.Store(true)
	return nil
}

func (o *others) expire() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fresh.Store(false)
}

func (o *others) connect(ctx context.Context, readers *sql.DB) error {
	conn, err := readers.Conn(ctx)
	if err != nil {
		return err
	}
	stmt, err := conn.PrepareContext(ctx, "PRAGMA data_version")
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	o.conn, o.stmt = conn, stmt
	return nil
}

func (o *others) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.fresh.Store(false)
	if o.conn == nil {
		return nil
	}
	o.stale.Stop()
	return errors.Join(o.stmt.Close(), o.conn.Close())
}
