package care

import (
	"strings"
	"unicode/utf8"
)

// numberWords are the numbers that are written as words, folded.
var numberWords = []string{1: "en ett et ein ei eit", 2: "tva to par", 3: "tre", 4: "fyra fire", 5: "fem", 6: "sex seks", 7: "sju syv",
	8: "atta atte", 9: "nio ni", 10: "tio ti", 11: "elva elleve", 12: "tolv", 14: "fjorton fjorten"}

// dayWords are what the weekdays' names begin with, folded.
var dayWords = []string{1: "man", 2: "ti ty", 3: "on", 4: "to", 5: "fr", 6: "lo la", 7: "so su"}

// fillTables reads what the words for days mean off their beginnings.
func (c *compiler) fillTables() {
	c.days, c.short, c.months, c.numbers = map[string]int{}, c.set("shortday"), map[string]int{}, map[string]int{}
	c.marks, c.next = c.set("mark"), c.set("next")
	for n, words := range numberWords {
		for w := range strings.FieldsSeq(words) {
			c.numbers[w] = n
		}
	}
	for _, class := range [3]string{"weekday", "shortday", "dayago"} {
		for w := range c.set(class) {
			for n, starts := range dayWords {
				for start := range strings.FieldsSeq(starts) {
					if strings.HasPrefix(w, start) {
						c.days[w] = n
					}
				}
			}
		}
	}
	for w := range c.set("month") {
		for i, names := range monthName {
			for name := range strings.SplitSeq(names, "|") {
				if strings.HasPrefix(name, w) || strings.HasPrefix(w, name) {
					c.months[w] = i + 1
				}
			}
		}
	}
}

// set are the folded words of a class that has nothing else.
func (c *compiler) set(class string) map[string]bool {
	set := map[string]bool{}
	for _, text := range c.yaml.Words[class] {
		for w := range strings.SplitSeq(text, "|") {
			set[Fold(w)] = true
		}
	}
	return set
}

// settled are the words in which no typo is forgiven: those of phrases that name days or make a reply unclear.
func (c *compiler) settled() map[int]bool {
	settled := map[int]bool{}
	var walk func(items []item)
	walk = func(items []item) {
		for _, it := range items {
			for _, w := range it.words {
				settled[w] = true
			}
			for _, way := range it.ways {
				walk(way)
			}
		}
	}
	for _, p := range c.phrases {
		switch p.Means {
		case meansNo, meansWill, meansAsk, meansOpens, meansWould:
			walk(p.items)
		default:
			if p.Day != "" {
				walk(p.items)
			}
		}
	}
	return settled
}

// fillLong gathers the words in which a typo is forgiven.
func (c *compiler) fillLong() {
	settled := c.settled()
	for w, id := range c.vocabulary {
		n := utf8.RuneCountInString(w)
		if n < typoLetters || settled[id] {
			continue
		}
		for len(c.long) <= n {
			c.long = append(c.long, nil)
		}
		c.long[n] = append(c.long[n], w)
	}
}
