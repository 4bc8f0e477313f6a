package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// Get returns the document with that id, or care.ErrNotFound.
func (db *DB) Get(ctx context.Context, collection, id string) (bson.Raw, error) {
	docs, err := db.Find(ctx, collection, store.Query{Where: []store.Cond{{Field: "_id", Value: id}}})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, care.ErrNotFound
	}
	return docs[0], nil
}

// Find returns the documents that match, in the query's order.
func (db *DB) Find(ctx context.Context, collection string, q store.Query) ([]bson.Raw, error) {
	f, err := db.fields(collection)
	if err != nil {
		return nil, err
	}
	query, args, err := f.selection(collection, "doc", q)
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", collection, err)
	}
	var docs []bson.Raw
	err = db.each(ctx, query, args, func(rows *sql.Rows) error {
		var doc bson.Raw
		err := rows.Scan((*[]byte)(&doc))
		docs = append(docs, doc)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", collection, err)
	}
	return docs, nil
}

// Count returns how many documents match.
func (db *DB) Count(ctx context.Context, collection string, q store.Query) (int64, error) {
	f, err := db.fields(collection)
	if err != nil {
		return 0, err
	}
	query, args, err := f.selection(collection, "count(*)", store.Query{Where: q.Where})
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", collection, err)
	}
	n, err := db.number(ctx, query, args)
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", collection, err)
	}
	return n, nil
}

// GroupCount counts the matching documents by the value of an indexed field.
func (db *DB) GroupCount(ctx context.Context, collection, field string, q store.Query) (map[any]int64, error) {
	f, err := db.fields(collection)
	if err != nil {
		return nil, err
	}
	column, err := f.column(field)
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", collection, err)
	}
	where, args, err := f.where(q.Where)
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", collection, err)
	}
	// A column does not tell a number from a boolean or a time; any document that has the field does.
	query := fmt.Sprintf(`SELECT value, n, CASE typeof(value) WHEN 'integer' THEN
			(SELECT doc FROM "%[1]s" WHERE %[2]s IS NOT NULL LIMIT 1) END
		FROM (SELECT %[2]s AS value, count(*) AS n FROM "%[1]s"%[3]s GROUP BY 1)
		WHERE value IS NOT NULL`, collection, column, where)
	path := newColumn(field)
	groups := map[any]int64{}
	err = db.each(ctx, query, args, func(rows *sql.Rows) error {
		var value any
		var n int64
		var sample bson.Raw
		if err := rows.Scan(&value, &n, (*[]byte)(&sample)); err != nil {
			return err
		}
		if number, ok := value.(int64); ok {
			like, err := path.Lookup(sample)
			if err != nil {
				return err
			}
			value = typed(number, like.Type)
		}
		groups[value] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", collection, err)
	}
	return groups, nil
}

// typed gives a number out of a column the type that it has in the documents.
func typed(n int64, t bson.Type) any {
	switch t {
	case bson.TypeBoolean:
		return n != 0
	case bson.TypeDateTime:
		return time.UnixMilli(n).UTC()
	default:
		return n
	}
}

// number reads a single number.
func (db *DB) number(ctx context.Context, query string, args []any) (n int64, err error) {
	err = db.each(ctx, query, args, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// each reads rows from one moment's state of the database. A context that has ended ends it between
// rows. It does not interrupt SQLite's work for one: every query has its index, and driver and pool
// would each start a goroutine a query that watches the context.
func (db *DB) each(ctx context.Context, query string, args []any, row func(*sql.Rows) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	unwatched := context.WithoutCancel(ctx)
	stmt, err := db.prepare(unwatched, query) //nolint:sqlclosecheck // kept prepared until the database is closed
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(unwatched, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := errors.Join(row(rows), ctx.Err()); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (db *DB) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := db.queries.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := db.readers.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if first, ok := db.queries.LoadOrStore(query, stmt); ok {
		return first.(*sql.Stmt), stmt.Close() //nolint:sqlclosecheck // another goroutine was first; this one is not needed
	}
	return stmt, nil
}
