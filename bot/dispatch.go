package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/internal/slackapi"
)

const (
	// answerIn is how long Slack's request waits for the answer itself; Slack gives up after 3 s.
	answerIn = 2500 * time.Millisecond
	// workIn bounds the work for one request, also when its answer comes late.
	workIn = 30 * time.Second
	// workers is how many requests are worked on at once; more wait for a turn.
	workers = 64
	// strangerFor is how long a Slack user without a staff row is refused unasked.
	strangerFor = 10 * time.Minute
	// strangersKept bounds the memory of strangers.
	strangersKept = 10_000
)

// dispatcher takes what a transport has received and verified: it lets people in, has their
// requests handled by a bounded number of workers, and gives the answer.
type dispatcher struct {
	app      *handlers.App
	routes   routes
	care     letIn
	slack    slackCalls
	clock    *clock
	log      *slog.Logger
	metrics  *metrics
	language care.Lang // for people whom nobody knows
	homes    homes

	turns   chan struct{}
	working sync.WaitGroup
	closing context.Context // ends when work that is under way must end

	mu        sync.Mutex
	strangers map[string]time.Time // Slack user id → until when they are known to be no staff
}

// letIn is what the dispatcher asks of the domain.
type letIn interface {
	LetIn(ctx context.Context, slackID, team string, now time.Time) (care.Actor, error)
	Learn(ctx context.Context, a care.Account, now time.Time) error
}

// slackCalls is what the dispatcher asks of Slack.
type slackCalls interface {
	Account(ctx context.Context, slackID string) (care.Account, error)
	AccountOf(ctx context.Context, u slack.User) (care.Account, error)
	Respond(ctx context.Context, responseURL string, msg slack.WebhookMessage) error
	OpenView(ctx context.Context, trigger string, view slack.ModalViewRequest) error
	PushView(ctx context.Context, trigger string, view slack.ModalViewRequest) error
	UpdateView(ctx context.Context, id, hash string, view slack.ModalViewRequest) error
	PublishHome(ctx context.Context, slackID string, view slack.HomeTabViewRequest) error
}

func newDispatcher(closing context.Context, sys *system, api slackCalls, p *program, m *metrics) *dispatcher {
	app := &handlers.App{Care: sys.care, Texts: sys.texts}
	return &dispatcher{
		app: app, routes: newRoutes(app), care: sys.care, slack: api, clock: p.clock, log: p.log, metrics: m,
		language: care.Lang(p.cli.Language), turns: make(chan struct{}, workers), closing: closing,
		strangers: map[string]time.Time{}, homes: homes{shown: map[string]*shownHome{}},
	}
}

// An act is what one person has done, as a transport has received it.
type act struct {
	kind, name string // for the log and the metrics
	handle     handlers.Handler
	request    handlers.Request
	surface    surface
	late       string // the text that says in time that the answer will come later
}

// surface is where a person acts, which decides where an answer can be shown.
type surface struct {
	slackID, team string
	responseURL   string // of a command, of a message and its shortcuts
	trigger       string // opens a modal, for three seconds
	view, hash    string // the modal in which something was clicked
	beneath       string // the modal beneath that one
	full          bool   // no other modal can be shown on top of it
	lasting       bool   // the message in which something was clicked may be seen by others, and stays
	inAnswer      bool   // the answer to the request itself shows a modal, as that to a submission does
}

// answer has an act handled and returns the reply, or a word that it will come later, which
// is not final: the reply is then shown when it is there.
func (d *dispatcher) answer(a act) (reply handlers.Reply, final bool) {
	began := d.clock.machine()
	timer := time.NewTimer(answerIn)
	defer timer.Stop()
	select {
	case d.turns <- struct{}{}:
	case <-timer.C:
		d.metrics.done(a.kind, a.name, "busy", d.clock.machine().Sub(began))
		d.log.Warn("all workers are taken", "request", a.request.ID)
		return d.app.Fail("error_busy", d.language), true
	}
	job := &job{ready: make(chan answered, 1)}
	job.lang.Store(&d.language)
	started := d.later(func(ctx context.Context) {
		defer func() { <-d.turns }()
		reply, outcome := d.handle(ctx, a, job)
		d.metrics.done(a.kind, a.name, outcome, d.clock.machine().Sub(began))
		if !job.deliver(reply, true) && !a.surface.inAnswer {
			d.show(ctx, a, reply)
		}
	})
	if !started {
		<-d.turns
		return d.app.Fail("error_busy", d.language), true
	}
	select {
	case got := <-job.ready:
		return got.reply, got.final
	case <-timer.C:
		job.deliver(d.app.Fail(a.late, *job.lang.Load()), false) // unless the reply has just come
		got := <-job.ready
		return got.reply, got.final
	}
}

