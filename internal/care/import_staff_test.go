package care_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// jobs lists posts and groups as "school:what from–to".
func jobs(st care.Staff) string {
	var all []string
	for _, p := range st.Posts {
		all = append(all, fmt.Sprintf("%s:%s %s–%s", p.School, p.Role, p.From, p.To))
	}
	for _, g := range st.Groups {
		all = append(all, fmt.Sprintf("%s:%s %s–%s", g.School, g.Group, g.From, g.To))
	}
	return strings.Join(all, ", ")
}

func TestImportStaffOverTime(t *testing.T) {
	row := func(school, roles, groups string) care.StaffRow {
		r := care.StaffRow{Email: "karin@alen.se", Name: "Karin", School: school, Groups: strings.Fields(groups)}
		for _, role := range strings.Fields(roles) {
			r.Roles = append(r.Roles, care.Role(role))
		}
		return r
	}
	during := func(r care.StaffRow, from, to care.Date) care.StaffRow { r.From, r.To = from, to; return r }
	left := func(r care.StaffRow) care.StaffRow { r.Left = true; return r }
	silent := func(r care.StaffRow) care.StaffRow { r.Groups = nil; return r }

	type rows = []care.StaffRow
	tests := []struct {
		name string
		days []rows // a file a day from importDay on
		want string
	}{
		{"added", []rows{{row("alen", "mentor", "8B 8C")}}, "alen:mentor –, alen:8B –, alen:8C –"},
		{"with dates", []rows{{during(row("alen", "mentor", "8B"), "2026-08-17", "2027-06-11")}},
			"alen:mentor 2026-08-17–2027-06-11, alen:8B 2026-08-17–2027-06-11"},
		{"dates corrected", []rows{{during(row("alen", "mentor", "8B"), "2026-08-17", "2027-06-11")}, {during(row("alen", "mentor", "8B"), "2026-09-01", "")}},
			"alen:mentor 2026-09-01–, alen:8B 2026-09-01–"},
		{"two schools", []rows{{row("alen", "mentor", "8B"), row("fjell", "teacher", "")}}, "alen:mentor –, fjell:teacher –, alen:8B –"},
		{"the other school's row is missing", []rows{{row("alen", "mentor", "8B"), row("fjell", "teacher", "")}, {row("fjell", "coach", "")}},
			"alen:mentor –, fjell:teacher –2026-10-06, fjell:coach –, alen:8B –"},
		{"a role and a group no longer named", []rows{{row("alen", "mentor eht", "8B 8C")}, {row("alen", "mentor", "8C")}},
			"alen:mentor –, alen:eht –2026-10-06, alen:8B –2026-10-06, alen:8C –"},
		{"no word of groups", []rows{{row("alen", "mentor", "8B")}, {silent(row("alen", "mentor", ""))}}, "alen:mentor –, alen:8B –"},
		{"named again", []rows{{row("alen", "mentor", "8B")}, {row("alen", "mentor", "")}, {row("alen", "mentor", "8B")}},
			"alen:mentor –, alen:8B –2026-10-06, alen:8B 2026-10-07–"},
		{"named again with the old start", []rows{{during(row("alen", "mentor", "8B"), "2026-08-17", "")}, {row("alen", "mentor", "")},
			{during(row("alen", "mentor", "8B"), "2026-08-17", "")}, {during(row("alen", "mentor", "8B"), "2026-08-17", "")}},
			"alen:mentor 2026-08-17–, alen:8B 2026-08-17–2026-10-06, alen:8B 2026-10-07–"},
		{"named again with a later start", []rows{{row("alen", "mentor", "")}, {row("alen", "eht", "")}, {during(row("alen", "mentor", ""), "2027-01-10", "")}},
			"alen:mentor –2026-10-06, alen:eht –2026-10-07, alen:mentor 2027-01-10–"},
		{"dropped before it began", []rows{{during(row("alen", "mentor", "8B"), "2027-01-10", "")}, {row("alen", "mentor", "")}}, "alen:mentor 2027-01-10–"},
		{"the row itself has ended", []rows{{row("alen", "mentor", "8B")}, {during(row("alen", "mentor", "8B"), "", "2026-09-30")}, {during(row("alen", "mentor", "8B"), "", "2026-09-30")}},
			"alen:mentor –2026-09-30, alen:8B –2026-09-30"},
		{"left", []rows{{row("alen", "mentor", "8B"), row("fjell", "teacher", "")}, {left(row("alen", "", ""))}},
			"alen:mentor –2026-10-05, fjell:teacher –, alen:8B –2026-10-05"},
		{"left with a last day", []rows{{row("alen", "mentor", "8B")}, {during(left(row("alen", "mentor", "8B")), "", "2026-09-30")}},
			"alen:mentor –2026-09-30, alen:8B –2026-09-30"},
		{"left and back", []rows{{row("alen", "mentor", "8B")}, {left(row("alen", "", ""))}, {row("alen", "mentor", "8B")}},
			"alen:mentor –2026-10-05, alen:mentor 2026-10-07–, alen:8B –2026-10-05, alen:8B 2026-10-07–"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newImportOffice(t)
			for i, day := range test.days {
				if i > 0 {
					o.later(1)
				}
				if done, err := o.ImportStaff(t.Context(), day, o.now, false); err != nil || len(done.Bad) > 0 {
					t.Fatalf("ImportStaff = %+v, %v", done, err)
				}
			}
			if got := jobs(o.staffOf("karin@alen.se")); got != test.want {
				t.Errorf("posts and groups are\n%s, want\n%s", got, test.want)
			}
		})
	}
}

