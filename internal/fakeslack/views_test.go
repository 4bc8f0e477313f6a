package fakeslack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

func slackGoModal(title string, blocks ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", title, false, false), Submit: slack.NewTextBlockObject("plain_text", "Spara", false, false),
		CallbackID: title, Blocks: slack.Blocks{BlockSet: append([]slack.Block{}, blocks...)},
	}
}

func input(id string) *slack.InputBlock {
	return slack.NewInputBlock(id, slack.NewTextBlockObject("plain_text", "Text", false, false), nil, slack.NewPlainTextInputBlockElement(nil, id))
}

func TestViewsThroughSlackGo(t *testing.T) {
	machine := &moment{now: time.Now()}
	s, a, client := start(t, fakeslack.Options{Machine: machine.Now})
	ctx := t.Context()
	trigger := func() string {
		t.Helper()
		if _, err := s.Shortcut(ctx, anna, "log"); err != nil {
			t.Fatal(err)
		}
		return a.interaction().TriggerID
	}
	old := trigger()
	machine.Add(3001 * time.Millisecond)
	_, err := client.OpenViewContext(ctx, old, slackGoModal("Ett", input("note")))
	wantCode(t, err, "expired_trigger_id")
	once := trigger()
	opened, err := client.OpenViewContext(ctx, once, slackGoModal("Ett", input("note")))
	if err != nil || opened.ID == "" || opened.RootViewID != opened.ID || opened.State == nil {
		t.Fatalf("OpenView = %+v, %v", opened, err)
	}
	_, err = client.OpenViewContext(ctx, once, slackGoModal("Ett"))
	wantCode(t, err, "exchanged_trigger_id")

	if err := s.Fill(anna, map[string]any{"note": "börjat"}); err != nil {
		t.Fatal(err)
	}
	more := slack.NewActionBlock("more", slack.NewButtonBlockElement("intervention.more", "", slack.NewTextBlockObject("plain_text", "Mer", false, false)))
	updated, err := client.UpdateViewContext(ctx, slackGoModal("Två", input("note"), input("place"), more), "", opened.Hash, opened.ID)
	if err != nil || updated.Hash == opened.Hash || updated.State.Values["note"]["note"].Value != "börjat" {
		t.Fatalf("UpdateView = %+v, %v, want what was typed kept", updated, err)
	}
	_, err = client.UpdateViewContext(ctx, slackGoModal("Tre"), "", opened.Hash, opened.ID)
	wantCode(t, err, "hash_conflict")

	if _, err := s.Click(ctx, anna, opened.ID, "intervention.more"); err != nil {
		t.Fatal(err)
	}
	click := a.interaction()
	if click.View.State.Values["note"]["note"].Value != "börjat" || click.Container.ViewID != opened.ID || click.ResponseURL != "" {
		t.Errorf("click in a view = %+v, want its state", click)
	}
	_, err = client.PushViewContext(ctx, trigger(), slackGoModal("Fyra"))
	wantCode(t, err, "invalid_trigger_id")
	pushed, err := client.PushViewContext(ctx, click.TriggerID, slackGoModal("Fyra", more))
	if err != nil || pushed.PreviousViewID != opened.ID || pushed.RootViewID != opened.ID {
		t.Fatalf("PushView = %+v, %v", pushed, err)
	}
	if _, err := s.Click(ctx, anna, opened.ID, "intervention.more"); err == nil {
		t.Error("Click in a view that is covered = nil error")
	}
	for _, want := range []string{"", "push_limit_reached"} {
		front := s.Views(anna)[len(s.Views(anna))-1].ID
		if _, err := s.Click(ctx, anna, front, "intervention.more"); err != nil {
			t.Fatal(err)
		}
		if _, err = client.PushViewContext(ctx, a.interaction().TriggerID, slackGoModal("Fem", more)); want != "" {
			wantCode(t, err, want)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Views(anna); len(got) != 3 || got[0].Title != "Två" || got[2].Title != "Fem" {
		t.Errorf("Views = %+v, want three", got)
	}
}

func TestHomeThroughSlackGo(t *testing.T) {
	s, a, client := start(t, fakeslack.Options{})
	if s.Home(anna) != nil {
		t.Error("Home before anything is published != nil")
	}
	button := slack.NewActionBlock("b", slack.NewButtonBlockElement("student.open", "st_1", slack.NewTextBlockObject("plain_text", "8B-K3F", false, false)))
	request := slack.PublishViewContextRequest{UserID: anna, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{button}}}}
	published, err := client.PublishViewContext(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	stale := "1.x"
	request.Hash = &stale
	_, err = client.PublishViewContext(t.Context(), request)
	wantCode(t, err, "hash_conflict")
	home := s.Home(anna)
	if home == nil || home.ID != published.ID || len(home.Buttons) != 1 || home.Plain != "[8B-K3F]" {
		t.Fatalf("Home = %+v, want the button", home)
	}
	if _, err := s.Click(t.Context(), anna, home.ID, "student.open"); err != nil {
		t.Fatal(err)
	}
	if got := a.interaction(); got.View.Type != slack.VTHomeTab || got.TriggerID == "" {
		t.Errorf("click in App Home = %+v", got)
	}
	noViolations(t, s)
}

func TestViewLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	note := field("note", "plain_text_input", nil)
	with := func(name string, value any) object { v := modal("x", note); v[name] = value; return v }
	noSubmit := modal("x", note)
	delete(noSubmit, "submit")
	var many []any
	for range 101 {
		many = append(many, object{"type": "divider"})
	}
	tests := []struct {
		name string
		view object
		want string // in response_metadata, or the code itself
	}{
		{"title", with("title", plainText(long(25))), "must be less than 25 characters [json-pointer:/view/title/text]"},
		{"title in mrkdwn", with("title", object{"type": "mrkdwn", "text": "x"}), "[json-pointer:/view/title/type]"},
		{"submit", with("submit", plainText(long(25))), "[json-pointer:/view/submit/text]"},
		{"close", with("close", plainText(long(25))), "[json-pointer:/view/close/text]"},
		{"input without submit", noSubmit, "missing required field: submit"},
		{"private_metadata", with("private_metadata", long(3001)), "[json-pointer:/view/private_metadata]"},
		{"callback_id", with("callback_id", long(256)), "[json-pointer:/view/callback_id]"},
		{"external_id", with("external_id", long(256)), "[json-pointer:/view/external_id]"},
		{"unknown property", with("colour", "red"), "invalid additional property: colour"},
		{"101 blocks", modal("x", many...), "no more than 100 items allowed [json-pointer:/view/blocks]"},
		{"home", object{"type": "home", "blocks": []any{}}, "[json-pointer:/view/type]"},
		{"table", modal("x", object{"type": "table", "rows": []any{[]any{object{"type": "raw_text", "text": "x"}}}}), "unsupported type: table"},
		{"250 kB", with("private_metadata", long(250_001)), "view_too_large"},
		{"fits", with("private_metadata", long(3000)), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, a, _ := start(t, fakeslack.Options{})
			if _, err := s.Shortcut(t.Context(), anna, "x"); err != nil {
				t.Fatal(err)
			}
			got := api(t, s, "views.open", args(t, "trigger_id", a.interaction().TriggerID, "view", test.view))
			if test.want == "" {
				noViolations(t, s)
				if got["ok"] != true {
					t.Errorf("views.open = %v, want ok", got)
				}
				return
			}
			violation(t, s, test.want)
			if c := code(got); c != "invalid_arguments" && c != test.want {
				t.Errorf("views.open = %v, want %s", got, test.want)
			}
		})
	}
}

func TestExternalIDIsUnique(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	view := modal("x")
	view["external_id"] = "one"
	opened(t, s, a, view)
	if _, err := s.Shortcut(t.Context(), bo, "x"); err != nil {
		t.Fatal(err)
	}
	if got := api(t, s, "views.open", args(t, "trigger_id", a.interaction().TriggerID, "view", view)); code(got) != "duplicate_external_id" {
		t.Errorf("views.open with a taken external_id = %v", got)
	}
	if got := api(t, s, "views.update", args(t, "external_id", "one", "view", view)); got["ok"] != true {
		t.Errorf("views.update by external_id = %v, want ok", got)
	}
}
