package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

// testEnsure makes the same collections again, at once, and with an index that comes later.
func testEnsure(t *testing.T, open Opener) {
	dir := t.TempDir()
	e := opened(t, open, dir)
	insert(t, e,
		doc(t, "a", "n", int64(1), "place", bson.D{{Key: "room", Value: "B12"}}),
		doc(t, "b", "n", int64(2), "place", bson.D{{Key: "room", Value: "A1"}}),
		doc(t, "c", "n", int64(3)),
	)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := e.Ensure(t.Context(), collections); err != nil {
				t.Errorf("Ensure again = %v", err)
			}
		})
	}
	wg.Wait()
	wantFound(t, e, where("n", store.Ge, int64(2)), "b", "c")
	if _, err := e.Find(t.Context(), things, where("place.room", store.Eq, "A1")); err == nil {
		t.Error("Find by a field that has no index yet = nil, want an error")
	}
	if err := e.Close(); err != nil {
		t.Fatalf("Close = %v", err)
	}

	later := open(t, dir)
	t.Cleanup(func() {
		if err := later.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	more := append([]store.Collection{{Name: "third"}}, collections...)
	more[1].Indexes = append([]store.Index{{"place.room", "n"}}, more[1].Indexes...)
	if err := later.Ensure(t.Context(), more); err != nil {
		t.Fatalf("Ensure with one more index = %v", err)
	}
	insert(t, later, doc(t, "d", "n", int64(4), "place", bson.D{{Key: "room", Value: "A1"}}))
	wantFound(t, later, where("place.room", store.Eq, "A1"), "b", "d")
	wantFound(t, later, by(where("place.room", store.Ge, ""), asc("place.room"), asc("n")), "b", "d", "a")
	wantFound(t, later, where("n", store.Ge, int64(2)), "b", "c", "d")
	if err := later.Insert(t.Context(), "third", doc(t, "a")); err != nil {
		t.Errorf("Insert into a collection that came later = %v", err)
	}
	testLateIndexes(t, later)
	for _, wrong := range []store.Collection{
		{Name: ""}, {Name: `x"; DROP TABLE things; --`}, {Name: "x.y"}, {Name: "sqlite_x"},
		{Name: "x", Indexes: []store.Index{{}}}, {Name: "x", Indexes: []store.Index{{""}}},
		{Name: "x", Indexes: []store.Index{{`a"b`}}}, {Name: "x", Indexes: []store.Index{{"a..b"}}},
	} {
		if err := later.Ensure(t.Context(), []store.Collection{wrong}); err == nil {
			t.Errorf("Ensure(%+v) = nil, want an error", wrong)
		}
	}
}

// testLateIndexes declares indexes over documents that have been stored without them.
func testLateIndexes(t *testing.T, e store.Engine) {
	for name, d := range map[string]bson.Raw{
		"a list":             doc(t, "x", "late", bson.A{"x"}),
		"a list on the way":  doc(t, "x", "late", bson.A{bson.D{{Key: "inner", Value: "x"}}}),
		"a document":         doc(t, "x", "late", bson.D{{Key: "inner", Value: bson.D{{Key: "most", Value: "x"}}}}),
		"a fraction":         doc(t, "x", "late", bson.D{{Key: "inner", Value: 0.5}}),
		"bytes":              doc(t, "x", "late", bson.D{{Key: "inner", Value: bson.Binary{Data: []byte("x")}}}),
		"what can be":        doc(t, "x", "late", bson.D{{Key: "inner", Value: "x"}}),
		"nothing on the way": doc(t, "x", "late", nil),
	} {
		index := store.Index{"late.inner"}
		if name == "a list" {
			index = store.Index{"late"}
		}
		collection := strings.ReplaceAll(name, " ", "_")
		if err := e.Ensure(t.Context(), []store.Collection{{Name: collection}}); err != nil {
			t.Fatal(err)
		}
		if err := e.Insert(t.Context(), collection, d); err != nil {
			t.Fatal(err)
		}
		err := e.Ensure(t.Context(), []store.Collection{{Name: collection, Indexes: []store.Index{index}}})
		good := name == "what can be" || name == "nothing on the way"
		if good != (err == nil) || err != nil && !strings.Contains(err.Error(), index[0]) {
			t.Errorf("Ensure with an index over %s = %v, want it refused by name: %v", name, err, !good)
		}
	}
}

// testLifetime closes and opens again.
func testLifetime(t *testing.T, open Opener) {
	dir := t.TempDir()
	e := opened(t, open, dir)
	if err := e.Ping(t.Context()); err != nil {
		t.Errorf("Ping = %v", err)
	}
	for i := range 100 {
		insert(t, e, doc(t, fmt.Sprintf("id%03d", i), "n", int64(i)))
	}
	changed := docAt(t, "id007", 2, "name", "changed")
	if err := e.Replace(t.Context(), things, changed, 1); err != nil {
		t.Fatal(err)
	}
	if err := e.Delete(t.Context(), things, "id008", 1); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatalf("Close = %v", err)
		}
	}
	if err := e.Ping(t.Context()); err == nil {
		t.Error("Ping after Close = nil, want an error")
	}
	if err := e.Insert(t.Context(), things, doc(t, "late")); err == nil {
		t.Error("Insert after Close = nil, want an error")
	}
	if _, err := e.Get(t.Context(), things, "id001"); err == nil || errors.Is(err, care.ErrNotFound) {
		t.Errorf("Get after Close = %v, want an error that is not ErrNotFound", err)
	}

	again := opened(t, open, dir)
	if n, err := again.Count(t.Context(), things, where("n", store.Ge, int64(0))); err != nil || n != 98 {
		t.Errorf("Count after opening again = %d, %v, want 98", n, err)
	}
	wantDoc(t, again, changed)
	if _, err := again.Get(t.Context(), things, "late"); !errors.Is(err, care.ErrNotFound) {
		t.Errorf("Get of what came after Close = %v, want ErrNotFound", err)
	}
}

// testCancelled asks everything with a context that has ended.
func testCancelled(t *testing.T, e store.Engine) {
	kept := doc(t, "a", "n", int64(1))
	insert(t, e, kept)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	all := where("n", store.Ge, int64(0))
	for method, call := range map[string]func() error{
		"Ensure":  func() error { return e.Ensure(ctx, collections) },
		"Get":     func() error { _, err := e.Get(ctx, things, "a"); return err },
		"Insert":  func() error { return e.Insert(ctx, things, doc(t, "b")) },
		"Replace": func() error { return e.Replace(ctx, things, docAt(t, "a", 2), 1) },
		"Delete":  func() error { return e.Delete(ctx, things, "a", 1) },
		"Find":    func() error { _, err := e.Find(ctx, things, all); return err },
		"Claim":   func() error { _, err := e.Claim(ctx, things, all, nil); return err },
		"DeleteWhere": func() error {
			_, err := e.DeleteWhere(ctx, things, all)
			return err
		},
		"Count":      func() error { _, err := e.Count(ctx, things, all); return err },
		"GroupCount": func() error { _, err := e.GroupCount(ctx, things, "n", all); return err },
		"Ping":       func() error { return e.Ping(ctx) },
	} {
		for range 10 { // so that none gets through now and then
			if err := call(); !errors.Is(err, context.Canceled) {
				t.Errorf("%s with a cancelled context = %v, want context.Canceled", method, err)
			}
		}
	}
	wantFound(t, e, store.Query{}, "a")
	wantDoc(t, e, kept)
}
