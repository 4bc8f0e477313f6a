package care_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"lotsen/internal/care"
)

// crowd adds students 7A-B2B, 7A-C2B, … of alen, whose others leave.
func (h *house) crowd(n int) []care.Ref {
	h.t.Helper()
	for _, ref := range []care.Ref{"8B-K3F", "8B-M2X", "9C-P5P"} {
		h.change(ref, left)
	}
	refs := make([]care.Ref, n)
	for i := range refs {
		refs[i] = care.Ref(fmt.Sprintf("7A-%c2B", "BCDFGHJKLMNPQRSTVWXZ"[i]))
		h.student(refs[i], "alen", "Kim", "Kvist")
	}
	return refs
}

// figuresOf writes a school's figures as someone reads them: "12.5% opened 7 rose 0 closed few …".
func (h *house) figuresOf(who, school string, span care.Span) string {
	h.t.Helper()
	f, err := h.Figures(h.t.Context(), h.actor(who), school, span, h.now)
	if err != nil {
		return h.refused(err)
	}
	n := func(f *care.Figure) string {
		switch {
		case f == nil:
			return "-"
		case f.Few:
			return "few"
		}
		return fmt.Sprint(f.N)
	}
	parts := []string{fmt.Sprintf("%s–%s %.4g%% opened %s rose %s closed %s", f.On.From, f.On.To, f.Percent, n(f.Opened), n(&f.Rose), n(f.AllEnded))}
	for _, c := range f.Closed {
		parts = append(parts, string(c.Why)+":"+n(&c.Figure))
	}
	parts = append(parts, "open "+n(f.Total))
	for _, st := range f.Steps {
		parts = append(parts, fmt.Sprintf("%d:%s", st.Step, n(&st.Figure)))
	}
	return strings.Join(append(parts, "overdue "+n(f.Overdue), fmt.Sprintf("first %v", f.FirstAct)), " ")
}

// TestFiguresHideSmallNumbers has what is shown say nothing of fewer than five, also by subtraction.
func TestFiguresHideSmallNumbers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		open   int
		acts   string // of the first ones, in their order: "talked*5 close:no_need*6"
		day    care.Date
		suffix string
	}{
		{"none", 0, "", "2026-10-08", "opened 0 rose 0 closed 0 open 0 overdue 0 first -1"},
		{"four", 4, "", "2026-10-08", "opened few rose 0 closed 0 open - 1:few overdue 0 first -1"},
		{"five", 5, "", "2026-10-08", "opened 5 rose 0 closed 0 open 5 1:5 overdue 0 first -1"},
		{"two of seven are not overdue", 7, "talked*2", "2026-10-12", "opened 7 rose 0 closed 0 open 7 1:7 overdue - first -1"},
		{"five of ten are overdue", 10, "talked*5", "2026-10-12", "opened 10 rose 0 closed 0 open 10 1:10 overdue 5 first 0"},
		{"one was closed for one reason, five for another", 9, "close:no_need*1 close:other*5", "2026-10-08",
			"opened 9 rose 0 closed - no_need:few other:5 open - 1:few overdue 0 first 0"},
		{"six were closed", 11, "close:other*6", "2026-10-08", "opened 11 rose 0 closed 6 other:6 open 5 1:5 overdue 0 first 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withRooms(t)
			h.on("2026-10-06")
			refs := h.crowd(tt.open)
			ids := make([]string, len(refs))
			for i, ref := range refs {
				ids[i] = h.opened("eva", ref)
			}
			next := 0
			for word := range strings.FieldsSeq(tt.acts) {
				what, times, _ := strings.Cut(word, "*")
				act, reason, _ := strings.Cut(what, ":")
				var n int
				_, err := fmt.Sscan(times, &n)
				h.must(err)
				for range n {
					h.does(ids[next], strings.TrimSpace("eva "+act+" "+reason))
					next++
				}
			}
			h.on(tt.day)
			if got, want := h.figuresOf("rut", "alen", care.LastMonth), fmt.Sprintf("2026-10-01–%s -1%% %s", tt.day, tt.suffix); got != want {
				t.Errorf("the principal reads\n  %s, want\n  %s", got, want)
			}
		})
	}
}

