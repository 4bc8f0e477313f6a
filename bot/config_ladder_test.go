package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// TestBuiltInLaddersAreRightAsOwnOnes reads the built-in ladders as if a school had written them: they
// would be accepted, and be what care makes of them.
func TestBuiltInLaddersAreRightAsOwnOnes(t *testing.T) {
	r := &configReader{file: "ladders.yaml"}
	top, ok := r.document(bytes.ReplaceAll(care.LadderFile, []byte("    proposal: true\n"), nil))
	if !ok {
		t.Fatal(r.err())
	}
	got := map[string]care.Ladder{}
	for _, item := range r.list(top) {
		l := r.ladder(item)
		got[l.ID] = l
	}
	if err := r.err(); err != nil {
		t.Fatal(err)
	}
	want := care.BuiltInLadders()
	for _, l := range want {
		for i := range l.Steps {
			l.Steps[i].Proposal = false
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the built-in ladders differ (-care +bot):\n%s", diff)
	}
}

// TestLaddersOfAConfiguration finds a school's own ladder beside the built-in ones.
func TestLaddersOfAConfiguration(t *testing.T) {
	c, err := parseConfig("test", []byte(smallConfig+"    ladder: own\n"+smallLadder))
	if err != nil {
		t.Fatal(err)
	}
	all := c.ladders()
	if len(all) != 5 || all["own"].Steps[0].Due != 3 || all["no-vgs"].Country != care.Norway {
		t.Errorf("ladders() = %+v, want the four built-in ones and own", all)
	}
	if _, ok := care.BuiltInLadders()["own"]; ok {
		t.Error("a school's own ladder has become a built-in one")
	}
}
