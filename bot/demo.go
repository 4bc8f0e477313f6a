package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"text/template"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/handlers"
	"lotsen/internal/demo"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
	"lotsen/internal/store/sqlite"
	"lotsen/locales"
)

type demoCmd struct {
	Addr string `default:"127.0.0.1:8765" help:"Where the page is served."`
	Dir  string `placeholder:"DIR" help:"Folder that keeps the demo's database for the next time (default: none is kept)."`
}

//go:embed demodata
var demoData embed.FS

// Run runs everything on this machine: two schools, a fake Slack, the bot, and a page to try it on.
func (c demoCmd) Run(ctx context.Context, p *program) (err error) {
	page, err := listen(ctx, "addr", c.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = page.Close() }()
	files, err := os.MkdirTemp("", "lotsen-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(files)) }()
	timetables := demoTimetables(page.Addr())
	if err := demoFiles(files, p.clock.now(), timetables); err != nil {
		return err
	}
	dir := c.Dir
	if dir == "" {
		dir = files
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// Names of its own, so that no folder is the wrong one.
	p.cli.DB, p.cli.Keys = filepath.Join(dir, "demo.db"), filepath.Join(dir, "demo.keys")
	p.log = newLog(p.stderr, "error") // the page shows what happens
	release, lerr := sqlite.Lock(p.cli.DB)
	if lerr != nil {
		return lerr
	}
	defer func() { err = errors.Join(err, release()) }()
	slack := fakeslack.New(fakeslack.Options{NoRateLimits: true, Clock: p.clock.now, BotUserID: demoBot})
	if err := slack.Start(); err != nil {
		return err
	}
	defer slack.Close()
	return c.play(ctx, p, files, slack, page)
}

func (c demoCmd) play(ctx context.Context, p *program, files string, slack *fakeslack.Slack, page net.Listener) (err error) {
	cfg, err := readConfig(filepath.Join(files, "lotsen.yaml"))
	if err != nil {
		return err
	}
	for _, person := range demoPeople {
		slack.AddUser(fakeslack.User{ID: person.SlackID, Name: person.Name, RealName: person.Name})
	}
	if err := demoTalk(ctx, slack); err != nil {
		return err
	}
	sys, err := p.openWith(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sys.close()) }()
	quiet := *p
	quiet.stdout = io.Discard
	roster := importCmd{Staff: filepath.Join(files, "staff.csv"), Students: filepath.Join(files, "students.csv")}
	if err := roster.importFiles(ctx, &quiet, sys); err != nil {
		return err
	}
	if err := demoHistory(ctx, sys, p.clock.now()); err != nil {
		return err
	}
	if err := demoAbsence(ctx, sys, p.clock.now()); err != nil {
		return err
	}
	// What has risen since is so before anyone is told of it.
	if _, err := sys.care.SettleCases(ctx, p.clock.now()); err != nil {
		return err
	}
	bot := serveCmd{Addr: "127.0.0.1:0", OpsAddr: "127.0.0.1:0"}
	at, err := bot.listen(ctx)
	if err != nil {
		return err
	}
	base := "http://" + at.main.Addr().String()
	bot.PublicURL = base
	slack.SetBot(base+pathCommands, base+pathInteractions, base+pathEvents)

	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		api := slackapi.New(slack.BotToken(), slack.APIURL(), p.clock.machine)
		return bot.serve(gctx, p, sys, api, credentials{signing: slack.SigningSecret()}, at)
	})
	passes := func(to time.Time) {
		if err := demoAbsence(gctx, sys, to); err != nil {
			p.log.Error("demo's absence not reported", "error", err)
		}
	}
	pages := demo.Handler(demo.Workspace{Slack: slack, People: demoPeople, Channels: demoChannels,
		Commands: demoCommands(sys.texts), Shortcuts: demoShortcuts(sys.texts), Clock: demoClock(p.clock, sys.care.Schools["alen"], passes)})
	server := newServer(demoCalendars(pages, p.clock.now), p.log)
	g.Go(func() error {
		if err := server.Serve(page); err != nil && gctx.Err() == nil {
			return fmt.Errorf("serve the page: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-gctx.Done()
		return server.Close()
	})
	say(p.stdout, "Lotsen's demo is at http://%s/  (Ctrl-C ends it)\n", page.Addr())
	return g.Wait()
}

// demoYear is the year in which the school year began.
func demoYear(now time.Time) int {
	if now.Month() < time.July {
		return now.Year() - 1
	}
	return now.Year()
}

// demoFiles writes the demo's configuration and roster into dir. timetables is where its people's
// calendars are.
func demoFiles(dir string, now time.Time, timetables *url.URL) error {
	start := demoYear(now)
	texts, err := template.ParseFS(demoData, "demodata/*")
	if err != nil {
		return fmt.Errorf("read the demo's files: %w", err)
	}
	for _, t := range texts.Templates() {
		f, err := os.OpenFile(filepath.Join(dir, t.Name()), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		if err := errors.Join(t.Execute(f, map[string]any{"Start": start, "End": start + 1, "Timetables": timetables.String(), "Host": timetables.Hostname()}), f.Close()); err != nil {
			return fmt.Errorf("write the demo's files: %w", err)
		}
	}
	return nil
}

// demoCommands tells the slash commands as each language's manifest does.
func demoCommands(texts *locales.Texts) map[string][]demo.Command {
	all := map[string][]demo.Command{}
	for _, lang := range locales.Languages {
		voice := texts.In(lang)
		for _, c := range (&handlers.App{}).Commands() {
			for _, name := range c.Names() {
				all[lang] = append(all[lang], demo.Command{Name: "/" + name,
					Usage: voice.Text("command_"+c.Name+"_usage", nil), Description: voice.Text("command_"+c.Name+"_description", nil)})
			}
		}
	}
	return all
}

// demoShortcuts tells the shortcuts as each language's manifest does.
func demoShortcuts(texts *locales.Texts) map[string][]demo.Shortcut {
	all := map[string][]demo.Shortcut{}
	for _, lang := range locales.Languages {
		voice := texts.In(lang)
		for _, s := range (&handlers.App{}).Shortcuts() {
			all[lang] = append(all[lang], demo.Shortcut{CallbackID: s.ID, Message: s.OnMessage,
				Name: voice.Text("shortcut_"+s.ID+"_name", nil), Description: voice.Text("shortcut_"+s.ID+"_description", nil)})
		}
	}
	return all
}
