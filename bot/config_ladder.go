package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"lotsen/internal/care"
)

// ladderConfig is a school's own ladder as lotsen.yaml writes it: what to do about absence, step by step.
type ladderConfig struct {
	ID        string
	Country   care.Country
	Version   int
	ValidFrom care.Date
	Steps     []ladderStepConfig
}

// ladderStepConfig is one step. Any of When is enough to reach it. Due and Followup count school
// days; a Followup of 0 was not given.
type ladderStepConfig struct {
	N             int
	When          []ladderTriggerConfig
	Acts          []care.Role
	Do            map[care.Lang]string
	Due, Followup int
	Escalate      ladderEscalateConfig
}

// ladderTriggerConfig is a figure that a student's absence reaches within a window.
type ladderTriggerConfig struct {
	Measure string
	AtLeast float64
	Window  ladderWindowConfig
}

// ladderWindowConfig is a number of school days or, when that is 0, a Span: month, term, year, or
// empty for a measure that has no window.
type ladderWindowConfig struct {
	Days int
	Span string
}

// ladderEscalateConfig says who is told when nobody acts, and how many school days after the due
// day; a nil After means that nothing more is sent, an empty To that nobody was named.
type ladderEscalateConfig struct {
	After *int
	To    care.Role
}

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

// configMeasures are the figures that a trigger may name, and whether each needs a window.
var configMeasures = map[string]bool{
	"unreported_lessons": false, "invalid_lessons": true, "invalid_min": true, "total_pct": true,
	"days": true, "days_in_row": false, "occasions": true, "single_lessons": true, "late": true,
	"subject_limit_pct": false, "step_open": false,
}

// configActors are the roles that a step may address.
var configActors = []string{string(care.Mentor), string(care.EHT), string(care.Principal), string(care.Admin)}

func (r *configReader) ladders(v configValue) []ladderConfig {
	var ladders []ladderConfig
	lines := map[string]int{}
	for _, item := range r.list(v) {
		l := r.ladder(item)
		if _, builtin := configLadders[l.ID]; builtin {
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

func (r *configReader) ladder(v configValue) ladderConfig {
	o := r.object(v, configLadderKeys["ladder"])
	l := ladderConfig{
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

func (r *configReader) ladderStep(v configValue) ladderStepConfig {
	o := r.object(v, configLadderKeys["step"])
	if !o.has("n") {
		o.missing("n", "write the step's number, such as n: 1")
	}
	return ladderStepConfig{
		N:        configOr(o, "n", r.number(0, 20), -1),
		When:     configMust(o, "when", configEach(r, r.ladderTrigger)),
		Acts:     configMust(o, "acts", r.actors),
		Do:       configMust(o, "do", r.ladderWords),
		Due:      configMust(o, "due", r.number(0, 200)),
		Followup: configOr(o, "followup", r.number(1, 200), 0),
		Escalate: configOr(o, "escalate", r.escalate, ladderEscalateConfig{}),
	}
}

func (r *configReader) ladderTrigger(v configValue) ladderTriggerConfig {
	o := r.object(v, configLadderKeys["when"])
	t := ladderTriggerConfig{
		Measure: configMust(o, "measure", r.oneOf(slices.Sorted(maps.Keys(configMeasures))...)),
		Window:  configOr(o, "window", r.window, ladderWindowConfig{}),
	}
	t.AtLeast = configMust(o, "at_least", func(v configValue) float64 { return r.atLeast(v, t.Measure) })
	if configMeasures[t.Measure] && !o.has("window") {
		o.missing("window", t.Measure+" is counted over one: a number of school days, month, term or year")
	}
	return t
}

// atLeast reads the figure of a trigger: a percentage, or a count of whole things.
func (r *configReader) atLeast(v configValue, measure string) float64 {
	if !strings.HasSuffix(measure, "_pct") {
		return float64(r.number(1, 100000)(v))
	}
	s, ok := r.scalar(v)
	pct, err := strconv.ParseFloat(s, 64)
	if ok && (err != nil || !(0 < pct && pct <= 100)) {
		r.fault(v, "%s is no percentage; write a number above 0 and up to 100, such as 10 or 7.5", configQuote(s))
	}
	return pct
}

func (r *configReader) window(v configValue) ladderWindowConfig {
	s, ok := r.scalar(v)
	if !ok || s == "month" || s == "term" || s == "year" {
		return ladderWindowConfig{Span: s}
	}
	days, err := strconv.Atoi(s)
	if err != nil || days < 1 || days > 366 {
		r.fault(v, "%s is no window; write a number of school days, such as 20, or month, term or year", configQuote(s))
	}
	return ladderWindowConfig{Days: days}
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

func (r *configReader) escalate(v configValue) ladderEscalateConfig {
	o := r.object(v, configLadderKeys["escalate"])
	e := ladderEscalateConfig{To: configMust(o, "to", r.actor)}
	if after, ok := o.get("after"); ok {
		days := r.number(0, 200)(after)
		e.After = &days
	}
	return e
}
