package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

var epoch = time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return epoch.Add(time.Duration(n) * time.Minute) }

func testFind(t *testing.T, e store.Engine) {
	insert(t, e,
		doc(t, "a", "state", "open", "due", minute(3), "name", "x", "flag", true, "owner", bson.D{{Key: "id", Value: "u1"}, {Key: "order", Value: int64(2)}}),
		doc(t, "b", "state", "open", "due", minute(1), "name", "y", "flag", false, "owner", bson.D{{Key: "id", Value: "u2"}, {Key: "order", Value: int64(1)}}),
		doc(t, "c", "state", "done", "due", minute(2), "name", "x", "flag", true, "owner", bson.D{{Key: "id", Value: "u1"}}),
		doc(t, "d", "state", "open", "due", minute(2), "name", "z", "flag", false, "group", "8B"),
		doc(t, "e", "state", "", "due", minute(9), "name", "y", "group", "9A"),
	)
	both := func(conds ...store.Cond) store.Query { return store.Query{Where: conds} }
	open := store.Cond{Field: "state", Value: "open"}
	limited := func(q store.Query, n int) store.Query {
		q.Limit = n
		return q
	}
	for _, tt := range []struct {
		name string
		q    store.Query
		want string
	}{
		{"all", store.Query{}, "a b c d e"},
		{"all, sorted", by(store.Query{}, desc("_id")), "e d c b a"},
		{"equal", where("state", store.Eq, "open"), "a b d"},
		{"equal to the empty string", where("state", store.Eq, ""), "e"},
		{"equal to what is not there", where("state", store.Eq, "Open"), ""},
		{"_id", where("_id", store.Eq, "c"), "c"},
		{"_ids", where("_id", store.In, []any{"c", "a", "zz"}), "a c"},
		{"_id from", where("_id", store.Gt, "b"), "c d e"},
		{"boolean", where("flag", store.Eq, true), "a c"},
		{"false boolean", where("flag", store.Eq, false), "b d"},
		{"booleans", where("flag", store.In, []any{true, false}), "a b c d"},
		{"a word of SQL", where("group", store.Ge, "8B"), "d e"},
		{"before", where("due", store.Lt, minute(2)), "b"},
		{"until", where("due", store.Le, minute(2)), "b c d"},
		{"after", where("due", store.Gt, minute(2)), "a e"},
		{"from", where("due", store.Ge, minute(2)), "a c d e"},
		{"between", both(store.Cond{Field: "due", Op: store.Gt, Value: minute(1)}, store.Cond{Field: "due", Op: store.Lt, Value: minute(9)}), "a c d"},
		{"never", both(store.Cond{Field: "due", Op: store.Gt, Value: minute(5)}, store.Cond{Field: "due", Op: store.Lt, Value: minute(5)}), ""},
		{"two fields", both(open, store.Cond{Field: "due", Op: store.Le, Value: minute(2)}), "b d"},
		{"fields of two indexes", both(open, store.Cond{Field: "flag", Value: false}), "b d"},
		{"dotted", where("owner.id", store.Eq, "u1"), "a c"},
		{"dotted word of SQL", where("owner.order", store.Ge, int64(1)), "a b"},
		{"one of one", where("name", store.In, []any{"z"}), "d"},
		{"one of three", where("name", store.In, []any{"z", "x", "q"}), "a c d"},
		{"one of the same", where("name", store.In, []any{"x", "x", "x"}), "a c"},
		{"one of five", where("name", store.In, []any{"1", "2", "3", "4", "y"}), "b e"},
		{"one of times", where("due", store.In, []any{minute(1), minute(9)}), "b e"},
		{"one of none", where("name", store.In, []any{}), ""},
		{"one of none among others", both(open, store.Cond{Field: "name", Op: store.In, Value: []any{}}), ""},
		{"sorted", by(where("state", store.Eq, "open"), asc("due")), "b d a"},
		{"sorted backwards", by(where("state", store.Eq, "open"), desc("due")), "a d b"},
		{"sorted by two", by(store.Query{}, asc("name"), desc("_id")), "c a e b d"},
		{"sorted by two, the other way", by(store.Query{}, desc("name"), asc("_id")), "d b e a c"},
		{"sorted by a dotted field", by(where("owner.order", store.Ge, int64(0)), asc("owner.order")), "b a"},
		{"first", limited(by(where("state", store.Eq, "open"), asc("due")), 1), "b"},
		{"first two", limited(by(store.Query{}, asc("_id")), 2), "a b"},
		{"more than there are", limited(by(store.Query{}, asc("_id")), 99), "a b c d e"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantFound(t, e, tt.q, strings.Fields(tt.want)...) })
	}

	t.Run("one of very many", func(t *testing.T) {
		list := make([]any, 20_000)
		for i := range list {
			list[i] = fmt.Sprint(i)
		}
		list[19_999] = "z"
		wantFound(t, e, where("name", store.In, list), "d")
	})
	t.Run("ties", func(t *testing.T) {
		docs, err := e.Find(t.Context(), things, limited(by(store.Query{}, asc("due")), 3))
		if err != nil || len(docs) != 3 {
			t.Fatalf("Find = %d documents, %v, want 3", len(docs), err)
		}
		second, third := docs[1].Lookup("_id").StringValue(), docs[2].Lookup("_id").StringValue()
		if docs[0].Lookup("_id").StringValue() != "b" || second+third != "cd" && second+third != "dc" {
			t.Errorf("Find = b, then %q and %q, want c and d in any order", second, third)
		}
	})
}

