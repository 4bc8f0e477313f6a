package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// workday gives the schools their work hours.
func (h *house) workday(hours map[string]care.Hours) {
	for id, w := range hours {
		s := h.Schools[id]
		s.Name, s.Work = strings.ToUpper(id), w
		h.Schools[id] = s
	}
}

// settled is a house in which anna, the mentor of 8B, works from 07:30 to 16:30.
func settled(t *testing.T) *house {
	h := newHouse(t)
	h.workday(map[string]care.Hours{"alen": {From: 450, To: 990}, "fjell": {From: 480, To: 930}})
	h.person("anna", "mentor@alen 8B@alen")
	h.person("bo", "mentor@alen 9C@alen")
	return h
}

// save saves someone's settings, which must be right, and returns them in words.
func (h *house) save(name string, f care.SettingsForm, request string) string {
	h.t.Helper()
	set, err := h.SaveSettings(h.t.Context(), h.actor(name), f, request, h.now)
	h.must(err)
	return inWords(set)
}

func inWords(set care.Settings) string {
	text := fmt.Sprintf("%s, %s %02d:%02d", set.Language, set.Slot.Day, set.Slot.At/60, set.Slot.At%60)
	if a := set.Away; a != nil {
		text += fmt.Sprintf(", away %s–%s %s %s", a.From, a.To, a.Substitute, a.SlackID)
	}
	return strings.TrimSpace(text)
}

// leaves are the audit entries of leaves that a record carries: "actor: subjects", by name.
func (h *house) leaves(name string) []string {
	h.t.Helper()
	names := map[string]string{}
	for _, n := range []string{"anna", "bo", "cia", "eva", "ada"} {
		names[h.StaffID(n+"@skola.se")] = n
	}
	var list []string
	for _, e := range h.actor(name).Staff.Out.Audit {
		if e.Action == care.ActionLeave {
			words := []string{names[e.Actor] + ":"}
			for _, s := range e.Subjects {
				words = append(words, names[s])
			}
			list = append(list, strings.Join(words, " "))
		}
	}
	return list
}

func TestSaveSettings(t *testing.T) {
	h := settled(t)
	h.person("cia", "coach@alen")
	steps := []struct {
		name string
		f    care.SettingsForm
		want string
	}{
		{"the language alone", care.SettingsForm{Language: care.Nynorsk}, "nn,  08:00"},
		{"everything", care.SettingsForm{Language: care.Swedish, Slot: &care.SlotForm{Day: "thu", Time: "07:45"}, Leave: &care.LeaveForm{From: "2026-10-12", To: "2026-10-16", Substitute: "UBO"}},
			"sv, thu 07:45, away 2026-10-12–2026-10-16 bo UBO"},
		{"nothing but the language", care.SettingsForm{Language: care.Bokmal}, "nb, thu 07:45, away 2026-10-12–2026-10-16 bo UBO"},
		{"another substitute", care.SettingsForm{Language: care.Bokmal, Leave: &care.LeaveForm{From: "2026-10-12", To: "2026-10-16", Substitute: "UCIA"}},
			"nb, thu 07:45, away 2026-10-12–2026-10-16 cia UCIA"},
		{"the same again", care.SettingsForm{Language: care.Bokmal, Leave: &care.LeaveForm{From: "2026-10-12", To: "2026-10-16", Substitute: "UCIA"}},
			"nb, thu 07:45, away 2026-10-12–2026-10-16 cia UCIA"},
		{"no substitute", care.SettingsForm{Language: care.Bokmal, Leave: &care.LeaveForm{From: "2026-10-12", To: "2026-10-12"}}, "nb, thu 07:45, away 2026-10-12–2026-10-12"},
		{"cleared", care.SettingsForm{Language: care.Bokmal, Slot: &care.SlotForm{}, Leave: &care.LeaveForm{}}, "nb,  08:00"},
		{"a time on any day", care.SettingsForm{Language: care.Bokmal, Slot: &care.SlotForm{Day: care.AnyDay, Time: "16:29"}}, "nb,  16:29"},
		{"a day alone", care.SettingsForm{Language: care.Bokmal, Slot: &care.SlotForm{Day: "fri"}}, "nb, fri 08:00"},
		{"the default said", care.SettingsForm{Language: care.Bokmal, Slot: &care.SlotForm{Day: care.AnyDay, Time: "08:00"}}, "nb,  08:00"},
	}
	for i, tt := range steps {
		before := h.actor("anna").Staff.Version
		if got := h.save("anna", tt.f, fmt.Sprint("r", i)); got != tt.want {
			t.Errorf("%s: SaveSettings() = %q, want %q", tt.name, got, tt.want)
		}
		set, err := h.Settings(t.Context(), h.actor("anna"), h.now)
		h.must(err)
		if set.Language = h.Language(h.actor("anna").Staff, h.now); inWords(set) != tt.want {
			t.Errorf("%s: Settings() = %q, want %q", tt.name, inWords(set), tt.want)
		}
		if got := h.actor("anna").Staff.Version - before; got != 1 {
			t.Errorf("%s: %d writes, want 1", tt.name, got)
		}
	}
	if st := h.actor("anna").Staff; st.Slot != nil || st.Leave != nil {
		t.Errorf("what says the usual is stored: %+v, %+v", st.Slot, st.Leave)
	}
	want := []string{"anna: anna bo", "anna: anna bo cia", "anna: anna cia", "anna: anna"}
	if diff := cmp.Diff(want, h.leaves("anna")); diff != "" {
		t.Errorf("audit entries of leaves (-want +got):\n%s", diff)
	}
}

