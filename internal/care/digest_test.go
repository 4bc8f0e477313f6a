package care_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// slot makes someone's slot "thu 14:00"; the day is "any" for none.
func (h *house) slot(who, day string, at care.Clock) {
	h.t.Helper()
	st, err := h.Staff.BySlackID(h.t.Context(), "U"+strings.ToUpper(who))
	h.must(err)
	if day == "any" {
		day = ""
	}
	st.Slot = &care.Slot{Day: day, At: at}
	h.must(h.Staff.Replace(h.t.Context(), st))
}

// timed stores a student's day of so many minutes, of which so many were missed.
func (h *house) timed(ref care.Ref, day care.Date, scheduled, missed int) {
	h.t.Helper()
	d := care.AbsenceDay{Meta: care.Meta{ID: string(ref) + "/" + string(day)}, Student: ref, School: "alen", Date: day,
		Lessons: []care.Lessons{{Scheduled: scheduled, Invalid: missed, Total: scheduled / 60, Absent: missed / 60, Without: missed / 60}}}
	h.must(h.Absence.Add(h.t.Context(), d))
}

// news asks for digests and sends all that is due, as a tick of the scheduler does with a Slack that takes
// all and channels that are fit. It returns a line a letter.
func (h *house) news(day care.Date, hour, minute int) (letters []string) {
	h.t.Helper()
	h.now = day.At(hour, minute, h.zone).UTC()
	_, err := h.AskDigests(h.t.Context(), h.now)
	h.must(err)
	return h.sends()
}

// sends moves what changes carry and sends all that is due.
func (h *house) sends() (letters []string) {
	h.t.Helper()
	_, err := h.MoveOut(h.t.Context(), h.now)
	h.must(err)
	for {
		d, err := h.TakeDelivery(h.t.Context(), h.now)
		if errors.Is(err, care.ErrNotFound) {
			return letters
		}
		h.must(err)
		l, err := h.PrepareLetter(h.t.Context(), d, h.now)
		h.must(err)
		if l == nil {
			continue
		}
		if l.TS != "" {
			h.must(h.LetterShown(h.t.Context(), d, "shown"))
			continue
		}
		letters = append(letters, written(l))
		h.sent++
		h.must(h.LetterSent(h.t.Context(), l, "D"+strings.TrimPrefix(l.To, "U"), fmt.Sprintf("%d.000001", h.sent), "shown"))
	}
}

// written writes a letter: "UANNA: week to 2026-10-02 50% (before 25%) most 8B-K3F; 1 to see to".
func written(l *care.Letter) string {
	to, says := l.To, []string{}
	if to == "" {
		to = l.Channel
	}
	add := func(format string, args ...any) { says = append(says, fmt.Sprintf(format, args...)) }
	if r := l.Report; r != nil {
		if r.Month != "" {
			add("%s: opened %d, rose %d, closed %v, first act %v of %d", r.Month[:7], r.Events.Opened, r.Events.Rose, r.Events.Closed, r.Events.FirstAct, r.Events.Acted)
		}
		add("steps %v, overdue %d, queue %v, unowned %d, most %d, newest %s", r.Steps, r.Overdue, r.Queue, r.Unowned, r.Most, r.Newest)
	}
	if w := l.Watch; w != nil {
		add("%s late %d, %s %d days", w.What, w.Late, w.Day, w.Days)
	}
	if r := l.Reminder; r != nil {
		if w := r.Week; w != nil {
			add("week to %s of %d: %.4g%%, before %.4g%%, trend %d, most %v, waiting %v", w.Newest, w.Students, w.Percent, w.Before, w.Trend(), w.Most, w.Waiting)
		}
		for _, c := range r.Cases {
			what := "to see to"
			if c.Did != nil {
				what = "done"
			}
			add("%s %s", c.Ref, what)
		}
		for _, i := range r.Items {
			add("follow up %v", i.Refs)
		}
	}
	if l.Post != nil {
		add("%s nobody has seen to", l.Post.Ref)
	}
	if l.Word != nil {
		add("word of %s", l.Word.Ref)
	}
	return to + ": " + strings.Join(says, "; ")
}

