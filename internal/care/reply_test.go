package care_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// posted puts a message of Lotsen's about cases on record: "D/9" is in direct messages, "C/9" in a channel.
func (h *house) posted(at string, kind care.DeliveryKind, subjects ...string) {
	h.t.Helper()
	channel, ts, _ := strings.Cut(at, "/")
	for i, id := range subjects {
		h.must(h.Deliveries.Add(h.t.Context(), care.Delivery{Meta: care.Meta{ID: fmt.Sprint(at, "/", i)}, Kind: kind, Subject: id,
			School: "alen", State: care.DeliverySent, Channel: channel, TS: ts}))
	}
}

// says has someone write, change or delete a message and returns what became of it. "anna D/1: text" is a plain message,
// "anna D/1 in 9: text" stands in the thread of 9, "anna D/1 in 9 now 5: text" is its edition 5, and "anna D/1 in 9 gone" is deleted.
func (h *house) says(line string) care.Heard {
	h.t.Helper()
	head, text, _ := strings.Cut(line, ": ")
	words := strings.Fields(head)
	m := care.Message{Text: text, Gone: strings.HasSuffix(head, " gone")}
	m.Channel, m.TS, _ = strings.Cut(words[1], "/")
	m.Direct = strings.HasPrefix(m.Channel, "D")
	for i, w := range words[2:] {
		switch w {
		case "in":
			m.Thread = words[i+3]
		case "now":
			m.Edition = words[i+3]
		}
	}
	heard, err := h.Reply(h.t.Context(), h.actor(words[0]), m, h.now)
	if code := care.CodeOf(err); code != "" {
		return care.Heard{As: care.HeardRefused, Mistake: err}
	}
	h.must(err)
	return heard
}

// became is what became of a message: "noted 8B-K3F/1", "whose 8B-K3F/1 8B-M2X/1", "refused case_closed".
func became(heard care.Heard) string {
	words := []string{string(heard.As)}
	if heard.Case.ID != "" {
		words = append(words, heard.Case.ID)
	}
	for _, v := range heard.Among {
		words = append(words, v.ID)
	}
	if heard.Mistake != nil {
		words = append(words, string(care.CodeOf(heard.Mistake)))
	}
	for _, u := range heard.Unkept {
		words = append(words, "-"+string(u))
	}
	if heard.Wordless {
		words = append(words, "-words")
	}
	if heard.Withdrawn {
		words = append(words, "back")
	}
	return strings.Join(words, " ")
}

// It is Monday 5 October. anna has the cases of 8B-K3F and 8B-M2X, bo that of 9C-P5P.
func withReplies(t *testing.T) *house {
	h := withCases(t)
	for who, ref := range map[string]care.Ref{"anna": "8B-K3F", "bo": "9C-P5P"} {
		h.opened(who, ref)
	}
	h.opened("anna", "8B-M2X")
	h.person("tor", "teacher@alen")
	h.person("caj", "coach@alen")
	h.person("ada", "admin@alen")
	h.posted("D/90", care.CaseReminder, "8B-K3F/1")
	h.posted("D/91", care.CaseReminder, "8B-K3F/1", "8B-M2X/1")
	h.posted("D/92", care.FollowUpReminder, "iv_1")
	h.posted("C/93", care.Escalated, "8B-K3F/1")
	h.posted("D/94", care.CaseNews, "9C-P5P/1")
	return h
}

// What has the form of a ref and is none may be a name: the answer stays in Slack, so it does not repeat that.
func TestReplyRepeatsNoName(t *testing.T) {
	h := withReplies(t)
	for _, tt := range []struct{ says, want string }{{"bo D/1: 9C-Eva ringt hem", "9C-…"}, {"bo D/2: 9C-P5Q ringt hem", "9C-P5Q"}} {
		mistake, _ := errors.AsType[*care.Error](h.says(tt.says).Mistake)
		if mistake == nil || mistake.Code != care.CodeNoSuchStudent || mistake.Args["Word"] != tt.want {
			t.Errorf("%q is refused with %+v, want %s of %s", tt.says, mistake, care.CodeNoSuchStudent, tt.want)
		}
	}
}

