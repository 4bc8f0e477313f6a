package care

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"time"
)

// A Heard is what has become of a message, for its writer.
type Heard struct {
	As        HeardAs
	Case      CaseView   // that it is about; its names are not to be shown where they would stay
	Entry     string     // of HeardNoted: the id of the latest entry that says so
	Mistake   error      // of HeardRefused: an *Error
	Unkept    []Unkept   // what its text holds for which it is not kept
	Wordless  bool       // its text is not kept, since such texts tell of health
	Withdrawn bool       // what it said before is taken back
	Among     []CaseView // of HeardWhose, without names: those that it may be about
	Draft     string     // of HeardWhose
}

// HeardAs is what a message was taken for.
type HeardAs string

// What a message may be taken for.
const (
	HeardNothing  HeardAs = ""         // nothing that concerns Lotsen, or that has become of it before
	HeardNoted    HeardAs = "noted"    // something was done
	HeardSeen     HeardAs = "seen"     // no more than that they have seen it
	HeardUnclear  HeardAs = "unclear"  // it cannot be understood: what was done about the case is to be asked
	HeardRefused  HeardAs = "refused"  // what it says cannot be done
	HeardWhose    HeardAs = "whose"    // which case it is about is to be asked
	HeardHello    HeardAs = "hello"    // someone would like to know what Lotsen can do
	HeardFollowUp HeardAs = "followup" // something about follow-ups, which have buttons
)

// The codes of messages.
const (
	CodeReplySeveral Code = "reply_several" // several students are named: each needs a message of their own
	CodeReplyGone    Code = "reply_gone"    // for a choice that comes too late
)

// Reply does what a message says about a case, once for each of its editions, in whatever order they are worked on:
// what the latest says holds. Only someone who may act on the case changes it; others get an *Error. What was
// only misunderstood is no error but asked about.
func (s *Service) Reply(ctx context.Context, actor Actor, m Message, now time.Time) (Heard, error) {
	said, err := s.begin(ctx, m, now)
	if errors.Is(err, errSuperseded) {
		return Heard{}, nil
	}
	if err != nil {
		return Heard{}, err
	}
	if m.Gone {
		_, err := s.unsay(ctx, actor, m, said.Case, now)
		return Heard{}, err
	}
	found, as, err := s.whose(ctx, actor, m, said, now)
	switch {
	case CodeOf(err) != "" && said.Case != "": // it named another student than it does now
		_, werr := s.unsay(ctx, actor, m, said.Case, now)
		return Heard{}, errors.Join(err, werr)
	case err != nil:
		return Heard{}, err
	case len(found) == 0:
		return Heard{As: as}, nil
	case len(found) > 1:
		return s.askWhose(ctx, actor, m, found, now)
	}
	return s.hear(ctx, actor, m, found[0], false, now)
}

// PickCase goes on with a message after its writer has chosen the case that it is about. The first choice holds.
func (s *Service) PickCase(ctx context.Context, actor Actor, draft, id string, now time.Time) (Heard, error) {
	d, err := s.draft(ctx, actor, draft, CodeReplyGone, now)
	if err != nil {
		return Heard{}, err
	}
	m := *d.Said
	m.Text = d.Text
	f, err := s.follow(ctx, actor, id, now)
	if err != nil {
		return Heard{}, err
	}
	said, err := s.keepCase(ctx, m, id, true, now)
	switch {
	case errors.Is(err, errSuperseded):
		return Heard{}, &Error{Code: CodeReplyGone}
	case err == nil && said.Case != id:
		f, err = s.follow(ctx, actor, said.Case, now)
	}
	if err != nil {
		return Heard{}, err
	}
	return s.hear(ctx, actor, m, f, true, now)
}

// askWhose keeps a message until its writer has chosen.
func (s *Service) askWhose(ctx context.Context, actor Actor, m Message, found []followed, now time.Time) (Heard, error) {
	h := Heard{As: HeardWhose}
	r := newCaseReader(s, actor, now)
	r.refsOnly = true
	for _, f := range found {
		v, err := r.view(ctx, f.Case, f.stu.Student)
		if err != nil {
			return Heard{}, err
		}
		h.Among = append(h.Among, v)
	}
	d := Draft{Text: m.Text, Said: &m, Request: m.request(), At: now}
	if err := s.addDraft(ctx, actor, &d); err != nil {
		return Heard{}, err
	}
	h.Draft = d.ID
	return h, nil
}

