package care_test

import (
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestHasPersonalNumber(t *testing.T) {
	var (
		pnr  = withLuhn(t, "121212121")      // 12 December 1912 or 2012
		leap = withLuhn(t, "960229123")      // 29 February of a leap year
		snr  = withLuhn(t, "701063239")      // samordningsnummer, 3 October
		fnr  = withMod11(t, "130972", "480") // 1972
		dnr  = withMod11(t, "530972", "480") // D-nummer, 13 September
	)
	cases := []struct {
		name string
		text string
		want bool
	}{
		// Swedish forms.
		{"personnummer, 10 digits", pnr, true},
		{"personnummer, 10 digits, hyphen", pnr[:6] + "-" + pnr[6:], true},
		{"personnummer, 10 digits, plus", pnr[:6] + "+" + pnr[6:], true},
		{"personnummer, 10 digits, space", pnr[:6] + " " + pnr[6:], true},
		{"personnummer, 10 digits, en dash", pnr[:6] + "–" + pnr[6:], true},
		{"personnummer, 10 digits, hyphen that does not break", pnr[:6] + "\u2011" + pnr[6:], true},
		{"personnummer, 10 digits, minus sign", pnr[:6] + "−" + pnr[6:], true},
		{"personnummer, 10 digits, space that does not break", pnr[:6] + "\u00a0" + pnr[6:], true},
		{"personnummer, 12 digits", "20" + pnr, true},
		{"personnummer, 12 digits, hyphen", "20" + pnr[:6] + "-" + pnr[6:], true},
		{"personnummer, 12 digits, plus", "19" + pnr[:6] + "+" + pnr[6:], true},
		{"personnummer, 12 digits, space", "20" + pnr[:6] + " " + pnr[6:], true},
		{"personnummer of the 19th century", "18" + pnr, true},
		{"leap day", leap, true},
		{"leap day, 12 digits", "19" + leap, true},
		{"leap day of 2000", "20" + withLuhn(t, "000229123"), true},
		{"leap day of a year 00", withLuhn(t, "000229123"), true},
		{"first serial", withLuhn(t, "150916001"), true},
		{"last serial", withLuhn(t, "150916999"), true},
		{"samordningsnummer, 10 digits", snr, true},
		{"samordningsnummer, hyphen", snr[:6] + "-" + snr[6:], true},
		{"samordningsnummer, 12 digits", "19" + snr, true},
		{"samordningsnummer, 12 digits, hyphen", "19" + snr[:6] + "-" + snr[6:], true},
		{"samordningsnummer, first of the month", withLuhn(t, "120561123"), true},
		{"samordningsnummer, last of the month", withLuhn(t, "120591123"), true},
		{"samordningsnummer, day unknown", "20" + withLuhn(t, "120560123"), true},
		{"samordningsnummer, month unknown", "20" + withLuhn(t, "120072123"), true},
		{"samordningsnummer, month and day unknown", "20" + withLuhn(t, "120060123"), true},

		// Swedish numbers from print: the tax agency's example and test data, and personnummer.dev.
		{"SKV 707", "701063-2391", true},
		{"Tolvan", "19121212-1212", true},
		{"test samordningsnummer, month unknown", "191500722390", true},
		{"test personnummer, a hundred years old", "090527+1474", true},
		{"test personnummer, man", "19821105-9954", true},
		{"test personnummer, woman", "9012119948", true},
		{"test samordningsnummer, man", "570574-9959", true},
		{"test samordningsnummer, woman", "197306749982", true},
		{"test number, wrong control digit", "870704-9996", false},
		{"test number, serial 000", "201509160006", false},
		{"test samordningsnummer, wrong control digit", "390182-9913", false},

		// Norwegian forms.
		{"fødselsnummer", fnr, true},
		{"fødselsnummer, space", fnr[:6] + " " + fnr[6:], true},
		{"fødselsnummer, hyphen", fnr[:6] + "-" + fnr[6:], true},
		{"fødselsnummer, space that does not break", fnr[:6] + "\u00a0" + fnr[6:], true},
		{"fødselsnummer, 1854", withMod11(t, "010154", "500"), true},
		{"fødselsnummer, 1899", withMod11(t, "311299", "748"), true},
		{"fødselsnummer, 1900", withMod11(t, "010100", "003"), true},
		{"fødselsnummer, last of the first series", withMod11(t, "010150", "499"), true},
		{"fødselsnummer, 1940 in the late series", withMod11(t, "010140", "900"), true},
		{"fødselsnummer, 1999 in the late series", withMod11(t, "311299", "998"), true},
		{"fødselsnummer, 2000", withMod11(t, "010100", "500"), true},
		{"fødselsnummer, 2039", withMod11(t, "311239", "999"), true},
		{"fødselsnummer, 2039 in the middle series", withMod11(t, "311239", "599"), true},
		{"fødselsnummer, leap day of 2000", withMod11(t, "290200", "758"), true},
		{"D-nummer", dnr, true},
		{"D-nummer, space", dnr[:6] + " " + dnr[6:], true},
		{"D-nummer, last of the month", withMod11(t, "710112", "502"), true},
		{"synthetic, month + 40", withMod11(t, "135272", "480"), true},
		{"synthetic, month + 80", withMod11(t, "109155", "967"), true},
		{"synthetic D-nummer, month + 40", withMod11(t, "684670", "388"), true},
		{"synthetic D-nummer, month + 80", withMod11(t, "508462", "023"), true},

		// Norwegian numbers from print: made by @navikt/fnrvalidator for its tests.
		{"printed fødselsnummer", "13097248022", true},
		{"printed fødselsnummer, leap day", "29029648784", true},
		{"printed fødselsnummer, control digit 11 is 0", "15021951940", true},
		{"printed D-nummer", "53097248016", true},
		{"printed synthetic number of NAV", "13527248013", true},
		{"printed synthetic number of Test-Norge", "10915596784", true},
		{"printed number, wrong first control digit", "13097248032", false},
		{"printed number, wrong second control digit", "13097248023", false},

		// Where a number stands.
		{"in a sentence", "Ringde hem, hans nummer är " + pnr[:6] + "-" + pnr[6:] + ", kommer i morgon", true},
		{"in a Norwegian sentence", "Snakket med mor (fnr. " + fnr + ").", true},
		{"between letters", "å" + pnr + "ö", true},
		{"between letters, hyphen", "pnr" + pnr[:6] + "-" + pnr[6:] + "mor", true},
		{"between punctuation", "(" + fnr + ")", true},
		{"after an emoji", "🍎" + fnr, true},
		{"in an address", "elev." + pnr + "@skola.se", true},
		{"after another number", "7 " + pnr[:6] + "-" + pnr[6:], true},
		{"before another number", pnr[:6] + "-" + pnr[6:] + " 7", true},
		{"after six other digits", "123456 " + pnr[:6] + " " + pnr[6:], true},
		{"after one that is wrong", "121212-1213 " + pnr, true},
		{"on another line", "samtal\n" + pnr + "\nringde", true},
		{"after bytes that are no text", "\xff" + pnr, true},
		{"within a longer run", "1" + pnr, false},
		{"before a longer run's end", pnr + "1", false},
		{"fødselsnummer before a longer run's end", fnr + "1", false},
		{"hyphen, but a longer run", "1" + pnr[:6] + "-" + pnr[6:], false},
		{"hyphen, but a longer last part", pnr[:6] + "-" + pnr[6:] + "1", false},
		{"two joints", pnr[:6] + "--" + pnr[6:], false},
		{"halves on two lines", pnr[:6] + "\n" + pnr[6:], false},
		{"joint in the wrong place", pnr[:5] + "-" + pnr[5:], false},

		// Near misses.
		{"empty", "", false},
		{"no digits", "Ringde hem, ikkje svar", false},
		{"wrong Luhn digit", changeLast(pnr), false},
		{"wrong Luhn digit, 12 digits", "20" + changeLast(pnr), false},
		{"wrong Luhn digit, hyphen", pnr[:6] + "-" + changeLast(pnr)[6:], false},
		{"wrong Luhn digit of a samordningsnummer", changeLast(snr), false},
		{"month 13", withLuhn(t, "121312123"), false},
		{"month 00", withLuhn(t, "120012123"), false},
		{"day 00", withLuhn(t, "121200123"), false},
		{"day 32", withLuhn(t, "121232123"), false},
		{"31 April", withLuhn(t, "120431123"), false},
		{"29 February of a common year", withLuhn(t, "970229123"), false},
		{"29 February 1900", "19" + withLuhn(t, "000229123"), false},
		{"day between person and samordning", withLuhn(t, "121245123"), false},
		{"samordningsnummer, 31 April", withLuhn(t, "120491123"), false},
		{"samordningsnummer, day 32", withLuhn(t, "121292123"), false},
		{"samordningsnummer, month 13", withLuhn(t, "121372123"), false},
		{"17th century", "16" + pnr, false},
		{"22nd century", "21" + pnr, false},
		{"9 digits", pnr[:9], false},
		{"13 digits", "120" + pnr, false},
		{"fødselsnummer, both control digits wrong", "13097248011", false},
		{"fødselsnummer, 31 April", withMod11(t, "310472", "480"), false},
		{"fødselsnummer, month 13", withMod11(t, "131372", "480"), false},
		{"fødselsnummer, month 00", withMod11(t, "130072", "480"), false},
		{"fødselsnummer, month + 65", withMod11(t, "137472", "479"), false},
		{"fødselsnummer, day 00", withMod11(t, "000972", "480"), false},
		{"fødselsnummer, 29 February 1900", withMod11(t, "290200", "003"), false},
		{"D-nummer, day 72", withMod11(t, "720172", "479"), false},
		{"no series, year 40 to 53 in 500 to 749", withMod11(t, "010150", "600"), false},
		{"no series, first of 500 to 749", withMod11(t, "010150", "500"), false},
		{"no series, year 40", withMod11(t, "010140", "600"), false},
		{"no series, year 40 to 99 in 750 to 899", withMod11(t, "010172", "800"), false},
		{"organisation number, Swedish", "556016-0680", false},
		{"organisation number, Norwegian", "974760673", false},
		{"account number, Norwegian", "1234.56.78911", false},

		// What people do write.
		{"mobile, Swedish", "070-174 06 05", false},
		{"mobile, Swedish, in one", "0701740606", false},
		{"mobile, Swedish, country code", "+46701740606", false},
		{"telephone, Stockholm", "08-123 456 78", false},
		{"mobile, Norwegian", "412 34 567", false},
		{"mobile, Norwegian, country code", "+47 41234567", false},
		{"date", "2026-11-22", false},
		{"date in one", "20261122", false},
		{"short date", "261122", false},
		{"two dates", "2026-11-22–2026-12-01", false},
		{"date and time", "2026-11-22 13:30", false},
		{"date and time in one", "202611221345", false},
		{"Norwegian date", "22.11.2026", false},
		{"time", "kl. 08.15-09.00", false},
		{"ref", "8B-K3F", false},
		{"refs", "8B-K3F, 9A-234, 1STE-7X2 samtal", false},
		{"lesson minutes", "240 60 0", false},
		{"time stamp of Slack", "1700000000.000100", false},
		{"milliseconds", "1763769600000", false},
		{"digits of another script", "١٢١٢١٢١٢١٢", false},
		{"many digits", strings.Repeat("1", 100_000), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := care.HasPersonalNumber(c.text); got != c.want {
				t.Errorf("HasPersonalNumber(%.60q) = %t, want %t", c.text, got, c.want)
			}
		})
	}
}

