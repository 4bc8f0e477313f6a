package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

func testClaim(t *testing.T, e store.Engine) {
	ctx := t.Context()
	insert(t, e,
		docAt(t, "late", 3, "state", "pending", "due", minute(2), "list", bson.A{"kept"}),
		doc(t, "first", "state", "pending", "due", minute(1), "owner", bson.D{{Key: "id", Value: "old"}, {Key: "order", Value: int64(4)}}),
		doc(t, "future", "state", "pending", "due", minute(9)),
	)
	due := store.Query{
		Where: []store.Cond{{Field: "state", Value: "pending"}, {Field: "due", Op: store.Le, Value: minute(5)}},
		Sort:  []store.Order{{Field: "due"}},
		Limit: 7, // a claim takes one all the same
	}
	take := func(owner string, until time.Time) (bson.Raw, error) {
		return e.Claim(ctx, things, due, []store.Field{
			{Name: "due", Value: until}, {Name: "owner.id", Value: owner}, {Name: "taken", Value: true},
		})
	}

	got, err := take("u1", minute(6))
	if err != nil {
		t.Fatalf("Claim = %v", err)
	}
	want := docAt(t, "first", 2, "state", "pending", "due", minute(6),
		"owner", bson.D{{Key: "id", Value: "u1"}, {Key: "order", Value: int64(4)}}, "taken", true)
	wantSame(t, got, want)
	wantDoc(t, e, want)
	wantFound(t, e, where("owner.id", store.Eq, "u1"), "first")
	wantFound(t, e, where("owner.id", store.Eq, "old"))

	got, err = take("u2", minute(7))
	if err != nil {
		t.Fatalf("second Claim = %v", err)
	}
	want = docAt(t, "late", 4, "state", "pending", "due", minute(7), "list", bson.A{"kept"},
		"owner", bson.D{{Key: "id", Value: "u2"}}, "taken", true)
	wantSame(t, got, want)
	wantDoc(t, e, want)

	if _, err := take("u3", minute(8)); !errors.Is(err, care.ErrNotFound) {
		t.Errorf("Claim with nothing due = %v, want ErrNotFound", err)
	}
	if err := e.Replace(ctx, things, docAt(t, "late", 9, "state", "sent"), 3); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Replace at the version before the claim = %v, want ErrConflict", err)
	}
	if err := e.Replace(ctx, things, docAt(t, "late", 5, "state", "sent"), 4); err != nil {
		t.Errorf("Replace at the claim's version = %v", err)
	}

	if got, err = e.Claim(ctx, things, where("_id", store.Eq, "future"), nil); err != nil || got.Lookup("v").AsInt64() != 2 {
		t.Errorf("Claim that sets nothing = v %v, %v, want 2", got.Lookup("v"), err)
	}
	for _, name := range []string{"_id", "v", "", "state.inner"} {
		if _, err := e.Claim(ctx, things, where("_id", store.Eq, "future"), []store.Field{{Name: name, Value: "x"}}); err == nil || errors.Is(err, care.ErrNotFound) {
			t.Errorf("Claim that sets %q = %v, want an error", name, err)
		}
	}
	for name, set := range map[string][]store.Field{
		"a list":              {{Name: "n", Value: bson.A{int64(1)}}},
		"a fraction":          {{Name: "n", Value: 1.5}},
		"a document":          {{Name: "state", Value: bson.D{{Key: "a", Value: "b"}}}},
		"a document below":    {{Name: "group.inner", Value: "x"}},
		"a list on the way":   {{Name: "owner", Value: bson.A{bson.D{{Key: "id", Value: "u"}}}}},
		"the same twice":      {{Name: "n", Value: int64(1)}, {Name: "n", Value: int64(2)}},
		"a field and its own": {{Name: "owner.id", Value: "u"}, {Name: "owner", Value: bson.D{}}},
	} {
		if _, err := e.Claim(ctx, things, where("_id", store.Eq, "future"), set); err == nil || errors.Is(err, care.ErrNotFound) {
			t.Errorf("Claim that sets %s = %v, want an error", name, err)
		}
	}
	wantDoc(t, e, docAt(t, "future", 2, "state", "pending", "due", minute(9)))
	if _, err := e.Claim(ctx, things, where("_id", store.Eq, "future"), []store.Field{
		{Name: "owner", Value: bson.D{{Key: "id", Value: "u9"}}}, {Name: "list", Value: bson.A{1.5}}, {Name: "state", Value: nil},
	}); err != nil {
		t.Errorf("Claim that sets a document, a list and nothing = %v", err)
	}
	wantFound(t, e, where("owner.id", store.Eq, "u9"), "future")
	wantFound(t, e, where("state", store.Eq, "pending"), "first")
}

