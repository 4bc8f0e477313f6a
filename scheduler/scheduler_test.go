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
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
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

// diary stands in for both the domain and Slack where only time matters: it notes when each job
// had its turn and does what a test puts into it.
type diary struct {
	scheduler.Deliveries // of which there are none
	scheduler.Posts

	mu    sync.Mutex
	facts []time.Time
	old   []time.Time

	onFacts, onOld func(ctx context.Context) error
	onCheck        func(ctx context.Context) error
}

func (d *diary) note(list *[]time.Time, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	*list = append(*list, now)
}

// turns are the seconds from start at which a job had its turn.
func (d *diary) turns(list *[]time.Time, start time.Time) (seconds []float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, at := range *list {
		seconds = append(seconds, at.Sub(start).Seconds())
	}
	return seconds
}

func (d *diary) NextLookup(ctx context.Context, now, _ time.Time) (care.Lookup, error) {
	d.note(&d.facts, now)
	if d.onFacts != nil {
		if err := d.onFacts(ctx); err != nil {
			return care.Lookup{}, err
		}
	}
	return care.Lookup{}, care.ErrNotFound
}

func (d *diary) Once(ctx context.Context, _ string, _, now time.Time, _ func() error) (bool, error) {
	d.note(&d.old, now)
	if d.onOld != nil {
		return false, d.onOld(ctx)
	}
	return false, nil
}

func (d *diary) TakeDelivery(context.Context, time.Time) (care.Delivery, error) {
	return care.Delivery{}, care.ErrNotFound
}
func (d *diary) MoveOut(context.Context, time.Time) (int, error)     { return 0, nil }
func (d *diary) DropOld(context.Context, time.Time) (int64, error)   { return 0, nil }
func (d *diary) FailedSince(context.Context, time.Time) (int, error) { return 0, nil }

func (d *diary) Check(ctx context.Context) error {
	if d.onCheck != nil {
		return d.onCheck(ctx)
	}
	return nil
}

func (d *diary) Learn(context.Context, care.Account, time.Time) error    { return nil }
func (d *diary) NoAccount(context.Context, care.Lookup, time.Time) error { return nil }
func (d *diary) Account(context.Context, string) (care.Account, error) {
	return care.Account{}, care.ErrNotFound
}
func (d *diary) AccountByEmail(context.Context, string) (care.Account, error) {
	return care.Account{}, care.ErrNotFound
}

// running is a scheduler at work in a bubble of time.
type running struct {
	*scheduler.Scheduler
	log   *bytes.Buffer
	clock func() time.Time
	start time.Time // of the clock
	stop  func() (took time.Duration)
}

// run starts a scheduler whose clock is shifted against the machine's.
func run(t *testing.T, d *diary, shift time.Duration) *running {
	r := &running{log: &bytes.Buffer{}, clock: func() time.Time { return time.Now().Add(shift).UTC() }}
	r.Scheduler = &scheduler.Scheduler{Care: d, Slack: d, Machine: time.Now, Log: slog.New(slog.NewTextHandler(r.log, nil))}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	r.start = r.clock()
	go func() {
		r.Run(ctx, r.clock, nil)
		close(ended)
	}()
	r.stop = func() time.Duration {
		began := time.Now()
		cancel()
		<-ended
		return time.Since(began)
	}
	return r
}

func TestRunTicksAtFullMinutesOfItsClock(t *testing.T) {
	// A bubble's time begins at a full minute.
	for name, tt := range map[string]struct {
		shift time.Duration
		want  []float64 // seconds after the start
	}{
		"the machine's clock":    {0, []float64{0, 60, 120, 180}},
		"hours on":               {26 * time.Hour, []float64{0, 60, 120, 180}},
		"seconds on":             {37 * time.Second, []float64{0, 23, 83, 143, 203}},
		"parts of seconds on":    {59*time.Second + 750*time.Millisecond, []float64{0, 0.25, 60.25, 120.25, 180.25}},
		"years and seconds back": {-3*365*24*time.Hour - 13*time.Second, []float64{0, 13, 73, 133, 193}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &diary{}
				r := run(t, d, tt.shift)
				time.Sleep(time.Duration((tt.want[len(tt.want)-1] + 1) * float64(time.Second)))
				synctest.Wait()
				if diff := cmp.Diff(tt.want, d.turns(&d.facts, r.start)); diff != "" {
					t.Errorf("ticks (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.want, d.turns(&d.old, r.start)); diff != "" {
					t.Errorf("the second job's turns (-want +got):\n%s", diff)
				}
				last := r.start.Add(time.Duration(tt.want[len(tt.want)-1] * float64(time.Second)))
				if got := r.LastTick(); !got.Equal(last.Truncate(time.Second)) {
					t.Errorf("LastTick() = %v, want %v", got, last)
				}
				if took := r.stop(); took != 0 {
					t.Errorf("Run() ends %v after its context, want at once", took)
				}
				time.Sleep(5 * time.Minute)
				if n := len(d.turns(&d.facts, r.start)); n != len(tt.want) {
					t.Errorf("%d ticks after the end", n-len(tt.want))
				}
			})
		})
	}
}

