package demo_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// cameIn is a context as net/http makes it for a connection to a local address.
func cameIn(ctx context.Context, local string) context.Context {
	return context.WithValue(ctx, http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(local)))
}

// newest is the last message of a sight.
func (w *world) newest(s sight) message {
	w.t.Helper()
	if len(s.Messages) == 0 {
		w.t.Fatalf("no message in %+v", s)
	}
	return s.Messages[len(s.Messages)-1]
}

func (w *world) line(person, channel, text string) (answered, sight) {
	w.t.Helper()
	body, err := json.Marshal(map[string]string{"channel": channel, "text": text})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.ask("/api/people/"+person+"/lines", string(body))
}

func TestPersonSeesTheirConversations(t *testing.T) {
	w := start(t)
	_, got := w.ask("/api/people/"+ingrid, "")
	var names []string
	for _, c := range got.Conversations {
		names = append(names, c.ID+" "+c.Name)
	}
	want := []string{w.slack.DM(ingrid) + " ", staff + " personal", quiet + " eht"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("Ingrid's conversations (-want +got):\n%s", diff)
	}
	if !got.Conversations[0].Direct || got.Conversations[1].Private || !got.Conversations[2].Private {
		t.Errorf("conversations = %+v, want a direct, a public and a private one", got.Conversations)
	}
	if _, got := w.ask("/api/people/"+anna, ""); len(got.Conversations) != 2 {
		t.Errorf("Anna's conversations = %+v, want her own and the staff's", got.Conversations)
	}
}

func TestCommandIsAnsweredToItsWriterAlone(t *testing.T) {
	w := start(t)
	response, got := w.line(anna, staff, "  /insats \n 8B-K3F samtal <b>Ringde & pratade</b>\nkommer i morgon ")
	if response.status != http.StatusOK {
		t.Fatalf("POST = %d %q", response.status, got.Error)
	}
	m := w.newest(got)
	if m.Channel != staff || m.Author != w.slack.BotUserID() || !m.Ephemeral || !strings.Contains(string(m.Blocks), "intervention.undo") {
		t.Errorf("answer = %+v, want the bot's, in the channel, for Anna alone, with its button", m)
	}
	want := []string{"/commands /insats 8B-K3F samtal &lt;b&gt;Ringde &amp; pratade&lt;/b&gt;\nkommer i morgon"}
	if diff := cmp.Diff(want, w.bot.told()); diff != "" {
		t.Errorf("the bot was told (-want +got):\n%s", diff)
	}
	if _, other := w.ask("/api/people/"+ingrid, ""); len(other.Messages) != 0 {
		t.Errorf("Ingrid sees %+v, want nothing", other.Messages)
	}
}

func TestEveryLanguagesCommandsWork(t *testing.T) {
	w := start(t)
	if response, got := w.line(anna, w.slack.DM(anna), "/tiltak"); response.status != http.StatusOK || !w.newest(got).Ephemeral {
		t.Errorf("a Norwegian command by a Swede = %d %+v", response.status, got)
	}
}

func TestPlainTextIsSaid(t *testing.T) {
	w := start(t)
	for _, where := range []string{staff, w.slack.DM(anna)} {
		_, got := w.line(anna, where, "hej *alla*")
		if m := w.newest(got); m.Channel != where || m.Author != anna || m.Text != "hej *alla*" || m.Ephemeral {
			t.Errorf("said in %s: %+v", where, m)
		}
	}
	if diff := cmp.Diff([]string{"/events", "/events"}, w.bot.told()); diff != "" {
		t.Errorf("the bot was told (-want +got):\n%s", diff)
	}
	if _, other := w.ask("/api/people/"+ingrid, ""); len(other.Messages) != 1 || other.Messages[0].Text != "hej *alla*" {
		t.Errorf("Ingrid sees %+v, want what was said in the channel", other.Messages)
	}
}

