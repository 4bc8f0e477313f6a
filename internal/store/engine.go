package store

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Engine keeps versioned documents. A document is BSON with a string "_id" and an int64 "v";
// beyond those two an engine knows only the fields that a Collection's indexes name.
//
// Every method is one atomic step, safe to call from many goroutines and, for engines that
// several processes share, from many processes. A method that returns nil has its effect on disk.
// No transaction crosses this interface: change is read, modify in Go, Replace at that version.
//
// Queries may use indexed fields and "_id" only; other questions are refused with an error that
// names the field. A document that lacks a field, or has null there, matches no condition on it,
// and in a sort it comes before those that have it. Strings order by their bytes; times are UTC
// with milliseconds. An indexed field has one type in all documents: a document that has a list,
// a document or a fraction there is refused, as is one without _id or v.
//
// Errors: care.ErrNotFound, care.ErrExists and care.ErrConflict, possibly wrapped; anything else
// is the engine's trouble, and after it the caller re-reads before trying again.
type Engine interface {
	// Ensure makes the collections and their indexes as far as they are missing. It repeats harmlessly.
	Ensure(ctx context.Context, collections []Collection) error

	// Get returns the document with that id, or care.ErrNotFound.
	Get(ctx context.Context, collection, id string) (bson.Raw, error)

	// Insert stores a new document; care.ErrExists if its _id is taken.
	Insert(ctx context.Context, collection string, doc bson.Raw) error

	// Replace stores doc in place of the document with the same _id if that one's v is version;
	// care.ErrConflict if it has another version or is gone. doc carries its own new v.
	Replace(ctx context.Context, collection string, doc bson.Raw, version int64) error

	// Delete removes the document if its v is version; care.ErrConflict if not, or if it is gone.
	Delete(ctx context.Context, collection, id string, version int64) error

	// Find returns the documents that match, in the query's order.
	Find(ctx context.Context, collection string, q Query) ([]bson.Raw, error)

	// Claim takes the first document that matches, in the query's order: it sets the fields of
	// set, raises v by one and returns the document as it then is; care.ErrNotFound if none
	// matches. Of two claims at once, the second sees what the first has set. Documents missing
	// on a dotted field's way are made; _id and v cannot be set.
	Claim(ctx context.Context, collection string, q Query, set []Field) (bson.Raw, error)

	// DeleteWhere removes what matches and returns how many there were. Sort and Limit do not count.
	DeleteWhere(ctx context.Context, collection string, q Query) (int64, error)

	// Count returns how many documents match. Sort and Limit do not count.
	Count(ctx context.Context, collection string, q Query) (int64, error)

	// GroupCount counts the matching documents by the value of an indexed field: a string, an
	// int64, a bool or a time.Time in UTC. Documents without the field are left out.
	GroupCount(ctx context.Context, collection, field string, q Query) (map[any]int64, error)

	// Ping answers when the database can be read.
	Ping(ctx context.Context) error

	// Close ends the engine after the writes under way. Closing again does nothing.
	Close() error
}

// A Marker is an engine that knows without asking its database whether a collection may have changed,
// so that what was read may be used again.
type Marker interface {
	// Mark returns a number that grows with every change of the collection, and whether it stands
	// still: while a change is being made it does not. What is read after Mark has returned a number
	// is as good as read anew for as long as Mark returns it again. A change made through this
	// engine counts before the write is answered; that of another process does MarkAge later at the
	// latest. A write that was refused counts as well, so whoever reads after care.ErrConflict sees
	// what stood in the way.
	Mark(ctx context.Context, collection string) (n uint64, still bool)
}

// MarkAge is how much later another process's change may count.
const MarkAge = 50 * time.Millisecond

// A Collection is a name and the indexes that its queries need. None is unique: what must be
// unique is part of an _id.
type Collection struct {
	Name    string
	Indexes []Index
	Sparse  []Index // need not hold documents that lack one of the fields: each query names all of them in its conditions
}

// AllIndexes are both kinds of indexes.
func (c Collection) AllIndexes() []Index { return slices.Concat(c.Indexes, c.Sparse) }

// An Index is a list of dotted paths to scalars (string, int64, bool, time), in order.
type Index []string

// A Query is a conjunction of conditions with an order and a limit.
type Query struct {
	Where []Cond
	Sort  []Order // by indexed fields or _id; ties in any order
	Limit int     // 0: no limit
}

// A Cond compares one field. Value is a string, int64, bool or time.Time; for In a slice []any of those.
type Cond struct {
	Field string
	Op    Op
	Value any
}

// Op is the comparison of a condition.
type Op int

// The comparisons. An In over an empty list matches nothing.
const (
	Eq Op = iota
	Lt
	Le
	Gt
	Ge
	In
)

// Order sorts by a field, ascending unless Desc.
type Order struct {
	Field string
	Desc  bool
}

// A Field is a top-level or dotted field and its new value, for Claim.
type Field struct {
	Name  string
	Value any
}
