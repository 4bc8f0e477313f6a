package care

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// CodeDaysUnclear is for days that cannot be read. Word is what was typed.
const CodeDaysUnclear Code = "days_unclear"

var (
	isoDay    = regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	weekday   = regexp.MustCompile(`\b(?:man|tis|tir|tys|ons|tor|fre|lor|lau|son)[a-z]*\.? +`)
	until     = regexp.MustCompile(` +(?:till|til|t\.? ?o\.? ?m\.?) +`)
	typedDay  = regexp.MustCompile(`^(\d{1,2})(?:[./ ]+(\d{1,2})|[. ]*([a-z]{3,}))?(?:[./ ]+(\d{4}))?\.?$`)
	monthName = []string{"januari|januar", "februari|februar", "mars", "april", "maj|mai", "juni", "juli", "augusti|august",
		"september", "oktober", "november", "december|desember"}
)

// ParseDays reads a day or a span of days as people write them in any of the three languages:
// 2026-11-26, 26/11, 26.11., "26 nov", 26/11–30/11, 26–30 nov. A day without its year is the one
// that lies nearest. It returns an *Error with CodeDaysUnclear.
func ParseDays(text string, today Date) (Period, error) {
	unclear := &Error{Code: CodeDaysUnclear, Args: map[string]any{"Word": Truncate(text, 60)}}
	folded := strings.Map(func(r rune) rune {
		if isDash(r) {
			return '-'
		}
		return r
	}, Fold(text))
	folded = isoDay.ReplaceAllString(folded, "$3.$2.$1")
	folded = until.ReplaceAllString(weekday.ReplaceAllString(folded, ""), "-")
	first, last, span := strings.Cut(folded, "-")
	to, ok := readDay(last)
	if !span {
		to, ok = readDay(first)
	}
	if !ok || to.month == 0 {
		return Period{}, unclear
	}
	p := Period{To: to.near(today)}
	p.From = p.To
	if span {
		from, ok := readDay(first)
		if !ok {
			return Period{}, unclear
		}
		if from.month == 0 {
			from.month, from.year = to.month, to.year
		}
		p.From = from.near(p.To)
	}
	if p.From == "" || p.To == "" {
		return Period{}, unclear
	}
	return p, nil
}

// dayTyped is a day as far as it was typed: what is 0 was not.
type dayTyped struct{ day, month, year int }

func readDay(folded string) (dayTyped, bool) {
	m := typedDay.FindStringSubmatch(strings.TrimFunc(folded, unicode.IsSpace))
	if m == nil {
		return dayTyped{}, false
	}
	var d dayTyped
	d.day, _ = strconv.Atoi(m[1])
	d.month, _ = strconv.Atoi(m[2])
	d.year, _ = strconv.Atoi(m[4])
	if m[3] != "" {
		for i, names := range monthName {
			for name := range strings.SplitSeq(names, "|") {
				if strings.HasPrefix(name, m[3]) {
					d.month = i + 1
				}
			}
		}
		if d.month == 0 {
			return dayTyped{}, false
		}
	}
	return d, true
}

// near is the day, in the year in which it lies nearest to another one if it was typed without;
// "" if there is no such day.
func (d dayTyped) near(other Date) Date {
	year := other.At(12, 0, time.UTC).Year()
	years := []int{year, year + 1, year - 1}
	if d.year != 0 {
		years = []int{d.year}
	}
	var nearest Date
	var least time.Duration
	for _, y := range years {
		day, err := ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, d.month, d.day))
		if err != nil {
			continue
		}
		off := day.At(12, 0, time.UTC).Sub(other.At(12, 0, time.UTC)).Abs()
		if nearest == "" || off < least {
			nearest, least = day, off
		}
	}
	return nearest
}
