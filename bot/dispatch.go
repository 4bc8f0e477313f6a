package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/internal/slackapi"
)

const (
	// answerIn is how long Slack's request waits for the answer itself; Slack gives up after 3 s.
	answerIn = 2500 * time.Millisecond
	// keepIn is how long it may then take to store a request whose answer comes later.
	keepIn = 300 * time.Millisecond
	// workIn bounds the work for one request, also when its answer comes late. It ends well before
	// another copy may take the request (care.IncomingLease).
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
	care     domain
	slack    slackCalls
	clock    *clock
	log      *slog.Logger
	metrics  *metrics
	language care.Lang // for people whom nobody knows
	homes    homes

	moved   chan struct{} // one signal: messages that stay are to be shown anew
	turns   chan struct{}
	idle    chan func(context.Context) // to goroutines that wait for work
	working sync.WaitGroup
	closing context.Context // ends when work that is under way must end

	mu        sync.Mutex
	strangers map[string]time.Time // Slack user id → until when they are known to be no staff
}

// domain is what the dispatcher asks of the domain.
type domain interface {
	LetIn(ctx context.Context, slackID, team string, now time.Time) (care.Actor, error)
	Learn(ctx context.Context, a care.Account, now time.Time) error
	IncomingID(kind care.IncomingKind, name string) string
	Receive(ctx context.Context, in care.Incoming) (fresh bool, err error)
	TakeIncoming(ctx context.Context, now time.Time) (care.Incoming, error)
	FinishIncoming(ctx context.Context, id string, now time.Time) error
	FailIncoming(ctx context.Context, id string, now time.Time) error
	DropIncoming(ctx context.Context, now time.Time) (int64, error)
	Heeds(ctx context.Context, channel, thread string) (bool, error)
}

// slackCalls is what the dispatcher asks of Slack.
type slackCalls interface {
	Account(ctx context.Context, slackID string) (care.Account, error)
	AccountOf(ctx context.Context, u slack.User) (care.Account, error)
	Respond(ctx context.Context, responseURL string, msg slack.WebhookMessage) error
	OpenView(ctx context.Context, trigger string, view slack.ModalViewRequest) error
	PushView(ctx context.Context, trigger string, view slack.ModalViewRequest) error
	UpdatePost(ctx context.Context, channel, ts, text string, blocks []slack.Block) error
	UpdateView(ctx context.Context, id, hash string, view slack.ModalViewRequest) error
	SendFile(ctx context.Context, slackID string, f slackapi.File) error
	PublishHome(ctx context.Context, slackID string, view slack.HomeTabViewRequest) error
	React(ctx context.Context, channel, ts, emoji string) error
	Unreact(ctx context.Context, channel, ts, emoji string) error
	Ephemeral(ctx context.Context, channel, thread, slackID, text string, blocks []slack.Block) error
	Post(ctx context.Context, at care.Place, key, text string, blocks []slack.Block) (in, ts string, err error)
	FindPost(ctx context.Context, at care.Place, key string, since time.Time) (ts string, err error)
}

func newDispatcher(closing context.Context, sys *system, api slackCalls, p *program, m *metrics) *dispatcher {
	app := &handlers.App{Care: sys.care, Texts: sys.texts}
	return &dispatcher{
		app: app, routes: newRoutes(app), care: sys.care, slack: api, clock: p.clock, log: p.log, metrics: m,
		language: care.Lang(p.cli.Language), moved: make(chan struct{}, 1), turns: make(chan struct{}, workers), idle: make(chan func(context.Context)), closing: closing,
		strangers: map[string]time.Time{}, homes: homes{shown: map[string]*shownHome{}},
	}
}

// An act is what one person has done, as a transport has received it.
type act struct {
	kind, name string // for the log and the metrics
	handle     handlers.Handler
	request    handlers.Request
	surface    surface
	sent       sent
	late       string // the text that says in time that the answer will come later
	apart      bool   // its own response shows nothing: the answer is shown where the person is
}

// surface is where a person acts, which decides where an answer can be shown.
type surface struct {
	slackID, team string
	responseURL   string // of a command, of a message and its shortcuts
	trigger       string // opens a modal, for three seconds
	view, hash    string // the modal in which something was clicked
	beneath       string // the modal beneath that one
	full          bool   // no other modal can be shown on top of it
	post          post   // the message in which something was clicked, if it stays in Slack
	inAnswer      bool   // the answer to the request itself shows a modal, as that to a submission does
}

