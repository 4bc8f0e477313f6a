package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
	"lotsen/internal/store/storetest"
)

func TestStartIsRefusedWithARemedy(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(w *world)
		args    []string
		want    string
	}{
		{"no configuration", func(w *world) {
			w.env["LOTSEN_CONFIG"] = ""
			w.t.(*testing.T).Chdir(w.dir)
			_ = os.Remove(w.path("lotsen.yaml"))
		},
			[]string{"serve"}, "lotsen config example > lotsen.yaml"},
		{"a fault in the configuration", func(w *world) { w.write("lotsen.yaml", strings.Replace(worldConfig, "country: SE", "contry: SE", 1)) },
			[]string{"serve"}, "contry"},
		{"no secret", func(w *world) { delete(w.env, "SLACK_SIGNING_SECRET") }, []string{"serve"}, "SLACK_SIGNING_SECRET for HTTP"},
		{"a secret file that is not there", func(w *world) {
			delete(w.env, "SLACK_BOT_TOKEN")
			w.env["SLACK_BOT_TOKEN_FILE"] = w.path("nothing")
		}, []string{"serve"}, "SLACK_BOT_TOKEN_FILE"},
		{"the keyset is gone", func(w *world) { _ = os.Remove(w.path("lotsen.keys")) }, []string{"serve"}, "Restore that file"},
		{"another database's keyset", func(w *world) {
			_ = os.Remove(w.path("lotsen.keys"))
			w.run("keys", "new")
		}, []string{"serve"}, "Restore the keyset file that belongs to this database"},
		{"another database's keyset, import", func(w *world) {
			_ = os.Remove(w.path("lotsen.keys"))
			w.run("keys", "new")
		}, []string{"import", "--staff", "staff.csv"}, "Restore the keyset file that belongs to this database"},
		{"a keyset that everyone may read", func(w *world) {
			if err := os.Chmod(w.path("lotsen.keys"), 0o644); err != nil { // #nosec G302 -- the mistake under test
				w.t.Fatal(err)
			}
		}, []string{"serve"}, "chmod 600"},
		{"keys new over a keyset", func(*world) {}, []string{"keys", "new"}, "lotsen.keys"},
		{"a wrong clock", func(w *world) { w.env["LOTSEN_CLOCK"] = "yesterday" }, []string{"serve"}, "2026-11-20T08:00:00+01:00"},
		{"a wrong language", func(w *world) { w.env["LOTSEN_LANGUAGE"] = "de" }, []string{"serve"}, "sv"},
		{"a taken port", func(w *world) {
			w.env["LOTSEN_ADDR"] = strings.TrimPrefix(w.slack.APIURL()[:len(w.slack.APIURL())-len("/api/")], "http://")
		},
			[]string{"serve"}, "--addr 127.0.0.1:0 takes any free one"},
		{"a server that is not there", func(w *world) {
			w.env["LOTSEN_DB"] = "mongodb://lotsen:hemligt@127.0.0.1:1/x?serverSelectionTimeoutMS=300"
		}, []string{"serve"}, "LOTSEN_DB: the MongoDB server cannot be reached (dial: connect: connection refused): check that it runs"},
		{"a server that is not there, in a file", func(w *world) {
			w.env["LOTSEN_DB"] = ""
			w.env["LOTSEN_DB_FILE"] = w.path("address")
			w.write("address", "mongodb://lotsen:hemligt@127.0.0.1:1/x?serverSelectionTimeoutMS=300\n")
		}, []string{"import", "--staff", "staff.csv"}, "LOTSEN_DB: the MongoDB server cannot be reached"},
		{"an address in a file that is not there", func(w *world) {
			w.env["LOTSEN_DB"] = ""
			w.env["LOTSEN_DB_FILE"] = w.path("nothing")
		}, []string{"serve"}, "LOTSEN_DB_FILE"},
		{"an address that is none", func(w *world) { w.env["LOTSEN_DB"] = "mongodb://lotsen:hem@ligt:hemligt@host/x" }, []string{"serve"}, "%40 for @"},
		{"another kind of server", func(w *world) { w.env["LOTSEN_DB"] = "postgres://lotsen:hemligt@host/x" }, []string{"serve"}, "mongodb:// or mongodb+srv://"},
		{"nothing to import", func(*world) {}, []string{"import"}, "--staff FILE"},
		{"an unknown command", func(*world) {}, []string{"sreve"}, "--help"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.prepare(w)
			for i, a := range tt.args {
				if strings.HasSuffix(a, ".csv") {
					tt.args[i] = w.path(a)
				}
			}
			out, code := w.run(tt.args...)
			if code == 0 || !strings.Contains(out, tt.want) || strings.Contains(out, "hemligt") {
				t.Errorf("bot %v: exit %d, want a fault that says %q and no password:\n%s", tt.args, code, tt.want, out)
			}
		})
	}
}

