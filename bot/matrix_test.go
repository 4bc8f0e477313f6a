package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
)

var update = flag.Bool("update", false, "write the golden files anew")

// roles are the columns of the matrix: one person each.
var roles = []struct{ name, slackID string }{
	{"mentor", "UANNA"}, {"eht", "UEVA"}, {"principal", "URUT"}, {"coach", "UCAJ"}, {"teacher", "UTOR"}, {"admin", "UADA"},
	{"mentor9c", "UBO"}, {"eht-fjord", "UERIK"}, {"left", "USLUTAT"}, {"guest", "UGAST"}, {"nobody", "UFRAMLING"},
	{"substitute", "USIRI"}, // a mentor of another class, for UANNA
}

// targets are the students that routes are tried on: one of the mentor's and the coach's own, one
// of another class, one of another school, one that is protected, and a ref that nobody has.
var targets = map[string]string{"own": "8B-M2X", "9c": "9C-P5P", "fjord": "1STA-B2B", "protected": "8B-Q6Q", "none": "8B-222"}

var targetNames = []string{"own", "9c", "fjord", "protected", "none"}

// matrixStudents are the letters by which the table says whose names someone is shown.
var matrixStudents = []struct{ family, letter string }{
	{"Zetterqvistsson", "Z"}, {"Berg", "B"}, {"Norén", "N"}, {"Öberg", "Ö"}, {"Åsen", "Å"}, {"Sæther", "S"},
}

// matrixSecrets are what a refusal must not tell.
var matrixSecrets = []string{"Alva", "Berg", "Nils", "Öberg", "Liv", "Åsen", "Skyddad", "Elevsson", "Hemlig"}

// matrix is every route with every role against the whole program.
type matrix struct {
	*endpoints
	t    *testing.T
	n    int  // tells apart what is made
	post post // the message in which buttons are clicked, if it stays
}

// A try is one way to use a route; on names the targets it is tried on, or is empty.
type try struct {
	name string
	on   []string
	do   func(m *matrix, user, target string) (answer string)
}

// TestEveryRouteByEveryRole compares what each role gets of each route with testdata/access.txt. A
// route that is not tried fails.
func TestEveryRouteByEveryRole(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	var out strings.Builder
	row := func(cells ...string) {
		fmt.Fprintf(&out, "%-50s %-10s", cells[0], cells[1])
		for _, c := range cells[2:] {
			fmt.Fprintf(&out, " %-16s", c)
		}
		fmt.Fprintln(&out)
	}
	head := []string{"route", "student"}
	for _, r := range roles {
		head = append(head, r.name)
	}
	row(head...)
	for _, route := range m.everyRoute() {
		tries := m.tries(route)
		if len(tries) == 0 {
			t.Errorf("%s: say in this test how it is used", route)
		}
		for _, tr := range tries {
			on := tr.on
			if len(on) == 0 {
				on = []string{"-"}
			}
			for _, target := range on {
				cells := []string{strings.TrimSpace(route + " " + tr.name), target}
				for _, r := range roles {
					cells = append(cells, m.cell(tr, r.slackID, target))
				}
				row(cells...)
			}
		}
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	got := strings.Join(lines, "\n") + "\n"
	const path = "testdata/access.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("access is not as %s (-) says:\n%s", path, diff)
	}
}

