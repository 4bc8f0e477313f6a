package care_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
	"lotsen/internal/vault"
)

// importOffice is a service over a real database and vault, with two schools.
type importOffice struct {
	*care.Service
	t       testing.TB
	dir     string
	records *store.Records
	now     time.Time
}

// importDay is a Monday; the office's clock starts there at noon.
const importDay care.Date = "2026-10-05"

func newImportOffice(t testing.TB) *importOffice {
	t.Helper()
	dir := t.TempDir()
	records, err := store.Open(t.Context(), storetest.Open(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Create(filepath.Join(dir, "lotsen.keys"))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return &importOffice{
		Service: &care.Service{
			Schools: map[string]care.School{
				"alen":  {ID: "alen", Country: care.Sweden, Zone: zone, Language: care.Swedish},
				"fjell": {ID: "fjell", Country: care.Norway, Zone: zone, Language: care.Bokmal},
			},
			Default: care.Swedish, Vault: keys,
			Records: records.Care(),
		},
		t: t, dir: dir, records: records, now: importDay.At(12, 0, zone),
	}
}

// later moves the office's clock by so many days.
func (o *importOffice) later(days int) { o.now = o.now.AddDate(0, 0, days) }

// staff imports rows and checks the counts of people added, changed and unchanged, and how many faults there are.
func (o *importOffice) staff(want string, rows ...care.StaffRow) care.Imported {
	o.t.Helper()
	for i := range rows {
		rows[i].Line = i + 2
	}
	done, err := o.ImportStaff(o.t.Context(), rows, o.now, false)
	return o.check("ImportStaff", want, done, err)
}

// students does the same for students.
func (o *importOffice) students(want string, rows ...care.StudentRow) care.Imported {
	o.t.Helper()
	for i := range rows {
		rows[i].Line = i + 2
	}
	done, err := o.ImportStudents(o.t.Context(), rows, nil, o.now, false)
	return o.check("ImportStudents", want, done, err)
}

func (o *importOffice) check(what, want string, done care.Imported, err error) care.Imported {
	o.t.Helper()
	if err != nil {
		o.t.Fatalf("%s = %v", what, err)
	}
	got := fmt.Sprintf("+%d ~%d =%d !%d", done.Added, done.Changed, done.Unchanged, len(done.Bad))
	if got != want {
		o.t.Fatalf("%s = %s, want %s; %+v", what, got, want, done.Bad)
	}
	return done
}

// staffOf returns the stored record of an e-mail address.
func (o *importOffice) staffOf(email string) care.Staff {
	o.t.Helper()
	st, err := o.Staff.Get(o.t.Context(), o.StaffID(email))
	if err != nil {
		o.t.Fatalf("staff member %s: %v", email, err)
	}
	return st
}

// studentsOf returns the students of a school.
func (o *importOffice) studentsOf(school string) []care.Student {
	o.t.Helper()
	list, err := o.Students.InSchool(o.t.Context(), school)
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

// studentOf returns the one student of a school.
func (o *importOffice) studentOf(school string) care.Student {
	o.t.Helper()
	list := o.studentsOf(school)
	if len(list) != 1 {
		o.t.Fatalf("%s has %d students, want 1", school, len(list))
	}
	return list[0]
}

// mentorsOf lists a student's assignments as "e-mail from–to".
func (o *importOffice) mentorsOf(ref care.Ref) string {
	o.t.Helper()
	list, err := o.Assignments.OfStudent(o.t.Context(), ref)
	if err != nil {
		o.t.Fatal(err)
	}
	var all []string
	for _, a := range list {
		st, err := o.Staff.Get(o.t.Context(), a.Staff)
		if err != nil {
			o.t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %s–%s", o.open(st.Email, "staff", st.ID, "email"), a.From, a.To))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func (o *importOffice) open(sealed care.Sealed, collection, id, field string) string {
	o.t.Helper()
	plain, err := o.Vault.Open(sealed, collection, id, field)
	if err != nil {
		o.t.Fatal(err)
	}
	return plain
}

// versions returns the version of every record that an import may write, by collection and id.
func (o *importOffice) versions() map[string]int64 {
	o.t.Helper()
	all := map[string]int64{}
	for _, collection := range []string{"staff", "students", "student_keys", "assignments", "absence"} {
		docs, err := o.records.Engine.Find(o.t.Context(), collection, store.Query{Sort: []store.Order{{Field: "_id"}}})
		if err != nil {
			o.t.Fatal(err)
		}
		for _, doc := range docs {
			all[collection+"/"+doc.Lookup("_id").StringValue()] = doc.Lookup("v").Int64()
		}
	}
	return all
}

// mentors are those who work at alen in most tests.
func (o *importOffice) mentors() {
	o.t.Helper()
	o.staff("+2 ~0 =0 !0",
		care.StaffRow{Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.Mentor}, School: "alen"},
		care.StaffRow{Email: "per@alen.se", Name: "Per", Roles: []care.Role{care.Coach}, School: "alen"})
}

func TestNamesAreNowhereInTheClear(t *testing.T) {
	o := newImportOffice(t)
	o.staff("+1 ~0 =0 !0", care.StaffRow{Email: "xantippa@alen.se", Name: "Xantippa Zvezdograd", Roles: []care.Role{care.Mentor}, School: "alen"})
	row := care.StudentRow{Key: "nyckel-4711", Given: "Quirinus", Family: "Wolkenstein", Group: "8B", School: "alen", Mentors: []string{"xantippa@alen.se"}}
	o.students("+1 ~0 =0 !0", row)
	row.Given = "Quirina"
	o.students("+0 ~1 =0 !0", row)
	stu := o.studentOf("alen")
	if got := o.open(stu.Given, "students", stu.ID, "given"); got != "Quirina" {
		t.Errorf("the given name opens as %q", got)
	}
	content := storetest.Content(t, storetest.Address(t, o.dir))
	for _, secret := range []string{"xantippa", "Xantippa", "Zvezdograd", "Quirinus", "Quirina", "Wolkenstein", "nyckel-4711"} {
		if bytes.Contains(content, []byte(secret)) {
			t.Errorf("%q is stored in the clear", secret)
		}
	}
	if !bytes.Contains(content, []byte(stu.ID)) {
		t.Error("the ref is not found, so the test looks in the wrong place")
	}
}

func TestDryRunCountsAndWritesNothing(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	old := care.StudentRow{Key: "0", Given: "A", Family: "B", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}}
	o.students("+1 ~0 =0 !0", old)
	o.later(1)
	old.Line, old.Group, old.Mentors = 5, "9B", []string{"per@alen.se"}
	karin := care.StaffRow{Line: 2, Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.EHT}, School: "alen"}
	eva := care.StaffRow{Line: 3, Email: "eva@alen.se", Name: "Eva", Roles: []care.Role{care.Mentor}, School: "alen"}
	students := []care.StudentRow{
		{Line: 2, Key: "1", Given: "A", Family: "B", Group: "8B", School: "alen", Mentors: []string{"eva@alen.se"}},
		{Line: 3, Key: "2", Given: "C", Family: "D", Group: "8B", School: "alen", Mentors: []string{"ingen@alen.se"}},
		{Line: 4, Key: "3", Given: "E", Family: "F", Group: "8B", School: "nowhere"},
		old,
	}
	before := o.versions()
	done, err := o.ImportStaff(t.Context(), []care.StaffRow{karin, eva}, o.now, true)
	o.check("a dry ImportStaff", "+1 ~1 =0 !0", done, err)
	done, err = o.ImportStudents(t.Context(), students, map[string]bool{"karin@alen.se": true, "eva@alen.se": true}, o.now, true)
	o.check("a dry ImportStudents", "+2 ~1 =0 !2", done, err)
	if after := o.versions(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("a dry run has written: %v became %v", before, after)
	}
	o.staff("+1 ~1 =0 !0", karin, eva)
	o.students("+2 ~1 =0 !2", students...)
}

func TestTheSameFileTwiceWritesNothing(t *testing.T) {
	o := newImportOffice(t)
	staff := []care.StaffRow{
		{Email: "Karin@Alen.se", Name: "Karin", Roles: []care.Role{care.Mentor, care.Teacher}, School: "alen", Groups: []string{"8B"},
			Language: care.Swedish, SlackID: "U0KARIN", From: "2026-08-17", To: "2027-06-11"},
		{Email: "karin@alen.se", Name: "Karin Holm", Roles: []care.Role{care.Teacher}, School: "fjell", Groups: []string{}},
		{Email: "per@alen.se", Name: "Per", Roles: []care.Role{care.Mentor}, School: "alen", From: "2025-08-17", To: "2026-06-11"},
		{Email: "lena@alen.se", Name: "Lena", School: "alen", Left: true},
	}
	students := []care.StudentRow{
		{Key: "1", Given: "A", Family: "B", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se", "per@alen.se"}},
		{Key: "2", Given: "C", Family: "D", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}, Left: true},
		{Key: "3", School: "alen", Mentors: []string{"karin@alen.se"}, Protected: new(true)},
		{Key: "4", Given: "E", Family: "F", Group: "8B", School: "alen", Ref: "8B-K3F", Mentors: []string{"ingen@alen.se", "per@alen.se"}},
	}
	o.staff("+2 ~0 =1 !0", staff...)
	o.students("+4 ~0 =0 !1", students...)
	before := o.versions()
	for range 3 {
		o.staff("+0 ~0 =3 !0", staff...)
		o.students("+0 ~0 =4 !1", students...)
		if after := o.versions(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Fatalf("the same files have written again: %v became %v", before, after)
		}
		o.later(1)
	}
	o.staff("+0 ~0 =0 !0") // people without a row stay as they are
	o.students("+0 ~0 =0 !0")
	if after := o.versions(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("files without rows have written: %v became %v", before, after)
	}
}

func TestEveryChangeCarriesItsAuditEntry(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	o.students("+1 ~0 =0 !0", care.StudentRow{Key: "1", Given: "A", Family: "B", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}})
	o.later(1)
	o.students("+0 ~1 =0 !0", care.StudentRow{Key: "1", Given: "A", Family: "B", Group: "9B", School: "alen"})
	stu := o.studentOf("alen")
	if n := len(stu.Out.Audit); n != 2 {
		t.Fatalf("%d audit entries after two changes", n)
	}
	for i, e := range stu.Out.Audit {
		if e.Actor != "import" || e.Action != care.ActionImport || e.ID == stu.Out.Audit[1-i].ID || fmt.Sprint(e.Subjects) != "["+stu.ID+"]" {
			t.Errorf("audit entry %d is %+v", i, e)
		}
	}
	if st := o.staffOf("karin@alen.se"); len(st.Out.Audit) != 1 || len(st.Requests) != 1 {
		t.Errorf("an added staff member has %d audit entries and %d requests, want 1 each", len(st.Out.Audit), len(st.Requests))
	}
}

// A whole school is imported while others write the same records.
func TestImportBesideOthers(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	n := storetest.Fewer(1000, 100)
	rows := schoolOf(n)
	o.students(fmt.Sprintf("+%d ~0 =0 !0", n), rows...)
	o.students(fmt.Sprintf("+0 ~0 =%d !0", n), rows...)

	o.Students = meddled{o.Students, 3}
	for i := range rows {
		rows[i].Group = "9X"
	}
	o.students("+0 ~20 =0 !0", rows[:20]...)
	o.Students = meddled{o.records.Students, 5}
	_, err := o.ImportStudents(t.Context(), rows[20:21], nil, o.now, false)
	if !errors.Is(err, care.ErrConflict) {
		t.Errorf("ImportStudents of a record that always changes = %v, want %v", err, care.ErrConflict)
	}
}

func TestAMentorAddedBySomeoneElseMeanwhile(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	o.Assignments = hastyMentors{o.Assignments}
	o.students("+1 ~0 =0 !1", care.StudentRow{Key: "1", Given: "A", Family: "B", Group: "8B", School: "alen",
		Mentors: []string{"ingen@alen.se", "karin@alen.se", "per@alen.se"}})
	if got, want := o.mentorsOf(o.studentOf("alen").Ref()), "karin@alen.se –, per@alen.se –"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}
}

