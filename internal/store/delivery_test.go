package store_test

import (
	"strings"
	"testing"

	"lotsen/internal/care"
)

// What a person has been told, and what a message is made of, is found among others.
func TestDeliveries(t *testing.T) {
	r := open(t)
	for _, d := range []care.Delivery{
		{Meta: care.Meta{ID: "early"}, To: "anna", PostedAt: at(1), Channel: "D1", TS: "1.1"},
		{Meta: care.Meta{ID: "late"}, To: "anna", PostedAt: at(3), Channel: "D1", TS: "1.2"},
		{Meta: care.Meta{ID: "later"}, To: "anna", PostedAt: at(4), Channel: "D1", TS: "1.2"},
		{Meta: care.Meta{ID: "pending"}, To: "anna", Due: at(4)},
		{Meta: care.Meta{ID: "bo's"}, To: "bo", PostedAt: at(3), Channel: "D2", TS: "1.2"},
		{Meta: care.Meta{ID: "a room's"}, Room: care.RoomTeam, PostedAt: at(3), Channel: "G1", TS: "1.2"},
	} {
		d.At = at(0)
		if err := r.Deliveries.Add(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		find func() ([]care.Delivery, error)
		want string
	}{
		{"posted to one since then, that instant included", func() ([]care.Delivery, error) { return r.Deliveries.PostedTo(t.Context(), "anna", at(3)) }, "late later"},
		{"posted to someone unknown", func() ([]care.Delivery, error) { return r.Deliveries.PostedTo(t.Context(), "eva", at(0)) }, ""},
		{"of a message", func() ([]care.Delivery, error) { return r.Deliveries.At(t.Context(), "D1", "1.2") }, "late later"},
		{"of a message elsewhere", func() ([]care.Delivery, error) { return r.Deliveries.At(t.Context(), "G1", "1.2") }, "a room's"},
	} {
		list, err := tt.find()
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		var ids []string
		for _, d := range list {
			ids = append(ids, d.ID)
		}
		if got := strings.Join(ids, " "); got != tt.want {
			t.Errorf("%s = %q, want %q", tt.name, got, tt.want)
		}
	}
}
