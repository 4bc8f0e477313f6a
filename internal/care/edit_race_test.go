package care_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"lotsen/internal/care"
	"lotsen/internal/store/storetest"
)

// Of many changes at once each that is accepted is a revision, once and in order.
func TestManyEditsAtOnce(t *testing.T) {
	h, anna, eva := withClass(t)
	first := h.send(anna, talk("0", "8B-K3F", "8B-M2X"), "form", "r0")
	const editors = 8
	edits := storetest.Fewer(5, 2)
	var wg sync.WaitGroup
	for i := range editors {
		wg.Go(func() {
			actor := []care.Actor{anna, eva}[i%2]
			for n := range edits {
				note, request := fmt.Sprintf("%d.%d", i, n), fmt.Sprintf("r%d.%d", i, n)
				for base := 0; ; {
					_, err := h.EditIntervention(t.Context(), actor, first.ID, base, talk(note, "8B-K3F", "8B-M2X"), request, h.now)
					conflict, ok := errors.AsType[*care.EditConflict](err)
					if !ok {
						if err != nil {
							t.Errorf("EditIntervention(%s) = %v", note, err)
						}
						break
					}
					base = conflict.Now.Revisions
				}
			}
		})
	}
	wg.Wait()
	iv := h.stored(first.ID)
	if len(iv.Revisions) != editors*edits || iv.Version != int64(editors*edits+1) {
		t.Fatalf("%d revisions at version %d, want %d", len(iv.Revisions), iv.Version, editors*edits)
	}
	next := map[byte]byte{}
	for i, rev := range append(iv.Revisions, care.Revision{Before: iv.Content})[1:] {
		note, err := h.Vault.Open(rev.Before.Note, "interventions", iv.ID, "note")
		h.must(err)
		editor, n := note[0], note[2]
		if n != next[editor]+'0' {
			t.Errorf("revision %d says %s, want change %d of that editor", i, note, next[editor])
		}
		next[editor]++
		if by := []care.Actor{anna, eva}[(editor-'0')%2].Staff.ID; iv.Revisions[i].By != by {
			t.Errorf("change %s is said to be by another", note)
		}
	}
}

// An edit and an undo come between one another's reading and writing.
func TestEditMeetsUndo(t *testing.T) {
	t.Run("undo comes between", func(t *testing.T) {
		h, anna, eva := withClass(t)
		first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
		h.engine.between("Replace interventions", func() error {
			_, err := h.UndoIntervention(t.Context(), anna, first.ID, "u1", h.now)
			return err
		})
		if _, err := h.EditIntervention(t.Context(), eva, first.ID, 0, talk("Två", "8B-K3F"), "r2", h.now); care.CodeOf(err) != care.CodeEntryWithdrawn {
			t.Errorf("EditIntervention() = %v, want %s", err, care.CodeEntryWithdrawn)
		}
		if iv := h.stored(first.ID); iv.Status != care.StatusWithdrawn || len(iv.Revisions) > 0 {
			t.Errorf("stored is %s with %d revisions", iv.Status, len(iv.Revisions))
		}
	})
	t.Run("edit comes between", func(t *testing.T) {
		h, anna, eva := withClass(t)
		first := h.send(anna, talk("Ett", "8B-K3F"), "form", "r1")
		h.engine.between("Replace interventions", func() error {
			h.edit(eva, first.ID, 0, talk("Två", "8B-K3F"), "r2")
			return nil
		})
		e, err := h.UndoIntervention(t.Context(), anna, first.ID, "u1", h.now)
		if err != nil || e.Status != care.StatusWithdrawn || e.Note != "Två" {
			t.Errorf("UndoIntervention() = %+v, %v", e, err)
		}
		if iv := h.stored(first.ID); iv.Status != care.StatusWithdrawn || len(iv.Revisions) != 1 {
			t.Errorf("stored is %s with %d revisions", iv.Status, len(iv.Revisions))
		}
	})
}
