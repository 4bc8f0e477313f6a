package care_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
)

// alter changes a stored staff member.
func (h *house) alter(name string, change func(*care.Staff)) {
	h.t.Helper()
	st := h.actor(name).Staff
	change(&st)
	h.must(h.Staff.Replace(h.t.Context(), st))
}

// unlinked adds a staff member without a Slack user id.
func (h *house) unlinked(name, has string) care.Staff {
	h.t.Helper()
	st := h.person(name, has).Staff
	st.SlackID, st.Facts, st.Unlinked, st.FactsDue = "", nil, true, h.now
	h.must(h.Staff.Replace(h.t.Context(), st))
	st, err := h.Staff.Get(h.t.Context(), st.ID)
	h.must(err)
	return st
}

func TestLetIn(t *testing.T) {
	facts := func(change func(*care.SlackFacts)) func(*care.Staff) {
		return func(st *care.Staff) { change(st.Facts) }
	}
	stale := func(st *care.Staff) { st.Facts.CheckedAt = st.Facts.CheckedAt.Add(-72*time.Hour - time.Millisecond) }
	tests := []struct {
		name, has, team string
		change          []func(*care.Staff)
		want            string // "in", a code, or "no facts"
	}{
		{"a mentor", "mentor@alen", "T1", nil, "in"},
		{"an admin", "admin@alen", "T1", nil, "in"},
		{"without a post", "", "T1", nil, "no_access"},
		{"a class without a post", "8B@alen", "T1", nil, "no_access"},
		{"at a school that is not configured", "mentor@bergen", "T1", nil, "no_access"},
		{"the post begins tomorrow", "mentor@alen 2026-10-06–", "T1", nil, "no_access"},
		{"the post ended yesterday", "mentor@alen –2026-10-04", "T1", nil, "no_access"},
		{"the post ends today", "mentor@alen –2026-10-05", "T1", nil, "in"},
		{"one post ended, one at another school", "mentor@alen –2026-10-04 coach@fjell", "T1", nil, "in"},
		{"a guest", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.Guest = true })}, "no_access"},
		{"a stranger", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.Stranger = true })}, "no_access"},
		{"a bot", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.Bot = true })}, "no_access"},
		{"deactivated", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.Deactivated = true })}, "no_access"},
		{"of another team", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.Team = "T2" })}, "no_access"},
		{"through another team", "mentor@alen", "T2", nil, "no_access"},
		{"through no team", "mentor@alen", "", nil, "no_access"},
		{"no facts", "mentor@alen", "T1", []func(*care.Staff){func(st *care.Staff) { st.Facts = nil }}, "no facts"},
		{"facts of three days", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.CheckedAt = f.CheckedAt.Add(-72 * time.Hour) })}, "in"},
		{"stale facts", "mentor@alen", "T1", []func(*care.Staff){stale}, "no facts"},
		// Whoever has no post is not worth a question to Slack.
		{"no post and no facts", "", "T1", []func(*care.Staff){func(st *care.Staff) { st.Facts = nil }}, "no_access"},
		// Stale facts are asked for anew, also those that refuse.
		{"a guest by stale facts", "mentor@alen", "T1", []func(*care.Staff){facts(func(f *care.SlackFacts) { f.Guest = true }), stale}, "no facts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.person("anna", tt.has)
			for _, change := range tt.change {
				h.alter("anna", change)
			}
			actor, err := h.LetIn(t.Context(), "UANNA", tt.team, h.now)
			if got := entrance(actor, err); got != tt.want {
				t.Errorf("LetIn() = %s, %v, want %s", got, err, tt.want)
			}
			if in := actor.Staff.ID != ""; in != (tt.want == "in") {
				t.Errorf("LetIn() gives the staff member away: %v", in)
			}
		})
	}
}

func entrance(actor care.Actor, err error) string {
	switch {
	case errors.Is(err, care.ErrNoFacts):
		return "no facts"
	case err != nil:
		return string(care.CodeOf(err))
	}
	return "in"
}

func TestLetInOfAnUnknownAccount(t *testing.T) {
	h := newHouse(t)
	h.person("anna", "mentor@alen")
	if got := entrance(h.LetIn(t.Context(), "USTRANGER", "T1", h.now)); got != "no_access" {
		t.Errorf("LetIn() of nobody's account = %s, want no_access", got)
	}
	h.unlinked("sen", "mentor@alen")
	if got := entrance(h.LetIn(t.Context(), "USTRANGER", "T1", h.now)); got != "no facts" {
		t.Errorf("LetIn() while someone has no account = %s, want no facts", got)
	}
}

