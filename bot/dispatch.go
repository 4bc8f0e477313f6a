package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/debug"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
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

// caller is who sends a request and where a late answer goes.
type caller struct {
	slackID, team, responseURL string
}

// dispatcher takes what a transport has received and verified: it lets people in, has their
// requests handled by a bounded number of workers, and gives the answer.
type dispatcher struct {
	app      *handlers.App
	care     letIn
	slack    slackCalls
	clock    *clock
	log      *slog.Logger
	metrics  *metrics
	commands map[string]handlers.Command
	actions  map[string]handlers.Action
	language care.Lang // for people whom nobody knows

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
}

func newDispatcher(closing context.Context, sys *system, api slackCalls, p *program, m *metrics) *dispatcher {
	d := &dispatcher{
		app: &handlers.App{Care: sys.care, Texts: sys.texts}, care: sys.care, slack: api, clock: p.clock, log: p.log,
		metrics: m, commands: map[string]handlers.Command{}, actions: map[string]handlers.Action{},
		language: care.Lang(p.cli.Language), turns: make(chan struct{}, workers), closing: closing,
		strangers: map[string]time.Time{},
	}
	for _, c := range d.app.Commands() {
		for _, name := range c.Names() {
			d.commands["/"+name] = c
		}
	}
	for _, a := range d.app.Actions() {
		d.actions[a.ID] = a
	}
	return d
}

// command answers a slash command. The reply is shown to the person alone.
func (d *dispatcher) command(c slack.SlashCommand) handlers.Reply {
	who, req := commander(c)
	command, ok := d.commands[c.Command]
	if !ok {
		// The app in Slack has a command that this program does not: its manifest is another version's.
		d.log.Warn("unknown command", "command", c.Command, "request", req.ID)
		command = handlers.Command{Name: "unknown", Handle: d.commands["/lotsen"].Handle}
	}
	reply, _ := d.answer("command", command.Name, who, req, command.Handle)
	return reply
}

func commander(c slack.SlashCommand) (caller, handlers.Request) {
	return caller{c.UserID, c.TeamID, c.ResponseURL}, handlers.Request{ID: requestID(c.TriggerID), Text: c.Text}
}

// sendLater gives a command's reply by its response_url.
func (d *dispatcher) sendLater(c slack.SlashCommand, reply handlers.Reply) {
	who, req := commander(c)
	d.later(func(ctx context.Context) { d.respond(ctx, who, req, reply) })
}

// numbered is the part that tells apart the buttons of one row.
var numbered = regexp.MustCompile(`\.\d+$`)

// click handles the click of a button; its answer goes to the response_url, since a click's own
// response shows nothing.
func (d *dispatcher) click(cb slack.InteractionCallback, clicked *slack.BlockAction) {
	who := caller{cb.User.ID, cb.Team.ID, cb.ResponseURL}
	req := handlers.Request{ID: requestID(cb.TriggerID), Value: clicked.Value}
	id := numbered.ReplaceAllString(clicked.ActionID, "")
	action, ok := d.actions[id]
	if !ok {
		d.log.Info("unknown button", "action", id, "request", req.ID)
		action = handlers.Action{ID: "unknown", Handle: func(context.Context, handlers.Request) (handlers.Reply, error) {
			return handlers.Reply{}, &care.Error{Code: "too_old_button"}
		}}
	}
	if reply, final := d.answer("click", action.ID, who, req, action.Handle); final {
		d.later(func(ctx context.Context) { d.respond(ctx, who, req, reply) })
	}
}

