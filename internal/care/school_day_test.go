package care_test

import (
	"fmt"
	"testing"
	"time"

	"lotsen/internal/care"
)

// loadZone loads a time zone.
func loadZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// alenYears is a Swedish school with two school years and the usual hours, fjordvikYear a Norwegian one
// with a single year and its own.
func alenYears(t testing.TB) care.School {
	return care.School{
		ID: "alen", Country: care.Sweden, Zone: loadZone(t, "Europe/Stockholm"),
		Years: []care.Period{{From: "2026-08-17", To: "2027-06-11"}, {From: "2027-08-16", To: "2028-06-09"}},
		Breaks: []care.Break{
			{Name: "Höstlov", Period: care.Period{From: "2026-10-26", To: "2026-10-30"}},
			{Name: "Jullov", Period: care.Period{From: "2026-12-21", To: "2027-01-08"}},
			{Name: "Sportlov", Period: care.Period{From: "2027-02-22", To: "2027-02-26"}},
			{Name: "Påsklov", Period: care.Period{From: "2027-03-30", To: "2027-04-02"}},
			{Name: "Studiedag", Period: care.Period{From: "2027-05-14", To: "2027-05-14"}},
			{Name: "Jullov", Period: care.Period{From: "2027-12-20", To: "2028-01-07"}},
			{Name: "Lov efter Kristi himmelsfärd", Period: care.Period{From: "2028-05-26", To: "2028-05-26"}},
		},
	}
}

func fjordvikYear(t testing.TB) care.School {
	return care.School{
		ID: "fjordvik", Country: care.Norway, Zone: loadZone(t, "Europe/Oslo"),
		Years: []care.Period{{From: "2026-08-17", To: "2027-06-18"}},
		Breaks: []care.Break{
			{Name: "Haustferie", Period: care.Period{From: "2026-10-05", To: "2026-10-09"}},
			{Name: "Juleferie", Period: care.Period{From: "2026-12-21", To: "2027-01-01"}},
			{Name: "Vinterferie", Period: care.Period{From: "2027-02-22", To: "2027-02-26"}},
			{Name: "Påskeferie", Period: care.Period{From: "2027-03-22", To: "2027-03-24"}},
		},
		Work: care.Hours{From: 8 * 60, To: 15*60 + 45},
	}
}

// weekdayHolidays are the public holidays of 2026 to 2028 that fall on a weekday, from the law and
// the almanac: Easter Day is 5 April 2026, 28 March 2027 and 16 April 2028.
var weekdayHolidays = map[care.Country]map[care.Date]string{
	care.Sweden: {
		"2026-01-01": "nyårsdagen", "2026-01-06": "trettondedag jul", "2026-04-03": "långfredagen",
		"2026-04-06": "annandag påsk", "2026-05-01": "första maj", "2026-05-14": "Kristi himmelsfärdsdag",
		"2026-06-19": "midsommarafton", "2026-12-24": "julafton", "2026-12-25": "juldagen", "2026-12-31": "nyårsafton",
		"2027-01-01": "nyårsdagen", "2027-01-06": "trettondedag jul", "2027-03-26": "långfredagen",
		"2027-03-29": "annandag påsk", "2027-05-06": "Kristi himmelsfärdsdag", "2027-06-25": "midsommarafton",
		"2027-12-24": "julafton", "2027-12-31": "nyårsafton",
		"2028-01-06": "trettondedag jul", "2028-04-14": "långfredagen", "2028-04-17": "annandag påsk",
		"2028-05-01": "första maj", "2028-05-25": "Kristi himmelsfärdsdag", "2028-06-06": "nationaldagen",
		"2028-06-23": "midsommarafton", "2028-12-25": "juldagen", "2028-12-26": "annandag jul",
	},
	care.Norway: {
		"2026-01-01": "første nyttårsdag", "2026-04-02": "skjærtorsdag", "2026-04-03": "langfredag",
		"2026-04-06": "andre påskedag", "2026-05-01": "første mai", "2026-05-14": "Kristi himmelfartsdag",
		"2026-05-25": "andre pinsedag", "2026-12-25": "første juledag",
		"2027-01-01": "første nyttårsdag", "2027-03-25": "skjærtorsdag", "2027-03-26": "langfredag",
		"2027-03-29": "andre påskedag", "2027-05-06": "Kristi himmelfartsdag", "2027-05-17": "syttende mai og andre pinsedag",
		"2028-04-13": "skjærtorsdag", "2028-04-14": "langfredag", "2028-04-17": "andre påskedag",
		"2028-05-01": "første mai", "2028-05-17": "syttende mai", "2028-05-25": "Kristi himmelfartsdag",
		"2028-06-05": "andre pinsedag", "2028-12-25": "første juledag", "2028-12-26": "andre juledag",
	},
}

