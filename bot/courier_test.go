package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"lotsen/handlers"
	"lotsen/internal/slackapi"
	"lotsen/scheduler"
)

// beACourier makes the test binary a copy of the bot that only does what time does. Unlike serve it
// takes no lock, so that two processes deliver from one SQLite file, too.
const beACourier = "LOTSEN_TEST_BE_A_COURIER"

func courier() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	p := &program{cli: &cli{DB: os.Getenv("LOTSEN_DB"), Keys: os.Getenv("LOTSEN_KEYS"), Config: os.Getenv("LOTSEN_CONFIG"), Language: "sv"},
		clock: newClock(), log: newLog(os.Stderr, "info")}
	sys, err := p.open(ctx)
	if err != nil {
		panic(err)
	}
	if err := p.clock.start(os.Getenv("LOTSEN_CLOCK")); err != nil {
		panic(err)
	}
	p.log.Info("serving", "addr", "")
	s := &scheduler.Scheduler{
		Care: sys.care, Slack: slackapi.New(os.Getenv("SLACK_BOT_TOKEN"), os.Getenv("SLACK_API_URL"), p.clock.machine),
		Messages: &handlers.App{Care: sys.care, Texts: sys.texts}, Machine: p.clock.machine, Log: p.log,
	}
	s.Run(ctx, p.clock.now, nil)
	os.Exit(0)
}
