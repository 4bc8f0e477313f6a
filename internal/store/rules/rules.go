// Package rules is what engines check before they store a document or ask a question, so that a
// document or a question is refused by all of them or by none.
package rules

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
)

// Names come from the program, not from people; they are checked because they become SQL text
// and parts of a path.
var (
	validName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	validPath = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
)

// Collection checks the names in a declaration.
func Collection(c store.Collection) error {
	if !validName.MatchString(c.Name) || strings.HasPrefix(c.Name, "sqlite_") {
		return fmt.Errorf("%q cannot be the name of a collection", c.Name)
	}
	for _, index := range c.AllIndexes() {
		if len(index) == 0 {
			return fmt.Errorf("collection %s has an index of nothing", c.Name)
		}
		for _, path := range index {
			if !validPath.MatchString(path) {
				return fmt.Errorf("%q cannot be an indexed field of collection %s", path, c.Name)
			}
		}
	}
	return nil
}

// Undeclared is the answer for a collection that Ensure was not called for.
func Undeclared(collection string) error {
	return fmt.Errorf("collection %q is unknown: Ensure was not called for it", collection)
}

// Unindexed is the answer to a question that a field without an index would have to answer.
func Unindexed(path string) error { return fmt.Errorf("field %q is in no index", path) }

// Identify checks a document on its way in and returns its _id and v.
func Identify(doc bson.Raw) (id string, v int64, err error) {
	if err := doc.Validate(); err != nil {
		return "", 0, errors.New("the document is not BSON") // the cause may quote a value
	}
	id, ok := doc.Lookup("_id").StringValueOK()
	if !ok || id == "" {
		return "", 0, errors.New("the document has no _id")
	}
	version, err := scalar(doc.Lookup("v"))
	if v, ok = version.(int64); !ok || err != nil {
		return "", 0, errors.New("the document has no v")
	}
	return id, v, nil
}

// A Path is an indexed path.
type Path struct {
	Name string
	Keys []string // the name, split
}

// NewPath returns the path with that name.
func NewPath(name string) Path { return Path{Name: name, Keys: strings.Split(name, ".")} }

// Value returns what doc has at the path, as a string, int64, bool or bson.DateTime: nil if it is
// missing or null, and an error if it cannot be indexed.
func (p Path) Value(doc bson.Raw) (any, error) {
	v, err := p.Lookup(doc)
	if err == nil {
		var value any
		if value, err = scalar(v); err == nil {
			return value, nil
		}
	}
	return nil, fmt.Errorf("indexed field %q: %w", p.Name, err)
}

// Lookup returns the value at the path, or a zero value if there is none. A list on the way is an
// error, because some engines look into lists and others do not.
func (p Path) Lookup(doc bson.Raw) (bson.RawValue, error) {
	for keys := p.Keys; ; {
		v := doc.Lookup(keys[0])
		if keys = keys[1:]; len(keys) == 0 {
			return v, nil
		}
		switch v.Type {
		case bson.TypeEmbeddedDocument:
			doc = v.Document()
		case bson.TypeArray:
			return bson.RawValue{}, errNoScalar
		default:
			return bson.RawValue{}, nil
		}
	}
}

var errNoScalar = errors.New("only strings, whole numbers, booleans and times can be indexed")

func scalar(v bson.RawValue) (any, error) {
	if v.IsZero() {
		return nil, nil
	}
	switch v.Type {
	case bson.TypeString:
		return v.StringValue(), nil
	case bson.TypeInt64:
		return v.Int64(), nil
	case bson.TypeInt32:
		return int64(v.Int32()), nil
	case bson.TypeBoolean:
		return v.Boolean(), nil
	case bson.TypeDateTime:
		return bson.DateTime(v.DateTime()), nil
	case bson.TypeNull:
		return nil, nil
	default:
		return nil, errNoScalar
	}
}
