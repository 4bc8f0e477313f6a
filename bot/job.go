package main

import (
	"sync"
	"sync/atomic"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// A job is one request being handled. Slack's request is answered with the first thing delivered:
// the reply, a word that it will come later, or an error.
type job struct {
	once      sync.Once
	ready     chan answered             // holds one
	lang      atomic.Pointer[care.Lang] // of words of patience
	delivered atomic.Bool

	begun atomic.Bool    // someone has begun to store the request
	store func() keeping // stores it once, and waits for whoever is at it
}

type answered struct {
	reply handlers.Reply
	err   error
}

// keeping is what has come of storing a request.
type keeping struct {
	mine bool // it is stored, and this job's to be done
	twin bool // it was stored before: another delivery of it is worked on, or is done
	err  error
}

func (d *dispatcher) newJob(a act) *job {
	j := &job{ready: make(chan answered, 1)}
	j.lang.Store(&d.language)
	j.store = sync.OnceValue(func() keeping {
		j.begun.Store(true)
		if j.delivered.Load() {
			return keeping{} // the answer has come after all
		}
		fresh, err := d.keep(a)
		return keeping{mine: fresh && err == nil, twin: !fresh && err == nil, err: err}
	})
	return j
}

// deliver reports false when something was delivered before.
func (j *job) deliver(got answered) (first bool) {
	j.once.Do(func() {
		first = true
		j.delivered.Store(true)
		j.ready <- got
	})
	return first
}

// kept reports whether the request is stored and this job's to be done, after deliver for good.
func (j *job) kept() bool { return j.begun.Load() && j.store().mine }

// twin reports whether another delivery of the request is worked on or done.
func (j *job) twin() bool { return j.begun.Load() && j.store().twin }

// doubtful reports whether the request may be stored though the database did not say so.
func (j *job) doubtful() bool { return j.begun.Load() && j.store().err != nil }
