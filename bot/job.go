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

	begun   atomic.Bool // someone has begun to store the request
	storing sync.Once
	stored  keeping
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

func (d *dispatcher) newJob() *job {
	j := &job{ready: make(chan answered, 1)}
	j.lang.Store(&d.language)
	return j
}

// store stores the request once, unless it is answered, and waits for whoever is at it.
func (d *dispatcher) store(a *act, j *job) keeping {
	j.storing.Do(func() {
		j.begun.Store(true)
		if j.delivered.Load() {
			return // the answer has come after all
		}
		fresh, err := d.keep(a)
		j.stored = keeping{mine: fresh && err == nil, twin: !fresh && err == nil, err: err}
	})
	return j.stored
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
