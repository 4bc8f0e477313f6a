package sqlite

import (
	"fmt"
	"math/bits"
	"strings"

	"lotsen/internal/store"
	"lotsen/internal/store/rules"
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
	return "", rules.Unindexed(path)
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
		values, err := rules.Values(c)
		if err != nil {
			return "", nil, err
		}
		if c.Op == store.In {
			values = padded(values)
			text.WriteString(" IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")")
		} else {
			text.WriteString(comparison[c.Op])
		}
		for _, v := range values {
			args = append(args, argument(v))
		}
	}
	return text.String(), args, nil
}

// padded repeats the last value of an In until there are a power of two: else each length of list
// would be one more statement to keep prepared.
func padded(values []any) []any {
	if len(values) == 0 {
		return nil
	}
	n := 1 << bits.Len(uint(len(values)-1))
	if n > 1<<14 { // SQLite takes 32766 arguments
		return values
	}
	for last := values[len(values)-1]; len(values) < n; {
		values = append(values, last)
	}
	return values
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
		// Of a bare "?" SQLite plans anew for each number, and so prepares the statement each time.
		text += " LIMIT +?"
		args = append(args, int64(q.Limit))
	}
	return text, args, nil
}