// TestPublicHolidays asks for every day of three years at a school without years and breaks.
func TestPublicHolidays(t *testing.T) {
	for country, holidays := range weekdayHolidays {
		sc := care.School{Country: country, Zone: time.UTC}
		seen := 0
		for d := care.Date("2026-01-01"); d <= "2028-12-31"; d = d.AddDays(1) {
			day := d.At(12, 0, time.UTC).Weekday()
			name, off := holidays[d]
			if off {
				seen++
			}
			want := day != time.Saturday && day != time.Sunday && !off
			if got := sc.IsSchoolDay(d); got != want {
				t.Errorf("%s: IsSchoolDay(%s, %s %s) = %v, want %v", country, d, day, name, got, want)
			}
		}
		if seen != len(holidays) {
			t.Errorf("%s: %d of %d holidays were asked for", country, seen, len(holidays))
		}
	}
}

func TestIsSchoolDay(t *testing.T) {
	se, no := alenYears(t), fjordvikYear(t)
	tests := []struct {
		name string
		sc   care.School
		d    care.Date
		want bool
	}{
		{"an ordinary Wednesday", se, "2026-09-02", true},
		{"a Saturday", se, "2026-09-05", false},
		{"a Sunday", se, "2026-09-06", false},
		{"the day before the first", se, "2026-08-14", false},
		{"the first day", se, "2026-08-17", true},
		{"the last day in June", se, "2027-06-11", true},
		{"the weekday after the last", se, "2027-06-14", false},
		{"a summer's day between two years", se, "2027-07-14", false},
		{"the first day of the second year", se, "2027-08-16", true},
		{"the last day of all", se, "2028-06-09", true},
		{"after all years", se, "2028-06-12", false},
		{"long before all years", se, "2001-09-05", false},
		{"the Friday before a break", se, "2026-10-23", true},
		{"the first day of a break", se, "2026-10-26", false},
		{"in the middle of a break", se, "2026-10-28", false},
		{"the last day of a break", se, "2026-10-30", false},
		{"the Monday after a break", se, "2026-11-02", true},
		{"a break of one day", se, "2027-05-14", false},
		{"the day before it", se, "2027-05-13", true},
		{"Kristi himmelsfärd", se, "2027-05-06", false},
		{"the day after Kristi himmelsfärd, in no break", se, "2027-05-07", true},
		{"the day after Kristi himmelsfärd, in a break", se, "2028-05-26", false},
		{"långfredagen", se, "2027-03-26", false},
		{"skjærtorsdag is no holiday in Sweden", se, "2027-03-25", true},
		{"17 May is no holiday in Sweden", se, "2027-05-17", true},
		{"annandag pingst is no holiday in Sweden since 2005", se, "2028-06-05", true},
		{"nationaldagen", se, "2028-06-06", false},
		{"trettondedagen, in a break too", se, "2027-01-06", false},
		{"midsummer eve, out of every year", se, "2027-06-25", false},
		{"skjærtorsdag", no, "2027-03-25", false},
		{"the Tuesday after Easter in Norway", no, "2027-03-30", true},
		{"17 mai", no, "2027-05-17", false},
		{"the day after 17 mai", no, "2027-05-18", true},
		{"the Friday before 17 mai", no, "2027-05-14", true},
		{"the day after Kristi himmelfart", no, "2027-05-07", true},
		{"the Swedish national day is a Sunday, the Monday after is none", no, "2027-06-07", true},
		{"trettendedagen is a school day in Norway", no, "2027-01-06", true},
		{"julaften in the juleferie", no, "2026-12-24", false},
		{"no day", se, "", false},
		{"a day that does not exist", se, "2026-09-31", false},
		{"a day in another form", se, "2026-9-2", false},
		{"words", se, "imorgon", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.sc.IsSchoolDay(tt.d); got != tt.want {
				t.Errorf("IsSchoolDay(%q) = %v, want %v", tt.d, got, tt.want)
			}
		})
	}
}

