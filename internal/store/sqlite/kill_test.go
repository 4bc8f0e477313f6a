package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"lotsen/internal/store"
	"lotsen/internal/store/sqlite"
)

// The child is this test binary with these two in its environment.
const (
	childFile  = "LOTSEN_TEST_CHILD_FILE"
	childRound = "LOTSEN_TEST_CHILD_ROUND"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(path, os.Getenv(childRound)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled inserts and replaces documents in eight goroutines, and prints the _id and v
// of each after the write returned. Only trouble ends it.
func writeUntilKilled(path, round string) error {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	if err := db.Ensure(ctx, []store.Collection{{Name: things, Indexes: []store.Index{{"round", "n"}}}}); err != nil {
		return err
	}
	trouble := make(chan error)
	for g := range 8 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%s-%d-%d", round, g, n)
				for v := int64(1); v <= 2; v++ {
					doc, err := bson.Marshal(bson.D{{Key: "_id", Value: id}, {Key: "v", Value: v}, {Key: "round", Value: round}, {Key: "n", Value: v}})
					if err == nil && v == 1 {
						err = db.Insert(ctx, things, doc)
					} else if err == nil {
						err = db.Replace(ctx, things, doc, v-1)
					}
					if err != nil {
						trouble <- err
						return
					}
					fmt.Println(id, v)
				}
			}
		}()
	}
	return <-trouble
}

// TestKill kills a process that writes, again and again over one file, and looks each time for
// everything that had been acknowledged.
func TestKill(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	path := filepath.Join(t.TempDir(), "lotsen.db")
	acknowledged := map[string]int64{}
	for round := range rounds {
		// Some are killed in the middle of opening the file, most in the middle of writing.
		delay, started := time.Duration(rand.Int64N(int64(150*time.Millisecond))), round%5 != 0
		for id, v := range killed(t, path, fmt.Sprintf("r%02d", round), delay, started) {
			acknowledged[id] = v
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d documents were acknowledged", len(acknowledged))
	if len(acknowledged) < rounds {
		t.Errorf("only %d documents were acknowledged in %d rounds", len(acknowledged), rounds)
	}
	db := open(t, path, store.Collection{Name: things, Indexes: []store.Index{{"round", "n"}}})
	wantAcknowledged(t, db, store.Query{}, acknowledged)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wantIntegrity(t, path)
}

// killed runs a child and kills it after delay, counted from its first line if it may start, and
// returns what it acknowledged: the highest v for each _id.
func killed(t *testing.T, path, round string, delay time.Duration, start bool) map[string]int64 {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childFile+"="+path, childRound+"="+round)
	var stderr strings.Builder
	child.Stderr = &stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Minute, func() { _ = child.Process.Kill() })
	defer timer.Stop()
	if !start {
		timer.Reset(delay)
	}
	acknowledged := map[string]int64{}
	lines := bufio.NewReader(out)
	for first := true; ; first = false {
		line, err := lines.ReadString('\n') // what is cut off was never acknowledged
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if first && start {
			timer.Reset(delay)
		}
		var id string
		var v int64
		if _, err := fmt.Sscan(line, &id, &v); err != nil {
			t.Fatalf("the child says %q: %v", line, err)
		}
		acknowledged[id] = v
	}
	_ = child.Wait() // it was killed
	if stderr.Len() > 0 {
		t.Errorf("round %s: the child says %s", round, stderr.String())
	}
	return acknowledged
}

// wantAcknowledged checks that q finds every acknowledged document, at that version or one that
// came after it, and that the columns say what the documents say.
func wantAcknowledged(t *testing.T, db store.Engine, q store.Query, acknowledged map[string]int64) {
	t.Helper()
	docs, err := db.Find(t.Context(), things, q)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]int64{}
	byVersion := map[any]int64{}
	for _, d := range docs {
		v := d.Lookup("v").AsInt64()
		versions[d.Lookup("_id").StringValue()] = v
		byVersion[v]++
	}
	for id, v := range acknowledged {
		if versions[id] < v {
			t.Errorf("%s was acknowledged at version %d and is there at version %d", id, v, versions[id])
		}
	}
	counted, err := db.GroupCount(t.Context(), things, "n", q)
	if err != nil {
		t.Fatal(err)
	}
	for v, n := range byVersion {
		if counted[v] != n {
			t.Errorf("%d documents say n = %v, the columns of %d do", n, v, counted[v])
		}
	}
}

func wantIntegrity(t *testing.T, path string) {
	t.Helper()
	file, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}()
	var verdict string
	if err := file.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check = %q, %v, want ok", verdict, err)
	}
}
