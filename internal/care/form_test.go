package care_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// talk is a form with what every form needs.
func talk(note string, refs ...care.Ref) care.InterventionForm {
	return care.InterventionForm{Students: refs, Kinds: []care.Kind{care.KindTalk}, Note: note}
}

// send logs a form that must be right.
func (h *house) send(a care.Actor, f care.InterventionForm, form, request string) care.Entry {
	h.t.Helper()
	e, err := h.LogForm(h.t.Context(), a, f, form, request, h.now)
	if err != nil {
		h.t.Fatalf("LogForm() = %v", err)
	}
	return e
}

// stored is an intervention as it is kept.
func (h *house) stored(id string) care.Intervention {
	h.t.Helper()
	iv, err := h.Interventions.Get(h.t.Context(), id)
	h.must(err)
	return iv
}

// mistakes are the fields at fault with their codes, sorted, and the codes without a field.
func (h *house) mistakes(err error) string {
	h.t.Helper()
	var list []string
	for _, m := range care.Mistakes(err) {
		list = append(list, strings.TrimPrefix(m.Field+": "+string(m.Code), ": "))
	}
	if err != nil && len(list) == 0 {
		h.t.Fatal(err)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestFormMistakes(t *testing.T) {
	h, anna, _ := withClass(t)
	var class []care.Ref
	for _, a := range "23456789BCDFGHJKLMNPQRSTVWXZ" {
		for _, b := range "23" {
			ref := care.Ref(fmt.Sprintf("8B-%c%cZ", a, b))
			h.student(ref, "alen", "Elev", string(ref))
			class = append(class, ref)
		}
	}
	today := care.DateOf(h.now, h.zone)
	day := func(n int) care.Date { return today.AddDays(n) }
	tests := []struct {
		name   string
		change func(f *care.InterventionForm)
		want   string
	}{
		{"nothing wrong", func(*care.InterventionForm) {}, ""},
		{"no student", func(f *care.InterventionForm) { f.Students = nil }, "students: students_missing"},
		{"no student for a group", func(f *care.InterventionForm) { f.Students, f.Level = nil, care.LevelGroup }, ""},
		{"no student for the system", func(f *care.InterventionForm) { f.Students, f.Level = nil, care.LevelSystem }, ""},
		{"a class", func(f *care.InterventionForm) { f.Students = class[:care.FormStudentsMax] }, ""},
		{"one more", func(f *care.InterventionForm) { f.Students = class[:care.FormStudentsMax+1] }, "students: too_many_students"},
		{"a class, one of them twice", func(f *care.InterventionForm) {
			f.Students = append([]care.Ref{class[39]}, class[:care.FormStudentsMax]...)
		}, ""},
		{"one student again and again, then one of another class", func(f *care.InterventionForm) {
			f.Students = append(slices.Repeat([]care.Ref{"8B-K3F"}, care.FormStudentsMax), "9C-P5P")
		}, "students: student_hidden"},
		{"too many, one of another class", func(f *care.InterventionForm) {
			f.Students = append([]care.Ref{"9C-P5P"}, class[:care.FormStudentsMax]...)
		}, "students: student_hidden, students: too_many_students"},
		{"a ref as it is not written", func(f *care.InterventionForm) { f.Students = []care.Ref{"8b-k3f"} }, "students: student_hidden"},
		{"an empty ref", func(f *care.InterventionForm) { f.Students = []care.Ref{""} }, "students: student_hidden"},

		{"no kind", func(f *care.InterventionForm) { f.Kinds = nil }, "kinds: kinds_missing"},
		{"all kinds", func(f *care.InterventionForm) { f.Kinds = care.Kinds }, ""},
		{"an odd kind", func(f *care.InterventionForm) { f.Kinds = []care.Kind{care.KindTalk, "hug"} }, "kinds: field_odd"},
		{"an empty kind", func(f *care.InterventionForm) { f.Kinds = []care.Kind{""} }, "kinds: field_odd"},

		{"a note as long as may be", func(f *care.InterventionForm) { f.Note = strings.Repeat("å", care.NoteMax) }, ""},
		{"one character more", func(f *care.InterventionForm) { f.Note = strings.Repeat("å", care.NoteMax+1) }, "note: field_note"},
		{"as many of two units", func(f *care.InterventionForm) { f.Note = strings.Repeat("🙂", care.NoteMax/2) }, ""},
		{"one unit more", func(f *care.InterventionForm) { f.Note = strings.Repeat("🙂", care.NoteMax/2) + "!" }, "note: field_note"},

		{"today", func(f *care.InterventionForm) { f.Date = today }, ""},
		{"tomorrow", func(f *care.InterventionForm) { f.Date = day(1) }, "date: date_ahead"},
		{"a year ago", func(f *care.InterventionForm) { f.Date = day(-366) }, ""},
		{"longer ago", func(f *care.InterventionForm) { f.Date = day(-367) }, "date: date_old"},
		{"a day that is none", func(f *care.InterventionForm) { f.Date = "2026-02-30" }, "date: field_odd"},
		{"a day that is written otherwise", func(f *care.InterventionForm) { f.Date = "2026-1-1" }, "date: field_odd"},

		{"followed up on today", func(f *care.InterventionForm) { f.FollowUp = today }, ""},
		{"followed up on yesterday", func(f *care.InterventionForm) { f.FollowUp = day(-1) }, "follow_up: follow_up_passed"},
		{"followed up on in a year", func(f *care.InterventionForm) { f.FollowUp = day(366) }, ""},
		{"followed up on later", func(f *care.InterventionForm) { f.FollowUp = day(367) }, "follow_up: follow_up_far"},
		{"followed up on a day that is none", func(f *care.InterventionForm) { f.FollowUp = "2027-02-30" }, "follow_up: field_odd"},

		{"an odd level", func(f *care.InterventionForm) { f.Level = "class" }, "level: field_odd"},
		{"an odd audience", func(f *care.InterventionForm) { f.Audience = "everyone" }, "audience: field_odd"},
		{"an odd partner", func(f *care.InterventionForm) { f.Partner = "mum" }, "partner: field_odd"},
		{"an odd outcome", func(f *care.InterventionForm) { f.Outcome = "bad" }, "outcome: field_odd"},
		{"all at once", func(f *care.InterventionForm) {
			*f = care.InterventionForm{Note: strings.Repeat("x", care.NoteMax+1), Date: day(1), FollowUp: day(-1),
				Audience: "x", Partner: "x", Outcome: "x"}
		}, "audience: field_odd, date: date_ahead, follow_up: follow_up_passed, kinds: kinds_missing, note: field_note, " +
			"outcome: field_odd, partner: field_odd, students: students_missing"},
		{"no student at an odd level", func(f *care.InterventionForm) { f.Students, f.Level = nil, "class" }, "level: field_odd"},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := talk("", "8B-K3F")
			tt.change(&f)
			e, err := h.LogForm(t.Context(), anna, f, fmt.Sprint("form", i), fmt.Sprint("r", i), h.now)
			if got := h.mistakes(err); got != tt.want {
				t.Errorf("LogForm() finds %q, want %q", got, tt.want)
			}
			for _, m := range care.Mistakes(err) {
				if m.Code == care.CodeFieldNote && (m.Args["Length"] != care.NoteMax+1 || m.Args["Max"] != care.NoteMax) {
					t.Errorf("the note's mistake says %v", m.Args)
				}
			}
			if err == nil && len(e.Students) > care.FormStudentsMax {
				t.Errorf("the answer shows %d students", len(e.Students))
			}
		})
	}
}

