package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"lotsen/internal/care"
)

// configReader reads a YAML tree and gathers every fault in it, so that one run shows them all.
type configReader struct {
	file   string
	faults []configFault
}

type configFault struct {
	line int
	text string
}

// configValue is a node, where it stands (schools[0].lunch), and what would be right there.
type configValue struct {
	node         *yaml.Node
	path, sample string
}

// configEntry is a key and its value.
type configEntry struct {
	key   *yaml.Node
	value configValue
}

// configObject is a mapping whose keys have been checked.
type configObject struct {
	r       *configReader
	value   configValue
	fields  map[string]configValue
	samples map[string]string
	told    map[string]bool // keys of which a fault has told already, so that none is called missing
}

func (r *configReader) fault(v configValue, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if v.path != "" {
		text = v.path + ": " + text
	}
	r.faults = append(r.faults, configFault{v.node.Line, text})
}

// err joins all faults in the order of their lines; nil when there are none.
func (r *configReader) err() error {
	slices.SortStableFunc(r.faults, func(a, b configFault) int { return a.line - b.line })
	var errs []error
	for _, f := range r.faults {
		errs = append(errs, fmt.Errorf("%s:%d: %s", r.file, max(f.line, 1), f.text))
	}
	return errors.Join(errs...)
}

// document returns the one YAML document of data.
func (r *configReader) document(data []byte) (configValue, bool) {
	at := func(line int) configValue { return configValue{node: &yaml.Node{Kind: yaml.MappingNode, Line: line}} }
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(line) {
			r.fault(at(i+1), "this line is not UTF-8; save the file as UTF-8")
			return configValue{}, false
		}
	}
	documents, err := configDocuments(data)
	switch {
	case err != nil:
		r.fault(at(configBrokenLine(data)), "this is not YAML (%s); check indentation (spaces, no tabs), quotes and brackets", configProblem(err))
		return configValue{}, false
	case len(documents) > 1:
		r.fault(at(documents[1].Line), "a second YAML document begins here; keep one, without a line ---")
		return configValue{}, false
	case len(documents) == 0 || !configGiven(documents[0].Content[0]):
		return at(1), true
	}
	return configValue{node: documents[0].Content[0]}, true
}

// configDocuments reads at most two YAML documents: one is right, and two are one too many.
func configDocuments(data []byte) ([]*yaml.Node, error) {
	var documents []*yaml.Node
	for dec := yaml.NewDecoder(bytes.NewReader(data)); len(documents) < 2; {
		var node yaml.Node
		if err := dec.Decode(&node); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		documents = append(documents, &node)
	}
	return documents, nil
}

// configBrokenLine finds the line at which data stops being YAML: the one after the longest run of
// lines that still is. The parser's own line is often that of the block around it. A run that ends
// within brackets or quotes is no YAML although nothing is wrong, so one bad run proves little, and
// twenty that follow each other are taken as proof.
func configBrokenLine(data []byte) int {
	const proof = 20
	lines := bytes.SplitAfter(data, []byte("\n"))
	good := func(n int) bool {
		_, err := configDocuments(bytes.Join(lines[:n], nil))
		return err == nil
	}
	low, high := 0, len(lines) // so many lines are YAML, and so many are not
	for high-low > 2*proof {
		middle := (low + high) / 2
		n := middle
		for n > middle-proof && !good(n) {
			n--
		}
		if n > middle-proof {
			low = n
		} else {
			high = n + 1
		}
	}
	for n := high - 1; n > low; n-- {
		if good(n) {
			return n + 1
		}
	}
	return low + 1
}

// configProblem is the parser's complaint without its prefix and line.
func configProblem(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		_, text, _ = strings.Cut(rest, ": ")
	}
	return text
}

// configGiven tells a value from one that is left empty: null, "", [] and {} all mean the default.
func configGiven(n *yaml.Node) bool {
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Value != "" && n.Tag != "!!null"
	case yaml.AliasNode:
		return true
	}
	return len(n.Content) > 0
}

