package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/rules"
)

// Get returns the document with that id, or care.ErrNotFound.
func (db *DB) Get(ctx context.Context, collection, id string) (bson.Raw, error) {
	docs, err := db.Find(ctx, collection, store.Query{Where: []store.Cond{{Field: "_id", Value: id}}, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, care.ErrNotFound
	}
	return docs[0], nil
}

// batch has the server send what it found in one answer, unless it is very much; without, it would
// send a hundred documents first.
const batch = 5000

// Find returns the documents that match, in the query's order.
func (db *DB) Find(ctx context.Context, collection string, q store.Query) ([]bson.Raw, error) {
	f, err := db.fields(collection)
	if err != nil {
		return nil, err
	}
	filter, sort, err := f.question(q)
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", collection, err)
	}
	opts := options.Find().SetBatchSize(batch)
	if len(sort) > 0 {
		opts.SetSort(sort)
	}
	if q.Limit > 0 {
		opts.SetLimit(int64(q.Limit))
	}
	var docs []bson.Raw
	err = db.call(ctx, db.limit, func(ctx context.Context) error {
		cursor, err := db.database.Collection(collection).Find(ctx, filter, opts)
		if err != nil {
			return err
		}
		return each(ctx, cursor, func(doc bson.Raw) error {
			docs = append(docs, slices.Clone(doc))
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", collection, err)
	}
	return docs, nil
}

// question is a query in the server's words.
func (f fields) question(q store.Query) (filter, sort bson.D, err error) {
	if filter, err = f.where(q.Where); err != nil {
		return nil, nil, err
	}
	sort, err = f.order(q.Sort)
	return filter, sort, err
}

// each reads a cursor to its end.
func each(ctx context.Context, cursor *driver.Cursor, doc func(bson.Raw) error) (err error) {
	defer func() { err = errors.Join(err, cursor.Close(ctx)) }()
	for cursor.Next(ctx) {
		if err := doc(cursor.Current); err != nil {
			return err
		}
	}
	return cursor.Err()
}

// Count returns how many documents match.
func (db *DB) Count(ctx context.Context, collection string, q store.Query) (n int64, err error) {
	f, err := db.fields(collection)
	if err != nil {
		return 0, err
	}
	filter, err := f.where(q.Where)
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", collection, err)
	}
	err = db.call(ctx, db.limit, func(ctx context.Context) error {
		n, err = db.database.Collection(collection).CountDocuments(ctx, filter)
		return err
	})
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
	if err := f.check(field); err != nil {
		return nil, fmt.Errorf("group %s: %w", collection, err)
	}
	filter, err := f.where(q.Where)
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", collection, err)
	}
	stages := driver.Pipeline{
		{{Key: "$match", Value: filter}},
		{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + field}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	}
	groups := map[any]int64{}
	err = db.call(ctx, db.limit, func(ctx context.Context) error {
		cursor, err := db.database.Collection(collection).Aggregate(ctx, stages, options.Aggregate().SetBatchSize(batch))
		if err != nil {
			return err
		}
		return each(ctx, cursor, func(group bson.Raw) error {
			value, err := rules.NewPath("_id").Value(group)
			if err != nil {
				return err
			}
			if t, ok := value.(bson.DateTime); ok {
				value = t.Time().UTC()
			}
			if value != nil { // missing or null
				groups[value] += group.Lookup("n").AsInt64()
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", collection, err)
	}
	return groups, nil
}
