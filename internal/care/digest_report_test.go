package care_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// TestReportAfterSummer has the first report of a school year tell of June.
func TestReportAfterSummer(t *testing.T) {
	h := withRooms(t)
	h.school(func(sc *care.School) { sc.Years = append(sc.Years, care.Period{From: "2027-08-16", To: "2028-06-09"}) })
	h.on("2027-06-07")
	h.opened("eva", "8B-K3F")
	got := strings.Join(h.news("2027-08-16", 8, 0), "\n")
	if want := "GREKTOR: 2027-06: opened 1,"; !strings.Contains(got, want) {
		t.Errorf("on the first day of a school year the letters are\n%s, want %q", got, want)
	}
}

// TestReports has the team's and the principal's counts worked out by hand.
func TestReports(t *testing.T) {
	h := withRooms(t)
	h.on("2026-09-28") // Monday
	a, b, c := h.opened("eva", "8B-K3F"), h.opened("eva", "8B-M2X"), h.opened("eva", "9C-P5P")
	h.does(a, "2026-09-30 anna talked")                                  // two school days after
	h.does(b, "2026-09-30 anna snooze 2026-10-05; 2026-10-02 anna home") // no act, and one four school days after
	h.does(b, "2026-10-06 anna close no_need")                           // and ended in October
	h.does(c, "2026-10-01 bo needs_eht; 2026-10-12 eva close elsewhere") // three school days after
	h.on("2026-10-20")
	a = h.opened("anna", "8B-M2X") // a second one, of which nobody has done anything
	h.does(a, "2026-10-20 anna snooze 2026-10-22")
	h.change("9C-P5P", func(*care.Student) {})
	var got []string
	for _, day := range []care.Date{"2026-10-01", "2026-10-05", "2026-11-02"} {
		for _, l := range h.news(day, 8, 0) {
			if strings.HasPrefix(l, "G") && strings.Contains(l, "steps") {
				got = append(got, string(day)+" "+l)
			}
		}
	}
	want := []string{
		// All that is told in these stories happened before the letters are sent: how it is now is as of 20 October.
		"2026-10-01 GREKTOR: 2026-09: opened 3, rose 0, closed [], first act 3 of 3; steps [{1 2}], overdue 0, queue [], unowned 0, most 0, newest ",
		"2026-10-05 GEHT: steps [{1 2}], overdue 0, queue [], unowned 0, most 2, newest ",
		"2026-11-02 GEHT: steps [{1 2}], overdue 1, queue [], unowned 0, most 2, newest ",
		"2026-11-02 GREKTOR: 2026-10: opened 1, rose 0, closed [{no_need 1} {elsewhere 1}], first act 0 of 0; steps [{1 2}], overdue 1, queue [], unowned 0, most 0, newest ",
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the rooms read (-want +got):\n%s", diff)
	}

	h.change("8B-M2X", protected)
	for _, l := range h.news("2026-11-09", 8, 0) {
		if strings.HasPrefix(l, "GEHT: steps") && !strings.HasPrefix(l, "GEHT: steps [{1 1}]") {
			t.Errorf("with a protected student the team reads %s", l)
		}
	}
}

// TestReportOfWhatWaitsForTheTeam has what the team was asked for in its list, by its day.
func TestReportOfWhatWaitsForTheTeam(t *testing.T) {
	h := withRooms(t)
	h.on("2026-10-08")
	h.does(h.opened("eva", "9C-P5P"), "bo needs_eht")
	h.does(h.opened("eva", "8B-K3F"), "anna needs_eht")
	h.change("8B-K3F", func(stu *care.Student) {})
	want := "GEHT: steps [{1 2}], overdue 0, queue [{8B-K3F 2026-10-13} {9C-P5P 2026-10-13}], unowned 0, most 1, newest "
	if got := h.news("2026-10-12", 8, 0); !slices.Contains(got, want) {
		t.Errorf("the letters are\n  %s, want\n  %s", strings.Join(got, "\n  "), want)
	}
}
