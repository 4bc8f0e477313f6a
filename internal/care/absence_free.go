package care

// How it is told from a student's rows that a file has one for each day with lessons, and on which weekdays
// there are none.
const (
	rowsAttended = 5 // rows of days that were attended, in a school year: no file of absence alone has as many
	rowsWeekdays = 3 // weekdays with rows, lest a file of weeks be taken for one of days
	freeWeeks    = 4 // without a row on the weekday
)

// tellsAll reports whether the rows of a student's days tell of attended days, too. Otherwise a day without
// a row may have been attended.
func tellsAll(days []AbsenceDay) bool {
	n := 0
	for _, d := range days {
		if a := attendedOn(d); !a.blank && !a.away && !a.late {
			n++
		}
	}
	return n >= rowsAttended
}

// free are the school days between a student's first row and a day on which the student has no lessons: there
// is no row of them, nor of their weekday in the weeks before, though there are rows of attended days.
func (sc School) free(days []AbsenceDay, to Date) map[Date]bool {
	if !tellsAll(days) {
		return nil
	}
	rows, first := map[Date]bool{}, to
	for _, d := range days {
		rows[d.Date], first = true, min(first, d.Date)
	}
	free := map[Date]bool{}
	for d := first.AddDays(7 * freeWeeks); d <= to; d = d.tomorrow() {
		if rows[d] || !sc.IsSchoolDay(d) {
			continue
		}
		school, same, weekdays := 0, 0, map[int]bool{}
		for back := 1; back <= 7*freeWeeks; back++ {
			switch day := d.AddDays(-back); {
			case rows[day]:
				weekdays[back%7] = true
				if back%7 == 0 {
					same++
				}
			case back%7 == 0 && sc.IsSchoolDay(day):
				school++
			}
		}
		free[d] = same == 0 && school > 1 && len(weekdays) >= rowsWeekdays
	}
	return free
}
