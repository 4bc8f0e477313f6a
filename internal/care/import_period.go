package care

import (
	"slices"
)

// timed is something that a person has at a school for a time: a post or a group.
type timed[T any] interface {
	*T
	span() *Period
	at() string      // the school
	what() [2]string // what it is, the same for each of its periods
}

func (p *Period) span() *Period { return p }

func (p *Post) at() string      { return p.School }
func (p *Post) what() [2]string { return [2]string{p.School, string(p.Role)} }

func (m *Mentoring) at() string      { return m.School }
func (m *Mentoring) what() [2]string { return [2]string{m.School, m.Group} }

// over reports whether p ended before that day.
func (p Period) over(day Date) bool { return p.To != "" && p.To < day }

// endBy makes last the last day of p unless p ends earlier. It reports false if p would
// not have begun by then.
func (p *Period) endBy(last Date) bool {
	if p.To == "" || p.To > last {
		p.To = last
	}
	return p.From <= last
}

// carry brings what a person has at a school up to what a row names. list holds all that they
// have and had anywhere, each thing's periods in the order of time, and is left as it is; row
// is the row's own period. What is no longer named has today as its last day. What is named
// again after its end begins anew.
func carry[T any, P timed[T]](list []T, school string, named []T, row Period, today Date) []T {
	next := endAll[T, P](list, school, today, func(old P) bool {
		return slices.ContainsFunc(named, func(n T) bool { return P(&n).what() == old.what() })
	})
	for _, n := range named {
		next = carryOne[T, P](next, n, row, today)
	}
	return next
}

// endAll makes last the last day of all that a person has at the school except what keep
// holds on to, and drops what would not have begun by then.
func endAll[T any, P timed[T]](list []T, school string, last Date, keep func(P) bool) []T {
	var next []T
	for _, old := range list {
		if p := P(&old); p.at() != school || keep(p) || p.span().endBy(last) {
			next = append(next, old)
		}
	}
	return next
}

func carryOne[T any, P timed[T]](list []T, named T, row Period, today Date) []T {
	var latest, before *Period
	for i := range list {
		if p := P(&list[i]); p.what() == P(&named).what() {
			latest, before = p.span(), latest
		}
	}
	switch {
	case latest == nil:
		*P(&named).span() = row
		return append(list, named)
	case latest.over(today) && !row.over(today):
		again := Period{From: today, To: row.To}
		if row.From > latest.To {
			again.From = row.From
		}
		*P(&named).span() = again
		return append(list, named)
	}
	latest.To = row.To
	// A start before the end of an earlier period was that one's.
	if row.From != "" && (before == nil || row.From > before.To) {
		latest.From = row.From
	}
	return list
}
