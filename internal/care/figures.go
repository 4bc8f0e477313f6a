package care

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Span is a time that figures are asked for.
type Span string

// The spans. Each is the one in which the newest day with figures lies, up to now.
const (
	LastWeek  Span = "week"
	LastMonth Span = SpanMonth
	LastTerm  Span = SpanTerm
	LastYear  Span = SpanYear
)

// Spans are all spans, in the order in which they are offered.
var Spans = []Span{LastWeek, LastMonth, LastTerm, LastYear}

// spanWords are what people call a span in any of the three languages, as Fold writes it.
var spanWords = map[string]Span{
	"vecka": LastWeek, "veckan": LastWeek, "uke": LastWeek, "uka": LastWeek, "uken": LastWeek, "veke": LastWeek, "veka": LastWeek,
	"manad": LastMonth, "manaden": LastMonth, "maned": LastMonth, "maneden": LastMonth,
	"termin": LastTerm, "terminen": LastTerm, "halvar": LastTerm, "halvaret": LastTerm,
	"lasar": LastYear, "lasaret": LastYear, "skolear": LastYear, "skolearet": LastYear, "skulear": LastYear, "skulearet": LastYear,
	"ar": LastYear, "aret": LastYear,
}

// ReadSpan takes the span from what is typed after /rapport, LastMonth if there is none, and returns the rest.
func ReadSpan(text string) (Span, string) {
	span, rest := LastMonth, []string{}
	for word := range strings.FieldsSeq(text) {
		if s, ok := spanWords[Fold(word)]; ok {
			span = s
		} else {
			rest = append(rest, word)
		}
	}
	return span, strings.Join(rest, " ")
}

const (
	// CodeNoFigures is for who has no role that sees a school's figures.
	CodeNoFigures Code = "no_figures"
	// CodeUnknownSchool is for a school that is not one whose figures the actor may see. Schools are their names.
	CodeUnknownSchool Code = "unknown_school"
)

// few is the number below which students or cases are not told: who they are could be guessed.
const few = 5

// A Figure is a number that may be too small to be told.
type Figure struct {
	N   int
	Few bool // it is not told; it is less than five, but not nought
}

// Figures are how it goes at a school, without anyone's name and without small numbers, and so that no small number can be
// worked out from the others.
type Figures struct {
	School   School
	Span     Span
	On       Period
	Newest   Date          // the newest day with figures; "" for none
	Percent  float64       // of absence; -1 if it is not known, or not for the reader
	Weeks    []WeekPercent // of the span, and at least chartWeeks of them, as far as there are figures
	Steps    []StepFigure  // cases that are not closed, by their step
	Total    *Figure       // all of them; nil if it would tell a small number
	Overdue  *Figure       // those of them that are open past their due day; nil likewise
	Opened   *Figure       // in the span; nil likewise
	Rose     Figure
	Closed   []ReasonFigure
	AllEnded *Figure // nil likewise
	FirstAct float64 // median of the school days until something was done about those opened, or -1
}

// A WeekPercent is the absence of a week, which begins on Monday; -1 if it is not known.
type WeekPercent struct {
	Monday  Date
	Percent float64
}

// A StepFigure is how many cases are on a step.
type StepFigure struct {
	Step int
	Figure
}

// A ReasonFigure is how many cases have ended for a reason.
type ReasonFigure struct {
	Why EndWhy
	Figure
}

// chartWeeks is how many weeks a chart shows at least.
const chartWeeks = 8

