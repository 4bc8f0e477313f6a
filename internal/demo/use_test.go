package demo_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestHomeIsOpenedAndUsed(t *testing.T) {
	w := start(t)
	if _, got := w.ask("/api/people/"+anna, ""); got.Home != nil {
		t.Errorf("home = %+v before the bot has made one", got.Home)
	}
	_, got := w.does(anna, "homes", map[string]any{})
	if w.bot.lately() != "/events home" || got.Home == nil || !strings.Contains(string(got.Home.Blocks), "Mina elever") {
		t.Fatalf("home = %+v, want the bot's", got.Home)
	}
	home := got.Home.Key
	_, got = w.does(anna, "clicks", map[string]any{"surface": home, "block": "s2", "action": "student.open", "value": "st_2"})
	v := w.front(got, "8B-K3F")
	if want := "/interactions block_actions  student.open=st_2"; w.bot.lately() != want {
		t.Errorf("the bot was told %q, want %q", w.bot.lately(), want)
	}
	for _, test := range []struct{ block, action, value string }{{"row2", "intervention.menu", "undo:i2"}, {"acts", "case.act", "talked"}} {
		response, _ := w.does(anna, "choices", map[string]any{"surface": v.Key, "block": test.block, "action": test.action, "value": test.value})
		if want := test.action + "=" + test.value; response.status != http.StatusOK || !strings.Contains(w.bot.lately(), want) {
			t.Errorf("choice = %d, the bot was told %q, want %q", response.status, w.bot.lately(), want)
		}
	}
	w.does(anna, "closings", map[string]any{"surface": v.Key})
	if _, got = w.does(anna, "searches", map[string]any{"surface": home, "block": "show", "action": "student.find", "typed": "omar"}); len(got.Options) != 1 {
		t.Fatalf("options = %+v, want Omar", got.Options)
	}
	w.does(anna, "choices", map[string]any{"surface": home, "block": "show", "action": "student.find", "value": got.Options[0].Value})
	if want := "student.find=9A-B3G"; !strings.Contains(w.bot.lately(), want) {
		t.Errorf("the bot was told %q, want %q", w.bot.lately(), want)
	}
	if got := w.slack.Violations(); len(got) > 0 {
		t.Errorf("Violations() = %q", got)
	}
}

func TestSearchWithoutAnAnswerFindsNothing(t *testing.T) {
	w := start(t)
	v := w.opens()
	w.bot.setBroken()
	response, got := w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "alva"})
	if response.status != http.StatusOK || response.body != `{"options":[]}` {
		t.Errorf("search = %d %s with %+v, want no options", response.status, response.body, got.Options)
	}
}

func TestShortcutOnAMessage(t *testing.T) {
	w := start(t)
	_, got := w.line(anna, staff, "Ringde hem")
	key := w.newest(got).Key
	_, got = w.does(ingrid, "shortcuts", map[string]any{"shortcut": "log_message", "message": key})
	if v := w.front(got, "Logga insats"); !strings.Contains(string(v.State), "Ringde hem") {
		t.Errorf("state = %s, want the message's text", v.State)
	}
	_, got = w.line(anna, staff, "/insats x")
	if response, _ := w.does(anna, "shortcuts", map[string]any{"shortcut": "log_message", "message": w.newest(got).Key}); response.status != http.StatusConflict {
		t.Errorf("shortcut on what only Anna sees = %d, want 409", response.status)
	}
}

func TestThreadIsAnswered(t *testing.T) {
	w := start(t)
	_, got := w.line(anna, staff, "Påminnelse om 8B-K3F")
	first := w.newest(got)
	_, got = w.does(ingrid, "lines", map[string]any{"channel": staff, "thread": first.TS, "text": "ringt hem"})
	if m := w.newest(got); m.Thread != first.TS || m.Author != w.slack.BotUserID() || len(got.Messages) != 3 {
		t.Errorf("messages = %+v, want the bot's answer in the thread", got.Messages)
	}
	if response, _ := w.does(ingrid, "lines", map[string]any{"channel": staff, "thread": w.newest(got).TS, "text": "x"}); response.status != http.StatusConflict {
		t.Errorf("a thread of a reply = %d, want 409", response.status)
	}
}
