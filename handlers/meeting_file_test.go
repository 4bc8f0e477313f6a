package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// TestCalendarSummary has each kind of meeting in each language, in the words of each kind of school.
func TestCalendarSummary(t *testing.T) {
	o := newOffice(t)
	alen, fjord, own := o.care.Schools["alen"], o.care.Schools["fjord"], o.care.Schools["alen"]
	own.Terms = map[care.Term]care.Word{care.TermTeam: {Indefinite: "trygghetsteam", Definite: "trygghetsteamet"}}
	var got []string
	for _, lang := range care.Langs {
		got = append(got, string(lang)+": "+o.CalendarName(lang))
		say := func(school care.School, kind care.MeetingKind, items int, state care.MeetingState) {
			got = append(got, o.CalendarSummary(lang, care.FeedMeeting{School: school, Kind: kind, Items: items, State: state}))
		}
		for i, kind := range care.MeetingKinds {
			say(alen, kind, i, care.MeetingConfirmed)
		}
		say(alen, care.MeetingEHT, 1, care.MeetingProposed)
		say(fjord, care.MeetingEHT, 2, care.MeetingProposed)
		say(own, care.MeetingEHT, 1, care.MeetingCancelled)
	}
	want := `sv: Möten (Lotsen)
EHT-möte
Elevhälsomöte med hemmet, 1 ärende
Möte med kollegor, 2 ärenden
Samtal, 3 ärenden
EHT-möte, 1 ärende
Elevtjänstmöte, 2 ärenden
Inställt: Trygghetsteammöte, 1 ärende
nb: Møter (Lotsen)
Elevhelseteammøte
Samarbeidsmøte med hjemmet, 1 sak
Møte med kolleger, 2 saker
Samtale, 3 saker
Elevhelseteammøte, 1 sak
Elevtjenestemøte, 2 saker
Avlyst: Trygghetsteammøte, 1 sak
nn: Møte (Lotsen)
Elevhelseteammøte
Samarbeidsmøte med heimen, 1 sak
Møte med kollegaer, 2 saker
Samtale, 3 saker
Elevhelseteammøte, 1 sak
Elevtenestemøte, 2 saker
Avlyst: Trygghetsteammøte, 1 sak`
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("what calendars say (-want +got):\n%s", diff)
	}
}

// TestMeetingFile gives a meeting's file to those who attend it, in their language, and to nobody else.
func TestMeetingFile(t *testing.T) {
	o := newOffice(t)
	at := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	m := care.Meeting{Meta: care.Meta{ID: "mt_1"}, School: "alen", Kind: care.MeetingEHT, Items: []care.MeetingItem{{Student: "8B-K3F"}},
		Start: at, End: at.Add(time.Hour), State: care.MeetingProposed, UID: "mt_1@lotsen"}
	for _, who := range []string{anna, guro, signe} {
		m.Attendees = append(m.Attendees, care.Attendee{Staff: o.request(who).Actor.Staff.ID, Required: true})
	}
	if err := o.care.Meetings.Add(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, click := range []string{"UANNA mt_1", "UGURO mt_1", "USIGNE mt_1", "UEVA mt_1", "UANNA mt_2", "UANNA "} {
		who, meeting, _ := strings.Cut(click, " ")
		reply := o.goes(o.Actions(), "meeting.file", with(o.request(who), meeting))
		line := click + ": " + reply.Text
		if reply.Invitation != nil {
			line += fmt.Sprintf(" [%s: %d meeting]", reply.Invitation.Title, len(reply.Invitation.Feed.Meetings))
		}
		got = append(got, line)
	}
	want := `UANNA mt_1: Filen kommer i ett meddelande från mig. Öppna den, så hamnar mötet i din kalender. [EHT-möte, 1 ärende, tis 1 dec kl. 13.00: 1 meeting]
UGURO mt_1: Du får filen i en melding fra meg. Åpne den, så legger møtet seg inn i kalenderen din. [Elevhelseteammøte, 1 sak, tirs. 1. des. kl. 13.00: 1 meeting]
USIGNE mt_1: Fila kjem i ei melding frå meg. Opne henne, så hamnar møtet i kalenderen din. [Elevhelseteammøte, 1 sak, tys. 1. des. kl. 13.00: 1 meeting]
UEVA mt_1: Det mötet hittar jag inte bland dina. Se vilka möten du har: ` + "`/mote lista`" + `
UANNA mt_2: Det mötet hittar jag inte bland dina. Se vilka möten du har: ` + "`/mote lista`" + `
UANNA : Det mötet hittar jag inte bland dina. Se vilka möten du har: ` + "`/mote lista`"
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("what they get (-want +got):\n%s", diff)
	}
}
