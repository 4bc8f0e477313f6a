package care_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// card is a student's card with the entries after some, which must be shown.
func (h *house) card(a care.Actor, who string, skip int) care.Card {
	h.t.Helper()
	c, err := h.Card(h.t.Context(), a, who, skip, h.now)
	h.must(err)
	return c
}

func TestCardPages(t *testing.T) {
	h, anna, eva := withClass(t)
	const shown = 2*care.ListMax + 3
	var want []string
	for i := range 3 * shown {
		h.now = h.now.Add(time.Minute)
		refs := []care.Ref{"8B-M2X", "8B-K3F"}
		if i%2 == 0 {
			refs = []care.Ref{"8B-K3F"}
		}
		e := h.send(anna, talk(fmt.Sprint(i), refs...), fmt.Sprint("form", i), fmt.Sprint("r", i))
		if i%3 > 0 { // two of three are withdrawn
			_, err := h.UndoIntervention(t.Context(), anna, e.ID, "u"+e.ID, h.now)
			h.must(err)
			continue
		}
		want = append(want, fmt.Sprint(i))
	}
	slices.Reverse(want)
	for _, tt := range []struct {
		skip, from, to int
		more           bool
	}{
		{0, 0, 10, true}, {10, 10, 20, true}, {20, 20, 23, false}, {23, 0, 0, false}, {990, 0, 0, false},
		{7, 7, 17, true}, {13, 13, 23, false},
		{-1, 0, 10, true}, {math.MaxInt, 0, 0, false}, {math.MinInt, 0, 10, true},
	} {
		c := h.card(eva, "8B-K3F", tt.skip)
		var got []string
		for _, e := range c.Entries {
			got = append(got, e.Note)
		}
		if diff := cmp.Diff(want[tt.from:tt.to], got); tt.from != tt.to && diff != "" || tt.from == tt.to && len(got) > 0 || c.More != tt.more {
			t.Errorf("after %d: %v, more: %v; want %v, %v", tt.skip, got, c.More, want[tt.from:tt.to], tt.more)
		}
		if skip := max(tt.skip, 0); c.Skipped != skip && skip < 10_000 {
			t.Errorf("after %d it says that it is after %d", tt.skip, c.Skipped)
		}
	}
}

// Entries that were made at the same instant are each on one page.
func TestCardPagesOfOneInstant(t *testing.T) {
	h, anna, eva := withClass(t)
	for i := range 25 {
		if i%5 == 0 {
			h.now = h.now.Add(time.Second)
		}
		h.had(fmt.Sprintf("iv_%02d", (i*7)%25), anna, care.AudienceEHT, "", "8B-K3F", "8B-M2X")
	}
	for _, who := range []string{"8B-K3F", "8B-M2X"} {
		seen := map[string]bool{}
		for page := range 3 {
			for _, e := range h.card(eva, who, page*care.ListMax).Entries {
				seen[e.ID] = true
			}
		}
		if len(seen) != 25 {
			t.Errorf("the pages of %s show %d entries, want 25", who, len(seen))
		}
	}
}

