package sqlite_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
)

const deliveries = "deliveries"

// openBench returns an engine with the indexes that deliveries need.
func openBench(b *testing.B) store.Engine {
	b.Helper()
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "lotsen.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	err = db.Ensure(b.Context(), []store.Collection{{Name: deliveries, Indexes: []store.Index{{"state", "due"}, {"addressee"}}}})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

func delivery(b *testing.B, n int, state string, due time.Time) bson.Raw {
	b.Helper()
	raw, err := bson.Marshal(bson.D{
		{Key: "_id", Value: fmt.Sprintf("case/%07d/1/first/staff-%d", n, n%300)},
		{Key: "v", Value: int64(1)},
		{Key: "kind", Value: "first"},
		{Key: "addressee", Value: fmt.Sprintf("staff-%d", n%300)},
		{Key: "state", Value: state},
		{Key: "due", Value: due},
		{Key: "attempts", Value: int32(0)},
		{Key: "sealed", Value: make([]byte, 200)},
	})
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

// BenchmarkInsert is one durable write by a single caller.
func BenchmarkInsert(b *testing.B) {
	db := openBench(b)
	for n := 0; b.Loop(); n++ {
		insert(b, db, n)
	}
}

// BenchmarkInsert32 has 32 callers write at once and share commits: its time is a 32nd of what
// each of them waits.
func BenchmarkInsert32(b *testing.B) {
	db := openBench(b)
	var n atomic.Int64
	b.SetParallelism(max(1, 32/runtime.GOMAXPROCS(0)))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			insert(b, db, int(n.Add(1)))
		}
	})
}

func insert(b *testing.B, db store.Engine, n int) {
	due := time.Date(2026, 8, 17, 6, 0, n, 0, time.UTC)
	if err := db.Insert(b.Context(), deliveries, delivery(b, n, "pending", due)); err != nil {
		b.Error(err)
	}
}

// BenchmarkDue is the question of every tick, with 100 deliveries due: its time should not follow
// the number of rows. Filling a million takes a minute; -bench Due/rows=10000$ leaves it out.
func BenchmarkDue(b *testing.B) {
	for _, rows := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			db := openBench(b)
			now := time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC)
			fill(b, db, rows, now)
			q := store.Query{
				Where: []store.Cond{{Field: "state", Value: "pending"}, {Field: "due", Op: store.Le, Value: now}},
				Sort:  []store.Order{{Field: "due"}},
			}
			for b.Loop() {
				docs, err := db.Find(b.Context(), deliveries, q)
				if err != nil || len(docs) != 100 {
					b.Fatalf("Find = %d documents, %v, want 100", len(docs), err)
				}
			}
		})
	}
}

// fill stores rows deliveries: 100 due, half of the others sent and half due later.
func fill(b *testing.B, db store.Engine, rows int, now time.Time) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 128 {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= rows; n = int(next.Add(1)) {
				state, due := "pending", now.Add(time.Duration(n)*time.Second)
				switch {
				case n <= 100:
					due = now.Add(-time.Duration(n) * time.Second)
				case n%2 == 0:
					state = "sent"
				}
				if err := db.Insert(b.Context(), deliveries, delivery(b, n, state, due)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
