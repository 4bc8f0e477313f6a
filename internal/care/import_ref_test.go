package care

import (
	"context"
	"testing"
)

// noStudents are the records of a new installation.
type noStudents struct{ StudentRecords }

func (noStudents) Get(context.Context, string) (Student, error) { return Student{}, ErrNotFound }

func TestDrawnRefsAreNoneOfTheFiles(t *testing.T) {
	im := &studentImport{Service: &Service{Records: Records{Students: noStudents{}}}, given: map[Ref]bool{}}
	give := func(last string) {
		for _, a := range refAlphabet {
			for _, b := range refAlphabet {
				for _, c := range last {
					im.given[Ref("8B-"+string(a)+string(b)+string(c))] = true
				}
			}
		}
	}
	half := len(refAlphabet) / 2
	give(refAlphabet[:half])
	for range 40 {
		ref, err := im.drawRef(t.Context(), "8b")
		if err != nil || im.given[ref] {
			t.Fatalf("drawRef(8b) = %s, %v, want one that the file does not give", ref, err)
		}
	}
	give(refAlphabet[half:])
	if ref, err := im.drawRef(t.Context(), "8b"); err == nil {
		t.Errorf("drawRef of a full group = %s, want an error", ref)
	}
}
