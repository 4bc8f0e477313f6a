package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"lotsen/internal/care"
)

// entry stores an intervention with a secret note for that audience, or none; the author is the
// person or a colleague.
func (m *matrix) entry(user string, own bool, audience care.Audience, ref string) string {
	m.t.Helper()
	author := user
	if !own {
		author = "UGURO"
	}
	id := "st_nobody" // of someone who has no row, nothing is their own
	if st, err := m.work.app.Care.(*care.Service).Staff.BySlackID(m.t.Context(), author); err == nil {
		id = st.ID
	}
	m.n++
	now := m.work.clock.now()
	school := "alen"
	if strings.HasPrefix(ref, "1") {
		school = "fjord"
	}
	iv := care.Intervention{Meta: care.Meta{ID: fmt.Sprintf("iv_matrix%d", m.n)}, Student: care.Ref(ref), School: school, Author: id, At: now,
		Content: care.Content{Students: []care.Ref{care.Ref(ref)}, Level: care.LevelIndividual, Kinds: []care.Kind{care.KindTalk},
			Date: care.DateOf(now, time.UTC), Audience: care.AudienceEHT},
		Status: care.StatusActive}
	service := m.work.app.Care.(*care.Service)
	if audience != "" {
		sealed, err := service.Vault.Seal("Hemlig för "+string(audience)+".", "interventions", iv.ID, "note")
		if err != nil {
			m.t.Fatal(err)
		}
		iv.Audience, iv.Note = audience, sealed
	}
	if err := service.Interventions.Add(m.t.Context(), iv); err != nil {
		m.t.Fatal(err)
	}
	return iv.ID
}

// reminder stores an intervention that is to be followed up and the reminder of that, as it was sent
// to its author, who is the person or a colleague.
func (m *matrix) reminder(user string, own bool, ref string) string {
	m.t.Helper()
	service := m.work.app.Care.(*care.Service)
	iv, err := service.Interventions.Get(m.t.Context(), m.entry(user, own, care.AudienceEHT, ref))
	if err != nil {
		m.t.Fatal(err)
	}
	iv.FollowUp = iv.Date
	if err := service.Interventions.Replace(m.t.Context(), iv); err != nil {
		m.t.Fatal(err)
	}
	d := care.Delivery{Meta: care.Meta{ID: "follow_up/" + iv.ID + "/1/remind/" + iv.Author}, Kind: care.FollowUpReminder, Subject: iv.ID,
		Day: iv.FollowUp, School: iv.School, To: iv.Author, State: care.DeliverySent, Message: iv.ID, Channel: "D1", TS: "1.000001"}
	if err := service.Deliveries.Add(m.t.Context(), d); err != nil {
		m.t.Fatal(err)
	}
	return d.ID
}

// acted stores a case about which the person or a colleague has done something, in its second entry. It is
// nobody's, and the student's only one.
func (m *matrix) acted(user string, own bool, ref string) string {
	m.t.Helper()
	service := m.work.app.Care.(*care.Service)
	by := "st_nobody"
	if !own {
		user = "UGURO"
	}
	if st, err := service.Staff.BySlackID(m.t.Context(), user); err == nil {
		by = st.ID
	}
	now := m.work.clock.now()
	today := care.DateOf(now, time.UTC)
	school := "alen"
	if strings.HasPrefix(ref, "1") {
		school = "fjord"
	}
	m.n++
	c := care.Case{Meta: care.Meta{ID: fmt.Sprintf("%s/%d", ref, m.n)}, Student: care.Ref(ref), School: school, Ladder: service.Schools[school].Ladder,
		Step: 1, State: care.CaseWaiting, OpenedAt: now, Day0: today, Due: today, Next: today,
		Entries: []care.CaseEntry{{ID: "1", At: now, What: care.CaseOpened, Step: 1},
			{ID: "2", At: now, By: by, What: care.CaseActed, Act: care.ActTalked, Step: 1, FollowUp: today, Before: &care.CaseBefore{State: care.CaseOpen, Due: today, Next: today}}}}
	if err := service.Cases.Add(m.t.Context(), c); err != nil {
		m.t.Fatal(err)
	}
	return c.ID
}

// caseState is what the modal "case_reply" for a case, or one of its entries, keeps.
func caseState(id, entry string) string { return fmt.Sprintf(`{"case":%q,"entry":%q}`, id, entry) }

// inForm makes a choice in the modal "case_reply" that tells of it at once.
func (m *matrix) inForm(user, id, field, value string) string {
	m.t.Helper()
	return m.interact(user, map[string]any{"type": "block_actions", "view": m.view("case_reply", caseState(id, ""), nil),
		"actions": []any{map[string]any{"type": "static_select", "block_id": field, "action_id": field, "selected_option": option(value)["selected_option"]}}})
}

// person is someone chosen in a menu.
func person(id string) any { return map[string]any{"type": "users_select", "selected_user": id} }

// anew sets the leaves back before someone tries what may change them.
func (m *matrix) anew(tr try) try {
	do := tr.do
	tr.do = func(m *matrix, user, target string) string {
		m.leaves()
		defer m.leaves()
		return do(m, user, target)
	}
	return tr
}

