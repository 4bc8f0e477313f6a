package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// item is an open case at a school, on the first step of its ladder, whose due day is tomorrow. It is Tuesday 17 November.
func (o *office) item(school string, ref care.Ref) care.CaseItem {
	sc := o.care.Schools[school]
	return care.CaseItem{Case: string(ref) + "/1", Ref: ref, School: sc, Prompt: care.PromptFirst, Step: o.care.Ladders[sc.Ladder].Steps[1],
		State: care.CaseOpen, Due: "2026-11-18", Next: "2026-11-18", Acts: []care.Act{care.ActTalked, care.ActHome, care.ActNotReached, care.ActSnooze}}
}

// itemStates are what a message can tell of an open case.
var itemStates = []struct {
	name   string
	change func(*care.CaseItem)
}{
	{"first", func(*care.CaseItem) {}},
	{"first, of more than the step", func(c *care.CaseItem) { c.Higher = true }},
	{"due", func(c *care.CaseItem) { c.Prompt, c.Due = care.PromptDue, "2026-11-17" }},
	{"due, nobody reached", func(c *care.CaseItem) { c.Prompt, c.Due, c.Attempts = care.PromptDue, "2026-11-17", 2 }},
	{"again", func(c *care.CaseItem) { c.Prompt, c.Overdue, c.Due, c.Attempts = care.PromptAgain, 1, "2026-11-16", 1 }},
	{"again, nobody reached three times", func(c *care.CaseItem) {
		c.Prompt, c.Overdue, c.Due, c.Attempts, c.AskTeam = care.PromptAgain, 4, "2026-11-11", 3, true
		c.Acts = []care.Act{care.ActNeedsEHT, care.ActTalked, care.ActHome, care.ActNotReached}
	}},
	{"follow up", func(c *care.CaseItem) {
		c.Prompt, c.State, c.Next = care.PromptFollowUp, care.CaseWaiting, "2026-11-17"
		c.Acts = []care.Act{care.ActTalked, care.ActHome, care.ActBack, care.ActClose}
	}},
	{"for someone else", func(c *care.CaseItem) {
		c.Owner, c.Acts = "UANNA", []care.Act{care.ActTake, care.ActTalked, care.ActHome, care.ActNotReached}
	}},
}

// itemDeeds are what a message can tell of a case about which something was done.
func itemDeeds() (items []care.CaseItem) {
	add := func(state care.CaseState, next care.Date, d care.CaseDeed) {
		d.Entry, d.On, d.Next = "2", "2026-11-17", next
		items = append(items, care.CaseItem{State: state, Did: &d, Queued: d.Act == care.ActNeedsEHT})
	}
	for _, act := range care.Acts {
		state, next := care.CaseWaiting, care.Date("2026-12-01")
		switch act {
		case care.ActNotReached, care.ActTake, care.ActSnooze, care.ActHandOver:
			state, next = care.CaseOpen, "2026-11-18"
		case care.ActClose, care.ActKnown:
			state, next = care.CaseClosed, ""
		case care.ActNeedsEHT:
			next = ""
		}
		add(state, next, care.CaseDeed{What: care.CaseActed, Act: act, By: "UANNA"})
	}
	add(care.CaseOpen, "2026-11-18", care.CaseDeed{What: care.CaseActed, Act: care.ActHandOver, By: "UANNA", To: "UBO"})
	add(care.CaseWaiting, "2026-12-01", care.CaseDeed{What: care.CaseActed, Act: care.ActTalked}) // by someone without an account
	for _, what := range []care.CaseWhat{care.CaseOpened, care.CaseRose, care.CaseLowered, care.CaseReopened, care.CaseCameBack, care.CaseOrphaned} {
		add(care.CaseOpen, "2026-11-18", care.CaseDeed{What: what})
	}
	add(care.CaseClosed, "", care.CaseDeed{What: care.CaseRetracted})
	return items
}

