package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
	"lotsen/internal/vault"
	"lotsen/scheduler"
)

// office is a scheduler over a real database, vault and Slack client, beside a fake Slack.
type office struct {
	*scheduler.Scheduler
	t       *testing.T
	care    *care.Service
	records *store.Records
	slack   *fakeslack.Slack
	log     *bytes.Buffer
	now     time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	records, err := store.Open(t.Context(), storetest.Open(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Create(filepath.Join(dir, "lotsen.keys"))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, records: records, log: &bytes.Buffer{}, now: time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	o.slack = fakeslack.New(fakeslack.Options{Clock: clock, Machine: clock})
	if err := o.slack.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.slack.Close)
	o.care = &care.Service{
		Schools: map[string]care.School{"alen": {ID: "alen", Zone: time.UTC, Language: care.Swedish}},
		Default: care.Swedish, Kinds: care.NewKindWords(nil), Vault: keys,
		Records: records.Care(),
	}
	o.Scheduler = &scheduler.Scheduler{
		Care: o.care, Slack: slackapi.New(o.slack.BotToken(), o.slack.APIURL(), clock),
		Machine: clock, Log: slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	return o
}

// hire imports a mentor; without a Slack user id they are to be found by their e-mail address.
// Each is due a second after the one before.
func (o *office) hire(name, slackID string) {
	o.t.Helper()
	row := care.StaffRow{Email: name + "@skola.se", Name: name, Roles: []care.Role{care.Mentor}, School: "alen", SlackID: slackID}
	done, err := o.care.ImportStaff(o.t.Context(), []care.StaffRow{row}, o.now, false)
	if err != nil || done.Added != 1 {
		o.t.Fatalf("ImportStaff(%s) = %+v, %v", name, done, err)
	}
	o.now = o.now.Add(time.Second)
}

// isIn reports how a Slack user is let in.
func (o *office) isIn(slackID string) string {
	o.t.Helper()
	_, err := o.care.LetIn(o.t.Context(), slackID, o.slack.TeamID(), o.now)
	switch {
	case errors.Is(err, care.ErrNoFacts):
		return "no facts"
	case err != nil:
		return string(care.CodeOf(err))
	}
	return "in"
}

// tick has the facts read and returns what Slack was asked.
func (o *office) tick(want int) (asked []string) {
	o.t.Helper()
	before := len(o.slack.Calls())
	n, err := o.TickFacts(o.t.Context(), o.now)
	if err != nil || n != want {
		o.t.Errorf("TickFacts() = %d, %v, want %d", n, err, want)
	}
	for _, c := range o.slack.Calls()[before:] {
		asked = append(asked, strings.TrimSpace(c.Method+" "+c.Args["user"]+c.Args["email"]))
	}
	return asked
}

func (o *office) want(asked []string, want ...string) {
	o.t.Helper()
	if diff := cmp.Diff(want, asked); diff != "" {
		o.t.Errorf("Slack was asked (-want +got):\n%s", diff)
	}
}

// logged checks that the log has so many lines with a text, and nothing of what it must not hold.
func (o *office) logged(text string, want int) {
	o.t.Helper()
	if n := strings.Count(o.log.String(), text); n != want {
		o.t.Errorf("the log has %q %d times, want %d:\n%s", text, n, want, o.log)
	}
	for _, secret := range []string{"skola.se", "xoxb", "http"} {
		if strings.Contains(o.log.String(), secret) {
			o.t.Errorf("the log holds %q:\n%s", secret, o.log)
		}
	}
}

func TestFactsAreLearnt(t *testing.T) {
	o := newOffice(t)
	o.hire("anna", "UANNA")
	o.hire("sen", "")
	o.hire("gun", "UGUN")
	o.hire("borta", "UBORTA")
	o.hire("utan", "")
	o.slack.AddUser(fakeslack.User{ID: "UANNA"})
	o.slack.AddUser(fakeslack.User{ID: "USEN", Email: "Sen@Skola.se"})
	o.slack.AddUser(fakeslack.User{ID: "UGUN", Guest: true})
	o.want(o.tick(5), "users.info UANNA", "auth.test", "users.lookupByEmail sen@skola.se", "users.info UGUN", "users.info UBORTA", "users.lookupByEmail utan@skola.se")
	for id, want := range map[string]string{"UANNA": "in", "USEN": "in", "UGUN": "no_access", "UBORTA": "no_access"} {
		if got := o.isIn(id); got != want {
			t.Errorf("LetIn(%s) = %s, want %s", id, got, want)
		}
	}
	// Until a day later there is nothing to ask but whether Slack is there.
	o.now = o.now.Add(time.Minute)
	o.want(o.tick(0), "auth.test")
	o.now = o.now.Add(23*time.Hour + 59*time.Minute)
	o.slack.AddUser(fakeslack.User{ID: "UUTAN", Email: "utan@skola.se"})
	o.slack.AddUser(fakeslack.User{ID: "UANNA", Deleted: true})
	if n := len(o.tick(5)); n != 5 {
		t.Errorf("a day later Slack is asked %d times, want 5", n)
	}
	for id, want := range map[string]string{"UANNA": "no_access", "UUTAN": "in"} {
		if got := o.isIn(id); got != want {
			t.Errorf("a day later LetIn(%s) = %s, want %s", id, got, want)
		}
	}
	o.logged("level=WARN", 0)
}

// A big school does not use up what Slack allows in a minute.
func TestFactsPerTick(t *testing.T) {
	o := newOffice(t)
	for i := range 90 {
		name := fmt.Sprintf("s%02d", i)
		o.hire(name, "")
		o.slack.AddUser(fakeslack.User{ID: "U" + name, Email: name + "@skola.se"})
	}
	for _, want := range []int{40, 40, 10, 0} {
		o.tick(want)
		o.now = o.now.Add(time.Minute)
	}
	for _, c := range o.slack.Calls() {
		if c.Error != "" {
			t.Errorf("Slack refuses %s: %s", c.Method, c.Error)
		}
	}
}

func TestFactsRestWhenSlackAsksForIt(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{"anna", "bo", "cia"} {
		o.hire(name, "U"+name)
		o.slack.AddUser(fakeslack.User{ID: "U" + name})
	}
	o.slack.Fault("users.info", fakeslack.Fault{RetryAfter: 90 * time.Second})
	o.want(o.tick(0), "users.info Uanna")
	o.logged("rate limited for 1m30s", 1)
	o.now = o.now.Add(time.Minute)
	o.want(o.tick(0)) // the rest is not over
	o.now = o.now.Add(time.Minute)
	if got := o.tick(1); !slices.Contains(got, "users.info Ucia") {
		t.Errorf("after the rest Slack was asked %q", got)
	}
	o.now = o.now.Add(10 * time.Minute)
	o.tick(2)
	for _, id := range []string{"Uanna", "Ubo", "Ucia"} {
		if got := o.isIn(id); got != "in" {
			t.Errorf("LetIn(%s) = %s, want in", id, got)
		}
	}
}

// balky is a Slack that fails for some accounts.
type balky struct {
	scheduler.Slack
	fails func(slackID string) bool
}

var errBalky = errors.New("users.info: fatal_error")

func (b balky) Account(ctx context.Context, slackID string) (care.Account, error) {
	if b.fails(slackID) {
		return care.Account{}, errBalky
	}
	return b.Slack.Account(ctx, slackID)
}

func TestOneAccountThatFailsKeepsNobodyWaiting(t *testing.T) {
	o := newOffice(t)
	o.Slack = balky{o.Slack, func(id string) bool { return id == "UX" }}
	for _, name := range []string{"X", "anna", "bo"} {
		o.hire(name, "U"+name)
		o.slack.AddUser(fakeslack.User{ID: "U" + name})
	}
	o.want(o.tick(2), "users.info Uanna", "auth.test", "users.info Ubo")
	o.logged("account not looked up", 1)
	for range 9 {
		o.now = o.now.Add(time.Minute)
		o.want(o.tick(0), "auth.test")
	}
	o.now = o.now.Add(time.Minute)
	o.want(o.tick(0))
	o.logged("account not looked up", 2)
}

func TestManyAccountsThatFailLetTheOthersTakeTurns(t *testing.T) {
	o := newOffice(t)
	o.Slack = balky{o.Slack, func(id string) bool { return strings.HasPrefix(id, "UX") }}
	for _, name := range []string{"X1", "X2", "X3", "X4", "anna", "X5", "X6", "bo", "X7", "X8", "X9", "cia"} {
		o.hire(name, "U"+name)
		o.slack.AddUser(fakeslack.User{ID: "U" + name})
	}
	o.want(o.tick(0))
	o.logged("account not looked up", 3)
	o.now = o.now.Add(time.Minute)
	o.want(o.tick(2), "users.info Uanna", "auth.test", "users.info Ubo")
	o.logged("account not looked up", 9)
	o.now = o.now.Add(time.Minute)
	o.want(o.tick(1), "users.info Ucia")
}

// An address that cannot be opened is a matter for whoever reads the log, not for the others.
func TestAnUnreadableAddressKeepsNobodyWaiting(t *testing.T) {
	o := newOffice(t)
	o.hire("trasig", "")
	o.hire("anna", "UANNA")
	o.slack.AddUser(fakeslack.User{ID: "UANNA"})
	st, err := o.records.Staff.Get(t.Context(), o.care.StaffID("trasig@skola.se"))
	if err != nil {
		t.Fatal(err)
	}
	st.Email = care.Sealed("damaged")
	if err := o.records.Staff.Replace(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	o.want(o.tick(1), "users.info UANNA", "auth.test")
	o.logged("level=ERROR", 1)
	o.logged(st.ID, 1)
	o.now = o.now.Add(10 * time.Minute)
	o.want(o.tick(0), "auth.test")
	o.logged("level=ERROR", 2)
}

// Whether Slack can be reached is not a question of whether this copy is ready.
func TestTroubleWithSlackIsNoBadTick(t *testing.T) {
	for name, fault := range map[string]fakeslack.Fault{
		"out of order":    {Status: 500, Times: -1},
		"asks for a rest": {RetryAfter: time.Hour, Times: -1},
		"refuses":         {Code: "invalid_auth", Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.slack.Fault("*", fault)
			for i, hire := range []bool{false, true} {
				if hire {
					o.hire("anna", "UANNA")
				}
				if _, err := o.Tick(t.Context(), o.now); err != nil {
					t.Errorf("Tick() = %v, want none of our trouble", err)
				}
				o.logged("level=WARN", i+1)
			}
		})
	}
	t.Run("is away", func(t *testing.T) {
		o := newOffice(t)
		o.slack.Close()
		for i := range 5 {
			o.hire(fmt.Sprint("s", i), fmt.Sprint("U", i))
		}
		if _, err := o.Tick(t.Context(), o.now); err != nil {
			t.Errorf("Tick() = %v, want none of our trouble", err)
		}
		o.logged("account not looked up", 3)
	})
}

func TestTroubleWithTheDatabaseIsABadTick(t *testing.T) {
	o := newOffice(t)
	if err := o.records.Engine.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := o.Tick(t.Context(), o.now)
	if err == nil || !strings.Contains(err.Error(), "job facts: ") || !strings.Contains(err.Error(), "job old: ") {
		t.Errorf("Tick() without a database = %v, want both jobs' errors", err)
	}
}

func TestTickOld(t *testing.T) {
	o := newOffice(t)
	for i, age := range []time.Duration{care.DraftLife + time.Hour, care.DraftLife + time.Millisecond, care.DraftLife, 0} {
		if err := o.records.Drafts.Add(t.Context(), care.Draft{Meta: care.Meta{ID: fmt.Sprint(i)}, At: o.now.Add(-age)}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{2, 0, 1} { // once an hour
		now := o.now.Add(time.Duration(i) * 30 * time.Minute)
		if n, err := o.TickOld(t.Context(), now); err != nil || n != want {
			t.Errorf("TickOld() at %v = %d, %v, want %d", now, n, err, want)
		}
	}
}
