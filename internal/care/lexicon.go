package care

import (
	"slices"
	"time"
)

// A Reading is what a reply in a thread is understood as.
type Reading struct {
	Forms []CaseForm // what was said to be done, in the order in which it is to be done; a hand-over's To is a Slack user id
	Seen  bool       // it says no more than that the message was seen
	Err   error      // a mistake of the writer's (*Error): a day that there is not. Nothing is to be done
}

// Understood reports whether it is clear what the reply means.
func (r Reading) Understood() bool { return r.Seen || len(r.Forms) > 0 || r.Err != nil }

// ReadReply reads a reply, in any of the three languages. Its text is plain but for people, who stand in it as Slack has
// them, <@U…>. at is when it was written; school's days and zone count. It never guesses: of what is not clear nothing
// is understood. Days are as they were written: one that has passed, is no school day or is too far away is the act's
// matter. A form's note is empty.
func ReadReply(text string, school School, at time.Time) Reading {
	l := theLexicon()
	tokens, asks := cutReply(text)
	if asks || len(tokens) == 0 || len(tokens) > replyTokens {
		return Reading{}
	}
	l.look(tokens)
	local := at.In(school.Zone)
	r := reply{
		matcher: matcher{lexicon: l, tokens: tokens, own: school.ownTeam()},
		calendar: calendar{lexicon: l, school: school, today: DateOf(at, school.Zone),
			now: Clock(local.Hour()*60 + local.Minute())},
	}
	return r.read()
}

// isLexiconWord reports whether a folded word stands in the lexicon.
func isLexiconWord(folded string) bool { return theLexicon().vocabulary[folded] != 0 }

// ownTeam are the words for what the school calls its team, folded.
func (sc School) ownTeam() (own [][]string) {
	term, ok := sc.Terms[TermTeam]
	if !ok {
		return nil
	}
	for _, form := range [2]string{term.Indefinite, term.Definite} {
		tokens, _ := cutReply(form)
		var words []string
		for _, t := range tokens {
			words = append(words, t.fold)
		}
		if len(words) > 0 && !slices.Contains(words, "") {
			own = append(own, words)
		}
	}
	return own
}
