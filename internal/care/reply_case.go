package care

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A followed case is one that someone may act on, with its student.
type followed struct {
	Case
	stu visible
}

// follow is caseFor.
func (s *Service) follow(ctx context.Context, actor Actor, id string, now time.Time) (followed, error) {
	c, stu, err := s.caseFor(ctx, actor, id, now)
	return followed{c, stu}, err
}

// whose finds the cases that a message may be about: one if that is clear, several if it is to be asked, none if
// it is about none; as is what it is then.
func (s *Service) whose(ctx context.Context, actor Actor, m Message, said Said, now time.Time) (found []followed, as HeardAs, err error) {
	ids, followUps, err := s.tellsOf(ctx, m)
	switch {
	case err != nil:
		return nil, "", err
	case len(ids) == 0 && !m.Direct:
		return nil, HeardNothing, nil
	}
	w := whose{s: s, ctx: ctx, actor: actor, now: now}
	if len(ids) > 0 {
		w.pool, err = s.followAll(ctx, actor, ids, now)
		if err == nil && len(w.pool) == 0 {
			err = &Error{Code: CodeMayNotSeeCases}
		}
	} else {
		w.pool, err = s.ownCases(ctx, actor, now)
	}
	if err != nil {
		return nil, "", err
	}
	single := len(ids) == 1
	named, err := w.named(m.Text, single, len(ids) == 0)
	switch {
	case err != nil:
		return nil, "", err
	case single && len(named) == 1 && named[0].ID != w.pool[0].ID: // in the thread of one, another is named
		return append(w.pool, named...), "", nil
	case len(named) > 0:
		return named, "", nil
	case single:
		return w.pool, "", nil
	case len(ids) > 0:
		if i := slices.IndexFunc(w.pool, func(f followed) bool { return f.ID == said.Case }); i >= 0 { // it was chosen before
			return w.pool[i : i+1], "", nil
		}
		if open := w.open(); len(open) > 0 {
			return open, "", nil
		}
		return w.pool[:1], "", nil // it says that it is closed
	case followUps:
		return nil, HeardFollowUp, nil
	}
	if said.Case != "" { // it was chosen before
		f, err := s.follow(ctx, actor, said.Case, now)
		if err == nil {
			return []followed{f}, "", nil
		}
		if CodeOf(err) == "" {
			return nil, "", err
		}
	}
	return w.unnamed(m.Text)
}

// unnamed is whose a plain message is that names nobody.
func (w whose) unnamed(text string) ([]followed, HeardAs, error) {
	school, _ := w.s.HomeSchool(w.actor.Staff, w.now)
	r := ReadReply(text, school, w.now)
	switch {
	case isHello(text):
		return nil, HeardHello, nil
	case len(w.pool) == 0 && r.Seen, len(w.pool) > 1 && r.Seen:
		return nil, HeardSeen, nil
	case len(w.pool) > 0:
		return w.pool, "", nil
	case !r.Understood():
		return nil, HeardHello, nil
	case w.s.seesCases(w.actor, w.now):
		return nil, "", &Error{Code: CodeNoCase}
	}
	return nil, "", &Error{Code: CodeMayNotSeeCases}
}

// tellsOf are the cases of which the message tells in whose thread another stands. followUps is of one that tells of follow-ups alone.
func (s *Service) tellsOf(ctx context.Context, m Message) (ids []string, followUps bool, err error) {
	if m.Thread == "" {
		return nil, false, nil
	}
	parts, err := s.Deliveries.At(ctx, m.Channel, m.Thread)
	if err != nil {
		return nil, false, fmt.Errorf("find the message in whose thread it stands: %w", err)
	}
	for _, d := range parts {
		switch d.Kind {
		case CaseReminder, Escalated, CaseNews:
			ids = append(ids, d.Subject)
		case FollowUpReminder:
			followUps = true
		}
		ids = append(ids, d.Cases...)
	}
	if len(parts) == 0 { // a question of Lotsen's stands in the thread of what someone has written
		said, err := s.saidOf(ctx, m.Channel, m.Thread)
		if err != nil {
			return nil, false, err
		}
		if said.Case != "" {
			ids = []string{said.Case}
		}
	}
	ids = inOrder(nil, ids)
	return ids, followUps && len(ids) == 0, nil
}

