package care

import (
	"cmp"
	"slices"
)

// unknownMax is how many words that are not understood a reply with an act may have: who tells more is asked. Of those
// at most unknownBefore stand before the first act.
const (
	unknownMax    = 14
	unknownBefore = 4
)

// A reply is a text that is being read.
type reply struct {
	matcher
	calendar
	parts []element
	says  []said
}

// said is an act in a reply, with the days that stand beside it.
type said struct {
	element
	days []namedDay
	own  bool // a day to come stands in its own clause
	at   int  // its place among the parts
}

// read tells what the reply means. What makes it unclear is asked first.
func (r *reply) read() Reading {
	r.parts = r.elements()
	r.settle()
	if !r.clear() {
		return Reading{}
	}
	days, ok := r.named()
	if !ok {
		return Reading{}
	}
	if len(r.says) == 0 {
		return r.readBare(days)
	}
	for _, n := range days {
		if n.odd != "" {
			return Reading{Err: &Error{Code: CodeDaysUnclear, Field: "follow_up", Args: map[string]any{"Word": n.odd}}}
		}
	}
	return r.forms()
}

func (r *reply) is(i int, m ...meaning) bool {
	p := r.parts[i].phrase
	return p != nil && p.Means != "" && slices.Contains(m, p.Means)
}

func (r *reply) unknown(i int) bool { return r.parts[i].phrase == nil }

// clause are the places of the parts of the clause that part i is in.
func (r *reply) clause(i int) (from, to int) {
	from, to = i, i+1
	for from > 0 && r.parts[from-1].clause == r.parts[i].clause {
		from--
	}
	for to < len(r.parts) && r.parts[to].clause == r.parts[i].clause {
		to++
	}
	return from, to
}

// settle takes short weekdays that are none, and phrases that need a day and have none, for unknown words, and
// gathers the acts.
func (r *reply) settle() {
	for i := range r.parts {
		p := &r.parts[i]
		if p.phrase != nil && p.Day == dayWeekday && p.to == p.from+1 && r.lexicon().short[r.tokens[p.from].fold] && !r.marked(i) {
			p.phrase = nil
		}
	}
	for i := range r.parts {
		p := r.parts[i]
		if p.phrase == nil || p.Act == "" {
			continue
		}
		from, to := r.clause(i)
		if p.Act == ActTake && slices.ContainsFunc(r.parts[from:i], func(e element) bool {
			return e.phrase != nil && (e.Means == meansPupil || e.Means == meansOther)
		}) {
			r.parts[i].phrase = nil // it is someone else who takes it
			continue
		}
		if p.Dated && !slices.ContainsFunc(r.parts[from:to], func(e element) bool { return e.phrase != nil && e.Day.toCome() }) {
			r.parts[i].phrase = nil
			continue
		}
		r.says = append(r.says, said{element: p, at: i})
		if p.Also != "" {
			also := *p.phrase
			also.Act, p.phrase = p.Also, &also
			r.says = append(r.says, said{element: p, at: i})
		}
	}
}

func (r *reply) lexicon() *lexicon { return r.matcher.lexicon }

// marked reports whether a short weekday is one: after a word that says so, or when it is the whole reply.
func (r *reply) marked(i int) bool {
	if i > 0 {
		before := r.parts[i-1]
		if r.lexicon().marks[r.tokens[r.parts[i].from-1].fold] {
			return true
		}
		if before.phrase != nil && (before.Act == ActSnooze || before.Act == ActMeeting || before.Means == meansAgain) {
			return true
		}
	}
	for j := range r.parts {
		if p := r.parts[j].phrase; p != nil && p.Day == "" && p.Means != meansSeen || p == nil && !r.isHour(j) {
			return false
		}
	}
	return true
}

// isHour reports whether a part is a number after a day, and so the hour of it.
func (r *reply) isHour(i int) bool {
	t := r.tokens[r.parts[i].from]
	return i > 0 && !t.sep && r.parts[i-1].phrase != nil && r.parts[i-1].Day != "" && t.kind&tokenCount != 0 && t.n >= 7 && t.n <= 17
}

// clear reports whether nothing in the reply makes it unclear what was done.
func (r *reply) clear() bool {
	unknown := 0
	for i, p := range r.parts {
		switch {
		case p.phrase == nil:
			if r.isHour(i) {
				continue
			}
			unknown++
			if len(r.says) == 0 || unknown > unknownMax || unknown > unknownBefore && i < r.says[0].at {
				return false
			}
		case p.Means == meansNo, p.Means == meansAsk:
			return false
		case p.Means == meansWill && !r.ofOthers(i), p.Means == meansOpens && r.opens(i):
			return false
		}
	}
	for _, s := range r.says {
		if !r.stands(s) {
			return false
		}
	}
	return true
}

// opens reports whether part i begins its clause.
func (r *reply) opens(i int) bool {
	from, _ := r.clause(i)
	return from == i
}

