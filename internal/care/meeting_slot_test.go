package care_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// slotSchool has school from 08:00 to 16:00 with lunch from 11:30 to 12:30, and its team meets on Tuesdays from 13:00 to 15:00.
func slotSchool(t *testing.T, id string) care.School {
	return care.School{ID: id, Country: care.Sweden, Zone: location(t, "Europe/Stockholm"), Years: []care.Period{{From: "2026-08-17", To: "2027-06-11"}},
		Breaks: []care.Break{{Period: care.Period{From: "2026-10-26", To: "2026-10-30"}}}, Work: care.Hours{From: 480, To: 960}, Lunch: care.Hours{From: 690, To: 750},
		EHTMeeting: care.EHTMeeting{Weekday: time.Tuesday, Hours: care.Hours{From: 780, To: 900}}}
}

// slotPerson reads a person: "anna! eht 09-07:08:00-11:30 away:2026-09-07/2026-09-11 left:2026-09-07 at:b", where ! is for one
// who is needed and the clock times are when they are busy.
func slotPerson(t *testing.T, line string) care.SlotPerson {
	t.Helper()
	words := strings.Fields(line)
	name, required := strings.CutSuffix(words[0], "!")
	p := care.SlotPerson{Staff: name, Required: required, Keep: name == "anna"}
	zone := location(t, "Europe/Stockholm")
	for _, w := range words[1:] {
		what, value, _ := strings.Cut(w, ":")
		switch what {
		case "eht":
			p.EHT = true
		case "away":
			from, to, _ := strings.Cut(value, "/")
			p.Away = append(p.Away, care.Period{From: care.Date(from), To: care.Date(to)})
		case "left":
			p.Posts = append(p.Posts, care.Period{To: care.Date(value)})
		case "at":
			other := slotSchool(t, value)
			other.Work, other.Lunch = care.Hours{From: 540, To: 780}, care.Hours{From: 660, To: 690}
			other.Breaks = []care.Break{{Period: care.Period{From: "2026-09-08", To: "2026-09-08"}}}
			p.Schools = append(p.Schools, other)
		default:
			from, to, _ := strings.Cut(value, "-")
			p.Busy = append(p.Busy, care.Interval{Start: clockTime(t, what+" "+from, zone), End: clockTime(t, what+" "+to, zone)})
		}
	}
	return p
}

func clockTime(t *testing.T, text string, zone *time.Location) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// slotWords are a slot in words.
func slotWords(zone *time.Location, s care.MeetingSlot) string {
	text := fmt.Sprintf("%s–%s", s.Start.In(zone).Format("Mon 01-02 15:04"), s.End.In(zone).Format("15:04"))
	for _, why := range s.Why {
		text += " " + string(why)
	}
	if len(s.Missing) > 0 {
		text += " (" + strings.Join(s.Missing, " ") + ")"
	}
	return text
}

// answerWords are what FindSlots answers, in words.
func answerWords(zone *time.Location, slots []care.MeetingSlot, no *care.NoSlot) (list []string) {
	for _, s := range slots {
		list = append(list, slotWords(zone, s))
	}
	if no == nil {
		return list
	}
	for _, b := range no.Blocks {
		text := strings.Join(strings.Fields(fmt.Sprintf("%s %s %d%% %s", b.Staff, b.Kind, b.Share, b.Until)), " ")
		if b.Opens {
			text += " opens"
		}
		list = append(list, text)
	}
	for _, c := range no.Nearest {
		text := string(c.Kind)
		if c.Length > 0 {
			text += fmt.Sprint(" ", c.Length.Minutes())
		}
		if c.Staff != "" {
			text += " " + c.Staff
		}
		list = append(list, text+": "+slotWords(zone, c.Slot))
	}
	return list
}

