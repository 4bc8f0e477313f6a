package fakeslack_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"lotsen/internal/fakeslack"
)

func buttons(ids ...string) []any {
	var elements []any
	for i, id := range ids {
		elements = append(elements, object{"type": "button", "action_id": id, "value": fmt.Sprint("v", i+1), "text": plainText("Knapp")})
	}
	return []any{object{"type": "section", "block_id": "what", "text": object{"type": "mrkdwn", "text": "Loggat för <@" + anna + ">"}}, object{"type": "actions", "elements": elements}}
}

type object = map[string]any

func plainText(text string) object { return object{"type": "plain_text", "text": text} }

func TestClickOnEphemeralMessage(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	a.says(object{"text": "Loggat", "blocks": buttons("intervention.undo")})
	ack, err := s.Command(t.Context(), anna, team, "/insats", "x")
	if err != nil || ack.Message == nil {
		t.Fatalf("Command = %+v, %v", ack, err)
	}
	if want := "Loggat för @anna\n[Knapp]"; ack.Message.Plain != want {
		t.Errorf("Plain = %q, want %q", ack.Message.Plain, want)
	}
	if diff := cmp.Diff([]string{anna}, ack.Message.Pings); diff != "" {
		t.Errorf("Pings (-want +got):\n%s", diff)
	}
	a.answers(nil)
	if ack, err := s.Click(t.Context(), anna, ack.Message.Key, "intervention.undo"); err != nil || ack.Error != "" {
		t.Fatalf("Click = %+v, %v", ack, err)
	}
	got := a.interaction()
	action := got.ActionCallback.BlockActions[0]
	if got.Type != slack.InteractionTypeBlockActions || got.User.ID != anna || got.Team.ID != s.TeamID() || got.Channel.ID != team || action.ActionID != "intervention.undo" || action.Value != "v1" || action.BlockID == "" {
		t.Errorf("payload = %+v, want the click by anna", got)
	}
	if !got.Container.IsEphemeral || got.Container.MessageTs != ack.Message.TS || got.Message.Timestamp != "" || got.TriggerID == "" {
		t.Errorf("container = %+v, message ts %q, want an ephemeral container and no message", got.Container, got.Message.Timestamp)
	}
	if status, answer := post(t, got.ResponseURL, `{"text":"Ångrat","replace_original":true}`); status != 200 {
		t.Fatalf("replace_original = %d %s", status, answer)
	}
	seen := s.Seen(anna)
	if len(seen) != 1 || seen[0].Plain != "Ångrat" || len(seen[0].Buttons) != 0 || !seen[0].Ephemeral {
		t.Errorf("Seen = %+v, want the message replaced", seen)
	}
	noViolations(t, s)
}

func TestClickOnPostedMessage(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	answer := api(t, s, "chat.postMessage", args(t, "channel", team, "text", "Påminnelse", "blocks", append(buttons("case.talked", "case.home"), buttons("case.home")[1])))
	ts, _ := answer["ts"].(string)
	if answer["ok"] != true {
		t.Fatalf("chat.postMessage = %v", answer)
	}
	key := s.Seen(anna)[0].Key
	if _, err := s.Click(t.Context(), bo, key, "case.talked"); err == nil {
		t.Error("Click by somebody outside the channel = nil error")
	}
	if _, err := s.Click(t.Context(), anna, key, "case.home"); err == nil {
		t.Error("Click on one of two buttons with the same id = nil error")
	}
	if _, err := s.Click(t.Context(), anna, key, "case.home", "v2"); err != nil {
		t.Fatal(err)
	}
	got := a.interaction()
	if got.Message.Timestamp != ts || got.Container.IsEphemeral || got.ActionCallback.BlockActions[0].Value != "v2" || len(got.Message.Blocks.BlockSet) != 3 {
		t.Errorf("payload = %+v, want the message with its blocks and the value v2", got)
	}
	noViolations(t, s)
}

func TestClickThatIsNotAcknowledged(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	api(t, s, "chat.postMessage", args(t, "channel", team, "text", "x", "blocks", buttons("case.talked")))
	a.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	if ack, err := s.Click(t.Context(), anna, s.Seen(anna)[0].Key, "case.talked"); err != nil || ack.Error == "" {
		t.Errorf("Click = %+v, %v, want an error shown", ack, err)
	}
	violation(t, s, "action case.talked: answered with http_status_500")
}

