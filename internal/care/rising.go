package care

// A Standing is all that decides where a student stands on a ladder: the days of absence of the school
// year, the newest day on which anything is reported at the school, and the student's latest case, if any.
type Standing struct {
	School School
	Days   []AbsenceDay
	Newest Date
	Today  Date
	Case   *Case
}

// A Verdict is what is to become of a student's case: on which step, why, and by the end of which
// day something is to be done.
type Verdict struct {
	Move  Move
	Step  int
	Facts []Fact
	Due   Date
}

// A Move is what a Verdict does to a case.
type Move string

// The moves.
const (
	MoveNone    Move = ""
	MoveOpen    Move = "open"
	MoveRise    Move = "rise"
	MoveLower   Move = "lower"
	MoveRetract Move = "retract"
	MoveReopen  Move = "reopen"
)

// Assess says what is to become of a student's case.
func (l Ladder) Assess(in Standing) Verdict { return Verdict{} }

// Figures are the figures of the windows that the ladder uses, whether or not they reach their
// triggers; each has the lowest step that it leads to.
func (l Ladder) Figures(in Standing) []Fact { return nil }
