package demo_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// does has a person do something; body is a JSON object.
func (w *world) does(person, what string, body map[string]any) (answered, sight) {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.ask("/api/people/"+person+"/"+what, string(raw))
}

// opens has Anna choose the shortcut for logging, and gives the modal.
func (w *world) opens() view {
	w.t.Helper()
	_, got := w.does(anna, "shortcuts", map[string]any{"shortcut": "log_intervention"})
	return w.front(got, "Logga insats")
}

// front is the modal in front, which has that title.
func (w *world) front(s sight, title string) view {
	w.t.Helper()
	if len(s.Modals) == 0 || s.Modals[len(s.Modals)-1].Title != title {
		w.t.Fatalf("modals = %+v, trouble %q, error %q, want %q in front", s.Modals, s.Trouble, s.Error, title)
	}
	return s.Modals[len(s.Modals)-1]
}

// lately is what the bot was told last.
func (b *bot) lately() string {
	told := b.told()
	return told[len(told)-1]
}

func TestModalIsFilledInAndSent(t *testing.T) {
	w := start(t)
	v := w.opens()
	if v.Submit != "Spara" || v.Close != "Avbryt" || !strings.Contains(string(v.State), `"selected_date":"2026-11-23"`) {
		t.Errorf("modal = %+v, want its buttons and its first date", v)
	}
	if _, other := w.ask("/api/people/"+ingrid, ""); len(other.Modals) != 0 {
		t.Errorf("Ingrid has modals %+v, want none", other.Modals)
	}
	_, got := w.does(anna, "searches", map[string]any{"surface": v.Key, "block": "students", "action": "students", "typed": "alva"})
	if len(got.Options) != 2 || got.Options[1].Text != "8B-N4N · Alva Norén" || got.Options[1].Value != "8B-N4N" {
		t.Errorf("options = %+v, want both Alvas", got.Options)
	}
	fields := map[string]any{"students": []string{"8B-N4N"}, "kinds": []string{"talk", "home"}, "note": "Det blev fel", "taken_out": "x"}
	_, got = w.does(anna, "submissions", map[string]any{"surface": v.Key, "fields": fields})
	want := map[string]string{"note": "Skriv inte fel.", "date": "Dagen är en lovdag."}
	if diff := cmp.Diff(want, w.front(got, "Logga insats").Errors); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	response, got := w.does(anna, "submissions", map[string]any{"surface": v.Key, "fields": map[string]any{"note": "Bra"}})
	if response.status != http.StatusOK || len(got.Modals) != 0 || got.Trouble != "" {
		t.Errorf("submission = %d %+v, want the modal gone", response.status, got)
	}
	if want := "/interactions view_submission intervention map[date:2026-11-23 kinds:talk home note:Bra students:8B-N4N]"; w.bot.lately() != want {
		t.Errorf("the bot was told %q, want %q", w.bot.lately(), want)
	}
	if response, _ := w.does(anna, "submissions", map[string]any{"surface": v.Key}); response.status != http.StatusConflict {
		t.Errorf("a second submission = %d, want 409", response.status)
	}
	if got := w.slack.Violations(); len(got) > 0 {
		t.Errorf("Violations() = %q", got)
	}
}

func TestModalGrowsAndKeepsWhatWasEntered(t *testing.T) {
	w := start(t)
	v := w.opens()
	_, got := w.does(anna, "clicks", map[string]any{"surface": v.Key, "block": "grow", "action": "intervention.more", "value": "", "fields": map[string]any{"note": "Ringde hem"}})
	if want := "/interactions block_actions intervention intervention.more= map[date:2026-11-23 note:Ringde hem]"; w.bot.lately() != want {
		t.Errorf("the bot was told %q, want %q", w.bot.lately(), want)
	}
	grown := w.front(got, "Logga insats")
	if grown.Key != v.Key || !strings.Contains(string(grown.Blocks), "audience") || !strings.Contains(string(grown.State), "Ringde hem") {
		t.Errorf("modal = %+v, want it grown with what was entered", grown)
	}
}

func TestModalsStackAndClose(t *testing.T) {
	w := start(t)
	stack := func() (bottom, top view) {
		t.Helper()
		v := w.opens()
		w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "bo"})
		w.does(anna, "clicks", map[string]any{"surface": v.Key, "action": "intervention.more"})
		_, got := w.does(anna, "submissions", map[string]any{"surface": v.Key, "fields": map[string]any{"students": []string{"8B-R7T"}, "kinds": []string{"talk"}, "level": "student"}})
		top = w.front(got, "Välj tid")
		_, got = w.does(anna, "clicks", map[string]any{"surface": top.Key, "action": "student.open", "value": "st_1"})
		if len(got.Modals) != 3 {
			t.Fatalf("modals = %+v, want three", got.Modals)
		}
		return v, w.front(got, "8B-K3F")
	}
	bottom, top := stack()
	if _, got := w.does(anna, "closings", map[string]any{"surface": bottom.Key}); len(got.Modals) != 3 {
		t.Errorf("closing one that is not in front left %d, want 3", len(got.Modals))
	}
	_, got := w.does(anna, "closings", map[string]any{"surface": top.Key})
	top = w.front(got, "Välj tid")
	if _, got = w.does(anna, "closings", map[string]any{"surface": top.Key, "all": true}); len(got.Modals) != 0 {
		t.Errorf("closing all left %+v", got.Modals)
	}
	if _, top = stack(); top.Close != "Klar" {
		t.Errorf("close button = %q", top.Close)
	}
}

func TestModalIsNotSent(t *testing.T) {
	tests := []struct {
		name    string
		fields  map[string]any
		breaks  bool
		status  int
		trouble string
	}{
		{"a required field is empty", map[string]any{"note": "x"}, false, http.StatusUnprocessableEntity, ""},
		{"an option that is not there", map[string]any{"kinds": []string{"x"}}, false, http.StatusUnprocessableEntity, ""},
		{"longer than the field takes", map[string]any{"note": strings.Repeat("å", 201)}, false, http.StatusUnprocessableEntity, ""},
		{"the bot fails", map[string]any{"students": []string{"8B-K3F"}, "kinds": []string{"talk"}}, true, http.StatusOK, "http_status_500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := start(t)
			v := w.opens()
			w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "8b"})
			if test.breaks {
				w.bot.setBroken()
			}
			response, got := w.does(anna, "submissions", map[string]any{"surface": v.Key, "fields": test.fields})
			if response.status != test.status || got.Trouble != test.trouble {
				t.Errorf("submission = %d with trouble %q, want %d with %q", response.status, got.Trouble, test.status, test.trouble)
			}
			if _, got := w.ask("/api/people/"+anna, ""); len(got.Modals) != 1 {
				t.Errorf("modals = %+v, want it still open", got.Modals)
			}
		})
	}
}
