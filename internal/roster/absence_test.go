package roster_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

// absence reads a whole file.
func absence(t testing.TB, text, profile string) (rows []care.AbsenceRow, bad []roster.RowError, notes []string, err error) {
	t.Helper()
	f, err := roster.OpenAbsence("a.csv", strings.NewReader(text), profile)
	if err != nil {
		return nil, nil, nil, err
	}
	err = f.Each(func(row care.AbsenceRow, faults []roster.RowError) error {
		if len(faults) > 0 {
			bad = append(bad, faults...)
		} else {
			rows = append(rows, row)
		}
		return nil
	})
	return rows, bad, f.Notes, err
}

// day is the row of line 2 of student 17 on 5 October.
func day(l care.Lessons) []care.AbsenceRow {
	return []care.AbsenceRow{{Line: 2, Key: "17", Date: "2026-10-05", Lessons: l}}
}

func TestAbsenceInEveryForm(t *testing.T) {
	want := []care.AbsenceRow{
		{Line: 2, Key: "17", School: "ålen", Date: "2026-10-05", Lessons: care.Lessons{Scheduled: 300, Valid: 46, Invalid: 60, Total: 5, Absent: 2, Without: 1, Late: 1}},
		{Line: 3, Ref: "8B-K3F", Date: "2026-10-05", Lessons: care.Lessons{Subject: "Matematik", Unreported: true, Limit: 45, Year: 8550}},
	}
	for _, encoding := range encodings {
		for _, delimiter := range []string{";", "\t"} {
			for _, newline := range []string{"\n", "\r\n", "\r"} {
				t.Run(fmt.Sprintf("%s %q %q", encoding.name, delimiter, newline), func(t *testing.T) {
					text := "Date;KEY;ref;school;scheduled-min;Valid min;invalid_min;lessons_total;lessons_absent;lessons_invalid;late;subject;reported;limit_min;year_min\n" +
						"2026-10-05;17;;ålen;300;45,5;60;5;2;1;1;;ja;;\n" +
						"2026-10-05;17;8b–k3f;;;;;;;;;Matematik;nej;45.2;8 550\n;;;;;;;;;;;;;;\n"
					if encoding.name == "Windows-1252" {
						text = strings.ReplaceAll(text, "–", "-")
					}
					text = strings.NewReplacer(";", delimiter, "\n", newline).Replace(text)
					rows, bad, _, err := absence(t, encoding.encode(t, text), "")
					if err != nil || len(bad) > 0 {
						t.Fatal(err, bad)
					}
					if diff := cmp.Diff(want, rows); diff != "" {
						t.Errorf("rows (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
	rows, bad, _, err := absence(t, "date,key,scheduled_min,valid_min\n05.10.2026,17,300,\"45,5\"\n20261005,17,300,46\n5.10.2026,17,300,46.2\n", "")
	if err != nil || len(bad) > 0 || len(rows) != 3 {
		t.Fatal(rows, bad, err)
	}
	for i, row := range rows {
		want := care.AbsenceRow{Line: i + 2, Key: "17", Date: "2026-10-05", Lessons: care.Lessons{Scheduled: 300, Valid: 46}}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestAbsenceColumns(t *testing.T) {
	for _, tt := range []struct {
		name, header, row string
		want              care.Lessons
	}{
		{"nothing but a day", "late", "", care.Lessons{}},
		{"minutes", "scheduled_min;valid_min;invalid_min", "300;60;40", care.Lessons{Scheduled: 300, Valid: 60, Invalid: 40}},
		{"minutes, half ones rounded up", "scheduled_min;valid_min;invalid_min", "300,4;60,5;40.49", care.Lessons{Scheduled: 300, Valid: 61, Invalid: 40}},
		{"minutes of absence without what was scheduled", "valid_min;invalid_min", "60;40", care.Lessons{Valid: 60, Invalid: 40}},
		{"lessons", "lessons_total;lessons_absent;lessons_invalid", "6;3;2", care.Lessons{Total: 6, Absent: 3, Without: 2}},
		{"lessons missed without a valid reason alone", "lessons_total;lessons_invalid", "6;2", care.Lessons{Total: 6, Absent: 2, Without: 2}},
		{"missed lessons without their total", "lessons_absent", "3", care.Lessons{Absent: 3}},
		{"a count with decimals that are none", "lessons_total;late", "6,0;2.00", care.Lessons{Total: 6, Late: 2}},
		{"late", "lessons_total;late", "6;6", care.Lessons{Total: 6, Late: 6}},
		{"a subject", "subject;limit_min;year_min", " Svenska  2 ;90;8550", care.Lessons{Subject: "Svenska 2", Limit: 90, Year: 8550}},
		{"reported, empty", "reported", "", care.Lessons{}},
		{"reported", "reported", "yes", care.Lessons{}},
		{"not reported", "reported", "No", care.Lessons{Unreported: true}},
	} {
		rows, bad, notes, err := absence(t, "key;date;"+tt.header+"\n17;2026-10-05;"+tt.row+"\n", "lotsen")
		if err != nil || len(bad) > 0 || len(notes) > 0 {
			t.Errorf("%s: %v, %v, %v", tt.name, err, bad, notes)
			continue
		}
		if diff := cmp.Diff(day(tt.want), rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestVklass(t *testing.T) {
	const header = "Elevnummer;Datum;Ämne;Undv. tid;Lekt.;N min;GF min;F min;N %;GF %;F %;Ej reg tid;N h;GF h;F h\n"
	for _, tt := range []struct {
		name, row string
		want      care.Lessons
	}{
		{"present", ";300;5;300;0;0;100;0;0;0;5;0;0", care.Lessons{Scheduled: 300, Total: 5}},
		// 60 of 300 minutes in 5 lessons is one of 60.
		{"a lesson without a valid reason", ";300;5;240;0;60;80;0;20;0;;;", care.Lessons{Scheduled: 300, Invalid: 60, Total: 5, Absent: 1, Without: 1}},
		// 10 minutes of a lesson of 60 are none of its own.
		{"late", ";300;5;290;0;10;97;0;3;0;;;", care.Lessons{Scheduled: 300, Invalid: 10, Total: 5}},
		{"of either kind", ";300;5;120;120;60;40;40;20;0;;;", care.Lessons{Scheduled: 300, Valid: 120, Invalid: 60, Total: 5, Absent: 3, Without: 1}},
		{"a whole day with a valid reason", ";300;5;0;300;0;0;100;0;0;;;", care.Lessons{Scheduled: 300, Valid: 300, Total: 5, Absent: 5}},
		{"a whole day without", ";300;5;0;0;300;0;0;100;0;;;", care.Lessons{Scheduled: 300, Invalid: 300, Total: 5, Absent: 5, Without: 5}},
		// 280 of 300 minutes round to all 5 lessons, but there was some presence.
		{"nearly a whole day", ";300;5;20;280;0;7;93;0;0;;;", care.Lessons{Scheduled: 300, Valid: 280, Total: 5, Absent: 4}},
		// Of 300 minutes 40 % are not registered: 180 are, 3 lessons.
		{"partly registered", ";300;5;120;0;60;40;0;20;40;;;", care.Lessons{Scheduled: 180, Invalid: 60, Total: 3, Absent: 1, Without: 1}},
		{"not registered", ";300;5;0;0;0;0;0;0;100;0;0;0", care.Lessons{Unreported: true}},
		{"no lessons", ";0;0;0;0;0;0;0;0;0;0;0;0", care.Lessons{Unreported: true}},
		{"hours with a decimal comma", ";300;5;;;;80;0;20;0;4,0;0;1,0", care.Lessons{Scheduled: 300, Invalid: 60, Total: 5, Absent: 1, Without: 1}},
		{"minutes win over hours", ";300;5;240;0;60;;;;;9;9;9", care.Lessons{Scheduled: 300, Invalid: 60, Total: 5, Absent: 1, Without: 1}},
		{"without lessons", ";300;;240;0;60;;;;;;;", care.Lessons{Scheduled: 300, Invalid: 60}},
		{"a subject", "Matematik;60;1;0;60;0;;;;;;;", care.Lessons{Subject: "Matematik", Scheduled: 60, Valid: 60, Total: 1, Absent: 1}},
	} {
		rows, bad, notes, err := absence(t, header+"17;2026-10-05;"+tt.row+"\n", "")
		if err != nil || len(bad) > 0 || len(notes) > 0 {
			t.Errorf("%s: %v, %v, %v", tt.name, err, bad, notes)
			continue
		}
		if diff := cmp.Diff(day(tt.want), rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	// Without presence, what is registered follows from what is not: 70 % of 300 minutes.
	rows, bad, _, err := absence(t, "key;date;Undv. tid;Lekt.;GF min;F min;Ej reg tid\n17;2026-10-05;300;5;60;0;30 %\n", "")
	want := day(care.Lessons{Scheduled: 210, Valid: 60, Total: 4, Absent: 1})
	if diff := cmp.Diff(want, rows); err != nil || len(bad) > 0 || diff != "" {
		t.Errorf("without presence: %v, %v (-want +got):\n%s", err, bad, diff)
	}
}

// TestVisma has, for each code before and after documented absence for reasons of health counts too,
// a lesson of 45 minutes after one that was attended.
func TestVisma(t *testing.T) {
	for _, tt := range []struct {
		code, counts string
		day          care.Date
		want         care.Lessons
	}{
		{"", "", "2026-10-05", care.Lessons{}},
		{"X", "", "2026-10-05", care.Lessons{Invalid: 45, Absent: 1, Without: 1, Limit: 45}},
		{"x", "", "2025-05-05", care.Lessons{Invalid: 45, Absent: 1, Without: 1, Limit: 45}},
		{"M", "", "2026-10-05", care.Lessons{Invalid: 45, Absent: 1, Without: 1, Limit: 45}},
		{"M", "", "2025-05-05", care.Lessons{Invalid: 45, Absent: 1, Without: 1, Limit: 45}},
		{"D", "", "2026-10-05", care.Lessons{Valid: 45, Absent: 1, Limit: 45}},
		{"D", "", "2025-08-01", care.Lessons{Valid: 45, Absent: 1, Limit: 45}},
		{"D", "", "2025-07-31", care.Lessons{Valid: 45, Absent: 1}},
		{"D", "nei", "2026-10-05", care.Lessons{Valid: 45, Absent: 1}},
		{"D", "ja", "2025-05-05", care.Lessons{Valid: 45, Absent: 1, Limit: 45}},
		{"!", "", "2026-10-05", care.Lessons{}},
		{"!", "ja", "2026-10-05", care.Lessons{}},
		{"R", "", "2026-10-05", care.Lessons{}},
		{"§", "", "2026-10-05", care.Lessons{Valid: 45, Absent: 1}},
	} {
		text := fmt.Sprintf("Elevnummer;Dato;Fag;Kode;Minutter;Årstimer;Teller\n17;%[1]s;Norsk;;45;113;\n17;%[1]s;Norsk;%[2]s;45;113;%[3]s\n", tt.day, tt.code, tt.counts)
		rows, bad, _, err := absence(t, text, "")
		if err != nil || len(bad) > 0 {
			t.Errorf("%q on %s: %v, %v", tt.code, tt.day, err, bad)
			continue
		}
		want := day(tt.want)
		want[0].Date, want[0].Subject, want[0].Scheduled, want[0].Total, want[0].Year = tt.day, "Norsk", 90, 2, 113*60
		if diff := cmp.Diff(want, rows); diff != "" && !(tt.code == "" && len(rows) == 1) {
			t.Errorf("%q (teller %q) on %s (-want +got):\n%s", tt.code, tt.counts, tt.day, diff)
		}
	}
}

// TestLessonsAreSummedUp has the lessons of two students, days and subjects in three orders.
func TestLessonsAreSummedUp(t *testing.T) {
	lines := []string{
		"17;2026-10-05;Norsk;X;45", "17;2026-10-05;Norsk;;45", "17;2026-10-05;Norsk;D;30",
		"17;2026-10-05;Mat;;60", "17;2026-10-06;Norsk;M;45", "18;2026-10-05;Norsk;;45", "18;2026-10-06;Norsk;R;45",
	}
	want := map[string]care.Lessons{
		"17 2026-10-05": {Subject: "Norsk", Scheduled: 120, Valid: 30, Invalid: 45, Total: 3, Absent: 2, Without: 1, Limit: 75},
		"17 Mat":        {Subject: "Mat", Scheduled: 60, Total: 1},
		"17 2026-10-06": {Subject: "Norsk", Scheduled: 45, Invalid: 45, Total: 1, Absent: 1, Without: 1, Limit: 45},
		"18 2026-10-05": {Subject: "Norsk", Scheduled: 45, Total: 1},
		"18 2026-10-06": {Subject: "Norsk", Scheduled: 45, Total: 1},
	}
	for _, order := range [][]int{{0, 1, 2, 3, 4, 5, 6}, {0, 1, 2, 3, 5, 4, 6}, {6, 0, 5, 1, 4, 3, 2}} {
		text := "elevnr;dato;fag;kode;minutter\n"
		for _, i := range order {
			text += lines[i] + "\n"
		}
		rows, bad, notes, err := absence(t, text, "")
		if err != nil || len(bad)+len(notes) > 0 {
			t.Fatal(err, bad, notes)
		}
		got := map[string]care.Lessons{}
		for _, row := range rows {
			name := row.Key + " " + string(row.Date)
			if row.Subject == "Mat" {
				name = row.Key + " Mat"
			}
			got[name] = row.Lessons
		}
		if diff := cmp.Diff(want, got); diff != "" || len(rows) != len(want) {
			t.Errorf("in the order %v: %d sums (-want +got):\n%s", order, len(rows), diff)
		}
	}
}

// Of a file that lists absence alone neither percentages nor whole days are made.
func TestLessonsWithoutThoseAttended(t *testing.T) {
	const missed = "elevnr;dato;fag;kode;minutter\n17;2026-10-05;Norsk;X;45\n17;2026-10-05;Norsk;D;45\n"
	want := day(care.Lessons{Subject: "Norsk", Valid: 45, Invalid: 45, Absent: 2, Without: 1, Limit: 90})
	for _, text := range []string{missed, missed + "17;2026-10-05;Norsk;R;45\n", missed + "17;2026-10-05;Norsk;!;45\n"} {
		rows, bad, notes, err := absence(t, text, "")
		if diff := cmp.Diff(want, rows); err != nil || len(bad) > 0 || diff != "" {
			t.Errorf("%v, %v (-want +got):\n%s", err, bad, diff)
		}
		if len(notes) != 1 || !strings.Contains(notes[0], "percentages and whole days") {
			t.Errorf("notes = %q", notes)
		}
	}
}

func TestBadAbsenceCells(t *testing.T) {
	const lotsen = "key;ref;date;scheduled_min;valid_min;invalid_min;lessons_total;lessons_absent;lessons_invalid;late;subject;reported;limit_min;year_min;reason\n"
	const vklass = "key;datum;Undv. tid;Lekt.;N min;GF min;F min;Ej reg tid\n"
	const visma = "key;dato;kode;minutter;teller\n"
	fault := func(column int, name, reason string) []roster.RowError {
		return []roster.RowError{{File: "a.csv", Line: 2, Column: column, ColumnName: name, Reason: reason}}
	}
	const number, whole = "is no number such as 45 or 45,5", "is no whole number"
	const personal = "holds a personal number, which is not imported; remove it or use the school's own key"
	for _, tt := range []struct {
		name, header, row string
		want              []roster.RowError
	}{
		{"nobody", lotsen, ";;2026-10-05;;;;;;;;;;;;", fault(1, "key", "is empty")},
		{"ref", lotsen, "17;Alva;2026-10-05;;;;;;;;;;;;", fault(2, "ref", "is no ref; one looks like 8B-K3F")},
		{"no date", lotsen, "17;;;;;;;;;;;;;;", fault(3, "date", "is empty")},
		{"a day that is none", lotsen, "17;;2026-02-30;;;;;;;;;;;;", fault(3, "date", "is no date such as 2026-10-05 or 05.10.2026")},
		{"the 31st of November", lotsen, "17;;31.11.2026;;;;;;;;;;;;", fault(3, "date", "is no date such as 2026-10-05 or 05.10.2026")},
		{"a date of another country", lotsen, "17;;10/05/2026;;;;;;;;;;;;", fault(3, "date", "is no date such as 2026-10-05 or 05.10.2026")},
		{"words", lotsen, "17;;2026-10-05;hela;;;;;;;;;;;", fault(4, "scheduled_min", number)},
		{"less than nothing", lotsen, "17;;2026-10-05;300;-5;;;;;;;;;;", fault(5, "valid_min", number)},
		{"two commas", lotsen, "17;;2026-10-05;300;;1,5,5;;;;;;;;;", fault(6, "invalid_min", number)},
		{"not a number", lotsen, "17;;2026-10-05;300;;NaN;;;;;;;;;", fault(6, "invalid_min", number)},
		{"a large number", lotsen, "17;;2026-10-05;1000001;;;;;;;;;;;", fault(4, "scheduled_min", number)},
		{"a number in two parts", lotsen, "17;;2026-10-05;3 00;;;;;;;;;;;", fault(4, "scheduled_min", number)},
		{"half a lesson", lotsen, "17;;2026-10-05;;;;5,5;;;;;;;;", fault(7, "lessons_total", whole)},
		{"half a late arrival", lotsen, "17;;2026-10-05;;;;;;;0.5;;;;;", fault(10, "late", whole)},
		{"more absence than lessons", lotsen, "17;;2026-10-05;300;200;101;;;;;;;;;", fault(6, "invalid_min", "valid_min and invalid_min together are more than scheduled_min")},
		{"more valid absence than lessons", "key;date;scheduled_min;valid_min\n", "17;2026-10-05;60;61", fault(4, "valid_min", "valid_min and invalid_min together are more than scheduled_min")},
		{"more missed than there were", lotsen, "17;;2026-10-05;;;;5;6;;;;;;;", fault(8, "lessons_absent", "is more than lessons_total")},
		{"more without a reason than missed", lotsen, "17;;2026-10-05;;;;5;1;2;;;;;;", fault(9, "lessons_invalid", "is more than lessons_absent")},
		{"late more often than there were lessons", lotsen, "17;;2026-10-05;;;;5;;;6;;;;;", fault(10, "late", "is more than lessons_total")},
		{"a long subject", lotsen, "17;;2026-10-05;;;;;;;;" + strings.Repeat("å", 101) + ";;;;", fault(11, "subject", "holds more than 100 characters")},
		{"reported perhaps", lotsen, "17;;2026-10-05;;;;;;;;;kanske;;;", fault(12, "reported", "says neither yes nor no")},
		{"more than scheduled", lotsen, "17;;2026-10-05;60;;;;;;;Ma;;61;;", fault(13, "limit_min", "is more than scheduled_min")},
		{"a year", lotsen, "17;;2026-10-05;;;;;;;;Ma;;;x;", fault(14, "year_min", number)},
		{"a personal number as key", lotsen, swedishNumber + ";;2026-10-05;;;;;;;;;;;;", fault(1, "key", personal)},
		{"one in a column nobody reads", lotsen, "17;;2026-10-05;;;;;;;;;;;;Hemlig " + norwegianNumber, fault(15, "reason", personal)},
		{"too few cells", lotsen, "17;;2026-10-05", []roster.RowError{{File: "a.csv", Line: 2, Reason: "the row has 3 cells, the header 15"}}},
		{"a stray quote", lotsen, `17;;2026-10-05;;;;;;;;M"a;;;;`, []roster.RowError{{File: "a.csv", Line: 2, Reason: "a cell with a quote in it must stand in quotes, each quote within it doubled"}}},
		{"Vklass: too much", vklass, "17;2026-10-05;300;5;240;0;61;0", fault(3, "Undv. tid", "is less than presence and absence together")},
		{"Vklass: words", vklass, "17;2026-10-05;300;fem;240;0;60;0", fault(4, "Lekt.", number)},
		{"Vklass: more than all", vklass, "17;2026-10-05;300;5;240;0;60;101", fault(8, "Ej reg tid", "is more than 100 %")},
		{"Visma: another code", visma, "17;2026-10-05;Syk;45;", fault(3, "kode", "is no code; the codes are X, M, D, !, R and §")},
		{"Visma: minutes", visma, "17;2026-10-05;X;45 min;", fault(4, "minutter", number)},
		{"Visma: counts", visma, "17;2026-10-05;X;45;delvis", fault(5, "teller", "says neither yes nor no")},
	} {
		rows, bad, _, err := absence(t, tt.header+tt.row+"\n", "")
		if err != nil || len(rows) > 0 {
			t.Errorf("%s: %v, %v", tt.name, rows, err)
		}
		if diff := cmp.Diff(tt.want, bad); diff != "" {
			t.Errorf("%s: faults (-want +got):\n%s", tt.name, diff)
		}
		for _, b := range bad {
			for _, secret := range []string{"Hemlig", "1212", "018112", "Alva", "Syk"} {
				if strings.Contains(b.Error(), secret) {
					t.Errorf("%s: the report tells what a cell says: %s", tt.name, b)
				}
			}
		}
	}
}

func TestAbsenceFilesThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		name, file, profile, want string
	}{
		{"empty", " \n\n", "", "a.csv: the file is empty; its first row names the columns"},
		{"no header", "17;2026-10-05;300\n", "", "a.csv:1: the first row names no column; a file like this may have key, ref, school, date, scheduled_min, valid_min, invalid_min, lessons_total, lessons_absent, lessons_invalid, late, subject, reported, limit_min, year_min"},
		{"no date", "key;valid_min\n", "", "a.csv:1: missing: date; the file has key, valid_min"},
		{"nobody", "\ndate;valid_min;Namn\n", "", "a.csv:2: missing: key (the student's key at the school) or ref; the file has date, valid_min, Namn"},
		{"two columns of one kind", "key;elevnr;date\n", "", "a.csv:1: column key: stands twice in the header"},
		{"Vklass without days", "Elevnummer;GF min;F min\n", "", "a.csv:1: missing: date or datum; the file has Elevnummer, gf min, f min"},
		{"no such profile", "key;date\n", "skola24", "a.csv: no profile is called that; the profiles are lotsen, vklass, visma"},
		{"not that profile", "key;date\n", "vklass", "a.csv:1: missing: gf min or gf h; the file has key, date"},
		{"not that profile either", "key;date\n", "visma", "a.csv:1: missing: code or kode or fraværskode or fråværskode; the file has key, date"},
		{"no figure", "key;date;franvaro_min;ogiltig\n17;2026-10-05;300;300\n", "", "a.csv:1: missing: scheduled_min or valid_min or invalid_min or lessons_total or lessons_absent or lessons_invalid or late or reported or limit_min; the file has key, date, franvaro_min, ogiltig"},
		{"a workbook", "PK\x03\x04...", "", "a.csv: this is a spreadsheet program's own format; save it as CSV"},
	} {
		if rows, _, _, err := absence(t, tt.file, tt.profile); err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, %v, want the error %s", tt.name, rows, err, tt.want)
		}
	}
	f, err := roster.OpenAbsence("a.csv", strings.NewReader("key;date;late\n17;2026-10-05;0\n18;2026-10-05;0\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	enough, n := errors.New("enough"), 0
	if err := f.Each(func(care.AbsenceRow, []roster.RowError) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("Each() = %v after %d rows, want the error of the first", err, n)
	}
}

func TestKindOf(t *testing.T) {
	for _, tt := range []struct {
		text string
		want roster.Kind
	}{
		{"email;name;roles;school\n", roster.KindStaff},
		{"key,given_name,family_name,group,school,protected\n", roster.KindStudents},
		{"key\tdate\tlate\n", roster.KindAbsence},
		{"elevnr;dato;kode\n", roster.KindAbsence},
		{"Elevnummer;Datum;GF h;F h\n", roster.KindAbsence},
		{"key;date\n", ""},
		{"name;phone\n", ""},
		{"", ""},
		{"PK\x03\x04", ""},
	} {
		if got, err := roster.KindOf("a.csv", strings.NewReader(tt.text)); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("KindOf(%q) = %q, %v, want %q", tt.text, got, err, tt.want)
		}
	}
}

// BenchmarkReadAbsence reads a day's lessons of 1 000 students with each of them in a row of its own.
func BenchmarkReadAbsence(b *testing.B) {
	var text strings.Builder
	text.WriteString("elevnummer;skole;dato;fag;kode;minutter;årstimer\n")
	for i := range 5000 {
		fmt.Fprintf(&text, "s%d;alen;2026-10-05;Fag %d;;60;113\n", i/5, i%5)
	}
	file := text.String()
	for b.Loop() {
		if rows, bad, _, err := absence(b, file, ""); err != nil || len(rows) != 5000 || len(bad) > 0 {
			b.Fatal(len(rows), bad, err)
		}
	}
}