func TestSelectOutsideModals(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	options := []any{object{"text": plainText("Ett"), "value": "1"}, object{"text": plainText("Två"), "value": "2"}}
	blocks := []any{object{"type": "actions", "block_id": "b", "elements": []any{
		object{"type": "static_select", "action_id": "pick", "options": options}, object{"type": "overflow", "action_id": "more", "options": options},
		object{"type": "datepicker", "action_id": "day"},
	}}}
	api(t, s, "chat.postMessage", args(t, "channel", anna, "text", "x", "blocks", blocks))
	key := s.Seen(anna)[0].Key
	for _, wrong := range []struct {
		action string
		value  any
	}{{"pick", "3"}, {"more", "3"}, {"day", "2026-02-30"}, {"nothing", "1"}} {
		if _, err := s.Select(t.Context(), anna, key, wrong.action, wrong.value); err == nil {
			t.Errorf("Select(%s, %v) = nil error", wrong.action, wrong.value)
		}
	}
	if _, err := s.Select(t.Context(), anna, key, "pick", "2"); err != nil {
		t.Fatal(err)
	}
	got := a.interaction()
	if action := got.ActionCallback.BlockActions[0]; action.SelectedOption.Value != "2" || got.BlockActionState.Values["b"]["pick"].SelectedOption.Value != "2" {
		t.Errorf("action = %+v, state %+v, want option 2 in both", action, got.BlockActionState)
	}
	if _, err := s.Select(t.Context(), anna, key, "more", "1"); err != nil || a.interaction().ActionCallback.BlockActions[0].SelectedOption.Value != "1" {
		t.Errorf("Select in overflow = %v, want option 1", err)
	}
	noViolations(t, s)
}

func TestShortcuts(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	if _, err := s.Shortcut(t.Context(), anna, "log_intervention"); err != nil {
		t.Fatal(err)
	}
	if got := a.interaction(); got.Type != slack.InteractionTypeShortcut || got.CallbackID != "log_intervention" || got.TriggerID == "" || got.ResponseURL != "" {
		t.Errorf("shortcut = %+v, want a global shortcut without response_url", got)
	}
	said, _, err := s.Say(t.Context(), anna, team, "", "Ringde hem")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.MessageAction(t.Context(), anna, said.Key, "log_message"); err != nil {
		t.Fatal(err)
	}
	if got := a.interaction(); got.Type != slack.InteractionTypeMessageAction || got.CallbackID != "log_message" || got.Message.Text != "Ringde hem" || got.ResponseURL == "" {
		t.Errorf("message shortcut = %+v, want the message", got)
	}
	noViolations(t, s)
}

// field is an input block whose block_id and action_id are its name.
func field(name, kind string, more object) object {
	element := object{"type": kind, "action_id": name}
	for key, value := range more {
		element[key] = value
	}
	return object{"type": "input", "block_id": name, "label": plainText(name), "element": element}
}

func modal(callback string, blocks ...any) object {
	return object{"type": "modal", "callback_id": callback, "title": plainText("Insats"), "submit": plainText("Spara"), "blocks": append([]any{}, blocks...)}
}

func formModal() object {
	kinds := []any{object{"text": plainText("Elevsamtal"), "value": "talk"}, object{"text": plainText("Hem"), "value": "home"}}
	note := field("note", "plain_text_input", object{"multiline": true, "max_length": 20})
	note["optional"] = true
	return modal("intervention",
		field("students", "multi_external_select", object{"min_query_length": 2}), field("kinds", "multi_static_select", object{"options": kinds}),
		field("date", "datepicker", object{"initial_date": "2026-11-23"}), field("owner", "users_select", nil), note)
}

// opened has anna choose a shortcut and the app open a modal for it.
func opened(t *testing.T, s *fakeslack.Slack, a *app, view object) {
	t.Helper()
	if _, err := s.Shortcut(t.Context(), anna, "log_intervention"); err != nil {
		t.Fatal(err)
	}
	if answer := api(t, s, "views.open", args(t, "trigger_id", a.interaction().TriggerID, "view", view)); answer["ok"] != true {
		t.Fatalf("views.open = %v", answer)
	}
}