// hear does what a message says about a case.
func (s *Service) hear(ctx context.Context, actor Actor, m Message, f followed, chosen bool, now time.Time) (h Heard, err error) {
	said, err := s.saidOf(ctx, m.Channel, m.TS)
	if err != nil {
		return h, err
	}
	if said.Case != "" && said.Case != f.ID { // before an edition that names another student
		if h.Withdrawn, err = s.unsay(ctx, actor, m, said.Case, now); err != nil {
			return h, err
		}
	}
	if _, err = s.keepCase(ctx, m, f.ID, chosen, now); errors.Is(err, errSuperseded) {
		return Heard{}, nil
	} else if err != nil {
		return h, err
	}
	switch r := ReadReply(m.Text, s.Schools[f.School], now); {
	case r.Err != nil:
		h.As, h.Mistake = HeardRefused, r.Err
	case r.Seen:
		err = s.hearSeen(ctx, actor, m, f, &h, now)
	case len(r.Forms) > 0:
		err = s.hearActs(ctx, actor, m, f, r.Forms, &h, now)
	default:
		h.As = HeardUnclear
		var back bool
		back, err = s.unsay(ctx, actor, m, f.ID, now)
		h.Withdrawn = h.Withdrawn || back
	}
	switch {
	case errors.Is(err, errSuperseded):
		return Heard{}, nil
	case CodeOf(err) != "" && CodeOf(err) != CodeNoCase:
		h.As, h.Mistake, err = HeardRefused, err, nil
	}
	if err == nil && h.Case.ID == "" {
		h.Case, err = s.refView(ctx, actor, f.ID, now)
	}
	return h, err
}

// hearSeen notes that someone has seen a message about a case, once in a row.
func (s *Service) hearSeen(ctx context.Context, actor Actor, m Message, f followed, h *Heard, now time.Time) (err error) {
	h.As = HeardSeen
	if h.Withdrawn, err = s.unsay(ctx, actor, m, f.ID, now); err != nil || !f.isOpen() {
		return err
	}
	if last := f.Entries[max(len(f.Entries)-1, 0):]; len(last) == 1 && last[0].What == CaseSeen && last[0].By == actor.Staff.ID {
		return nil
	}
	h.Case, err = s.changeCase(ctx, actor, f.ID, m.request(), ActionCaseAct, now, func(c *Case, _ visible) error {
		c.add(CaseEntry{At: now, By: actor.Staff.ID, What: CaseSeen, Said: m.key()})
		return s.superseded(ctx, m)
	})
	return err
}