// TestFiguresOfAYearSubtract has the figures of a span that began with the school year not tell how many of few are open or have
// ended: together they are those that were opened.
func TestFiguresOfAYearSubtract(t *testing.T) {
	for _, tt := range []struct {
		name       string
		open, ends int
		want       string
	}{
		{"three of nine are open", 9, 6, "opened - rose 0 closed 6 other:6 open - 1:few overdue"},
		{"three of nine have ended", 9, 3, "opened - rose 0 closed - other:few open 6 1:6 overdue"},
		{"all are told", 10, 5, "opened 10 rose 0 closed 5 other:5 open 5 1:5 overdue"},
		{"three opened", 3, 0, "opened few rose 0 closed 0 open - 1:few overdue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := withRooms(t)
			h.on("2026-10-06")
			for i, ref := range h.crowd(tt.open) {
				if id := h.opened("eva", ref); i < tt.ends {
					h.does(id, "eva close other")
				}
			}
			for _, span := range []care.Span{care.LastTerm, care.LastYear} {
				if got := h.figuresOf("rut", "alen", span); !strings.Contains(got, tt.want) {
					t.Errorf("in the %s the principal reads\n  %s, want\n  %s", span, got, tt.want)
				}
			}
		})
	}
}

// TestFiguresOverdueTellsOfNoStep has those overdue not told when they are more than the steps tell: the rest are on the step
// whose number is too small.
func TestFiguresOverdueTellsOfNoStep(t *testing.T) {
	h := withRooms(t)
	h.on("2026-10-06")
	for i, ref := range h.crowd(10) {
		id := h.opened("eva", ref)
		if i >= 4 {
			continue
		}
		c, err := h.Cases.Get(t.Context(), id)
		h.must(err)
		c.Step = 2
		h.must(h.Cases.Replace(t.Context(), c))
	}
	h.on("2026-10-20")
	if got, want := h.figuresOf("rut", "alen", care.LastMonth), "open - 1:6 2:few overdue - first"; !strings.Contains(got, want) {
		t.Errorf("with ten overdue on two steps the principal reads\n  %s, want\n  %s", got, want)
	}
}

// TestFiguresSubtract checks for all small counts that what is shown leaves more than one possibility for each hidden number.
func TestFiguresSubtract(t *testing.T) {
	h := withRooms(t)
	h.on("2026-10-06")
	refs := h.crowd(12)
	for i, ref := range refs {
		id := h.opened("eva", ref)
		f, err := h.Figures(t.Context(), h.actor("rut"), "alen", care.LastMonth, h.now)
		h.must(err)
		shown := 0
		for _, st := range f.Steps {
			if !st.Few {
				shown += st.N
			}
		}
		if f.Total != nil && f.Total.N != shown {
			t.Errorf("with %d open, the total %d tells that %d are hidden", i+1, f.Total.N, f.Total.N-shown)
		}
		if f.Total != nil && f.Overdue != nil && 0 < f.Total.N-f.Overdue.N && f.Total.N-f.Overdue.N < 5 {
			t.Errorf("with %d open, %d are not overdue", i+1, f.Total.N-f.Overdue.N)
		}
		if i%3 == 0 {
			h.does(id, "eva close no_need")
		}
	}
}

