package mongo_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"lotsen/internal/store"
	"lotsen/internal/store/mongo"
)

// sent collects the commands that the driver is about to send.
type sent struct {
	mu       sync.Mutex
	commands []bson.Raw
}

func (s *sent) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.commands = append(s.commands, slices.Clone(e.Command))
	}}
}

func (s *sent) take() (commands []bson.Raw) {
	s.mu.Lock()
	defer s.mu.Unlock()
	commands, s.commands = s.commands, nil
	return commands
}

// What stands in every write and in every read.
const (
	durably = `"writeConcern":{"w":"majority","j":true}`
	forGood = `"readConcern":{"level":"majority"}`
)

// TestSent pins the one command that each method sends: that a change names the version it is made to,
// what has to confirm it, and that nothing needs a transaction.
func TestSent(t *testing.T) {
	q := store.Query{
		Where: []store.Cond{
			{Field: "n", Op: store.Ge, Value: int64(1)}, {Field: "n", Op: store.Lt, Value: int64(9)},
			{Field: "_id", Op: store.In, Value: []any{"a", "b"}},
		},
		Sort: []store.Order{{Field: "n", Desc: true}, {Field: "_id"}}, Limit: 3,
	}
	const filter = `{"$and":[{"n":{"$gte":1}},{"n":{"$lt":9}},{"_id":{"$in":["a","b"]}}]}`
	due := store.Query{Where: []store.Cond{{Field: "n", Op: store.Le, Value: time.UnixMilli(1)}}}
	tests := []struct {
		method string
		call   func(ctx context.Context, db *mongo.DB) error
		want   string
		again  bool // the driver may send it again, to a server that knows numbers of writes
	}{
		{"Get", func(ctx context.Context, db *mongo.DB) error { _, err := db.Get(ctx, things, "a"); return err },
			`{"find":"things","batchSize":5000,"filter":{"_id":"a"},"limit":1,` + forGood + `}`, false},
		{"Find", func(ctx context.Context, db *mongo.DB) error { _, err := db.Find(ctx, things, q); return err },
			`{"find":"things","batchSize":5000,"filter":` + filter + `,"limit":3,"sort":{"n":-1,"_id":1},` + forGood + `}`, false},
		{"Find by time", func(ctx context.Context, db *mongo.DB) error { _, err := db.Find(ctx, things, due); return err },
			`{"find":"things","batchSize":5000,"filter":{"n":{"$lte":{"$date":"1970-01-01T00:00:00.001Z"}}},` + forGood + `}`, false},
		{"Insert", func(ctx context.Context, db *mongo.DB) error { return db.Insert(ctx, things, doc(t, "a", 1)) },
			`{"insert":"things","ordered":true,` + durably + `,"documents":[{"_id":"a","v":1,"n":7}]}`, true},
		{"Replace", func(ctx context.Context, db *mongo.DB) error { return db.Replace(ctx, things, doc(t, "a", 2), 1) },
			`{"update":"things","ordered":true,` + durably + `,"updates":[{"q":{"_id":"a","v":1},"u":{"_id":"a","v":2,"n":7}}]}`, true},
		{"Delete", func(ctx context.Context, db *mongo.DB) error { return db.Delete(ctx, things, "a", 1) },
			`{"delete":"things","ordered":true,` + durably + `,"deletes":[{"q":{"_id":"a","v":1},"limit":1}]}`, true},
		{"Claim", func(ctx context.Context, db *mongo.DB) error {
			_, err := db.Claim(ctx, things, q, []store.Field{{Name: "n", Value: int64(8)}, {Name: "owner.id", Value: "u"}})
			return err
		}, `{"findAndModify":"things","query":` + filter + `,"new":true,"sort":{"n":-1,"_id":1},"update":{"$inc":{"v":1},"$set":{"n":8,"owner.id":"u"}},` + durably + `}`, true},
		{"Claim that sets nothing", func(ctx context.Context, db *mongo.DB) error { _, err := db.Claim(ctx, things, byN, nil); return err },
			`{"findAndModify":"things","query":{"n":7},"new":true,"sort":{"n":1},"update":{"$inc":{"v":1}},` + durably + `}`, true},
		{"DeleteWhere", func(ctx context.Context, db *mongo.DB) error { _, err := db.DeleteWhere(ctx, things, q); return err },
			`{"delete":"things","ordered":true,` + durably + `,"deletes":[{"q":` + filter + `,"limit":0}]}`, false},
		{"Count", func(ctx context.Context, db *mongo.DB) error { _, err := db.Count(ctx, things, q); return err },
			`{"aggregate":"things","pipeline":[{"$match":` + filter + `},{"$group":{"_id":1,"n":{"$sum":1}}}],"cursor":{},` + forGood + `}`, false},
		{"GroupCount", func(ctx context.Context, db *mongo.DB) error {
			_, err := db.GroupCount(ctx, things, "n", byN)
			return err
		}, `{"aggregate":"things","pipeline":[{"$match":{"n":7}},{"$group":{"_id":"$n","n":{"$sum":1}}}],"cursor":{"batchSize":5000},` + forGood + `}`, false},
		{"Ensure of what is there", func(ctx context.Context, db *mongo.DB) error {
			return db.Ensure(ctx, []store.Collection{{Name: things, Indexes: []store.Index{{"n"}}}, {Name: "bare"}})
		}, `{"listIndexes":"things","cursor":{}}`, false},
		{"Ping", func(ctx context.Context, db *mongo.DB) error { return db.Ping(ctx) }, `{"ping":1}`, false},
	}
	for name, server := range map[string]func(*testing.T) *script{"standalone": standalone, "primary": primary} {
		t.Run(name, func(t *testing.T) {
			s, all := server(t), &sent{}
			db := s.open(5*time.Second, all.monitor())
			s.answers(func(command string, _ int, _ bson.Raw) any {
				switch command {
				case "find", "aggregate":
					return cursor(bson.D{{Key: "_id", Value: "a"}, {Key: "n", Value: 1}})
				case "listIndexes":
					return cursor(bson.D{{Key: "name", Value: "n"}, {Key: "key", Value: bson.D{{Key: "n", Value: 1}}}})
				default:
					return changed(command)
				}
			})
			all.take()
			for _, tt := range tests {
				t.Run(tt.method, func(t *testing.T) {
					if err := tt.call(t.Context(), db); err != nil {
						t.Fatal(err)
					}
					commands := all.take()
					if len(commands) != 1 {
						t.Fatalf("%d commands were sent, want 1: %v", len(commands), commands)
					}
					wantSent(t, commands[0], tt.want, tt.again && name == "primary")
					if limit := commands[0].Lookup("maxTimeMS"); !limit.IsZero() && limit.AsInt64() > 5000 {
						t.Errorf("the server may take %d ms", limit.AsInt64())
					}
				})
			}
		})
	}
}

