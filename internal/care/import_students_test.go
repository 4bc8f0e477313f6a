package care_test

import (
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestImportStudent(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	row := care.StudentRow{Key: "17", Given: "Åsa", Family: "Björk", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}}
	o.students("+1 ~0 =0 !0", row)
	stu := o.studentOf("alen")
	ref := stu.Ref()
	if parsed, ok := care.ParseRef(stu.ID); !ok || parsed != ref || !strings.HasPrefix(stu.ID, "8B-") {
		t.Errorf("the ref of a student of 8B is %s", ref)
	}
	if got, want := o.mentorsOf(ref), "karin@alen.se –"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}

	// A new year: another group, another mentor, a corrected name. The ref stays.
	o.later(1)
	row.Group, row.Family, row.Mentors = "9B", "Björk Lund", []string{"per@alen.se"}
	o.students("+0 ~1 =0 !0", row)
	stu = o.studentOf("alen")
	if stu.Ref() != ref || stu.Group != "9B" || stu.Status != care.Enrolled {
		t.Errorf("after the change the student is %+v, want ref %s in 9B", stu, ref)
	}
	if got := o.open(stu.Family, "students", stu.ID, "family"); got != "Björk Lund" {
		t.Errorf("the family name is %q", got)
	}
	if got := o.open(stu.Key, "students", stu.ID, "key"); got != "17" {
		t.Errorf("the key is %q", got)
	}
	if got, want := o.mentorsOf(ref), "karin@alen.se –2026-10-06, per@alen.se –"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}

	// A file without the column says nothing of mentors.
	row.Mentors = nil
	o.students("+0 ~0 =1 !0", row)

	// Named again begins anew.
	o.later(5)
	row.Mentors = []string{"karin@alen.se", "per@alen.se"}
	o.students("+0 ~1 =0 !0", row)
	if got, want := o.mentorsOf(ref), "karin@alen.se 2026-10-11–, per@alen.se –"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}

	// The same key at another school is another student.
	row.School, row.Mentors = "fjell", nil
	o.students("+1 ~0 =0 !0", row)
	if other := o.studentOf("fjell"); other.Ref() == ref {
		t.Error("the same key at another school is the same student")
	}
}

func TestImportStudentWhoLeaves(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	row := care.StudentRow{Key: "17", Given: "Åsa", Family: "Björk", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}}
	o.students("+1 ~0 =0 !0", row)
	row.Left, row.Group = true, ""
	o.students("+0 ~1 =0 !0", row)
	stu := o.studentOf("alen")
	if stu.Status != care.Left || stu.Group != "8B" {
		t.Errorf("after leaving the student is %+v, want left, still of 8B", stu)
	}
	if got, want := o.mentorsOf(stu.Ref()), "karin@alen.se –2026-10-05"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}
	o.later(30)
	row.Left = false
	o.students("+0 ~1 =0 !0", row)
	if got, want := o.mentorsOf(stu.Ref()), "karin@alen.se 2026-11-04–"; got != want {
		t.Errorf("back again, mentors = %s, want %s", got, want)
	}
}

func TestProtectedStudentIsAStubAndBack(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	row := care.StudentRow{Key: "17", Given: "Åsa", Family: "Björk", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}, Protected: new(false)}
	o.students("+1 ~0 =0 !0", row)
	ref := o.studentOf("alen").Ref()
	row.Protected = new(true)
	row.Ref = "8B-222" // protection does not fail for a ref's sake
	o.students("+0 ~1 =0 !0", row)
	stub := o.studentOf("alen")
	if stub.Ref() != ref || !stub.Protected || stub.Given != nil || stub.Family != nil || stub.Group != "" {
		t.Errorf("a protected student is %+v, want a stub with the ref %s", stub, ref)
	}
	if got, want := o.mentorsOf(ref), "karin@alen.se –2026-10-05"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}

	// A file without the column leaves the stub a stub, whatever else it says.
	row.Ref, row.Protected = "", nil
	o.students("+0 ~0 =1 !0", row)

	o.later(1)
	row.Protected = new(false)
	o.students("+0 ~1 =0 !0", row)
	stu := o.studentOf("alen")
	if stu.Protected || stu.Group != "8B" || o.open(stu.Given, "students", stu.ID, "given") != "Åsa" {
		t.Errorf("after protection the student is %+v", stu)
	}
	if got, want := o.mentorsOf(ref), "karin@alen.se 2026-10-06–"; got != want {
		t.Errorf("mentors = %s, want %s", got, want)
	}
}

func TestRefOfAStudentProtectedFromTheStartDoesNotTellTheGroup(t *testing.T) {
	o := newImportOffice(t)
	o.students("+1 ~0 =0 !0", care.StudentRow{Key: "17", Group: "8B", School: "alen", Protected: new(true)})
	if stu := o.studentOf("alen"); !strings.HasPrefix(stu.ID, "ALEN-") {
		t.Errorf("the ref is %s", stu.ID)
	}
}