func TestSubmission(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	opened(t, s, a, formModal())
	viewID := s.Views(anna)[0].ID
	if _, err := s.Suggest(t.Context(), anna, viewID, "students", "A"); err == nil {
		t.Error("Suggest with one letter = nil error, want the client not to ask yet")
	}
	a.says(object{"options": []any{object{"text": plainText("8B-K3F"), "value": "st_1"}}})
	options, err := s.Suggest(t.Context(), anna, viewID, "students", "8B")
	if diff := cmp.Diff([]fakeslack.Option{{Text: "8B-K3F", Value: "st_1"}}, options); err != nil || diff != "" {
		t.Fatalf("Suggest: %v (-want +got):\n%s", err, diff)
	}
	if got := a.interaction(); got.Type != slack.InteractionTypeBlockSuggestion || got.Value != "8B" || got.ActionID != "students" || got.View.ID != viewID {
		t.Errorf("suggestion = %+v, want the query 8B", got)
	}
	complete := map[string]any{"students": []string{"st_1"}, "kinds": []string{"talk"}, "owner": bo}
	for name, wrong := range map[string]map[string]any{
		"required": {"students": []string{"st_1"}}, "not offered": {"students": []string{"st_2"}}, "no option": {"kinds": []string{"x"}}, "no input": {"nothing": "x"},
		"too long": {"note": strings.Repeat("x", 21)}, "no such person": {"owner": "U0NOBODY"}, "not text": {"note": 7}, "not several": {"kinds": "talk"},
	} {
		if _, err := s.Submit(t.Context(), anna, wrong); err == nil {
			t.Errorf("Submit (%s) = nil error", name)
		}
	}
	a.says(object{"response_action": "errors", "errors": object{"note": "Skriv något"}})
	ack, err := s.Submit(t.Context(), anna, complete)
	if err != nil || ack.Errors["note"] != "Skriv något" || s.Views(anna)[0].Errors["note"] != "Skriv något" {
		t.Errorf("Submit = %+v, %v, want the note marked", ack, err)
	}
	a.answers(nil)
	if ack, err := s.Submit(t.Context(), anna, map[string]any{"note": "hej"}); err != nil || ack.Error != "" {
		t.Fatalf("Submit = %+v, %v", ack, err)
	}
	got := a.interaction()
	values := got.View.State.Values
	if got.Type != slack.InteractionTypeViewSubmission || got.View.CallbackID != "intervention" || values["note"]["note"].Value != "hej" || values["date"]["date"].SelectedDate != "2026-11-23" ||
		values["owner"]["owner"].SelectedUser != bo || values["kinds"]["kinds"].SelectedOptions[0].Value != "talk" || values["students"]["students"].SelectedOptions[0].Text.Text != "8B-K3F" {
		t.Errorf("submission = %+v, want all that was filled in", values)
	}
	if views := s.Views(anna); len(views) != 0 {
		t.Errorf("Views = %+v, want the modal closed", views)
	}
	noViolations(t, s)
}

func TestAnswersToASubmission(t *testing.T) {
	simple := modal("step2", field("slot", "plain_text_input", nil))
	tests := []struct {
		name      string
		answer    any
		want      []string // callback ids of the stack afterwards
		violation string
	}{
		{"update", object{"response_action": "update", "view": simple}, []string{"step2"}, ""},
		{"push", object{"response_action": "push", "view": simple}, []string{"step1", "step2"}, ""},
		{"clear", object{"response_action": "clear"}, nil, ""},
		{"error at no input", object{"response_action": "errors", "errors": object{"nope": "x"}}, []string{"step1"}, "no input block"},
		{"unknown action", object{"response_action": "close"}, []string{"step1"}, "unknown response_action"},
		{"bad view", object{"response_action": "update", "view": object{"type": "modal"}}, []string{"step1"}, "missing required field: title"},
		{"a message", object{"text": "hej"}, []string{"step1"}, "unknown response_action"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, a, _ := start(t, fakeslack.Options{})
			opened(t, s, a, modal("step1", field("note", "plain_text_input", nil)))
			a.says(test.answer)
			ack, err := s.Submit(t.Context(), anna, map[string]any{"note": "x"})
			if err != nil {
				t.Fatal(err)
			}
			var stack []string
			for _, v := range s.Views(anna) {
				stack = append(stack, v.CallbackID)
			}
			if diff := cmp.Diff(test.want, stack); diff != "" {
				t.Errorf("stack (-want +got):\n%s", diff)
			}
			if test.violation == "" {
				noViolations(t, s)
			} else if violation(t, s, test.violation); ack.Error == "" {
				t.Error("Ack.Error = none, want what the person reads")
			}
		})
	}
}

