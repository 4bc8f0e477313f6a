package care_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"lotsen/internal/care"
)

// counted is a vault that counts how often it is opened.
type counted struct {
	care.Vault
	opened atomic.Int64
}

func (c *counted) Open(sealed []byte, collection, id, field string) (string, error) {
	c.opened.Add(1)
	return c.Vault.Open(sealed, collection, id, field)
}

// mine are someone's students as "ref due", as MyStudents and Home say alike.
func (h *house) mine(a care.Actor) string {
	h.t.Helper()
	list, err := h.MyStudents(h.t.Context(), a, h.now)
	h.must(err)
	home, err := h.Home(h.t.Context(), a, h.now)
	h.must(err)
	same := map[string]bool{}
	for _, m := range home.Students {
		same[string(m.Ref)+" "+string(m.Due)] = true
	}
	var all []string
	for _, m := range list {
		one := string(m.Ref) + " " + string(m.Due)
		if !same[one] || len(home.Students) != len(list) {
			h.t.Errorf("Home() has no %s: %+v", one, home.Students)
		}
		all = append(all, strings.TrimSpace(one))
	}
	return strings.Join(all, ", ")
}

// follow logs something that is to be followed up on.
func (h *house) follow(a care.Actor, on care.Date, refs ...care.Ref) care.Entry {
	h.t.Helper()
	f := talk("", refs...)
	f.FollowUp = on
	id := fmt.Sprint(a.Staff.ID, on, refs)
	return h.send(a, f, id, id)
}

func TestMyStudents(t *testing.T) {
	h, anna, eva := withClass(t)
	h.student("8B-B2B", "alen", "Bo", "Alm")
	h.student("8B-L4L", "alen", "Siv", "Ek", left)
	h.student("8B-Q6Q", "alen", "", "", protected)
	h.student("8A-A2Z", "alen", "Zoe", "Zorn")
	head, coach := h.person("head", "principal@alen"), h.person("coach", "coach@alen")
	bo := h.person("bo", "mentor@alen 8B@alen 2026-08-17–2026-10-04 9C@alen 2026-10-05–2026-10-09")
	both := h.person("both", "eht@alen mentor@alen 9C@alen")
	personal := h.person("personal", "mentor@alen 8A@alen")
	tor := h.person("tor", "teacher@alen 8B@alen")
	h.assign(coach, "9C-P5P", care.Period{})
	h.assign(coach, "8B-K3F", care.Period{To: "2026-10-04"})
	h.assign(coach, "8B-L4L", care.Period{})
	h.assign(personal, "8B-K3F", care.Period{From: "2026-10-05"})
	h.assign(eva, "8B-K3F", care.Period{}) // says nothing to a member of the team

	check := func(when string, want map[string]string) {
		t.Helper()
		for name, actor := range map[string]care.Actor{"anna": anna, "eva": eva, "head": head, "coach": coach, "bo": bo, "both": both, "personal": personal, "tor": tor} {
			if got := h.mine(actor); got != want[name] {
				t.Errorf("%s: the students of %s are %q, want %q", when, name, got, want[name])
			}
		}
	}
	check("at first", map[string]string{
		"anna": "8B-K3F, 8B-M2X, 8B-B2B", "coach": "9C-P5P", "bo": "9C-P5P", "both": "9C-P5P", "personal": "8A-A2Z, 8B-K3F",
	})
	h.follow(anna, "2026-10-20", "8B-B2B")
	h.follow(anna, "2026-10-12", "8B-M2X")
	h.follow(eva, "2026-10-30", "9C-P5P", "8B-K3F")
	h.follow(head, "2026-11-20", "8B-L4L")
	undone := h.follow(head, "2026-11-30", "8B-M2X")
	_, err := h.UndoIntervention(t.Context(), head, undone.ID, "u", h.now)
	h.must(err)
	check("with days to follow up", map[string]string{
		"anna": "8B-M2X 2026-10-12, 8B-B2B 2026-10-20, 8B-K3F 2026-10-30", "coach": "9C-P5P 2026-10-30", "bo": "9C-P5P 2026-10-30",
		"both": "9C-P5P 2026-10-30", "personal": "8B-K3F 2026-10-30, 8A-A2Z", "eva": "8B-K3F 2026-10-30, 9C-P5P 2026-10-30", "head": "8B-L4L 2026-11-20",
	})
	h.now = h.now.AddDate(0, 0, 30) // the 4th of November
	h.send(anna, talk("", "8B-K3F"), "form", "r")
	check("with one of them done", map[string]string{
		"anna": "8B-M2X 2026-10-12, 8B-B2B 2026-10-20, 8B-K3F", "coach": "9C-P5P 2026-10-30",
		"both": "9C-P5P 2026-10-30", "personal": "8A-A2Z, 8B-K3F", "eva": "9C-P5P 2026-10-30", "head": "8B-L4L 2026-11-20",
	})
	h.change("9C-P5P", protected)
	check("with one protected", map[string]string{
		"anna": "8B-M2X 2026-10-12, 8B-B2B 2026-10-20, 8B-K3F", "personal": "8A-A2Z, 8B-K3F", "head": "8B-L4L 2026-11-20",
	})
	h.now = h.now.AddDate(0, 0, 45) // the 19th of December: the 20th of October is 60 days ago
	check("long after", map[string]string{
		"anna": "8B-B2B 2026-10-20, 8B-K3F, 8B-M2X", "personal": "8A-A2Z, 8B-K3F", "head": "8B-L4L 2026-11-20",
	})
	list, err := h.MyStudents(t.Context(), anna, h.now)
	h.must(err)
	if m := list[1]; m.Given != "Alva" || m.Family != "Berg" || m.Group != "8B" || m.School.ID != "alen" {
		t.Errorf("MyStudents() = %+v", m)
	}
	down := errors.New("the disk is full")
	h.engine.between("Insert audit", func() error { return down })
	if _, err := h.MyStudents(t.Context(), personal, h.now); !errors.Is(err, down) {
		t.Errorf("MyStudents() without an audit entry = %v, want an error", err)
	}
}