// How the handling of a request ends, for the metrics.
const (
	outcomeOK      = "ok"
	outcomeRefused = "refused" // for the person's own mistake
	outcomeBusy    = "busy"    // there or at Slack's
	outcomeError   = "error"
)

// post is where a message stands.
type post struct{ channel, ts, thread string }

// answer has an act handled and returns the reply, or a word that it will come later: then the act is
// stored, and the reply is shown when it is there. After an error the request must not be
// acknowledged. Acts apart are answered when their answer has been shown.
func (d *dispatcher) answer(a *act) (handlers.Reply, error) {
	began := d.clock.machine()
	a.request.Now = d.clock.now()
	timer := time.NewTimer(answerIn)
	defer timer.Stop()
	select {
	case d.turns <- struct{}{}:
	case <-timer.C:
		d.metrics.done(a.kind, a.name, outcomeBusy, d.clock.machine().Sub(began))
		d.log.Warn("all workers are taken", "request", a.request.ID)
		return d.busy(a)
	}
	job := d.newJob()
	started := d.later(func(ctx context.Context) {
		reply, outcome := d.handle(ctx, a, job)
		<-d.turns
		d.metrics.done(a.kind, a.name, outcome, d.clock.machine().Sub(began))
		d.conclude(ctx, a, job, reply, outcome)
	})
	if !started {
		<-d.turns
		return d.busy(a)
	}
	select {
	case got := <-job.ready:
		return got.reply, got.err
	case <-timer.C:
	}
	// Storing it may take too long as well. What is stored too late is no trouble: who works on
	// it marks it done.
	timer.Reset(keepIn)
	if d.later(func(context.Context) { d.promise(a, job, a.late) }) {
		select {
		case got := <-job.ready:
			return got.reply, got.err
		case <-timer.C:
		}
	}
	if job.deliver(answered{err: errNotKept}) {
		d.log.Error("request not acknowledged, since it could not be stored in time", "request", a.request.ID, "kind", a.kind, "name", a.name)
	}
	got := <-job.ready
	return got.reply, got.err
}

// busy tells someone that nothing was done, since there are too many at once or the program ends.
func (d *dispatcher) busy(a *act) (handlers.Reply, error) {
	reply := d.app.Fail("error_busy", d.language)
	if !a.apart {
		return reply, nil
	}
	ctx, cancel := context.WithTimeout(d.closing, keepIn)
	defer cancel()
	err := d.show(ctx, a, reply)
	if errors.Is(err, slackapi.ErrTooLate) {
		err = nil
	}
	return handlers.Reply{}, err
}

// conclude gives the answer: in the response to the request itself if that still waits for it, else
// where the person is.
func (d *dispatcher) conclude(ctx context.Context, a *act, job *job, reply handlers.Reply, outcome string) {
	got := answered{reply: reply}
	if a.surface.inAnswer {
		job.deliver(got) // if not, the person was asked to send it again
		return
	}
	stored := func() keeping {
		if !job.begun.Load() {
			return keeping{}
		}
		return d.store(a, job)
	}
	again := (outcome == outcomeError || outcome == outcomeBusy) && stored().mine // then they hear of it when it has gone well
	var ended error
	switch {
	case again:
		ended = errAgain
	case a.apart:
		got.reply, ended = handlers.Reply{}, d.show(ctx, a, reply)
		if ended != nil && !errors.Is(ended, slackapi.ErrTooLate) {
			got.err = d.store(a, job).err // it is shown later
		}
	}
	first := job.deliver(got)
	kept := stored()
	if !first && !a.apart && !again && !kept.twin {
		ended = d.show(ctx, a, reply)
	}
	if kept.mine || kept.err != nil && ended == nil { // it may be stored though the database did not say so
		d.settle(ctx, a, ended)
	}
}

