package roster_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"lotsen/internal/care"
	"lotsen/internal/roster"
)

var encodings = []struct {
	name   string
	encode func(t *testing.T, s string) string
}{
	{"UTF-8", func(_ *testing.T, s string) string { return s }},
	{"UTF-8 with BOM", func(_ *testing.T, s string) string { return "\ufeff" + s }},
	{"UTF-16LE", func(_ *testing.T, s string) string { return utf16Text(s, 0, 8) }},
	{"UTF-16BE", func(_ *testing.T, s string) string { return utf16Text(s, 8, 0) }},
	{"Windows-1252", func(t *testing.T, s string) string {
		encoded, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}},
	{"decomposed", func(_ *testing.T, s string) string {
		return strings.NewReplacer("Å", "A\u030a", "ö", "o\u0308").Replace(s)
	}},
}

func utf16Text(s string, first, second int) string {
	var b bytes.Buffer
	for _, unit := range utf16.Encode([]rune("\ufeff" + s)) {
		b.WriteByte(byte(unit >> first))
		b.WriteByte(byte(unit >> second))
	}
	return b.String()
}

func TestReadStudentsInEveryForm(t *testing.T) {
	want := roster.File[care.StudentRow]{Rows: []care.StudentRow{
		{Line: 2, Key: "17", Given: "Åsa", Family: "Björk", Group: "8B", School: "alen",
			Mentors: []string{"karin@alen.se", "per@alen.se"}, Ref: "8B-K3F", Protected: new(false)},
		{Line: 3, Key: "18", Given: "Ola Nils", Family: "Nordmann", Group: "8 B", School: "alen",
			Mentors: []string{}, Protected: new(false), Left: true},
		{Line: 5, Key: "19", School: "alen", Protected: new(true)},
	}}
	for _, encoding := range encodings {
		for _, delimiter := range []string{";", ",", "\t"} {
			for _, newline := range []string{"\n", "\r\n"} {
				t.Run(fmt.Sprintf("%s %q %q", encoding.name, delimiter, newline), func(t *testing.T) {
					text := "School;Key;Given name;FAMILY-NAME;Group;mentors;ref;protected;status\n" +
						"alen; 17 ;Åsa;Björk;8B;Karin@alen.se|per@alen.se;8b–k3f;nej;enrolled\n" +
						"alen;18;\"Ola\nNils\";Nordmann;8  B;;;;LEFT\n" +
						"alen;19;Anna;Dold;8B;karin@alen.se;;Ja;\n" +
						";;;;;;;;\n\n"
					if encoding.name == "Windows-1252" {
						text = strings.ReplaceAll(text, "–", "-")
					}
					text = strings.NewReplacer(";", delimiter, "\n", newline).Replace(text)
					got, err := roster.ReadStudents("students.csv", strings.NewReader(encoding.encode(t, text)))
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("ReadStudents (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

func TestReadStaff(t *testing.T) {
	file := `email,name,roles,school,groups,language,slack_id,calendar_url,status,from,to,telefon
Karin.Holm@alen.se,"Holm, Karin",Mentor coach,alen,8B| 8C |8B,no,U0KARIN,https://cal.example.org/k.ics,active,2026-08-17,2027-06-11,070
"per@alen.se",Per,eht,fjell,,,,,,,,
lena@alen.se,Lena,,alen,,,,,left,,,
`
	want := roster.File[care.StaffRow]{
		Rows: []care.StaffRow{
			{Line: 2, Email: "karin.holm@alen.se", Name: "Holm, Karin", Roles: []care.Role{care.Mentor, care.Coach}, School: "alen",
				Groups: []string{"8B", "8C"}, Language: care.Bokmal, SlackID: "U0KARIN",
				CalendarURL: "https://cal.example.org/k.ics", From: "2026-08-17", To: "2027-06-11"},
			{Line: 3, Email: "per@alen.se", Name: "Per", Roles: []care.Role{care.EHT}, School: "fjell", Groups: []string{}},
			{Line: 4, Email: "lena@alen.se", Name: "Lena", School: "alen", Groups: []string{}, Left: true},
		},
		Notes: []string{"column telefon is not known and is ignored"},
	}
	got, err := roster.ReadStaff("staff.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadStaff (-want +got):\n%s", diff)
	}
}

func TestColumnsThatAreMissingSayNothing(t *testing.T) {
	staff, err := roster.ReadStaff("staff.csv", strings.NewReader("email;name;roles;school\na@b.se;A;mentor;alen\n"))
	if err != nil || len(staff.Rows) != 1 || staff.Rows[0].Groups != nil {
		t.Errorf("ReadStaff without groups = %+v, %v, want one row with Groups nil", staff, err)
	}
	students, err := roster.ReadStudents("students.csv", strings.NewReader("key;given_name;family_name;group;school\n1;A;B;8B;alen\n"))
	if err != nil || len(students.Rows) != 1 || students.Rows[0].Mentors != nil || students.Rows[0].Protected != nil {
		t.Errorf("ReadStudents without mentors and protected = %+v, %v, want one row with both nil", students, err)
	}
}

// Personal numbers that meet the checksum and belong to nobody: Skatteverket's example, and one
// in Skatteetaten's series for tests, where the month has 80 added.
const (
	swedishNumber   = "19121212-1212"
	norwegianNumber = "01811250089"
)

func TestBadStaffCells(t *testing.T) {
	const header = "email;name;roles;school;groups;language;slack_id;calendar_url;status;from;to;hobby\n"
	const good = "a@alen.se;Anna;mentor;alen;8B;sv;U012AB3CD;https://x.example/a.ics;active;2026-08-17;2027-06-11;schack\n"
	tests := []struct {
		name, row string
		want      []roster.RowError
	}{
		{"no e-mail", ";Anna;mentor;alen;;;;;;;;", faults(1, "email", "is empty")},
		{"no e-mail address", "Anna Holm;Anna;mentor;alen;;;;;;;;", faults(1, "email", "is no e-mail address")},
		{"a display name", "Anna <b@alen.se>;Anna;mentor;alen;;;;;;;;", faults(1, "email", "is no e-mail address")},
		{"no name", "b@alen.se;;mentor;alen;;;;;;;;", faults(2, "name", "is empty")},
		{"no role", "b@alen.se;B;;alen;;;;;;;;", faults(3, "roles", "is empty; the roles are mentor, eht, principal, coach, teacher, admin")},
		{"an unknown role", "b@alen.se;B;mentor rektor;alen;;;;;;;;", faults(3, "roles", "has a word that is no role; the roles are mentor, eht, principal, coach, teacher, admin")},
		{"no school", "b@alen.se;B;mentor;;;;;;;;;", faults(4, "school", "is empty")},
		{"language", "b@alen.se;B;mentor;alen;;fi;;;;;;", faults(6, "language", "is none of sv, nb, nn, no")},
		{"Slack id", "b@alen.se;B;mentor;alen;;;@anna;;;;;", faults(7, "slack_id", "is no Slack user id; it begins with U or W, such as U012AB3CD")},
		{"status", "b@alen.se;B;mentor;alen;;;;;borta;;;", faults(9, "status", "is neither active nor left")},
		{"a day that is none", "b@alen.se;B;mentor;alen;;;;;;2026-02-30;;", faults(10, "from", "is no date of the form YYYY-MM-DD, such as 2026-08-17")},
		{"a date in another form", "b@alen.se;B;mentor;alen;;;;;;;11.06.2027;", faults(11, "to", "is no date of the form YYYY-MM-DD, such as 2026-08-17")},
		{"from after to", "b@alen.se;B;mentor;alen;;;;;;2026-08-17;2026-06-11;", faults(11, "to", "lies before from")},
		{"twice", "A@alen.se;Anna;mentor;alen;;;;;;;;", faults(1, "email", "line 2 has the same e-mail address and school")},
		{"too few cells", "b@alen.se;B;mentor;alen", faults(0, "", "the row has 4 cells, the header 12")},
		{"too many cells", "b@alen.se;B;mentor;alen;;;;;;;;;", faults(0, "", "the row has 13 cells, the header 12")},
		{"a stray quote", `b@alen.se;B "Bo" B;mentor;alen;;;;;;;;`, faults(0, "", "a cell with a quote in it must stand in quotes, each quote within it doubled")},
		{"a Swedish personal number", "b@alen.se;" + swedishNumber + ";mentor;alen;;;;;;;;",
			faults(2, "name", "holds a personal number, which is not imported; remove it or use the school's own key")},
		{"a Norwegian one in a column nobody reads", "b@alen.se;B;mentor;alen;;;;;;;;x" + norwegianNumber,
			faults(12, "hobby", "holds a personal number, which is not imported; remove it or use the school's own key")},
		{"control characters", "b@alen.se;B\x01;mentor;alen;;;;;;;;", faults(2, "name", "holds characters that cannot be read; save the file as UTF-8")},
		{"a very long cell", "b@alen.se;" + strings.Repeat("å", 2001) + ";mentor;alen;;;;;;;;", faults(2, "name", "holds more than 2000 characters")},
		{"all faults of a row", "b;;rektor;;;fi;;;;;;", append(append(append(append(
			faults(1, "email", "is no e-mail address"),
			faults(2, "name", "is empty")...),
			faults(3, "roles", "has a word that is no role; the roles are mentor, eht, principal, coach, teacher, admin")...),
			faults(4, "school", "is empty")...),
			faults(6, "language", "is none of sv, nb, nn, no")...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := roster.ReadStaff("staff.csv", strings.NewReader(header+good+test.row+"\n"+strings.Replace(good, "a@", "c@", 1)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Bad); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if len(got.Rows) != 2 {
				t.Errorf("%d good rows were read, want the 2 around the bad one", len(got.Rows))
			}
		})
	}
}

func TestBadStudentCells(t *testing.T) {
	const header = "key;given_name;family_name;group;school;mentors;ref;protected;status\n"
	const good = "17;Åsa;Björk;8B;alen;karin@alen.se;8B-K3F;no;enrolled\n"
	tests := []struct {
		name, row string
		want      []roster.RowError
	}{
		{"no key", ";A;B;8B;alen;;;;", faults(1, "key", "is empty")},
		{"a key with the checksum of no personal number", "121212-1213;A;B;8B;alen;;;;", nil},
		{"a personal number as key", "121212-1212;A;B;8B;alen;;;;", faults(1, "key", "holds a personal number, which is not imported; remove it or use the school's own key")},
		{"no names", "18;;;8B;alen;;;;", append(faults(2, "given_name", "is empty"), faults(3, "family_name", "is empty")...)},
		{"no group", "18;A;B;;alen;;;;", faults(4, "group", "is empty")},
		{"a group of signs", "18;A;B;--;alen;;;;", faults(4, "group", "has neither letters nor digits")},
		{"no school", "18;A;B;8B;;;;;", faults(5, "school", "is empty")},
		{"a mentor's name", "18;A;B;8B;alen;karin@alen.se|Per;;;", faults(6, "mentors", "holds something that is no e-mail address")},
		{"ref", "18;A;B;8B;alen;;8B-AEI;;", faults(7, "ref", "is no ref; one looks like 8B-K3F")},
		{"ref twice", "18;A;B;8B;alen;;8b-k3f;;", faults(7, "ref", "line 2 has the same ref")},
		{"protected", "18;A;B;8B;alen;;;kanske;", faults(8, "protected", "says neither yes nor no")},
		{"status", "18;A;B;8B;alen;;;;slutat", faults(9, "status", "is neither enrolled nor left")},
		{"key twice", "17;A;B;8B;alen;;;;", faults(1, "key", "line 2 has the same key and school")},
		{"the key at another school", "17;A;B;8B;fjell;;;;", nil},
		{"a protected student needs no name", "18;;;;alen;Per;;x;", nil},
		{"but a key", ";;;;alen;;;1;", faults(1, "key", "is empty")},
		{"a leaver needs no group", "18;A;B;;alen;;;;left", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := roster.ReadStudents("staff.csv", strings.NewReader(header+good+test.row+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Bad); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// faults is a fault in line 3, as a list.
func faults(column int, name, reason string) []roster.RowError {
	return []roster.RowError{{File: "staff.csv", Line: 3, Column: column, ColumnName: name, Reason: reason}}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	file := "\nkey;given_name;family_name;group;school\n\n1;\"A\n\nA\";B;8B;alen\n2;;B;8B;alen\n3;\"A;B;8B;alen\n4;A;B;8B;alen\n"
	got, err := roster.ReadStudents("s.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want := []roster.RowError{
		{File: "s.csv", Line: 7, Column: 2, ColumnName: "given_name", Reason: "is empty"},
		{File: "s.csv", Line: 8, Reason: "a quoted cell is not closed where it should be; nothing was read down to line 9"},
	}
	if diff := cmp.Diff(want, got.Bad); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if len(got.Rows) != 1 || got.Rows[0].Line != 4 {
		t.Errorf("rows = %+v, want the one of line 4", got.Rows)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	tests := []struct {
		name, file, want string
	}{
		{"empty", "\ufeff", "s.csv: the file is empty; its first row names the columns"},
		{"no header", "17;Hemlig;Person;8B;alen\n", "s.csv:1: the first row names no column; a file like this may have key, given_name, family_name, group, school, mentors, ref, protected, status"},
		{"columns missing", "key,Given Name,Klass,121212-1212,\n", "s.csv:1: missing: family_name, group, school; the file has key, given_name, Klass, (column 4), (column 5)"},
		{"a column twice", "key,given_name,Given name,family_name,group,school\n", "s.csv:1: column given_name: stands twice in the header"},
		{"a workbook", "PK\x03\x04...", "s.csv: this is a spreadsheet program's own format; save it as CSV"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := roster.ReadStudents("s.csv", strings.NewReader(test.file)); err == nil || err.Error() != test.want {
				t.Errorf("ReadStudents = %+v, %v, want the error %s", got, err, test.want)
			}
		})
	}
	if _, err := roster.ReadStudents("s.csv", endless{}); err == nil || err.Error() != "s.csv: the file is larger than 64 MB; that is no roster" {
		t.Errorf("ReadStudents of an endless file = %v", err)
	}
	broken := errors.New("broken disk")
	if _, err := roster.ReadStudents("s.csv", io.MultiReader(strings.NewReader("key"), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("ReadStudents of a broken file = %v, want %v", err, broken)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestNoErrorHoldsWhatACellSays(t *testing.T) {
	file := "key;given_name;family_name;group;school;mentors;ref;protected;status;extra\n" +
		strings.Repeat("Hemlig", 400) + ";Hemlig\x02;" + swedishNumber + ";!!!;Hemlig;Hemlig;Hemlig;Hemlig;Hemlig;" + norwegianNumber + "\n" +
		"Hemlig;Hem\"lig;Hemlig\nHemlig;Hemlig\n"
	got, err := roster.ReadStudents("s.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Bad) != 11 {
		t.Errorf("%d faults, want 11", len(got.Bad))
	}
	for _, bad := range got.Bad {
		for _, secret := range []string{"Hemlig", "1212", "018112"} {
			if strings.Contains(bad.Error(), secret) {
				t.Errorf("the report tells what a cell says: %s", bad)
			}
		}
	}
}
