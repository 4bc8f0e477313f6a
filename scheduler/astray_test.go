package scheduler_test

import (
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
)

func (m *mailroom) row(name, school string, role care.Role, groups ...string) {
	m.t.Helper()
	row := care.StaffRow{Email: name + "@skola.se", Name: name, Roles: []care.Role{role}, School: school, SlackID: "U" + name, Groups: groups}
	if done, err := m.care.ImportStaff(m.t.Context(), []care.StaffRow{row}, m.now, false); err != nil || done.Added != 1 {
		m.t.Fatalf("ImportStaff() = %+v, %v", done, err)
	}
	m.slack.AddUser(fakeslack.User{ID: row.SlackID})
}

// One administrator, two schools, one failure at each.
func TestAdministratorOfTwoSchoolsIsToldOfBoth(t *testing.T) {
	m := newMailroom(t)
	m.care.Schools["bjork"] = care.School{ID: "bjork", Country: care.Sweden, Zone: stockholm, Language: care.Swedish, Admins: []string{"UADA"}}
	m.row("KIM", "bjork", care.Mentor, "9A")
	rows := []care.StudentRow{{Line: 2, Key: "k9", Given: "Alva", Family: "Berg", Group: "9A", School: "bjork", Ref: "9A-Q7R"}}
	if done, err := m.care.ImportStudents(t.Context(), rows, nil, m.now, false); err != nil || len(done.Bad) > 0 {
		t.Fatalf("%+v %v", done, err)
	}
	m.follow("UANNA", mailDay, "8B-K3F")
	m.follow("UKIM", mailDay, "9A-Q7R")
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "missing_scope", Times: -1})
	m.runs("2026-10-19", 7, 35)
	m.slack.ClearFaults()
	m.runs("2026-10-19", 12, 0)
	m.has("UADA", "1 failed", "1 failed")
}

// Two failures in the same hour, half an hour apart, are told of at its end.
func TestEveryFailureOfTheHourIsToldOf(t *testing.T) {
	m := newMailroom(t)
	m.away("UBO", "UEVA")
	m.follow("UANNA", mailDay, "8B-K3F")
	m.runs(mailDay, 7, 59)
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "user_not_found"})
	m.runs(mailDay, 8, 6)
	st, _ := m.care.Staff.BySlackID(t.Context(), "UANNA")
	st.Slot = &care.Slot{At: 8*60 + 30}
	if err := m.care.Staff.Replace(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	m.follow("UANNA", mailDay, "8B-M2X")
	m.runs(mailDay, 8, 29)
	m.has("UADA")
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "user_not_found"})
	m.runs("2026-10-19", 12, 0)
	m.has("UANNA")
	m.has("UADA", "2 failed")
}

func (m *mailroom) away(ids ...string) {
	for _, id := range ids {
		st, _ := m.care.Staff.BySlackID(m.t.Context(), id)
		st.Leave = &care.Leave{Period: care.Period{From: mailDay, To: mailDay}}
		if err := m.care.Staff.Replace(m.t.Context(), st); err != nil {
			m.t.Fatal(err)
		}
	}
}

// The answers to two posts are lost, and someone acts before the messages are looked for.
func TestMessageFoundLateShowsWhatHasBecomeOfIt(t *testing.T) {
	m := newMailroom(t)
	m.row("TOM", "alen", care.EHT)
	m.follow("UANNA", mailDay, "8B-K3F")
	m.away("UANNA", "UBO")
	m.runs(mailDay, 8, 0)
	m.slack.Fault("chat.postMessage", fakeslack.Fault{LoseAnswer: true, Times: 2})
	m.passes(time.Minute)
	if _, err := m.TickOut(t.Context(), m.now); err != nil {
		t.Fatal(err)
	}
	if _, err := m.TickDeliveries(t.Context(), m.now); err != nil {
		t.Fatal(err)
	}
	m.has("UEVA", "[8B-K3F] open")
	m.has("UTOM", "[8B-K3F] open")
	// Eva does it before anyone has looked for the messages.
	eva, _ := m.care.Staff.BySlackID(t.Context(), "UEVA")
	list, err := m.care.Deliveries.DueTo(t.Context(), eva.ID, m.now.AddDate(1, 0, 0), 10)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if _, _, err := m.care.FollowUpMake(t.Context(), care.Actor{Staff: eva, Lang: care.Swedish}, list[0].ID, "req", m.now); err != nil {
		t.Fatal(err)
	}
	m.runs(mailDay, 16, 0)
	m.has("UTOM", "[8B-K3F] made")
}

// Of a team of three one is gone.
func TestOfATeamNobodyIsRemindedTwice(t *testing.T) {
	m := newMailroom(t)
	m.row("TOM", "alen", care.EHT)
	m.row("UNA", "alen", care.EHT)
	m.follow("UANNA", mailDay, "8B-K3F")
	for _, id := range []string{"UANNA", "UBO"} {
		st, _ := m.care.Staff.BySlackID(t.Context(), id)
		st.Leave = &care.Leave{Period: care.Period{From: mailDay, To: mailDay}}
		if err := m.care.Staff.Replace(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	m.slack.Fault("chat.postMessage", fakeslack.Fault{Code: "user_not_found"})
	m.runs(mailDay, 12, 0)
	n := 0
	for _, id := range []string{"UEVA", "UTOM", "UUNA"} {
		t.Log(id, len(m.slack.Seen(id)))
		n = max(n, len(m.slack.Seen(id)))
	}
	if n != 1 {
		t.Errorf("someone was reminded %d times", n)
	}
}

// The app was made anew in Slack: the conversations that Lotsen knows are the old app's.
func TestConversationsOfAnEarlierAppAreForgotten(t *testing.T) {
	m := newMailroom(t)
	for _, id := range []string{"UANNA", "UBO", "UEVA"} {
		st, _ := m.care.Staff.BySlackID(t.Context(), id)
		st.DM = "D0OLD" + id[1:]
		if err := m.care.Staff.Replace(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	m.follow("UANNA", mailDay, "8B-K3F")
	m.runs(mailDay, 12, 0)
	m.has("UANNA", "[8B-K3F] open")
	m.has("UADA")
}
