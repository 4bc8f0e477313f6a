package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/store/storetest"
)

// TestLateSubmission holds the database's write lock so long that Slack cannot wait: what was typed
// stays before the person, and sending it again stores it once.
func TestLateSubmission(t *testing.T) { overBoth(t, testLateSubmission) }

func testLateSubmission(t *testing.T, w *world) {
	w.serve()
	w.opens("UANNA", "/insats", "")
	w.searches("UANNA", "berg")
	unlock := w.lockDatabase()
	mark := w.log.len()
	v := w.submits("UANNA", values{"students": []string{"8B-M2X"}, "kinds": []string{"talk"}, "note": "Sent omsider"})
	if got := v.Errors["students"]; !strings.HasPrefix(got, "Det tar längre än vanligt att spara.") {
		t.Errorf("after 2.5 seconds the modal says %q", v.Errors)
	}
	unlock()
	w.awaitLog(mark, `"kind":"submission"`)
	v = w.submits("UANNA", nil)
	if got := reads(v); !strings.HasPrefix(got, "Loggat för 8B-M2X (Alva Berg): elevsamtal, tis 17 nov.\n> Sent omsider") {
		t.Errorf("sent again, the modal says\n%s", got)
	}
	if got := w.types("UANNA", "/insats", "lista"); strings.Count(got, "Sent omsider") != 1 || strings.Contains(got, "ändrad") {
		t.Errorf("afterwards the list is\n%s", got)
	}
	w.check()
}

// TestSubmissionAnswerTooLargeForAnAck has two people write so much that what is shown to the
// second does not fit in an acknowledgement.
func TestSubmissionAnswerTooLargeForAnAck(t *testing.T) {
	overBoth(t, testSubmissionAnswerTooLargeForAnAck)
}

func testSubmissionAnswerTooLargeForAnAck(t *testing.T, w *world) {
	w.serve()
	faces := func(s string) string { return strings.Repeat(s, care.NoteMax/2) }
	logged := w.ask("UANNA", "/insats", "8B-M2X samtal "+faces("😀"))
	w.presses("UANNA", logged.Key, "intervention.edit")
	card := w.ask("UEVA", "/elev", "8B-M2X")
	w.presses("UEVA", card.Key, "intervention.edit")
	w.submits("UEVA", values{"note": faces("🙂")})
	calls := len(w.slack.Calls())
	w.submits("UANNA", values{"note": faces("🙃")})
	w.await("what was changed", func() bool {
		return strings.Contains(strings.ReplaceAll(reads(w.front("UANNA")), "\n", ""), faces("🙂")) // long texts take several blocks
	})
	if slices.Contains(w.methods(calls), "views.update") != w.socket {
		t.Errorf("over sockets: %v, and the bot calls %q; the answer fits in one over HTTP alone", w.socket, w.methods(calls))
	}
	if v := w.front("UANNA"); v.Title != "Ändra insats" || !strings.Contains(string(v.State), faces("🙃")) {
		t.Errorf("what was typed is gone: %.300s", v.State)
	}
	v := w.submits("UANNA", nil)
	if strings.Count(reads(v), "🙃") != care.NoteMax/2 {
		t.Errorf("saved again, the modal says %.300s", reads(v))
	}
	w.check()
}

// coldStored is how many interventions are stored at the cold start.
var coldStored = 100_000

// TestModalAtAColdStart opens a modal as the first thing after a start with 100 000 interventions
// stored (a thousand in a test server that looks through them all): in less than 100 ms, the only
// call to Slack being the one that opens it.
func TestModalAtAColdStart(t *testing.T) {
	w := newWorld(t)
	w.serve() // once, to learn everyone's account
	w.stop()
	stored := storetest.Fewer(coldStored, 1000)
	w.fill(stored)
	best := time.Hour
	for range 3 { // the machine may be busy with something else
		w.serve()
		calls := len(w.slack.Calls())
		began := time.Now()
		w.opens("UANNA", "/insats", "")
		if took := time.Since(began); took < best {
			best = took
		}
		if got := w.methods(calls); len(got) == 0 || got[0] != "views.open" {
			t.Errorf("before the modal the bot calls %q", got)
		}
		if found := w.searches("UANNA", "alva"); len(found) != 2 {
			t.Errorf("the search finds %q", found)
		}
		if _, err := w.slack.CloseView(t.Context(), "UANNA", true); err != nil {
			t.Fatal(err)
		}
		w.stop()
	}
	t.Logf("the modal is open %v after the command, with %d interventions stored", best, stored)
	if best > 100*time.Millisecond {
		t.Errorf("the modal opens after %v, want 100 ms at the most", best)
	}
	w.check()
}

