package scheduler_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
	"lotsen/internal/vault"
	"lotsen/scheduler"
)

// mailroom is a scheduler that delivers, over a real database and a real Slack client.
type mailroom struct {
	*scheduler.Scheduler
	t       *testing.T
	care    *care.Service
	engine  store.Engine
	slack   *fakeslack.Slack
	log     *bytes.Buffer
	now     time.Time
	shown   atomic.Int64 // now, for Slack, which also looks at it while nobody waits for it
	written int          // interventions
}

// words are messages without words of their own: a reminder is its refs and states.
type words struct{}

func (words) Reminder(r care.Reminder, _ care.Lang, _ time.Time) (string, []slack.Block) {
	var items []string
	if r.Week != nil {
		items = append(items, "week")
	}
	for _, c := range r.Cases {
		items = append(items, itemWords(c))
	}
	for _, i := range r.Items {
		items = append(items, fmt.Sprintf("%v %s", i.Refs, i.State))
	}
	text := strings.Join(items, ", ")
	return text, []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, false), nil, nil)}
}

func (words) Trouble(t care.Trouble, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("%d failed", t.Failed), nil
}

func (words) Report(r care.Report, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("report to the %s: %d on steps, newest %s", r.Room, len(r.Steps), r.Newest), nil
}

func (words) Watch(w care.Watch, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("watch: %s, %d late, %d days", w.What, w.Late, w.Days), nil
}

func (words) Meeting(m care.MeetingLetter, kind care.DeliveryKind, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("%s: %s %s", kind, m.ID, m.What), nil
}

func (words) MeetingDay(d care.MeetingDayLetter, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("%d meetings on %s", len(d.Meetings), d.Day), nil
}

func (words) CaseWord(w care.CaseWord, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("%s %s", w.Ref, w.What), nil
}

func (words) CasePost(p care.CasePost, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return string(p.Room) + ": " + itemWords(p.CaseItem), nil
}

// itemWords is a case's ref and why it is told of, or what was done.
func itemWords(c care.CaseItem) string {
	if c.Did != nil {
		return fmt.Sprintf("[%s] %s%s by %s", c.Ref, c.Did.What, c.Did.Act, c.Did.By)
	}
	return fmt.Sprintf("[%s] %s", c.Ref, c.Prompt)
}

func (words) FileReport(f care.FileReport, _ care.Lang, _ time.Time) (string, []slack.Block) {
	return fmt.Sprintf("%s: %d bad rows", f.File, f.Rows), nil
}

var stockholm = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic(err)
	}
	return zone
}()

// The mailroom opens on a Thursday at seven.
const mailDay care.Date = "2026-10-15"

func newMailroom(t *testing.T) *mailroom {
	t.Helper()
	dir := t.TempDir()
	db := storetest.Open(t, dir)
	m := &mailroom{t: t, engine: db, log: &bytes.Buffer{}, now: mailDay.At(7, 0, stockholm).UTC()}
	m.passes(0)
	m.slack = fakeslack.New(fakeslack.Options{Clock: m.clock, Machine: m.clock})
	if err := m.slack.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.slack.Close)
	keys, err := vault.Create(filepath.Join(dir, "lotsen.keys"))
	if err != nil {
		t.Fatal(err)
	}
	m.care = &care.Service{
		Schools: map[string]care.School{"alen": {ID: "alen", Country: care.Sweden, Zone: stockholm, Language: care.Swedish, Admins: []string{"UADA"}}},
		Default: care.Swedish, Kinds: care.NewKindWords(nil), Vault: keys,
	}
	m.slack.AddUser(fakeslack.User{ID: "UADA"})
	m.open(db, nil)
	for _, name := range []string{"anna", "bo", "eva"} {
		row := care.StaffRow{Email: name + "@skola.se", Name: name, Roles: []care.Role{care.Mentor}, School: "alen",
			SlackID: "U" + strings.ToUpper(name), Groups: []string{"8B"}}
		if name == "eva" {
			row.Roles, row.Groups = []care.Role{care.EHT}, nil
		}
		if done, err := m.care.ImportStaff(t.Context(), []care.StaffRow{row}, m.now, false); err != nil || done.Added != 1 {
			t.Fatalf("ImportStaff() = %+v, %v", done, err)
		}
		m.slack.AddUser(fakeslack.User{ID: row.SlackID})
	}
	rows := []care.StudentRow{{Line: 2, Key: "k1", Given: "Alva", Family: "Berg", Group: "8B", School: "alen", Ref: "8B-K3F"},
		{Line: 3, Key: "k2", Given: "Nils", Family: "Ek", Group: "8B", School: "alen", Ref: "8B-M2X"}}
	if done, err := m.care.ImportStudents(t.Context(), rows, nil, m.now, false); err != nil || len(done.Bad) > 0 {
		t.Fatalf("ImportStudents() = %+v, %v", done, err)
	}
	return m
}

// passes lets time pass.
func (m *mailroom) passes(d time.Duration) {
	m.now = m.now.Add(d)
	m.shown.Store(m.now.UnixMilli())
}