// TestCaseMessages compares what messages tell of cases with testdata/case_posts_<language>.txt, at a school of each ladder
// whose readers have that language.
func TestCaseMessages(t *testing.T) {
	o := newOffice(t)
	grund := o.care.Schools["fjord"]
	grund.ID, grund.Ladder = "bakken", "no-grunnskole"
	o.care.Schools["bakken"] = grund
	for lang, schools := range map[care.Lang][]string{care.Swedish: {"alen"}, care.Bokmal: {"fjord", "bakken"}, care.Nynorsk: {"bakken"}} {
		t.Run(string(lang), func(t *testing.T) {
			o.t = t
			var b strings.Builder
			tell := func(name, text string, blocks []slack.Block) {
				o.blocksFit(blocks)
				for i, block := range blocks {
					section, ok := block.(*slack.SectionBlock)
					if ok && i == 0 && name != "" && !strings.Contains(section.Text.Text, text) {
						t.Errorf("%s: who is notified reads %q, which the message does not begin with", name, text)
					}
				}
				fmt.Fprintf(&b, "» %s\n%s\n\n", name, shown(handlers.Reply{Blocks: blocks}))
			}
			for _, school := range schools {
				for _, s := range itemStates {
					item := o.item(school, "8B-K3F")
					s.change(&item)
					text, blocks := o.Reminder(care.Reminder{Cases: []care.CaseItem{item}}, lang, o.now)
					tell(s.name, text, blocks)
				}
				for _, room := range []care.Room{care.RoomTeam, care.RoomPrincipal, care.RoomAdmins} {
					for _, s := range []struct {
						name   string
						change func(*care.CaseItem)
					}{
						{"silence", func(c *care.CaseItem) { c.Overdue, c.Due, c.Owner = 2, "2026-11-13", "UANNA" }},
						{"one day, nobody reached, the team's", func(c *care.CaseItem) { c.Overdue, c.Due, c.Attempts = 1, "2026-11-16", 1 }},
						{"on the team's list", func(c *care.CaseItem) { c.State, c.Queued, c.Owner = care.CaseWaiting, true, "UANNA" }},
						{"the first, of the team's own", func(*care.CaseItem) {}},
						{"due today", func(c *care.CaseItem) { c.Due = "2026-11-17" }},
						{"follow up", func(c *care.CaseItem) {
							c.Prompt, c.State, c.Next = care.PromptFollowUp, care.CaseWaiting, "2026-11-17"
						}},
					} {
						item := o.item(school, "8B-K3F")
						item.Acts = []care.Act{care.ActTake, care.ActTalked, care.ActHome, care.ActNotReached}
						s.change(&item)
						text, blocks := o.CasePost(care.CasePost{CaseItem: item, Room: room}, lang, o.now)
						tell(string(room)+": "+s.name, text, blocks)
					}
				}
				for _, d := range itemDeeds() {
					item := o.item(school, "8B-K3F")
					item.State, item.Did, item.Queued, item.Acts = d.State, d.Did, d.Queued, nil
					text, blocks := o.CasePost(care.CasePost{CaseItem: item, Room: care.RoomTeam}, lang, o.now)
					tell(strings.TrimSpace(string(d.Did.What)+" "+string(d.Did.Act)), text, blocks)
				}
			}
			golden(t, "case_posts_"+string(lang), b.String())
			if lang != care.Swedish && strings.Contains(b.String(), "EHT") {
				t.Error("a Norwegian reads EHT")
			}
		})
	}
}