// fill stores so many interventions, of many students and authors.
func (w *world) fill(n int) {
	w.t.Helper()
	p := &program{cli: &cli{DB: w.env["LOTSEN_DB"], Keys: w.env["LOTSEN_KEYS"], Config: w.env["LOTSEN_CONFIG"], Language: "sv"}, clock: &clock{}}
	sys, err := p.open(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	g, ctx := errgroup.WithContext(w.t.Context())
	const hands = 256 // writes that wait at the same moment share a commit
	for hand := range hands {
		g.Go(func() error {
			for i := hand; i < n; i += hands {
				at := time.Date(2026, 11, 16, 8, 0, i%3600, 0, time.UTC).AddDate(0, 0, -i%700)
				iv := care.Intervention{Meta: care.Meta{ID: fmt.Sprintf("iv_%06d", i)}, Student: care.Ref(fmt.Sprintf("7A-%03d", i%900)),
					School: "alen", Author: fmt.Sprintf("st_%d", i%60), At: at, Content: care.Content{Level: care.LevelIndividual,
						Kinds: []care.Kind{care.KindTalk}, Date: care.DateOf(at, time.UTC), Audience: care.AudienceEHT}, Status: care.StatusActive}
				iv.Students = []care.Ref{iv.Student}
				if err := sys.records.Interventions.Add(ctx, iv); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		w.t.Fatal(err)
	}
	if err := sys.close(); err != nil {
		w.t.Fatal(err)
	}
}

// TestRepeatedClickOpensOneModal has Slack deliver a click twice.
func TestRepeatedClickOpensOneModal(t *testing.T) { overBoth(t, testRepeatedClickOpensOneModal) }

func testRepeatedClickOpensOneModal(t *testing.T, w *world) {
	w.serve()
	logged := w.ask("UANNA", "/insats", "8B-M2X samtal")
	w.presses("UANNA", logged.Key, "intervention.edit")
	if ack, err := w.slack.Repeat(t.Context()); err != nil || ack.Error != "" {
		t.Fatalf("the second delivery: %v, %+v", err, ack)
	}
	if n := len(w.slack.Views("UANNA")); n != 1 {
		t.Errorf("there are %d modals", n)
	}
	if seen := w.slack.Seen("UANNA"); len(seen) != 1 {
		t.Errorf("the second delivery has written %q", seen[1].Plain)
	}
	w.check()
}

// TestAnswerInTheThirdModal clicks where no fourth modal can be shown on top.
func TestAnswerInTheThirdModal(t *testing.T) { overBoth(t, testAnswerInTheThirdModal) }

func testAnswerInTheThirdModal(t *testing.T, w *world) {
	w.serve()
	w.openHome("UANNA")
	w.presses("UANNA", w.slack.Home("UANNA").ID, "student.names")
	w.await("the names", func() bool { return w.front("UANNA") != nil })
	w.presses("UANNA", w.front("UANNA").ID, "student.open", "8B-M2X")
	w.await("the card", func() bool { return len(w.slack.Views("UANNA")) == 2 })
	w.presses("UANNA", w.front("UANNA").ID, "intervention.log")
	w.await("the form", func() bool { return len(w.slack.Views("UANNA")) == 3 })
	v := w.submits("UANNA", values{"kinds": []string{"talk"}})
	w.write("moved.csv", "key;given_name;family_name;group;school;mentors;ref\nk2;Alva;Berg;9C;alen;;8B-M2X\n")
	if out, code := w.run("import", "--students", w.path("moved.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	w.presses("UANNA", v.ID, "intervention.edit")
	w.await("the refusal", func() bool { return strings.HasPrefix(reads(w.front("UANNA")), "Den insatsen kan du inte ändra.") })
	w.check()
}

// TestPushThatSlackDoesNotTake has an answer take the place of the modal that it was to be on top of.
func TestPushThatSlackDoesNotTake(t *testing.T) { overBoth(t, testPushThatSlackDoesNotTake) }

func testPushThatSlackDoesNotTake(t *testing.T, w *world) {
	w.serve()
	for _, fault := range []fakeslack.Fault{{Status: 500}, {Code: "expired_trigger_id"}, {RetryAfter: time.Second}} {
		w.openHome("UANNA")
		w.presses("UANNA", w.slack.Home("UANNA").ID, "student.names")
		w.await("the names", func() bool { return w.front("UANNA") != nil })
		w.slack.Fault("views.push", fault)
		w.presses("UANNA", w.front("UANNA").ID, "student.open", "8B-M2X")
		w.await("the card", func() bool { return strings.HasPrefix(reads(w.front("UANNA")), "8B-M2X (Alva Berg)") })
		if _, err := w.slack.CloseView(t.Context(), "UANNA", true); err != nil {
			t.Fatal(err)
		}
	}
	w.check()
}

// TestPatienceIsInThePersonsLanguage has someone wait who speaks another language than the installation.
func TestPatienceIsInThePersonsLanguage(t *testing.T) {
	overBoth(t, testPatienceIsInThePersonsLanguage)
}

func testPatienceIsInThePersonsLanguage(t *testing.T, w *world) {
	w.serve()
	w.opens("USIGNE", "/tiltak", "")
	w.searches("USIGNE", "jon")
	unlock := w.lockDatabase()
	v := w.submits("USIGNE", values{"students": []string{"1STB-C3C"}, "kinds": []string{"talk"}})
	if got := v.Errors["students"]; !strings.HasPrefix(got, "Det tek lengre tid") {
		t.Errorf("in the modal it says %q", v.Errors)
	}
	unlock()
	w.await("the late answer", func() bool { return !strings.Contains(reads(w.submits("USIGNE", nil)), "Lagre") })
	w.check()
}

// TestCardOfLongNotes has notes of which every character takes five when it is shown.
func TestCardOfLongNotes(t *testing.T) { overBoth(t, testCardOfLongNotes) }

func testCardOfLongNotes(t *testing.T, w *world) {
	w.serve()
	for i := range 12 {
		w.types("UANNA", "/insats", fmt.Sprintf("8B-M2X samtal %02d%s", i, strings.Repeat("&", 2900)))
	}
	card := w.ask("UANNA", "/elev", "8B-M2X")
	seen := map[string]bool{}
	for range 12 {
		text := read(card)
		for i := range 12 {
			if strings.Contains(text, fmt.Sprintf("%02d&", i)) {
				seen[fmt.Sprint(i)] = true
			}
		}
		if !strings.Contains(text, "[Äldre]") {
			break
		}
		w.clicks("UANNA", card, "student.page.1")
		card = w.again("UANNA", card)
	}
	if len(seen) != 12 {
		t.Errorf("the pages show %d of 12 entries", len(seen))
	}
	w.check()
}
