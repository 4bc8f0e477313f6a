package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
)

func open(t *testing.T) *store.Records {
	t.Helper()
	records, err := store.Open(t.Context(), storetest.Open(t, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// at is an instant so many minutes into the tests' morning.
func at(minutes int) time.Time {
	return time.Date(2026, 10, 5, 8, minutes, 0, 123e6, time.UTC)
}

func meta(id string) care.Meta {
	return care.Meta{ID: id, Version: 1, Requests: []string{"r1", "r2"}, OutAt: at(1),
		Out: care.Outbox{Audit: []care.AuditEntry{audit("au_out")}, Deliveries: []care.Delivery{{Meta: care.Meta{ID: "follow_up/iv_1/1/remind/st_1"}}}}}
}

func audit(id string) care.AuditEntry {
	return care.AuditEntry{Meta: care.Meta{ID: id}, At: at(2), Actor: "st_1", Action: care.ActionLog, Subjects: []string{"8B-K3F"}, Reason: "why"}
}

// keeper is what all kinds of records are kept by.
type keeper[T any] interface {
	Get(ctx context.Context, id string) (T, error)
	Add(ctx context.Context, rec T) error
	Replace(ctx context.Context, rec T) error
}

// testRoundTrip holds one kind of record to coming back as it went in. full has a value in every
// field; bare has those alone that are always there, and then stores no others.
func testRoundTrip[T any](t *testing.T, r *store.Records, k keeper[T], collection string, full, bare T, fields string) {
	t.Run(collection, func(t *testing.T) {
		if empty := emptyFields(reflect.ValueOf(full)); len(empty) > 0 {
			t.Errorf("the full record has nothing in %q", empty)
		}
		for id, rec := range map[string]T{"full": full, "bare": bare} {
			if err := k.Add(t.Context(), rec); err != nil {
				t.Fatal(err)
			}
			if err := k.Add(t.Context(), rec); !errors.Is(err, care.ErrExists) {
				t.Errorf("Add() again = %v, want %v", err, care.ErrExists)
			}
			got, err := k.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(rec, got, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Text" || p.Last().String() == ".Body" }, cmp.Ignore())); diff != "" {
				t.Errorf("%s: Get() (-added +got):\n%s", id, diff)
			}
		}
		raw, err := r.Engine.Get(t.Context(), collection, "bare")
		if err != nil {
			t.Fatal(err)
		}
		elements, err := raw.Elements()
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range elements {
			names = append(names, e.Key())
		}
		if got := strings.Join(names, " "); got != fields {
			t.Errorf("a bare record is stored with %q, want %q", got, fields)
		}
		if _, err := k.Get(t.Context(), "none"); !errors.Is(err, care.ErrNotFound) {
			t.Errorf("Get(none) = %v, want %v", err, care.ErrNotFound)
		}
	})
}

// emptyFields names the fields without a value, those of inner structs included.
func emptyFields(v reflect.Value) (names []string) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if field.Tag.Get("bson") == "-" {
			continue
		}
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		switch {
		case !value.IsValid() || value.IsZero():
			names = append(names, field.Name)
		case value.Kind() == reflect.Struct && value.Type() != reflect.TypeFor[time.Time]():
			names = append(names, emptyFields(value)...)
		}
	}
	return names
}

func TestRoundTrips(t *testing.T) {
	r := open(t)
	period := care.Period{From: "2026-08-17", To: "2027-06-11"}
	bare := care.Meta{ID: "bare", Version: 1}
	testRoundTrip(t, r, r.Staff, "staff", care.Staff{
		Meta: meta("full"), SlackID: "U1", Name: care.Sealed("n\x00\xff"), Email: care.Sealed("e"), Language: care.Bokmal, Chosen: care.Nynorsk,
		Posts:  []care.Post{{School: "alen", Role: care.Mentor, Period: period}, {School: "fjell", Role: care.EHT}},
		Groups: []care.Mentoring{{School: "alen", Group: "8B", Period: period}},
		Facts: &care.SlackFacts{Team: "T1", Guest: true, Stranger: true, Bot: true, Deactivated: true, Updated: at(3),
			CheckedAt: at(4)},
		FactsDue: at(5), Unlinked: true, DM: "D1",
		Slot: &care.Slot{Day: "mon", At: 480}, Leave: &care.Leave{Period: period, Substitute: "st_2"},
		Calendars: []care.Sealed{care.Sealed("c1"), care.Sealed("c2")}, RosterCalendars: []care.RosterCalendar{{School: "alen", Address: care.Sealed("c2")}}, MeetingWord: care.RemindDayAnd, FeedNumber: 2,
	}, care.Staff{Meta: bare}, "_id v name email")
	testRoundTrip(t, r, r.Students, "students", care.Student{
		Meta: meta("full"), School: "alen", Group: "8B", Key: care.Sealed("k"), Given: care.Sealed("g"), Family: care.Sealed("f"),
		Status: care.Left, Protected: true,
	}, care.Student{Meta: bare}, "_id v school key status")
	testRoundTrip(t, r, r.StudentKeys, "student_keys", care.StudentKey{Meta: meta("full"), Student: "8B-K3F"},
		care.StudentKey{Meta: bare}, "_id v student")
	testRoundTrip(t, r, r.Assignments, "assignments", care.Assignment{Meta: meta("full"), Staff: "st_1", Student: "8B-K3F", Period: period},
		care.Assignment{Meta: bare}, "_id v staff student")
	content := care.Content{
		Students: []care.Ref{"8B-K3F", "8B-M2X"}, Level: care.LevelGroup, Kinds: []care.Kind{care.KindTalk, care.KindHome},
		Date: "2026-10-05", Note: care.Sealed("note"), Audience: care.AudienceLeadership, Partner: care.PartnerBUP,
		Outcome: care.OutcomeSomeEffect, FollowUp: "2026-12-01", Followed: "2026-12-02",
	}
	testRoundTrip(t, r, r.Interventions, "interventions", care.Intervention{
		Meta: meta("full"), Student: "8B-K3F", School: "alen", Author: "st_1", At: at(6), Content: content,
		Status: care.StatusWithdrawn, Plan: 2, WithdrawnAt: at(7), Revisions: []care.Revision{{At: at(6), By: "st_2", Before: content}},
	}, care.Intervention{Meta: bare, At: at(6)}, "_id v school author at level kinds date audience status")
	testRoundTrip(t, r, r.Drafts, "drafts", care.Draft{
		Meta: meta("full"), Actor: "st_1", Sealed: care.Sealed("line"), Text: "never stored", Picks: care.Picks{0: "8B-K3F", 12: "talk"}, Request: "r1", At: at(8), Offer: true,
		Said: &care.Message{Channel: "D1", TS: "1.000001", Thread: "1.000002", Direct: true, Edition: "1.000003", Text: "never stored", Gone: true},
	}, care.Draft{Meta: bare, At: at(8)}, "_id v actor line request at")
	testRoundTrip(t, r, r.Deliveries, "deliveries", care.Delivery{
		Meta: meta("full"), Kind: care.FollowUpReminder, Subject: "iv_1", Day: "2026-12-01", School: "alen", To: "st_1", At: at(1), Due: at(2),
		State: care.DeliverySending, Passed: []string{"st_2"}, Hops: 1, Tries: 2, TriedAt: at(3), Message: "m", PostedAt: at(4), Channel: "D1", Entry: "e1",
		TS: "1.000001", Shown: "s", AtOnce: true, FailedAt: at(5), Room: care.RoomTeam, Prompt: care.PromptTeam, Plan: 3, Entries: 4, Thread: "1.000002",
		Cases: []string{"8B-K3F/1"}, Watch: &care.Watch{What: care.WatchChannel, From: at(1), To: at(2), Late: 3, Day: "2026-10-09", Days: 2, Channel: &care.ChannelFault{Room: care.RoomTeam, Channel: "G1", Why: care.ChannelStrangers, Strangers: []string{"U1"}}},
		File: &care.FileReport{File: "absence.csv", Unread: "why", Rows: 2, Faults: []care.FileFault{{Line: 3, Column: "date", Reason: "is empty"}}, More: 1, Notes: []string{"note"}},
	}, care.Delivery{Meta: bare, At: at(1)}, "_id v kind subject school to at state")
	testRoundTrip(t, r, r.Occurrences, "occurrences", care.Occurrence{Meta: meta("full"), At: at(1), Due: at(2)},
		care.Occurrence{Meta: bare, At: at(1)}, "_id v at")
	testRoundTrip(t, r, r.Inbox, "inbox", care.Incoming{
		Meta: meta("full"), Kind: care.IncomingEvent, Sealed: care.Sealed("body"), Body: "never stored", At: at(8), Due: at(9), Attempts: 2, Expires: at(10),
	}, care.Incoming{Meta: bare, At: at(8)}, "_id v kind at attempts")
	testRoundTrip(t, r, r.Said, "said", care.Said{Meta: meta("full"), Edition: "1.000003", Case: "8B-K3F/1", At: at(8)},
		care.Said{Meta: bare, At: at(8)}, "_id v at")
	testRoundTrip(t, r, r.Absence, "absence", care.AbsenceDay{
		Meta: meta("full"), Student: "8B-K3F", School: "alen", Date: "2026-10-05",
		Lessons: []care.Lessons{{Subject: "MA", Unreported: true, Scheduled: 300, Valid: 60, Invalid: 45, Total: 6, Absent: 3, Without: 1, Late: 2, Limit: 105, Year: 8400}},
	}, care.AbsenceDay{Meta: bare}, "_id v student school date lessons")
	fact := care.Fact{Trigger: care.Trigger{Measure: care.TotalPercent, AtLeast: 10, Window: care.Window{Days: 20, Span: care.SpanTerm}},
		Step: 1, Value: 12.5, Subject: "MA", From: "2026-09-07", To: "2026-10-02"}
	entry := care.CaseEntry{ID: "e1", At: at(2), By: "st_1", What: care.CaseActed, Act: care.ActHandOver, Step: 1, FollowUp: "2026-10-19", Clock: 14 * 60, Said: "D1/1.000001", To: "st_2",
		Days: []care.Date{"2026-10-01"}, Until: "2026-10-09", Reason: care.CloseBack, Note: care.Sealed("note"), Undone: at(3),
		Before: &care.CaseBefore{State: care.CaseOpen, Owner: "st_1", Handed: &care.HandOver{To: "st_3", By: "st_4", At: at(1)}, Due: "2026-10-08", Next: "2026-10-08", NextAt: 14 * 60,
			Attempts: 1, Snoozes: 2, Queued: true, Known: []care.Period{period}, Wrong: []care.Date{"2026-10-02"}, WrongAs: []int64{2}},
		Earlier: []care.CaseEntry{{ID: "e1", At: at(2), What: care.CaseActed, Step: 1}}}
	testRoundTrip(t, r, r.Cases, "cases", care.Case{
		Meta: meta("full"), Student: "8B-K3F", School: "alen", Ladder: "se-grund", Version: 2, Step: 1, Why: []care.Fact{fact}, State: care.CaseWaiting,
		OpenedAt: at(1), OpenedBy: "st_1", Owner: "st_1", Handed: &care.HandOver{To: "st_2", By: "st_3", At: at(2)}, Day0: "2026-10-05", Due: "2026-10-08",
		Next: "2026-10-19", NextAt: 14 * 60, Plan: 3, Asked: 3, Attempts: 2, Snoozes: 1, Queued: true, Known: []care.Period{period}, Wrong: []care.Date{"2026-10-02"}, WrongAs: []int64{2}, Over: true,
		Entries: []care.CaseEntry{entry}, LatestAt: at(3),
	}, care.Case{Meta: bare, OpenedAt: at(1)}, "_id v student school ladder ladder_version step state opened_at day0 due plan latest_at")
	testRoundTrip(t, r, r.AbsenceWeeks, "absence_weeks", care.AbsenceWeek{Meta: meta("full"), School: "alen", Known: true,
		Imports: []care.WeekImport{{ID: "import/1", At: at(1)}}, Days: []care.WeekDay{{Date: "2026-10-05", Scheduled: 300, Missed: 30}},
	}, care.AbsenceWeek{Meta: bare}, "_id v school")
	testRoundTrip(t, r, r.Watching, "watch", care.WatchState{Meta: meta("full"), Ticked: at(1), Back: at(2), Late: at(3)},
		care.WatchState{Meta: bare, Ticked: at(1)}, "_id v ticked")
	testRoundTrip(t, r, r.Busy, "busy", care.BusyTimes{Meta: meta("full"), Due: at(9), Feeds: []care.BusyFeed{{Calendar: "cal_1", ETag: "e", LastModified: "m", Due: at(9),
		ReadAt: at(1), Until: at(8), Busy: []care.Interval{{Start: at(2), End: at(3)}}, Tries: 2, Trouble: care.CalendarAway}},
	}, care.BusyTimes{Meta: bare}, "_id v")
	testRoundTrip(t, r, r.Meetings, "meetings", care.Meeting{
		Meta: meta("full"), School: "alen", Kind: care.MeetingEHT, Organiser: "st_1", Start: at(1), End: at(31), State: care.MeetingProposed, Plan: 2,
		Attendees: []care.Attendee{{Staff: "st_1", Required: true, Answer: care.Accepted}, {Staff: "st_2"}},
		Items:     []care.MeetingItem{{Student: "8B-K3F", Case: "8B-K3F/1"}, {Student: "8B-M2X"}},
		Reason:    care.Sealed("why"), Place: care.Sealed("where"), AnswerBy: "2026-10-07", UID: "mt_1@lotsen", Sequence: 1, CreatedAt: at(0),
		Entries: []care.MeetingEntry{{ID: "1", At: at(0), By: "st_1", What: care.MeetingMoved, Start: at(2), Staff: "st_2"}, {ID: "2", At: at(1), What: care.MeetingLost}},
	}, care.Meeting{Meta: bare, Start: at(1), End: at(2), CreatedAt: at(3)}, "_id v school kind organiser attendees start end state plan uid sequence created_at")
	testRoundTrip(t, r, r.Booked, "booked", care.BookedDay{
		Meta: meta("full"), Staff: "st_1", Day: "2026-10-05",
		Holds: []care.Booked{{Interval: care.Interval{Start: at(1), End: at(31)}, Meeting: "mt_1", For: 3, Try: "t", At: at(0)}},
	}, care.BookedDay{Meta: bare}, "_id v staff day")
	full := audit("full")
	full.Meta = meta("full")
	testRoundTrip(t, r, r.Audit, "audit", full, care.AuditEntry{Meta: bare, At: at(9)}, "_id v at actor action")
	testRoundTrip(t, r, r.Meta, "meta", care.Mark{Meta: meta("full"), Value: "4711"}, care.Mark{Meta: bare}, "_id v value")

	for _, collection := range []string{"drafts", "inbox"} {
		raw, err := r.Engine.Get(t.Context(), collection, "full")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "never stored") {
			t.Errorf("%s stores a text in the clear", collection)
		}
	}
}

