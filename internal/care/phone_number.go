package care

import (
	"regexp"
	"strings"
)

var (
	// digitGroups are digits with what people put between them; a point, colon or comma is none of it, for it
	// stands in dates, times and sums.
	digitGroups = regexp.MustCompile(`(?:\+ ?)?\(?\d+\)?(?:(?: ?[-/\x{2010}-\x{2013}\x{2212}] ?|[ \x{00A0}\x{202F}()]{1,2})\(?\d+\)?)*`)
	digitRun    = regexp.MustCompile(`\d+`)
	// phoneWord stands before a number of any form.
	phoneWord = regexp.MustCompile(`(?i)\b(?:tel|tele|telefon|telefonen|telefonnummer|telefonnr|tlf|tlfnr|mob|mobil|mobilen|mobilnr|mobilnummer|nummer|nummeret|numret|sms)[.:]? *(?:nr|er|är)?[.:]? *$`)
	// countWord stands before numbers that are counted or read: weeks, rooms, pages.
	countWord = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:v|vecka|veckorna|veckor|uke|ukene|veke|vekene|sal|rom|rum|sid|side|s|kap|uppgift|oppgave|oppgåve)[.:]? *$`)
	// norwegian are the ways in which eight digits are grouped.
	norwegian = map[string]bool{"8": true, "2 2 2 2": true, "3 2 3": true}
)

// HasPhoneNumber reports whether text holds a telephone number: with + or 00 and a country's code, a Swedish one with
// its area code, a Norwegian one of eight digits, or one of at least five digits after a word such as "tlf". Dates,
// clock times, weeks and years are none.
func HasPhoneNumber(text string) bool {
	for _, at := range digitGroups.FindAllStringIndex(text, -1) {
		if isPhoneNumber(text[at[0]:at[1]], text[:at[0]]) {
			return true
		}
	}
	return false
}

// isPhoneNumber reads groups of digits and what stands before them.
func isPhoneNumber(s, before string) bool {
	groups := digitRun.FindAllString(s, -1)
	digits := strings.Join(groups, "")
	n := len(digits)
	if n < 5 || n > 17 {
		return false
	}
	if phoneWord.MatchString(before) {
		return true
	}
	abroad := strings.HasPrefix(s, "+") || strings.HasPrefix(digits, "00") && len(groups[0]) >= 4
	switch area := len(groups[0]); {
	case abroad:
		return n >= 9
	case digits[0] == '0' && digits[1] != '0': // Sweden's area codes have two to four digits
		slash := area == 2 && strings.HasPrefix(s[2:], "/") // as in a date
		return n >= 8 && n <= 10 && (area >= 8 || area <= 4 && n >= 9 || area <= 3) && area > 1 && !slash && !isDayAndTime(groups)
	case digits[0] == '7' && n == 9: // a Swedish mobile without its 0
		return len(groups) == 1 || area == 2 && len(groups[1]) == 3
	case n == 8 && digits[0] >= '2':
		return norwegian[shape(groups)] && !strings.ContainsAny(s, "/()") && !isDateRun(digits) && !countWord.MatchString(before)
	}
	return false
}

// shape is the lengths of groups.
func shape(groups []string) string {
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(byte('0' + min(len(g), 9)))
	}
	return b.String()
}

// isDayAndTime reports whether groups of two digits read as a date, as in "03-12 08-15".
func isDayAndTime(groups []string) bool {
	return len(groups) >= 4 && len(groups[1]) == 2 && toInt(groups[0]) <= 31 && toInt(groups[1]) <= 12
}

// isDateRun reports whether eight digits are YYYYMMDD.
func isDateRun(digits string) bool {
	return (digits[:2] == "19" || digits[:2] == "20") && isCalendarDay(toInt(digits[:4]), toInt(digits[4:6]), toInt(digits[6:]))
}

// hasSpacedNumber reports whether groups of digits that stand apart make a personal number together:
// "2011 02 03-1234", "110203 - 1234".
func hasSpacedNumber(text string) bool {
	for _, s := range digitGroups.FindAllString(text, -1) {
		groups := digitRun.FindAllString(s, -1)
		for i := range groups {
			number := ""
			for _, g := range groups[i:] {
				if number += g; len(number) > 12 {
					break
				}
				if isPersonalNumber(number) {
					return true
				}
			}
		}
	}
	return false
}
