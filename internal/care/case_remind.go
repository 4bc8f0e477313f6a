package care

import "time"

// PromptKind is a message that a case asks for, if nobody acts before.
type PromptKind string

// The messages of a case. Design §5, "When".
const (
	PromptFirst     PromptKind = "first"     // it opened or reached its step
	PromptDue       PromptKind = "due"       // its due day has come
	PromptAgain     PromptKind = "again"     // the day that an act has put it to has come
	PromptFollowUp  PromptKind = "follow_up" // the follow-up day of a waiting one has come
	PromptTeam      PromptKind = "team"      // nobody has acted: to the team
	PromptPrincipal PromptKind = "principal" // nor has the team: to the principal
	PromptAdmin     PromptKind = "admin"     // nobody has acted, and the step escalates to the administrators
)

// A Prompt is a message that a case asks for.
type Prompt struct {
	Kind PromptKind
	At   time.Time // when it is to be sent
	Room Room      // to whom; "" is whoever has the case

	Day   Date   // that it is about. With Entry, it tells a prompt from another of its kind, whatever the plan
	Entry string // id of the case's entry that it follows from, if any one
}

// A CaseItem is a case in a message that stays in Slack: it has no name, note or reason.
type CaseItem struct {
	Case     string // its id
	Ref      Ref
	School   School
	Prompt   PromptKind // why the message tells of it
	Step     Step
	State    CaseState
	Higher   bool // the trigger of a higher step holds, too
	Due      Date
	Next     Date
	Overdue  int // school days since the due day of an open one
	Attempts int
	AskTeam  bool // nobody was reached three times: does the team need to come in?
	Queued   bool
	Owner    string    // Slack user id, if the reader is not the owner; "" also of the team's
	Did      *CaseDeed // what was done after the message was asked for; with it there is nothing left to do
	Acts     []Act     // that are most likely to be done about it, at most four; none with Did
}

// A CaseDeed is the latest that was done about a case or befell it, as messages tell of it.
type CaseDeed struct {
	Entry string // its id
	What  CaseWhat
	Act   Act
	By    string // Slack user id; "": figures or time
	To    string // Slack user id, of a hand-over
	On    Date
	Next  Date // when the case is looked at next; "" of a closed one
}

// A CasePost tells a room of one case that nobody has seen to.
type CasePost struct {
	CaseItem
	Room Room
}
