package care_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// absence imports rows and checks the counts of rows added, changed, unchanged and passed over, and how
// many faults there are.
func (o *importOffice) absence(want string, rows ...care.AbsenceRow) (care.AbsenceImported, []care.BadRow) {
	o.t.Helper()
	for i := range rows {
		rows[i].Line = i + 2
	}
	im := o.ImportAbsence(o.now, false)
	bad, err := im.Store(o.t.Context(), rows)
	if err != nil {
		o.t.Fatal(err)
	}
	got := fmt.Sprintf("+%d ~%d =%d -%d !%d", im.Done.Added, im.Done.Changed, im.Done.Unchanged, im.Done.Passed, len(bad))
	if got != want {
		o.t.Fatalf("Store = %s, want %s; %+v", got, want, bad)
	}
	return im.Done, bad
}

// daysOf are a student's days as "2026-10-05: MA 60/30 SV 60/0", each subject with what was scheduled
// and missed.
func (o *importOffice) daysOf(ref care.Ref) string {
	o.t.Helper()
	list, err := o.records.Absence.OfStudent(o.t.Context(), ref, "", "9999-12-31")
	if err != nil {
		o.t.Fatal(err)
	}
	var all []string
	for _, d := range list {
		day := string(d.Date) + ":"
		for _, l := range d.Lessons {
			day += fmt.Sprintf(" %s %d/%d", l.Subject, l.Scheduled, l.Valid+l.Invalid)
		}
		all = append(all, strings.ReplaceAll(day, "  ", " "))
	}
	return strings.Join(all, ", ")
}

// class has four students at alen, one of them protected and one who has left, and one at fjell.
func (o *importOffice) class() {
	o.t.Helper()
	o.students("+5 ~0 =0 !0",
		care.StudentRow{Key: "1", Given: "A", Family: "B", Group: "8B", School: "alen", Ref: "8B-K3F"},
		care.StudentRow{Key: "2", Given: "C", Family: "D", Group: "8B", School: "alen", Ref: "8B-M2X"},
		care.StudentRow{Key: "3", School: "alen", Ref: "8B-P5P", Protected: new(true)},
		care.StudentRow{Key: "4", Given: "G", Family: "H", Group: "8B", School: "alen", Ref: "8B-L4L", Left: true},
		care.StudentRow{Key: "1", Given: "I", Family: "J", Group: "1A", School: "fjell", Ref: "1A-F7F"})
}

// minutes are lessons of an hour of which so many minutes were missed.
func minutes(subject string, missed int) care.Lessons {
	return care.Lessons{Subject: subject, Scheduled: 60, Invalid: missed}
}

func ofKey(key string, date care.Date, l care.Lessons) care.AbsenceRow {
	return care.AbsenceRow{Key: key, School: "alen", Date: date, Lessons: l}
}

func TestALaterFileCorrectsAnEarlierOne(t *testing.T) {
	o := newImportOffice(t)
	o.class()
	for _, step := range []struct {
		name   string
		rows   []care.AbsenceRow
		counts string
		want   string
	}{
		{"a day", []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("", 60))}, "+1 ~0 =0 -0 !0", "2026-10-01: 60/60"},
		{"the same again", []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("", 60))}, "+0 ~0 =1 -0 !0", "2026-10-01: 60/60"},
		{"by the ref", []care.AbsenceRow{{Ref: "8B-K3F", Date: "2026-10-01", Lessons: minutes("", 60)}}, "+0 ~0 =1 -0 !0", "2026-10-01: 60/60"},
		{"corrected", []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("", 30))}, "+0 ~1 =0 -0 !0", "2026-10-01: 60/30"},
		{"an earlier day", []care.AbsenceRow{ofKey("1", "2026-09-30", minutes("", 0))}, "+1 ~0 =0 -0 !0", "2026-09-30: 60/0, 2026-10-01: 60/30"},
		{"subjects beside the whole day", []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("SV", 20)), ofKey("1", "2026-10-01", minutes("MA", 10))},
			"+2 ~0 =0 -0 !0", "2026-09-30: 60/0, 2026-10-01: 60/30 MA 60/10 SV 60/20"},
		{"one of them corrected", []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("SV", 0)), ofKey("1", "2026-10-01", minutes("MA", 10))},
			"+0 ~1 =1 -0 !0", "2026-09-30: 60/0, 2026-10-01: 60/30 MA 60/10 SV 60/0"},
		{"of two rows that differ the first counts", []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("MA", 10)), ofKey("1", "2026-10-01", minutes("MA", 60))},
			"+0 ~0 =1 -0 !1", "2026-09-30: 60/0, 2026-10-01: 60/30 MA 60/10 SV 60/0"},
		{"other columns count too", []care.AbsenceRow{ofKey("1", "2026-09-30", care.Lessons{Scheduled: 60, Unreported: true})}, "+0 ~1 =0 -0 !0",
			"2026-09-30: 60/0, 2026-10-01: 60/30 MA 60/10 SV 60/0"},
	} {
		done, _ := o.absence(step.counts, step.rows...)
		if got := o.daysOf("8B-K3F"); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
		if diff := cmp.Diff([]care.Ref{"8B-K3F"}, done.Students); diff != "" {
			t.Errorf("%s: students to be assessed (-want +got):\n%s", step.name, diff)
		}
		o.later(1)
	}
	if got := o.daysOf("8B-M2X") + o.daysOf("1A-F7F"); got != "" {
		t.Errorf("others have %s", got)
	}
}