func (m *mailroom) clock() time.Time { return time.UnixMilli(m.shown.Load()).UTC() }

// open makes a scheduler over an engine, as a new process would. between, if not nil, stands between it and Slack.
func (m *mailroom) open(engine store.Engine, between func(scheduler.Slack) scheduler.Slack) {
	m.t.Helper()
	records, err := store.Open(m.t.Context(), engine)
	if err != nil {
		m.t.Fatal(err)
	}
	service := *m.care
	service.Records = records.Care()
	m.care = &service
	var api scheduler.Slack = slackapi.New(m.slack.BotToken(), m.slack.APIURL(), m.clock)
	if between != nil {
		api = between(api)
	}
	m.Scheduler = &scheduler.Scheduler{Care: m.care, Slack: api, Messages: words{}, Machine: m.clock,
		Log: slog.New(slog.NewTextHandler(m.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
}

// follow logs an intervention of someone's that is to be followed up on.
func (m *mailroom) follow(slackID string, day care.Date, refs ...care.Ref) care.Entry {
	m.t.Helper()
	st, err := m.care.Staff.BySlackID(m.t.Context(), slackID)
	if err != nil {
		m.t.Fatal(err)
	}
	m.written++
	id := fmt.Sprint("form", m.written)
	e, err := m.care.LogForm(m.t.Context(), care.Actor{Staff: st, Lang: care.Swedish},
		care.InterventionForm{Students: refs, Kinds: []care.Kind{care.KindTalk}, FollowUp: day}, id, id, m.now)
	if err != nil {
		m.t.Fatal(err)
	}
	return e
}

// runs ticks each minute until a time of the day, and returns how many ticks ended in an error.
func (m *mailroom) runs(day care.Date, hour, minute int) (bad int) {
	m.t.Helper()
	for end := day.At(hour, minute, stockholm); m.now.Before(end); {
		step := time.Minute
		if local := m.now.In(stockholm).Hour(); storetest.OnServer() && (local < 7 || local >= 9) {
			step = min(15*time.Minute, end.Sub(m.now)) // it is slow, and reminders are due at eight
		}
		m.passes(step)
		for _, job := range []func(context.Context, time.Time) (int, error){m.TickOut, m.TickDeliveries} {
			if _, err := job(m.t.Context(), m.now); err != nil {
				bad++
			}
		}
	}
	return bad
}

// has checks which messages stand in someone's conversation with the bot, in Slack's own order.
func (m *mailroom) has(slackID string, want ...string) {
	m.t.Helper()
	var got []string
	for _, msg := range m.slack.Seen(slackID) {
		got = append(got, msg.Plain)
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		m.t.Errorf("%s has %q, want %q", slackID, got, want)
	}
}

func (m *mailroom) check() {
	m.t.Helper()
	for _, v := range m.slack.Violations() {
		m.t.Errorf("Slack finds fault: %s", v)
	}
	for _, secret := range []string{"Alva", "Berg", "skola.se", "xoxb"} {
		if strings.Contains(m.log.String(), secret) {
			m.t.Errorf("the log holds %q", secret)
		}
	}
}

func TestDeliver(t *testing.T) {
	m := newMailroom(t)
	m.follow("UANNA", mailDay, "8B-K3F")
	m.follow("UANNA", mailDay, "8B-M2X")
	m.follow("UBO", mailDay, "8B-M2X")
	m.runs(mailDay, 7, 59)
	m.has("UANNA")
	m.runs(mailDay, 8, 1)
	m.has("UANNA", "[8B-K3F] open, [8B-M2X] open")
	m.has("UBO", "[8B-M2X] open")
	m.runs(mailDay, 17, 0)
	m.has("UANNA", "[8B-K3F] open, [8B-M2X] open")
	calls := map[string]int{}
	for _, c := range m.slack.Calls() {
		calls[c.Method]++
	}
	if calls["chat.postMessage"] != 2 || calls["conversations.history"] > 0 || calls["conversations.open"] > 0 {
		t.Errorf("Slack was called %v, want two posts and no search", calls)
	}
	m.check()
}

// TestDeliverThroughFaults has Slack fail in each way at eight o'clock. Each message arrives once.
func TestDeliverThroughFaults(t *testing.T) {
	const post, find, open = "chat.postMessage", "conversations.history", "conversations.open"
	type plan struct {
		method string
		fault  fakeslack.Fault
	}
	for i, tt := range []struct {
		name   string
		faults []plan
		until  [2]int // when it is there
	}{
		{"429 for a while", []plan{{post, fakeslack.Fault{RetryAfter: 90 * time.Second}}}, [2]int{8, 4}},
		{"429 without a time", []plan{{post, fakeslack.Fault{Status: 429}}}, [2]int{8, 3}},
		{"429 again and again", []plan{{post, fakeslack.Fault{RetryAfter: 70 * time.Second, Times: 4}}}, [2]int{8, 10}},
		{"500", []plan{{post, fakeslack.Fault{Status: 500}}}, [2]int{8, 3}},
		{"500 for long", []plan{{post, fakeslack.Fault{Status: 500, Times: 5}}}, [2]int{8, 40}},
		{"an internal error", []plan{{post, fakeslack.Fault{Code: "internal_error"}}}, [2]int{8, 3}},
		{"dropped", []plan{{post, fakeslack.Fault{Drop: true}}}, [2]int{8, 3}},
		{"the answer is lost", []plan{{post, fakeslack.Fault{LoseAnswer: true}}}, [2]int{8, 1}},
		{"all answers are lost", []plan{{post, fakeslack.Fault{LoseAnswer: true, Times: 9}}}, [2]int{8, 1}},
		{"the answer is lost, and so is the search", []plan{{post, fakeslack.Fault{LoseAnswer: true}}, {find, fakeslack.Fault{Status: 503, Times: 3}}}, [2]int{8, 1}},
		{"dropped, and the search is limited", []plan{{post, fakeslack.Fault{Drop: true}}, {find, fakeslack.Fault{RetryAfter: time.Minute, Times: 2}}}, [2]int{8, 10}},
		{"dropped, and the conversation is not opened", []plan{{post, fakeslack.Fault{Drop: true}}, {open, fakeslack.Fault{Status: 500, Times: 2}}}, [2]int{8, 10}},
		{"the token is refused for a while", []plan{{post, fakeslack.Fault{Code: "invalid_auth", Times: 3}}}, [2]int{8, 20}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if storetest.OnServer() && i%4 != 3 {
				t.Skip("to Slack's faults it makes no difference where the records are")
			}
			m := newMailroom(t)
			m.follow("UANNA", mailDay, "8B-K3F")
			m.follow("UANNA", mailDay, "8B-M2X")
			m.runs(mailDay, 7, 59)
			for _, p := range tt.faults {
				m.slack.Fault(p.method, p.fault)
			}
			m.runs(mailDay, tt.until[0], tt.until[1])
			m.has("UANNA", "[8B-K3F] open, [8B-M2X] open")
			m.runs(mailDay, 16, 0)
			m.has("UANNA", "[8B-K3F] open, [8B-M2X] open")
			m.has("UADA")
			m.settled()
			m.check()
		})
	}
}

// settled checks that every delivery is known to have been sent.
func (m *mailroom) settled() {
	m.t.Helper()
	for _, slackID := range []string{"UANNA", "UBO", "UEVA"} {
		st, err := m.care.Staff.BySlackID(m.t.Context(), slackID)
		if err != nil {
			m.t.Fatal(err)
		}
		list, err := m.care.Deliveries.DueTo(m.t.Context(), st.ID, m.now.AddDate(1, 0, 0), 10)
		if err != nil || len(list) > 0 {
			m.t.Errorf("still due to %s: %+v, %v", slackID, list, err)
		}
	}
}

// TestDeliverWhenSlackIsAwayForTenMinutes lets it refuse connections.
func TestDeliverWhenSlackIsAwayForTenMinutes(t *testing.T) {
	m := newMailroom(t)
	m.follow("UANNA", mailDay, "8B-K3F")
	m.follow("UBO", mailDay, "8B-M2X")
	m.runs(mailDay, 7, 59)
	m.slack.Close()
	m.runs(mailDay, 8, 10)
	if err := m.slack.Start(); err != nil {
		t.Fatal(err)
	}
	m.runs(mailDay, 8, 30)
	m.has("UANNA", "[8B-K3F] open")
	m.has("UBO", "[8B-M2X] open")
	m.runs(mailDay, 16, 0)
	m.has("UANNA", "[8B-K3F] open")
	m.settled()
	m.check()
}

// TestDeliverToSomeoneWhoIsGone reaches their colleague.
func TestDeliverToSomeoneWhoIsGone(t *testing.T) {
	m := newMailroom(t)
	m.follow("UANNA", mailDay, "8B-K3F")
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "user_not_found"})
	m.runs(mailDay, 8, 5)
	m.has("UANNA")
	m.has("UBO", "[8B-K3F] open")
	m.settled()
	m.check()
}

// TestDeliverGivesUp tells the administrator.
func TestDeliverGivesUp(t *testing.T) {
	m := newMailroom(t)
	m.follow("UANNA", mailDay, "8B-K3F")
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "missing_scope", Times: -1})
	m.runs("2026-10-16", 16, 40)
	m.slack.ClearFaults()
	if !strings.Contains(m.log.String(), "missing_scope") {
		t.Errorf("the log does not say why:\n%s", m.log)
	}
	m.runs("2026-10-19", 9, 0)
	// The last try is on Monday, when nothing is refused any more.
	m.has("UANNA", "[8B-K3F] open")

	m.follow("UANNA", "2026-10-20", "8B-M2X")
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "missing_scope", Times: -1})
	m.runs("2026-10-22", 7, 35)
	m.slack.ClearFaults()
	m.runs("2026-10-22", 9, 0)
	m.has("UADA", "1 failed")
	m.check()
}
