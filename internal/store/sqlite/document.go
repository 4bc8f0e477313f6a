package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
)

// appendValues appends what goes into the columns for doc: times are milliseconds.
func appendValues(args []any, doc bson.Raw, columns []column) ([]any, error) {
	for _, c := range columns {
		value, err := c.Value(doc)
		if err != nil {
			return nil, err
		}
		args = append(args, argument(value))
	}
	return args, nil
}

// argument returns what a column holds for a value of a document or a query.
func argument(value any) any {
	if t, ok := value.(bson.DateTime); ok {
		return int64(t)
	}
	return value
}

// claimed returns doc with the fields set, at version v.
func claimed(doc bson.Raw, set []store.Field, v int64) (bson.Raw, error) {
	var d bson.D
	if err := bson.Unmarshal(doc, &d); err != nil {
		return nil, errors.New("decode the document") // the cause may quote a value
	}
	for _, f := range set {
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
