package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/store/storetest"
)

// copies are several processes of the bot on one database.
type copies struct {
	*world
	all []*process
	n   atomic.Int64 // tells apart what is sent
}

// newCopies starts the bot so often on one MongoDB database, at the time that LOTSEN_CLOCK has after prepare.
func newCopies(t *testing.T, number int, prepare func(*world)) *copies {
	t.Helper()
	storetest.NeedServer(t)
	w := newWorld(t)
	w.serve() // once, to learn everyone's account
	if prepare != nil {
		prepare(w)
	}
	w.stop()
	c := &copies{world: w}
	clock, err := time.Parse(time.RFC3339, w.env["LOTSEN_CLOCK"])
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for range number { // whose clocks show the same, however long each takes to start
		w.env["LOTSEN_CLOCK"] = clock.Add(time.Since(began)).Format(time.RFC3339Nano)
		p := w.spawn()
		t.Cleanup(p.kill)
		c.all = append(c.all, p)
	}
	return c
}

// send delivers a signed body to one of the copies.
func (c *copies) send(p *process, path string, body []byte) string {
	req, err := http.NewRequest(http.MethodPost, p.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return ""
	}
	req.Header = fakeslack.Sign(c.slack.SigningSecret(), time.Now(), body)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Error(err)
		return ""
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		c.t.Errorf("%s answers %d, %v: %s", path, resp.StatusCode, err, answer)
	}
	return string(answer)
}

// toAll delivers the same body to all copies at once and returns their answers.
func (c *copies) toAll(path string, body []byte) []string {
	answers := make([]string, len(c.all))
	var wg sync.WaitGroup
	for i, p := range c.all {
		wg.Go(func() { answers[i] = c.send(p, path, body) })
	}
	wg.Wait()
	return answers
}

// payload is an interaction of a person's.
func (c *copies) payload(user string, payload map[string]any) []byte {
	payload["user"], payload["team"] = map[string]any{"id": user}, map[string]any{"id": c.slack.TeamID()}
	payload["trigger_id"] = fmt.Sprintf("9.9.%d", c.n.Add(1))
	raw, err := json.Marshal(payload)
	if err != nil {
		c.t.Fatal(err)
	}
	return []byte(url.Values{"payload": {string(raw)}}.Encode())
}

// form is the modal "intervention" as it is sent.
func (c *copies) form(view, metadata, note string) map[string]any {
	several := func(value string) map[string]any {
		return map[string]any{"type": "multi_static_select", "selected_options": []any{map[string]any{"value": value}}}
	}
	values := map[string]any{}
	for name, v := range map[string]any{"students": several("8B-M2X"), "kinds": several("talk"), "note": map[string]any{"type": "plain_text_input", "value": note}} {
		values[name] = map[string]any{name: v}
	}
	return map[string]any{"type": "view_submission", "view": map[string]any{"id": view, "type": "modal", "callback_id": "intervention",
		"private_metadata": metadata, "hash": "h", "state": map[string]any{"values": values}, "blocks": []any{map[string]any{
			"type": "input", "block_id": "note", "label": map[string]any{"type": "plain_text", "text": "Anteckning"},
			"element": map[string]any{"type": "plain_text_input", "action_id": "note"}}}}}
}

