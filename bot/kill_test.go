package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"lotsen/internal/fakeslack"
)

// beTheBot makes the test binary the program itself, so that it can be killed.
const beTheBot = "LOTSEN_TEST_BE_THE_BOT"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(beTheBot) != "":
		main()
	case os.Getenv(beBare) != "":
		serveBare()
	case os.Getenv(beACourier) != "":
		courier()
	}
	os.Exit(m.Run())
}

// process is the bot, or what it is measured against, as a process of its own.
type process struct {
	base string // http://host:port
	log  *logBuffer
	cmd  *exec.Cmd
	done chan struct{}
	once sync.Once
}

// spawn starts the bot as a process and makes it Slack's.
func (w *world) spawn() *process {
	w.t.Helper()
	p := w.start(beTheBot, "1", "serve")
	w.slack.SetBot(p.base+pathCommands, p.base+pathInteractions, p.base+pathEvents)
	return p
}

// start starts the test binary as what the variable makes of it, and waits until it says that it serves.
func (w *world) start(variable, value string, args ...string) *process {
	w.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), variable+"="+value)
	for k, v := range w.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	p := &process{log: &logBuffer{}, cmd: cmd, done: make(chan struct{})}
	w.processes = append(w.processes, p)
	all := io.TeeReader(stderr, p.log)
	lines := bufio.NewScanner(all)
	for lines.Scan() {
		var line struct{ Msg, Addr string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			p.base = "http://" + line.Addr
			go func() {
				_, _ = io.Copy(io.Discard, all)
				close(p.done)
			}()
			return p
		}
	}
	w.t.Fatalf("the process did not start: %v; log:\n%s", cmd.Wait(), p.log.bytes())
	return nil
}

// kill ends the process as a power cut does.
func (p *process) kill() { p.end(os.Kill) }

// end sends a signal and waits for the end.
func (p *process) end(signal os.Signal) {
	p.once.Do(func() {
		_ = p.cmd.Process.Signal(signal)
		<-p.done
		_ = p.cmd.Wait()
	})
}

// TestKilledWhileLogging logs 500 lines from eight people's hands while the bot is killed again
// and again. Whoever got no answer sends the same request again, as after Slack's time-out.
// Every confirmed line must be there once, and no line twice.
func TestKilledWhileLogging(t *testing.T) {
	const lines, hands = 500, 8
	w := newWorld(t)
	w.serve() // once, to learn everyone's account
	w.stop()
	p := w.spawn()

	jobs := make(chan int)
	var confirmed sync.Map
	var workers sync.WaitGroup
	progress, stop, killed := make(chan struct{}), make(chan struct{}), make(chan int)
	for range hands {
		workers.Go(func() {
			for i := range jobs {
				form, err := w.slack.CommandForm("UANNA", "", "/insats", fmt.Sprintf("8B-M2X samtal Rad %04d.", i))
				if err != nil {
					t.Error(err)
					return
				}
				for !w.confirms(form) {
				}
				confirmed.Store(i, true)
				select {
				case progress <- struct{}{}:
				case <-stop:
				}
			}
		})
	}
	go func() {
		n := 0
		for left := rand.IntN(25); ; left-- {
			select {
			case <-progress:
			case <-stop:
				killed <- n
				return
			}
			if left <= 0 { // while seven other hands are at work
				p.kill()
				p = w.spawn()
				n, left = n+1, rand.IntN(25)
			}
		}
	}()
	for i := range lines {
		jobs <- i
	}
	close(jobs)
	workers.Wait()
	close(stop)
	if n := <-killed; n < 10 {
		t.Errorf("the bot was killed only %d times", n)
	}
	p.kill()

	list := w.stored("UANNA")
	for i := range lines {
		if _, ok := confirmed.Load(i); !ok {
			t.Errorf("line %d was never confirmed", i)
		}
		if n := list[fmt.Sprintf("Rad %04d.", i)]; n != 1 {
			t.Errorf("line %d is stored %d times, want once", i, n)
		}
	}
	if len(list) != lines {
		t.Errorf("%d different notes are stored, want %d", len(list), lines)
	}
}

// confirms sends a command and reports whether it was confirmed.
func (w *world) confirms(form url.Values) bool {
	ack, err := w.slack.CommandRaw(w.t.Context(), fakeslack.RawCommand{Form: form})
	return err == nil && ack.Status == 200 && strings.Contains(string(ack.Body), "Loggat för")
}

// stored reads the notes of a person's interventions from the database: note → how often.
func (w *world) stored(slackID string) map[string]int {
	w.t.Helper()
	sys, done := w.system()
	defer done()
	notes := map[string]int{}
	for _, iv := range w.interventions(slackID) {
		note, err := sys.vault.Open(iv.Note, "interventions", iv.ID, "note")
		if err != nil {
			w.t.Fatal(err)
		}
		notes[note]++
	}
	return notes
}
