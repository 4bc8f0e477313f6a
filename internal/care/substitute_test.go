package care_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// away stores someone's leave: "2026-10-05–2026-10-09 bo", or without a substitute.
func (h *house) away(name, leave string) {
	h.t.Helper()
	days, substitute, _ := strings.Cut(leave, " ")
	from, to, _ := strings.Cut(days, "–")
	l := &care.Leave{Period: care.Period{From: care.Date(from), To: care.Date(to)}}
	if substitute != "" {
		l.Substitute = h.actor(substitute).Staff.ID
	}
	h.alter(name, func(st *care.Staff) { st.Leave = l })
}

// In these tests it is the 5th of October, bo stands in for anna, and 8B-K3F is a student of 8B.
func TestSubstituteSeesWhom(t *testing.T) {
	const mentor, today = "mentor@alen 8B@alen", "2026-10-05–2026-10-05 bo"
	tests := []struct {
		name, anna, leave, bo, assigned string // assigned is to whom anna is
		want                            string // the notes, as in people
	}{
		{name: "a mentor of another class", anna: mentor, leave: today, bo: "mentor@alen 9C@alen", want: "me"},
		{name: "a mentor without a class", anna: mentor, leave: today, bo: "mentor@alen", want: "me"},
		{name: "a coach", anna: mentor, leave: today, bo: "coach@alen", want: "me"},
		{name: "the team", anna: mentor, leave: today, bo: "eht@alen", want: "me"},
		{name: "the principal", anna: mentor, leave: today, bo: "principal@alen", want: "mel"},
		{name: "a teacher", anna: mentor, leave: today, bo: "teacher@alen"},
		{name: "an administrator", anna: mentor, leave: today, bo: "admin@alen"},
		{name: "a teacher with the class", anna: mentor, leave: today, bo: "teacher@alen 8B@alen"},
		{name: "a mentor at another school", anna: mentor, leave: today, bo: "mentor@fjell teacher@alen"},
		{name: "whose role ended yesterday", anna: mentor, leave: today, bo: "mentor@alen –2026-10-04 teacher@alen"},
		{name: "whose role ends today", anna: mentor, leave: today, bo: "mentor@alen –2026-10-05", want: "me"},
		{name: "whose role begins tomorrow", anna: mentor, leave: today, bo: "mentor@alen 2026-10-06– teacher@alen"},
		{name: "whose role begins today", anna: mentor, leave: today, bo: "mentor@alen 2026-10-05–", want: "me"},

		{name: "from today", anna: mentor, leave: "2026-10-05–2026-10-09 bo", bo: "mentor@alen", want: "me"},
		{name: "until today", anna: mentor, leave: "2026-09-28–2026-10-05 bo", bo: "mentor@alen", want: "me"},
		{name: "from tomorrow", anna: mentor, leave: "2026-10-06–2026-10-09 bo", bo: "mentor@alen"},
		{name: "until yesterday", anna: mentor, leave: "2026-09-28–2026-10-04 bo", bo: "mentor@alen"},
		{name: "no substitute", anna: mentor, leave: "2026-10-05–2026-10-09", bo: "mentor@alen"},
		{name: "someone else stands in", anna: mentor, leave: "2026-10-05–2026-10-09 other", bo: "mentor@alen"},

		{name: "the absent one is mentor no more", anna: "mentor@alen –2026-10-04 teacher@alen 8B@alen", leave: today, bo: "mentor@alen"},
		{name: "the absent one has left", anna: "mentor@alen –2026-10-04 8B@alen –2026-10-04", leave: today, bo: "mentor@alen"},
		{name: "the absent one's class is someone else's", anna: "mentor@alen 8B@alen –2026-10-04", leave: today, bo: "mentor@alen"},
		{name: "the absent one is of the team", anna: "eht@alen", leave: today, bo: "mentor@alen"},
		{name: "the absent one is the principal", anna: "principal@alen mentor@alen 9C@alen", leave: today, bo: "mentor@alen"},
		{name: "the absent one is a teacher", anna: "teacher@alen 8B@alen", leave: today, bo: "mentor@alen"},
		{name: "the absent one mentors a class of that name elsewhere", anna: "mentor@fjell 8B@fjell mentor@alen 9C@alen", leave: today, bo: "mentor@alen"},

		{name: "of a mentor assigned", anna: "mentor@alen 9C@alen", leave: today, bo: "mentor@alen", assigned: "8B-K3F", want: "me"},
		{name: "of a coach assigned", anna: "coach@alen", leave: today, bo: "mentor@alen", assigned: "8B-K3F", want: "-"},
		{name: "of a coach assigned to another", anna: "coach@alen", leave: today, bo: "mentor@alen", assigned: "9C-P5P"},
		{name: "of a teacher assigned", anna: "teacher@alen", leave: today, bo: "mentor@alen", assigned: "8B-K3F"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.student("8B-K3F", "alen", "Alva", "Berg")
			author := h.person("author", "admin@alen")
			h.had("iv_m", author, care.AudienceMentor, "m", "8B-K3F")
			h.had("iv_e", author, care.AudienceEHT, "e", "8B-K3F")
			h.had("iv_l", author, care.AudienceLeadership, "l", "8B-K3F")
			anna := h.person("anna", tt.anna)
			h.person("bo", tt.bo)
			h.person("other", "mentor@alen")
			if tt.assigned != "" {
				h.assign(anna, care.Ref(tt.assigned), care.Period{})
			}
			h.away("anna", tt.leave)
			bo := h.actor("bo")
			h.seesEverywhere(bo, "8B-K3F", "Alva Berg", tt.want)

			h.change("8B-K3F", left)
			want := map[bool]string{true: "e", false: ""}[tt.bo == "eht@alen"]
			if tt.bo == "principal@alen" {
				want = "el"
			}
			h.seesEverywhere(bo, "8B-K3F", "Alva Berg", want)
			h.change("8B-K3F", protected)
			h.seesEverywhere(bo, "8B-K3F", "Alva Berg", "")
		})
	}
}