// wantSent compares a command, but for what the driver adds to each.
func wantSent(t *testing.T, command bson.Raw, want string, numbered bool) {
	t.Helper()
	var got, expected bson.D
	if err := bson.Unmarshal(command, &got); err != nil {
		t.Fatal(err)
	}
	if err := bson.UnmarshalExtJSON([]byte(want), false, &expected); err != nil {
		t.Fatal(err)
	}
	var added []string
	got = slices.DeleteFunc(got, func(e bson.E) bool {
		own := slices.Contains([]string{"lsid", "txnNumber", "$clusterTime", "$db", "maxTimeMS", "$readPreference"}, e.Key)
		if own {
			added = append(added, e.Key)
		}
		return own
	})
	sorted := func(d bson.D) string {
		slices.SortFunc(d[1:], func(a, b bson.E) int { return strings.Compare(a.Key, b.Key) })
		text, err := bson.MarshalExtJSON(d, false, false)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if diff := cmp.Diff(sorted(expected), sorted(got)); diff != "" {
		t.Errorf("command (-want +sent):\n%s", diff)
	}
	if slices.Contains(added, "txnNumber") != numbered {
		t.Errorf("the driver adds %v, want a txnNumber: %v", added, numbered)
	}
}

// TestEnsureMakesWhatIsMissing pins what makes indexes, which nothing else may do.
func TestEnsureMakesWhatIsMissing(t *testing.T) {
	s, all := primary(t), &sent{}
	db := s.open(5*time.Second, all.monitor())
	s.answers(func(command string, _ int, _ bson.Raw) any {
		switch command {
		case "listIndexes":
			return cursor(bson.D{{Key: "name", Value: "state,due"}, {Key: "key", Value: bson.D{}}})
		case "find":
			return cursor()
		}
		return ok()
	})
	all.take()
	err := db.Ensure(t.Context(), []store.Collection{{Name: things, Indexes: []store.Index{{"state", "due"}, {"owner.id", "n"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var last bson.Raw
	var names []string
	for _, command := range all.take() {
		elements, err := command.Elements()
		if err != nil {
			t.Fatal(err)
		}
		names, last = append(names, elements[0].Key()), command
	}
	if diff := cmp.Diff([]string{"listIndexes", "find", "find", "createIndexes"}, names); diff != "" {
		t.Fatalf("commands (-want +sent):\n%s", diff)
	}
	wantSent(t, last, `{"createIndexes":"things","indexes":[{"key":{"owner.id":1,"n":1},"name":"owner.id,n"}],`+durably+`}`, false)
}
