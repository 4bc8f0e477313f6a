package care

// named reads the days of the reply and gives them to the acts beside which they stand; false when one cannot be told.
// It returns those that stand beside none.
func (r *reply) named() (days []namedDay, ok bool) {
	for i, p := range r.parts {
		var n namedDay
		switch {
		case r.unknown(i) && r.isHour(i):
			n = namedDay{clock: Clock(r.tokens[p.from].n * 60), isClock: true}
		case p.phrase == nil || p.Day == "":
			continue
		default:
			if n, ok = r.calendar.read(p.Day, r.tokens[p.from:p.to]); !ok {
				return nil, false
			}
		}
		act, same := r.beside(i)
		if act < 0 {
			if len(r.says) == 0 {
				days = append(days, n)
			}
			continue
		}
		if r.comes(i) {
			if r.says[act].Act != ActKnown || n.first == "" {
				continue
			}
			n.last = n.first.AddDays(-1)
		}
		r.says[act].days = append(r.says[act].days, n)
		r.says[act].own = r.says[act].own || same && n.first > r.today
		if n.odd != "" {
			days = append(days, n)
		}
	}
	return days, true
}

// comes reports whether a day is the one on which the student comes.
func (r *reply) comes(i int) bool {
	from, _ := r.clause(i)
	for j := i - 1; j >= from; j-- {
		if r.is(j, meansComes) {
			return true
		}
	}
	return false
}

// beside is the act beside which part i stands, or -1: in its clause with nothing unknown between, or in a clause that
// names only days. same: it is in the act's own clause.
func (r *reply) beside(i int) (act int, same bool) {
	from, to := r.clause(i)
	free := func(a, b int) bool {
		for j := a; j < b; j++ {
			if r.unknown(j) && !r.isHour(j) || r.is(j, meansWhy, meansReport) {
				return false
			}
		}
		return true
	}
	before, after := -1, -1
	for k, s := range r.says {
		if s.at < i {
			before = k
		} else if after < 0 {
			after = k
		}
	}
	switch {
	case before >= 0 && r.says[before].at >= from:
		if free(r.says[before].at+1, i) {
			return before, true
		}
		return -1, false
	case after >= 0 && r.says[after].at < to:
		return after, true
	}
	for j := from; j < to; j++ {
		if p := r.parts[j].phrase; p == nil && !r.isHour(j) || p != nil && p.Day == "" &&
			!r.is(j, meansFiller, meansAnd, meansBut, meansAgain, meansComes, meansSeen, meansSelf) {
			return -1, false
		}
	}
	return max(before, min(after, before+1)), false
}
