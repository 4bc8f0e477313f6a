package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
)

// BenchmarkLog is "/insats <ref> <kind> <text>" over HTTP, signed and stored durably, from 32
// connections. The load runs in the same process, so a bot alone is faster.
func BenchmarkLog(b *testing.B) {
	e := newEndpoints(b)
	server := httptest.NewServer(e.handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	var n atomic.Int64
	b.SetParallelism(16) // times two processors
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			form := url.Values{
				"team_id": {e.slack.TeamID()}, "user_id": {"UANNA"}, "command": {"/insats"}, "text": {"8B-M2X samtal Ringde hem, kommer i morgon"},
				"trigger_id": {fmt.Sprintf("bench.%d", n.Add(1))}, "response_url": {"http://127.0.0.1:1/"},
			}
			body := []byte(form.Encode())
			req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL+pathCommands, bytes.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			req.Header = fakeslack.Sign(e.slack.SigningSecret(), time.Now(), body)
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			answer, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || !strings.Contains(string(answer), "Loggat för") {
				b.Errorf("answer %s, %v", answer, err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "logs/s")
}