func TestSettingsMistakes(t *testing.T) {
	tests := []struct {
		name  string
		slot  care.SlotForm
		leave care.LeaveForm
		want  string // "field code", sorted
	}{
		{"a day that is none", care.SlotForm{Day: "sun"}, care.LeaveForm{}, "slot_day field_odd"},
		{"a time that is none", care.SlotForm{Time: "25:00"}, care.LeaveForm{}, "slot_time field_odd"},
		{"before work", care.SlotForm{Time: "07:29"}, care.LeaveForm{}, "slot_time slot_hours"},
		{"after work", care.SlotForm{Time: "16:30"}, care.LeaveForm{}, "slot_time slot_hours"},
		{"the substitute alone", care.SlotForm{}, care.LeaveForm{Substitute: "UBO"}, "away_from stand_in_dates"},
		{"no last day", care.SlotForm{}, care.LeaveForm{From: "2026-10-05"}, "away_to leave_half"},
		{"no first day", care.SlotForm{}, care.LeaveForm{To: "2026-10-05", Substitute: "UBO"}, "away_from leave_half"},
		{"a first day that is none", care.SlotForm{}, care.LeaveForm{From: "2026-10-32", To: "2026-11-05"}, "away_from field_odd"},
		{"a last day that is none", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "x"}, "away_to field_odd"},
		{"backwards", care.SlotForm{}, care.LeaveForm{From: "2026-10-09", To: "2026-10-08"}, "away_to leave_backwards"},
		{"passed", care.SlotForm{}, care.LeaveForm{From: "2026-10-01", To: "2026-10-04"}, "away_to leave_passed"},
		{"until today", care.SlotForm{}, care.LeaveForm{From: "2026-10-01", To: "2026-10-05"}, ""},
		{"for good", care.SlotForm{}, care.LeaveForm{From: "2026-10-01", To: "2029-10-05"}, "away_to leave_far"},
		{"oneself", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UANNA"}, "substitute stand_in_self"},
		{"nobody", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UNOBODY"}, "substitute stand_in_unknown"},
		{"a guest", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UGUN"}, "substitute stand_in_unknown"},
		{"deactivated", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UDEA"}, "substitute stand_in_unknown"},
		{"at another school", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "ULIV"}, "substitute stand_in_school"},
		{"who has left", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UOLD"}, "substitute stand_in_school"},
		{"a teacher", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UTOR"}, "substitute stand_in_role"},
		{"an administrator", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UADA"}, "substitute stand_in_role"},
		{"who begins later", care.SlotForm{}, care.LeaveForm{From: "2026-10-11", To: "2026-10-16", Substitute: "UNEW"}, "substitute stand_in_school"},
		{"who begins that day", care.SlotForm{}, care.LeaveForm{From: "2026-10-12", To: "2026-10-16", Substitute: "UNEW"}, ""},
		{"who is away first", care.SlotForm{}, care.LeaveForm{From: "2026-10-14", To: "2026-10-21", Substitute: "UAWA"}, "substitute stand_in_away 2026-10-14"},
		{"who is away last", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-13", Substitute: "UAWA"}, "substitute stand_in_away 2026-10-14"},
		{"who is away before", care.SlotForm{}, care.LeaveForm{From: "2026-10-15", To: "2026-10-21", Substitute: "UAWA"}, ""},
		{"who is away after", care.SlotForm{}, care.LeaveForm{From: "2026-10-05", To: "2026-10-12", Substitute: "UAWA"}, ""},
		{"two fields", care.SlotForm{Time: "23:00"}, care.LeaveForm{From: "2026-10-09", To: "2026-10-08"}, "away_to leave_backwards; slot_time slot_hours"},
	}
	h := settled(t)
	for name, has := range map[string]string{"gun": "mentor@alen", "dea": "mentor@alen", "liv": "mentor@fjell", "old": "mentor@alen –2026-10-04",
		"tor": "teacher@alen", "ada": "admin@alen", "new": "mentor@alen 2026-10-12–", "awa": "eht@alen"} {
		h.person(name, has)
	}
	h.alter("gun", func(st *care.Staff) { st.Facts.Guest = true })
	h.alter("dea", func(st *care.Staff) { st.Facts.Deactivated = true })
	h.away("awa", "2026-10-13–2026-10-14")
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := h.actor("anna").Staff
			_, err := h.SaveSettings(t.Context(), h.actor("anna"), care.SettingsForm{Language: care.Swedish, Slot: &tt.slot, Leave: &tt.leave}, fmt.Sprint(i), h.now)
			var got []string
			for _, m := range care.Mistakes(err) {
				got = append(got, strings.TrimSpace(fmt.Sprint(m.Field, " ", m.Code, " ", m.Args["Until"])))
			}
			slices.Sort(got)
			if text := strings.ReplaceAll(strings.Join(got, "; "), " <nil>", ""); text != tt.want {
				t.Errorf("SaveSettings() = %q, want %q", text, tt.want)
			}
			if tt.want != "" && h.actor("anna").Staff.Version != before.Version {
				t.Error("something was stored")
			}
		})
	}
	_, err := h.SaveSettings(t.Context(), h.actor("anna"), care.SettingsForm{Language: "de"}, "de", h.now)
	if m := care.Mistakes(err); len(m) != 1 || m[0].Code != care.CodeFieldOdd || m[0].Field != "language" {
		t.Errorf("in German: %v", err)
	}
}

// Of someone with two schools the hours of both are told, and either will do.
func TestSlotWithinTheHoursOfEitherSchool(t *testing.T) {
	h := settled(t)
	h.workday(map[string]care.Hours{"alen": {From: 450, To: 900}, "fjell": {From: 600, To: 990}})
	h.person("both", "mentor@alen eht@alen coach@fjell")
	try := func(at string) error {
		_, err := h.SaveSettings(t.Context(), h.actor("both"), care.SettingsForm{Language: care.Swedish, Slot: &care.SlotForm{Time: at}}, at, h.now)
		return err
	}
	for _, at := range []string{"07:30", "14:59", "15:00", "16:29"} {
		if err := try(at); err != nil {
			t.Errorf("%s: %v", at, err)
		}
	}
	m, _ := errors.AsType[*care.Error](try("16:30"))
	want := []care.SchoolHours{{"ALEN", care.Hours{From: 450, To: 900}}, {"FJELL", care.Hours{From: 600, To: 990}}}
	if diff := cmp.Diff(want, m.Args["Hours"]); diff != "" {
		t.Errorf("the hours told (-want +got):\n%s", diff)
	}
}

// A leave that is over stands in no form any more.
func TestLeaveThatIsOver(t *testing.T) {
	h := settled(t)
	h.away("anna", "2026-09-28–2026-10-04 bo")
	if got := h.save("anna", care.SettingsForm{Language: care.Swedish}, "r"); got != "sv,  08:00" {
		t.Errorf("SaveSettings() = %q", got)
	}
}

func TestSettingsOnceARequest(t *testing.T) {
	h := settled(t)
	f := care.SettingsForm{Language: care.Swedish, Leave: &care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UBO"}}
	first := h.save("anna", f, "r")
	h.away("bo", "2026-10-06–2026-10-07") // with which it would be wrong now
	h.save("anna", care.SettingsForm{Language: care.Nynorsk}, "r2")
	version := h.actor("anna").Staff.Version
	a := h.actor("anna")
	a.Lang = care.Swedish
	set, err := h.SaveSettings(t.Context(), a, f, "r", h.now)
	if err != nil || inWords(set) != first {
		t.Errorf("the request again = %q, %v, want %q", inWords(set), err, first)
	}
	if st := h.actor("anna").Staff; st.Version != version || st.Chosen != care.Nynorsk {
		t.Errorf("the request again has changed something: %+v", st)
	}
	// Between reading and writing someone else sets the leave: the parts that are not in the form stay.
	h.engine.between("Replace staff", func() error {
		h.alter("anna", func(st *care.Staff) { st.Leave = nil })
		return nil
	})
	if got := h.save("anna", care.SettingsForm{Language: care.Bokmal}, "r3"); got != "nb,  08:00" {
		t.Errorf("after someone else's change, SaveSettings() = %q", got)
	}
	if got := h.leaves("anna"); len(got) != 1 {
		t.Errorf("audit entries of leaves: %q, want one", got)
	}
}

func TestSetLeave(t *testing.T) {
	h := settled(t)
	h.person("cia", "coach@alen")
	h.person("eva", "eht@alen")
	h.person("ada", "admin@alen")
	h.person("liv", "mentor@fjell")
	h.person("erik", "eht@fjell admin@fjell")
	h.person("rut", "principal@alen")
	h.person("old", "eht@alen –2026-10-04 mentor@alen")
	try := func(who, whom string, f care.LeaveForm, request string) string {
		t.Helper()
		c, err := h.SetLeave(t.Context(), h.actor(who), "U"+strings.ToUpper(whom), f, request, h.now)
		if code := care.CodeOf(err); code != "" {
			return string(code)
		}
		h.must(err)
		shown, err := h.LeaveOf(t.Context(), h.actor(who), "U"+strings.ToUpper(whom), h.now)
		h.must(err)
		if diff := cmp.Diff(c, shown, cmp.Comparer(func(a, b care.School) bool { return a.ID == b.ID })); diff != "" {
			t.Errorf("LeaveOf(%s) is not what SetLeave() answered:\n%s", whom, diff)
		}
		if c.Away == nil {
			return c.Name + " here"
		}
		return strings.TrimSpace(fmt.Sprintf("%s %s–%s %s", c.Name, c.Away.From, c.Away.To, c.Away.Substitute))
	}
	week := care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "UBO"}
	for i, tt := range []struct {
		name, who, whom string
		f               care.LeaveForm
		want            string
	}{
		{"a mentor", "bo", "anna", week, "may_not_set_away"},
		{"a mentor of themselves", "anna", "anna", week, "may_not_set_away"},
		{"a coach", "cia", "anna", week, "may_not_set_away"},
		{"the principal", "rut", "anna", week, "may_not_set_away"},
		{"of the team until yesterday", "old", "anna", week, "may_not_set_away"},
		{"another school's team", "erik", "anna", week, "no_such_colleague"},
		{"of another school's mentor", "eva", "liv", week, "no_such_colleague"},
		{"of nobody", "eva", "nobody", week, "no_such_colleague"},
		{"the substitute before there are days", "ada", "anna", care.LeaveForm{Substitute: "UBO"}, "stand_in_dates"},
		{"a substitute at another school", "ada", "anna", care.LeaveForm{From: "2026-10-05", To: "2026-10-09", Substitute: "ULIV"}, "stand_in_school"},
		{"days alone", "ada", "anna", care.LeaveForm{From: "2026-10-05", To: "2026-10-09"}, "anna 2026-10-05–2026-10-09"},
		{"then the substitute", "eva", "anna", care.LeaveForm{Substitute: "UBO"}, "anna 2026-10-05–2026-10-09 bo"},
		{"longer", "ada", "anna", care.LeaveForm{From: "2026-10-05", To: "2026-10-16"}, "anna 2026-10-05–2026-10-16 bo"},
		{"someone else", "eva", "anna", care.LeaveForm{Substitute: "UCIA"}, "anna 2026-10-05–2026-10-16 cia"},
		{"ended", "eva", "anna", care.LeaveForm{}, "anna here"},
		{"ended again", "eva", "anna", care.LeaveForm{}, "anna here"},
	} {
		if got := try(tt.who, tt.whom, tt.f, fmt.Sprint("r", i)); got != tt.want {
			t.Errorf("%s: SetLeave() = %q, want %q", tt.name, got, tt.want)
		}
	}
	want := []string{"ada: anna", "eva: anna bo", "ada: anna bo", "eva: anna bo cia", "eva: anna cia"}
	if diff := cmp.Diff(want, h.leaves("anna")); diff != "" {
		t.Errorf("audit entries of leaves (-want +got):\n%s", diff)
	}
	version := h.actor("anna").Staff.Version
	if got := try("ada", "anna", care.LeaveForm{From: "2026-10-05", To: "2026-10-09"}, "r10"); got != "anna here" || h.actor("anna").Staff.Version != version {
		t.Errorf("a request again = %q, and it has changed something: %v", got, h.actor("anna").Staff.Version != version)
	}
	if _, err := h.LeaveOf(t.Context(), h.actor("bo"), "UANNA", h.now); care.CodeOf(err) != care.CodeMayNotSetLeave {
		t.Errorf("LeaveOf() by a mentor = %v", err)
	}
	down := errors.New("the disk is full")
	h.engine.between("Replace staff", func() error { return down })
	if _, err := h.SetLeave(t.Context(), h.actor("eva"), "UANNA", week, "r99", h.now); !errors.Is(err, down) {
		t.Errorf("SetLeave() without a disk = %v", err)
	}
}
