package roster

import (
	"cmp"
	"hash/maphash"
	"slices"

	"lotsen/internal/care"
)

// sumsAtOnce is about how many sums of lessons are held at a time, some 50 MB. A file with more rows
// is read several times, each time for a part of the students: so it may be sorted in any way.
const sumsAtOnce = 200_000

// lessonsOf is what lessons are summed up by.
type lessonsOf struct {
	who, school string
	date        care.Date
	subject     string
}

// eachSum hands on the faults of a file with a row for each lesson, and then its sums.
//
// A file that lists nothing but absence does not tell how much was scheduled: then there are counts of
// missed lessons alone, no percentages and no whole days.
func (f *AbsenceFile) eachSum(do func(care.AbsenceRow, []RowError) error) error {
	rows := 0
	err := f.decodeEach(func(a care.AbsenceRow, bad []RowError) error {
		if len(bad) > 0 {
			return do(a, bad)
		}
		rows++
		return nil
	})
	if err != nil {
		return err
	}
	if rows > 0 && !f.attended {
		f.Notes = append(f.Notes, "it lists absence alone: percentages and whole days need the lessons that were attended too")
	}
	parts := 1 + uint64(rows/sumsAtOnce) // #nosec G115 -- a count
	seed := maphash.MakeSeed()
	for part := range parts {
		sums := map[lessonsOf]care.AbsenceRow{}
		err := f.decodeEach(func(a care.AbsenceRow, bad []RowError) error {
			of := lessonsOf{a.Key + string(a.Ref), a.School, a.Date, a.Subject}
			if len(bad) == 0 && maphash.String(seed, of.who)%parts == part {
				sums[of] = plus(sums[of], a)
			}
			return nil
		})
		if err != nil {
			return err
		}
		list := make([]care.AbsenceRow, 0, len(sums))
		for _, a := range sums {
			list = append(list, a)
		}
		slices.SortFunc(list, func(a, b care.AbsenceRow) int { return cmp.Compare(a.Line, b.Line) })
		for _, a := range list {
			if !f.attended {
				a.Total, a.Scheduled = 0, 0
			}
			if err := do(a, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// plus adds a lesson to those of the same student, day and subject.
func plus(sum, a care.AbsenceRow) care.AbsenceRow {
	if sum.Line == 0 {
		return a
	}
	sum.Lessons = sum.Plus(a.Lessons)
	return sum
}
