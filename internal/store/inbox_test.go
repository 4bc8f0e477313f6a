package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"lotsen/internal/care"
)

func TestInboxClaims(t *testing.T) {
	r := open(t)
	for i, minutes := range []int{3, 1, 2, 9} {
		if err := r.Inbox.Add(t.Context(), care.Incoming{Meta: care.Meta{ID: fmt.Sprint("in_", minutes)}, At: at(i), Due: at(minutes)}); err != nil {
			t.Fatal(err)
		}
	}
	done := care.Incoming{Meta: care.Meta{ID: "in_done"}, At: at(0), Expires: at(5)}
	if err := r.Inbox.Add(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var got []string
	for range 8 {
		wg.Go(func() {
			in, err := r.Inbox.ClaimDue(t.Context(), at(3), at(30))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				got = append(got, in.ID)
				if !in.Due.Equal(at(30)) {
					t.Errorf("%s is due at %v, want its lease", in.ID, in.Due)
				}
			case !errors.Is(err, care.ErrNotFound):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	slices.Sort(got)
	if want := []string{"in_1", "in_2", "in_3"}; !slices.Equal(got, want) {
		t.Errorf("eight have claimed %q, want each of %q once", got, want)
	}
	if in, err := r.Inbox.ClaimDue(t.Context(), at(29), at(40)); err != nil || in.ID != "in_9" {
		t.Errorf("ClaimDue() = %s, %v, want what has become due", in.ID, err)
	}
	if in, err := r.Inbox.ClaimDue(t.Context(), at(30), at(41)); err != nil || in.Version != 3 {
		t.Errorf("ClaimDue() after a lease = %+v, %v, want its third version", in.Meta, err)
	}
	for _, want := range []int64{1, 0} {
		if n, err := r.Inbox.DeleteExpired(t.Context(), at(5)); n != want || err != nil {
			t.Errorf("DeleteExpired() = %d, %v, want %d", n, err, want)
		}
	}
}
