// Package roster reads the files in which schools list their staff and students. It checks each
// cell by itself; what a row means against the records is for care to say.
package roster

import "fmt"

// File is what one file holds, as rows of type R.
type File[R any] struct {
	Rows  []R        // the good ones
	Bad   []RowError // every fault of the others, in the order of the lines
	Notes []string   // for whoever imports; nothing is wrong
}

// RowError is a fault of one row, or of the header. It never holds what a cell says.
type RowError struct {
	File       string
	Line       int // where the row begins, from 1; 0 if the fault is the whole file's
	Column     int // the cell's number in the row, from 1; 0 if the fault is the whole row's
	ColumnName string
	Reason     string
}

func (e RowError) Error() string {
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", where, e.Line)
	}
	switch {
	case e.ColumnName != "":
		where += ": column " + e.ColumnName
	case e.Column > 0:
		where += fmt.Sprintf(": column %d", e.Column)
	}
	return where + ": " + e.Reason
}