func TestReplace(t *testing.T) {
	r := open(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rec := care.Student{Meta: care.Meta{ID: "8B-K3F", Version: 7}, School: "alen", Group: "8B", Status: care.Enrolled}
	must(r.Students.Add(t.Context(), rec))
	read, err := r.Students.Get(t.Context(), "8B-K3F")
	must(err)
	if read.Version != 1 {
		t.Errorf("a record that was added has version %d, want 1", read.Version)
	}
	changed := read
	changed.Group = "9B"
	must(r.Students.Replace(t.Context(), changed))
	if changed.Version != 1 {
		t.Errorf("Replace() changes the caller's record: version %d", changed.Version)
	}
	stale := read
	stale.Group = "7B"
	if err := r.Students.Replace(t.Context(), stale); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Replace() of an old version = %v, want %v", err, care.ErrConflict)
	}
	if err := r.Students.Replace(t.Context(), care.Student{Meta: care.Meta{ID: "none", Version: 1}}); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Replace() of nothing = %v, want %v", err, care.ErrConflict)
	}
	read, err = r.Students.Get(t.Context(), "8B-K3F")
	must(err)
	if read.Version != 2 || read.Group != "9B" {
		t.Errorf("after the changes: version %d, group %s; want 2, 9B", read.Version, read.Group)
	}
	groups, err := r.Students.InSchool(t.Context(), "alen", "8B")
	must(err)
	if len(groups) > 0 {
		t.Error("the student is found by the old group")
	}
}

