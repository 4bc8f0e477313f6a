package care

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// schoolInSweden and schoolInNorway are schools whose days off are worked out by hand in what is wanted below.
func schoolInSweden(t testing.TB) School {
	return School{ID: "s", Country: Sweden, Zone: zoneOf(t, "Europe/Stockholm"),
		Years: []Period{{"2026-08-17", "2027-06-30"}, {"2027-08-16", "2028-06-14"}},
		Breaks: []Break{{"Höstlov", Period{"2026-10-26", "2026-10-30"}}, {"Jullov", Period{"2026-12-21", "2027-01-08"}},
			{"Sportlov", Period{"2027-02-22", "2027-02-26"}}}}
}

func schoolInNorway(t testing.TB) School {
	return School{ID: "s", Country: Norway, Zone: zoneOf(t, "Europe/Oslo"), Work: Hours{From: 8 * 60, To: 15 * 60},
		Years: []Period{{"2026-08-17", "2027-06-18"}}}
}

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// told makes a case of what has befallen it and what was done about it, such as "opened 2026-10-05 06:45; snooze 2026-10-06 10:00
// 2026-10-09", by its owner anna unless "by bo" says otherwise. The instant of the latest is returned, too.
func told(t testing.TB, sc School, step Step, owner, story string) (c Case, now time.Time) {
	t.Helper()
	c = Case{School: sc.ID, Owner: owner}
	for line := range strings.SplitSeq(story, "; ") {
		words := strings.Fields(line)
		var hour, minute int
		if _, err := fmt.Sscanf(words[2], "%d:%d", &hour, &minute); err != nil {
			t.Fatal(err)
		}
		day := Date(words[1])
		now = day.At(hour, minute, sc.Zone)
		a := acting{school: sc, step: step, today: day, at: now, by: "anna", to: "eva", now: now, days: []AbsenceDay{{Date: day, Lessons: []Lessons{{Total: 1, Absent: 1}}}}}
		f := CaseForm{Act: Act(words[0]), Reason: CloseBack}
		for _, w := range words[3:] {
			switch _, err := fmt.Sscanf(w, "%d:%d", &hour, &minute); {
			case err == nil:
				f.At = Clock(hour*60 + minute)
			case strings.HasPrefix(w, "20"):
				f.FollowUp = Date(w)
			default:
				a.by = w
			}
		}
		switch what := CaseWhat(words[0]); what {
		case CaseOpened, CaseRose, CaseLowered:
			v := Ladder{Steps: []Step{step}}.enter(Standing{School: sc, Today: day}, MoveOpen, step.N, nil)
			c.enter(step.N, nil, sc.ahead(day, 0), v.Due)
			c.befell(what, now)
		case CaseCameBack:
			c.Handed, c.Next = nil, day
			c.befell(what, now)
		case CaseOrphaned:
			c.Owner = "bo"
			c.befell(what, now)
		case "undone":
			c.takeBack(len(c.Entries)-1, now)
		default:
			if err := a.do(&c, f); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
	}
	return c, now
}

// asked writes prompts: "first Mon 2026-10-05 08:00, team …".
func asked(list []Prompt, zone *time.Location) string {
	var words []string
	for _, p := range list {
		word := string(p.Kind)
		if p.Room == RoomTeam && p.Kind != PromptTeam {
			word += "@team"
		}
		words = append(words, word+" "+p.At.In(zone).Format("Mon 01-02 15:04"))
	}
	return strings.Join(words, ", ")
}

func TestPrompts(t *testing.T) {
	se, no := schoolInSweden(t), schoolInNorway(t)
	to := func(due int, role Role, after ...int) Step {
		st := Step{N: 1, Due: due, FollowUp: 10, Escalate: Escalation{To: role}}
		if len(after) > 0 {
			st.Escalate.After = &after[0]
		}
		return st
	}
	usual := to(3, EHT, 3)
	afternoon, wednesday, friday := &Slot{At: 14*60 + 30}, &Slot{Day: "wed", At: 14*60 + 30}, &Slot{Day: "fri", At: 9 * 60}
	const rest = ", due Thu 10-08 08:00, team Tue 10-13 08:00, principal Fri 10-16 08:00"
	for _, tt := range []struct {
		name   string
		school School
		step   Step
		slot   *Slot
		story  string
		want   string
	}{
		{"before the slot", se, usual, nil, "opened 2026-10-05 06:45", "first Mon 10-05 08:00" + rest},
		{"after the slot", se, usual, nil, "opened 2026-10-05 10:00", "first Tue 10-06 08:00" + rest},
		{"at the slot", se, usual, nil, "opened 2026-10-05 08:00", "first Mon 10-05 08:00" + rest},
		{"a slot later the same day", se, usual, afternoon, "opened 2026-10-05 10:00", "first Mon 10-05 14:30" + rest},
		{"a slot on another day", se, usual, wednesday, "opened 2026-10-05 10:00", "first Wed 10-07 14:30" + rest},
		{"a slot after the due day", se, usual, friday, "opened 2026-10-05 06:45", "first Mon 10-05 08:00" + rest},
		{"a slot after the due day, in the forenoon", se, usual, friday, "opened 2026-10-05 10:00", "first Mon 10-05 10:00" + rest},
		{"a slot on a holiday", se, to(15, ""), &Slot{Day: "thu", At: 9 * 60}, "opened 2027-05-03 10:00", "first Thu 05-13 09:00, due Tue 05-25 08:00"},
		{"on a Sunday", se, usual, nil, "opened 2026-10-11 12:00",
			"first Mon 10-12 08:00, due Thu 10-15 08:00, team Tue 10-20 08:00, principal Fri 10-23 08:00"},
		{"due the same day", se, to(0, Admin, 1), friday, "opened 2026-10-05 06:45", "first Mon 10-05 08:00, admin Tue 10-06 08:00"},
		{"due and told of the same day", no, to(0, Admin, 0), nil, "opened 2026-10-05 06:45", "first Mon 10-05 08:00, admin Mon 10-05 08:00"},
		{"due the same day, opened in the afternoon", no, to(0, Admin, 0), nil, "opened 2026-10-05 14:10", "first Mon 10-05 14:10, admin Mon 10-05 14:10"},
		{"due the next day", se, to(1, EHT, 0), nil, "opened 2026-10-05 10:00",
			"first Mon 10-05 10:00, due Tue 10-06 08:00, team Tue 10-06 08:00, principal Tue 10-06 08:00"},
		{"due the next day, opened early", se, to(1, EHT, 1), nil, "opened 2026-10-05 06:45",
			"first Mon 10-05 08:00, due Tue 10-06 08:00, team Wed 10-07 08:00, principal Thu 10-08 08:00"},
		{"due the next day, opened in the evening", se, to(1, EHT, 2), nil, "opened 2026-10-09 18:00",
			"first Mon 10-12 07:30, team Wed 10-14 08:00, principal Fri 10-16 08:00"},
		{"nobody else is told", se, to(3, EHT), nil, "opened 2026-10-05 06:45", "first Mon 10-05 08:00, due Thu 10-08 08:00"},
		{"the principal alone", se, to(3, Principal, 3), nil, "opened 2026-10-05 06:45", "first Mon 10-05 08:00, due Thu 10-08 08:00, principal Tue 10-13 08:00"},
		{"the principal on the due day", se, to(15, Principal, 0), nil, "opened 2026-10-05 06:45", "first Mon 10-05 08:00, due Mon 11-02 08:00, principal Mon 11-02 08:00"},

		{"the Friday before the autumn break and the change from summer time", se, usual, nil, "opened 2026-10-23 10:00",
			"first Mon 11-02 08:00, due Wed 11-04 08:00, team Mon 11-09 08:00, principal Thu 11-12 08:00"},
		{"over the change from summer time alone", no, usual, nil, "opened 2026-10-23 10:00",
			"first Mon 10-26 08:00, due Wed 10-28 08:00, team Mon 11-02 08:00, principal Thu 11-05 08:00"},
		{"the Friday before sportlov", se, usual, nil, "opened 2027-02-19 10:00",
			"first Mon 03-01 08:00, due Wed 03-03 08:00, team Mon 03-08 08:00, principal Thu 03-11 08:00"},
		{"over Easter and the change to summer time", se, usual, nil, "opened 2027-03-25 10:00",
			"first Tue 03-30 08:00, due Thu 04-01 08:00, team Tue 04-06 08:00, principal Fri 04-09 08:00"},
		{"over 17 May", no, to(2, EHT, 3), nil, "opened 2027-05-14 10:00",
			"first Tue 05-18 08:00, due Wed 05-19 08:00, team Mon 05-24 08:00, principal Thu 05-27 08:00"},
		{"the last day of June, with another year to come", se, usual, nil, "opened 2027-06-30 10:00",
			"first Mon 08-16 08:00, due Wed 08-18 08:00, team Mon 08-23 08:00, principal Thu 08-26 08:00"},

		{"put off", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-06 10:00", "again Wed 10-07 08:00" + rest},
		{"put off, at the slot, whatever its weekday", se, usual, friday, "opened 2026-10-05 06:45; snooze 2026-10-06 10:00", "again Wed 10-07 09:00" + rest},
		{"put off to the due day", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-06 10:00 2026-10-08",
			"again Thu 10-08 08:00, team Tue 10-13 08:00, principal Fri 10-16 08:00"},
		{"put off beyond the due day", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-06 10:00 2026-10-12",
			"again Mon 10-12 08:00, team Thu 10-15 08:00, principal Tue 10-20 08:00"},
		{"put off over Christmas", se, usual, nil, "opened 2026-12-14 07:00; snooze 2026-12-17 11:00 2027-01-13",
			"again Wed 01-13 08:00, team Mon 01-18 08:00, principal Thu 01-21 08:00"},
		{"put off to a time of the same day", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-05 08:10 14:00", "again Mon 10-05 14:00" + rest},
		{"put off to a time that has passed", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-05 15:10 14:00", "again Tue 10-06 14:00" + rest},
		{"put off to a time of another day", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-05 15:10 2026-10-07 14:00", "again Wed 10-07 14:00" + rest},
		{"put off to a time, on a Sunday", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-11 12:00 14:00",
			"again Mon 10-12 14:00, team Thu 10-15 08:00, principal Tue 10-20 08:00"},
		{"a time no longer counts when something else is done", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-05 08:10 14:00; not_reached 2026-10-05 09:00",
			"again Tue 10-06 08:00" + rest},
		{"a time counts again when that is taken back", se, usual, nil, "opened 2026-10-05 06:45; snooze 2026-10-05 08:10 14:00; not_reached 2026-10-05 09:00; undone 2026-10-05 09:10",
			"again Mon 10-05 14:00" + rest},

		{"nobody reached", se, usual, nil, "opened 2026-10-05 06:45; not_reached 2026-10-06 10:00", "again Wed 10-07 08:00" + rest},
		{"nobody reached the day before it is due", se, usual, nil, "opened 2026-10-05 06:45; not_reached 2026-10-07 10:00",
			"again Thu 10-08 08:00, team Tue 10-13 08:00, principal Fri 10-16 08:00"},
		{"nobody reached when the team was to be told already", se, usual, nil, "opened 2026-10-05 06:45; not_reached 2026-10-14 10:00",
			"team Wed 10-14 10:00, again Thu 10-15 08:00, principal Fri 10-16 08:00"},
		{"handed over", se, usual, nil, "opened 2026-10-05 06:45; handover 2026-10-06 10:00", "team Tue 10-13 08:00, principal Fri 10-16 08:00"},
		{"handed over and back", se, usual, nil, "opened 2026-10-05 06:45; handover 2026-10-06 10:00; came_back 2026-10-08 09:00",
			"again Fri 10-09 08:00, team Tue 10-13 08:00, principal Fri 10-16 08:00"},
		{"taken by another", se, usual, nil, "opened 2026-10-05 06:45; take 2026-10-06 10:00 bo",
			"again Wed 10-07 08:00, due Fri 10-09 08:00, team Wed 10-14 08:00, principal Mon 10-19 08:00"},
		{"asked of the team", se, usual, nil, "opened 2026-10-05 06:45; needs_eht 2026-10-06 10:00", "team Tue 10-06 10:00, principal Mon 10-12 08:00"},
		{"asked of the team in the evening", se, usual, nil, "opened 2026-10-05 06:45; needs_eht 2026-10-06 18:00", "team Wed 10-07 07:30, principal Mon 10-12 08:00"},
		{"asked of the team, and tried in vain", se, usual, nil, "opened 2026-10-05 06:45; needs_eht 2026-10-06 10:00; not_reached 2026-10-07 10:00",
			"team Wed 10-07 10:00, again Thu 10-08 08:00, due Fri 10-09 08:00, principal Mon 10-12 08:00"},
		{"talked", se, usual, nil, "opened 2026-10-05 06:45; talked 2026-10-06 10:00", "follow_up Tue 10-20 08:00"},
		{"talked, at the slot", se, usual, wednesday, "opened 2026-10-05 06:45; talked 2026-10-06 10:00 2026-10-15", "follow_up Thu 10-15 14:30"},
		{"talked, taken back", se, usual, nil, "opened 2026-10-05 06:45; talked 2026-10-06 10:00; undone 2026-10-06 10:05", "first Tue 10-06 10:05" + rest},
		{"wrong", se, usual, nil, "opened 2026-10-05 06:45; wrong 2026-10-06 10:00", ""},
		{"known", se, usual, nil, "opened 2026-10-05 06:45; known 2026-10-06 10:00", ""},
		{"closed", se, usual, nil, "opened 2026-10-05 06:45; close 2026-10-06 10:00", ""},
		{"lowered, of which its owner is told apart", se, usual, nil, "opened 2026-10-01 06:45; lowered 2026-10-05 06:45", "first Tue 10-06 08:00" + rest},
		{"another's since", se, usual, nil, "opened 2026-10-05 06:45; orphaned 2026-10-07 10:00", "first Wed 10-07 10:00" + rest},
		{"another's since, and waits", se, usual, nil, "opened 2026-10-05 06:45; talked 2026-10-06 10:00; orphaned 2026-10-07 10:00", "follow_up Tue 10-20 08:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, now := told(t, tt.school, tt.step, "anna", tt.story)
			slot := defaultSlot
			if tt.slot != nil {
				slot = *tt.slot
			}
			list := tt.school.prompts(c, tt.step, slot, now)
			if got := asked(list, tt.school.Zone); got != tt.want {
				t.Errorf("it asks for\n  %s, want\n  %s", got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, story, want string }{
		{"in the morning", "opened 2026-10-05 06:45", "first@team Mon 10-05 08:00, principal Tue 10-13 08:00"},
		{"at once", "opened 2026-10-05 10:00", "first@team Mon 10-05 10:00, principal Tue 10-13 08:00"},
		{"put off", "opened 2026-10-05 10:00; snooze 2026-10-05 11:00", "again@team Tue 10-06 08:00, principal Tue 10-13 08:00"},
		{"put off to a time", "opened 2026-10-05 10:00; snooze 2026-10-05 11:00 14:15", "again@team Mon 10-05 14:15, principal Tue 10-13 08:00"},
		{"talked", "opened 2026-10-05 10:00; talked 2026-10-05 11:00", "follow_up@team Mon 10-19 08:00"},
		{"taken", "opened 2026-10-05 10:00; take 2026-10-05 11:00 bo", "again Tue 10-06 08:00, due Thu 10-08 08:00, team Tue 10-13 08:00, principal Fri 10-16 08:00"},
	} {
		t.Run("the team's own: "+tt.name, func(t *testing.T) {
			c, now := told(t, se, usual, "", tt.story)
			if got := asked(se.prompts(c, usual, defaultSlot, now), se.Zone); got != tt.want {
				t.Errorf("it asks for\n  %s, want\n  %s", got, tt.want)
			}
		})
	}
}

// Eight o'clock is that of the wall, on both sides of the changes from and to summer time.
func TestPromptsByTheWallClock(t *testing.T) {
	for _, tt := range []struct {
		story Date
		want  string // in UTC
	}{
		{"2026-10-23", "2026-10-26T07:00:00Z"}, {"2026-10-22", "2026-10-23T06:00:00Z"},
		{"2027-03-24", "2027-03-30T06:00:00Z"}, {"2027-03-23", "2027-03-24T07:00:00Z"},
	} {
		no := schoolInNorway(t)
		c, now := told(t, no, Step{N: 1, Due: 5}, "anna", fmt.Sprintf("opened %s 12:00", tt.story))
		if got := no.prompts(c, Step{N: 1, Due: 5}, defaultSlot, now)[0].At.Format(time.RFC3339); got != tt.want {
			t.Errorf("of a case opened on %s the owner is told at %s, want %s", tt.story, got, tt.want)
		}
	}
}

// Past the last school year no time is known: what is asked for lies there, and is worked out when the next year is entered.
func TestPromptsPastTheLastYear(t *testing.T) {
	no, step := schoolInNorway(t), Step{N: 1, Due: 3, Escalate: Escalation{To: EHT, After: new(int)}}
	*step.Escalate.After = 3
	c, now := told(t, no, step, "anna", "opened 2027-06-18 10:00")
	if got, want := asked(no.prompts(c, step, defaultSlot, now), no.Zone), "first Fri 06-18 10:00, team Mon 06-21 08:00, principal Thu 06-24 08:00"; got != want {
		t.Errorf("it asks for %s, want %s", got, want)
	}
	no.Years = append(no.Years, Period{"2027-08-16", "2028-06-21"})
	july := Date("2027-07-10").At(12, 0, no.Zone)
	if got, want := asked(no.prompts(c, step, defaultSlot, july), no.Zone), "first Mon 08-16 08:00, team Wed 08-18 08:00, principal Mon 08-23 08:00"; got != want {
		t.Errorf("with another year it asks for %s, want %s", got, want)
	}
}