// TestCopiesHandleOnce delivers the same command, click, submission and event to two copies at once.
func TestCopiesHandleOnce(t *testing.T) {
	c := newCopies(t, 2, nil)
	for i := range 10 {
		form, err := c.slack.CommandForm("UANNA", "", "/insats", fmt.Sprintf("8B-M2X samtal Rad %02d.", i))
		if err != nil {
			t.Fatal(err)
		}
		answers := c.toAll(pathCommands, []byte(form.Encode()))
		if answers[0] != answers[1] || !strings.Contains(answers[0], "Loggat f") {
			t.Errorf("the same command is answered\n%s\nand\n%s", answers[0], answers[1])
		}
		answers = c.toAll(pathInteractions, c.payload("UBO", c.form(fmt.Sprintf("V%d", i), "", "")))
		if !strings.Contains(answers[0]+answers[1], "errors") { // Bo does not see the student
			t.Errorf("someone else's submission is answered %q", answers)
		}
		answers = c.toAll(pathInteractions, c.payload("UANNA", c.form(fmt.Sprintf("W%d", i), "", fmt.Sprintf("Formulär %02d.", i))))
		if !strings.Contains(answers[0], "Loggat f") || !strings.Contains(answers[1], "Loggat f") {
			t.Errorf("the same submission is answered %q", answers)
		}
	}
	notes := c.stored("UANNA")
	for i := range 10 {
		for _, note := range []string{fmt.Sprintf("Rad %02d.", i), fmt.Sprintf("Formulär %02d.", i)} {
			if notes[note] != 1 {
				t.Errorf("%q is stored %d times, want once", note, notes[note])
			}
		}
	}

	var ids []string
	for _, iv := range c.interventions("UANNA") {
		ids = append(ids, iv.ID)
	}
	c.toAll(pathInteractions, c.payload("UANNA", map[string]any{"type": "block_actions",
		"actions": []any{map[string]any{"type": "button", "block_id": "b", "action_id": "intervention.undo", "value": ids[0]}}}))
	c.await("one of them to be withdrawn", func() bool {
		withdrawn := 0
		for _, iv := range c.interventions("UANNA") {
			if iv.Status == care.StatusWithdrawn {
				withdrawn++
			}
		}
		return withdrawn == 1
	})

	calls := len(c.slack.Calls())
	event, err := json.Marshal(map[string]any{"type": "event_callback", "team_id": c.slack.TeamID(), "event_id": "EvTwice",
		"event": map[string]any{"type": "app_home_opened", "user": "UANNA", "tab": "home"}})
	if err != nil {
		t.Fatal(err)
	}
	c.toAll(pathEvents, event)
	shown := func() (n int) {
		for _, m := range c.methods(calls) {
			if m == "views.publish" {
				n++
			}
		}
		return n
	}
	c.await("App Home", func() bool { return shown() > 0 })
	time.Sleep(300 * time.Millisecond) // for a second one to come
	if n := shown(); n != 1 {
		t.Errorf("after one event App Home is shown %d times", n)
	}
	c.check()
}

