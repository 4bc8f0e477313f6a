package care_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
	"lotsen/internal/vault"
)

// house is a service over a real database and vault, with two schools and whoever a test puts in.
type house struct {
	*care.Service
	t       testing.TB
	records *store.Records
	engine  *watched
	dir     string // in which the database lies
	zone    *time.Location
	now     time.Time
	sent    int // letters

	requests int
}

func newHouse(t testing.TB) *house {
	t.Helper()
	dir := t.TempDir()
	engine := &watched{Engine: storetest.Open(t, dir)}
	records, err := store.Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Create(filepath.Join(dir, "lotsen.keys"))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	kinds := care.NewKindWords(map[care.Kind][]string{
		care.KindAdaptation: {"extra anpassning"}, care.KindTimetable: {"anpassat schema"},
	})
	return &house{
		Service: &care.Service{
			Schools: map[string]care.School{
				"alen":  {ID: "alen", Country: care.Sweden, Zone: zone, Language: care.Swedish},
				"fjell": {ID: "fjell", Country: care.Norway, Zone: zone, Language: care.Bokmal},
			},
			Default: care.Swedish, Kinds: kinds, Vault: keys,
			Records: records.Care(),
		},
		t: t, records: records, engine: engine, dir: dir, zone: zone,
		now: time.Date(2026, 10, 5, 10, 0, 0, 0, time.UTC), // a Monday, noon at the schools
	}
}

// watched is an engine that notes its calls and lets a test come between them.
type watched struct {
	store.Engine
	mu     sync.Mutex
	calls  []string
	before func(call string) error // ran before each call, if set
}

func (w *watched) note(method, collection string) error {
	w.mu.Lock()
	call := method + " " + collection
	w.calls = append(w.calls, call)
	before := w.before
	w.mu.Unlock()
	if before == nil {
		return nil
	}
	return before(call)
}

// between runs what at the first call of that kind, and then no more.
func (w *watched) between(call string, what func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var done atomic.Bool // what may make such a call itself
	w.before = func(c string) error {
		if c == call && !done.Swap(true) {
			return what()
		}
		return nil
	}
}

