package roster

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"lotsen/internal/care"
)

var (
	numberForm = regexp.MustCompile(`^(\d+|\d{1,3}( \d{3})+)([.,]\d+)?$`)
	dottedDay  = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})$`)
	closedDay  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// asPoint writes a number as Go does.
var asPoint = strings.NewReplacer(" ", "", ",", ".")

// maxNumber is more than anything that is counted or measured of one student.
const maxNumber = 1e6

// number reads a number that is not negative, with a decimal comma or point if with any; an empty
// cell is 0.
func (r *row) number(column string) float64 {
	s := strings.TrimSpace(strings.TrimSuffix(r.text(column), "%"))
	if s == "" {
		return 0
	}
	n, err := strconv.ParseFloat(asPoint.Replace(s), 64)
	if !numberForm.MatchString(s) || err != nil || n > maxNumber {
		r.fault(column, "is no number such as 45 or 45,5")
		return 0
	}
	return n
}

// minutes reads a number of minutes, rounded to whole ones.
func (r *row) minutes(column string) int { return int(math.Round(r.number(column))) }

// count reads how many there are of something.
func (r *row) count(column string) int {
	n := r.number(column)
	if n != math.Trunc(n) {
		r.fault(column, "is no whole number")
		return 0
	}
	return int(n)
}

// day reads a date in one of the forms in which programs export it: 2026-10-05, 20261005 or 05.10.2026.
func (r *row) day(column string) care.Date {
	s := r.needed(column)
	if s == "" {
		return ""
	}
	iso := s
	if m := dottedDay.FindStringSubmatch(s); m != nil {
		iso = m[3] + "-" + twoDigits(m[2]) + "-" + twoDigits(m[1])
	} else if m := closedDay.FindStringSubmatch(s); m != nil {
		iso = strings.Join(m[1:], "-")
	}
	day, err := care.ParseDate(iso)
	if err != nil {
		r.fault(column, "is no date such as 2026-10-05 or 05.10.2026")
	}
	return day
}

func twoDigits(s string) string {
	if len(s) < 2 {
		return "0" + s
	}
	return s
}
