package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
)

// world is the whole bot against a fake Slack: real files, real sockets, real signatures.
type world struct {
	t     testing.TB
	slack *fakeslack.Slack
	dir   string
	proxy *storetest.Proxy // before the MongoDB, if the data are there
	env   map[string]string

	socket bool // over Socket Mode instead of HTTP
	log    *logBuffer

	processes []*process // those that are the bot, besides this one

	stop func() int // ends serve and returns its exit code
	base string     // http://host:port of the listener for Slack
	ops  string
}

// schoolNow is when the stories begin: a Tuesday in the school year.
const (
	importNow = "2026-11-17T07:00:00+01:00"
	schoolNow = "2026-11-17T09:00:00+01:00"
)

const worldConfig = `
schools:
  - id: alen
    name: Ålenskolan
    country: SE
    ladder: se-grund
    eht_channel: CEHT
    principal_channel: CREKTOR
    school_years: [{start: 2026-08-17, end: 2027-06-11}]
  - id: fjord
    name: Fjord vgs
    country: NO
    ladder: no-vgs
    eht_channel: CTENESTE
    principal_channel: CLEIING
    school_years: [{start: 2026-08-17, end: 2027-06-18}]
`

const worldStaff = `email;name;roles;school;groups;language;slack_id;status
anna.lund@alen.se;Anna Lund;mentor;alen;8B|8A;;UANNA;active
bo.ek@alen.se;Bo Ek;mentor;alen;9C;;UBO;active
eva.holm@alen.se;Eva Holm;eht;alen;;;UEVA;active
rut.rektor@alen.se;Rut Rask;principal;alen;;;URUT;active
tor.larare@alen.se;Tor Ström;teacher;alen;;;UTOR;active
ada.admin@alen.se;Ada Admin;admin;alen;;;UADA;active
guro@fjord.no;Guro Dahl;mentor;fjord;1STA;nb;UGURO;active
signe@fjord.no;Signe Vik;mentor;fjord;1STB;nn;USIGNE;active
tone@fjord.no;Tone Moe;eht;fjord;;nb;UTONE;active
ragna@fjord.no;Ragna Rud;principal;fjord;;nn;URAGNA;active
gast@alen.se;Gun Gäst;mentor;alen;8B;;UGAST;active
bot@alen.se;Robot;mentor;alen;8B;;UROBOT;active
borta@alen.se;Birk Borta;mentor;alen;8B;;UBORTA;active
annan@alen.se;Asta Annan;mentor;alen;8B;;UANNAN;active
slutat@alen.se;Stig Slutat;mentor;alen;8B;;USLUTAT;active
sen@alen.se;Sen Inkoppling;mentor;alen;8B;;;active
utan.konto@alen.se;Ulf Utan;mentor;alen;8B;;;active
`

const worldStudents = `key;given_name;family_name;group;school;mentors;ref;protected;status
k1;Unmistakable-Xanthippa;Zetterqvistsson;8B;alen;;8B-K3F;no;enrolled
k2;Alva;Berg;8B;alen;;8B-M2X;no;enrolled
k3;Alva;Norén;8B;alen;;8B-N4N;no;enrolled
k4;Nils;Öberg;9C;alen;;9C-P5P;no;enrolled
k5;Skyddad;Elevsson;8B;alen;;8B-Q6Q;yes;enrolled
k6;Liv;Åsen;1STA;fjord;;1STA-B2B;no;enrolled
k7;Jon;Sæther;1STB;fjord;;1STB-C3C;no;enrolled
`

