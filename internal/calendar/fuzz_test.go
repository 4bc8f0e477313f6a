package calendar_test

import (
	"errors"
	"testing"
	"time"

	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

// slowest is far more than any calendar of the fuzz test's size may take, on a machine that does other
// things besides: what is looked for is work without bounds.
const slowest = 10 * time.Second

func FuzzRead(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.data)
	}
	stockholm, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		f.Fatal(err)
	}
	from := time.Date(2026, 10, 19, 0, 0, 0, 0, stockholm)
	to := from.AddDate(0, 0, 70)
	f.Fuzz(func(t *testing.T, data []byte) {
		began := time.Now()
		busy, err := calendar.Read(data, stockholm, from, to)
		if took := time.Since(began); took > slowest {
			t.Errorf("took %s", took)
		}
		var known *care.CalendarError
		if err != nil && (!errors.As(err, &known) || busy != nil) {
			t.Errorf("Read = %v, %v", busy, err)
		}
		last := from.Add(-time.Second)
		for _, b := range busy {
			switch {
			case b.Start.Location() != time.UTC || b.End.Location() != time.UTC:
				t.Errorf("%v is not in UTC", b)
			case !b.Start.After(last):
				t.Errorf("%v begins before the one before has ended, or before the window", b)
			case !b.End.After(b.Start):
				t.Errorf("%v is empty", b)
			case b.End.After(to):
				t.Errorf("%v ends after the window", b)
			}
			last = b.End
		}
	})
}
