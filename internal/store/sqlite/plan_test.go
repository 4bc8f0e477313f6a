package sqlite

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// asked is an engine that keeps what is asked of it.
type asked struct {
	*DB
	collections []string
	queries     []store.Query
}

func (a *asked) Find(ctx context.Context, collection string, q store.Query) ([]bson.Raw, error) {
	a.collections, a.queries = append(a.collections, collection), append(a.queries, q)
	return a.DB.Find(ctx, collection, q)
}

func (a *asked) Claim(ctx context.Context, collection string, q store.Query, set []store.Field) (bson.Raw, error) {
	a.collections, a.queries = append(a.collections, collection), append(a.queries, q)
	return a.DB.Claim(ctx, collection, q, set)
}

// TestRecordsUseTheirIndexes asks SQLite how it answers what records are looked for by.
func TestRecordsUseTheirIndexes(t *testing.T) {
	engine := &asked{DB: openTest(t, filepath.Join(t.TempDir(), "lotsen.db"))}
	r, err := store.Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	iv := care.Intervention{Meta: care.Meta{ID: "x"}, Student: "A", Author: "anna", At: time.UnixMilli(1),
		Content: care.Content{Students: []care.Ref{"A", "B"}, Date: "2026-10-05", FollowUp: "2026-10-20"}}
	if err := r.Interventions.Add(t.Context(), iv); err != nil {
		t.Fatal(err)
	}
	now := time.UnixMilli(2)
	for name, ask := range map[string]func() error{
		"a timeline":       func() error { _, err := r.Interventions.OfStudent(t.Context(), "B", 21); return err },
		"a whole timeline": func() error { _, err := r.Interventions.OfStudent(t.Context(), "B", 0); return err },
		"follow-ups":       func() error { _, err := r.Interventions.FollowUps(t.Context(), "B", "2026-10-05"); return err },
		"own follow-ups":   func() error { _, err := r.Interventions.OwnFollowUps(t.Context(), "anna", "2026-10-05"); return err },
		"own latest":       func() error { _, err := r.Interventions.ByAuthor(t.Context(), "anna", time.Time{}, 21); return err },
		"own since": func() error {
			_, err := r.Interventions.ByAuthor(t.Context(), "anna", time.UnixMilli(0), 0)
			return err
		},
		"a school":              func() error { _, err := r.Students.InSchool(t.Context(), "alen"); return err },
		"groups of a school":    func() error { _, err := r.Students.InSchool(t.Context(), "alen", "8B", "9C"); return err },
		"assignments of staff":  func() error { _, err := r.Assignments.OfStaff(t.Context(), "anna"); return err },
		"assignments to one":    func() error { _, err := r.Assignments.OfStudent(t.Context(), "B"); return err },
		"staff by Slack's id":   func() error { _, _ = r.Staff.BySlackID(t.Context(), "U1"); return nil },
		"days of a student":     func() error { _, err := r.Absence.OfStudent(t.Context(), "A", "2026-08-17", "2026-10-05"); return err },
		"the newest day":        func() error { _, err := r.Absence.Newest(t.Context(), "alen"); return err },
		"a student's cases":     func() error { _, err := r.Cases.OfStudent(t.Context(), "A"); return err },
		"own cases":             func() error { _, err := r.Cases.OfOwner(t.Context(), "anna"); return err },
		"cases handed to one":   func() error { _, err := r.Cases.HandedTo(t.Context(), "anna"); return err },
		"a school's cases":      func() error { _, err := r.Cases.OfSchool(t.Context(), "alen", care.CaseOpen); return err },
		"deliveries due":        func() error { _, _ = r.Deliveries.ClaimDue(t.Context(), now, now); return nil },
		"deliveries to one":     func() error { _, err := r.Deliveries.DueTo(t.Context(), "anna", now, 9); return err },
		"deliveries about it":   func() error { _, err := r.Deliveries.About(t.Context(), []string{"x"}); return err },
		"those in a message":    func() error { _, err := r.Deliveries.InMessage(t.Context(), "x/1"); return err },
		"those that failed":     func() error { _, err := r.Deliveries.FailedSince(t.Context(), now); return err },
		"what waits in one":     func() error { _, err := r.Interventions.Waiting(t.Context(), now, 9); return err },
		"substitutes":           func() error { _, err := r.Staff.SubstitutedBy(t.Context(), "anna"); return err },
		"the inbox":             func() error { _, _ = r.Inbox.ClaimDue(t.Context(), now, now); return nil },
		"students by their ref": func() error { _, err := r.Students.WithRefs(t.Context(), []care.Ref{"A", "B"}); return err },
	} {
		engine.collections, engine.queries = nil, nil
		if err := ask(); err != nil {
			t.Fatal(err)
		}
		if len(engine.queries) == 0 {
			t.Errorf("%s: nothing was asked", name)
		}
		for i, q := range engine.queries {
			plan := planOf(t, engine.DB, engine.collections[i], q)
			if !strings.Contains(plan, "SEARCH "+engine.collections[i]+" USING INDEX") || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: the plan for %+v is\n%swant a search in an index and no sorting", name, q, plan)
			}
		}
	}
}

// planOf is how SQLite would answer a query.
func planOf(t *testing.T, db *DB, collection string, q store.Query) (plan string) {
	t.Helper()
	f, err := db.fields(collection)
	if err != nil {
		t.Fatal(err)
	}
	query, args, err := f.selection(collection, "doc", q)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.readers.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan += detail + "\n"
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}
