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
	Since  time.Time // when the first of them was to be sent
}

// troubleReports asks for the reports to a school's administrators that messages have failed: one at
// the end of each hour in which any have.
func (s *Service) troubleReports(ctx context.Context, school string, now time.Time) ([]Delivery, error) {
	admins, err := s.adminsOf(ctx, school, now)
	if err != nil {
		return nil, err
	}
	hour := now.UTC().Truncate(time.Hour)
	at := hour.Add(time.Hour)
	var list []Delivery
	for _, admin := range admins {
		list = append(list, Delivery{
			Meta: Meta{ID: strings.Join([]string{string(TroubleReport), school, hour.Format("2006-01-02T15"), "report", admin}, "/")},
			Kind: TroubleReport, Subject: school, School: school, To: admin, At: at, Due: at, State: DeliveryPending,
		})
	}
	return list, nil
}

// adminsOf are those whom the configuration names as a school's administrators, by their Slack user
// ids; if it names none, the staff of that role.
func (s *Service) adminsOf(ctx context.Context, school string, now time.Time) ([]string, error) {
	if named := s.Schools[school].Admins; len(named) > 0 {
		return named, nil
	}
	all, err := s.Staff.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	var admins []string
	for _, st := range all {
		if st.reachable() && st.has(school, s.today(school, now), Admin) {
			admins = append(admins, st.ID)
		}
	}
	return admins, nil
}

// trouble is what a report says: of what has failed in the hour before it was due.
func (s *Service) trouble(ctx context.Context, d Delivery) (*Trouble, error) {
	list, err := s.Deliveries.FailedSince(ctx, d.At.Add(-time.Hour))
	if err != nil {
		return nil, fmt.Errorf("find what has failed: %w", err)
	}
	t := &Trouble{School: s.Schools[d.School]}
	for _, f := range list {
		if f.School != d.School || f.reports() || !f.FailedAt.Before(d.At) {
			continue
		}
		t.Failed++
		if t.Since.IsZero() || f.At.Before(t.Since) {
			t.Since = f.At
		}
	}
	return t, nil
}

// FailedSince counts the deliveries that were given up at that time or later.
func (s *Service) FailedSince(ctx context.Context, since time.Time) (int, error) {
	list, err := s.Deliveries.FailedSince(ctx, since)
	return len(list), err
}
