package fakeslack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// ackLimit is how long Slack waits for an app, events included.
const ackLimit = 3 * time.Second

// kind is a kind of request to the app; each has an address of its own.
type kind string

const (
	commands     kind = "command"
	interactions kind = "interaction"
	eventsAPI    kind = "event"
)

// Ack is how the app answered a request.
type Ack struct {
	Status   int // 0 when the app did not answer in time
	Header   http.Header
	Body     []byte
	Latency  time.Duration
	Error    string            // what Slack tells the person who acted, such as operation_timeout; empty when all went well
	EventID  string            // of an event, for Redeliver
	Envelope string            // with Socket Mode the envelope's id, for RedeliverEnvelope
	Message  *Message          // what a command's answer shows
	Errors   map[string]string // what a submission's answer marks: block id → text
}

// delivery is a request to the app. Its body is what goes over the wire to an address; envelopes are made from it.
type delivery struct {
	kind     kind
	what     string // for Violations
	body     []byte
	retry    int       // which repetition this is, and
	reason   string    // of what
	secret   string    // signs instead of the signing secret
	at       time.Time // signs as of then instead of now
	envelope string    // comes in this envelope once more
}

// forged requests are not Slack's, so no answer to them is wrong.
func (d delivery) forged() bool { return d.secret != "" || !d.at.IsZero() }

// Sign makes the headers by which an app knows that a body is Slack's and of that time.
func Sign(secret string, at time.Time, body []byte) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return http.Header{"X-Slack-Request-Timestamp": {timestamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}

// client keeps no connection between requests, so that one to an app that has been restarted does not fail on an old connection.
var client = &http.Client{
	Transport: &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > 2 {
			return errors.New("too many redirects")
		}
		return nil
	},
}

// deliver sends a request and notes what is wrong with the answer. It returns an error when the app could not be reached,
// which is no violation: an app may be down.
func (s *Slack) deliver(ctx context.Context, d delivery) (*Ack, error) {
	if s.socketMode() && !d.forged() {
		return s.deliverBySocket(ctx, d)
	}
	s.mu.Lock()
	target := s.bot[d.kind]
	secret, at := s.opts.SigningSecret, s.opts.Machine()
	s.mu.Unlock()
	if target == "" {
		return nil, fmt.Errorf("the app has no address for a %s", d.kind)
	}
	if d.secret != "" {
		secret = d.secret
	}
	if !d.at.IsZero() {
		at = d.at
	}
	limited, cancel := context.WithTimeout(ctx, s.ackLimit)
	defer cancel()
	r, err := http.NewRequestWithContext(limited, http.MethodPost, target, bytes.NewReader(d.body))
	if err != nil {
		return nil, fmt.Errorf("address of a %s: %w", d.kind, err)
	}
	r.Header = Sign(secret, at, d.body)
	if d.retry > 0 {
		r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(d.retry))
		r.Header.Set("X-Slack-Retry-Reason", d.reason)
	}
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("Accept", "application/json,*/*")
	contentType := "application/x-www-form-urlencoded"
	if d.kind == eventsAPI {
		contentType = "application/json"
	}
	r.Header.Set("Content-Type", contentType)

	start := time.Now()
	ack := &Ack{}
	response, err := client.Do(r)
	if err == nil {
		ack.Status, ack.Header = response.StatusCode, response.Header
		ack.Body, err = io.ReadAll(io.LimitReader(response.Body, 1<<20))
		_ = response.Body.Close()
	}
	ack.Latency = time.Since(start)
	switch {
	case ctx.Err() != nil:
		return ack, ctx.Err()
	case limited.Err() != nil:
		*ack = Ack{Latency: ack.Latency, Error: "operation_timeout"}
	case err != nil:
		return ack, fmt.Errorf("deliver %s: %w", d.what, err)
	case ack.Status != http.StatusOK:
		ack.Error = "http_status_" + strconv.Itoa(ack.Status)
	}
	if ack.Error != "" && !d.forged() {
		s.mu.Lock()
		s.violate("%s: answered with %s after %v", d.what, ack.Error, ack.Latency.Round(time.Millisecond))
		s.mu.Unlock()
	}
	return ack, nil
}

// isJSON tells whether the app calls its answer JSON.
func (a *Ack) isJSON() bool {
	contentType, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return contentType == "application/json"
}
