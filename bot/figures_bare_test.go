package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

// beBare makes the test binary a bare server, which is what the bot is measured against: it checks
// Slack's signature and stores the line durably, and does nothing else. Its value is how it stores.
const beBare = "LOTSEN_TEST_BE_BARE"

const (
	bareAlone = "a transaction each"
	bareGroup = "group commit"
)

// bareLine is a line to be stored.
type bareLine struct {
	id, user, text string
	stored         chan error
}

// serveBare serves until the process is killed. Its one argument is the database file.
func serveBare() {
	fatal := func(err error) {
		say(os.Stderr, "bare: %v\n", err)
		os.Exit(1)
	}
	keep, err := bareStore(os.Args[1], os.Getenv(beBare) == bareGroup)
	if err != nil {
		fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fatal(err)
	}
	say(os.Stderr, `{"msg":"serving","addr":%q}`+"\n", l.Addr().String())
	secret := os.Getenv("SLACK_SIGNING_SECRET")
	fatal(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // #nosec G114 -- bare, as it says
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
		if err == nil {
			err = verify(r.Header, secret, body)
		}
		if err != nil {
			http.Error(w, "refused", http.StatusUnauthorized)
			return
		}
		form, err := url.ParseQuery(string(body))
		if err == nil {
			err = keep(&bareLine{id: form.Get("trigger_id"), user: form.Get("user_id"), text: form.Get("text")})
		}
		if err != nil {
			http.Error(w, "not stored", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"response_type":"ephemeral","text":"Loggat"}`)
	})))
}

// bareStore returns what stores a line so that it is on disk when it returns. The driver watches a
// context that can end with a goroutine of its own; these never end.
func bareStore(file string, group bool) (func(*bareLine) error, error) {
	ctx := context.Background()
	pragmas := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)"}}
	db, err := sql.Open("sqlite", "file:"+file+"?"+pragmas.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS lines (n INTEGER PRIMARY KEY, id TEXT, user TEXT, text TEXT, at INTEGER)"); err != nil {
		return nil, err
	}
	prepare := func(query string) *sql.Stmt {
		stmt, perr := db.PrepareContext(ctx, query)
		err = errors.Join(err, perr)
		return stmt
	}
	insert := prepare("INSERT INTO lines (id, user, text, at) VALUES (?, ?, ?, ?)")
	begin, commit := prepare("BEGIN IMMEDIATE"), prepare("COMMIT")
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	store := func(l *bareLine) error {
		_, err := insert.ExecContext(ctx, l.id, l.user, l.text, time.Now().UnixMilli())
		return err
	}
	if !group {
		return store, nil
	}
	waiting := make(chan *bareLine)
	go func() {
		for first := range waiting {
			batch := []*bareLine{first}
			for more := true; more; {
				select {
				case l := <-waiting:
					batch = append(batch, l)
				default:
					more = false
				}
			}
			_, err := begin.ExecContext(ctx)
			for _, l := range batch {
				err = errors.Join(err, store(l))
			}
			_, cerr := commit.ExecContext(ctx)
			for _, l := range batch {
				l.stored <- errors.Join(err, cerr)
			}
		}
	}()
	return func(l *bareLine) error {
		l.stored = make(chan error, 1)
		waiting <- l
		return <-l.stored
	}, nil
}