// during returns the calls that doing something makes.
func (w *watched) during(do func()) []string {
	w.mu.Lock()
	w.calls = nil
	w.mu.Unlock()
	do()
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

func (w *watched) Get(ctx context.Context, collection, id string) (bson.Raw, error) {
	if err := w.note("Get", collection); err != nil {
		return nil, err
	}
	return w.Engine.Get(ctx, collection, id)
}

func (w *watched) Insert(ctx context.Context, collection string, doc bson.Raw) error {
	if err := w.note("Insert", collection); err != nil {
		return err
	}
	return w.Engine.Insert(ctx, collection, doc)
}

func (w *watched) Replace(ctx context.Context, collection string, doc bson.Raw, version int64) error {
	if err := w.note("Replace", collection); err != nil {
		return err
	}
	return w.Engine.Replace(ctx, collection, doc, version)
}

func (w *watched) Find(ctx context.Context, collection string, q store.Query) ([]bson.Raw, error) {
	if err := w.note("Find", collection); err != nil {
		return nil, err
	}
	return w.Engine.Find(ctx, collection, q)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) seal(plain, collection, id, field string) care.Sealed {
	h.t.Helper()
	sealed, err := h.Vault.Seal(plain, collection, id, field)
	h.must(err)
	return sealed
}

// person adds a staff member with the posts and groups of a line such as
// "mentor@alen 8B@alen 2026-10-05–2026-10-09": what is no role is a group, and dates are those of
// what stands before them.
func (h *house) person(name, has string) care.Actor {
	h.t.Helper()
	email := strings.ToLower(name) + "@skola.se"
	st := care.Staff{Meta: care.Meta{ID: h.StaffID(email)}, SlackID: "U" + strings.ToUpper(name)}
	st.Name, st.Email = h.seal(name, "staff", st.ID, "name"), h.seal(email, "staff", st.ID, "email")
	var last *care.Period
	for word := range strings.FieldsSeq(has) {
		if from, to, ok := strings.Cut(word, "–"); ok {
			last.From, last.To = care.Date(from), care.Date(to)
			continue
		}
		what, school, _ := strings.Cut(word, "@")
		if slices.Contains(care.Roles, care.Role(what)) {
			st.Posts = append(st.Posts, care.Post{School: school, Role: care.Role(what)})
			last = &st.Posts[len(st.Posts)-1].Period
			continue
		}
		st.Groups = append(st.Groups, care.Mentoring{School: school, Group: what})
		last = &st.Groups[len(st.Groups)-1].Period
	}
	st.Facts = &care.SlackFacts{Team: "T1", CheckedAt: h.now}
	h.must(h.Staff.Add(h.t.Context(), st))
	return h.actor(name)
}

// actor is the person as they are stored now.
func (h *house) actor(name string) care.Actor {
	h.t.Helper()
	st, err := h.Staff.BySlackID(h.t.Context(), "U"+strings.ToUpper(name))
	h.must(err)
	standsIn, err := h.StandsInFor(h.t.Context(), st, h.now)
	h.must(err)
	return care.Actor{Staff: st, Lang: care.Swedish, For: standsIn}
}

// student adds a student of a school; the group is the ref's. change, if any, is made before.
func (h *house) student(ref care.Ref, school, given, family string, change ...func(*care.Student)) {
	h.t.Helper()
	group, _, _ := strings.Cut(string(ref), "-")
	stu := care.Student{Meta: care.Meta{ID: string(ref)}, School: school, Group: group, Status: care.Enrolled,
		Given: h.seal(given, "students", string(ref), "given"), Family: h.seal(family, "students", string(ref), "family")}
	for _, c := range change {
		c(&stu)
	}
	h.must(h.Students.Add(h.t.Context(), stu))
}

// change changes a stored student.
func (h *house) change(ref care.Ref, change func(*care.Student)) {
	h.t.Helper()
	stu, err := h.Students.Get(h.t.Context(), string(ref))
	h.must(err)
	change(&stu)
	h.must(h.Students.Replace(h.t.Context(), stu))
}

func left(stu *care.Student) { stu.Status = care.Left }
func protected(stu *care.Student) {
	stu.Protected, stu.Group, stu.Given, stu.Family = true, "", nil, nil
}

func (h *house) assign(a care.Actor, ref care.Ref, period care.Period) {
	h.t.Helper()
	id := a.Staff.ID + "/" + string(ref)
	old, err := h.Assignments.Get(h.t.Context(), id)
	if errors.Is(err, care.ErrNotFound) {
		h.must(h.Assignments.Add(h.t.Context(), care.Assignment{Meta: care.Meta{ID: id}, Staff: a.Staff.ID, Student: ref, Period: period}))
		return
	}
	h.must(err)
	old.Period = period
	h.must(h.Assignments.Replace(h.t.Context(), old))
}

// had stores an intervention with a note of that audience, made by someone.
func (h *house) had(id string, by care.Actor, audience care.Audience, note string, refs ...care.Ref) {
	h.t.Helper()
	iv := care.Intervention{Meta: care.Meta{ID: id}, Student: refs[0], School: "alen", Author: by.Staff.ID, At: h.now,
		Content: care.Content{Students: refs, Level: care.LevelIndividual, Kinds: []care.Kind{care.KindTalk},
			Date: care.DateOf(h.now, h.zone), Audience: audience},
		Status: care.StatusActive}
	if note != "" {
		iv.Note = h.seal(note, "interventions", id, "note")
	}
	h.must(h.Interventions.Add(h.t.Context(), iv))
}

// log logs a line for a request that must be understood.
func (h *house) log(a care.Actor, line, request string) care.Entry {
	h.t.Helper()
	e, err := h.LogLine(h.t.Context(), a, line, request, h.now)
	if err != nil {
		h.t.Fatalf("LogLine(%q) = %v", line, err)
	}
	return e
}

// shown writes entries as "refs: note", the latest first; "~" stands for a note that is not shown.
func shown(entries []care.Entry) string {
	var list []string
	for _, e := range entries {
		var refs []string
		for _, n := range e.Students {
			refs = append(refs, string(n.Ref))
		}
		note := e.Note
		if note == "" {
			note = "~"
		}
		list = append(list, strings.Join(refs, "+")+": "+note)
	}
	return strings.Join(list, ", ")
}

// timeline is what a student's timeline shows to someone, or the code of the refusal.
func (h *house) timeline(a care.Actor, who string) string {
	h.t.Helper()
	_, entries, _, err := h.Timeline(h.t.Context(), a, who, h.now)
	return h.answer(entries, err)
}

// own is what someone's own list shows.
func (h *house) own(a care.Actor) string {
	h.t.Helper()
	entries, _, err := h.ListOwn(h.t.Context(), a, h.now)
	return h.answer(entries, err)
}

func (h *house) answer(entries []care.Entry, err error) string {
	h.t.Helper()
	if code := care.CodeOf(err); code != "" {
		return string(code)
	}
	h.must(err)
	return shown(entries)
}

// audited lists the audit entries as "who action subjects", those that changes carry along included.
func (h *house) audited() []string {
	h.t.Helper()
	names := map[string]string{}
	docs, err := h.engine.Engine.Find(h.t.Context(), "staff", store.Query{Sort: []store.Order{{Field: "_id"}}})
	h.must(err)
	for _, doc := range docs {
		var st care.Staff
		h.must(bson.Unmarshal(doc, &st))
		names[st.ID] = strings.ToLower(strings.TrimPrefix(st.SlackID, "U"))
	}
	var all []care.AuditEntry
	docs, err = h.engine.Engine.Find(h.t.Context(), "audit", store.Query{Sort: []store.Order{{Field: "_id"}}})
	h.must(err)
	for _, doc := range docs {
		var e care.AuditEntry
		h.must(bson.Unmarshal(doc, &e))
		all = append(all, e)
	}
	docs, err = h.engine.Engine.Find(h.t.Context(), "interventions", store.Query{Sort: []store.Order{{Field: "_id"}}})
	h.must(err)
	for _, doc := range docs {
		var iv care.Intervention
		h.must(bson.Unmarshal(doc, &iv))
		all = append(all, iv.Out.Audit...)
	}
	ids := map[string]bool{}
	var list []string
	for _, e := range all {
		if ids[e.ID] {
			h.t.Errorf("two audit entries have the id %s", e.ID)
		}
		ids[e.ID] = true
		list = append(list, strings.TrimSpace(names[e.Actor]+" "+string(e.Action)+" "+strings.Join(e.Subjects, " ")))
	}
	slices.Sort(list)
	return list
}

// people are one of each way to stand to the student 8B-K3F of alen, and what each may:
// "m", "e" and "l" are the audiences of the notes that they read, "-" is none, "" sees nothing.
var people = []struct {
	name, has, assigned string
	enrolled, left      string
}{
	{name: "own", has: "mentor@alen 8B@alen", enrolled: "me"},
	{name: "otherclass", has: "mentor@alen 9C@alen"},
	{name: "otherschool", has: "mentor@fjell 8B@fjell"},
	{name: "mixed", has: "mentor@fjell 8B@alen"},
	{name: "personal", has: "mentor@alen 9C@alen", assigned: "8B-K3F", enrolled: "me"},
	{name: "ended", has: "mentor@alen 8B@alen 2026-08-17–2026-10-04"},
	{name: "later", has: "mentor@alen 2026-10-06– 8B@alen"},
	{name: "twoschools", has: "mentor@fjell 1A@fjell mentor@alen 8B@alen", enrolled: "me"},
	{name: "ehthere", has: "eht@alen", enrolled: "e", left: "e"},
	{name: "ehtthere", has: "eht@fjell"},
	{name: "ehtmentor", has: "eht@alen mentor@alen 8B@alen", enrolled: "me", left: "e"},
	{name: "headhere", has: "principal@alen", enrolled: "el", left: "el"},
	{name: "headthere", has: "principal@fjell"},
	{name: "coach", has: "coach@alen", assigned: "8B-K3F", enrolled: "-"},
	{name: "othercoach", has: "coach@alen", assigned: "9C-P5P"},
	{name: "teacher", has: "teacher@alen", assigned: "8B-K3F"},
	{name: "admin", has: "admin@alen", assigned: "8B-K3F"},
}

func TestWhoSeesWhom(t *testing.T) {
	for _, state := range []struct {
		name   string
		change []func(*care.Student)
	}{
		{"enrolled", nil},
		{"left", []func(*care.Student){left}},
		{"protected", []func(*care.Student){protected}},
	} {
		t.Run(state.name, func(t *testing.T) {
			h := newHouse(t)
			h.student("8B-K3F", "alen", "Alva", "Berg", state.change...)
			author := h.person("author", "admin@alen")
			h.had("iv_m", author, care.AudienceMentor, "m", "8B-K3F")
			h.had("iv_e", author, care.AudienceEHT, "e", "8B-K3F")
			h.had("iv_l", author, care.AudienceLeadership, "l", "8B-K3F")
			ways := []string{"8B-K3F", "8b–k3f", "alva", "Alva Berg"}
			for _, p := range people {
				want := map[string]string{"enrolled": p.enrolled, "left": p.left}[state.name]
				actor := h.person(p.name, p.has)
				if p.assigned != "" {
					h.assign(actor, care.Ref(p.assigned), care.Period{})
				}
				for _, who := range ways {
					if got := h.maySee(actor, who); got != want {
						t.Errorf("%s: Timeline(%q) shows notes %q, want %q", p.name, who, got, want)
					}
				}
			}
			for _, p := range people {
				want := map[string]string{"enrolled": p.enrolled, "left": p.left}[state.name]
				actor := h.actor(p.name)
				for i, who := range ways {
					e, err := h.LogLine(t.Context(), actor, who+" samtal", fmt.Sprintf("%s%d", p.name, i), h.now)
					switch {
					case want == "" && care.CodeOf(err) != care.CodeUnknownStudent:
						t.Errorf("%s: LogLine(%q) = %v, %v, want %s", p.name, who, e.Students, err, care.CodeUnknownStudent)
					case want != "" && (err != nil || len(e.Students) != 1 || e.Students[0] != care.Name{Ref: "8B-K3F", Given: "Alva", Family: "Berg"}):
						t.Errorf("%s: LogLine(%q) = %v, %v, want the student", p.name, who, e.Students, err)
					}
				}
				if got, wantOwn := len(strings.Fields(h.own(actor))) > 0, want != ""; got != wantOwn {
					t.Errorf("%s: ListOwn shows something: %v, want %v", p.name, got, wantOwn)
				}
			}
		})
	}
}

// maySee is which notes a timeline shows: "-" if it shows but no notes, "" if it is refused.
func (h *house) maySee(actor care.Actor, who string) string {
	h.t.Helper()
	_, entries, _, err := h.Timeline(h.t.Context(), actor, who, h.now)
	if care.CodeOf(err) == care.CodeNoSuchStudent {
		return ""
	}
	h.must(err)
	notes := ""
	for _, audience := range []string{"m", "e", "l"} {
		if slices.ContainsFunc(entries, func(e care.Entry) bool { return e.Note == audience }) {
			notes += audience
		}
	}
	if notes == "" {
		return "-"
	}
	return notes
}

func TestAPostAtASchoolThatIsGoneCountsNoMore(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	eva := h.person("eva", "eht@alen principal@fjell")
	for _, who := range []string{"8B-K3F", "Alva"} {
		if got, want := h.maySee(eva, who), "-"; got != want {
			t.Errorf("Timeline(%q) = %q, want %q", who, got, want)
		}
	}
	delete(h.Schools, "alen")
	for _, who := range []string{"8B-K3F", "Alva"} {
		if got, want := h.maySee(eva, who), ""; got != want {
			t.Errorf("after the school is gone, Timeline(%q) = %q, want %q", who, got, want)
		}
	}
	if got, want := h.maySee(eva, "liv"), "-"; got != want {
		t.Errorf("Timeline of a student of the other school = %q, want %q", got, want)
	}
}

// Days begin and end at midnight of the school, which is not that of UTC.
func TestDatesAtTheirEdges(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("1A-B2B", "fjell", "Liv", "Moen")
	h.had("iv_1", h.person("author", "admin@alen"), care.AudienceEHT, "e", "8B-K3F")
	sub := h.person("vik", "mentor@alen 2026-10-05–2026-10-09 8B@alen 2026-10-05–2026-10-09 mentor@fjell 2026-11-02–2026-11-02 1A@fjell")
	coach := h.person("coach", "coach@alen")
	h.assign(coach, "8B-K3F", care.Period{From: "2026-10-05", To: "2026-10-09"})
	h.assign(sub, "1A-B2B", care.Period{})
	tests := []struct {
		name, at   string
		here, away bool // whether the substitute sees 8B-K3F, and 1A-B2B
	}{
		{"the second before the first day", "2026-10-04T21:59:59Z", false, false},
		{"the first day, in UTC the day before", "2026-10-04T22:00:00Z", true, false},
		{"in between", "2026-10-07T12:00:00Z", true, false},
		{"the last second of the last day", "2026-10-09T21:59:59Z", true, false},
		{"the day after, in UTC the last day", "2026-10-09T22:00:00Z", false, false},
		{"in winter: the second before", "2026-11-01T22:59:59Z", false, false},
		{"in winter: the only day begins", "2026-11-01T23:00:00Z", false, true},
		{"in winter: the only day ends", "2026-11-02T22:59:59Z", false, true},
		{"in winter: the day after", "2026-11-02T23:00:00Z", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			h.now, err = time.Parse(time.RFC3339, tt.at)
			h.must(err)
			for _, who := range []string{"8B-K3F", "Alva"} {
				if got := h.maySee(sub, who); (got == "e") != tt.here {
					t.Errorf("the substitute's Timeline(%q) = %q, want that it shows: %v", who, got, tt.here)
				}
				if got := h.maySee(coach, who); (got == "-") != tt.here {
					t.Errorf("the coach's Timeline(%q) = %q, want that it shows: %v", who, got, tt.here)
				}
			}
			for _, who := range []string{"1A-B2B", "Liv"} {
				if got := h.maySee(sub, who); (got == "-") != tt.away {
					t.Errorf("Timeline(%q) = %q, want that it shows: %v", who, got, tt.away)
				}
			}
			if _, err := h.LetIn(t.Context(), sub.Staff.SlackID, "T1", h.now); (care.CodeOf(err) == care.CodeNoAccess) == (tt.here || tt.away) {
				t.Errorf("LetIn(the substitute) = %v", err)
			}
		})
	}
}