// answer has a request handled and returns the reply, or a word that it will come later, which
// is not final: the reply then goes to the response_url.
func (d *dispatcher) answer(kind, name string, who caller, req handlers.Request, handle func(context.Context, handlers.Request) (handlers.Reply, error)) (reply handlers.Reply, final bool) {
	began := d.clock.machine()
	timer := time.NewTimer(answerIn)
	defer timer.Stop()
	select {
	case d.turns <- struct{}{}:
	case <-timer.C:
		d.metrics.done(kind, name, "busy", d.clock.machine().Sub(began))
		d.log.Warn("all workers are taken", "request", req.ID)
		return d.app.Say("error_busy", d.language), true
	}
	job := &job{ready: make(chan answered, 1)}
	started := d.later(func(ctx context.Context) {
		defer func() { <-d.turns }()
		reply, outcome := d.handle(ctx, kind, name, who, req, job, handle)
		d.metrics.done(kind, name, outcome, d.clock.machine().Sub(began))
		if !job.deliver(reply, true) {
			d.respond(ctx, who, req, reply)
		}
	})
	if !started {
		<-d.turns
		return d.app.Say("error_busy", d.language), true
	}
	select {
	case a := <-job.ready:
		return a.reply, a.final
	case <-timer.C:
		job.deliver(d.app.Say("still_working", d.language), false) // unless the reply has just come
		a := <-job.ready
		return a.reply, a.final
	}
}

// handle lets the person in and handles the request. A panic becomes an error like any other.
func (d *dispatcher) handle(ctx context.Context, kind, name string, who caller, req handlers.Request, job *job, handle func(context.Context, handlers.Request) (handlers.Reply, error)) (reply handlers.Reply, outcome string) {
	log := d.log.With("request", req.ID, "kind", kind, "name", name)
	lang := d.language
	defer func() {
		if r := recover(); r != nil {
			logPanic(log, r)
			reply, outcome = d.app.ErrorReply(errors.New("panic"), lang, req.ID), "error"
		}
	}()
	req.Now = d.clock.now()
	actor, err := d.care.LetIn(ctx, who.slackID, who.team, req.Now)
	if actor.Lang != "" {
		lang = actor.Lang
	}
	if errors.Is(err, care.ErrNoFacts) {
		actor, err = d.meet(ctx, who, req.Now, func() { job.deliver(d.app.Say("one_moment", lang), false) })
	}
	if err == nil {
		req.Actor, lang = actor, actor.Lang
		reply, err = handle(ctx, req)
	}
	_, limited := errors.AsType[*care.LimitedError](err)
	switch code := care.CodeOf(err); {
	case err == nil:
		log.Info("request handled", "staff", actor.Staff.ID)
		return reply, "ok"
	case limited:
		log.Warn("request put off", "error", err)
		return d.app.Say("error_busy", lang), "busy"
	case code != "":
		log.Info("request refused", "staff", actor.Staff.ID, "code", code)
		outcome = "refused"
	default:
		log.Error("request failed", "staff", actor.Staff.ID, "error", err)
		outcome = "error"
	}
	return d.app.ErrorReply(err, lang, req.ID), outcome
}

// meet asks Slack about an account of which nothing is known yet and tries again to let it in.
func (d *dispatcher) meet(ctx context.Context, who caller, now time.Time, wait func()) (care.Actor, error) {
	refused := &care.Error{Code: care.CodeNoAccess}
	if d.isStranger(who.slackID) {
		return care.Actor{}, refused
	}
	wait()
	account, err := d.unhurried(ctx, who.slackID)
	if err != nil && !errors.Is(err, care.ErrNotFound) {
		return care.Actor{}, fmt.Errorf("look up the account: %w", err)
	}
	if err == nil {
		if err := d.care.Learn(ctx, account, now); err != nil {
			return care.Actor{}, err
		}
	}
	actor, err := d.care.LetIn(ctx, who.slackID, who.team, now)
	if errors.Is(err, care.ErrNoFacts) {
		d.rememberStranger(who.slackID)
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

// respond posts an answer to the response_url.
func (d *dispatcher) respond(ctx context.Context, who caller, req handlers.Request, reply handlers.Reply) {
	if who.responseURL == "" {
		d.log.Warn("no response_url for an answer", "request", req.ID)
		return
	}
	msg := slack.WebhookMessage{
		Text: reply.Text, ResponseType: slack.ResponseTypeEphemeral, ReplaceOriginal: reply.Replace,
		Blocks: &slack.Blocks{BlockSet: reply.Blocks},
	}
	if err := d.slack.Respond(ctx, who.responseURL, msg); err != nil {
		d.log.Warn("late answer not shown", "request", req.ID, "error", err)
	}
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
	ready chan answered // holds one
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