// asked lists which digests each weekday of a week asks for: "mon anna team; tue bo".
func (h *house) asked(monday care.Date) string {
	h.t.Helper()
	var days []string
	for i, name := range care.SlotDays {
		h.now = monday.AddDays(i).At(6, 0, h.zone).UTC()
		_, err := h.AskDigests(h.t.Context(), h.now)
		h.must(err)
		list, err := h.Deliveries.About(h.t.Context(), []string{"alen"})
		h.must(err)
		var who []string
		for _, d := range list {
			if d.Kind == care.WeekDigest && care.DateOf(d.At, h.zone) == monday.AddDays(i) {
				to := string(d.Room)
				for _, mentor := range []string{"anna", "bo", "cia"} {
					if st, err := h.Staff.BySlackID(h.t.Context(), "U"+strings.ToUpper(mentor)); err == nil && st.ID == d.To {
						to = mentor
					}
				}
				who = append(who, to+d.At.In(h.zone).Format("@15:04"))
			}
		}
		if len(who) > 0 {
			slices.Sort(who)
			days = append(days, name+" "+strings.Join(who, " "))
		}
	}
	return strings.Join(days, "; ")
}

// TestDigestDays looks in which week and on which day each gets a digest: anna on any day, bo on Thursday at 14:00, and cia on
// Monday before work begins.
func TestDigestDays(t *testing.T) {
	for _, tt := range []struct {
		name    string
		country care.Country
		monday  care.Date
		want    string
	}{
		{"a whole week", care.Sweden, "2026-10-12", "mon anna@08:00 cia@07:30 team@08:00; thu bo@14:00"},
		{"a month begins on Thursday", care.Sweden, "2026-09-28", "mon anna@08:00 cia@07:30 team@08:00; thu bo@14:00 principal@08:00"},
		{"the first week of a school year", care.Sweden, "2026-08-17", "mon anna@08:00 cia@07:30 principal@08:00 team@08:00; thu bo@14:00"},
		{"a break of a week", care.Sweden, "2026-10-26", ""},
		{"the week after, a month begins on Sunday", care.Sweden, "2026-11-02", "mon anna@08:00 cia@07:30 principal@08:00 team@08:00; thu bo@14:00"},
		{"Ascension on a Thursday, school on Friday", care.Sweden, "2027-05-03", "mon anna@08:00 cia@07:30 principal@08:00 team@08:00; fri bo@14:00"},
		{"the last week before Christmas", care.Sweden, "2026-12-14", "mon anna@08:00 cia@07:30 team@08:00; thu bo@14:00"},
		{"Epiphany, a break before it", care.Sweden, "2027-01-04", ""},
		{"the month begins after the break", care.Sweden, "2027-01-11", "mon anna@08:00 cia@07:30 principal@08:00 team@08:00; thu bo@14:00"},
		{"the last week of a school year", care.Sweden, "2027-06-07", "mon anna@08:00 cia@07:30 team@08:00; thu bo@14:00"},
		{"summer", care.Sweden, "2027-06-14", ""},
		{"17 May on a Monday", care.Norway, "2027-05-17", "tue anna@08:00 cia@08:00 team@08:00; thu bo@14:00"},
		{"Maundy Thursday, nothing before it", care.Norway, "2027-03-22", ""},
		{"the last day is a Friday", care.Norway, "2027-06-14", "mon anna@08:00 cia@08:00 team@08:00; thu bo@14:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withRooms(t)
			if tt.country == care.Norway {
				school := fjordvikYear(t)
				school.ID = "alen"
				h.Schools["alen"] = school
			}
			h.person("cia", "mentor@alen 7A@alen")
			h.slot("bo", "thu", 14*60)
			h.slot("cia", "mon", 6*60)
			if got := h.asked(tt.monday); got != tt.want {
				t.Errorf("the week of %s asks for\n  %s, want\n  %s", tt.monday, got, tt.want)
			}
		})
	}
	t.Run("a slot whose day and all after it are no school days has the last before it", func(t *testing.T) {
		h := withRooms(t)
		h.slot("bo", "fri", 14*60)
		school := h.Schools["alen"]
		school.Breaks = append(school.Breaks, care.Break{Period: care.Period{From: "2026-10-15", To: "2026-10-16"}})
		h.Schools["alen"] = school
		if got, want := h.asked("2026-10-12"), "mon anna@08:00 team@08:00; wed bo@14:00"; got != want {
			t.Errorf("the week asks for %s, want %s", got, want)
		}
	})
}