// A student who exists and is hidden costs the same and sounds the same as one who does not exist.
func TestRefusalsAreAlike(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("8B-B2B", "alen", "Olle", "Kvist")
	h.student("9C-P5P", "alen", "Nils", "Öberg")
	h.student("9C-L4L", "alen", "Siv", "Ek", left)
	h.student("8B-Q6Q", "alen", "", "", protected)
	h.student("8B-F7F", "fjell", "Liv", "Moen")
	anna := h.person("anna", "mentor@alen 8B@alen")
	tor := h.person("tor", "teacher@alen")
	coach := h.person("coach", "coach@alen")
	h.assign(coach, "8B-B2B", care.Period{})
	h.assign(coach, "9C-P5P", care.Period{To: "2026-10-04"})
	h.person("siri", "mentor@alen 7A@alen")
	h.away("anna", "2026-10-05–2026-10-05 siri")
	siri := h.actor("siri")

	forms := []struct {
		name string
		do   func(a care.Actor, who, request string) error
	}{
		{"timeline", func(a care.Actor, who, _ string) error {
			_, _, _, err := h.Timeline(t.Context(), a, who, h.now)
			return err
		}},
		{"log", func(a care.Actor, who, request string) error {
			_, err := h.LogLine(t.Context(), a, who+" samtal Ringde hem", request, h.now)
			return err
		}},
		{"log for several", func(a care.Actor, who, request string) error {
			_, err := h.LogLine(t.Context(), a, "8B-B2B,"+who+" samtal", request, h.now)
			return err
		}},
	}
	nobody := []string{"9C-XXX", "Kalle Anka"}
	hidden := []string{"9C-P5P", "9C-L4L", "8B-Q6Q", "8B-F7F", "Nils Öberg", "Siv Ek", "Liv Moen"}
	for _, actor := range []care.Actor{anna, tor, coach, siri} {
		for _, form := range forms {
			refusal := func(who string) (mistake care.Error, calls []string) {
				t.Helper()
				calls = h.engine.during(func() {
					found, ok := errors.AsType[*care.Error](form.do(actor, who, "r "+who))
					if !ok {
						t.Fatalf("%s of %s by %s is not refused", form.name, who, actor.Staff.SlackID)
					}
					mistake = *found
				})
				mistake.Args = maps.Clone(mistake.Args)
				if word, ok := mistake.Args["Word"]; ok && word == who {
					mistake.Args["Word"] = "what was typed"
				}
				return mistake, calls
			}
			for _, who := range hidden {
				like := nobody[0]
				if strings.Contains(who, " ") {
					like = nobody[1]
				}
				want, wantCalls := refusal(like)
				got, calls := refusal(who)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s by %s: the refusal of %s differs from that of %s (-want +got):\n%s", form.name, actor.Staff.SlackID, who, like, diff)
				}
				if diff := cmp.Diff(wantCalls, calls); diff != "" {
					t.Errorf("%s by %s: the calls for %s differ from those for %s (-want +got):\n%s", form.name, actor.Staff.SlackID, who, like, diff)
				}
			}
		}
	}
	if got := h.audited(); len(got) > 0 {
		t.Errorf("refusals have left audit entries: %q", got)
	}
}

