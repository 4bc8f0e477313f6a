package care

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Trouble tells an administrator that messages could not be delivered. It says nothing of what they
// were about.
type Trouble struct {
	School School
	Failed int       // how many
	Since  time.Time // the first of them
}

// troubleCollects is how long a report waits for more of the same.
const troubleCollects = 10 * time.Minute

// troubleReports asks for the reports to a school's administrators that messages have failed: at
// most one an hour.
func (s *Service) troubleReports(school string, now time.Time) []Delivery {
	at := now.Add(troubleCollects)
	var list []Delivery
	for _, admin := range s.Schools[school].Admins {
		list = append(list, Delivery{
			Meta: Meta{ID: strings.Join([]string{string(TroubleReport), school, now.UTC().Format("2006-01-02T15"), "report", admin}, "/")},
			Kind: TroubleReport, Subject: school, School: school, To: admin, At: at, Due: at, State: DeliveryPending,
		})
	}
	return list
}

// trouble is what a report says: of what has failed in the hour in which it was asked for.
func (s *Service) trouble(ctx context.Context, d Delivery) (*Trouble, error) {
	hour := d.At.Add(-troubleCollects).Truncate(time.Hour)
	list, err := s.Deliveries.FailedSince(ctx, hour)
	if err != nil {
		return nil, fmt.Errorf("find what has failed: %w", err)
	}
	t := &Trouble{School: s.Schools[d.School]}
	for _, f := range list {
		if f.School != d.School || f.Kind == TroubleReport {
			continue
		}
		t.Failed++
		if t.Since.IsZero() || f.At.Before(t.Since) {
			t.Since = f.At
		}
	}
	return t, nil
}