// Of the ten last digits to one number exactly one is right, and of the hundred last two at most one.
func TestHasPersonalNumberControlDigits(t *testing.T) {
	digits := "0123456789"
	var swedish, norwegian int
	for _, first := range digits {
		if care.HasPersonalNumber("150916123" + string(first)) {
			swedish++
		}
		for _, second := range digits {
			if care.HasPersonalNumber("130972480" + string(first) + string(second)) {
				norwegian++
			}
		}
	}
	if swedish != 1 || norwegian != 1 {
		t.Errorf("%d Swedish and %d Norwegian endings are right, want 1 and 1", swedish, norwegian)
	}
}

func FuzzHasPersonalNumber(f *testing.F) {
	for _, seed := range []string{
		"", "1", "-", "121212-1212", "191212121212", "701063 2391", "13097248022", "530972 48016",
		"å121212–1212ö", "121212\u00a01212", "121212-1212-1212", "\xff12121212", strings.Repeat("121212 ", 9),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := care.HasPersonalNumber(text)
		for _, around := range []string{" ", "\n", "å", ", "} {
			if got := care.HasPersonalNumber(around + text + around); got != found {
				t.Errorf("HasPersonalNumber(%q) = %t, but between two %q %t", text, found, around, got)
			}
		}
	})
}

