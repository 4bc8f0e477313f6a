package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
	"lotsen/scheduler"
)

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

func (d *diary) Once(ctx context.Context, job string, _, now time.Time, _ func() error) (bool, error) {
	if job != "old" {
		return false, nil
	}
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
func (d *diary) AskDigests(context.Context, time.Time) (int, error)  { return 0, nil }
func (d *diary) Watch(context.Context, bool, time.Time) (int, error) { return 0, nil }
func (d *diary) SettleCases(context.Context, time.Time) (int, error) { return 0, nil }
func (d *diary) FailedSince(context.Context, time.Time) (int, error) { return 0, nil }

func (d *diary) Check(ctx context.Context) error {
	if d.onCheck != nil {
		return d.onCheck(ctx)
	}
	return nil
}

func (d *diary) Learn(context.Context, care.Account, time.Time) error    { return nil }
func (d *diary) NoAccount(context.Context, care.Lookup, time.Time) error { return nil }
func (d *diary) NextCalendars(context.Context, time.Time, time.Time) (care.CalendarTask, error) {
	return care.CalendarTask{}, care.ErrNotFound
}
func (d *diary) KeepCalendars(context.Context, care.CalendarTask, []care.CalendarAnswer, time.Time) error {
	return nil
}
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
func run(t *testing.T, d *diary, shift time.Duration, change ...func(*scheduler.Scheduler)) *running {
	r := &running{log: &bytes.Buffer{}, clock: func() time.Time { return time.Now().Add(shift).UTC() }}
	r.Scheduler = &scheduler.Scheduler{Care: d, Slack: d, Machine: time.Now, Log: slog.New(slog.NewTextHandler(r.log, nil))}
	for _, c := range change {
		c(r.Scheduler)
	}
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