func newMatrix(t *testing.T) *matrix {
	w := newWorld(t)
	for _, id := range []string{"UCAJ", "UERIK", "USIRI"} {
		w.slack.AddUser(fakeslack.User{ID: id, Name: strings.ToLower(id)})
	}
	w.write("more.csv", `email;name;roles;school;groups;language;slack_id;to
caj@alen.se;Caj Coach;coach;alen;;;UCAJ;
erik@fjord.no;Erik Moen;eht;fjord;;sv;UERIK;
siri@alen.se;Siri Sand;mentor;alen;7A;;USIRI;
slutat@alen.se;Stig Slutat;mentor;alen;8B;;USLUTAT;2026-11-16
`)
	w.write("assigned.csv", "key;given_name;family_name;group;school;mentors;ref\nk2;Alva;Berg;8B;alen;caj@alen.se;8B-M2X\n")
	if out, code := w.run("import", "--staff", w.path("more.csv"), "--students", w.path("assigned.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	w.slack.SetRateLimits(false) // all roles try all routes in less than a minute
	m := &matrix{endpoints: endpointsOf(t, w), t: t}
	m.leaves()
	return m
}

// everyRoute lists what Slack can send: "command insats", "button intervention.undo" and so on.
func (m *matrix) everyRoute() []string {
	app := m.work.app
	var all []string
	for _, c := range app.Commands() {
		all = append(all, "command "+c.Name)
	}
	for _, r := range app.Actions() {
		all = append(all, "button "+r.ID)
	}
	for _, r := range app.Submissions() {
		all = append(all, "modal "+r.ID)
	}
	for _, r := range app.Searches() {
		all = append(all, "search "+r.ID)
	}
	for _, s := range app.Shortcuts() {
		all = append(all, "shortcut "+s.ID)
	}
	for _, e := range eventTypes() {
		all = append(all, "event "+e)
	}
	return all
}

// tries are the ways to use a route.
func (m *matrix) tries(route string) []try {
	command := func(name, text string, on ...string) try {
		return try{"«" + text + "»", on, func(m *matrix, user, target string) string {
			return m.command(user, "/"+name, strings.ReplaceAll(text, "ref", targets[target]))
		}}
	}
	button := func(id, name, value string, on ...string) try {
		return try{name, on, func(m *matrix, user, target string) string {
			return m.button(user, id, strings.ReplaceAll(value, "ref", targets[target]))
		}}
	}
	// of has someone press the button of an entry that this one or someone else has made.
	of := func(id, name string, own bool, audience care.Audience, on ...string) try {
		return try{name, on, func(m *matrix, user, target string) string {
			return m.button(user, id, m.entry(user, own, audience, targets[target]))
		}}
	}
	if tries := m.meetingTries(route); len(tries) > 0 {
		return tries
	}
	switch route {
	case "command insats":
		return []try{command("insats", ""), command("insats", "ref samtal", targetNames...), command("insats", "lista"),
			command("insats", "lista ref", targetNames...), command("insats", "ångra"), command("insats", "hjälp")}
	case "command elev":
		return []try{command("elev", ""), command("elev", "ref", targetNames...), command("elev", "alva berg"), command("elev", "hjälp")}
	case "command franvaro":
		return []try{m.withCases(command("franvaro", "")), command("franvaro", "ref", targetNames...), m.withCases(command("franvaro", "lista")), command("franvaro", "hjälp")}
	case "command rapport":
		return []try{command("rapport", ""), command("rapport", "termin"), command("rapport", "nowhere"), command("rapport", "hjälp")}
	case "button report.show":
		return []try{button("report.show", "alen", "month/alen"), button("report.show", "fjord", "term/fjord"), button("report.show", "none", "month/none"),
			button("report.show", "no such time", "ever/alen")}
	case "command lotsen":
		return []try{command("lotsen", ""), command("lotsen", "språk"), command("lotsen", "språk sv"), command("lotsen", "inställningar"),
			command("lotsen", "vikarie"), m.anew(command("lotsen", "vikarie @ubo")), m.anew(command("lotsen", "vikarie @uguro")),
			m.anew(command("lotsen", "vikarie @ubo @uanna 26/11–30/11")), m.anew(command("lotsen", "vikarie @ubo @utor 26/11")),
			m.anew(command("lotsen", "vikarie @uguro @usigne 26/11")), m.anew(command("lotsen", "vikarie @ubo inte"))}
	case "button intervention.edit":
		return []try{
			of("intervention.edit", "own entry", true, care.AudienceEHT, targetNames[:4]...),
			of("intervention.edit", "other's", false, "", "own", "9c", "fjord", "protected"),
			of("intervention.edit", "other's, note for mentor", false, care.AudienceMentor, "own", "9c"),
			of("intervention.edit", "other's, note for eht", false, care.AudienceEHT, "own", "9c"),
			of("intervention.edit", "other's, note for leaders", false, care.AudienceLeadership, "own", "9c"),
			button("intervention.edit", "none", "iv_none"),
		}
	case "button intervention.undo":
		return []try{of("intervention.undo", "own entry", true, care.AudienceEHT, "own", "9c"),
			of("intervention.undo", "other's", false, care.AudienceEHT, "own"), button("intervention.undo", "none", "iv_none")}
	case "button intervention.more":
		return []try{{"", nil, func(m *matrix, user, _ string) string { return m.inModal(user, "intervention.more", "") }}}
	case "button intervention.pick":
		return []try{button("intervention.pick", "someone else's line", m.draft("UEVA")), button("intervention.pick", "none", "dr_none/0/8B-M2X")}
	case "button intervention.list":
		return []try{button("intervention.list", "", "ref", targetNames...)}
	case "button intervention.log":
		return []try{button("intervention.log", "", ""), button("intervention.log", "", "ref", targetNames...)}
	case "button student.open":
		return []try{button("student.open", "", "ref", targetNames...)}
	case "button student.page":
		return []try{button("student.page", "", "ref/0", targetNames...)}
	case "button student.names":
		return []try{button("student.names", "", "")}
	case "button settings.open":
		return []try{button("settings.open", "", "")}
	case "button feed.renew":
		return []try{m.anew(button("feed.renew", "", ""))}
	case "button reminder.done", "button reminder.snooze", "button reminder.log", "button reminder.undo":
		_, id, _ := strings.Cut(route, " ")
		return []try{
			{"own entry", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.button(user, id, m.reminder(user, true, targets[target]))
			}},
			{"other's", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.button(user, id, m.reminder(user, false, targets[target]))
			}},
			button(id, "none", "follow_up/none/1/remind/none"),
		}
	case "button case.show", "button case.open":
		_, id, _ := strings.Cut(route, " ")
		return []try{button(id, "", "ref", targetNames...)}
	case "button case.undo", "button case.edit":
		_, id, _ := strings.Cut(route, " ")
		return []try{
			{"own", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.button(user, id, m.acted(user, true, targets[target])+"#2")
			}},
			{"other's", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.button(user, id, m.acted(user, false, targets[target])+"#2")
			}},
			button(id, "none", "8B-222/1#2"),
		}
	case "button act":
		return []try{
			{"", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.inForm(user, m.acted(user, false, targets[target]), "act", "close")
			}},
			{"none", nil, func(m *matrix, user, _ string) string { return m.inForm(user, "8B-222/1", "act", "close") }},
		}
	case "modal case_reply":
		return []try{
			{"", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.submit(user, "case_reply", caseState(m.acted(user, false, targets[target]), ""), map[string]any{"act": option("home")})
			}},
			{"hand over", []string{"own", "9c"}, func(m *matrix, user, target string) string {
				return m.submit(user, "case_reply", caseState(m.acted(user, false, targets[target]), ""), map[string]any{"act": option("handover"), "owner": person("URUT")})
			}},
			{"own act", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.submit(user, "case_reply", caseState(m.acted(user, true, targets[target]), "2"), map[string]any{"act": option("home")})
			}},
			{"other's act", []string{"own", "9c"}, func(m *matrix, user, target string) string {
				return m.submit(user, "case_reply", caseState(m.acted(user, false, targets[target]), "2"), map[string]any{"act": option("home")})
			}},
			{"none", nil, func(m *matrix, user, _ string) string {
				return m.submit(user, "case_reply", caseState("8B-222/1", ""), map[string]any{"act": option("home")})
			}},
		}
	case "modal intervention":
		return []try{
			{"new", targetNames, func(m *matrix, user, target string) string {
				return m.submit(user, "intervention", "", m.filled(targets[target]))
			}},
			{"new, a group", nil, func(m *matrix, user, _ string) string {
				return m.submit(user, "intervention", `{"more":true}`, m.filled("", "level", "group"))
			}},
			{"own entry", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.edit(user, m.entry(user, true, care.AudienceEHT, targets[target]), targets[target])
			}},
			{"own entry moved to", targetNames, func(m *matrix, user, target string) string {
				return m.edit(user, m.entry(user, true, care.AudienceEHT, targets["own"]), targets[target])
			}},
			{"other's", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.edit(user, m.entry(user, false, care.AudienceMentor, targets[target]), targets[target])
			}},
			{"metadata made up", nil, func(m *matrix, user, _ string) string {
				return m.submit(user, "intervention", `{"entry":"iv_none","more":true}`, m.filled("8B-M2X"))
			}},
		}
	case "modal settings":
		settings := func(name string, more map[string]any) try {
			return m.anew(try{name, nil, func(m *matrix, user, _ string) string {
				values := map[string]any{"language": option("sv")}
				maps.Copy(values, more)
				return m.submit(user, "settings", "", values)
			}})
		}
		date := func(day string) any { return map[string]any{"type": "datepicker", "selected_date": day} }
		return []try{
			settings("", nil),
			settings("a calendar", map[string]any{"calendar_url": map[string]any{"type": "plain_text_input", "value": "https://kalender.example/1"}}),
			settings("a calendar at a private address", map[string]any{"calendar_url": map[string]any{"type": "plain_text_input", "value": "http://10.0.0.1/1"}}),
			settings("reminders of meetings", map[string]any{"meeting_reminder": option("none")}),
			settings("a slot", map[string]any{"slot_day": option("thu"), "slot_time": map[string]any{"type": "timepicker", "selected_time": "07:45"}}),
			settings("away", map[string]any{"away_from": date("2026-11-17"), "away_to": date("2026-11-20")}),
			settings("a substitute in Ålen", map[string]any{"away_from": date("2026-11-17"), "away_to": date("2026-11-20"), "substitute": person("UCAJ")}),
			settings("a substitute in Fjord", map[string]any{"away_from": date("2026-11-17"), "away_to": date("2026-11-20"), "substitute": person("UGURO")}),
			settings("a guest as substitute", map[string]any{"away_from": date("2026-11-17"), "away_to": date("2026-11-20"), "substitute": person("UGAST")}),
		}
	case "search students":
		return []try{
			{"«»", nil, func(m *matrix, user, _ string) string { return m.search(user, "") }},
			{"by ref", targetNames, func(m *matrix, user, target string) string { return m.search(user, targets[target]) }},
		}
	case "shortcut log_intervention", "shortcut log_message":
		_, id, _ := strings.Cut(route, " ")
		return []try{{"", nil, func(m *matrix, user, _ string) string { return m.shortcut(user, id) }}}
	case "button case.pick":
		return []try{
			{"own message", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.button(user, "case.pick", m.message(user)+"/"+m.acted(user, false, targets[target]))
			}},
			{"someone else's message", nil, func(m *matrix, user, _ string) string {
				return m.button(user, "case.pick", m.message("UEVA")+"/"+m.acted(user, false, targets["own"]))
			}},
			button("case.pick", "none", "dr_none/8B-222/1"),
		}
	case "event message.im", "event message.groups":
		direct := route == "event message.im"
		in := func(name, text string, on ...string) try {
			return try{name, on, func(m *matrix, user, target string) string {
				return m.says(user, direct, m.told(direct, m.acted(user, false, targets[target])), strings.ReplaceAll(text, "ref", targets[target]))
			}}
		}
		tries := []try{in("in a thread", "ringt hem", targetNames[:4]...), in("in a thread, ok", "ok", "own"),
			in("in a thread, not understood", "ska jag ringa?", "own", "9c"), in("in a thread of another case", "8B-M2X ringt hem", "9c")}
		if direct {
			tries = append(tries,
				try{"plain", targetNames, func(m *matrix, user, target string) string {
					if target != "none" {
						m.acted(user, false, targets[target])
					}
					return m.says(user, true, "", targets[target]+" ringt hem")
				}},
				try{"plain, hello", nil, func(m *matrix, user, _ string) string { return m.says(user, true, "", "hej") }})
		}
		return tries
	case "event app_home_opened":
		return []try{m.withCases(try{"", nil, (*matrix).home})}
	case "event team_join", "event user_change":
		_, kind, _ := strings.Cut(route, " ")
		return []try{{"", nil, func(m *matrix, user, _ string) string {
			return m.event(map[string]any{"type": kind, "user": map[string]any{"id": user, "team_id": m.slack.TeamID()}})
		}}}
	}
	if _, id, _ := strings.Cut(route, " "); strings.HasPrefix(id, "case.") { // what does something about a case
		return []try{
			{"", []string{"own", "9c", "fjord", "protected"}, func(m *matrix, user, target string) string {
				return m.button(user, id, m.acted(user, false, targets[target]))
			}},
			button(id, "none", "8B-222/1"),
		}
	}
	return nil
}