// TestFiguresAbsence has the absence of the spans worked out by hand: six students, 300 minutes a day from Monday 21 September to
// Wednesday 7 October; the first misses 300 on each Monday, and the second 90 on 1 October.
func TestFiguresAbsence(t *testing.T) {
	h := withRooms(t)
	refs := h.crowd(6)
	school := h.Schools["alen"]
	for day := care.Date("2026-09-21"); day <= "2026-10-07"; day = day.AddDays(1) {
		if !school.IsSchoolDay(day) {
			continue
		}
		for i, ref := range refs {
			missed := 0
			if i == 0 && (day == "2026-09-21" || day == "2026-09-28" || day == "2026-10-05") {
				missed = 300
			}
			if i == 1 && day == "2026-10-01" {
				missed = 90
			}
			h.timed(ref, day, 300, missed)
		}
	}
	h.on("2026-10-08")
	for _, tt := range []struct {
		who  string
		span care.Span
		want string
	}{
		{"rut", care.LastWeek, "2026-10-05–2026-10-08 5.556%"},  // 300 of 3 * 1800
		{"eva", care.LastMonth, "2026-10-01–2026-10-08 4.333%"}, // 390 of 5 * 1800
		{"rut", care.LastTerm, "2026-08-17–2026-10-08 4.231%"},  // 990 of 13 * 1800
		{"eva", care.LastYear, "2026-08-17–2026-10-08 4.231%"},
	} {
		for range 2 { // counted, and kept
			if got := h.figuresOf(tt.who, "alen", tt.span); !strings.HasPrefix(got, tt.want+" ") {
				t.Errorf("of the %s %s reads %s, want %s", tt.span, tt.who, got, tt.want)
			}
		}
	}
	f, err := h.Figures(t.Context(), h.actor("rut"), "alen", care.LastWeek, h.now)
	h.must(err)
	var weeks []string
	for _, w := range f.Weeks {
		weeks = append(weeks, fmt.Sprintf("%s %.4g", w.Monday, w.Percent))
	}
	// 300 of 5 * 1800; 390 of 5 * 1800; 300 of 3 * 1800.
	want := "2026-09-21 3.333, 2026-09-28 4.333, 2026-10-05 5.556"
	if got := strings.Join(weeks, ", "); got != want {
		t.Errorf("the weeks are\n  %s, want\n  %s", got, want)
	}
	// Fewer than five students have no percentage.
	h.change(refs[0], protected)
	h.change(refs[1], left)
	if got := h.figuresOf("rut", "alen", care.LastMonth); !strings.Contains(got, " -1% ") {
		t.Errorf("of four students the principal reads %s", got)
	}
}

// TestFiguresAccess asks as each role.
func TestFiguresAccess(t *testing.T) {
	h := withRooms(t)
	refs := h.crowd(5)
	for _, ref := range refs {
		h.timed(ref, "2026-10-07", 300, 60)
	}
	for name, has := range map[string]string{"cia": "coach@alen", "tor": "teacher@alen", "ada": "admin@alen", "rik": "principal@fjell", "old": "principal@alen 2026-08-01–2026-10-07"} {
		h.person(name, has)
	}
	h.on("2026-10-08")
	for who, want := range map[string]string{"rut": "20%", "eva": "20%", "ada": "-1%", "anna": "", "bo": "", "cia": "", "tor": "", "rik": "", "mor": "", "old": ""} {
		got := h.figuresOf(who, "alen", care.LastMonth)
		unknown := h.figuresOf(who, "nowhere", care.LastMonth)
		if want == "" && (got != string(care.CodeNoFigures) || unknown != got) {
			t.Errorf("%s reads %s, and of a school that does not exist %s", who, got, unknown)
		}
		if want != "" && !strings.Contains(got, " "+want+" ") {
			t.Errorf("%s reads %s, want %s", who, got, want)
		}
		_, err := h.FindFigureSchools(h.actor(who), "", h.now)
		if refused := h.refused(err); (refused == "") != (want != "" || who == "rik") {
			t.Errorf("%s finds schools: %q", who, refused)
		}
	}
	h.person("duo", "principal@alen eht@fjell")
	for typed, want := range map[string]int{"": 2, "alen": 1, "fjell": 1} {
		if list, err := h.FindFigureSchools(h.actor("duo"), typed, h.now); err != nil || len(list) != want {
			t.Errorf("FindFigureSchools(%q) = %d schools, %v, want %d", typed, len(list), err, want)
		}
	}
	_, err := h.FindFigureSchools(h.actor("duo"), "nowhere", h.now)
	if !strings.HasPrefix(h.refused(err), string(care.CodeUnknownSchool)) {
		t.Errorf("of an unknown school duo reads %q", h.refused(err))
	}
}

// TestReadSpan reads what is typed after /rapport.
func TestReadSpan(t *testing.T) {
	for typed, want := range map[string]string{
		"": "month ", "vecka": "week ", "UKE": "week ", "veke": "week ", "månad": "month ", "måned": "month ", "termin": "term ", "halvår": "term ",
		"läsår": "year ", "skoleår": "year ", "skuleår": "year ", "Ålenskolan termin": "term Ålenskolan", "termin Fjord & fjell": "term Fjord & fjell", "fika": "month fika",
	} {
		if span, rest := care.ReadSpan(typed); string(span)+" "+rest != want {
			t.Errorf("ReadSpan(%q) = %q, %q, want %q", typed, span, rest, want)
		}
	}
}

