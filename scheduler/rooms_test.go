package scheduler_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/store/storetest"
)

// newRooms is a mailroom at a school whose team (Eva) and principal (Rut) have channels. The student 9Z-C2C has no
// mentor, so the student's case is the team's, and is told of in its channel at eight o'clock.
func newRooms(t *testing.T) *mailroom {
	t.Helper()
	m := newMailroom(t)
	school := m.care.Schools["alen"]
	school.Ladder, school.EHTChannel, school.PrincipalChannel = "se-grund", "CEHT", "CREKTOR"
	m.care.Schools["alen"], m.care.Ladders = school, care.BuiltInLadders()
	m.row("RUT", "alen", care.Principal)
	m.channel("CEHT", "UEVA")
	m.channel("CREKTOR", "URUT")
	rows := []care.StudentRow{{Line: 2, Key: "k8", Given: "Alva", Family: "Berg", Group: "9Z", School: "alen", Ref: "9Z-C2C"},
		{Line: 3, Key: "k9", Given: "Nils", Family: "Berg", Group: "9Z", School: "alen", Ref: "9Z-D3D"}}
	if done, err := m.care.ImportStudents(t.Context(), rows, nil, m.now, false); err != nil || len(done.Bad) > 0 {
		t.Fatalf("ImportStudents() = %+v, %v", done, err)
	}
	return m
}

// channel makes a private channel with Lotsen and those people, or makes it one again.
func (m *mailroom) channel(id string, people ...string) {
	m.slack.AddChannel(fakeslack.Channel{ID: id, Private: true, Members: append(people, m.slack.BotUserID())})
}

// eva is the team's only member.
func (m *mailroom) eva() care.Actor {
	m.t.Helper()
	st, err := m.care.Staff.BySlackID(m.t.Context(), "UEVA")
	if err != nil {
		m.t.Fatal(err)
	}
	return care.Actor{Staff: st, Lang: care.Swedish}
}

// opens has Eva open a student's case by hand.
func (m *mailroom) opens(ref care.Ref) {
	m.t.Helper()
	m.written++
	if _, err := m.care.OpenCase(m.t.Context(), m.eva(), ref, fmt.Sprint("open", m.written), m.now); err != nil {
		m.t.Fatal(err)
	}
}

// acts has Eva do something about a student's case.
func (m *mailroom) acts(ref care.Ref, act care.Act) {
	m.t.Helper()
	m.written++
	if _, err := m.care.ActOnCase(m.t.Context(), m.eva(), string(ref)+"/1", care.CaseForm{Act: act}, fmt.Sprint("act", m.written), m.now); err != nil {
		m.t.Fatal(err)
	}
}

// holds checks what stands in a conversation that someone is in: what is in a thread stands after "↳", and what of that is
// shown outside it as well, after "↳!".
func (m *mailroom) holds(slackID, channel string, want ...string) {
	m.t.Helper()
	var got []string
	for _, msg := range m.slack.Seen(slackID) {
		switch {
		case msg.Channel != channel:
		case msg.Broadcast:
			got = append(got, "↳! "+msg.Plain)
		case msg.ThreadTS != "":
			got = append(got, "↳ "+msg.Plain)
		default:
			got = append(got, msg.Plain)
		}
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		m.t.Errorf("%s holds %q, want %q", channel, got, want)
	}
}

// leaps has time pass until then with few ticks on the way.
func (m *mailroom) leaps(day care.Date, hour, minute int) {
	m.t.Helper()
	for end := day.At(hour, minute, stockholm); m.now.Before(end); {
		m.passes(min(3*time.Hour, end.Sub(m.now)))
		for _, job := range []func(context.Context, time.Time) (int, error){m.TickOut, m.TickDeliveries} {
			if _, err := job(m.t.Context(), m.now); err != nil {
				m.t.Fatal(err)
			}
		}
	}
}

// known checks that of all messages about a student's case it is known whether they stand.
func (m *mailroom) known(ref care.Ref) {
	m.t.Helper()
	list, err := m.care.Deliveries.About(m.t.Context(), []string{string(ref) + "/1"})
	if err != nil || len(list) == 0 {
		m.t.Fatal(list, err)
	}
	for _, d := range list {
		if d.State == care.DeliverySending || d.State == care.DeliveryFailed || d.State == care.DeliverySent && !d.Due.IsZero() {
			m.t.Errorf("%s is %s, due %s", d.ID, d.State, d.Due)
		}
	}
}

