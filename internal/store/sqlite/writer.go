package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"lotsen/internal/care"
)

// maxBatch bounds how many writes one commit may hold, and so how long the first of them waits.
const maxBatch = 128

// A job is one write. It may run twice if the first run was undone, so it only changes the
// database and what its caller reads after its end.
type job struct {
	do   func(context.Context, *writer) error
	mark *mark        // of the collection that it changes, if that is one
	gone func() error // the caller's reason to wait no longer
	err  error
	done chan error
}

// A writer is the one goroutine of this process that changes the database. It takes all jobs
// that wait into one transaction, for what a write costs is the wait for the disk at its end.
type writer struct {
	conn       *sql.Conn
	jobs       chan *job // unbuffered: a job is either with its caller or in a batch
	stopped    chan error
	statements map[string]*sql.Stmt

	tables map[string]*table // the tables as they are in the file
	schema int64             // the file's schema version when tables was read
}

// unknown is a schema version that no file has.
const unknown = -1

func newWriter(conn *sql.Conn) *writer {
	return &writer{
		conn:       conn,
		jobs:       make(chan *job),
		stopped:    make(chan error, 1),
		statements: map[string]*sql.Stmt{},
		tables:     map[string]*table{},
		schema:     unknown,
	}
}

// write hands the writer a job and returns its outcome once that is on disk. A context that ends
// while the job waits ends the wait; once a batch has taken the job, its outcome is awaited.
func (db *DB) write(ctx context.Context, do func(context.Context, *writer) error) error {
	return db.hand(ctx, &job{do: do, gone: ctx.Err, done: make(chan error, 1)})
}

// writeTo is write for a job that changes documents of one collection.
func (db *DB) writeTo(ctx context.Context, collection string, do func(context.Context, *writer) error) error {
	db.declaring.RLock()
	m := db.marks[collection]
	db.declaring.RUnlock()
	return db.hand(ctx, &job{do: do, mark: m, gone: ctx.Err, done: make(chan error, 1)})
}

func (db *DB) hand(ctx context.Context, j *job) error {
	db.open.RLock()
	defer db.open.RUnlock()
	if db.closed {
		return errClosed
	}
	select {
	case db.writer.jobs <- j:
		return <-j.done
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run works until stop. ctx never ends: to interrupt one job would undo the others of its batch.
func (w *writer) run(ctx context.Context) {
	batch := make([]*job, 0, maxBatch)
	for j := range w.jobs {
		batch = w.gather(append(batch[:0], j))
		batch = slices.DeleteFunc(batch, func(j *job) bool {
			err := j.gone()
			if err != nil {
				j.done <- err
			}
			return err != nil
		})
		w.work(ctx, batch)
	}
	// Passive: neither waits for another process nor makes it wait.
	_, err := w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	// A connection stays open as long as one of its statements does.
	for _, stmt := range w.statements {
		err = errors.Join(err, stmt.Close())
	}
	w.stopped <- errors.Join(err, w.conn.Close())
}

// stop ends run; no job may be handed over any more.
func (w *writer) stop() error {
	close(w.jobs)
	return <-w.stopped
}

// gather adds the jobs that are waiting now, and those of the goroutines that are about to write:
// it lets them run first. On one processor a commit may hold up all of them until its end, so that
// without a pause each would find the writer alone.
func (w *writer) gather(batch []*job) []*job {
	for n := 0; n < len(batch); {
		n = len(batch)
		runtime.Gosched()
		batch = w.waiting(batch)
	}
	return batch
}

// waiting adds the jobs that are waiting now.
func (w *writer) waiting(batch []*job) []*job {
	for len(batch) < maxBatch {
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// work does the jobs in one transaction and answers them when it is on disk. If one meets trouble,
// all is undone and each is done by itself, so that the trouble stays with the job that has it.
func (w *writer) work(ctx context.Context, batch []*job) {
	if len(batch) == 0 {
		return
	}
	if err := w.begin(ctx); err != nil {
		answer(batch, err)
		return
	}
	for _, j := range batch {
		j.err = j.do(ctx, w)
		if !isTrouble(j.err) {
			continue
		}
		w.rollback(ctx)
		if len(batch) == 1 {
			answer(batch, nil)
			return
		}
		for i := range batch {
			w.work(ctx, batch[i:i+1])
		}
		return
	}
	if err := w.commit(ctx, batch); err != nil {
		w.rollback(ctx)
		answer(batch, fmt.Errorf("commit: %w", err))
		return
	}
	answer(batch, nil)
}

// commit ends the transaction of a batch. The collections of all its jobs are marked, also of those
// that changed nothing: who was refused because another process was quicker reads anew.
func (w *writer) commit(ctx context.Context, batch []*job) error {
	for _, j := range batch {
		if j.mark != nil {
			j.mark.begun()
		}
	}
	_, err := w.exec(ctx, "COMMIT")
	for _, j := range batch {
		if j.mark != nil {
			j.mark.ended()
		}
	}
	return err
}

// answer tells the callers err, or the outcome of their own job if err is nil.
func answer(batch []*job, err error) {
	for _, j := range batch {
		if err != nil {
			j.done <- err
		} else {
			j.done <- j.err
		}
	}
}

// isTrouble tells what a job could not do from what it found: the latter is a good outcome.
func isTrouble(err error) bool {
	return err != nil &&
		!errors.Is(err, care.ErrNotFound) && !errors.Is(err, care.ErrExists) && !errors.Is(err, care.ErrConflict)
}

// begin takes the file's write lock and reads the tables again if another process has changed them.
func (w *writer) begin(ctx context.Context) error {
	if _, err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := w.refresh(ctx); err != nil {
		w.rollback(ctx)
		return fmt.Errorf("read the tables: %w", err)
	}
	return nil
}

// rollback undoes the transaction. SQLite has done so already after some errors and then
// answers with one more, which says nothing new.
func (w *writer) rollback(ctx context.Context) {
	_, _ = w.exec(ctx, "ROLLBACK")
	w.schema = unknown
}

func (w *writer) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := w.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared until the database is closed
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// change executes a statement and returns how many rows it changed.
func (w *writer) change(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := w.exec(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.statements[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	w.statements[query] = stmt
	return stmt, nil
}
