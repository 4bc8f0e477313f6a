package fakeslack_test

import (
	"testing"

	"lotsen/internal/fakeslack"
)

func TestTamperAndRepeat(t *testing.T) {
	s, a, _ := start(t, fakeslack.Options{})
	if _, err := s.Repeat(t.Context()); err == nil {
		t.Error("Repeat() of nothing = nil, want an error")
	}
	a.says(object{"text": "Loggat", "blocks": buttons("intervention.undo")})
	ack, err := s.Command(t.Context(), anna, team, "/insats", "x")
	if err != nil {
		t.Fatal(err)
	}
	a.answers(nil)
	s.Tamper(func(payload map[string]any) { payload["actions"].([]map[string]any)[0]["value"] = "forged" })
	for _, act := range []func() error{
		func() error { _, err := s.Click(t.Context(), anna, ack.Message.Key, "intervention.undo"); return err },
		func() error { _, err := s.Repeat(t.Context()); return err },
	} {
		if err := act(); err != nil {
			t.Fatal(err)
		}
		if got := a.interaction(); got.ActionCallback.BlockActions[0].Value != "forged" {
			t.Errorf("the app is told %+v, want the forged value", got.ActionCallback.BlockActions[0])
		}
	}
	if _, err := s.Click(t.Context(), anna, ack.Message.Key, "intervention.undo"); err != nil {
		t.Fatal(err)
	}
	if got := a.interaction(); got.ActionCallback.BlockActions[0].Value != "v1" {
		t.Errorf("the next click is %+v, want it as it is", got.ActionCallback.BlockActions[0])
	}
	noViolations(t, s)
}