func TestWhoseReply(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, says, want string }{
		{"in the thread of one", "anna D/1 in 90: ringt hem", "noted 8B-K3F/1"},
		{"in the thread of one in the channel", "eva C/1 in 93: ringt hem", "noted 8B-K3F/1"},
		{"in the thread of several", "anna D/1 in 91: ringt hem", "whose 8B-K3F/1 8B-M2X/1"},
		{"in the thread of several with a ref", "anna D/1 in 91: 8b–m2x ringt hem", "noted 8B-M2X/1"},
		{"in the thread of several with a family name", "anna D/1 in 91: alva noren, ringt hem", "noted 8B-M2X/1 -name"},
		{"in the thread of several with a name that fits both", "anna D/1 in 91: Alva: ringt hem", "whose 8B-K3F/1 8B-M2X/1"},
		{"in the thread of one with another's ref", "anna D/1 in 90: 8B-M2X ringt hem", "whose 8B-K3F/1 8B-M2X/1"},
		{"in the thread of one with its own ref", "anna D/1 in 90: 8B-K3F ringt hem", "noted 8B-K3F/1"},
		{"what was done stands around the ref", "anna D/1 in 90: pratat med 8B-K3F", "noted 8B-K3F/1"},
		{"two refs", "anna D/1: 8B-K3F och 8B-M2X ringt hem", "refused reply_several"},
		{"two names", "eva D/1: Nils Öberg och Alva Berg ringt hem", "refused reply_several"},
		{"plain with several cases", "anna D/1: ringt hem", "whose 8B-K3F/1 8B-M2X/1"},
		{"plain with a ref", "anna D/1: 8B-K3F: ringt hem", "noted 8B-K3F/1"},
		{"plain with the only case", "bo D/1: ringt hem", "noted 9C-P5P/1"},
		{"plain with a name in the genitive", "bo D/1: Nils: ringt hem", "noted 9C-P5P/1 -name"},
		{"plain with a typing error in the ref", "bo D/1: 9C-P5Q ringt hem", "refused no_such_student"},
		{"plain with what no ref has", "bo D/1: 9c-pyy ringt hem", "refused no_such_student"},
		{"plain with a ref of another's student", "bo D/1: 8B-K3F ringt hem", "refused no_such_student"},
		{"plain with a phone number", "bo D/1: ringt hem 070-234 56 78", "noted 9C-P5P/1 -phone"},
		{"plain of the team about any student", "eva D/1: 9C-P5P ringt hem", "noted 9C-P5P/1"},
		{"plain of the team without a name", "eva D/1: ringt hem", "refused no_case"},
		{"plain, of a student without a case", "mor D/1: 10A-R4R ringt hem", "refused no_case"},
		{"plain of a teacher", "tor D/1: ringt hem", "refused may_not_see_case"},
		{"plain of an administrator", "ada D/1: när är nästa möte?", "hello"},
		{"hello", "anna D/1: Hej!", "hello"},
		{"thanks with several cases", "anna D/1: tack", "seen"},
		{"thanks with one case", "bo D/1: tack", "seen 9C-P5P/1"},
		{"thanks in a thread", "anna D/1 in 90: ok", "seen 8B-K3F/1"},
		{"in the thread of a follow-up", "anna D/1 in 92: klart", "followup"},
		{"in the thread of a follow-up with a ref", "anna D/1 in 92: 8B-K3F ringt hem", "noted 8B-K3F/1"},
		{"in the thread of a colleague's", "eva C/1 in 50: ringt hem", ""},
		{"not understood", "anna D/1 in 90: ska jag ringa?", "unclear 8B-K3F/1"},
		{"too far", "anna D/1 in 90: påminn v. 48", "refused 8B-K3F/1 case_far"},
		{"of a teacher in the channel", "tor C/1 in 93: ringt hem", "refused may_not_see_case"},
		{"of another class's mentor in the channel", "bo C/1 in 93: ringt hem", "refused may_not_see_case"},
		{"of a coach in the channel", "caj C/1 in 93: ok", "refused may_not_see_case"},
		{"absence that is known", "anna D/1 in 90: sjuk", "noted 8B-K3F/1 -words"},
		{"a colleague whom nobody knows", "anna D/1 in 90: ringt hem ihop med <@UX>", "noted 8B-K3F/1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withReplies(t)
			if got := became(h.says(tt.says)); got != tt.want {
				t.Errorf("%q = %q, want %q", tt.says, got, tt.want)
			}
			if again := became(h.says(tt.says)); again != tt.want && again != strings.TrimSuffix(tt.want, " back") {
				t.Errorf("the same again = %q, want %q", again, tt.want)
			}
		})
	}
}