// A clock that is moved without a word is followed from the next tick on.
func TestRunFollowsAClockThatIsMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		var mu sync.Mutex
		var shift time.Duration
		clock := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(shift)
		}
		s := &scheduler.Scheduler{Care: d, Slack: d, Machine: time.Now, Log: slog.New(slog.DiscardHandler)}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		start := clock()
		go func() {
			s.Run(ctx, clock, nil)
			close(ended)
		}()
		time.Sleep(90 * time.Second)
		mu.Lock()
		shift = time.Hour + 20*time.Second
		mu.Unlock()
		time.Sleep(90 * time.Second)
		cancel()
		<-ended
		// Waking at 120 seconds, the clock says an hour and 140; its minutes are full 40 seconds later.
		if diff := cmp.Diff([]float64{0, 60, 3740, 3780}, d.turns(&d.facts, start)); diff != "" {
			t.Errorf("ticks (-want +got):\n%s", diff)
		}
	})
}

// A clock that tells of its moves, as the demo's does, is followed at once, and its next minute is the right one again.
func TestRunTicksWhenItsClockIsMoved(t *testing.T) {
	type move struct{ at, by float64 } // seconds of the machine, and of the clock
	for _, tt := range []struct {
		name  string
		busy  time.Duration // that a tick after the first one takes
		moves []move
		want  []float64 // seconds of the clock after the start
	}{
		{"within a minute", 0, []move{{70, 15}}, []float64{0, 60, 85, 120, 180, 240}},
		{"over many minutes", 0, []move{{70, 3600}}, []float64{0, 60, 3670, 3720, 3780, 3840}},
		{"to a full minute", 0, []move{{70, 50}}, []float64{0, 60, 120, 180, 240}},
		{"before the first minute", 0, []move{{10, 604800}}, []float64{0, 604810, 604860, 604920, 604980, 605040}},
		{"twice", 0, []move{{70, 15}, {75, 15}}, []float64{0, 60, 85, 105, 120, 180, 240}},
		{"while a tick is at work", 20 * time.Second, []move{{70, 3600}}, []float64{0, 60, 3680, 3720, 3780, 3840}},
		{"often while a tick is at work", 20 * time.Second, []move{{65, 60}, {70, 60}, {75, 60}}, []float64{0, 60, 260, 300, 360, 420}},
		{"and a minute comes while it ticks", 20 * time.Second, []move{{90, 25}}, []float64{0, 60, 115, 180, 240}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				d := &diary{onFacts: func(context.Context) error {
					if time.Since(began) > 0 {
						time.Sleep(tt.busy)
					}
					return nil
				}}
				var shift atomic.Int64
				moved := make(chan struct{}, 1)
				s := &scheduler.Scheduler{Care: d, Slack: d, Log: slog.New(slog.DiscardHandler)}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					s.Run(ctx, func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }, moved)
					close(ended)
				}()
				for _, m := range tt.moves {
					time.Sleep(time.Until(began.Add(time.Duration(m.at * float64(time.Second)))))
					shift.Add(int64(m.by * float64(time.Second)))
					select {
					case moved <- struct{}{}:
					default:
					}
				}
				time.Sleep(time.Until(began.Add(241*time.Second - time.Duration(shift.Load())%time.Minute)))
				cancel()
				<-ended
				if diff := cmp.Diff(tt.want, d.turns(&d.facts, began)); diff != "" {
					t.Errorf("ticks (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRunStopsWhileAJobIsAtWork(t *testing.T) {
	wait := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	for _, tt := range []struct {
		name  string
		after time.Duration
		diary func(began time.Time) *diary
	}{
		{"in the first tick", time.Second, func(time.Time) *diary { return &diary{onFacts: wait} }},
		{"in a later tick", 61 * time.Second, func(began time.Time) *diary {
			return &diary{onOld: func(ctx context.Context) error {
				if time.Since(began) == 0 {
					return nil
				}
				return wait(ctx)
			}}
		}},
		{"while it asks Slack", time.Second, func(time.Time) *diary { return &diary{onCheck: wait} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := run(t, tt.diary(time.Now()), 0)
				time.Sleep(tt.after)
				if took := r.stop(); took != 0 {
					t.Errorf("Run() ends %v after its context, want at once", took)
				}
				if r.log.Len() > 0 {
					t.Errorf("stopping is logged as trouble:\n%s", r.log)
				}
			})
		})
	}
}