// entries returns the keys and values of a mapping, each key once.
func (r *configReader) entries(v configValue) []configEntry {
	if v.node.Kind != yaml.MappingNode {
		r.wrongShape(v, "keys with values")
		return nil
	}
	var entries []configEntry
	lines := map[string]int{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key, value := v.node.Content[i], v.node.Content[i+1]
		at := configValue{node: key, path: v.path}
		switch line := lines[key.Value]; {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
			r.fault(at, "a key must be a plain word; take this one away")
			continue
		case line > 0:
			r.fault(at.under(key.Value), "is written twice, first on line %d; keep one", line)
			continue
		}
		lines[key.Value] = key.Line
		entries = append(entries, configEntry{key, configValue{node: value, path: at.under(key.Value).path}})
	}
	return entries
}

// object reads a mapping whose keys are known; others are refused.
func (r *configReader) object(v configValue, known []configKey) configObject {
	o := configObject{r: r, value: v, fields: map[string]configValue{}, samples: map[string]string{}, told: map[string]bool{}}
	var names []string
	for _, k := range known {
		names = append(names, k.name)
		o.samples[k.name] = k.sample
		o.told[k.name] = v.node.Kind != yaml.MappingNode
	}
	for _, e := range r.entries(v) {
		sample, ok := o.samples[e.key.Value]
		if !ok {
			e.value.node = e.key
			r.fault(e.value, "unknown key; %s", configChoice(e.key.Value, names))
			o.told[configNearest(e.key.Value, names)] = true
			continue
		}
		e.value.sample = sample
		o.fields[e.key.Value] = e.value
	}
	return o
}

// get returns the value of a key that was given and is not empty.
func (o configObject) get(key string) (configValue, bool) {
	v, ok := o.fields[key]
	return v, ok && configGiven(v.node)
}

func (o configObject) has(keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { _, ok := o.get(key); return !ok })
}

// missing reports that a key is needed, at its line if it stands there empty.
func (o configObject) missing(key, remedy string) {
	if o.told[key] {
		return
	}
	v, ok := o.fields[key]
	if !ok {
		v = o.value.under(key)
	}
	o.r.fault(v, "is missing; %s", remedy)
}

// configOr reads the value of a key, or returns otherwise.
func configOr[T any](o configObject, key string, read func(configValue) T, otherwise T) T {
	if v, ok := o.get(key); ok {
		return read(v)
	}
	return otherwise
}

// configMust reads the value of a key that is needed.
func configMust[T any](o configObject, key string, read func(configValue) T) T {
	v, ok := o.get(key)
	if ok {
		return read(v)
	}
	o.missing(key, "write one such as "+o.samples[key])
	var none T
	return none
}

func (r *configReader) list(v configValue) []configValue {
	if v.node.Kind != yaml.SequenceNode {
		r.wrongShape(v, "a list")
		return nil
	}
	var items []configValue
	for i, n := range v.node.Content {
		items = append(items, configValue{node: n, path: fmt.Sprintf("%s[%d]", v.path, i), sample: v.sample})
	}
	return items
}

// configEach reads every item of a list alike.
func configEach[T any](r *configReader, read func(configValue) T) func(configValue) []T {
	return func(v configValue) []T {
		var items []T
		for _, item := range r.list(v) {
			items = append(items, read(item))
		}
		return items
	}
}

// scalar reads one line of text, whatever type YAML would guess for it: NO, 07:30 and 2026-08-17
// are what they look like.
func (r *configReader) scalar(v configValue) (string, bool) {
	switch n := v.node; {
	case n.Kind != yaml.ScalarNode:
		r.wrongShape(v, "one value")
	case !configGiven(n):
		r.fault(v, "is empty; write a value or take it away")
	case len(n.Value) > 500 || strings.ContainsFunc(n.Value, func(c rune) bool { return !unicode.IsPrint(c) }):
		r.fault(v, "is longer than 500 bytes or more than one line of plain text; shorten it")
	default:
		return n.Value, true
	}
	return "", false
}

func (r *configReader) text(v configValue) string {
	s, _ := r.scalar(v)
	return s
}

