package scheduler_test

import (
	"context"
	"strings"
	"testing"
)

// homes counts how often it is asked, and then shows so many anew.
type homes struct{ asked, anew int }

func (h *homes) RefreshHomes(context.Context) int {
	h.asked++
	return h.anew
}

func TestTickHomes(t *testing.T) {
	o := newOffice(t)
	if n, err := o.TickHomes(t.Context(), o.now); n != 0 || err != nil {
		t.Errorf("TickHomes() without any = %d, %v", n, err)
	}
	h := &homes{anew: 3}
	o.Homes = h
	if _, err := o.Tick(t.Context(), o.now); err != nil || h.asked != 1 {
		t.Errorf("Tick() = %v and asks for the App Homes %d times, want once", err, h.asked)
	}
	if want := "job=homes count=3"; !strings.Contains(o.log.String(), want) {
		t.Errorf("the log has no %q:\n%s", want, o.log)
	}
}