// hastyMentors are assignments that someone else always adds just before.
type hastyMentors struct{ care.AssignmentRecords }

func (h hastyMentors) Add(ctx context.Context, a care.Assignment) error {
	if err := h.AssignmentRecords.Add(ctx, a); err != nil {
		return err
	}
	return h.AssignmentRecords.Add(ctx, a)
}

// schoolOf makes the rows of n students.
func schoolOf(n int) []care.StudentRow {
	var rows []care.StudentRow
	for i := range n {
		rows = append(rows, care.StudentRow{Key: fmt.Sprint(i), Given: "Given", Family: "Family", Group: fmt.Sprintf("%d%c", 7+i%3, 'A'+i%12),
			School: "alen", Mentors: []string{"karin@alen.se"}})
	}
	return rows
}

func BenchmarkImportThousandStudents(b *testing.B) {
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			o := newImportOffice(b)
			o.mentors()
			b.StartTimer()
			o.students("+1000 ~0 =0 !0", schoolOf(1000)...)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		o := newImportOffice(b)
		o.mentors()
		o.students("+1000 ~0 =0 !0", schoolOf(1000)...)
		for b.Loop() {
			o.students("+0 ~0 =1000 !0", schoolOf(1000)...)
		}
	})
}

// meddled are students whose records others change between reading and writing, so often each.
type meddled struct {
	care.StudentRecords
	often int64
}

func (m meddled) Replace(ctx context.Context, stu care.Student) error {
	if stu.Version <= m.often {
		other, err := m.Get(ctx, stu.ID)
		if err != nil {
			return err
		}
		if err := m.StudentRecords.Replace(ctx, other); err != nil {
			return err
		}
	}
	return m.StudentRecords.Replace(ctx, stu)
}
