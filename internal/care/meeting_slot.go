package care

import "time"

// A SlotQuery asks when some people can meet. Design §7 and "Busy".
type SlotQuery struct {
	School   School // whose days, hours and lunch hold for all
	People   []SlotPerson
	Quorum   int  // how many of those with EHT must be able to come, at least
	Team     bool // it is the team's: its standing hours are best
	Length   time.Duration
	Earliest Date
	Latest   Date
	Now      time.Time // nothing that begins within SlotNotice is offered
	Not      time.Time // is not offered: when it is by now, of a meeting that is to be moved
	Most     int       // how many slots at most
}

// A SlotPerson is someone of a SlotQuery.
type SlotPerson struct {
	Staff    string
	Required bool
	Keep     bool // is not offered to be left out: the organiser
	EHT      bool
	Busy     []Interval // in any order; they may meet. What Lotsen has booked has the school's buffer around it
	Away     []Period   // days on which they do not work
	Posts    []Period   // days on which they have a post; none: all
	Schools  []School   // whose days and hours bind them, if not the query's
}

// A MeetingSlot is a time at which all who are needed can meet.
type MeetingSlot struct {
	Interval
	Missing []string     // staff ids of those who are not needed and cannot
	Why     []SlotReason // why it has its place among the others, the weightiest first
}

// SlotReason is why a slot is better, or worse, than others.
type SlotReason string

// The reasons.
const (
	SlotStanding SlotReason = "standing" // the team's own hours
	SlotAll      SlotReason = "all"      // everyone can, also those who need not
	SlotMissing  SlotReason = "missing"  // someone who need not cannot
	SlotSoon     SlotReason = "soon"     // the first that there is
	SlotBeside   SlotReason = "beside"   // right before or after what people have anyway
	SlotLate     SlotReason = "late"     // at the very end of the day
)

// SlotReasons are all reasons.
var SlotReasons = []SlotReason{SlotStanding, SlotAll, SlotMissing, SlotSoon, SlotBeside, SlotLate}

// A NoSlot is why there is no slot, and what comes nearest.
type NoSlot struct {
	Blocks  []SlotBlock  // the weightiest first
	Nearest []SlotChange // at most one of each kind
}

// A SlotBlock is what stands in the way of a meeting.
type SlotBlock struct {
	Kind  SlotBlockKind
	Staff string // who, if it is a person; of no_days and hours: at whose own school
	Share int    // percent of the school's times that it takes; 100 alone forbids the meeting
	Opens bool   // without it, and it alone, there would be slots
	Until Date   // of away: the last day

	Substitute string // of away: the staff id of who stands in, if anyone does
}

// SlotBlockKind is what kind of thing stands in the way.
type SlotBlockKind string

// What stands in the way.
const (
	BlockBusy   SlotBlockKind = "busy"    // someone who is needed is busy
	BlockAway   SlotBlockKind = "away"    // someone who is needed does not work then
	BlockLeft   SlotBlockKind = "left"    // someone who is needed has no post then
	BlockQuorum SlotBlockKind = "quorum"  // too few of the team
	BlockNoDays SlotBlockKind = "no_days" // no school day, or none that is left
	BlockHours  SlotBlockKind = "hours"   // it is longer than the hours between beginning, lunch and end of the day
)

// SlotBlocks are all that may stand in the way.
var SlotBlocks = []SlotBlockKind{BlockBusy, BlockAway, BlockLeft, BlockQuorum, BlockNoDays, BlockHours}

// A SlotChange is a slot that there is if something is asked for differently.
type SlotChange struct {
	Kind   SlotChangeKind
	Length time.Duration // of shorter
	Staff  string        // of without: who is left out
	Slot   MeetingSlot
}

// SlotChangeKind is what is to be different.
type SlotChangeKind string

// The changes.
const (
	SlotShorter SlotChangeKind = "shorter"
	SlotWithout SlotChangeKind = "without" // one of those who are needed
	SlotLater   SlotChangeKind = "later"   // after Latest
)

// SlotChanges are all changes.
var SlotChanges = []SlotChangeKind{SlotShorter, SlotWithout, SlotLater}
