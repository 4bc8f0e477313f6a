package main

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"lotsen/internal/care"
)

// configLadderKeys are all keys of a ladder by the mapping in which they stand.
var configLadderKeys = map[string][]configKey{
	"ladder": {
		{"id", "alen-2026"}, {"country", "SE"}, {"version", "1"}, {"valid_from", "2026-08-17"},
		{"steps", "[{n: 1, …}]"},
	},
	"step": {
		{"n", "1"}, {"when", "[{measure: total_pct, at_least: 10, window: 20}]"}, {"acts", "mentor"},
		{"do", "{sv: Ring hem}"}, {"due", "3"}, {"followup", "10"}, {"escalate", "{after: 3, to: eht}"},
	},
	"when":     {{"measure", "total_pct"}, {"at_least", "10"}, {"window", "20"}},
	"do":       {{"sv", "Ring hem"}, {"nb", "Ring hjem"}, {"nn", "Ring heim"}},
	"escalate": {{"after", "3"}, {"to", "eht"}},
}

// configActors are the roles that a step may address.
var configActors = []string{string(care.Mentor), string(care.EHT), string(care.Principal), string(care.Admin)}

func (r *configReader) ladders(v configValue) []care.Ladder {
	var ladders []care.Ladder
	builtIn := care.BuiltInLadders()
	lines := map[string]int{}
	for _, item := range r.list(v) {
		l := r.ladder(item)
		if _, builtin := builtIn[l.ID]; builtin {
			r.fault(item, "%s is the id of a built-in ladder; give this one an id of its own, such as alen-2026", l.ID)
		}
		if line := lines[l.ID]; line > 0 && l.ID != "" {
			r.fault(item, "the id %s is also that of the ladder on line %d; give each ladder its own", l.ID, line)
		}
		lines[l.ID] = item.node.Line
		ladders = append(ladders, l)
	}
	return ladders
}

func (r *configReader) ladder(v configValue) care.Ladder {
	o := r.object(v, configLadderKeys["ladder"])
	l := care.Ladder{
		ID:        configMust(o, "id", r.matching(configID, "id; write letters, digits, - and _ alone, such as alen-2026")),
		Country:   configMust(o, "country", r.country),
		Version:   configMust(o, "version", r.number(1, 10000)),
		ValidFrom: configMust(o, "valid_from", r.date),
	}
	steps, ok := o.get("steps")
	if !ok {
		o.missing("steps", "write at least one, such as {n: 1, when: …, acts: mentor, do: …, due: 3}")
		return l
	}
	for _, item := range r.list(steps) {
		l.Steps = append(l.Steps, r.ladderStep(item))
		switch n := len(l.Steps) - 1; {
		case l.Steps[n].N < 0: // a fault already
		case n == 0 && l.Steps[n].N > 1:
			r.fault(item, "the first step is n: %d; number the steps from 0 or 1", l.Steps[n].N)
		case n > 0 && l.Steps[n-1].N >= 0 && l.Steps[n].N != l.Steps[n-1].N+1:
			r.fault(item, "n: %d follows n: %d; number the steps one by one", l.Steps[n].N, l.Steps[n-1].N)
		}
	}
	return l
}

func (r *configReader) ladderStep(v configValue) care.Step {
	o := r.object(v, configLadderKeys["step"])
	if !o.has("n") {
		o.missing("n", "write the step's number, such as n: 1")
	}
	return care.Step{
		N:        configOr(o, "n", r.number(0, 20), -1),
		When:     configMust(o, "when", configEach(r, r.ladderTrigger)),
		Acts:     configMust(o, "acts", r.actors),
		Do:       configMust(o, "do", r.ladderWords),
		Due:      configMust(o, "due", r.number(0, 200)),
		FollowUp: configOr(o, "followup", r.number(1, 200), 0),
		Escalate: configOr(o, "escalate", r.escalate, care.Escalation{}),
	}
}

func (r *configReader) ladderTrigger(v configValue) care.Trigger {
	o := r.object(v, configLadderKeys["when"])
	t := care.Trigger{
		Measure: configMust(o, "measure", r.measure),
		Window:  configOr(o, "window", r.window, care.Window{}),
	}
	t.AtLeast = configMust(o, "at_least", func(v configValue) float64 { return r.atLeast(v, t.Measure) })
	if care.Measures[t.Measure] && !o.has("window") {
		o.missing("window", string(t.Measure)+" is counted over one: a number of school days, month, term or year")
	}
	return t
}

func (r *configReader) measure(v configValue) care.Measure {
	var names []string
	for m := range care.Measures {
		names = append(names, string(m))
	}
	slices.Sort(names)
	return care.Measure(r.oneOf(names...)(v))
}

// atLeast reads the figure of a trigger: a percentage, or a count of whole things.
func (r *configReader) atLeast(v configValue, measure care.Measure) float64 {
	if !strings.HasSuffix(string(measure), "_pct") {
		return float64(r.number(1, 100000)(v))
	}
	s, ok := r.scalar(v)
	pct, err := strconv.ParseFloat(s, 64)
	if ok && (err != nil || !(0 < pct && pct <= 100)) {
		r.fault(v, "%s is no percentage; write a number above 0 and up to 100, such as 10 or 7.5", configQuote(s))
	}
	return pct
}

func (r *configReader) window(v configValue) care.Window {
	s, ok := r.scalar(v)
	if !ok || s == care.SpanMonth || s == care.SpanTerm || s == care.SpanYear {
		return care.Window{Span: s}
	}
	days, err := strconv.Atoi(s)
	if err != nil || days < 1 || days > 366 {
		r.fault(v, "%s is no window; write a number of school days, such as 20, or month, term or year", configQuote(s))
	}
	return care.Window{Days: days}
}

// actors reads one role or a list of them.
func (r *configReader) actors(v configValue) []care.Role {
	if v.node.Kind == yaml.SequenceNode {
		return configEach(r, r.actor)(v)
	}
	return []care.Role{r.actor(v)}
}

func (r *configReader) actor(v configValue) care.Role {
	return care.Role(r.oneOf(configActors...)(v))
}

// ladderWords reads what is to be done, in one language or several.
func (r *configReader) ladderWords(v configValue) map[care.Lang]string {
	o := r.object(v, configLadderKeys["do"])
	words := map[care.Lang]string{}
	for _, lang := range care.Langs {
		if text := configOr(o, string(lang), r.text, ""); text != "" {
			words[lang] = text
		}
	}
	return words
}

func (r *configReader) escalate(v configValue) care.Escalation {
	o := r.object(v, configLadderKeys["escalate"])
	e := care.Escalation{To: configMust(o, "to", r.actor)}
	if after, ok := o.get("after"); ok {
		days := r.number(0, 200)(after)
		e.After = &days
	}
	return e
}
