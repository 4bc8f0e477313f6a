package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// heartbeatTime is how long a heartbeat may take.
const heartbeatTime = 10 * time.Second

// heartbeat tells a watchman elsewhere, after each good tick, that the program is alive. Its address is a secret: who knows it
// can tell the same.
type heartbeat struct {
	url     string
	client  *http.Client
	log     *slog.Logger
	closing context.Context
	beating atomic.Bool
}

// newHeartbeat reads LOTSEN_HEARTBEAT_URL; nil when there is none.
func (p *program) newHeartbeat(closing context.Context) (*heartbeat, error) {
	address, err := p.secret("LOTSEN_HEARTBEAT_URL")
	if err != nil || address == "" {
		return nil, err
	}
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		return nil, errors.New("LOTSEN_HEARTBEAT_URL is no address that can be fetched. Give the one that your monitoring has made, for example https://hc-ping.com/… , or none")
	}
	stay := func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != at.Host || len(via) > 2 {
			return http.ErrUseLastResponse // the secret is for that host alone, in the header Referer, too
		}
		return nil
	}
	return &heartbeat{url: address, log: p.log, closing: closing, client: &http.Client{Timeout: heartbeatTime, CheckRedirect: stay}}, nil
}

// beat tells it, unless the last time is still under way. It does not wait.
func (h *heartbeat) beat() {
	if !h.beating.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer h.beating.Store(false)
		if err := h.fetch(); err != nil && h.closing.Err() == nil {
			h.log.Warn("heartbeat not told", "error", err)
		}
	}()
}

// fetch fetches the address. Its errors do not tell it.
func (h *heartbeat) fetch() error {
	req, err := http.NewRequestWithContext(h.closing, http.MethodGet, h.url, nil)
	if err != nil {
		return errors.New("the address cannot be read")
	}
	resp, err := h.client.Do(req)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
