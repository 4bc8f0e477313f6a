package mongo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/rules"
)

// When a connection breaks between a write and its answer, the driver sends the write once more, but
// only to a replica set or a sharded cluster, and with the number of the first: a server that has
// done it already answers as it did the first time. So a success never comes back as ErrExists or
// ErrConflict. A standalone server knows no such numbers; there the caller gets the trouble, reads
// again and looks for its request.

// Insert stores a new document; care.ErrExists if its _id is taken.
func (db *DB) Insert(ctx context.Context, collection string, doc bson.Raw) error {
	if _, err := db.incoming(collection, doc); err != nil {
		return fmt.Errorf("insert into %s: %w", collection, err)
	}
	err := db.call(ctx, db.limit, func(ctx context.Context) error {
		_, err := db.database.Collection(collection).InsertOne(ctx, doc)
		if isDuplicate(err) {
			return care.ErrExists
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("insert into %s: %w", collection, err)
	}
	return nil
}

// incoming checks a document on its way in and returns its _id.
func (db *DB) incoming(collection string, doc bson.Raw) (id string, err error) {
	f, err := db.fields(collection)
	if err != nil {
		return "", err
	}
	if id, _, err = rules.Identify(doc); err != nil {
		return "", err
	}
	return id, f.takes(doc)
}

// at is the filter for one version of a document.
func at(id string, version int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "v", Value: version}}
}

// Replace stores doc in place of the document with the same _id if that one's v is version.
func (db *DB) Replace(ctx context.Context, collection string, doc bson.Raw, version int64) error {
	id, err := db.incoming(collection, doc)
	if err != nil {
		return fmt.Errorf("replace in %s: %w", collection, err)
	}
	err = db.call(ctx, db.limit, func(ctx context.Context) error {
		done, err := db.database.Collection(collection).ReplaceOne(ctx, at(id, version), doc)
		if err == nil && done.MatchedCount == 0 {
			return care.ErrConflict
		}
		return err
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
	err := db.call(ctx, db.limit, func(ctx context.Context) error {
		done, err := db.database.Collection(collection).DeleteOne(ctx, at(id, version))
		if err == nil && done.DeletedCount == 0 {
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
	filter, sort, err := f.question(q)
	if err != nil {
		return nil, fmt.Errorf("claim in %s: %w", collection, err)
	}
	change, err := f.change(set)
	if err != nil {
		return nil, fmt.Errorf("claim in %s: %w", collection, err)
	}
	opts := options.FindOneAndUpdate().SetReturnDocument(options.After)
	if len(sort) > 0 {
		opts.SetSort(sort)
	}
	var claim bson.Raw
	err = db.call(ctx, db.limit, func(ctx context.Context) error {
		claim, err = db.database.Collection(collection).FindOneAndUpdate(ctx, filter, change, opts).Raw()
		if errors.Is(err, driver.ErrNoDocuments) {
			return care.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim in %s: %w", collection, err)
	}
	return claim, nil
}

// change is the update that sets fields and raises v.
func (f fields) change(set []store.Field) (bson.D, error) {
	if err := rules.Set(set); err != nil {
		return nil, err
	}
	change := bson.D{{Key: "$inc", Value: bson.D{{Key: "v", Value: int64(1)}}}}
	var values bson.D
	for _, field := range set {
		raw, err := bson.Marshal(nested(field))
		if err != nil {
			return nil, fmt.Errorf("set %s: a %T cannot be stored", field.Name, field.Value)
		}
		if err := f.takes(raw); err != nil {
			return nil, fmt.Errorf("set %s: %w", field.Name, err)
		}
		values = append(values, bson.E{Key: field.Name, Value: field.Value})
	}
	if len(values) > 0 {
		change = append(change, bson.E{Key: "$set", Value: values})
	}
	return change, nil
}

// nested is a document with nothing but that field.
func nested(field store.Field) bson.D {
	keys := strings.Split(field.Name, ".")
	value := field.Value
	for i := len(keys) - 1; i > 0; i-- {
		value = bson.D{{Key: keys[i], Value: value}}
	}
	return bson.D{{Key: keys[0], Value: value}}
}

// DeleteWhere removes what matches and returns how many there were.
func (db *DB) DeleteWhere(ctx context.Context, collection string, q store.Query) (n int64, err error) {
	f, err := db.fields(collection)
	if err != nil {
		return 0, err
	}
	filter, err := f.where(q.Where)
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", collection, err)
	}
	err = db.call(ctx, db.limit, func(ctx context.Context) error {
		done, err := db.database.Collection(collection).DeleteMany(ctx, filter)
		if err == nil {
			n = done.DeletedCount
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", collection, err)
	}
	return n, nil
}