// TestRoom tells the team of a case of its own. What comes later stands in the thread of the first message, and in the
// channel, too; the earlier messages say what was done.
func TestRoom(t *testing.T) {
	m := newRooms(t)
	m.opens("9Z-C2C")
	m.runs(mailDay, 8, 1)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] first")
	m.passes(time.Hour)
	m.acts("9Z-C2C", care.ActNotReached)
	m.runs(mailDay, 9, 10)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA")
	m.leaps("2026-10-16", 7, 59)
	m.runs("2026-10-16", 8, 1)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA", "↳! team: [9Z-C2C] again")
	m.acts("9Z-C2C", care.ActHome)
	m.runs("2026-10-16", 8, 3)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] acthome by UEVA", "↳! team: [9Z-C2C] acthome by UEVA")
	m.has("UADA")
	m.check()
}

// TestRoomOfADeletedMessage has an administrator of the workspace delete the first message: the next stands by itself.
func TestRoomOfADeletedMessage(t *testing.T) {
	m := newRooms(t)
	m.opens("9Z-C2C")
	m.runs(mailDay, 8, 1)
	ears := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer ears.Close()
	m.slack.SetBot("", "", ears.URL)
	m.slack.AddUser(fakeslack.User{ID: "UEVA", Admin: true})
	if _, err := m.slack.Delete(t.Context(), "UEVA", m.slack.Seen("UEVA")[0].Key); err != nil {
		t.Fatal(err)
	}
	m.acts("9Z-C2C", care.ActNotReached)
	m.leaps("2026-10-16", 7, 59)
	m.slack.Fault("chat.postMessage", fakeslack.Fault{LoseAnswer: true}) // and it is found there
	m.runs("2026-10-16", 8, 10)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] again")
	m.has("UADA")
	m.check()
}

