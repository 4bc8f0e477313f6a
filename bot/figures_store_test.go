//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
)

const (
	fewStored, manyStored = 10_000, 1_000_000
	perStudent            = 30  // of those stored, so that timelines are as long among few as among many
	dueNow                = 100 // of those stored
)

// stock is so many deliveries and so many interventions.
type stock struct {
	t       *testing.T
	rows    int
	now     time.Time
	records *store.Records
}

func newStock(t *testing.T, rows int) *stock {
	t.Helper()
	s := &stock{t: t, rows: rows, now: time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)}
	engine, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "lotsen.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.records, err = store.Open(t.Context(), engine); err != nil {
		t.Fatal(err)
	}
	return s
}

// fill stores everything.
func (s *stock) fill(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	const hands = 256 // writes that wait at the same moment share a commit
	for hand := range 2 * hands {
		g.Go(func() error {
			for n := hand / 2; n < s.rows; n += hands {
				var err error
				if hand%2 == 0 {
					err = s.records.Interventions.Add(ctx, s.intervention(n))
				} else {
					err = s.records.Deliveries.Add(ctx, s.delivery(n))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// delivery is the nth: the first are due, of the others half are due later and half have been sent.
func (s *stock) delivery(n int) care.Delivery {
	d := care.Delivery{Meta: care.Meta{ID: fmt.Sprintf("follow_up/iv_%07d/1/remind/st_%d", n, n%300)}, Kind: care.FollowUpReminder,
		Subject: fmt.Sprintf("iv_%07d", n), Day: "2026-11-17", School: "alen", To: fmt.Sprintf("st_%d", n%300), At: s.now, State: care.DeliveryPending}
	switch {
	case n < dueNow:
		d.Due = s.now.Add(-time.Duration(n) * time.Second)
	case n%2 == 0:
		d.Due = s.now.AddDate(1, 0, 0).Add(time.Duration(n) * time.Second)
	default:
		d.State, d.Message, d.Channel, d.TS = care.DeliverySent, d.ID+"/2", "D0ANNA", fmt.Sprintf("%d.000001", n)
	}
	return d
}

// intervention is the nth: those of one student lie far apart.
func (s *stock) intervention(n int) care.Intervention {
	at := s.now.Add(-time.Duration(s.rows-n) * time.Second)
	iv := care.Intervention{Meta: care.Meta{ID: fmt.Sprintf("iv_%07d", n)}, Student: s.student(n), School: "alen",
		Author: fmt.Sprintf("st_%d", n%300), At: at, Status: care.StatusActive, Content: care.Content{Level: care.LevelIndividual,
			Kinds: []care.Kind{care.KindTalk}, Date: care.DateOf(at, time.UTC), Note: make([]byte, 120), Audience: care.AudienceEHT}}
	iv.Students = []care.Ref{iv.Student}
	return iv
}

func (s *stock) student(n int) care.Ref {
	return care.Ref(fmt.Sprintf("7A-%d", n%(s.rows/perStudent)))
}

// claim takes what is due, one after another, until nothing is left; after the lease all of it is due again.
func (s *stock) claim() {
	s.t.Helper()
	for n := 0; ; n++ {
		_, err := s.records.Deliveries.ClaimDue(s.t.Context(), s.now, s.now.Add(care.DeliveryLease))
		if errors.Is(err, care.ErrNotFound) && n == dueNow {
			s.now = s.now.Add(care.DeliveryLease)
			return
		}
		if err != nil {
			s.t.Fatalf("after %d claims: %v", n, err)
		}
	}
}

// timeline reads the latest interventions of some student, as a card does.
func (s *stock) timeline() {
	s.t.Helper()
	const limit = 2*care.ListMax + 1
	list, err := s.records.Interventions.OfStudent(s.t.Context(), s.student(rand.IntN(s.rows)), limit)
	if err != nil || len(list) != limit {
		s.t.Fatalf("a timeline of %d, %v, want %d", len(list), err, limit)
	}
}

// storedFigures asks a database that holds little and one that holds much the same questions in turn.
func storedFigures(t *testing.T) []figure {
	began := time.Now()
	few, many := newStock(t, fewStored), newStock(t, manyStored)
	if err := errors.Join(few.fill(t.Context()), many.fill(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Logf("stored in %v", time.Since(began).Round(time.Second))
	row := func(what, how string, times int, ask func(*stock)) figure {
		var little, much, ratio []float64
		took := func(s *stock) float64 {
			began := time.Now()
			for range times {
				ask(s)
			}
			return ms(time.Since(began)) / float64(times)
		}
		for range *rounds {
			little, much = append(little, took(few)), append(much, took(many))
			ratio = append(ratio, last(much)/last(little))
		}
		r := median(ratio)
		return figure{what, "≤ 1.5 × the time with 10 000", fmt.Sprintf("%.2f × (%.2f ms to %.2f ms)", r, median(much), median(little)),
			fmt.Sprintf("%s, %d times", how, times), r <= 1.5}
	}
	return []figure{
		row("“what is due?” with 1 000 000 deliveries stored, 100 due", "each claimed durably; the 101st claim finds nothing", 1, (*stock).claim),
		row("a student's timeline with 1 000 000 interventions stored", "the latest 21 of 30, of any student", 1000, (*stock).timeline),
	}
}