// TestIsSchoolDayWithoutYears is about schools that the configuration refuses and tests make.
func TestIsSchoolDayWithoutYears(t *testing.T) {
	breaks := []care.Break{{Period: care.Period{From: "2026-10-05", To: "2026-10-09"}}}
	tests := []struct {
		name string
		sc   care.School
		d    care.Date
		want bool
	}{
		{"a weekday", care.School{Country: care.Sweden}, "2026-09-02", true},
		{"a weekday in July", care.School{Country: care.Norway}, "2026-07-15", true},
		{"a weekday in a hundred years", care.School{Country: care.Norway}, "2126-09-04", true},
		{"a Sunday", care.School{Country: care.Sweden}, "2026-09-06", false},
		{"midsummer eve in Sweden", care.School{Country: care.Sweden}, "2026-06-19", false},
		{"midsummer eve in Norway", care.School{Country: care.Norway}, "2026-06-19", true},
		{"julafton in Sweden", care.School{Country: care.Sweden}, "2026-12-24", false},
		{"julaften in Norway, a working day in law", care.School{Country: care.Norway}, "2026-12-24", true},
		{"nyttårsaften in Norway, a working day in law", care.School{Country: care.Norway}, "2026-12-31", true},
		{"a break", care.School{Country: care.Norway, Breaks: breaks}, "2026-10-07", false},
		{"a holiday where no country is named", care.School{}, "2026-05-01", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.sc.IsSchoolDay(tt.d); got != tt.want {
				t.Errorf("IsSchoolDay(%q) = %v, want %v", tt.d, got, tt.want)
			}
		})
	}
}

