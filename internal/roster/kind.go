package roster

import (
	"fmt"
	"io"
)

// A Kind is what a file is about.
type Kind string

// The kinds of files.
const (
	KindStaff    Kind = "staff"
	KindStudents Kind = "students"
	KindAbsence  Kind = "absence"
)

// KindOf tells by a file's header what it is about; file is its name for the reports. An error means
// that it is none of the kinds, or cannot be read.
func KindOf(file string, in io.ReadSeeker) (Kind, error) {
	t, err := absenceText(in)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	for _, kind := range []struct {
		kind    Kind
		columns []column
	}{{KindStaff, staffColumns}, {KindStudents, studentColumns}} {
		if _, _, err := readHeader(file, t, kind.columns); err == nil {
			return kind.kind, nil
		}
	}
	if _, err := OpenAbsence(file, in, ""); err == nil {
		return KindAbsence, nil
	}
	return "", RowError{File: file, Line: 1, Reason: "the first row is that of no file of staff, students or absence"}
}
