package care_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

func TestCalendarAddresses(t *testing.T) {
	long := "https://kalender.example.com/" + strings.Repeat("x", 400)
	tests := []struct {
		name  string
		lines []string
		want  string // addresses, or the mistake
	}{
		{"none", nil, ""},
		{"blank lines", []string{"", "  ", "\r"}, ""},
		{"https", []string{" https://Kalender.Example.com/Anna.ics\r"}, "https://kalender.example.com/Anna.ics"},
		{"webcal", []string{"webcal://kalender.example.com/anna.ics?key=1"}, "https://kalender.example.com/anna.ics?key=1"},
		{"capitals", []string{"HTTPS://kalender.example.com/anna.ics"}, "https://kalender.example.com/anna.ics"},
		{"several", []string{"https://a.example/1", "", "https://a.example/2"}, "https://a.example/1 https://a.example/2"},
		{"an allowed host", []string{"http://Schema.alen.example:8080/anna.ics"}, "http://schema.alen.example:8080/anna.ics"},
		{"without TLS", []string{"http://kalender.example.com/anna.ics"}, "calendar_address calendar_url 1"},
		{"a file", []string{"https://a.example/1", "file:///etc/passwd"}, "calendar_address calendar_url 2"},
		{"a word", []string{"outlook"}, "calendar_address calendar_url 1"},
		{"no host", []string{"https:///anna.ics"}, "calendar_address calendar_url 1"},
		{"a password", []string{"https://anna:hemligt@a.example/"}, "calendar_address calendar_url 1"},
		{"not to be read", []string{"https://a.example/%zz"}, "calendar_address calendar_url 1"},
		{"too long", []string{"", long}, "calendar_long calendar_url 1"},
		{"just short enough", []string{long[:400]}, long[:400]},
		{"twice", []string{"https://a.example/1", "webcal://A.example/1"}, "calendar_twice calendar_url 2"},
		{"five", []string{"https://a.example/1", "https://a.example/2", "https://a.example/3", "https://a.example/4", "https://a.example/5"},
			"https://a.example/1 https://a.example/2 https://a.example/3 https://a.example/4 https://a.example/5"},
		{"six", []string{"https://a.example/1", "https://a.example/2", "https://a.example/3", "https://a.example/4", "https://a.example/5", "https://a.example/6"},
			"calendar_many calendar_url 6"},
	}
	h := dated(t)
	h.CalendarHosts = []string{"schema.alen.example"}
	for i, tt := range tests {
		set, err := h.SaveSettings(t.Context(), h.actor("anna"), care.SettingsForm{Calendars: &tt.lines}, fmt.Sprint("r", i), h.now)
		var words []string
		for _, c := range set.Calendars {
			words = append(words, c.Address)
		}
		for _, m := range care.Mistakes(err) {
			words = append(words, string(m.Code), m.Field, fmt.Sprint(m.Args["Line"]))
		}
		if got := strings.Join(words, " "); got != tt.want {
			t.Errorf("%s: SaveSettings(%q) = %s, want %s", tt.name, tt.lines, got, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "example") {
			t.Errorf("%s: the error tells an address: %v", tt.name, err)
		}
	}
	if set, err := h.Settings(t.Context(), h.actor("anna"), h.now); err != nil || len(set.Calendars) != 5 {
		t.Errorf("Settings() after a mistake = %+v, %v, want the five of before", set.Calendars, err)
	}
}

func TestRosterCalendar(t *testing.T) {
	h := dated(t)
	steps := []struct {
		name   string
		saves  []string // in the settings, before
		roster string
		want   string
		counts string
	}{
		{"a file that says nothing", nil, "", "", "~0 =1"},
		{"the first", nil, "webcal://Schema.example/anna", "https://schema.example/anna", "~1 =0"},
		{"the same again", nil, "https://schema.example/anna", "https://schema.example/anna", "~0 =1"},
		{"nothing any more", nil, "", "https://schema.example/anna", "~0 =1"},
		{"beside her own", []string{"https://own.example/1", "https://schema.example/anna"}, "https://schema.example/anna", "https://own.example/1 https://schema.example/anna", "~0 =1"},
		{"another one", nil, "https://schema.example/anna2", "https://own.example/1 https://schema.example/anna2", "~1 =0"},
		{"which she takes away", []string{"https://own.example/1"}, "https://schema.example/anna2", "https://own.example/1", "~0 =1"},
		{"and a third", nil, "https://schema.example/anna3", "https://own.example/1 https://schema.example/anna3", "~1 =0"},
		{"her own", nil, "https://own.example/1", "https://own.example/1", "~1 =0"},
	}
	for _, tt := range steps {
		if tt.saves != nil {
			h.saves("anna", tt.saves...)
		}
		h.now = h.now.Add(time.Minute)
		row := care.StaffRow{Line: 2, Email: "anna@skola.se", Name: "anna", Roles: []care.Role{care.Mentor}, School: "alen", SlackID: "UANNA", CalendarURL: tt.roster}
		done, err := h.ImportStaff(t.Context(), []care.StaffRow{row}, h.now, false)
		h.must(err)
		if got := fmt.Sprintf("~%d =%d", done.Changed, done.Unchanged); got != tt.counts || len(done.Bad)+len(done.Notes) > 0 {
			t.Errorf("%s: ImportStaff() = %+v, want %s", tt.name, done, tt.counts)
		}
		_, err = h.MoveOut(t.Context(), h.now)
		h.must(err)
		set, err := h.Settings(t.Context(), h.actor("anna"), h.now)
		h.must(err)
		var list []string
		for _, c := range set.Calendars {
			list = append(list, c.Address)
		}
		if got := strings.Join(list, " "); got != tt.want {
			t.Errorf("%s: the calendars are %s, want %s", tt.name, got, tt.want)
		}
		if tt.want != "" && len(h.kept("anna").Feeds) != len(list) {
			t.Errorf("%s: kept is %+v", tt.name, h.kept("anna"))
		}
	}
	row := care.StaffRow{Line: 7, Email: "bo@skola.se", Name: "bo", Roles: []care.Role{care.Mentor}, School: "alen", CalendarURL: "http://hemligt.example/bo"}
	done, err := h.ImportStaff(t.Context(), []care.StaffRow{row}, h.now, false)
	h.must(err)
	want := []care.BadRow{{Line: 7, Column: "calendar_url", Reason: "is no address of a calendar; it begins with https:// or webcal:// and is at most 400 characters long"}}
	if diff := cmp.Diff(want, done.Bad); diff != "" || done.Added != 0 {
		t.Errorf("ImportStaff() = %+v (-want +got):\n%s", done, diff)
	}
}

// Each school's roster names a calendar of its own, in one file or in two, and takes away no other school's.
func TestRosterCalendarsOfTwoSchools(t *testing.T) {
	h := dated(t)
	row := func(school, address string) care.StaffRow {
		return care.StaffRow{Email: "anna@skola.se", Name: "anna", Roles: []care.Role{care.Mentor}, School: school, SlackID: "UANNA", CalendarURL: address}
	}
	left := row("fjell", "")
	left.Left = true
	const alen, fjell = "https://schema.example/alen", "https://schema.example/fjell"
	for _, tt := range []struct {
		name    string
		rows    []care.StaffRow
		changed int
		want    string
	}{
		{"both in one file", []care.StaffRow{row("alen", alen), row("fjell", fjell)}, 1, alen + " " + fjell},
		{"the first school's file", []care.StaffRow{row("alen", alen)}, 0, alen + " " + fjell},
		{"the second school's file", []care.StaffRow{row("fjell", fjell)}, 0, alen + " " + fjell},
		{"another one at the second", []care.StaffRow{row("fjell", fjell+"2")}, 1, alen + " " + fjell + "2"},
		{"the same at both", []care.StaffRow{row("fjell", alen)}, 1, alen},
		{"another one at the first", []care.StaffRow{row("alen", alen+"2")}, 1, alen + " " + alen + "2"},
		{"she leaves the second", []care.StaffRow{left}, 1, alen + "2"},
	} {
		h.now = h.now.Add(time.Minute)
		done, err := h.ImportStaff(t.Context(), tt.rows, h.now, false)
		h.must(err)
		set, err := h.Settings(t.Context(), h.actor("anna"), h.now)
		h.must(err)
		var list []string
		for _, c := range set.Calendars {
			list = append(list, c.Address)
		}
		if got := strings.Join(list, " "); got != tt.want || done.Changed != tt.changed {
			t.Errorf("%s: the calendars are %s, %d changed, want %s, %d", tt.name, got, done.Changed, tt.want, tt.changed)
		}
	}
}

// An address is nowhere in the store but sealed.
func TestCalendarAddressesAreSealed(t *testing.T) {
	h := dated(t, "https://hemligt.example/anna")
	row := care.StaffRow{Line: 2, Email: "anna@skola.se", Name: "anna", Roles: []care.Role{care.Mentor}, School: "alen", SlackID: "UANNA", CalendarURL: "https://hemligt.example/roster"}
	_, err := h.ImportStaff(t.Context(), []care.StaffRow{row}, h.now, false)
	h.must(err)
	h.calendarsSay(h.next(), care.CalendarAnswer{Trouble: care.CalendarRefused})
	for _, collection := range []string{"staff", "busy"} {
		raw, err := h.records.Engine.Get(t.Context(), collection, h.actor("anna").Staff.ID)
		h.must(err)
		if strings.Contains(string(raw), "hemligt") || strings.Contains(string(raw), "example") {
			t.Errorf("%s holds an address in the clear", collection)
		}
	}
}
