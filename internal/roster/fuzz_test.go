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

// FuzzReadAbsence holds the same of files of absence, and that what comes of a row is likely.
func FuzzReadAbsence(f *testing.F) {
	for _, seed := range []string{
		"key;date;scheduled_min;valid_min;lessons_total;lessons_absent\n17;2026-10-05;300;45,5;5;1\n",
		"elevnr\tdato\tfag\tkode\tminutter\n17\t05.10.2026\tNorsk\tX\t45\n17\t05.10.2026\tNorsk\t\t45\n",
		"Elevnummer,Datum,Undv. tid,Lekt.,N min,GF min,F min\n17,20261005,300,5,20,280,0\n17,20261005,300,5,0,280,0\n",
		"\xff\xfek\x00e\x00y\x00\t\x00d\x00a\x00t\x00e\x00\n\x00",
		"ref;date\r8B-K3F;2026-10-05\r\xe5;\"\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + 1
		file, err := roster.OpenAbsence("f", bytes.NewReader(data), "")
		checkReport(t, nil, err, lines)
		if err != nil {
			return
		}
		err = file.Each(func(row care.AbsenceRow, bad []roster.RowError) error {
			checkReport(t, bad, nil, lines)
			if len(bad) == 0 {
				checkAbsence(t, row, lines)
			}
			return nil
		})
		if err != nil {
			t.Errorf("a file whose header can be read cannot: %v", err)
		}
	})
}

func checkAbsence(t *testing.T, row care.AbsenceRow, lines int) {
	t.Helper()
	l := row.Lessons
	if row.Line < 1 || row.Line > lines || (row.Key == "") == (row.Ref == "") || len(row.Date) != 10 {
		t.Errorf("a row of line %d of %d, of one of %q and %q, on %q", row.Line, lines, row.Key, row.Ref, row.Date)
	}
	if min(l.Scheduled, l.Valid, l.Invalid, l.Total, l.Absent, l.Without, l.Late, l.Limit, l.Year) < 0 ||
		l.Scheduled > 0 && l.Valid+l.Invalid > l.Scheduled || l.Total > 0 && l.Absent > l.Total || l.Without > l.Absent {
		t.Errorf("unlikely lessons: %+v", l)
	}
}