// withCases has students of each class and school have a case of the team's before someone tries what lists them.
func (m *matrix) withCases(tr try) try {
	do := tr.do
	tr.do = func(m *matrix, user, target string) string {
		for _, of := range []string{"own", "9c", "fjord"} {
			m.acted(user, false, targets[of])
		}
		return do(m, user, target)
	}
	return tr
}

// leaves has UANNA away today, with USIRI as her substitute, and nobody else.
func (m *matrix) leaves() {
	m.t.Helper()
	service := m.work.app.Care.(*care.Service)
	siri, err := service.Staff.BySlackID(m.t.Context(), "USIRI")
	if err != nil {
		m.t.Fatal(err)
	}
	today := care.DateOf(m.work.clock.now(), time.UTC)
	for _, id := range []string{"UANNA", "UEVA", "URUT", "UCAJ", "UTOR", "UADA", "UBO", "UERIK", "USIRI"} {
		st, err := service.Staff.BySlackID(m.t.Context(), id)
		if err != nil {
			m.t.Fatal(err)
		}
		st.Leave, st.Calendars, st.MeetingWord, st.FeedNumber = nil, nil, "", 0
		if id == "UANNA" {
			st.Leave = &care.Leave{Period: care.Period{From: today, To: today}, Substitute: siri.ID}
		}
		if err := service.Staff.Replace(m.t.Context(), st); err != nil {
			m.t.Fatal(err)
		}
	}
}

// draft has someone type a line that they are asked about, and returns the value of its first button.
func (m *matrix) draft(user string) string {
	m.t.Helper()
	answer := m.command(user, "/insats", "alva samtal")
	m.log.clear()
	value := regexp.MustCompile(`dr_\w+/0/[\w-]+`).FindString(answer)
	if value == "" {
		m.t.Fatalf("nothing is asked: %s", answer)
	}
	return value
}

func (m *matrix) command(user, command, text string) string {
	m.t.Helper()
	form, err := m.slack.CommandForm(user, "", command, text)
	if err != nil {
		return "" // a person who is gone types nothing
	}
	return m.deliver(m.t, pathCommands, []byte(form.Encode())).Body.String()
}

// interact delivers an interaction by a person, with a trigger that opens one modal.
func (m *matrix) interact(user string, payload map[string]any) string {
	m.t.Helper()
	form, err := m.slack.CommandForm(user, m.post.channel, "/insats", "")
	if err != nil {
		m.t.Fatal(err)
	}
	payload["user"], payload["team"] = map[string]any{"id": user}, map[string]any{"id": m.slack.TeamID()}
	payload["trigger_id"] = form.Get("trigger_id")
	if payload["view"] == nil && payload["type"] != "shortcut" {
		payload["response_url"] = form.Get("response_url")
		if m.post.ts != "" {
			payload["container"] = map[string]any{"type": "message", "channel_id": m.post.channel, "message_ts": m.post.ts}
		}
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.deliver(m.t, pathInteractions, []byte(url.Values{"payload": {string(raw)}}.Encode())).Body.String()
}

func (m *matrix) button(user, id, value string) string {
	m.t.Helper()
	return m.interact(user, map[string]any{"type": "block_actions",
		"actions": []any{map[string]any{"type": "button", "block_id": "b", "action_id": id, "value": value}}})
}

// inModal presses a button in a modal that is open.
func (m *matrix) inModal(user, id, value string) string {
	m.t.Helper()
	return m.interact(user, map[string]any{"type": "block_actions", "view": m.view("intervention", "", m.filled("8B-M2X")),
		"actions": []any{map[string]any{"type": "button", "block_id": "b", "action_id": id, "value": value}}})
}

func (m *matrix) submit(user, id, metadata string, values map[string]any) string {
	m.t.Helper()
	return m.interact(user, map[string]any{"type": "view_submission", "view": m.view(id, metadata, values)})
}

func (m *matrix) edit(user, entry, ref string) string {
	m.t.Helper()
	metadata := fmt.Sprintf(`{"entry":%q,"more":true}`, entry)
	return m.submit(user, "intervention", metadata, m.filled(ref, "kinds", "home"))
}

// view is a modal as a submission carries it; no two have the same id.
func (m *matrix) view(id, metadata string, values map[string]any) map[string]any {
	m.n++
	state := map[string]any{}
	for name, v := range values {
		state[name] = map[string]any{name: v}
	}
	return map[string]any{"id": fmt.Sprintf("V%d", m.n), "type": "modal", "callback_id": id, "private_metadata": metadata, "hash": "h",
		"state": map[string]any{"values": state}, "blocks": []any{map[string]any{"type": "input", "block_id": "students",
			"label":   map[string]any{"type": "plain_text", "text": "Elev"},
			"element": map[string]any{"type": "plain_text_input", "action_id": "students"}}}}
}

func option(value string) map[string]any {
	return map[string]any{"type": "static_select", "selected_option": map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}}}
}

