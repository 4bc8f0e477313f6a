package main

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lotsen/internal/store"
)

// metrics are the figures of the program. No label tells of a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lotsen_requests_total", Help: "Requests by what they were and how they ended.",
		}, []string{"kind", "name", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "lotsen_request_seconds", Help: "Time from a request's arrival to its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"kind"}),
	}
	m.registry.MustRegister(m.requests, m.duration, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// done counts a request that was answered.
func (m *metrics) done(kind, name, outcome string, took time.Duration) {
	m.requests.WithLabelValues(kind, name, outcome).Inc()
	m.duration.WithLabelValues(kind).Observe(took.Seconds())
}

// ops is the operator's listener: /healthz, /readyz and /metrics.
type ops struct {
	engine  store.Engine
	metrics *metrics
	clock   *clock
	tick    func() time.Time // when the last good tick began, school time
	slack   func() time.Time // when Slack last answered, machine time
	sockets func() int       // how many are open; nil over HTTP
}

const (
	tickOld  = 3 * time.Minute
	slackOld = 10 * time.Minute
)

func (o *ops) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", o.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// healthz answers while the process lives.
func healthz(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }

// readyz answers 200 when people can be served: the database is reachable and time moves on.
// Without Slack it is 200 still, "degraded": another copy would not fare better.
func (o *ops) readyz(w http.ResponseWriter, r *http.Request) {
	state, code := "ready", http.StatusOK
	checks := map[string]bool{
		"database": o.engine.Ping(r.Context()) == nil,
		"tick":     o.clock.now().Sub(o.tick()) < tickOld,
		"slack":    o.clock.machine().Sub(o.slack()) < slackOld,
	}
	if o.sockets != nil {
		checks["sockets"] = o.sockets() > 0
	}
	if !checks["slack"] || o.sockets != nil && !checks["sockets"] {
		state = "degraded"
	}
	if !checks["database"] || !checks["tick"] {
		state, code = "not ready", http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": state, "checks": checks}) // a peer that has gone hears nothing
}
