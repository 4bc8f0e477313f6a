package care_test

import (
	"strings"
	"testing"

	"lotsen/internal/care"
)

func TestParseDays(t *testing.T) {
	const today = "2026-11-17"
	tests := []struct{ name, text, today, want string }{
		{"iso", "2026-11-26", today, "2026-11-26–2026-11-26"},
		{"slash", "26/11", today, "2026-11-26–2026-11-26"},
		{"points", "26.11.", today, "2026-11-26–2026-11-26"},
		{"one point", "26.11", today, "2026-11-26–2026-11-26"},
		{"month in letters", "26 nov", today, "2026-11-26–2026-11-26"},
		{"with points", "26. nov.", today, "2026-11-26–2026-11-26"},
		{"written together", "26nov", today, "2026-11-26–2026-11-26"},
		{"whole month", "3 December", today, "2026-12-03–2026-12-03"},
		{"in Norwegian", "3. desember", today, "2026-12-03–2026-12-03"},
		{"as the bot writes it", "tors 26 nov", today, "2026-11-26–2026-11-26"},
		{"as the bot writes it in Norwegian", "laur. 28. nov.", today, "2026-11-28–2026-11-28"},
		{"weekday with diacritics", "Måndag 30 november", today, "2026-11-30–2026-11-30"},
		{"with its year", "26/11 2027", today, "2027-11-26–2027-11-26"},
		{"with its year in points", "26.11.2027", today, "2027-11-26–2027-11-26"},
		{"space around", "  26/11 ", today, "2026-11-26–2026-11-26"},

		{"span of iso", "2026-11-26–2026-11-30", today, "2026-11-26–2026-11-30"},
		{"span of iso, hyphen", "2026-11-26-2026-11-30", today, "2026-11-26–2026-11-30"},
		{"span of iso, space", "2026-11-26 - 2026-11-30", today, "2026-11-26–2026-11-30"},
		{"span", "26/11-30/11", today, "2026-11-26–2026-11-30"},
		{"span of points", "26.11.–30.11.", today, "2026-11-26–2026-11-30"},
		{"span in letters", "26 nov – 3 dec", today, "2026-11-26–2026-12-03"},
		{"em dash", "26 nov—3 des", today, "2026-11-26–2026-12-03"},
		{"the month once", "26–30 nov", today, "2026-11-26–2026-11-30"},
		{"the month once, points", "26.–30.11.", today, "2026-11-26–2026-11-30"},
		{"the month once, slash", "26-30/11", today, "2026-11-26–2026-11-30"},
		{"the month and year once", "26–30 nov 2027", today, "2027-11-26–2027-11-30"},
		{"in words", "26 nov till 30 nov", today, "2026-11-26–2026-11-30"},
		{"in words, Norwegian", "26. til 30. november", today, "2026-11-26–2026-11-30"},
		{"in words, abbreviated", "26/11 t.o.m. 30/11", today, "2026-11-26–2026-11-30"},
		{"mixed", "2026-11-26–30/11", today, "2026-11-26–2026-11-30"},

		{"over the new year", "20/12–7/1", today, "2026-12-20–2027-01-07"},
		{"over the new year, in January", "20/12–7/1", "2027-01-03", "2026-12-20–2027-01-07"},
		{"next year", "7/1", today, "2027-01-07–2027-01-07"},
		{"passed a week ago", "10/11", today, "2026-11-10–2026-11-10"},
		{"backwards", "30/11–26/11", today, "2026-11-30–2026-11-26"},
		{"begun", "12/11–20/11", today, "2026-11-12–2026-11-20"},
		{"a leap day", "29/2", "2027-12-01", "2028-02-29–2028-02-29"},

		{"nothing", "", today, "days_unclear"},
		{"no day", "i morgon", today, "days_unclear"},
		{"a day that does not exist", "31/11", today, "days_unclear"},
		{"a leap day in another year", "29/2", today, "days_unclear"},
		{"no month", "26", today, "days_unclear"},
		{"month zero", "26/0", today, "days_unclear"},
		{"no such month", "26 brumaire", today, "days_unclear"},
		{"half a span", "26/11–", today, "days_unclear"},
		{"the other half", "–26/11", today, "days_unclear"},
		{"three days", "26/11–27/11–28/11", today, "days_unclear"},
		{"more than days", "26/11 och sen", today, "days_unclear"},
		{"month first", "nov 26", today, "days_unclear"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := care.ParseDays(tt.text, care.Date(tt.today))
			got := string(p.From + "–" + p.To)
			if err != nil {
				got = string(care.CodeOf(err))
			}
			if got != tt.want {
				t.Errorf("ParseDays(%q) = %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzParseDays(f *testing.F) {
	for _, s := range []string{"26/11", "26–30 nov", "2026-11-26-2026-11-30", "20/12–7/1", "tors. 26. nov. til 3. desember 2027", "0/0", "\xff–99/99 9999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := care.ParseDays(s, "2026-11-17")
		if err != nil {
			if care.CodeOf(err) != care.CodeDaysUnclear || p != (care.Period{}) {
				t.Errorf("ParseDays(%q) = %v, %v", s, p, err)
			}
			return
		}
		for _, d := range []care.Date{p.From, p.To} {
			if _, err := care.ParseDate(string(d)); err != nil {
				t.Errorf("ParseDays(%q) has the day %q", s, d)
			}
		}
		again, err := care.ParseDays(strings.Join([]string{string(p.From), string(p.To)}, "–"), "2026-11-17")
		if err != nil || again != p {
			t.Errorf("ParseDays of what ParseDays(%q) says = %v, %v, want %v", s, again, err, p)
		}
	})
}
