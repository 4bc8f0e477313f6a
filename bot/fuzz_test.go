package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// endpoints is the HTTP transport over everything behind it, called without a socket.
type endpoints struct {
	*world
	handler http.Handler
	work    *dispatcher
}

func newEndpoints(t testing.TB) *endpoints { return endpointsOf(t, newWorld(t)) }

func endpointsOf(t testing.TB, w *world) *endpoints {
	t.Helper()
	w.serve() // once, to learn everyone's account
	w.stop()
	p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"},
		clock: &clock{}, log: newLog(w.log, "debug")}
	if err := p.clock.start(schoolNow); err != nil {
		t.Fatal(err)
	}
	sys, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := newDispatcher(t.Context(), sys, slackapi.New(w.slack.BotToken(), w.slack.APIURL(), time.Now), p, newMetrics())
	t.Cleanup(func() {
		d.wait()
		if err := sys.close(); err != nil {
			t.Error(err)
		}
	})
	return &endpoints{w, (&slackHTTP{dispatcher: d, secret: w.slack.SigningSecret(), log: p.log}).handler(), d}
}

// deliver delivers a signed body.
func (e *endpoints) deliver(t *testing.T, path string, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	req.Header = fakeslack.Sign(e.slack.SigningSecret(), time.Now(), body)
	rec := httptest.NewRecorder()
	e.handler.ServeHTTP(rec, req)
	return rec
}

// post delivers a signed body and fails the test when the bot has broken under it.
func (e *endpoints) post(t *testing.T, path string, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	e.log.clear()
	rec := e.deliver(t, path, body)
	e.work.wait()
	if rec.Code >= 500 {
		t.Errorf("%s answers %d: %s", path, rec.Code, rec.Body)
	}
	for line := range bytes.Lines(e.log.bytes()) {
		if bytes.Contains(line, []byte(`"level":"ERROR"`)) {
			t.Errorf("%s logs %s", path, line)
		}
	}
	return rec
}

func FuzzCommandsEndpoint(f *testing.F) {
	for _, text := range []string{"8B-K3F samtal Ringde hem", "alva hem", "lista", "ångra", "hjälp", "språk nn", "<@UBO> <#C1|x> &lt;!channel&gt;", "\x00\xff"} {
		f.Add("UANNA", "/insats", text, "T")
		f.Add("UEVA", "/lotsen", text, "T")
	}
	f.Add("UEVA", "/lotsen", "vikarie <@UANNA> <@UBO|bo> 26/11–30/11", "T")
	f.Add("UNOBODY", "/nothing", "", "")
	f.Add("UANNA", "/insats", "", "T")
	f.Add("UEVA", "/elev", "", "T")
	e := newEndpoints(f)
	f.Fuzz(func(t *testing.T, user, command, text, team string) {
		if team == "T" {
			team = e.slack.TeamID()
		}
		form, err := e.slack.CommandForm("UANNA", "", command, "")
		if err != nil {
			t.Fatal(err)
		}
		form.Set("user_id", user)
		form.Set("team_id", team)
		form.Set("text", text)
		rec := e.post(t, pathCommands, []byte(form.Encode()))
		if rec.Code == http.StatusOK && rec.Body.Len() == 0 { // then a modal is the answer
			if e.front("UANNA") == nil {
				t.Errorf("%q is answered with nothing", text)
			} else if _, err := e.slack.CloseView(t.Context(), "UANNA", true); err != nil {
				t.Fatal(err)
			}
			return
		}
		var msg struct{ Text string }
		if rec.Code == http.StatusOK && json.Unmarshal(rec.Body.Bytes(), &msg) != nil {
			t.Errorf("the answer to %q is no JSON: %.200s", text, rec.Body)
		}
		if strings.Contains(msg.Text, "<!") || strings.Contains(msg.Text, "<@") {
			t.Errorf("the answer to %q pings: %s", text, msg.Text)
		}
	})
}

