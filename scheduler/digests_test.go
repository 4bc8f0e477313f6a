package scheduler_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/scheduler"
)

// newDesk is a mailroom in which digests are written: with a ladder, channels, school years, and figures of both students.
func newDesk(t *testing.T) *mailroom {
	t.Helper()
	m := newMailroom(t)
	m.slack.AddUser(fakeslack.User{ID: "URUT"})
	row := care.StaffRow{Email: "rut@skola.se", Name: "Rut", Roles: []care.Role{care.Principal}, School: "alen", SlackID: "URUT"}
	if done, err := m.care.ImportStaff(t.Context(), []care.StaffRow{row}, m.now, false); err != nil || done.Added != 1 {
		t.Fatalf("ImportStaff() = %+v, %v", done, err)
	}
	school := m.care.Schools["alen"]
	school.Ladder, school.EHTChannel, school.PrincipalChannel = "se-grund", "C0EHT", "C0REKTOR"
	school.Years = []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
	school.Breaks = []care.Break{{Period: care.Period{From: "2026-10-26", To: "2026-10-30"}}, {Period: care.Period{From: "2026-12-21", To: "2027-01-08"}}}
	m.care.Schools["alen"], m.care.Ladders = school, care.BuiltInLadders()
	m.slack.AddChannel(fakeslack.Channel{ID: "C0EHT", Name: "eht", Private: true, Members: []string{"UEVA", m.slack.BotUserID()}})
	m.slack.AddChannel(fakeslack.Channel{ID: "C0REKTOR", Name: "rektor", Private: true, Members: []string{"URUT", m.slack.BotUserID()}})
	return m
}

// reported stores what is reported of the students' days: 300 minutes each, of which 8B-K3F misses some.
func (m *mailroom) reported(missed int, days ...care.Date) {
	m.t.Helper()
	for _, day := range days {
		for ref, n := range map[care.Ref]int{"8B-K3F": missed, "8B-M2X": 0} {
			err := m.care.Absence.Add(m.t.Context(), care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/" + string(day)}, Student: ref, School: "alen", Date: day,
				Lessons: []care.Lessons{{Scheduled: 300, Valid: n}}})
			if err != nil {
				m.t.Fatal(err)
			}
		}
	}
}

// ticksAt ticks at a time of a day, twice in a row as by two copies, and returns who has got which messages.
func (m *mailroom) ticksAt(day care.Date, hour, minute int) []string {
	m.t.Helper()
	m.passes(day.At(hour, minute, stockholm).Sub(m.now))
	before := map[string]int{}
	places := []string{"UANNA", "UBO", "UEVA", "URUT", "UADA"}
	for _, who := range places {
		before[who] = len(m.slack.Seen(who))
	}
	twin := &scheduler.Scheduler{Care: m.care, Slack: slackapi.New(m.slack.BotToken(), m.slack.APIURL(), m.clock), Messages: words{}, Machine: m.clock, Log: m.Log}
	for range 2 {
		for _, s := range []*scheduler.Scheduler{m.Scheduler, twin} {
			for again := true; again; {
				var err error
				if again, err = s.Tick(m.t.Context(), m.now); err != nil {
					m.t.Fatal(err)
				}
			}
			m.passes(2 * time.Second) // one message a second is allowed in a channel
		}
	}
	var got []string
	for _, who := range places {
		for _, msg := range m.slack.Seen(who)[before[who]:] {
			got = append(got, who+": "+msg.Text)
		}
	}
	slices.Sort(got)
	return got
}

func (m *mailroom) wantMessages(got []string, want ...string) {
	m.t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		m.t.Errorf("at %s they got\n  %s\nwant\n  %s", m.now.In(stockholm).Format("Mon 2006-01-02 15:04"), strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestDigestStory is an autumn with two copies at work: each message once, also after a stop, in the first and the last week of
// a school year, and over breaks.
func TestDigestStory(t *testing.T) {
	m := newDesk(t)
	m.reported(60, "2026-10-12", "2026-10-13", "2026-10-14")
	m.wantMessages(m.ticksAt("2026-10-15", 8, 0)) // a Thursday: nobody's day
	m.reported(90, "2026-10-15", "2026-10-16")
	m.wantMessages(m.ticksAt("2026-10-19", 7, 59))
	week := func(who ...string) []string {
		for i, w := range who {
			who[i] = w + ": week"
		}
		return who
	}
	m.wantMessages(m.ticksAt("2026-10-19", 8, 0), week("UANNA", "UBO")...)
	t.Log(m.log.String())
	for _, at := range []struct{ hour, minute int }{{8, 1}, {12, 0}, {16, 0}} {
		m.ClockMoved()
		m.wantMessages(m.ticksAt("2026-10-19", at.hour, at.minute))
	}
	// A case is opened, and the week after is a break: the digests come the Monday after that, with the month's.
	eva, err := m.care.Staff.BySlackID(t.Context(), "UEVA")
	if err != nil {
		t.Fatal(err)
	}
	v, err := m.care.OpenCase(t.Context(), care.Actor{Staff: eva}, "8B-K3F", "open", m.now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.care.ActOnCase(t.Context(), care.Actor{Staff: eva}, v.ID, care.CaseForm{Act: care.ActTalked}, "act", m.now); err != nil {
		t.Fatal(err)
	}
	m.reported(0, "2026-10-19", "2026-10-20", "2026-10-21", "2026-10-22", "2026-10-23")
	m.ClockMoved()
	m.wantMessages(m.ticksAt("2026-10-26", 8, 0))
	m.ClockMoved()
	owner := v.Owner.SlackID
	got := m.ticksAt("2026-11-02", 8, 0)
	want := []string{owner + ": week", "UEVA: report to the team: 1 on steps, newest 2026-10-23", "URUT: report to the principal: 1 on steps, newest 2026-10-23"}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("on the Monday after the break they got\n  %s\nwhich lacks %s", strings.Join(got, "\n  "), w)
		}
	}
	m.ClockMoved()
	m.wantMessages(m.ticksAt("2026-11-02", 9, 0))
}

// TestDigestsAfterAStop has Lotsen stand still for a week: each gets this week's digest and no other, and the administrator is told.
func TestDigestsAfterAStop(t *testing.T) {
	m := newDesk(t)
	m.reported(60, "2026-10-12", "2026-10-13", "2026-10-14")
	m.ticksAt("2026-10-15", 8, 0)
	m.reported(60, "2026-10-15", "2026-10-16", "2026-10-19", "2026-10-20", "2026-10-21", "2026-10-22")
	got := m.ticksAt("2026-10-23", 10, 0) // a Friday: the digests of Monday are too late
	m.wantMessages(got, "UADA: watch: stopped, 0 late, 0 days")
	m.ClockMoved()
	m.wantMessages(m.ticksAt("2026-10-23", 10, 5))
}

// TestHeartbeats has the beat told after a good tick and not after a bad one.
func TestHeartbeats(t *testing.T) {
	for name, bad := range map[string]bool{"good": false, "bad": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &diary{}
				if bad {
					d.onFacts = func(context.Context) error { return errors.New("no database") }
				}
				beats := 0
				r := run(t, d, 0, func(s *scheduler.Scheduler) { s.Beat = func() { beats++ } })
				time.Sleep(2*time.Minute + time.Second)
				r.stop()
				if want := map[bool]int{false: 3, true: 0}[bad]; beats != want {
					t.Errorf("%d heartbeats in two minutes, want %d", beats, want)
				}
			})
		})
	}
}
