package scheduler_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// newClass is newRooms with school years, breaks, and a mentor for 9Z-C2C, Mia. It is that day, at seven o'clock.
func newClass(t *testing.T, day care.Date) *mailroom {
	t.Helper()
	m := newRooms(t)
	m.row("MIA", "alen", care.Mentor, "9Z")
	m.school(func(sc *care.School) {
		sc.Years = []care.Period{{From: "2026-08-17", To: "2027-06-30"}, {From: "2027-08-16", To: "2028-06-14"}}
		for _, p := range []care.Period{{From: "2026-10-26", To: "2026-10-30"}, {From: "2026-12-21", To: "2027-01-08"}, {From: "2027-02-22", To: "2027-02-26"}} {
			sc.Breaks = append(sc.Breaks, care.Break{Period: p})
		}
	})
	m.passes(day.At(7, 0, stockholm).Sub(m.now))
	return m
}

// school changes the school.
func (m *mailroom) school(change func(*care.School)) {
	sc := m.care.Schools["alen"]
	change(&sc)
	m.care.Schools["alen"] = sc
}

// leave has someone be away, with a substitute.
func (m *mailroom) leave(slackID string, from, to care.Date, substitute string) {
	m.t.Helper()
	st, err := m.care.Staff.BySlackID(m.t.Context(), slackID)
	if err != nil {
		m.t.Fatal(err)
	}
	sub, err := m.care.Staff.BySlackID(m.t.Context(), substitute)
	if err != nil {
		m.t.Fatal(err)
	}
	st.Leave = &care.Leave{Period: care.Period{From: from, To: to}, Substitute: sub.ID}
	if err := m.care.Staff.Replace(m.t.Context(), st); err != nil {
		m.t.Fatal(err)
	}
}

// figures has the school report, of the day before 7 October, how many of a student's lessons were missed without leave.
func (m *mailroom) figures(ref care.Ref, missed int) {
	m.t.Helper()
	day := care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/2026-10-06"}, Student: ref, School: "alen", Date: "2026-10-06",
		Lessons: []care.Lessons{{Total: 6, Absent: missed, Without: missed}}}
	old, err := m.care.Absence.Get(m.t.Context(), day.ID)
	if err == nil {
		day.Meta = old.Meta
		err = m.care.Absence.Replace(m.t.Context(), day)
	} else {
		err = m.care.Absence.Add(m.t.Context(), day)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := m.care.AssessAbsence(m.t.Context(), []care.Ref{ref}, m.now); err != nil {
		m.t.Fatal(err)
	}
}

// lives has the scheduler tick through the days until then, each time twice in a row, and returns every message that anyone
// has got meanwhile: when, where, and what it said then.
func (m *mailroom) lives(day care.Date, hour, minute int) (got []string) {
	m.t.Helper()
	people := []string{"UMIA", "UEVA", "URUT", "UANNA", "UBO", "UADA"}
	seen := map[string]bool{}
	look := func() (fresh []string) {
		for _, who := range people {
			for _, msg := range m.slack.Seen(who) {
				if where := msg.Channel; !seen[msg.Key] && msg.User == m.slack.BotUserID() {
					if strings.HasPrefix(where, "D") {
						where = who
					}
					fresh = append(fresh, m.now.In(stockholm).Format("01-02 15:04 ")+where+": "+msg.Plain)
				}
				seen[msg.Key] = true
			}
		}
		slices.Sort(fresh)
		return fresh
	}
	look()
	for end := day.At(hour, minute, stockholm); m.now.Before(end); {
		step, day := time.Hour, care.DateOf(m.now, stockholm)
		hour := m.now.In(stockholm).Hour()
		if hour < 9 {
			step = 30 * time.Minute
		}
		next := m.now.Truncate(step).Add(step)
		if hour >= 17 || hour >= 8 && !m.care.Schools["alen"].IsSchoolDay(day) {
			next = day.AddDays(1).At(7, 0, stockholm)
		}
		m.passes(min(next.Sub(m.now), end.Sub(m.now)))
		for range 2 {
			for again := true; again; {
				var err error
				if again, err = m.Tick(m.t.Context(), m.now); err != nil {
					m.t.Fatal(err)
				}
			}
			m.passes(2 * time.Second) // one message a second is allowed in a channel
		}
		got = append(got, look()...)
	}
	return got
}