// TestRoomThatIsNotFit has something wrong with the team's channel at eight o'clock. Nothing is told there, Eva is
// written to, and the administrator is told what is wrong, once.
func TestRoomThatIsNotFit(t *testing.T) {
	bot := fakeslack.New(fakeslack.Options{}).BotUserID()
	team := func(change func(*fakeslack.Channel)) func(*mailroom) {
		return func(m *mailroom) {
			ch := fakeslack.Channel{ID: "CEHT", Private: true, Members: []string{"UEVA", bot}}
			change(&ch)
			m.slack.AddChannel(ch)
		}
	}
	with := func(u fakeslack.User) func(*mailroom) {
		return func(m *mailroom) {
			m.slack.AddUser(u)
			m.channel("CEHT", "UEVA", u.ID)
		}
	}
	facts := func(slackID string, f care.SlackFacts) func(*mailroom) {
		return func(m *mailroom) {
			f.CheckedAt = m.now
			if err := m.care.Learn(t.Context(), care.Account{SlackID: slackID, Facts: f}, m.now); err != nil {
				m.t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		change []func(*mailroom)
		fit    bool
	}{
		{"as it should be", nil, true},
		{"the principal is in it", []func(*mailroom){with(fakeslack.User{ID: "URUT"})}, true},
		{"another bot is in it", []func(*mailroom){with(fakeslack.User{ID: "UROBOT", Bot: true})}, true},
		{"archived", []func(*mailroom){team(func(ch *fakeslack.Channel) { ch.Archived = true })}, false},
		{"Lotsen was put out", []func(*mailroom){team(func(ch *fakeslack.Channel) { ch.Members = ch.Members[:1] })}, false},
		{"public", []func(*mailroom){team(func(ch *fakeslack.Channel) { ch.Private = false })}, false},
		{"public, and Lotsen was put out", []func(*mailroom){team(func(ch *fakeslack.Channel) { ch.Private, ch.Members = false, ch.Members[:1] })}, false},
		{"shared", []func(*mailroom){team(func(ch *fakeslack.Channel) { ch.Shared = true })}, false},
		{"about to be shared", []func(*mailroom){team(func(ch *fakeslack.Channel) { ch.Invited = true })}, false},
		{"a mentor is in it", []func(*mailroom){with(fakeslack.User{ID: "UANNA"})}, false},
		{"someone unknown is in it", []func(*mailroom){with(fakeslack.User{ID: "UNEW"})}, false},
		{"a guest is in it", []func(*mailroom){with(fakeslack.User{ID: "UGUEST", Guest: true})}, false},
		{"someone of another organisation is in it", []func(*mailroom){with(fakeslack.User{ID: "UFAR", TeamID: "TFAR", Stranger: true})}, false},
		{"someone is in it of whom Slack says nothing", []func(*mailroom){func(m *mailroom) { m.channel("CEHT", "UEVA", "UGHOST") }}, false},
		{"the principal is a guest", []func(*mailroom){with(fakeslack.User{ID: "URUT"}), facts("URUT", care.SlackFacts{Guest: true})}, false},
		{"a bot has a row in the roster", []func(*mailroom){with(fakeslack.User{ID: "UBO", Bot: true}), facts("UBO", care.SlackFacts{Bot: true})}, true},
		{"a scope is missing", []func(*mailroom){func(m *mailroom) { m.slack.SetScopes("chat:write", "users:read", "im:history", "im:write") }}, false},
		{"it is not there", []func(*mailroom){func(m *mailroom) {
			school := m.care.Schools["alen"]
			school.EHTChannel = "CNOWHERE"
			m.care.Schools["alen"] = school
		}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newRooms(t)
			m.opens("9Z-C2C")
			refs := []string{"9Z-C2C"}
			if tt.name == "archived" {
				m.opens("9Z-D3D")
				refs = append(refs, "9Z-D3D")
			}
			m.runs(mailDay, 7, 59)
			for _, change := range tt.change {
				change(m)
			}
			m.runs(mailDay, 8, 10)
			told := m.slack.Seen("UEVA")
			for _, msg := range told {
				if in := msg.Channel == "CEHT"; in != tt.fit {
					t.Errorf("in %s stands %q", msg.Channel, msg.Plain)
				}
			}
			if len(told) != 1 {
				t.Fatalf("Eva reads %d messages, want one", len(told))
			}
			for _, ref := range refs {
				if !strings.Contains(told[0].Plain, ref) {
					t.Errorf("Eva does not read of %s in %q", ref, told[0].Plain)
				}
			}
			if tt.fit {
				m.has("UADA")
			} else if warned := m.slack.Seen("UADA"); len(warned) != 1 || !strings.Contains(warned[0].Plain, string(care.WatchChannel)) {
				t.Errorf("the administrator reads %+v, want once what is wrong with the channel", warned)
			}
			m.has("UANNA")
			m.holds("URUT", m.slack.DM("URUT"))
			m.known("9Z-C2C")
			m.settled()
			m.check()
		})
	}
}

// TestRoomMadePublicBetweenPosts is not told anything more, not even what became of what stands there.
func TestRoomMadePublicBetweenPosts(t *testing.T) {
	m := newRooms(t)
	m.opens("9Z-C2C")
	m.runs(mailDay, 8, 1)
	m.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Members: []string{"UEVA", "UANNA", m.slack.BotUserID()}})
	m.acts("9Z-C2C", care.ActNotReached)
	m.runs(mailDay, 8, 10)
	m.holds("UANNA", "CEHT", "team: [9Z-C2C] first")
	m.leaps("2026-10-16", 7, 59)
	m.runs("2026-10-16", 8, 5)
	m.holds("UANNA", "CEHT", "team: [9Z-C2C] first")
	m.holds("UEVA", m.slack.DM("UEVA"), "team: [9Z-C2C] again")
	if n := len(m.slack.Seen("UADA")); n != 1 {
		t.Errorf("the administrator is told %d times, want once", n)
	}
	// Made private again, it shows what was done, and is told what comes then.
	m.channel("CEHT", "UEVA")
	m.acts("9Z-C2C", care.ActNotReached)
	m.runs("2026-10-16", 8, 10)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA")
	m.leaps("2026-10-19", 7, 59)
	m.runs("2026-10-19", 8, 1)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA", "↳! team: [9Z-C2C] again")
	m.check()
}

