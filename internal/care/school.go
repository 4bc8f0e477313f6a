package care

import "time"

// Country decides holidays, the default ladder and the words of a school.
type Country string

// The countries that Lotsen knows.
const (
	Sweden Country = "SE"
	Norway Country = "NO"
)

// Lang is a language that Lotsen speaks.
type Lang string

// The languages that Lotsen speaks.
const (
	Swedish Lang = "sv"
	Bokmal  Lang = "nb"
	Nynorsk Lang = "nn"
)

// Langs are all languages, in the order in which they are offered.
var Langs = []Lang{Swedish, Bokmal, Nynorsk}

// ParseLang reads a language as people and files name it: its code, its name in any of the
// three languages, or "no", which means Bokmål.
func ParseLang(s string) (Lang, bool) {
	switch Fold(s) {
	case "sv", "svenska", "svensk":
		return Swedish, true
	case "nb", "no", "norsk", "norska", "bokmal", "norsk bokmal":
		return Bokmal, true
	case "nn", "nynorsk", "nynorska":
		return Nynorsk, true
	}
	return "", false
}

// A School is one school as its configuration describes it.
type School struct {
	ID, Name         string
	Country          Country
	Zone             *time.Location
	Language         Lang
	Ladder           string
	Years            []Period
	Breaks           []Break
	Work, Lunch      Hours
	EHTChannel       string // Slack channel ids
	PrincipalChannel string
	Admins           []string // Slack user ids
	EHTMeeting       EHTMeeting
	Buffer           time.Duration // between two meetings
	Terms            map[Term]Word // what this school calls things; a missing one has its ladder's default
}

// A Break is a span of days without school within a school year.
type Break struct {
	Name string
	Period
}

// A Clock is a time of day in minutes since midnight, wall time.
type Clock int

// Hours is a span of the day, From included, To excluded.
type Hours struct{ From, To Clock }

// EHTMeeting is the student health team's standing slot.
type EHTMeeting struct {
	Weekday    time.Weekday
	Hours      Hours
	Weeks      string // all, odd or even (ISO week)
	Quorum     int    // members of the role eht
	MaxItems   int
	CutoffDays int // school days before the meeting at which its agenda closes
}

// A Term is something that schools have words of their own for.
type Term string

// The terms of a school.
const (
	TermMentor  Term = "mentor"
	TermTeam    Term = "team"
	TermValid   Term = "valid"
	TermInvalid Term = "invalid"
)

// Terms are all terms.
var Terms = []Term{TermMentor, TermTeam, TermValid, TermInvalid}

// A Word is a noun in its two forms: "en mentor", "mentorn".
type Word struct{ Indefinite, Definite string }