func FuzzInteractionsEndpoint(f *testing.F) {
	e := newEndpoints(f)
	click := func(action, value string) []byte {
		return fmt.Appendf(nil, `{"type":"block_actions","user":{"id":"UANNA"},"team":{"id":%q},"trigger_id":"1",`+
			`"actions":[{"type":"button","block_id":"b","action_id":%q,"value":%q}]}`, e.slack.TeamID(), action, value)
	}
	f.Add(click("intervention.undo", "iv_1"))
	f.Add(click("intervention.pick.1", "dr_1/0/talk"))
	f.Add(click("from.tomorrow", ""))
	whole := func(payload string) []byte {
		return []byte(strings.ReplaceAll(payload, "BY", `"user":{"id":"UANNA"},"team":{"id":"`+e.slack.TeamID()+`"},"trigger_id":"1"`))
	}
	f.Add(click("intervention.edit", "iv_1"))
	f.Add(click("student.page.1", "8B-M2X/99999999999"))
	f.Add(whole(`{"type":"view_submission",BY,"view":{"id":"V1","type":"modal","callback_id":"intervention","private_metadata":"{\"entry\":\"iv_1\",\"base\":-1}",` +
		`"state":{"values":{"students":{"students":{"type":"multi_external_select","selected_options":[{"value":"8B-M2X","text":{"type":"plain_text","text":"Alva"}}]}},` +
		`"kinds":{"kinds":{"type":"multi_static_select","selected_options":[{"value":"talk","text":{"type":"plain_text","text":"x"}}]}},` +
		`"note":{"note":{"type":"plain_text_input","value":"<!channel>"}},"date":{"date":{"type":"datepicker","selected_date":"2026-02-30"}}}}}}`))
	f.Add(whole(`{"type":"view_submission",BY,"view":{"id":"V2","type":"modal","callback_id":"settings","state":{"values":{"language":{"language":{"type":"static_select","selected_option":{"value":"xx"}}}}}}}`))
	f.Add(whole(`{"type":"block_suggestion",BY,"action_id":"students","block_id":"students","value":"Åsen æ\u0000","view":{"id":"V3","type":"modal"}}`))
	f.Add(whole(`{"type":"shortcut",BY,"callback_id":"log_intervention"}`))
	f.Add(whole(`{"type":"message_action",BY,"callback_id":"log_message","message":{"type":"message","text":"<@U1> &lt;x&gt;"}}`))
	f.Add([]byte(`{"type":"view_submission","view":{"state":{"values":{}}}}`))
	f.Add([]byte(`{"type":"block_actions","actions":[{"type":"from_tomorrow"}]}`))
	f.Add([]byte(`{"type":`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		rec := e.post(t, pathInteractions, []byte(url.Values{"payload": {string(payload)}}.Encode()))
		if rec.Code != http.StatusOK {
			t.Errorf("payload %q is answered %d, want 200", payload, rec.Code)
		}
	})
}

func FuzzEventsEndpoint(f *testing.F) {
	f.Add([]byte(`{"type":"url_verification","challenge":"abc"}`))
	f.Add([]byte(`{"type":"event_callback","event_id":"Ev1","event":{"type":"user_change","user":{"id":"UBO","team_id":"T","updated":1}}}`))
	f.Add([]byte(`{"type":"event_callback","event_id":"Ev1","event":{"type":"from_tomorrow","blocks":[{"type":"x"}]}}`))
	f.Add([]byte(`{"type":"app_rate_limited"}`))
	f.Add([]byte(`{"type":"event_callback","team_id":"T0LOTSEN01","event":{"type":"app_home_opened","user":"UANNA","tab":"home"}}`))
	f.Add([]byte(`[]`))
	e := newEndpoints(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		if rec := e.post(t, pathEvents, body); rec.Code != http.StatusOK {
			t.Errorf("event %q is answered %d, want 200", body, rec.Code)
		}
	})
}
