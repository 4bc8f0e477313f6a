package roster

import (
	"math"

	"lotsen/internal/care"
)

// The columns of Vklass's reports of presence, by the abbreviations that its help explains:
// Undv. tid is the time of all lessons, Lekt. their number, N presence, GF valid and F invalid absence,
// Ej reg tid the percentage of the lessons for which no presence has been registered. Sources:
// support.vklass.se/knowledge-base/rapporter.
//
// The reports say nothing of dates and call the student by name, so it is assumed that two columns
// are added: key (or elevnummer) and datum. subject may be there as ämne or kurs. The columns in
// minutes win over those in hours; those in percent are not read.
var vklassColumns = []column{
	{"date|datum", true}, {"subject|ämne|kurs", false}, {"Undv. tid|undervisningstid", false}, {"Lekt.|lektioner", false},
	{"n min", false}, {"gf min", false}, {"f min", false}, {"n %", false}, {"gf %", false}, {"f %", false},
	{"Ej reg tid", false}, {"n h", false}, {"gf h", false}, {"f h", false},
}

// vklassRow reads a row of a report from Vklass. What is scheduled is what is registered, so that what
// is not counts neither way. Lessons are not told apart in it: how many were missed is estimated from
// their mean length, so that a few minutes late are no missed lesson.
func vklassRow(r *row, _ care.Date) care.Lessons {
	present, valid, invalid := r.spent("n"), r.spent("gf"), r.spent("f")
	all, lessons, missing := r.number("Undv. tid"), r.number("Lekt."), r.number("Ej reg tid")
	if missing > 100 {
		r.fault("Ej reg tid", "is more than 100 %")
	}
	if all > 0 && present+valid+invalid > math.Ceil(all) {
		r.fault("Undv. tid", "is less than presence and absence together")
	}
	registered := present + valid + invalid
	if !r.has("n min") && !r.has("n h") {
		registered = math.Max(math.Round(all*(1-missing/100)), valid+invalid)
	}
	l := care.Lessons{Scheduled: int(registered), Valid: int(valid), Invalid: int(invalid), Unreported: registered == 0}
	if lessons > 0 && all > 0 && registered > 0 {
		l.Total, l.Absent, l.Without = missedLessons(l, all/lessons)
	}
	return l
}

// spent is a time in minutes, from the column in minutes or else the one in hours.
func (r *row) spent(of string) float64 {
	if r.text(of+" min") != "" {
		return math.Round(r.number(of + " min"))
	}
	return math.Round(r.number(of+" h") * 60)
}

// missedLessons estimates from minutes how many lessons were registered, missed, and missed without a
// valid reason, when a lesson takes so long. As long as there was any presence, one was not missed.
func missedLessons(l care.Lessons, length float64) (total, absent, without int) {
	of := func(minutes int) int { return int(math.Round(float64(minutes) / length)) }
	total = max(of(l.Scheduled), 1)
	absent = min(of(l.Valid+l.Invalid), total)
	switch present := l.Scheduled - l.Valid - l.Invalid; {
	case present == 0:
		absent = total
	case absent == total:
		absent--
	}
	without = min(of(l.Invalid), absent)
	if l.Valid == 0 {
		without = absent
	}
	return total, absent, without
}