// cell is what one person gets: "yes", then the audiences of the notes that they read (m, e, l) and
// the students whose names they are shown (by their letters), or the code of the refusal. A refusal
// that tells a secret fails the test.
func (m *matrix) cell(tr try, user, target string) string {
	m.t.Helper()
	for range 3 { // nothing of what came before is in sight
		if _, err := m.slack.CloseView(m.t.Context(), user, true); err != nil {
			break
		}
	}
	seen := len(m.slack.Seen(user))
	answer := tr.do(m, user, target)
	m.work.wait()
	for _, msg := range m.slack.Seen(user)[seen:] {
		answer += msg.Plain
	}
	for _, v := range m.slack.Views(user) {
		answer += v.Plain + string(v.State)
	}
	outcome := m.outcome()
	if outcome == "yes" {
		for _, audience := range []care.Audience{care.AudienceMentor, care.AudienceEHT, care.AudienceLeadership} {
			if strings.Contains(answer, "Hemlig för "+string(audience)+".") {
				outcome += " " + map[care.Audience]string{care.AudienceMentor: "m", care.AudienceEHT: "e", care.AudienceLeadership: "l"}[audience]
			}
		}
		if strings.Contains(answer, "Elevsson") {
			m.t.Errorf("%s for %s on %s tells of a protected student", tr.name, user, target)
		}
		var named strings.Builder
		for _, s := range matrixStudents {
			if strings.Contains(answer, s.family) {
				named.WriteString(s.letter)
			}
		}
		if named.Len() > 0 {
			outcome += " " + named.String()
		}
		return outcome
	}
	m.tellsNothing(answer)
	return outcome
}

// tellsNothing fails the test when a text has someone's name or note in it.
func (m *matrix) tellsNothing(text string) {
	m.t.Helper()
	for _, secret := range matrixSecrets {
		if strings.Contains(text, secret) {
			m.t.Errorf("%q is told in\n%s", secret, text)
		}
	}
}

// outcome is how the latest request ended, by the log.
func (m *matrix) outcome() string {
	outcome := "no trace"
	for line := range bytes.Lines(m.log.bytes()) {
		var l struct{ Msg, Code, Outcome string }
		if err := json.Unmarshal(line, &l); err != nil {
			m.t.Fatal(err)
		}
		switch l.Msg {
		case "request handled", "event handled":
			outcome = "yes"
		case "request refused":
			outcome = l.Code
		case "app home shown":
			if outcome = l.Code; outcome == "" {
				outcome = "yes"
			}
		case "request failed", "panicked", "app home not shown", "answer not shown":
			if !bytes.Contains(line, []byte("views.push: the trigger has expired")) { // inModal's modal is not open
				m.t.Errorf("%s", line)
			}
		}
	}
	m.log.clear()
	return outcome
}
