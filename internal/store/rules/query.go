package rules

import (
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
)

// Values returns what a condition compares its field with: one value, or the list of an In. Times
// become bson.DateTime.
func Values(c store.Cond) ([]any, error) {
	switch c.Op {
	case store.Eq, store.Lt, store.Le, store.Gt, store.Ge:
		value, err := argument(c.Field, c.Value)
		return []any{value}, err
	case store.In:
		list, ok := c.Value.([]any)
		if !ok {
			return nil, fmt.Errorf("field %q: In wants a []any, not a %T", c.Field, c.Value)
		}
		values := make([]any, len(list))
		for i, v := range list {
			var err error
			if values[i], err = argument(c.Field, v); err != nil {
				return nil, err
			}
		}
		return values, nil
	default:
		return nil, fmt.Errorf("field %q: unknown comparison %d", c.Field, c.Op)
	}
}

func argument(field string, value any) (any, error) {
	switch v := value.(type) {
	case string, int64, bool:
		return v, nil
	case time.Time:
		return bson.DateTime(v.UnixMilli()), nil
	default:
		return nil, fmt.Errorf("field %q cannot be compared with a %T", field, value)
	}
}

// Set checks the fields of a claim: none of them is _id or v, nor the same as another or inside it.
func Set(set []store.Field) error {
	for i, f := range set {
		if f.Name == "_id" || f.Name == "v" || !validPath.MatchString(f.Name) {
			return fmt.Errorf("field %q cannot be set", f.Name)
		}
		for _, other := range set[:i] {
			if Inside(f.Name, other.Name) || Inside(other.Name, f.Name) {
				return fmt.Errorf("field %q cannot be set together with %q", f.Name, other.Name)
			}
		}
	}
	return nil
}

// Inside reports whether path is outer or leads into it.
func Inside(path, outer string) bool { return path == outer || strings.HasPrefix(path, outer+".") }