func TestOfManyReplacesOneWins(t *testing.T) {
	r := open(t)
	if err := r.Meta.Add(t.Context(), care.Mark{Meta: care.Meta{ID: "m"}}); err != nil {
		t.Fatal(err)
	}
	read, err := r.Meta.Get(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	const rivals = 8
	errs := make([]error, rivals)
	var wg sync.WaitGroup
	for i := range rivals {
		wg.Go(func() {
			rec := read
			rec.Value = fmt.Sprint(i)
			errs[i] = r.Meta.Replace(t.Context(), rec)
		})
	}
	wg.Wait()
	winner := ""
	for i, err := range errs {
		switch {
		case err == nil && winner == "":
			winner = fmt.Sprint(i)
		case !errors.Is(err, care.ErrConflict):
			t.Errorf("rival %d: Replace() = %v, want %v", i, err, care.ErrConflict)
		}
	}
	if got, err := r.Meta.Get(t.Context(), "m"); err != nil || got.Value != winner {
		t.Errorf("stored is %q, %v, want the winner's %q", got.Value, err, winner)
	}
}

// Text that cannot be decoded is not quoted.
func TestDecodeTellsNothing(t *testing.T) {
	r := open(t)
	doc, err := bson.Marshal(bson.D{{Key: "_id", Value: "m"}, {Key: "v", Value: int64(1)}, {Key: "value", Value: bson.D{{Key: "Hemlig", Value: "Hemlig"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Engine.Insert(t.Context(), "meta", doc); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Meta.Get(t.Context(), "m"); err == nil || strings.Contains(err.Error(), "Hemlig") {
		t.Errorf("Get() of what is no mark = %v", err)
	}
}

func TestInterventions(t *testing.T) {
	r := open(t)
	add := func(id, author string, date care.Date, at time.Time, students ...care.Ref) {
		t.Helper()
		iv := care.Intervention{Meta: care.Meta{ID: id}, Author: author, At: at, Content: care.Content{Students: students, Date: date}}
		if len(students) > 0 {
			iv.Student = students[0]
		}
		if err := r.Interventions.Add(t.Context(), iv); err != nil {
			t.Fatal(err)
		}
		if err := r.Interventions.Add(t.Context(), iv); !errors.Is(err, care.ErrExists) {
			t.Errorf("Add(%s) again = %v, want %v", id, err, care.ErrExists)
		}
	}
	// Logged in another order than done.
	add("a1", "anna", "2026-10-05", at(1), "A")
	add("ab2", "anna", "2026-10-07", at(2), "A", "B")
	add("ba3", "bo", "2026-10-06", at(3), "B", "A", "C")
	add("a4", "anna", "2026-10-07", at(4), "A")
	add("ca5", "bo", "2026-10-05", at(5), "C", "A")
	add("x6", "anna", "2026-10-08", at(6))
	// Links that lead nowhere are left by a stop between two writes.
	link, err := bson.Marshal(care.InterventionLink{Meta: care.Meta{ID: "gone/A", Version: 1}, Student: "A", Intervention: "gone", Date: "2026-10-05", At: at(0)})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Engine.Insert(t.Context(), "intervention_links", link); err != nil {
		t.Fatal(err)
	}

	ids := func(list []care.Intervention, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, iv := range list {
			all = append(all, iv.ID)
		}
		return strings.Join(all, " ")
	}
	for _, tt := range []struct {
		student care.Ref
		limit   int
		want    string
	}{
		{"A", 10, "a4 ab2 ba3 ca5 a1"},
		{"A", 0, "a4 ab2 ba3 ca5 a1"},
		{"A", 5, "a4 ab2 ba3 ca5 a1"},
		{"A", 4, "a4 ab2 ba3 ca5"},
		{"A", 3, "a4 ab2 ba3"},
		{"A", 1, "a4"},
		{"B", 10, "ab2 ba3"},
		{"C", 10, "ba3 ca5"},
		{"C", 1, "ba3"},
		{"D", 10, ""},
		{"", 10, ""},
	} {
		if got := ids(r.Interventions.OfStudent(t.Context(), tt.student, tt.limit)); got != tt.want {
			t.Errorf("OfStudent(%q, %d) = %s, want %s", tt.student, tt.limit, got, tt.want)
		}
	}
	for _, tt := range []struct {
		author string
		since  time.Time
		limit  int
		want   string
	}{
		{"anna", time.Time{}, 0, "x6 a4 ab2 a1"},
		{"anna", time.Time{}, 2, "x6 a4"},
		{"anna", at(2), 0, "x6 a4 ab2"},
		{"anna", at(2).Add(time.Millisecond), 0, "x6 a4"},
		{"anna", at(7), 0, ""},
		{"bo", time.Time{}, 10, "ca5 ba3"},
		{"cia", time.Time{}, 10, ""},
	} {
		if got := ids(r.Interventions.ByAuthor(t.Context(), tt.author, tt.since, tt.limit)); got != tt.want {
			t.Errorf("ByAuthor(%s, %v, %d) = %s, want %s", tt.author, tt.since, tt.limit, got, tt.want)
		}
	}
}

func TestStudentsAndAssignments(t *testing.T) {
	r := open(t)
	for id, where := range map[string][2]string{"8B-1": {"alen", "8B"}, "8B-2": {"alen", "8B"}, "9C-1": {"alen", "9C"}, "8B-3": {"fjell", "8B"}, "stub": {"alen", ""}} {
		if err := r.Students.Add(t.Context(), care.Student{Meta: care.Meta{ID: id}, School: where[0], Group: where[1]}); err != nil {
			t.Fatal(err)
		}
	}
	ids := func(list []care.Student, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, st := range list {
			all = append(all, st.ID)
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	for _, tt := range []struct{ name, got, want string }{
		{"the school", ids(r.Students.InSchool(t.Context(), "alen")), "8B-1 8B-2 9C-1 stub"},
		{"a group", ids(r.Students.InSchool(t.Context(), "alen", "8B")), "8B-1 8B-2"},
		{"two groups", ids(r.Students.InSchool(t.Context(), "alen", "8B", "9C", "7A")), "8B-1 8B-2 9C-1"},
		{"no such group", ids(r.Students.InSchool(t.Context(), "alen", "7A")), ""},
		{"no such school", ids(r.Students.InSchool(t.Context(), "bergen")), ""},
		{"refs", ids(r.Students.WithRefs(t.Context(), []care.Ref{"8B-1", "8B-3", "none"})), "8B-1 8B-3"},
		{"no refs", ids(r.Students.WithRefs(t.Context(), nil)), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}

	for _, a := range []struct {
		staff   string
		student care.Ref
	}{{"anna", "8B-1"}, {"anna", "9C-1"}, {"bo", "8B-1"}} {
		err := r.Assignments.Add(t.Context(), care.Assignment{Meta: care.Meta{ID: a.staff + "/" + string(a.student)}, Staff: a.staff, Student: a.student, Period: care.Period{To: "2020-01-01"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	pairs := func(list []care.Assignment, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, a := range list {
			all = append(all, a.ID)
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	if got, want := pairs(r.Assignments.OfStaff(t.Context(), "anna")), "anna/8B-1 anna/9C-1"; got != want {
		t.Errorf("OfStaff() = %s, want %s", got, want)
	}
	if got, want := pairs(r.Assignments.OfStudent(t.Context(), "8B-1")), "anna/8B-1 bo/8B-1"; got != want {
		t.Errorf("OfStudent() = %s, want %s", got, want)
	}
}

func TestStaff(t *testing.T) {
	r := open(t)
	if found, err := r.Staff.AnyUnlinked(t.Context()); err != nil || found {
		t.Errorf("AnyUnlinked() of none = %v, %v", found, err)
	}
	for _, st := range []care.Staff{
		{Meta: care.Meta{ID: "z-second"}, SlackID: "U2", FactsDue: at(2)},
		{Meta: care.Meta{ID: "first"}, SlackID: "U1", FactsDue: at(1)},
		{Meta: care.Meta{ID: "third"}, FactsDue: at(3)},
		{Meta: care.Meta{ID: "never"}},
	} {
		if err := r.Staff.Add(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]string{"U1": "first", "U2": "z-second", "U3": "", "": ""} {
		st, err := r.Staff.BySlackID(t.Context(), id)
		if st.ID != want || (want == "") != errors.Is(err, care.ErrNotFound) {
			t.Errorf("BySlackID(%q) = %q, %v, want %q", id, st.ID, err, want)
		}
	}
	lease := at(30)
	claim := func(now time.Time) string {
		t.Helper()
		st, err := r.Staff.ClaimFactsDue(t.Context(), now, lease)
		if errors.Is(err, care.ErrNotFound) {
			return "none"
		}
		if err != nil {
			t.Fatal(err)
		}
		if !st.FactsDue.Equal(lease) {
			t.Errorf("%s is due %v after the claim, want the lease", st.ID, st.FactsDue)
		}
		// The claim holds on to its version.
		if err := r.Staff.Replace(t.Context(), st); err != nil {
			t.Errorf("Replace() after the claim = %v", err)
		}
		return st.ID
	}
	for i, step := range []struct {
		now  time.Time
		want string
	}{
		{at(0), "none"}, {at(1), "first"}, {at(1), "none"}, {at(3), "z-second"}, {at(3), "third"}, {at(3), "none"},
		{lease.Add(-time.Millisecond), "none"},
	} {
		if got := claim(step.now); got != step.want {
			t.Errorf("step %d: ClaimFactsDue() = %s, want %s", i, got, step.want)
		}
	}
	lease = at(50)
	if got := claim(at(30)); got == "none" {
		t.Error("ClaimFactsDue() after the lease = none")
	}

	st, err := r.Staff.Get(t.Context(), "third")
	if err != nil {
		t.Fatal(err)
	}
	st.Unlinked = true
	if err := r.Staff.Replace(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	if found, err := r.Staff.AnyUnlinked(t.Context()); err != nil || !found {
		t.Errorf("AnyUnlinked() = %v, %v, want true", found, err)
	}

	for id, substitute := range map[string]string{"first": "never", "third": "never", "z-second": "first", "never": ""} {
		st, err := r.Staff.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		st.Leave = &care.Leave{Period: care.Period{From: "2026-10-05"}, Substitute: substitute}
		if err := r.Staff.Replace(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]string{"never": "first third", "first": "z-second", "third": "", "": ""} {
		list, err := r.Staff.SubstitutedBy(t.Context(), id)
		var ids []string
		for _, st := range list {
			ids = append(ids, st.ID)
		}
		slices.Sort(ids)
		if got := strings.Join(ids, " "); got != want || err != nil {
			t.Errorf("SubstitutedBy(%q) = %q, %v, want %q", id, got, err, want)
		}
	}
}

func TestDeleteBefore(t *testing.T) {
	r := open(t)
	for i := range 3 {
		if err := r.Drafts.Add(t.Context(), care.Draft{Meta: care.Meta{ID: fmt.Sprint(i)}, At: at(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := r.Drafts.DeleteBefore(t.Context(), at(1)); err != nil || n != 1 {
		t.Errorf("DeleteBefore() = %d, %v, want 1", n, err)
	}
	if _, err := r.Drafts.Get(t.Context(), "0"); !errors.Is(err, care.ErrNotFound) {
		t.Errorf("Get() of what is deleted = %v", err)
	}
	if _, err := r.Drafts.Get(t.Context(), "1"); err != nil {
		t.Errorf("Get() of what is not = %v", err)
	}
}

func TestHasSealed(t *testing.T) {
	for name, add := range map[string]func(ctx context.Context, r *store.Records) error{
		"staff": func(ctx context.Context, r *store.Records) error {
			return r.Staff.Add(ctx, care.Staff{Meta: care.Meta{ID: "x"}})
		},
		"students": func(ctx context.Context, r *store.Records) error {
			return r.Students.Add(ctx, care.Student{Meta: care.Meta{ID: "x"}})
		},
		"interventions": func(ctx context.Context, r *store.Records) error {
			return r.Interventions.Add(ctx, care.Intervention{Meta: care.Meta{ID: "x"}})
		},
		"cases": func(ctx context.Context, r *store.Records) error {
			return r.Cases.Add(ctx, care.Case{Meta: care.Meta{ID: "x"}})
		},
		"drafts": func(ctx context.Context, r *store.Records) error {
			return r.Drafts.Add(ctx, care.Draft{Meta: care.Meta{ID: "x"}})
		},
		"meetings": func(ctx context.Context, r *store.Records) error {
			return r.Meetings.Add(ctx, care.Meeting{Meta: care.Meta{ID: "x"}})
		},
		"inbox": func(ctx context.Context, r *store.Records) error {
			return r.Inbox.Add(ctx, care.Incoming{Meta: care.Meta{ID: "x"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t)
			if err := r.Meta.Add(t.Context(), care.Mark{Meta: care.Meta{ID: "keys"}}); err != nil {
				t.Fatal(err)
			}
			if sealed, err := r.HasSealed(t.Context()); err != nil || sealed {
				t.Errorf("HasSealed() of nothing = %v, %v", sealed, err)
			}
			if err := add(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			if sealed, err := r.HasSealed(t.Context()); err != nil || !sealed {
				t.Errorf("HasSealed() = %v, %v, want true", sealed, err)
			}
		})
	}
}
