package roster_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

// FuzzReadCSV holds that no file makes the reader panic, that every report points into the file,
// and that rows come in order.
func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"email;name;roles;school\na@b.se;A;mentor;alen\n",
		"\ufeffkey,given_name,family_name,group,school,protected\r\n1,\"A\r\nB\",C,8B,alen,ja\r\n2,,,,,\r\n",
		"\xff\xfek\x00e\x00y\x00\t\x00",
		"key\tgiven name\tfamily name\tgroup\tschool\n1\t\"A\tB\t8\"B\talen\n\xe5",
		"email;name;roles;school;from;to\n\"a\n\n;;;;;\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + 1
		staff, err := roster.ReadStaff("f", bytes.NewReader(data))
		checkReport(t, staff.Bad, err, lines)
		checkRows(t, staff.Rows, func(r care.StaffRow) int { return r.Line }, lines)
		students, err := roster.ReadStudents("f", bytes.NewReader(data))
		checkReport(t, students.Bad, err, lines)
		checkRows(t, students.Rows, func(r care.StudentRow) int { return r.Line }, lines)
	})
}

func checkReport(t *testing.T, bad []roster.RowError, err error, lines int) {
	t.Helper()
	if errors.Is(err, io.EOF) {
		t.Errorf("the end of the file is an error: %v", err)
	}
	if fault, ok := errors.AsType[roster.RowError](err); ok && (fault.Line < 0 || fault.Line > lines) {
		t.Errorf("the header's fault is in line %d of %d", fault.Line, lines)
	}
	for _, b := range bad {
		if b.Line < 1 || b.Line > lines || b.Reason == "" || b.Column < 0 {
			t.Errorf("a fault points to line %d of %d: %s", b.Line, lines, b)
		}
	}
}

func checkRows[R any](t *testing.T, rows []R, line func(R) int, lines int) {
	t.Helper()
	last := 0
	for _, r := range rows {
		if line(r) <= last || line(r) > lines {
			t.Errorf("a row of line %d follows one of line %d, of %d lines", line(r), last, lines)
		}
		last = line(r)
	}
}