// TestRoomThroughFaults has Slack fail in each way at eight o'clock. The message arrives once, in the channel or, when the
// channel is gone by then, to Eva; and it is never posted unless the channel was looked at just before.
func TestRoomThroughFaults(t *testing.T) {
	const post, info, members, account, history, replies, update = "chat.postMessage", "conversations.info", "conversations.members", "users.info",
		"conversations.history", "conversations.replies", "chat.update"
	type plan struct {
		method string
		fault  fakeslack.Fault
	}
	for i, tt := range []struct {
		name   string
		faults []plan
		until  [2]int // when it is there
		direct bool   // it goes to Eva
	}{
		{"the look is limited", []plan{{info, fakeslack.Fault{RetryAfter: 90 * time.Second}}}, [2]int{8, 4}, false},
		{"the look is limited again and again", []plan{{info, fakeslack.Fault{RetryAfter: 70 * time.Second, Times: 4}}}, [2]int{8, 10}, false},
		{"the look fails", []plan{{info, fakeslack.Fault{Status: 500, Times: 3}}}, [2]int{8, 10}, false},
		{"the look is dropped", []plan{{info, fakeslack.Fault{Drop: true, Times: 2}}}, [2]int{8, 10}, false},
		{"the answer to the look is lost", []plan{{info, fakeslack.Fault{LoseAnswer: true, Times: 2}}}, [2]int{8, 10}, false},
		{"the members are limited", []plan{{members, fakeslack.Fault{RetryAfter: 90 * time.Second}}}, [2]int{8, 5}, false},
		{"the members are not told", []plan{{members, fakeslack.Fault{Status: 503, Times: 3}}}, [2]int{8, 10}, false},
		{"the members cannot be read", []plan{{members, fakeslack.Fault{Code: "internal_error", Times: 2}}}, [2]int{8, 10}, false},
		{"an account is limited", []plan{{account, fakeslack.Fault{RetryAfter: 90 * time.Second}}}, [2]int{8, 5}, false},
		{"an account cannot be read", []plan{{account, fakeslack.Fault{Status: 500, Times: 3}}}, [2]int{8, 10}, false},
		{"the token is refused for a while", []plan{{info, fakeslack.Fault{Code: "invalid_auth", Times: 3}}}, [2]int{8, 10}, false},
		{"429 for a while", []plan{{post, fakeslack.Fault{RetryAfter: 90 * time.Second}}}, [2]int{8, 4}, false},
		{"500", []plan{{post, fakeslack.Fault{Status: 500, Times: 3}}}, [2]int{8, 20}, false},
		{"an internal error", []plan{{post, fakeslack.Fault{Code: "internal_error"}}}, [2]int{8, 5}, false},
		{"dropped", []plan{{post, fakeslack.Fault{Drop: true}}}, [2]int{8, 5}, false},
		{"all answers are lost", []plan{{post, fakeslack.Fault{LoseAnswer: true, Times: 9}}}, [2]int{8, 1}, false},
		{"the answer is lost, and so is the search", []plan{{post, fakeslack.Fault{LoseAnswer: true}}, {history, fakeslack.Fault{Status: 503, Times: 2}}, {replies, fakeslack.Fault{Status: 503, Times: 2}}}, [2]int{8, 1}, false},
		{"dropped, and the search is limited", []plan{{post, fakeslack.Fault{Drop: true}}, {history, fakeslack.Fault{RetryAfter: time.Minute, Times: 2}}, {replies, fakeslack.Fault{RetryAfter: time.Minute, Times: 2}}}, [2]int{8, 10}, false},
		{"archived since the look", []plan{{post, fakeslack.Fault{Code: "is_archived"}}}, [2]int{8, 2}, true},
		{"gone since the look", []plan{{post, fakeslack.Fault{Code: "channel_not_found"}}}, [2]int{8, 2}, true},
		{"put out since the look", []plan{{post, fakeslack.Fault{Code: "not_in_channel"}}}, [2]int{8, 2}, true},
		{"only some may post there", []plan{{post, fakeslack.Fault{Code: "restricted_action_read_only_channel"}}}, [2]int{8, 2}, true},
		{"not shown anew at first", []plan{{update, fakeslack.Fault{Status: 500}}, {post, fakeslack.Fault{RetryAfter: 2 * time.Minute}}}, [2]int{8, 5}, false},
	} {
		for _, later := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, in a thread %v", tt.name, later), func(t *testing.T) {
				if storetest.OnServer() && i%6 != 5 {
					t.Skip("to Slack's faults it makes no difference where the records are")
				}
				m := newRooms(t)
				m.slack.AddUser(fakeslack.User{ID: "UROBOT", Bot: true}) // whom Slack has to be asked about
				m.channel("CEHT", "UEVA", "UROBOT")
				m.opens("9Z-C2C")
				day, want := mailDay, []string{"team: [9Z-C2C] first"}
				if later {
					m.runs(mailDay, 8, 1)
					m.acts("9Z-C2C", care.ActNotReached)
					day, want = "2026-10-16", []string{"team: [9Z-C2C] actnot_reached by UEVA", "↳! team: [9Z-C2C] again"}
					m.leaps(day, 7, 58)
				}
				direct := []string{}
				if tt.direct {
					direct = []string{strings.TrimPrefix(want[len(want)-1], "↳! ")}
					want = want[:len(want)-1]
				}
				m.runs(day, 7, 59)
				for _, p := range tt.faults {
					m.slack.Fault(p.method, p.fault)
				}
				m.runs(day, tt.until[0], tt.until[1])
				m.holds("UEVA", "CEHT", want...)
				m.holds("UEVA", m.slack.DM("UEVA"), direct...)
				m.slack.ClearFaults()
				m.runs(day, 9, 0)
				m.holds("UEVA", "CEHT", want...)
				m.holds("UEVA", m.slack.DM("UEVA"), direct...)
				if n := len(m.slack.Seen("UADA")); tt.direct != (n == 1) {
					t.Errorf("the administrator is told %d times", n)
				}
				m.looked()
				m.known("9Z-C2C")
				m.settled()
				m.check()
			})
		}
	}
}