func TestClosingAModal(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	view := modal("step1", field("note", "plain_text_input", nil))
	view["notify_on_close"] = true
	opened(t, s, a, view)
	if ack, err := s.CloseView(t.Context(), anna, false); err != nil || ack == nil {
		t.Fatalf("CloseView = %+v, %v, want the app told", ack, err)
	}
	if got := a.interaction(); got.Type != slack.InteractionTypeViewClosed || got.View.CallbackID != "step1" || len(s.Views(anna)) != 0 {
		t.Errorf("view_closed = %+v, want step1 closed", got)
	}
	if _, err := s.CloseView(t.Context(), anna, false); err == nil {
		t.Error("CloseView without a modal = nil error")
	}
}

func TestBlockIDTellsElementsApart(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	option := func(value string) []any { return []any{object{"text": plainText(value), "value": value}} }
	row := func(id string) object {
		return object{"type": "actions", "block_id": id, "elements": []any{
			object{"type": "button", "action_id": "student.open", "text": plainText("Visa")}, object{"type": "overflow", "action_id": "student.more", "options": option(id)},
			object{"type": "external_select", "action_id": "student.pick", "min_query_length": 0},
		}}
	}
	api(t, s, "chat.postMessage", args(t, "channel", anna, "text", "x", "blocks", []any{row("one"), row("two")}))
	key := s.Seen(anna)[0].Key
	if _, err := s.Click(t.Context(), anna, key, "student.open"); err == nil {
		t.Error("Click on one of two = nil error")
	}
	if _, err := s.Click(t.Context(), anna, key, "two/student.open"); err != nil {
		t.Fatal(err)
	}
	if action := a.interaction().ActionCallback.BlockActions[0]; action.ActionID != "student.open" || action.BlockID != "two" {
		t.Errorf("Click = %+v, want the second row's button", action)
	}
	if _, err := s.Select(t.Context(), anna, key, "one/student.more", "one"); err != nil {
		t.Fatal(err)
	}
	if action := a.interaction().ActionCallback.BlockActions[0]; action.BlockID != "one" || action.SelectedOption.Value != "one" {
		t.Errorf("Select = %+v, want the first row's menu", action)
	}
	a.says(object{"options": option("st_1")})
	if _, err := s.Suggest(t.Context(), anna, key, "two/student.pick", ""); err != nil {
		t.Fatal(err)
	}
	if got := a.interaction(); got.ActionID != "student.pick" || got.BlockID != "two" {
		t.Errorf("Suggest = %q in %q, want the second row's search", got.ActionID, got.BlockID)
	}
	a.answers(nil)
	if _, err := s.Select(t.Context(), anna, key, "two/student.pick", "st_1"); err != nil {
		t.Fatal(err)
	}
	if state := string(s.Seen(anna)[0].State); !strings.Contains(state, `"selected_option":{"text":{"text":"st_1","type":"plain_text"},"value":"st_1"}`) {
		t.Errorf("State = %s, want the chosen student", state)
	}
	noViolations(t, s)
}

// What an app chose at first may be chosen still when the view that follows says nothing of it.
func TestChosenOptionMayStay(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	chosen := []any{object{"text": plainText("8B-K3F"), "value": "st_1"}}
	opened(t, s, a, modal("x", field("students", "multi_external_select", object{"initial_options": chosen, "min_query_length": 0})))
	v := s.Views(anna)[0]
	if answer := api(t, s, "views.update", args(t, "view_id", v.ID, "view", modal("x", field("students", "multi_external_select", nil)))); answer["ok"] != true {
		t.Fatalf("views.update = %v", answer)
	}
	if err := s.Fill(anna, map[string]any{"students": []string{"st_1"}}); err != nil {
		t.Errorf("Fill with what stands there = %v", err)
	}
	noViolations(t, s)
}
