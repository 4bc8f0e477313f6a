package care

import "time"

// A Reading is what a reply in a thread is understood as.
type Reading struct {
	Forms []CaseForm // what was said to be done, in the order in which it is to be done; a hand-over's To is a Slack user id
	Seen  bool       // it says no more than that the message was seen
	Err   error      // a mistake of the writer's (*Error), such as a day that is too far away: nothing is to be done
}

// Understood reports whether it is clear what the reply means.
func (r Reading) Understood() bool { return r.Seen || len(r.Forms) > 0 || r.Err != nil }

// ReadReply reads a reply, in any of the three languages. Its text is plain but for people, who stand in it as Slack has
// them, <@U…>. at is when it was written; school's days and zone count.
func ReadReply(text string, school School, at time.Time) Reading {
	return Reading{}
}

// isLexiconWord reports whether a folded word stands in the lexicon.
func isLexiconWord(folded string) bool { return false }