func TestSecondServeOnOneFile(t *testing.T) {
	w := newWorld(t).serve()
	if !storetest.OnServer() { // there it is allowed
		if out, code := w.run("serve"); code == 0 || !strings.Contains(out, "MongoDB") {
			t.Errorf("a second serve: exit %d, want a refusal that names MongoDB:\n%s", code, out)
		}
	}
	// An import may run beside it, and what it brings is there at once.
	w.write("more.csv", "key;given_name;family_name;group;school;ref\nk9;Nyss;Inflyttad;8B;alen;8B-V9V\n")
	if out, code := w.run("import", "--students", w.path("more.csv")); code != 0 {
		t.Fatalf("import beside serve: exit %d\n%s", code, out)
	}
	if got := w.types("UANNA", "/insats", "nyss samtal"); !strings.HasPrefix(got, "Loggat för 8B-V9V (Nyss Inflyttad)") {
		t.Errorf("a student imported beside serve: %s", got)
	}
}

func TestKeysRotateBesideServe(t *testing.T) {
	w := newWorld(t).serve()
	w.types("UANNA", "/insats", "8B-M2X samtal Före")
	if out, code := w.run("keys", "rotate"); code != 0 {
		t.Fatalf("keys rotate: exit %d\n%s", code, out)
	}
	w.write("more.csv", "key;given_name;family_name;group;school;ref\nk9;Nyss;Inflyttad;8B;alen;8B-V9V\n")
	if out, code := w.run("import", "--students", w.path("more.csv")); code != 0 {
		t.Fatalf("import with the new key: exit %d\n%s", code, out)
	}
	// The running bot meets a name under a key that it has not read yet.
	if got := w.types("UANNA", "/insats", "nyss samtal Efter"); !strings.HasPrefix(got, "Loggat för 8B-V9V") {
		t.Errorf("a name under the new key: %s", got)
	}
	w.stop()
	w.serve()
	if got := w.types("UANNA", "/insats", "lista"); !strings.Contains(got, "Före") || !strings.Contains(got, "Efter") {
		t.Errorf("after rotation and restart the list is\n%s", got)
	}
}

func TestImportReportsBadRowsAndKeepsGoodOnes(t *testing.T) {
	w := newWorld(t)
	w.write("bad.csv", "key;given_name;family_name;group;school;mentors;ref\n"+
		"n1;Bra;Rad;8B;alen;;8B-G2G\n"+
		"n2;Fel;Skola;8B;finns-inte;;\n"+
		"19811218-9876;Person;Nummer;8B;alen;;\n"+
		"n4;Okänd;Mentor;8B;alen;ingen@alen.se;8B-H3H\n")
	for _, dry := range []bool{true, false} {
		args := []string{"import", "--students", w.path("bad.csv")}
		if dry {
			args = append(args, "--dry-run")
		}
		out, code := w.run(args...)
		if code != 1 {
			t.Errorf("import %v: exit %d, want 1", args[3:], code)
		}
		for _, want := range []string{"bad.csv:3: column school", "bad.csv:4: column key", "bad.csv:5: column mentors", "2 added", "3 bad rows"} {
			if !strings.Contains(out, want) {
				t.Errorf("import %v does not say %q:\n%s", args[3:], want, out)
			}
		}
		for _, secret := range []string{"9876", "Fel", "Person", "ingen@"} {
			if strings.Contains(out, secret) {
				t.Errorf("import %v prints %q:\n%s", args[3:], secret, out)
			}
		}
	}
	if out, code := w.run("import", "--staff", w.path("staff.csv"), "--students", w.path("students.csv")); code != 0 || !strings.Contains(out, "0 added, 0 changed") {
		t.Errorf("the same files again: exit %d\n%s", code, out)
	}
}