func TestLanguage(t *testing.T) {
	tests := []struct {
		name, has        string
		chosen, language care.Lang
		want             care.Lang
	}{
		{"their own choice", "mentor@alen", care.Nynorsk, care.Bokmal, care.Nynorsk},
		{"the roster's", "mentor@alen", "", care.Bokmal, care.Bokmal},
		{"their school's", "mentor@fjell", "", "", care.Bokmal},
		{"that of the first post that is held", "mentor@alen –2026-10-04 coach@fjell admin@alen", "", "", care.Bokmal},
		{"the installation's", "", "", "", care.Swedish},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.person("anna", tt.has)
			h.alter("anna", func(st *care.Staff) { st.Chosen, st.Language = tt.chosen, tt.language })
			if got := h.Language(h.actor("anna").Staff, h.now); got != tt.want {
				t.Errorf("Language() = %s, want %s", got, tt.want)
			}
			if actor, _ := h.LetIn(t.Context(), "UANNA", "T1", h.now); actor.Lang != tt.want {
				t.Errorf("LetIn() gives %s, want %s", actor.Lang, tt.want)
			}
		})
	}
}

func TestLearn(t *testing.T) {
	earlier := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	later := earlier.Add(time.Hour)
	known := func(h *house) string {
		h.person("anna", "mentor@alen")
		h.alter("anna", func(st *care.Staff) { st.Facts = &care.SlackFacts{Team: "T1", Updated: later, CheckedAt: earlier} })
		return "anna@skola.se"
	}
	unlinked := func(h *house) string {
		h.unlinked("anna", "mentor@alen")
		return "anna@skola.se"
	}
	gone := func(h *house) string {
		st := h.unlinked("anna", "mentor@alen –2026-10-04")
		st.Unlinked, st.FactsDue = false, time.Time{}
		h.must(h.Staff.Replace(h.t.Context(), st))
		return "anna@skola.se"
	}
	account := func(id, email string, change ...func(*care.SlackFacts)) care.Account {
		a := care.Account{SlackID: id, Email: email, Facts: care.SlackFacts{Team: "T1", Updated: later}}
		for _, c := range change {
			c(&a.Facts)
		}
		return a
	}
	guest := func(f *care.SlackFacts) { f.Guest = true }
	stranger := func(f *care.SlackFacts) { f.Stranger, f.Team = true, "T2" }
	old := func(f *care.SlackFacts) { f.Updated = earlier }
	tests := []struct {
		name    string
		given   func(*house) string
		account care.Account
		id      string // the Slack user id afterwards
		facts   string // what stands in the facts afterwards
		due     time.Duration
	}{
		{"news of a known account", known, account("UANNA", "anna@skola.se", guest), "UANNA", "guest now", 24 * time.Hour},
		{"news without an e-mail address", known, account("UANNA", "", guest), "UANNA", "guest now", 24 * time.Hour},
		{"of the same moment", known, account("UANNA", ""), "UANNA", "now", 24 * time.Hour},
		{"older than what is known", known, account("UANNA", "anna@skola.se", guest, old), "UANNA", "before", -1},
		{"another account with the address", known, account("UOTHER", "anna@skola.se"), "UANNA", "before", -1},
		{"found by the address", unlinked, account("UNEW", "Anna@Skola.SE"), "UNEW", "now", 24 * time.Hour},
		{"a guest found by the address", unlinked, account("UNEW", "anna@skola.se", guest), "UNEW", "guest now", 24 * time.Hour},
		{"another organisation's account with the address", unlinked, account("UEVIL", "anna@skola.se", stranger), "", "none", 24 * time.Hour},
		{"another address", unlinked, account("UNEW", "bo@skola.se"), "", "none", 0},
		{"no address", unlinked, account("UNEW", ""), "", "none", 0},
		{"of someone who has left", gone, account("UNEW", "anna@skola.se"), "", "none", -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			id := h.StaffID(tt.given(h))
			h.must(h.Learn(t.Context(), tt.account, h.now))
			st, err := h.Staff.Get(t.Context(), id)
			h.must(err)
			facts := "none"
			if f := st.Facts; f != nil {
				facts = "before"
				if f.CheckedAt.Equal(h.now) {
					facts = "now"
				}
				if f.Guest {
					facts = "guest " + facts
				}
			}
			due := time.Duration(-1)
			if !st.FactsDue.IsZero() {
				due = st.FactsDue.Sub(h.now)
			}
			if st.SlackID != tt.id || facts != tt.facts || due != tt.due {
				t.Errorf("after Learn() the id is %q, the facts %q, due in %v; want %q, %q, %v", st.SlackID, facts, due, tt.id, tt.facts, tt.due)
			}
			if st.Unlinked != (tt.id == "" && tt.due >= 0) {
				t.Errorf("after Learn() unlinked is %v", st.Unlinked)
			}
		})
	}
}

// The roster gives a person another account while Slack is asked about the old one.
func TestLearnWhileTheRosterChanges(t *testing.T) {
	h := newHouse(t)
	h.person("anna", "mentor@alen")
	h.engine.between("Replace staff", func() error {
		h.alter("anna", func(st *care.Staff) { st.SlackID, st.Facts, st.FactsDue = "UNEW", nil, h.now })
		return nil
	})
	h.must(h.Learn(t.Context(), care.Account{SlackID: "UANNA", Facts: care.SlackFacts{Team: "T1"}}, h.now))
	if st := h.actor("new").Staff; st.Facts != nil || !st.FactsDue.Equal(h.now) {
		t.Errorf("the new account has the old one's facts: %+v, due %v", st.Facts, st.FactsDue)
	}
}

