package mongo_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
	"lotsen/internal/store/storetest"
)

// behindProxy opens the engine over a server that a proxy stands before.
func behindProxy(t *testing.T) (*mongo.DB, *storetest.Proxy) {
	t.Helper()
	storetest.NeedServer(t)
	address, err := url.Parse(storetest.Address(t, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	proxy := storetest.NewProxy(t, address.Host)
	address.Host = proxy.Addr()
	db, err := mongo.Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	if err := db.Ensure(t.Context(), []store.Collection{{Name: things, Indexes: []store.Index{{"n"}}}}); err != nil {
		t.Fatal(err)
	}
	return db, proxy
}

// TestLostAnswers breaks the connection before and after the server does a write. The caller hears of
// trouble, never of an outcome, and finds by reading which it was.
func TestLostAnswers(t *testing.T) {
	for where, done := range map[storetest.Cut]bool{storetest.BeforeCommand: false, storetest.BeforeAnswer: true} {
		for _, command := range storetest.Writes {
			name := command + " lost"
			if done {
				name = "answer to " + name
			}
			t.Run(name, func(t *testing.T) {
				db, proxy := behindProxy(t)
				if command != "insert" {
					if err := db.Insert(t.Context(), things, doc(t, "a", 1)); err != nil {
						t.Fatal(err)
					}
				}
				proxy.Cut(command, where)
				err := writes(t, db)[command]()
				if proxy.Cuts() != 1 {
					t.Error("no connection was broken")
				}
				if err != nil && !isTrouble(err) {
					t.Errorf("%s = %v, want trouble", name, err)
				}
				done := done || err == nil // a replica set was sent it again
				got, err := db.Get(t.Context(), things, "a")
				made := map[string]bool{
					"insert":        err == nil,
					"update":        err == nil && got.Lookup("v").AsInt64() == 2,
					"delete":        errors.Is(err, care.ErrNotFound),
					"findAndModify": err == nil && got.Lookup("n").AsInt64() == 8,
				}[command]
				if made != done || err != nil && !errors.Is(err, care.ErrNotFound) {
					t.Errorf("after %s the document is %v, %v; made should be %v", name, got, err, done)
				}
			})
		}
	}
}

// TestServerComesBack has the engine go on by itself when its server does.
func TestServerComesBack(t *testing.T) {
	db, proxy := behindProxy(t)
	if err := db.Insert(t.Context(), things, doc(t, "before", 1)); err != nil {
		t.Fatal(err)
	}
	proxy.Leave()
	if err := db.Ping(t.Context()); err == nil {
		t.Error("Ping without a server = nil")
	}
	if err := proxy.Return(); err != nil {
		t.Fatal(err)
	}
	patience := time.After(20 * time.Second)
	for db.Ping(t.Context()) != nil {
		select {
		case <-patience:
			t.Fatal("the engine does not come back")
		default:
		}
	}
	if err := db.Insert(t.Context(), things, doc(t, "after", 1)); err != nil {
		t.Errorf("Insert with the server back = %v", err)
	}
	if n, err := db.Count(t.Context(), things, store.Query{}); err != nil || n != 2 {
		t.Errorf("Count = %d, %v, want 2", n, err)
	}
}