func TestFindSlots(t *testing.T) {
	const all = "08:00-16:00"
	tests := []struct {
		name   string
		people []string
		change func(*care.SlotQuery)
		want   []string
	}{
		{"a free day", []string{"anna!", "bo!"}, nil, []string{
			"Mon 09-07 08:00–09:00 all soon", "Mon 09-07 09:00–10:00 all", "Mon 09-07 10:00–11:00 all", "Mon 09-07 12:30–13:30 all"}},
		{"not all of one day", []string{"anna!", "bo!"}, func(q *care.SlotQuery) { q.Latest, q.Most = "2026-09-08", 6 }, []string{
			"Mon 09-07 08:00–09:00 all soon", "Mon 09-07 09:00–10:00 all", "Mon 09-07 10:00–11:00 all",
			"Tue 09-08 08:00–09:00 all", "Tue 09-08 09:00–10:00 all", "Tue 09-08 10:00–11:00 all"}},
		{"rather tomorrow than at the end of a day", []string{"anna!", "bo! 09-07:08:00-15:00"}, func(q *care.SlotQuery) { q.Latest, q.Most = "2026-09-08", 4 }, []string{
			"Tue 09-08 08:00–09:00 all", "Tue 09-08 09:00–10:00 all", "Tue 09-08 10:00–11:00 all", "Mon 09-07 15:00–16:00 all soon beside late"}},
		{"no hole between two lessons", []string{"anna!", "bo! 09-07:08:00-09:00 09-07:10:15-16:00"}, nil, []string{"Mon 09-07 09:00–10:00 all soon beside"}},
		{"one free hour", []string{"anna!", "bo! 09-07:08:00-10:00 09-07:11:00-16:00"}, nil, []string{"Mon 09-07 10:00–11:00 all soon beside"}},
		{"between two lessons", []string{"anna! 09-07:08:00-09:10 09-07:12:30-16:00", "bo! 09-07:10:30-11:30"}, nil, []string{"Mon 09-07 09:15–10:15 all soon beside"}},
		{"no grid of their own", []string{"anna!", "bo! 09-07:08:00-10:01 09-07:11:16-16:00"}, nil, []string{"Mon 09-07 10:15–11:15 all soon beside"}},
		{"it is late", []string{"anna!", "bo!"}, func(q *care.SlotQuery) { q.Now = q.Now.Add(7*time.Hour + time.Minute) }, []string{"Mon 09-07 14:30–15:30 all soon"}},
		{"someone who need not cannot", []string{"anna!", "bo 09-07:08:00-10:00 09-07:11:00-16:00"}, func(q *care.SlotQuery) { q.Most = 2 }, []string{
			"Mon 09-07 10:00–11:00 all beside", "Mon 09-07 08:00–09:00 missing soon (bo)"}},
		{"the team's hours first, and others too", []string{"anna!", "eva! eht"}, func(q *care.SlotQuery) { q.Team, q.Quorum, q.Latest, q.Most = true, 1, "2026-09-18", 3 }, []string{
			"Tue 09-08 13:00–14:00 standing all", "Tue 09-08 14:00–15:00 standing all", "Mon 09-07 08:00–09:00 all soon"}},
		{"in odd weeks alone", []string{"anna!", "eva! eht"}, func(q *care.SlotQuery) {
			q.Team, q.Quorum, q.Latest, q.Most, q.School.EHTMeeting.Weeks = true, 1, "2026-09-18", 2, "even"
		}, []string{"Tue 09-15 13:00–14:00 standing all", "Mon 09-07 08:00–09:00 all soon"}},
		{"enough of the team", []string{"anna!", "eva eht 09-07:08:00-13:00", "ida eht 09-07:12:30-15:00"}, func(q *care.SlotQuery) { q.Quorum = 2 }, []string{"Mon 09-07 15:00–16:00 all soon late"}},
		{"hours of another school", []string{"anna!", "bo! at:b 09-07:09:00-11:00"}, nil, []string{
			"bo hours 77% opens", "bo busy 45% opens", "shorter 30: Mon 09-07 12:30–13:00 all soon",
			"without bo: Mon 09-07 08:00–09:00 missing soon (bo)", "later: Wed 09-09 09:00–10:00 all soon"}},
		{"after the clock was put back", []string{"anna!", "bo! 10-26:08:00-15:00"}, func(q *care.SlotQuery) {
			q.School.Breaks, q.Earliest, q.Latest = nil, "2026-10-24", "2026-10-26"
		}, []string{"Mon 10-26 15:00–16:00 all soon beside late"}},
		{"busy all day", []string{"anna!", "bo! 09-07:" + all, "cia! 09-07:08:00-12:00"}, nil, []string{
			"bo busy 100% opens", "cia busy 50%", "without bo: Mon 09-07 12:30–13:30 missing soon (bo)", "later: Tue 09-08 08:00–09:00 all soon"}},
		{"two are in the way", []string{"anna!", "bo! 09-07:" + all, "cia! 09-07:" + all}, nil, []string{
			"bo busy 100%", "cia busy 100%", "later: Tue 09-08 08:00–09:00 all soon"}},
		{"the organiser is not left out", []string{"anna! 09-07:" + all, "bo!"}, nil, []string{
			"anna busy 100% opens", "later: Tue 09-08 08:00–09:00 all soon"}},
		{"away", []string{"anna!", "bo! away:2026-09-01/2026-09-09"}, nil, []string{
			"bo away 100% 2026-09-09 opens", "without bo: Mon 09-07 08:00–09:00 missing soon (bo)", "later: Thu 09-10 08:00–09:00 all soon"}},
		{"left", []string{"anna!", "bo! left:2026-09-06"}, nil, []string{
			"bo left 100% opens", "without bo: Mon 09-07 08:00–09:00 missing soon (bo)"}},
		{"none of the team", []string{"anna!", "eva eht 09-07:" + all}, func(q *care.SlotQuery) { q.Quorum = 1 }, []string{
			"quorum 100% opens", "later: Tue 09-08 08:00–09:00 all soon"}},
		{"a holiday", []string{"anna!", "bo!"}, func(q *care.SlotQuery) { q.Earliest, q.Latest = "2026-10-26", "2026-10-30" }, []string{
			"no_days 100%", "later: Mon 11-02 08:00–09:00 all soon"}},
		{"after the last school day", []string{"anna!", "bo!"}, func(q *care.SlotQuery) { q.Earliest, q.Latest = "2027-06-14", "2027-06-18" }, []string{"no_days 100%"}},
		{"longer than half a day", []string{"anna!", "bo!"}, func(q *care.SlotQuery) { q.Length = 4 * time.Hour }, []string{
			"hours 100%", "shorter 120: Mon 09-07 08:00–10:00 all soon"}},
		{"shorter", []string{"anna!", "bo! 09-07:08:00-10:45 09-07:11:15-16:00"}, nil, []string{
			"bo busy 100% opens", "shorter 30: Mon 09-07 10:45–11:15 all soon beside", "without bo: Mon 09-07 08:00–09:00 missing soon (bo)", "later: Tue 09-08 08:00–09:00 all soon"}},
		{"not when it is by now", []string{"anna!", "bo! 09-07:08:00-10:00 09-07:11:15-16:00"}, func(q *care.SlotQuery) { q.Not = q.Now.Add(3 * time.Hour) }, []string{"Mon 09-07 10:15–11:15 all soon beside"}},
	}
	for _, tt := range tests {
		q := care.SlotQuery{School: slotSchool(t, "a"), Length: time.Hour, Earliest: "2026-09-07", Latest: "2026-09-07", Most: 4}
		q.Now = q.Earliest.At(7, 0, q.School.Zone)
		for _, line := range tt.people {
			q.People = append(q.People, slotPerson(t, line))
		}
		if tt.change != nil {
			tt.change(&q)
		}
		slots, no := care.FindSlots(q)
		if diff := cmp.Diff(tt.want, answerWords(q.School.Zone, slots, no)); diff != "" {
			t.Errorf("%s: FindSlots() (-want +got):\n%s", tt.name, diff)
		}
	}
}