func TestAddSchoolDays(t *testing.T) {
	se, no := alenYears(t), fjordvikYear(t)
	endless := care.School{Country: care.Sweden}
	tests := []struct {
		name string
		sc   care.School
		d    care.Date
		n    int
		want care.Date // "" when no school day is left
	}{
		{"none from a school day", se, "2026-09-02", 0, "2026-09-02"},
		{"none from a Saturday", se, "2026-09-05", 0, "2026-09-07"},
		{"none from long before the first year", se, "2001-01-01", 0, "2026-08-17"},
		{"the next day", se, "2026-09-02", 1, "2026-09-03"},
		{"over a weekend", se, "2026-09-04", 1, "2026-09-07"},
		{"a week", se, "2026-09-04", 5, "2026-09-11"},
		{"one from a Saturday is the Monday", se, "2026-09-05", 1, "2026-09-07"},
		{"two from a Saturday are the Tuesday", se, "2026-09-05", 2, "2026-09-08"},
		{"the Friday before a break", se, "2026-10-23", 1, "2026-11-02"},
		{"three from the Wednesday before a break", se, "2026-10-21", 3, "2026-11-02"},
		{"from within a break", se, "2026-10-28", 1, "2026-11-02"},
		{"over a break of one day and a weekend", se, "2027-05-13", 1, "2027-05-17"},
		{"the last day before Christmas", se, "2026-12-18", 1, "2027-01-11"},
		{"over Easter and its break", se, "2027-03-25", 1, "2027-04-05"},
		{"over Kristi himmelsfärd", se, "2027-05-05", 1, "2027-05-07"},
		{"the last day in June, the next year known", se, "2027-06-11", 1, "2027-08-16"},
		{"the day after it, the next year known", se, "2027-06-12", 0, "2027-08-16"},
		{"three days over the summer", se, "2027-06-10", 3, "2027-08-17"},
		{"the last day of all", se, "2028-06-09", 0, "2028-06-09"},
		{"after the last day of all", se, "2028-06-09", 1, ""},
		{"the day after the last of all", se, "2028-06-10", 0, ""},
		{"too many", se, "2028-06-07", 3, ""},
		{"just not too many", se, "2028-06-07", 2, "2028-06-09"},
		{"far too many", se, "2026-08-17", 1_000_000, ""},
		{"below none", se, "2026-09-05", -3, "2026-09-07"},
		{"Easter in Norway, from the Friday before the break", no, "2027-03-19", 1, "2027-03-30"},
		{"17 mai", no, "2027-05-14", 1, "2027-05-18"},
		{"the last day in June, the next year not known", no, "2027-06-18", 1, ""},
		{"without years over the summer", endless, "2027-06-11", 5, "2027-06-18"},
		{"without years near the end of the calendar", endless, "9999-12-29", 1, "9999-12-30"},
		{"without years at the end of the calendar", care.School{}, "9999-12-31", 1, ""},
		{"no day", se, "", 1, ""},
		{"a day that does not exist", se, "2026-09-31", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := tt.sc.AddSchoolDays(tt.d, tt.n); got != tt.want || ok != (tt.want != "") {
				t.Errorf("AddSchoolDays(%q, %d) = %q, %v, want %q", tt.d, tt.n, got, ok, tt.want)
			}
			if tt.n > 0 {
				return
			}
			if got, ok := tt.sc.SchoolDayFrom(tt.d); got != tt.want || ok != (tt.want != "") {
				t.Errorf("SchoolDayFrom(%q) = %q, %v, want %q", tt.d, got, ok, tt.want)
			}
		})
	}
}

func TestSchoolDaysBetween(t *testing.T) {
	se, no := alenYears(t), fjordvikYear(t)
	tests := []struct {
		name     string
		sc       care.School
		from, to care.Date
		want     int
	}{
		{"the same day", se, "2026-09-02", "2026-09-02", 0},
		{"backwards", se, "2026-09-03", "2026-09-02", 0},
		{"the next day", se, "2026-09-02", "2026-09-03", 1},
		{"Friday to Sunday", se, "2026-09-04", "2026-09-06", 0},
		{"Friday to Monday", se, "2026-09-04", "2026-09-07", 1},
		{"Saturday to Monday", se, "2026-09-05", "2026-09-07", 1},
		{"a week", se, "2026-09-02", "2026-09-09", 5},
		{"over a break", se, "2026-10-23", "2026-11-02", 1},
		{"to the end of a break", se, "2026-10-23", "2026-11-01", 0},
		{"over the summer", se, "2027-06-11", "2027-08-16", 1},
		{"past the last year", se, "2028-06-07", "2030-01-01", 2},
		{"before the first year", se, "2001-01-01", "2026-08-16", 0},
		// 43 weeks of 5 days less 5 + 15 + 5 + 4 + 1 days of breaks and långfredagen, annandag påsk, Kristi himmelsfärd
		{"a Swedish school year", se, "2026-08-16", "2027-06-11", 43*5 - 30 - 3},
		// 44 weeks of 5 days less 5 + 10 + 5 + 3 days of breaks and three of Easter, Kristi himmelfart, 17 mai
		{"a Norwegian school year", no, "2026-08-16", "2027-06-18", 44*5 - 23 - 5},
		{"from no day", se, "", "2026-09-02", 0},
		{"to no day", se, "2026-09-02", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.sc.SchoolDaysBetween(tt.from, tt.to); got != tt.want {
				t.Errorf("SchoolDaysBetween(%q, %q) = %d, want %d", tt.from, tt.to, got, tt.want)
			}
		})
	}
}

