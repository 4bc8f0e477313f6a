package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// missed has some lessons of a student's days reported: five a day of an hour each, of which so many
// were missed, the last of them without a valid reason.
func (o *office) missed(ref care.Ref, lessons map[care.Date]int) {
	o.t.Helper()
	stu, err := o.care.Students.Get(o.t.Context(), string(ref))
	if err != nil {
		o.t.Fatal(err)
	}
	for day, n := range lessons {
		l := care.Lessons{Scheduled: 300, Total: 5, Absent: n}
		if n > 0 {
			l.Without, l.Invalid, l.Valid = 1, 60, 60*(n-1)
		}
		err := o.care.Absence.Add(o.t.Context(), care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/" + string(day)},
			Student: ref, School: stu.School, Date: day, Lessons: []care.Lessons{l}})
		if err != nil {
			o.t.Fatal(err)
		}
	}
}

// followed is the office with absence and cases, and with people who have other parts in them.
func followed(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.staff(
		care.StaffRow{Email: "rut@alen.se", Name: "Rut Rask", Roles: []care.Role{care.Principal}, School: "alen", SlackID: "URUT"},
		care.StaffRow{Email: "caj@alen.se", Name: "Caj Coach", Roles: []care.Role{care.Coach}, School: "alen", SlackID: "UCAJ"},
		care.StaffRow{Email: "kari@fjord.no", Name: "Kari Nes", Roles: []care.Role{care.Principal}, School: "fjord", SlackID: "UKARI"},
	)
	for ref, lessons := range map[care.Ref]map[care.Date]int{
		"8B-K3F":   {"2026-11-02": 5, "2026-11-03": 5, "2026-11-04": 2, "2026-11-10": 1, "2026-11-16": 0},
		"8B-N4N":   {"2026-11-16": 1},
		"1STA-B2B": {"2026-11-02": 5, "2026-11-03": 5, "2026-11-04": 5, "2026-11-10": 1},
		"1STA-C4D": {"2026-11-16": 2},
		"1STB-C3C": {"2026-11-02": 5, "2026-11-03": 5, "2026-11-04": 5, "2026-11-10": 1, "2026-11-16": 0},
	} {
		o.missed(ref, lessons)
	}
	refs := []care.Ref{"8B-K3F", "8B-N4N", "1STA-B2B", "1STA-C4D", "1STB-C3C"}
	if _, err := o.care.AssessAbsence(t.Context(), refs, o.now); err != nil {
		t.Fatal(err)
	}
	return o
}

// everyAct does every act about a case by its button and by the modal, and takes it back each time.
// other is someone else who may act.
func everyAct(id, undo, other, note string) []string {
	fields := map[care.Act]string{
		care.ActSnooze: "follow_up=2026-11-23", care.ActHandOver: "owner=" + other, care.ActClose: "close_reason=attends",
		care.ActWrong: "days=2026-11-04", care.ActHome: "follow_up=2026-12-01", care.ActKnown: "follow_up=2026-11-20",
	}
	var lines []string
	for _, act := range care.Acts {
		who := ""
		if act == care.ActTake {
			who = other + ": "
		}
		lines = append(lines, who+"!case."+string(act)+" "+id)
		if slices.Contains([]care.Act{care.ActSnooze, care.ActHandOver, care.ActWrong, care.ActClose}, act) {
			lines = append(lines, who+"{"+fields[act]+"}")
		}
		sent := strings.TrimPrefix(fields[act]+" | note="+note, " | ")
		lines = append(lines, who+"["+undo+"]", who+"!case.details "+id, who+"(act="+string(act)+")", who+"{"+sent+"}", who+"["+undo+"]")
	}
	return lines
}