func TestRefsOfTheFile(t *testing.T) {
	o := newImportOffice(t)
	row := care.StudentRow{Key: "17", Given: "A", Family: "B", Group: "9A", School: "alen", Ref: "8B-K3F"}
	o.students("+1 ~0 =0 !0", row)
	if stu := o.studentOf("alen"); stu.ID != "8B-K3F" {
		t.Errorf("the ref is %s, want the file's", stu.ID)
	}
	before := o.versions()
	row.Ref = "8B-222"
	done := o.students("+0 ~0 =0 !1", row)
	want := care.BadRow{Line: 2, Column: "ref", Reason: "this student has the ref 8B-K3F, and a ref never changes; give that one or none"}
	if done.Bad[0] != want {
		t.Errorf("fault = %+v, want %+v", done.Bad[0], want)
	}
	row.Key, row.Ref = "18", "8B-K3F"
	done = o.students("+0 ~0 =0 !1", row)
	want = care.BadRow{Line: 2, Column: "ref", Reason: "another student has this ref; give another one or none"}
	if done.Bad[0] != want {
		t.Errorf("fault = %+v, want %+v", done.Bad[0], want)
	}
	row.Ref, row.Group, row.Left = "", "", true
	done = o.students("+0 ~0 =0 !1", row)
	want = care.BadRow{Line: 2, Column: "group", Reason: "is empty, and a new student needs a group"}
	if done.Bad[0] != want {
		t.Errorf("fault = %+v, want %+v", done.Bad[0], want)
	}
	if after := o.versions(); len(after) != len(before) || after["students/8B-K3F"] != before["students/8B-K3F"] {
		t.Errorf("refused rows have written: %v became %v", before, after)
	}
}

func TestUnknownMentorIsABadRowOfWhichTheRestIsStored(t *testing.T) {
	o := newImportOffice(t)
	o.mentors()
	row := care.StudentRow{Key: "17", Given: "A", Family: "B", Group: "8B", School: "alen", Mentors: []string{"karin@alen.se"}}
	o.students("+1 ~0 =0 !0", row)
	ref := o.studentOf("alen").Ref()
	row.Group, row.Mentors = "9B", []string{"per@alen.se", "karim@alen.se"}
	done := o.students("+0 ~1 =0 !1", row)
	want := care.BadRow{Line: 2, Column: "mentors", Reason: "no staff member has e-mail address number 2 in this cell; import the staff file first"}
	if done.Bad[0] != want {
		t.Errorf("fault = %+v, want %+v", done.Bad[0], want)
	}
	if stu := o.studentOf("alen"); stu.Group != "9B" {
		t.Errorf("the group is %s, want 9B", stu.Group)
	}
	if got, want := o.mentorsOf(ref), "karin@alen.se –, per@alen.se –"; got != want {
		t.Errorf("mentors = %s, want %s: nobody's time ends by a misspelling", got, want)
	}
}

func TestAStopBetweenTheWritesHeals(t *testing.T) {
	row := care.StudentRow{Key: "17", Given: "A", Family: "B", Group: "8B", School: "alen"}
	// reservation is what a stopped import leaves: the key without its student.
	reservation := func(t *testing.T, o *importOffice) care.StudentKey {
		o.students("+1 ~0 =0 !0", row)
		for key := range o.versions() {
			if id, ok := strings.CutPrefix(key, "student_keys/"); ok {
				return care.StudentKey{Meta: care.Meta{ID: id}, Student: "8B-K3F"}
			}
		}
		t.Fatal("no key is reserved")
		return care.StudentKey{}
	}(t, newImportOffice(t))

	tests := []struct {
		name   string
		others []care.StudentRow // who has come meanwhile
		ref    care.Ref          // of the file
		want   care.Ref          // "": another one than the reserved
	}{
		{"under the reserved ref", nil, "", "8B-K3F"},
		{"under the file's ref", nil, "8B-222", "8B-222"},
		{"another has got the reserved ref", []care.StudentRow{{Key: "17", Given: "C", Family: "D", Group: "8B", School: "fjell", Ref: "8B-K3F"}}, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newImportOffice(t)
			if err := o.StudentKeys.Add(t.Context(), reservation); err != nil {
				t.Fatal(err)
			}
			if test.others != nil {
				o.students("+1 ~0 =0 !0", test.others...)
			}
			row := row
			row.Ref = test.ref
			o.students("+1 ~0 =0 !0", row)
			stu := o.studentOf("alen")
			if test.want != "" && stu.Ref() != test.want || test.want == "" && stu.ID == "8B-K3F" {
				t.Errorf("the ref is %s, want %s", stu.ID, test.want)
			}
			key, err := o.StudentKeys.Get(t.Context(), reservation.ID)
			if err != nil || key.Student != stu.Ref() {
				t.Errorf("the key is reserved for %s, %v, want %s", key.Student, err, stu.ID)
			}
			before := o.versions()
			o.students("+0 ~0 =1 !0", row)
			if after := o.versions(); len(after) != len(before) {
				t.Errorf("a further import made more records: %v became %v", before, after)
			}
		})
	}
}
