// Package mongo is the store's engine over a MongoDB database. Each method is one command, answered
// when a majority has the write in its journal; none needs a transaction, so a standalone server,
// a replica set and a sharded cluster all serve, and several copies of the program at once.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"lotsen/internal/store"
)

const (
	openTime  = 10 * time.Second // to reach the server at the start
	callTime  = 5 * time.Second  // for one call, whatever happens to the server
	pingTime  = 2 * time.Second
	indexTime = 10 * time.Minute // to index what is stored
)

// DefaultDatabase is the database's name when the address has none.
const DefaultDatabase = "lotsen"

var errClosed = errors.New("the database is closed")

// DB is a store.Engine over one database of a server, which other processes may use at the same time.
type DB struct {
	client   *driver.Client
	database *driver.Database
	limit    time.Duration // for one call

	open   sync.RWMutex // each call holds it for reading, so that Close waits for them
	closed bool

	declaring sync.RWMutex
	declared  map[string]fields
}

var _ store.Engine = (*DB)(nil)

// IsAddress reports whether the text begins as the address of a MongoDB does.
func IsAddress(text string) bool {
	return strings.HasPrefix(text, "mongodb://") || strings.HasPrefix(text, "mongodb+srv://")
}

// Open connects to the server at a mongodb:// or mongodb+srv:// address and uses the database that
// it names. The errors it returns are sentences that say what to do; they hold neither the address
// nor anything else of it, for a password may stand there. It takes ten seconds at most.
func Open(ctx context.Context, address string) (*DB, error) {
	return open(ctx, address, openTime, func(*options.ClientOptions) {})
}

func open(ctx context.Context, address string, limit time.Duration, also func(*options.ClientOptions)) (*DB, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	opts, err := parse(ctx, address)
	if err != nil {
		return nil, err
	}
	name, err := databaseName(address)
	if err != nil {
		return nil, err
	}
	durable := writeconcern.Majority()
	durable.Journal = new(true)
	// What is read is what no election can take back: otherwise a request that comes again could be
	// confirmed by a record that is lost a moment later.
	opts.SetWriteConcern(durable).SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary())
	opts.SetConnectTimeout(callTime)
	if opts.AppName == nil {
		opts.SetAppName("lotsen")
	}
	watch := &watcher{}
	opts.SetServerMonitor(watch.monitor())
	also(opts)
	client, err := driver.Connect(opts)
	if err != nil {
		return nil, errNoAddress // the cause may quote it
	}
	if err := client.Ping(ctx, readpref.Primary()); err != nil {
		quit, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = client.Disconnect(quit) // the first error says more
		return nil, explainOpen(ctx, err, watch.last())
	}
	return &DB{client: client, database: client.Database(name), limit: callTime, declared: map[string]fields{}}, nil
}

// parse reads the address. For mongodb+srv it asks DNS, for which the driver has no limit of time.
func parse(ctx context.Context, address string) (*options.ClientOptions, error) {
	parsed := make(chan *options.ClientOptions, 1)
	failed := make(chan error, 1)
	go func() {
		opts := options.Client().ApplyURI(address)
		if err := opts.Validate(); err != nil {
			failed <- err
			return
		}
		parsed <- opts
	}()
	select {
	case opts := <-parsed:
		return opts, nil
	case err := <-failed:
		return nil, explainAddress(err)
	case <-ctx.Done():
		return nil, errNoDNS
	}
}

var validDatabase = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)

// databaseName is the path of an address.
func databaseName(address string) (string, error) {
	_, rest, _ := strings.Cut(address, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(path)
	switch {
	case err == nil && name == "":
		return DefaultDatabase, nil
	case err != nil || !validDatabase.MatchString(name):
		return "", fmt.Errorf("the name of the database in the MongoDB address is not one: write letters, digits, - and _ after the servers, as in %s", example)
	default:
		return name, nil
	}
}

// call does one command within a limit of time.
func (db *DB) call(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	db.open.RLock()
	defer db.open.RUnlock()
	if db.closed {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return explain(do(ctx))
}

// Ping answers when the server that takes writes can be reached.
func (db *DB) Ping(ctx context.Context) error {
	err := db.call(ctx, pingTime, func(ctx context.Context) error { return db.client.Ping(ctx, readpref.Primary()) })
	if err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

// Close waits for the calls under way and disconnects. Closing again does nothing.
func (db *DB) Close() error {
	db.open.Lock()
	defer db.open.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	ctx, cancel := context.WithTimeout(context.Background(), pingTime)
	defer cancel()
	if err := explain(db.client.Disconnect(ctx)); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