var caseStories = map[string]story{
	"sv": {anna, slices.Concat([]string{
		"/franvaro", "/franvaro lista", "/franvaro hjälp", "/franvaro HJALP", "/franvaro kalle", "/franvaro 9C-P5P",
		"/franvaro kim", "/elev 8B-K3F", "home", "/franvaro alva", "[Alva Berg · 8B-M2X]", "[Öppna ärende]", "!case.open 8B-M2X",
		"UBO: /franvaro", "UBO: /fravaer LISTE", "UBO: /franvaro 8B-K3F", "UBO: !case.talked 8B-K3F/1", "UBO: !case.details 8B-K3F/1",
		"UCAJ: /franvaro", "UCAJ: /franvaro 8B-K3F", "UTOR: /franvaro lista",
		"UEVA: /franvaro", "UEVA: /franvaro lista", "URUT: /franvaro lista", "URUT: /franvaro 8B-K3F"},
		everyAct("8B-K3F/1", "Ångra", eva, "Kom i tid <i dag>"),
		[]string{
			"!case.talked 8B-K3F/1", "!case.talked 8B-K3F/1", "[Ändra]", "{follow_up=2026-12-10 | note=Vill byta grupp}", "[Ändra]", "(act=home)", "{follow_up=2027-05-12}", "{follow_up=}",
			"[Ångra]", "!case.undo 8B-K3F/1#77", "UEVA: !case.edit 8B-K3F/1#1",
			"!case.snooze 8B-K3F/1", "{follow_up=2026-12-24}", "{follow_up=}", "!case.snooze 8B-K3F/1", "{}", "!case.snooze 8B-K3F/1", "{}",
			"!case.handover 8B-K3F/1", "{}", "{owner=UANNA}", "{owner=UTOR}", "{owner=UEVA}", "/franvaro 8B-K3F", "UEVA: /franvaro", "UEVA: [Jag tar ärendet]", "/franvaro", "/franvaro 8B-K3F",
			"!case.not_reached 8B-K3F/1", "!case.not_reached 8B-K3F/1", "!case.not_reached 8B-K3F/1", "/franvaro 8B-K3F", "[Ta upp med EHT]", "UEVA: /franvaro",
			"UEVA: !case.close 8B-K3F/1", "UEVA: {close_reason=no_need | note=Talat med hemmet}", "!case.talked 8B-K3F/1", "!case.details 8B-K3F/1", "/franvaro 8B-K3F", "[Öppna ärende]",
			"!case.take 8B-N4N/1", "!case.wrong 8B-N4N/1", "{}", "/franvaro 8B-N4N", "/franvaro", "216h", "/franvaro", "home", "/elev 8B-N4N",
			"/lotsen språk nn", "/franvaro", "/lotsen språk sv",
		})},
	"nb": {guro, slices.Concat([]string{
		"/fravaer", "/fravaer liste", "/fravaer hjelp", "/fravaer kalle", "/fravaer liv", "[Liv Åsen · 1STA-B2B]", "/elev 1STA-B2B", "home",
		"UKARI: /fravaer", "UKARI: /fravaer liste"},
		everyAct("1STA-B2B/1", "Angre", "UKARI", "Kom presis <i dag>"),
		[]string{
			"!case.talked 1STA-B2B/1", "[Endre]", "{follow_up=2027-05-12}", "{follow_up=2026-12-10 | note=Vil bytte gruppe}", "[Angre]",
			"!case.snooze 1STA-B2B/1", "{}", "!case.snooze 1STA-B2B/1", "{}", "!case.snooze 1STA-B2B/1", "{}", "!case.handover 1STA-B2B/1", "{}", "{owner=UTOR}", "{owner=UKARI}", "UKARI: /fravaer",
			"!case.not_reached 1STA-B2B/1", "!case.not_reached 1STA-B2B/1", "!case.not_reached 1STA-B2B/1", "[Ta opp med elevtjenesten]", "/fravaer 1STA-B2B",
			"!case.close 1STA-B2B/1", "{close_reason=left}", "!case.home 1STA-B2B/1", "/fravaer 1STA-B2B", "[Åpne sak]", "216h", "/fravaer", "home",
		})},
	"nn": {signe, slices.Concat([]string{
		"/fravar", "/fravar liste", "/fravar hjelp", "/fravar kalle", "/fravar jon", "[Jon Li · 1STB-P9Q]", "/fravar 1STB-C3C", "/elev 1STB-C3C", "home"},
		everyAct("1STB-C3C/1", "Angre", guro, "Kom presis <i dag>"),
		[]string{
			"!case.talked 1STB-C3C/1", "[Endre]", "{follow_up=2027-05-12}", "{follow_up=2026-12-10 | note=Vil byte gruppe}", "[Angre]",
			"!case.snooze 1STB-C3C/1", "{}", "!case.snooze 1STB-C3C/1", "{}", "!case.snooze 1STB-C3C/1", "{}", "!case.handover 1STB-C3C/1", "{}", "{owner=UTOR}", "{owner=UGURO}",
			"!case.not_reached 1STB-C3C/1", "!case.not_reached 1STB-C3C/1", "!case.not_reached 1STB-C3C/1", "[Ta opp med elevtenesta]", "/fravar 1STB-C3C",
			"!case.close 1STB-C3C/1", "{close_reason=left}", "!case.home 1STB-C3C/1", "/fravar 1STB-C3C", "[Opne sak]", "216h", "/fravar", "home",
		})},
}

// TestCaseStories compares what people read about absence with testdata/case_<language>.txt.
func TestCaseStories(t *testing.T) {
	for lang, s := range caseStories {
		t.Run(lang, func(t *testing.T) { golden(t, "case_"+lang, tell(followed(t), s)) })
	}
}
