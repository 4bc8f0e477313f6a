package mongo

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
	"lotsen/internal/store/rules"
)

var comparison = map[store.Op]string{
	store.Lt: "$lt",
	store.Le: "$lte",
	store.Gt: "$gt",
	store.Ge: "$gte",
}

// where writes the conditions as a filter. The server compares only values of one type, so a field
// that is missing or null makes every one of them false.
func (f fields) where(conds []store.Cond) (bson.D, error) {
	filter := bson.D{}
	for _, c := range conds {
		if err := f.check(c.Field); err != nil {
			return nil, err
		}
		values, err := rules.Values(c)
		if err != nil {
			return nil, err
		}
		var test any
		switch c.Op {
		case store.Eq:
			test = values[0] // and no $eq: FerretDB looks an _id up only then
		case store.In:
			test = bson.D{{Key: "$in", Value: bson.A(values)}}
		default:
			test = bson.D{{Key: comparison[c.Op], Value: values[0]}}
		}
		filter = append(filter, bson.E{Key: c.Field, Value: test})
	}
	return conjunction(filter), nil
}

// conjunction gives each condition a document of its own if two are on the same field.
func conjunction(filter bson.D) bson.D {
	seen := map[string]bool{}
	for _, e := range filter {
		if seen[e.Key] {
			all := make(bson.A, len(filter))
			for i, e := range filter {
				all[i] = bson.D{e}
			}
			return bson.D{{Key: "$and", Value: all}}
		}
		seen[e.Key] = true
	}
	return filter
}

// order writes the sort. Documents without a field come first, or last if descending.
func (f fields) order(sort []store.Order) (bson.D, error) {
	order := bson.D{}
	for _, o := range sort {
		if err := f.check(o.Field); err != nil {
			return nil, err
		}
		direction := 1
		if o.Desc {
			direction = -1
		}
		order = append(order, bson.E{Key: o.Field, Value: direction})
	}
	return order, nil
}
