package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// TestDigests compares what Lotsen writes of its own accord each week and month, and when something does not work, with
// testdata/digests_<language>.txt.
func TestDigests(t *testing.T) {
	o := newOffice(t)
	for lang, school := range map[care.Lang]care.School{care.Swedish: o.care.Schools["alen"], care.Bokmal: o.care.Schools["fjord"], care.Nynorsk: o.care.Schools["fjord"]} {
		t.Run(string(lang), func(t *testing.T) {
			var b strings.Builder
			add := func(name string, text string, blocks []slack.Block) {
				o.blocksFit(blocks)
				fmt.Fprintf(&b, "» %s: %s\n%s\n\n", name, text, shown(handlers.Reply{Blocks: blocks}))
			}
			week := func(name string, w care.WeekOf) {
				w.School = school
				text, blocks := o.Reminder(care.Reminder{Week: &w}, lang, o.now)
				add(name, text, blocks)
			}
			week("more absence", care.WeekOf{Newest: "2026-11-13", Students: 24, Percent: 8.25, Before: 5, Most: []care.Ref{"8B-K3F", "8B-M2X"},
				Waiting: []care.Waiting{{Ref: "8B-N4N", Next: "2026-11-20"}, {Ref: "8B-B2B", Next: "2026-12-01"}}})
			week("less", care.WeekOf{Newest: "2026-11-13", Students: 24, Percent: 5, Before: 8.25, Most: []care.Ref{"8B-K3F"}})
			week("the same", care.WeekOf{Newest: "2026-11-13", Students: 24, Percent: 5.5, Before: 5})
			week("nothing before", care.WeekOf{Newest: "2026-11-13", Students: 24, Percent: 5.5, Before: -1})
			week("no percentage", care.WeekOf{Newest: "2026-11-13", Students: 24, Percent: -1, Before: -1, Most: []care.Ref{"8B-K3F"}})
			many := care.WeekOf{Percent: -1, Before: -1}
			for range 12 {
				many.Waiting = append(many.Waiting, care.Waiting{Ref: "8B-N4N", Next: "2026-11-20"})
			}
			week("no figures, many wait", many)

			report := func(name string, r care.Report) {
				r.School = school
				text, blocks := o.Report(r, lang, o.now)
				add(name, text, blocks)
			}
			report("to the team", care.Report{Room: care.RoomTeam, Newest: "2026-11-13", Steps: []care.StepCount{{Step: 1, N: 7}, {Step: 2, N: 2}}, Overdue: 3,
				Queue: []care.Waiting{{Ref: "8B-K3F", Next: "2026-11-19"}}, Unowned: 2, Most: 4})
			report("to the team, little", care.Report{Room: care.RoomTeam, Steps: []care.StepCount{{Step: 1, N: 1}}, Most: 1})
			report("to the principal", care.Report{Room: care.RoomPrincipal, Month: "2026-10-01", Newest: "2026-11-13", Steps: []care.StepCount{{Step: 1, N: 7}},
				Events: care.CaseEvents{Opened: 9, Rose: 1, Closed: []care.ReasonCount{{Why: care.EndWhy(care.CloseBack), N: 3}, {Why: care.EndKnown, N: 2}, {Why: care.EndRetracted, N: 1}}, Acted: 8, FirstAct: 2.5}})
			report("to the principal, nothing befell", care.Report{Room: care.RoomPrincipal, Month: "2026-10-01", Newest: "2026-11-13", Steps: []care.StepCount{{Step: 1, N: 1}}})

			from := time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC)
			for _, w := range []care.Watch{
				{What: care.WatchLate, From: from, Late: 1}, {What: care.WatchLate, From: from, Late: 12},
				{What: care.WatchStopped, From: from, To: from.Add(20 * time.Hour)}, {What: care.WatchStopped, From: from, To: from.Add(20 * time.Hour), Late: 1},
				{What: care.WatchStopped, From: from, To: from.Add(20 * time.Hour), Late: 30},
				{What: care.WatchFigures, Day: "2026-11-12", Days: 2}, {What: care.WatchYearEnd, Day: "2027-06-11", Days: 30}, {What: care.WatchYearEnd, Day: "2027-06-11", Days: 1},
			} {
				w.School = school
				text, blocks := o.Watch(w, lang, o.now)
				add(string(w.What), text, blocks)
			}
			for _, why := range []care.ChannelWhy{care.ChannelMissing, care.ChannelArchived, care.ChannelNotMember, care.ChannelPublic, care.ChannelShared, care.ChannelStrangers} {
				text, blocks := o.Watch(care.Watch{What: care.WatchChannel, School: school,
					Channel: &care.ChannelFault{Room: care.RoomTeam, Channel: "C0EHT", Why: why, Strangers: []string{"UTOR", "UBO"}}}, lang, o.now)
				add("channel "+string(why), text, blocks)
			}
			golden(t, "digests_"+string(lang), b.String())
		})
	}
}