// The version of a day moves when it is corrected, and only then.
func TestADayIsWrittenOnlyWhenItIsNews(t *testing.T) {
	o := newImportOffice(t)
	o.class()
	var rows []care.AbsenceRow
	for _, date := range []care.Date{"2026-09-28", "2026-09-29", "2026-09-30"} {
		rows = append(rows, ofKey("1", date, minutes("MA", 10)), ofKey("1", date, minutes("SV", 0)), ofKey("2", date, minutes("", 0)))
	}
	o.absence("+9 ~0 =0 -0 !0", rows...)
	before := o.versions()
	for _, order := range []func(){func() {}, func() { slices.Reverse(rows) }} {
		order()
		o.later(1)
		o.absence("+0 ~0 =9 -0 !0", rows...)
		if diff := cmp.Diff(before, o.versions()); diff != "" {
			t.Errorf("the same file has written again (-before +after):\n%s", diff)
		}
	}
	rows[0].Valid++
	o.absence("+0 ~1 =8 -0 !0", rows...)
	changed := 0
	for id, v := range o.versions() {
		if v != before[id] {
			changed++
		}
	}
	if changed != 1 {
		t.Errorf("a corrected row has changed %d records, want 1", changed)
	}
}

func TestRowsOfAbsenceThatAreNotStored(t *testing.T) {
	o := newImportOffice(t)
	alen := o.Schools["alen"]
	alen.Years = []care.Period{{From: "2025-08-18", To: "2026-06-12"}, {From: "2026-08-17", To: "2027-06-11"}}
	o.Schools["alen"] = alen
	o.class()
	const today = importDay
	for _, tt := range []struct {
		name   string
		row    care.AbsenceRow
		column string
		reason string // "": it is passed over or stored
		want   string
	}{
		{"today", ofKey("1", today, minutes("", 1)), "", "", "+1 ~0 =0 -0 !0"},
		{"tomorrow", ofKey("1", today.AddDays(1), minutes("", 1)), "date", "lies in the future", ""},
		{"the school year before", ofKey("1", "2026-06-12", minutes("", 1)), "", "", "+1 ~0 =0 -0 !0"},
		{"the summer", ofKey("1", "2026-06-13", minutes("", 1)), "date", "lies in no school year of the configuration", ""},
		{"an unknown key", ofKey("99", today, minutes("", 1)), "key", "no student has this key; import the students file first", ""},
		{"another school's key", care.AbsenceRow{Key: "2", School: "fjell", Date: today}, "key", "no student has this key; import the students file first", ""},
		{"an unknown ref", care.AbsenceRow{Ref: "8B-ZZZ", Date: today}, "ref", "no student has this ref; import the students file first", ""},
		{"an unknown school", care.AbsenceRow{Key: "1", School: "skog", Date: today}, "school", "no school has this id; the configuration knows: alen, fjell", ""},
		{"which school", care.AbsenceRow{Key: "1", Date: today}, "school", "is needed, since there are several: alen, fjell", ""},
		{"a ref needs none", care.AbsenceRow{Ref: "1A-F7F", Date: today}, "", "", "+1 ~0 =0 -0 !0"},
		{"a ref of another", care.AbsenceRow{Ref: "1A-F7F", School: "alen", Date: today}, "school", "the student with this ref is at another school", ""},
		{"a protected student", ofKey("3", today, minutes("", 1)), "", "", "+0 ~0 =0 -1 !0"},
		{"a protected student by the ref", care.AbsenceRow{Ref: "8B-P5P", Date: today}, "", "", "+0 ~0 =0 -1 !0"},
		{"a protected student on no day at all", ofKey("3", "2031-01-01", minutes("", 1)), "", "", "+0 ~0 =0 -1 !0"},
		{"one who has left", ofKey("4", today, minutes("", 1)), "", "", "+0 ~0 =0 -1 !0"},
	} {
		if tt.want == "" {
			tt.want = "+0 ~0 =0 -0 !1"
		}
		done, bad := o.absence(tt.want, tt.row)
		if len(bad) == 1 && bad[0] != (care.BadRow{Line: 2, Column: tt.column, Reason: tt.reason}) {
			t.Errorf("%s: %+v, want %s %s", tt.name, bad[0], tt.column, tt.reason)
		}
		if stored := done.Added > 0; stored != (len(done.Students) == 1) {
			t.Errorf("%s: %v are to be assessed", tt.name, done.Students)
		}
	}
	for _, ref := range []care.Ref{"8B-P5P", "8B-L4L"} {
		if got := o.daysOf(ref); got != "" {
			t.Errorf("of %s is stored: %s", ref, got)
		}
	}
	delete(o.Schools, "fjell") // with one school it goes without saying
	o.absence("+0 ~1 =0 -0 !0", care.AbsenceRow{Key: "1", Date: today, Lessons: minutes("", 2)})
}