func click(key string) string {
	return `{"surface":"` + key + `","action":"intervention.undo","value":"i1"}`
}

func TestButtonWorks(t *testing.T) {
	w := start(t)
	_, got := w.line(anna, w.slack.DM(anna), "/insats 8B-K3F samtal")
	key := w.newest(got).Key
	response, got := w.ask("/api/people/"+anna+"/clicks", click(key))
	if m := w.newest(got); response.status != http.StatusOK || got.Trouble != "" || m.Key != key || m.Text != "Ångrat" || len(m.Blocks) != 0 {
		t.Errorf("click = %d %+v, want the message replaced", response.status, got)
	}
	if response, _ := w.ask("/api/people/"+anna+"/clicks", click(key)); response.status != http.StatusConflict {
		t.Errorf("a second click = %d, want 409", response.status)
	}
	_, got = w.line(anna, staff, "/insats 8B-K3F hem")
	if response, _ := w.ask("/api/people/"+ingrid+"/clicks", click(w.newest(got).Key)); response.status != http.StatusConflict {
		t.Errorf("a click on what another person sees = %d, want 409", response.status)
	}
	if got := w.slack.Violations(); len(got) > 0 {
		t.Errorf("Violations() = %q", got)
	}
}

func TestBotsFaultIsShownAsSlackShowsIt(t *testing.T) {
	tests := []struct {
		name, code string
		fault      func(*bot)
	}{
		{"it answers 500", "http_status_500", (*bot).setBroken},
		{"it is not there", "dispatch_failed", func(b *bot) { b.Close() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t)
			_, got := w.line(anna, w.slack.DM(anna), "/insats 8B-K3F samtal")
			key := w.newest(got).Key
			test.fault(w.bot)

			response, got := w.ask("/api/people/"+anna+"/clicks", click(key))
			if response.status != http.StatusOK || got.Trouble != test.code || w.newest(got).Key != key {
				t.Errorf("click = %d with trouble %q, want 200 with %q and the message as it was", response.status, got.Trouble, test.code)
			}
			response, got = w.line(anna, w.slack.DM(anna), "/insats 8B-K3F samtal")
			want := `/insats failed with the error "` + test.code + `"`
			if m := w.newest(got); response.status != http.StatusOK || m.Author != "USLACKBOT" || m.Text != want || !m.Ephemeral {
				t.Errorf("command = %d %+v, want Slackbot to say %q", response.status, m, want)
			}
			response, got = w.line(anna, w.slack.DM(anna), "hej")
			if m := w.newest(got); response.status != http.StatusOK || m.Text != "hej" {
				t.Errorf("message = %d %+v, want it said", response.status, m)
			}
		})
	}
}

func TestStreamTellsWhatHappensUntilItIsLeft(t *testing.T) {
	w := start(t)
	impatient := httptest.NewUnstartedServer(w.page.Config.Handler) // its limits are over before the stream looks again
	impatient.Config.ReadTimeout, impatient.Config.WriteTimeout = 20*time.Millisecond, 20*time.Millisecond
	impatient.Start()
	defer impatient.Close()
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, impatient.URL+"/api/people/"+anna+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := impatient.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type = %q", got)
	}
	lines := bufio.NewScanner(response.Body)
	next := func() sight {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var s sight
				if err := json.Unmarshal([]byte(data), &s); err != nil {
					t.Fatal(err)
				}
				return s
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return sight{}
	}
	if got := next(); len(got.Messages) != 0 || len(got.Conversations) != 2 {
		t.Errorf("at first = %+v, want two empty conversations", got)
	}
	for _, text := range []string{"ett\nnytt\n\ndata: x", "två"} {
		w.line(ingrid, staff, text)
		if got := w.newest(next()); got.Text != text || got.Author != ingrid {
			t.Errorf("then = %+v, want %q", got, text)
		}
	}
	leave()
	impatient.Close() // waits for every request, so a stream that went on would hold it
}
