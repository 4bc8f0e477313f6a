package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"sync"
	"syscall"
	"time"

	"lotsen/internal/calendar"
	"lotsen/internal/slackapi"
	"lotsen/internal/store/sqlite"
	"lotsen/scheduler"
)

type serveCmd struct {
	Addr    string `default:"127.0.0.1:8080" help:"Listener for Slack ($LOTSEN_ADDR)."`
	OpsAddr string `default:"127.0.0.1:8081" help:"Listener for /readyz, /metrics and /healthz ($LOTSEN_OPS_ADDR)."`

	PublicURL string `name:"public-url" placeholder:"URL" help:"Where calendar links point, such as https://lotsen.kommun.example ($LOTSEN_PUBLIC_URL; default: there are no links, and .ics files are uploaded instead)."`
}

// stopIn is how long what was accepted may take to finish after the signal to stop.
const stopIn = 10 * time.Second

// Run serves until ctx ends.
func (s serveCmd) Run(ctx context.Context, p *program) (err error) {
	if s.PublicURL, err = publicURL(s.PublicURL); err != nil {
		return err
	}
	c, err := p.credentials()
	if err != nil {
		return err
	}
	if isFile(p.cli.DB) {
		release, lerr := sqlite.Lock(p.cli.DB)
		if lerr != nil {
			return lerr
		}
		defer func() { err = errors.Join(err, release()) }()
	}
	sys, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sys.close()) }()
	at, err := s.listen(ctx)
	if err != nil {
		return err
	}
	return s.serve(ctx, p, sys, slackapi.New(c.bot, p.getenv("SLACK_API_URL"), p.clock.machine), c, at)
}

// publicURL is LOTSEN_PUBLIC_URL without the slash at its end. The addresses below it are secrets, so they
// go over https, except on this machine.
func publicURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err == nil {
		plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
		safe := u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
		if safe && u.Hostname() != "" && path.Clean("/"+plain.Path) == "/"+strings.TrimPrefix(plain.Path, "/") && plain.String() == strings.TrimRight(s, "/") {
			return plain.String(), nil
		}
	}
	return "", errors.New("LOTSEN_PUBLIC_URL: write the address at which calendars reach Lotsen, with https, such as https://lotsen.kommun.example")
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// credentials are what Slack gives an app. With an app-level token the bot connects to Slack by
// Socket Mode; without, Slack sends over HTTP and signs.
type credentials struct{ bot, app, signing string }

func (p *program) credentials() (c credentials, err error) {
	for name, to := range map[string]*string{"SLACK_BOT_TOKEN": &c.bot, "SLACK_APP_TOKEN": &c.app, "SLACK_SIGNING_SECRET": &c.signing} {
		if *to, err = p.secret(name); err != nil {
			return credentials{}, err
		}
	}
	if c.bot == "" || c.app == "" && c.signing == "" {
		return credentials{}, errors.New("SLACK_BOT_TOKEN is needed, and SLACK_APP_TOKEN for Socket Mode or SLACK_SIGNING_SECRET for HTTP. They stand under OAuth & Permissions and Basic Information of the app at api.slack.com/apps. Each may stand in a file that SLACK_BOT_TOKEN_FILE, SLACK_APP_TOKEN_FILE or SLACK_SIGNING_SECRET_FILE names")
	}
	return c, nil
}

// listeners are where the program is reached.
type listeners struct{ main, ops net.Listener }

func (s serveCmd) listen(ctx context.Context) (l listeners, err error) {
	if l.main, err = listen(ctx, "addr", s.Addr); err != nil {
		return listeners{}, err
	}
	if l.ops, err = listen(ctx, "ops-addr", s.OpsAddr); err != nil {
		return listeners{}, errors.Join(err, l.main.Close())
	}
	return l, nil
}

// serve runs servers and scheduler over an open system until ctx ends; then what was accepted
// is finished.
func (s serveCmd) serve(ctx context.Context, p *program, sys *system, api *slackapi.Client, c credentials, at listeners) error {
	// Work outlives ctx by at most stopIn.
	closing, closed := context.WithCancel(context.WithoutCancel(ctx))
	defer closed()

	folder, err := newImportFolder(ctx, p, sys)
	if err != nil {
		return err
	}
	pulse, err := p.newHeartbeat(closing)
	if err != nil {
		return err
	}
	m := newMetrics()
	d := newDispatcher(closing, sys, api, p, m)
	d.app.PublicURL = s.PublicURL
	sched := &scheduler.Scheduler{Care: sys.care, Slack: api, Messages: d.app, Homes: d, Inbox: d, Moved: d.moved, Calendars: calendar.NewFetcher(sys.config.Calendars.AllowHosts), Machine: p.clock.machine, Log: p.log}
	if folder != nil {
		sched.Files = folder
	}
	if p.clock.shift.Load() != 0 { // by LOTSEN_CLOCK or the demo
		sched.ClockMoved()
	}
	if pulse != nil {
		sched.Beat = pulse.beat
	}
	mux := (&slackHTTP{dispatcher: d, secret: c.signing, log: p.log}).handler()
	(&calendarHTTP{care: sys.care, app: d.app, clock: p.clock, log: p.log, metrics: m}).register(mux)
	main := newServer(mux, p.log)
	sockets := &socketMode{dispatcher: d, api: api, appToken: c.app, silence: socketSilence, clock: p.clock, log: p.log}
	watch := &ops{engine: sys.records.Engine, metrics: m, clock: p.clock, tick: sched.LastTick, slack: api.LastAnswer}
	if c.app != "" {
		watch.sockets = func() int { return int(sockets.open.Load()) }
	}
	operator := newServer(watch.handler(), p.log)

	failed := make(chan error, 3)
	start := func(server *http.Server, l net.Listener) {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}
	go start(main, at.main)
	go start(operator, at.ops)
	p.log.Info("serving", "addr", at.main.Addr().String(), "ops_addr", at.ops.Addr().String())

	running, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { sched.Run(running, p.clock.now, p.clock.moved) })
	if c.app != "" {
		wg.Go(func() {
			if err := sockets.run(running); err != nil {
				failed <- err
			}
		})
	}

	select {
	case <-ctx.Done():
		p.log.Info("stopping")
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	}
	stop()
	graceful, cancel := context.WithTimeout(closing, stopIn)
	defer cancel()
	context.AfterFunc(graceful, closed)
	err = errors.Join(err, main.Shutdown(graceful), operator.Shutdown(graceful))
	wg.Wait() // sockets hand work to the dispatcher
	d.wait()
	folder.wait()
	p.log.Info("stopped")
	return err
}

// listen opens a listener, and says what to do when the port is taken.
func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program, perhaps by Lotsen itself. Stop that one, or choose another port: --%s 127.0.0.1:0 takes any free one", addr, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (--%s): %w", addr, flag, err)
	}
	return l, nil
}