// Heeds reports whether a message in a channel stands where Lotsen listens: in the thread of one of its messages.
func (s *Service) Heeds(ctx context.Context, channel, thread string) (bool, error) {
	parts, err := s.Deliveries.At(ctx, channel, thread)
	if err != nil {
		return false, fmt.Errorf("find a message: %w", err)
	}
	return len(parts) > 0, nil
}

// followAll returns those of the cases that the actor may act on.
func (s *Service) followAll(ctx context.Context, actor Actor, ids []string, now time.Time) ([]followed, error) {
	var list []followed
	for _, id := range ids {
		f, err := s.follow(ctx, actor, id, now)
		if CodeOf(err) == CodeNoCase {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// ownCases are MyCases to act on.
func (s *Service) ownCases(ctx context.Context, actor Actor, now time.Time) ([]followed, error) {
	if !s.seesCases(actor, now) {
		return nil, nil
	}
	r := newCaseReader(s, actor, now)
	r.refsOnly = true
	views, err := s.myCases(ctx, r, false)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(views))
	for i, v := range views {
		ids[i] = v.ID
	}
	return s.followAll(ctx, actor, ids, now)
}

// whose is the search for the case that a message is about.
type whose struct {
	s     *Service
	ctx   context.Context
	actor Actor
	now   time.Time
	pool  []followed // from which it most likely is
}

func (w whose) open() []followed {
	return slices.DeleteFunc(slices.Clone(w.pool), func(f followed) bool { return !f.isOpen() })
}

// named are the cases of the student whom a text names: several if the name fits several. Names count unless refsOnly,
// and with wide also those of students without a case in the pool.
func (w whose) named(text string, refsOnly, wide bool) ([]followed, error) {
	var known []Name
	if wide && w.s.seesCases(w.actor, w.now) {
		var err error
		if known, err = w.s.visibleNames(w.ctx, w.actor, w.now); err != nil {
			return nil, err
		}
	} else if !refsOnly {
		for _, f := range w.pool {
			n, err := w.s.name(f.stu.Student)
			if err != nil {
				return nil, err
			}
			known = append(known, n)
		}
	}
	var found []followed
	for _, word := range refsIn(text) {
		ref, ok := ParseRef(word)
		f, err := followed{}, ErrNotFound
		if ok {
			f, err = w.caseOf(ref)
		}
		if errors.Is(err, ErrNotFound) {
			if !looksLikeRef(word, known) {
				continue
			}
			// What is no ref and has letters alone may be a name, and the answer stays.
			if group, tail := refParts(word); !ok && !strings.ContainsFunc(tail, unicode.IsDigit) {
				word = group + "-…"
			}
			err = &Error{Code: CodeNoSuchStudent, Args: map[string]any{"Word": word}}
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(found, func(o followed) bool { return o.ID == f.ID }) {
			found = append(found, f)
		}
	}
	switch {
	case len(found) > 1:
		return nil, &Error{Code: CodeReplySeveral}
	case len(found) == 1 || refsOnly:
		return found, nil
	}
	return w.byName(text, known)
}

// byName are the cases of the student whose name stands in a text.
func (w whose) byName(text string, known []Name) ([]followed, error) {
	var found []followed
	for _, hit := range namesIn(text, known) {
		var of []followed
		for _, n := range hit.names {
			f, err := w.caseOf(n.Ref)
			switch {
			case CodeOf(err) == CodeNoCase, errors.Is(err, ErrNotFound):
				continue
			case err != nil:
				return nil, err
			}
			of = append(of, f)
		}
		both := slices.DeleteFunc(slices.Clone(found), func(f followed) bool {
			return !slices.ContainsFunc(of, func(o followed) bool { return o.ID == f.ID })
		})
		switch {
		case len(of) == 0 && hit.whole:
			return nil, &Error{Code: CodeNoCase}
		case len(of) == 0: // someone else of that name
		case len(found) == 0:
			found = of
		case len(both) == 0:
			return nil, &Error{Code: CodeReplySeveral}
		default:
			found = both
		}
	}
	return found, nil
}

// caseOf is the case of a student that is not closed, or that of the pool; ErrNotFound when the actor may see no
// such student, and an *Error when there is no case.
func (w whose) caseOf(ref Ref) (followed, error) {
	if i := slices.IndexFunc(w.pool, func(f followed) bool { return f.Student == ref }); i >= 0 {
		return w.pool[i], nil
	}
	stu, r, err := w.s.student(w.ctx, w.actor, ref, w.now)
	if err != nil {
		return followed{}, err
	}
	if !r.seesCase() {
		return followed{}, &Error{Code: CodeMayNotSeeCases}
	}
	c, err := w.s.latestCase(w.ctx, ref)
	if errors.Is(err, ErrNotFound) || err == nil && !c.isOpen() {
		return followed{}, &Error{Code: CodeNoCase}
	}
	return followed{c, visible{stu, r}}, err
}

// refsIn are the words of a text that have the form of a ref, once each.
func refsIn(text string) []string {
	var refs []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.:;!?()/\"”", r) }) {
		group, tail := refParts(word)
		if group != "" && utf8.RuneCountInString(tail) == refRandom && !slices.Contains(refs, word) && len(refs) < mentionsMax {
			refs = append(refs, word)
		}
	}
	return refs
}

