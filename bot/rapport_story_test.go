package main

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"lotsen/internal/fakeslack"
)

// crowded has 20 more students at Ålen, who were absent for a tenth of the week before; the other four were not.
func (w *world) crowded() {
	w.t.Helper()
	students := "key;given_name;family_name;group;school\n"
	absence := "key;school;date;scheduled_min;valid_min\n"
	for i := range 20 {
		students += fmt.Sprintf("c%d;Kim;Kvist;7A;alen\n", i)
		for day := 9; day <= 13; day++ {
			absence += fmt.Sprintf("c%d;alen;2026-11-%02d;300;30\n", i, day)
		}
	}
	w.write("crowd.csv", students)
	w.write("absence.csv", absence)
	if out, code := w.run("import", "--students", w.path("crowd.csv"), "--absence", w.path("absence.csv")); code != 0 {
		w.t.Fatalf("import: exit %d\n%s", code, out)
	}
}

func TestRapport(t *testing.T) { overBoth(t, testRapport) }

// testRapport has the principal read the figures at once, and get the picture in the direct messages, where nobody else sees it.
func testRapport(t *testing.T, w *world) {
	w.crowded()
	w.serve()
	w.types("URUT", "/rapport", "vecka")
	var picture fakeslack.Message
	w.await("the picture", func() bool {
		for _, m := range w.slack.Seen("URUT") {
			if len(m.Files) == 1 {
				picture = m
				return true
			}
		}
		return false
	})
	if img, err := png.Decode(bytes.NewReader(picture.Files[0].Content)); err != nil || img.Bounds().Dx() < 600 {
		t.Errorf("the picture: %v", err)
	}
	if f := picture.Files[0]; f.Title != "Frånvaro på Ålenskolan" || !strings.Contains(f.Alt, "vecka 46: 8,3 %") {
		t.Errorf("the picture is called %q and described as %q", f.Title, f.Alt)
	}
	for _, other := range []string{"UANNA", "UEVA", "UADA"} {
		for _, m := range w.slack.Seen(other) {
			if len(m.Files) > 0 {
				t.Errorf("%s sees the picture", other)
			}
		}
	}
	answer := ""
	for _, m := range w.slack.Seen("URUT") {
		if m.Ephemeral {
			answer += m.Plain
		}
	}
	if !strings.Contains(answer, "Frånvaro: 8,3 %") || strings.Contains(answer, "Kvist") {
		t.Errorf("the answer is\n%s", answer)
	}
	w.check()
}

// TestRapportWithoutScope has an app that was installed before it could send pictures: the figures come, and a word that the
// picture does not.
func TestRapportWithoutScope(t *testing.T) {
	w := newWorld(t)
	w.crowded()
	w.slack.SetScopes("commands", "users:read", "users:read.email", "chat:write", "im:history", "im:write", "groups:read", "groups:history", "channels:read")
	w.serve()
	w.types("URUT", "/rapport", "vecka")
	w.await("a word about the picture", func() bool {
		for _, m := range w.slack.Seen("URUT") {
			if m.Ephemeral && strings.Contains(m.Plain, "Diagrammet kunde inte skickas") {
				return true
			}
		}
		return false
	})
}

// TestHeartbeat has a watchman who is fetched after each good tick, and whose secret is nowhere.
func TestHeartbeat(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		warns  string
	}{
		{"well", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }, ""},
		{"refused", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "status 404"},
		{"sent elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/s3cret", http.StatusFound)
		}, "status 302"},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		}, "EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var beats atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/ping/s3cret" {
					beats.Add(1)
				}
				tt.answer(w, r)
			}))
			defer server.Close()
			w := newWorld(t)
			w.env["LOTSEN_HEARTBEAT_URL"] = server.URL + "/ping/s3cret"
			w.serve()
			w.await("a heartbeat", func() bool { return beats.Load() > 0 })
			if tt.warns != "" {
				w.await("a warning", func() bool { return bytes.Contains(w.log.bytes(), []byte(tt.warns)) })
			}
			if bytes.Contains(w.log.bytes(), []byte("s3cret")) {
				t.Errorf("the log tells the address:\n%s", w.log.bytes())
			}
		})
	}
	t.Run("an address that cannot be fetched", func(t *testing.T) {
		w := newWorld(t)
		w.env["LOTSEN_HEARTBEAT_URL"] = "ping/s3cret"
		out, code := w.run("serve")
		if code != 1 || !strings.Contains(out, "LOTSEN_HEARTBEAT_URL") || strings.Contains(out, "s3cret") {
			t.Errorf("serve: exit %d\n%s", code, out)
		}
	})
}