func TestAnImportOfAbsenceLeavesOneEntryAStudent(t *testing.T) {
	o := newImportOffice(t)
	o.class()
	entries := func() (all []string) {
		t.Helper()
		docs, err := o.records.Engine.Find(t.Context(), "audit", store.Query{Sort: []store.Order{{Field: "_id"}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range docs {
			e, err := o.records.Audit.Get(t.Context(), doc.Lookup("_id").StringValue())
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprint(e.Actor, " ", e.Action, " ", e.Subjects))
		}
		slices.Sort(all)
		return all
	}
	im := o.ImportAbsence(o.now, false)
	for _, date := range []care.Date{"2026-09-28", "2026-09-29", "2026-09-30"} { // a batch each
		rows := []care.AbsenceRow{ofKey("1", date, minutes("MA", 10)), ofKey("2", date, minutes("MA", 10)), ofKey("3", date, minutes("MA", 10))}
		if _, err := im.Store(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"import absence.import [8B-K3F]", "import absence.import [8B-M2X]"}
	if diff := cmp.Diff(want, entries()); diff != "" {
		t.Errorf("after an import (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]care.Ref{"8B-K3F", "8B-M2X"}, im.Done.Students); diff != "" {
		t.Errorf("students to be assessed (-want +got):\n%s", diff)
	}
	o.later(1)
	o.absence("+0 ~1 =1 -0 !0", ofKey("1", "2026-09-28", minutes("MA", 10)), ofKey("2", "2026-09-28", minutes("MA", 0)))
	if diff := cmp.Diff(append(want, "import absence.import [8B-M2X]"), entries()); diff != "" {
		t.Errorf("after another (-want +got):\n%s", diff)
	}
}

func TestADryImportOfAbsence(t *testing.T) {
	o := newImportOffice(t)
	o.class()
	o.absence("+1 ~0 =0 -0 !0", ofKey("1", "2026-10-01", minutes("", 60)))
	before, audit := o.versions(), o.count("audit")
	im := o.ImportAbsence(o.now, true)
	bad, err := im.Store(t.Context(), []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("", 30)), ofKey("2", "2026-10-01", minutes("", 30)), ofKey("9", "2026-10-01", minutes("", 30))})
	if err != nil || len(bad) != 1 || im.Done.Added != 1 || im.Done.Changed != 1 {
		t.Errorf("a dry Store = %+v, %v, %+v", bad, err, im.Done)
	}
	if diff := cmp.Diff(before, o.versions()); diff != "" || o.count("audit") != audit {
		t.Errorf("a dry run has written (-before +after):\n%s", diff)
	}
}

func (o *importOffice) count(collection string) int64 {
	o.t.Helper()
	n, err := o.records.Engine.Count(o.t.Context(), collection, store.Query{})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// Two imports at once, and one that meets another's change of each day, leave what they say.
func TestImportsOfAbsenceAtOnce(t *testing.T) {
	o := newImportOffice(t)
	o.class()
	o.Absence = meddledDays{o.Absence, o.records}
	o.absence("+2 ~0 =0 -0 !0", ofKey("1", "2026-10-01", minutes("MA", 60)), ofKey("1", "2026-10-02", minutes("MA", 60)))
	if got, want := o.daysOf("8B-K3F"), "2026-10-01: MA 60/60 SL 60/0, 2026-10-02: MA 60/60 SL 60/0"; got != want {
		t.Errorf("days added by two = %s, want %s", got, want)
	}
	o.absence("+0 ~1 =0 -0 !0", ofKey("1", "2026-10-01", minutes("MA", 0)))
	if got, want := o.daysOf("8B-K3F"), "2026-10-01: MA 60/0 SL 60/1, 2026-10-02: MA 60/60 SL 60/0"; got != want {
		t.Errorf("a day changed by two = %s, want %s", got, want)
	}

	o.Absence = stuckDays{o.records.Absence}
	im := o.ImportAbsence(o.now, false)
	if _, err := im.Store(t.Context(), []care.AbsenceRow{ofKey("1", "2026-10-01", minutes("MA", 9))}); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Store of a day that always changes = %v, want %v", err, care.ErrConflict)
	}
}

// meddledDays are days to which someone else always says a word about SL just before, once each time.
type meddledDays struct {
	care.AbsenceRecords
	records *store.Records
}

func (m meddledDays) Add(ctx context.Context, d care.AbsenceDay) error {
	other := d
	other.Lessons = []care.Lessons{minutes("SL", 0)}
	if err := m.AbsenceRecords.Add(ctx, other); err != nil && !errors.Is(err, care.ErrExists) {
		return err
	}
	return m.AbsenceRecords.Add(ctx, d)
}

func (m meddledDays) Replace(ctx context.Context, d care.AbsenceDay) error {
	other, err := m.AbsenceRecords.Get(ctx, d.ID)
	if err != nil {
		return err
	}
	if other.Lessons[len(other.Lessons)-1] == minutes("SL", 0) && len(other.Lessons) == 2 {
		other.Lessons[1] = minutes("SL", 1)
		if err := m.AbsenceRecords.Replace(ctx, other); err != nil {
			return err
		}
	}
	return m.AbsenceRecords.Replace(ctx, d)
}

// stuckDays are days that someone else always changes just before.
type stuckDays struct{ care.AbsenceRecords }

func (stuckDays) Replace(context.Context, care.AbsenceDay) error { return care.ErrConflict }

// A row that contradicts an earlier one is bad, also when that was stored before; the file read again changes nothing.
func TestRowsThatContradictEachOther(t *testing.T) {
	o := newImportOffice(t)
	o.class()
	first, second := ofKey("1", "2026-10-01", minutes("MA", 60)), care.AbsenceRow{Ref: "8B-K3F", Date: "2026-10-01", Lessons: minutes("MA", 0)}
	first.Line, second.Line = 2, 7000
	for _, want := range []string{"+1 ~0 =1", "+0 ~0 =2"} {
		im := o.ImportAbsence(o.now, false)
		for _, batch := range [][]care.AbsenceRow{{first}, {second, first}} {
			bad, err := im.Store(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			if len(batch) == 2 {
				want := []care.BadRow{{Line: 7000, Reason: "the same student, day and subject stand twice, with other figures; the first are on line 2 and count"}}
				if diff := cmp.Diff(want, bad); diff != "" {
					t.Errorf("bad rows (-want +got):\n%s", diff)
				}
			}
		}
		if got := fmt.Sprintf("+%d ~%d =%d", im.Done.Added, im.Done.Changed, im.Done.Unchanged); got != want {
			t.Errorf("Store = %s, want %s", got, want)
		}
	}
	if got := o.daysOf("8B-K3F"); got != "2026-10-01: MA 60/60" {
		t.Errorf("there is %s", got)
	}
}