// withLuhn adds the control digit of a Swedish number to its first nine digits, by the tax
// agency's way of reckoning: the products' digits are added and the sum is filled up to tens.
func withLuhn(t *testing.T, nine string) string {
	t.Helper()
	if len(nine) != 9 {
		t.Fatalf("withLuhn(%q): want nine digits", nine)
	}
	doubled := [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	var sum int
	for i, r := range nine {
		if digit := int(r - '0'); i%2 == 0 {
			sum += doubled[digit]
		} else {
			sum += digit
		}
	}
	return nine + string(rune('0'+(10-sum%10)%10))
}

// withMod11 adds the two control digits of a Norwegian number. A series number that would
// need the digit 10 is never given out, and fails the test.
func withMod11(t *testing.T, date, individual string) string {
	t.Helper()
	number := date + individual
	for _, weights := range []string{"376189452", "5432765432"} {
		var sum int
		for i, r := range number {
			sum += int(r-'0') * int(weights[i]-'0')
		}
		control := (11 - sum%11) % 11
		if control == 10 {
			t.Fatalf("withMod11(%q, %q): is never given out, choose another", date, individual)
		}
		number += string(rune('0' + control))
	}
	return number
}

// changeLast gives number another last digit.
func changeLast(number string) string {
	last := len(number) - 1
	return number[:last] + string('0'+(number[last]-'0'+1)%10)
}