func TestOpsListener(t *testing.T) {
	w := newWorld(t).serve()
	w.types("UANNA", "/insats", "8B-M2X samtal")
	w.await("readiness", func() bool { status, _ := w.get(w.ops + "/readyz"); return status == http.StatusOK })
	if _, body := w.get(w.ops + "/readyz"); !strings.Contains(body, `"status":"ready"`) {
		t.Errorf("/readyz = %s", body)
	}
	if status, body := w.get(w.ops + "/metrics"); status != http.StatusOK ||
		!strings.Contains(body, `lotsen_requests_total{kind="command",name="insats",outcome="ok"} 1`) {
		t.Errorf("/metrics: %d, lacks the request:\n%.2000s", status, body)
	}
	for _, base := range []string{w.base, w.ops} {
		if status, _ := w.get(base + "/healthz"); status != http.StatusOK {
			t.Errorf("%s/healthz: %d", base, status)
		}
	}
	if status, _ := w.get(w.base + "/metrics"); status != http.StatusNotFound {
		t.Errorf("/metrics on Slack's listener: %d, want 404", status)
	}
}

func (w *world) get(url string) (int, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestHTTPLimits(t *testing.T) {
	w := newWorld(t).serve()
	if status, _ := w.get(w.base + pathCommands); status != http.StatusMethodNotAllowed {
		t.Errorf("GET %s: %d, want 405", pathCommands, status)
	}
	if status := w.post(pathCommands, bytes.Repeat([]byte("a"), bodyMax+1)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over 1 MB: %d, want 413", status)
	}
	probe, err := http.Post(w.base+pathCommands, "application/x-www-form-urlencoded", strings.NewReader("ssl_check=1&token=x"))
	if err != nil {
		t.Fatal(err)
	}
	_ = probe.Body.Close()
	if probe.StatusCode != http.StatusOK {
		t.Errorf("an unsigned ssl_check: %d, want 200", probe.StatusCode)
	}
	if status := w.post(pathCommands, []byte("user_id=UANNA")); status != http.StatusBadRequest {
		t.Errorf("a command without trigger_id: %d, want 400", status)
	}
	if status := w.post(pathEvents, []byte(`{"type":"event_callback","event":{"type":"from_tomorrow"}}`)); status != http.StatusOK {
		t.Errorf("an unknown event: %d, want 200", status)
	}
	if err := w.slack.VerifyURL(t.Context()); err != nil {
		t.Errorf("url_verification: %v", err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte("POST /slack/commands HTTP/1.1\r\n")); err != nil { // and then nothing
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("a client that never ends its headers is not hung up on: %v", err)
	}
	w.check()
}

func TestStopFinishesWhatWasAccepted(t *testing.T) {
	w := newWorld(t).serve()
	w.slack.Fault("users.info", fakeslack.Fault{Times: 1, Delay: 700 * time.Millisecond})
	if _, err := w.slack.Command(t.Context(), "UFRAMLING", "", "/insats", "lista"); err != nil {
		t.Fatal(err)
	}
	if code := w.stop(); code != 0 {
		t.Errorf("serve ends with %d, want 0", code)
	}
	w.awaitSeen("UFRAMLING", "Du har inte tillgång till Lotsen. Be den som sköter Lotsen på skolan att lägga in dig.")
	if got, want := w.inbox(), (inboxState{done: 1}); got != want {
		t.Errorf("after the stop the inbox holds %+v, want %+v", got, want)
	}
	var last struct{ Msg string }
	lines := bytes.Split(bytes.TrimSpace(w.log.bytes()), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Msg != "stopped" {
		t.Errorf("the log ends with %s (%v), want stopped", lines[len(lines)-1], err)
	}
}

func TestFirstStartsAtTheSameMoment(t *testing.T) {
	w := newWorld(t)
	if storetest.OnServer() {
		w.env["LOTSEN_DB"] = storetest.Address(t, w.path("another"))
	} else {
		for _, old := range []string{"lotsen.db", "lotsen.keys"} {
			if err := os.Remove(w.path(old)); err != nil {
				t.Fatal(err)
			}
		}
	}
	codes := make(chan int)
	for range 6 {
		go func() {
			var out bytes.Buffer
			code := run(t.Context(), []string{"import", "--staff", w.path("staff.csv")}, func(k string) string { return w.env[k] }, &out, &out)
			if code != 0 {
				t.Log(out.String())
			}
			codes <- code
		}()
	}
	for range 6 {
		if code := <-codes; code != 0 {
			t.Errorf("one of several first starts: exit %d", code)
		}
	}
}

// TestIDsTellNothing has only the database file and wants to know what ids were made from.
func TestIDsTellNothing(t *testing.T) {
	var ids [2]string
	for i := range ids {
		w := newWorld(t)
		p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"}, clock: &clock{}}
		sys, err := p.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = sys.care.StaffID("anna.lund@alen.se")
		if _, err := sys.records.Staff.Get(t.Context(), ids[i]); err != nil {
			t.Errorf("the id of an imported person: %v", err)
		}
		if err := sys.close(); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(w.dir); err != nil || slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "lotsen.db-") }) {
			t.Errorf("after the end %v is left (%v)", left, err)
		}
	}
	if ids[0] == ids[1] {
		t.Errorf("two installations make the same id %s from one e-mail address, so it can be guessed", ids[0])
	}
}