// TestWeekOf has the figures of anna's two students worked out by hand. 300 minutes a day; the week ends on Thursday the 8th.
func TestWeekOf(t *testing.T) {
	whole := []care.Date{"2026-09-25", "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08"}
	for _, tt := range []struct {
		name  string
		given func(h *house)
		want  string
	}{
		{"no figures, no cases", func(*house) {}, ""},
		// 8B-K3F misses 300 of the latest five days and 60 of the five before; the other nothing: 300/3000 and 60/3000.
		{"each day has its row", func(h *house) {
			for i, d := range whole {
				h.timed("8B-K3F", d, 300, map[int]int{2: 60, 8: 300}[i])
				h.timed("8B-M2X", d, 300, 0)
			}
		}, "week to 2026-10-08 of 2: 10%, before 2%, trend 1, most [8B-K3F], waiting []"},
		// Rows of absence alone: the other student-days were as long. 60+120 of 2 * 5 * 300, and 600 of the same.
		{"absence alone", func(h *house) {
			h.timed("8B-K3F", "2026-10-08", 300, 60)
			h.timed("8B-M2X", "2026-10-06", 300, 120)
			h.timed("8B-M2X", "2026-09-28", 300, 300)
			h.timed("8B-M2X", "2026-09-29", 300, 300)
		}, "week to 2026-10-08 of 2: 6%, before 20%, trend -1, most [8B-M2X 8B-K3F], waiting []"},
		{"lessons without minutes give no percentage", func(h *house) { h.absent("8B-K3F", "2026-10-08", 5, 2) },
			"week to 2026-10-08 of 2: -1%, before -1%, trend 0, most [8B-K3F], waiting []"},
		{"much the same", func(h *house) {
			for i, d := range whole {
				h.timed("8B-K3F", d, 300, map[int]int{1: 60, 6: 60, 7: 20}[i])
				h.timed("8B-M2X", d, 300, 0)
			}
		}, "week to 2026-10-08 of 2: 2.667%, before 2%, trend 0, most [8B-K3F], waiting []"},
		{"nobody was absent", func(h *house) {
			for _, d := range whole {
				h.timed("8B-K3F", d, 300, 0)
			}
		}, ""},
		{"a protected student is in no figure", func(h *house) {
			h.timed("8B-K3F", "2026-10-08", 300, 300)
			h.timed("8B-M2X", "2026-10-08", 300, 60)
			h.change("8B-K3F", protected)
		}, "week to 2026-10-08 of 1: 4%, before -1%, trend 0, most [8B-M2X], waiting []"},
		{"figures from before the week that was told of last are no news", func(h *house) { h.timed("8B-K3F", "2026-09-25", 300, 300) }, ""},
		{"others' students are not hers", func(h *house) { h.timed("9C-P5P", "2026-10-08", 300, 300) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withRooms(t)
			tt.given(h)
			var got []string
			for _, l := range h.news("2026-10-12", 8, 0) {
				if after, hers := strings.CutPrefix(l, "UANNA: "); hers {
					got = append(got, after)
				}
			}
			if s := strings.Join(got, " | "); s != tt.want {
				t.Errorf("anna reads\n  %s, want\n  %s", s, tt.want)
			}
		})
	}
}