// FigureSchools are the schools whose figures the actor may see, by their names. There is none for whoever gets an
// *Error with CodeNoFigures.
func (s *Service) FigureSchools(actor Actor, now time.Time) ([]School, error) {
	var list []School
	for id, school := range s.Schools {
		if actor.Staff.has(id, s.today(id, now), EHT, Principal, Admin) {
			list = append(list, school)
		}
	}
	if len(list) == 0 {
		return nil, &Error{Code: CodeNoFigures}
	}
	slices.SortFunc(list, func(a, b School) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return list, nil
}

// FindFigureSchools returns those of the actor's FigureSchools whose id or name is, or begins with, what is typed; all if nothing is.
func (s *Service) FindFigureSchools(actor Actor, typed string, now time.Time) ([]School, error) {
	all, err := s.FigureSchools(actor, now)
	if err != nil {
		return nil, err
	}
	var found []School
	for _, school := range all {
		switch {
		case Fold(school.ID) == Fold(typed), Fold(school.Name) == Fold(typed) && typed != "":
			return []School{school}, nil
		case strings.HasPrefix(Fold(school.Name), Fold(typed)):
			found = append(found, school)
		}
	}
	if len(found) == 0 {
		names := make([]string, len(all))
		for i, school := range all {
			names[i] = school.Name
		}
		return nil, &Error{Code: CodeUnknownSchool, Args: map[string]any{"Schools": strings.Join(names, ", ")}}
	}
	return found, nil
}

// Figures returns how it goes at a school. The team and the principal see all of it, an administrator the counts of cases
// alone; anyone else gets an *Error with CodeNoFigures, also for a school that does not exist.
func (s *Service) Figures(ctx context.Context, actor Actor, id string, span Span, now time.Time) (Figures, error) {
	today := s.today(id, now)
	school, ok := s.Schools[id]
	if !ok || !actor.Staff.has(id, today, EHT, Principal, Admin) || !slices.Contains(Spans, span) {
		return Figures{}, &Error{Code: CodeNoFigures}
	}
	f := Figures{School: school, Span: span, Percent: -1, FirstAct: -1}
	var err error
	if f.Newest, err = s.Absence.Newest(ctx, id); err != nil {
		return Figures{}, err
	}
	f.On = school.spanOf(span, cmp.Or(f.Newest, today), today)
	open, err := s.openCases(ctx, id)
	if err != nil {
		return Figures{}, err
	}
	f.addCases(open, today)
	events, err := s.caseEvents(ctx, school, f.On)
	if err != nil {
		return Figures{}, err
	}
	f.addEvents(events)
	if f.Newest != "" && actor.Staff.has(id, today, EHT, Principal) {
		err = s.addAbsence(ctx, &f, now)
	}
	return f, err
}

// spanOf is the span that a day lies in, up to today.
func (sc School) spanOf(span Span, day, today Date) Period {
	p := Period{day.monday(), day.monday().AddDays(6)}
	switch span {
	case LastMonth:
		p = Period{day.first(), day.first().AddDays(31).first().AddDays(-1)}
	case LastTerm:
		p = Period{max(sc.yearStart(day), day[:len("2026-")]+"01-01"), day[:len("2026-")] + "12-31"}
	case LastYear:
		p = Period{sc.yearStart(day), today}
	}
	p.To = min(p.To, today)
	return p
}

// addCases adds the cases that are not closed.
func (f *Figures) addCases(open []Case, today Date) {
	total := Figure{N: len(open)}
	told, shown := true, 0
	for _, st := range stepsOf(open) {
		fig := figureOf(st.N)
		told = told && !fig.Few
		shown += fig.N
		f.Steps = append(f.Steps, StepFigure{st.Step, fig})
	}
	if told && !figureOf(total.N).Few {
		f.Total = &total
	}
	// Where the total is told, those that are not overdue are, too; else more of them than the steps tell would tell of the others.
	overdue := overdueOf(open, today)
	fig := figureOf(overdue)
	if f.Total == nil && (fig.Few || overdue <= shown) || f.Total != nil && !fig.Few && !figureOf(total.N-overdue).Few {
		f.Overdue = &fig
	}
}

// addEvents adds what befell cases.
func (f *Figures) addEvents(ev CaseEvents) {
	opened := figureOf(ev.Opened)
	f.Rose = figureOf(ev.Rose)
	ended, told := 0, true
	for _, c := range ev.Closed {
		fig := figureOf(c.N)
		told = told && !fig.Few
		ended += c.N
		f.Closed = append(f.Closed, ReasonFigure{c.Why, fig})
	}
	if told {
		f.AllEnded = &Figure{N: ended}
	}
	// Of a span that begins with the school year, those opened are those that have ended and those that are open.
	if f.On.From > f.School.yearStart(f.On.From) || f.Total != nil && told || opened.Few || opened.N == 0 {
		f.Opened = &opened
	}
	if ev.Acted >= few {
		f.FirstAct = ev.FirstAct
	}
}

// figureOf is a number as it may be told.
func figureOf(n int) Figure {
	if 0 < n && n < few {
		return Figure{Few: true}
	}
	return Figure{N: n}
}

// addAbsence adds how much absence there was.
func (s *Service) addAbsence(ctx context.Context, f *Figures, now time.Time) error {
	students, err := s.Students.InSchool(ctx, f.School.ID)
	if err != nil {
		return fmt.Errorf("list students: %w", err)
	}
	counted := slices.DeleteFunc(students, func(stu Student) bool { return stu.Protected || stu.Status == Left })
	if len(counted) < few {
		return nil
	}
	from := min(f.On.From, max(f.Newest.monday().AddDays(-7*(chartWeeks-1)), f.School.yearStart(f.Newest)))
	weeks, err := s.weeks(ctx, f.School, from, f.Newest, now)
	if err != nil {
		return err
	}
	var all WeekDay
	for _, w := range weeks {
		var week WeekDay
		for _, d := range w.Days {
			week = week.plus(d)
			if f.On.Holds(d.Date) {
				all = all.plus(d)
			}
		}
		if len(f.Weeks) > 0 || week.Scheduled > 0 { // nothing is to be seen before the first figures
			f.Weeks = append(f.Weeks, WeekPercent{w.monday(), week.percent()})
		}
	}
	f.Percent = all.percent()
	return nil
}
