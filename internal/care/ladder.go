package care

// A Ladder says step by step what is to be done about absence. Design: "Ladder form".
type Ladder struct {
	ID        string
	Country   Country
	Version   int
	ValidFrom Date   `yaml:"valid_from"`
	Steps     []Step // numbered one by one, from 0 or 1
}

// A Step is one step of a ladder. Any of When is enough to reach it.
type Step struct {
	N        int
	When     []Trigger
	Acts     []Role          // who is to act
	Do       map[Lang]string // what is to be done
	Due      int             // school days after day 0
	FollowUp int             // school days after an act; 0: followUpDefault
	Escalate Escalation
	Proposal bool // its thresholds are no norm: the school is to confirm them
}

// An Escalation says who is told when nobody acts.
type Escalation struct {
	After *int // school days after the due day; nil: nothing more is sent
	To    Role // "": nobody
}

// A Trigger holds when a figure of a student's absence is at least so much.
type Trigger struct {
	Measure Measure `bson:"measure"`
	AtLeast float64 `bson:"at_least" yaml:"at_least"`
	Window  Window  `bson:"window,omitempty"`
}

// A Window is the time over which a measure counts: so many school days or, when that is 0, a span.
// It ends with the newest day that has figures and begins no earlier than the school year.
type Window struct {
	Days int    `bson:"days,omitempty"`
	Span string `bson:"span,omitempty"` // month, term, year; "" for a measure without a window
}

// The spans of a window.
const (
	SpanMonth = "month"
	SpanTerm  = "term"
	SpanYear  = "year"
)

// A Measure is a figure of a student's absence.
type Measure string

// The measures. Design: "Windows and measures".
const (
	UnreportedLessons Measure = "unreported_lessons"
	InvalidLessons    Measure = "invalid_lessons"
	InvalidMinutes    Measure = "invalid_min"
	TotalPercent      Measure = "total_pct"
	WholeDays         Measure = "days"
	DaysInRow         Measure = "days_in_row"
	Occasions         Measure = "occasions"
	SingleLessons     Measure = "single_lessons"
	LateArrivals      Measure = "late"
	SubjectLimit      Measure = "subject_limit_pct"
	StepOpen          Measure = "step_open"
)

// Measures are all measures, and whether each needs a window.
var Measures = map[Measure]bool{
	UnreportedLessons: false, InvalidLessons: true, InvalidMinutes: true, TotalPercent: true, WholeDays: true,
	DaysInRow: false, Occasions: true, SingleLessons: true, LateArrivals: true, SubjectLimit: false, StepOpen: false,
}

// step returns the step with that number.
func (l Ladder) step(n int) (Step, bool) {
	for _, st := range l.Steps {
		if st.N == n {
			return st, true
		}
	}
	return Step{}, false
}

// A Fact is a figure that has reached its trigger: why a case is where it is.
type Fact struct {
	Trigger `bson:",inline"`
	Step    int     `bson:"step"`  // the step that it leads to
	Value   float64 `bson:"value"` // what the figure is
	Subject string  `bson:"subject,omitempty"`
	From    Date    `bson:"from,omitempty"` // the days that count, both included
	To      Date    `bson:"to,omitempty"`
}
