package main

import (
	"strings"
	"testing"
)

func TestCaseWord(t *testing.T) { overBoth(t, testCaseWord) }

// testCaseWord is a case that the team opens and the mentor hands back to it: each is told by a message.
func testCaseWord(t *testing.T, w *world) {
	w.serve()
	w.clicks("UEVA", w.ask("UEVA", "/franvaro", "8B-K3F"), "case.open")
	act := func(act, field string, fields values) {
		w.presses("UANNA", w.ask("UANNA", "/franvaro", "8B-K3F").Key, "case.details", "8B-K3F/1")
		w.chooses("UANNA", "act", act)
		w.await("the fields of the act", func() bool { return strings.Contains(reads(w.front("UANNA")), field) })
		w.submits("UANNA", fields)
	}
	act("handover", "Vem ska ta över?", values{"owner": "UEVA"})

	w.goesOn("2026-11-18T09:00:00+01:00")
	m := w.reminded("UEVA", 1)
	if got, want := read(m), "@uanna vill lämna över frånvaroärendet för 8B-K3F till dig.\n[Jag tar ärendet] [Visa mer]"; got != want {
		t.Errorf("the message is\n%s\nwant\n%s", got, want)
	}
	if got := w.clicks("UEVA", m, "case.take"); !strings.HasPrefix(got, "Noterat för 8B-K3F (Unmistakable-Xanthippa Zetterqvistsson): tagit över ärendet.") {
		t.Errorf("to take it is answered with\n%s", got)
	}
	act("close", "Varför avslutas ärendet?", values{"close_reason": "attends", "note": "Hemligt"})
	w.goesOn("2026-11-19T09:00:00+01:00")
	if got, want := read(w.reminded("UEVA", 2)), "Frånvaroärendet för 8B-K3F är avslutat, noterat av @uanna."; got != want {
		t.Errorf("the message is\n%s\nwant\n%s", got, want)
	}
	w.check()
}
