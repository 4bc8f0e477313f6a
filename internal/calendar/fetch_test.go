package calendar

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

func TestFetch(t *testing.T) {
	var got *http.Request
	w := newWeb(t, nil, func(rw http.ResponseWriter, r *http.Request) {
		got = r
		rw.Header().Set("Content-Type", "application/octet-stream")
		rw.Header().Set("Set-Cookie", "a=b")
		_, _ = fmt.Fprint(rw, small)
	}).public()
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	for _, scheme := range []string{"https", "webcal", "WEBCALS"} {
		copied, err := w.fetch(" " + scheme + strings.TrimPrefix(w.at("/secret.ics?x=1"), "https"))
		if err != nil || len(copied.Busy) != 1 || copied.Busy[0] != busy || copied.Same {
			t.Errorf("%s: Fetch = %+v, %v", scheme, copied, err)
		}
		if got.URL.String() != "/secret.ics?x=1" || len(got.Cookies()) > 0 || got.Referer() != "" || got.Header.Get("If-None-Match") != "" || got.UserAgent() != "Lotsen" {
			t.Errorf("%s: asked for %s with %v", scheme, got.URL, got.Header)
		}
	}
	if _, err := w.fetch("https://anna:pw@" + strings.TrimPrefix(w.at("/"), "https://")); err != nil {
		t.Error(err)
	}
	if name, password, _ := got.BasicAuth(); name != "anna" || password != "pw" {
		t.Errorf("asked as %q, %q, want what the address says", name, password)
	}
}

func TestFetchTags(t *testing.T) {
	const etag, modified = `W/"1-gzip"`, "Mon, 23 Nov 2026 08:00:00 GMT"
	w := newWeb(t, nil, func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == etag && r.Header.Get("If-Modified-Since") == modified {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		rw.Header().Set("ETag", etag)
		rw.Header().Set("Last-Modified", modified)
		switch r.URL.Path {
		case "/long":
			rw.Header().Set("ETag", `"`+strings.Repeat("x", maxTag)+`"`)
		case "/latin":
			rw.Header().Set("ETag", "\"\xe5\"")
		}
		_, _ = fmt.Fprint(rw, small)
	}).public()
	first, err := w.fetch(w.at("/"))
	if err != nil || first.ETag != etag || first.LastModified != modified || len(first.Busy) != 1 {
		t.Fatalf("Fetch = %+v, %v", first, err)
	}
	again, err := w.Fetch(context.Background(), w.at("/"), first.ETag, first.LastModified, time.UTC, mon, mon.AddDate(0, 0, 7))
	if err != nil || !again.Same || again.Busy != nil || again.ETag != etag || again.LastModified != modified {
		t.Errorf("Fetch again = %+v, %v, want the same", again, err)
	}
	changed, err := w.Fetch(context.Background(), w.at("/"), `"old"`, "", time.UTC, mon, mon.AddDate(0, 0, 7))
	if err != nil || changed.Same || len(changed.Busy) != 1 {
		t.Errorf("Fetch with an old tag = %+v, %v, want what is new", changed, err)
	}
	for _, path := range []string{"/long", "/latin"} { // a store takes UTF-8 alone
		if odd, err := w.fetch(w.at(path)); err != nil || odd.ETag != "" || odd.LastModified != modified {
			t.Errorf("Fetch(%s) = %+v, %v, want its tag left out", path, odd, err)
		}
	}
}

func TestFetchAnswers(t *testing.T) {
	body := small
	status := http.StatusOK
	w := newWeb(t, nil, func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(status)
		if status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified {
			_, _ = fmt.Fprint(rw, body)
		}
	}).public()
	for status = range map[int]bool{401: true, 403: true, 404: true, 410: true, 400: true, 451: true} {
		_, err := w.fetch(w.at("/secret"))
		if got := troubleOf(t, w.URL, err); got != care.CalendarRefused {
			t.Errorf("%d is %s, want refused", status, got)
		}
	}
	for status = range map[int]bool{500: true, 502: true, 503: true, 429: true, 408: true} {
		_, err := w.fetch(w.at("/secret"))
		if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
			t.Errorf("%d is %s, want away", status, got)
		}
	}
	for status = range map[int]bool{204: true, 206: true, 304: true, 300: true} {
		_, err := w.fetch(w.at("/secret"))
		if got := troubleOf(t, w.URL, err); got != care.CalendarStrange {
			t.Errorf("%d, which was not asked for, is %s, want strange", status, got)
		}
	}
	status = http.StatusOK
	for _, body = range []string{"", "<html><form>secret</form></html>", "{}"} {
		_, err := w.fetch(w.at("/secret"))
		if got := troubleOf(t, w.URL, err); got != care.CalendarStrange {
			t.Errorf("%q is %s, want strange", body, got)
		}
	}
}

