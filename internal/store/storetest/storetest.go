// Package storetest is what every engine of the store must do, so that the records and the rules
// above it need not know which one is there.
package storetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
)

// An Opener opens the engine whose data lie under dir. Opened again for the same dir, after it
// was closed, the engine has what was stored. The suite closes what it opens.
type Opener func(t *testing.T, dir string) store.Engine

// Run holds an engine to the whole suite.
func Run(t *testing.T, open Opener) {
	cases := map[string]func(t *testing.T, open Opener){
		"Ensure":   testEnsure,
		"Lifetime": testLifetime,
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
	fresh := map[string]func(t *testing.T, e store.Engine){
		"Insert":      testInsert,
		"Replace":     testReplace,
		"Delete":      testDelete,
		"Refused":     testRefused,
		"Large":       testLarge,
		"Find":        testFind,
		"Bytes":       testBytes,
		"Missing":     testMissing,
		"Times":       testTimes,
		"Numbers":     testNumbers,
		"Claim":       testClaim,
		"DeleteWhere": testDeleteWhere,
		"Count":       testCount,
		"GroupCount":  testGroupCount,
		"Unindexed":   testUnindexed,
		"Cancelled":   testCancelled,
		"Counter":     testCounter,
		"Claims":      testClaims,
		"Winners":     testWinners,
	}
	for name, test := range fresh {
		t.Run(name, func(t *testing.T) { test(t, opened(t, open, t.TempDir())) })
	}
}

// things is the collection of most cases; "group" and "owner.order" are words of SQL.
const things = "things"

var collections = []store.Collection{
	{Name: things, Indexes: []store.Index{
		{"state", "due"}, {"state", "name"}, {"owner.id"}, {"owner.order"}, {"n"}, {"group"}, {"name", "_id"},
	}, Sparse: []store.Index{{"flag"}, {"state", "n"}}},
	{Name: "others", Indexes: nil},
}

// opened returns the engine with its collections made, and closes it at the end of the test.
func opened(t *testing.T, open Opener, dir string) store.Engine {
	t.Helper()
	e := open(t, dir)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	if err := e.Ensure(t.Context(), collections); err != nil {
		t.Fatalf("Ensure() = %v", err)
	}
	return e
}

// doc builds a document at version 1 from names and values in turn.
func doc(t *testing.T, id string, fields ...any) bson.Raw {
	t.Helper()
	return docAt(t, id, 1, fields...)
}

func docAt(t *testing.T, id string, v int64, fields ...any) bson.Raw {
	t.Helper()
	d := bson.D{{Key: "_id", Value: id}, {Key: "v", Value: v}}
	for i := 0; i < len(fields); i += 2 {
		d = append(d, bson.E{Key: fields[i].(string), Value: fields[i+1]})
	}
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// insert stores documents that must be new.
func insert(t *testing.T, e store.Engine, docs ...bson.Raw) {
	t.Helper()
	for _, d := range docs {
		if err := e.Insert(t.Context(), things, d); err != nil {
			t.Fatalf("Insert(%v) = %v", d.Lookup("_id"), err)
		}
	}
}

// wantDoc checks that the document stored under want's _id is want. Engines may store a
// document's fields in another order.
func wantDoc(t *testing.T, e store.Engine, want bson.Raw) {
	t.Helper()
	got, err := e.Get(t.Context(), things, want.Lookup("_id").StringValue())
	if err != nil {
		t.Fatalf("Get(%v) = %v", want.Lookup("_id"), err)
	}
	wantSame(t, got, want)
}

func wantSame(t *testing.T, got, want bson.Raw) {
	t.Helper()
	if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
		t.Errorf("document differs (-want +got):\n%s", diff)
	}
}

func decoded(t *testing.T, raw bson.Raw) bson.M {
	t.Helper()
	var m bson.M
	if err := bson.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// wantFound checks which documents a query finds: in the given order if it sorts, else in any.
func wantFound(t *testing.T, e store.Engine, q store.Query, want ...string) {
	t.Helper()
	docs, err := e.Find(t.Context(), things, q)
	if err != nil {
		t.Errorf("Find(%+v) = %v", q, err)
		return
	}
	got := make([]string, len(docs))
	for i, d := range docs {
		got[i] = d.Lookup("_id").StringValue()
	}
	if len(q.Sort) == 0 {
		slices.Sort(got)
		slices.Sort(want)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("Find(%+v) = %q, want %q", q, got, want)
	}
}

func where(field string, op store.Op, value any) store.Query {
	return store.Query{Where: []store.Cond{{Field: field, Op: op, Value: value}}}
}

func by(q store.Query, sort ...store.Order) store.Query {
	q.Sort = sort
	return q
}

func asc(field string) store.Order  { return store.Order{Field: field} }
func desc(field string) store.Order { return store.Order{Field: field, Desc: true} }
