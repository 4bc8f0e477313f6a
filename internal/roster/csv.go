package roster

import (
	"bytes"
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

// column is a column that a kind of file may have.
type column struct {
	name     string
	required bool
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
	text, err := decodeText(in)
	if err != nil {
		return f, fmt.Errorf("%s: %w", file, err)
	}
	lines, head, err := readHeader(file, text, columns)
	if err != nil {
		return f, err
	}
	f.Notes = head.notes(columns)
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		r := row{file: file, header: head}
		if err != nil {
			f.Bad = append(f.Bad, r.broken(err))
			continue
		}
		r.line, _ = lines.FieldPos(0)
		for _, c := range cells {
			r.cells = append(r.cells, clean(c))
		}
		if strings.Join(r.cells, "") == "" {
			continue
		}
		r.refuseUnreadable()
		if n, want := len(r.cells), len(head.names); n != want {
			r.faultAt(-1, fmt.Sprintf("the row has %d cells, the header %d", n, want))
		} else if decoded := decode(&r); len(r.bad) == 0 {
			f.Rows = append(f.Rows, decoded)
		}
		slices.SortFunc(r.bad, func(a, b RowError) int { return a.Column - b.Column })
		f.Bad = append(f.Bad, r.bad...)
	}
}

func newReader(text []byte, delimiter rune) *csv.Reader {
	lines := csv.NewReader(bytes.NewReader(text))
	lines.Comma = delimiter
	lines.FieldsPerRecord = -1
	lines.TrimLeadingSpace = delimiter != '\t' // it would trim empty cells between tabs
	return lines
}

// readHeader reads the header and returns the reader of the rows after it.
func readHeader(file string, text []byte, columns []column) (*csv.Reader, header, error) {
	var lines *csv.Reader
	var head header
	for _, delimiter := range ";,\t" {
		candidate := newReader(text, delimiter)
		names, err := candidate.Read()
		if err != nil {
			continue
		}
		if h := newHeader(names, columns); lines == nil || len(h.at) > len(head.at) {
			lines, head = candidate, h
		}
	}
	var all, missing []string
	for _, c := range columns {
		all = append(all, c.name)
		if _, ok := head.at[c.name]; c.required && !ok {
			missing = append(missing, c.name)
		}
	}
	fault := RowError{File: file, Line: 1}
	if lines != nil {
		fault.Line, _ = lines.FieldPos(0)
	}
	switch twice := head.twice(); {
	case len(bytes.TrimSpace(text)) == 0:
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

func newHeader(names []string, columns []column) header {
	h := header{names: names, at: map[string]int{}}
	for i, written := range names {
		names[i] = clean(written)
		for _, c := range columns {
			if _, ok := h.at[c.name]; !ok && columnKey(written) == columnKey(c.name) {
				h.at[c.name] = i
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
func (h header) twice() string {
	for i, written := range h.names {
		for known, at := range h.at {
			if i != at && columnKey(written) == columnKey(known) {
				return known
			}
		}
	}
	return ""
}

// name is the name of a column, as this package writes it if it is known.
func (h header) name(i int) string {
	for known, at := range h.at {
		if at == i {
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
		if h.names[i] != "" && !slices.ContainsFunc(columns, func(c column) bool { return c.name == name }) {
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