func TestFormOffersItsValues(t *testing.T) {
	h, anna, _ := withClass(t)
	n := 0
	offer := func(change func(f *care.InterventionForm)) {
		t.Helper()
		n++
		f := talk("", "8B-K3F")
		change(&f)
		h.send(anna, f, fmt.Sprint("form", n), fmt.Sprint("r", n))
	}
	for _, v := range care.Levels {
		offer(func(f *care.InterventionForm) { f.Level = v })
	}
	for _, v := range care.Audiences {
		offer(func(f *care.InterventionForm) { f.Audience = v })
	}
	for _, v := range care.Partners {
		offer(func(f *care.InterventionForm) { f.Partner = v })
	}
	for _, v := range care.Outcomes {
		offer(func(f *care.InterventionForm) { f.Outcome = v })
	}
}

func TestLogForm(t *testing.T) {
	h, anna, _ := withClass(t)
	got := h.send(anna, care.InterventionForm{
		Students: []care.Ref{"8B-M2X", "8B-K3F", "8B-M2X"}, Kinds: []care.Kind{care.KindReferral, care.KindTalk, care.KindReferral},
		Note: "Ringde BUP", Date: "2026-10-01", Audience: care.AudienceMentor, Level: care.LevelGroup, Partner: care.PartnerBUP,
		Outcome: care.OutcomeSomeEffect, FollowUp: "2026-10-20",
	}, "form", "r1")
	want := care.Entry{
		ID: got.ID, Students: []care.Name{{Ref: "8B-M2X", Given: "Alva", Family: "Norén"}, {Ref: "8B-K3F", Given: "Alva", Family: "Berg"}},
		Kinds: []care.Kind{care.KindReferral, care.KindTalk}, Date: "2026-10-01", At: h.now, School: h.Schools["alen"], Own: true,
		Note: "Ringde BUP", Status: care.StatusActive, Level: care.LevelGroup, Audience: care.AudienceMentor,
		Partner: care.PartnerBUP, Outcome: care.OutcomeSomeEffect, FollowUp: "2026-10-20", Editable: true,
		Touched: []care.Ref{"8B-M2X", "8B-K3F"},
	}
	if diff := cmp.Diff(want, got, sameZone); diff != "" {
		t.Errorf("LogForm() (-want +got):\n%s", diff)
	}
	if again, err := h.Editable(t.Context(), anna, got.ID, h.now); err != nil || cmp.Diff(want, again, sameZone) != "" {
		t.Errorf("Editable() = %+v, %v, want what was logged", again, err)
	}

	plain := h.send(anna, talk("", "8B-K3F"), "form 2", "r2")
	want = care.Entry{
		ID: plain.ID, Students: []care.Name{{Ref: "8B-K3F", Given: "Alva", Family: "Berg"}}, Kinds: []care.Kind{care.KindTalk},
		Date: "2026-10-05", At: h.now, School: h.Schools["alen"], Own: true, Status: care.StatusActive,
		Level: care.LevelIndividual, Audience: care.AudienceEHT, Editable: true, Touched: []care.Ref{"8B-K3F"},
	}
	if diff := cmp.Diff(want, plain, sameZone); diff != "" {
		t.Errorf("LogForm() of the least (-want +got):\n%s", diff)
	}
}