// seesEverywhere holds all ways to a student to one rule: which notes someone reads, "-" for none,
// and "" for someone who may not see the student.
func (h *house) seesEverywhere(a care.Actor, ref care.Ref, name, want string) {
	h.t.Helper()
	for _, who := range []string{string(ref), name} {
		if got := h.maySee(a, who); got != want {
			h.t.Errorf("Timeline(%s) shows notes %q, want %q", who, got, want)
		}
	}
	found, err := h.SuggestStudents(h.t.Context(), a, string(ref), 10, h.now)
	h.must(err)
	if got := len(found) == 1; got != (want != "") {
		h.t.Errorf("SuggestStudents() = %v, want that it finds them: %v", found, want != "")
	}
	mine := strings.Contains(h.mine(a), string(ref))
	// To the team and the principal, whom they see is not yet whom they work with.
	if sees := strings.Contains(want, "m") || want == "-"; mine != sees {
		h.t.Errorf("my students hold them: %v, want %v", mine, sees)
	}
	mentioned, err := h.Mentioned(h.t.Context(), a, "Om "+string(ref), h.now)
	h.must(err)
	if (len(mentioned) == 1) != (want != "") {
		h.t.Errorf("Mentioned() = %v, want that it has them: %v", mentioned, want != "")
	}
}

func TestSubstitutesInARow(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("9C-P5P", "alen", "Nils", "Öberg")
	h.person("anna", "mentor@alen 8B@alen")
	h.person("bo", "mentor@alen 9C@alen")
	h.person("cia", "mentor@alen 7A@alen")
	h.away("anna", "2026-10-05–2026-10-09 bo")
	h.away("bo", "2026-10-05–2026-10-09 cia")
	cia := h.actor("cia")
	h.seesEverywhere(cia, "9C-P5P", "Nils Öberg", "-")
	h.seesEverywhere(cia, "8B-K3F", "Alva Berg", "")
	if got := h.mine(h.actor("bo")); got != "8B-K3F, 9C-P5P" {
		t.Errorf("the students of whoever stands in and is away are %q", got)
	}
	if got := h.mine(h.actor("anna")); got != "8B-K3F" {
		t.Errorf("the students of the one who is away are %q", got)
	}
}

