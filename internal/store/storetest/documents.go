package storetest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/care"
	"lotsen/internal/store"
)

func testInsert(t *testing.T, e store.Engine) {
	full := doc(t, "a",
		"name", "Åse",
		"n", int64(7),
		"small", int32(7),
		"flag", true,
		"due", time.Date(2026, 8, 17, 6, 0, 0, 123e6, time.UTC),
		"owner", bson.D{{Key: "id", Value: "u1"}, {Key: "deep", Value: bson.D{{Key: "er", Value: "x"}}}},
		"list", bson.A{"one", bson.D{{Key: "two", Value: int64(2)}}},
		"sealed", bson.Binary{Data: []byte{0, 1, 2, 255}},
		"share", 0.5,
		"nothing", nil,
		"empty", "",
	)
	insert(t, e, full)
	wantDoc(t, e, full)

	if err := e.Insert(t.Context(), things, doc(t, "a", "name", "second")); !errors.Is(err, care.ErrExists) {
		t.Errorf("Insert of a taken _id = %v, want ErrExists", err)
	}
	wantDoc(t, e, full)
	if err := e.Insert(t.Context(), "others", doc(t, "a")); err != nil {
		t.Errorf("Insert of the same _id in another collection = %v", err)
	}
	if _, err := e.Get(t.Context(), things, "A"); !errors.Is(err, care.ErrNotFound) {
		t.Errorf("Get of an _id in other letters = %v, want ErrNotFound", err)
	}
	odd := doc(t, "case/8B-K3F/1 'å' \"é\" $.x ? %", "name", "quoted")
	insert(t, e, odd)
	wantDoc(t, e, odd)
}

func testReplace(t *testing.T, e store.Engine) {
	ctx := t.Context()
	insert(t, e, doc(t, "a", "state", "open", "n", int64(1)), doc(t, "b", "state", "open"))

	second := docAt(t, "a", 2, "state", "closed", "name", "new")
	if err := e.Replace(ctx, things, second, 1); err != nil {
		t.Fatalf("Replace at the right version = %v", err)
	}
	wantDoc(t, e, second)
	wantFound(t, e, where("state", store.Eq, "open"), "b")
	wantFound(t, e, where("state", store.Eq, "closed"), "a")
	wantFound(t, e, where("name", store.Eq, "new"), "a")
	wantFound(t, e, where("n", store.Ge, int64(0)))

	for _, version := range []int64{0, 1, 3} {
		if err := e.Replace(ctx, things, docAt(t, "a", 3, "state", "late"), version); !errors.Is(err, care.ErrConflict) {
			t.Errorf("Replace at version %d of 2 = %v, want ErrConflict", version, err)
		}
	}
	wantDoc(t, e, second)
	if err := e.Replace(ctx, things, docAt(t, "c", 2), 1); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Replace of nothing = %v, want ErrConflict", err)
	}
	if _, err := e.Get(ctx, things, "c"); !errors.Is(err, care.ErrNotFound) {
		t.Errorf("Get after Replace of nothing = %v, want ErrNotFound", err)
	}
}

func testDelete(t *testing.T, e store.Engine) {
	ctx := t.Context()
	insert(t, e, docAt(t, "a", 5, "state", "open"), doc(t, "b", "state", "open"))

	if err := e.Delete(ctx, things, "a", 4); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Delete at another version = %v, want ErrConflict", err)
	}
	wantFound(t, e, where("state", store.Eq, "open"), "a", "b")
	if err := e.Delete(ctx, things, "a", 5); err != nil {
		t.Errorf("Delete = %v", err)
	}
	wantFound(t, e, where("state", store.Eq, "open"), "b")
	if err := e.Delete(ctx, things, "a", 5); !errors.Is(err, care.ErrConflict) {
		t.Errorf("Delete of what is gone = %v, want ErrConflict", err)
	}
	insert(t, e, doc(t, "a", "state", "again"))
	wantFound(t, e, where("state", store.Eq, "again"), "a")
}

// testRefused has documents that engines would understand differently.
func testRefused(t *testing.T, e store.Engine) {
	ctx := t.Context()
	raw := func(d bson.D) bson.Raw {
		b, err := bson.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	kept := doc(t, "kept", "n", int64(1))
	insert(t, e, kept)
	for _, tt := range []struct {
		name  string
		doc   bson.Raw
		names string // what the error must name
	}{
		{name: "nothing", doc: nil},
		{name: "cut off", doc: kept[:len(kept)-3]},
		{name: "no _id", doc: raw(bson.D{{Key: "v", Value: int64(1)}}), names: "_id"},
		{name: "an _id that is no string", doc: raw(bson.D{{Key: "_id", Value: int64(1)}, {Key: "v", Value: int64(1)}}), names: "_id"},
		{name: "an empty _id", doc: doc(t, ""), names: "_id"},
		{name: "no v", doc: raw(bson.D{{Key: "_id", Value: "x"}}), names: "v"},
		{name: "a v that is no number", doc: raw(bson.D{{Key: "_id", Value: "x"}, {Key: "v", Value: "1"}}), names: "v"},
		{name: "a list under an index", doc: doc(t, "x", "n", bson.A{int64(1)}), names: "n"},
		{name: "a list on the way", doc: doc(t, "x", "owner", bson.A{bson.D{{Key: "id", Value: "u"}}}), names: "owner.id"},
		{name: "a document under an index", doc: doc(t, "x", "group", bson.D{{Key: "a", Value: "b"}}), names: "group"},
		{name: "a fraction under an index", doc: doc(t, "x", "n", 1.5), names: "n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := e.Insert(ctx, things, tt.doc)
			if err == nil || errors.Is(err, care.ErrExists) || !strings.Contains(err.Error(), tt.names) {
				t.Errorf("Insert = %v, want an error that names %q", err, tt.names)
			}
			err = e.Replace(ctx, things, tt.doc, 1)
			if err == nil || errors.Is(err, care.ErrConflict) || !strings.Contains(err.Error(), tt.names) {
				t.Errorf("Replace = %v, want an error that names %q", err, tt.names)
			}
		})
	}
	wantFound(t, e, store.Query{}, "kept")
}

func testLarge(t *testing.T, e store.Engine) {
	large := func(v int64, fill byte) bson.Raw {
		return docAt(t, "large", v, "state", "big", "sealed", bson.Binary{Data: bytes.Repeat([]byte{fill}, 1<<20)}, "n", v)
	}
	insert(t, e, large(1, 'a'), doc(t, "small", "state", "big", "n", int64(2)))
	wantDoc(t, e, large(1, 'a'))
	if err := e.Replace(t.Context(), things, large(2, 'b'), 1); err != nil {
		t.Fatalf("Replace = %v", err)
	}
	docs, err := e.Find(t.Context(), things, by(where("n", store.Eq, int64(2)), asc("_id")))
	if err != nil || len(docs) != 2 {
		t.Fatalf("Find = %d documents, %v, want 2", len(docs), err)
	}
	wantSame(t, docs[0], large(2, 'b'))
}
