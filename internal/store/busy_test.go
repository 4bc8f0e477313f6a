package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestBusy(t *testing.T) {
	r := open(t)
	for id, due := range map[string]int{"late": 3, "early": 1, "never": 0} {
		b := care.BusyTimes{Meta: care.Meta{ID: id}}
		if due > 0 {
			b.Due = at(due)
		}
		if err := r.Busy.Add(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		ids  []string
		want string
	}{{[]string{"late", "none", "never"}, "late never"}, {nil, ""}} {
		list, err := r.Busy.Of(t.Context(), tt.ids)
		var got []string
		for _, b := range list {
			got = append(got, b.ID)
		}
		slices.Sort(got)
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("Of(%q) = %q, %v, want %s", tt.ids, got, err, tt.want)
		}
	}
	lease := at(30)
	for i, step := range []struct {
		minute int
		want   string
	}{{0, ""}, {3, "early"}, {3, "late"}, {3, ""}, {29, ""}} {
		b, err := r.Busy.ClaimDue(t.Context(), at(step.minute), lease)
		if b.ID != step.want || (step.want == "") != errors.Is(err, care.ErrNotFound) {
			t.Errorf("step %d: ClaimDue() = %q, %v, want %q", i, b.ID, err, step.want)
		}
		if step.want != "" && !b.Due.Equal(lease) {
			t.Errorf("step %d: it is due %v, want the lease", i, b.Due)
		}
	}
}