// newWorld makes the schools and their people and imports them; serve starts the bot.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), log: &logBuffer{}, slack: fakeslack.New(fakeslack.Options{SocketPing: 100 * time.Millisecond})}
	if err := w.slack.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.slack.Close)
	for id, u := range map[string]fakeslack.User{
		"UANNA": {Email: "anna.lund@alen.se"}, "UBO": {}, "UEVA": {}, "URUT": {}, "UTOR": {}, "UADA": {},
		"UGURO": {}, "USIGNE": {}, "UTONE": {}, "URAGNA": {}, "UGAST": {Guest: true}, "UROBOT": {Bot: true}, "UBORTA": {Deleted: true},
		"UANNAN": {TeamID: "TANNAN0000"}, "USLUTAT": {}, "USEN": {Email: "Sen@alen.se"}, "UFRAMLING": {Email: "framling@x.se"},
	} {
		u.ID, u.Name = id, strings.ToLower(id)
		w.slack.AddUser(u)
	}
	for id, members := range map[string][]string{"CEHT": {"UEVA"}, "CREKTOR": {"URUT"}, "CTENESTE": {"UTONE"}, "CLEIING": {"URAGNA"}} {
		w.slack.AddChannel(fakeslack.Channel{ID: id, Name: strings.ToLower(id), Private: true, Members: append(members, w.slack.BotUserID())})
	}
	w.write("lotsen.yaml", worldConfig)
	w.write("staff.csv", worldStaff)
	w.write("students.csv", worldStudents)
	w.env = map[string]string{
		"SLACK_BOT_TOKEN":      w.slack.BotToken(),
		"SLACK_SIGNING_SECRET": w.slack.SigningSecret(),
		"SLACK_API_URL":        w.slack.APIURL(),
		"LOTSEN_DB":            w.address(),
		"LOTSEN_CONFIG":        filepath.Join(w.dir, "lotsen.yaml"),
		"LOTSEN_KEYS":          filepath.Join(w.dir, "lotsen.keys"),
		"LOTSEN_CLOCK":         importNow,
		"LOTSEN_ADDR":          "127.0.0.1:0",
		"LOTSEN_OPS_ADDR":      "127.0.0.1:0",
		"LOTSEN_LOG":           "debug",
	}
	if storetest.OnServer() { // there no keyset is made unasked
		if out, code := w.run("keys", "new"); code != 0 {
			t.Fatalf("keys new: exit %d\n%s", code, out)
		}
	}
	if out, code := w.run("import", "--staff", w.path("staff.csv"), "--students", w.path("students.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	w.env["LOTSEN_CLOCK"] = schoolNow
	return w
}

// address is what LOTSEN_DB is: a file, or a database of its own behind the world's proxy.
func (w *world) address() string {
	w.t.Helper()
	address := storetest.Address(w.t, w.dir)
	if !storetest.OnServer() {
		return address
	}
	server, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.proxy = storetest.NewProxy(w.t, server.Host)
	server.Host = w.proxy.Addr()
	return server.String()
}

// overBoth tells a story twice: over HTTP and over Socket Mode. Others are told beside it, for most of the time
// a story waits; not on the server of the tests, which does one thing after another.
func overBoth(t *testing.T, story func(*testing.T, *world)) {
	t.Helper()
	beside := func(t *testing.T) {
		if !storetest.OnServer() {
			t.Parallel()
		}
	}
	beside(t)
	for _, socket := range []bool{false, true} {
		name := "http"
		if socket {
			name = "socket"
		}
		t.Run(name, func(t *testing.T) {
			beside(t)
			w := newWorld(t)
			if socket {
				w.useSockets()
			}
			story(t, w)
		})
	}
}

// useSockets has the bot connect by Socket Mode.
func (w *world) useSockets() {
	w.socket = true
	w.env["SLACK_APP_TOKEN"] = w.slack.AppToken()
	delete(w.env, "SLACK_SIGNING_SECRET")
	w.slack.SetSocketMode(true)
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// run carries out a command of the program and returns what it printed and its exit code.
func (w *world) run(args ...string) (string, int) {
	w.t.Helper()
	var out bytes.Buffer
	code := run(w.t.Context(), args, func(k string) string { return w.env[k] }, &out, &out)
	time.Sleep(2 * store.MarkAge) // until what serves counts what another process has changed
	return out.String(), code
}

// serve starts the bot, waits until it knows everyone's account, and makes it Slack's.
func (w *world) serve() *world {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	exit := make(chan int, 1)
	mark := w.log.len()
	go func() {
		exit <- run(ctx, []string{"serve"}, func(k string) string { return w.env[k] }, w.log, w.log)
	}()
	once := sync.OnceValue(func() int {
		cancel()
		return <-exit
	})
	w.stop = once
	w.t.Cleanup(func() { once() })
	var line struct {
		Addr    string `json:"addr"`
		OpsAddr string `json:"ops_addr"`
	}
	if err := json.Unmarshal(w.awaitLog(mark, `"msg":"serving"`), &line); err != nil {
		w.t.Fatal(err)
	}
	w.base, w.ops = "http://"+line.Addr, "http://"+line.OpsAddr
	w.slack.SetBot(w.base+pathCommands, w.base+pathInteractions, w.base+pathEvents)
	w.awaitLog(mark, `"msg":"ticked"`)
	if w.socket {
		w.await("the sockets", func() bool { return w.slack.Connections() == socketLinks })
	}
	return w
}

// awaitLog waits for a line of the log, from byte mark on, that holds the text.
func (w *world) awaitLog(mark int, text string) []byte {
	w.t.Helper()
	var line []byte
	w.await("log line "+text, func() bool {
		for l := range bytes.Lines(w.log.bytes()[mark:]) {
			if bytes.Contains(l, []byte(text)) {
				line = l
				return true
			}
		}
		return false
	})
	return line
}

// await waits until something that others do has happened.
func (w *world) await(what string, happened func() bool) {
	w.t.Helper()
	w.awaitFor(20*time.Second, what, happened)
}

// awaitFor is await for what may take longer.
func (w *world) awaitFor(limit time.Duration, what string, happened func() bool) {
	w.t.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waited in vain for %s; log:\n%s", what, w.wrote())
		}
	}
}

