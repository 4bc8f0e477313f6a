package calendar

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"lotsen/internal/care"
)

// Bounds on what is fetched. A teacher's year of lessons with all that a timetable says of each is less
// than one megabyte.
const (
	maxBody      = 5 << 20 // unpacked, too
	maxHeader    = 64 << 10
	maxTag       = 1 << 10
	maxRedirects = 3
	maxFetch     = 10 * time.Second
)

// A Fetcher fetches calendars from where their owners say, and from nowhere inside a private network
// unless its host is allowed. It may be used by several at once.
//
// It keeps no cookies, tells no server where it was sent from, and uses no proxy, whatever the
// environment says: behind one, the address that is connected to would be the proxy's, and the check of
// it would check nothing.
type Fetcher struct {
	allowed  []string
	client   *http.Client
	direct   net.Dialer // for hosts that are allowed
	guarded  net.Dialer // for all others: looks at each address as it is dialed, after names are resolved
	patience time.Duration
}

// NewFetcher makes one. The hosts allowed, names without ports, may lie in a private network and may
// speak plain HTTP.
func NewFetcher(allowed []string) *Fetcher {
	f := &Fetcher{patience: maxFetch}
	for _, host := range allowed {
		f.allowed = append(f.allowed, plainHost(host))
	}
	f.guarded.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	f.client = &http.Client{
		Transport: &http.Transport{
			DialContext:            f.dial,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: maxHeader,
			DisableKeepAlives:      true, // each server is asked a few times a day
		},
		CheckRedirect: f.redirect,
	}
	return f
}

// Fetch reads the calendar at an address, as Read does. With the tags of an earlier copy (either may be
// empty) it is asked for only if it has changed since; the copy is then Same, and what was read earlier
// still holds, as far as it reached. Its error is a *care.CalendarError, which tells nothing of address
// or content, or ctx's own when that has ended.
func (f *Fetcher) Fetch(ctx context.Context, address, etag, lastModified string, zone *time.Location, from, to time.Time) (care.CalendarCopy, error) {
	within, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	c, data, err := f.get(within, address, etag, lastModified)
	if err == nil && !c.Same {
		c.Busy, err = Read(data, zone, from, to)
	}
	if err == nil {
		return c, nil
	}
	if ctx.Err() != nil {
		return care.CalendarCopy{}, ctx.Err()
	}
	var known *care.CalendarError
	if !errors.As(err, &known) { // its own text may hold the address
		known = &care.CalendarError{Trouble: care.CalendarAway}
		if errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedNetwork) {
			known.Trouble = care.CalendarPrivate
		}
	}
	return care.CalendarCopy{}, &care.CalendarError{Trouble: known.Trouble}
}

// get asks for a calendar and returns its text.
func (f *Fetcher) get(ctx context.Context, address, etag, lastModified string) (care.CalendarCopy, []byte, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return care.CalendarCopy{}, nil, trouble(care.CalendarRefused)
	}
	if err := f.mayAsk(u); err != nil {
		return care.CalendarCopy{}, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return care.CalendarCopy{}, nil, trouble(care.CalendarRefused)
	}
	req.Header.Set("User-Agent", "Lotsen")
	req.Header.Set("Accept", "text/calendar, */*;q=0.5")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	if lastModified != "" {
		req.Header.Set("If-Modified-Since", lastModified)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return care.CalendarCopy{}, nil, err
	}
	defer func() { _ = resp.Body.Close() }() // all that is wanted of it has been read

	copied := care.CalendarCopy{ETag: tag(resp, "ETag"), LastModified: tag(resp, "Last-Modified")}
	if resp.StatusCode == http.StatusNotModified && etag+lastModified != "" {
		copied.Same = true
		if copied.ETag == "" {
			copied.ETag = etag
		}
		if copied.LastModified == "" {
			copied.LastModified = lastModified
		}
		return copied, nil, nil
	}
	if err := answered(resp.StatusCode); err != nil {
		return care.CalendarCopy{}, nil, err
	}
	if resp.ContentLength > maxBody {
		return care.CalendarCopy{}, nil, trouble(care.CalendarLarge)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return care.CalendarCopy{}, nil, err
	case len(data) > maxBody:
		return care.CalendarCopy{}, nil, trouble(care.CalendarLarge)
	}
	return copied, data, nil
}

// answered returns what an answer's status has to say about a calendar that was asked for.
func answered(status int) error {
	switch {
	case status == http.StatusOK:
		return nil
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return trouble(care.CalendarAway)
	case status >= 400:
		return trouble(care.CalendarRefused)
	}
	return trouble(care.CalendarStrange)
}

// mayAsk reports whether an address may be asked, and turns a calendar's own scheme into what it means.
func (f *Fetcher) mayAsk(u *url.URL) error {
	switch strings.ToLower(u.Scheme) {
	case "webcal", "webcals":
		u.Scheme = "https"
	case "https":
	case "http":
		if !f.allows(u.Hostname()) {
			return trouble(care.CalendarRefused)
		}
	default:
		return trouble(care.CalendarRefused)
	}
	if u.Hostname() == "" {
		return trouble(care.CalendarRefused)
	}
	return nil
}

func (f *Fetcher) redirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer") // it would tell one server the address at another, which is a secret
	if len(via) > maxRedirects {
		return trouble(care.CalendarRefused)
	}
	return f.mayAsk(req.URL)
}

func (f *Fetcher) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, _, err := net.SplitHostPort(address); err == nil && f.allows(host) {
		return f.direct.DialContext(ctx, network, address)
	}
	return f.guarded.DialContext(ctx, network, address)
}

func (f *Fetcher) allows(host string) bool { return slices.Contains(f.allowed, plainHost(host)) }

func plainHost(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(strings.TrimSpace(host), "[]"), "."))
}

// tag returns a header by which a copy is told from a later one, if it can be kept and sent again.
func tag(resp *http.Response, name string) string {
	v := resp.Header.Get(name)
	if len(v) > maxTag || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return v
}

func trouble(t care.CalendarTrouble) error { return &care.CalendarError{Trouble: t} }
