package handlers_test

import (
	"strings"
	"testing"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// meetingStories are what people do about meetings. $m is the next of whoever does it.
var meetingStories = map[string]story{
	"sv": {anna, []string{
		"/mote hjälp", "/mote lista", "/mote lsta", "/mote 9C-P5P", "/mote kalle anka behöver hjälp", "/mote alva om frånvaron", "[Alva Berg · 8B-M2X]",
		"/mote Kim Kvist Frånvaron &amp; skolmaten", "{participants=}", "{participants=UNOBODY}", "{earliest=2026-11-20 | latest=2026-11-18}", "{latest=2028-01-01}",
		"{kind=eht | participants=UBO}", "{students=8B-K3F,9C-P5P}",
		"{participants=UEVA | optional=UBO | length=45}", "{slot=0}", "{slot=1 | place=hos Kim Kvist}", "{slot=1 | place=Rum 12}",
		"/mote lista", "[Öppna]", "[Flytta]", "{slot=2}", "UEVA: /mote lista", "UEVA: !meeting.accept $m/1", "UEVA: !meeting.accept $m/2", "UEVA: !meeting.accept $m/2",
		"UBO: /mote lista", "UBO: [Öppna]", "UBO: !meeting.decline $m/2", "UBO: !meeting.accept $m/2", "UBO: !meeting.cancel $m/2", "UBO: !meeting.move $m/2", "UBO: {slot=1}",
		"UEVA: !meeting.decline $m/2", "/mote lista", "!meeting.decline $m/2", "!meeting.cancel $m/1", "!meeting.open mt_none", "!meeting.accept mt_none/1", "!meeting.accept x", "!meeting.to $m", "!meeting.to $m/2/snart",
		"!meeting.to $m/2/2026-11-24T09:00:00Z", "!meeting.to $m/2/2026-11-24T09:00:00Z", "UTOR: !meeting.open $other", "UGURO: !meeting.open $other",
		"home", "[Öppna]", "[Avboka]", "/mote lista", "UEVA: !meeting.accept $other/3", "home",
		"/mote", "{participants=UEVA | kind=team | length=120 | earliest=2026-11-18 | latest=2026-11-18}", "/elev 8B-K3F", "[Boka möte]",
		"⚡book_meeting ", "UEVA: /mote", "UTOR: /mote",
	}},
	"nb": {guro, []string{
		"/mote hjelp", "/mote liste", "/mote lsite", "/mote liv om fraværet", "[Liv Moe · 1STA-C4D]", "{participants=}", "{participants=USIGNE | length=30}", "{slot=1 | place=Rom 3}",
		"/mote liste", "[Åpne]", "[Flytt]", "{slot=2}", "!meeting.cancel $m/1", "USIGNE: /mote liste", "USIGNE: [Opne]", "USIGNE: [Eg kan ikkje]", "home", "[Åpne]", "[Avlys]", "/elev 1STA-B2B", "[Avtal møte]",
	}},
	"nn": {signe, []string{
		"/mote hjelp", "/mote liste", "/mote lsite", "/mote jon om fråværet", "[Jon Li · 1STB-P9Q]", "{participants=}", "{participants=UGURO | length=30}", "{slot=1 | place=Rom 3}",
		"/mote liste", "[Opne]", "[Flytt]", "{slot=2}", "!meeting.cancel $m/1", "UGURO: /mote liste", "UGURO: [Åpne]", "UGURO: [Jeg kan ikke]", "home", "[Opne]", "[Avlys]", "/elev 1STB-C3C", "[Avtal møte]",
	}},
}

// TestMeetingStories compares what people read about meetings with testdata/meeting_<language>.txt.
func TestMeetingStories(t *testing.T) {
	for lang, s := range meetingStories {
		t.Run(lang, func(t *testing.T) {
			golden(t, "meeting_"+lang, tell(newOffice(t), s))
		})
	}
}

// meetingIn fills the ids of meetings into a line: $m is the next of the person's own, $other Anna's.
func (o *office) meetingIn(who, line string) string {
	o.t.Helper()
	for mark, of := range map[string]string{"$m": who, "$other": anna} {
		if !strings.Contains(line, mark) {
			continue
		}
		st, err := o.care.Staff.BySlackID(o.t.Context(), of)
		if err != nil {
			o.t.Fatal(err)
		}
		if list, err := o.care.MyMeetings(o.t.Context(), care.Actor{Staff: st}, o.now); err != nil {
			o.t.Fatal(err)
		} else if len(list) > 0 {
			o.latest = list[0].ID
		}
		line = strings.ReplaceAll(line, mark, o.latest)
	}
	return line
}

// TestMeetingOfCase books a meeting for a case, which then waits for it.
func TestMeetingOfCase(t *testing.T) {
	o := followed(t)
	golden(t, "meeting_case_sv", tell(o, story{anna, []string{
		"/franvaro 8B-K3F", "[Visa mer]", "[Boka möte]", "{length=15}", "{slot=1}", "/franvaro 8B-K3F", "/mote lista", "[Öppna]", "[Avboka]", "/franvaro 8B-K3F",
	}}))
}

// TestMeetingFromForm goes to the form of a meeting from a case: what is entered about the case waits beneath while
// there is room for the times on top.
func TestMeetingFromForm(t *testing.T) {
	o := followed(t)
	if form := o.clicks(anna, o.types(anna, "/franvaro 8B-K3F"), "Visa mer"); o.clicks(anna, form, "Boka möte", "note=Ringde hem").Replace {
		t.Error("the form of the case is gone")
	}
	card := handlers.Reply{Modal: o.Window(o.types(anna, "/elev 8B-K3F"))} // as App Home opens it
	if form := o.clicks(anna, card, "Visa mer"); !o.clicks(anna, form, "Boka möte").Replace {
		t.Error("on a card and a case's form there is no room for two more")
	}
	team := o.clicks(anna, o.types(anna, "/franvaro 8B-K3F"), "Visa mer")
	if done := o.submits(anna, team, "act=needs_eht"); !o.clicks(anna, handlers.Reply{Modal: o.Window(done)}, "Boka möte").Replace {
		t.Error("what confirms an act stays beneath the form")
	}
}

// TestMeetingSlotTaken has someone else book what has just been offered.
func TestMeetingSlotTaken(t *testing.T) {
	o := newOffice(t)
	slots := o.submits(anna, o.types(anna, "/mote"), "participants=UEVA", "kind=team", "length=30")
	others := o.submits(bo, o.types(bo, "/mote"), "participants=UEVA", "kind=team", "length=30")
	if first := o.submits(bo, others, "slot=1"); !strings.HasPrefix(shown(first), "*Bokat:*") {
		t.Fatalf("the first reads\n%s", shown(first))
	}
	offer := shownBlocks(slots.Modal.Blocks.BlockSet)
	second := o.submits(anna, slots, "slot=1", "place=Rum 12")
	if second.Modal == nil || !strings.HasPrefix(shownBlocks(second.Modal.Blocks.BlockSet), "*Någon hann före") {
		t.Fatalf("the second reads\n%s", shown(second))
	}
	got := shownBlocks(second.Modal.Blocks.BlockSet)
	taken, _, _ := strings.Cut(offer[strings.Index(offer, "( ) "):], "\n")
	if strings.Contains(got, taken) || !strings.Contains(got, "Plats: Rum 12") {
		t.Errorf("after %q was taken there is\n%s", taken, got)
	}
	if third := o.submits(anna, second, "slot~1=1"); !strings.HasPrefix(shown(third), "*Bokat:*") || !strings.Contains(shown(third), "Rum 12") {
		t.Errorf("the second choice reads\n%s", shown(third))
	}
}

// TestMeetingBookedTwice sends one choice twice: there is one meeting, and the answer is the same.
func TestMeetingBookedTwice(t *testing.T) {
	o := newOffice(t)
	slots := o.submits(anna, o.types(anna, "/mote 8B-K3F"), "participants=UEVA", "length=30")
	first, second := shown(o.submits(anna, slots, "slot=1")), shown(o.submits(anna, slots, "slot=1"))
	if first != second {
		t.Errorf("the second answer is\n%s\nthe first was\n%s", second, first)
	}
	if list := texts(o.types(anna, "/mote lista")); len(list) != 2 {
		t.Errorf("the list is %q, want a title and one meeting", list)
	}
}

// TestMeetingNone looks for two hours on a day that has only one left: the nearest alternative is shorter, and can be booked.
func TestMeetingNone(t *testing.T) {
	o := newOffice(t)
	book := []string{"participants=UEVA", "kind=team", "length=120", "earliest=2026-11-18", "latest=2026-11-18"}
	for range 4 {
		if got := shown(o.submits(anna, o.submits(anna, o.types(anna, "/mote"), book...), "slot=1")); !strings.HasPrefix(got, "*Bokat:*") {
			t.Fatalf("to fill the day reads\n%s", got)
		}
	}
	golden(t, "meeting_none_sv", tell(o, story{anna, []string{
		"/mote", "{" + strings.Join(book, " | ") + "}", "{slot=1}", "/mote lista",
	}}))
}