// handle lets the person in and handles the act. A modal that it asks for is opened at once: Slack
// allows that for three seconds. A panic becomes an error like any other.
func (d *dispatcher) handle(ctx context.Context, a act, job *job) (reply handlers.Reply, outcome string) {
	req := a.request
	log := d.log.With("request", req.ID, "kind", a.kind, "name", a.name)
	lang := d.language
	defer func() {
		if r := recover(); r != nil {
			logPanic(log, r)
			reply, outcome = d.app.ErrorReply(errors.New("panic"), lang, req.ID), "error"
		}
	}()
	req.Now = d.clock.now()
	actor, err := d.care.LetIn(ctx, a.surface.slackID, a.surface.team, req.Now)
	if actor.Lang != "" {
		lang = actor.Lang
		job.lang.Store(&actor.Lang)
	}
	if errors.Is(err, care.ErrNoFacts) {
		patience := "one_moment"
		if a.surface.inAnswer {
			patience = a.late
		}
		actor, err = d.meet(ctx, a.surface, req.Now, d.unhurried, func() { job.deliver(d.app.Fail(patience, lang), false) })
	}
	if err == nil {
		req.Actor, lang = actor, actor.Lang
		reply, err = a.handle(ctx, req)
	}
	if err == nil && reply.Modal != nil && !a.surface.inAnswer {
		err = d.showModal(ctx, a.surface, reply.Modal, reply.Replace)
		reply.Modal = nil
	}
	_, limited := errors.AsType[*care.LimitedError](err)
	switch code := care.CodeOf(err); {
	case err == nil:
		log.Info("request handled", "staff", actor.Staff.ID)
		if reply.Lang == "" {
			reply.Lang = lang
		}
		d.changed(a.surface, reply)
		d.showBeneath(a, reply)
		return reply, "ok"
	case limited:
		log.Warn("request put off", "error", err)
		return d.app.Fail("error_busy", lang), "busy"
	case code != "":
		log.Info("request refused", "staff", actor.Staff.ID, "code", code)
		outcome = "refused"
	default:
		log.Error("request failed", "staff", actor.Staff.ID, "error", err)
		outcome = "error"
	}
	return d.app.ErrorReply(err, lang, req.ID), outcome
}

// showModal shows a modal where the person is: in place of the one in front of them, on top of it,
// or by itself. What cannot be shown on top any more takes the place of what is there: an answer in
// the wrong place is better than none.
func (d *dispatcher) showModal(ctx context.Context, s surface, m *slack.ModalViewRequest, replace bool) error {
	var err error
	switch {
	case s.view == "":
		err = d.slack.OpenView(ctx, s.trigger, *m)
	case replace:
		err = d.slack.UpdateView(ctx, s.view, s.hash, *m)
	case !s.full:
		err = d.slack.PushView(ctx, s.trigger, *m)
	}
	if s.view != "" && (s.full || err != nil) && !errors.Is(err, slackapi.ErrShown) {
		err = d.slack.UpdateView(ctx, s.view, "", *m)
	}
	switch {
	case errors.Is(err, slackapi.ErrShown):
		return nil
	case errors.Is(err, slackapi.ErrTooLate):
		return &care.Error{Code: "window_late", Err: err}
	}
	return err
}

// showBeneath has the modal beneath show what an act has changed about it.
func (d *dispatcher) showBeneath(a act, reply handlers.Reply) {
	if reply.Beneath == nil || a.surface.beneath == "" {
		return
	}
	d.later(func(ctx context.Context) {
		err := d.slack.UpdateView(ctx, a.surface.beneath, "", *reply.Beneath)
		if err != nil && !errors.Is(err, slackapi.ErrShown) {
			d.log.Warn("modal beneath not shown anew", "request", a.request.ID, "error", err)
		}
	})
}

