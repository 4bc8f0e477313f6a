package roster

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lotsen/internal/care"
)

// column is a column that a kind of file may have. After its own name stand those that other
// programs give it, each after a |.
type column struct {
	names    string
	required bool
}

func (c column) name() string {
	name, _, _ := strings.Cut(c.names, "|")
	return name
}

// is reports whether a header cell names the column.
func (c column) is(written string) bool {
	for name := range strings.SplitSeq(c.names, "|") {
		if columnKey(name) == columnKey(written) {
			return true
		}
	}
	return false
}

// header is the first row of a file.
type header struct {
	names []string       // as written
	at    map[string]int // number of each known column, from 0
}

// row is a row under examination.
type row struct {
	file  string
	line  int
	cells []string
	header
	bad []RowError
}

// read reads a CSV file with a header. The delimiter is the one of ; , and tab by which the
// header has most of the columns; columns stand in any order. An error means that nothing could be read.
func read[R any](file string, in io.Reader, columns []column, decode func(*row) R) (File[R], error) {
	var f File[R]
	t, err := smallText(in)
	if err != nil {
		return f, fmt.Errorf("%s: %w", file, err)
	}
	lines, head, err := readHeader(file, t, columns)
	if err != nil {
		return f, err
	}
	f.Notes = head.notes(columns)
	err = eachRow(file, lines, head, func(r *row, whole bool) error {
		if whole {
			if decoded := decode(r); len(r.bad) == 0 {
				f.Rows = append(f.Rows, decoded)
			}
		}
		f.Bad = append(f.Bad, r.faults()...)
		return nil
	})
	return f, err
}

// eachRow reads the rows after the header, one after the other. whole tells that a row has the cells
// that its header names; else its faults tell why not. An error of do ends it.
func eachRow(file string, lines *csv.Reader, head header, do func(r *row, whole bool) error) error {
	lines.ReuseRecord = true
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		r := row{file: file, header: head}
		if _, broken := errors.AsType[*csv.ParseError](err); err != nil && !broken {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err != nil {
			r.bad = []RowError{r.broken(err)}
			if err := do(&r, false); err != nil {
				return err
			}
			continue
		}
		r.line, _ = lines.FieldPos(0)
		r.cells = make([]string, len(cells))
		for i, c := range cells {
			r.cells[i] = clean(c)
		}
		if strings.Join(r.cells, "") == "" {
			continue
		}
		r.refuseUnreadable()
		whole := len(r.cells) == len(head.names)
		if !whole {
			r.faultAt(-1, fmt.Sprintf("the row has %d cells, the header %d", len(r.cells), len(head.names)))
		}
		if err := do(&r, whole); err != nil {
			return err
		}
	}
}

// faults are the faults of a row by their columns.
func (r *row) faults() []RowError {
	slices.SortFunc(r.bad, func(a, b RowError) int { return a.Column - b.Column })
	return r.bad
}

// readLine opens the text with a delimiter and reads its first row.
func readLine(t *text, delimiter rune) (*csv.Reader, []string, error) {
	in, err := t.open()
	if err != nil {
		return nil, nil, err
	}
	lines := csv.NewReader(in)
	lines.Comma = delimiter
	lines.FieldsPerRecord = -1
	lines.TrimLeadingSpace = delimiter != '\t' // it would trim empty cells between tabs
	names, err := lines.Read()
	return lines, names, err
}

// bestHeader reads the header with the delimiter by which it has most of the columns, and returns the
// reader of the rows after it: nil if there is no row.
func bestHeader(t *text, columns []column) (*csv.Reader, header, error) {
	var best rune
	var head header
	for _, delimiter := range ";,\t" {
		_, names, err := readLine(t, delimiter)
		if _, broken := errors.AsType[*csv.ParseError](err); errors.Is(err, io.EOF) || broken {
			continue
		}
		if err != nil {
			return nil, header{}, err
		}
		if h := newHeader(names, columns); best == 0 || len(h.at) > len(head.at) {
			best, head = delimiter, h
		}
	}
	if best == 0 {
		return nil, header{}, nil
	}
	lines, _, err := readLine(t, best)
	return lines, head, err
}