func TestFetchAway(t *testing.T) {
	w := newWeb(t, nil, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }).public()
	_, err := w.fetch(w.at("/secret"))
	if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
		t.Errorf("a server that hangs up is %s, want away", got)
	}
	w.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = x509.NewCertPool()
	_, err = w.fetch(w.at("/secret"))
	if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
		t.Errorf("a server whose certificate is no good is %s, want away", got)
	}
	w.Close()
	_, err = w.fetch(w.at("/secret"))
	if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
		t.Errorf("a server that is down is %s, want away", got)
	}
	w.guarded.Resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("secret")
	}}
	_, err = w.fetch(w.at("/secret"))
	if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
		t.Errorf("a name that is not found is %s, want away", got)
	}
}

func TestFetchAddresses(t *testing.T) {
	asked := false
	w := newWeb(t, nil, func(http.ResponseWriter, *http.Request) { asked = true })
	for _, address := range []string{"", "x", "://", "http://example.com/secret.ics", "ftp://example.com/x", "file:///etc/passwd", "https://", "https:///secret", "https://%zz/", "javascript:1", "gopher://127.0.0.1/"} {
		_, err := w.fetch(address)
		var known *care.CalendarError
		if !errors.As(err, &known) || known.Trouble != care.CalendarRefused {
			t.Errorf("Fetch(%q) = %v, want refused", address, err)
		}
	}
	// Whatever is private, in every way it can be written.
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.8", "198.18.0.1",
		"[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]",
		"[2002:7f00:1::1]", "[2002:a00:1::1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2001::1]", "[2001:db8::1]", "[fec0::1]", "[3fff::1]",
	} {
		address := "https://" + host + ":" + w.port + "/secret"
		_, err := w.fetch(address)
		if got := troubleOf(t, address, err); got != care.CalendarPrivate {
			t.Errorf("%s is %s, want private", host, got)
		}
		if strings.HasPrefix(host, "[") {
			host = strings.Trim(host, "[]")
		}
		w.names.set(host)
		_, err = w.fetch(w.at("/secret"))
		if got := troubleOf(t, address, err); got != care.CalendarPrivate {
			t.Errorf("a name for %s is %s, want private", host, got)
		}
	}
	for _, host := range []string{"localhost", "localhost."} {
		_, err := w.fetch("https://" + host + ":" + w.port + "/")
		if got := troubleOf(t, w.URL, err); got != care.CalendarPrivate {
			t.Errorf("%s is %s, want private", host, got)
		}
	}
	if asked {
		t.Error("a server in a private network was asked")
	}
}

// A name that leads to a public address when first looked up and into the private network the next time
// is of no use: what is checked is the address that is connected to.
func TestFetchRebinding(t *testing.T) {
	asked := false
	w := newWeb(t, nil, func(rw http.ResponseWriter, r *http.Request) {
		asked = true
		_, _ = fmt.Fprint(rw, small)
	})
	w.names.set("192.0.2.1", "127.0.0.1")
	for range 3 {
		_, err := w.fetch(w.at("/secret"))
		if got := troubleOf(t, w.URL, err); got != care.CalendarPrivate {
			t.Errorf("is %s, want private", got)
		}
	}
	if asked {
		t.Error("a server in a private network was asked")
	}
}

func TestFetchAllowed(t *testing.T) {
	w := newWeb(t, []string{" Example.COM. ", "127.0.0.1", "[::1]"}, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			rw.Header().Set("Location", "https://other.example.com:"+r.URL.Query().Get("port")+"/")
			rw.WriteHeader(http.StatusFound)
			return
		}
		_, _ = fmt.Fprint(rw, small)
	})
	for _, address := range []string{w.at("/"), strings.Replace(w.at("/"), "example.com", "EXAMPLE.com", 1), w.URL} {
		if copied, err := w.fetch(address); err != nil || len(copied.Busy) != 1 {
			t.Errorf("Fetch(%s) = %+v, %v, want it allowed", address, copied, err)
		}
	}
	plain := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(rw, small) }))
	defer plain.Close()
	if copied, err := w.fetch(plain.URL); err != nil || len(copied.Busy) != 1 {
		t.Errorf("Fetch(%s) = %+v, %v, want plain HTTP allowed", plain.URL, copied, err)
	}
	// What is allowed is that host, not what it leads to.
	_, err := w.fetch(w.at("/away?port=" + w.port))
	if got := troubleOf(t, w.URL, err); got != care.CalendarPrivate {
		t.Errorf("from a host that is allowed to one that is not is %s, want private", got)
	}
}