// TestSchoolDaysEnd is about configurations under which a search could go on for ever.
func TestSchoolDaysEnd(t *testing.T) {
	period := func(from, to care.Date) care.Period { return care.Period{From: from, To: to} }
	breaks := func(list ...care.Period) (all []care.Break) {
		for _, p := range list {
			all = append(all, care.Break{Period: p})
		}
		return all
	}
	tests := []struct {
		name string
		sc   care.School
		want care.Date // the first school day from 2026-09-02, a Wednesday
	}{
		{"a break without end", care.School{Breaks: breaks(period("2026-08-01", ""))}, ""},
		{"a break without beginning and end", care.School{Breaks: breaks(period("", ""))}, ""},
		{"a break without beginning", care.School{Breaks: breaks(period("", "2026-09-08"))}, "2026-09-09"},
		{"a break to the end of the calendar", care.School{Breaks: breaks(period("2026-08-01", "9999-12-31"))}, ""},
		{"breaks that overlap and touch", care.School{Breaks: breaks(
			period("2026-09-03", "2026-09-10"), period("2026-09-01", "2026-09-04"), period("2026-09-11", "2026-09-14"))}, "2026-09-15"},
		{"a break backwards", care.School{Breaks: breaks(period("2026-09-03", "2026-09-01"))}, "2026-09-02"},
		{"a break to no day", care.School{Breaks: breaks(period("2026-08-01", "whenever"))}, ""},
		{"a year that is all break", care.School{Years: []care.Period{period("2026-08-17", "2027-06-11")},
			Breaks: breaks(period("2026-08-17", "2027-06-11"))}, ""},
		{"a year that is all break, then another", care.School{
			Years:  []care.Period{period("2027-08-16", "2028-06-09"), period("2026-08-17", "2027-06-11")},
			Breaks: breaks(period("2026-08-17", "2027-06-11"))}, "2027-08-16"},
		{"a year backwards", care.School{Years: []care.Period{period("2027-06-11", "2026-08-17")}}, ""},
		{"a year of one weekend", care.School{Years: []care.Period{period("2026-09-05", "2026-09-06")}}, ""},
		{"years that overlap", care.School{Years: []care.Period{period("2026-09-05", "2027-06-11"), period("2026-09-04", "2026-12-18")}}, "2026-09-04"},
		{"a year without end", care.School{Years: []care.Period{period("2026-09-05", "")}}, "2026-09-07"},
		{"a year of no days", care.School{Years: []care.Period{period("now", "later")}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.sc.Zone = time.UTC
			if got, ok := tt.sc.SchoolDayFrom("2026-09-02"); got != tt.want || ok != (tt.want != "") {
				t.Errorf("SchoolDayFrom(2026-09-02) = %q, %v, want %q", got, ok, tt.want)
			}
			night := care.Date("2026-09-02").At(23, 0, time.UTC)
			if at, ok := tt.sc.NextWorking(night); ok && !tt.sc.Working(at) {
				t.Errorf("NextWorking(%s) = %s, which is not within work hours", night, at)
			}
			if got := tt.sc.SchoolDaysBetween("2026-09-02", "2036-09-02"); got > 0 && tt.want == "" {
				t.Errorf("SchoolDaysBetween(2026-09-02, 2036-09-02) = %d, want none", got)
			}
		})
	}
}

// TestHolidaysAreAskedForAtOnce is for the race detector.
func TestHolidaysAreAskedForAtOnce(t *testing.T) {
	sc := care.School{Country: care.Norway, Zone: time.UTC}
	done := make(chan error)
	for range 8 {
		go func() {
			var err error
			for year := 2100; year < 2130; year++ {
				if d := care.Date(fmt.Sprintf("%d-05-17", year)); sc.IsSchoolDay(d) {
					err = fmt.Errorf("%s is a school day", d)
				}
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