// readHeader reads the header and returns the reader of the rows after it.
func readHeader(file string, t *text, columns []column) (*csv.Reader, header, error) {
	lines, head, err := bestHeader(t, columns)
	if err != nil {
		return nil, header{}, fmt.Errorf("%s: %w", file, err)
	}
	var all, missing []string
	for _, c := range columns {
		all = append(all, c.name())
		if _, ok := head.at[c.name()]; c.required && !ok {
			missing = append(missing, strings.ReplaceAll(c.names, "|", " or "))
		}
	}
	fault := RowError{File: file, Line: 1}
	if lines != nil {
		fault.Line, _ = lines.FieldPos(0)
	}
	switch twice := head.twice(columns); {
	case t.empty:
		fault.Line, fault.Reason = 0, "the file is empty; its first row names the columns"
	case len(head.at) == 0: // what stands there may be a person, so it is not shown
		fault.Reason = "the first row names no column; a file like this may have " + strings.Join(all, ", ")
	case len(missing) > 0:
		fault.Reason = fmt.Sprintf("missing: %s; the file has %s", strings.Join(missing, ", "), strings.Join(head.shown(), ", "))
	case twice != "":
		fault.ColumnName, fault.Reason = twice, "stands twice in the header"
	default:
		return lines, head, nil
	}
	return nil, header{}, fault
}

func newHeader(written []string, columns []column) header {
	names := slices.Clone(written)
	h := header{names: names, at: map[string]int{}}
	for i, written := range names {
		names[i] = clean(written)
		for _, c := range columns {
			if _, ok := h.at[c.name()]; !ok && c.is(written) {
				h.at[c.name()] = i
			}
		}
	}
	return h
}

// columnKey is what matters of a column's name: Given name, given-name and given_name are one.
func columnKey(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.Is(unicode.Pd, r) || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, clean(name))
}

// twice returns a known column that stands twice, or "".
func (h header) twice(columns []column) string {
	for _, c := range columns {
		at, known := h.at[c.name()]
		for i, written := range h.names {
			if known && i != at && c.is(written) {
				return c.name()
			}
		}
	}
	return ""
}

// name is the name of a column, as this package writes it if it is the package's own.
func (h header) name(i int) string {
	for known, at := range h.at {
		if at == i && columnKey(known) == columnKey(h.names[i]) {
			return known
		}
	}
	if i >= len(h.names) || h.names[i] == "" || care.HasPersonalNumber(h.names[i]) || utf8.RuneCountInString(h.names[i]) > maxName {
		return ""
	}
	return h.names[i]
}

// maxName is the length beyond which a header cell is shown as no name.
const maxName = 40

// shown are the names of all columns, or their numbers.
func (h header) shown() []string {
	var names []string
	for i := range h.names {
		name := h.name(i)
		if name == "" {
			name = fmt.Sprintf("(column %d)", i+1)
		}
		names = append(names, name)
	}
	return names
}

func (h header) notes(columns []column) []string {
	var notes []string
	for i, name := range h.shown() {
		if h.names[i] != "" && !slices.ContainsFunc(columns, func(c column) bool { return c.is(name) }) {
			notes = append(notes, fmt.Sprintf("column %s is not known and is ignored", name))
		}
	}
	return notes
}

// broken is the fault of a row that is no CSV.
func (r *row) broken(err error) RowError {
	fault := RowError{File: r.file, Reason: "a cell with a quote in it must stand in quotes, each quote within it doubled"}
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		fault.Line = broken.StartLine
		if broken.Line > broken.StartLine {
			fault.Reason = fmt.Sprintf("a quoted cell is not closed where it should be; nothing was read down to line %d", broken.Line)
		}
	}
	return fault
}

// maxCell is the length of a cell in characters beyond which something is wrong with it.
const maxCell = 2000

// refuseUnreadable looks through all cells, known or not, for what no cell may hold.
func (r *row) refuseUnreadable() {
	for i, c := range r.cells {
		switch {
		case care.HasPersonalNumber(c):
			r.faultAt(i, "holds a personal number, which is not imported; remove it or use the school's own key")
		case strings.ContainsFunc(c, func(c rune) bool { return c == utf8.RuneError || unicode.IsControl(c) }):
			r.faultAt(i, "holds characters that cannot be read; save the file as UTF-8")
		case utf8.RuneCountInString(c) > maxCell:
			r.faultAt(i, fmt.Sprintf("holds more than %d characters", maxCell))
		}
	}
}

// faultAt notes a fault of the cell with that number, from 0; -1 is the whole row. One fault a
// cell is enough: the first is what makes the others.
func (r *row) faultAt(i int, reason string) {
	if i >= 0 && slices.ContainsFunc(r.bad, func(e RowError) bool { return e.Column == i+1 }) {
		return
	}
	fault := RowError{File: r.file, Line: r.line, Column: i + 1, Reason: reason}
	if i >= 0 {
		fault.ColumnName = r.name(i)
	}
	r.bad = append(r.bad, fault)
}

// invisible characters come along when people copy from web pages.
var invisible = strings.NewReplacer("\u200b", "", "\ufeff", "", "\u00ad", "", "\u2060", "")

// clean leaves one space where a cell has several, or line ends, and none around it.
func clean(cell string) string { return strings.Join(strings.Fields(invisible.Replace(cell)), " ") }