func TestSubstituteForSeveralAtTwoSchools(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("8A-A2Z", "alen", "Zoe", "Zorn")
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	h.person("anna", "mentor@alen 8B@alen mentor@fjell 1A@fjell")
	h.person("ally", "mentor@alen 8A@alen")
	h.person("bo", "mentor@alen 9C@alen")
	h.person("both", "eht@alen coach@fjell")
	h.away("anna", "2026-10-05–2026-10-09 bo")
	h.away("ally", "2026-10-05–2026-10-09 bo")
	if got := h.mine(h.actor("bo")); got != "8A-A2Z, 8B-K3F" {
		t.Errorf("the students of a substitute at one of the schools are %q", got)
	}
	h.away("anna", "2026-10-05–2026-10-09 both")
	both := h.actor("both")
	if got := h.mine(both); got != "1A-B2B, 8B-K3F" {
		t.Errorf("the students of a substitute at both schools are %q", got)
	}
	h.seesEverywhere(h.actor("bo"), "1A-B2B", "Liv Moen", "")
	delete(h.Schools, "fjell")
	if got := h.mine(both); got != "8B-K3F" {
		t.Errorf("after a school is gone, the students are %q", got)
	}
}

// A leave begins and ends at midnight of the school, which is not that of UTC.
func TestLeaveAtItsEdges(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.person("anna", "mentor@alen 8B@alen")
	bo := h.person("bo", "mentor@alen 9C@alen")
	h.away("anna", "2026-10-05–2026-10-09 bo")
	for _, tt := range []struct {
		name, at, want string
	}{
		{"the second before the first day", "2026-10-04T21:59:59Z", ""},
		{"the first day, in UTC the day before", "2026-10-04T22:00:00Z", "-"},
		{"in between", "2026-10-07T12:00:00Z", "-"},
		{"the last second of the last day", "2026-10-09T21:59:59Z", "-"},
		{"the day after, in UTC the last day", "2026-10-09T22:00:00Z", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			h.now, err = time.Parse(time.RFC3339, tt.at)
			h.must(err)
			h.alter("bo", func(st *care.Staff) { st.Facts.CheckedAt = h.now })
			let, err := h.LetIn(t.Context(), bo.Staff.SlackID, "T1", h.now)
			h.must(err)
			if got := len(let.For) == 1; got != (tt.want != "") {
				t.Errorf("LetIn() = for %d, want that there is one: %v", len(let.For), tt.want != "")
			}
			h.seesEverywhere(let, "8B-K3F", "Alva Berg", tt.want)
			// One who has been let in and stays does not see longer than that.
			let.For = []care.Staff{h.actor("anna").Staff}
			h.seesEverywhere(let, "8B-K3F", "Alva Berg", tt.want)
		})
	}
}

func TestSubstituteLogsAndEdits(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	anna := h.person("anna", "mentor@alen 8B@alen")
	h.person("bo", "mentor@alen 9C@alen")
	hers := h.log(anna, "8B-K3F samtal Hennes", "r1")
	h.away("anna", "2026-10-05–2026-10-09 bo")
	bo := h.actor("bo")
	his := h.log(bo, "alva hem Hans", "r2")
	if got := h.timeline(bo, "8B-K3F"); got != "8B-K3F: Hans, 8B-K3F: Hennes" && got != "8B-K3F: Hennes, 8B-K3F: Hans" {
		t.Errorf("the substitute reads %q", got)
	}
	if _, err := h.Editable(t.Context(), bo, his.ID, h.now); err != nil {
		t.Errorf("the substitute's own entry: Editable() = %v", err)
	}
	if _, err := h.Editable(t.Context(), bo, hers.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("the entry of the one who is away: Editable() = %v, want %s", err, care.CodeNoSuchEntry)
	}
	h.now = h.now.AddDate(0, 0, 5)
	bo = h.actor("bo")
	if _, err := h.Editable(t.Context(), bo, his.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("after the leave: Editable() = %v, want %s", err, care.CodeNoSuchEntry)
	}
	if got := h.own(bo); got != "" {
		t.Errorf("after the leave the substitute's own list is %q", got)
	}
	if got := h.timeline(anna, "8B-K3F"); !strings.Contains(got, "Hans") {
		t.Errorf("the one who was away reads %q", got)
	}
}