// show gives a reply that was not given in the answer to the request itself: by the response_url,
// or in a modal where there is none.
func (d *dispatcher) show(ctx context.Context, a act, reply handlers.Reply) {
	if reply.Empty() {
		return
	}
	if a.surface.responseURL == "" {
		if err := d.showModal(ctx, a.surface, d.app.Window(reply), reply.Replace); err != nil {
			d.log.Warn("answer not shown", "request", a.request.ID, "error", err)
		}
		return
	}
	msg := slack.WebhookMessage{
		Text: reply.Text, ResponseType: slack.ResponseTypeEphemeral, ReplaceOriginal: reply.Replace,
		Blocks: &slack.Blocks{BlockSet: reply.Blocks},
	}
	if a.surface.lasting && reply.Replace {
		msg.ReplaceOriginal = reply.Lasting
		if reply.Lasting {
			msg.ResponseType = slack.ResponseTypeInChannel
		}
	}
	if err := d.slack.Respond(ctx, a.surface.responseURL, msg); err != nil {
		d.log.Warn("late answer not shown", "request", a.request.ID, "error", err)
	}
}

// lookup asks Slack about an account.
type lookup = func(ctx context.Context, slackID string) (care.Account, error)

// meet asks Slack about an account of which nothing is known yet and tries again to let it in.
func (d *dispatcher) meet(ctx context.Context, s surface, now time.Time, ask lookup, wait func()) (care.Actor, error) {
	refused := &care.Error{Code: care.CodeNoAccess}
	if d.isStranger(s.slackID) {
		return care.Actor{}, refused
	}
	wait()
	account, err := ask(ctx, s.slackID)
	if err != nil && !errors.Is(err, care.ErrNotFound) {
		return care.Actor{}, fmt.Errorf("look up the account: %w", err)
	}
	if err == nil {
		if err := d.care.Learn(ctx, account, now); err != nil {
			return care.Actor{}, err
		}
	}
	actor, err := d.care.LetIn(ctx, s.slackID, s.team, now)
	if errors.Is(err, care.ErrNoFacts) {
		d.rememberStranger(s.slackID)
		return care.Actor{}, refused
	}
	return actor, err
}

// unhurried asks Slack about an account, and meanwhile lets someone else have the worker's turn.
func (d *dispatcher) unhurried(ctx context.Context, slackID string) (care.Account, error) {
	<-d.turns
	defer func() { d.turns <- struct{}{} }()
	return d.slack.Account(ctx, slackID)
}

func (d *dispatcher) isStranger(slackID string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock.machine().Before(d.strangers[slackID])
}

func (d *dispatcher) rememberStranger(slackID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.strangers) >= strangersKept {
		clear(d.strangers)
	}
	d.strangers[slackID] = d.clock.machine().Add(strangerFor)
}

// later runs work that shutdown waits for. It reports false when the program is closing.
func (d *dispatcher) later(work func(context.Context)) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing.Err() != nil {
		return false
	}
	d.working.Go(func() {
		ctx, cancel := context.WithTimeout(d.closing, workIn)
		defer cancel()
		defer func() {
			if r := recover(); r != nil {
				logPanic(d.log, r)
			}
		}()
		work(ctx)
	})
	return true
}

func (d *dispatcher) forgetStranger(slackID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.strangers, slackID)
}

// wait returns when all work has ended.
func (d *dispatcher) wait() { d.working.Wait() }

// A job is one request being handled. Slack's request is answered with the first reply delivered:
// the final one, or a word that it will come later.
type job struct {
	once  sync.Once
	ready chan answered             // holds one
	lang  atomic.Pointer[care.Lang] // of words of patience
}

type answered struct {
	reply handlers.Reply
	final bool
}

// deliver reports false when another reply was delivered before.
func (j *job) deliver(r handlers.Reply, final bool) (first bool) {
	j.once.Do(func() {
		first = true
		j.ready <- answered{r, final}
	})
	return first
}

// logPanic logs a panic by its type and place; what was panicked with may hold what people typed.
func logPanic(log *slog.Logger, r any) {
	log.Error("panicked", "type", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
}
