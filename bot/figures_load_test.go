package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/fakeslack"
)

// A load types "/insats <ref> <kind> <text>" to one server, each time as a request of its own.
type load struct {
	t      *testing.T
	name   string // in its trigger ids
	secret string
	forms  []string // encoded, without a trigger id
	lines  []*line
	sent   atomic.Int64
}

// line is one connection that is kept open, as Slack's are. Requests are written in one piece, so
// that the load takes little of its core.
type line struct {
	net.Conn
	in  *bufio.Reader
	out bytes.Buffer
}

// lines is how many requests are under way in a flood.
const lines = 32

// newLoad opens so many connections to a server.
func newLoad(t *testing.T, w *world, base string, connections int) *load {
	t.Helper()
	l := &load{t: t, name: rand.Text(), secret: w.slack.SigningSecret()}
	for _, ref := range []string{"8B-K3F", "8B-M2X", "8B-N4N"} {
		form, err := w.slack.CommandForm("UANNA", "", "/insats", ref+" samtal Ringde hem, kommer i morgon")
		if err != nil {
			t.Fatal(err)
		}
		form.Del("trigger_id")
		l.forms = append(l.forms, form.Encode())
	}
	for range connections {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		l.lines = append(l.lines, &line{Conn: conn, in: bufio.NewReader(conn)})
	}
	return l
}

// ask sends one request and reads its answer.
func (l *load) ask(c *line) error {
	n := l.sent.Add(1)
	body := fmt.Appendf(nil, "%s&trigger_id=%s.%d", l.forms[n%int64(len(l.forms))], l.name, n)
	c.out.Reset()
	say(&c.out, "POST %s HTTP/1.1\r\nHost: lotsen\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"+
		"Accept: application/json,*/*\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n", pathCommands, len(body))
	if err := fakeslack.Sign(l.secret, time.Now(), body).Write(&c.out); err != nil {
		return err
	}
	say(&c.out, "\r\n%s", body)
	if _, err := c.Write(c.out.Bytes()); err != nil {
		return err
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || !bytes.Contains(answer, []byte("Loggat")) {
		return fmt.Errorf("answer %d: %s", resp.StatusCode, answer)
	}
	return nil
}

// flood keeps a request under way on every line for so long, and returns how many were answered a second.
func (l *load) flood(d time.Duration) float64 {
	l.t.Helper()
	var g errgroup.Group
	before, began := l.sent.Load(), time.Now()
	for _, c := range l.lines {
		g.Go(func() error {
			for time.Since(began) < d {
				if err := l.ask(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		l.t.Fatal(err)
	}
	return float64(l.sent.Load()-before) / time.Since(began).Seconds()
}

// drip sends so many requests a second for so long, however long their answers take, and returns the
// time within which 99 of 100 were answered. A request that waits for a free line has begun to wait.
func (l *load) drip(perSecond int, d time.Duration) time.Duration {
	l.t.Helper()
	free := make(chan *line, len(l.lines))
	for _, c := range l.lines {
		free <- c
	}
	took := make([]time.Duration, int(d.Seconds()*float64(perSecond)))
	var g errgroup.Group
	began := time.Now()
	for i := range took {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		due := time.Now()
		g.Go(func() error {
			c := <-free
			err := l.ask(c)
			took[i] = time.Since(due)
			free <- c
			return err
		})
	}
	if err := g.Wait(); err != nil {
		l.t.Fatal(err)
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}