// looked checks that before each post to a channel, and since it was last minute, Slack was asked about it.
func (m *mailroom) looked() {
	m.t.Helper()
	asked := map[string]time.Time{}
	for _, c := range m.slack.Calls() {
		channel := c.Args["channel"]
		switch {
		case c.Method == "conversations.info" && c.Error == "":
			asked[channel] = c.At
		case c.Method == "chat.postMessage" && strings.HasPrefix(channel, "C") && c.At.Sub(asked[channel]) > time.Minute:
			m.t.Errorf("a post to %s at %s, which was looked at at %s", channel, c.At, asked[channel])
		}
	}
}

// TestRoomWhenSlackIsAway lets it refuse connections for ten minutes.
func TestRoomWhenSlackIsAway(t *testing.T) {
	m := newRooms(t)
	m.opens("9Z-C2C")
	m.runs(mailDay, 7, 59)
	m.slack.Close()
	m.runs(mailDay, 8, 10)
	if err := m.slack.Start(); err != nil {
		t.Fatal(err)
	}
	m.runs(mailDay, 8, 30)
	m.holds("UEVA", "CEHT", "team: [9Z-C2C] first")
	m.has("UADA")
	m.looked()
	m.known("9Z-C2C")
	m.settled()
	m.check()
}

// TestRoomAcrossDeaths is TestDeliverAcrossDeaths for a room: the first message, one in its thread together with the first
// shown anew, and one that goes to Eva since the channel is not fit any more.
func TestRoomAcrossDeaths(t *testing.T) {
	step := deathStep
	if storetest.OnServer() {
		step = 24
	}
	points, alive := 0, false
	for ; !alive && points < 200; points += step {
		t.Run(fmt.Sprintf("dies after %d calls", points+1), func(t *testing.T) {
			m := newRooms(t)
			m.opens("9Z-C2C")
			m.runs(mailDay, 7, 59)
			m.passes(time.Minute)
			alive = m.dies(1, points+1)
			m.runs(mailDay, 8, 8)
			m.holds("UEVA", "CEHT", "team: [9Z-C2C] first")

			m.acts("9Z-C2C", care.ActNotReached)
			m.passes(time.Minute)
			alive = m.dies(1, points+1) && alive
			m.runs(mailDay, 8, 16)
			m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA")
			m.leaps("2026-10-16", 7, 59)
			m.passes(time.Minute)
			alive = m.dies(1, points+1) && alive
			m.runs("2026-10-16", 8, 8)
			m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA", "↳! team: [9Z-C2C] again")

			m.acts("9Z-C2C", care.ActNotReached)
			m.runs("2026-10-16", 8, 10)
			m.leaps("2026-10-19", 7, 59)
			m.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Private: true, Shared: true, Members: []string{"UEVA", m.slack.BotUserID()}})
			m.passes(time.Minute)
			alive = m.dies(1, points+1) && alive
			m.runs("2026-10-19", 8, 8)
			m.holds("UEVA", "CEHT", "team: [9Z-C2C] actnot_reached by UEVA", "↳! team: [9Z-C2C] actnot_reached by UEVA")
			m.holds("UEVA", m.slack.DM("UEVA"), "team: [9Z-C2C] again")
			if n := len(m.slack.Seen("UADA")); n != 1 {
				t.Errorf("the administrator is told %d times, want once", n)
			}
			m.looked()
			m.known("9Z-C2C")
			m.settled()
			m.check()
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("a process survives %d calls", points)
	if points < 15 && deathStep == 1 || !alive {
		t.Errorf("the walk ends after %d points, with the process alive: %v", points, alive)
	}
}