// TestAbsenceWeeksHold has imports change weeks whose figures were kept, also while someone reads them and after one has broken off.
func TestAbsenceWeeksHold(t *testing.T) {
	h := withRooms(t)
	refs := h.crowd(5)
	h.on("2026-10-08")
	rows := func(missed int, day care.Date) []care.AbsenceRow {
		list := make([]care.AbsenceRow, len(refs))
		for i, ref := range refs {
			list[i] = care.AbsenceRow{Line: i + 2, Ref: ref, School: "alen", Date: day, Lessons: care.Lessons{Scheduled: 300, Invalid: missed}}
		}
		return list
	}
	percent := func() float64 {
		f, err := h.Figures(t.Context(), h.actor("rut"), "alen", care.LastMonth, h.now)
		h.must(err)
		return math.Round(f.Percent)
	}
	im := h.ImportAbsence(h.now, false)
	_, err := im.Store(t.Context(), rows(30, "2026-10-05"))
	h.must(err)
	if got := percent(); got != 10 {
		t.Errorf("while the import is at it the absence is %v %%, want 10", got)
	}
	_, err = im.Store(t.Context(), rows(90, "2026-10-06"))
	h.must(err)
	if got := percent(); got != 20 {
		t.Errorf("while it goes on the absence is %v %%, want 20", got)
	}
	h.must(im.Finish(t.Context()))
	if got := percent(); got != 20 {
		t.Errorf("afterwards the absence is %v %%, want 20", got)
	}
	if w, err := h.AbsenceWeeks.Get(t.Context(), "alen/2026-10-05"); err != nil || !w.Known {
		t.Errorf("afterwards the week is kept as %+v, %v", w, err)
	}
	// A later import breaks off; what is read then is not kept, until a day later it is.
	h.now = h.now.AddDate(0, 0, 1)
	broken := h.ImportAbsence(h.now, false)
	_, err = broken.Store(t.Context(), rows(150, "2026-10-06"))
	h.must(err)
	for range 2 {
		if got := percent(); got != 30 {
			t.Errorf("after an import that has broken off the absence is %v %%, want 30", got)
		}
	}
	w, err := h.AbsenceWeeks.Get(t.Context(), "alen/2026-10-05")
	if err != nil || w.Known || len(w.Imports) != 1 {
		t.Errorf("after an import that has broken off the week is kept as %+v, %v", w, err)
	}
	h.now = h.now.AddDate(0, 0, 1)
	percent()
	if w, err = h.AbsenceWeeks.Get(t.Context(), "alen/2026-10-05"); err != nil || !w.Known {
		t.Errorf("a day later the week is kept as %+v, %v", w, err)
	}
	// A student becomes protected: the sums are counted anew without them.
	yes := true
	done, err := h.ImportStudents(t.Context(), []care.StudentRow{{Line: 2, Key: "k", Given: "A", Family: "B", Group: "8B", School: "alen"}}, nil, h.now, false)
	if err != nil || len(done.Bad) > 0 {
		t.Fatal(done.Bad, err)
	}
	done, err = h.ImportStudents(t.Context(), []care.StudentRow{{Line: 2, Key: "k", School: "alen", Protected: &yes}}, nil, h.now, false)
	if err != nil || len(done.Bad) > 0 {
		t.Fatal(done.Bad, err)
	}
	if w, err = h.AbsenceWeeks.Get(t.Context(), "alen/2026-10-05"); err != nil || w.Known {
		t.Errorf("after a student has become protected the week is kept as %+v, %v", w, err)
	}
	// A dry run touches nothing.
	percent()
	dry := h.ImportAbsence(h.now, true)
	_, err = dry.Store(t.Context(), rows(0, "2026-10-06"))
	h.must(err)
	h.must(dry.Finish(t.Context()))
	if w, err = h.AbsenceWeeks.Get(t.Context(), "alen/2026-10-05"); err != nil || !w.Known {
		t.Errorf("after a dry run the week is kept as %+v, %v", w, err)
	}
}
