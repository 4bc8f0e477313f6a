package handlers

import (
	"strings"
	"time"

	"lotsen/internal/care"
	"lotsen/locales"
)

// meetingKind names a kind of meeting in the reader's language and the school's own words.
func (a *App) meetingKind(req Request, school care.School, kind care.MeetingKind) string {
	return meetingKind(a.voice(req), school, kind)
}

// meetingKind names a kind of meeting in the school's own words: "EHT-möte", "Ressursteammøte".
func meetingKind(voice *locales.Voice, school care.School, kind care.MeetingKind) string {
	return upperFirst(kindWords(voice, school, kind))
}

// kindWords is meetingKind within a sentence.
func kindWords(voice *locales.Voice, school care.School, kind care.MeetingKind) string {
	id := "meeting_kind_" + string(kind)
	team := term(voice, school, care.TermTeam).Indefinite
	if kind == care.MeetingEHT && (team == strings.ToUpper(team) || strings.Contains(team, " ")) {
		id = "meeting_kind_eht_short" // an abbreviation, or several words
	}
	return voice.Text(id, locales.Args{"Team": team})
}

// hoursOf writes a span of a day as it is at a school: "kl. 13.00–13.30".
func (a *App) hoursOf(req Request, school care.School, i care.Interval) string {
	from, to := at(school, i.Start), at(school, i.End)
	return a.voice(req).Text("clock_span", locales.Args{"Hour": from.Format("15"), "Minute": from.Format("04"),
		"ToHour": to.Format("15"), "ToMinute": to.Format("04")})
}

// when writes a span with its day: "tis 1 dec kl. 13.00–13.30".
func (a *App) when(req Request, school care.School, i care.Interval) string {
	return a.voice(req).Date(at(school, i.Start), at(school, req.Now)) + " " + a.hoursOf(req, school, i)
}

// at is an instant as the clocks of a school have it.
func at(school care.School, t time.Time) time.Time {
	if school.Zone == nil {
		return t.UTC()
	}
	return t.In(school.Zone)
}

func timeOf(v care.MeetingView) care.Interval { return care.Interval{Start: v.Start, End: v.End} }

// meetingWhen names a meeting by its kind and time.
func (a *App) meetingWhen(req Request, v care.MeetingView) string {
	return a.meetingKind(req, v.School, v.Kind) + " " + a.when(req, v.School, timeOf(v))
}

// meetingFacts are the students that a meeting is about, with their names where those are known, and its place.
func (a *App) meetingFacts(req Request, v care.MeetingView) string {
	voice := a.voice(req)
	var facts, students []string
	for _, n := range v.Students {
		students = append(students, student(n))
	}
	if len(students) == 0 {
		for _, ref := range v.Refs {
			students = append(students, string(ref))
		}
	}
	switch more := v.Items - len(students); {
	case v.Items > 0 && len(students) == 0:
		facts = append(facts, voice.Count("meeting_students", v.Items))
	case more > 0:
		facts = append(facts, strings.Join(students, ", ")+" "+voice.Text("and_more", locales.Args{"N": more}))
	case len(students) > 0:
		facts = append(facts, voice.List(students))
	}
	if v.Place != "" {
		facts = append(facts, voice.Text("meeting_place", locales.Args{"Place": escape(v.Place)}))
	}
	return strings.Join(facts, "  ·  ")
}

// named is a colleague by name, for answers that one person sees; mentioned is one as Slack shows them, for what stays.
func named(p care.Person) string { return colleague(p.Name) }

func mentioned(p care.Person) string {
	if p.SlackID == "" { // who has no account
		return "–"
	}
	return mention(p.SlackID)
}

// people lists some.
func (a *App) people(req Request, list []care.Person, name func(care.Person) string) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = name(p)
	}
	return a.voice(req).List(words)
}

// answers tell who comes, who cannot, and who has not answered, a line each.
func (a *App) answers(req Request, v care.MeetingView, name func(care.Person) string) string {
	voice := a.voice(req)
	said := map[care.Answer][]string{}
	for _, at := range v.Attendees {
		who := name(at.Person)
		if !at.Required {
			who = voice.Text("meeting_optional", locales.Args{"Name": who})
		}
		said[at.Answer] = append(said[at.Answer], who)
	}
	var lines []string
	for _, l := range []struct {
		answer care.Answer
		id     string
	}{{care.Accepted, "meeting_come"}, {care.Declined, "meeting_cannot"}, {"", "meeting_silent"}} {
		if list := said[l.answer]; len(list) > 0 {
			lines = append(lines, voice.Text(l.id, locales.Args{"Names": voice.List(list)}))
		}
	}
	return strings.Join(lines, "\n")
}

// silent are those who are needed and have not answered.
func silent(v care.MeetingView) (list []care.Person) {
	for _, at := range v.Attendees {
		if at.Required && at.Answer == "" {
			list = append(list, at.Person)
		}
	}
	return list
}

// meetingState says how certain a meeting is.
func (a *App) meetingState(req Request, v care.MeetingView) string {
	return a.voice(req).Text("meeting_state_"+string(v.State), nil)
}