// What goes wrong in one job stops neither the others nor the clock; a tick is good again when
// its jobs are.
func TestRunGoesOnAfterTrouble(t *testing.T) {
	trouble := map[string]func(context.Context) error{
		"an error": func(context.Context) error { return errors.New("the disk is full") },
		"a panic":  func(context.Context) error { panic("Hemligt") },
	}
	for name, bad := range trouble {
		for _, job := range []string{"facts", "old"} {
			t.Run(name+" in "+job, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := &diary{}
					began := time.Now()
					on := func(ctx context.Context) error {
						if time.Since(began) < 150*time.Second {
							return bad(ctx)
						}
						return nil
					}
					if job == "facts" {
						d.onFacts = on
					} else {
						d.onOld = on
					}
					r := run(t, d, 0)
					time.Sleep(121 * time.Second)
					synctest.Wait()
					want := []float64{0, 60, 120}
					if diff := cmp.Diff([][]float64{want, want}, [][]float64{d.turns(&d.facts, r.start), d.turns(&d.old, r.start)}); diff != "" {
						t.Errorf("the jobs' turns (-want +got):\n%s", diff)
					}
					if !r.LastTick().IsZero() {
						t.Errorf("LastTick() = %v, but none was good", r.LastTick())
					}
					if n := strings.Count(r.log.String(), "job "+job); n != 3 || strings.Contains(r.log.String(), "Hemligt") {
						t.Errorf("the log tells of %d bad ticks, want 3, and nothing of what was panicked with:\n%s", n, r.log)
					}
					time.Sleep(time.Minute)
					synctest.Wait()
					if got, want := r.LastTick(), r.start.Add(3*time.Minute); !got.Equal(want) {
						t.Errorf("LastTick() = %v, want %v", got, want)
					}
					r.stop()
				})
			})
		}
	}
}

// A Slack or a database that does not answer takes its own job's time only.
func TestASlowJobLeavesTheOthersTheirTurn(t *testing.T) {
	hang := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	for _, tt := range []struct {
		name   string
		diary  *diary
		good   bool
		atMost time.Duration
	}{
		{"slack", &diary{onCheck: hang}, true, 15 * time.Second},
		{"the database", &diary{onFacts: hang}, false, 25 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := tt.diary
				var drafts time.Duration
				began := time.Now()
				d.onOld = func(ctx context.Context) error {
					drafts = time.Since(began)
					return ctx.Err()
				}
				r := run(t, d, 0)
				time.Sleep(30 * time.Second)
				synctest.Wait()
				if drafts != tt.atMost {
					t.Errorf("the other job has its turn after %v, want %v", drafts, tt.atMost)
				}
				if good := !r.LastTick().IsZero(); good != tt.good {
					t.Errorf("the tick is good: %v, want %v", good, tt.good)
				}
				r.stop()
			})
		})
	}
}

// A job that does not mind its time is not joined by a second tick.
func TestTicksDoNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		var mu sync.Mutex
		working, most := 0, 0
		began := time.Now()
		d.onFacts = func(context.Context) error {
			if time.Since(began) == 0 {
				return nil // the first tick
			}
			mu.Lock()
			working++
			most = max(most, working)
			mu.Unlock()
			time.Sleep(150 * time.Second)
			mu.Lock()
			working--
			mu.Unlock()
			return nil
		}
		r := run(t, d, 0)
		time.Sleep(10 * time.Minute)
		r.stop()
		if most != 1 {
			t.Errorf("%d ticks at once, want 1", most)
		}
		if diff := cmp.Diff([]float64{0, 60, 240, 420}, d.turns(&d.facts, r.start)[:4]); diff != "" {
			t.Errorf("ticks (-want +got):\n%s", diff)
		}
	})
}

// The real domain over SQLite, too, is at rest in a bubble: what Run does is what Tick does.
func TestRunOverTheRealDomain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		db, err := sqlite.Open(t.Context(), filepath.Join(dir, "lotsen.db"))
		if err != nil {
			t.Fatal(err)
		}
		records, err := store.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		old := care.Draft{Meta: care.Meta{ID: "old"}, At: time.Now().Add(-care.DraftLife + 30*time.Minute)}
		if err := records.Drafts.Add(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		s := &scheduler.Scheduler{
			Care:  &care.Service{Records: records.Care()},
			Slack: &diary{}, Machine: time.Now, Log: slog.New(slog.DiscardHandler),
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			s.Run(ctx, time.Now, nil)
			close(ended)
		}()
		var found []error
		for range 2 {
			time.Sleep(59*time.Minute + 59*time.Second)
			_, err := records.Drafts.Get(t.Context(), "old")
			found = append(found, err)
			time.Sleep(time.Second)
		}
		if found[0] != nil || !errors.Is(found[1], care.ErrNotFound) {
			t.Errorf("before and after the second hour begins, Get(a draft) = %v, want it dropped in between", found)
		}
		cancel()
		<-ended
		if err := db.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
}