// TestReminderOfMuch has one message remind of cases and of follow-ups, as they are done one after another.
func TestReminderOfMuch(t *testing.T) {
	o := newOffice(t)
	many := func(cases, casesDone, items, itemsDone int) care.Reminder {
		var r care.Reminder
		for i := range cases {
			item := o.item("alen", care.Ref(fmt.Sprintf("8B-%c%c2", "BCDFG"[i/10], "BCDFGHJKLM"[i%10])))
			if i >= cases-casesDone {
				item.State, item.Did = care.CaseWaiting, &care.CaseDeed{Entry: "2", What: care.CaseActed, Act: care.ActHome, By: "UANNA", Next: "2026-12-01"}
			}
			r.Cases = append(r.Cases, item)
		}
		for i := range items {
			item := care.FollowUpItem{Delivery: fmt.Sprint("d", i), Refs: []care.Ref{"8B-K3F"}, Done: "2026-11-10", School: o.care.Schools["alen"], State: care.FollowUpOpen}
			if i >= items-itemsDone {
				item.State, item.By, item.On = care.FollowUpMade, "UANNA", "2026-11-17"
			}
			r.Items = append(r.Items, item)
		}
		return r
	}
	for _, tt := range []struct {
		name        string
		r           care.Reminder
		title       string
		rows, shown int // rows of buttons, sections
		more        []string
	}{
		{"one case", many(1, 0, 0, 0), "Du har en elev att följa upp", 1, 1, nil},
		{"three cases", many(3, 0, 0, 0), "Du har 3 elever att följa upp", 3, 3, nil},
		{"one of them is done", many(3, 1, 0, 0), "Du har 2 elever att följa upp", 2, 3, nil},
		{"all are done", many(3, 3, 0, 0), "Allt här är uppföljt", 0, 3, nil},
		{"fifty cases", many(50, 0, 0, 0), "Du har 50 elever att följa upp", 8, 8, []string{"… och 42 elever till. Du ser alla i App Home och med `/franvaro`."}},
		{"fifty cases, most of them done", many(50, 41, 0, 0), "Du har 9 elever att följa upp", 8, 16, []string{"… och en elev till. Du ser alla i App Home och med `/franvaro`."}},
		{"follow-ups", many(0, 0, 2, 0), "Dags att följa upp 2 insatser", 2, 2, nil},
		{"both", many(2, 0, 3, 0), "Dags att följa upp frånvaro och insatser", 5, 5, nil},
		{"the cases are done", many(2, 2, 3, 1), "Dags att följa upp 2 insatser", 2, 5, nil},
		{"the follow-ups are done", many(2, 1, 3, 3), "Du har en elev att följa upp", 1, 5, nil},
		{"both are done", many(2, 2, 1, 1), "Allt här är uppföljt", 0, 3, nil},
		{"much of both", many(6, 0, 50, 0), "Dags att följa upp frånvaro och insatser", 8, 8, []string{"… och 48 till. De visas här när de andra är klara."}},
		{"more cases than are shown, and follow-ups", many(9, 0, 1, 0), "Dags att följa upp frånvaro och insatser", 8, 8,
			[]string{"… och en elev till. Du ser alla i App Home och med `/franvaro`.", "… och en till. Den visas här när någon av de andra är klar."}},
		{"nearly all of much is done", many(50, 49, 50, 49), "Dags att följa upp frånvaro och insatser", 2, 18, nil},
	} {
		text, blocks := o.Reminder(tt.r, care.Swedish, o.now)
		o.blocksFit(blocks)
		rows, shown := 0, -1 // the title
		var more []string
		for _, b := range blocks {
			switch b := b.(type) {
			case *slack.ActionBlock:
				rows++
			case *slack.SectionBlock:
				if strings.HasPrefix(b.Text.Text, "…") {
					more = append(more, b.Text.Text)
				} else {
					shown++
				}
			}
		}
		if text != tt.title || rows != tt.rows || shown != tt.shown || strings.Join(more, "|") != strings.Join(tt.more, "|") {
			t.Errorf("%s: %q with %d rows of buttons, %d sections and %q, want %q, %d, %d and %q", tt.name, text, rows, shown, more, tt.title, tt.rows, tt.shown, tt.more)
		}
		if len(blocks) > 50 {
			t.Errorf("%s has %d blocks, more than Slack takes", tt.name, len(blocks))
		}
	}
}