// hearActs does the acts that a message says were done about a case, all or none.
func (s *Service) hearActs(ctx context.Context, actor Actor, m Message, f followed, forms []CaseForm, h *Heard, now time.Time) error {
	note, err := s.plain(ctx, m.Text)
	if err != nil {
		return err
	}
	h.Wordless = slices.ContainsFunc(forms, func(f CaseForm) bool { return f.Act == ActKnown })
	if h.Unkept, err = s.Sensitive(ctx, f.School, f.Student, note); err != nil {
		return err
	}
	forms = slices.Clone(forms)
	if !h.Wordless && len(h.Unkept) == 0 {
		forms[len(forms)-1].Note = note
	}
	h.As = HeardNoted
	action := ActionCaseAct
	if m.Edition != "" {
		action = ActionCaseChange
	}
	v, err := s.changeCase(ctx, actor, f.ID, m.request(), action, now, func(c *Case, stu visible) error {
		if err := s.superseded(ctx, m); err != nil {
			return err
		}
		at := c.saidBy(m.key())
		switch {
		case len(at) > 0:
			return s.resay(ctx, actor, c, stu, at, forms, now)
		case !c.isOpen():
			return &Error{Code: CodeCaseClosed, Args: map[string]any{"Ref": string(c.Student)}}
		}
		for _, f := range forms {
			if err := s.act(ctx, actor, c, stu, f, CaseEntry{At: now, Said: m.key()}, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	h.Case = v
	for _, e := range v.Entries { // the latest first
		if e.Said == m.key() && e.What == CaseActed {
			h.Entry = e.ID
			break
		}
	}
	return nil
}

// resay has the entries that a message made say what it says now.
func (s *Service) resay(ctx context.Context, actor Actor, c *Case, stu visible, at []int, forms []CaseForm, now time.Time) error {
	was := *c
	was.Entries = slices.Clone(c.Entries)
	if c.Entries[at[0]].Before != nil && !c.Over {
		if err := s.redo(ctx, actor, c, stu, at, forms, now); err != nil || !c.sameBut(was) {
			return err
		}
		*c = was // other words for the same: nothing is planned anew
	} else if !slices.EqualFunc(at, forms, func(i int, f CaseForm) bool { return c.Entries[i].says(f) }) {
		return &Error{Code: CodeCaseMovedOn}
	}
	last := len(at) - 1
	f := forms[last]
	f.Reason = c.Entries[at[last]].Reason
	return s.reword(c, at[last], f)
}

// sameBut reports whether a case is what it was but for notes, revisions and its plan.
func (c Case) sameBut(was Case) bool {
	return reflect.DeepEqual(was.before(), c.before()) && slices.EqualFunc(was.Entries, c.Entries, func(a, b CaseEntry) bool {
		return a.Act == b.Act && a.FollowUp == b.FollowUp && a.Clock == b.Clock && a.Until == b.Until && a.To == b.To &&
			a.Reason == b.Reason && a.Undone.Equal(b.Undone) && slices.Equal(a.Days, b.Days)
	})
}

// says reports whether an entry says what a form does, as far as that says it.
func (e CaseEntry) says(f CaseForm) bool {
	return f.Act == e.Act && (f.FollowUp == "" || f.FollowUp == e.FollowUp || f.FollowUp == e.Until) && (f.At == 0 || f.At == e.Clock)
}

// saidBy are the places of the acts that a message says were done and that are not taken back.
func (c Case) saidBy(key string) []int {
	var at []int
	for i, e := range c.Entries {
		if e.Said == key && e.What == CaseActed && e.Undone.IsZero() {
			at = append(at, i)
		}
	}
	return at
}

// unsay takes back what a message has said about a case, and reports whether it had said anything. If something
// has befallen the case since, that stands; only if nothing is left to wait for, something is to be done again.
func (s *Service) unsay(ctx context.Context, actor Actor, m Message, id string, now time.Time) (bool, error) {
	if id == "" {
		return false, nil
	}
	f, err := s.follow(ctx, actor, id, now)
	if CodeOf(err) == CodeNoCase { // nor is it theirs to change any more
		return false, nil
	}
	if err != nil {
		return false, err
	}
	request := m.request() + "/back"
	if f.MadeBy(request) {
		return true, nil
	}
	if len(f.saidBy(m.key())) == 0 {
		return false, nil
	}
	_, err = s.changeCase(ctx, actor, id, request, ActionCaseUndo, now, func(c *Case, _ visible) error {
		at := c.saidBy(m.key())
		if len(at) == 0 {
			return nil
		}
		today := s.Schools[c.School].ahead(s.today(c.School, now), 0)
		b := c.Entries[at[0]].Before
		movable := b != nil && (!c.Over || b.State == CaseClosed)
		if movable {
			c.restore(b)
		}
		for _, i := range at {
			c.Entries[i].Undone, c.Entries[i].Before = now, nil
		}
		switch {
		case movable && c.State == CaseOpen: // whoever has the case gets the day for it
			c.Due, c.Next = max(c.Due, today), max(c.Next, today)
		case c.State == CaseWaiting && !c.waits():
			c.open(today)
		}
		c.Plan++
		return nil
	})
	return err == nil, err
}

// refView is a case without names.
func (s *Service) refView(ctx context.Context, actor Actor, id string, now time.Time) (CaseView, error) {
	f, err := s.follow(ctx, actor, id, now)
	if err != nil {
		return CaseView{}, err
	}
	r := newCaseReader(s, actor, now)
	r.refsOnly = true
	return r.view(ctx, f.Case, f.stu.Student)
}

var tagged = regexp.MustCompile(`<@([UW][A-Z0-9]+)>`)

// plain is a message's text with the names of people.
func (s *Service) plain(ctx context.Context, text string) (string, error) {
	var failed error
	text = tagged.ReplaceAllStringFunc(text, func(tag string) string {
		id := tagged.FindStringSubmatch(tag)[1]
		name, err := s.StaffName(ctx, id)
		if err != nil {
			failed = fmt.Errorf("name a colleague: %w", err)
		}
		if name == "" {
			name = id
		}
		return "@" + name
	})
	return text, failed
}