func TestNextLookup(t *testing.T) {
	h := newHouse(t)
	h.person("anna", "mentor@alen")
	h.alter("anna", func(st *care.Staff) { st.FactsDue = h.now.Add(-time.Hour) })
	h.person("bo", "mentor@alen")
	h.alter("bo", func(st *care.Staff) { st.FactsDue = h.now.Add(-2 * time.Hour) })
	h.person("cia", "mentor@alen")
	h.alter("cia", func(st *care.Staff) { st.FactsDue = h.now.Add(time.Millisecond) })
	h.unlinked("sen", "mentor@alen")
	broken := h.unlinked("trasig", "mentor@alen")
	broken.Email, broken.FactsDue = care.Sealed("not sealed at all"), h.now.Add(-30*time.Minute)
	h.must(h.Staff.Replace(t.Context(), broken))

	lease := h.now.Add(10 * time.Minute)
	next := func(now time.Time) string {
		t.Helper()
		l, err := h.NextLookup(t.Context(), now, lease)
		switch {
		case errors.Is(err, care.ErrNotFound):
			return "none"
		case err != nil && l.Staff == "":
			t.Fatal(err)
		case err != nil:
			if strings.Contains(err.Error(), "skola.se") {
				t.Errorf("the error tells the address: %v", err)
			}
			return "unreadable " + map[bool]string{true: "trasig", false: "another"}[l.Staff == broken.ID]
		}
		return l.SlackID + l.Email
	}
	var got []string
	for range 5 {
		got = append(got, next(h.now))
	}
	if diff := cmp.Diff([]string{"UBO", "UANNA", "unreadable trasig", "sen@skola.se", "none"}, got); diff != "" {
		t.Errorf("NextLookup() in turn (-want +got):\n%s", diff)
	}
	if got := next(lease.Add(-time.Millisecond)); got != "UCIA" {
		t.Errorf("before the lease is over, NextLookup() = %s, want the one that has become due", got)
	}
	if got := next(lease.Add(-time.Millisecond)); got != "none" {
		t.Errorf("before the lease is over, NextLookup() = %s, want none", got)
	}
	lease = lease.Add(time.Hour)
	if got := next(h.now.Add(10 * time.Minute)); got == "none" {
		t.Error("after the lease nobody is due")
	}
}

func TestNoAccount(t *testing.T) {
	h := newHouse(t)
	anna := h.person("anna", "mentor@alen")
	sen := h.unlinked("sen", "mentor@alen")
	bo := h.person("bo", "mentor@alen")

	h.must(h.NoAccount(t.Context(), care.Lookup{Staff: anna.Staff.ID, SlackID: "UANNA"}, h.now))
	if got := entrance(h.LetIn(t.Context(), "UANNA", "T1", h.now)); got != "no_access" {
		t.Errorf("LetIn() of an account that is gone = %s, want no_access", got)
	}
	if due := h.actor("anna").Staff.FactsDue; !due.Equal(h.now.Add(24 * time.Hour)) {
		t.Errorf("an account that is gone is asked about %v, want a day later", due)
	}
	// It may come back.
	h.must(h.Learn(t.Context(), care.Account{SlackID: "UANNA", Facts: care.SlackFacts{Team: "T1"}}, h.now))
	if got := entrance(h.LetIn(t.Context(), "UANNA", "T1", h.now)); got != "in" {
		t.Errorf("LetIn() of an account that has come back = %s, want in", got)
	}

	h.must(h.NoAccount(t.Context(), care.Lookup{Staff: sen.ID, Email: "sen@skola.se"}, h.now))
	st, err := h.Staff.Get(t.Context(), sen.ID)
	h.must(err)
	if st.Facts != nil || !st.Unlinked || !st.FactsDue.Equal(h.now.Add(24*time.Hour)) {
		t.Errorf("an address without an account: facts %v, unlinked %v, due %v; want it asked about a day later", st.Facts, st.Unlinked, st.FactsDue)
	}

	// The roster has given another account meanwhile, or the person has left.
	h.must(h.NoAccount(t.Context(), care.Lookup{Staff: bo.Staff.ID, SlackID: "UOLD"}, h.now))
	if got := entrance(h.LetIn(t.Context(), "UBO", "T1", h.now)); got != "in" {
		t.Errorf("LetIn() after news of an old account = %s, want in", got)
	}
	st.Unlinked, st.FactsDue = false, time.Time{}
	h.must(h.Staff.Replace(t.Context(), st))
	h.must(h.NoAccount(t.Context(), care.Lookup{Staff: sen.ID, Email: "sen@skola.se"}, h.now))
	if st, err = h.Staff.Get(t.Context(), sen.ID); err != nil || !st.FactsDue.IsZero() {
		t.Errorf("who has left is asked about %v, %v, want never", st.FactsDue, err)
	}
}