func testDeleteWhere(t *testing.T, e store.Engine) {
	ctx := t.Context()
	insert(t, e,
		doc(t, "a", "state", "sent", "due", minute(1)),
		doc(t, "b", "state", "sent", "due", minute(2)),
		docAt(t, "c", 9, "state", "sent", "due", minute(3)),
		doc(t, "d", "state", "pending", "due", minute(1)),
		doc(t, "e"),
	)
	for _, tt := range []struct {
		name string
		q    store.Query
		want int64
		left []string
	}{
		{"nothing", where("state", store.Eq, "failed"), 0, []string{"a", "b", "c", "d", "e"}},
		{"one of none", where("_id", store.In, []any{}), 0, []string{"a", "b", "c", "d", "e"}},
		{"some, though limited", store.Query{
			Where: []store.Cond{{Field: "state", Value: "sent"}, {Field: "due", Op: store.Lt, Value: minute(3)}},
			Sort:  []store.Order{desc("due")}, Limit: 1,
		}, 2, []string{"c", "d", "e"}},
		{"again", where("due", store.Lt, minute(3)), 1, []string{"c", "e"}},
		{"the rest", store.Query{}, 2, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n, err := e.DeleteWhere(ctx, things, tt.q); err != nil || n != tt.want {
				t.Errorf("DeleteWhere(%+v) = %d, %v, want %d", tt.q, n, err, tt.want)
			}
			wantFound(t, e, store.Query{}, tt.left...)
		})
	}
}

func testCount(t *testing.T, e store.Engine) {
	insert(t, e,
		doc(t, "a", "state", "open", "n", int64(1)),
		doc(t, "b", "state", "open", "n", int64(2)),
		doc(t, "c", "state", "done"),
	)
	limited := by(where("state", store.Eq, "open"), asc("n"))
	limited.Limit = 1
	for _, tt := range []struct {
		name string
		q    store.Query
		want int64
	}{
		{"all", store.Query{}, 3},
		{"some, though limited", limited, 2},
		{"range", where("n", store.Gt, int64(1)), 1},
		{"none", where("state", store.Eq, "gone"), 0},
		{"one of none", where("state", store.In, []any{}), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n, err := e.Count(t.Context(), things, tt.q); err != nil || n != tt.want {
				t.Errorf("Count(%+v) = %d, %v, want %d", tt.q, n, err, tt.want)
			}
		})
	}
	if n, err := e.Count(t.Context(), "others", store.Query{}); err != nil || n != 0 {
		t.Errorf("Count of an empty collection = %d, %v, want 0", n, err)
	}
}

func testGroupCount(t *testing.T, e store.Engine) {
	insert(t, e,
		doc(t, "a", "state", "open", "n", int64(1), "flag", true, "due", minute(1), "owner", bson.D{{Key: "id", Value: "u1"}}),
		doc(t, "b", "state", "open", "n", int64(2), "flag", true, "due", minute(1).In(time.FixedZone("", 3600))),
		doc(t, "c", "state", "done", "n", int32(1), "flag", false, "due", minute(2), "owner", bson.D{{Key: "id", Value: "u1"}}),
		doc(t, "d", "state", "", "n", nil),
		doc(t, "e"),
	)
	for _, tt := range []struct {
		field string
		q     store.Query
		want  map[any]int64
	}{
		{"state", store.Query{}, map[any]int64{"open": 2, "done": 1, "": 1}},
		{"n", store.Query{}, map[any]int64{int64(1): 2, int64(2): 1}},
		{"flag", store.Query{}, map[any]int64{true: 2, false: 1}},
		{"due", store.Query{}, map[any]int64{minute(1): 2, minute(2): 1}},
		{"owner.id", store.Query{}, map[any]int64{"u1": 2}},
		{"owner.order", store.Query{}, map[any]int64{}},
		{"state", where("n", store.Eq, int64(1)), map[any]int64{"open": 1, "done": 1}},
		{"state", by(store.Query{Limit: 1}, asc("n")), map[any]int64{"open": 2, "done": 1, "": 1}},
		{"flag", where("state", store.In, []any{}), map[any]int64{}},
		{"_id", where("state", store.Eq, "open"), map[any]int64{"a": 1, "b": 1}},
	} {
		t.Run(tt.field, func(t *testing.T) {
			got, err := e.GroupCount(t.Context(), things, tt.field, tt.q)
			if err != nil {
				t.Fatalf("GroupCount = %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("GroupCount(%s, %+v) differs (-want +got):\n%s", tt.field, tt.q, diff)
			}
		})
	}
}