// TestDigestIsTheDaysReminder has one message a person and day: the digest with what is to be seen to and followed up.
func TestDigestIsTheDaysReminder(t *testing.T) {
	h := withRooms(t)
	h.on("2026-10-08")
	h.timed("8B-K3F", "2026-10-07", 300, 300)
	first, second := h.opened("anna", "8B-K3F"), h.opened("anna", "8B-M2X")
	h.does(second, "anna talked")
	h.wantLetters(h.news("2026-10-09", 8, 0), "UANNA: 8B-K3F to see to")
	h.wantLetters(h.news("2026-10-12", 7, 57))
	want := "UANNA: week to 2026-10-07 of 2: 10%, before -1%, trend 0, most [8B-K3F], waiting [{8B-M2X 2026-10-20}]; 8B-K3F to see to"
	if got := h.news("2026-10-12", 8, 0); !slices.Contains(got, want) || len(got) != 2 {
		t.Errorf("on Monday the letters are\n  %q, want\n  %q and the team's", got, want)
	}
	h.wantLetters(h.news("2026-10-12", 16, 0))
	// What is done is shown in it.
	h.does(first, "2026-10-12 anna home")
	list, err := h.Deliveries.About(h.t.Context(), []string{"alen"})
	h.must(err)
	_, err = h.MoveOut(h.t.Context(), h.now)
	h.must(err)
	for _, d := range list {
		if d.Kind != care.WeekDigest || d.To == "" || d.State != care.DeliverySent {
			continue
		}
		d, err := h.Deliveries.Get(h.t.Context(), d.ID)
		h.must(err)
		if d.Due.IsZero() {
			t.Error("after the act the digest is not to be shown anew")
		}
		l, err := h.PrepareLetter(h.t.Context(), d, h.now)
		h.must(err)
		if got := written(l); !strings.Contains(got, "8B-K3F done") {
			t.Errorf("after the act the digest says %s", got)
		}
	}
}

// TestDigestOfAFollowUpMissed has a follow-up that nobody has made since in the digest as what is to be done, not as what waits.
func TestDigestOfAFollowUpMissed(t *testing.T) {
	h := withRooms(t)
	h.on("2026-10-05")
	h.does(h.opened("anna", "8B-K3F"), "anna talked 2026-10-09")
	h.wantLetters(h.news("2026-10-09", 8, 0), "UANNA: 8B-K3F to see to")
	want := "UANNA: week to  of 2: -1%, before -1%, trend 0, most [], waiting []; 8B-K3F to see to"
	if got := h.news("2026-10-12", 8, 0); !slices.Contains(got, want) {
		t.Errorf("on Monday the letters are\n  %q, want\n  %q", got, want)
	}
}

// TestDigestOfTwoSchools has a mentor at two schools get word of each one's week.
func TestDigestOfTwoSchools(t *testing.T) {
	h := withRooms(t)
	other := h.Schools["alen"]
	other.ID, other.Name, other.EHTChannel, other.PrincipalChannel = "berg", "Bergskolan", "", ""
	h.Schools["berg"] = other
	h.person("dag", "mentor@alen 7A@alen mentor@berg 7B@berg")
	h.student("7A-B2B", "alen", "Kim", "Kvist")
	h.student("7B-B2B", "berg", "Kim", "Kvist")
	for ref, school := range map[care.Ref]string{"7A-B2B": "alen", "7B-B2B": "berg"} {
		d := care.AbsenceDay{Meta: care.Meta{ID: string(ref)}, Student: ref, School: school, Date: "2026-10-08",
			Lessons: []care.Lessons{{Scheduled: 300, Invalid: 300, Total: 5, Absent: 5, Without: 5}}}
		h.must(h.Absence.Add(t.Context(), d))
	}
	var got []string
	for _, minute := range []int{0, 1, 2, 3} {
		for _, l := range h.news("2026-10-12", 8, minute) {
			if after, his := strings.CutPrefix(l, "UDAG: "); his {
				got = append(got, after)
			}
		}
	}
	if s := strings.Join(got, "\n"); len(got) != 2 || !strings.Contains(s, "most [7A-B2B]") || !strings.Contains(s, "most [7B-B2B]") {
		t.Errorf("the mentor of two schools reads %q, want word of each", got)
	}
}

