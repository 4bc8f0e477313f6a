package care

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	l := theLexicon()
	for _, text := range strings.Split(os.Getenv("ZZ"), "|") {
		tokens, asks := cutReply(text)
		l.look(tokens)
		m := matcher{lexicon: l, tokens: tokens}
		fmt.Printf("%q asks=%v\n", text, asks)
		for _, e := range m.elements() {
			var ws []string
			for _, t := range tokens[e.from:e.to] {
				ws = append(ws, fmt.Sprintf("%s/%d", t.fold, t.kind))
			}
			s := "?"
			if e.phrase != nil {
				s = string(e.Act) + string(e.Means) + string(e.Day)
			}
			fmt.Printf("   %d %-12s %v\n", e.clause, s, ws)
		}
	}
}
