package care

import "slices"

// forms are what the acts of the reply ask for, in the order in which it is to be done; none when they contradict
// one another.
func (r *reply) forms() Reading {
	if r.reachedAfterAll() {
		return Reading{}
	}
	r.merge()
	if !r.agree() {
		return Reading{}
	}
	var forms []CaseForm
	for _, s := range r.says {
		f, ok := r.form(s)
		if !ok {
			return Reading{}
		}
		i := slices.IndexFunc(forms, func(o CaseForm) bool { return o.Act == f.Act })
		if i < 0 {
			forms = append(forms, f)
			continue
		}
		if forms[i].FollowUp != "" && f.FollowUp != "" && forms[i].FollowUp != f.FollowUp {
			return Reading{}
		}
		if f.Reason != CloseOther {
			forms[i].Reason = f.Reason
		}
		forms[i].FollowUp = max(forms[i].FollowUp, f.FollowUp)
		forms[i].Days = append(forms[i].Days, f.Days...)
	}
	// What ends the case comes last, for after it nothing can be done.
	slices.SortStableFunc(forms, func(a, b CaseForm) int { return ends(a.Act) - ends(b.Act) })
	return Reading{Forms: forms}
}

func ends(a Act) int {
	switch a {
	case ActNeedsEHT, ActHandOver:
		return 1
	case ActWrong:
		return 2
	case ActKnown, ActClose:
		return 3
	}
	return 0
}

func (r *reply) has(acts ...Act) bool {
	return slices.ContainsFunc(r.says, func(s said) bool { return slices.Contains(acts, s.Act) })
}

func (r *reply) drop(acts ...Act) {
	r.says = slices.DeleteFunc(r.says, func(s said) bool { return slices.Contains(acts, s.Act) })
}

// reachedAfterAll reports whether someone else was reached than who was not: "mamma svarar inte men har pratat med pappa".
func (r *reply) reachedAfterAll() bool {
	in, but := false, false
	for _, p := range r.parts {
		switch {
		case p.phrase == nil:
		case p.Act == ActNotReached:
			in = true
		case p.Means == meansBut:
			but = in
		case but && !p.Whole && (p.Act == ActHome || p.Act == ActTalked):
			return true
		}
	}
	return false
}

// merge leaves the acts that count: not_reached wins over what was tried, a reminder beside an act is its follow-up,
// "done" beside what was done says nothing more, and neither does "back" where the case is closed for it.
func (r *reply) merge() {
	if r.has(ActNotReached) {
		r.drop(ActHome, ActTalked, ActDone)
	}
	if i := slices.IndexFunc(r.says, func(s said) bool { return s.Act == ActSnooze }); i >= 0 {
		for j := len(r.says) - 1; j >= 0; j-- {
			if r.says[j].Act.done() || r.says[j].Act == ActNotReached {
				r.says[j].days = append(r.says[j].days, r.says[i].days...)
				r.drop(ActSnooze)
				break
			}
		}
	}
	if i := slices.IndexFunc(r.says, func(s said) bool { return s.Act != ActDone }); i >= 0 && r.has(ActDone) {
		for _, s := range r.says {
			if s.Act == ActDone && r.says[i].Act.done() {
				r.says[i].days = append(r.says[i].days, s.days...)
			}
		}
		r.drop(ActDone)
	}
	if i := slices.IndexFunc(r.says, func(s said) bool { return s.Act == ActClose }); i >= 0 && r.has(ActBack) {
		if r.says[i].Reason == "" {
			p := *r.says[i].phrase
			p.Reason = CloseBack
			r.says[i].phrase = &p
		}
		r.drop(ActBack)
	}
}

// beside are the acts that agree with one another: each with those of its row.
var agreeing = map[Act][]Act{
	ActTalked:     {ActHome, ActMeeting, ActNeedsEHT, ActBack, ActClose, ActKnown, ActWrong, ActTake, ActHandOver},
	ActHome:       {ActMeeting, ActNeedsEHT, ActBack, ActClose, ActKnown, ActWrong, ActTake, ActHandOver},
	ActMeeting:    {ActNeedsEHT, ActBack, ActTake, ActHandOver},
	ActNotReached: {ActNeedsEHT, ActTake, ActHandOver},
	ActBack:       {ActKnown},
	ActWrong:      {ActClose},
}