// handle lets the person in and handles the act. A modal that it asks for is opened at once: Slack
// allows that for three seconds. A panic becomes an error like any other.
func (d *dispatcher) handle(ctx context.Context, a *act, job *job) (reply handlers.Reply, outcome string) {
	req := a.request
	// A logger made by With would format these for the one line anew at each request.
	about := func(more ...any) []any {
		return append([]any{"request", req.ID, "kind", a.kind, "name", a.name}, more...)
	}
	lang := d.language
	defer func() {
		if r := recover(); r != nil {
			logPanic(d.log.With(about()...), r)
			reply, outcome = d.app.ErrorReply(errors.New("panic"), lang, req.ID), outcomeError
		}
	}()
	now := d.clock.now() // not when it was asked for: who has been shut out since stays so
	actor, err := d.care.LetIn(ctx, a.surface.slackID, a.surface.team, now)
	if actor.Lang != "" {
		lang = actor.Lang
		job.lang.Store(&actor.Lang)
	}
	if errors.Is(err, care.ErrNoFacts) {
		patience := "one_moment"
		if a.surface.inAnswer {
			patience = a.late
		}
		actor, err = d.meet(ctx, a.surface, now, d.unhurried, func() { d.promise(a, job, patience) })
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
		d.log.Info("request handled", about("staff", actor.Staff.ID)...)
		if reply.Lang == "" {
			reply.Lang = lang
		}
		d.changed(a.surface, reply)
		d.showBeneath(a, reply)
		d.sendFile(a, reply)
		return reply, outcomeOK
	case limited:
		d.log.Warn("request put off", about("error", err)...)
		return d.app.Fail("error_busy", lang), outcomeBusy
	case code != "":
		d.log.Info("request refused", about("staff", actor.Staff.ID, "code", code)...)
		outcome = outcomeRefused
	default:
		d.log.Error("request failed", about("staff", actor.Staff.ID, "error", err)...)
		outcome = outcomeError
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
func (d *dispatcher) showBeneath(a *act, reply handlers.Reply) {
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
// or in a modal where there is none. What is more than half an hour late can be shown nowhere.
func (d *dispatcher) show(ctx context.Context, a *act, reply handlers.Reply) error {
	var err error
	switch {
	case a.surface.inAnswer:
		if m := d.modalOf(reply); m != nil {
			err = d.slack.UpdateView(ctx, a.surface.view, "", *m)
		}
	case reply.Empty():
	case a.surface.responseURL == "":
		err = d.showModal(ctx, a.surface, d.app.Window(reply), reply.Replace)
	default:
		if a.surface.post.ts != "" && reply.Replace && reply.Lasting { // which keeps the key by which it is found
			err = d.slack.UpdatePost(ctx, a.surface.post.channel, a.surface.post.ts, reply.Text, reply.Blocks)
			break
		}
		err = d.slack.Respond(ctx, a.surface.responseURL, slack.WebhookMessage{
			Text: reply.Text, ResponseType: slack.ResponseTypeEphemeral, ReplaceOriginal: reply.Replace && a.surface.post.ts == "",
			ThreadTimestamp: a.surface.post.thread,
			Blocks:          &slack.Blocks{BlockSet: reply.Blocks},
		})
	}
	if errors.Is(err, slackapi.ErrShown) {
		return nil
	}
	if err != nil {
		d.log.Warn("answer not shown", "request", a.request.ID, "error", err)
	}
	return err
}

// modalOf is a reply as a modal; nil shows nothing.
func (d *dispatcher) modalOf(reply handlers.Reply) *slack.ModalViewRequest {
	if reply.Modal == nil && !reply.Empty() {
		return d.app.Window(reply)
	}
	return reply.Modal
}

// lookup asks Slack about an account.
type lookup = func(ctx context.Context, slackID string) (care.Account, error)

// later runs work that shutdown waits for. It reports false when the program is closing.
func (d *dispatcher) later(work func(context.Context)) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing.Err() != nil {
		return false
	}
	d.working.Add(1)
	select {
	case d.idle <- work:
	default:
		go d.worker(work)
	}
	return true
}

// worker does the work, and then what else there is: a goroutine that has worked before need not
// grow its stack again.
func (d *dispatcher) worker(work func(context.Context)) {
	for {
		d.do(work)
		select {
		case work = <-d.idle:
		case <-d.closing.Done():
			return
		}
	}
}

func (d *dispatcher) do(work func(context.Context)) {
	defer d.working.Done()
	ctx, cancel := context.WithTimeout(d.closing, workIn)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			logPanic(d.log, r)
		}
	}()
	work(ctx)
}

// wait returns when all work has ended.
func (d *dispatcher) wait() { d.working.Wait() }

// logPanic logs a panic by its type and place; what was panicked with may hold what people typed.
func logPanic(log *slog.Logger, r any) {
	log.Error("panicked", "type", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
}