func TestFormAfterMidnightIsOfTheSchoolsDay(t *testing.T) {
	h, anna, _ := withClass(t)
	for at, want := range map[string]care.Date{
		"2026-10-05T21:59:59Z": "2026-10-05", "2026-10-05T22:00:00Z": "2026-10-06",
		"2026-11-05T22:59:59Z": "2026-11-05", "2026-11-05T23:00:00Z": "2026-11-06",
	} {
		var err error
		h.now, err = time.Parse(time.RFC3339, at)
		h.must(err)
		if got := h.send(anna, talk("", "8B-K3F"), at, at).Date; got != want {
			t.Errorf("logged at %s, the date is %s, want %s", at, got, want)
		}
		f := talk("", "8B-K3F")
		f.Date, f.FollowUp = want.AddDays(1), want.AddDays(-1)
		_, err = h.LogForm(t.Context(), anna, f, at+"'", at+"'", h.now)
		if got, want := h.mistakes(err), "date: date_ahead, follow_up: follow_up_passed"; got != want {
			t.Errorf("at %s LogForm() finds %q, want %q", at, got, want)
		}
	}
}

// The day is that of the first student's school, or of the writer's when no student is named.
func TestFormIsOfOneSchoolsDay(t *testing.T) {
	h, _, _ := withClass(t)
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	fjell := h.Schools["fjell"]
	fjell.Zone = time.FixedZone("far west", -10*3600)
	h.Schools["fjell"] = fjell
	both := h.person("both", "eht@fjell eht@alen")
	h.now = time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC) // the evening of the 4th at fjell
	group := talk("")
	group.Level = care.LevelGroup
	for i, tt := range []struct {
		name, school string
		form         care.InterventionForm
		want         care.Date
	}{
		{"here first", "alen", talk("", "8B-K3F", "1A-B2B"), "2026-10-05"},
		{"there first", "fjell", talk("", "1A-B2B", "8B-K3F"), "2026-10-04"},
		{"no student: the first post's", "fjell", group, "2026-10-04"},
	} {
		e := h.send(both, tt.form, fmt.Sprint("form", i), fmt.Sprint("r", i))
		if e.Date != tt.want || e.School.ID != tt.school {
			t.Errorf("%s: LogForm() is of %s at %s, want %s at %s", tt.name, e.Date, e.School.ID, tt.want, tt.school)
		}
	}
}