func TestDroppedByMistakeAndNamedAgainTheSameDay(t *testing.T) {
	o := newImportOffice(t)
	row := care.StaffRow{Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.Mentor}, School: "alen", Groups: []string{"8B"}}
	none := row
	none.Groups = []string{}
	o.staff("+1 ~0 =0 !0", row)
	o.staff("+0 ~1 =0 !0", none)
	if got, want := jobs(o.staffOf("karin@alen.se")), "alen:mentor –, alen:8B –2026-10-05"; got != want {
		t.Errorf("posts and groups are %s, want %s", got, want)
	}
	o.staff("+0 ~1 =0 !0", row)
	if got, want := jobs(o.staffOf("karin@alen.se")), "alen:mentor –, alen:8B –"; got != want {
		t.Errorf("posts and groups are %s, want %s", got, want)
	}
}

func TestImportStaffKeepsWhatIsNotTheRosters(t *testing.T) {
	o := newImportOffice(t)
	row := care.StaffRow{Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.Mentor}, School: "alen", Language: care.Bokmal, SlackID: "U0KARIN"}
	o.staff("+1 ~0 =0 !0", row)
	st := o.staffOf("karin@alen.se")
	if st.SlackID != "U0KARIN" || st.Unlinked || !st.FactsDue.Equal(o.now) || st.Language != care.Bokmal {
		t.Errorf("a new staff member is %+v", st)
	}
	st.Chosen, st.Facts, st.FactsDue = care.Nynorsk, &care.SlackFacts{Team: "T1", CheckedAt: o.now}, o.now.Add(time.Hour)
	if err := o.Staff.Replace(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	row.Name, row.Language, row.SlackID = "Karin Holm", "", ""
	o.staff("+0 ~1 =0 !0", row)
	st = o.staffOf("karin@alen.se")
	if st.Chosen != care.Nynorsk || st.Language != care.Bokmal || st.SlackID != "U0KARIN" || st.Facts == nil || !st.FactsDue.After(o.now) {
		t.Errorf("after a correction of the name the staff member is %+v", st)
	}
	if got := o.open(st.Name, "staff", st.ID, "name"); got != "Karin Holm" {
		t.Errorf("the name is %q", got)
	}
	row.SlackID = "U0KARIN2"
	o.staff("+0 ~1 =0 !0", row)
	if st = o.staffOf("karin@alen.se"); st.SlackID != "U0KARIN2" || st.Facts != nil || !st.FactsDue.Equal(o.now) {
		t.Errorf("after a change of the Slack user the staff member is %+v", st)
	}
}