func (r *configReader) matching(form *regexp.Regexp, remedy string) func(configValue) string {
	return func(v configValue) string {
		s, ok := r.scalar(v)
		if ok && !form.MatchString(s) {
			r.fault(v, "%s is no %s", configQuote(s), remedy)
		}
		return s
	}
}

func (r *configReader) oneOf(choices ...string) func(configValue) string {
	return func(v configValue) string {
		s, ok := r.scalar(v)
		if ok && !slices.Contains(choices, s) {
			r.fault(v, "%s is not known here; %s", configQuote(s), configChoice(s, choices))
		}
		return s
	}
}

// number reads a whole number within bounds, and returns -1 for anything else.
func (r *configReader) number(low, high int) func(configValue) int {
	return func(v configValue) int {
		s, ok := r.scalar(v)
		n, err := strconv.Atoi(s)
		if ok && err == nil && low <= n && n <= high {
			return n
		}
		if ok {
			r.fault(v, "%s is no whole number from %d to %d; write one such as %s", configQuote(s), low, high, v.sample)
		}
		return -1
	}
}

func (r *configReader) date(v configValue) care.Date {
	s, ok := r.scalar(v)
	d, err := care.ParseDate(s)
	if ok && (err != nil || d < "2000-01-01" || "2100-01-01" <= d) {
		r.fault(v, "%s is no date; write a day that exists as YYYY-MM-DD, such as 2026-08-17", configQuote(s))
		return ""
	}
	return d
}

// clock reads a time of day, and returns -1 for anything else.
func (r *configReader) clock(v configValue) care.Clock {
	s, ok := r.scalar(v)
	if m := configClock.FindStringSubmatch(s); m != nil {
		hour, _ := strconv.Atoi(m[1])
		minute, _ := strconv.Atoi(m[2])
		return care.Clock(hour*60 + minute)
	}
	if ok {
		r.fault(v, `%s is no time of day; write it in quotes as HH:MM, such as "07:30"`, configQuote(s))
	}
	return -1
}

// wrongShape reports a list where a value belongs, and the like.
func (r *configReader) wrongShape(v configValue, wanted string) {
	is := map[yaml.Kind]string{yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value"}[v.node.Kind]
	switch {
	case v.node.Kind == yaml.AliasNode:
		r.fault(v, "is an alias (*); write the value out here")
	case v.path == "":
		r.fault(v, "the file is %s and should be keys with values; begin with a line schools:", is)
	default:
		r.fault(v, "is %s and should be %s; write such as %s", is, wanted, v.sample)
	}
}

func (v configValue) under(key string) configValue {
	if !configKeyForm.MatchString(key) || configToken.MatchString(key) {
		key = configQuote(key)
	}
	if v.path != "" {
		key = v.path + "." + key
	}
	return configValue{node: v.node, path: key}
}

// configQuote shows a value in a fault, shortened. A token pasted at the wrong place is not shown.
func configQuote(s string) string {
	if configToken.MatchString(s) {
		return "what looks like a secret (not shown)"
	}
	if runes := []rune(s); len(runes) > 60 {
		s = string(runes[:60]) + "…"
	}
	return strconv.Quote(s)
}

// configChoice is the remedy for a word that is none of choices.
func configChoice(word string, choices []string) string {
	if near := configNearest(word, choices); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(choices, ", ")
}

// configNearest is the one of choices that word is a misspelling of, or empty.
func configNearest(word string, choices []string) string {
	plain := strings.NewReplacer("_", "", "-", "", " ", "")
	word = plain.Replace(strings.ToLower(word))
	best, bestOff := "", 3
	for _, choice := range choices {
		off := configDistance(word, plain.Replace(choice))
		if off < bestOff && 2*off < len(choice) {
			best, bestOff = choice, off
		}
	}
	return best
}

// configDistance counts the letters to add, drop or change to get from a to b (Levenshtein).
func configDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			off := corner
			if a[i] != b[j] {
				off++
			}
			corner = row[j+1]
			row[j+1] = min(off, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}