func TestFetchRedirects(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(rw, small) }))
	defer plain.Close()
	var to string
	var referers []string
	w := newWeb(t, nil, func(rw http.ResponseWriter, r *http.Request) {
		referers = append(referers, r.Referer())
		left := 0
		if _, err := fmt.Sscanf(r.URL.Path, "/secret/%d", &left); err == nil && left > 0 {
			http.Redirect(rw, r, fmt.Sprintf("/secret/%d", left-1), http.StatusMovedPermanently)
			return
		}
		if r.URL.Path == "/to" {
			rw.Header().Set("Location", to)
			rw.WriteHeader(http.StatusTemporaryRedirect)
			return
		}
		_, _ = fmt.Fprint(rw, small)
	}).public()
	if copied, err := w.fetch(w.at("/secret/3")); err != nil || len(copied.Busy) != 1 {
		t.Errorf("three redirects: %+v, %v", copied, err)
	}
	if got := strings.Join(referers, ""); got != "" || len(referers) != 4 {
		t.Errorf("the servers were told %q, want nothing", referers)
	}
	to = "webcal" + strings.TrimPrefix(w.at("/"), "https")
	if copied, err := w.fetch(w.at("/to")); err != nil || len(copied.Busy) != 1 {
		t.Errorf("to webcal: %+v, %v", copied, err)
	}
	_, err := w.fetch(w.at("/secret/4"))
	if got := troubleOf(t, w.URL, err); got != care.CalendarRefused {
		t.Errorf("four redirects are %s, want refused", got)
	}
	for where, want := range map[string]care.CalendarTrouble{
		plain.URL:                                 care.CalendarRefused,
		"http://example.com/":                     care.CalendarRefused,
		"file:///etc/passwd":                      care.CalendarRefused,
		"https://10.0.0.1/":                       care.CalendarPrivate,
		"https://169.254.169.254/latest":          care.CalendarPrivate,
		"https://[::1]:" + w.port + "/":           care.CalendarPrivate,
		"https://127.0.0.2:" + w.port + "/secret": care.CalendarPrivate,
		"//192.168.0.1/":                          care.CalendarPrivate,
		"https://[::ffff:10.0.0.1]/":              care.CalendarPrivate,
	} {
		to = where
		_, err := w.fetch(w.at("/to"))
		if got := troubleOf(t, w.URL, err); got != want {
			t.Errorf("a redirect to %s is %s, want %s", where, got, want)
		}
	}
}

func TestFetchLarge(t *testing.T) {
	filler := strings.Repeat("X-FILLER:"+strings.Repeat("x", 1000)+"\r\n", 1000)
	w := newWeb(t, nil, func(rw http.ResponseWriter, r *http.Request) {
		fill := func(out io.Writer, megabytes int) {
			_, _ = fmt.Fprint(out, "BEGIN:VCALENDAR\r\n")
			for range megabytes {
				if _, err := fmt.Fprint(out, filler); err != nil {
					return // the other end has seen enough
				}
			}
			_, _ = fmt.Fprint(out, "END:VCALENDAR\r\n")
		}
		switch r.URL.Path {
		case "/announced":
			rw.Header().Set("Content-Length", fmt.Sprint(maxBody+1))
		case "/streamed":
			fill(rw, 6)
		case "/bomb":
			rw.Header().Set("Content-Encoding", "gzip")
			zipped := gzip.NewWriter(rw)
			fill(zipped, 500)
			_ = zipped.Close()
		case "/zipped":
			rw.Header().Set("Content-Encoding", "gzip")
			zipped := gzip.NewWriter(rw)
			fill(zipped, 4)
			_ = zipped.Close()
		case "/headers":
			rw.Header().Set("X-Filler", strings.Repeat("x", 2*maxHeader))
			_, _ = fmt.Fprint(rw, small)
		default:
			fill(rw, 4)
		}
	}).public()
	for _, path := range []string{"/announced", "/streamed", "/bomb"} {
		_, err := w.fetch(w.at(path))
		if got := troubleOf(t, w.URL, err); got != care.CalendarLarge {
			t.Errorf("%s is %s, want large", path, got)
		}
	}
	for _, path := range []string{"/fits", "/zipped"} {
		if _, err := w.fetch(w.at(path)); err != nil {
			t.Errorf("%s: %v, want it read", path, err)
		}
	}
	_, err := w.fetch(w.at("/headers"))
	if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
		t.Errorf("headers without end are %s, want away", got)
	}
}

func TestFetchSlow(t *testing.T) {
	released := make(chan struct{})
	w := newWeb(t, nil, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = fmt.Fprint(rw, small[:40])
			_ = http.NewResponseController(rw).Flush()
		}
		select {
		case <-r.Context().Done():
		case <-released:
		}
	}).public()
	defer close(released)
	w.patience = 100 * time.Millisecond
	for _, path := range []string{"/answer", "/body"} {
		_, err := w.fetch(w.at(path))
		if got := troubleOf(t, w.URL, err); got != care.CalendarAway {
			t.Errorf("a slow %s is %s, want away", path, got)
		}
	}
	// When it is the caller who has no more time, that says nothing of the calendar.
	w.patience = maxFetch
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.Fetch(ctx, w.at("/body"), "", "", time.UTC, mon, mon.AddDate(0, 0, 7)); !errors.Is(err, context.Canceled) {
		t.Errorf("Fetch of a caller that has gone = %v, want that", err)
	}
}
