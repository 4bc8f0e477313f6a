package scheduler_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// inbox counts what it is asked to do.
type inbox struct {
	asked []string
	err   error
}

func (i *inbox) WorkOff(_ context.Context, now time.Time) (int, error) {
	i.asked = append(i.asked, "work off "+now.Format("15:04"))
	return 2, i.err
}

func TestTickInbox(t *testing.T) {
	o := newOffice(t)
	if n, err := o.TickInbox(t.Context(), o.now); n != 0 || err != nil {
		t.Errorf("TickInbox() without any = %d, %v", n, err)
	}
	in := &inbox{}
	o.Inbox = in
	for minute := range 3 {
		if _, err := o.Tick(t.Context(), time.Date(2026, 10, 5, 8, 59+minute, 0, 0, time.UTC)); err != nil {
			t.Errorf("Tick() = %v", err)
		}
	}
	if want := []string{"work off 08:59", "work off 09:00", "work off 09:01"}; !slices.Equal(in.asked, want) {
		t.Errorf("three ticks ask for %q, want %q", in.asked, want)
	}
	if want := "job=inbox count=2"; !strings.Contains(o.log.String(), want) {
		t.Errorf("the log has no %q:\n%s", want, o.log)
	}
	in.err = errors.New("no database")
	if _, err := o.Tick(t.Context(), o.now); err == nil || !strings.Contains(err.Error(), "job inbox: no database") {
		t.Errorf("Tick() = %v, want the inbox's trouble", err)
	}
}
