package handlers

import (
	"strings"

	"lotsen/internal/care"
	"lotsen/locales"
)

// meetingKind names a kind of meeting in the school's own words: "EHT-möte", "ressursteammøte".
func meetingKind(voice *locales.Voice, school care.School, kind care.MeetingKind) string {
	id := "meeting_kind_" + string(kind)
	team := term(voice, school, care.TermTeam).Indefinite
	if kind == care.MeetingEHT && team == strings.ToUpper(team) {
		id = "meeting_kind_eht_short" // an abbreviation
	}
	return upperFirst(voice.Text(id, locales.Args{"Team": team}))
}
