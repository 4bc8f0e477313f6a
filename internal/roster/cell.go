package roster

import (
	"net/mail"
	"strings"

	"lotsen/internal/care"
)

// has reports whether the file has the column.
func (r *row) has(column string) bool {
	_, ok := r.at[column]
	return ok
}

// text returns a cell, "" if the file lacks the column.
func (r *row) text(column string) string {
	if i, ok := r.at[column]; ok {
		return r.cells[i]
	}
	return ""
}

// needed returns a cell that may not be empty.
func (r *row) needed(column string) string {
	s := r.text(column)
	if s == "" {
		r.fault(column, "is empty")
	}
	return s
}

func (r *row) fault(column, reason string) { r.faultAt(r.at[column], reason) }

// list returns the parts of a cell, each once, parted by any of the separators.
func (r *row) list(column, separators string) []string {
	parts := []string{}
	seen := map[string]bool{}
	for part := range strings.FieldsFuncSeq(r.text(column), func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if part = strings.TrimSpace(part); part != "" && !seen[part] {
			parts, seen[part] = append(parts, part), true
		}
	}
	return parts
}

// isMail reports whether s is an e-mail address and nothing else.
func isMail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && !strings.ContainsAny(s, " \"<>")
}

// date returns a day or, of an empty cell, "".
func (r *row) date(column string) care.Date {
	s := r.text(column)
	if s == "" {
		return ""
	}
	day, err := care.ParseDate(s)
	if err != nil {
		r.fault(column, "is no date of the form YYYY-MM-DD, such as 2026-08-17")
	}
	return day
}

// yes reads a cell that says yes or no; empty is no.
func (r *row) yes(column string) bool {
	switch strings.ToLower(r.text(column)) {
	case "yes", "ja", "x", "1":
		return true
	case "no", "nej", "nei", "0", "":
	default:
		r.fault(column, "says neither yes nor no")
	}
	return false
}

// left reads the column status; present is the word for those who have not left.
func (r *row) left(present string) bool {
	switch strings.ToLower(r.text("status")) {
	case "left":
		return true
	case "active", "enrolled", "":
	default:
		r.fault("status", "is neither "+present+" nor left")
	}
	return false
}