// What is for a group or the whole school is its author's alone, and of the school where they log.
func TestFormWithoutStudents(t *testing.T) {
	for _, tt := range []struct{ name, has, want string }{
		{"mentor", "mentor@alen 8B@alen", "alen"},
		{"mentor without a class", "mentor@alen", "alen"},
		{"team", "eht@alen", "alen"},
		{"principal", "principal@fjell", "fjell"},
		{"coach", "coach@alen", "alen"},
		{"teacher", "teacher@alen", "may_not_log"},
		{"admin", "admin@alen", "may_not_log"},
		{"nobody", "", "may_not_log"},
		{"teacher here, mentor there", "teacher@alen mentor@fjell", "fjell"},
		{"of two schools, the first", "coach@fjell eht@alen", "fjell"},
		{"of two schools, the first post ended", "coach@fjell 2026-08-17–2026-10-04 eht@alen", "alen"},
		{"ended", "mentor@alen 2026-08-17–2026-10-04", "may_not_log"},
		{"not yet begun", "mentor@alen 2026-10-06–", "may_not_log"},
		{"at a school that is gone", "mentor@berg", "may_not_log"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, _, eva := withClass(t)
			head := h.person("head", "principal@alen principal@fjell")
			who := h.person("who", tt.has)
			for _, level := range []care.Level{care.LevelGroup, care.LevelSystem} {
				f := talk("Om klassen")
				f.Level, f.Audience = level, care.AudienceLeadership
				e, err := h.LogForm(t.Context(), who, f, string(level), string(level), h.now)
				if code := care.CodeOf(err); code != "" {
					e.School.ID = string(code)
				} else {
					h.must(err)
				}
				if e.School.ID != tt.want {
					t.Errorf("LogForm() of the level %s = %s, want %s", level, e.School.ID, tt.want)
				}
				if err != nil {
					continue
				}
				if e.Note != "Om klassen" || !e.Own || !e.Editable {
					t.Errorf("LogForm() = %+v", e)
				}
				for _, other := range []care.Actor{eva, head} {
					if _, err := h.Editable(t.Context(), other, e.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
						t.Errorf("Editable() by %s = %v, want %s", other.Staff.SlackID, err, care.CodeNoSuchEntry)
					}
				}
			}
			want := ": Om klassen, : Om klassen"
			if tt.want == "may_not_log" {
				want = ""
			}
			if got := h.own(who); got != want {
				t.Errorf("ListOwn() = %q, want %q", got, want)
			}
		})
	}
}

// Whoever logs no more at a school reads and changes no more what they logged there for a group.
func TestFormWithoutStudentsAfterThePost(t *testing.T) {
	h, _, _ := withClass(t)
	bo := h.person("bo", "mentor@alen –2026-10-09 teacher@alen mentor@fjell")
	f := talk("Om klassen")
	f.Level = care.LevelGroup
	e := h.send(bo, f, "form", "r1")
	if e.School.ID != "alen" {
		t.Fatalf("logged at %s", e.School.ID)
	}
	h.now = h.now.AddDate(0, 0, 5)
	if got := h.own(bo); got != "" {
		t.Errorf("ListOwn() = %q, want nothing", got)
	}
	if _, err := h.Editable(t.Context(), bo, e.ID, h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("Editable() = %v, want %s", err, care.CodeNoSuchEntry)
	}
	if _, err := h.EditIntervention(t.Context(), bo, e.ID, 0, f, "r2", h.now); care.CodeOf(err) != care.CodeNoSuchEntry {
		t.Errorf("EditIntervention() = %v, want %s", err, care.CodeNoSuchEntry)
	}
	home, err := h.Home(t.Context(), bo, h.now)
	if err != nil || len(home.Entries) > 0 {
		t.Errorf("Home() = %+v, %v, want no entries", home.Entries, err)
	}
}
