package fakeslack

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is one way in which Slack fails an app. Its fields combine; all but Delay and LoseAnswer keep the method from being carried out.
type Fault struct {
	Times      int           // how many calls it hits; 0 means one, -1 all until ClearFaults
	Delay      time.Duration // Slack is slow
	Drop       bool          // the connection ends before anything is done
	Status     int           // an answer with this HTTP status and no JSON
	RetryAfter time.Duration // an answer 429 that asks to wait so long, in whole seconds
	Code       string        // ok:false with this error code
	LoseAnswer bool          // the method is carried out, then the connection ends without an answer
}

type plannedFault struct {
	Fault
	method string
	left   int
}

// Fault plans f for the next calls of a method; "*" means any. Planned faults take effect one after the other.
func (s *Slack) Fault(method string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &plannedFault{f, method, max(f.Times, -1)})
	if last := s.faults[len(s.faults)-1]; last.left == 0 {
		last.left = 1
	}
}

// ClearFaults forgets all planned faults.
func (s *Slack) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault uses up the first fault planned for the method.
func (s *Slack) takeFault(method string) Fault {
	for _, p := range s.faults {
		if p.left != 0 && (p.method == "*" || p.method == method) {
			if p.left > 0 {
				p.left--
			}
			return p.Fault
		}
	}
	return Fault{}
}

// before does what comes before the method and reports whether the method is still to be carried out.
func (f Fault) before(w http.ResponseWriter, r *http.Request) bool {
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
		}
	}
	switch {
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.RetryAfter > 0:
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		answer(w, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
	case f.Status > 0:
		w.WriteHeader(f.Status)
	case f.Code != "":
		answer(w, http.StatusOK, object{"ok": false, "error": f.Code})
	default:
		return true
	}
	return false
}

// outcome is the error code under which Calls shows a call that the fault kept from being carried out.
func (f Fault) outcome() string {
	switch {
	case f.Drop:
		return "connection_dropped"
	case f.RetryAfter > 0:
		return "ratelimited"
	case f.Status > 0:
		return "http_" + strconv.Itoa(f.Status)
	}
	return f.Code
}
