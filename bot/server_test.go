package main

import (
	"bytes"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/fakeslack"
	"lotsen/internal/store/storetest"
)

// onServer is a world whose data are in a MongoDB.
func onServer(t *testing.T) *world {
	t.Helper()
	storetest.NeedServer(t)
	return newWorld(t)
}

// ready waits until /readyz answers with that status.
func (w *world) ready(want int) {
	w.t.Helper()
	w.await("readiness "+http.StatusText(want), func() bool {
		status, _ := w.get(w.ops + "/readyz")
		return status == want
	})
}

func TestNoKeysetIsMadeForAServer(t *testing.T) {
	w := onServer(t)
	w.env["LOTSEN_DB"] = storetest.Address(t, w.path("another"))
	w.env["LOTSEN_KEYS"] = w.path("another.keys")
	out, code := w.run("serve")
	if code == 0 || !strings.Contains(out, "lotsen keys new") || !strings.Contains(out, "Every copy") {
		t.Errorf("serve without a keyset: exit %d, want a refusal that says what to do:\n%s", code, out)
	}
	if _, err := os.Stat(w.path("another.keys")); err == nil {
		t.Error("a keyset was made unasked")
	}
}

// TestTwoKeysetsAtTheSameMoment starts copies with different keysets on a new database: one keyset
// wins, and whoever has another is told.
func TestTwoKeysetsAtTheSameMoment(t *testing.T) {
	w := onServer(t)
	w.env["LOTSEN_DB"] = storetest.Address(t, w.path("another"))
	const copies = 6
	type end struct {
		code int
		out  string
	}
	ends := make(chan end)
	for i := range copies {
		env := map[string]string{}
		for k, v := range w.env {
			env[k] = v
		}
		env["LOTSEN_KEYS"] = w.path("keys" + string(rune('0'+i)))
		getenv := func(k string) string { return env[k] }
		var out bytes.Buffer
		if code := run(t.Context(), []string{"keys", "new"}, getenv, &out, &out); code != 0 {
			t.Fatal(out.String())
		}
		go func() {
			var out bytes.Buffer
			code := run(t.Context(), []string{"import", "--staff", w.path("staff.csv")}, getenv, &out, &out)
			ends <- end{code, out.String()}
		}()
	}
	good := 0
	for range copies {
		switch e := <-ends; {
		case e.code == 0:
			good++
		case !strings.Contains(e.out, "Restore the keyset file that belongs to this database"):
			t.Errorf("exit %d:\n%s", e.code, e.out)
		}
	}
	if good != 1 {
		t.Errorf("%d of %d keysets were taken, want 1", good, copies)
	}
}

// TestTwoCopies has two copies of the bot on one database.
func TestTwoCopies(t *testing.T) {
	w := onServer(t).serve()
	other := *w
	other.log = &logBuffer{}
	other.serve()
	if got := other.types("UANNA", "/insats", "8B-M2X samtal Den andra"); !strings.HasPrefix(got, "Loggat för 8B-M2X") {
		t.Fatalf("the second copy says %s", got)
	}
	w.slack.SetBot(w.base+pathCommands, w.base+pathInteractions, w.base+pathEvents)
	if got := w.types("UANNA", "/insats", "lista"); !strings.Contains(got, "Den andra") {
		t.Errorf("the first copy does not know what the second has logged: %s", got)
	}
	if got := w.types("UANNA", "/insats", "ångra"); !strings.HasPrefix(got, "Ångrat") {
		t.Errorf("the first copy says %s", got)
	}
	if code := other.stop(); code != 0 {
		t.Errorf("the second copy ends with %d", code)
	}
	w.ready(http.StatusOK)
	w.check()
}

const tryAgain = "Något gick fel hos mig, och jag vet inte om det sparades."

// TestServerAway takes the database's server away for a while. The bot says so, is not ready, comes
// back by itself, and what it has confirmed is there once.
func TestServerAway(t *testing.T) {
	w := onServer(t).serve()
	w.types("UANNA", "/insats", "8B-M2X samtal Före")
	w.ready(http.StatusOK)

	w.proxy.Leave()
	form, err := w.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal Under")
	if err != nil {
		t.Fatal(err)
	}
	if w.confirms(form) {
		t.Error("a line was confirmed with no server there")
	}
	w.ready(http.StatusServiceUnavailable)
	if status, _ := w.get(w.ops + "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz with no server there: %d, want 200", status)
	}
	if _, err := w.slack.Command(t.Context(), "UBO", "", "/insats", "9C-P5P samtal"); err != nil {
		t.Fatal(err)
	}
	w.await("a word of what to do", func() bool {
		return slices.ContainsFunc(w.slack.Seen("UBO"), func(m fakeslack.Message) bool { return strings.HasPrefix(m.Plain, tryAgain) })
	})

	if err := w.proxy.Return(); err != nil {
		t.Fatal(err)
	}
	w.ready(http.StatusOK)
	w.await("a confirmation", func() bool { return w.confirms(form) })
	if got := w.types("UANNA", "/insats", "8B-M2X samtal Efter"); !strings.HasPrefix(got, "Loggat för 8B-M2X") {
		t.Errorf("with the server back the bot says %q", got)
	}
	w.holds("UANNA", "Före", "Under", "Efter")
	if log := string(w.log.bytes()); strings.Contains(log, "mongodb://") {
		t.Error("the log holds the database's address")
	}
}

// holds checks that exactly those notes of a person's are stored, each once.
func (w *world) holds(user string, notes ...string) {
	w.t.Helper()
	stored := w.stored(user)
	for _, note := range notes {
		if stored[note] != 1 {
			w.t.Errorf("%q is stored %d times, want once", note, stored[note])
		}
	}
	if len(stored) != len(notes) {
		w.t.Errorf("%d different notes are stored, want %d", len(stored), len(notes))
	}
}

// TestAnswerOfAWriteIsLost breaks the connection after a write was made and before anyone hears of it.
func TestAnswerOfAWriteIsLost(t *testing.T) {
	w := onServer(t).serve()
	for _, tt := range []struct {
		name, command string
		where         storetest.Cut
	}{
		{"before", "insert", storetest.BeforeCommand},
		{"after", "insert", storetest.BeforeAnswer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			form, err := w.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal "+tt.name)
			if err != nil {
				t.Fatal(err)
			}
			cuts := w.proxy.Cuts()
			w.proxy.Cut(tt.command, tt.where)
			if w.confirms(form) {
				t.Error("a line whose write broke off was confirmed")
			}
			if w.proxy.Cuts() != cuts+1 {
				t.Error("no connection was broken")
			}
			w.await("a confirmation", func() bool { return w.confirms(form) })
		})
	}
	w.holds("UANNA", "before", "after")
}