// wrote is the log of all who were the bot.
func (w *world) wrote() []byte {
	all := w.log.bytes()
	for i, p := range w.processes {
		all = append(fmt.Appendf(all, "process %d:\n", i), p.log.bytes()...)
	}
	return all
}

// types has a person type a command and returns what they then read.
func (w *world) types(user, command, text string) string {
	w.t.Helper()
	return read(w.ask(user, command, text))
}

// read is what a person reads in a message: its words without the marks for bold and code.
func read(m fakeslack.Message) string {
	return strings.NewReplacer("*", "", "`", "").Replace(m.Plain)
}

// ask has a person type a command and returns the answer: the only new message, or the one that
// follows a word of patience.
func (w *world) ask(user, command, text string) fakeslack.Message {
	w.t.Helper()
	before := len(w.slack.Seen(user))
	ack, err := w.slack.Command(w.t.Context(), user, "", command, text)
	if err != nil {
		w.t.Fatalf("%s %s: %v", command, text, err)
	}
	if ack.Error != "" {
		w.t.Fatalf("%s %s: %s", command, text, ack.Error)
	}
	var answer fakeslack.Message
	w.await("an answer to "+command, func() bool {
		fresh := w.slack.Seen(user)[before:]
		patience := 0
		for _, m := range fresh {
			if strings.HasPrefix(m.Plain, "Ett ögonblick") {
				patience++
				continue
			}
			answer = m
		}
		return len(fresh) == patience+1
	})
	return answer
}

// clicks has a person click a button and returns what the message then is.
func (w *world) clicks(user string, m fakeslack.Message, actionID string) string {
	w.t.Helper()
	before := len(w.slack.Seen(user))
	ack, err := w.slack.Click(w.t.Context(), user, m.Key, actionID)
	if err != nil || ack.Error != "" {
		w.t.Fatalf("click %s: %v, ack %+v", actionID, err, ack)
	}
	var after string
	w.await("the answer to a click", func() bool {
		seen := w.slack.Seen(user)
		if len(seen) > before {
			after = read(seen[len(seen)-1])
			return true
		}
		for _, s := range seen {
			if s.Key == m.Key && s.Plain != m.Plain {
				after = read(s)
				return true
			}
		}
		return false
	})
	return after
}

// check fails the test when Slack has found fault with the bot.
func (w *world) check() {
	w.t.Helper()
	for _, v := range w.slack.Violations() {
		w.t.Errorf("Slack finds fault: %s", v)
	}
}

// logBuffer collects what the program writes.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}

func (l *logBuffer) len() int { return len(l.bytes()) }

func (l *logBuffer) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}
