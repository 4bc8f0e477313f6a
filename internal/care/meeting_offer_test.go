package care_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// asks seeks slots for someone.
func (h *house) asks(who string, f care.MeetingForm) (care.MeetingOffer, error) {
	h.t.Helper()
	return h.OfferSlots(h.t.Context(), h.actor(who), f, h.request(), h.now)
}

// offered is what someone is offered, in words. Of its slots those of one day, with what is known of calendars.
func (h *house) offered(who string, f care.MeetingForm) string {
	h.t.Helper()
	o, err := h.asks(who, f)
	h.must(err)
	return h.offerWords(o)
}

func (h *house) offerWords(o care.MeetingOffer) string {
	h.t.Helper()
	var list []string
	for _, s := range o.Slots {
		list = append(list, strings.TrimSuffix(s.Start.In(h.zone).Format("01-02 15:04")+" "+h.names(o, s.Missing), " "))
	}
	if o.None != nil {
		for _, b := range o.None.Blocks {
			text := fmt.Sprintf("%s %s %d%%", h.names(o, []string{b.Staff}), b.Kind, b.Share)
			if b.Substitute != "" {
				text += " for whom " + h.names(o, []string{b.Substitute})
			}
			list = append(list, text)
		}
		for _, c := range o.None.Nearest {
			list = append(list, fmt.Sprintf("%s: %s", c.Kind, c.Slot.Start.In(h.zone).Format("01-02 15:04")))
		}
	}
	for _, p := range o.Unknown {
		list = append(list, p.Name+" unknown")
	}
	for _, c := range o.Stale {
		text := c.Name + " stale"
		if !c.ReadAt.IsZero() {
			text += " since " + c.ReadAt.In(h.zone).Format("01-02")
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func (h *house) names(o care.MeetingOffer, staff []string) string {
	var list []string
	for _, id := range staff {
		list = append(list, o.Names[id].Name)
	}
	return strings.Join(list, " ")
}

// oneDay has a form look at one day for two hours.
func oneDay(f care.MeetingForm, day care.Date) care.MeetingForm {
	f.Earliest, f.Latest, f.Length = day, day, 120
	return f
}

// calendar gives someone a calendar that was read some hours ago, with busy times such as "10-06 08:00-10:00".
func (h *house) calendar(who string, hoursAgo int, busy ...string) {
	h.t.Helper()
	h.alter(who, func(st *care.Staff) { st.Calendars = []care.Sealed{h.seal("https://x", "staff", st.ID, "calendar")} })
	feed := care.BusyFeed{Calendar: "c", ReadAt: h.now.Add(-time.Duration(hoursAgo) * time.Hour), Until: h.now.AddDate(1, 0, 0)}
	for _, b := range busy {
		day, hours, _ := strings.Cut(b, " ")
		from, to, _ := strings.Cut(hours, "-")
		feed.Busy = append(feed.Busy, care.Interval{Start: h.clock(day + " " + from), End: h.clock(day + " " + to)})
	}
	h.must(h.Busy.Add(h.t.Context(), care.BusyTimes{Meta: care.Meta{ID: h.actor(who).Staff.ID}, Feeds: []care.BusyFeed{feed}}))
}

func TestMeetingFormMistakes(t *testing.T) {
	h := withTeam(t)
	h.person("ada", "admin@alen")
	h.person("leo", "mentor@alen 2026-01-01–2026-09-30")
	h.person("gus", "teacher@alen")
	h.alter("gus", func(st *care.Staff) { st.Facts.Guest = true })
	h.person("dea", "teacher@alen")
	h.alter("dea", func(st *care.Staff) { st.Facts.Deactivated = true })
	h.person("new", "teacher@alen")
	h.alter("new", func(st *care.Staff) { st.Facts = nil })
	h.school(func(sc *care.School) { sc.Years = []care.Period{{From: "2026-08-17", To: "2026-11-13"}} })
	crowd := make([]string, care.AttendeesMax)
	for i := range crowd {
		crowd[i] = fmt.Sprint("U", i)
	}
	many := make([]care.Ref, care.MeetingStudentsMax+1)
	for i := range many {
		many[i] = care.Ref(fmt.Sprint("8B-", i))
	}
	tests := []struct {
		name   string
		who    string
		with   string
		change func(*care.MeetingForm)
		want   string
	}{
		{"right", "anna", "eva", nil, ""},
		{"of whom Slack was not asked yet", "anna", "eva new", nil, ""},
		{"of another school", "anna", "eva mor", nil, ""},
		{"one's own name beside others", "anna", "anna eva", nil, ""},
		{"an administrator asks", "ada", "eva", nil, "may_not_meet"},
		{"a teacher asks", "mor", "eva", func(f *care.MeetingForm) { f.Kind = care.MeetingTeam }, ""},
		{"nobody but oneself", "anna", "anna (anna)", nil, "participants: attendees_missing"},
		{"too many", "anna", "", func(f *care.MeetingForm) { f.Required = crowd }, "participants: attendees_many"},
		{"nobody known", "anna", "eva xyz", nil, "participants: attendee_unknown"},
		{"a guest who need not come", "anna", "eva (gus)", nil, "optional: attendee_unknown"},
		{"left", "anna", "eva leo", nil, "participants: attendee_left"},
		{"no account any more", "anna", "eva (dea)", nil, "optional: attendee_left"},
		{"an administrator", "anna", "eva ada", nil, "participants: attendee_admin"},
		{"in both fields", "anna", "eva ada (xyz)", nil, "optional: attendee_unknown, participants: attendee_admin"},
		{"none of the team", "anna", "bo", nil, "participants: meeting_team"},
		{"none of the team, and it is not theirs", "anna", "bo", func(f *care.MeetingForm) { f.Kind = care.MeetingTalk }, ""},
		{"one of the team who need not come", "anna", "bo (eva)", nil, ""},
		{"no kind", "anna", "eva", func(f *care.MeetingForm) { f.Kind = "" }, "kind: field_odd"},
		{"a length that is not offered", "anna", "eva", func(f *care.MeetingForm) { f.Length = 20 }, "length: field_odd"},
		{"a first day that is none", "anna", "eva", func(f *care.MeetingForm) { f.Earliest = "2026-10-32" }, "earliest: field_odd"},
		{"a last day that is none", "anna", "eva", func(f *care.MeetingForm) { f.Latest = "x" }, "latest: field_odd"},
		{"open over night", "anna", "eva", func(f *care.MeetingForm) { f.Earliest = "2026-10-04" }, ""},
		{"passed", "anna", "eva", func(f *care.MeetingForm) { f.Earliest, f.Latest = "2026-10-01", "2026-10-04" }, "latest: meeting_passed"},
		{"backwards", "anna", "eva", func(f *care.MeetingForm) { f.Earliest, f.Latest = "2026-10-09", "2026-10-08" }, "latest: meeting_backwards"},
		{"far", "anna", "eva", func(f *care.MeetingForm) { f.Latest = "2026-12-01" }, "latest: meeting_far"},
		{"begins far", "anna", "eva", func(f *care.MeetingForm) { f.Earliest, f.Latest = "2026-12-01", "2026-12-02" }, "earliest: meeting_far"},
		{"as far as may be", "anna", "eva", func(f *care.MeetingForm) { f.Latest = "2026-11-30" }, ""},
		{"after the school year", "anna", "eva", func(f *care.MeetingForm) { f.Earliest, f.Latest = "2026-11-16", "2026-11-20" }, "earliest: meeting_year"},
		{"no days", "anna", "eva", func(f *care.MeetingForm) { f.Earliest, f.Latest = "", "" }, ""},
		{"one's own student", "anna", "eva", func(f *care.MeetingForm) { f.Students = []care.Ref{"8B-K3F", "8B-K3F"} }, ""},
		{"someone else's student", "anna", "eva", func(f *care.MeetingForm) { f.Students = []care.Ref{"8B-K3F", "9C-P5P"} }, "students: student_hidden"},
		{"no such student", "anna", "eva", func(f *care.MeetingForm) { f.Students = []care.Ref{"8B-XXX"} }, "students: student_hidden"},
		{"too many students", "anna", "eva", func(f *care.MeetingForm) { f.Students = many }, "students: meeting_students"},
		{"no case of theirs", "anna", "eva", func(f *care.MeetingForm) { f.Students, f.Case = []care.Ref{"8B-K3F"}, "8B-K3F/9" }, "no_case"},
		{"a case whose student was taken out", "anna", "eva", func(f *care.MeetingForm) { f.Case = "8B-K3F/9" }, ""},
		{"a reason as long as may be", "anna", "eva", func(f *care.MeetingForm) { f.Reason = strings.Repeat("å", 3000) }, ""},
		{"a long reason", "anna", "eva", func(f *care.MeetingForm) { f.Reason = strings.Repeat("å", 3001) }, "reason: meeting_reason"},
		{"much at once", "anna", "leo", func(f *care.MeetingForm) { f.Kind, f.Length, f.Latest = "x", 0, "2026-10-01" },
			"kind: field_odd, latest: meeting_backwards, length: field_odd, participants: attendee_left"},
	}
	for _, tt := range tests {
		f := form(tt.with)
		if tt.change != nil {
			tt.change(&f)
		}
		o, err := h.asks(tt.who, f)
		if got := h.mistakes(err); got != tt.want {
			t.Errorf("%s: OfferSlots() = %q, want %q", tt.name, got, tt.want)
		}
		if (tt.want == "") != (o.ID != "") {
			t.Errorf("%s: the offer's id is %q", tt.name, o.ID)
		}
	}
}

func TestOfferKnowsWhenPeopleAreBusy(t *testing.T) {
	h := withTeam(t)
	h.school(func(sc *care.School) { sc.Lunch = care.Hours{From: 690, To: 750} })
	f := oneDay(form("eva (bo)"), "2026-10-06")
	steps := []struct {
		name string
		do   func()
		want string
	}{
		{"nothing is known", nil, "10-06 07:30, 10-06 09:30, 10-06 12:30, 10-06 14:30, anna unknown, eva unknown, bo unknown"},
		{"a calendar", func() { h.calendar("eva", 1, "10-06 08:00-10:00") }, "10-06 12:30, 10-06 14:30, anna unknown, bo unknown"},
		{"one that was not read for days", func() { h.calendar("anna", 7*24, "10-06 13:00-14:00") }, "10-06 14:00, bo unknown, anna stale since 09-28"},
		{"one that was never read", func() {
			h.alter("bo", func(st *care.Staff) { st.Calendars = []care.Sealed{h.seal("https://x", "staff", st.ID, "calendar")} })
		}, "10-06 14:00, anna stale since 09-28, bo stale"},
	}
	for _, step := range steps {
		if step.do != nil {
			step.do()
		}
		if got := h.offered("anna", f); got != step.want {
			t.Errorf("%s: the offer is %q, want %q", step.name, got, step.want)
		}
	}
}

func TestOfferKeepsToWhatIsBooked(t *testing.T) {
	h := withTeam(t)
	h.school(func(sc *care.School) { sc.Buffer, sc.Work = 5*time.Minute, care.Hours{From: 480, To: 660} })
	day := func(f care.MeetingForm) care.MeetingForm {
		f = oneDay(f, "2026-10-06")
		f.Length, f.Kind = 60, care.MeetingTalk
		return f
	}
	rut := h.books("eva", day(form("rut")), "10-06 08:00")
	const free, after = "10-06 08:00, 10-06 09:00, 10-06 10:00", "10-06 09:15"
	offered := func(want, why string) {
		t.Helper()
		got, _, _ := strings.Cut(h.offered("anna", day(form("eva"))), ", anna unknown")
		if got != want {
			t.Errorf("%s: the offer is %q, want %q", why, got, want)
		}
	}
	offered(after, "Eva meets Rut")
	if got := h.offerWords(func() care.MeetingOffer {
		o, err := h.OfferMove(t.Context(), h.actor("eva"), rut.ID, h.request(), h.now)
		h.must(err)
		return o
	}()); strings.Contains(got, "10-06 08:00") || !strings.Contains(got, "10-06 08:15") {
		t.Errorf("Eva may move it to %s: when it is by now is none, and it stands in nobody's way", got)
	}
	_, err := h.CancelMeeting(t.Context(), h.actor("eva"), rut.ID, h.request(), h.now)
	h.must(err)
	offered(free, "it is called off")

	eva := h.actor("eva").Staff.ID
	hold := care.BookedDay{Meta: care.Meta{ID: eva + "/2026-10-06"}, Staff: eva, Day: "2026-10-06"}
	if kept, err := h.Booked.Get(t.Context(), hold.ID); err == nil {
		hold = kept
	}
	hold.Holds = []care.Booked{{Interval: care.Interval{Start: h.clock("10-06 08:00"), End: h.clock("10-06 09:00")}, Meeting: "mt_none", For: 1, At: h.now}}
	if hold.Version > 0 {
		h.must(h.Booked.Replace(t.Context(), hold))
	} else {
		h.must(h.Booked.Add(t.Context(), hold))
	}
	offered(after, "a booking is under way")
	h.now = h.now.Add(2 * time.Minute)
	offered(free, "that booking has come to nothing")
}

func TestOfferBetweenSchools(t *testing.T) {
	h := withTeam(t)
	years := []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
	for id, change := range map[string]func(*care.School){
		"alen": func(sc *care.School) { sc.Work = care.Hours{From: 480, To: 960} },
		"fjell": func(sc *care.School) {
			sc.Work, sc.Lunch = care.Hours{From: 600, To: 900}, care.Hours{From: 720, To: 780}
			sc.Breaks = []care.Break{{Period: care.Period{From: "2026-10-07", To: "2026-10-07"}}}
		},
	} {
		sc := h.Schools[id]
		sc.Years = years
		change(&sc)
		h.Schools[id] = sc
	}
	tests := []struct {
		name, with string
		day        care.Date
		want       string
	}{
		{"their hours, without their lunch", "eva mor", "2026-10-06", "10-06 10:00, 10-06 13:00"},
		{"they need not come", "eva (mor)", "2026-10-06", "10-06 10:00, 10-06 13:00, 10-06 08:00 mor"},
		{"they have a day off", "eva mor", "2026-10-07", "mor no_days 100%, without: 10-07 08:00, later: 10-08 10:00"},
	}
	for _, tt := range tests {
		f := oneDay(form(tt.with), tt.day)
		got, _, _ := strings.Cut(h.offered("anna", f), ", anna unknown")
		if got != tt.want {
			t.Errorf("%s: the offer is %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOfferOfWhoIsNotThere(t *testing.T) {
	h := withTeam(t)
	h.person("ida", "eht@alen")
	h.person("tom", "teacher@alen 2026-01-01–2026-10-05")
	tests := []struct {
		name   string
		leave  *care.Leave
		with   string
		change func(*care.MeetingForm)
		want   string
	}{
		{"away, with a substitute", &care.Leave{Period: care.Period{From: "2026-10-05", To: "2026-10-09"}, Substitute: h.actor("ida").Staff.ID}, "eva", nil,
			"eva away 100% for whom ida, later: 10-12 07:30"},
		{"the substitute is asked as well", &care.Leave{Period: care.Period{From: "2026-10-05", To: "2026-10-09"}, Substitute: h.actor("ida").Staff.ID}, "eva ida", nil,
			"eva away 100%, without: 10-06 07:30, later: 10-12 07:30"},
		{"away, without", &care.Leave{Period: care.Period{From: "2026-10-05", To: "2026-10-09"}}, "eva ida", nil,
			"eva away 100%, without: 10-06 07:30, later: 10-12 07:30"},
		{"a last day of work", nil, "eva tom", nil, "tom left 100%, without: 10-06 07:30"},
	}
	for _, tt := range tests {
		h.alter("eva", func(st *care.Staff) { st.Leave = tt.leave })
		got, _, _ := strings.Cut(h.offered("anna", oneDay(form(tt.with), "2026-10-06")), ", anna unknown")
		if got != tt.want {
			t.Errorf("%s: the offer is %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOfferMove(t *testing.T) {
	h := withTeam(t)
	h.person("ida", "eht@alen")
	h.person("kim", "eht@fjell")
	about := h.books("anna", form("eva", "8B-K3F"), "10-08 10:00").ID
	none := h.books("anna", form("eva"), "10-09 10:00").ID
	tests := []struct{ who, about, none string }{
		{"anna", "moves", "moves"},
		{"eva", "moves", "suggests"}, // of the team of the student's school
		{"ida", "moves", "no_meeting"},
		{"rut", "moves", "no_meeting"},
		{"bo", "no_meeting", "no_meeting"},
		{"kim", "no_meeting", "no_meeting"},
		{"mor", "no_meeting", "no_meeting"},
	}
	for _, tt := range tests {
		for id, want := range map[string]string{about: tt.about, none: tt.none, "mt_none": "no_meeting"} {
			o, err := h.OfferMove(t.Context(), h.actor(tt.who), id, h.request(), h.now)
			got := string(care.CodeOf(err))
			if err == nil {
				got = map[bool]string{true: "suggests", false: "moves"}[o.Suggest]
			}
			if got != want {
				t.Errorf("%s, %s: %s, want %s", tt.who, id, got, want)
			}
			now := slices.ContainsFunc(o.Slots, func(s care.OfferedSlot) bool { return s.Start.Equal(h.clock("10-08 10:00")) })
			if now && id == about || err == nil && (o.Meeting != id || o.Length != 30*time.Minute || len(o.Slots) == 0) {
				t.Errorf("%s, %s: the offer is %+v", tt.who, id, o)
			}
		}
	}
	h.now = h.clock("10-08 10:00")
	if _, err := h.OfferMove(t.Context(), h.actor("anna"), about, h.request(), h.now); care.CodeOf(err) != care.CodeMeetingNow {
		t.Errorf("OfferMove() of one that has begun = %v", err)
	}
}

func TestOfferIsKeptSealedForItsAsker(t *testing.T) {
	h := withTeam(t)
	f := form("eva", "8B-K3F")
	f.Reason = "Sover dåligt"
	o, err := h.OfferSlots(t.Context(), h.actor("anna"), f, "r1", h.now)
	h.must(err)
	again, err := h.OfferSlots(t.Context(), h.actor("anna"), f, "r1", h.now)
	h.must(err)
	if diff := cmp.Diff(o, again, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("the same request again is offered something else:\n%s", diff)
	}
	d, err := h.Drafts.Get(t.Context(), o.ID)
	h.must(err)
	if d.Text != "" || bytes.Contains(d.Sealed, []byte("dåligt")) || bytes.Contains(d.Sealed, []byte("8B-K3F")) {
		t.Errorf("the draft holds its text in the clear")
	}
	book := func(who string, at time.Time) string {
		_, err := h.Book(t.Context(), h.actor(who), o.ID, o.Slots[0].Start, "", "", h.request(), at)
		return h.outcome(err)
	}
	if got := book("eva", h.now); got != string(care.CodeOfferGone) {
		t.Errorf("Eva books what Anna was offered: %q", got)
	}
	if got := book("anna", h.now.Add(care.DraftLife+time.Minute)); got != string(care.CodeOfferGone) {
		t.Errorf("Anna books when the offer's time is over: %q", got)
	}
	if _, err := h.Pick(t.Context(), h.actor("anna"), o.ID, 0, "x", h.now); care.CodeOf(err) != care.CodeDraftGone {
		t.Errorf("an offer is no line to go on with: %v", err)
	}
	if got := book("anna", h.now); got != "" {
		t.Errorf("Anna books: %q", got)
	}
}

func TestOfferAsksTheStoreLittle(t *testing.T) {
	h := withTeam(t)
	anna := h.actor("anna")
	h.engine.calls = nil
	_, err := h.OfferSlots(t.Context(), anna, form("eva (bo)", "8B-K3F"), "r1", h.now)
	h.must(err)
	count := map[string]int{}
	for _, call := range h.engine.calls {
		count[call]++
	}
	if count["Find busy"] != 1 || count["Find booked"] != 1 || len(h.engine.calls) > 8 {
		t.Errorf("the store is asked %v", h.engine.calls)
	}
}
