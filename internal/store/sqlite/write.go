package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/rules"
)

// Insert stores a new document; care.ErrExists if its _id is taken.
func (db *DB) Insert(ctx context.Context, collection string, doc bson.Raw) error {
	if _, err := db.fields(collection); err != nil {
		return err
	}
	id, v, err := rules.Identify(doc)
	if err != nil {
		return fmt.Errorf("insert into %s: %w", collection, err)
	}
	err = db.writeTo(ctx, collection, func(ctx context.Context, w *writer) error {
		t := w.tables[collection]
		args, err := t.arguments(doc, v)
		if err != nil {
			return err
		}
		n, err := w.change(ctx, t.insert, append(args, id)...)
		if err == nil && n == 0 {
			return care.ErrExists
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("insert into %s: %w", collection, err)
	}
	return nil
}

// Replace stores doc in place of the document with the same _id if that one's v is version.
func (db *DB) Replace(ctx context.Context, collection string, doc bson.Raw, version int64) error {
	if _, err := db.fields(collection); err != nil {
		return err
	}
	id, v, err := rules.Identify(doc)
	if err != nil {
		return fmt.Errorf("replace in %s: %w", collection, err)
	}
	err = db.writeTo(ctx, collection, func(ctx context.Context, w *writer) error {
		return w.replace(ctx, collection, doc, id, v, version)
	})
	if err != nil {
		return fmt.Errorf("replace in %s: %w", collection, err)
	}
	return nil
}

// Delete removes the document if its v is version.
func (db *DB) Delete(ctx context.Context, collection, id string, version int64) error {
	if _, err := db.fields(collection); err != nil {
		return err
	}
	query := fmt.Sprintf(`DELETE FROM "%s" WHERE id = ? AND v = ?`, collection)
	err := db.writeTo(ctx, collection, func(ctx context.Context, w *writer) error {
		n, err := w.change(ctx, query, id, version)
		if err == nil && n == 0 {
			return care.ErrConflict
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("delete from %s: %w", collection, err)
	}
	return nil
}

// Claim takes the first document that matches, sets the fields and returns it as it then is.
func (db *DB) Claim(ctx context.Context, collection string, q store.Query, set []store.Field) (bson.Raw, error) {
	f, err := db.fields(collection)
	if err != nil {
		return nil, err
	}
	if err := rules.Set(set); err != nil {
		return nil, fmt.Errorf("claim in %s: %w", collection, err)
	}
	q.Limit = 1
	query, args, err := f.selection(collection, "id, v, doc", q)
	if err != nil {
		return nil, fmt.Errorf("claim in %s: %w", collection, err)
	}
	var claim bson.Raw
	err = db.writeTo(ctx, collection, func(ctx context.Context, w *writer) error {
		stmt, err := w.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared until the database is closed
		if err != nil {
			return err
		}
		var id string
		var v int64
		var doc bson.Raw
		err = stmt.QueryRowContext(ctx, args...).Scan(&id, &v, (*[]byte)(&doc))
		if errors.Is(err, sql.ErrNoRows) {
			return care.ErrNotFound
		}
		if err != nil {
			return err
		}
		if claim, err = claimed(doc, set, v+1); err != nil {
			return err
		}
		return w.replace(ctx, collection, claim, id, v+1, v)
	})
	if err != nil {
		return nil, fmt.Errorf("claim in %s: %w", collection, err)
	}
	return claim, nil
}

// DeleteWhere removes what matches and returns how many there were.
func (db *DB) DeleteWhere(ctx context.Context, collection string, q store.Query) (int64, error) {
	f, err := db.fields(collection)
	if err != nil {
		return 0, err
	}
	where, args, err := f.where(q.Where)
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", collection, err)
	}
	var n int64
	err = db.writeTo(ctx, collection, func(ctx context.Context, w *writer) error {
		n, err = w.change(ctx, fmt.Sprintf(`DELETE FROM "%s"%s`, collection, where), args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", collection, err)
	}
	return n, nil
}

func (w *writer) replace(ctx context.Context, collection string, doc bson.Raw, id string, v, version int64) error {
	t := w.tables[collection]
	args, err := t.arguments(doc, v)
	if err != nil {
		return err
	}
	n, err := w.change(ctx, t.replace, append(args, id, version)...)
	if err == nil && n == 0 {
		return care.ErrConflict
	}
	return err
}
