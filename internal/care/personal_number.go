package care

import (
	"regexp"
	"strconv"
	"time"
)

var (
	digitRuns = regexp.MustCompile(`[0-9]+`)
	// numberJoint is what people and their keyboards put before the last digits of a personal number.
	numberJoint = regexp.MustCompile(`^[-+ \x{00A0}\x{202F}\x{2010}-\x{2013}\x{2212}]$`)
	// numberHalves are the lengths of the two runs of digits that a joint may part.
	numberHalves = map[[2]int]bool{{6, 4}: true, {8, 4}: true, {6, 5}: true}
)

// HasPersonalNumber reports whether text holds a personal number: a Swedish personnummer or
// samordningsnummer of 10 or 12 digits, or a Norwegian fødselsnummer or D-nummer of 11, whole
// or with one hyphen, plus sign or space before the last digits. It may stand anywhere, also
// between letters, but not within a longer run of digits. Date and control digits must be
// right; Norway's synthetic numbers count as well. Another number that happens to meet the
// rules (a telephone number in one run, a date and clock time in one) counts too: about one
// in ten of those that read as a Swedish date do.
//
// Sources: Skatteverket, SKV 704 (personnummer) and SKV 707 (samordningsnummer), and its test
// data, where a birth date in doubt has month 00 and day 60; Skatteetaten, "Fødselsnummer" and
// "D-nummer", and forskrift om folkeregistrering § 2-2 (2007) for the series of each century.
func HasPersonalNumber(text string) bool {
	if len(text) < 10 { // as most cells of files are
		return false
	}
	var before string // the run of digits before this one, and where it ended
	var end int
	for _, at := range digitRuns.FindAllStringIndex(text, -1) {
		run := text[at[0]:at[1]]
		if isPersonalNumber(run) {
			return true
		}
		if numberHalves[[2]int{len(before), len(run)}] && numberJoint.MatchString(text[end:at[0]]) && isPersonalNumber(before+run) {
			return true
		}
		before, end = run, at[1]
	}
	return false
}

func isPersonalNumber(digits string) bool {
	switch len(digits) {
	case 10: // the century is unknown; of three, 2000 to 2099 has every leap day that the others have
		return isSwedishNumber("20" + digits)
	case 11:
		return isNorwegianNumber(digits)
	case 12:
		return isSwedishNumber(digits)
	}
	return false
}

// isSwedishNumber checks YYYYMMDDNNNC: C is the Luhn digit of all but the century.
func isSwedishNumber(digits string) bool {
	century, serial := digits[:2], digits[8:11]
	if century != "18" && century != "19" && century != "20" || serial == "000" {
		return false
	}
	year, month, day := toInt(digits[:4]), toInt(digits[4:6]), toInt(digits[6:8])
	if day >= 60 { // samordningsnummer; what is not known of the date is 0
		month, day = max(month, 1), max(day-60, 1)
	}
	return isCalendarDay(year, month, day) && hasLuhnDigit(digits[2:])
}

func hasLuhnDigit(digits string) bool {
	var sum int
	for i := range digits {
		product := int(digits[i]-'0') * (2 - i%2)
		sum += product/10 + product%10
	}
	return sum%10 == 0
}

// The weights of a fødselsnummer's two control digits, the control digit itself with weight 1.
var norwegianWeights = [2][]int{
	{3, 7, 6, 1, 8, 9, 4, 5, 2, 1},
	{5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1},
}

// isNorwegianNumber checks DDMMYYNNNCC. A D-nummer has 40 added to the day; numbers of test
// populations have 40 or 80 added to the month.
func isNorwegianNumber(digits string) bool {
	day, month := toInt(digits[:2]), toInt(digits[2:4])
	if day > 40 {
		day -= 40
	}
	if month > 80 {
		month -= 80
	} else if month > 40 {
		month -= 40
	}
	year, ok := norwegianYear(toInt(digits[4:6]), toInt(digits[6:9]))
	if !ok || !isCalendarDay(year, month, day) {
		return false
	}
	for _, weights := range norwegianWeights {
		var sum int
		for i, weight := range weights {
			sum += int(digits[i]-'0') * weight
		}
		if sum%11 != 0 {
			return false
		}
	}
	return true
}

// norwegianYear adds the century, which the individual number tells, to a year of two digits.
func norwegianYear(year, individual int) (int, bool) {
	switch {
	case individual < 500:
		return 1900 + year, true
	case year < 40:
		return 2000 + year, true
	case individual >= 900:
		return 1900 + year, true
	case individual < 750 && year >= 54:
		return 1800 + year, true
	}
	return 0, false
}

func isCalendarDay(year, month, day int) bool {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date.Month() == time.Month(month) && date.Day() == day
}

// toInt reads a few digits.
func toInt(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