// wantLived compares what people have got with what is expected, a line a message.
func (m *mailroom) wantLived(got []string, want ...string) {
	m.t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		m.t.Errorf("they got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// mia replies in the thread of the latest message that she has.
func (m *mailroom) mia(text string) {
	m.t.Helper()
	st, err := m.care.Staff.BySlackID(m.t.Context(), "UMIA")
	if err != nil {
		m.t.Fatal(err)
	}
	list := m.slack.Seen("UMIA")
	last := list[len(list)-1]
	m.written++
	said := care.Message{Channel: last.Channel, TS: m.now.Format("20060102150405") + ".000001", Thread: last.TS, Direct: true, Text: text}
	h, err := m.care.Reply(m.t.Context(), care.Actor{Staff: st, Lang: care.Swedish}, said, m.now)
	if err != nil || h.As != care.HeardNoted {
		m.t.Fatalf("%q is taken for %q, %v, %v", text, h.As, h.Mistake, err)
	}
}

// TestMovingClock are days of a case, whose student's mentor is Mia. Who gets a message that is not named here has one too many.
func TestMovingClock(t *testing.T) {
	for _, tt := range []struct {
		name  string
		day   care.Date // on which Eva opens it
		story func(m *mailroom)
	}{
		{"nobody does anything", "2026-10-01", func(m *mailroom) {
			m.wantLived(m.lives("2026-10-23", 17, 0),
				"10-01 08:00 CREKTOR: report to the principal: 1 on steps, newest ",
				"10-01 08:00 UMIA: [9Z-C2C] first",
				"10-05 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-05 08:00 UMIA: week, [9Z-C2C]",
				"10-06 08:00 UMIA: [9Z-C2C] due",
				"10-09 08:00 CEHT: team: [9Z-C2C] team",
				"10-12 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-12 08:00 UMIA: week, [9Z-C2C]",
				"10-14 08:00 CREKTOR: principal: [9Z-C2C] principal",
				"10-19 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-19 08:00 UMIA: week, [9Z-C2C]")
		}},
		{"a reply on the second day", "2026-10-07", func(m *mailroom) {
			m.wantLived(m.lives("2026-10-08", 10, 0), "10-07 08:00 UMIA: [9Z-C2C] first")
			m.mia("ringt hem")
			m.wantLived(m.lives("2026-10-21", 17, 0),
				"10-12 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-12 08:00 UMIA: week",
				"10-19 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-19 08:00 UMIA: week")
			m.wantLived(m.lives("2026-10-22", 17, 0), "10-22 08:00 UMIA: [9Z-C2C] follow_up")
			m.holds("UMIA", m.slack.DM("UMIA"), "[9Z-C2C] acthome by UMIA", "week", "week", "[9Z-C2C] follow_up")
		}},
		{"remind me at two", "2026-10-07", func(m *mailroom) {
			m.wantLived(m.lives("2026-10-07", 8, 40), "10-07 08:00 UMIA: [9Z-C2C] first")
			m.mia("påminn kl 14")
			m.wantLived(m.lives("2026-10-09", 17, 0), "10-07 14:00 UMIA: [9Z-C2C] again")
			m.wantLived(m.lives("2026-10-15", 17, 0),
				"10-12 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-12 08:00 UMIA: week, [9Z-C2C] due",
				"10-15 08:00 CEHT: team: [9Z-C2C] team")
		}},
		{"a hand-over that is not taken", "2026-10-07", func(m *mailroom) {
			m.wantLived(m.lives("2026-10-07", 8, 40), "10-07 08:00 UMIA: [9Z-C2C] first")
			m.mia("<@UEVA> tar över")
			m.wantLived(m.lives("2026-10-15", 17, 0),
				"10-07 09:00 UEVA: 9Z-C2C act",
				"10-09 07:30 UMIA: 9Z-C2C came_back",
				"10-12 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-12 08:00 UMIA: week, [9Z-C2C] again",
				"10-15 08:00 CEHT: team: [9Z-C2C] team")
		}},
		{"put off over Christmas", "2026-12-16", func(m *mailroom) {
			m.wantLived(m.lives("2026-12-17", 10, 0), "12-16 08:00 UMIA: [9Z-C2C] first")
			m.mia("påminn 13 januari")
			m.wantLived(m.lives("2027-01-19", 17, 0),
				"01-11 08:00 CEHT: report to the team: 1 on steps, newest ",
				"01-11 08:00 CREKTOR: report to the principal: 1 on steps, newest ",
				"01-11 08:00 UMIA: week, [9Z-C2C]",
				"01-13 08:00 UMIA: [9Z-C2C] again",
				"01-18 08:00 CEHT: report to the team: 1 on steps, newest ",
				"01-18 08:00 CEHT: team: [9Z-C2C] team",
				"01-18 08:00 UMIA: week, [9Z-C2C]")
		}},
		{"the Friday before sportlov", "2027-02-19", func(m *mailroom) {
			m.wantLived(m.lives("2027-03-12", 17, 0),
				"02-19 08:00 UMIA: [9Z-C2C] first",
				"03-01 08:00 CEHT: report to the team: 1 on steps, newest ",
				"03-01 08:00 CREKTOR: report to the principal: 1 on steps, newest ",
				"03-01 08:00 UMIA: week, [9Z-C2C]",
				"03-03 08:00 UMIA: [9Z-C2C] due",
				"03-08 08:00 CEHT: report to the team: 1 on steps, newest ",
				"03-08 08:00 CEHT: team: [9Z-C2C] team",
				"03-08 08:00 UMIA: week, [9Z-C2C]",
				"03-11 08:00 CREKTOR: principal: [9Z-C2C] principal")
		}},
		{"the mentor is away, and then back", "2026-10-07", func(m *mailroom) {
			m.wantLived(m.lives("2026-10-07", 17, 0), "10-07 08:00 UMIA: [9Z-C2C] first")
			m.leave("UMIA", "2026-10-12", "2026-10-13", "UBO")
			m.wantLived(m.lives("2026-10-20", 17, 0),
				"10-12 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-12 08:00 UBO: [9Z-C2C] due",
				"10-15 08:00 CEHT: team: [9Z-C2C] team",
				"10-19 08:00 CEHT: report to the team: 1 on steps, newest ",
				"10-19 08:00 UMIA: week, [9Z-C2C]",
				"10-20 08:00 CREKTOR: principal: [9Z-C2C] principal")
		}},
		{"corrected figures", "2026-10-07", func(m *mailroom) {
			m.acts("9Z-C2C", care.ActHome)
			m.figures("9Z-D3D", 1)
			m.wantLived(m.lives("2026-10-07", 17, 0), "10-07 08:00 UMIA: [9Z-D3D] first")
			m.figures("9Z-D3D", 0)
			m.wantLived(m.lives("2026-10-08", 17, 0), "10-08 07:30 UMIA: 9Z-D3D retracted")
		}},
		{"from summer time", "2026-10-23", func(m *mailroom) {
			m.wantLived(m.lives("2026-11-12", 17, 0),
				"10-23 08:00 UMIA: [9Z-C2C] first",
				"11-02 08:00 CEHT: report to the team: 1 on steps, newest ",
				"11-02 08:00 CREKTOR: report to the principal: 1 on steps, newest ",
				"11-02 08:00 UMIA: week, [9Z-C2C]",
				"11-04 08:00 UMIA: [9Z-C2C] due",
				"11-09 08:00 CEHT: report to the team: 1 on steps, newest ",
				"11-09 08:00 CEHT: team: [9Z-C2C] team",
				"11-09 08:00 UMIA: week, [9Z-C2C]",
				"11-12 08:00 CREKTOR: principal: [9Z-C2C] principal")
		}},
		{"to summer time, and Easter", "2027-03-24", func(m *mailroom) {
			m.wantLived(m.lives("2027-04-09", 17, 0),
				"03-24 08:00 UMIA: [9Z-C2C] first",
				"03-30 08:00 CEHT: report to the team: 1 on steps, newest ",
				"03-30 08:00 UMIA: week, [9Z-C2C]",
				"03-31 08:00 UMIA: [9Z-C2C] due",
				"04-01 08:00 CREKTOR: report to the principal: 1 on steps, newest ",
				"04-05 08:00 CEHT: report to the team: 1 on steps, newest ",
				"04-05 08:00 CEHT: team: [9Z-C2C] team",
				"04-05 08:00 UMIA: week, [9Z-C2C]",
				"04-08 08:00 CREKTOR: principal: [9Z-C2C] principal")
		}},
		{"17 May", "2027-05-13", func(m *mailroom) {
			m.wantLived(m.lives("2027-05-28", 17, 0),
				"05-13 08:00 UMIA: [9Z-C2C] first",
				"05-18 08:00 CEHT: report to the team: 1 on steps, newest ",
				"05-18 08:00 UMIA: week, [9Z-C2C]",
				"05-19 08:00 UMIA: [9Z-C2C] due",
				"05-24 08:00 CEHT: report to the team: 1 on steps, newest ",
				"05-24 08:00 CEHT: team: [9Z-C2C] team",
				"05-24 08:00 UMIA: week, [9Z-C2C]",
				"05-27 08:00 CREKTOR: principal: [9Z-C2C] principal")
		}},
		{"the last day of June", "2027-06-30", func(m *mailroom) {
			m.wantLived(m.lives("2027-08-27", 17, 0),
				"06-30 08:00 UMIA: [9Z-C2C] first",
				"08-16 08:00 CEHT: report to the team: 1 on steps, newest ",
				"08-16 08:00 CREKTOR: report to the principal: 1 on steps, newest ",
				"08-16 08:00 UMIA: week, [9Z-C2C]",
				"08-18 08:00 UMIA: [9Z-C2C] due",
				"08-23 08:00 CEHT: report to the team: 1 on steps, newest ",
				"08-23 08:00 CEHT: team: [9Z-C2C] team",
				"08-23 08:00 UMIA: week, [9Z-C2C]",
				"08-26 08:00 CREKTOR: principal: [9Z-C2C] principal")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newClass(t, tt.day)
			if tt.name == "17 May" {
				m.school(func(sc *care.School) { sc.Country = care.Norway })
			}
			m.opens("9Z-C2C")
			tt.story(m)
			m.check()
		})
	}
}