// agree reports whether the acts do not contradict one another, and there is nothing left of what was only tried.
func (r *reply) agree() bool {
	for i, a := range r.says {
		for _, b := range r.says[i+1:] {
			if a.Act != b.Act && !slices.Contains(agreeing[a.Act], b.Act) && !slices.Contains(agreeing[b.Act], a.Act) {
				return false
			}
		}
	}
	for i := range r.parts {
		if r.is(i, meansTried) && !r.has(ActNotReached) || r.is(i, meansComes) && !r.has(ActKnown) && r.has(ActBack, ActSnooze) {
			return false
		}
	}
	return true
}

// form is what one act asks for; false when the days beside it make it unclear.
func (r *reply) form(s said) (f CaseForm, ok bool) {
	f.Act = s.Act
	if (s.Act == ActWrong || s.Act == ActKnown) && r.numbers(s) {
		return f, false // "23 och 24 nov": of which days it says so
	}
	switch s.Act {
	case ActSnooze:
		if len(s.days) == 0 && r.more(s) {
			return f, false // perhaps that is when
		}
		return r.snooze(s.days)
	case ActWrong:
		f.Days, ok = r.daysOf(s)
		return f, ok
	case ActKnown:
		for _, n := range s.days {
			f.FollowUp = max(f.FollowUp, n.last)
		}
		return f, true
	case ActHandOver:
		f.To, ok = r.person()
		return f, ok && f.To != ""
	case ActClose:
		f.Reason = r.reason(s)
		return f, !s.own
	case ActTake:
		return f, !s.own
	case ActNeedsEHT:
		return f, true
	case ActBack:
		if s.own || slices.ContainsFunc(s.days, func(n namedDay) bool { return n.isClock }) {
			return f, false // that is when they come
		}
	}
	if s.Bare && s.own {
		return f, false // that is when it is to be
	}
	return r.followUp(f, s)
}

// numbers reports whether a number stands in the act's clause of which it is not known what it counts.
func (r *reply) numbers(s said) bool {
	from, to := r.clause(s.at)
	return slices.ContainsFunc(r.parts[from:to], func(e element) bool {
		return e.phrase == nil && r.tokens[e.from].kind&tokenCount != 0
	})
}

// more reports whether there is something unknown in the act's clause.
func (r *reply) more(s said) bool {
	from, to := r.clause(s.at)
	return slices.ContainsFunc(r.parts[from:to], func(e element) bool { return e.phrase == nil })
}

// followUp puts an act's follow-up to the day that was named beside it. When it was done is none.
func (r *reply) followUp(f CaseForm, s said) (CaseForm, bool) {
	var clock Clock
	for _, n := range s.days {
		if n.isClock {
			clock = n.clock
		}
	}
	for _, n := range s.days {
		if n.orClock > 0 {
			clock, n.first = n.orClock, ""
		}
		if n.past || n.first == "" || n.today && (s.Act != ActMeeting || clock == 0) {
			continue
		}
		if n.from != "" || f.FollowUp != "" && f.FollowUp != n.first {
			return f, false
		}
		f.FollowUp = n.first
	}
	if s.Act == ActMeeting && f.FollowUp == "" && clock > r.now {
		f.FollowUp = r.today
	}
	return f, true
}

// daysOf are the days that were wrongly registered.
func (r *reply) daysOf(s said) (days []Date, ok bool) {
	for _, n := range s.days {
		switch {
		case n.isClock: // part of a day
			return nil, false
		case n.from != "":
			for d := n.from; d <= n.last; d = d.AddDays(1) {
				if r.school.IsSchoolDay(d) {
					days = append(days, d)
				}
			}
		case n.been != "":
			days = append(days, n.been)
		case n.first != "":
			return nil, false
		}
	}
	return days, true
}
