package store_test

import (
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// TestMeetingsFound finds meetings by their school and by a student, also after whom they are about has changed.
func TestMeetingsFound(t *testing.T) {
	r := open(t)
	add := func(id, school string, minute int, refs ...care.Ref) care.Meeting {
		t.Helper()
		m := care.Meeting{Meta: care.Meta{ID: id}, School: school, Start: at(minute), End: at(minute + 30)}
		for _, ref := range refs {
			m.Items = append(m.Items, care.MeetingItem{Student: ref})
		}
		if err := r.Meetings.Add(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		m.Version = 1
		return m
	}
	add("late", "alen", 50, "8B-K3F")
	both := add("both", "alen", 10, "8B-K3F", "8B-M2X")
	add("far", "alen", 500, "8B-K3F")
	add("other", "fjell", 20, "10A-R4R")
	add("none", "alen", 0)
	within := care.Interval{Start: at(0), End: at(500)}
	found := func(list []care.Meeting, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		return strings.Join(ids, " ")
	}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s are %q, want %q", what, got, want)
		}
	}
	want("the school's", found(r.Meetings.OfSchool(t.Context(), "alen", within)), "none both late")
	want("the student's", found(r.Meetings.OfStudent(t.Context(), "8B-K3F", within)), "both late")
	want("the other's", found(r.Meetings.OfStudent(t.Context(), "8B-M2X", within)), "both")
	both.Items = []care.MeetingItem{{Student: "8B-M2X"}, {Student: "9C-P5P"}}
	both.Start = at(60)
	if err := r.Meetings.Replace(t.Context(), both); err != nil {
		t.Fatal(err)
	}
	want("the student's then", found(r.Meetings.OfStudent(t.Context(), "8B-K3F", within)), "late")
	want("the new one's", found(r.Meetings.OfStudent(t.Context(), "9C-P5P", within)), "both")
	want("the school's then", found(r.Meetings.OfSchool(t.Context(), "alen", within)), "none late both")
	want("of nobody", found(r.Meetings.OfStudent(t.Context(), "8B-X9X", within)), "")

	link, err := r.Engine.Get(t.Context(), "meeting_links", "both/9C-P5P")
	if err != nil {
		t.Fatal(err)
	}
	if ref := link.Lookup("student").StringValue(); ref != "9C-P5P" || link.Lookup("meeting").StringValue() != "both" {
		t.Errorf("the link is %v", link)
	}
}

// TestBookedDays finds what some people's days are promised to.
func TestBookedDays(t *testing.T) {
	r := open(t)
	for _, b := range []care.BookedDay{{Staff: "st_1", Day: "2026-10-05"}, {Staff: "st_1", Day: "2026-10-07"}, {Staff: "st_2", Day: "2026-10-06"},
		{Staff: "st_2", Day: "2026-10-08"}, {Staff: "st_3", Day: "2026-10-06"}} {
		b.ID = b.Staff + "/" + string(b.Day)
		b.Holds = []care.Booked{{Interval: care.Interval{Start: at(0), End: at(30)}, Meeting: "mt", At: time.Time{}}}
		if err := r.Booked.Add(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	list, err := r.Booked.Of(t.Context(), []string{"st_1", "st_2"}, care.Period{From: "2026-10-05", To: "2026-10-07"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, b := range list {
		got[b.ID] = len(b.Holds) == 1
	}
	if len(list) != 3 || !got["st_1/2026-10-05"] || !got["st_1/2026-10-07"] || !got["st_2/2026-10-06"] {
		t.Errorf("Of() = %v", got)
	}
}