// ofOthers reports whether part i stands in a clause that comes after an act, or asks to be reminded, and tells of someone else.
func (r *reply) ofOthers(i int) bool {
	if len(r.says) == 0 || r.says[0].at > i {
		return false
	}
	from, to := r.clause(i)
	for _, p := range r.parts[from:to] {
		if p.phrase != nil && p.Act != "" {
			return false
		}
	}
	if last := r.says[len(r.says)-1]; last.Act == ActSnooze && !last.Whole {
		for j := from; j < to; j++ {
			if r.is(j, meansSelf, meansPupil, meansOther) {
				return true
			}
		}
	}
	joined := false // to the clause before it, of which it may have the subject
	for j := from; j < to; j++ {
		switch {
		case r.is(j, meansFiller):
		case r.is(j, meansAnd, meansBut):
			joined = true
		case r.is(j, meansOther, meansPupil, meansReport):
			return true
		default:
			return joined && from > 0 && r.ofOthers(from-1)
		}
	}
	return false
}

// alone reports whether an act cannot be in one clause with another: "ferdig syk", "flytta mötet till fredag".
func (s said) alone(p *phrase) bool {
	return s.Whole && p.Act != "" && p.Act != s.Act && p.Act != ActNotReached || p.Act != "" && s.Act == ActSnooze && s.Dated
}

// stands reports whether an act was done as it says: by whom it may have been, and not in general.
func (r *reply) stands(s said) bool {
	from, to := r.clause(s.at)
	for j := from; j < to; j++ {
		before, p := j < s.at, r.parts[j].phrase
		switch {
		case j == s.at:
		case p == nil:
			if before || s.Whole && !r.isHour(j) {
				return false
			}
		case p.Means == meansWould && s.Of != "pupil", p.Means == meansWill, s.alone(p),
			p.Means == meansSelf && s.Of == "pupil":
			return false
		case before && p.Means == meansPupil && s.Of == "self":
			return false
		case before && p.Means == meansWhy && s.Act != ActClose: // "rektor har ringt hem"
			return false
		case (before || s.Act == ActWrong) && p.Means == meansReport:
			if s.Act != ActKnown {
				return false
			}
		case p.Means == meansOther:
			if before && s.Act != ActNotReached || !before && s.Whole {
				return false
			}
		case p.Means == meansPupil && !before && s.Whole:
			return false
		}
	}
	// "jag och @kim tar den"
	if s.Act == ActHandOver && s.at > 1 && r.is(s.at-1, meansAnd) && r.is(s.at-2, meansSelf, meansOther) {
		return false
	}
	// "kom idag men gick efter lunch"
	but := false
	for j := to; j < len(r.parts) && s.Of == "pupil"; j++ {
		but = but || r.is(j, meansBut)
		if but && r.unknown(j) {
			return false
		}
	}
	return true
}

// readBare reads a reply without an act: a day alone is a reminder, and words that say it was seen are that.
func (r *reply) readBare(days []namedDay) Reading {
	seen := false
	for i := range r.parts {
		p := r.parts[i].phrase
		switch {
		case r.isHour(i) && p == nil, p.Day != "", p.Means == meansAnd, p.Means == meansBut:
		case p.Means == meansSeen:
			seen = true
		case p.Means == meansFiller && len(days) == 0:
		default:
			return Reading{}
		}
	}
	if len(days) == 0 {
		return Reading{Seen: seen}
	}
	f, ok := r.snooze(days)
	if !ok {
		return Reading{}
	}
	return Reading{Forms: []CaseForm{f}}
}

// snooze is a reminder on the day and at the time that were named.
func (r *reply) snooze(days []namedDay) (f CaseForm, ok bool) {
	f.Act = ActSnooze
	for _, n := range days {
		if n.past || n.from != "" || n.odd != "" {
			return f, false
		}
		if n.orClock > 0 {
			n = namedDay{clock: n.orClock, isClock: true}
		}
		if n.first != "" {
			if f.FollowUp != "" && f.FollowUp != n.first {
				return f, false
			}
			f.FollowUp = n.first
		}
		if n.isClock {
			if f.At != 0 && f.At != n.clock {
				return f, false
			}
			f.At = n.clock
		}
	}
	if f.At != 0 {
		f.FollowUp = r.calendar.at(f.FollowUp, f.At)
	}
	return f, true
}

// person is whom the reply names; false when it names several.
func (r *reply) person() (who string, ok bool) {
	for _, t := range r.tokens {
		if t.kind&tokenWho == 0 {
			continue
		}
		if who != "" && who != t.who {
			return "", false
		}
		who = t.who
	}
	return who, true
}

// reason is why a case is closed.
func (r *reply) reason(s said) CloseReason {
	why := s.Reason
	for i := range r.parts {
		if r.is(i, meansWhy) {
			why = r.parts[i].Reason
		}
	}
	return cmp.Or(why, CloseOther)
}
