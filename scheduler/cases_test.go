package scheduler_test

import (
	"testing"

	"lotsen/internal/care"
)

// A case that was handed over on Thursday and not taken is its owner's again on Monday.
func TestTickCases(t *testing.T) {
	m := newMailroom(t)
	m.care.Schools["alen"] = func(s care.School) care.School { s.Ladder = "se-grund"; return s }(m.care.Schools["alen"])
	m.care.Ladders = care.BuiltInLadders()
	eva, err := m.care.Staff.BySlackID(t.Context(), "UEVA")
	if err != nil {
		t.Fatal(err)
	}
	m.now = mailDay.At(12, 0, stockholm).UTC()
	v, err := m.care.OpenCase(t.Context(), care.Actor{Staff: eva}, "8B-K3F", "r1", m.now)
	if err != nil {
		t.Fatal(err)
	}
	to := map[string]string{"UANNA": "UBO", "UBO": "UANNA"}[v.Owner.SlackID]
	if _, err := m.care.ActOnCase(t.Context(), care.Actor{Staff: eva}, v.ID, care.CaseForm{Act: care.ActHandOver, To: to}, "r2", m.now); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		day    care.Date
		minute int
		want   int
	}{{mailDay, 0, 0}, {"2026-10-16", 0, 0}, {"2026-10-19", 0, 1}, {"2026-10-19", 30, 0}, {"2026-10-20", 0, 0}} {
		if n, err := m.TickCases(t.Context(), tt.day.At(8, tt.minute, stockholm)); err != nil || n != tt.want {
			t.Errorf("TickCases() on %s at 08:%02d = %d, %v, want %d", tt.day, tt.minute, n, err, tt.want)
		}
	}
	c, err := m.care.Cases.Get(t.Context(), v.ID)
	if err != nil || c.Handed != nil || c.Entries[len(c.Entries)-1].What != care.CaseCameBack {
		t.Errorf("the case is handed to %v, its entries are %+v, %v", c.Handed, c.Entries, err)
	}
}
