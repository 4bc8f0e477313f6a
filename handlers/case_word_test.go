package handlers_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
)

// TestCaseWord reads what is told of a case, in each language.
func TestCaseWord(t *testing.T) {
	o := newOffice(t)
	act := func(a care.Act) care.CaseWord { return care.CaseWord{What: care.CaseActed, Act: a, By: "UANNA"} }
	lowered := care.CaseWord{What: care.CaseLowered, Step: care.Step{N: 1, Proposal: true}}
	for _, tt := range []struct {
		name string
		lang care.Lang
		word care.CaseWord
		want string
	}{
		{"closed", care.Swedish, act(care.ActClose), "Frånvaroärendet för 8B-K3F är avslutat, noterat av <@UANNA>."},
		{"closed", care.Nynorsk, act(care.ActClose), "Fråværssaka for 8B-K3F er avslutta, notert av <@UANNA>."},
		{"handed over", care.Swedish, act(care.ActHandOver), "<@UANNA> vill lämna över frånvaroärendet för 8B-K3F till dig. [case.take] [case.details]"},
		{"handed over", care.Bokmal, act(care.ActHandOver), "<@UANNA> vil overføre fraværssaken for 8B-K3F til deg. [case.take] [case.details]"},
		{"lowered", care.Swedish, lowered, "Frånvaron för 8B-K3F har rättats. Ärendet är nu på steg 1 (förslag). [case.details]"},
		{"lowered", care.Nynorsk, lowered, "Fråværet til 8B-K3F er retta. Saka står no på steg 1 (framlegg). [case.details]"},
		{"retracted", care.Bokmal, care.CaseWord{What: care.CaseRetracted}, "Fraværet til 8B-K3F er rettet, så saken er trukket. Du trenger ikke gjøre noe."},
		{"came back", care.Nynorsk, care.CaseWord{What: care.CaseCameBack}, "Ingen har teke over fråværssaka for 8B-K3F, så ho er di att. [case.details]"},
	} {
		tt.word.Case, tt.word.Ref, tt.word.School = "8B-K3F/1", "8B-K3F", o.Care.(*care.Service).Schools["alen"]
		text, blocks := o.CaseWord(tt.word, tt.lang, o.now)
		parts := []string{text}
		for _, b := range blocks[1:] {
			for _, e := range b.(*slack.ActionBlock).Elements.ElementSet {
				if click := e.(*slack.ButtonBlockElement); click.Value != "8B-K3F/1" {
					t.Errorf("%s: the button %s stands for %q", tt.name, click.ActionID, click.Value)
				} else {
					parts = append(parts, "["+click.ActionID+"]")
				}
			}
		}
		if got := strings.Join(parts, " "); got != tt.want {
			t.Errorf("%s in %s:\n%s\nwant\n%s", tt.name, tt.lang, got, tt.want)
		}
	}
}
