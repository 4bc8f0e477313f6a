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

var rounds = flag.Int("figures", 0, "measure the figures that are to be held, in so many rounds; 7 take half an hour")

// A figure is one row of the table.
type figure struct {
	what, goal, measured, how string
	held                      bool
}

// TestFigures measures what is to be held and prints it as a table; a figure that is not held fails it.
//
//	go test ./bot -run Figures -figures 7 -v -timeout 90m
func TestFigures(t *testing.T) {
	if *rounds == 0 {
		t.Skip("figures are measured with -figures 7")
	}
	var list []figure
	t.Run("served", func(t *testing.T) { list = append(list, servedFigures(t)...) })
	t.Run("stored", func(t *testing.T) { list = append(list, storedFigures(t)...) })
	t.Run("drained", func(t *testing.T) { list = append(list, drained(t, 10_000)) })
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

// servers are the bot and what it is measured against, all on one core, and the loads on them on another.
type servers struct {
	*testing.T
	w              *world
	core           int
	bot, one, many server
	idle           float64 // the bot's memory before anyone asked, in MB
}

// server is a process and its load.
type server struct {
	*process
	*load
}

const asked = "`/insats <ref> <kind> <text>` over HTTP, signed, stored durably"

// servedFigures has the servers answer.
func servedFigures(t *testing.T) []figure {
	core, loadCore := twoCores(t)
	s := &servers{T: t, w: newWorld(t), core: core}
	s.w.serve() // once, to learn everyone's account
	s.w.stop()
	s.w.env["LOTSEN_LOG"], s.w.env["GOMAXPROCS"] = "info", "1"
	defer allOnCore(t, loadCore)()

	s.bot.process = s.start(beTheBot, "1", "serve")
	time.Sleep(5 * time.Second) // the first tick is over, and nothing is asked
	s.idle = resident(t, s.bot.process)
	s.one.process = s.start(beBare, bareAlone, s.w.path("one.db"))
	s.many.process = s.start(beBare, bareGroup, s.w.path("many.db"))
	for _, on := range []*server{&s.bot, &s.one, &s.many} {
		on.load = newLoad(t, s.w, on.base, lines)
	}
	return slices.Concat(s.flooded(), s.dripped(), s.filled(), s.started())
}

// start starts a process on the servers' core.
func (s *servers) start(variable, value string, args ...string) (p *process) {
	onCore(s.T, s.core, func() { p = s.w.start(variable, value, args...) })
	s.Cleanup(p.kill)
	return p
}

// flooded are as many requests as are answered.
func (s *servers) flooded() []figure {
	var busy float64
	flood := func(on server) (perSecond float64) {
		began, load, served, sent := time.Now(), used(s.T, os.Getpid()), used(s.T, on.cmd.Process.Pid), on.sent.Load()
		perSecond = on.flood(floodFor)
		served = used(s.T, on.cmd.Process.Pid) - served
		busy = max(busy, 100*float64(used(s.T, os.Getpid())-load)/float64(time.Since(began)))
		s.Logf("%5.0f/s, each %3.0f µs of the server's core: %s", perSecond, float64(served.Microseconds())/float64(on.sent.Load()-sent), on.cmd.Args[1])
		return perSecond
	}
	var rate, one, many, overOne, overMany []float64
	for range *rounds {
		rate, one, many = append(rate, flood(s.bot)), append(one, flood(s.one)), append(many, flood(s.many))
		overOne, overMany = append(overOne, last(rate)/last(one)), append(overMany, last(rate)/last(many))
	}
	how := fmt.Sprintf("%d connections, %v each; the load uses at most %.0f %% of its core", lines, floodFor, busy)
	return []figure{
		{asked, "≥ 1.5 × a bare server with a transaction each", fmt.Sprintf("%.2f × (%.0f/s to %.0f/s)", median(overOne), median(rate), median(one)), how, median(overOne) >= 1.5},
		{asked, "≥ 0.5 × a bare server with group commit", fmt.Sprintf("%.2f × (%.0f/s to %.0f/s)", median(overMany), median(rate), median(many)), how, median(overMany) >= 0.5},
	}
}

// dripped is how long answers take when few ask.
func (s *servers) dripped() []figure {
	var bot, bare, slower []float64
	for range *rounds {
		bot, bare = append(bot, ms(s.bot.drip(dripRate, dripFor))), append(bare, ms(s.one.drip(dripRate, dripFor)))
		slower = append(slower, last(bot)/last(bare))
		s.Logf("at %d a second, 99 of 100 within: the bot %.1f ms, bare %.1f ms", dripRate, last(bot), last(bare))
	}
	return []figure{{fmt.Sprintf("%s, %d a second", asked, dripRate), "99 of 100 within 2 × the time of a bare server with a transaction each",
		fmt.Sprintf("%.2f × (%.1f ms to %.1f ms)", median(slower), median(bot), median(bare)),
		fmt.Sprintf("%v each, sent however long answers take", dripFor), median(slower) <= 2}}
}

// filled is the memory before anything was asked and after much was.
func (s *servers) filled() []figure {
	for s.bot.sent.Load() < requests {
		s.bot.flood(time.Second)
	}
	loaded := resident(s.T, s.bot.process)
	return []figure{
		{"memory when idle", "≤ 45 MB", fmt.Sprintf("%.0f MB", s.idle), "resident, 5 s after the start", s.idle <= 45},
		{"memory after 100 000 requests", "≤ 70 MB", fmt.Sprintf("%.0f MB", loaded), "resident, at once", loaded <= 70},
	}
}

// started is how soon the bot answers over what filled has stored.
func (s *servers) started() []figure {
	s.bot.end(syscall.SIGTERM)
	var took []float64
	for range *rounds {
		began := time.Now()
		bot := s.start(beTheBot, "1", "serve")
		l := newLoad(s.T, s.w, bot.base, 1)
		if err := l.ask(l.lines[0]); err != nil {
			s.Fatal(err)
		}
		took = append(took, ms(time.Since(began)))
		bot.end(syscall.SIGTERM)
	}
	return []figure{{"start to first answer, 100 000 interventions stored", "≤ 150 ms", fmt.Sprintf("%.0f ms", median(took)),
		"from the start of the process to the answer to its first `/insats …`", median(took) <= 150}}
}

func last(list []float64) float64 { return list[len(list)-1] }

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