// A roster says nothing of slots and leaves, and whoever it lets go neither stands in nor is stood in for.
func TestImportAndLeaves(t *testing.T) {
	row := func(name string, roles ...care.Role) care.StaffRow {
		return care.StaffRow{Email: strings.ToLower(name) + "@skola.se", Name: name, Roles: roles, School: "alen", SlackID: "U" + strings.ToUpper(name)}
	}
	gone := func(r care.StaffRow) care.StaffRow { r.Left = true; return r }
	for _, tt := range []struct {
		name string
		rows []care.StaffRow
		want string
	}{
		{"both stay", []care.StaffRow{row("anna", care.Mentor), row("bo", care.Mentor)}, "-"},
		{"the absent one has left", []care.StaffRow{gone(row("anna")), row("bo", care.Mentor)}, ""},
		{"the substitute has left", []care.StaffRow{row("anna", care.Mentor), gone(row("bo"))}, ""},
		{"the substitute is a teacher now", []care.StaffRow{row("anna", care.Mentor), row("bo", care.Teacher)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.student("8B-K3F", "alen", "Alva", "Berg")
			h.person("anna", "mentor@alen 8B@alen")
			bo := h.person("bo", "mentor@alen 9C@alen")
			h.away("anna", "2026-10-01–2026-10-31 bo")
			h.alter("anna", func(st *care.Staff) { st.Slot = &care.Slot{Day: "thu", At: 9 * 60} })
			done, err := h.ImportStaff(t.Context(), tt.rows, h.now, false)
			if err != nil || len(done.Bad) > 0 {
				t.Fatalf("ImportStaff() = %+v, %v", done, err)
			}
			anna, err := h.Staff.Get(t.Context(), h.StaffID("anna@skola.se"))
			h.must(err)
			if anna.SlotOf() != (care.Slot{Day: "thu", At: 9 * 60}) || anna.Leave == nil || anna.Leave.Substitute != bo.Staff.ID {
				t.Errorf("after the import: slot %+v, leave %+v", anna.Slot, anna.Leave)
			}
			h.now = h.now.AddDate(0, 0, 1) // what a row names no more ends with the day
			st, err := h.Staff.Get(t.Context(), bo.Staff.ID)
			h.must(err)
			standsIn, err := h.StandsInFor(t.Context(), st, h.now)
			h.must(err)
			h.seesEverywhere(care.Actor{Staff: st, For: standsIn}, "8B-K3F", "Alva Berg", tt.want)
			// Also for someone who was let in before.
			h.seesEverywhere(care.Actor{Staff: st, For: []care.Staff{anna}}, "8B-K3F", "Alva Berg", tt.want)
		})
	}
}

func TestSlotOfAndAwayOn(t *testing.T) {
	var st care.Staff
	if got := st.SlotOf(); got != (care.Slot{At: 480}) {
		t.Errorf("SlotOf() of nobody = %+v, want any day at 08:00", got)
	}
	st.Slot = &care.Slot{Day: "mon"}
	if got := st.SlotOf(); got != (care.Slot{Day: "mon"}) {
		t.Errorf("SlotOf() = %+v, want Monday at 00:00", got)
	}
	days := []care.Date{"2026-10-04", "2026-10-05", "2026-10-09", "2026-10-10"}
	if slices.ContainsFunc(days, st.AwayOn) {
		t.Error("AwayOn() of someone without a leave = true")
	}
	st.Leave = &care.Leave{Period: care.Period{From: "2026-10-05", To: "2026-10-09"}}
	if got := slices.DeleteFunc(slices.Clone(days), func(d care.Date) bool { return !st.AwayOn(d) }); !slices.Equal(got, days[1:3]) {
		t.Errorf("AwayOn() is true of %v, want %v", got, days[1:3])
	}
}

func TestStandsInForWhom(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.person("bo", "mentor@alen")
	h.person("other", "mentor@alen")
	for name, has := range map[string]string{"mentor": "mentor@alen 8B@alen", "coach": "coach@alen", "eva": "eht@alen", "rut": "principal@alen",
		"old": "mentor@alen –2026-10-04 teacher@alen", "away": "mentor@fjell", "later": "mentor@alen", "theirs": "mentor@alen 8B@alen"} {
		h.person(name, has)
		h.away(name, map[string]string{"later": "2026-10-06–2026-10-09 bo", "theirs": "2026-10-05–2026-10-09 other"}[name])
		if h.actor(name).Staff.Leave.From == "" {
			h.away(name, "2026-10-05–2026-10-09 bo")
		}
	}
	var names []string
	for _, st := range h.actor("bo").For {
		names = append(names, strings.ToLower(strings.TrimPrefix(st.SlackID, "U")))
	}
	slices.Sort(names)
	if want := []string{"coach", "mentor"}; !slices.Equal(names, want) {
		t.Errorf("StandsInFor() = %q, want %q", names, want)
	}
	bo := h.actor("bo")
	bo.For = []care.Staff{h.actor("theirs").Staff}
	h.seesEverywhere(bo, "8B-K3F", "Alva Berg", "")
}