func TestImportStaffWithoutSlackUser(t *testing.T) {
	o := newImportOffice(t)
	row := care.StaffRow{Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.Mentor}, School: "alen"}
	o.staff("+1 ~0 =0 !0", row)
	first := o.now
	o.later(1)
	o.staff("+0 ~0 =1 !0", row)
	if st := o.staffOf("karin@alen.se"); !st.Unlinked || !st.FactsDue.Equal(first) {
		t.Errorf("a staff member without a Slack user is %+v, want unlinked and due", st)
	}
	row.Left = true
	o.staff("+0 ~1 =0 !0", row)
	if st := o.staffOf("karin@alen.se"); st.Unlinked || !st.FactsDue.IsZero() {
		t.Errorf("one who has left is %+v, want nothing due", st)
	}
	if _, err := o.Staff.ClaimFactsDue(t.Context(), o.now, o.now); err == nil {
		t.Error("facts of one who has left are still asked for")
	}
}

func TestOneSlackUserIsOnePerson(t *testing.T) {
	row := func(email, slackID string) care.StaffRow {
		return care.StaffRow{Email: email + "@alen.se", Name: email, Roles: []care.Role{care.Mentor}, School: "alen", SlackID: slackID}
	}
	left := func(r care.StaffRow) care.StaffRow { r.Left = true; return r }
	other := func(r care.StaffRow) care.StaffRow { r.School = "fjell"; return r }
	tests := []struct {
		name  string
		first []care.StaffRow
		then  []care.StaffRow
		want  string // line and column of what is refused
		users string // Slack users of a, b and c
	}{
		{"two in one file", nil, []care.StaffRow{row("a", "U01"), row("b", "U01")}, "3:slack_id", "U01 - -"},
		{"two for one person", nil, []care.StaffRow{row("a", "U01"), other(row("a", "U02"))}, "3:slack_id", "U01 - -"},
		{"another has it", []care.StaffRow{row("a", "U01")}, []care.StaffRow{row("b", "U01")}, "2:slack_id", "U01 - -"},
		{"the other has left", []care.StaffRow{row("a", "U01")}, []care.StaffRow{left(row("a", "U01")), row("b", "U01")}, "", " U01 -"},
		{"the other had left", []care.StaffRow{left(row("a", "U01"))}, []care.StaffRow{row("b", "U01")}, "", "- U01 -"},
		{"the other has left one of two schools", []care.StaffRow{row("a", "U01"), other(row("a", "U01"))},
			[]care.StaffRow{left(row("a", "")), row("b", "U01")}, "3:slack_id", "U01 - -"},
		{"they change places", []care.StaffRow{row("a", "U01"), row("b", "U02")}, []care.StaffRow{row("a", "U02"), row("b", "U01")}, "", "U02 U01 -"},
		{"the other cannot change", []care.StaffRow{row("a", "U01"), row("c", "U02")}, []care.StaffRow{row("b", "U01"), row("a", "U02")},
			"2:slack_id 3:slack_id", "U01 - U02"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newImportOffice(t)
			if _, err := o.ImportStaff(t.Context(), test.first, o.now, false); err != nil {
				t.Fatal(err)
			}
			for i := range test.then {
				test.then[i].Line = i + 2
			}
			done, err := o.ImportStaff(t.Context(), test.then, o.now, false)
			if err != nil {
				t.Fatal(err)
			}
			var refused, users []string
			for _, bad := range done.Bad {
				refused = append(refused, fmt.Sprintf("%d:%s", bad.Line, bad.Column))
			}
			for _, email := range []string{"a", "b", "c"} {
				st, err := o.Staff.Get(t.Context(), o.StaffID(email+"@alen.se"))
				if err != nil {
					st.SlackID = "-"
				}
				users = append(users, st.SlackID)
			}
			if got := strings.Join(refused, " "); got != test.want {
				t.Errorf("refused %q, want %q: %+v", got, test.want, done.Bad)
			}
			if got := strings.Join(users, " "); got != test.users {
				t.Errorf("Slack users are %q, want %q", got, test.users)
			}
		})
	}
}

func TestImportStaffReportsWhatItCannotUse(t *testing.T) {
	o := newImportOffice(t)
	done := o.staff("+1 ~0 =0 !1",
		care.StaffRow{Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.Mentor}, School: "alen", CalendarURL: "https://cal.example.org/k"},
		care.StaffRow{Email: "karin@alen.se", Name: "Karin", Roles: []care.Role{care.Mentor}, School: "ålen"})
	want := care.BadRow{Line: 3, Column: "school", Reason: "no school has this id; the configuration knows: alen, fjell"}
	if done.Bad[0] != want {
		t.Errorf("fault = %+v, want %+v", done.Bad[0], want)
	}
}
