package handlers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// settingsWords is what a person does in the settings, in their words.
var settingsWords = map[string]struct{ who, open, renew string }{
	"sv": {anna, "/lotsen inställningar", "[Byt adress]"},
	"nb": {guro, "/lotsen innstillinger", "[Bytt adresse]"},
	"nn": {signe, "/lotsen innstillingar", "[Byt adresse]"},
}

// TestSettingsStories compares what a person reads of their calendars in the settings with
// testdata/settings_<language>.txt.
func TestSettingsStories(t *testing.T) {
	for lang, w := range settingsWords {
		t.Run(lang, func(t *testing.T) {
			o := newOffice(t)
			o.PublicURL = "https://lotsen.example"
			const own, five = "calendar_url=webcal://Kalender.example/1", "calendar_url=https://kalender.example/1\nhttps://b.example/2\n\nhttps://c.example/3\nhttps://d.example/4\nhttps://e.example/5"
			var b strings.Builder
			tells := func(lines ...string) { b.WriteString(tell(o, story{w.who, lines})) }
			tells(w.open, "{calendar_url=kalender.example/1}", "{calendar_url=https://b.example\nhttp://c.example/}", "{calendar_url=https://b.example/"+strings.Repeat("x", 480)+"}",
				"{calendar_url=https://b.example/\nwebcal://B.example/}", "{"+five+"\nhttps://f.example/6}", "{"+own+" | meeting_reminder=day_and_15}", w.open)
			o.reads(nil)
			tells(w.open, "{"+five+"}")
			o.reads(map[string]care.CalendarTrouble{"b": care.CalendarRefused, "c": care.CalendarPrivate, "d": care.CalendarLarge, "e": care.CalendarStrange})
			o.now = o.now.Add(2 * time.Hour)
			tells(w.open)
			o.reads(map[string]care.CalendarTrouble{"kalender": care.CalendarAway, "b": care.CalendarAway})
			tells(w.open, w.renew, "{meeting_reminder=none}", w.open, "{calendar_url= | meeting_reminder=day}", w.open)
			golden(t, "settings_"+lang, b.String())
		})
	}
}

// reads has the calendars that are due read; of those at some hosts ("b" is b.example) in vain.
func (o *office) reads(troubles map[string]care.CalendarTrouble) {
	o.t.Helper()
	for {
		task, err := o.care.NextCalendars(o.t.Context(), o.now, o.now.Add(time.Hour))
		if errors.Is(err, care.ErrNotFound) {
			return
		}
		if err != nil {
			o.t.Fatal(err)
		}
		var answers []care.CalendarAnswer
		for _, r := range task.Reads {
			host, _, _ := strings.Cut(strings.TrimPrefix(r.Address, "https://"), ".")
			answers = append(answers, care.CalendarAnswer{Calendar: r.Calendar, Trouble: troubles[host]})
		}
		if err := o.care.KeepCalendars(o.t.Context(), task, answers, o.now); err != nil {
			o.t.Fatal(err)
		}
	}
}

// What stands in the modal unchanged is not saved: it may have been changed elsewhere meanwhile.
func TestSettingsLeftAlone(t *testing.T) {
	o := newOffice(t)
	o.PublicURL = "https://lotsen.example"
	first := o.types(anna, "/lotsen inställningar")
	o.submits(anna, o.types(anna, "/lotsen inställningar"), "calendar_url=https://a.example/1", "meeting_reminder=none")
	o.submits(anna, first, "slot_day=thu")
	// A new address for the feed leaves what stood in the modal when it was opened.
	renewed := o.clicks(anna, first, "Byt adress")
	if !renewed.Replace || renewed.Modal.PrivateMetadata != first.Modal.PrivateMetadata {
		t.Errorf("the modal after a click remembers %s, want %s", renewed.Modal.PrivateMetadata, first.Modal.PrivateMetadata)
	}
	set, err := o.care.Settings(t.Context(), o.request(anna).Actor, o.now)
	if err != nil || len(set.Calendars) != 1 || set.Meetings != care.RemindNothing || set.Slot.Day != "thu" {
		t.Errorf("the settings are %+v, %v", set, err)
	}
	if a, b := feedIn(first), feedIn(renewed); a == b || a == "" || b == "" {
		t.Errorf("the feed was at %q and is at %q", a, b)
	}
	if strings.Contains(o.types(anna, "/lotsen inställningar").Modal.PrivateMetadata, "a.example") {
		t.Error("the modal's metadata hold an address")
	}
	o.PublicURL = ""
	if got := feedIn(o.types(anna, "/lotsen inställningar")); got != "" {
		t.Errorf("without a public address, the feed is at %q", got)
	}
}

// feedIn is the address of the feed that a modal shows.
func feedIn(r handlers.Reply) string {
	_, rest, _ := strings.Cut(shown(r), "https://lotsen.example/")
	address, _, _ := strings.Cut(rest, "`")
	return address
}