func TestDemoTouchesNoInstallation(t *testing.T) {
	w := newWorld(t)
	before := w.files()
	ctx, cancel := context.WithCancel(t.Context())
	out := &logBuffer{}
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, []string{"demo", "--addr", "127.0.0.1:0", "--dir", w.dir}, func(string) string { return "" }, out, w.log)
	}()
	w.await("the demo's address", func() bool { return bytes.Contains(out.bytes(), []byte("/  (Ctrl-C")) })
	cancel()
	if code := <-exit; code != 0 {
		t.Errorf("the demo ends with %d, want 0\n%s", code, w.log.bytes())
	}
	after := w.files()
	for name, data := range before {
		if after[name] != data {
			t.Errorf("the demo has changed %s", name)
		}
		delete(after, name)
	}
	for name := range after {
		if !strings.HasPrefix(name, "demo.") {
			t.Errorf("the demo has made %s", name)
		}
	}
}

// files reads everything in the installation's folder.
func (w *world) files() map[string]string {
	w.t.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(w.path(e.Name()))
		if err != nil {
			w.t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

func TestDemo(t *testing.T) {
	w := newWorld(t)
	out := &logBuffer{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, []string{"demo", "--addr", "127.0.0.1:0"}, func(string) string { return "" }, out, w.log)
	}()
	w.await("the demo's address", func() bool { return bytes.Contains(out.bytes(), []byte("/  (Ctrl-C")) })
	_, after, _ := strings.Cut(string(out.bytes()), "at ")
	base, _, _ := strings.Cut(after, "/  (Ctrl-C")
	if status, body := w.get(base + "/"); status != http.StatusOK || !strings.Contains(body, "Lotsen") {
		t.Errorf("the page: %d\n%.300s", status, body)
	}
	resp, err := http.Post(base+"/api/people/U0ANNA/lines", "application/json", strings.NewReader(`{"channel":"D0ANNA","text":"/insats lista 8B-K3F"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("a command typed in the page: %d", resp.StatusCode)
	}
	w.await("the answer in the page", func() bool {
		_, body := w.get(base + "/api/people/U0ANNA")
		return strings.Contains(body, "Trött på morgnarna")
	})
	cancel()
	if code := <-exit; code != 0 {
		t.Errorf("the demo ends with %d, want 0\n%s", code, w.log.bytes())
	}
}
