package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/rules"
)

// fields are the paths that a collection's queries may use, beside _id.
type fields []rules.Path

func fieldsOf(c store.Collection) fields {
	var f fields
	for _, index := range c.AllIndexes() {
		for _, path := range index {
			if path != "_id" && !slices.ContainsFunc(f, func(p rules.Path) bool { return p.Name == path }) {
				f = append(f, rules.NewPath(path))
			}
		}
	}
	return f
}

// check refuses a path that is in no index.
func (f fields) check(path string) error {
	if path == "_id" || slices.ContainsFunc(f, func(p rules.Path) bool { return p.Name == path }) {
		return nil
	}
	return rules.Unindexed(path)
}

// takes checks that a document has nothing under the indexes that cannot be indexed.
func (f fields) takes(doc bson.Raw) error {
	for _, p := range f {
		if _, err := p.Value(doc); err != nil {
			return err
		}
	}
	return nil
}

// fields returns what queries on a collection may use.
func (db *DB) fields(collection string) (fields, error) {
	db.declaring.RLock()
	defer db.declaring.RUnlock()
	if f, ok := db.declared[collection]; ok {
		return f, nil
	}
	return nil, rules.Undeclared(collection)
}

// Ensure makes the indexes that are missing; the server makes a collection with its first index or
// document. Copies of the program that start at once make the same ones.
func (db *DB) Ensure(ctx context.Context, collections []store.Collection) error {
	for _, c := range collections {
		if err := rules.Collection(c); err != nil {
			return err
		}
	}
	for _, c := range collections {
		if err := db.ensure(ctx, c); err != nil {
			return fmt.Errorf("make collection %s: %w", c.Name, err)
		}
	}
	db.declaring.Lock()
	defer db.declaring.Unlock()
	for _, c := range collections {
		db.declared[c.Name] = fieldsOf(c)
	}
	return nil
}

// ensureTries is how often the indexes are made: another copy of the program may be making them.
const ensureTries = 3

func (db *DB) ensure(ctx context.Context, c store.Collection) error {
	for try := 1; ; try++ {
		missing, err := db.missing(ctx, c)
		if err != nil || len(missing) == 0 {
			return err
		}
		err = db.call(ctx, indexTime, func(ctx context.Context) error {
			_, err := db.database.Collection(c.Name).Indexes().CreateMany(ctx, missing)
			return err
		})
		if err == nil {
			return nil
		}
		if try == ensureTries || ctx.Err() != nil {
			return fmt.Errorf("make its indexes: %w", err)
		}
	}
}

// missing returns the indexes that a collection is to have and has not, after a look at whether
// what is stored there lets them be made.
func (db *DB) missing(ctx context.Context, c store.Collection) ([]driver.IndexModel, error) {
	indexes := c.AllIndexes()
	if len(indexes) == 0 {
		return nil, db.call(ctx, db.limit, func(context.Context) error { return nil })
	}
	var there []driver.IndexSpecification
	err := db.call(ctx, db.limit, func(ctx context.Context) (err error) {
		there, err = db.database.Collection(c.Name).Indexes().ListSpecifications(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list its indexes: %w", err)
	}
	var missing []driver.IndexModel
	var paths []store.Index
	for _, index := range indexes {
		name := strings.Join(index, ",") // after what it holds, so that the same list is made once only
		if slices.ContainsFunc(there, func(s driver.IndexSpecification) bool { return s.Name == name }) {
			continue
		}
		keys := make(bson.D, len(index))
		for i, path := range index {
			keys[i] = bson.E{Key: path, Value: 1}
		}
		missing = append(missing, driver.IndexModel{Keys: keys, Options: options.Index().SetName(name)})
		paths = append(paths, index)
	}
	if len(there) == 0 { // no collection, so no documents
		return missing, nil
	}
	return missing, db.search(ctx, c.Name, fieldsOf(store.Collection{Indexes: paths}))
}

// search looks for a document that new indexes cannot take. The server would take it, and then
// answer questions about it otherwise than is promised here.
func (db *DB) search(ctx context.Context, collection string, paths fields) error {
	for _, p := range paths {
		or := bson.A{bson.D{{Key: p.Name, Value: bson.D{{Key: "$type", Value: bson.A{
			bson.TypeDouble, bson.TypeEmbeddedDocument, bson.TypeArray, bson.TypeBinary, bson.TypeObjectID, bson.TypeRegex, bson.TypeTimestamp,
		}}}}}}
		for i := 1; i < len(p.Keys); i++ {
			or = append(or, bson.D{{Key: strings.Join(p.Keys[:i], "."), Value: bson.D{{Key: "$type", Value: bson.TypeArray}}}})
		}
		err := db.call(ctx, indexTime, func(ctx context.Context) error {
			err := db.database.Collection(collection).FindOne(ctx, bson.D{{Key: "$or", Value: or}}).Err()
			if errors.Is(err, driver.ErrNoDocuments) {
				return care.ErrNotFound
			}
			return err
		})
		if err == nil {
			return fmt.Errorf("a document has something under the indexed field %q that cannot be indexed", p.Name)
		}
		if !errors.Is(err, care.ErrNotFound) {
			return fmt.Errorf("look for what cannot be indexed: %w", err)
		}
	}
	return nil
}
