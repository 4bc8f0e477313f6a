package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
)

// record is a pointer to a record type T.
type record[T any] interface {
	*T
	Record() *care.Meta
}

// table keeps records of one type in one collection.
type table[T any, P record[T]] struct {
	engine Engine
	name   string
}

// Get returns the record with that id, or care.ErrNotFound.
func (t table[T, P]) Get(ctx context.Context, id string) (T, error) {
	raw, err := t.engine.Get(ctx, t.name, id)
	if err != nil {
		var none T
		return none, err
	}
	return t.decode(raw)
}

// Add stores a new record at version 1, or answers care.ErrExists.
func (t table[T, P]) Add(ctx context.Context, rec T) error {
	P(&rec).Record().Version = 1
	raw, err := bson.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode for %s: %w", t.name, err)
	}
	return t.engine.Insert(ctx, t.name, raw)
}

// Replace stores a changed record if it still is at the version that was read, else answers
// care.ErrConflict. After an error that is none of care's it is not known whether the change
// was made: the caller reads again and looks for its request.
func (t table[T, P]) Replace(ctx context.Context, rec T) error {
	meta := P(&rec).Record()
	read := meta.Version
	meta.Version++
	raw, err := bson.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode for %s: %w", t.name, err)
	}
	return t.engine.Replace(ctx, t.name, raw, read)
}

// Waiting returns at most limit records that carry something in their outbox since before t, longest first.
func (t table[T, P]) Waiting(ctx context.Context, before time.Time, limit int) ([]T, error) {
	return t.find(ctx, Query{Where: []Cond{{"out_at", Le, before}}, Sort: []Order{{Field: "out_at"}}, Limit: limit})
}

// Moved stores that what a record carried in its outbox has been moved, or answers care.ErrConflict.
func (t table[T, P]) Moved(ctx context.Context, rec T) error { return t.Replace(ctx, rec) }

// claim takes the first match of q: it sets the fields and returns the record as it then is.
func (t table[T, P]) claim(ctx context.Context, q Query, set ...Field) (T, error) {
	raw, err := t.engine.Claim(ctx, t.name, q, set)
	if err != nil {
		var none T
		return none, err
	}
	return t.decode(raw)
}

func (t table[T, P]) find(ctx context.Context, q Query) ([]T, error) {
	raws, err := t.engine.Find(ctx, t.name, q)
	if err != nil {
		return nil, err
	}
	list := make([]T, len(raws))
	for i, raw := range raws {
		if list[i], err = t.decode(raw); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (t table[T, P]) decode(raw bson.Raw) (T, error) {
	var rec T
	if err := bson.Unmarshal(raw, &rec); err != nil {
		// The codec's error may quote a value, so only the place is told.
		return rec, errors.New("decode a record of " + t.name)
	}
	return rec, nil
}

func where(field string, value any) Cond { return Cond{Field: field, Op: Eq, Value: value} }

// anyOf makes a list of strings of any kind the value of an In.
func anyOf[S ~string](list []S) []any {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = string(s)
	}
	return values
}
