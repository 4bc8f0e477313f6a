package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
	"lotsen/internal/store/rules"
)

// A table is a collection as it is in the file, which may have columns for indexes of a newer
// version of the program: they are written too, so that it finds them right when it comes back.
type table struct {
	columns []column
	insert  string
	replace string
}

// A column holds what the documents have at one indexed path.
type column struct{ rules.Path }

func newColumn(path string) column { return column{rules.NewPath(path)} }

// quoted is the name in SQL: a JSON path, so it is never that of the columns id, v and doc.
func (c column) quoted() string { return `"$.` + c.Name + `"` }

// fields are the paths that a collection's queries may use, each with its column in SQL.
type fields map[string]string

func fieldsOf(c store.Collection) fields {
	f := fields{"_id": "id"}
	for _, index := range c.AllIndexes() {
		for _, path := range index {
			if path != "_id" {
				f[path] = newColumn(path).quoted()
			}
		}
	}
	return f
}

// Ensure makes the tables, columns and indexes that are missing, and fills new columns from the
// documents, all in one transaction: a crash leaves the file as it was before.
func (db *DB) Ensure(ctx context.Context, collections []store.Collection) error {
	for _, c := range collections {
		if err := rules.Collection(c); err != nil {
			return err
		}
	}
	err := db.write(ctx, func(ctx context.Context, w *writer) error {
		for _, c := range collections {
			if err := w.ensure(ctx, c); err != nil {
				return fmt.Errorf("make collection %s: %w", c.Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	db.declaring.Lock()
	defer db.declaring.Unlock()
	for _, c := range collections {
		db.declared[c.Name] = fieldsOf(c)
		if db.marks[c.Name] == nil {
			db.marks[c.Name] = &mark{}
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

func (w *writer) ensure(ctx context.Context, c store.Collection) error {
	t, err := w.read(ctx, c.Name)
	if err != nil {
		return err
	}
	var missing []column
	for path := range fieldsOf(c) {
		if path != "_id" && (t == nil || !slices.ContainsFunc(t.columns, func(c column) bool { return c.Name == path })) {
			missing = append(missing, newColumn(path))
		}
	}
	slices.SortFunc(missing, func(a, b column) int { return strings.Compare(a.Name, b.Name) })
	if t == nil {
		err = w.createTable(ctx, c.Name, missing)
	} else if len(missing) > 0 {
		err = w.addColumns(ctx, c.Name, missing)
	}
	if err != nil {
		return err
	}
	for i, index := range c.AllIndexes() {
		if err := w.createIndex(ctx, c, index, i >= len(c.Indexes)); err != nil {
			return err
		}
	}
	if w.tables[c.Name], err = w.read(ctx, c.Name); err != nil {
		return err
	}
	return nil
}

// createTable puts the document last, because SQLite has to read past it to what comes after.
func (w *writer) createTable(ctx context.Context, name string, columns []column) error {
	var text strings.Builder
	fmt.Fprintf(&text, `CREATE TABLE "%s" (id TEXT PRIMARY KEY NOT NULL, v INTEGER NOT NULL, `, name)
	for _, c := range columns {
		text.WriteString(c.quoted() + ", ")
	}
	text.WriteString("doc BLOB NOT NULL)")
	_, err := w.conn.ExecContext(ctx, text.String())
	return err
}

// addColumns gives a table with rows new columns, filled from the documents.
func (w *writer) addColumns(ctx context.Context, name string, columns []column) error {
	var sets []string
	for _, c := range columns {
		if _, err := w.conn.ExecContext(ctx, fmt.Sprintf(`ALTER TABLE "%s" ADD COLUMN %s`, name, c.quoted())); err != nil {
			return err
		}
		sets = append(sets, c.quoted()+" = ?")
	}
	update := fmt.Sprintf(`UPDATE "%s" SET %s WHERE rowid = ?`, name, strings.Join(sets, ", "))
	for last, more := int64(0), true; more; {
		rows, err := w.page(ctx, name, last)
		if err != nil {
			return err
		}
		for _, r := range rows {
			args, err := appendValues(nil, r.doc, columns)
			if err != nil {
				return err
			}
			if _, err := w.exec(ctx, update, append(args, r.id)...); err != nil {
				return err
			}
			last = r.id
		}
		more = len(rows) > 0
	}
	return nil
}

type row struct {
	id  int64
	doc bson.Raw
}

// page reads the next few rows, since a table may be larger than memory.
func (w *writer) page(ctx context.Context, name string, after int64) (page []row, err error) {
	rows, err := w.conn.QueryContext(ctx,
		fmt.Sprintf(`SELECT rowid, doc FROM "%s" WHERE rowid > ? ORDER BY rowid LIMIT 100`, name), after)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, (*[]byte)(&r.doc)); err != nil {
			return nil, err
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

// createIndex names the index for what it holds, so that the same list is made once only.
func (w *writer) createIndex(ctx context.Context, c store.Collection, index store.Index, sparse bool) error {
	f := fieldsOf(c)
	columns := make([]string, len(index))
	for i, path := range index {
		columns[i] = f[path]
	}
	kind, where := "", ""
	if sparse {
		kind, where = " sparse", " WHERE "+strings.Join(columns, " IS NOT NULL AND ")+" IS NOT NULL"
	}
	_, err := w.conn.ExecContext(ctx, fmt.Sprintf(`CREATE INDEX IF NOT EXISTS "%s(%s)%s" ON "%s" (%s)%s`,
		c.Name, strings.Join(index, ","), kind, c.Name, strings.Join(columns, ", "), where))
	return err
}

// refresh reads the tables again if the file's schema is another than when they were last read.
func (w *writer) refresh(ctx context.Context) error {
	stmt, err := w.prepare(ctx, "PRAGMA schema_version") //nolint:sqlclosecheck // kept prepared until the database is closed
	if err != nil {
		return err
	}
	var version int64
	if err := stmt.QueryRowContext(ctx).Scan(&version); err != nil || version == w.schema {
		return err
	}
	for name := range w.tables {
		if w.tables[name], err = w.read(ctx, name); err != nil {
			return err
		}
	}
	w.schema = version
	return nil
}

// read returns the table as it is in the file, or nil if there is none.
func (w *writer) read(ctx context.Context, name string) (t *table, err error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT name FROM pragma_table_info(?)", name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			return nil, err
		}
		if t == nil {
			t = &table{}
		}
		if path, ok := strings.CutPrefix(column, "$."); ok {
			t.columns = append(t.columns, newColumn(path))
		}
	}
	if t != nil {
		t.compose(name)
	}
	return t, rows.Err()
}

// compose writes the statements that put a document, with the arguments v, columns…, doc, id.
func (t *table) compose(name string) {
	var names, sets string
	for _, c := range t.columns {
		names += c.quoted() + ", "
		sets += c.quoted() + " = ?, "
	}
	t.insert = fmt.Sprintf(`INSERT INTO "%s" (v, %sdoc, id) VALUES (?, %s?, ?) ON CONFLICT (id) DO NOTHING`,
		name, names, strings.Repeat("?, ", len(t.columns)))
	t.replace = fmt.Sprintf(`UPDATE "%s" SET v = ?, %sdoc = ? WHERE id = ? AND v = ?`, name, sets)
}

// arguments returns v, the columns' values and doc; the caller appends the id.
func (t *table) arguments(doc bson.Raw, v int64) ([]any, error) {
	args := make([]any, 0, len(t.columns)+4)
	args, err := appendValues(append(args, v), doc, t.columns)
	if err != nil {
		return nil, err
	}
	return append(args, []byte(doc)), nil
}