// What is said of 8B-K3F in a row, and what its case then has.
func TestRepliesInARow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		lines string
		want  string // what became of the last
		has   string // the entries
	}{
		{"twice the same", "anna D/1 in 90: ringt hem | anna D/1 in 90: ringt hem", "noted 8B-K3F/1", "opened anna:home"},
		{"several at once", "anna D/1 in 90: pratat med eleven, ringt hem", "noted 8B-K3F/1", "opened anna:talked anna:home"},
		{"several, deleted", "anna D/1 in 90: pratat med eleven, ringt hem | anna D/1 in 90 gone", "", "opened ~anna:talked ~anna:home"},
		{"other words", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 5: har ringt hem", "noted 8B-K3F/1", "opened anna:home"},
		{"another act", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 5: inget svar", "noted 8B-K3F/1", "opened anna:not_reached"},
		{"one act more", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 5: pratat med eleven, ringt hem", "noted 8B-K3F/1", "opened anna:talked anna:home"},
		{"one act less", "anna D/1 in 90: pratat med eleven, ringt hem | anna D/1 in 90 now 5: ringt hem", "noted 8B-K3F/1", "opened anna:home ~anna:home"},
		{"nonsense", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 5: ska jag ringa?", "unclear 8B-K3F/1 back", "opened ~anna:home"},
		{"nonsense and back", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 5: va? | anna D/1 in 90 now 6: ringt hem", "noted 8B-K3F/1", "opened ~anna:home anna:home"},
		{"no more than seen", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 5: ok", "seen 8B-K3F/1 back", "opened ~anna:home seen"},
		{"the change before the message", "anna D/1 in 90 now 5: inget svar | anna D/1 in 90: ringt hem", "", "opened anna:not_reached"},
		{"nonsense before the message", "anna D/1 in 90 now 5: va? | anna D/1 in 90: ringt hem", "", "opened"},
		{"the second change before the first", "anna D/1 in 90: ringt hem | anna D/1 in 90 now 6: inget svar | anna D/1 in 90 now 5: klart", "", "opened anna:not_reached"},
		{"deleted before it comes", "anna D/1 in 90 gone | anna D/1 in 90: ringt hem", "", "opened"},
		{"deleted after a colleague's act", "anna D/1 in 90: ringt hem | eva C/2 in 93: inget svar | anna D/1 in 90 gone", "", "opened ~anna:home eva:not_reached"},
		{"changed after a colleague's act", "anna D/1 in 90: ringt hem | eva C/2 in 93: inget svar | anna D/1 in 90 now 5: klart", "refused 8B-K3F/1 case_moved_on", "opened anna:home eva:not_reached"},
		{"other words after a colleague's act", "anna D/1 in 90: ringt hem | eva C/2 in 93: inget svar | anna D/1 in 90 now 5: nu ringt hem", "noted 8B-K3F/1", "opened anna:home eva:not_reached"},
		{"changed after a colleague has seen it", "anna D/1 in 90: ringt hem | eva C/2 in 93: ok | anna D/1 in 90 now 5: inget svar", "noted 8B-K3F/1", "opened anna:not_reached seen"},
		{"more after a colleague has seen it", "anna D/1 in 90: ringt hem | eva C/2 in 93: ok | anna D/1 in 90 now 5: pratat med eleven, ringt hem | anna D/1 in 90 gone", "", "opened ~anna:talked seen ~anna:home"},
		{"seen twice", "eva C/2 in 93: ok | eva C/3 in 93: tack", "seen 8B-K3F/1", "opened seen"},
		{"another student", "anna D/1: 8B-K3F ringt hem | anna D/1 now 5: 8B-M2X ringt hem", "noted 8B-M2X/1 back", "opened ~anna:home"},
		{"a student who is none", "anna D/1: 8B-K3F ringt hem | anna D/1 now 5: 8B-K3G ringt hem", "refused no_such_student", "opened ~anna:home"},
		{"after the end", "anna D/1 in 90: sjuk | anna D/2 in 90: ringt hem", "refused 8B-K3F/1 case_closed", "opened anna:known"},
		{"the end that was none", "anna D/1 in 90: sjuk | anna D/1 in 90 now 5: ringt hem", "noted 8B-K3F/1", "opened anna:home"},
		{"in the thread of one's own message", "anna D/1: 8B-K3F va? | anna D/2 in 1: ringt hem", "noted 8B-K3F/1", "opened anna:home"},
		{"put off three times", "anna D/1 in 90: påminn i morgon | anna D/2 in 90: påminn i morgon | anna D/3 in 90: påminn i morgon", "refused 8B-K3F/1 case_snoozed", "opened anna:snooze anna:snooze"},
		{"all or nothing", "anna D/1 in 90: pratat med eleven, lämnar över till <@UTOR>", "refused 8B-K3F/1 case_owner_cannot", "opened"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withReplies(t)
			var got string
			for line := range strings.SplitSeq(tt.lines, " | ") {
				h.now = h.now.Add(time.Minute)
				got = became(h.says(line))
			}
			if got != tt.want {
				t.Errorf("the last is %q, want %q", got, tt.want)
			}
			if has := h.entries("8B-K3F/1"); has != tt.has {
				t.Errorf("the entries are %q, want %q", has, tt.has)
			}
			for i, e := range h.theCase("8B-K3F/1").Entries {
				if e.ID != fmt.Sprint(i+1) {
					t.Errorf("entry %d has the id %s", i+1, e.ID)
				}
			}
		})
	}
}

// A deleted reply leaves the case as it was, and whoever has it gets the day for it.
func TestDeletedReply(t *testing.T) {
	h := withReplies(t)
	before := h.theCase("8B-K3F/1")
	h.says("anna D/1 in 90: pratat med eleven, ringt hem")
	h.says("anna D/1 in 90 gone")
	after := h.theCase("8B-K3F/1")
	if after.State != before.State || after.Due != before.Due || after.Next != before.Next || after.Plan <= before.Plan {
		t.Errorf("the case is %s, due %s, next %s, plan %d; was %s, %s, %s, %d", after.State, after.Due, after.Next, after.Plan,
			before.State, before.Due, before.Next, before.Plan)
	}
	h.says("anna D/2 in 90: ringt hem")
	h.on("2026-11-16")
	h.says("anna D/2 in 90 gone")
	if c := h.theCase("8B-K3F/1"); c.State != care.CaseOpen || c.Due != "2026-11-16" || c.Next != "2026-11-16" {
		t.Errorf("six weeks later the case is %s, due %s, next %s", c.State, c.Due, c.Next)
	}
}

// "ok" is noted, but plans nothing anew and leaves what was done as it can be taken back.
func TestSeenPlansNothing(t *testing.T) {
	h := withReplies(t)
	h.says("anna D/1 in 90: ringt hem")
	before := h.theCase("8B-K3F/1")
	h.says("anna D/2 in 90: ok")
	after := h.theCase("8B-K3F/1")
	if after.Plan != before.Plan || after.Next != before.Next || len(after.Entries) != len(before.Entries)+1 {
		t.Errorf("after ok the case is %+v", after)
	}
	if _, err := h.UndoCaseAct(t.Context(), h.actor("anna"), "8B-K3F/1", "2", "undo", h.now); err != nil {
		t.Errorf("UndoCaseAct() = %v", err)
	}
}

// Of two acts of one reply the later is taken back first, by the button, and then the earlier can be.
func TestUndoOneActOfAReply(t *testing.T) {
	h := withReplies(t)
	h.says("anna D/1 in 90: pratat med eleven, ringt hem")
	undo := func(entry string) care.Code {
		_, err := h.UndoCaseAct(t.Context(), h.actor("anna"), "8B-K3F/1", entry, "undo "+entry, h.now)
		return care.CodeOf(err)
	}
	if got := []care.Code{undo("2"), undo("3"), undo("2")}; !slices.Equal(got, []care.Code{care.CodeCaseMovedOn, "", ""}) {
		// The request "undo 2" was refused and so changed nothing.
		t.Errorf("UndoCaseAct() of 2, 3, 2 = %q", got)
	}
	if got, want := h.entries("8B-K3F/1"), "opened ~anna:talked ~anna:home"; got != want {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

func TestPickCase(t *testing.T) {
	h := withReplies(t)
	anna := h.actor("anna")
	asked := h.says("anna D/1: ringt hem, hälsningar")
	pick := func(who care.Actor, id string) string {
		heard, err := h.PickCase(t.Context(), who, asked.Draft, id, h.now)
		if err != nil {
			return string(care.CodeOf(err))
		}
		return became(heard)
	}
	for _, tt := range []struct {
		name string
		who  care.Actor
		id   string
		want string
	}{
		{"someone else", h.actor("eva"), "8B-K3F/1", "reply_gone"},
		{"another's case", anna, "9C-P5P/1", "no_case"},
		{"the first choice", anna, "8B-M2X/1", "noted 8B-M2X/1"},
		{"the same again", anna, "8B-M2X/1", "noted 8B-M2X/1"},
		{"another choice", anna, "8B-K3F/1", "noted 8B-M2X/1"},
	} {
		if got := pick(tt.who, tt.id); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := h.entries("8B-M2X/1") + " / " + h.entries("8B-K3F/1"); got != "opened anna:home / opened" {
		t.Errorf("the entries are %q", got)
	}
	v, err := h.CaseByID(t.Context(), anna, "8B-M2X/1", h.now)
	h.must(err)
	if v.Entries[0].Note != "ringt hem, hälsningar" || v.Entries[0].Said != "D/1" {
		t.Errorf("the entry is %+v", v.Entries[0])
	}
	if got := became(h.says("anna D/1 now 5: inget svar")); got != "noted 8B-M2X/1" {
		t.Errorf("changed, it is %q", got)
	}
	if got := pick(anna, "8B-M2X/1"); got != "reply_gone" {
		t.Errorf("after a change the choice is %q", got)
	}
	h.now = h.now.Add(care.DraftLife + time.Minute)
	if got := pick(anna, "8B-M2X/1"); got != "reply_gone" {
		t.Errorf("a day later the choice is %q", got)
	}
}

// What was chosen for a reply in the thread of several holds for its changes.
func TestPickCaseInThread(t *testing.T) {
	h := withReplies(t)
	asked := h.says("anna D/1 in 91: ringt hem")
	_, err := h.PickCase(t.Context(), h.actor("anna"), asked.Draft, "8B-M2X/1", h.now)
	h.must(err)
	if got := became(h.says("anna D/1 in 91 now 5: inget svar")); got != "noted 8B-M2X/1" {
		t.Errorf("changed, it is %q", got)
	}
	if got := became(h.says("anna D/1 in 91 now 6: 8B-K3F inget svar")); got != "noted 8B-K3F/1 back" {
		t.Errorf("with another student, it is %q", got)
	}
	if got := h.entries("8B-M2X/1") + " / " + h.entries("8B-K3F/1"); got != "opened ~anna:not_reached / opened anna:not_reached" {
		t.Errorf("the entries are %q", got)
	}
}

// The words of a reply are its note, unless they hold what must not be kept.
func TestReplyNotes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"words", "ringt hem, de ringer <@UEVA> i morgon", "ringt hem, de ringer @eva i morgon"},
		{"a ref", "8B-K3F ringt hem", "8B-K3F ringt hem"},
		{"the own student's name", "ringt hem om Alva", ""},
		{"another's full name", "ringt hem hos nils öberg", ""},
		{"a phone number", "ringt hem 070-123 45 67", ""},
		{"a personal number", "ringt hem, 20121212-1212", ""},
		{"why someone is away", "sjuk hela veckan", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := withReplies(t)
			h.says("anna D/1 in 90: " + tt.text)
			v, err := h.CaseByID(t.Context(), h.actor("anna"), "8B-K3F/1", h.now)
			h.must(err)
			if got := v.Entries[0]; got.Note != tt.want || got.What != care.CaseActed {
				t.Errorf("the note is %q of %s, want %q", got.Note, got.What, tt.want)
			}
		})
	}
}

// bo stands in for anna today.
func TestSubstituteReplies(t *testing.T) {
	h := withReplies(t)
	h.away("anna", "2026-10-05–2026-10-05 bo")
	if got := became(h.says("bo D/1 in 90: ringt hem")); got != "noted 8B-K3F/1" {
		t.Errorf("in the thread: %q", got)
	}
	if got := became(h.says("bo D/2: ringt hem")); got != "whose 8B-M2X/1 9C-P5P/1 8B-K3F/1" {
		t.Errorf("plain: %q", got)
	}
	h.on("2026-10-06")
	if got := became(h.says("bo D/3 in 90: ringt hem")); got != "refused may_not_see_case" {
		t.Errorf("the day after: %q", got)
	}
}

// Two replies at the same moment are both noted.
func TestRepliesAtOnce(t *testing.T) {
	h := withReplies(t)
	anna, eva := h.actor("anna"), h.actor("eva")
	done := make(chan error, 2)
	for _, m := range []struct {
		who care.Actor
		m   care.Message
	}{
		{anna, care.Message{Channel: "D", TS: "1", Thread: "90", Direct: true, Text: "ringt hem"}},
		{eva, care.Message{Channel: "C", TS: "2", Thread: "93", Text: "inget svar"}},
	} {
		go func() {
			_, err := h.Reply(t.Context(), m.who, m.m, h.now)
			done <- err
		}()
	}
	h.must(<-done)
	h.must(<-done)
	got := strings.Fields(h.entries("8B-K3F/1"))
	slices.Sort(got)
	if want := []string{"anna:home", "eva:not_reached", "opened"}; !slices.Equal(got, want) {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}
