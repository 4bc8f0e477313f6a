package care

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Days and times of what a meeting asks for.
const (
	answerDays       = 2       // school days that those who are needed have to answer
	dayBefore  Clock = 15 * 60 // the school day before, when its people are reminded
	soonBefore       = 15 * time.Minute
)

// askAll has a meeting that was booked or moved ask for all that is to be told of that time.
func (s *Service) askAll(m *Meeting, now time.Time) {
	school := s.Schools[m.School]
	today, day := DateOf(now, school.Zone), DateOf(m.Start, school.Zone)
	if m.AnswerBy = school.ahead(today, answerDays); m.AnswerBy >= day {
		m.AnswerBy = ""
	}
	s.askNotices(m, now)
	s.askAnswers(m, now)
	for _, a := range m.Attendees {
		if eve := school.schoolDayBefore(day); eve != "" {
			if due := school.WorkAt(eve, dayBefore); due.After(now) {
				d := m.delivery(MeetingDay, "", a.Staff, due)
				d.ID, d.Subject, d.Day, d.Plan = meetingDayID(a.Staff, day), a.Staff, day, 0
				m.ask(now, d)
			}
		}
		if due := m.Start.Add(-soonBefore); due.After(now) {
			d := m.delivery(MeetingSoon, "soon", a.Staff, due)
			d.AtOnce = true
			m.ask(now, d)
		}
	}
}

// askAnswers has those who are needed asked again who have not answered by the day that is named, and the organiser told
// a school day later.
func (s *Service) askAnswers(m *Meeting, now time.Time) {
	if m.AnswerBy == "" {
		return
	}
	school := s.Schools[m.School]
	due := school.WorkAt(m.AnswerBy, morning)
	for _, a := range m.Attendees {
		if a.Required && a.Answer == "" {
			m.ask(now, m.delivery(MeetingAgain, "again", a.Staff, due))
		}
	}
	if due = school.WorkAt(school.ahead(m.AnswerBy, 1), morning); due.Before(m.Start) && m.State == MeetingProposed {
		m.ask(now, m.delivery(MeetingAgain, "silent", m.Organiser, due))
	}
}

// askNotices has every attendee told of a meeting's latest entry.
func (s *Service) askNotices(m *Meeting, now time.Time) {
	for _, a := range m.Attendees {
		m.ask(now, s.noticeTo(*m, a.Staff, now))
	}
}

// askOrganiser has a meeting's organiser told of its latest entry.
func (s *Service) askOrganiser(m *Meeting, now time.Time) {
	m.ask(now, s.noticeTo(*m, m.Organiser, now))
}

// noticeTo tells someone of a meeting's latest entry: at once, if the meeting is near and a person has caused it.
func (s *Service) noticeTo(m Meeting, staff string, now time.Time) Delivery {
	e := m.last()
	d := m.delivery(MeetingNotice, e.ID, staff, now)
	d.Entry, d.AtOnce = e.ID, e.By != "" && s.Schools[m.School].near(m.Start, now)
	return d
}

// delivery is one about a meeting as it is planned now.
func (m Meeting) delivery(kind DeliveryKind, what, staff string, due time.Time) Delivery {
	return Delivery{
		Meta: Meta{ID: strings.Join([]string{string(kind), m.ID, strconv.Itoa(m.Plan), what, staff}, "/")},
		Kind: kind, Subject: m.ID, School: m.School, To: staff, At: due.UTC(), Due: due.UTC(), State: DeliveryPending, Plan: m.Plan,
	}
}

// meetingDayID is the id of the delivery that reminds a person of a day's meetings.
func meetingDayID(staff string, day Date) string {
	return strings.Join([]string{string(MeetingDay), string(day), staff}, "/")
}

// near reports whether less than a school day is left until start.
func (sc School) near(start, now time.Time) bool {
	local := now.In(sc.Zone)
	next := sc.ahead(DateOf(now, sc.Zone), 1)
	return start.Before(next.At(local.Hour(), local.Minute(), sc.Zone))
}

// schoolDayBefore is the last school day before a day, "" if there is none within four weeks.
func (sc School) schoolDayBefore(day Date) Date {
	for range 28 {
		if day = day.AddDays(-1); sc.IsSchoolDay(day) {
			return day
		}
	}
	return ""
}

// entry is the index of the entry with that id, or -1.
func (m Meeting) entry(id string) int {
	return slices.IndexFunc(m.Entries, func(e MeetingEntry) bool { return e.ID == id })
}
