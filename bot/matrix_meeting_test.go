package main

import (
	"fmt"
	"strings"
	"time"

	"lotsen/internal/care"
)

// meetingTries are the ways to use what is about meetings.
func (m *matrix) meetingTries(route string) []try {
	_, id, _ := strings.Cut(route, " ")
	own := []string{"own", "9c", "fjord", "protected"}
	// of has someone press the button of a meeting about a student: of their own, to which they are asked, or neither.
	of := func(value string) []try {
		var tries []try
		for _, part := range []string{"own", "asked", "neither"} {
			tries = append(tries, try{part, own, func(m *matrix, user, target string) string {
				return m.button(user, id, m.meeting(user, part, targets[target])+value)
			}})
		}
		return append(tries, try{"none", nil, func(m *matrix, user, _ string) string { return m.button(user, id, "mt_none"+value) }})
	}
	press := func(name, value string, on ...string) try {
		return try{name, on, func(m *matrix, user, target string) string {
			return m.button(user, id, strings.ReplaceAll(value, "ref", targets[target]))
		}}
	}
	say := func(text string, on ...string) try {
		return try{"«" + text + "»", on, func(m *matrix, user, target string) string {
			return m.command(user, "/mote", strings.ReplaceAll(text, "ref", targets[target]))
		}}
	}
	switch route {
	case "command mote":
		list := say("lista")
		listed := list.do
		list.do = func(m *matrix, user, target string) string {
			m.meeting(user, "asked", targets["own"])
			return listed(m, user, target)
		}
		return []try{say(""), say("ref Frånvaron", targetNames...), say("alva berg"), list, say("hjälp")}
	case "shortcut book_meeting":
		return []try{{"", nil, func(m *matrix, user, _ string) string { return m.shortcut(user, "book_meeting") }}}
	case "button meeting.book":
		return []try{press("", ""), press("a student", "ref", targetNames...),
			{"a case", own, func(m *matrix, user, target string) string {
				return m.button(user, id, m.acted(user, false, targets[target]))
			}},
			press("no case", "8B-222/1")}
	case "button meeting.pick":
		return []try{press("", "ref/Frånvaron", targetNames...)}
	case "button meeting.accept", "button meeting.decline", "button meeting.move", "button meeting.cancel":
		return append(of("/1"), press("made up", "x"))
	case "button meeting.to":
		return append(of("/1/2026-11-26T10:00:00Z"), press("made up", "x/1/soon"))
	case "button meeting.open", "button meeting.file":
		return of("")
	case "button meeting.calendar":
		return []try{press("", "mt_none")}
	case "modal meeting":
		return []try{
			{"", targetNames, func(m *matrix, user, target string) string {
				return m.submit(user, id, "", m.meetingForm(targets[target], "UBO"))
			}},
			{"about nobody", nil, func(m *matrix, user, _ string) string { return m.submit(user, id, "", m.meetingForm("", "UBO")) }},
			{"with a guest", nil, func(m *matrix, user, _ string) string { return m.submit(user, id, "", m.meetingForm("", "UGAST")) }},
			{"for a case", own, func(m *matrix, user, target string) string {
				c := m.acted(user, false, targets[target])
				return m.submit(user, id, fmt.Sprintf(`{"booked":%q}`, c), m.meetingForm(targets[target], "UBO"))
			}},
		}
	case "modal meeting_slots":
		choose := func(name string, offer func(user string) (string, time.Time)) try {
			return try{name, nil, func(m *matrix, user, _ string) string {
				made, start := offer(user)
				return m.submit(user, id, fmt.Sprintf(`{"offer":%q}`, made), map[string]any{"slot": option(start.UTC().Format(time.RFC3339))})
			}}
		}
		return []try{
			choose("own offer", func(user string) (string, time.Time) { return m.offer(user) }),
			choose("someone else's", func(string) (string, time.Time) { return m.offer("UGURO") }),
			choose("none", func(string) (string, time.Time) { return "dr_none", time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC) }),
		}
	}
	return nil
}

// meeting stores a meeting about a student which is the person's own, to which they are asked, or neither.
func (m *matrix) meeting(user, part, ref string) string {
	m.t.Helper()
	service := m.work.app.Care.(*care.Service)
	staff := func(slackID string) string {
		st, err := service.Staff.BySlackID(m.t.Context(), slackID)
		if err != nil {
			return ""
		}
		return st.ID
	}
	people := []string{staff("UTONE"), staff("USIGNE")} // who have no column
	switch me := staff(user); {
	case me == "":
	case part == "own":
		people[0] = me
	case part == "asked":
		people[1] = me
	}
	school := "alen"
	if strings.HasPrefix(ref, "1") {
		school = "fjord"
	}
	m.n++
	start := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	id := fmt.Sprintf("mt_%d", m.n)
	mt := care.Meeting{Meta: care.Meta{ID: id}, School: school, Kind: care.MeetingTeam, Organiser: people[0], Start: start, End: start.Add(30 * time.Minute),
		State: care.MeetingProposed, Plan: 1, UID: id, Items: []care.MeetingItem{{Student: care.Ref(ref)}}, CreatedAt: m.work.clock.now(),
		Attendees: []care.Attendee{{Staff: people[0], Required: true, Answer: care.Accepted}, {Staff: people[1]}},
		Entries:   []care.MeetingEntry{{ID: "1", At: m.work.clock.now(), By: people[0], What: care.MeetingBooked}}}
	if err := service.Meetings.Add(m.t.Context(), mt); err != nil {
		m.t.Fatal(err)
	}
	return id
}

// meetingForm is the modal "meeting" about a student, or none, with someone.
func (m *matrix) meetingForm(ref, with string) map[string]any {
	day := func(d string) any { return map[string]any{"type": "datepicker", "selected_date": d} }
	values := map[string]any{"kind": option("team"), "participants": map[string]any{"type": "multi_users_select", "selected_users": []string{with}},
		"length": option("15"), "earliest": day("2026-11-18"), "latest": day("2026-12-18"), "students": m.filled(ref)["students"]}
	return values
}

// offer has slots offered to someone, with no one else than UTONE, and returns the offer and one of its slots.
func (m *matrix) offer(user string) (string, time.Time) {
	m.t.Helper()
	service := m.work.app.Care.(*care.Service)
	now := m.work.clock.now()
	st, err := service.Staff.BySlackID(m.t.Context(), user)
	if err != nil {
		return "dr_none", now
	}
	m.n++
	offer, err := service.OfferSlots(m.t.Context(), care.Actor{Staff: st, Lang: care.Swedish},
		care.MeetingForm{Kind: care.MeetingTeam, Required: []string{"UTONE"}, Length: 15, Earliest: "2026-11-18", Latest: "2026-12-18"}, fmt.Sprint("offer", m.n), now)
	if err != nil || len(offer.Slots) == 0 {
		return "dr_none", now
	}
	return offer.ID, offer.Slots[0].Start
}
