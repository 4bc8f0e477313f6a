package care

import (
	"context"
	"errors"
	"time"
)

var errNotYet = errors.New("not built yet")

// MyCases returns the cases that are not closed and that the actor owns, was handed, or sees as the substitute of their
// owner, next due first. For the team and the principal with whole it is those of their schools.
func (s *Service) MyCases(ctx context.Context, actor Actor, whole bool, now time.Time) ([]CaseView, error) {
	return nil, errNotYet
}

// CaseOfStudent returns the student's case that is not closed, or an *Error with CodeNoCase. who is a
// ref or a name: the errors are those of FindStudent. That it was read is on record.
func (s *Service) CaseOfStudent(ctx context.Context, actor Actor, who string, now time.Time) (CaseView, error) {
	return CaseView{}, errNotYet
}

// OpenCase opens a case by hand, or returns the one that there is.
func (s *Service) OpenCase(ctx context.Context, actor Actor, ref Ref, request string, now time.Time) (CaseView, error) {
	return CaseView{}, errNotYet
}

// CaseByID returns a case, or an *Error with CodeNoCase also when the actor may not see it. That it was read is on record.
func (s *Service) CaseByID(ctx context.Context, actor Actor, id string, now time.Time) (CaseView, error) {
	return CaseView{}, errNotYet
}

// ActOnCase does what the form says about a case, once for each request, and returns the case as it then is.
func (s *Service) ActOnCase(ctx context.Context, actor Actor, id string, f CaseForm, request string, now time.Time) (CaseView, error) {
	return CaseView{}, errNotYet
}

// ChangeCaseEntry changes what the actor has entered: the act's day, person, reason or note. What it said before is kept.
func (s *Service) ChangeCaseEntry(ctx context.Context, actor Actor, id, entry string, f CaseForm, request string, now time.Time) (CaseView, error) {
	return CaseView{}, errNotYet
}

// UndoCaseAct takes back the latest act of a case, if it is the actor's own.
func (s *Service) UndoCaseAct(ctx context.Context, actor Actor, id, entry, request string, now time.Time) (CaseView, error) {
	return CaseView{}, errNotYet
}

// AbsenceOf returns what is known of a student's absence, for who may see it: figures of windows that matter to the
// student's ladder, and the days with absence of the school year, latest first.
func (s *Service) AbsenceOf(ctx context.Context, actor Actor, who string, now time.Time) (AbsenceView, error) {
	return AbsenceView{}, errNotYet
}

// AssessAbsence opens, raises, lowers and retracts the cases of the students as their figures ask for. It may
// be done again, and by several at once.
func (s *Service) AssessAbsence(ctx context.Context, students []Ref, now time.Time) (Assessed, error) {
	return Assessed{}, errNotYet
}

// Assessed counts what an assessment did.
type Assessed struct{ Opened, Rose, Lowered, Retracted, Reopened int }

// AbsenceView is a student's absence as one reader may see it.
type AbsenceView struct {
	Student Name
	School  School
	Newest  Date   // the newest day with figures, or ""
	Figures []Fact // of the windows of the school's ladder; Step is the lowest that the figure leads to
	Days    []AbsenceDay
}
