package handlers

import (
	"strings"

	"lotsen/internal/care"
	"lotsen/locales"
)

// meetingKind names a kind of meeting in the school's own words: "EHT-möte", "Möte med ressursteamet".
func meetingKind(voice *locales.Voice, school care.School, kind care.MeetingKind) string {
	id := "meeting_kind_" + string(kind)
	team := term(voice, school, care.TermTeam)
	if kind == care.MeetingEHT && team.Indefinite == strings.ToUpper(team.Indefinite) {
		id, team.Definite = "meeting_kind_eht_short", team.Indefinite // an abbreviation
	}
	return upperFirst(voice.Text(id, locales.Args{"Team": team.Definite}))
}
