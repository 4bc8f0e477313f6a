package calendar

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"code.dny.dev/ssrf"
	"golang.org/x/net/dns/dnsmessage"

	"lotsen/internal/care"
)

const small = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261123T080000Z\r\nDTEND:20261123T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

var (
	mon  = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	busy = care.Interval{Start: mon.Add(8 * time.Hour), End: mon.Add(9 * time.Hour)}
)

// A web is a server over TLS on this machine, and a fetcher that trusts its certificate and finds names
// by asking a name server on this machine.
type web struct {
	*httptest.Server
	*Fetcher
	names *nameServer
	port  string
}

func newWeb(t *testing.T, allowed []string, h http.HandlerFunc) *web {
	t.Helper()
	w := &web{Server: httptest.NewTLSServer(h), Fetcher: NewFetcher(allowed), names: newNameServer(t)}
	t.Cleanup(w.Close)
	pool := x509.NewCertPool()
	pool.AddCert(w.Certificate())
	w.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	w.guarded.Resolver, w.direct.Resolver = w.names.resolver(), w.names.resolver()
	u, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.port = u.Port()
	return w
}

// at is the address of a path at a name for which the server's certificate is good.
func (w *web) at(path string) string { return "https://example.com:" + w.port + path }

func (w *web) fetch(address string) (care.CalendarCopy, error) {
	return w.Fetch(context.Background(), address, "", "", time.UTC, mon, mon.AddDate(0, 0, 7))
}

// public lets the guard take loopback for a public address, so that what else is refused can be seen.
func (w *web) public() *web {
	w.guarded.Control = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.1/32"))).Safe
	return w
}

// troubleOf checks that an error is a known trouble and tells nothing, and returns which.
func troubleOf(t *testing.T, address string, err error) care.CalendarTrouble {
	t.Helper()
	var known *care.CalendarError
	if !errors.As(err, &known) {
		t.Fatalf("error is %v, want a *care.CalendarError", err)
	}
	for _, secret := range []string{address, "example.com", "127.0.0.1", "secret", "VCALENDAR"} {
		if strings.Contains(fmt.Sprintf("%+v %#v", err, err), secret) {
			t.Errorf("error tells %q: %v", secret, err)
		}
	}
	return known.Trouble
}

// A nameServer answers each name with the addresses set for it, one after another and then the last.
type nameServer struct {
	net.PacketConn
	mu      sync.Mutex
	answers []string
}

func (s *nameServer) set(answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = answers
}

// next returns the address to answer with, and goes on to the next if the question is answered by it.
func (s *nameServer) next(q dnsmessage.Type) (netip.Addr, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	addr := netip.MustParseAddr(s.answers[0])
	if addr.Is4() != (q == dnsmessage.TypeA) {
		return addr, false
	}
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	return addr, true
}

func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &nameServer{PacketConn: conn, answers: []string{"127.0.0.1"}}
	done := make(chan struct{})
	go func() { defer close(done); s.serve() }()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return s
}

func (s *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", s.LocalAddr().String())
	}}
}

func (s *nameServer) serve() {
	buf := make([]byte, 1500)
	for {
		n, from, err := s.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		q := m.Questions[0]
		answer := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions}
		head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		if addr, ok := s.next(q.Type); ok && addr.Is4() {
			answer.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}}}
		} else if ok {
			answer.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}}}
		}
		if packed, err := answer.Pack(); err == nil {
			_, _ = s.WriteTo(packed, from)
		}
	}
}
