package handlers

import (
	"math"
	"strconv"
	"strings"

	"lotsen/internal/care"
	"lotsen/locales"
)

// figures puts those that are not nought into a list.
func (a *App) figures(req Request, school care.School, facts []care.Fact) []string {
	var lines []string
	for _, f := range facts {
		if f.Value > 0 {
			lines = append(lines, "•  "+a.figure(req, school, f))
		}
	}
	return lines
}

// figure puts a figure of absence into a sentence, with the limit that its ladder sets.
func (a *App) figure(req Request, school care.School, f care.Fact) string {
	voice := a.voice(req)
	id := "fact_" + string(f.Measure)
	args := locales.Args{
		"Invalid": escape(term(voice, school, care.TermInvalid).Indefinite),
		"Subject": escape(f.Subject),
		"From":    a.day(req, school, f.From),
		"To":      a.day(req, school, f.To),
		"Limit":   decimal(f.AtLeast),
	}
	switch f.Measure {
	case care.TotalPercent, care.SubjectLimit:
		args["Percent"] = decimal(f.Value)
		return voice.Text(id, args)
	case care.InvalidMinutes:
		args["Time"], args["Limit"] = duration(voice, int(f.Value)), duration(voice, int(f.AtLeast))
		return voice.Text(id, args)
	}
	return voice.Count(id, int(f.Value), args)
}

// decimal writes a figure as all three languages do, "12,5". It is cut, not rounded: what is almost
// at a limit must not read as having reached it.
func decimal(f float64) string {
	cut := math.Floor(f*10+1e-6) / 10 // what is short of a tenth by the machine's arithmetic alone is one
	return strings.Replace(strconv.FormatFloat(cut, 'f', -1, 64), ".", ",", 1)
}

// duration writes minutes as hours and minutes.
func duration(voice *locales.Voice, minutes int) string {
	id := "duration"
	switch {
	case minutes < 60:
		id = "duration_minutes"
	case minutes%60 == 0:
		id = "duration_hours"
	}
	return voice.Text(id, locales.Args{"Hours": minutes / 60, "Minutes": minutes % 60})
}

// absentDay says how much of a day a student was absent. Why is not known.
func (a *App) absentDay(req Request, school care.School, d care.AbsenceDay) string {
	voice := a.voice(req)
	sum := d.Sum()
	var parts []string
	switch {
	case sum.Absent > 0 && sum.Total > 0:
		parts = append(parts, voice.Count("absent_lessons_of", sum.Total, locales.Args{"Absent": sum.Absent}))
	case sum.Absent > 0:
		parts = append(parts, voice.Count("absent_lessons", sum.Absent))
	case sum.Valid+sum.Invalid > 0:
		parts = append(parts, voice.Text("absent_time", locales.Args{"Time": duration(voice, sum.Valid+sum.Invalid)}))
	}
	invalid := escape(term(voice, school, care.TermInvalid).Indefinite)
	switch {
	case sum.Without > 0:
		parts = append(parts, voice.Text("absent_invalid_lessons", locales.Args{"Lessons": sum.Without, "Invalid": invalid}))
	case sum.Absent == 0 && sum.Invalid > 0:
		parts = append(parts, voice.Text("absent_invalid_time", locales.Args{"Invalid": invalid, "Time": duration(voice, sum.Invalid)}))
	}
	if sum.Late > 0 {
		parts = append(parts, voice.Count("absent_late", sum.Late))
	}
	return voice.Text("absent_day", locales.Args{"Date": a.day(req, school, d.Date), "What": strings.Join(parts, "  ·  ")})
}

// absentDaysShown is how many days of absence are listed.
const absentDaysShown = 10

// absentDays lists the latest days with absence.
func (a *App) absentDays(req Request, school care.School, days []care.AbsenceDay) []string {
	var lines []string
	for _, d := range days[:min(len(days), absentDaysShown)] {
		lines = append(lines, a.absentDay(req, school, d))
	}
	if more := len(days) - absentDaysShown; more > 0 {
		lines = append(lines, a.voice(req).Count("absent_more", more))
	}
	return lines
}