// system opens what the bot works on, and returns how it is closed.
func (w *world) system() (*system, func()) {
	w.t.Helper()
	p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"}, clock: &clock{}}
	sys, err := p.open(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return sys, func() {
		if err := sys.close(); err != nil {
			w.t.Error(err)
		}
	}
}

// interventions are someone's, as they are stored.
func (w *world) interventions(slackID string) []care.Intervention {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	st, err := sys.records.Staff.BySlackID(w.t.Context(), slackID)
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := sys.records.Interventions.ByAuthor(w.t.Context(), st.ID, time.Time{}, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// TestCopiesRemindOnce has four copies find the same reminders due, of follow-ups and of cases, and a case that the
// team is asked to see to; one of them is killed.
func TestCopiesRemindOnce(t *testing.T) {
	t.Parallel()
	const each = 6
	refs := map[string]care.Ref{"UANNA": "8B-M2X", "UBO": "9C-P5P", "UGURO": "1STA-B2B", "USIGNE": "1STB-C3C"}
	c := newCopies(t, 4, func(w *world) {
		for i := range each {
			for user, ref := range refs {
				form := care.InterventionForm{Students: []care.Ref{ref}, Kinds: []care.Kind{care.KindTalk}, FollowUp: "2026-11-18"}
				w.logs(user, form, fmt.Sprint(user, i))
			}
		}
		w.moveOut()                                               // before the cases are opened, or what was logged would be something done about them
		for _, user := range []string{"UBO", "UGURO", "USIGNE"} { // the only mentors of their students
			w.opensCase(user, refs[user], user == "USIGNE")
		}
		w.moveOut()
		w.env["LOTSEN_CLOCK"] = "2026-11-18T07:59:55+01:00"
	})
	users := []string{"UANNA", "UBO", "UGURO", "USIGNE", "UTONE"} // the last sees the team's channel
	sent := func(users []string) (n int) {
		for _, u := range users {
			n += len(c.slack.Seen(u))
		}
		return n
	}
	c.await("the first reminder", func() bool { return sent(users[:4]) > 0 })
	c.all[0].kill()
	c.awaitFor(3*time.Minute, "all reminders", func() bool { return sent(users) >= len(users) })
	time.Sleep(5 * time.Second) // for one too many to come
	for _, u := range users {
		followUps, cases := each, 1
		switch u {
		case "UANNA", "USIGNE": // who has none; whose case is the team's
			cases = 0
		case "UTONE":
			followUps = 0
		}
		seen := c.slack.Seen(u)
		if len(seen) != 1 || strings.Count(string(seen[0].Blocks), "reminder.done") != followUps ||
			strings.Count(string(seen[0].Blocks), "case.details") != cases {
			t.Errorf("%s has %d messages, want one with %d follow-ups and %d cases: %+v\nlog:\n%s", u, len(seen), followUps, cases, seen, c.wrote())
		}
	}
	c.check()
}

// opensCase has someone open a student's case in the evening, and perhaps ask the team to see to it.
func (w *world) opensCase(user string, ref care.Ref, team bool) {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	evening := time.Date(2026, time.November, 17, 18, 0, 0, 0, sys.care.Schools["alen"].Zone)
	actor, err := sys.care.LetIn(w.t.Context(), user, w.slack.TeamID(), evening)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := sys.care.OpenCase(w.t.Context(), actor, ref, "open "+user, evening)
	if err == nil && team {
		_, err = sys.care.ActOnCase(w.t.Context(), actor, c.ID, care.CaseForm{Act: care.ActNeedsEHT}, "ask "+user, evening)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// moveOut has what changes carry moved on, as the tick does.
func (w *world) moveOut() {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	for n := 1; n > 0; {
		var err error
		if n, err = sys.care.MoveOut(w.t.Context(), time.Now().AddDate(10, 0, 0)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// logs stores what someone has filled into the form.
func (w *world) logs(user string, f care.InterventionForm, id string) {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	now, err := time.Parse(time.RFC3339, w.env["LOTSEN_CLOCK"])
	if err != nil {
		w.t.Fatal(err)
	}
	actor, err := sys.care.LetIn(w.t.Context(), user, w.slack.TeamID(), now)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := sys.care.LogForm(w.t.Context(), actor, f, id, id, now); err != nil {
		w.t.Fatal(err)
	}
}

// baseOf finds the number of revisions that a form goes on from.
var baseOf = regexp.MustCompile(`base\\?":(\d+)`)

// saveAgain is what a window says whose answer does not come in Slack's time.
const saveAgain = "tryck sedan på Spara igen"

// TestCopiesEditInOrder has one intervention changed 200 times by four copies, each at work all the
// time. An edit for which someone else's change came between is shown what that was, and sent again; so is
// one that takes longer than Slack waits.
func TestCopiesEditInOrder(t *testing.T) {
	t.Parallel()
	const edits, hands = 200, 4
	c := newCopies(t, 4, func(w *world) {
		w.logs("UANNA", care.InterventionForm{Students: []care.Ref{"8B-M2X"}, Kinds: []care.Kind{care.KindTalk}, Note: "Början"}, "form")
	})
	id := c.interventions("UANNA")[0].ID
	var accepted, refused, late atomic.Int64
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range hands {
		wg.Go(func() {
			base := 0 // as far as this hand knows
			for i := range jobs {
				note, view := fmt.Sprintf("Ändring %03d.", i), ""
				for tries := 0; ; tries++ {
					p := c.all[(i+tries)%len(c.all)]
					metadata := fmt.Sprintf(`{"entry":%q,"base":%d,"more":true}`, id, base)
					if view == "" {
						view = fmt.Sprintf("V%d", c.n.Add(1))
					}
					answer := c.send(p, pathInteractions, c.payload("UANNA", c.form(view, metadata, note)))
					if strings.Contains(answer, saveAgain) {
						late.Add(1)
						continue // in the same window
					}
					view = ""
					if strings.Contains(answer, `"done":true`) || strings.Contains(answer, `\"done\":true`) {
						accepted.Add(1)
						base++
						break
					}
					m := baseOf.FindStringSubmatch(answer)
					if m == nil {
						t.Errorf("edit %d is answered %s", i, answer)
						break
					}
					refused.Add(1)
					_, _ = fmt.Sscan(m[1], &base)
				}
			}
		})
	}
	for i := range edits {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	t.Logf("%d edits accepted, %d times shown what someone else had changed, %d times late", accepted.Load(), refused.Load(), late.Load())

	iv := c.interventions("UANNA")[0]
	if len(iv.Revisions) != edits || accepted.Load() != edits {
		t.Fatalf("there are %d revisions of %d accepted edits, want %d", len(iv.Revisions), accepted.Load(), edits)
	}
	notes := c.notesOf(iv)
	if notes[0] != "Början" {
		t.Errorf("the first revision keeps %q", notes[0])
	}
	for i := 1; i < len(notes); i++ {
		if slices.Contains(notes[:i], notes[i]) {
			t.Errorf("%q is there twice", notes[i])
		}
	}
	if !slices.IsSortedFunc(iv.Revisions, func(a, b care.Revision) int { return a.At.Compare(b.At) }) {
		// Clocks of several processes may differ by a little; the order is that of the list.
		t.Log("the times of the revisions are not in their order")
	}
	c.check()
}

// notesOf opens what an intervention has said, oldest first.
func (w *world) notesOf(iv care.Intervention) (notes []string) {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	for _, rev := range append(iv.Revisions, care.Revision{Before: iv.Content}) {
		note, err := sys.vault.Open(rev.Before.Note, "interventions", iv.ID, "note")
		if err != nil {
			w.t.Fatal(err)
		}
		notes = append(notes, note)
	}
	return notes
}
