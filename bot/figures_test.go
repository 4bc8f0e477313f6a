//go:build linux

package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var rounds = flag.Int("figures", 0, "measure the figures that are to be held, in so many rounds; 7 take some minutes")

// A figure is one row of the table.
type figure struct {
	what, goal, measured, how string
	held                      bool
}

// TestFigures measures what is to be held and prints it as a table; a figure that is not held fails it.
//
//	go test ./bot -run Figures -figures 7 -v -timeout 30m
func TestFigures(t *testing.T) {
	if *rounds == 0 {
		t.Skip("figures are measured with -figures 7")
	}
	var list []figure
	t.Run("served", func(t *testing.T) { list = append(list, servedFigures(t)...) })
	// Here is the place for the reminders.
	t.Run("stored", func(t *testing.T) { list = append(list, storedFigures(t)...) })
	var table strings.Builder
	for _, f := range list {
		held := "yes"
		if !f.held {
			held = "**no**"
			t.Errorf("%s: %s, the goal is %s", f.what, f.measured, f.goal)
		}
		say(&table, "| %s | %s | %s | %s | %s |\n", f.what, f.goal, f.measured, f.how, held)
	}
	say(os.Stdout, "\nFigures of %s on %s; medians of %d rounds, in which each is measured in turn:\n\n"+
		"| what | goal | measured | how | held |\n|---|---|---|---|---|\n%s\n", time.Now().Format("2 January 2006"), machine(t), *rounds, &table)
}

const (
	floodFor = 3 * time.Second
	dripFor  = 10 * time.Second
	dripRate = 200
	requests = 100_000
)

// servedFigures has the bot and the bare servers answer, all on one core, to a load on another.
func servedFigures(t *testing.T) []figure {
	serverCPU, loadCPU := twoCores(t)
	w := newWorld(t)
	w.serve() // once, to learn everyone's account
	w.stop()
	w.env["LOTSEN_LOG"], w.env["GOMAXPROCS"] = "info", "1"
	start := func(variable, value string, args ...string) (p *process) {
		onCore(t, serverCPU, func() { p = w.start(variable, value, args...) })
		t.Cleanup(p.kill)
		return p
	}
	defer allOnCore(t, loadCPU)()

	bot := start(beTheBot, "1", "serve")
	time.Sleep(5 * time.Second) // the first tick is over, and nothing is asked
	idle := resident(t, bot)
	bareOne := start(beBare, bareAlone, w.path("alone.db"))
	bareMany := start(beBare, bareGroup, w.path("group.db"))
	toBot, toOne, toMany := newLoad(t, w, bot.base, lines), newLoad(t, w, bareOne.base, lines), newLoad(t, w, bareMany.base, lines)

	// flood measures one server in one round, and how much of the cores it and the load use.
	var busy float64
	flood := func(p *process, l *load) (perSecond float64) {
		began, load, server, sent := time.Now(), used(t, os.Getpid()), used(t, p.cmd.Process.Pid), l.sent.Load()
		perSecond = l.flood(floodFor)
		server = used(t, p.cmd.Process.Pid) - server
		busy = max(busy, 100*float64(used(t, os.Getpid())-load)/float64(time.Since(began)))
		t.Logf("%5.0f/s, each %3.0f µs of the server's core: %s", perSecond, float64(server.Microseconds())/float64(l.sent.Load()-sent), p.cmd.Args[1])
		return perSecond
	}
	var rate, one, many, overOne, overMany []float64
	for range *rounds {
		rate, one, many = append(rate, flood(bot, toBot)), append(one, flood(bareOne, toOne)), append(many, flood(bareMany, toMany))
		overOne, overMany = append(overOne, last(rate)/last(one)), append(overMany, last(rate)/last(many))
	}
	var p99, bareP99, slower []float64
	for range *rounds {
		p99 = append(p99, ms(toBot.drip(dripRate, dripFor)))
		bareP99 = append(bareP99, ms(toOne.drip(dripRate, dripFor)))
		slower = append(slower, last(p99)/last(bareP99))
		t.Logf("at %d a second, 99 of 100 within: the bot %.1f ms, bare %.1f ms", dripRate, last(p99), last(bareP99))
	}
	for toBot.sent.Load() < requests {
		toBot.flood(time.Second)
	}
	loaded := resident(t, bot)
	bot.end(syscall.SIGTERM)

	var starts []float64
	for range *rounds {
		began := time.Now()
		bot := start(beTheBot, "1", "serve")
		l := newLoad(t, w, bot.base, 1)
		if err := l.ask(l.lines[0]); err != nil {
			t.Fatal(err)
		}
		starts = append(starts, ms(time.Since(began)))
		bot.end(syscall.SIGTERM)
	}
	const what = "`/insats <ref> <kind> <text>` over HTTP, signed, stored durably"
	turns := fmt.Sprintf("%d connections, %v each; the load uses at most %.0f %% of its core", lines, floodFor, busy)
	return []figure{
		{what, "≥ 1.5 × a bare server with a transaction each", fmt.Sprintf("%.2f × (%.0f/s to %.0f/s)", median(overOne), median(rate), median(one)), turns, median(overOne) >= 1.5},
		{what, "≥ 0.5 × a bare server with group commit", fmt.Sprintf("%.2f × (%.0f/s to %.0f/s)", median(overMany), median(rate), median(many)), turns, median(overMany) >= 0.5},
		{what + ", 200 a second", "99 of 100 within 2 × the bare server's time", fmt.Sprintf("%.2f × (%.1f ms to %.1f ms)", median(slower), median(p99), median(bareP99)),
			fmt.Sprintf("%v each, sent however long answers take", dripFor), median(slower) <= 2},
		{"memory when idle", "≤ 45 MB", fmt.Sprintf("%.0f MB", idle), "resident, 5 s after the start", idle <= 45},
		{"memory after 100 000 requests", "≤ 70 MB", fmt.Sprintf("%.0f MB", loaded), "resident, at once", loaded <= 70},
		{"start to first answer, 100 000 interventions stored", "≤ 150 ms", fmt.Sprintf("%.0f ms", median(starts)),
			"from the start of the process to the answer to its first `/insats …`", median(starts) <= 150},
	}
}

func last(list []float64) float64 { return list[len(list)-1] }

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
