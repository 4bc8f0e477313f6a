package sqlite

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"lotsen/internal/store"
)

var comparison = map[store.Op]string{
	store.Eq: " = ?",
	store.Lt: " < ?",
	store.Le: " <= ?",
	store.Gt: " > ?",
	store.Ge: " >= ?",
}

func (f fields) column(path string) (string, error) {
	if c, ok := f[path]; ok {
		return c, nil
	}
	return "", fmt.Errorf("field %q is in no index", path)
}

// where writes the conditions as SQL with its arguments. A column that is NULL, because the
// document lacks the field, makes every one of them false.
func (f fields) where(conds []store.Cond) (string, []any, error) {
	var text strings.Builder
	var args []any
	for i, c := range conds {
		column, err := f.column(c.Field)
		if err != nil {
			return "", nil, err
		}
		if i == 0 {
			text.WriteString(" WHERE ")
		} else {
			text.WriteString(" AND ")
		}
		text.WriteString(column)
		if c.Op == store.In {
			values, err := listed(c)
			if err != nil {
				return "", nil, err
			}
			text.WriteString(" IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")")
			args = append(args, values...)
			continue
		}
		op, ok := comparison[c.Op]
		if !ok {
			return "", nil, fmt.Errorf("field %q: unknown comparison %d", c.Field, c.Op)
		}
		value, err := argument(c.Field, c.Value)
		if err != nil {
			return "", nil, err
		}
		text.WriteString(op)
		args = append(args, value)
	}
	return text.String(), args, nil
}

// listed returns the values of an In, the last one repeated until there are a power of two:
// else each length of list would be one more statement to keep prepared.
func listed(c store.Cond) ([]any, error) {
	list, ok := c.Value.([]any)
	if !ok {
		return nil, fmt.Errorf("field %q: In wants a []any, not a %T", c.Field, c.Value)
	}
	if len(list) == 0 {
		return nil, nil
	}
	n := 1 << bits.Len(uint(len(list)-1))
	if n > 1<<14 { // SQLite takes 32766 arguments
		n = len(list)
	}
	values := make([]any, n)
	for i := range values {
		var err error
		if values[i], err = argument(c.Field, list[min(i, len(list)-1)]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// argument returns what a column holds for a value of a query.
func argument(field string, value any) (any, error) {
	switch v := value.(type) {
	case string, int64, bool:
		return v, nil
	case time.Time:
		return v.UnixMilli(), nil
	default:
		return nil, fmt.Errorf("field %q cannot be compared with a %T", field, value)
	}
}

// order writes the sort as SQL. Documents without a field come first, or last if descending.
func (f fields) order(sort []store.Order) (string, error) {
	var text strings.Builder
	for i, o := range sort {
		column, err := f.column(o.Field)
		if err != nil {
			return "", err
		}
		if i == 0 {
			text.WriteString(" ORDER BY ")
		} else {
			text.WriteString(", ")
		}
		text.WriteString(column)
		if o.Desc {
			text.WriteString(" DESC")
		}
	}
	return text.String(), nil
}

// selection writes the query for the documents that match, in order.
func (f fields) selection(collection, columns string, q store.Query) (string, []any, error) {
	where, args, err := f.where(q.Where)
	if err != nil {
		return "", nil, err
	}
	order, err := f.order(q.Sort)
	if err != nil {
		return "", nil, err
	}
	text := fmt.Sprintf(`SELECT %s FROM "%s"%s%s`, columns, collection, where, order)
	if q.Limit > 0 {
		text += " LIMIT ?"
		args = append(args, int64(q.Limit))
	}
	return text, args, nil
}