// reported has 20 students at each school, of whom some were absent since the end of August, and cases of some of them.
func (o *office) reported() {
	o.t.Helper()
	o.staff(
		care.StaffRow{Email: "rut@alen.se", Name: "Rut Rask", Roles: []care.Role{care.Principal}, School: "alen", SlackID: "URUT"},
		care.StaffRow{Email: "ragna@fjord.no", Name: "Ragna Rud", Roles: []care.Role{care.Principal}, School: "fjord", SlackID: "URAGNA", Language: care.Nynorsk},
		care.StaffRow{Email: "ada@alen.se", Name: "Ada Ask", Roles: []care.Role{care.Admin}, School: "alen", SlackID: "UADA"},
		care.StaffRow{Email: "ada@alen.se", Name: "Ada Ask", Roles: []care.Role{care.EHT}, School: "fjord", SlackID: "UADA"},
	)
	for id, group := range map[string]string{"alen": "7A", "fjord": "1STD"} {
		var refs []care.Ref
		for i := range 20 {
			ref := care.Ref(fmt.Sprintf("%s-%c2B", group, "23456789BCDFGHJKLMNPQR"[i]))
			refs = append(refs, ref)
			o.students(care.StudentRow{Given: "Kim", Family: "Kvist", Group: group, School: id, Ref: ref})
		}
		team := map[string]string{"alen": eva, "fjord": guro}[id]
		for i, ref := range refs[:9] {
			v, err := o.care.OpenCase(o.t.Context(), o.request(team).Actor, ref, fmt.Sprint("open ", id, i), o.now)
			if err != nil {
				o.t.Fatal(err)
			}
			if i < 6 {
				reason := care.CloseBack
				if i == 5 {
					reason = care.CloseOther
				}
				if _, err := o.care.ActOnCase(o.t.Context(), o.request(team).Actor, v.ID, care.CaseForm{Act: care.ActClose, Reason: reason}, fmt.Sprint("close ", id, i), o.now); err != nil {
					o.t.Fatal(err)
				}
			}
		}
		school := o.care.Schools[id]
		for day := care.Date("2026-10-19"); day <= "2026-11-16"; day = day.AddDays(1) {
			if !school.IsSchoolDay(day) || day > "2026-10-25" && day < "2026-11-01" {
				continue
			}
			for i, ref := range refs {
				l := care.Lessons{Scheduled: 300}
				if day[len(day)-1] == '6' && i < 6 || i == 0 {
					l.Valid = 150
				}
				err := o.care.Absence.Add(o.t.Context(), care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/" + string(day)}, Student: ref, School: id, Date: day, Lessons: []care.Lessons{l}})
				if err != nil {
					o.t.Fatal(err)
				}
			}
		}
	}
}

// TestRapport compares the answers to /rapport with testdata/rapport_<language>.txt, with what the picture shows.
func TestRapport(t *testing.T) {
	for lang, s := range map[string]story{
		"sv": {"URUT", []string{"/rapport", "[Vecka]", "/rapport TERMIN", "/rapport läsår", "/rapport hjälp", "/rapport ålenskolan vecka", "/rapport Fjord",
			"UEVA: /rapport", "UADA: /rapport", "UADA: /rapport ålen termin", "UADA: /rapport hjälp", "UANNA: /rapport", "UANNA: /rapport hjälp", "UTOR: /rapport", "!report.show month/fjord", "!report.show month/nowhere"}},
		"nb": {guro, []string{"/rapport", "[Uke]", "/rapport halvår", "/rapport skoleår", "/rapport hjelp", "/rapport Ålenskolan"}},
		"nn": {"URAGNA", []string{"/rapport", "[Veke]", "/rapport halvår", "/rapport skuleår", "/rapport hjelp", "/rapport Ålenskolan", "USIGNE: /rapport"}},
	} {
		t.Run(lang, func(t *testing.T) {
			o := newOffice(t)
			o.reported()
			var b strings.Builder
			var asked handlers.Reply
			for _, line := range s.lines {
				who, typed := s.who, line
				if other, rest, ok := strings.Cut(line, ": "); ok {
					who, typed = other, rest
				}
				answer := o.does(who, asked, typed)
				if len(buttons(answer)) > 0 {
					asked = answer
				}
				fmt.Fprintf(&b, "» %s\n%s\n", line, shown(answer))
				if p := answer.Picture; p != nil {
					fmt.Fprintf(&b, "(%s)\n", p.Alt)
				}
				b.WriteString("\n")
			}
			golden(t, "rapport_"+lang, b.String())
		})
	}
}