func TestCard(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("8B-L4L", "alen", "Siv", "Ek", left, func(stu *care.Student) { stu.Group = "9Z" })
	h.student("8B-Q6Q", "alen", "", "", protected)
	h.send(anna, talk("Ett", "8B-K3F", "8B-M2X"), "form", "r1")
	got := h.card(eva, "Alva Berg", 0)
	if len(got.Entries) != 1 || got.Entries[0].Author != "anna" || got.Entries[0].Note != "Ett" || !got.Entries[0].Editable {
		t.Errorf("Card() shows %+v", got.Entries)
	}
	got.Entries = nil
	want := care.Card{Student: care.Name{Ref: "8B-K3F", Given: "Alva", Family: "Berg"}, Group: "8B", School: h.Schools["alen"]}
	if diff := cmp.Diff(want, got, sameZone); diff != "" {
		t.Errorf("Card() (-want +got):\n%s", diff)
	}
	want = care.Card{Student: care.Name{Ref: "8B-L4L", Given: "Siv", Family: "Ek"}, Group: "9Z", School: h.Schools["alen"], Left: true, Skipped: 40}
	if diff := cmp.Diff(want, h.card(eva, "8b-l4l", 40), sameZone); diff != "" {
		t.Errorf("Card() of one who has left (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		actor care.Actor
		who   string
	}{{anna, "8B-L4L"}, {anna, "9C-P5P"}, {eva, "8B-Q6Q"}, {eva, "8B-XXX"}, {h.person("tor", "teacher@alen"), "8B-K3F"}} {
		if c, err := h.Card(t.Context(), tt.actor, tt.who, 0, h.now); care.CodeOf(err) != care.CodeNoSuchStudent || c.Entries != nil {
			t.Errorf("Card(%s) by %s = %+v, %v, want %s", tt.who, tt.actor.Staff.SlackID, c, err, care.CodeNoSuchStudent)
		}
	}
}

func TestDue(t *testing.T) {
	today := care.Date("2026-10-05")
	type had struct {
		date, followUp int    // days from today; 99 is none
		students       string // K is the one asked about
		withdrawn      bool
	}
	const none = 99
	for _, tt := range []struct {
		name string
		had  []had
		want int
	}{
		{"nothing", nil, none},
		{"none to be followed up on", []had{{0, none, "K", false}}, none},
		{"ahead", []had{{0, 5, "K", false}}, 5},
		{"today", []had{{-3, 0, "K", false}}, 0},
		{"passed", []had{{-9, -3, "K", false}}, -3},
		{"passed long ago", []had{{-90, -60, "K", false}}, -60},
		{"passed longer ago", []had{{-90, -61, "K", false}}, none},
		{"the next of several", []had{{0, 9, "K", false}, {-1, 5, "K", false}, {0, 7, "K", false}}, 5},
		{"done on the day", []had{{-9, -3, "K", false}, {-3, none, "K", false}}, none},
		{"on the day of the entry itself", []had{{0, 0, "K", false}}, 0},
		{"on that day, and something came after it", []had{{0, 0, "K", false}, {0, none, "K", false}}, none},
		{"on that day, and something came before it", []had{{0, none, "K", false}, {0, 0, "K", false}}, 0},
		{"done later", []had{{-9, -3, "K", false}, {-1, none, "K", false}}, none},
		{"done before its day", []had{{-9, -3, "K", false}, {-4, none, "K", false}}, -3},
		{"done, the next one not", []had{{-9, -3, "K", false}, {-1, 4, "K", false}}, 4},
		{"one done, one not", []had{{-20, -10, "K", false}, {-20, 2, "K", false}, {-5, none, "K", false}}, 2},
		{"done, but that was withdrawn", []had{{-9, -3, "K", false}, {-1, none, "K", true}}, -3},
		{"done before many that were withdrawn", append(slices.Repeat([]had{{-1, none, "K", true}}, 40), had{-9, -3, "K", false}, had{-2, none, "K", false}), none},
		{"all withdrawn", []had{{0, 5, "K", true}}, none},
		{"the next withdrawn", []had{{0, 3, "K", true}, {0, 5, "K", false}}, 5},
		{"as the second student", []had{{0, 5, "MK", false}}, 5},
		{"as the third, and first", []had{{0, 5, "MPK", false}, {0, 7, "KM", false}}, 5},
		{"done as the second student", []had{{-9, -3, "K", false}, {-2, none, "MK", false}}, none},
		{"withdrawn as the second student", []had{{0, 5, "MK", true}}, none},
		{"of another", []had{{0, 5, "M", false}}, none},
		{"done for another", []had{{-9, -3, "KM", false}, {-2, none, "M", false}}, -3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, anna, eva := withClass(t)
			refs := map[rune]care.Ref{'K': "8B-K3F", 'M': "8B-M2X", 'P': "9C-P5P"}
			for i, x := range tt.had {
				iv := care.Intervention{Meta: care.Meta{ID: fmt.Sprint("iv_", i)}, School: "alen", Author: anna.Staff.ID, At: h.now.Add(time.Duration(i) * time.Second),
					Content: care.Content{Level: care.LevelIndividual, Kinds: []care.Kind{care.KindTalk}, Date: today.AddDays(x.date), Audience: care.AudienceEHT},
					Status:  care.StatusActive}
				for _, r := range x.students {
					iv.Students = append(iv.Students, refs[r])
				}
				iv.Student = iv.Students[0]
				if x.followUp != none {
					iv.FollowUp = today.AddDays(x.followUp)
				}
				if x.withdrawn {
					iv.Status, iv.WithdrawnAt = care.StatusWithdrawn, h.now
				}
				h.must(h.Interventions.Add(t.Context(), iv))
			}
			var want care.Date
			if tt.want != none {
				want = today.AddDays(tt.want)
			}
			for _, actor := range []care.Actor{anna, eva} {
				if got := h.card(actor, "8B-K3F", 0).Due; got != want {
					t.Errorf("%s's card says due %q, want %q", actor.Staff.SlackID, got, want)
				}
			}
			mine, err := h.MyStudents(t.Context(), anna, h.now)
			h.must(err)
			for _, m := range mine {
				if m.Ref == "8B-K3F" && m.Due != want {
					t.Errorf("MyStudents() says due %q, want %q", m.Due, want)
				}
			}
		})
	}
}

func TestCardAudit(t *testing.T) {
	h, anna, eva := withClass(t)
	h.send(anna, talk("Ett", "8B-K3F", "8B-M2X"), "form", "r1")
	before := h.audited()
	for _, step := range []struct {
		name  string
		later time.Duration
		do    func()
		want  string
	}{
		{"a card", 0, func() { h.card(eva, "8B-K3F", 0) }, "eva student.timeline 8B-K3F 8B-M2X"},
		{"it again", time.Second, func() { h.card(eva, "8B-K3F", 0) }, ""},
		{"an empty page of it", 0, func() { h.card(eva, "8B-K3F", 10) }, "eva student.timeline 8B-K3F"},
		{"a card without entries", 0, func() { h.card(eva, "9C-P5P", 0) }, "eva student.timeline 9C-P5P"},
		{"a card later", time.Minute, func() { h.card(eva, "8B-K3F", 0) }, "eva student.timeline 8B-K3F 8B-M2X"},
		{"own students", 0, func() { _, _ = h.MyStudents(t.Context(), anna, h.now) }, "anna student.names 8B-K3F 8B-M2X"},
		{"them again", 0, func() { _, _ = h.MyStudents(t.Context(), anna, h.now) }, ""},
		{"no own students", 0, func() { _, _ = h.MyStudents(t.Context(), eva, h.now) }, ""},
		{"home", 0, func() { _, _ = h.Home(t.Context(), anna, h.now) }, ""},
	} {
		h.now = h.now.Add(step.later)
		step.do()
		after := h.audited()
		if got := strings.Join(added(before, after), "; "); got != step.want {
			t.Errorf("%s leaves %q, want %q", step.name, got, step.want)
		}
		before = after
	}
}
