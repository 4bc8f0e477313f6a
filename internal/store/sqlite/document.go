package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
)

// identify checks a document on its way in and returns its _id and v.
func identify(doc bson.Raw) (id string, v int64, err error) {
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

// appendValues appends what goes into the columns for doc.
func appendValues(args []any, doc bson.Raw, columns []column) ([]any, error) {
	for _, c := range columns {
		v, err := lookup(doc, c.keys)
		if err != nil {
			return nil, fmt.Errorf("indexed field %q: %w", c.path, err)
		}
		value, err := scalar(v)
		if err != nil {
			return nil, fmt.Errorf("indexed field %q: %w", c.path, err)
		}
		args = append(args, value)
	}
	return args, nil
}

// lookup returns the value under the keys, or a zero value if there is none. A list on the way
// is an error, because other engines look into lists and this one does not.
func lookup(doc bson.Raw, keys []string) (bson.RawValue, error) {
	for {
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

// scalar returns what a column holds for v: times are milliseconds, and null is like missing.
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
		return v.DateTime(), nil
	case bson.TypeNull:
		return nil, nil
	default:
		return nil, errNoScalar
	}
}

// claimed returns doc with the fields set, at version v.
func claimed(doc bson.Raw, set []store.Field, v int64) (bson.Raw, error) {
	var d bson.D
	if err := bson.Unmarshal(doc, &d); err != nil {
		return nil, errors.New("decode the document") // the cause may quote a value
	}
	for _, f := range set {
		if f.Name == "_id" || f.Name == "v" || !validPath.MatchString(f.Name) {
			return nil, fmt.Errorf("field %q cannot be set", f.Name)
		}
		var err error
		if d, err = put(d, strings.Split(f.Name, "."), f.Value); err != nil {
			return nil, fmt.Errorf("set %s: %w", f.Name, err)
		}
	}
	d, err := put(d, []string{"v"}, v)
	if err != nil {
		return nil, err
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode the document: %w", err)
	}
	return raw, nil
}

// put sets the value under the keys, making the documents that are missing on the way.
func put(d bson.D, keys []string, value any) (bson.D, error) {
	i := 0
	for i < len(d) && d[i].Key != keys[0] {
		i++
	}
	if i == len(d) {
		d = append(d, bson.E{Key: keys[0], Value: bson.D{}})
	}
	if len(keys) == 1 {
		d[i].Value = value
		return d, nil
	}
	inner, ok := d[i].Value.(bson.D)
	if !ok {
		return nil, fmt.Errorf("%q is not a document", keys[0])
	}
	inner, err := put(inner, keys[1:], value)
	d[i].Value = inner
	return d, err
}