// TestDigestTruth has the reader or the time change between asking and sending.
func TestDigestTruth(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(h *house)
		want   map[string]int // how many anna gets, by when
	}{
		{"nothing changes", func(*house) {}, map[string]int{"2026-10-12 08:00": 1}},
		{"her slot is moved to the afternoon", func(h *house) { h.slot("anna", "any", 14*60) }, map[string]int{"2026-10-12 08:00": 0, "2026-10-12 14:00": 1}},
		{"her slot is moved to Wednesday", func(h *house) { h.slot("anna", "wed", 9*60) }, map[string]int{"2026-10-12 08:00": 0, "2026-10-14 09:00": 1, "2026-10-14 10:00": 0}},
		{"she is away", func(h *house) {
			st := h.actor("anna").Staff
			st.Leave = &care.Leave{Period: care.Period{From: "2026-10-12", To: "2026-10-12"}}
			h.must(h.Staff.Replace(h.t.Context(), st))
		}, map[string]int{"2026-10-12 08:00": 0, "2026-10-13 08:00": 0}},
		{"she is no mentor any more", func(h *house) {
			st := h.actor("anna").Staff
			st.Posts[0].To = "2026-10-11"
			h.must(h.Staff.Replace(h.t.Context(), st))
		}, map[string]int{"2026-10-12 08:00": 0}},
		{"Lotsen stands still until the next morning", func(h *house) {}, map[string]int{"2026-10-13 07:45": 1}},
		{"Lotsen stands still for a day", func(h *house) {}, map[string]int{"2026-10-13 08:00": 0}},
		{"Lotsen stands still for a week, and she gets the next one alone", func(h *house) {}, map[string]int{"2026-10-19 08:00": 1, "2026-10-19 09:00": 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withRooms(t)
			h.on("2026-10-08")
			h.timed("8B-K3F", "2026-10-07", 300, 300)
			h.timed("8B-K3F", "2026-10-12", 300, 60)
			h.news("2026-10-12", 6, 0)
			tt.change(h)
			for _, at := range slices.Sorted(func(yield func(string) bool) {
				for k := range tt.want {
					if !yield(k) {
						return
					}
				}
			}) {
				var hour, minute int
				_, err := fmt.Sscanf(at[11:], "%d:%d", &hour, &minute)
				h.must(err)
				n := 0
				for _, l := range h.news(care.Date(at[:10]), hour, minute) {
					if strings.HasPrefix(l, "UANNA: week") {
						n++
					}
				}
				if n != tt.want[at] {
					t.Errorf("at %s anna gets %d digests, want %d", at, n, tt.want[at])
				}
			}
		})
	}
}

// TestDigestOfADayIsAskedForOnce has several copies ask at once, and a copy die between.
func TestDigestOfADayIsAskedForOnce(t *testing.T) {
	h := withRooms(t)
	h.now = care.Date("2026-10-12").At(7, 0, h.zone).UTC()
	lost := errors.New("the copy dies")
	h.engine.between("Insert deliveries", func() error { return lost })
	if _, err := h.AskDigests(context.Background(), h.now); !errors.Is(err, lost) {
		t.Fatalf("AskDigests() = %v, want that the copy dies", err)
	}
	total := 0
	for _, minutes := range []int{1, 4, 6, 7} { // the copy's lease is five minutes
		n, err := h.AskDigests(h.t.Context(), care.Date("2026-10-12").At(7, minutes, h.zone).UTC())
		h.must(err)
		if total += n; minutes < 5 && n > 0 {
			t.Errorf("at 07:0%d another copy asks for %d", minutes, n)
		}
	}
	if total != 3 { // anna, bo and the team
		t.Errorf("after the copy's death %d are asked for, want 3", total)
	}
	again := *h.Service
	if n, err := again.AskDigests(h.t.Context(), care.Date("2026-10-12").At(9, 0, h.zone).UTC()); err != nil || n != 0 {
		t.Errorf("AskDigests() once more = %d, %v, want nothing", n, err)
	}
}