// testBytes has strings that collations put elsewhere.
func testBytes(t *testing.T, e store.Engine) {
	want := []string{"", " ", "10", "9", "A", "B", "Z", "a", "aa", "ab", "b", "e\u0301", "z", "Ä", "Å", "Ö", "å", "é", "ø", "\uFFFD", "\U0001F600"}
	for i := range want {
		n := want[i*5%len(want)] // in no order
		insert(t, e, doc(t, "_"+n, "name", n, "state", "s"))
	}
	for _, sort := range []string{"name", "_id"} {
		docs, err := e.Find(t.Context(), things, by(where("state", store.Eq, "s"), asc(sort)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range docs {
			got = append(got, d.Lookup("name").StringValue())
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("sorted by %s = %q, want %q", sort, got, want)
		}
	}
	wantFound(t, e, where("name", store.Eq, "å"), "_å")
	wantFound(t, e, where("name", store.Eq, "é"), "_é")
	wantFound(t, e, where("name", store.Gt, "å"), "_é", "_ø", "_\uFFFD", "_\U0001F600")
	wantFound(t, e, where("name", store.Lt, "10"), "_", "_ ")
}

func testMissing(t *testing.T, e store.Engine) {
	insert(t, e,
		doc(t, "none"),
		doc(t, "null", "n", nil, "name", nil),
		doc(t, "scalar", "owner", "u"), // owner.id is missing here too
		doc(t, "has", "n", int64(0), "name", "", "owner", bson.D{{Key: "id", Value: ""}}),
	)
	for _, op := range []store.Op{store.Lt, store.Le, store.Gt, store.Ge} {
		for _, field := range []string{"name", "owner.id"} {
			var want []string
			if op == store.Le || op == store.Ge {
				want = []string{"has"}
			}
			wantFound(t, e, where(field, op, ""), want...)
		}
	}
	wantFound(t, e, where("n", store.Lt, int64(1)), "has")
	wantFound(t, e, where("n", store.Gt, int64(-1)), "has")
	wantFound(t, e, where("n", store.Eq, int64(0)), "has")
	wantFound(t, e, where("n", store.In, []any{int64(0), int64(1)}), "has")
	wantFound(t, e, where("due", store.Le, minute(0)))
	wantFound(t, e, where("flag", store.Eq, false))
	wantFound(t, e, by(store.Query{}, asc("n"), asc("_id")), "none", "null", "scalar", "has")
	wantFound(t, e, by(store.Query{}, desc("n"), asc("_id")), "has", "none", "null", "scalar")
}

func testTimes(t *testing.T, e store.Engine) {
	stockholm := time.FixedZone("", 2*60*60)
	insert(t, e,
		doc(t, "a", "due", time.Date(1969, 12, 31, 23, 59, 59, 999e6, time.UTC)),
		doc(t, "b", "due", epoch.Add(1*time.Millisecond)),
		doc(t, "c", "due", epoch.Add(2*time.Millisecond+999*time.Microsecond)),
		doc(t, "d", "due", epoch.Add(3*time.Millisecond).In(stockholm)),
		doc(t, "e", "due", time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)),
		doc(t, "f", "due", time.Time{}),
	)
	wantFound(t, e, by(store.Query{}, asc("due")), "f", "a", "b", "c", "d", "e")
	wantFound(t, e, where("due", store.Eq, epoch.Add(2*time.Millisecond)), "c")
	wantFound(t, e, where("due", store.Eq, epoch.Add(2*time.Millisecond+500*time.Microsecond)), "c")
	wantFound(t, e, where("due", store.Eq, epoch.Add(3*time.Millisecond)), "d")
	wantFound(t, e, where("due", store.Lt, epoch.Add(3*time.Millisecond).In(stockholm)), "f", "a", "b", "c")
	wantFound(t, e, where("due", store.Lt, time.Unix(0, 0)), "f", "a")
	got, err := e.Get(t.Context(), things, "d")
	if err != nil {
		t.Fatal(err)
	}
	if due := got.Lookup("due").Time(); !due.Equal(epoch.Add(3 * time.Millisecond)) {
		t.Errorf("due = %v, want %v", due, epoch.Add(3*time.Millisecond))
	}
}

func testNumbers(t *testing.T, e store.Engine) {
	const exact = 1<<53 + 1 // no float64
	insert(t, e,
		doc(t, "a", "n", int64(-5)),
		doc(t, "b", "n", int32(3)),
		doc(t, "c", "n", int64(10)),
		doc(t, "d", "n", int64(exact)),
	)
	wantFound(t, e, by(store.Query{}, asc("n")), "a", "b", "c", "d")
	wantFound(t, e, where("n", store.Eq, int64(3)), "b")
	wantFound(t, e, where("n", store.Lt, int64(10)), "a", "b")
	wantFound(t, e, where("n", store.Eq, int64(exact)), "d")
	wantFound(t, e, where("n", store.Eq, int64(exact-1)))
}

// testUnindexed has questions that an engine must refuse, naming the field, rather than scan for.
func testUnindexed(t *testing.T, e store.Engine) {
	ctx := t.Context()
	insert(t, e, doc(t, "a", "colour", "red"))
	for _, tt := range []struct {
		name string
		q    store.Query
		want string
	}{
		{"a field without an index", where("colour", store.Eq, "red"), "colour"},
		{"a document above an index", where("owner", store.Eq, "u"), "owner"},
		{"a field that would be SQL", where(`n" = 0 OR "n`, store.Eq, "red"), "n"},
		{"a column", where("doc", store.Eq, "red"), "doc"},
		{"an order without an index", by(store.Query{}, asc("colour")), "colour"},
		{"a value of another type", where("n", store.Eq, 1.5), "n"},
		{"an int", where("n", store.Eq, 1), "n"},
		{"nothing", where("n", store.Eq, nil), "n"},
		{"a list of strings", where("name", store.In, []string{"x"}), "name"},
		{"a list with nothing in it", where("name", store.In, []any{"x", nil}), "name"},
		{"an operator that is none", where("name", store.Op(99), "x"), "name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refused := func(method string, err error) {
				t.Helper()
				if err == nil || errors.Is(err, care.ErrNotFound) || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s = %v, want an error that names %q", method, err, tt.want)
				}
			}
			_, err := e.Find(ctx, things, tt.q)
			refused("Find", err)
			_, err = e.Claim(ctx, things, tt.q, nil)
			refused("Claim", err)
			if len(tt.q.Where) > 0 {
				_, err = e.Count(ctx, things, tt.q)
				refused("Count", err)
				_, err = e.DeleteWhere(ctx, things, tt.q)
				refused("DeleteWhere", err)
				_, err = e.GroupCount(ctx, things, "n", tt.q)
				refused("GroupCount", err)
			}
		})
	}
	if _, err := e.GroupCount(ctx, things, "colour", store.Query{}); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("GroupCount by a field without an index = %v, want an error that names it", err)
	}
	wantFound(t, e, store.Query{}, "a")
}
