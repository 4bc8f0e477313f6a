package roster

import (
	"math"
	"strings"

	"lotsen/internal/care"
)

// The columns of absence from Visma InSchool, a row a lesson. The names of its reports vary, so it is
// assumed that a file has, by these names or their English ones: elevnummer (the student's key; or
// ref), dato, kode and, for limits, fag, minutter and årstimer (the subject's hours a year). A lesson
// with no code was attended.
var vismaColumns = []column{
	{"date|dato", true}, {"subject|fag|fagkode", false}, {"code|kode|fraværskode|fråværskode", true},
	{"minutes|minutter|minutt|min|varighet", false}, {"year_hours|årstimer|årstimar|årstimetall|årstimetal", false},
	{"counts|teller|tel", false},
}

// healthCounts is the day from which also documented absence for reasons of health counts against the
// limit of a subject: forskrift til opplæringslova § 9-8, changed in the autumn of 2025.
const healthCounts care.Date = "2025-08-01"

// A vismaCode is what a code of Visma InSchool says of a lesson.
type vismaCode struct {
	valid, invalid bool
	counts         func(care.Date) bool // against the subject's limit
}

func always(care.Date) bool        { return true }
func never(care.Date) bool         { return false }
func sinceHealth(d care.Date) bool { return d >= healthCounts }

// vismaCodes are the codes of Visma InSchool: X not documented, M reported but not documented,
// D documented, § documented and left out of the diploma, ! taught elsewhere, R absence by right (the
// pupils' council, talks at the school). The last two are no absence. Why someone was absent is not
// read: a D counts as if for reasons of health, so that a warning comes too early and not too late.
// Where other documented absence is common, a column teller (ja/nei) says it of each lesson. Sources:
// Viken fylkeskommune, "Forklaring på de ulike fraværskodene"; Glemmen vgs, "Fraværskoder i VIS".
var vismaCodes = map[string]vismaCode{
	"":  {counts: never},
	"!": {counts: never},
	"R": {counts: never},
	"X": {invalid: true, counts: always},
	"M": {invalid: true, counts: always},
	"D": {valid: true, counts: sinceHealth},
	"§": {valid: true, counts: never},
}

// vismaRow reads one lesson.
func vismaRow(r *row, day care.Date) care.Lessons {
	code, ok := vismaCodes[strings.ToUpper(r.text("code"))]
	if !ok {
		r.fault("code", "is no code; the codes are X, M, D, !, R and §")
		return care.Lessons{}
	}
	minutes := r.minutes("minutes")
	l := care.Lessons{Total: 1, Scheduled: minutes, Year: int(math.Round(r.number("year_hours") * 60))}
	if code.valid || code.invalid {
		l.Absent = 1
	}
	if code.valid {
		l.Valid = minutes
	}
	if code.invalid {
		l.Without, l.Invalid = 1, minutes
	}
	counts := code.counts(day)
	if r.text("counts") != "" {
		counts = r.yes("counts") && l.Absent > 0
	}
	if counts {
		l.Limit = minutes
	}
	return l
}

// vismaAttended tells by a lesson without a code that those attended are listed: ! and R stand in
// every list.
func vismaAttended(r *row) bool { return r.text("code") == "" && len(r.bad) == 0 }