func TestFindStudent(t *testing.T) {
	h := newHouse(t)
	h.student("8B-K3F", "alen", "Alva", "Berg")
	h.student("8B-M2X", "alen", "Alva", "Norén")
	h.student("9C-P5P", "alen", "Alva", "Öst")
	anna := h.person("anna", "mentor@alen 8B@alen")
	tests := []struct{ name, who, want string }{
		{"ref", "8B-K3F", "8B-K3F"},
		{"given name of several", "alva", "choose 8B-K3F 8B-M2X"},
		{"whole name", "alva noren", "8B-M2X"},
		{"name of another class", "Alva Öst", "no_such_student"},
		{"more than a name", "Alva Berg samtal", "no_such_student"},
		{"more than a ref", "8B-K3F samtal", "no_such_student"},
		{"nothing", "", "no_such_student"},
		{"only punctuation", "…", "no_such_student"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stu, err := h.FindStudent(t.Context(), anna, tt.who, h.now)
			got := stu.ID
			if choice, ok := errors.AsType[*care.Choice](err); ok {
				got = "choose"
				for _, n := range choice.Students {
					got += " " + string(n.Ref)
				}
			} else if code := care.CodeOf(err); code != "" {
				got = string(code)
			} else if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("FindStudent(%q) = %s, want %s", tt.who, got, tt.want)
			}
		})
	}
}

func TestStaffName(t *testing.T) {
	h := newHouse(t)
	h.person("Anna", "mentor@alen")
	for id, want := range map[string]string{"UANNA": "Anna", "UNOBODY": "", "": ""} {
		if got, err := h.StaffName(t.Context(), id); err != nil || got != want {
			t.Errorf("StaffName(%q) = %q, %v, want %q", id, got, err, want)
		}
	}
}
