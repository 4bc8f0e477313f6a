package care

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// The codes of what was entered about a case.
const (
	CodeNoCaseEntry  Code = "no_case_entry"  // none, or none of the actor's own
	CodeCaseMovedOn  Code = "case_moved_on"  // something has befallen the case since
	CodeCaseUndoLate Code = "case_undo_late" // Minutes
)

// UndoCaseAct takes back the latest act of a case, if it is the actor's own and at most UndoWindow old.
func (s *Service) UndoCaseAct(ctx context.Context, actor Actor, id, entry, request string, now time.Time) (CaseView, error) {
	return s.changeCase(ctx, actor, id, request, ActionCaseUndo, now, func(c *Case, _ visible) error {
		i := c.entry(entry)
		if i < 0 {
			return &Error{Code: CodeNoCaseEntry}
		}
		if err := s.mayUndo(actor, *c, c.Entries[i], now); err != nil {
			return err
		}
		c.takeBack(i, now)
		return nil
	})
}

// mayUndo tells why the actor may not take back an entry; nil if they may.
func (s *Service) mayUndo(actor Actor, c Case, e CaseEntry, now time.Time) error {
	switch {
	case e.What != CaseActed || e.By != actor.Staff.ID || !e.Undone.IsZero():
		return &Error{Code: CodeNoCaseEntry}
	case !c.latest(c.entry(e.ID)) || c.Over && e.Before.State != CaseClosed:
		return &Error{Code: CodeCaseMovedOn}
	case now.Sub(e.At) > UndoWindow:
		return &Error{Code: CodeCaseUndoLate, Args: map[string]any{"Minutes": int(UndoWindow.Minutes())}}
	}
	return nil
}

// takeBack notes that an act is taken back; the case is what it was before if nothing has befallen it since.
func (c *Case) takeBack(i int, now time.Time) {
	e := &c.Entries[i]
	if e.Undone = now; e.Before != nil {
		c.restore(e.Before)
		e.Before = nil
	}
	c.Plan++
}

// ChangeCaseEntry changes what the actor has entered; what it said before is kept. The note and the reason
// can always be changed, the act, its day and its person until something else has befallen the case. A
// part of the form that is "" stays as it is, but for the note.
func (s *Service) ChangeCaseEntry(ctx context.Context, actor Actor, id, entry string, f CaseForm, request string, now time.Time) (CaseView, error) {
	return s.changeCase(ctx, actor, id, request, ActionCaseChange, now, func(c *Case, stu visible) error {
		i := c.entry(entry)
		if i < 0 || c.Entries[i].By != actor.Staff.ID || c.Entries[i].What != CaseActed || !c.Entries[i].Undone.IsZero() {
			return &Error{Code: CodeNoCaseEntry}
		}
		old := c.Entries[i]
		to, err := s.Staff.Get(ctx, old.To)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("get whom it was handed to: %w", err)
		}
		if f.Act = cmp.Or(f.Act, old.Act); f.Act == old.Act {
			f.FollowUp, f.To = cmp.Or(f.FollowUp, old.FollowUp, old.Until), cmp.Or(f.To, to.SlackID)
			f.Reason, f.At = cmp.Or(f.Reason, old.Reason), cmp.Or(f.At, old.Clock)
			if len(f.Days) == 0 {
				f.Days = old.Days
			}
		}
		same := f.Act == old.Act && f.FollowUp == cmp.Or(old.FollowUp, old.Until) && f.To == to.SlackID && f.At == old.Clock &&
			slices.Equal(f.Days, old.Days)
		switch {
		case same:
			return s.reword(c, i, f)
		case !c.latest(i) || c.Over:
			return &Error{Code: CodeCaseMovedOn}
		}
		return s.redo(ctx, actor, c, stu, []int{i}, []CaseForm{f}, now)
	})
}

// redo has the entries at those places, which are the latest acts about a case, say what the forms do. What
// the forms do besides is added, and what they do no more is taken back.
func (s *Service) redo(ctx context.Context, actor Actor, c *Case, stu visible, at []int, forms []CaseForm, now time.Time) error {
	first := at[0]
	rest := slices.Clone(c.Entries[first:])
	c.restore(rest[0].Before)
	c.Entries = slices.Clip(c.Entries[:first])
	for i, old := range rest {
		switch {
		case !slices.Contains(at, first+i):
			c.Entries = append(c.Entries, old)
		case len(forms) == 0:
			old.Undone, old.Before = now, nil
			c.Entries = append(c.Entries, old)
		default:
			if err := s.act(ctx, actor, c, stu, forms[0], old, now); err != nil {
				return err
			}
			forms = forms[1:]
			e := &c.Entries[first+i]
			e.Logged, e.Set = old.Logged, old.Logged != ""
			e.revises(old)
		}
	}
	for _, f := range forms {
		if err := s.act(ctx, actor, c, stu, f, CaseEntry{At: rest[0].At, Said: rest[0].Said}, now); err != nil {
			return err
		}
	}
	return nil
}

// reword changes the reason and the note of an entry.
func (s *Service) reword(c *Case, i int, f CaseForm) (err error) {
	old := c.Entries[i]
	e := &c.Entries[i]
	if e.Reason = f.Reason; old.Act == ActClose && !slices.Contains(CloseReasons, f.Reason) {
		return &Error{Code: CodeCaseReason, Field: "close_reason"}
	}
	if err := noteFits(f.Note); err != nil {
		return err
	}
	if e.Note, err = s.sealCaseNote(*c, e.ID, f.Note); err != nil {
		return err
	}
	e.revises(old)
	e.Set = old.Logged != ""
	return nil
}

// revises keeps what an entry said before.
func (e *CaseEntry) revises(old CaseEntry) {
	earlier := old.Earlier
	old.Earlier, old.Before = nil, nil
	e.Earlier = append(earlier, old)
}
