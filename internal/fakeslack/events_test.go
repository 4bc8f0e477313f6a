package fakeslack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/slackevents"

	"lotsen/internal/fakeslack"
)

func TestEventsAreRetriedAsSlackDoes(t *testing.T) {
	clock := &moment{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	s, a, _ := start(t, fakeslack.Options{Clock: clock.Now})
	a.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	if ack, err := s.Event(t.Context(), object{"type": "app_mention", "user": anna}); err != nil || ack.Status != 503 {
		t.Fatalf("Event = %+v, %v", ack, err)
	}
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 1}, {59 * time.Second, 0}, {time.Second, 1}, {4 * time.Minute, 0}, {time.Minute, 1}, {time.Hour, 0}} {
		clock.Add(step.wait)
		if got := s.RunRetries(t.Context()); got != step.want {
			t.Errorf("RunRetries after %v more = %d, want %d", step.wait, got, step.want)
		}
	}
	var nums, ids []string
	for _, r := range a.got {
		body, _ := io.ReadAll(r.Body)
		var outer struct {
			ID string `json:"event_id"`
		}
		_ = json.Unmarshal(body, &outer)
		nums, ids = append(nums, r.Header.Get("X-Slack-Retry-Num")+r.Header.Get("X-Slack-Retry-Reason")), append(ids, outer.ID)
	}
	if diff := cmp.Diff([]string{"", "1http_error", "2http_error", "3http_error"}, nums); diff != "" {
		t.Errorf("retry headers (-want +got):\n%s", diff)
	}
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Errorf("event ids = %q, want one and the same", ids)
		}
	}
	violation(t, s, "event app_mention: answered with http_status_503")
}

func TestNoRetryHeaderStopsRetries(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	a.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(500)
	})
	if _, err := s.Event(t.Context(), object{"type": "app_mention"}); err != nil {
		t.Fatal(err)
	}
	if got := s.RunRetries(t.Context()); got != 0 {
		t.Errorf("RunRetries = %d, want none", got)
	}
}

func TestEventsParse(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	parse := func() (slackevents.EventsAPIEvent, string) {
		t.Helper()
		body, _ := io.ReadAll(a.last().Body)
		e, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
		if err != nil {
			t.Fatalf("ParseEvent(%s): %v", body, err)
		}
		return e, e.Data.(*slackevents.EventsAPICallbackEvent).EventID
	}
	ack, err := s.UpdateUser(t.Context(), fakeslack.User{ID: bo, Name: "bo.berg", Deleted: true})
	if err != nil {
		t.Fatal(err)
	}
	e, first := parse()
	if change, ok := e.InnerEvent.Data.(*slackevents.UserChangeEvent); !ok || change.User.ID != bo || !change.User.Deleted || e.TeamID != s.TeamID() {
		t.Errorf("event = %+v, want user_change of bo", e.InnerEvent.Data)
	}
	if _, err := s.Redeliver(t.Context(), ack.EventID); err != nil {
		t.Fatal(err)
	}
	if _, again := parse(); again != first {
		t.Errorf("redelivered event_id = %q, want %q", again, first)
	}

	said, _, err := s.Say(t.Context(), anna, team, "", "ringt & pratat med @bo.berg")
	if err != nil {
		t.Fatal(err)
	}
	e, _ = parse()
	if m, ok := e.InnerEvent.Data.(*slackevents.MessageEvent); !ok || m.Text != "ringt &amp; pratat med <@"+bo+">" || m.ChannelType != "group" || m.TimeStamp != said.TS {
		t.Errorf("event = %+v, want anna's message", e.InnerEvent.Data)
	}
	if _, ack, err := s.Say(t.Context(), anna, other, "", "hej"); err != nil || ack != nil {
		t.Errorf("Say where the app is not = %+v, %v, want the app not told", ack, err)
	}
	if _, err := s.Edit(t.Context(), anna, said.Key, "pratat"); err != nil {
		t.Fatal(err)
	}
	e, _ = parse()
	if m := e.InnerEvent.Data.(*slackevents.MessageEvent); m.SubType != "message_changed" || m.Message.Text != "pratat" || m.PreviousMessage.Text != said.Text {
		t.Errorf("event = %+v, want the change", m)
	}
	if _, err := s.Delete(t.Context(), anna, said.Key); err != nil {
		t.Fatal(err)
	}
	e, _ = parse()
	if m := e.InnerEvent.Data.(*slackevents.MessageEvent); m.SubType != "message_deleted" || m.DeletedTimeStamp != said.TS {
		t.Errorf("event = %+v, want the deletion", m)
	}
	if _, err := s.OpenHome(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	e, _ = parse()
	if m, ok := e.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); !ok || m.User != anna || m.Tab != "home" || m.Channel != s.DM(anna) {
		t.Errorf("event = %+v, want app_home_opened", e.InnerEvent.Data)
	}
	noViolations(t, s)
}

func TestVerifyURL(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	if err := s.VerifyURL(t.Context()); err == nil {
		t.Error("VerifyURL of an app that returns nothing = nil")
	}
	a.answers(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Challenge string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		_, _ = io.WriteString(w, body.Challenge)
	})
	if err := s.VerifyURL(t.Context()); err != nil {
		t.Errorf("VerifyURL = %v", err)
	}
}