// Of several days that someone is to follow up on, one that is done does not hide the next.
func TestMyStudentsWithSeveralDays(t *testing.T) {
	h, anna, eva := withClass(t)
	h.now = h.now.AddDate(0, 0, -10)
	h.follow(eva, "2026-09-29", "8B-K3F")
	h.follow(eva, "2026-10-20", "8B-K3F")
	h.now = h.now.AddDate(0, 0, 10)
	h.send(anna, talk("", "8B-K3F"), "form", "r")
	if got, want := h.mine(eva), "8B-K3F 2026-10-20"; got != want {
		t.Errorf("the students of the team are %q, want %q", got, want)
	}
}

// App Home stays in Slack, so it opens nothing that is sealed.
func TestHomeOpensNothing(t *testing.T) {
	h, anna, eva := withClass(t)
	vault := &counted{Vault: h.Vault}
	h.Service.Vault = vault
	h.follow(anna, "2026-10-12", "8B-K3F", "8B-M2X")
	for i := range 7 {
		h.send(anna, talk(fmt.Sprint("Hemligt ", i), "8B-K3F", "8B-M2X"), fmt.Sprint("form", i), fmt.Sprint("r", i))
	}
	group := talk("Hemligt")
	group.Level = care.LevelGroup
	h.send(anna, group, "group", "group")
	h.follow(eva, "2026-10-13", "9C-P5P")
	edited := h.send(anna, talk("Hemligt", "8B-M2X"), "edited", "e0")
	h.edit(eva, edited.ID, 0, talk("Hemligare", "8B-M2X"), "e1")

	for _, tt := range []struct {
		actor             care.Actor
		students, entries int
	}{{anna, 2, 5}, {eva, 1, 1}} {
		before := h.audited()
		vault.opened.Store(0)
		home, err := h.Home(t.Context(), tt.actor, h.now)
		h.must(err)
		if n := vault.opened.Load(); n > 0 {
			t.Errorf("Home() has opened %d sealed fields", n)
		}
		if got := added(before, h.audited()); len(got) > 0 {
			t.Errorf("Home() leaves audit entries: %q", got)
		}
		if len(home.Students) != tt.students || len(home.Entries) != tt.entries || !home.MayLog {
			t.Errorf("Home() has %d students and %d entries, may log: %v; want %d, %d, true", len(home.Students), len(home.Entries), home.MayLog, tt.students, tt.entries)
		}
		for _, m := range home.Students {
			if m.Given != "" || m.Family != "" || m.Ref == "" || m.Group == "" {
				t.Errorf("Home() has the student %+v", m)
			}
		}
		for _, e := range home.Entries {
			if e.Note != "" || e.Author != "" || !e.Own {
				t.Errorf("Home() has the entry %+v", e)
			}
			for _, n := range e.Students {
				if n.Given != "" || n.Family != "" {
					t.Errorf("Home() has the name of %s", n.Ref)
				}
			}
		}
		if _, err := h.MyStudents(t.Context(), tt.actor, h.now); err != nil || vault.opened.Load() == 0 {
			t.Errorf("MyStudents() = %v, and has opened %d sealed fields", err, vault.opened.Load())
		}
	}
}

func TestHomeShowsOnlyWhatMayBeSeen(t *testing.T) {
	h, anna, _ := withClass(t)
	h.had("iv_1", anna, care.AudienceEHT, "", "8B-K3F", "9C-P5P")
	h.had("iv_2", anna, care.AudienceEHT, "", "8B-M2X")
	h.change("8B-M2X", left)
	home, err := h.Home(t.Context(), anna, h.now)
	h.must(err)
	if got, want := shown(home.Entries), "8B-K3F: ~"; got != want {
		t.Errorf("Home() has %q, want %q", got, want)
	}
	for _, has := range []string{"teacher@alen", "admin@alen", ""} {
		tor := h.person("tor"+fmt.Sprint(len(has)), has)
		if home, err := h.Home(t.Context(), tor, h.now); err != nil || home.MayLog || len(home.Students)+len(home.Entries) > 0 {
			t.Errorf("Home() of %q = %+v, %v, want nothing", has, home, err)
		}
	}
}