// filled is the modal "intervention" for a student, or none, with other fields: name, value.
func (m *matrix) filled(ref string, more ...string) map[string]any {
	several := func(values ...string) map[string]any {
		list := []any{}
		for _, v := range values {
			list = append(list, map[string]any{"value": v, "text": map[string]any{"type": "plain_text", "text": v}})
		}
		return map[string]any{"type": "multi_static_select", "selected_options": list}
	}
	values := map[string]any{"students": several(), "kinds": several("talk"), "note": map[string]any{"type": "plain_text_input", "value": "Ny text"}}
	if ref != "" {
		values["students"] = several(ref)
	}
	for pair := range slices.Chunk(more, 2) {
		values[pair[0]] = option(pair[1])
		if pair[0] == "kinds" {
			values["kinds"] = several(pair[1])
		}
	}
	return values
}

func (m *matrix) search(user, typed string) string {
	m.t.Helper()
	body := m.interact(user, map[string]any{"type": "block_suggestion", "action_id": "students", "block_id": "students", "value": typed, "view": m.view("intervention", "", nil)})
	return body
}

func (m *matrix) shortcut(user, id string) string {
	m.t.Helper()
	kind := "shortcut"
	if id == "log_message" {
		kind = "message_action"
	}
	return m.interact(user, map[string]any{"type": kind, "callback_id": id, "message": map[string]any{"type": "message", "text": "Ett meddelande"}})
}

func (m *matrix) event(inner map[string]any) string {
	m.t.Helper()
	m.n++
	body, err := json.Marshal(map[string]any{"type": "event_callback", "team_id": m.slack.TeamID(), "event_id": fmt.Sprintf("Ev%d", m.n), "event": inner})
	if err != nil {
		m.t.Fatal(err)
	}
	answer := m.deliver(m.t, pathEvents, body).Body.String()
	m.work.wait()
	return answer
}

// home opens App Home and returns what is on it.
func (m *matrix) home(user, _ string) string {
	m.t.Helper()
	m.event(map[string]any{"type": "app_home_opened", "user": user, "tab": "home"})
	h := m.slack.Home(user)
	if h == nil {
		m.t.Errorf("%s sees no App Home", user)
		return ""
	}
	m.tellsNothing(h.Plain + string(h.Blocks))
	return h.Plain
}

// told has a message about a case stand in direct messages, or in a channel, and returns where: "D12/1000000000.000012".
// Slack knows nothing of it, so what the bot answers there is seen by its calls alone.
func (m *matrix) told(direct bool, id string) string {
	m.t.Helper()
	at := m.talk(direct)
	channel, ts, _ := strings.Cut(at, "/")
	d := care.Delivery{Meta: care.Meta{ID: "told/" + at}, Kind: care.CaseReminder, Subject: id, School: "alen", State: care.DeliverySent, Channel: channel, TS: ts}
	if err := m.work.app.Care.(*care.Service).Deliveries.Add(m.t.Context(), d); err != nil {
		m.t.Fatal(err)
	}
	return at
}

// talk is where a message stands that nobody has written yet.
func (m *matrix) talk(direct bool) string {
	m.n++
	return fmt.Sprintf("%s%d/1000000000.%06d", map[bool]string{true: "D", false: "C"}[direct], m.n, m.n)
}

// says has a person write a message, in the thread of what stands there if thread is not "", and returns what the bot answers.
func (m *matrix) says(user string, direct bool, thread, text string) string {
	m.t.Helper()
	channel, ts, _ := strings.Cut(m.talk(direct), "/")
	inner := map[string]any{"type": "message", "user": user, "channel": channel, "channel_type": map[bool]string{true: "im", false: "group"}[direct],
		"ts": ts, "text": text}
	if thread != "" {
		inner["channel"], inner["thread_ts"], _ = strings.Cut(thread, "/")
	}
	calls := len(m.slack.Calls())
	m.event(inner)
	var answer strings.Builder
	for _, c := range m.slack.Calls()[calls:] {
		if c.Method == "chat.postMessage" || c.Method == "chat.postEphemeral" {
			answer.WriteString(c.Args["text"] + c.Args["blocks"])
		}
	}
	return answer.String()
}

// message has someone write a message of which it is to be asked whose case it is about, and returns what its buttons bring first.
func (m *matrix) message(user string) string {
	m.t.Helper()
	service := m.work.app.Care.(*care.Service)
	st, err := service.Staff.BySlackID(m.t.Context(), user)
	if err != nil {
		st.ID = "st_nobody"
	}
	m.n++
	d := care.Draft{Meta: care.Meta{ID: fmt.Sprint("dr_matrix", m.n)}, Actor: st.ID, At: m.work.clock.now(),
		Said: &care.Message{Channel: "D1", TS: fmt.Sprintf("1200000000.%06d", m.n), Direct: true}}
	if d.Sealed, err = service.Vault.Seal("ringt hem", "drafts", d.ID, "line"); err != nil {
		m.t.Fatal(err)
	}
	if err := service.Drafts.Add(m.t.Context(), d); err != nil {
		m.t.Fatal(err)
	}
	return d.ID
}