// refParts are what stands before and after the last dash of a word.
func refParts(word string) (group, tail string) {
	i := strings.LastIndexFunc(word, isDash)
	if i < 0 {
		return "", ""
	}
	_, width := utf8.DecodeRuneInString(word[i:])
	return word[:i], word[i+width:]
}

// looksLikeRef tells a ref that nobody has from other words of that form, such as the beginning of a phone number:
// its group has letters and digits, or is one that the actor knows.
func looksLikeRef(word string, known []Name) bool {
	group, _ := refParts(word)
	return strings.ContainsFunc(group, unicode.IsLetter) && strings.ContainsFunc(group, unicode.IsDigit) ||
		slices.ContainsFunc(known, func(n Name) bool { of, _ := refParts(string(n.Ref)); return strings.EqualFold(of, group) })
}

// A nameHit is a name that stands in a text.
type nameHit struct {
	names []Name // of whom it may be
	whole bool   // given and family name
}

// namesIn finds the names that stand in a text. One that is a word of what people reply counts only with a capital,
// and so does one in the genitive.
func namesIn(text string, known []Name) []nameHit {
	words := nameWordsOf(text)
	spelled := spellings(known)
	folds := make([]string, len(words))
	for i, w := range words {
		folds[i] = w.fold
	}
	var hits []nameHit
	for i := 0; i < len(words); i++ {
		most := longest(matchNames(folds[i:], spelled))
		if bare, ok := strings.CutSuffix(folds[i], "s"); ok && len(most) == 0 && words[i].capital {
			most = longest(matchNames([]string{bare}, spelled))
		}
		if len(most) == 0 || most[0].words == 1 && !words[i].capital && isLexiconWord(folds[i]) {
			continue
		}
		hit := nameHit{whole: most[0].words > 1}
		for _, m := range most {
			hit.names = append(hit.names, m.Name)
		}
		hits = append(hits, hit)
		i += most[0].words - 1
	}
	return hits
}

// hellos are the words of someone who would like to know what Lotsen can do.
var hellos = []string{"hej", "hei", "hejsan", "halla", "hallo", "hallaa", "tjena", "tja", "hoi", "god", "morgon", "morgen", "dag", "hjalp", "hjelp", "help", "lotsen", "lots"}

// isHello reports whether a text is no more than a greeting or a call for help.
func isHello(text string) bool {
	words := nameWordsOf(text)
	return len(words) == 0 && strings.Trim(text, "? !") == "" || len(words) > 0 && !slices.ContainsFunc([]textWord(words), func(w textWord) bool {
		return !slices.Contains(hellos, w.fold)
	})
}
